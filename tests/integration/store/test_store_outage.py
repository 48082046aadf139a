"""A database that is away, slow, cut off or refuses: coded errors, and everything works again afterwards."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from graph_service.domain.event import Event
from graph_service.errors import ConfigurationError, DeadlineExceeded, Unavailable
from graph_service.store import Endpoint, Store, Write
from graph_service.store.connection import Connection
from graph_service.store.statements import Statement
from tests.integration.store.conftest import AT, BASE_URL
from tests.integration.store.proxy import COMMIT, Fault, Proxy, proxied

Make = Callable[..., Event]
CREATE = [Write("thing/create", {"id": "urn:thing:a", "name": "a"})]
ECHO = b"What was given."


@asynccontextmanager
async def opened(endpoint: Endpoint, statements: Mapping[str, Statement], deadline: float = 5) -> AsyncIterator[Store]:
    connection = Connection.open(endpoint, statements=statements, deadline=deadline)
    try:
        yield Store(connection)
    finally:
        await connection.close()


@pytest.fixture
async def proxy(database: Endpoint) -> AsyncIterator[tuple[Proxy, Endpoint]]:
    async with proxied(database) as it:
        yield it


@pytest.fixture
async def through(
    proxy: tuple[Proxy, Endpoint], statements: Mapping[str, Statement]
) -> AsyncIterator[tuple[Proxy, Store]]:
    """A proxy and a store behind it, already connected."""
    async with opened(proxy[1], statements) as store:
        await store.ping()
        yield proxy[0], store


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def test_a_closed_port_is_unavailable(
    database: Endpoint, statements: Mapping[str, Statement], event: Make
) -> None:
    async with opened(replace(database, uri=f"bolt://127.0.0.1:{closed_port()}"), statements) as store:
        for call in (
            store.ping,
            lambda: store.commit(CREATE, event()),
            lambda: store.migrate(BASE_URL, AT),
        ):
            with pytest.raises(Unavailable) as raised:
                await call()
            assert raised.value.code == "UNAVAILABLE"


async def test_a_port_that_speaks_something_else_is_unavailable(
    database: Endpoint, statements: Mapping[str, Statement]
) -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with opened(replace(database, uri=f"bolt://127.0.0.1:{port}"), statements) as store:
            with pytest.raises(Unavailable):
                await store.ping()


async def test_a_read_survives_one_cut(through: tuple[Proxy, Store]) -> None:
    proxy, store = through
    proxy.plan(Fault.CUT_BEFORE, on=ECHO)
    assert await store.read("thing/echo", value=1) == [1]


async def test_a_read_that_is_cut_each_time_is_unavailable_and_then_works_again(
    through: tuple[Proxy, Store],
) -> None:
    proxy, store = through
    proxy.plan(Fault.CUT_AFTER, on=ECHO, times=3)
    with pytest.raises(Unavailable) as raised:
        await store.read("thing/echo", value=1)
    assert raised.value.code == "UNAVAILABLE"
    assert await store.read("thing/echo", value=1) == [1]


async def test_a_pool_of_dead_connections_is_replaced(through: tuple[Proxy, Store]) -> None:
    proxy, store = through
    await asyncio.gather(*(store.read("thing/echo", value=n) for n in range(20)))
    proxy.cut()
    assert await asyncio.gather(*(store.read("thing/echo", value=n) for n in range(20))) == [[n] for n in range(20)]


@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER])
@pytest.mark.parametrize("on", [b"Makes a thing.", COMMIT])
async def test_a_cut_commit_is_done_once(through: tuple[Proxy, Store], event: Make, fault: Fault, on: bytes) -> None:
    proxy, store = through
    proxy.plan(fault, on=on)
    wanted = event(about=("urn:thing:a",))
    done = await store.commit(CREATE, wanted)
    assert (done.event, done.replayed) == (wanted, False)
    assert await store.read("thing/named", prefix="urn:") == ["urn:thing:a"]
    assert await store.read("thing/events", action="THING_CHANGE") == [1]


async def test_a_silent_database_exceeds_the_deadline_and_the_same_key_finds_out(
    proxy: tuple[Proxy, Endpoint], statements: Mapping[str, Statement], event: Make
) -> None:
    wanted = event()
    async with opened(proxy[1], statements, deadline=0.5) as store:
        proxy[0].plan(Fault.FREEZE, on=COMMIT)
        with pytest.raises(DeadlineExceeded) as raised:
            await store.commit(CREATE, wanted)
        assert raised.value.code == "DEADLINE_EXCEEDED"
        proxy[0].cut()
        assert (await store.commit(CREATE, wanted)).event == wanted
        assert await store.read("thing/named", prefix="urn:") == ["urn:thing:a"]


async def test_a_cancelled_commit_leaves_nothing_and_holds_nothing(through: tuple[Proxy, Store], event: Make) -> None:
    proxy, store = through
    proxy.plan(Fault.FREEZE, on=b"Makes a thing.")
    task = asyncio.create_task(store.commit(CREATE, event()))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    proxy.cut()
    assert await store.read("thing/events", action="THING_CHANGE") == [0]
    await store.commit(CREATE, event())
    assert store.connection.slots._value == 30


async def test_a_database_that_does_not_exist_is_refused(
    database: Endpoint, statements: Mapping[str, Statement]
) -> None:
    async with opened(replace(database, database="nosuch"), statements) as store:
        with pytest.raises(ConfigurationError) as raised:
            await store.ping()
    assert raised.value.code == "DATABASE_REFUSED"


async def test_a_wrong_password_is_refused(database: Endpoint, statements: Mapping[str, Statement]) -> None:
    if not database.user:
        pytest.skip("this server asks for no password")
    async with opened(replace(database, password="wrong"), statements) as store:
        with pytest.raises(ConfigurationError) as raised:
            await store.ping()
    assert raised.value.code == "DATABASE_REFUSED"


@pytest.mark.parametrize(
    "uri", ["", "localhost:7687", "http://127.0.0.1", "bolt://", "bolt://127.0.0.1:port", "bolt+tls://a"]
)
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Store.open(Endpoint(uri))
    assert raised.value.code == "DATABASE_URI_INVALID"


def test_a_password_in_a_bad_address_is_not_shown() -> None:
    with pytest.raises(ConfigurationError) as raised:
        Store.open(Endpoint("https://user:secret@host"))
    assert raised.value.problems[0].values == {"uri": "host"}


async def test_a_routing_address_reads_what_it_wrote(
    database: Endpoint, statements: Mapping[str, Statement], event: Make
) -> None:
    async with opened(replace(database, uri=database.uri.replace("bolt://", "neo4j://")), statements) as store:
        for n in range(10):
            await store.commit([Write("thing/create", {"id": f"urn:thing:{n}", "name": ""})], event())
            assert await store.read("thing/get", id=f"urn:thing:{n}") == [{"name": "", "version": 1}]
