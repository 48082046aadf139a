"""The pages of an invitation: whoever holds the link answers, without an account, a session or a script."""

from __future__ import annotations

import email
import re
from email.policy import SMTP
from typing import Any

import httpx
import pytest

from graph_service.remote.mail import Folder
from graph_service.services import mailing
from tests.api.play import Play
from tests.api.service import Api
from tests.casts import BASE
from tests.signers import Person

ADDRESS = "kocho@aoba.example.jp"
PAGE = {"Accept": "text/html", "Accept-Language": "ja"}
STATED = {
    "answer": "STATED",
    "address": ADDRESS,
    "name": "山田 花子",
    "number": "1",
    "position": "校長",
    "text": "<script>alert(1)</script>",
}

ANOTHER_DAY = "MATCH (i:Invitation) SET i.createdAt = '2000-01-01T00:00:00Z' RETURN i.id AS row"
"""Lets all invitations so far be older than the hours in which they are counted."""


async def invited(play: Play, **changes: Any) -> tuple[str, str]:
    """Invite somebody by mail; return the endorsement and the path of the link in the mail."""
    asked = {"target": play.badge, "kind": "ENDORSE", "to": ADDRESS} | changes
    await play.api.world.store.connection.define("another day", ANOTHER_DAY)
    made = await play.api.do("inviteEndorser", "dean", input=asked)
    assert made["secret"] is None
    return made["endorsement"]["id"], await link_of(play.api)


async def link_of(api: Api) -> str:
    assert isinstance(api.world.post, Folder)
    before = set(api.world.post.path.glob("*.eml"))
    await mailing.deliver(api.world, BASE, api.clock)
    files = set(api.world.post.path.glob("*.eml")) - before
    mails = [email.message_from_bytes(file.read_bytes(), policy=SMTP) for file in files]
    (text,) = [mail.get_content() for mail in mails if mail["To"] == ADDRESS]  # others may have waited to be sent
    found = re.search(rf"{BASE}(/invitations/\S+)", text)
    assert found
    return found[1]


async def post(api: Api, path: str, data: dict[str, str], **headers: str) -> httpx.Response:
    return await api.client.post(path, data=data, headers={**PAGE, **headers})


async def state_of(play: Play, endorsement: str) -> Any:
    query = "query($id: ID!) { endorsement(id: $id) { state standing invitation { until sentAt usedAt } } }"
    return (await play.api.ask(query, "dean", id=endorsement))["endorsement"]


async def test_looking_uses_nothing_up(play: Play, api: Api) -> None:
    endorsement, path = await invited(play)
    before = await api.graph()
    for _ in range(10):
        shown = await api.client.get(path, headers=PAGE)
        seen = await api.client.head(path, headers=PAGE)
        assert (shown.status_code, seen.status_code, seen.text) == (200, 200, "")
    assert await api.graph() == before
    answered = await post(api, path, STATED)
    assert (answered.status_code, "署名しました" in answered.text) == (200, True)
    found = await state_of(play, endorsement)
    assert (found["state"], found["standing"]) == ("ISSUED", "ATTESTED")
    assert found["invitation"]["usedAt"]


async def test_what_is_asked_is_shown_and_kept_by_nobody(play: Play, api: Api) -> None:
    comment = {"language": "ja", "text": "<b>お願いします</b>"}
    _, path = await invited(play, comment=comment)
    shown = await api.client.get(path, headers=PAGE)
    for said in (
        "学校の危機管理",
        "港南教育大学",
        "&lt;b&gt;お願いします&lt;/b&gt;",
        'name="robots" content="noindex"',
    ):
        assert said in shown.text
    assert ADDRESS not in shown.text
    headers = shown.headers
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["x-robots-tag"] == "noindex"
    assert "script" not in headers["content-security-policy"]
    assert "set-cookie" not in headers


async def test_a_typed_code_leads_to_the_same_page(api: Api, play: Play) -> None:
    _, path = await invited(play)
    code = path.rpartition("/")[2]
    form = await api.client.get("/invitations", headers=PAGE)
    assert 'name="code"' in form.text
    led = await post(api, "/invitations", {"code": f" {code.lower().replace('-', ' ')} "})
    assert (led.status_code, led.headers["location"]) == (303, f"invitations/{code.replace('-', '')}")
    shown = await api.client.get(f"/{led.headers['location']}", headers=PAGE)
    assert "学校の危機管理" in shown.text


@pytest.mark.parametrize("path", ["/invitations/K7QF-2M9D-XT4H-8R3P", "/invitations/x", "/invitations/%00"])
async def test_what_is_not_there_is_all_alike(api: Api, path: str) -> None:
    shown, answered = await api.client.get(path, headers=PAGE), await post(api, path, STATED)
    typed = await post(api, "/invitations", {"code": path.rpartition("/")[2]})
    if typed.status_code == 303:
        typed = await api.client.get(f"/{typed.headers['location']}", headers=PAGE)
    pages = {re.sub(r'(?:href|src)="[^"]*"', "", each.text) for each in (shown, answered, typed)}
    assert {shown.status_code, answered.status_code, typed.status_code} == {404}
    assert len(pages) == 1
    assert "使えません" in shown.text


async def test_what_was_changed_meanwhile_is_shown_again(play: Play, api: Api) -> None:
    badge = await play.achievement("改められるバッジ")
    endorsement, path = await invited(play, target=badge)
    await play.revised(badge)
    answer = await post(api, path, STATED)
    assert answer.status_code == 409
    for said in ("現在は第 2 版", 'name="number" value="2"', 'value="山田 花子"', "改訂版"):
        assert said in answer.text
    assert (await state_of(play, endorsement))["state"] == "REQUESTED"
    assert (await post(api, path, {**STATED, "number": "2"})).status_code == 200


async def test_a_did_is_given_no_form_to_decline(play: Play, api: Api) -> None:
    asked = {"target": play.badge, "kind": "ENDORSE", "to": Person.new().did}
    code = (await api.do("inviteEndorser", "dean", input=asked))["secret"]
    shown = await api.client.get(f"/invitations/{code}", headers=PAGE)
    assert (shown.status_code, 'value="SIGNED"' in shown.text) == (200, True)
    assert 'value="DECLINED"' not in shown.text


async def test_a_used_link_says_so(play: Play, api: Api) -> None:
    _, path = await invited(play)
    await post(api, path, STATED)
    after = await api.graph()
    again, shown = await post(api, path, STATED), await api.client.get(path, headers=PAGE)
    for answer in (again, shown):
        assert (answer.status_code, "すでに回答がありました" in answer.text) == (409, True)
        assert "学校の危機管理" not in answer.text
    assert await api.graph() == after


async def test_a_withdrawn_request_says_so(play: Play, api: Api) -> None:
    endorsement, path = await invited(play)
    await api.do("withdrawEndorsement", "dean", endorsement=endorsement)
    assert "取り下げました" in (await post(api, path, STATED)).text


async def test_what_can_be_mended_keeps_what_was_typed(play: Play, api: Api) -> None:
    _, path = await invited(play)
    before = await api.graph()
    answer = await post(api, path, {**STATED, "address": "other@aoba.example.jp", "position": ""})
    assert (answer.status_code, 'value="山田 花子"' in answer.text) == (400, True)
    assert "リンクを送ったメールアドレスと一致しません" in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert answer.text.count('aria-invalid="true"') == 2  # the address of this form, and the position
    assert await api.graph() == before
    assert (await post(api, path, STATED)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_no_other_site_sends_the_form(play: Play, api: Api, headers: dict[str, str]) -> None:
    _, path = await invited(play)
    before = await api.graph()
    answer = await post(api, path, STATED, **headers)
    assert (answer.status_code, await api.graph() == before) == (400, True)
    own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert (await post(api, path, STATED, **own)).status_code == 200


async def test_a_credential_is_uploaded_as_it_is(play: Play, api: Api) -> None:
    person = Person.new()
    endorsement, path = await invited(play)
    subject = {"id": play.badge, "type": ["EndorsementSubject"], "endorsementComment": "確かめました。"}
    document = person.sign(person.claim(subject)).replace(b'","', b'",\r\n\t"')
    files = {"file": ("credential.json", document, "application/json")}
    data = {"answer": "SIGNED", "address": ADDRESS, "credential": "", "number": "1"}
    answer = await api.client.post(path, data=data, files=files, headers=PAGE)
    assert (answer.status_code, "証明書を検証し" in answer.text) == (200, True)
    query = "query($id: ID!) { endorsement(id: $id) { standing endorser { id } credential { id bytes } } }"
    found = (await api.ask(query, None, id=endorsement))["endorsement"]
    assert found["credential"]["bytes"] == document.decode()
    assert (found["standing"], found["endorser"]["id"]) == ("FOREIGN", person.did)
    badge = await api.get(play.badge, **PAGE)
    assert "他所で署名" in badge.text
    kept = re.search(r'href="\.\.(/credentials\?id=[^"]*)"', badge.text)
    assert kept
    for name, said in (("text/html", person.did), ("application/vc", '"proofPurpose"')):
        assert said in (await api.client.get(kept[1], headers={"Accept": name})).text
    listed = await api.ask("{ profiles(first: 100) { edges { node { id } } } }")
    assert person.did not in str(listed)


async def test_a_pasted_credential_that_is_wrong_says_what(play: Play, api: Api) -> None:
    _, path = await invited(play)
    person = Person.new()
    document = person.sign(person.claim({"id": "urn:x", "type": ["EndorsementSubject"]}))
    answer = await post(api, path, {"answer": "SIGNED", "address": ADDRESS, "credential": document.decode()})
    assert answer.status_code == 400
    assert "urn:x" in answer.text


async def test_a_statement_is_marked_wherever_it_is_shown(play: Play, api: Api) -> None:
    badge = await play.achievement("印のつくバッジ")
    endorsement, path = await invited(play, target=badge)
    await post(api, path, STATED)
    query = "query($id: ID!) { endorsement(id: $id) { credential { id } } }"
    credential = (await api.ask(query, None, id=endorsement))["endorsement"]["credential"]["id"]
    for address in (badge, credential):
        shown = await api.get(address, **PAGE)
        assert "本人確認：メール到達のみ" in shown.text
        assert "<script>" not in shown.text


async def test_who_asked_sees_how_it_stands_and_nobody_else(play: Play, api: Api) -> None:
    endorsement, _ = await invited(play)
    found = await state_of(play, endorsement)
    assert found["invitation"]["sentAt"]
    assert not found["invitation"]["usedAt"]
    query = "query($id: ID!) { endorsement(id: $id) { invitation { until } } }"
    for persona in (None, "teacher", "officer", "stranger"):
        assert (await api.ask(query, persona, id=endorsement))["endorsement"] is None


async def test_a_statement_counts_for_no_pathway(play: Play, api: Api) -> None:
    """Not even where a rule names the service's own profile."""
    badge = await play.achievement("述べられたバッジ")
    await play.awarded(badge)
    service = f"{BASE}/profiles/service"
    definition = play.definition(badge)
    definition["nodes"][1]["guards"] = {"endorsedBy": [{"profiles": [service, play.board]}]}
    pathway = await play.drafted(definition)
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    _, path = await invited(play, target=badge)
    await post(api, path, STATED)
    query = "query($pathway: ID!, $learner: ID!) { progress(pathway: $pathway, learner: $learner) { percentage } }"
    asked = {"pathway": pathway, "learner": play.learner}
    assert (await api.ask(query, "teacher", **asked))["progress"]["percentage"] == 0
    await play.issued(badge)
    assert (await api.ask(query, "teacher", **asked))["progress"]["percentage"] == 100


async def test_what_is_no_answer_changes_nothing(play: Play, api: Api) -> None:
    _, path = await invited(play)
    before = await api.graph()
    for form in (
        {},
        {"answer": "ACCEPT", "reason": "x", "address": ADDRESS},
        {"answer": "DECLINED", "address": ADDRESS},
    ):
        assert (await post(api, path, form)).status_code == 400
    assert await api.graph() == before


async def test_too_much_is_not_read(play: Play, api: Api) -> None:
    _, path = await invited(play)
    assert (await post(api, path, {"answer": "STATED", "text": "x" * 600_000})).status_code == 400
    assert (await post(api, "/invitations", {"code": "x" * 2_000})).status_code == 413
