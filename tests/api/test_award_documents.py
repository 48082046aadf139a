"""Signed awards over HTTP: JSON, JWS and pictures that carry them, as visible as the award itself."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from graph_service.endorse.bake import unbake
from tests.api.play import Play
from tests.api.service import Api
from tests.casts import BASE

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORMS = {
    ".json": "application/vc",
    ".jwt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


@pytest.fixture(scope="module")
async def private(play: Play) -> str:
    """The path of a signed award that only its issuer and its holder may read."""
    award = await play.awarded()
    await play.api.do("issueAward", "desk", award=award)
    return award.removeprefix(BASE)


@pytest.fixture(scope="module")
async def shown(play: Play) -> str:
    """The path of a signed award, with a recommendation in it, that its holder shows to everybody."""
    award = await play.awarded()
    proposal = {"endorser": play.school, "target": award, "kind": "RECOMMEND"}
    asked = await play.api.do("requestEndorsement", "teacher", input=proposal)
    await play.api.do("issueEndorsement", "head", endorsement=asked["endorsement"]["id"])
    await play.api.do("issueAward", "desk", award=award, endorsements=True)
    await play.api.do("setAwardDisplay", "teacher", award=award, shown=True)
    return award.removeprefix(BASE)


async def test_every_form_is_the_same_credential(api: Api, shown: str) -> None:
    found = {form: await api.client.get(shown + form) for form in FORMS}
    assert {form: answer.headers["content-type"] for form, answer in found.items()} == FORMS
    assert {answer.headers["cache-control"] for answer in found.values()} == {"public, max-age=300"}
    signed, token = found[".json"].text, found[".jwt"].text
    document = json.loads(signed)
    assert document["id"] == BASE + shown
    assert token.count(".") == 2
    assert unbake(found[".png"].content) == unbake(found[".svg"].content) == signed
    assert Image.open(io.BytesIO(found[".png"].content)).text == {"openbadgecredential": signed}  # type: ignore[attr-defined]


async def test_the_graph_answers_every_form(api: Api, shown: str) -> None:
    query = """query ($id: ID!) { award(id: $id) { issuedAt usual: credential { id form bytes }
        proof: credential(form: DATA_INTEGRITY) { form bytes } token: credential(form: JWT) { id form bytes } } }"""
    award = (await api.ask(query, id=BASE + shown))["award"]
    assert award["issuedAt"]
    assert (award["usual"]["id"], award["token"]["id"]) == (BASE + shown,) * 2
    assert award["usual"]["bytes"] == award["proof"]["bytes"] == (await api.client.get(f"{shown}.json")).text
    assert award["token"]["bytes"] == (await api.client.get(f"{shown}.jwt")).text
    assert (award["usual"]["form"], award["token"]["form"]) == ("DATA_INTEGRITY", "JWT")


@pytest.mark.parametrize("accept", ["application/vc+jwt", "application/jwt", "text/plain"])
async def test_who_asks_for_a_token_gets_one(api: Api, play: Play, shown: str, accept: str) -> None:
    endorsement = (await play.issued())["credential"]["id"].removeprefix(BASE)
    for path in (shown, endorsement):
        answer = await api.client.get(path, headers={"accept": accept})
        assert (answer.text, answer.headers["content-type"]) == (
            (await api.client.get(f"{path}.jwt")).text,
            "text/plain; charset=utf-8",
        )
        assert (await api.client.get(path)).text == (await api.client.get(f"{path}.json")).text


@pytest.mark.parametrize("form", ["", *FORMS])
async def test_a_private_one_is_there_for_those_alone_who_may_read_the_award(api: Api, private: str, form: str) -> None:
    assert (await api.client.get(private + form)).status_code == 404
    for persona, status in (("stranger", 404), ("officer", 404), ("teacher", 200), ("desk", 200), ("operator", 200)):
        answer = await api.client.get(private + form, headers={"X-Persona": persona})
        assert (persona, answer.status_code) == (persona, status)
        assert answer.headers["cache-control"] == ("private, no-store" if status == 200 else "no-store")
        if status == 200:
            assert {"Authorization", "Cookie"} <= set(answer.headers["vary"].split(", "))


async def test_what_was_never_signed_is_not_there(api: Api, play: Play) -> None:
    award = (await play.awarded()).removeprefix(BASE)
    for form in ("", *FORMS):
        assert (await api.client.get(award + form, headers={"X-Persona": "desk"})).status_code == 404


async def test_the_page_shows_it_with_what_it_carries_and_where_to_get_it(api: Api, play: Play, shown: str) -> None:
    page = await api.client.get(shown, headers={"accept": HTML, "accept-language": "en"})
    assert page.status_code == 200
    name = shown.rpartition("/")[2]
    assert all(f'href="../awards/{name}{form}"' in page.text for form in FORMS)
    assert play.learner in page.text
    assert "Endorsements in this credential" in page.text
    assert 'name="robots"' not in page.text


async def test_the_page_of_a_private_one_is_not_to_be_found(api: Api, private: str) -> None:
    hidden = await api.client.get(private, headers={"accept": HTML})
    own = await api.client.get(private, headers={"accept": HTML, "X-Persona": "teacher"})
    assert (hidden.status_code, own.status_code) == (404, 200)
    assert '<meta name="robots" content="noindex">' in own.text


async def test_taken_back_it_says_so(api: Api, play: Play) -> None:
    award = await play.awarded()
    await play.api.do("issueAward", "desk", award=award)
    await play.api.do("revokeAward", "desk", award=award, reason="誤り。")
    headers = {"accept": HTML, "accept-language": "en", "X-Persona": "teacher"}
    page = await api.client.get(award.removeprefix(BASE), headers=headers)
    assert "Authentic, but revoked" in page.text
