"""An endorsement of an earlier version, and the same said of the version that stands: by the API and on the page."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from graph_service.errors import Problem
from graph_service.locale import phrase, sentence
from graph_service.settings import Mode
from tests.api.play import Play, training
from tests.api.service import Api, serving
from tests.casts import BASE

HTML = {"accept": "text/html", "accept-language": "ja"}
STATE = """query($id: ID!) { endorsement(id: $id) { state targetNumber earlierVersion ended
    confirms { id } confirmedBy { id state targetNumber } credential { bytes } } }"""
FORM = re.compile(
    r'<form class="confirm" method="post" action="([^"]+)">\s*<input type="hidden" name="token" value="([0-9a-f]+)">'
)


async def earlier(play: Play) -> dict[str, str]:
    """Let the board endorse a badge that is then revised."""
    signed = await play.endorsed(await play.achievement())
    await play.revised(signed["targetId"])
    return signed


async def state(api: Api, endorsement: str, persona: str | None = None) -> dict[str, object]:
    return (await api.ask(STATE, persona, id=endorsement))["endorsement"]


async def test_the_same_is_said_of_the_version_that_stands(play: Play, api: Api) -> None:
    old = await earlier(play)
    before = await state(api, old["id"])
    assert (before["earlierVersion"], before["confirmedBy"]) == (True, None)
    prepared = (await api.do("reconfirmEndorsement", "officer", endorsement=old["id"]))["endorsement"]
    assert (prepared["state"], prepared["targetNumber"], prepared["confirms"]) == ("ACCEPTED", 2, {"id": old["id"]})
    assert (await state(api, old["id"]))["confirmedBy"] is None  # not signed yet: nobody else's business
    waiting = {"id": prepared["id"], "state": "ACCEPTED", "targetNumber": 2}
    assert (await state(api, old["id"], "officer"))["confirmedBy"] == waiting
    signed = (await api.do("issueEndorsement", "officer", endorsement=prepared["id"]))["endorsement"]
    document = json.loads(signed["credential"]["bytes"])
    assert document["credentialSubject"]["digestMultibase"] == signed["targetDigest"] != old["targetDigest"]
    assert (signed["kind"], signed["comment"], signed["earlierVersion"]) == (old["kind"], old["comment"], False)
    after = await state(api, old["id"])
    assert after == {**before, "confirmedBy": {"id": signed["id"], "state": "ISSUED", "targetNumber": 2}}


async def test_other_words_and_another_end(play: Play, api: Api) -> None:
    old = await earlier(play)
    words = {"comment": {"language": "en", "text": "Still good."}, "validUntil": "2027-03-31T15:00:00Z"}
    prepared = (await api.do("reconfirmEndorsement", "officer", endorsement=old["id"], **words))["endorsement"]
    signed = (await api.do("issueEndorsement", "officer", endorsement=prepared["id"]))["endorsement"]
    assert signed["comment"] == "Still good."
    assert signed["until"] == "2027-03-31T15:00:00Z"


async def test_recognition_is_taken_over_as_a_document_of_its_own(play: Play, api: Api) -> None:
    badge = await play.achievement()
    given = {"endorser": play.board, "target": badge, "kind": "RECOGNISE", "recognition": training()}
    old = (await api.do("offerEndorsement", "officer", input=given))["endorsement"]
    await api.do("issueEndorsement", "officer", endorsement=old["id"])
    await play.revised(badge)
    new = (await api.do("reconfirmEndorsement", "officer", endorsement=old["id"]))["endorsement"]
    earlier_data, data = json.loads(old["recognition"]), json.loads(new["recognition"])
    assert data == {**earlier_data, "id": f"{new['id']}/recognition"}
    assert new["recognitionDigest"] != old["recognitionDigest"]


async def test_a_pathway_is_confirmed_in_its_newest_version(play: Play, api: Api) -> None:
    pathway = await play.published()
    old = await play.endorsed(f"{pathway}/versions/1", "head", play.school)
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition=play.definition(await play.achievement()))
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    assert (await state(api, old["id"]))["earlierVersion"] is True
    prepared = (await api.do("reconfirmEndorsement", "head", endorsement=old["id"]))["endorsement"]
    assert (prepared["targetId"], prepared["targetNumber"]) == (f"{pathway}/versions/2", 2)
    await api.do("issueEndorsement", "head", endorsement=prepared["id"])
    page = (await api.get(pathway, **HTML)).text
    for code, values in (("WEB_OF_EARLIER_VERSION", {"number": 1}), ("WEB_CONFIRMED", {}), ("WEB_STANDS_CURRENT", {})):
        assert phrase(code, "ja", **values) in page


@pytest.mark.parametrize("persona", [None, "dean", "desk", "board-owner", "head"])
async def test_only_the_endorser_confirms(play: Play, api: Api, persona: str | None) -> None:
    old = await earlier(play)
    problems = await api.refused("reconfirmEndorsement", persona, endorsement=old["id"])
    assert problems == [("NOT_PERMITTED", "")]


async def test_what_is_of_the_version_that_stands_needs_nothing(play: Play, api: Api) -> None:
    signed = await play.endorsed(await play.achievement())
    problems = await api.refused("reconfirmEndorsement", "officer", endorsement=signed["id"])
    assert problems == [("NOTHING_TO_CONFIRM", "endorsement")]


async def test_it_is_confirmed_once_a_version(play: Play, api: Api) -> None:
    old = await earlier(play)
    prepared = (await api.do("reconfirmEndorsement", "officer", endorsement=old["id"]))["endorsement"]["id"]
    problems = await api.refused("reconfirmEndorsement", "officer", endorsement=old["id"])
    assert problems == [("ALREADY_CONFIRMED", "endorsement")]
    await api.do("withdrawEndorsement", "officer", endorsement=prepared)
    again = (await api.do("reconfirmEndorsement", "officer", endorsement=old["id"]))["endorsement"]["id"]
    await api.do("issueEndorsement", "officer", endorsement=again)
    await play.revised(old["targetId"])
    await api.do("reconfirmEndorsement", "officer", endorsement=again)
    problems = await api.refused("reconfirmEndorsement", "officer", endorsement=old["id"])
    assert problems == [("ALREADY_CONFIRMED", "endorsement")]


async def test_two_earlier_ones_of_one_kind_are_confirmed_once(play: Play, api: Api) -> None:
    """Another kind, or another endorser, is another word."""
    badge = await play.achievement()
    one, two = [(await play.endorsed(badge))["id"] for _ in range(2)]
    other = (await play.endorsed(badge, "head", play.school))["id"]
    given = {"endorser": play.board, "target": badge, "kind": "RECOGNISE", "recognition": training()}
    recognised = (await api.do("offerEndorsement", "officer", input=given))["endorsement"]["id"]
    await api.do("issueEndorsement", "officer", endorsement=recognised)
    await play.revised(badge)
    for each, persona in ((one, "officer"), (other, "head"), (recognised, "officer")):
        await api.do("reconfirmEndorsement", persona, endorsement=each)
    problems = await api.refused("reconfirmEndorsement", "officer", endorsement=two)
    assert problems == [("ALREADY_CONFIRMED", "endorsement")]


async def test_a_revoked_one_is_not_confirmed(play: Play, api: Api) -> None:
    old = await earlier(play)
    await api.do("revokeEndorsement", "officer", endorsement=old["id"], reason="誤り。")
    problems = await api.refused("reconfirmEndorsement", "officer", endorsement=old["id"])
    assert problems == [("ILLEGAL_TRANSITION", "")]


@pytest.fixture
async def browser(play: Play) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps cookies, asks for pages, and is signed in as the officer."""
    async with serving(play.api.world, Mode.DEVELOPMENT, play.api.clock) as client:
        client.headers.update(HTML)
        await signed_in(client, "officer")
        yield client


async def signed_in(client: httpx.AsyncClient, persona: str) -> None:
    """Sign in with the form of the persona chooser."""
    (token,) = set(re.findall(r'name="token" value="([0-9a-f]+)"', (await client.get("/personas")).text))
    assert (await client.post("/personas", data={"persona": persona, "token": token})).status_code == 303


async def test_what_may_not_be_signed_is_told_to_be_prepared(play: Play, api: Api) -> None:
    """The board's officer also awards for the university by now: both sides."""
    old = await earlier(play)
    name = f"both-{play.number()}"
    principal = await play.persona(name)
    for profile, role in ((play.board, "ENDORSER"), (play.university, "ISSUER")):
        await api.do("grantRole", "operator", principal=principal, profile=profile, role=role)
    async with serving(api.world, Mode.DEVELOPMENT, api.clock) as client:
        client.headers.update(HTML)
        await signed_in(client, name)
        path = old["targetId"].removeprefix(BASE)
        ((action, token),) = FORM.findall((await client.get(path)).text)
        sent = await client.post(f"/achievements/{action}", data={"token": token})
    assert sent.status_code == 409
    for code in ("ONLY_PREPARED", "SELF_ENDORSEMENT"):
        assert sentence(Problem(code, {"endorser": play.board}), "ja")[0] in sent.text
    by = (await state(api, old["id"], "officer"))["confirmedBy"]
    assert by["state"] == "ACCEPTED"  # type: ignore[index]


async def test_one_click_on_the_page(play: Play, api: Api, browser: httpx.AsyncClient) -> None:
    old = await earlier(play)
    path = old["targetId"].removeprefix(BASE)
    assert not FORM.search((await api.get(path, **HTML)).text)
    ((action, token),) = FORM.findall((await browser.get(path)).text)
    sent = await browser.post(f"/achievements/{action}", data={"token": token})
    assert (sent.status_code, sent.headers["location"]) == (303, f"../..{path}")
    page = (await browser.get(path)).text
    assert not FORM.search(page)
    assert phrase("WEB_CONFIRMED", "ja") in page
    (by,) = [(await state(api, old["id"]))["confirmedBy"]]
    assert (by["state"], by["targetNumber"]) == ("ISSUED", 2)  # type: ignore[index]
    assert {"ENDORSEMENT_RECONFIRM", "ENDORSEMENT_ISSUE"} == set((await api.events())[-2:])


async def test_the_page_of_the_endorsement_itself_offers_it_too(
    play: Play, api: Api, browser: httpx.AsyncClient
) -> None:
    old = await earlier(play)
    path = old["credential"]["id"].removeprefix(BASE)
    assert not FORM.search((await api.get(path, **HTML)).text)
    ((action, token),) = FORM.findall((await browser.get(path)).text)
    sent = await browser.post(f"/credentials/{action}", data={"token": token})
    assert sent.status_code == 303
    assert phrase("WEB_CONFIRMED", "ja") in (await browser.get(path)).text


async def test_a_click_from_elsewhere_does_nothing(play: Play, api: Api, browser: httpx.AsyncClient) -> None:
    old = await earlier(play)
    before, address = await api.size(), f"{old['id'].removeprefix(BASE)}/confirm"
    for data in ({}, {"token": "0" * 64}):
        assert (await browser.post(address, data=data)).status_code == 400
    assert (await browser.get(address)).status_code in (404, 405)
    assert await api.size() == before


async def test_who_may_not_sign_is_refused_on_the_page_too(play: Play, api: Api, browser: httpx.AsyncClient) -> None:
    old = await earlier(play)
    ((action, token),) = FORM.findall((await browser.get(old["targetId"].removeprefix(BASE))).text)
    await signed_in(browser, "dean")
    before = await api.size()
    assert not FORM.search((await browser.get(old["targetId"].removeprefix(BASE))).text)
    assert (await browser.post(f"/achievements/{action}", data={"token": token})).status_code == 403
    assert await api.size() == before


async def test_where_two_people_are_wanted_the_page_prepares(play: Play, api: Api, browser: httpx.AsyncClient) -> None:
    old = await earlier(play)
    path, policy = old["targetId"].removeprefix(BASE), {"profile": play.board, "allowsSelfEndorsement": False}
    await api.do("setEndorsementPolicy", "board-owner", **policy, differentPeople=True)
    try:
        page = (await browser.get(path)).text
        assert "起案します" in page
        ((action, token),) = FORM.findall(page)
        assert (await browser.post(f"/achievements/{action}", data={"token": token})).status_code == 303
        assert (await state(api, old["id"], "officer"))["confirmedBy"]["state"] == "ACCEPTED"  # type: ignore[index]
        page = (await browser.get(path)).text
        assert "署名を待っています" in page
        assert not FORM.search(page)
        assert "署名を待っています" not in (await api.get(path, **HTML)).text
        again = await browser.post(f"/achievements/{action}", data={"token": token})
        assert again.status_code == 409
        assert "起案と決裁を分けています" in again.text
    finally:
        await api.do("setEndorsementPolicy", "board-owner", **policy, differentPeople=False)
