"""A slow reading of the rules of completion that shares no code with the product: plain JSON in, fractions out.

    judge(definition, facts, at, versions)           {node id: Verdict}; of a version, the ids are <version>#<node>
    first_complete(definition, facts, at, versions)  the first instant at which the root held, or None

`definition` and `versions` (what is referenced, by IRI) are JSON as clients write it. Facts are plain too, with
instants as text; an award or endorsement that was made in error ends when it begins:

    {"awards": [{"id", "achievement", "issuer", "awardedAt", "since", "until", "number",
                 "endorsements": [{"id", "kind", "standing", "endorser", "target", "since", "until",
                                  "number"}]}],
     "endorsements": [the same: those of achievements and of issuers]}

Groups are walked down to the leaves from every node anew. Where the past matters, every instant at which anything began or
ended is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

Json = Mapping[str, Any]


class Verdict(NamedTuple):
    """What a node has come to."""

    held: bool
    progress: Fraction


def judge(definition: Json, facts: Json, at: str, versions: Mapping[str, Json] | None = None) -> dict[str, Verdict]:
    """Return the verdict on every node of a definition and of all versions that it refers to."""
    pathways = _Pathways(definition, versions or {})
    moments = _moments(facts, at) if any(map(_remembers, pathways.nodes.values())) else [at]
    *_, (_, verdicts) = _story(pathways, facts, moments)
    return verdicts


def first_complete(definition: Json, facts: Json, at: str, versions: Mapping[str, Json] | None = None) -> str | None:
    """Return the first instant up to `at` at which the root held."""
    pathways = _Pathways(definition, versions or {})
    story = _story(pathways, facts, _moments(facts, at))
    return next((moment for moment, verdicts in story if verdicts[pathways.roots[""]].held), None)


class _Pathways:
    """Every node by the id that it has from outside, and which pathway it belongs to (`""` for the one asked about)."""

    def __init__(self, definition: Json, versions: Mapping[str, Json]) -> None:
        self.nodes: dict[str, Json] = {}
        self.owner: dict[str, str] = {}
        self.roots: dict[str, str] = {}
        waiting = [("", definition)]
        while waiting:
            version, pathway = waiting.pop()
            if version in self.roots:
                continue
            self.roots[version] = self.outside(version, pathway["root"])
            for node in pathway["nodes"]:
                id_ = self.outside(version, node["id"])
                self.nodes[id_], self.owner[id_] = node, version
                if node["kind"] == "REF":
                    waiting.append((node["pathwayVersion"], versions[node["pathwayVersion"]]))

    @staticmethod
    def outside(version: str, id_: str) -> str:
        return f"{version}#{id_}" if version else id_

    def parts(self, id_: str) -> list[str]:
        return [self.outside(self.owner[id_], part) for part in self.nodes[id_]["parts"]]


def _story(pathways: _Pathways, facts: Json, moments: Sequence[str]) -> Iterator[tuple[str, dict[str, Verdict]]]:
    """Yield the verdicts at one instant after another.

    A leaf under AT_COMPLETION that held while the root of its own pathway did holds from then on.
    """
    kept: set[str] = set()
    for moment in moments:
        leaves = {
            id_
            for id_, node in pathways.nodes.items()
            if node["kind"] == "LEAF" and (id_ in kept or _leaf_holds(node, facts, moment))
        }
        verdicts = {id_: _verdict(pathways, id_, leaves) for id_ in pathways.nodes}
        yield moment, verdicts
        for id_, node in pathways.nodes.items():
            complete = verdicts[pathways.roots[pathways.owner[id_]]].held
            if complete and verdicts[id_].held and _remembers(node):
                kept.add(id_)


def _remembers(node: Json) -> bool:
    guards: Json = node.get("guards", {})
    return guards.get("validAt") == "AT_COMPLETION"


def _moments(facts: Json, at: str) -> list[str]:
    """Return the instants of the facts up to `at`, and `at`, in order."""
    return sorted({*(each for each in _instants(facts) if _time(each) <= _time(at)), at}, key=_time)


def _instants(facts: Any) -> Iterator[str]:
    if isinstance(facts, Mapping):
        yield from (facts[name] for name in ("awardedAt", "since", "until") if name in facts)
        facts = facts.values()
    if not isinstance(facts, str | int | None):
        for each in facts:
            yield from _instants(each)


def _verdict(pathways: _Pathways, id_: str, leaves: set[str]) -> Verdict:
    node = pathways.nodes[id_]
    if node["kind"] == "LEAF":
        return Verdict(id_ in leaves, Fraction(id_ in leaves))
    if node["kind"] == "REF":
        return _verdict(pathways, pathways.roots[node["pathwayVersion"]], leaves)
    parts = [_verdict(pathways, part, leaves) for part in pathways.parts(id_)]
    if node["kind"] == "CREDITS":
        amounts = [Fraction(pathways.nodes[part]["credits"][node["unit"]]) for part in pathways.parts(id_)]
        earned = sum((amount for amount, part in zip(amounts, parts, strict=True) if part.held), Fraction(0))
        threshold = Fraction(node["threshold"])
        return Verdict(earned >= threshold, min(Fraction(1), earned / threshold))
    count = {"ALL": len(parts), "ANY": 1}.get(node["kind"], node.get("count"))
    best = sorted((part.progress for part in parts), reverse=True)[:count]
    return Verdict(sum(part.held for part in parts) >= count, sum(best, Fraction(0)) / count)


def _leaf_holds(leaf: Json, facts: Json, at: str) -> bool:
    awards = [award for award in facts["awards"] if award["achievement"] in leaf["targets"]]
    days = {
        (_time(award["awardedAt"]) + timedelta(hours=9)).date()
        for award in awards
        if _counts(leaf.get("guards", {}), award, facts, at)
    }
    return len(days) >= leaf.get("times", 1)


def _counts(guards: Json, award: Json, facts: Json, at: str) -> bool:
    began = max(award["awardedAt"], award["since"], key=_time)
    if guards.get("validAt") == "AT_AWARD":
        valid = _time(began) <= _time(at) and _within(award, began)
    else:
        valid = _time(award["awardedAt"]) <= _time(at) and _within(award, at)
    issued = "issuedBy" not in guards or award["issuer"] in guards["issuedBy"]
    in_window = _within(guards.get("awardedBetween", {}), award["awardedAt"])
    return (
        valid
        and issued
        and in_window
        and all(_is_endorsed(guard, award, facts, at) for guard in guards.get("endorsedBy", ()))
    )


def _is_endorsed(guard: Json, award: Json, facts: Json, at: str) -> bool:
    on = guard.get("on", "ACHIEVEMENT")
    target = award[{"ACHIEVEMENT": "achievement", "PROFILE": "issuer", "AWARD": "id"}[on]]
    moment = award["awardedAt"] if guard.get("when", "NOW") == "AT_AWARD" else at
    speaking = set()
    for endorsement in (*facts["endorsements"], *award["endorsements"]):
        if endorsement["target"] != target or endorsement["kind"] not in guard.get("kinds", ["ENDORSE"]):
            continue
        if endorsement["standing"] not in guard.get("standings", ["OWN"]):
            continue
        if on == "ACHIEVEMENT" and guard.get("versions", "SAME") == "SAME" and endorsement["number"] != award["number"]:
            continue
        if _within(endorsement, moment):
            speaking.add(endorsement["endorser"])
    return len(speaking & set(guard["profiles"])) >= guard.get("minCount", 1)


def _within(span: Json, moment: str) -> bool:
    """Half-open: the beginning is in it, the end is not; what is not given does not bound it."""
    begun = "since" not in span or _time(span["since"]) <= _time(moment)
    return begun and ("until" not in span or _time(moment) < _time(span["until"]))


@cache
def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
