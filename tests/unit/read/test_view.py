"""The endpoint: media types, methods, sizes (GraphQL over HTTP)."""

from __future__ import annotations

import logging
from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from graph_service.domain.policy import PUBLIC
from graph_service.domain.time import Instant
from graph_service.errors import NotAuthenticated
from graph_service.read.selection import Asked, Selection
from graph_service.schema.build import build
from graph_service.schema.context import Context
from graph_service.schema.view import View
from graph_service.services.call import Call
from graph_service.services.progress import Plans
from graph_service.web import errors

NEW, OLD = "application/graphql-response+json", "application/json"
DOCUMENT = {"query": "{ viewer { kind } }"}


class Broken:
    """What reading meets when something is wrong on our side."""

    async def read(self, selection: Selection, asked: Asked) -> Any:
        raise ZeroDivisionError("a secret of ours")


async def context_of(request: Request) -> Context:
    if "authorization" in request.headers:
        raise NotAuthenticated
    call = Call(PUBLIC, Instant("2026-11-21T07:46:40Z"), "request-7")
    return Context(cast(Any, None), Broken(), Plans(), call, "ja")


APP = Starlette(routes=[Route("/graphql", View(build(), context_of))], exception_handlers=cast(Any, errors.HANDLERS))


async def ask(method: str = "POST", accept: str = NEW, **request: Any) -> httpx.Response:
    transport = httpx.ASGITransport(APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        headers = {"accept": accept, **request.pop("headers", {})}
        return await client.request(method, "/graphql", headers=headers, **request)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (NEW, NEW),
        (OLD, OLD),
        ("*/*", OLD),
        ("", OLD),
        (f"{NEW};q=0.1, {OLD}", OLD),
        (f"{OLD};q=0.5, {NEW.upper()}", NEW),
        (f"{NEW}, {OLD};q=0.9", NEW),
        (f"{NEW};q=0", OLD),
        ("nonsense;;q=x", OLD),
    ],
)
async def test_the_answer_comes_in_the_media_type_that_was_asked(accept: str, media_type: str) -> None:
    answer = await ask(accept=accept, json=DOCUMENT)
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["vary"] == "Accept"
    assert answer.json() == {"data": {"viewer": {"kind": "PUBLIC"}}}


@pytest.mark.parametrize(("accept", "status"), [(NEW, 400), (OLD, 200)])
async def test_a_document_that_cannot_be_executed(accept: str, status: int) -> None:
    answer = await ask(accept=accept, json={"query": "{ nope }"})
    assert answer.status_code == status
    assert answer.json().keys() == {"errors"}


async def test_reading_works_by_get() -> None:
    assert (await ask("GET", params=DOCUMENT)).json() == {"data": {"viewer": {"kind": "PUBLIC"}}}


@pytest.mark.parametrize(
    ("method", "request_", "status", "code"),
    [
        ("POST", {"content": b"{", "headers": {"content-type": OLD}}, 400, "INVALID_JSON"),
        ("POST", {"content": b"[" * 100_000, "headers": {"content-type": OLD}}, 413, "LIMIT_EXCEEDED"),
        ("POST", {"json": [DOCUMENT]}, 400, "INVALID_REQUEST"),
        ("POST", {"json": {}}, 400, "INVALID_REQUEST"),
        ("POST", {"json": {"query": "query A { __typename } query B { __typename }"}}, 400, "INVALID_REQUEST"),
        ("POST", {"data": DOCUMENT}, 400, "INVALID_REQUEST"),
        ("POST", {"files": {"operations": b"{}"}}, 400, "INVALID_REQUEST"),
        ("GET", {}, 400, "INVALID_REQUEST"),
        ("GET", {"params": {**DOCUMENT, "variables": "{"}}, 400, "INVALID_JSON"),
        ("PUT", {"json": DOCUMENT}, 405, "METHOD_NOT_ALLOWED"),
        ("POST", {"json": DOCUMENT, "headers": {"authorization": "Bearer x"}}, 401, "NOT_AUTHENTICATED"),
    ],
)
async def test_what_is_wrong_with_the_request_is_a_problem(
    method: str, request_: dict[str, Any], status: int, code: str
) -> None:
    answer = await ask(method, **request_)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code


async def test_a_fault_of_ours_is_masked_and_logged_under_the_request(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await ask(json={"query": '{ profile(id: "x") { id } }'})
    (error,) = answer.json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["request"], error["path"]) == (
        "INTERNAL",
        "request-7",
        ["profile"],
    )
    assert "secret" not in answer.text
    assert [(record.getMessage(), record.exc_info is not None) for record in caplog.records] == [
        ("unexpected error in request request-7", True)
    ]


async def test_what_a_client_does_wrong_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    await ask(json={"query": "{ nope }"})
    assert caplog.records == []
