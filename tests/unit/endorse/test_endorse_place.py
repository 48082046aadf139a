"""A genuine endorsement of X embedded in Y: wherever it stands, it is said to speak of something else."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.endorse import credential, vc_jwt
from graph_service.endorse.evidence import Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm
from graph_service.endorse.verify import judge
from tests.unit.endorse.building import (
    BADGE,
    BASE,
    BOARD,
    CLAIM,
    FOUND,
    NOW,
    UNIVERSITY,
    UNIVERSITY_KEY,
    achievement_credential,
    endorsement,
    key_of,
    published,
    signed,
    token,
)

OTHER = Iri("https://other.example/badge")  # X
WORLD: Found = {**FOUND, BOARD.id: published(BOARD, *map(key_of, Algorithm))}
AWARD = achievement_credential()["id"]

PLACES: dict[str, tuple[str | int, ...]] = {
    AWARD: (),
    UNIVERSITY.id: ("issuer",),
    BADGE: ("credentialSubject", "achievement"),
    f"{UNIVERSITY.id} as creator": ("credentialSubject", "achievement", "creator"),
    "urn:x:source": ("credentialSubject", "source"),
    "urn:x:parent": ("credentialSubject", "source", "parentOrg"),
    "urn:x:grandparent": ("credentialSubject", "source", "parentOrg", "parentOrg"),
}


def badge() -> Document:
    """A badge with a Profile three deep."""
    document = achievement_credential()
    profile: Document = {}
    for name in ("grandparent", "parent", "source"):
        inner = {"parentOrg": profile} if profile else {}
        profile = {"id": f"urn:x:{name}", "type": ["Profile"], "name": name, **inner}
    document["credentialSubject"]["source"] = profile
    return document


def carrying(place: tuple[str | int, ...], member: str, endorsements: list[Any]) -> Document:
    document = badge()
    node: Any = document
    for step in place:
        node = node[step]
    node[member] = endorsements
    return signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY)


def made(subject: str, member: str) -> Any:
    """A good endorsement of the board about a subject, as it is embedded there."""
    document = endorsement(subject=Iri(subject))
    return token(document, key_of(Algorithm.P256)) if member == "endorsementJwt" else signed(document)


@pytest.mark.parametrize("member", ["endorsement", "endorsementJwt"])
@pytest.mark.parametrize("carrier", PLACES)
def test_it_must_be_about_what_carries_it(carrier: str, member: str) -> None:
    """The outer signature covers the place, and the inner one what it says: both hold, and still it proves nothing."""
    place = PLACES[carrier]
    report = judge(carrying(place, member, [made(carrier.partition(" ")[0], member)]), WORLD, NOW)
    assert [(inner.path, inner.about_subject) for inner in report.embedded] == [((*place, member, 0), "ok")]
    assert report.exit_code == 0
    report = judge(carrying(place, member, [made(OTHER, member)]), WORLD, NOW)
    (inner,) = report.embedded
    assert (report.authentic, inner.authentic, inner.current) == ("ok", "ok", "ok")
    assert [check.code for check in inner.checks if check.name == "subject"] == ["SUBJECT_MISMATCH"]
    assert (inner.about_subject, report.exit_code) == ("failed", 1)


@pytest.mark.parametrize("carrier", [name for name in PLACES if name not in (AWARD, "urn:x:source", "urn:x:parent")])
def test_what_stands_around_the_carrier_is_not_what_it_speaks_of(carrier: str) -> None:
    """An endorsement of the award, put into the Profile of its issuer, is not about the issuer."""
    report = judge(carrying(PLACES[carrier], "endorsement", [made(AWARD, "endorsement")]), WORLD, NOW)
    assert report.embedded[0].about_subject == "failed"


MENTIONED: dict[str, Document] = {
    "related": {"type": ["Related", "Achievement"], "name": "x", "description": "x", "criteria": {"narrative": "x"}},
    "alignment": {"type": ["Alignment", "Achievement"], "targetName": "x", "targetUrl": "https://x.example/"},
    "image": {"type": ["Image", "Achievement"]},
}


@pytest.mark.parametrize("carrier", [AWARD, BADGE])
@pytest.mark.parametrize("member", MENTIONED)
def test_what_is_only_mentioned_is_not_what_it_speaks_of(member: str, carrier: str) -> None:
    """Whatever type it gives itself: else an endorsement of anything would be good in anything that mentions it."""
    document = badge()
    achievement = document["credentialSubject"]["achievement"]
    achievement[member] = {"id": OTHER, **MENTIONED[member]}
    node = document if carrier == AWARD else achievement
    node["endorsement"] = [made(OTHER, "endorsement")]
    report = judge(signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY), WORLD, NOW)
    assert (report.authentic, report.embedded[0].authentic) == ("ok", "ok")
    assert (report.embedded[0].about_subject, report.exit_code) == ("failed", 1)


@pytest.mark.parametrize(
    ("place", "subject", "expected"),
    [
        ((), UNIVERSITY.id, "ok"),
        ((), BADGE, "ok"),
        ((), "urn:x:parent", "ok"),
        (("credentialSubject", "achievement"), UNIVERSITY.id, "ok"),  # its creator
        (("credentialSubject", "achievement"), "urn:x:source", "failed"),
        (("credentialSubject", "source"), "urn:x:parent", "failed"),
        (("issuer",), BADGE, "failed"),
    ],
)
def test_a_credential_has_parts_an_achievement_has_a_creator_a_profile_has_itself(
    place: tuple[str, ...], subject: str, expected: str
) -> None:
    report = judge(carrying(place, "endorsement", [made(subject, "endorsement")]), WORLD, NOW)
    assert report.embedded[0].about_subject == expected


@pytest.mark.parametrize(
    "place", [("credentialSubject", "achievement"), ("credentialSubject", "achievement", "related")]
)
def test_a_credential_that_stands_elsewhere_is_mentioned_and_never_good(place: tuple[str, ...]) -> None:
    """What is in it, such as a forged endorsement, is not opened; so nobody may think that it was."""
    document = badge()
    achievement = document["credentialSubject"]["achievement"]
    achievement["related"] = {"id": "urn:x:related", "type": ["Related"]}
    node = document
    for step in place:
        node = node[step]
    forged = {**made(BADGE, "endorsement"), "name": "forged"}
    kinds = [*node["type"], "Achievement", "VerifiableCredential"]
    node.update({"@context": document["@context"], "type": kinds, "endorsement": [forged]})
    report = judge(signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY), WORLD, NOW)
    assert report.authentic == "ok"
    assert [(inner.path, inner.checks[0].code) for inner in report.embedded] == [(place, "NOT_OPENED")]
    assert report.exit_code == 3


def test_what_calls_itself_a_credential_hides_no_profile_that_does_not_say_what_it_is() -> None:
    document = badge()
    achievement = document["credentialSubject"]["achievement"]
    achievement.update({"@context": document["@context"], "type": ["Achievement", "VerifiableCredential"]})
    achievement["creator"] = {"id": "urn:x:creator", "name": "x"}
    report = judge({**document, "proof": []}, WORLD, NOW)
    places = {check.path for check in report.checks if check.code == "MISSING_MEMBER"}
    assert ("credentialSubject", "achievement", "creator", "type") in places


def test_what_an_endorsement_endorses_is_not_what_it_carries() -> None:
    """An endorsement of X that carries an endorsement of Y says nothing of Y for X."""
    inner = signed(endorsement(subject=OTHER))
    outside = endorsement(id=Iri(f"{BASE}/credentials/outer"), status=replace(CLAIM.status, position=5))
    outer = signed({**outside, "issuer": {**credential.profile(BOARD), "endorsement": [inner]}})
    report = judge(outer, WORLD, NOW, about=[BADGE])
    assert report.about_subject == "ok"
    assert report.embedded[0].about_subject == "failed"


def test_endorsements_that_change_places_between_two_descriptions_of_one_keep_what_they_are_about() -> None:
    """Issuer and creator are one; moved from one to the other the signed statements are the same, and so is the answer."""
    about_it = signed(endorsement(subject=UNIVERSITY.id))
    other = {"id": Iri(f"{BASE}/credentials/other"), "status": replace(CLAIM.status, position=5)}
    about_other = signed(endorsement(subject=OTHER, **other))
    document = badge()
    document["issuer"]["endorsement"] = [about_it]
    document["credentialSubject"]["achievement"]["creator"]["endorsement"] = [about_other]
    done = signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY)
    moved = copy.deepcopy(done)
    creator = moved["credentialSubject"]["achievement"]["creator"]
    moved["issuer"]["endorsement"], creator["endorsement"] = creator["endorsement"], moved["issuer"]["endorsement"]
    for each in (done, moved):
        report = judge(each, WORLD, NOW)
        assert report.authentic == "ok"  # the order does not show in what is signed
        subjects = {inner.document["credentialSubject"]["id"]: inner for inner in report.embedded if inner.document}
        assert subjects[UNIVERSITY.id].about_subject == "ok"
        assert subjects[OTHER].about_subject == "failed"
        assert report.exit_code == 1


def test_a_token_says_itself_what_it_is_about() -> None:
    """What carries it cannot give it a subject, nor can a header."""
    document = endorsement(subject=OTHER)
    compact = token(document, key_of(Algorithm.P256))
    assert vc_jwt.read(compact).document["credentialSubject"]["id"] == OTHER
    report = judge(compact.encode(), WORLD, NOW, about=[BADGE])
    assert (report.authentic, report.about_subject, report.exit_code) == ("ok", "failed", 1)


def test_a_document_without_a_subject_is_about_nothing() -> None:
    document = {name: value for name, value in endorsement().items() if name != "credentialSubject"}
    assert judge({**document, "proof": []}, WORLD, NOW, about=[BADGE]).about_subject == "failed"


@pytest.mark.parametrize("member", ["endorsement", "endorsementJwt"])
def test_a_badge_of_somebody_else_borrows_no_endorsement(member: str) -> None:
    """A stranger describes an achievement of ours in other words; the board's endorsement of it is genuine."""
    key = key_of(Algorithm.ED25519)
    stranger = replace(UNIVERSITY, id=Iri(f"did:key:{key.public.multibase}"))
    document = {**badge(), "issuer": credential.profile(stranger)}
    document["credentialSubject"]["achievement"]["name"] = "博士"
    document["credentialSubject"]["achievement"][member] = [made(BADGE, member)]
    report = judge(signed(document, key, issuer=stranger), WORLD, NOW)
    assert (report.authentic, report.exit_code) == ("ok", 3)
    (inner,) = report.embedded
    assert (inner.authentic, inner.about_subject) == ("ok", "unknown")
    assert "SUBJECT_ELSEWHERE" in {check.code for check in inner.checks}
