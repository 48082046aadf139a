"""An endorsement from request to revocation, and who may know of it."""

from __future__ import annotations

import json

import pytest

from graph_service.domain.time import later
from tests.api.play import Play
from tests.api.service import Api

STATE = "query($id: ID!) { endorsement(id: $id) { state reason requestUntil } }"


async def test_requested_accepted_signed_revoked(play: Play, api: Api) -> None:
    badge = await play.achievement()
    asked = await api.do(
        "requestEndorsement",
        "dean",
        input={
            "endorser": play.board,
            "target": badge,
            "comment": {"language": "ja", "text": "裏書をお願いします。"},
            "validUntil": "2027-04-01T00:00:00+09:00",
        },
    )
    endorsement = asked["endorsement"]["id"]
    assert (asked["endorsement"]["state"], asked["endorsement"]["credential"]) == ("REQUESTED", None)

    accepted = await api.do("acceptEndorsement", "officer", endorsement=endorsement)
    assert (accepted["endorsement"]["state"], accepted["endorsement"]["targetNumber"]) == ("ACCEPTED", 1)

    comment = {"language": "ja", "text": "内容を確かめました。"}
    signed = (await api.do("issueEndorsement", "officer", endorsement=endorsement, comment=comment))["endorsement"]
    document = json.loads(signed["credential"]["bytes"])
    assert (signed["state"], signed["until"]) == ("ISSUED", "2027-03-31T15:00:00Z")
    assert document["issuer"]["id"] == play.board
    assert (document["validFrom"], document["validUntil"]) == (signed["since"], signed["until"])
    assert document["credentialSubject"]["id"] == badge
    assert document["credentialSubject"]["endorsementComment"] == comment["text"]
    assert document["credentialSubject"]["digestMultibase"] == signed["targetDigest"]

    revoked = await api.do("revokeEndorsement", "officer", endorsement=endorsement, reason="内容が古い。")
    assert (revoked["endorsement"]["state"], revoked["endorsement"]["ended"]) == ("REVOKED", "REVOKED")
    assert revoked["endorsement"]["until"] == revoked["endorsement"]["endedAt"]


async def test_endorsements_of_one_kind_of_party(play: Play, api: Api) -> None:
    badge, schools = await play.achievement(), f"school-{play.number()}"
    school = {"name": [{"language": "ja", "text": "新設校"}], "kind": "SCHOOL", "slug": schools}
    made = (await api.do("createProfile", "operator", input=school))["profile"]["id"]
    for endorser in (made, play.board):
        await api.do("requestEndorsement", "dean", input={"endorser": endorser, "target": badge})
    document = """query($id: ID!) { achievement(id: $id) { endorsements(endorserKind: SCHOOL) {
                    edges { node { endorser { id kind } } } } } }"""
    found = (await api.ask(document, "dean", id=badge))["achievement"]["endorsements"]["edges"]
    assert found == [{"node": {"endorser": {"id": made, "kind": "SCHOOL"}}}]
    other = await api.ask("query($id: ID!) { profile(id: $id) { kind } }", id=play.board)
    assert other == {"profile": {"kind": "OTHER"}}


async def test_returned_and_resubmitted(play: Play, api: Api) -> None:
    endorsement = await play.requested()
    returned = await api.do(
        "returnEndorsement", "officer", endorsement=endorsement, reason="到達目標を書いてください。"
    )
    assert (returned["endorsement"]["state"], returned["endorsement"]["reason"]) == (
        "RETURNED",
        "到達目標を書いてください。",
    )
    comment = {"language": "ja", "text": "到達目標を書きました。"}
    again = await api.do("resubmitEndorsement", "dean", endorsement=endorsement, comment=comment)
    assert (again["endorsement"]["state"], again["endorsement"]["reason"]) == ("REQUESTED", None)
    assert again["endorsement"]["comment"] == comment["text"]


async def test_declined_or_withdrawn(play: Play, api: Api) -> None:
    one, other = await play.requested(), await play.requested()
    declined = await api.do("declineEndorsement", "officer", endorsement=one, reason="担当ではない。")
    assert (declined["endorsement"]["state"], declined["endorsement"]["reason"]) == ("DECLINED", "担当ではない。")
    withdrawn = await api.do("withdrawEndorsement", "dean", endorsement=other)
    assert withdrawn["endorsement"]["state"] == "WITHDRAWN"


async def test_offered_without_a_request(play: Play, api: Api) -> None:
    offer = {"endorser": play.board, "target": play.university}
    offered = (await api.do("offerEndorsement", "officer", input=offer))["endorsement"]
    assert (offered["state"], offered["requestUntil"]) == ("ACCEPTED", None)
    signed = await api.do("issueEndorsement", "officer", endorsement=offered["id"])
    assert signed["endorsement"]["state"] == "ISSUED"


async def test_issued_in_error_was_never_true(play: Play, api: Api) -> None:
    issued = await play.issued()
    voided = await api.do("revokeEndorsement", "officer", endorsement=issued["id"], reason="宛先の誤り。", void=True)
    assert (voided["endorsement"]["ended"], voided["endorsement"]["until"]) == ("VOID", issued["since"])


async def test_a_request_lapses(play: Play, api: Api) -> None:
    about = {"endorser": play.board, "target": play.badge}
    asked = await api.do("requestEndorsement", "dean", input=about, lapsesAt=later(api.clock.at, seconds=2))
    endorsement = asked["endorsement"]["id"]
    await api.ask("{ viewer { kind } }")
    found = await api.ask(STATE, "dean", id=endorsement)
    assert found["endorsement"]["state"] == "LAPSED"
    assert await api.refused("acceptEndorsement", "officer", endorsement=endorsement) == [("ILLEGAL_TRANSITION", "")]


@pytest.mark.parametrize(
    ("mutation", "persona", "code"),
    [
        ("acceptEndorsement", "dean", "NOT_PERMITTED"),  # the wrong side
        ("issueEndorsement", "dean", "NOT_PERMITTED"),
        ("issueEndorsement", "editor", "NOT_PERMITTED"),  # the right profile, the wrong role
        ("withdrawEndorsement", "officer", "NOT_PERMITTED"),
        ("issueEndorsement", "operator", "NOT_PERMITTED"),  # who runs the service signs for nobody
        ("issueEndorsement", "head", "NOT_FOUND"),  # another endorser
        ("issueEndorsement", None, "NOT_FOUND"),
        ("resubmitEndorsement", "dean", "ILLEGAL_TRANSITION"),  # the wrong state
    ],
)
async def test_wrong_side_or_wrong_state(play: Play, api: Api, mutation: str, persona: str | None, code: str) -> None:
    assert [found for found, _ in await api.refused(mutation, persona, endorsement=await play.requested())] == [code]


async def test_what_has_ended_does_not_move(play: Play, api: Api) -> None:
    endorsement = (await play.issued())["id"]
    await api.do("revokeEndorsement", "officer", endorsement=endorsement, reason="内容が古い。")
    for mutation, more in (
        ("issueEndorsement", {}),
        ("acceptEndorsement", {}),
        ("revokeEndorsement", {"reason": "再"}),
    ):
        problems = await api.refused(mutation, "officer", endorsement=endorsement, **more)
        assert problems == [("ILLEGAL_TRANSITION", "")]


async def test_nobody_signs_what_changed_since_it_was_accepted(play: Play, api: Api) -> None:
    badge = await play.achievement()
    endorsement = await play.requested(badge)
    await api.do("acceptEndorsement", "officer", endorsement=endorsement)
    text = [{"language": "ja", "text": "改訂版"}]
    revision = {"name": text, "description": text, "criteria": text}
    revised = await api.do("reviseAchievement", "desk", achievement=badge, input=revision)
    assert (revised["achievement"]["number"], revised["achievement"]["name"]) == (2, "改訂版")
    problems = await api.refused("issueEndorsement", "officer", endorsement=endorsement)
    assert problems == [("TARGET_CHANGED", "endorsement")]
