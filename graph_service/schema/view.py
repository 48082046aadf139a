"""The GraphQL endpoint, as the GraphQL-over-HTTP specification wants it (draft of 2026).

GET for reads, POST for everything; one operation a request, no multipart bodies, no page for people. A client that
accepts `application/graphql-response+json` gets it, with status 400 when nothing could be executed; others get
`application/json`. What is wrong with the request itself (its size, its JSON, who asks) is raised: errors of our
tree and Starlette's HTTPException, for the handlers of the application.

So many requests are answered at once, so many wait, the others are told at once to come again; and each has its time,
from the first byte of its body until its answer is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from graph_service.domain.policy import PUBLIC
from graph_service.errors import DeadlineExceeded, InvalidInput
from graph_service.schema import caching
from graph_service.schema.build import Schema
from graph_service.schema.context import Context
from graph_service.schema.documents import Documents
from graph_service.schema.failures import told
from graph_service.schema.request import Wanted, bounded, no_request, read
from graph_service.services.turns import Turns

_JSON = "application/json"
_GRAPHQL = "application/graphql-response+json"
_ALLOWED = {"GET": {OperationType.QUERY}, "POST": {OperationType.QUERY, OperationType.MUTATION}}
_VARY = "Accept, Accept-Language, Authorization, X-Persona"
_NOT_KEPT = "private, no-store"

ContextOf = Callable[[Request], Awaitable[Context]]


@dataclass(frozen=True, kw_only=True)
class View:
    """The endpoint. `context_of` finds out who asks; what it raises goes to the application."""

    schema: Schema
    context_of: ContextOf
    documents: Documents
    turns: Turns
    deadline: float  # seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self.turns.check()  # before anything is read
        request = Request(scope, bounded(receive))
        try:
            async with asyncio.timeout(self.deadline) as timeout:
                response = await self._answer(request)
        except TimeoutError:
            if not timeout.expired():  # somebody else's
                raise
            raise DeadlineExceeded("service") from None
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        wanted = await read(request)
        async with self.turns.one():
            context = await self.context_of(request)
            try:
                document = self.documents.text(wanted.document, wanted.id)
            except InvalidInput as refused:  # told as GraphQL tells it (Appendix A, “Persisted Document Response”)
                errors = told([GraphQLError(refused.code, original_error=refused)], context)
                return _response(request, ExecutionResult(None, errors), _NOT_KEPT)
            result = await self._executed(request.method, document, wanted, context)
        public = request.method == "GET" and not result.errors and context.asker.principal == PUBLIC
        kept = public and caching.is_shared(self.schema.graphql, document)
        return _response(request, result, f"public, max-age={caching.MAX_AGE}" if kept else _NOT_KEPT)

    async def _executed(self, method: str, document: str, wanted: Wanted, context: Context) -> ExecutionResult:
        try:
            return await self.schema.execute(
                document,
                wanted.variables,
                context,
                operation_name=wanted.operation,
                allowed_operation_types=_ALLOWED[method],
            )
        except CannotGetOperationTypeError as unclear:
            raise no_request(unclear.as_http_error_reason()) from None
        except InvalidOperationTypeError as wrong:
            if wrong.operation_type is OperationType.MUTATION:
                raise HTTPException(405, headers={"Allow": "POST"}) from None
            raise no_request(wrong.as_http_error_reason(method)) from None


def _response(request: Request, result: ExecutionResult, cache: str) -> Response:
    """Write the answer in the media type that was agreed on, with the status that goes with it."""
    media_type, status = _negotiated(request.headers.get("accept", "")), 200
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    if result.data is None and not any(error.path for error in result.errors or ()):
        del body["data"]  # nothing was executed
        status = 400 if media_type == _GRAPHQL else 200
    content = orjson.dumps(body)
    headers = {"Cache-Control": cache, "Vary": _VARY}
    if cache != _NOT_KEPT:
        headers["ETag"] = etag = caching.tag(media_type.encode(), content)
        if caching.is_known(request.headers, etag):
            return Response(status_code=304, headers=headers)
    return Response(content, status, {**headers, "Content-Type": f"{media_type}; charset=utf-8"})


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
