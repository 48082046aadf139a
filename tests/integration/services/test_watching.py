"""Watching what happens, from several processes, on a real engine: everything, once, and nothing missed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from graph_service.domain.event import Event
from graph_service.domain.iri import Iri, ulid
from graph_service.domain.policy import PUBLIC, Principal
from graph_service.domain.time import later
from graph_service.errors import DeadlineExceeded, InvalidInput, NotAuthenticated, Unavailable
from graph_service.services import awarding, display, following, issuing, noticing, requests, watching
from graph_service.services.awarding import AwardRow
from graph_service.services.call import Call, World
from graph_service.services.watching import Watcher, Watching
from graph_service.store import Endpoint, Store
from tests.casts import START, Cast
from tests.integration.services.stacks import Stacks

NOTICES = "MATCH (n:Notice) RETURN {number: n.number, event: n.id} AS row ORDER BY n.number"
EVENTS = "MATCH (e:Event) RETURN e.id AS row"
WAITING = "MATCH (d:Delivery) WHERE d.to = 'numbers' RETURN d.id AS row"


@dataclass
class Process:
    """Another process of the service: its own connections, its own watching."""

    world: World
    watching: Watching
    ran: list[str] = field(default_factory=list)

    def by(self, principal: Principal) -> Watcher:
        """Return somebody who watches here."""

        async def asks() -> Call:
            return Call(principal, later(START, days=30))

        return Watcher(self.watching, asks)

    def looks(self) -> int:
        """Return how often it was looked."""
        return self.ran.count("notice/after")


@asynccontextmanager
async def process(cast: Cast, engine: Endpoint) -> AsyncIterator[Process]:
    """Start another process."""
    ran: list[str] = []
    store = Store.open(engine, observe=lambda name, *_: ran.append(name))
    world = replace(cast.world, store=store)
    try:
        yield Process(world, Watching.of(world), ran)
    finally:
        await store.close()


@pytest.fixture
async def here(cast: Cast, engine: Endpoint) -> AsyncIterator[Process]:
    """A process."""
    async with process(cast, engine) as started:
        yield started


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, so that tests wait little."""
    monkeypatch.setattr(watching, "SECONDS", 0.05)


class Heard:
    """What somebody was told, collected beside the test."""

    def __init__(self, told: Any) -> None:
        self.told: list[Any] = []
        self.task = asyncio.create_task(self._collect(told))

    async def _collect(self, told: Any) -> None:
        async with aclosing(told):
            async for each in told:
                self.told.append(each)

    async def until(self, count: int) -> list[Any]:
        """Wait until that much was told, and a little longer for what should not come."""
        async with asyncio.timeout(20):
            while len(self.told) < count and not self.task.done():  # noqa: ASYNC110 (short, and bounded)
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        return self.told

    async def stop(self) -> None:
        """Stop listening."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@asynccontextmanager
async def heard(told: Any) -> AsyncIterator[Heard]:
    """Listen; the first that is told, nothing yet, is there when this begins."""
    listening = Heard(told)
    try:
        await listening.until(1)
        yield listening
    finally:
        await listening.stop()


def endorsements(watcher: Watcher, profile: Iri, after: str | None = None) -> Any:
    return watcher.things("Subscription.endorsementChanged", "Endorsement", profile=profile, after=after)


def awards(watcher: Watcher, profile: Iri, after: str | None = None) -> Any:
    return watcher.things("Subscription.awardChanged", "Award", profile=profile, after=after)


async def test_numbers_have_no_gap_and_no_event_has_two_whoever_numbers(cast: Cast, engine: Endpoint) -> None:
    done = asyncio.Event()

    async def write() -> None:
        for _ in range(6):
            await cast.request(await cast.achievement("学級経営"))

    async def numbers(world: World) -> None:
        while not done.is_set():
            await noticing.number(world)
            await asyncio.sleep(0.01)

    await cast.request()  # the embedded engine makes the type of a first node, which not two may do at once
    async with process(cast, engine) as first, process(cast, engine) as second:
        numbering = [asyncio.create_task(numbers(each.world)) for each in (first, second, first, second)]
        await asyncio.gather(*(write() for _ in range(4)))
        done.set()
        await asyncio.gather(*numbering)
        await noticing.number(first.world)
    notices = await cast.world.store.run("notices", NOTICES, {})
    assert [each["number"] for each in notices] == list(range(1, len(notices) + 1))
    events = await cast.world.store.run("events", EVENTS, {})
    assert sorted(each["event"] for each in notices) == sorted(events)
    assert await cast.world.store.run("waiting", WAITING, {}) == []


async def test_who_can_never_number_gives_up(cast: Cast, here: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    await cast.request(await cast.achievement("学級経営"))
    await noticing.number(here.world)
    await cast.achievement("学級経営")

    async def last(_: World) -> int:
        return 0  # so that number 1 is given again

    with monkeypatch.context() as patch:
        patch.setattr(noticing, "last", last)
        patch.setattr(noticing, "PAUSE", 0.001)
        with pytest.raises(Unavailable):
            await noticing.number(here.world)
    await noticing.number(here.world)
    assert await cast.world.store.run("waiting", WAITING, {}) == []


async def test_two_processes_tell_everything_once_in_one_order(cast: Cast, engine: Endpoint) -> None:
    async with (
        process(cast, engine) as first,
        process(cast, engine) as second,
        heard(endorsements(first.by(cast.dean), cast.board)) as here,
        heard(endorsements(second.by(cast.dean), cast.university)) as there,
    ):
        made = [await cast.request(await cast.achievement("学級経営")) for _ in range(5)]
        await asyncio.gather(*(requests.withdraw(cast.world, cast.call(cast.dean), endorsement=each) for each in made))
        told = await here.until(11), await there.until(11)
    things = [[each for _, _, each in some[1:]] for some in told]
    assert Counter(things[0]) == Counter(dict.fromkeys(made, 2))
    assert things[0] == things[1]


async def test_what_is_committed_late_is_told_though_its_id_is_older(cast: Cast, here: Process) -> None:
    endorsement = await cast.request()

    def event(minute: int) -> Event:
        at = later(START, seconds=60 * minute)
        id_ = Iri(f"{cast.world.base_url}/events/{ulid(minute, bytes([minute] * 10))}")
        return Event(id_, id_, at, "TEST", Iri("urn:x:somebody"), "OWNER", (endorsement,), (), "digest")

    async with heard(endorsements(here.by(cast.dean), cast.board)) as listening:
        for minute in (9, 5, 1):
            await cast.world.store.commit([], event(minute))
            told = await listening.until(len(listening.told) + 1)
        assert [each for _, _, each in told[1:]] == [endorsement] * 3
        cursor = told[-2][1]
    async with heard(endorsements(here.by(cast.dean), cast.board, cursor)) as again:
        assert [each for _, _, each in again.told] == [None, endorsement]


async def test_who_comes_back_is_told_the_rest(cast: Cast, engine: Endpoint) -> None:
    async with process(cast, engine) as before, heard(endorsements(before.by(cast.dean), cast.board)) as listening:
        made = [await cast.request(await cast.achievement("学級経営")) for _ in range(3)]
        told = list(await listening.until(4))
    made += [await cast.request(await cast.achievement("学級経営")) for _ in range(3)]
    async with process(cast, engine) as after:
        for place, (_, cursor, _) in enumerate(told):
            async with heard(endorsements(after.by(cast.dean), cast.board, cursor)) as again:
                assert [each for _, _, each in await again.until(len(made) - place + 1)] == [None, *made[place:]]


async def test_an_event_about_many_is_gone_on_with_in_its_middle(cast: Cast, here: Process, stacks: Stacks) -> None:
    badge = await stacks.badge(cast.university)
    rows = [AwardRow(await stacks.learner(), badge, None) for _ in range(7)]
    async with heard(awards(here.by(cast.desk), cast.university)) as listening:
        await awarding.award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=rows)
        told = await listening.until(8)
    things = [each for _, _, each in told]
    assert len(set(things)) == 8
    async with heard(awards(here.by(cast.desk), cast.university, told[3][1])) as again:
        assert [each for _, _, each in await again.until(5)] == [None, *things[4:]]


async def test_only_what_one_may_see_is_told(cast: Cast, here: Process) -> None:
    endorsement = await cast.request(await cast.achievement("学級経営"))
    async with (
        heard(endorsements(here.by(PUBLIC), cast.board)) as anybody,
        heard(endorsements(here.by(cast.dean), cast.board)) as asker,
        heard(endorsements(here.by(cast.dean), Iri("urn:x:nobody"))) as elsewhere,
    ):
        await cast.request(await cast.achievement("学級経営"))
        assert len(await asker.until(2)) == 2
        assert len(anybody.told) == 1
        await issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement)
        assert [each for _, _, each in await anybody.until(2)] == [None, endorsement]
        assert len(elsewhere.told) == 1


async def test_an_award_is_told_to_everybody_once_it_is_shown(cast: Cast, here: Process) -> None:
    async with heard(awards(here.by(PUBLIC), cast.university)) as anybody:
        await cast.awarded(await cast.achievement("学級経営"))
        await display.show_award(cast.world, cast.call(cast.teacher), award=cast.award, shown=True)
        assert [each for _, _, each in await anybody.until(2)] == [None, cast.award]


async def test_it_ends_when_the_asker_is_nobody_any_more(cast: Cast, here: Process) -> None:
    good = True

    async def asks() -> Call:
        if not good:
            raise NotAuthenticated
        return Call(cast.dean, later(START, days=30))

    async with heard(endorsements(Watcher(here.watching, asks), cast.board)) as listening:
        await cast.request(await cast.achievement("学級経営"))
        assert len(await listening.until(2)) == 2
        good = False
        await cast.request(await cast.achievement("学級経営"))
        await listening.until(3)
        assert isinstance(listening.task.exception(), NotAuthenticated)
        assert len(listening.told) == 2


async def test_a_process_looks_once_for_all_and_never_for_nobody(cast: Cast, here: Process) -> None:
    await asyncio.sleep(0.3)
    assert here.ran == []
    async with heard(endorsements(here.by(PUBLIC), cast.board)):
        begun = here.looks()
        await asyncio.sleep(0.5)
        alone = here.looks() - begun
    many = [Heard(endorsements(here.by(PUBLIC), cast.board)) for _ in range(20)]
    await asyncio.gather(*(each.until(1) for each in many))
    begun = here.looks()
    await asyncio.sleep(0.5)
    together = here.looks() - begun
    await asyncio.gather(*(each.stop() for each in many))
    assert 1 <= together <= alone + 3
    here.ran.clear()
    await asyncio.sleep(0.3)
    assert here.ran == []


async def test_who_is_late_reads_what_is_not_kept(cast: Cast, here: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "KEPT", 2)
    monkeypatch.setattr(watching, "_PAGE", 2)
    async with aclosing(endorsements(here.by(cast.dean), cast.board)) as slow:
        assert (await anext(slow))[2] is None
        made = [await cast.request(await cast.achievement("学級経営")) for _ in range(4)]
        await asyncio.sleep(0.3)
        assert [(await anext(slow))[2] for _ in made] == made
        kept = here.watching._recent
        assert here.watching._weight == sum(each.weight for each in kept) <= max(2, kept[-1].weight)


async def test_in_a_long_silence_cursors_come(cast: Cast, here: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "QUIET", 3)
    async with heard(endorsements(here.by(PUBLIC), Iri("urn:x:nobody"))) as listening:
        for _ in range(7):
            await cast.achievement("学級経営")
        told = await listening.until(3)
        assert [each for _, _, each in told] == [None] * 3
        cursor = told[-1][1]
    here.ran.clear()
    async with heard(endorsements(here.by(PUBLIC), Iri("urn:x:nobody"), cursor)) as again:
        assert len(again.told) == 1


async def test_a_cursor_of_something_else_is_refused(
    cast: Cast, here: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def code(told: Any) -> str:
        with pytest.raises(InvalidInput) as refused:
            await anext(told)
        return refused.value.code

    async with heard(endorsements(here.by(PUBLIC), cast.board)) as listening:
        await cast.achievement("学級経営")
        await cast.achievement("学級経営")
    cursor = listening.told[0][1]
    ahead = watching._cursor(
        here.watching.cursors.of("Subscription.endorsementChanged", "", {"profile": cast.board}),
        watching.Position(10**9),
    )
    assert await code(endorsements(here.by(PUBLIC), cast.university, cursor)) == "INVALID_CURSOR"
    assert await code(awards(here.by(PUBLIC), cast.board, cursor)) == "INVALID_CURSOR"
    assert await code(endorsements(here.by(PUBLIC), cast.board, "nonsense")) == "INVALID_CURSOR"
    assert await code(endorsements(here.by(PUBLIC), cast.board, ahead)) == "INVALID_CURSOR"
    monkeypatch.setattr(watching, "REACH", 0)
    assert await code(endorsements(here.by(PUBLIC), cast.board, cursor)) == "CURSOR_TOO_OLD"


async def test_progress_is_told_when_it_may_have_changed(cast: Cast, here: Process, stacks: Stacks) -> None:
    badge, other = await stacks.badge(cast.university), await stacks.badge(cast.university)
    lower = await stacks.stack(cast.university, badge)
    above = {"root": "all", "nodes": [{"id": "all", "kind": "REF", "pathwayVersion": f"{lower}/versions/1"}]}
    pathway = await stacks.published(cast.board, above)
    learner, somebody = await stacks.learner(), await stacks.learner()
    told = here.by(PUBLIC).progress("Subscription.progressChanged", learner=learner, pathway=pathway, after=None)
    async with heard(told) as listening:
        await stacks.award(other, learner)
        await stacks.award(badge, somebody)
        assert len(await listening.until(1)) == 1
        award = await stacks.award(badge, learner)
        assert len(await listening.until(2)) == 2
        await awarding.revoke_award(cast.world, cast.call(cast.desk), award=award, reason="誤り。")
        assert len(await listening.until(3)) == 3
        kept = here.watching._recent
        assert here.watching._weight == sum(each.weight for each in kept)
        assert here.watching._weight > sum(1 + len(each.subjects) for each in kept)


async def test_what_takes_too_long_to_follow_may_have_changed_anything(
    cast: Cast, here: Process, stacks: Stacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> following.Changed:
        raise DeadlineExceeded("database")

    monkeypatch.setattr(following, "changed_by", never)
    told = here.by(PUBLIC).progress("Subscription.progressChanged", learner="urn:x:a", pathway="urn:x:b", after=None)
    async with heard(told) as listening:
        await stacks.badge(cast.university)
        assert len(await listening.until(2)) == 2


@pytest.fixture(scope="module")
def stacks(cast: Cast) -> Stacks:
    """The stacks of this module."""
    return Stacks(cast)
