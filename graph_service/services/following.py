"""What happened, followed: which kept completions it may have changed. They are marked as due and judged later.

Beside each event lies that it has yet to be followed (a Delivery), written with it and taken away when that was done;
before, it is numbered for those who watch (`noticing`).
So no clock and no order of commits matters. Marking is cheap and may be done twice; what is marked stays marked until
it was judged: nothing is lost when a process is killed, and several may follow the same events.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from operator import itemgetter
from typing import Any, TypeVar

from graph_service.domain import completion
from graph_service.domain.time import Instant
from graph_service.errors import AlreadyExists, DeadlineExceeded
from graph_service.services import noticing
from graph_service.services.call import World
from graph_service.store import Write

TO = noticing.NEXT
EVENTS = 50
"""How many events are followed together; some are about thousands of awards."""
PAGE = 1_000
STEPS = 3
"""How many claims of equivalence may follow one another (as in `pathway/`)."""

_FACTS = ("Award", "Consent", "Enrolment", "Waiver")
_RULES = ("Equivalence", "PathwayVersion")

Row = Mapping[str, Any]
T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass
class Changed:
    """What may have changed: single completions (pathway, learner), all of a pathway, and who is on a pathway."""

    pairs: set[tuple[str, str]] = field(default_factory=set)
    pathways: set[str] = field(default_factory=set)
    anew: set[str] = field(default_factory=set)

    def concerns(self, pathway: str, learner: str) -> bool:
        """Tell whether the completion of this learner may be among them."""
        return (pathway, learner) in self.pairs or pathway in self.pathways or pathway in self.anew

    def add(self, other: Changed) -> None:
        """Add what else may have changed."""
        self.pairs |= other.pairs
        self.pathways |= other.pathways
        self.anew |= other.anew


async def follow(world: World, at: Instant) -> int:
    """Mark what may have changed by events that wait to be followed; return how many were.

    The first time, everything is marked. An event that cannot be followed in time is logged, and waits for the next.
    """
    await noticing.number(world)
    followed, after = 0, ""
    (begun,) = await world.store.read("completion/begun")
    if not begun:
        await mark_everything(world, at)
        followed += await world.store.note(Write("completion/begin", {}))
    while waiting := await world.store.read("delivery/waiting", to=TO, after=after, limit=PAGE):
        for events in _batches(waiting, EVENTS):
            followed += await _follow(world, events, at)
        after = waiting[-1]
    return followed


async def _follow(world: World, events: Sequence[str], at: Instant) -> int:
    try:
        async for changed in _changes(world, events):
            await _mark(world, changed, at)
    except DeadlineExceeded as late:
        if len(events) == 1:
            log.warning("%s was not followed: %s", events[0], late.code)
            return 0
        half = len(events) // 2
        return await _follow(world, events[:half], at) + await _follow(world, events[half:], at)
    await world.store.note(Write("delivery/done", {"to": TO, "ids": events}))
    return len(events)


async def changed_by(world: World, event: str) -> Changed:
    """Return what an event may have changed. Raises DeadlineExceeded if that takes too long to find out."""
    changed = Changed()
    async for some in _changes(world, [event]):
        changed.add(some)
    return changed


async def mark_everything(world: World, at: Instant) -> None:
    """Mark the completion of everybody who has a first fact toward a pathway, or enrolled, on whatever pathway."""
    after = ""
    while pathways := await world.store.read("completion/pathways", after=after, limit=PAGE):
        await _mark(world, Changed(anew=set(pathways)), at)
        after = pathways[-1]


async def _changes(world: World, events: Sequence[str]) -> AsyncIterator[Changed]:
    """Yield what some events may have changed, page by page."""
    after = ""
    while about := await _concerning(world, events, after):
        facts = await _rows(world, "completion/changed", about, _FACTS)
        yield await _changed(world, facts, await _rows(world, "completion/rules", about, _RULES))
        async for endorsed in _endorsed(world, [each["id"] for each in about if each["type"] == "Endorsement"]):
            yield await _changed(world, endorsed, [])
        after = about[-1]["id"]


async def _concerning(world: World, events: Sequence[str], after: str) -> list[Row]:
    types = [*_FACTS, "Endorsement", "Equivalence"]
    found = await world.store.read("event/concerning", ids=events, types=types, after=after, limit=PAGE)
    return sorted(found, key=itemgetter("id"))[:PAGE]


async def _rows(world: World, statement: str, about: Sequence[Row], types: Collection[str]) -> list[Row]:
    ids = [each["id"] for each in about if each["type"] in types]
    return await world.store.read(statement, ids=ids) if ids else []


async def _endorsed(world: World, endorsements: Sequence[str], *, onward: bool = True) -> AsyncIterator[list[Row]]:
    """Yield what endorsements are facts about; of a profile: what it offers and, `onward`, what it endorses."""
    rows = await world.store.read("completion/endorsed", ids=endorsements) if endorsements else []
    yield [row for row in rows if "achievement" in row]
    for profile in sorted({row["profile"] for row in rows if "profile" in row}):
        async for offered in _pages(world, "completion/offered", profile):
            yield offered
        if onward:
            async for made in _pages(world, "completion/made", profile):
                async for endorsed in _endorsed(world, [each["id"] for each in made], onward=False):
                    yield endorsed


async def _changed(world: World, facts: Sequence[Row], rules: Sequence[Row]) -> Changed:
    """Return what rows may have changed, upward: through equivalences, and versions that rest on others."""
    changed = Changed()
    counting = await _counting(world, {row["achievement"] for row in (*facts, *rules) if "achievement" in row})
    above = await _above(world, {row["pathway"] for row in (*facts, *rules) if "pathway" in row})
    for row in facts:
        reached = counting[row["achievement"]] if "achievement" in row else above[row["pathway"]]
        if row["learner"] is None:
            changed.pathways |= reached
        else:
            changed.pairs |= set(product(reached, [row["learner"]]))
    for row in rules:
        changed.anew |= counting[row["achievement"]] if "achievement" in row else above[row["pathway"]]
    return changed


async def _counting(world: World, achievements: set[str]) -> Mapping[str, set[str]]:
    """Return for each achievement the pathways in which an award of it may count."""
    stands_for = await _claimed(world, "completion/onward", achievements)
    pathways: dict[str, set[str]] = {}
    for some in _batches(sorted(set[str]().union(*stands_for.values())), EVENTS):
        for row in await world.store.read("completion/counting", achievements=some):
            pathways.setdefault(row["achievement"], set()).add(row["pathway"])
    return {each: set[str]().union(*(pathways.get(a, ()) for a in stands_for[each])) for each in achievements}


async def _claimed(world: World, statement: str, achievements: set[str]) -> Mapping[str, set[str]]:
    """Return for each achievement itself and what claims lead to from it, onward or backward, in so many steps."""
    reached = {each: {each} for each in achievements}
    known: set[str] = set()
    steps: dict[str, set[str]] = {}
    for _ in range(STEPS):
        new = set[str]().union(*reached.values()) - known
        if not new:
            break
        known |= new
        for row in await world.store.read(statement, achievements=sorted(new)):
            near, far = (row["source"], row["target"])[:: 1 if statement == "completion/onward" else -1]
            steps.setdefault(near, set()).add(far)
        for found in reached.values():
            found.update(*(steps.get(each, ()) for each in list(found)))
    return reached


async def _above(world: World, pathways: set[str]) -> Mapping[str, set[str]]:
    """Return for each pathway itself and those that rest on it."""
    reached = {each: {each} for each in pathways}
    for row in await world.store.read("completion/above", pathways=sorted(pathways)) if pathways else []:
        reached[row["pathway"]].add(row["above"])
    return reached


async def _mark(world: World, changed: Changed, at: Instant) -> None:
    await _mark_pairs(world, changed.pairs, at)
    for pathway in sorted(changed.pathways | changed.anew):
        lists = [("completion/kept", pathway)]
        if pathway in changed.anew:
            lists += await _beginning(world, pathway)
        for statement, id_ in lists:
            async for rows in _pages(world, statement, id_):
                await _mark_pairs(world, ((pathway, row["learner"]) for row in rows), at)


async def _beginning(world: World, pathway: str) -> list[tuple[str, str]]:
    """Return where the learners stand who may have a first fact toward a pathway, or enrolled: statements and ids."""
    accepted = await world.store.read("completion/accepted", pathway=pathway)
    claimed = await _claimed(world, "completion/backward", set(accepted))
    counted = sorted(set[str]().union(*claimed.values()))
    return [("completion/enrolled", pathway), *(("completion/holders", each) for each in counted)]


async def _pages(world: World, statement: str, id_: str) -> AsyncIterator[list[Row]]:
    after = ""
    while rows := await world.store.read(statement, id=id_, after=after, limit=PAGE):
        yield rows
        after = rows[-1]["key"]


async def _mark_pairs(world: World, pairs: Iterable[tuple[str, str]], at: Instant) -> None:
    """Mark the completion of each (pathway, learner)."""
    for some in _batches(sorted(set(pairs)), PAGE):
        given = [
            {
                "id": completion.completion_id(world.base_url, pathway, learner),
                "key": completion.pair(pathway, learner),
                "pathwayId": pathway,
                "learnerId": learner,
            }
            for pathway, learner in some
        ]
        mark = Write("completion/mark", {"completions": given, "at": at})
        try:
            await world.store.note(mark)
        except AlreadyExists:  # another process began one of them at the same time
            await world.store.note(mark)


def _batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))
