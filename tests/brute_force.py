"""A slow reading of the rules of completion that shares no code with the product: plain JSON in, fractions out.

    judge(definition, facts, at, versions)           {node id: Verdict}; of a version, the ids are <version>#<node>
    first_complete(definition, facts, at, versions)  the first instant at which the root held, or None
    bounds(definition, facts, at, versions)          the root without what is unverified, and with all of it
    assignments(definition, facts, at, versions)     {capped group: [{node: Verdict}]}, of it and what is below, the best
    resolved(facts, believed)                        the facts, of the unverified ones only those whose ids are believed

`definition` and `versions` (what is referenced, by IRI) are JSON as clients write it. Facts are plain too, with
instants as text; an award or endorsement that was made in error ends when it begins:

    {"awards": [{"id", "achievement", "issuer", "awardedAt", "since", "until", "number", "evidence": [kind],
                 "results": [{"description", "value", "scale"}],
                 "endorsements": [{"id", "kind", "standing", "endorser", "target", "since", "until", "number"}]}],
     "endorsements": [the same: those of achievements and of profiles],
     "equivalences": [{"id", "source", "target", "claimant", "factor", "since", "until"}],
     "waivers": [{"id", "node", "since", "until"}]}

What could not be verified says so: `"unverified": why`. Only `bounds` and `resolved` look at such facts, and nothing
else counts them.

Groups are walked down to the leaves from every node anew, windows try every start, capped groups every assignment.
Where the past matters, every instant at which anything began or ended is asked.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any, NamedTuple

Json = Mapping[str, Any]
JAPAN = timezone(timedelta(hours=9))
STEPS = 3
"""Of equivalences, how many may follow one another."""


class Verdict(NamedTuple):
    """What a node has come to."""

    held: bool
    progress: Fraction


HOLDS = Verdict(held=True, progress=Fraction(1))


Scope = frozenset[str]
"""The awards (ids) that may be seen at a place."""


def judge(definition: Json, facts: Json, at: str, versions: Mapping[str, Json] | None = None) -> dict[str, Verdict]:
    """Return the verdict on every node of a definition and of all versions that it refers to.

    What is below a capped group is left out: several assignments may be as good (`assignments`).
    """
    reading = _Reading(definition, versions or {}, resolved(facts))
    return {id_: reading.verdict(id_, at, scope) for id_, scope in reading.places(at).items()}


def first_complete(definition: Json, facts: Json, at: str, versions: Mapping[str, Json] | None = None) -> str | None:
    """Return the first instant up to `at` at which the root held."""
    reading = _Reading(definition, versions or {}, resolved(facts))
    return next((moment for moment in reading.moments(at) if reading.root(moment).held), None)


def bounds(
    definition: Json, facts: Json, at: str, versions: Mapping[str, Json] | None = None
) -> tuple[Verdict, Verdict]:
    """Return the verdict on the root with what is unverified left out, and put in."""
    both = (resolved(facts), resolved(facts, unverified(facts)))
    lower, upper = (_Reading(definition, versions or {}, each).root(at) for each in both)
    return lower, upper


def assignments(
    definition: Json, facts: Json, at: str, versions: Mapping[str, Json] | None = None
) -> dict[str, list[dict[str, Verdict]]]:
    """Return, of each capped group, what the nodes below and itself have come to under each of the best assignments."""
    reading = _Reading(definition, versions or {}, resolved(facts))
    capped = {id_: scope for id_, scope in reading.places(at).items() if "awardCap" in reading.nodes[id_]}
    return {id_: reading.assignments(id_, at, scope) for id_, scope in capped.items()}


def resolved(facts: Json, believed: Collection[str] = ()) -> dict[str, Any]:
    """Return the facts as if those of the unverified ones that are believed were sound, and the others were not."""

    def sound(found: Sequence[Json]) -> list[dict[str, Any]]:
        return [{**each, "unverified": None} for each in found if not each.get("unverified") or each["id"] in believed]

    kept = {name: sound(found) for name, found in facts.items()}
    kept["awards"] = [{**award, "endorsements": sound(award["endorsements"])} for award in kept["awards"]]
    return kept


def unverified(facts: Json) -> list[str]:
    """Return the ids of the facts that could not be verified."""
    every = [*(each for found in facts.values() for each in found)]
    every += [endorsement for award in facts["awards"] for endorsement in award["endorsements"]]
    return [each["id"] for each in every if each.get("unverified")]


class _Reading:
    """A pathway and what it refers to, every node by the id that it has from outside; and sound facts."""

    def __init__(self, definition: Json, versions: Mapping[str, Json], facts: Json) -> None:
        self.facts = facts
        self.nodes: dict[str, Json] = {}
        self.owner: dict[str, str] = {}  # the pathway that a node belongs to; "" is the one asked about
        self.roots: dict[str, str] = {}
        self.trusts: dict[str, Sequence[str]] = {}
        self.verdict = cache(self._verdict)
        self.moments = cache(self._moments)
        self.awards = {award["id"]: award for award in facts["awards"]}
        self.everything = Scope(self.awards)
        self._read("", definition, versions)

    def _read(self, version: str, pathway: Json, versions: Mapping[str, Json]) -> None:
        def outside(id_: str) -> str:
            return f"{version}#{id_}" if version else id_

        if version in self.roots:
            return
        self.roots[version] = outside(pathway["root"])
        self.trusts[version] = pathway.get("trusts", ())
        for node in (each for written in pathway["nodes"] for each in _written_out(written)):
            named = {name: outside(node[name]) for name in ("part", "prerequisite") if name in node}
            parts = [outside(part) for part in node.get("parts", ())]
            self.nodes[outside(node["id"])] = {**node, **named, "parts": parts}
            self.owner[outside(node["id"])] = version
            if node["kind"] == "REF":
                self._read(node["pathwayVersion"], versions[node["pathwayVersion"]], versions)

    def root(self, at: str) -> Verdict:
        return self.verdict(self.roots[""], at, self.everything)

    def places(self, at: str) -> dict[str, Scope]:
        """Return the scope of every node that is not below a capped group."""
        found: dict[str, Scope] = {}
        waiting = [(self.roots[""], self.everything)]
        while waiting:
            id_, scope = waiting.pop()
            assert found.setdefault(id_, scope) == scope, f"{id_} lies in two scopes"
            if "awardCap" not in self.nodes[id_]:
                waiting += self._parts(id_, at, scope)
        return found

    def _moments(self, at: str) -> list[str]:
        """Return the instants of the facts up to `at`, and `at`, in order."""
        return sorted({*(each for each in _instants(self.facts) if _time(each) <= _time(at)), at}, key=_time)

    # Nodes.

    def _verdict(self, id_: str, at: str, scope: Scope) -> Verdict:
        node = self.nodes[id_]
        if self._is_waived(id_, at):
            return HOLDS
        if node["kind"] == "LEAF":
            days = {_time(self.awards[award]["awardedAt"]).date() for award in self._counting(id_, at, scope)}
            held = len(days) >= node.get("times", 1)
            return Verdict(held, Fraction(held))
        if "awardCap" in node:
            return max(self._filled(id_, at, filled)[id_] for filled in self._fillings(id_, at, scope))
        parts = [self.verdict(part, at, inner) for part, inner in self._parts(id_, at, scope)]
        if node["kind"] in ("REF", "WINDOW") or (node["kind"] == "AFTER" and _mode(node) == "ADVISE"):
            return parts[-1]
        if node["kind"] == "CREDITS":
            worth = (self._worth(node, part, at, scope) for part in node["parts"])
            earned = sum((each for each, part in zip(worth, parts, strict=True) if part.held), Fraction(0))
            threshold = Fraction(node["threshold"])
            return Verdict(earned >= threshold, min(Fraction(1), earned / threshold))
        return _at_least(node, parts)

    def _parts(self, id_: str, at: str, scope: Scope) -> list[tuple[str, Scope]]:
        """Return the parts of a node, each with what may be seen there."""
        node = self.nodes[id_]
        match node["kind"]:
            case "REF":
                return [(self.roots[node["pathwayVersion"]], scope)]
            case "WINDOW":
                return [(node["part"], self._best_window(node, at, scope))]
            case "AFTER":
                strict = _mode(node) == "STRICT"
                return [
                    (node["prerequisite"], scope),
                    (node["part"], self._once_first_held(node, at, scope) if strict else scope),
                ]
        return [(part, scope) for part in node["parts"]]

    def _is_waived(self, id_: str, at: str) -> bool:
        return any(waiver["node"] == id_ and _within(waiver, at) for waiver in self.facts["waivers"])

    def _worth(self, group: Json, id_: str, at: str, scope: Scope) -> Fraction:
        factor = Fraction(1) if self._is_waived(id_, at) else max(self._counting(id_, at, scope).values(), default=0)
        amount = factor * Fraction(self.nodes[id_]["credits"][group["unit"]])
        return min(amount, Fraction(group.get("perSourceCap", amount)))

    # Scopes.

    def _once_first_held(self, after: Json, at: str, scope: Scope) -> Scope:
        """Only what was awarded at or after the first instant at which the prerequisite held."""
        held = (each for each in self.moments(at) if self.verdict(after["prerequisite"], each, scope).held)
        first = next(held, None)
        return self._only(scope, lambda made: first is not None and made >= _time(first))

    def _best_window(self, window: Json, at: str, scope: Scope) -> Scope:
        """The best of all windows that begin with an award; of several, the earliest that begins with one that counts.

        (At any time up to now: where the past matters, what no longer counts may still have made something hold.)
        """
        made = {id_: _time(self.awards[id_]["awardedAt"]) for id_ in scope}
        began = [id_ for id_ in made if made[id_] <= _time(at)]
        asked = [(leaf, moment) for leaf in self._leaves(window["part"]) for moment in self.moments(at)]
        counted = {award for leaf, moment in asked for award in self._counting(leaf, moment, scope)}
        best, chosen = Verdict(held=False, progress=Fraction(-1)), Scope()
        for start in sorted(began, key=lambda id_: (id_ not in counted, made[id_])):
            inner = self._only(scope, _lies_in(made[start], window["length"]))
            if (found := self.verdict(window["part"], at, inner)) > best:
                best, chosen = found, inner
        return chosen

    def _only(self, scope: Scope, wanted: Callable[[datetime], bool]) -> Scope:
        return Scope(id_ for id_ in scope if wanted(_time(self.awards[id_]["awardedAt"])))

    def _leaves(self, id_: str) -> set[str]:
        node = self.nodes[id_]
        if node["kind"] == "LEAF":
            return {id_}
        below = [*node["parts"], *(node[name] for name in ("prerequisite", "part") if name in node)]
        below += [self.roots[node["pathwayVersion"]]] if node["kind"] == "REF" else []
        return {leaf for part in below for leaf in self._leaves(part)}

    # Capped groups.

    def assignments(self, id_: str, at: str, scope: Scope) -> list[dict[str, Verdict]]:
        found = [self._filled(id_, at, filled) for filled in self._fillings(id_, at, scope)]
        return [each for each in found if each[id_] == self.verdict(id_, at, scope)]

    def _fillings(self, id_: str, at: str, scope: Scope) -> set[frozenset[str]]:
        """Return every set of leaves below a capped group that awards can fill at once; what is waived is filled."""
        leaves = self._leaves(id_)
        waived = frozenset(leaf for leaf in leaves if self._is_waived(leaf, at))
        ways: set[tuple[frozenset[str], tuple[str, ...]]] = {(waived, ())}  # what is filled, and the awards used
        for leaf in leaves - waived:
            counting = self._counting(leaf, at, scope)
            ways |= {
                (filled | {leaf}, tuple(sorted((*used, award))))
                for filled, used in ways
                for award in counting
                if used.count(award) < self.nodes[id_]["awardCap"]
            }
        return {filled for filled, _ in ways}

    def _filled(self, id_: str, at: str, filled: frozenset[str]) -> dict[str, Verdict]:
        node = self.nodes[id_]
        below = [self._filled(part, at, filled) for part in node["parts"]]
        if self._is_waived(id_, at):
            own = HOLDS
        elif node["kind"] == "LEAF":
            own = Verdict(id_ in filled, Fraction(id_ in filled))
        else:
            own = _at_least(node, [each[part] for each, part in zip(below, node["parts"], strict=True)])
        return {id_: own, **{part: verdict for each in below for part, verdict in each.items()}}

    # Leaves.

    def _counting(self, id_: str, at: str, scope: Scope) -> dict[str, Fraction]:
        """Return the awards that count for a leaf, each with the best factor of the ways in which it does.

        Under AT_COMPLETION what counted while the root of the leaf's own pathway held counts from then on.
        """
        moments = [at]
        if self.nodes[id_].get("guards", {}).get("validAt") == "AT_COMPLETION":
            root = self.roots[self.owner[id_]]  # (what remembers lies in a version that lies in no scope)
            moments += [each for each in self.moments(at)[:-1] if self.verdict(root, each, self.everything).held]
        factors = {award: [f for each in moments for f in self._factors(id_, award, each)] for award in scope}
        return {award: max(found) for award, found in factors.items() if found}

    def _factors(self, id_: str, award_id: str, at: str) -> list[Fraction]:
        """Return the factors of the chains of equivalences over which an award counts for a leaf; 1 without any."""
        leaf, award = self.nodes[id_], self.awards[award_id]
        return [
            prod((Fraction(claim["factor"]) for claim in chain), start=Fraction(1))
            for target in leaf["targets"]
            for chain in self._chains([award["achievement"]], target, self.trusts[self.owner[id_]], at)
            if self._counts(leaf.get("guards", {}), award, target if chain else None, at)
        ]

    def _chains(self, way: list[str], target: str, trusts: Sequence[str], at: str) -> Iterator[list[Json]]:
        """Yield the chains of trusted claims, in force, from the end of a way to a target; none comes back."""
        if way[-1] == target:
            yield []
        if len(way) > STEPS:
            return
        for claim in self.facts["equivalences"]:
            leads_on = claim["source"] == way[-1] and claim["target"] not in way
            if leads_on and claim["claimant"] in trusts and _within(claim, at):
                for rest in self._chains([*way, claim["target"]], target, trusts, at):
                    yield [claim, *rest]

    def _counts(self, guards: Json, award: Json, stands_for: str | None, at: str) -> bool:
        began = max(award["awardedAt"], award["since"], key=_time)
        if guards.get("validAt") == "AT_AWARD":
            valid = _time(began) <= _time(at) and _within(award, began)
        else:
            valid = _time(award["awardedAt"]) <= _time(at) and _within(award, at)
        return (
            valid
            and ("issuedBy" not in guards or award["issuer"] in guards["issuedBy"])
            and _within(guards.get("awardedBetween", {}), award["awardedAt"])
            and ("version" not in guards or _in_range(award["number"], guards["version"]))
            and set(guards.get("evidence", ())) <= set(award["evidence"])
            and all(any(_reaches(result, level) for result in award["results"]) for level in guards.get("level", ()))
            and all(self._is_endorsed(guard, award, stands_for, at) for guard in guards.get("endorsedBy", ()))
        )

    def _is_endorsed(self, guard: Json, award: Json, stands_for: str | None, at: str) -> bool:
        on = guard.get("on", "ACHIEVEMENT")
        moment = award["awardedAt"] if guard.get("when", "NOW") == "AT_AWARD" else at
        any_version = on != "ACHIEVEMENT" or guard.get("versions", "SAME") == "ANY"
        target = award[{"ACHIEVEMENT": "achievement", "PROFILE": "issuer", "AWARD": "id"}[on]]

        def speaks(said: Json) -> bool:
            of_it = said["target"] == target and (any_version or said["number"] == award["number"])
            of_what_it_stands_for = on == "ACHIEVEMENT" and said["target"] == stands_for
            return (
                (of_it or of_what_it_stands_for)
                and said["kind"] in guard.get("kinds", ["ENDORSE", "RECOGNISE"])
                and said["standing"] in guard.get("standings", ["OWN"])
                and _within(said, moment)
                and ("accreditedBy" not in guard or self._is_accredited(said["endorser"], guard, moment))
            )

        said = [*self.facts["endorsements"], *award["endorsements"]]
        speaking = {each["endorser"] for each in said if speaks(each)} & set(guard["profiles"])
        return len(speaking) >= int(guard.get("minCount", 1))

    def _is_accredited(self, endorser: str, guard: Json, moment: str) -> bool:
        return any(
            said["target"] == endorser
            and said["kind"] == "ACCREDIT"
            and said["standing"] in ("OWN", "FOREIGN")
            and said["endorser"] in guard["accreditedBy"]
            and _within(said, moment)
            for said in self.facts["endorsements"]
        )


def _written_out(node: Json) -> list[Json]:
    """A reference to an achievement is a leaf; where the stack itself will do, either of two."""
    if "achievement" not in node:
        return [node]
    leaf = {"id": node["id"], "kind": "LEAF", "targets": [node["achievement"]]}
    if not node.get("acceptUnissued"):
        return [leaf]
    award, stack = f"{node['id']}/award", f"{node['id']}/stack"
    return [
        {"id": node["id"], "kind": "ANY", "parts": [award, stack]},
        {**leaf, "id": award},
        {"id": stack, "kind": "REF", "pathwayVersion": node["pathwayVersion"]},
    ]


def _mode(after: Json) -> str:
    return str(after.get("mode", "ADVISE"))


def _at_least(node: Json, parts: Sequence[Verdict]) -> Verdict:
    count = {"ALL": len(parts), "AFTER": len(parts), "ANY": 1}.get(node["kind"], node.get("count"))
    assert count is not None
    best = sorted((part.progress for part in parts), reverse=True)[:count]
    return Verdict(sum(part.held for part in parts) >= count, sum(best, Fraction(0)) / count)


def _in_range(number: int | None, versions: Json) -> bool:
    return number is not None and versions.get("from", number) <= number <= versions.get("to", number)


def _reaches(result: Json, level: Json) -> bool:
    """By the order of the scale; without one by size. What is in no scale, or no number, is too low."""
    value, least = str(result["value"]), str(level["atLeast"])
    scale: Sequence[str] = result["scale"]
    if result["description"] != level["result"]:
        return False
    if scale:
        return value in scale and least in scale[: scale.index(value) + 1]
    try:
        return Decimal(value) >= Decimal(least)
    except InvalidOperation:
        return False


def _within(span: Json, moment: str) -> bool:
    """Half-open: the beginning is in it, the end is not; what is not given does not bound it."""
    begun = "since" not in span or _time(span["since"]) <= _time(moment)
    return begun and ("until" not in span or _time(moment) < _time(span["until"]))


def _lies_in(start: datetime, length: str) -> Callable[[datetime], bool]:
    """Half-open, too. First the years and months of the length by the calendar in Japan, then its days."""
    found = {unit: int(number) for number, unit in re.findall(r"(\d+)([YMD])", length)}
    months = start.month - 1 + found.get("M", 0)
    year, month = start.year + found.get("Y", 0) + months // 12, months % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    end = start.replace(year=year, month=month, day=day) + timedelta(days=found.get("D", 0))
    return lambda moment: start <= moment < end


def _instants(facts: Any) -> Iterator[str]:
    if isinstance(facts, Mapping):
        yield from (facts[name] for name in ("awardedAt", "since", "until") if name in facts)
        facts = facts.values()
    if not isinstance(facts, str | int | None):
        for each in facts:
            yield from _instants(each)


@cache
def _time(text: str) -> datetime:
    """Read an instant as a time in Japan; the last hours of the year 9999 have none."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return min(moment, datetime.max.replace(tzinfo=UTC) - timedelta(hours=9)).astimezone(JAPAN)
