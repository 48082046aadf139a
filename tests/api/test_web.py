"""Pages over HTTP: who gets one, what stays byte for byte, sessions and forms."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from graph_service.artwork import RING
from graph_service.domain.time import later
from graph_service.locale import phrase
from graph_service.services import access
from graph_service.settings import Mode
from tests.api.play import Play, texts, training
from tests.api.service import Api, serving
from tests.casts import BASE
from tests.unit.formats.test_formats_badgr import element

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SESSION = "graph-service-session"


@pytest.fixture(scope="module")
async def credential(play: Play) -> str:
    """The path of a signed endorsement of the badge."""
    proposal = {"endorser": play.board, "target": play.badge, "comment": {"language": "ja", "text": "認めます。"}}
    offered = await play.api.do("offerEndorsement", "officer", input=proposal)
    return await _signed(play, "officer", offered)


async def _private(play: Play) -> str:
    """Return the path of a signed recommendation of a private award."""
    proposal = {"endorser": play.school, "target": play.award, "kind": "RECOMMEND"}
    return await _signed(play, "head", await play.api.do("requestEndorsement", "teacher", input=proposal))


async def _signed(play: Play, persona: str, proposed: dict[str, Any]) -> str:
    issued = await play.api.do("issueEndorsement", persona, endorsement=proposed["endorsement"]["id"])
    found: str = issued["endorsement"]["credential"]["id"]
    return found.removeprefix(BASE)


@pytest.fixture
async def browser(play: Play) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps cookies and asks for pages."""
    async with serving(play.api.world, Mode.DEVELOPMENT, play.api.clock) as client:
        client.headers["accept"] = HTML
        yield client


async def token(client: httpx.AsyncClient) -> str:
    """Return the token of the persona chooser's form."""
    (found,) = set(re.findall(r'name="token" value="([0-9a-f]+)"', (await client.get("/personas")).text))
    return found


async def sign_in(client: httpx.AsyncClient, persona: str) -> httpx.Response:
    return await client.post("/personas", data={"token": await token(client), "persona": persona})


async def test_only_who_asks_for_a_page_gets_one(api: Api, play: Play, credential: str) -> None:
    for path, media_type in ((credential, "application/vc"), (play.badge.removeprefix(BASE), "application/ld+json")):
        bytes_ = {
            (await api.client.get(path, headers=headers)).content
            for headers in ({}, {"accept": "*/*"}, {"accept": media_type}, {"accept": "application/json"})
        }
        assert len(bytes_) == 1
        document = await api.client.get(path)
        assert document.headers["content-type"] == media_type
        assert bytes_ == {(await api.client.get(f"{path}.json", headers={"accept": HTML})).content}
        page = await api.client.get(path, headers={"accept": HTML})
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        for answer in (document, page):
            assert {"Accept", "Authorization", "Cookie"} <= set(answer.headers["vary"].split(", "))


async def test_a_page_lets_nothing_in(api: Api, play: Play, credential: str) -> None:
    for path in ("/", "/personas", "/verify", credential, play.badge.removeprefix(BASE), "/nothing"):
        headers = (await api.client.get(path, headers={"accept": HTML})).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy == {
            "default-src": "'none'",
            "style-src": "'self'",
            "img-src": "'self'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


async def test_a_pathway_is_a_page_or_its_definition(api: Api, play: Play) -> None:
    path = (await play.published()).removeprefix(BASE)
    definition = await api.client.get(path)
    assert definition.json()["root"] == "all"
    again = await api.client.get(f"{path}.json", headers={"if-none-match": definition.headers["etag"]})
    assert again.status_code == 304
    page = await api.client.get(path, headers={"accept": HTML, "accept-language": "ja"})
    assert "学校の危機管理" in page.text


async def test_an_imported_badge_has_a_page_at_the_address_of_its_kind(api: Api, play: Play) -> None:
    """Its identifier may lie anywhere; that of one of ours does as well."""
    asked = {"id": play.badge}
    assert "学校の危機管理" in (await api.client.get("/achievements", params=asked, headers={"accept": HTML})).text
    for path in ("/achievements", "/achievements.json"):
        assert (await api.client.get(path, params=asked)).json()["id"] == play.badge
    assert "<svg" in (await api.client.get("/achievements.svg", params=asked)).text
    refused = await api.client.get("/achievements", params={"id": "not an IRI"})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_IRI")


async def test_a_draft_is_not_there(api: Api, play: Play) -> None:
    path = (await play.drafted()).removeprefix(BASE)
    for accept in (HTML, "*/*"):
        assert (await api.client.get(path, headers={"accept": accept})).status_code == 404


async def test_a_page_costs_one_statement_for_each_question(api: Api, play: Play, credential: str) -> None:
    api.ran.clear()
    await api.client.get(credential, headers={"accept": HTML})
    assert api.ran.count("Query.endorsementByCredential") == 1
    api.ran.clear()
    await api.client.get(play.badge.removeprefix(BASE), headers={"accept": HTML})
    assert api.ran == ["Query.achievement"]


async def test_a_private_award_has_no_page_for_others(api: Api, play: Play, browser: httpx.AsyncClient) -> None:
    path = await _private(play)
    assert (await browser.get(path)).status_code == 404
    await sign_in(browser, "teacher")
    page = await browser.get(path)
    assert (page.status_code, 'name="robots" content="noindex"' in page.text) == (200, True)
    assert (await browser.get(path, headers={"accept": "application/vc"})).headers[
        "cache-control"
    ] == "private, no-store"


async def test_nobody_sees_the_progress_of_another(api: Api, play: Play, browser: httpx.AsyncClient) -> None:
    path = (await play.published()).removeprefix(BASE)
    assert 'class="score"' not in (await browser.get(path)).text
    for persona in (None, "stranger", "officer"):
        if persona:
            await sign_in(browser, persona)
        assert (await browser.get(path, params={"learner": play.learner})).status_code == 404
    await sign_in(browser, "teacher")
    assert "100%" in (await browser.get(path)).text


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-01-01", 200),
        ("2026-01-01T00:00:00Z", 200),
        ("令和8年1月1日", 200),
        ("soon", 400),
        ("2026-99-99T99:99:99Z", 400),
    ],
)
async def test_the_day_that_is_asked_about(play: Play, browser: httpx.AsyncClient, at: str, status: int) -> None:
    path = (await play.published()).removeprefix(BASE)
    await sign_in(browser, "teacher")
    page = await browser.get(path, params={"at": at})
    assert page.status_code == status
    assert ("0%" in page.text, 'value="2026-01-01"' in page.text) == (status == 200, status == 200)


async def test_both_pages_take_a_date_or_an_instant_or_nothing(
    play: Play, browser: httpx.AsyncClient, credential: str
) -> None:
    await sign_in(browser, "teacher")
    for path in (credential, (await play.published()).removeprefix(BASE)):
        now = (await browser.get(path)).status_code
        asked = ("", " ", "2026-11-21", "2026-11-21T00:00:00Z", "9999-12-31T20:00:00Z", "2026-99-99T99:99:99Z")
        found = [(await browser.get(path, params={"at": at})).status_code for at in asked]
        assert (now, found) == (200, [200, 200, 200, 200, 200, 400])
    day = await browser.get(credential, params={"at": "2026-11-21", "lang": "ja"})
    assert '<time datetime="2026-11-21T14:59:59Z">2026年11月21日 23:59</time>' in day.text


async def test_an_address_too_long_for_a_qr_code_is_a_link(play: Play, browser: httpx.AsyncClient) -> None:
    long = f"https://badges.example/{'修' * 400}"
    imported = element("long-address", badges=["修" * 400])
    await play.api.do("importPathway", "publisher", owner=play.university, document=imported, dryRun=False)
    for badge, drawn in ((play.badge, True), (long, False)):
        page = await browser.get("/achievements", params={"id": badge, "lang": "ja"})
        assert (page.status_code, 'class="qr"' in page.text, "QR コード" in page.text) == (200, drawn, drawn)


async def test_an_error_is_a_page_that_says_what_to_do(api: Api) -> None:
    for language, said in (("ja", "見つかりません"), ("en", "Not found")):
        page = await api.client.get("/achievements/x", headers={"accept": HTML, "accept-language": language})
        assert (page.status_code, f"<h1>{said}</h1>" in page.text) == (404, True)
        assert page.headers["cache-control"] == "no-store"
    asked = {"accept": HTML, "accept-language": "ja"}
    assert (
        f'<p class="lead">証明書 {BASE}/credentials/x は'
        in (await api.client.get("/credentials/x", headers=asked)).text
    )
    hint = (await api.client.get("/credentials/x?at=soon", headers=asked)).text
    assert ("2026-04-01" in hint, "<time" in hint, "`" in hint) == (True, False, False)
    details = await api.client.get("/achievements/x")
    assert (details.headers["content-type"], details.json()["code"]) == ("application/problem+json", "NOT_FOUND")


async def test_the_language_of_the_address_is_remembered(browser: httpx.AsyncClient) -> None:
    assert '<html lang="en">' in (await browser.get("/", params={"lang": "en"})).text
    assert '<html lang="en">' in (await browser.get("/", headers={"accept-language": "ja"})).text
    unknown = await browser.get("/", params={"lang": "x\r\nset-cookie: y"})
    assert ('<html lang="en">' in unknown.text, "set-cookie" in unknown.headers) == (True, False)


async def test_the_start_page_says_how_many_pathways_there_are(api: Api, play: Play) -> None:
    await play.published()
    page = (await api.client.get("/", headers={"accept": HTML, "accept-language": "ja"})).text
    (count,) = re.findall(r"積み上げ <span class=\"quiet\">(\d+) 件</span>", page)
    listed = page.split('id="badges"')[0].count('href="pathways/')
    assert int(count) == listed or ("?pathways=" in page and listed == 24)


async def test_a_picture_is_drawn_and_kept(api: Api, play: Play) -> None:
    path = play.badge.removeprefix(BASE)
    picture = await api.client.get(f"{path}/image", headers={"accept": HTML})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    for known in (picture.headers["etag"], "*"):
        again = await api.client.get(f"{path}/image", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert (await api.client.get("/achievements/none/image")).status_code == 404
    document = (await api.client.get(path)).json()
    assert document["image"] == {"id": f"{play.badge}/image", "type": "Image"}


async def test_the_ring_is_for_endorsements_of_the_newest_version(api: Api, play: Play) -> None:
    badge = await play.achievement()
    proposal = {"endorser": play.board, "target": badge, "comment": {"language": "ja", "text": "認めます。"}}
    await _signed(play, "officer", await api.do("offerEndorsement", "officer", input=proposal))
    path = badge.removeprefix(BASE)
    assert RING in (await api.client.get(f"{path}/image")).text
    text = texts("改訂版")
    await api.do(
        "reviseAchievement", "desk", achievement=badge, input=dict.fromkeys(("name", "description", "criteria"), text)
    )
    assert RING not in (await api.client.get(f"{path}/image")).text
    page = (await api.client.get(path, headers={"accept": HTML, "accept-language": "ja"})).text
    assert "以前の版（第 1 版）への裏書" in page


async def test_recognition_draws_no_ring(api: Api, play: Play) -> None:
    badge = await play.achievement()
    proposal = {"endorser": play.board, "target": badge, "kind": "RECOGNISE", "recognition": training()}
    await _signed(play, "officer", await api.do("offerEndorsement", "officer", input=proposal))
    path = badge.removeprefix(BASE)
    assert RING not in (await api.client.get(f"{path}/image")).text
    page = (await api.client.get(path, headers={"accept": HTML, "accept-language": "ja"})).text
    assert all(phrase(code, "ja") in page for code in ("WEB_KIND_RECOGNISE", "WEB_ENDORSED_BY_NOBODY"))


async def test_picture_and_page_count_the_same_endorsements(api: Api, play: Play) -> None:
    badge = await play.achievement()
    for persona, endorser, more in (
        ("officer", play.board, {"kind": "ENDORSE"}),
        ("head", play.school, {"kind": "RECOGNISE", "recognition": training()}),
    ):
        proposal = {"endorser": endorser, "target": badge, **more}
        await _signed(play, persona, await api.do("offerEndorsement", persona, input=proposal))
    path = badge.removeprefix(BASE)
    assert "有効な裏書：1 者" in (await api.client.get(f"{path}/image")).text
    page = (await api.client.get(path, headers={"accept": HTML, "accept-language": "ja"})).text
    assert phrase("WEB_ENDORSED_NOW_ONE", "ja", count=1) in page


async def test_the_pathways_that_count_a_badge(api: Api, play: Play) -> None:
    badge = await play.achievement()
    leaf = {"kind": "LEAF", "targets": [badge]}
    nodes = [{"id": "all", "kind": "ALL", "parts": ["a", "b"]}, {"id": "a", **leaf}, {"id": "b", **leaf, "times": 2}]
    counting = await play.drafted({"root": "all", "nodes": nodes})
    await api.do("publishPathwayVersion", "editor", pathway=counting)
    query = "query ($id: ID!) { achievement(id: $id) { pathways { id } } }"
    assert (await api.ask(query, id=badge))["achievement"]["pathways"] == [{"id": counting}]
    await api.do("savePathwayDraft", "editor", pathway=counting, definition=play.definition())
    await api.do("publishPathwayVersion", "editor", pathway=counting)
    assert (await api.ask(query, id=badge))["achievement"]["pathways"] == []


async def test_a_credential_that_is_kept_here_is_verified_by_its_id(api: Api, play: Play, credential: str) -> None:
    query = "query ($id: ID, $text: String) { verify(credential: $id, document: $text) { authentic current } }"
    good = {"authentic": "OK", "current": "OK"}
    assert (await api.ask(query, id=BASE + credential))["verify"] == good
    assert await api.codes(query, id=BASE + credential, text="{}") == ["ONE_OF_ARGUMENTS"]
    assert await api.codes(query) == ["ONE_OF_ARGUMENTS"]
    assert await api.codes(query, id=f"{BASE}/credentials/none") == ["NOT_FOUND"]
    private = BASE + await _private(play)
    assert await api.codes(query, "stranger", id=private) == ["NOT_FOUND"]
    endorsement = "query ($id: ID!) { endorsementByCredential(id: $id) { targetVersion { number } } }"
    assert (await api.ask(endorsement, id=private))["endorsementByCredential"] is None


async def test_signing_in_and_out(browser: httpx.AsyncClient) -> None:
    answer = await sign_in(browser, "teacher")
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith(SESSION))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "teacher" in (await browser.get("/")).text
    await browser.post("/personas/leave", data={"token": await token(browser)})
    assert SESSION not in browser.cookies


async def test_over_https_the_cookies_belong_to_the_host_alone(play: Play) -> None:
    async with serving(play.api.world, Mode.DEVELOPMENT, play.api.clock) as client:
        client.base_url = httpx.URL("https://service")
        answer = await client.get("/personas", headers={"accept": HTML})
    assert answer.headers["set-cookie"].startswith("__Host-graph-service-browser=")
    assert "Secure" in answer.headers["set-cookie"]


async def test_over_https_the_language_is_kept_over_https_only(play: Play) -> None:
    async with serving(play.api.world, Mode.DEVELOPMENT, play.api.clock) as client:
        for scheme, secure in (("https", True), ("http", False)):
            client.base_url = httpx.URL(f"{scheme}://service")
            answer = await client.get("/", params={"lang": "ja"}, headers={"accept": HTML})
            (cookie,) = answer.headers.get_list("set-cookie")
            assert (cookie.startswith("lang=ja;"), "Secure" in cookie) == (True, secure)


async def test_a_form_from_elsewhere_is_refused(play: Play, browser: httpx.AsyncClient) -> None:
    good = await token(browser)
    async with serving(play.api.world, Mode.DEVELOPMENT, play.api.clock) as other:
        others = await token(other)
    for sent in ({}, {"token": ""}, {"token": "0" * 64}, {"token": others}, {"token": good[:-1]}):
        answer = await browser.post("/personas", data={**sent, "persona": "operator"}, headers={"accept": "*/*"})
        assert (answer.status_code, answer.json()["code"]) == (400, "FORM_FOREIGN")
        assert SESSION not in browser.cookies
    async with serving(play.api.world, Mode.DEVELOPMENT, play.api.clock) as without_cookie:
        answer = await without_cookie.post("/personas", data={"token": good, "persona": "operator"})
        assert answer.json()["code"] == "FORM_FOREIGN"
    await sign_in(browser, "teacher")
    assert (await browser.post("/personas/leave", headers={"accept": "*/*"})).json()["code"] == "FORM_FOREIGN"
    assert SESSION in browser.cookies


async def test_a_form_has_an_end(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/personas", content=b"x" * 5000, headers={"accept": "*/*"})
    assert answer.json()["code"] == "LIMIT_EXCEEDED"


async def test_the_session_never_counts_for_the_api(api: Api, play: Play, browser: httpx.AsyncClient) -> None:
    """So no other site can make a browser change anything, whatever it sends."""
    await sign_in(browser, "operator")
    before = await api.size()
    mutation = 'mutation { createProfile(input: {name: [{language: "en", text: "Forged"}]}) { __typename } }'
    viewer = (await browser.post("/graphql", json={"query": "{ viewer { kind } }"})).json()
    assert viewer["data"]["viewer"]["kind"] == "PUBLIC"
    forged = (await browser.post("/graphql", json={"query": mutation})).json()
    assert forged["data"]["createProfile"]["__typename"] == "Problems"
    plain = {"content-type": "text/plain"}
    assert (await browser.post("/graphql", content=f'{{"query": "{viewer}"}}', headers=plain)).status_code == 400
    assert await api.size() == before


async def test_a_session_that_is_not_good_is_refused_and_forgotten(play: Play, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "teacher")
    good = browser.cookies[SESSION]
    for bad in (
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        "x",
        "x.y",
        f"{b'9999-01-01T00:00:00Z|operator'.hex()}.{good.partition('.')[2]}",
    ):
        headers = {"cookie": f"{SESSION}={bad}", "accept": HTML}
        async with serving(play.api.world, Mode.DEVELOPMENT, play.api.clock) as client:
            answer = await client.get("/", headers=headers)
            assert answer.status_code == 401, bad
            assert f'{SESSION}="";' in answer.headers["set-cookie"] or f"{SESSION}=;" in answer.headers["set-cookie"]
            assert (await client.get("/personas", headers=headers)).status_code == 200


async def test_a_session_ends(play: Play, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "teacher")
    late = later(play.api.clock.at, seconds=12 * 3600 + 60)
    async with serving(play.api.world, Mode.DEVELOPMENT, lambda: late) as client:
        client.cookies = browser.cookies
        answer = await client.get("/", headers={"accept": HTML})
    assert answer.status_code == 401


async def test_production_knows_neither_the_chooser_nor_its_cookie(
    production: httpx.AsyncClient, browser: httpx.AsyncClient, play: Play
) -> None:
    await sign_in(browser, "teacher")
    assert (await production.get("/personas")).status_code == 404
    assert (await production.post("/personas")).status_code == 404
    answer = await production.get("/pathways/x", headers={"cookie": f"{SESSION}={browser.cookies[SESSION]}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "PERSONA_REFUSED")
    assert "/personas" not in (await production.get("/", headers={"accept": HTML})).text


async def test_printed_links_are_those_of_the_identifiers_in_production(
    production: httpx.AsyncClient, api: Api, play: Play
) -> None:
    path = play.badge.removeprefix(BASE)
    assert f'content="{play.badge}"' in (await production.get(path, headers={"accept": HTML})).text
    assert f'content="http://service{path}"' in (await api.client.get(path, headers={"accept": HTML})).text


async def test_the_personas_are_those_who_may_sign_in(play: Play) -> None:
    personas = {each.persona: each for each in await access.personas(play.api.world, play.api.clock())}
    assert (personas["teacher"].learns, personas["officer"].learns) == (True, False)
    assert {role["role"] for role in personas["officer"].roles} == {"ENDORSER"}
    officer = await access.by_persona(play.api.world, "officer", play.api.clock())
    assert play.board in {each.profile for each in officer.memberships}


async def test_a_name_on_a_page_is_only_text(play: Play, browser: httpx.AsyncClient) -> None:
    hostile = "<script>alert(1)</script>\"'{{ 7*7 }}{name}"
    made = await play.api.do(
        "createAchievement",
        "desk",
        owner=play.university,
        input={"name": texts(hostile), "description": texts(hostile), "criteria": texts(hostile)},
    )
    page = (await browser.get(made["achievement"]["id"].removeprefix(BASE))).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;{{ 7*7 }}{name}" in page
    assert "<script" not in page
