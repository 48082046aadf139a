"""The endpoint: media types, methods, sizes (GraphQL over HTTP)."""

from __future__ import annotations

import asyncio
import json
import logging
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from graphql import GraphQLObjectType, get_named_type, is_object_type
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from graph_service.domain.policy import PUBLIC, Principal
from graph_service.domain.time import Instant
from graph_service.errors import ConfigurationError, LimitExceeded, NotAuthenticated
from graph_service.read.selection import Asked, Selection
from graph_service.schema.build import build
from graph_service.schema.caching import PERSONAL, SHARED
from graph_service.schema.context import Context
from graph_service.schema.documents import Documents
from graph_service.schema.request import MAX_BODY, read
from graph_service.schema.view import View
from graph_service.services.call import Call
from graph_service.services.progress import Plans
from graph_service.services.turns import Turns, leave
from graph_service.web import errors

NEW, OLD = "application/graphql-response+json", "application/json"
DOCUMENT = {"query": "{ viewer { kind } }"}


class Reader:
    """Answers by the id that is asked for, and breaks like something that is wrong on our side."""

    def __init__(self) -> None:
        self.begun = 0
        self.go = asyncio.Event()

    async def read(self, selection: Selection, asked: Asked) -> Any:
        self.begun += 1
        match asked.values[0]:
            case "broken":
                raise ZeroDivisionError("a secret of ours")
            case "waiting":
                await self.go.wait()
            case "elsewhere":
                leave()
                await self.go.wait()
        return {"id": asked.values[0]}


READER = Reader()
MEMBER = Principal("member", ())


async def context_of(request: Request) -> Context:
    if request.headers.get("authorization") == "Bearer x":
        raise NotAuthenticated
    if request.headers.get("authorization") == "Bearer slow":
        raise TimeoutError("of something that we asked")
    principal = MEMBER if "authorization" in request.headers else PUBLIC
    call = Call(principal, Instant("2026-11-21T07:46:40Z"), "request-7")
    return Context(cast(Any, None), READER, Plans(), call, "ja")


SCHEMA = build()
TEXT = DOCUMENT["query"]
ID = f"sha256:{sha256(TEXT.encode()).hexdigest()}"
ANY = Documents()
MANY = Turns("service", at_once=16, waiting=16)


def served(documents: Documents = ANY, turns: Turns = MANY, deadline: float = 30.0) -> Starlette:
    view = View(schema=SCHEMA, context_of=context_of, documents=documents, turns=turns, deadline=deadline)
    return Starlette(routes=[Route("/graphql", view)], exception_handlers=cast(Any, errors.HANDLERS))


APP = served()


async def ask(method: str = "POST", accept: str = NEW, app: Starlette = APP, **request: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app)
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
    assert answer.headers["vary"] == "Accept, Accept-Language, Authorization, X-Persona"
    assert answer.json() == {"data": {"viewer": {"kind": "PUBLIC"}}}


@pytest.mark.parametrize(("accept", "status"), [(NEW, 400), (OLD, 200)])
async def test_a_document_that_cannot_be_executed(accept: str, status: int) -> None:
    answer = await ask(accept=accept, json={"query": "{ nope }"})
    assert answer.status_code == status
    assert answer.json().keys() == {"errors"}


async def test_an_address_is_as_long_as_a_body_at_most() -> None:
    start = b"query={a}&x="
    for length in (MAX_BODY, MAX_BODY + 1):
        query = start + b"x" * (length - len(start))
        request = Request({"type": "http", "method": "GET", "headers": [], "query_string": query})
        if length == MAX_BODY:
            assert (await read(request)).document == "{a}"
        else:
            with pytest.raises(LimitExceeded):
                await read(request)


@pytest.mark.parametrize("empty", [{}, {"variables": "", "extensions": "", "documentId": "", "operationName": ""}])
async def test_reading_works_by_get(empty: dict[str, str]) -> None:
    assert (await ask("GET", params={**DOCUMENT, **empty})).json() == {"data": {"viewer": {"kind": "PUBLIC"}}}


@pytest.mark.parametrize(
    ("method", "request_", "status", "code"),
    [
        ("POST", {"content": b"{", "headers": {"content-type": OLD}}, 400, "INVALID_JSON"),
        ("POST", {"content": b"[" * 100_000, "headers": {"content-type": OLD}}, 413, "LIMIT_EXCEEDED"),
        ("POST", {"json": [DOCUMENT]}, 400, "INVALID_REQUEST"),
        ("POST", {"json": {}}, 400, "INVALID_REQUEST"),
        ("POST", {"json": {**DOCUMENT, "documentId": "a"}}, 400, "INVALID_REQUEST"),
        ("POST", {"json": {"documentId": 5}}, 400, "INVALID_REQUEST"),
        ("POST", {"json": {**DOCUMENT, "operationName": 5}}, 400, "INVALID_REQUEST"),
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
        answer = await ask(json={"query": '{ profile(id: "broken") { id } }'})
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


PROFILE = '{ profile(id: "a") { id } }'
"""What everybody may know, who is asked about."""


async def test_what_is_the_same_for_everybody_may_be_kept_and_is_sent_once() -> None:
    first = await ask("GET", params={"query": PROFILE})
    assert (first.status_code, first.headers["cache-control"]) == (200, "public, max-age=60")
    again = await ask("GET", params={"query": PROFILE}, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert all(again.headers[name] == first.headers[name] for name in ("etag", "vary", "cache-control"))
    other = await ask("GET", params={"query": PROFILE.replace("a", "b")}, headers={"if-none-match": "x"})
    in_the_other_type = await ask("GET", accept=OLD, params={"query": PROFILE})
    assert len({each.headers["etag"] for each in (first, other, in_the_other_type)}) == 3


@pytest.mark.parametrize(
    ("query", "headers", "kept"),
    [
        (PROFILE, {}, True),
        ("{ __schema { queryType { name } } }", {}, True),
        ("query A { profile(id: 1) { id } } query B { viewer { kind } }", {}, False),
        ("{ ...a } fragment a on Query { ... { profile(id: 1) { id } } }", {}, True),
        (PROFILE, {"authorization": "Bearer y"}, False),
        ("{ viewer { kind } }", {}, False),
        ("{ node(id: 1) { id } }", {}, False),
        ("{ profile(id: 1) { id } viewer { kind } }", {}, False),
        ("{ ...a } fragment a on Query { ... { viewer { kind } } }", {}, False),
        ('{ profile(id: "broken") { id } }', {}, False),
        ("{ profile { id } }", {}, False),
        ("{ endorsement(id: 1) { id target { ... on Achievement { id } } } }", {}, True),
        ("{ endorsement(id: 1) { id target { ... on Award { holder { id } } } } }", {}, False),
        ("{ endorsement(id: 1) { id target { id } } }", {}, False),
        ("{ endorsement(id: 1) { id target { ...a } } } fragment a on Award { id }", {}, False),
        ("{ achievement(id: 1) { awards { edges { node { holder { id } } } } } }", {}, False),
        ("{ achievement(id: 1) { awards { totalCount } } }", {}, False),
        ("{ key(id: 1) { credentials { edges { node { bytes } } } } }", {}, False),
    ],
)
async def test_nothing_else_is_kept(query: str, headers: dict[str, str], kept: bool) -> None:
    named = {"operationName": "A"} if "query A" in query else {}
    answer = await ask("GET", params={"query": query, **named}, headers=headers)
    assert answer.headers["cache-control"] == ("public, max-age=60" if kept else "private, no-store")
    assert ("etag" in answer.headers) is kept


async def test_an_answer_to_post_is_not_kept() -> None:
    answer = await ask(json={"query": PROFILE})
    assert (answer.headers["cache-control"], "etag" in answer.headers) == ("private, no-store", False)


async def test_what_is_kept_exists() -> None:
    assert SCHEMA.graphql.query_type
    known = {*SCHEMA.graphql.query_type.fields, "__schema", "__type", "__typename"}
    assert SHARED - known == set()


def test_every_type_about_a_person_is_known() -> None:
    def about(kind: GraphQLObjectType) -> bool:
        return any(
            name == "holderId" or str(get_named_type(each.type)) == "Learner" for name, each in kind.fields.items()
        )

    found = {name for name, kind in SCHEMA.graphql.type_map.items() if is_object_type(kind) and about(kind)}
    assert found - {"Query"} | {"Credential", "Learner"} == PERSONAL


async def test_a_trusted_document_is_asked_for_by_its_id() -> None:
    app = served(Documents({ID: TEXT}))
    for asked in ({"method": "GET", "params": {"documentId": ID}}, {"json": {"documentId": ID}}):
        assert (await ask(app=app, **cast(Any, asked))).json() == {"data": {"viewer": {"kind": "PUBLIC"}}}
    mutation = "mutation { a }"
    changing = served(Documents({"sha256:0": mutation}))
    refused = await ask("GET", app=changing, params={"documentId": "sha256:0"})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(("accept", "status"), [(NEW, 400), (OLD, 200)])
async def test_an_unknown_document_is_told_as_graphql_tells_it(accept: str, status: int) -> None:
    answer = await ask(accept=accept, json={"documentId": ID})
    assert (answer.status_code, answer.json().keys()) == (status, {"errors"})
    assert [each["extensions"]["code"] for each in answer.json()["errors"]] == ["DOCUMENT_UNKNOWN"]


async def test_where_only_trusted_documents_are_answered_others_are_not() -> None:
    app = served(Documents({ID: TEXT}, only=True))
    assert (await ask(app=app, json=DOCUMENT)).json() == {"data": {"viewer": {"kind": "PUBLIC"}}}
    for other in (f"{TEXT} ", PROFILE, "{ __schema { queryType { name } } }"):
        answer = await ask(app=app, json={"query": other})
        assert [each["extensions"]["code"] for each in answer.json()["errors"]] == ["DOCUMENT_NOT_TRUSTED"]


def test_trusted_documents_are_read_with_or_without_the_name_of_the_digest(tmp_path: Path) -> None:
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({ID: TEXT, sha256(PROFILE.encode()).hexdigest(): PROFILE}))
    read = Documents.read(file, SCHEMA.graphql, only=True)
    assert (len(read.texts), read.text(None, ID), read.only) == (2, TEXT, True)


def test_everything_that_is_wrong_with_trusted_documents_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "documents.json"
    wrong = ["{", "{ nothing }", "{" + " __typename" * 11 + "}"]
    file.write_text(json.dumps({"md5:1": TEXT, **{sha256(each.encode()).hexdigest(): each for each in wrong}}))
    with pytest.raises(ConfigurationError) as refused:
        Documents.read(file, SCHEMA.graphql, only=False)
    assert [each.code for each in refused.value.problems] == ["DOCUMENT_ID_WRONG"] + 3 * ["DOCUMENT_INVALID"]


@pytest.mark.parametrize(
    ("content", "code"),
    [("[]", "DOCUMENTS_MALFORMED"), ('{"a": 1}', "DOCUMENTS_MALFORMED"), ("{", "DOCUMENTS_MALFORMED")],
)
def test_a_file_that_is_no_map_of_documents(tmp_path: Path, content: str, code: str) -> None:
    file = tmp_path / "documents.json"
    file.write_text(content)
    with pytest.raises(ConfigurationError) as refused:
        Documents.read(file, SCHEMA.graphql, only=False)
    assert refused.value.code == code
    with pytest.raises(ConfigurationError) as missing:
        Documents.read(tmp_path / "none.json", SCHEMA.graphql, only=False)
    assert missing.value.code == "SETTING_FILE_UNREADABLE"


def by_id(id: str) -> dict[str, str]:
    return {"query": f'{{ profile(id: "{id}") {{ id }} }}'}


async def test_so_many_are_answered_so_many_wait_and_the_others_are_told_at_once() -> None:
    READER.begun, READER.go = 0, asyncio.Event()
    app = served(turns=Turns("service", at_once=2, waiting=3))
    admitted = [asyncio.create_task(ask(app=app, json=by_id("waiting"))) for _ in range(5)]
    while READER.begun < 2:  # noqa: ASYNC110 (it has begun when it says so)
        await asyncio.sleep(0)
    refused = await asyncio.gather(*(ask(app=app, json=by_id("a")) for _ in range(20)))
    assert {(each.status_code, each.json()["code"], each.headers["retry-after"]) for each in refused} == {
        (503, "BUSY", "2")
    }
    assert (READER.begun, any(each.done() for each in admitted)) == (2, False)
    READER.go.set()
    assert [each.status_code for each in await asyncio.gather(*admitted)] == [200] * 5
    assert (await ask(app=app, json=by_id("a"))).status_code == 200


async def test_who_waits_for_somebody_else_keeps_nobody_from_a_turn() -> None:
    READER.begun, READER.go = 0, asyncio.Event()
    app = served(turns=Turns("service", at_once=1, waiting=1))
    elsewhere = [asyncio.create_task(ask(app=app, json=by_id("elsewhere"))) for _ in range(2)]
    while READER.begun < 2:  # noqa: ASYNC110 (it has begun when it says so)
        await asyncio.sleep(0)
    assert (await ask(app=app, json=by_id("a"))).status_code == 200
    READER.go.set()
    assert [each.status_code for each in await asyncio.gather(*elsewhere)] == [200] * 2


async def test_a_request_has_its_time_and_leaves_its_turn_after_it() -> None:
    READER.go = asyncio.Event()
    app = served(turns=Turns("service", at_once=1, waiting=1), deadline=0.05)
    late = await asyncio.gather(*(ask(app=app, json=by_id("waiting")) for _ in range(2)))
    assert [(each.status_code, each.json()["code"]) for each in late] == [(504, "DEADLINE_EXCEEDED")] * 2
    assert (await ask(app=app, json=by_id("a"))).status_code == 200


async def test_the_time_of_something_else_is_not_that_of_the_request() -> None:
    with pytest.raises(TimeoutError, match="of something that we asked"):
        await ask(json=DOCUMENT, headers={"authorization": "Bearer slow"})


async def test_a_body_that_does_not_come_takes_no_turn() -> None:
    async def slow() -> Any:
        await asyncio.Event().wait()
        yield b""

    app = served(turns=Turns("service", at_once=1, waiting=1), deadline=0.5)
    slowly = [asyncio.create_task(ask(app=app, content=slow(), headers={"content-type": OLD})) for _ in range(5)]
    await asyncio.sleep(0)
    assert (await ask(app=app, json=by_id("a"))).status_code == 200
    assert {each.status_code for each in await asyncio.gather(*slowly)} == {504}
