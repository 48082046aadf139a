"""Whose word an endorsement is and whether it can be relied on: said on every page that shows one."""

from __future__ import annotations

import html

import pytest

from graph_service.artwork import RING
from graph_service.locale import phrase
from tests.api.play import Play, texts
from tests.api.service import Api
from tests.api.test_inviting import STATED, invited, post
from tests.casts import BASE
from tests.signers import Person

PAGE = {"accept": "text/html", "accept-language": "ja"}
SIGNED_BY = "query($id: ID!) { endorsement(id: $id) { credential { id key { id state } } } }"


async def page(api: Api, address: str, **headers: str) -> str:
    return html.unescape((await api.get(address, **{**PAGE, **headers})).text)


async def handed_in(play: Play, asking: str, target: str, name: str) -> tuple[Person, str]:
    """Let somebody who gives this name hand in a credential; return who, and the path of its page."""
    person = Person.new(name)
    asked = {"target": target, "kind": "ENDORSE", "to": person.did}
    made = await play.api.do("inviteEndorser", asking, input=asked)
    subject = {"id": target, "type": ["EndorsementSubject"], "endorsementComment": "確かめました。"}
    credential = person.sign(person.claim(subject)).decode()
    answer = {"answer": "SIGNED", "credential": credential, "number": "1"}
    assert (await post(play.api, f"/invitations/{made['secret']}", answer)).status_code == 200
    found = await play.api.ask(SIGNED_BY, None, id=made["endorsement"]["id"])
    assert found["endorsement"]["credential"]["key"] is None
    return person, f"{BASE}/credentials?id={found['endorsement']['credential']['id']}"


async def test_who_calls_itself_a_board_is_not_taken_for_one(play: Play, api: Api) -> None:
    name = "みなと市教育委員会"
    badge = await play.achievement()
    pathway = await play.published(badge)
    named = phrase("WEB_SELF_NAMED", "ja", name=f"{name}</bdi>").removeprefix("「")
    for asking, target, shown in (("dean", badge, badge), ("officer", f"{pathway}/versions/1", pathway)):
        person, credential = await handed_in(play, asking, target, name)
        listed, alone = await page(api, shown), await page(api, credential)
        assert f'<code title="{person.did}">{person.did[:16]}…{person.did[-8:]}</code>' in listed
        assert person.did in alone
        for text in (listed, alone):
            assert named in text
        assert phrase("WEB_STANDS_FOREIGN", "ja") in listed
        assert phrase("WEB_STANDS_CURRENT", "ja") not in listed.replace("有効な", "")
        assert f'<h1 id="verdict">{phrase("WEB_VERDICT_SELF_NAMED", "ja")}</h1>' in alone
        title = alone.partition("<title>")[2].partition("</title>")[0]
        assert phrase("WEB_SELF_NAMED", "ja", name=name) in title
    assert phrase("WEB_ENDORSED_BY_NOBODY", "ja") in await page(api, badge)
    assert RING not in (await api.client.get(f"{badge.removeprefix(BASE)}/image")).text


@pytest.fixture
async def board(play: Play) -> str:
    """A board for which the captain signs, and with whose key anything may happen."""
    made = await play.api.do("createProfile", "operator", input={"name": texts("うしお市教育委員会")})
    board: str = made["profile"]["id"]
    captain = await play.persona("captain")
    await play.api.do("grantRole", "operator", principal=captain, profile=board, role="ENDORSER")
    return board


async def test_what_a_compromised_key_signed_is_void_on_every_page(play: Play, api: Api, board: str) -> None:
    badge = await play.achievement()
    pathway = await play.published(badge)
    signed = [await play.endorsed(target, "captain", board) for target in (badge, f"{pathway}/versions/1")]
    key = (await api.ask(SIGNED_BY, None, id=signed[0]["id"]))["endorsement"]["credential"]["key"]
    assert key["state"] == "ACTIVE"
    assert phrase("WEB_ENDORSED_NOW_ONE", "ja", count=1) in await page(api, badge)
    await api.do("markKeyCompromised", "operator", key=key["id"], reason="端末を紛失した。")
    for shown in (badge, pathway):
        assert phrase("WEB_STANDS_KEY_COMPROMISED", "ja") in await page(api, shown)
    assert phrase("WEB_ENDORSED_BY_NOBODY", "ja") in await page(api, badge)
    assert RING not in (await api.client.get(f"{badge.removeprefix(BASE)}/image")).text
    for language in ("ja", "en"):
        verdict = await page(api, signed[0]["credential"]["id"], **{"accept-language": language})
        assert phrase("WEB_VERDICT_KEY_COMPROMISED_MEANS", language) in verdict
        assert f'<h1 id="verdict">{phrase("WEB_VERDICT_KEY_COMPROMISED", language)}</h1>' in verdict
    await api.do("reissueEndorsement", "captain", endorsement=signed[0]["id"])
    assert phrase("WEB_STANDS_KEY_COMPROMISED", "ja") not in await page(api, badge)
    assert phrase("WEB_ENDORSED_NOW_ONE", "ja", count=1) in await page(api, badge)


async def test_what_an_award_carries_is_marked_as_elsewhere(play: Play, api: Api) -> None:
    badge = await play.achievement()
    _, path = await invited(play, target=badge)
    await post(api, path, {**STATED, "text": "一行目。\n二行目。"})
    policy = {"profile": play.university, "differentPeople": False}
    await api.do("setEndorsementPolicy", "university-owner", **policy, allowsSelfEndorsement=True)
    await play.endorsed(badge, "dean", play.university)
    await api.do("setEndorsementPolicy", "university-owner", **policy, allowsSelfEndorsement=False)
    award = await play.awarded(badge)
    await api.do("issueAward", "desk", award=award, endorsements=True)
    carried = (await page(api, award, **{"X-Persona": "teacher"})).partition('id="carried"')[2]
    for code in ("WEB_VOICE_ATTESTED", "WEB_SELF_ENDORSEMENT"):
        assert carried.count(phrase(code, "ja")) == 1
    assert '<p class="prose">' in carried
    assert "一行目。\n二行目。" in carried


async def test_an_award_that_is_not_signed_yet_says_so_to_those_who_may_see_it(play: Play, api: Api) -> None:
    award = await play.awarded()
    for persona, status in (("teacher", 200), ("desk", 200), ("stranger", 404)):
        answer = await api.get(award, **PAGE, **{"X-Persona": persona})
        assert (persona, answer.status_code) == (persona, status)
        assert (phrase("WEB_UNSIGNED", "ja") in answer.text) is (status == 200)
    assert (await api.get(award, **PAGE)).status_code == 404
    assert (await api.get(f"{BASE}/awards/none", **PAGE, **{"X-Persona": "desk"})).status_code == 404


async def test_who_prepared_it_only_the_endorsers_people_learn(play: Play, api: Api) -> None:
    signed = await play.endorsed(await play.achievement())
    query = "query($id: ID!) { endorsement(id: $id) { acceptedBy } }"
    for persona, told in (("officer", play.principals["officer"]), ("dean", None), ("stranger", None), (None, None)):
        assert (await api.ask(query, persona, id=signed["id"]))["endorsement"] == {"acceptedBy": told}
