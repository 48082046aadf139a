"""Files over HTTP: the same imports with their own limit, problems with line, column and value."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from graph_service.formats import MAX_BYTES
from tests.api.play import Play, texts
from tests.api.service import Api
from tests.unit.formats.test_formats_badgr import element


async def upload(api: Api, what: str, content: Any, persona: str | None = "publisher", **query: str) -> httpx.Response:
    headers = {"Accept-Language": "ja"} | ({"X-Persona": persona} if persona else {})
    return await api.client.post(f"/imports/{what}", content=content, params=query, headers=headers)


def export(play: Play) -> bytes:
    name = f"upload-{play.number()}"
    return json.dumps(element(name, badges=[f"{name}-a", f"{name}-b"], description="x")).encode()


async def test_a_pathway_is_imported_once(play: Play, api: Api) -> None:
    content, before = export(play), await api.size()
    dry = await upload(api, "pathways", content, owner=play.university, dryRun="true")
    assert (dry.status_code, dry.json()["outcome"], dry.json()["pathway"]) == (200, "CREATED", None)
    assert await api.size() == before
    done = (await upload(api, "pathways", content, owner=play.university)).json()
    assert (done["outcome"], done["publishable"], len(done["achievements"]["created"])) == ("CREATED", True, 2)
    assert ("NOT_CARRIED", ["description"]) in [(loss["code"], loss["path"]) for loss in done["losses"]]
    assert all(loss["message"] and loss["hint"] for loss in done["losses"])
    size = await api.size()
    again = (await upload(api, "pathways", content, owner=play.university, dryRun="false")).json()
    assert (again["outcome"], again["pathway"], again["version"]) == ("UNCHANGED", done["pathway"], done["version"])
    assert await api.size() == size
    query = "query($id: ID!) { pathway(id: $id) { name current { id } } }"
    assert (await api.ask(query, id=done["pathway"]))["pathway"]["current"] == {"id": done["version"]}


async def test_awards_and_everything_that_is_wrong_with_them(play: Play, api: Api) -> None:
    learner = await play.fresh_learner()
    good = f"受講者,バッジ,日付\n{learner},{play.badge},R8.3.1\n"
    done = await upload(api, "awards", good.encode("cp932"), "desk", issuer=play.university)
    assert (done.status_code, done.json()["rows"], len(done.json()["awards"])) == (200, 1, 1)
    before = await api.size()
    wrong = await upload(api, "awards", f"{good}T-1,{play.badge},2026-02-30\n".encode(), "desk", issuer=play.university)
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, "application/problem+json")
    assert [(p["code"], p["line"], p["column"], p["value"]) for p in wrong.json()["problems"]] == [
        ("ALREADY_AWARDED", 2, "受講者", learner),
        ("INVALID_IRI", 3, "受講者", "T-1"),
        ("NO_SUCH_DATE", 3, "日付", "2026-02-30"),
    ]
    assert all(p["message"] and p["hint"] for p in wrong.json()["problems"])
    assert await api.size() == before


async def test_graphql_tells_line_column_and_value_as_well(play: Play, api: Api) -> None:
    learner = await play.fresh_learner()
    row = f"{learner},{play.badge},R8.3.1"
    table = f"受講者,バッジ,日付\n{row}\n{row}\n{row},,備考\n"
    told = (await api.send("awardTable", "desk", issuer=play.university, table=table, dryRun=True))["problems"]
    assert [(problem["code"], problem["path"], problem["value"]) for problem in told] == [
        ("DUPLICATE_ROW", ["line", "3", "受講者"], learner),
        ("TOO_MANY_CELLS", ["line", "4", "5"], "備考"),
    ]


async def test_a_draft_of_any_size_is_saved_and_checked(play: Play, api: Api) -> None:
    made = await api.do("createPathway", "publisher", owner=play.university, name=texts("大"), definition={"nodes": []})
    pathway, leaves = made["pathway"]["id"], [f"leaf-{number}" for number in range(1_500)]
    nodes = [{"id": each, "kind": "LEAF", "targets": [play.badge]} for each in leaves]
    whole = {"id": "all", "kind": "ALL", "parts": leaves}
    content = json.dumps({"root": "all", "nodes": [whole, *nodes]}).encode()
    assert (await upload(api, "drafts", content, None, pathway=pathway)).status_code == 401
    assert (await upload(api, "drafts", content, "stranger", pathway=pathway)).status_code == 404
    done = await upload(api, "drafts", content, pathway=pathway)
    assert done.json() == {"pathway": pathway, "publishable": True, "problems": []}
    wrong = json.dumps({"root": "all", "nodes": [{**whole, "parts": ["ghost"]}]}).encode()
    told = (await upload(api, "drafts", wrong, pathway=pathway)).json()
    assert [(p["code"], p["path"]) for p in told["problems"]] == [("DANGLING_PART", ["nodes", 0, "parts", 0])]
    assert told["publishable"] is False
    for content, code in ((b"[]", "WRONG_TYPE"), (b"{", "INVALID_JSON"), (b"[" * 50_000, "TOO_DEEP")):
        answer = await upload(api, "drafts", content, pathway=pathway)
        assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("what", ["awards", "pathways"])
async def test_a_repetition_under_its_key_answers_the_same(play: Play, api: Api, what: str) -> None:
    row = f"{await play.fresh_learner()},{play.badge},2026-03-01\n"
    content = export(play) if what == "pathways" else f"learner,badge,date\n{row}".encode()
    other = content + b"\n" if what == "pathways" else content + row.encode()
    query = {"owner" if what == "pathways" else "issuer": play.university}
    headers = {"X-Persona": "publisher", "Idempotency-Key": f"key {what}"}
    first, again, changed = [
        await api.client.post(f"/imports/{what}", content=each, params=query, headers=headers)
        for each in (content, content, other)
    ]
    assert (first.status_code, again.json()) == (200, first.json())
    assert (changed.status_code, changed.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize(("persona", "status"), [(None, 401), ("stranger", 403), ("teacher", 403)])
async def test_only_those_who_may(play: Play, api: Api, persona: str | None, status: int) -> None:
    before = await api.size()
    assert (await upload(api, "pathways", export(play), persona, owner=play.university)).status_code == status
    assert (await upload(api, "awards", b"learner,badge,date\n", persona, issuer=play.university)).status_code == status
    assert await api.size() == before


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ({}, [("MISSING_MEMBER", ["owner"])]),
        ({"dryrun": "true"}, [("UNKNOWN_MEMBER", ["dryrun"]), ("MISSING_MEMBER", ["owner"])]),
        ({"owner": "https://x.example/", "dryRun": "yes"}, [("NOT_ONE_OF", ["dryRun"])]),
    ],
)
async def test_a_query_that_is_not_known_writes_nothing(
    play: Play, api: Api, query: dict[str, str], problems: list[tuple[str, list[str]]]
) -> None:
    answer = await upload(api, "pathways", export(play), **query)
    assert answer.status_code == 400
    assert [(p["code"], p["path"]) for p in answer.json()["problems"]] == problems


async def test_a_body_without_end_is_cut_off(play: Play, api: Api) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 4 * MAX_BYTES:
            sent += 2**20
            yield b"x" * 2**20

    answer = await upload(api, "awards", endless(), "desk", issuer=play.university)
    assert (answer.status_code, answer.json()["code"]) == (413, "LIMIT_EXCEEDED")
    assert " 16 MB" in answer.json()["title"]


async def test_malformed_files_are_problems(play: Play, api: Api) -> None:
    before = await api.size()
    for content, code in ((b"{", "INVALID_JSON"), (b"[" * 50_000, "TOO_DEEP"), (b"\xff\xff", "NOT_UTF8")):
        answer = await upload(api, "pathways", content, owner=play.university)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await api.size() == before
