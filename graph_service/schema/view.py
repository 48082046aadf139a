"""The GraphQL endpoint, as the GraphQL-over-HTTP specification wants it (draft of 2025).

GET for reads, POST for everything; one operation a request, no multipart bodies, no page for people. A client that
accepts `application/graphql-response+json` gets it, with status 400 when nothing could be executed; others get
`application/json`. What is wrong with the request itself (its size, its JSON, who asks) is raised: errors of our
tree and Starlette's HTTPException, for the handlers of the application.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import orjson
from cross_web import HTTPException as Refused
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse

from graph_service.errors import InvalidInput, LimitExceeded, Problem
from graph_service.schema.build import Schema
from graph_service.schema.context import Context

MAX_BODY = 64 * 1024

_JSON = "application/json"
_GRAPHQL = "application/graphql-response+json"

ContextOf = Callable[[Request], Awaitable[Context]]


class View(GraphQL[Context, None]):
    """The endpoint. `context_of` finds out who asks; what it raises goes to the application."""

    def __init__(self, schema: Schema, context_of: ContextOf) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=())
        self._context_of = context_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self.run(Request(scope, _bounded(receive)))
        except Refused as refused:
            raise _translated(refused, scope["method"]) from None
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """Find out who asks."""
        assert isinstance(request, Request)  # noqa: S101 (mounted by a Route, which passes HTTP only)
        return await self._context_of(request)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Remember what the client accepts, for `create_response`."""
        prepared = await super().get_sub_response(request)
        prepared.headers["content-type"] = _negotiated(request.headers.get("accept", ""))
        return prepared

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """Write the answer in the media type that was agreed on, with the status that goes with it."""
        media_type, body, status = sub_response.headers["content-type"], cast(dict[str, Any], response_data), 200
        if body["data"] is None and not any("path" in error for error in body.get("errors", ())):
            del body["data"]  # nothing was executed
            status = 400 if media_type == _GRAPHQL else 200
        headers = {"Content-Type": f"{media_type}; charset=utf-8", "Cache-Control": "no-store", "Vary": "Accept"}
        return Response(orjson.dumps(body), status, headers)

    def should_render_graphql_ide(self, request: object) -> bool:
        """Return False: a request without a document is a mistake, not a person."""
        return False

    def parse_json(self, data: str | bytes) -> Any:
        """Read a body, or a parameter of the address. Raises InvalidInput (INVALID_JSON)."""
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise InvalidInput(Problem("INVALID_JSON", {"line": error.lineno, "column": error.colno})) from None
        if isinstance(data, bytes) and not isinstance(value, dict):
            raise Refused(400, "The body must be one object.")
        return value


def _bounded(receive: Receive) -> Receive:
    """Return `receive` for at most MAX_BODY bytes of body. It raises LimitExceeded."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            raise LimitExceeded("body", MAX_BODY)
        return message

    return bounded


def _translated(refused: Refused, method: str) -> Exception:
    """Return the error for what Strawberry refuses: methods, media types, missing documents."""
    mutation = method == "GET" and "not allowed" in refused.reason
    if refused.status_code == 405 or mutation:
        return HTTPException(405, refused.reason, {"Allow": "POST" if mutation else "GET, POST"})
    return InvalidInput(Problem("INVALID_REQUEST", {"reason": refused.reason}))


def _negotiated(accept: str) -> str:
    """Return the media type to answer in (RFC 9110 §12.5.1): the newer one only for those who name it."""
    offered: dict[str, float] = {}
    for part in accept.split(",")[:50]:
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        offered[name] = _quality(parameters)
    plain = max((offered[each] for each in (_JSON, "application/*", "*/*") if each in offered), default=0.0)
    return _GRAPHQL if offered.get(_GRAPHQL, 0.0) >= max(plain, 0.001) else _JSON


def _quality(parameters: Sequence[str]) -> float:
    try:
        return next((float(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
    except ValueError:
        return 0.0
