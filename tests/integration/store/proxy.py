"""A TCP proxy before the database that can fail like a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from enum import Enum

from graph_service.store import Endpoint

COMMIT = b"\x00\x02\xb0\x12\x00\x00"  # Bolt: the chunk of a COMMIT message


class Fault(Enum):
    """What happens to a message from the client."""

    CUT_BEFORE = "the server never sees it"
    CUT_AFTER = "the server sees it, the client never hears"
    FREEZE = "the server sees it, and answers no longer arrive"


class Proxy:
    """Passes bytes between client and database until told otherwise."""

    def __init__(self, target: Endpoint) -> None:
        host, _, port = target.uri.rpartition("/")[2].partition(":")
        self._target = (host, int(port))
        self._writers: set[asyncio.StreamWriter] = set()
        self._planned: list[tuple[Fault, bytes]] = []
        self._mute = False

    def plan(self, fault: Fault, on: bytes, times: int = 1) -> None:
        """Let `fault` happen to the next messages that contain `on`."""
        self._planned = [(fault, on)] * times

    def cut(self) -> None:
        """Close every connection at once; new ones are served."""
        self._mute = False
        for writer in self._writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(*self._target)
        self._writers |= {writer, server_writer}
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, server_writer, from_client=True))
                both.create_task(self._pass(server_reader, writer, from_client=False))
        except* ConnectionError:
            pass
        finally:
            self._writers -= {writer, server_writer}
            writer.close()
            server_writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_client: bool) -> None:
        while data := await reader.read(65536):
            fault = self._due(data) if from_client else None
            if fault is Fault.CUT_BEFORE:
                break
            self._mute |= fault is not None
            if from_client or not self._mute:
                writer.write(data)
                await writer.drain()
            if fault is Fault.CUT_AFTER:
                await asyncio.sleep(0.3)  # long enough for the server to do it
                self._mute = False
                break
        raise ConnectionAbortedError

    def _due(self, data: bytes) -> Fault | None:
        if self._planned and self._planned[0][1] in data:
            return self._planned.pop()[0]
        return None


@asynccontextmanager
async def proxied(target: Endpoint) -> AsyncIterator[tuple[Proxy, Endpoint]]:
    """Yield a proxy and the endpoint to reach the database through it."""
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield proxy, replace(target, uri=f"bolt://127.0.0.1:{port}")
    finally:
        server.close()
        proxy.cut()
        with suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 2)
