"""Awards with 1 to 10 endorsements in them, whatever they say: others verify them, whole and each endorsement by itself."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import jwt
import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.result import Evidence, Result, ResultDescription, ResultType
from graph_service.domain.time import Span
from graph_service.endorse import credential, jsontext
from graph_service.endorse.credential import Achievement, Award, Claim, StatusSlot
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PrivateKey
from graph_service.endorse.report import Outcome
from graph_service.endorse.verify import judge
from tests.conformance.generated import HOW_MANY, claims, text
from tests.conformance.peer import Peer
from tests.conformance.shared import needs_shared
from tests.conformance.test_endorse_schemas import faults
from tests.unit.endorse.building import BASE, FOUND, LIST, NOW, SINCE, UNIVERSITY, UNIVERSITY_KEY, signed, token

SEED = 5
P256 = PrivateKey.generate(Algorithm.P256, b"university".ljust(48, b"."))


def awards() -> list[Document]:
    """Return unsigned credentials, a fifth as many as there are endorsements in the other tests."""
    dice = random.Random(SEED)
    return [credential.achievement_credential(_award(dice, number)) for number in range(HOW_MANY // 5)]


def _award(dice: random.Random, number: int) -> Award:
    award, badge = Iri(f"{BASE}/awards/{number:026}"), Iri(f"{BASE}/achievements/{number:026}")
    version = Achievement(
        id=badge,
        version=dice.randint(1, 9),
        language=dice.choice(("ja", "en", "zh-Hant")),
        name=text(dice, 80),
        description=text(dice, 500),
        criteria=text(dice, 2000),
        achievement_type=dice.choice(("", "Badge", "ext:training")),
        field_of_study=dice.choice(("", text(dice, 40))),
        image=dice.choice(("", f"{badge}/image")),
        creator=dice.choice((None, UNIVERSITY)),
        results=_descriptions(dice, badge),
    )
    carried = [
        signed(
            credential.endorsement(_sorted_alike(replace(claim, subject=dice.choice((award, badge, UNIVERSITY.id)))))
        )
        for claim in claims(dice.randint(1, 10), dice.randrange(10**6))
    ]
    return Award(
        id=award,
        name=version.name,
        issuer=replace(UNIVERSITY, url=dice.choice(("", "https://university.example/"))),
        holder=Iri(f"urn:uuid:00000000-0000-4000-8000-{number:012}"),
        achievement=json.loads(credential.published_achievement(version).bytes),
        awarded=SINCE,
        validity=Span(SINCE),
        status=StatusSlot(LIST, dice.randrange(131_072)),
        endorsements=carried,
        results=[Result(each.id, text(dice, 64)) for each in version.results],
        evidence=_evidence(dice),
    )


def _descriptions(dice: random.Random, badge: Iri) -> list[ResultDescription]:
    """Describe up to three results: by values in their order, by a range of numbers, in words."""
    level = ("C", "B", "A")[: dice.randint(1, 3)]
    return [
        ResultDescription(f"{badge}#level", text(dice, 80), ResultType.PERFORMANCE_LEVEL, level, required=level[0]),
        ResultDescription(f"{badge}#score", text(dice, 80), ResultType.RAW_SCORE, least="0", most="100.5"),
        ResultDescription(f"{BASE}/results/{dice.randrange(9)}", text(dice, 80)),
    ][: dice.randint(0, 3)]


def _evidence(dice: random.Random) -> list[Evidence]:
    url = dice.choice((None, f"https://evidence.example/{dice.randrange(9)}"))
    shown = Evidence(text(dice, 80), url, dice.choice((None, text(dice, 64))), dice.choice((None, text(dice, 500))))
    return [shown, Evidence(text(dice, 80), genre="Report")][: dice.randint(0, 2)]


def _sorted_alike(claim: Claim) -> Claim:
    """Take out the one character of these texts that the peer sorts otherwise: by UTF-16 code unit, not by code point.

    One board has several names and comments here, and these stand in lines that differ in nothing else.
    """
    name, description = (each.replace("\ufffd", "?") for each in (claim.issuer.name, claim.issuer.description))
    issuer = replace(claim.issuer, name=name, description=description)
    return replace(claim, issuer=issuer, comment=claim.comment.replace("\ufffd", "?"))


@pytest.mark.node
def test_the_peer_verifies_every_award_and_every_endorsement_in_it(peer: Peer) -> None:
    documents = [signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY) for document in awards()]
    answers = peer.verify(documents, FOUND, NOW)
    assert [answer["verified"] for answer in answers] == [True] * len(documents)
    for document, answer in zip(documents, answers, strict=True):
        report = judge(jsontext.write(document), FOUND, NOW)
        assert {inner["verified"] for inner in answer["endorsements"]} == {True}
        assert len(answer["endorsements"]) == len(report.embedded) >= 1
        found = {(each.authentic, each.about_subject) for each in (report, *report.embedded)}
        assert found == {(Outcome.OK, Outcome.OK)}


@needs_shared
def test_every_award_is_valid_by_the_official_schema_in_both_forms() -> None:
    for document in awards():
        assert faults(signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY), "achievementcredential") == []
        payload = jwt.decode(token(document, P256, issuer=UNIVERSITY), options={"verify_signature": False})
        assert faults(payload, "achievementcredential") == []
        assert (payload["jti"], payload["sub"]) == (document["id"], document["credentialSubject"]["id"])
