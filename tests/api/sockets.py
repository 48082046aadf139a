"""Services that listen on a port of this machine, and a client that speaks graphql-transport-ws with them."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from graph_service import app, cli
from graph_service.settings import Mode, Settings
from graph_service.store import Endpoint, Store
from graph_service.web.health import Readiness
from tests.api.service import Api
from tests.casts import BASE

PROTOCOL = Subprotocol("graphql-transport-ws")


@dataclass(frozen=True)
class Listening:
    """A service and where it listens."""

    server: uvicorn.Server
    serving: asyncio.Task[None]
    port: int

    @property
    def host(self) -> str:
        """Return the host that clients name."""
        return f"127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Stop as SIGTERM does, and return when it has."""
        self.server.should_exit = True
        await self.serving


@asynccontextmanager
async def listening(api: Api, engine: Endpoint, settings: Settings | None = None) -> AsyncIterator[Listening]:
    """Serve the world of the tests once more, with connections of its own, as the command line does."""
    store = Store.open(engine)
    chosen = settings or Settings(mode=Mode.DEVELOPMENT, base_url=BASE)
    service = app.build(replace(api.world, store=store), chosen, Readiness(store, True), api.clock)
    with socket.create_server(("127.0.0.1", 0)) as port:
        server = cli._server(service)
        at = Listening(server, asyncio.create_task(server.serve(sockets=[port])), port.getsockname()[1])
        try:
            async with asyncio.timeout(60):
                while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
                    await asyncio.sleep(0.01)
            yield at
        finally:
            await at.stop()
            await store.close()


@dataclass
class Client:
    """A client: what it was told by subscription."""

    connection: ClientConnection
    told: dict[str, list[Any]] = field(default_factory=dict)

    async def say(self, **message: Any) -> None:
        """Send a message."""
        await self.connection.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """Return the next message."""
        async with asyncio.timeout(60):
            return json.loads(await self.connection.recv())  # type: ignore[no-any-return]

    async def subscribe(self, id: str, query: str, **variables: Any) -> None:
        """Begin a subscription."""
        await self.say(id=id, type="subscribe", payload={"query": query, "variables": variables})

    async def next(self, id: str = "a") -> Any:
        """Return the data of the next message, which must be one without errors, and of that subscription."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("next", id), message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    async def refused(self, id: str = "a") -> list[str]:
        """Return the codes with which a subscription ends."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("error", id), message
        assert all(each["message"] and each["extensions"].get("hint") != "" for each in message["payload"])
        return [each["extensions"]["code"] for each in message["payload"]]

    async def closed(self) -> int | None:
        """Return the code with which the service closes the connection."""
        async with asyncio.timeout(60):
            await self.connection.wait_closed()
        return self.connection.close_code

    async def is_silent(self) -> bool:
        """Tell whether nothing is told for a second."""
        try:
            async with asyncio.timeout(1):
                await self.connection.recv()
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def opened(
    at: Listening,
    *,
    origin: str | None = None,
    headers: Mapping[str, str] | None = None,
    protocol: Subprotocol = PROTOCOL,
) -> AsyncIterator[Client]:
    """Open a connection."""
    named = None if origin is None else Origin(origin)
    async with connect(
        f"ws://{at.host}/graphql", subprotocols=[protocol], origin=named, additional_headers=headers, proxy=None
    ) as connection:
        yield Client(connection)


@asynccontextmanager
async def talking(at: Listening, persona: str | None = None, **payload: Any) -> AsyncIterator[Client]:
    """Open a connection and initialise it, as somebody or as the public."""
    async with opened(at) as client:
        await client.say(type="connection_init", payload=payload | ({"X-Persona": persona} if persona else {}))
        assert await client.hear() == {"type": "connection_ack"}
        yield client
