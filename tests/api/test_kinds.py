"""What can be said of what: kinds, targets, and the training that RECOGNISE names."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from graph_service.domain.endorsement import TARGETS, Kind, TargetType
from graph_service.endorse import multibase
from graph_service.locale import phrase
from tests.api.play import Play, training
from tests.api.service import Api


async def target_of(play: Play, type_: TargetType) -> str:
    """Make something of a type that can be endorsed, not the board's own."""
    match type_:
        case TargetType.PROFILE:
            return play.university
        case TargetType.ACHIEVEMENT:
            return await play.achievement()
        case TargetType.AWARD:
            return await play.awarded()
        case TargetType.PATHWAY_VERSION:
            return f"{await play.published()}/versions/1"


async def proposal(play: Play, kind: Kind, target: str, **more: Any) -> dict[str, Any]:
    """Return an offer of the school's head, who may see the target."""
    data = {"recognition": training()} if kind is Kind.RECOGNISE else {}
    return {"endorser": play.school, "target": target, "kind": kind, **data, **more}


@pytest.mark.parametrize("type_", list(TargetType))
@pytest.mark.parametrize("kind", list(Kind))
async def test_a_kind_is_said_of_its_targets_and_of_no_other(
    play: Play, api: Api, kind: Kind, type_: TargetType
) -> None:
    target = await target_of(play, type_)
    if type_ is TargetType.AWARD:
        shown = await api.do("setAwardDisplay", "teacher", award=target, shown=True)
        assert shown["award"]["id"] == target
    given = await proposal(play, kind, target)
    if type_ not in TARGETS[kind]:
        assert await api.refused("offerEndorsement", "head", input=given) == [("KIND_NOT_FOR_TARGET", "input.kind")]
        return
    offered = await api.do("offerEndorsement", "head", input=given)
    signed = (await api.do("issueEndorsement", "head", endorsement=offered["endorsement"]["id"]))["endorsement"]
    document = json.loads(signed["credential"]["bytes"])
    assert document["credentialSubject"]["id"] == target
    assert document["credentialSubject"]["type"] == ["EndorsementSubject", f"{api.world.base_url}/kinds/{kind}"]
    assert (signed["kind"], signed["standing"], signed["selfEndorsement"]) == (kind, "OWN", False)
    assert (await api.get(f"/kinds/{kind}")).json()["name"] == kind
    await confirmed_by_verification(api, signed["credential"]["id"])
    page = await api.get(signed["credential"]["id"], accept="text/html", **{"accept-language": "ja"})
    assert (page.status_code, phrase(f"WEB_KIND_{kind}", "ja") in page.text) == (200, True)
    assert (phrase("WEB_UNIT_DAYS", "ja", amount="1.5") in page.text) is (kind is Kind.RECOGNISE)


async def confirmed_by_verification(api: Api, credential: str) -> None:
    """Let the service verify its own document."""
    query = "query($id: ID!) { verify(credential: $id) { authentic current aboutSubject } }"
    report = (await api.ask(query, "operator", id=credential))["verify"]
    assert report == {"authentic": "OK", "current": "OK", "aboutSubject": "OK"}


async def test_a_pathway_version_is_bound_to_the_bytes_that_are_served(play: Play, api: Api) -> None:
    version = f"{await play.published()}/versions/1"
    signed = await play.endorsed(version, "head", play.school)
    subject = json.loads(signed["credential"]["bytes"])
    served = await api.get(version)
    assert subject["credentialSubject"]["digestMultibase"] == multibase.digest(served.content) == signed["targetDigest"]
    assert served.headers["Cache-Control"].endswith("immutable")
    assert subject["name"] == "Endorsement: 中堅研 (1)"
    query = """query($id: ID!) { pathwayVersion(id: $id) { endorsements { totalCount edges { node { id targetNumber earlierVersion
        target { id ... on PathwayVersion { number pathway { name } } } } } } } }"""
    (edge,) = (await api.ask(query, id=version))["pathwayVersion"]["endorsements"]["edges"]
    assert edge["node"] == {
        "id": signed["id"],
        "targetNumber": 1,
        "earlierVersion": False,
        "target": {"id": version, "number": 1, "pathway": {"name": "中堅研"}},
    }


async def test_a_draft_is_not_endorsed(play: Play, api: Api) -> None:
    draft = f"{await play.drafted()}/versions/1"
    given = {"endorser": play.university, "target": draft}
    assert await api.refused("requestEndorsement", "officer", input=given) == [("NOT_PUBLISHED", "input.target")]
    assert await api.refused("offerEndorsement", "dean", input=given) == [("NOT_FOUND", "input.target")]


async def test_recognition_is_published_and_named_in_the_claim(play: Play, api: Api) -> None:
    badge, more = await play.achievement(), [await play.achievement() for _ in range(3)]
    data = training(amount=None, achievements=more, steps=[{"count": 2, "amount": "1"}, {"count": 3, "amount": "2"}])
    given = await proposal(play, Kind.RECOGNISE, badge, recognition=data)
    offered = (await api.do("offerEndorsement", "head", input=given))["endorsement"]
    address = f"{offered['id']}/recognition"
    assert (await api.get(address)).status_code == 404
    assert (await api.get(address, "head")).text == offered["recognition"]
    signed = (await api.do("issueEndorsement", "head", endorsement=offered["id"]))["endorsement"]
    document = json.loads(signed["credential"]["bytes"])
    served = await api.get(address)
    assert served.headers["content-type"].startswith("application/json")
    assert served.text == signed["recognition"] == offered["recognition"]
    assert document["relatedResource"] == [
        {"id": address, "mediaType": "application/json", "digestMultibase": multibase.digest(served.content)}
    ]
    assert served.headers["etag"].strip('"') == sha256(served.content).hexdigest()
    assert served.json() == {
        "id": address,
        "type": "Recognition",
        "training": {"ja": "中堅教諭等資質向上研修"},
        "organiser": {"ja": "みなと市教育委員会"},
        "attribute": "MANDATORY",
        "fiscalYears": [2026, 2027],
        "unit": "DAYS",
        "achievements": more,
        "steps": [{"count": 2, "amount": "1"}, {"count": 3, "amount": "2"}],
    }
    assert (await api.get(f"{(await play.issued())['id']}/recognition")).status_code == 404


async def test_recognition_that_was_sent_back_is_mended(play: Play, api: Api) -> None:
    given = {"endorser": play.board, "target": play.badge, "kind": "RECOGNISE", "recognition": training()}
    asked = (await api.do("requestEndorsement", "dean", input=given))["endorsement"]
    await api.do("returnEndorsement", "officer", endorsement=asked["id"], reason="2 日と数えます。")
    again = await api.do("resubmitEndorsement", "dean", endorsement=asked["id"], recognition=training(amount="2"))
    mended = again["endorsement"]
    assert json.loads(mended["recognition"])["amount"] == "2"
    assert mended["recognitionDigest"] == multibase.digest(mended["recognition"].encode()) != asked["recognitionDigest"]


@pytest.mark.parametrize(
    ("kind", "recognition", "problem"),
    [
        ("RECOGNISE", None, ("RECOGNITION_MISSING", "input.recognition")),
        ("ENDORSE", training(), ("RECOGNITION_UNEXPECTED", "input.recognition")),
        ("RECOGNISE", training(amount="1e3"), ("INVALID_DECIMAL", "input.recognition.amount")),
        ("RECOGNISE", training(amount=None), ("AMOUNT_OR_STEPS", "input.recognition.amount")),
        ("RECOGNISE", training(fiscalYears=[8]), ("INVALID_FISCAL_YEAR", "input.recognition.fiscalYears.0")),
        (
            "RECOGNISE",
            training(amount=None, achievements=["urn:x:none"], steps=[{"count": 1, "amount": "1"}]),
            ("NOT_FOUND", "input.recognition.achievements.0"),
        ),
    ],
)
async def test_recognition_is_refused_with_its_place(
    play: Play, api: Api, kind: str, recognition: dict[str, Any] | None, problem: tuple[str, str]
) -> None:
    given = {"endorser": play.board, "target": play.badge, "kind": kind, "recognition": recognition}
    assert await api.refused("offerEndorsement", "officer", input=given) == [problem]


async def test_only_recognition_that_is_asked_for_is_mended(play: Play, api: Api) -> None:
    endorsement = await play.requested()
    await api.do("returnEndorsement", "officer", endorsement=endorsement, reason="もう少し詳しく。")
    problems = await api.refused("resubmitEndorsement", "dean", endorsement=endorsement, recognition=training())
    assert problems == [("RECOGNITION_UNEXPECTED", "recognition")]


def test_digest_of_known_bytes() -> None:
    assert multibase.digest_of(sha256(b"x").digest()) == multibase.digest(b"x")


async def test_an_endorsement_of_anything_by_its_iri(play: Play, api: Api) -> None:
    badge = await play.achievement()
    mine, hidden, revoked = [await play.endorsed(badge) for _ in range(3)]
    await play.requested(badge)
    await api.do("setEndorsementDisplay", "dean", endorsement=hidden["id"], shown=False)
    await api.do("revokeEndorsement", "officer", endorsement=revoked["id"], reason="誤り。")
    query = """query($iri: ID!, $kind: EndorsementKind, $after: String) { endorsementsOf(iri: $iri, kind: $kind, first: 1, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { id ended } } } }"""
    for persona in (None, "dean", "officer", "operator"):
        first = (await api.ask(query, persona, iri=badge))["endorsementsOf"]
        after = first["pageInfo"]["endCursor"]
        second = (await api.ask(query, persona, iri=badge, after=after))["endorsementsOf"]
        assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
        assert first["edges"] == [{"node": {"id": revoked["id"], "ended": "REVOKED"}}]
        assert second["edges"] == [{"node": {"id": mine["id"], "ended": None}}]
    for iri, kind in ((badge, "RECOGNISE"), ("https://elsewhere.example/badges/1", None), ("urn:x", None)):
        assert (await api.ask(query, iri=iri, kind=kind))["endorsementsOf"]["edges"] == []
    api.ran.clear()
    await api.ask(query, iri=badge)
    assert api.ran == ["Query.endorsementsOf"]


async def test_what_is_attested_or_signed_elsewhere_does_not_count_on_a_pathway_unless_it_says_so(
    play: Play, api: Api
) -> None:
    badge = await play.achievement()
    pathway, signed = await play.published(badge), await play.endorsed(badge)
    await play.awarded(badge)
    query = "query($pathway: ID!, $learner: ID!) { progress(pathway: $pathway, learner: $learner) { state } }"
    states = []
    for standing in ("OWN", "FOREIGN", "ATTESTED"):
        text = "MATCH (e:Endorsement {id: $id}) SET e.standing = $standing RETURN e.id AS row"
        await rewritten(api, text, id=signed["id"], standing=standing)
        states.append((await api.ask(query, "teacher", pathway=pathway, learner=play.learner))["progress"]["state"])
    assert states == ["COMPLETE", "NOT", "NOT"]


async def rewritten(api: Api, text: str, **parameters: Any) -> None:
    """Write past the services, as only a test may."""
    connection = api.world.store.connection
    await connection.driver.execute_query(text, parameters, database_=connection.database)
