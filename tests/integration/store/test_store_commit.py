"""The door for writing: all or nothing, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph_service.domain.event import Event
from graph_service.errors import AlreadyExists, KeyReused, NotFound, StaleVersion
from graph_service.store import Store, Write

Make = Callable[..., Event]


def created(thing: str, name: str = "first") -> Write:
    return Write("thing/create", {"id": thing, "name": name})


def renamed(thing: str, version: int, name: str = "second") -> Write:
    given = {"id": thing, "version": version, "name": name}
    return Write("thing/rename", given, otherwise=StaleVersion(thing, version))


async def things(store: Store) -> list[object]:
    return await store.read("thing/named", prefix="urn:thing:")


async def events(store: Store) -> object:
    [count] = await store.read("thing/events", action="THING_CHANGE")
    return count


async def test_writes_and_their_event_go_through_together(store: Store, event: Make) -> None:
    wanted = event(about=("urn:thing:a", "urn:thing:b"), results=("urn:thing:a",), request_id="r1")
    done = await store.commit([created("urn:thing:b"), created("urn:thing:a")], wanted)
    assert (done.event, done.replayed) == (wanted, False)
    assert await things(store) == ["urn:thing:a", "urn:thing:b"]
    assert await store.recorded(wanted.key) == wanted


async def test_an_unknown_key_has_no_event(store: Store) -> None:
    assert await store.recorded("urn:nothing") is None


async def test_statements_of_a_commit_run_in_order(store: Store, event: Make, seen: list[tuple[str, str]]) -> None:
    await store.commit([created("urn:thing:a"), renamed("urn:thing:a", 1)], event(about=("urn:thing:a",)))
    assert seen == [("write", n) for n in ("event/record", "thing/create", "thing/rename", "event/about")]


async def test_a_commit_about_something_missing_writes_nothing(store: Store, event: Make) -> None:
    with pytest.raises(NotFound) as raised:
        await store.commit([created("urn:thing:a")], event(about=("urn:thing:a", "urn:missing")))
    assert raised.value.problems[0].values["id"] == "urn:missing"
    assert (await things(store), await events(store)) == ([], 0)


async def test_a_write_that_meets_nothing_undoes_the_others(store: Store, event: Make) -> None:
    with pytest.raises(StaleVersion):
        await store.commit([created("urn:thing:a"), renamed("urn:thing:b", 1), created("urn:thing:c")], event())
    assert (await things(store), await events(store)) == ([], 0)


async def test_a_write_without_otherwise_may_meet_nothing(store: Store, event: Make) -> None:
    await store.commit([Write("thing/rename", {"id": "urn:thing:a", "version": 1, "name": "x"})], event())
    assert await events(store) == 1


async def test_an_old_version_is_refused(store: Store, event: Make) -> None:
    await store.commit([created("urn:thing:a")], event())
    await store.commit([renamed("urn:thing:a", 1)], event())
    with pytest.raises(StaleVersion):
        await store.commit([renamed("urn:thing:a", 1, "third")], event())
    assert await store.read("thing/get", id="urn:thing:a") == [{"name": "second", "version": 2}]


async def test_a_taken_value_is_refused_and_nothing_written(store: Store, event: Make) -> None:
    await store.commit([created("urn:thing:a")], event())
    with pytest.raises(AlreadyExists):
        await store.commit([created("urn:thing:b"), created("urn:thing:a")], event())
    assert (await things(store), await events(store)) == (["urn:thing:a"], 1)


async def test_a_replay_answers_what_was_answered_first(store: Store, event: Make) -> None:
    first = event(key="k", results=("urn:thing:a",), about=("urn:thing:a",))
    await store.commit([created("urn:thing:a")], first)
    again = await store.commit([created("urn:thing:b")], event(key="k", results=("urn:thing:b",)))
    assert (again.event, again.replayed) == (first, True)
    assert await things(store) == ["urn:thing:a"]


async def test_a_replay_is_recognised_although_its_writes_no_longer_fit(store: Store, event: Make) -> None:
    await store.commit([created("urn:thing:a")], event())
    await store.commit([renamed("urn:thing:a", 1)], event(key="k"))
    again = await store.commit([renamed("urn:thing:a", 1)], event(key="k"))
    assert again.replayed


async def test_a_key_with_another_request_is_refused(store: Store, event: Make) -> None:
    await store.commit([created("urn:thing:a")], event(key="k"))
    with pytest.raises(KeyReused) as raised:
        await store.commit([created("urn:thing:b")], event(key="k", request="sha256:2"))
    assert raised.value.code == "IDEMPOTENCY_KEY_REUSED"
    assert await things(store) == ["urn:thing:a"]


async def test_data_is_never_cypher(store: Store, event: Make) -> None:
    name = "x'}) DETACH DELETE n // `\" $id"
    await store.commit([created("urn:thing:a", name)], event(speaking_for=name))
    [thing] = await store.read("thing/get", id="urn:thing:a")
    assert thing["name"] == name
