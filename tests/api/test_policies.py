"""How a profile endorses: on its own behalf or not, by one person or by two."""

from __future__ import annotations

from typing import Any

import pytest

from graph_service.domain.time import later
from tests.api.play import Play
from tests.api.service import Api
from tests.casts import BASE

STRICT = {"differentPeople": True, "allowsSelfEndorsement": False}


@pytest.fixture
async def clerk(play: Play, api: Api) -> str:
    """Somebody else who endorses for the school: the second person."""
    name = f"clerk-{play.number()}"
    await api.do("grantRole", "operator", principal=await play.persona(name), profile=play.school, role="ENDORSER")
    return name


@pytest.fixture
async def strict(play: Play, api: Api) -> Any:
    """The school endorses by two people, while the test runs."""
    await api.do("setEndorsementPolicy", "operator", profile=play.school, **STRICT)
    yield None
    await api.do("setEndorsementPolicy", "operator", profile=play.school, differentPeople=False, **OWN[False])


OWN = {allowed: {"allowsSelfEndorsement": allowed} for allowed in (False, True)}


async def asked(play: Play) -> str:
    """Ask the school to endorse the badge."""
    made = await play.api.do(
        "requestEndorsement", "dean", input={"endorser": play.school, "target": await play.achievement()}
    )
    return made["endorsement"]["id"]


async def test_who_accepts_may_not_sign(play: Play, api: Api, clerk: str, strict: None) -> None:
    endorsement = await asked(play)
    await api.do("acceptEndorsement", "head", endorsement=endorsement)
    problems = await api.refused("issueEndorsement", "head", endorsement=endorsement)
    assert problems == [("SAME_PERSON", "endorsement")]
    signed = await api.do("issueEndorsement", clerk, endorsement=endorsement)
    assert signed["endorsement"]["state"] == "ISSUED"


async def test_who_prepares_may_not_sign(play: Play, api: Api, clerk: str, strict: None) -> None:
    offered = await play.offered(await play.achievement(), "head", play.school)
    assert await api.refused("issueEndorsement", "head", endorsement=offered) == [("SAME_PERSON", "endorsement")]
    await api.do("issueEndorsement", clerk, endorsement=offered)


async def test_nobody_accepts_and_signs_in_one_act(play: Play, api: Api, clerk: str, strict: None) -> None:
    endorsement = await asked(play)
    for persona in ("head", clerk):
        problems = await api.refused("issueEndorsement", persona, endorsement=endorsement)
        assert problems == [("ACCEPT_FIRST", "endorsement")]


async def test_what_is_signed_is_what_was_accepted(play: Play, api: Api, clerk: str, strict: None) -> None:
    words, others = ({"language": "ja", "text": text} for text in ("確かめました。", "認定します。"))
    endorsement = await asked(play)
    await api.do("acceptEndorsement", "head", endorsement=endorsement, comment=words)
    problems = await api.refused("issueEndorsement", clerk, endorsement=endorsement, comment=others)
    assert problems == [("COMMENT_CHANGED", "comment")]
    signed = await api.do("issueEndorsement", clerk, endorsement=endorsement, comment=words)
    assert signed["endorsement"]["comment"] == "確かめました。"


async def test_the_service_itself_signs_alone(play: Play, api: Api) -> None:
    """Else every statement of somebody who was invited would fail."""
    service = f"{BASE}/profiles/service"
    problems = await api.refused("setEndorsementPolicy", "operator", profile=service, **STRICT)
    assert problems == [("SERVICE_SIGNS_ALONE", "differentPeople")]


async def test_a_demand_concerns_what_was_accepted_before_it(play: Play, api: Api) -> None:
    endorsement = await asked(play)
    await api.do("acceptEndorsement", "head", endorsement=endorsement)
    await api.do("setEndorsementPolicy", "operator", profile=play.school, **STRICT)
    problems = await api.refused("issueEndorsement", "head", endorsement=endorsement)
    await api.do("setEndorsementPolicy", "operator", profile=play.school, differentPeople=False, **OWN[False])
    assert problems == [("SAME_PERSON", "endorsement")]


@pytest.mark.parametrize("begin", ["offerEndorsement", "requestEndorsement"])
async def test_a_profile_does_not_endorse_its_own(play: Play, api: Api, begin: str) -> None:
    own = {"endorser": play.university, "target": play.badge}
    assert await api.refused(begin, "dean", input=own) == [("SELF_ENDORSEMENT", "input.endorser")]
    itself = {"endorser": play.university, "target": play.university, "kind": "ACCREDIT"}
    assert await api.refused(begin, "dean", input=itself) == [("SELF_ENDORSEMENT", "input.endorser")]


async def test_who_speaks_for_both_sides_does_not_sign(play: Play, api: Api) -> None:
    name = f"both-{play.number()}"
    principal = await play.persona(name)
    for profile in (play.board, play.university):
        await api.do("grantRole", "operator", principal=principal, profile=profile, role="ENDORSER")
    offered = await play.offered(await play.achievement(), name)
    assert await api.refused("issueEndorsement", name, endorsement=offered) == [("SELF_ENDORSEMENT", "endorsement")]
    signed = await api.do("issueEndorsement", "officer", endorsement=offered)
    assert signed["endorsement"]["selfEndorsement"] is False


@pytest.mark.parametrize("role", ["ISSUER", "EDITOR", "OWNER"])
async def test_any_role_that_speaks_for_the_owner_is_its_side(play: Play, api: Api, role: str) -> None:
    name = f"also-{role.lower()}-{play.number()}"
    principal = await play.persona(name)
    await api.do("grantRole", "operator", principal=principal, profile=play.board, role="ENDORSER")
    await api.do("grantRole", "operator", principal=principal, profile=play.university, role=role)
    offered = await play.offered(await play.achievement(), name)
    assert await api.refused("issueEndorsement", name, endorsement=offered) == [("SELF_ENDORSEMENT", "endorsement")]


async def test_a_holder_does_not_recommend_the_own_award(play: Play, api: Api) -> None:
    """A teacher who also endorses for the school."""
    name = f"teacher-{play.number()}"
    learner = await play.fresh_learner()
    principal = await play.persona(name, learner)
    await api.do("grantRole", "operator", principal=principal, profile=play.school, role="ENDORSER")
    award = (await api.do("awardAchievement", "desk", achievement=play.badge, holder=learner))["award"]["id"]
    offer = {"endorser": play.school, "target": award, "kind": "RECOMMEND"}
    offered = (await api.do("offerEndorsement", name, input=offer))["endorsement"]["id"]
    assert await api.refused("issueEndorsement", name, endorsement=offered) == [("SELF_ENDORSEMENT", "endorsement")]


async def test_a_word_on_the_own_behalf_is_marked_where_it_is_allowed(play: Play, api: Api) -> None:
    await api.do("setEndorsementPolicy", "operator", profile=play.university, differentPeople=False, **OWN[True])
    signed = await play.endorsed(await play.achievement(), "dean", play.university)
    await api.do("setEndorsementPolicy", "operator", profile=play.university, differentPeople=False, **OWN[False])
    query = "query($id: ID!) { endorsement(id: $id) { selfEndorsement } }"
    assert (await api.ask(query, id=signed["id"]))["endorsement"] == {"selfEndorsement": True}
    html = {"accept": "text/html", "accept-language": "ja"}
    for address in (signed["credential"]["id"], signed["targetId"]):
        assert "自らのものへの裏書" in (await api.get(address, **html)).text


async def test_a_policy_that_changed_is_told_where_it_was_asked(play: Play, api: Api) -> None:
    await api.do("setEndorsementPolicy", "operator", profile=play.university, differentPeople=False, **OWN[True])
    signed = await play.endorsed(await play.achievement(), "dean", play.university)
    await play.revised(signed["targetId"])
    await api.do("setEndorsementPolicy", "operator", profile=play.university, differentPeople=False, **OWN[False])
    problems = await api.refused("reconfirmEndorsement", "dean", endorsement=signed["id"])
    assert problems == [("SELF_ENDORSEMENT", "endorsement")]


async def test_the_policy_is_public_and_set_once(play: Play, api: Api) -> None:
    query = "query($id: ID!) { profile(id: $id) { differentPeople allowsSelfEndorsement version } }"
    before = (await api.ask(query, id=play.board))["profile"]
    assert (before["differentPeople"], before["allowsSelfEndorsement"]) == (False, False)
    for _ in range(2):
        await api.do("setEndorsementPolicy", "board-owner", profile=play.board, **STRICT)
    after = (await api.ask(query, id=play.board))["profile"]
    back = {"differentPeople": False, "allowsSelfEndorsement": False, "expectedVersion": after["version"]}
    await api.do("setEndorsementPolicy", "board-owner", profile=play.board, **back)
    assert after == {**STRICT, "version": before["version"] + 1}


@pytest.mark.parametrize("persona", [None, "officer", "editor", "university-owner", "stranger"])
async def test_only_an_owner_sets_it(play: Play, api: Api, persona: str | None) -> None:
    problems = await api.refused("setEndorsementPolicy", persona, profile=play.board, **STRICT)
    assert problems == [("NOT_PERMITTED", "")]


async def test_a_request_that_lapsed_can_still_be_taken_back(play: Play, api: Api) -> None:
    award = await play.awarded()
    about = {"endorser": play.school, "target": award, "kind": "RECOMMEND"}
    soon = later(api.clock.at, seconds=5)
    asked = await api.do("requestEndorsement", "teacher", input=about, lapsesAt=soon)
    endorsement, query = asked["endorsement"]["id"], "query($id: ID!) { award(id: $id) { id } }"
    for _ in range(6):
        api.clock()
    assert await api.refused("acceptEndorsement", "head", endorsement=endorsement) == [("ILLEGAL_TRANSITION", "")]
    assert (await api.ask(query, "head", id=award))["award"] is not None
    withdrawn = await api.do("withdrawEndorsement", "teacher", endorsement=endorsement)
    assert withdrawn["endorsement"]["state"] == "WITHDRAWN"
    assert (await api.ask(query, "head", id=award))["award"] is None
