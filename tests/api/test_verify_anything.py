"""`POST /verify`: everything that may be handed over, one and many, what is answered, and what is refused."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from html import unescape
from io import StringIO
from typing import Any

import httpx
import pytest

from graph_service.endorse.jsontext import MAX_BYTES as MAX_JSON
from graph_service.endorse.table import COLUMNS
from graph_service.formats import MAX_BYTES
from graph_service.locale import phrase
from graph_service.web.verifying import MAX_DOCUMENTS
from tests.api.play import Play
from tests.api.service import Api
from tests.casts import BASE

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
GOOD = ("ok", "ok", "ok")


@pytest.fixture(scope="module")
async def award(play: Play) -> str:
    """The path of a signed award that its holder shows to everybody."""
    award = await play.awarded()
    await play.api.do("issueAward", "desk", award=award)
    await play.api.do("setAwardDisplay", "teacher", award=award, shown=True)
    return award.removeprefix(BASE)


@pytest.fixture(scope="module")
async def signed(play: Play, award: str) -> bytes:
    """The document of it."""
    return (await play.api.client.get(f"{award}.json")).content


async def post(api: Api, content: Any = None, kind: str = "application/vc", **query: Any) -> httpx.Response:
    """Send a body."""
    return await api.client.post("/verify", content=content, params=query, headers={"Content-Type": kind})


def conclusions(report: dict[str, Any]) -> tuple[str, str, str]:
    return report["authentic"], report["current"], report["aboutSubject"]


def problems(answer: httpx.Response) -> list[tuple[str, list[str | int]]]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(problem["message"] and problem["hint"] for problem in answer.json()["problems"])
    return [(problem["code"], problem["path"]) for problem in answer.json()["problems"]]


@pytest.mark.parametrize("form", ["json", "jwt", "png", "svg"])
async def test_every_form_of_one_document(api: Api, award: str, form: str) -> None:
    document = await api.client.get(f"{award}.{form}")
    kinds = {document.headers["content-type"].split(";")[0], "application/octet-stream", ""}
    for kind in kinds:
        answer = await post(api, document.content, kind)
        assert answer.headers["content-type"] == "application/json"
        assert (conclusions(answer.json()), answer.json()["id"]) == (GOOD, BASE + award)


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/vc+ld+json",
        "application/ld+json; charset=utf-8",
        "text/plain",
        "Application/VC",
    ],
)
async def test_json_by_any_of_its_names(api: Api, signed: bytes, kind: str) -> None:
    assert conclusions((await post(api, signed, kind)).json()) == GOOD


async def test_the_report_is_that_of_the_command(api: Api, signed: bytes) -> None:
    report = (await post(api, signed)).json()
    assert (report["trusted"], report["embedded"]) == (None, [])
    assert {check["name"]: check["outcome"] for check in report["checks"]} == dict.fromkeys(
        ("document", "key", "proof", "issuer", "dates", "status", "subject"), "ok"
    )
    assert (report["verdict"], report["kind"], report["source"]) == ("good", "badge", "document")
    assert (report["sha256"], report["at"] < api.clock()) == (sha256(signed).hexdigest(), True)
    assert report["checks"][0].keys() == {"name", "outcome", "code", "message", "hint", "path"}


async def test_a_changed_document_fails(api: Api, signed: bytes) -> None:
    changed = (await post(api, signed.replace("学校".encode(), "学園".encode(), 1))).json()
    assert conclusions(changed)[0] == "failed"


async def test_many_lines(api: Api, signed: bytes, award: str) -> None:
    token = (await api.client.get(f"{award}.jwt")).content
    answer = (await post(api, b"\n".join([signed, b"", token, b"{"]), "application/x-ndjson")).json()
    assert [each["source"] for each in answer["reports"]] == ["line 1", "line 3", "line 4"]
    assert [each["authentic"] for each in answer["reports"]] == ["ok", "ok", "failed"]
    assert answer["at"] < api.clock()


async def test_a_form_with_files_a_text_and_links(api: Api, signed: bytes, award: str) -> None:
    picture = (await api.client.get(f"{award}.png")).content
    files = [("file", ("賞状.json", signed)), ("file", ("badge.png", picture)), ("file", ("", b""))]
    fields = {"document": signed.decode() + "\n" + signed.decode(), "url": f"{BASE}{award}\r\n\r\n{BASE}/awards/none"}
    answer = await api.client.post("/verify", files=files, data=fields)
    reports = {each["source"]: each for each in answer.json()["reports"]}
    good = ["賞状.json", "badge.png", "document:1", "document:2", f"{BASE}{award}"]
    assert sorted(reports) == sorted([*good, f"{BASE}/awards/none"])
    assert {conclusions(reports[source]) for source in good} == {GOOD}
    missing = reports[f"{BASE}/awards/none"]
    assert (missing["authentic"], missing["checks"][0]["code"]) == ("unknown", "FETCH_FAILED")


async def test_a_file_that_holds_a_document_a_line(api: Api, signed: bytes) -> None:
    answer = await api.client.post("/verify", files={"file": ("all.jsonl", signed + b"\n" + signed)})
    assert [each["source"] for each in answer.json()["reports"]] == ["all.jsonl:1", "all.jsonl:2"]


async def test_a_link_in_place_of_a_text(api: Api, award: str) -> None:
    answer = await api.client.post("/verify", data={"document": f" {BASE}{award} "})
    assert answer.json()["id"] == BASE + award


async def test_a_link_to_where_it_is_served(api: Api, award: str) -> None:
    for link in (f"{api.client.base_url}{award}", f"{api.client.base_url}{award}?lang=ja"):
        found = (await post(api, kind="", url=link)).json()
        assert (found["source"], conclusions(found)) == (BASE + award, GOOD)


async def test_links_in_the_query(api: Api, award: str) -> None:
    one = (await post(api, kind="", url=BASE + award)).json()
    assert conclusions(one) == GOOD
    two = (await post(api, kind="", url=[BASE + award, "http://127.0.0.1/"])).json()
    assert [each["authentic"] for each in two["reports"]] == ["ok", "unknown"]


async def test_the_instant_that_is_asked_about(api: Api, signed: bytes) -> None:
    earlier = (await post(api, signed, at="2020-01-01")).json()
    assert conclusions(earlier) == ("ok", "failed", "ok")
    today = (await post(api, signed, at=api.clock()[:10])).json()
    assert conclusions(today) == GOOD


async def test_the_trust_list_that_is_asked_about(api: Api, play: Play, signed: bytes) -> None:
    assert (await post(api, signed, trustedBy=play.school)).json()["trusted"] is False
    await api.do("trustIssuer", "board-owner", input={"profile": play.board, "issuer": play.university})
    report = (await post(api, signed, trustedBy=play.board)).json()
    assert (report["trusted"], conclusions(report)) == (True, GOOD)
    changed = (await post(api, signed + b"x", trustedBy=play.board)).json()
    assert changed["trusted"] is False
    for unread in (
        await post(api, b"nonsense", trustedBy=play.board),
        await post(api, kind="", url=f"{BASE}/awards/none", trustedBy=play.board),
    ):
        assert unread.json()["trusted"] is False
    page = await api.client.get("/verify", headers={"accept": HTML})
    assert f'<option value="{play.board}">' in page.text


async def test_a_table(api: Api, signed: bytes) -> None:
    hostile = json.loads(signed) | {"name": '=HYPERLINK("https://x.example")\r\n,"y'}
    files = [("file", ("+1.json", json.dumps(hostile).encode())), ("file", ("good.json", signed))]
    answer = await api.client.post("/verify", files=files, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="verification.csv"'
    assert answer.content.startswith(codecs.BOM_UTF8)
    head, changed, good = csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert tuple(head) == COLUMNS
    row = dict(zip(COLUMNS, good, strict=True))
    assert (row["source"], row["kind"], row["name"], row["trusted"]) == ("good.json", "badge", "学校の危機管理", "")
    assert (row["authentic"], row["current"], row["aboutSubject"], row["codes"]) == ("ok", "ok", "ok", "")
    row = dict(zip(COLUMNS, changed, strict=True))
    assert (row["source"], row["name"]) == ("'+1.json", """'=HYPERLINK("https://x.example") ,"y""")
    assert (row["authentic"], row["codes"]) == ("failed", "PROOF_VERIFICATION_ERROR")


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_page(api: Api, signed: bytes, language: str) -> None:
    headers = {"Accept": HTML, "Accept-Language": language}
    hostile = signed.replace("学校の危機管理".encode(), b"<script>alert(1)</script>{{7*7}}", 1)
    for files, said in (({"file": ("a.json", hostile)}, 1), ([("file", (n, hostile)) for n in ("<b>a", "b")], 2)):
        page = await api.client.post("/verify", files=files, headers=headers)
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert "script-src" not in page.headers["content-security-policy"]
        assert page.text.count('<article class="report"') == said
        assert f'<html lang="{language}">' in page.text
        assert "{{7*7}}" in page.text
        assert not any(text in page.text for text in ("<script", "<b>a"))


async def test_what_is_wrong_is_said_on_the_form(api: Api) -> None:
    page = await api.client.post(
        "/verify", files={"file": ("", b"")}, headers={"Accept": HTML, "Accept-Language": "ja"}
    )
    assert (page.status_code, "検証するものがありません" in page.text, '<form class="card"' in page.text) == (
        400,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"content": b"", "headers": {"Content-Type": "application/vc"}}, [("NOTHING_TO_VERIFY", [])]),
        ({"data": {"document": "  ", "url": "\n"}}, [("NOTHING_TO_VERIFY", [])]),
        ({"data": {"dokument": "x"}}, [("UNKNOWN_MEMBER", ["dokument"])]),
        ({"content": b"<x/>", "headers": {"Content-Type": "text/xml"}}, [("NOT_ONE_OF", ["Content-Type"])]),
        ({"content": b"{}", "params": {"att": "1"}}, [("UNKNOWN_MEMBER", ["att"])]),
        ({"content": b"{}", "params": {"at": "soon"}}, [("INVALID_DATE", ["at"])]),
        ({"content": b"{}", "params": {"trustedBy": "me"}}, [("INVALID_IRI", ["trustedBy"])]),
        (
            {"data": {"a": "1", "b": "2"}, "params": {"c": "3"}},
            [("UNKNOWN_MEMBER", ["c"]), ("UNKNOWN_MEMBER", ["a"]), ("UNKNOWN_MEMBER", ["b"])],
        ),
    ],
)
async def test_what_is_refused(api: Api, sent: dict[str, Any], wrong: list[tuple[str, list[str]]]) -> None:
    answer = await api.client.post("/verify", **sent)
    assert (answer.status_code, problems(answer)) == (400, wrong)


async def test_a_trust_list_of_nobody(api: Api) -> None:
    answer = await post(api, b"{}", trustedBy=f"{BASE}/profiles/nobody")
    assert (answer.status_code, problems(answer)) == (404, [("NOT_FOUND", ["trustedBy"])])


async def test_too_many_documents(api: Api) -> None:
    for sent in (
        {"content": b"{}\n" * (MAX_DOCUMENTS + 1), "headers": {"Content-Type": "application/x-ndjson"}},
        {"content": b"{}\n" * 4_000_000, "headers": {"Content-Type": "application/x-ndjson"}},
        {"data": {"url": "https://x.example/\n" * (MAX_DOCUMENTS + 1)}},
        {"files": [("file", (str(n), b"{}")) for n in range(MAX_DOCUMENTS + 1)]},
    ):
        answer = await api.client.post("/verify", **sent)
        assert (answer.status_code, problems(answer)) == (413, [("LIMIT_EXCEEDED", [])])
        assert str(MAX_DOCUMENTS) in answer.json()["title"]


async def test_a_body_without_end_is_cut_off(api: Api) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 2**20
            yield b"x" * 2**20

    answer = await post(api, endless())
    assert (answer.status_code, problems(answer)) == (413, [("LIMIT_EXCEEDED", [])])
    assert sent <= MAX_BYTES + 2 * 2**20


async def test_a_document_that_is_too_large_is_no_reason_to_refuse_the_others(api: Api, signed: bytes) -> None:
    files = [("file", ("large.json", b'{"a": "' + b"x" * MAX_JSON + b'"}')), ("file", ("good.json", signed))]
    large, good = (await api.client.post("/verify", files=files)).json()["reports"]
    assert (large["authentic"], large["checks"][0]["code"]) == ("failed", "LIMIT_EXCEEDED")
    assert conclusions(good) == GOOD


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_sentences_are_in_the_language_asked_for(api: Api, language: str) -> None:
    answer = await api.client.post("/verify", content=b"{", headers={"Accept-Language": language})
    (check,) = answer.json()["checks"]
    assert answer.headers["content-language"] == language
    japanese = re.search("[ぁ-ん]", check["message"]) is not None
    assert (check["code"], japanese) == ("INVALID_JSON", language == "ja")


async def test_nothing_is_kept(api: Api, signed: bytes) -> None:
    before = await api.graph()
    for accept in ("*/*", "text/csv", HTML):
        await api.client.post("/verify", content=signed, headers={"Accept": accept, "Content-Type": "application/vc"})
    assert await api.graph() == before


async def test_who_asks_with_bad_credentials_is_told(api: Api) -> None:
    answer = await api.client.post("/verify", content=b"{}", headers={"Authorization": "Bearer none"})
    assert answer.status_code == 401


async def shown(api: Api, *documents: bytes, **fields: str) -> str:
    """Send documents with the form and return the page."""
    files = [("file", (f"{number}.json", each)) for number, each in enumerate(documents)]
    answer = await api.client.post(
        "/verify", files=files, data=fields, headers={"Accept": HTML, "Accept-Language": "en"}
    )
    return unescape(answer.text)


async def test_the_record_says_what_was_and_what_was_not_checked(api: Api, signed: bytes) -> None:
    def record(page: str) -> str:
        return " ".join(re.sub("<[^>]*>", " ", page.partition('class="card record"')[2]).split())

    good = record(await shown(api, signed))
    assert "Checked: Document · Key · Signature · Signer · Dates · Whether revoked · What it is about" in good
    assert "Could not be checked" not in good
    away = record(await shown(api, url="https://badges.city.jp/1"))
    assert "Checked: " not in away
    assert "Could not be checked: Document · https://badges.city.jp/1 was not fetched" in away
    assert "Key · The check did not get this far." in away


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"at": "soon"}, 400), ({"trustedBy": "me"}, 400), ({"trustedBy": f"{BASE}/profiles/none"}, 404)],
)
async def test_a_wrong_option_loses_nothing(api: Api, wrong: dict[str, str], status: int) -> None:
    sent = {"document": '{"kept": "<b>"}', "url": "https://kept.example/1"} | wrong
    answer = await api.client.post("/verify", data=sent, headers={"Accept": HTML})
    assert answer.status_code == status
    assert ">{&#34;kept&#34;: &#34;&lt;b&gt;&#34;}</textarea>" in answer.text
    assert ">https://kept.example/1</textarea>" in answer.text
    assert '<details class="more" open>' in answer.text


@pytest.mark.parametrize(("sent", "said"), [(b"nonsense", "cannot be read"), (b'{"type": "x"}', "no signature")])
async def test_without_a_signature_it_says_so(api: Api, sent: bytes, said: str) -> None:
    page = await shown(api, sent)
    assert said in page
    assert phrase("WEB_CONCLUSION_AUTHENTIC_FAILED", "en") not in page


async def test_a_genuine_endorsement_in_a_changed_document_is_not_good(api: Api, play: Play, signed: bytes) -> None:
    endorsement = json.loads((await play.issued())["credential"]["bytes"])
    changed = json.dumps(json.loads(signed) | {"name": "x", "endorsement": [endorsement]}).encode()
    (inner,) = (await post(api, changed)).json()["embedded"]
    assert inner["authentic"] == "ok"
    page = await shown(api, changed)
    assert phrase("WEB_VERDICT_GOOD", "en") not in page
