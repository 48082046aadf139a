"""The shortest chain of statements that leads from whom one trusts to who speaks well of something.

A statement is an entry of a trust list, or an endorsement that is in force, shown to everybody and the endorser's own
word. Engines disagree on whether `shortestPath` judges its nodes while or after it searches (decision 21), so the graph
answers who vouches for whom, one statement for all profiles of a level, and the search is here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant
from graph_service.errors import InvalidInput, NotFound, Problem
from graph_service.services.call import Call, World

MAX_STEPS = 5
RING_STEPS = 5  # so far is looked for a way back
MOST = 30_000  # statements that one search reads
_TRIES = 2  # a statement may end, or be hidden, between the search and the look at it
_AHEAD, _BACK = "trust/vouched", "trust/vouchers"


class By(StrEnum):
    """By what kind of statement a step is made."""

    TRUST_LIST = "TRUST_LIST"
    ENDORSEMENT = "ENDORSEMENT"


class Mark(StrEnum):
    """Why a step may weigh less."""

    SELF = "SELF"
    MUTUAL = "MUTUAL"
    RING = "RING"
    SAME_PARENT = "SAME_PARENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`start` says something of `end`; `endorsement`, its `kind` and `target` only where it is said by one."""

    start: Iri
    end: Iri
    by: By
    endorsement: Iri | None
    kind: str | None
    target: Iri | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustPath:
    """A chain. `cut`: the search met its limit, so that a shorter one, or a way back, may have been overlooked."""

    start: Iri
    end: Iri
    at: Instant
    steps: tuple[Step, ...]
    cut: bool


@dataclass(slots=True)
class _Circles:
    """Who vouches for whom, as far as it was asked: each profile once each way, and by so many statements in all."""

    world: World
    at: Instant
    left: int
    cut: bool = False
    known: dict[tuple[str, str], Sequence[str]] = field(default_factory=dict)

    async def around(self, way: str, profiles: Iterable[str]) -> list[tuple[str, Sequence[str]]]:
        """Return the neighbours of each profile one way, both in order of their ids."""
        asked = sorted(profiles)
        new = [each for each in asked if (way, each) not in self.known]
        if new and self.left > 0:
            rows = await self.world.store.read(way, ids=new, at=self.at, limit=self.left)
            found = {row["one"]: sorted(row["others"]) for row in rows}
            self.known |= {(way, each): found.get(each, ()) for each in new}
            self.left -= sum(row["statements"] for row in rows)
        self.cut |= bool(new) and self.left <= 0
        return [(each, self.known.get((way, each), ())) for each in asked]


async def path(
    world: World, call: Call, *, start: str, end: str, max_steps: int = 3, at: Instant | None = None
) -> TrustPath | None:
    """Return the shortest chain from a profile to anything here but an award; None if there is none.

    Among equals it is the one whose last profile has the least id, those first that do not speak of their own; then the
    profile before it, and so on. If the search met its limit and found none, a chain without steps says so.
    It asks the database at most max_steps + 1 times for the chain, and RING_STEPS times for the way back of each step;
    if a statement of the chain is gone when it is looked at, all of it once again.
    Raises InvalidInput (STEPS_OUT_OF_RANGE), NotFound.
    """
    if not 1 <= max_steps <= MAX_STEPS:
        raise InvalidInput(Problem("STEPS_OUT_OF_RANGE", {"steps": max_steps, "limit": MAX_STEPS}, ("maxSteps",)))
    at = at or call.at
    for _ in range(_TRIES):
        ends = await _ends(world, call, start, end, at)
        circles = _Circles(world, at, left=MOST)
        steps: tuple[Step, ...] | None = ()
        if start != end:
            makers = ends["said"][:MOST]
            circles.cut = len(ends["said"]) > len(makers)
            profiles = await _chain(circles, start, makers, max_steps - 1, weaker=ends["ownerId"]) if makers else []
            if not profiles and not circles.cut:
                return None
            steps = await _steps(circles, profiles, end, ends["ownerId"]) if profiles else ()
        if steps is not None:
            return TrustPath(start=Iri(start), end=Iri(end), at=at, steps=steps, cut=circles.cut)
    return None


async def _ends(world: World, call: Call, start: str, end: str, at: Instant) -> Mapping[str, Any]:
    rows: list[Mapping[str, Any]] = await world.store.read(
        "trust/ends", **{"from": start, "to": end, "at": at, "limit": MOST + 1}
    )
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("entity", end, ("to",))
    if not rows[0]["from"]:
        raise NotFound("profile", start, ("from",))
    return rows[0]


async def _chain(circles: _Circles, start: str, ends: Collection[str], levels: int, *, weaker: str) -> list[str]:
    """Return the profiles of the shortest way from `start` to one of `ends`; `weaker` is the last that is taken."""
    before: dict[str, str] = {start: ""}
    reached, ends = [start], frozenset(ends)
    for level in range(levels + 1):
        if met := ends.intersection(reached):
            return _back(before, min(met, key=lambda each: (each == weaker, each)))
        if level == levels:
            break
        around, reached = await circles.around(_AHEAD, reached), []
        for one, others in around:
            new = [other for other in others if other not in before]
            before.update(dict.fromkeys(new, one))  # the first to reach it has the least id
            reached += new
    return []


def _back(before: Mapping[str, str], last: str) -> list[str]:
    chain = [last]
    while before[chain[-1]]:
        chain.append(before[chain[-1]])
    return chain[::-1]


async def _steps(circles: _Circles, profiles: Sequence[str], end: str, owner: str) -> tuple[Step, ...] | None:
    """Return the steps that lead through these profiles to the end, with their marks; None if one is gone."""
    after = [*((each, each) for each in profiles[1:]), (end, owner)]
    pairs = [{"by": by, "to": to, "owner": of} for by, (to, of) in zip(profiles, after, strict=True)]
    rows = await circles.world.store.read("trust/steps", steps=pairs, at=circles.at)
    by_start = {row["by"]: row for row in rows if row["said"]}
    if len(by_start) < len(pairs):
        return None
    return tuple([await _step(circles, by_start[each["by"]]) for each in pairs])


async def _step(circles: _Circles, row: Mapping[str, Any]) -> Step:
    (said,) = row["said"]
    endorses = said["type"] == "Endorsement"
    own = row["by"] == row["owner"]
    marks = [Mark.SELF] if own or said["self"] else []
    if not own and (back := await _distance(circles, row["owner"], row["by"])):
        marks.append(Mark.MUTUAL if back == 1 else Mark.RING)
    if row["sameParent"]:
        marks.append(Mark.SAME_PARENT)
    return Step(
        start=Iri(row["by"]),
        end=Iri(row["to"]),
        by=By.ENDORSEMENT if endorses else By.TRUST_LIST,
        endorsement=Iri(said["id"]) if endorses else None,
        kind=said["kind"],
        target=Iri(said["target"]) if endorses else None,
        marks=tuple(marks),
    )


async def _distance(circles: _Circles, start: str, end: str) -> int | None:
    """Return how many steps lead from one profile to another, RING_STEPS at most; searched from both sides."""
    sides = {_AHEAD: {start}, _BACK: {end}}
    reached = {_AHEAD: {start}, _BACK: {end}}
    for steps in range(1, RING_STEPS + 1):
        way, other = sorted(sides, key=lambda each: (len(sides[each]), each))
        found = {each for _, others in await circles.around(way, sides[way]) for each in others}
        if found & sides[other]:
            return steps
        sides[way] = found - reached[way]
        reached[way] |= found
        if not sides[way]:
            return None
    return None
