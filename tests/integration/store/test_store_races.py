"""Eight writers at once: exactly one wins, and nothing is half done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from graph_service.domain.event import Event
from graph_service.errors import AlreadyExists, StaleVersion
from graph_service.store import Recorded, Store, Write

Make = Callable[..., Event]
ROUNDS, FEWER, WRITERS = 60, 15, 8


async def at_once(writers: list[Coroutine[Any, Any, Recorded]]) -> list[Recorded | BaseException]:
    return await asyncio.gather(*writers, return_exceptions=True)


async def test_one_of_eight_moves_a_version(store: Store, event: Make) -> None:
    await store.commit([Write("thing/create", {"id": "urn:thing:a", "name": "0"})], event(action="OTHER"))
    for turn in range(1, ROUNDS + 1):
        given = {"id": "urn:thing:a", "version": turn, "name": str(turn)}
        rename = Write("thing/rename", given, otherwise=StaleVersion("urn:thing:a", turn))
        outcomes = await at_once([store.commit([rename], event()) for _ in range(WRITERS)])
        assert sum(isinstance(outcome, Recorded) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == WRITERS - 1
    assert await store.read("thing/get", id="urn:thing:a") == [{"name": str(ROUNDS), "version": ROUNDS + 1}]
    assert await store.read("thing/events", action="THING_CHANGE") == [ROUNDS]


async def test_one_of_eight_with_the_same_key_writes(store: Store, event: Make) -> None:
    for turn in range(1, ROUNDS + 1):
        key = f"key-{turn}"
        outcomes = await at_once(
            [
                store.commit(
                    [Write("thing/create", {"id": f"urn:thing:{turn}:{writer}", "name": key})],
                    event(key=key, results=(f"urn:thing:{turn}:{writer}",)),
                )
                for writer in range(WRITERS)
            ]
        )
        done = [outcome for outcome in outcomes if isinstance(outcome, Recorded)]
        assert [len(done), sum(not outcome.replayed for outcome in done)] == [WRITERS, 1]
        [result] = {outcome.event.results for outcome in done}
        assert await store.read("thing/named", prefix=f"urn:thing:{turn}:") == list(result)


async def test_one_of_eight_takes_a_unique_value(store: Store, event: Make) -> None:
    for turn in range(1, FEWER + 1):
        create = Write("thing/create", {"id": f"urn:thing:{turn}", "name": ""})
        outcomes = await at_once([store.commit([create], event()) for _ in range(WRITERS)])
        assert sum(isinstance(outcome, Recorded) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == WRITERS - 1
    assert await store.read("thing/events", action="THING_CHANGE") == [FEWER]


async def test_eight_that_merge_one_node_all_succeed(store: Store, event: Make) -> None:
    for turn in range(1, FEWER + 1):
        merge = Write("thing/merge", {"id": f"urn:thing:{turn}"})
        outcomes = await at_once([store.commit([merge], event()) for _ in range(WRITERS)])
        assert all(isinstance(outcome, Recorded) for outcome in outcomes), outcomes
        [thing] = await store.read("thing/get", id=f"urn:thing:{turn}")
        assert thing["version"] == WRITERS
