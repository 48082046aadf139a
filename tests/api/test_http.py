"""The service as HTTP sees it: health, addresses, methods, media types, and requests that are none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph_service.settings import Mode
from tests.api.play import Play
from tests.api.service import Api, serving

JSON = {"Content-Type": "application/json"}
ASKING = b'{"query": "{ viewer { kind } }"}'


async def test_it_lives_and_is_ready(api: Api) -> None:
    for path, body in (
        ("/livez", {"status": "ok"}),
        ("/readyz", {"status": "ok", "migrations": "ok", "database": "ok"}),
    ):
        found = await api.client.get(path)
        assert (found.status_code, found.json(), found.headers["Cache-Control"]) == (200, body, "no-store")
        assert (await api.client.head(path)).status_code == 200


async def test_before_it_is_migrated_it_lives_and_is_not_ready(api: Api) -> None:
    async with serving(api.world, Mode.PRODUCTION, api.clock, migrated=False) as early:
        assert (await early.get("/livez")).status_code == 200
        ready = await early.get("/readyz")
        assert (ready.status_code, ready.json()["migrations"], ready.headers["Retry-After"]) == (503, "waiting", "2")
        asked = await early.post("/graphql", content=ASKING, headers=JSON)
        assert (asked.status_code, asked.json()["code"]) == (503, "UNAVAILABLE")


async def test_a_browser_that_opens_the_endpoint_is_told_what_to_do(api: Api) -> None:
    shown = await api.client.get("/graphql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (shown.status_code, shown.headers["Content-Type"]) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/nothing", "/profiles", "/profiles/a/b", "/graphql/x", "/events/x", "/learners/x"])
async def test_there_is_nothing_at_other_addresses(api: Api, path: str) -> None:
    found = await api.client.get(path, headers={"Accept-Language": "ja"})
    assert (found.status_code, found.headers["Content-Type"]) == (404, "application/problem+json")
    problem = found.json()
    assert (problem["status"], problem["code"], problem["problems"][0]["path"]) == (404, "NO_SUCH_ADDRESS", [])
    assert (problem["title"], found.headers["Content-Language"]) == (f"{path} には何もありません。", "ja")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/livez", "/kinds/ENDORSE", "/profiles/minato-board"])
async def test_documents_are_only_read(api: Api, method: str, path: str) -> None:
    found = await api.client.request(method, path)
    assert (found.status_code, found.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert set(found.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_graphql_takes_get_and_post(api: Api, method: str) -> None:
    found = await api.client.request(method, "/graphql")
    assert (found.status_code, found.headers["Allow"]) == (405, "GET, POST")


async def test_get_reads_and_does_not_change(api: Api) -> None:
    read = await api.client.get("/graphql", params={"query": "{ viewer { kind } }"})
    assert read.json() == {"data": {"viewer": {"kind": "PUBLIC"}}}
    change = {"query": "mutation { registerLearner { __typename } }"}
    before = await api.size()
    refused = await api.client.get("/graphql", params=change, headers={"X-Persona": "desk"})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert await api.size() == before


NOT_JSON = [b"", b"{", b"{'query': 1}", b"\xff\xfe", b"[" * 2_000, b'{"query": "\\ud800"}', b'{"query": 1e400}', b"NaN"]


@pytest.mark.parametrize("body", NOT_JSON)
async def test_broken_json(api: Api, body: bytes) -> None:
    answer = await api.client.post("/graphql", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_JSON")


async def test_broken_json_is_told_with_its_place(api: Api) -> None:
    answer = await api.client.post("/graphql", content=b'{"query":\n5,}', headers=JSON)
    assert "(line 2, column" in answer.json()["title"]


VIEWER = "{ viewer { kind } }"
TWO = "query A { viewer { kind } } query B { viewer { kind } }"


@pytest.mark.parametrize(
    "body",
    [
        None,
        5,
        "text",
        True,
        [],
        [{"query": VIEWER}],
        {},
        {"query": None},
        {"query": ""},
        {"query": 5},
        {"query": VIEWER, "variables": 5},
        {"query": VIEWER, "variables": []},
        {"query": VIEWER, "extensions": 5},
        {"query": VIEWER, "operationName": "none"},
        {"query": TWO},
        {"query": "subscription { viewer { kind } }"},
        {"query": VIEWER, "documentId": "sha256:0"},
        {"query": VIEWER, "operationName": 5},
    ],
)
async def test_json_that_is_no_request(api: Api, body: Any) -> None:
    answer = await api.client.post("/graphql", content=json.dumps(body), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_other_media_types_are_refused(api: Api, media_type: str) -> None:
    """No form of another site can send these bodies, so that none can act in somebody's name."""
    answer = await api.client.post("/graphql", content=ASKING, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


async def test_a_body_has_64_kilobytes_at_most(api: Api) -> None:
    padded = ASKING + b" " * (65_536 - len(ASKING))
    assert (await api.client.post("/graphql", content=padded, headers=JSON)).status_code == 200
    for too_large in (padded + b" ", b'{"query": "' + b"x" * 1_000_000):
        answer = await api.client.post("/graphql", content=too_large, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (413, "LIMIT_EXCEEDED")
        assert " 64 KB" in answer.json()["title"]
        assert "/imports/drafts" in answer.text


async def test_a_body_without_a_length_is_counted_too(api: Api) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 1_000

    answer = await api.client.post("/graphql", content=endless(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "LIMIT_EXCEEDED")


@pytest.mark.parametrize(
    "query",
    [
        "{",
        "{ nothing }",
        "{ profile { id } }",
        "{ viewer }",
        "{ profile(id: " + "[" * 900 + "]" * 900 + ") { id } }",
        "{ " + "profiles { edges { node { partOf { " * 200 + "id" + " } } } }" * 200 + " }",
        "{ " + " ".join(f"a{n}: viewer {{ kind }}" for n in range(16)) + " }",
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        "query($x: Nothing) { viewer { kind } }",
        "{ " + "viewer { kind } " * 1_000 + "}",
    ],
)
async def test_documents_that_are_refused(api: Api, query: str) -> None:
    answer = (await api.post(query)).json()
    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} <= {"INVALID_DOCUMENT", "LIMIT_EXCEEDED"}


async def test_afterwards_it_answers_as_before(play: Play, api: Api) -> None:
    for _ in range(20):
        await api.client.post("/graphql", content=b"[" * 2_000, headers=JSON)
    query = "query($id: ID!) { profile(id: $id) { name } }"
    assert await api.ask(query, id=play.board) == {"profile": {"name": "みなと市教育委員会"}}
