"""What a client wants executed: as it stands in a request by HTTP, or in a message of a WebSocket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from graph_service.errors import InvalidInput, LimitExceeded, Problem

MAX_BODY = 64 * 1024
"""Of the query of an address as well: no text that is kept as the key of something is larger."""
METHODS = ("GET", "POST")

_JSON = "application/json"
_MEMBERS = {"query": str, "documentId": str, "operationName": str, "variables": dict, "extensions": dict}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client wants executed."""

    document: str | None
    id: str | None
    operation: str | None
    variables: dict[str, Any]


async def read(request: Request) -> Wanted:
    """Return what is wanted of the endpoint. Raises HTTPException and InvalidInput for what is no request."""
    if request.method not in METHODS:
        raise HTTPException(405, headers={"Allow": ", ".join(METHODS)})
    return wanted(_from_address(request) if request.method == "GET" else await _from_body(request))


def wanted(given: Mapping[str, Any]) -> Wanted:
    """Read the members of a request. Raises InvalidInput (INVALID_REQUEST)."""
    wrong = [name for name, kind in _MEMBERS.items() if not isinstance(given.get(name), kind | None)]
    if wrong:
        raise no_request(*(f"`{name}` has to be {'text' if _MEMBERS[name] is str else 'an object'}." for name in wrong))
    document, name = given.get("query") or None, given.get("documentId") or None
    if (document is None) == (name is None):
        raise no_request("it has to have either `query` or `documentId`.")
    return Wanted(document, name, given.get("operationName") or None, given.get("variables") or {})


def _from_address(request: Request) -> Mapping[str, Any]:
    if len(request.scope["query_string"]) > MAX_BODY:
        raise LimitExceeded("body", MAX_BODY)
    given = {name: value for name, value in request.query_params.items() if value}  # empty is not given
    return given | {name: _json(given[name]) for name in ("variables", "extensions") if name in given}


async def _from_body(request: Request) -> Mapping[str, Any]:
    # Only this type, which no form of another site can send: none can act in somebody's name.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise no_request(f"its media type has to be {_JSON}.")
    given = _json(await request.body())
    if not isinstance(given, dict):
        raise no_request("the body has to be one object.")
    return given


def _json(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(Problem("INVALID_JSON", {"line": error.lineno, "column": error.colno})) from None


def no_request(*reasons: str) -> InvalidInput:
    """Return the error of what is no request, for these reasons."""
    return InvalidInput(*(Problem("INVALID_REQUEST", {"reason": reason}) for reason in reasons))


def bounded(receive: Receive) -> Receive:
    """Return `receive` for at most MAX_BODY bytes of body. It raises LimitExceeded."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            raise LimitExceeded("body", MAX_BODY)
        return message

    return counted
