"""Subscriptions over a WebSocket, by the protocol graphql-transport-ws (PROTOCOL.md of enisdenjo/graphql-ws).

Who asks is said in headers or, as a browser cannot set them, in the payload of `connection_init`: `authorization` or,
in development mode, `x-persona`. It is found out anew for each message. Cookies count for nothing, and a page of
another site is refused all the same. Queries and mutations go by HTTP alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.http.websocket_origin import is_same_origin
from strawberry.types.execution import ExecutionResult

from graph_service.errors import LimitExceeded, NotFound, Unavailable
from graph_service.locale import preferred
from graph_service.schema.build import Schema
from graph_service.schema.context import Context
from graph_service.schema.documents import Documents
from graph_service.schema.failures import log_faults, told
from graph_service.schema.request import wanted

PROTOCOL = "graphql-transport-ws"
CONNECTIONS = 1_000
"""Of one process, at once."""
SUBSCRIPTIONS = 20
"""Of one connection, at once."""
INIT_SECONDS = 10.0
"""In which a connection has to be initialised."""
_CREDENTIALS = frozenset({"authorization", "x-persona"})

_log = logging.getLogger(__name__)

ContextOf = Callable[[HTTPConnection], Awaitable[Context]]


class _Broken(Exception):
    """The client does not keep to the protocol: the connection is closed with one of its codes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(kw_only=True)
class Socket:
    """The endpoint. `context_of` finds out who asks; `connections`: how many there are."""

    schema: Schema
    context_of: ContextOf
    documents: Documents
    connections: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold one connection until either side ends it."""
        socket = WebSocket(scope, receive, send)
        if _is_foreign(socket):
            await _deny(socket, Response(status_code=403))
        elif self.connections >= CONNECTIONS:
            await _deny(socket, Response(status_code=503, headers={"Retry-After": "30"}))
        else:
            self.connections += 1
            try:
                await _Talk(self, socket).hold()
            finally:
                self.connections -= 1


@dataclass
class _Talk:
    """What is said on one connection: subscriptions that run, by their ids, and every task that is not done.

    There are never more tasks than subscriptions are allowed: for a client that does not read what it is sent,
    nothing more is taken either.
    """

    endpoint: Socket
    socket: WebSocket
    asking: HTTPConnection | None = None  # the connection with its credentials, once it is initialised
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)  # those too that say their last, or were cancelled

    async def hold(self) -> None:
        """Take what the client says until it, or the connection, ends."""
        spoken = PROTOCOL in self.socket.scope["subprotocols"]
        with suppress(WebSocketDisconnect):
            await self.socket.accept(PROTOCOL if spoken else None)
            try:
                if not spoken:
                    raise _Broken(4406, "Subprotocol not acceptable")
                await self._listen()
            except _Broken as broken:
                await self.socket.close(broken.code, broken.reason)

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS) as patience:
                while True:
                    await self._take(await self._message())
                    if self.asking is not None:
                        patience.reschedule(None)
        except TimeoutError:
            raise _Broken(4408, "Connection initialisation timeout") from None
        finally:
            tasks = list(self.tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _message(self) -> Any:
        self._require_open()
        try:
            return orjson.loads(await self.socket.receive_text())
        except (KeyError, orjson.JSONDecodeError):  # bytes, or no JSON
            raise _Broken(4400, "Invalid message") from None

    async def _take(self, message: Any) -> None:
        match message:
            case {"type": "ping"}:
                await self._send(type="pong")
            case {"type": "pong"}:
                pass
            case {"type": "connection_init"} if self.asking is not None:
                raise _Broken(4429, "Too many initialisation requests")
            case {"type": "connection_init"}:
                self.asking = _asking(self.socket, message.get("payload") or {})
                await self._send(type="connection_ack")
            case {"type": "subscribe"} if self.asking is None:
                raise _Broken(4401, "Unauthorized")
            case {"type": "subscribe", "id": str(id)} if id in self.running:
                raise _Broken(4409, "Subscriber already exists")
            case {"type": "subscribe", "id": str(id), "payload": dict(payload)}:
                await self._begin(id, payload)
            case {"type": "complete", "id": str(id)}:
                if task := self.running.pop(id, None):
                    task.cancel()
            case _:
                raise _Broken(4400, "Invalid message")

    async def _begin(self, id: str, payload: Mapping[str, Any]) -> None:
        if len(self.running) >= SUBSCRIPTIONS:
            errors = self._refusal(LimitExceeded("subscriptions", SUBSCRIPTIONS), None)
            await self._send(id=id, type="error", payload=[each.formatted for each in errors])
            return
        while len(self.tasks) >= SUBSCRIPTIONS:
            await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
        task = self.running[id] = asyncio.create_task(self._answer(id, payload))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, id: str, payload: Mapping[str, Any]) -> None:
        """Send what a subscription brings, to its end."""
        with suppress(WebSocketDisconnect):
            try:
                last = await self._tell(id, payload)
                del self.running[id]  # before it is said: the id is free then
                await self._send(id=id, **last)
            except WebSocketDisconnect:
                raise
            except Exception:  # a fault of ours: nobody can tell what the client has missed
                _log.exception("a subscription broke off")
                self._require_open()
                await self.socket.close(1011, "Internal error")

    async def _tell(self, id: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Send what a subscription brings, and return how it ends; the next is asked for when one is sent."""
        async with aclosing(self._results(payload)) as results:
            async for result in results:
                errors = [each.formatted for each in result.errors or ()]
                if result.data is None and not any(each.path for each in result.errors or ()):
                    return {"type": "error", "payload": errors}
                body = {"data": result.data} | ({"errors": errors} if errors else {})
                await self._send(id=id, type="next", payload=body)
        return {"type": "complete"}

    async def _results(self, payload: Mapping[str, Any]) -> AsyncGenerator[ExecutionResult, None]:
        assert self.asking is not None  # noqa: S101 (nothing is subscribed to before)
        context = None
        try:
            asked = wanted(payload)
            document = self.endpoint.documents.text(asked.document, asked.id)
            context = await self.endpoint.context_of(self.asking)
            subscribed = self.endpoint.schema.subscribe(
                document, asked.variables, context, operation_name=asked.operation
            )
            async with aclosing(await subscribed) as results:
                async for result in results:
                    if _is_for_them(result):
                        result.errors = told(result.errors or (), context)
                        yield result
        except Exception as cause:  # ours, or what Strawberry lets out
            yield ExecutionResult(None, self._refusal(cause, context))

    def _refusal(self, cause: Exception, context: Context | None) -> list[GraphQLError]:
        error = cause if isinstance(cause, GraphQLError) else GraphQLError(str(cause), original_error=cause)
        log_faults([error], context)
        return told([error], context, preferred(self.socket.headers.get("accept-language", "")))

    def _require_open(self) -> None:
        if self.socket.application_state is not WebSocketState.CONNECTED:  # it was closed for a fault
            raise WebSocketDisconnect

    async def _send(self, **message: Any) -> None:
        self._require_open()
        await self.socket.send_text(orjson.dumps(message).decode())


async def _deny(socket: WebSocket, response: Response) -> None:
    """Refuse a connection; servers that cannot answer so much say 403."""
    if "websocket.http.response" in socket.scope.get("extensions", {}):
        await socket.send_denial_response(response)
    else:
        await socket.close()


def _is_for_them(result: ExecutionResult) -> bool:
    """Tell whether this is to be sent: the end is, but no message of a thing that went out of sight before it was read.

    Raises Unavailable if it could not be read: who was sent the cursor of that message would never be told of it.
    """
    causes = [each.original_error for each in result.errors or ()]
    for cause in causes:
        if isinstance(cause, Unavailable):
            raise cause
    return result.data is None or not any(isinstance(cause, NotFound) for cause in causes)


def _is_foreign(socket: WebSocket) -> bool:
    """Tell whether a page of another site opens this. Whoever is no browser names no origin."""
    origin = socket.headers.get("origin")
    if origin is None or socket.headers.get("sec-fetch-site") == "same-origin":
        return False
    return not is_same_origin(origin, socket.headers.get("host"))


def _asking(socket: WebSocket, payload: Any) -> HTTPConnection:
    """Return the connection as if the credentials of the payload had come in its headers."""
    if not isinstance(payload, dict):
        raise _Broken(4400, "Invalid message")
    credentials = {name.lower(): value for name, value in payload.items() if name.lower() in _CREDENTIALS}
    if not all(isinstance(value, str) for value in credentials.values()):
        raise _Broken(4400, "Invalid message")
    kept = [(name, value) for name, value in socket.scope["headers"] if name.decode("latin-1") not in credentials]
    added = [(name.encode(), value.encode("latin-1", "replace")) for name, value in credentials.items()]
    return HTTPConnection({**socket.scope, "headers": [*kept, *added]})
