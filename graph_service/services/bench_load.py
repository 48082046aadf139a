"""The neutral data set of `bench/peer.py`, written as the services would have written it, one event a batch.

Its things keep their own IRIs. Where the data says less, or something else: tags are the field of study, learners have
no names, the first profile has set every framework, every endorsement is an ENDORSE (which can be said of anything),
and what was revoked or withdrawn ended when it was loaded. Endorsements are not signed, and no completions are kept:
nothing that is measured reads either.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from graph_service.domain import search
from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.endorsement import Ended, Kind, Standing, State
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway_json import parse, to_json
from graph_service.domain.profile import Kind as ProfileKind
from graph_service.domain.profile import ProfileDraft
from graph_service.domain.search import SearchType
from graph_service.domain.sorting import by_date, by_name
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.errors import Conflict, InvalidInput, Problem
from graph_service.services import achievements, awarding, noticing, profiles
from graph_service.services.access import service_profile
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

Row = Mapping[str, Any]

BATCHES = {
    "profiles": 100,
    "achievements": 1_000,
    "frameworks": 1,
    "alignments": 1_000,
    "pathways": 10,
    "learners": 1_000,
    "awards": 1_000,
    "endorsements": 1_000,
}
"""The kinds in the order in which one names another, and how many rows of each are written together."""

_LANGUAGE = "ja"
_DELIVERIES = 1_000


async def load(world: World, call: Call, rows: Callable[[str], Iterable[Row]]) -> AsyncIterator[tuple[str, int]]:
    """Load the rows of every kind; yield how many of each were. `rows(kind)` gives them in their order.

    Raises Conflict (DATABASE_NOT_EMPTY) if there is anything but the service's own profile, InvalidInput (BENCH_DATA).
    """
    for found in await world.store.read("profile/other", id=service_profile(world)):
        raise Conflict(Problem("DATABASE_NOT_EMPTY", {"id": found}))
    making = _Making(world, call.at)
    for kind, size in BATCHES.items():
        count = 0
        for batch in _batches(kind, rows(kind), size):
            await _write(world, call, kind, getattr(making, kind), batch)
            count += len(batch)
        yield kind, count
    await _settle(world)


def _batches(kind: str, rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    left = iter(rows)
    try:
        while batch := list(islice(left, size)):
            yield batch
    except ValueError as cause:  # a line is no JSON
        raise _unexpected(kind, cause) from None


def _unexpected(kind: str, cause: Exception) -> InvalidInput:
    return InvalidInput(Problem("BENCH_DATA", {"kind": kind, "cause": repr(cause)}))


async def _write(
    world: World, call: Call, kind: str, make: Callable[[Sequence[Row]], Awaitable[list[Write]]], rows: Sequence[Row]
) -> None:
    try:
        about = tuple(Iri(row["id"]) for row in rows if "id" in row)
        work = await make(rows)
    except (KeyError, TypeError, ValueError) as cause:
        raise _unexpected(kind, cause) from None

    async def decide() -> Decision:
        return Decision(work, about, (), Side.OPERATOR)

    await act(world, call, "LOAD_BENCH_DATA", {"kind": kind}, decide)


async def _settle(world: World) -> None:
    """Let nobody be told of the events: who follows them would keep completions of everything."""
    while ids := await world.store.read("delivery/waiting", to=noticing.TO, after="", limit=_DELIVERIES):
        await world.store.note(Write("delivery/done", {"to": noticing.TO, "ids": ids}))


@dataclass(frozen=True)
class _Making:
    """Turns rows into writes, and remembers of what was made what others need to name it."""

    world: World
    at: Instant
    targets: dict[str, Row] = field(default_factory=dict)

    async def profiles(self, rows: Sequence[Row]) -> list[Write]:
        work = []
        for row in rows:
            kind = ProfileKind.BOARD if row["kind"] == "board" else ProfileKind.OTHER
            draft = ProfileDraft(_text(row["name"]), _text(row["description"]), row["url"], kind=kind)
            write = await profiles.creation(self.world, self.at, row["id"], draft)
            self._remember("Profile", write.parameters["profile"], ownerId=row["id"])  # type: ignore[arg-type]
            work.append(write)
        return work

    async def achievements(self, rows: Sequence[Row]) -> list[Write]:
        work = []
        for owner, offered in groupby(sorted(rows, key=itemgetter("issuer")), itemgetter("issuer")):
            drafts = {row["id"]: _achievement(row) for row in offered}
            write = achievements.creation(self.world, owner, drafts, self.at)
            for new in write.parameters["achievements"]:  # type: ignore[attr-defined]
                self._remember("Achievement", new["achievement"])
            work.append(write)
        return work

    async def frameworks(self, rows: Sequence[Row]) -> list[Write]:
        return [write for row in rows for write in self._framework(row)]

    def _framework(self, row: Row) -> Iterator[Write]:
        id_, cells, (first, *_) = row["id"], row["cells"], self.targets
        items = {cell["row"]: cell["indicator"] for cell in cells}
        stages = {cell["col"]: cell["stage"] for cell in cells}
        properties = {"id": id_, "createdAt": self.at, **_listed(SearchType.FRAMEWORK, row)}
        yield Write("framework/create", {"setById": first, "framework": properties})
        for part, names in (("items", items), ("stages", stages)):
            made = [{"id": f"{id_}/{part}/{n}", "position": n, **_named(names[n])} for n in sorted(names)]
            yield Write(f"framework/add_{part}", {"frameworkId": id_, part: made})
        placed = [
            {
                "itemId": f"{id_}/items/{cell['row']}",
                "stageId": f"{id_}/stages/{cell['col']}",
                "cell": {
                    "id": cell["id"],
                    "frameworkId": id_,
                    "row": cell["row"],
                    "column": cell["col"],
                    "text": cell["statement"],
                    "textMap": _text(cell["statement"]).to_json(),
                    "language": _LANGUAGE,
                },
            }
            for cell in cells
        ]
        yield Write("framework/add_cells", {"frameworkId": id_, "cells": placed})

    async def alignments(self, rows: Sequence[Row]) -> list[Write]:
        span = {"since": self.at, "until": OPEN_END}
        new = [{"achievementId": row["achievement"], "cellId": row["cell"], **span} for row in rows]
        return [Write("framework/align", {"alignments": new})]

    async def pathways(self, rows: Sequence[Row]) -> list[Write]:
        return [write for row in rows for write in self._pathway(row)]

    def _pathway(self, row: Row) -> Iterator[Write]:
        id_, owner, versions = row["id"], row["owner"], row["versions"]
        pathway = {
            "id": id_,
            "ownerId": owner,
            "number": len(versions),
            "shown": True,
            "readers": [owner],
            "createdAt": self.at,
            **_listed(SearchType.PATHWAY, row),
        }
        first, *later = (_version(row, version) for version in versions)
        yield Write("pathway/create", {"ownerId": owner, "pathway": pathway, "draft": first})
        for saved, draft in enumerate(later, 1):
            change = {"id": id_, "version": saved, "pathway": {}, "draftId": draft["id"], "draft": draft}
            yield Write("pathway/save_draft", change, otherwise=Conflict(Problem("BENCH_DATA", {"kind": id_})))
        for version in versions:
            yield from _requirements(version)

    async def learners(self, rows: Sequence[Row]) -> list[Write]:
        new = [{"id": row["id"], "createdAt": self.at, "readers": [row["id"]]} for row in rows]
        return [Write("learner/create", {"learners": new})]

    async def awards(self, rows: Sequence[Row]) -> list[Write]:
        new = [self._award(row) for row in rows]
        for award in new:
            self._remember("Award", award)
        return [Write("award/create", {"awards": new})]

    def _award(self, row: Row) -> dict[str, object]:
        achievement = self.targets[row["achievement"]]
        span = Span(row["awardedAt"], row["validUntil"] or OPEN_END)
        award = awarding.award_of(row["id"], achievement, row["learner"], span, self.at)
        return award | (self._ended(span) if row["status"] == "revoked" else {})

    async def endorsements(self, rows: Sequence[Row]) -> list[Write]:
        new = [self._endorsement(row) for row in rows]
        vouching = [each for each in new if each["targetType"] != "Award"]
        return [
            Write("endorsement/create", {"endorsements": new}),
            Write("endorsement/vouch", {"endorsements": [{"id": e["id"], "ownerId": e["ownerId"]} for e in vouching]}),
        ]

    def _endorsement(self, row: Row) -> dict[str, object]:
        target, by, withdrawn = self.targets[row["target"]], row["endorser"], row["status"] != "active"
        holder, owner, span = target.get("holderId"), target["ownerId"], Span(row["issuedAt"])
        return {
            "id": row["id"],
            "kind": Kind.ENDORSE,
            "state": State.REVOKED if withdrawn else State.ISSUED,
            "standing": Standing.OWN,
            "endorserId": by,
            "targetId": target["id"],
            "targetType": target["type"],
            "targetNumber": target["number"],
            "targetDigest": target.get("digest"),
            "ownerId": owner,
            "holderId": holder,
            "selfEndorsement": by == owner,
            "requestedAt": span.since,
            "requestUntil": OPEN_END,
            "comment": row["comment"],
            "language": _LANGUAGE,
            "validUntil": OPEN_END,
            "since": span.since,
            "until": span.until,
            "issuedAt": span.since,
            "hidden": False,
            "shown": target["type"] != "Award",
            "readers": [reader for reader in (by, owner, holder) if reader],
            "skDate": by_date(span.since, row["id"]),
            **(self._ended(span) if withdrawn else {}),
        }

    def _ended(self, span: Span) -> dict[str, object]:
        ended = awarding.end(span, self.at, Ended.REVOKED)
        return {"until": ended.until, "ended": Ended.REVOKED, "endedAt": self.at, "reason": "revoked in the data"}

    def _remember(self, type_: str, properties: Row, **more: str) -> None:
        needed = ("id", "number", "digest", "ownerId", "holderId")
        known = {name: properties[name] for name in needed if name in properties}
        self.targets[properties["id"]] = {"type": type_, **known, **more}


def _text(text: str) -> LanguageMap:
    return LanguageMap({_LANGUAGE: text})


def _named(name: str) -> dict[str, object]:
    return {"name": name, "nameMap": _text(name).to_json(), "language": _LANGUAGE}


def _listed(type_: SearchType, row: Row) -> dict[str, object]:
    """Return the properties of what is listed by its name, and found by it."""
    name = row["name"]
    return {**_named(name), "skName": by_name(name, row["id"]), **search.fields(type_, [name])}


def _achievement(row: Row) -> AchievementDraft:
    description = _text(row["description"])
    return AchievementDraft(_text(row["name"]), description, description, field_of_study=_text("・".join(row["tags"])))


_NODES: Mapping[str, Callable[[Row, list[str]], dict[str, object]]] = {
    "all": lambda _, parts: {"kind": "ALL", "parts": parts},
    "atLeast": lambda row, parts: {"kind": "AT_LEAST", "count": row["need"], "parts": parts},
    "leaf": lambda row, _: {"kind": "LEAF", "targets": [row["target"]]},
}


def _version(pathway: Row, version: Row) -> dict[str, object]:
    """Return the properties of a published version."""
    nodes = version["nodes"]
    written = [
        {
            "id": _last(row["id"]),
            **_NODES[row["kind"]](row, [_last(part["id"]) for part in _parts(nodes, row)]),
            **({"name": {_LANGUAGE: row["title"]}} if row["title"] else {}),
        }
        for row in nodes
    ]
    definition = to_json(parse({"root": _last(nodes[0]["id"]), "nodes": written}))
    text = json.dumps(definition, ensure_ascii=False, separators=(",", ":"))
    return {
        "id": version["id"],
        "pathwayId": pathway["id"],
        "ownerId": pathway["owner"],
        "number": version["number"],
        "state": "PUBLISHED",
        "shown": True,
        "readers": [pathway["owner"]],
        "definition": text,
        "digest": sha256(text.encode()).hexdigest(),
        "publishedAt": version["publishedAt"],
        "since": version["publishedAt"],
        "closedFrom": OPEN_END,
        "until": OPEN_END,
    }


def _requirements(version: Row) -> Iterator[Write]:
    nodes = version["nodes"]
    requirements = [
        {
            "id": row["id"],
            "nodeId": _last(row["id"]),
            "kind": _NODES[row["kind"]](row, [])["kind"],
            "count": {"all": len(_parts(nodes, row)), "atLeast": row["need"], "leaf": 1}[row["kind"]],
            "position": row["position"],
            "parts": [part["id"] for part in _parts(nodes, row)],
            **(_named(row["title"]) if row["title"] else {}),
        }
        for row in nodes
    ]
    links = [
        {"whole": row["id"], "part": part["id"], "position": place}
        for row in nodes
        for place, part in enumerate(_parts(nodes, row))
    ]
    targets = [{"leaf": row["id"], "target": row["target"]} for row in nodes if row["target"]]
    yield Write("pathway/add_requirements", {"versionId": version["id"], "requirements": requirements})
    yield Write("pathway/link_parts", {"links": links})
    yield Write("pathway/link_targets", {"links": targets})


def _parts(nodes: Sequence[Row], whole: Row) -> list[Row]:
    return [row for row in nodes if row["parent"] == whole["id"]]


def _last(id_: str) -> str:
    return id_.rpartition("/")[2]
