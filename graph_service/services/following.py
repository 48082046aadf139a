"""What happened, followed: which kept completions it may have changed. They are marked as due and judged later.

Marking is cheap and may be done twice; what is marked stays marked until it was judged. So nothing is lost when a
process is killed, and several may follow the same events.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeVar

from graph_service.domain import completion
from graph_service.domain.iri import ulid
from graph_service.domain.time import Instant, later, to_datetime
from graph_service.errors import AlreadyExists
from graph_service.services.call import World
from graph_service.store import Write

EVENTS = 50
"""How many events are followed together; some are about thousands of awards."""
PAGE = 1_000
OVERLAP = 120
"""Seconds that are looked at again: the id of an event is older than its commit, and clocks differ."""
STEPS = 3
"""How many claims of equivalence may follow one another (as in `pathway/`)."""

_FACTS = ("Award", "Consent", "Enrolment", "Waiver")
_RULES = ("Equivalence", "PathwayVersion")

T = TypeVar("T")


@dataclass
class Changed:
    """What may have changed: single completions (pathway, learner), all of a pathway, and who is on a pathway."""

    pairs: set[tuple[str, str]] = field(default_factory=set)
    pathways: set[str] = field(default_factory=set)
    anew: set[str] = field(default_factory=set)


async def follow(world: World, seen: set[str], at: Instant) -> int:
    """Mark what events since the last time may have changed; return how many events were new.

    `seen`: what this process followed before of what is looked at again. The first time, everything is marked.
    """
    (since,) = await world.store.read("completion/followed")
    if since is None:
        await mark_everything(world, at)
        return 1
    start = after = _event_id(world, later(since, seconds=-OVERLAP))
    followed = 0
    while page := await world.store.read("event/after", after=after, limit=PAGE):
        new = [row["id"] for row in page if row["id"] not in seen]
        for some in _batches(new, EVENTS):
            await _mark(world, await _changed(world, some), at)
        after = page[-1]["id"]
        seen.update(new)
        followed += len(new)
        await _follow_on(world, min(at, page[-1]["at"]))
    seen.difference_update([each for each in seen if each < start])
    return followed


async def mark_everything(world: World, at: Instant) -> None:
    """Mark the completion of everybody who has a first fact toward a pathway, or enrolled, on whatever pathway."""
    after = ""
    while pathways := await world.store.read("completion/pathways", after=after, limit=PAGE):
        await _mark(world, Changed(anew=set(pathways)), at)
        after = pathways[-1]
    await _follow_on(world, at)


async def _follow_on(world: World, at: Instant) -> None:
    await world.store.note(Write("completion/follow", {"at": at}))


def _event_id(world: World, at: Instant) -> str:
    """Return what stands before every event from an instant on."""
    return f"{world.base_url}/events/{ulid(int(to_datetime(at).timestamp() * 1000), bytes(10))}"


async def _changed(world: World, events: Sequence[str]) -> Changed:
    """Return what some events may have changed, upward: through equivalences, and versions that rest on others."""
    about = await world.store.read("event/concerning", ids=events, types=[*_FACTS, "Endorsement", "Equivalence"])
    changed = Changed()
    for some in _batches(about, PAGE):
        facts = await _rows(world, "completion/changed", some, _FACTS)
        facts += await _rows(world, "completion/endorsed", some, ["Endorsement"])
        rules = await _rows(world, "completion/rules", some, _RULES)
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


async def _rows(
    world: World, statement: str, about: Sequence[Mapping[str, Any]], types: Collection[str]
) -> list[Mapping[str, Any]]:
    ids = [each["id"] for each in about if each["type"] in types]
    return await world.store.read(statement, ids=ids) if ids else []


async def _counting(world: World, achievements: set[str]) -> Mapping[str, set[str]]:
    """Return for each achievement the pathways in which an award of it may count."""
    stands_for = await _claimed(world, "completion/onward", achievements)
    everything = sorted(set[str]().union(*stands_for.values()))
    rows = await world.store.read("completion/counting", achievements=everything) if everything else []
    return {each: {row["pathway"] for row in rows if row["achievement"] in stands_for[each]} for each in achievements}


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
            async for learners in _pages(world, statement, id_):
                await _mark_pairs(world, product([pathway], learners), at)


async def _beginning(world: World, pathway: str) -> list[tuple[str, str]]:
    """Return where the learners stand who may have a first fact toward a pathway, or enrolled: statements and ids."""
    accepted = await world.store.read("completion/accepted", pathway=pathway)
    claimed = await _claimed(world, "completion/backward", set(accepted))
    counted = sorted(set[str]().union(*claimed.values()))
    return [("completion/enrolled", pathway), *(("completion/holders", each) for each in counted)]


async def _pages(world: World, statement: str, id_: str) -> AsyncIterator[list[str]]:
    after = ""
    while rows := await world.store.read(statement, id=id_, after=after, limit=PAGE):
        yield [row["learner"] for row in rows]
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
