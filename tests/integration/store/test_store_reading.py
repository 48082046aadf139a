"""Reading: rows, parameters, counting, deadlines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from graph_service.errors import DeadlineExceeded, Unavailable
from graph_service.store import Endpoint, Store
from graph_service.store import connection as connection_module
from graph_service.store.connection import Connection
from graph_service.store.statements import Statement

CYPHER_IN_TEXT = "'}) DETACH DELETE n // \\ ` \" $value {x: 1} */ \u2028 \u0027 日本語 🏅"


@pytest.mark.parametrize(
    "value", [CYPHER_IN_TEXT, [CYPHER_IN_TEXT], {"`a`-[:b]->": CYPHER_IN_TEXT}, None, 1, 0.5, True, []]
)
async def test_a_parameter_comes_back_as_it_was_given(store: Store, value: object) -> None:
    assert await store.read("thing/echo", value=value) == [value]


async def test_a_compiled_statement_answers_its_column_row(store: Store) -> None:
    text = "UNWIND $numbers AS n WITH n ORDER BY n DESC RETURN n AS row"
    assert await store.run("Query.numbers", text, {"numbers": [*range(100)]}) == [*range(99, -1, -1)]
    assert await store.run("Query.numbers", text, {"numbers": []}) == []
    both = "RETURN {total: 2} AS row UNION ALL UNWIND [1, 2] AS n RETURN n AS row"
    assert await store.run("Query.numbers", both, {}) == [{"total": 2}, 1, 2]


async def test_reading_makes_no_task(store: Store) -> None:
    """Before Python 3.12 the driver makes one for each read of the socket, unless it is kept from it."""
    await store.ping()  # connects
    made: list[object] = []
    loop = asyncio.get_running_loop()

    def task(loop: asyncio.AbstractEventLoop, coroutine: Any, **given: Any) -> asyncio.Task[Any]:
        made.append(coroutine)
        return asyncio.Task(coroutine, loop=loop, **given)

    loop.set_task_factory(task)
    try:
        await store.run("Query.numbers", "UNWIND range(1, 50) AS n RETURN n AS row", {})
    finally:
        loop.set_task_factory(None)
    assert made == []


async def test_each_statement_is_seen_once(store: Store, seen: list[tuple[str, str]]) -> None:
    await store.ping()
    await store.run("Query.one", "RETURN 1 AS row", {})
    assert seen == [("read", "installation/ping"), ("read", "Query.one")]


async def test_a_statement_takes_exactly_its_parameters(store: Store) -> None:
    with pytest.raises(TypeError):
        await store.read("thing/echo")
    with pytest.raises(TypeError):
        await store.read("thing/echo", value=1, other=2)


async def test_a_writing_statement_cannot_be_read(store: Store) -> None:
    with pytest.raises(TypeError):
        await store.read("thing/create", id="urn:a", name="a")
    assert await store.read("thing/named", prefix="urn:") == []


async def test_a_refused_statement_is_our_mistake_and_shows_no_data(store: Store) -> None:
    with pytest.raises(RuntimeError) as raised:
        await store.run(
            "Query.wrong", "RETURN $value.secret + 1 / $zero AS row", {"value": {"secret": 7777}, "zero": 0}
        )
    assert "Query.wrong" in str(raised.value)
    assert raised.value.__cause__ is None
    assert "7777" not in str(raised.value)


async def test_what_is_wrong_with_the_syntax_is_shown(store: Store) -> None:
    with pytest.raises(RuntimeError) as raised:
        await store.run("Query.wrong", "RETRUN $value AS row", {"value": "secret"})
    assert type(raised.value.__cause__).__name__ == "CypherSyntaxError"
    assert "secret" not in str(raised.value.__cause__)


async def test_the_deadline_holds_on_every_engine(database: Endpoint, statements: Mapping[str, Statement]) -> None:
    hasty = Connection.open(database, statements=statements, deadline=0.5)
    try:
        began = asyncio.get_running_loop().time()
        with pytest.raises(DeadlineExceeded):
            await hasty.read("thing/slow")
        assert asyncio.get_running_loop().time() - began < 2
        assert await hasty.read("thing/echo", value=1) == [1]
    finally:
        await hasty.close()


async def test_too_many_at_once_wait_here_and_then_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "_PATIENCE", 0.1)
    for _ in range(30):
        await store.connection.slots.acquire()
    with pytest.raises(Unavailable) as raised:
        await store.ping()
    assert raised.value.code == "UNAVAILABLE"
    store.connection.slots.release()
    await store.ping()


async def test_many_at_once_share_the_connections(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "_PATIENCE", 10)  # all of them at once on a busy machine
    answers = await asyncio.gather(*(store.read("thing/echo", value=n) for n in range(200)))
    assert answers == [[n] for n in range(200)]
