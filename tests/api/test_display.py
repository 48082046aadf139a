"""Hidden and shown: endorsements by the endorsed side, awards by their holder, and what follows them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.play import Play
from tests.api.service import Api

LISTS = """query($id: ID!, $badge: ID!, $board: ID!, $university: ID!, $key: ID!) {
    a: endorsement(id: $id) { id } b: node(id: $id) { id }
    c: achievement(id: $badge) { endorsements { totalCount edges { node { id } } } }
    d: endorsements(of: $badge) { totalCount edges { node { id } } }
    e: endorsementsOf(iri: $badge) { totalCount edges { node { id } } }
    f: profile(id: $board) { endorsementsGiven(first: 100) { edges { node { id } } } }
    g: profile(id: $university) { endorsementsReceived(first: 100) { edges { node { id } } } }
    h: key(id: $key) { credentials(first: 100) { totalCount edges { node { id } } } }
    i: profile(id: $board) { keys { credentials(first: 100) { edges { node { id } } } } } }"""
KEYS = "query($id: ID!) { profile(id: $id) { keys { id } } }"
STATED = "query($id: ID!) { endorsementByCredential(id: $id) { id hidden } verify(credential: $id) { authentic } }"
AWARD = """query($award: ID!, $endorsement: ID!, $document: ID!) { award(id: $award) { endorsements { edges { node { id } } } }
    endorsement(id: $endorsement) { id credential { bytes } } endorsementByCredential(id: $document) { id }
    endorsementsOf(iri: $award) { totalCount } }"""
NOTHING: dict[str, Any] = {"endorsements": {"edges": []}}
EVERYBODY = [None, "stranger", "editor", "dean", "head", "teacher", "desk", "operator"]
CONCERNED = {"dean", "head", "teacher", "desk", "operator"}  # owner, endorser, holder, issuer, and who runs the service


async def test_a_hidden_endorsement_leaves_the_lists_and_keeps_its_address(play: Play, api: Api) -> None:
    signed = await play.endorsed(await play.achievement())
    ids = {"id": signed["id"], "badge": signed["targetId"], "board": play.board, "university": play.university}
    ids["key"] = (await api.ask(KEYS, id=play.board))["profile"]["keys"][0]["id"]
    signatures = (await api.ask(LISTS, **ids))["h"]["credentials"]["totalCount"]
    hidden = await api.do("setEndorsementDisplay", "dean", endorsement=signed["id"], shown=False)
    assert (hidden["endorsement"]["hidden"], hidden["endorsement"]["state"]) == (True, "ISSUED")
    for persona in (None, "stranger"):
        found = await api.ask(LISTS, persona, **ids)
        assert signed["id"] not in str(found)
        assert signed["credential"]["id"] not in str(found)
        assert found["h"]["credentials"]["totalCount"] == signatures - 2  # both forms
    assert (await api.ask(LISTS, **ids))["d"]["totalCount"] == 0
    for persona in ("dean", "officer"):  # those whom it concerns find it again, to show it
        found = await api.ask(LISTS, persona, **ids)
        assert (found["d"]["totalCount"], found["h"]["credentials"]["totalCount"]) == (1, signatures)
    stated = await api.ask(STATED, id=signed["credential"]["id"])
    assert stated == {"endorsementByCredential": {"id": signed["id"], "hidden": True}, "verify": {"authentic": "OK"}}
    document = await api.get(signed["credential"]["id"])
    assert (document.status_code, document.text) == (200, signed["credential"]["bytes"])
    page = await api.get(signed["credential"]["id"], accept="text/html")
    assert page.status_code == 200
    badge = (await api.get(signed["targetId"], accept="text/html")).text
    assert signed["credential"]["id"].rpartition("/")[2] not in badge
    await api.do("setEndorsementDisplay", "dean", endorsement=signed["id"], shown=True)
    assert (await api.ask(LISTS, **ids))["d"]["totalCount"] == 1


async def test_what_is_as_asked_leaves_no_event(play: Play, api: Api) -> None:
    signed = await play.endorsed(await play.achievement())
    for shown, more in ((True, 0), (False, 1), (False, 0), (True, 1)):
        before = await api.events()
        await api.do("setEndorsementDisplay", "dean", endorsement=signed["id"], shown=shown)
        assert len(await api.events()) == len(before) + more


@pytest.mark.parametrize("persona", ["officer", "desk", "university-owner"])
async def test_only_the_endorsed_side_hides(play: Play, api: Api, persona: str) -> None:
    signed = await play.endorsed(await play.achievement())
    problems = await api.refused("setEndorsementDisplay", persona, endorsement=signed["id"], shown=False)
    assert problems == [("NOT_PERMITTED", "")]


async def test_what_is_revoked_is_hidden_too(play: Play, api: Api) -> None:
    signed = await play.endorsed(await play.achievement())
    await api.do("revokeEndorsement", "officer", endorsement=signed["id"], reason="誤り。")
    for shown in (False, True):
        done = await api.do("setEndorsementDisplay", "dean", endorsement=signed["id"], shown=shown)
        assert (done["endorsement"]["state"], done["endorsement"]["hidden"]) == ("REVOKED", not shown)


async def seen(api: Api, endorsed: dict[str, Any]) -> dict[str | None, tuple[bool, ...]]:
    """Return in which places everybody finds the endorsement of an award, and its document."""
    document = endorsed["credential"]["id"]
    ids = {"award": endorsed["targetId"], "endorsement": endorsed["id"], "document": document}
    found = {}
    for persona in EVERYBODY:
        answer = await api.ask(AWARD, persona, **ids)
        found[persona] = (
            {"node": {"id": endorsed["id"]}} in (answer["award"] or NOTHING)["endorsements"]["edges"],
            answer["endorsement"] is not None and answer["endorsement"]["credential"] is not None,
            answer["endorsementByCredential"] is not None,
            answer["endorsementsOf"]["totalCount"] == 1,
            (await api.get(document, persona)).status_code == 200,
        )
    return found


def by_persona(*finding: str | None) -> dict[str | None, tuple[bool, ...]]:
    return {persona: (persona in finding,) * 5 for persona in EVERYBODY}


async def test_endorsements_of_an_award_are_as_visible_as_the_award(play: Play, api: Api) -> None:
    endorsed = await play.recommended()
    award = endorsed["targetId"]
    assert await seen(api, endorsed) == by_persona(*CONCERNED)
    await api.do("setAwardDisplay", "teacher", award=award, shown=True)
    assert await seen(api, endorsed) == by_persona(*EVERYBODY)
    await api.do("setAwardDisplay", "teacher", award=award, shown=False)
    assert await seen(api, endorsed) == by_persona(*CONCERNED)


async def test_a_profile_that_is_asked_sees_what_others_said(play: Play, api: Api) -> None:
    endorsed = await play.recommended()
    about = {"endorser": play.board, "target": endorsed["targetId"], "kind": "RECOMMEND"}
    asked = (await api.do("requestEndorsement", "teacher", input=about))["endorsement"]["id"]
    assert await seen(api, endorsed) == by_persona(*CONCERNED, "editor")
    await api.do("withdrawEndorsement", "teacher", endorsement=asked)
    assert await seen(api, endorsed) == by_persona(*CONCERNED)


async def test_what_is_signed_of_a_shown_award_is_shown(play: Play, api: Api) -> None:
    award = await play.awarded()
    about = {"endorser": play.school, "target": award, "kind": "RECOMMEND"}
    asked = (await api.do("requestEndorsement", "teacher", input=about))["endorsement"]["id"]
    await api.do("setAwardDisplay", "teacher", award=award, shown=True)
    query = "query($id: ID!) { endorsement(id: $id) { id } }"
    assert (await api.ask(query, id=asked))["endorsement"] is None  # before it is signed it is theirs
    endorsed = (await api.do("issueEndorsement", "head", endorsement=asked))["endorsement"]
    assert await seen(api, endorsed) == by_persona(*EVERYBODY)


async def test_a_hidden_endorsement_of_a_shown_award(play: Play, api: Api) -> None:
    endorsed = await play.recommended()
    await api.do("setEndorsementDisplay", "teacher", endorsement=endorsed["id"], shown=False)
    await api.do("setAwardDisplay", "teacher", award=endorsed["targetId"], shown=True)
    found = (await seen(api, endorsed))[None]
    assert found == (False, False, True, False, True)


async def test_a_revoked_endorsement_follows_its_award(play: Play, api: Api) -> None:
    endorsed = await play.recommended()
    await api.do("revokeEndorsement", "head", endorsement=endorsed["id"], reason="誤り。")
    await api.do("setAwardDisplay", "teacher", award=endorsed["targetId"], shown=True)
    assert await seen(api, endorsed) == by_persona(*EVERYBODY)


async def test_a_shown_award_names_nobody(play: Play, api: Api) -> None:
    award = await play.awarded()
    await api.do("setAwardDisplay", "teacher", award=award, shown=True)
    query = "query($id: ID!) { award(id: $id) { holder { id } reason } }"
    assert (await api.ask(query, id=award))["award"] == {"holder": None, "reason": None}


async def test_the_documents_of_an_award_follow_it(play: Play, api: Api) -> None:
    award = await play.awarded()
    await api.do("issueAward", "desk", award=award, endorsements=False)
    answers = []
    for shown in (False, True, False):
        await api.do("setAwardDisplay", "teacher", award=award, shown=shown)
        answers.append((await api.get(f"{award}.json")).status_code)
    assert answers == [404, 200, 404]


@pytest.mark.parametrize(("persona", "code"), [(None, "NOT_FOUND"), ("desk", "NOT_PERMITTED"), ("head", "NOT_FOUND")])
async def test_only_the_holder_shows_an_award(play: Play, api: Api, persona: str | None, code: str) -> None:
    problems = await api.refused("setAwardDisplay", persona, award=await play.awarded(), shown=True)
    assert [problem for problem, _ in problems] == [code]
