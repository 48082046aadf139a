"""Results and evidence: how an achievement describes results, and how those of an award are judged by that and kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri
from graph_service.domain.language import text_problems
from graph_service.domain.profile import NAME_LIMIT, web_address
from graph_service.domain.result import (
    MAX_EVIDENCE,
    MAX_RESULTS,
    VALUE_LIMIT,
    Evidence,
    Result,
    ResultDescription,
    ResultType,
    address,
)
from graph_service.errors import Path, Problem


def addressed(given: Sequence[ResultDescription], achievement: Iri) -> tuple[ResultDescription, ...]:
    """Return the descriptions of an achievement under their IRIs. Raises InvalidInput (DUPLICATE_RESULT)."""
    found = tuple(replace(each, id=address(each.id, achievement)) for each in given)
    taken = {achievement, f"{achievement}#criteria", f"{achievement}/image"}
    place: Path = ("input", "resultDescriptions")
    with Intake() as take:
        take.add(
            Problem("DUPLICATE_RESULT", {"id": found[position].id[:200]}, (*place, position, "id"))
            for position in _repeated([each.id for each in found], taken)
        )
    return found


def stored(described: Sequence[ResultDescription]) -> str | None:
    """Write descriptions for the property of an achievement; None if there are none."""
    members = [
        {
            "id": each.id,
            "name": each.name,
            "resultType": each.result_type.name,
            "allowedValue": list(each.allowed),
            "valueMin": each.least,
            "valueMax": each.most,
            "requiredValue": each.required,
        }
        for each in described
    ]
    return _text(members)


def descriptions(described: str | None) -> tuple[ResultDescription, ...]:
    """Read what `stored` wrote."""
    return tuple(map(_description, json.loads(described or "[]")))


def properties(
    achievement: Iri,
    described: str | None,
    results: Sequence[Result],
    evidence: Sequence[Evidence],
    taken: Collection[str],
    path: Path = (),
) -> dict[str, object]:
    """Judge what somebody reached by what the achievement describes (as `stored`); return the properties of the award.

    `taken`: addresses that are something else in its credential. Raises InvalidInput with every problem:
    UNKNOWN_RESULT, DUPLICATE_RESULT, DUPLICATE_EVIDENCE, LIMIT_EXCEEDED, those of values, texts and addresses.
    """
    known = {each.id: each for each in descriptions(described)}
    given = [replace(each, description=address(each.description, achievement)) for each in results]
    with Intake() as take:
        take.add(_too_many("results", given, MAX_RESULTS, path))
        take.add(_too_many("evidence", evidence, MAX_EVIDENCE, path))
        for position, each in enumerate(given):
            place = (*path, "results", position)
            if (description := known.get(each.description)) is None:
                take.add([Problem("UNKNOWN_RESULT", {"id": each.description[:200]}, (*place, "resultDescription"))])
            else:
                take(description.judge, each.value, (*place, "value"))
        take.add(
            Problem("DUPLICATE_RESULT", {"id": given[position].description[:200]}, (*path, "results", position))
            for position in _repeated([each.description for each in given])
        )
        for position, shown in enumerate(evidence):
            take(_check, shown, (*path, "evidence", position))
        take.add(
            Problem("DUPLICATE_EVIDENCE", {"url": str(evidence[position].url)[:200]}, (*path, "evidence", position))
            for position in _repeated([each.url for each in evidence], taken)
        )
    reached = [
        {"description": each.description, "value": each.value, "scale": list(known[each.description].allowed)}
        for each in given
    ]
    kinds = sorted({each.genre for each in evidence if each.genre})
    found = {"results": _text(reached), "evidence": _text(list(map(_members, evidence))), "evidenceKinds": kinds}
    return {name: value for name, value in found.items() if value}


def read(award: Mapping[str, Any]) -> tuple[tuple[Result, ...], tuple[Evidence, ...]]:
    """Read results and evidence from the properties of an award."""
    results = (Result(each["description"], each["value"]) for each in json.loads(award["results"] or "[]"))
    evidence = (
        Evidence(each["name"], each["url"], each["genre"], each["description"])
        for each in json.loads(award["evidence"] or "[]")
    )
    return tuple(results), tuple(evidence)


def _description(member: dict[str, Any]) -> ResultDescription:
    return ResultDescription(
        id=member["id"],
        name=member["name"],
        result_type=ResultType[member["resultType"]],
        allowed=tuple(member["allowedValue"]),
        least=member["valueMin"],
        most=member["valueMax"],
        required=member["requiredValue"],
    )


def _members(evidence: Evidence) -> dict[str, object]:
    return {
        "name": evidence.name,
        "url": evidence.url,
        "genre": evidence.genre,
        "description": evidence.description,
    }


def _check(evidence: Evidence, path: Path) -> None:
    with Intake() as take:
        take.add(text_problems(evidence.name, (*path, "name"), limit=NAME_LIMIT))
        if evidence.url is not None:
            take(web_address, evidence.url, (*path, "url"))
        if evidence.genre is not None:
            take.add(text_problems(evidence.genre, (*path, "genre"), limit=VALUE_LIMIT))
        if evidence.description is not None:
            take.add(text_problems(evidence.description, (*path, "description")))


def _too_many(what: str, given: Sequence[object], limit: int, path: Path) -> Sequence[Problem]:
    return [Problem("LIMIT_EXCEEDED", {"what": what, "limit": limit}, (*path, what))] if len(given) > limit else []


def _repeated(ids: Sequence[str | None], taken: Collection[str] = ()) -> Iterator[int]:
    """Yield the places of ids that stand for something else already; RDF could not tell the two apart."""
    seen = set(taken)
    for position, each in enumerate(ids):
        if each in seen:
            yield position
        elif each is not None:
            seen.add(each)


def _text(members: Sequence[object]) -> str | None:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")) if members else None
