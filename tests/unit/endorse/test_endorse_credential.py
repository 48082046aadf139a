"""The endorsement as it is signed, and the versions that it is about."""

from __future__ import annotations

import json
from dataclasses import replace

from graph_service.domain.iri import Iri
from graph_service.domain.result import Evidence, Result, ResultDescription, ResultType
from graph_service.domain.time import Span
from graph_service.endorse import credential, multibase
from graph_service.endorse.credential import Achievement, Profile
from graph_service.endorse.expansion import SAFE
from graph_service.endorse.plain import Purpose
from tests.unit.endorse.building import BADGE, BASE, BOARD, CLAIM, RECOGNITION, SINCE, UNIVERSITY, endorsement

VERSION = Achievement(
    id=BADGE,
    version=3,
    language="ja",
    name="学級経営の基礎",
    description="学級を経営する。",
    criteria="課題を提出する。",
    achievement_type="MicroCredential",
    field_of_study="学級経営",
    image=f"{BADGE}/image",
    creator=UNIVERSITY,
)


def test_an_endorsement_is_signed_without_blank_nodes() -> None:
    canonical = SAFE.canonical(endorsement(), Purpose.SIGN)
    assert "_:" not in canonical
    assert canonical.count("\n") == 21


def test_a_related_document_is_bound_by_the_signature() -> None:
    document = endorsement(related=(RECOGNITION,))
    assert document["relatedResource"] == [
        {"id": RECOGNITION.id, "mediaType": "application/json", "digestMultibase": CLAIM.digest}
    ]
    canonical = SAFE.canonical(document, Purpose.SIGN)
    about = [line for line in canonical.splitlines() if line.startswith(f"<{RECOGNITION.id}>")]
    assert len(about) == 2
    assert f"<https://www.w3.org/2018/credentials#relatedResource> <{RECOGNITION.id}>" in canonical


def test_an_endorsement_says_what_was_claimed() -> None:
    document = endorsement()
    assert document["credentialSubject"] == {
        "id": BADGE,
        "type": ["EndorsementSubject", f"{BASE}/kinds/ENDORSE"],
        "endorsementComment": CLAIM.comment,
        "digestMultibase": CLAIM.digest,
    }
    assert document["issuer"] == {"id": BOARD.id, "type": ["Profile"], "name": BOARD.name, "url": BOARD.url}
    assert document["credentialStatus"]["statusListIndex"] == "94567"


def test_what_is_not_said_is_not_there() -> None:
    document = endorsement(validity=Span(SINCE), comment="", digest="", issuer=Profile(BOARD.id, BOARD.name))
    assert "validUntil" not in document
    assert document["credentialSubject"].keys() == {"id", "type"}
    assert document["issuer"].keys() == {"id", "type", "name"}


def test_a_published_achievement_is_json_ld_and_its_digest_is_of_its_bytes() -> None:
    published = credential.published_achievement(VERSION)
    document = json.loads(published.bytes)
    assert published.digest == multibase.digest(published.bytes)
    assert (document["version"], document["inLanguage"], document["creator"]["id"]) == ("3", "ja", UNIVERSITY.id)
    assert (document["fieldOfStudy"], document["image"]) == ("学級経営", {"id": f"{BADGE}/image", "type": "Image"})
    assert "_:" not in SAFE.canonical(document, Purpose.SIGN)


def test_each_version_has_its_own_digest() -> None:
    other = Achievement(id=BADGE, version=4, language="ja", name="学級経営", description="。", criteria="。")
    assert credential.published_achievement(VERSION).digest != credential.published_achievement(other).digest


def test_a_published_profile_is_json_ld() -> None:
    published = credential.published_profile(Profile(Iri(f"{BASE}/profiles/x"), "X", "https://x.example/", "About X."))
    assert "https://schema.org/description" in SAFE.canonical(json.loads(published.bytes), Purpose.SIGN)


def test_results_are_described_in_order_and_reached_under_their_description() -> None:
    level = ResultDescription(f"{BADGE}#level", "到達度", ResultType.PERFORMANCE_LEVEL, ("C", "B", "A"), required="B")
    score = ResultDescription(f"{BADGE}#score", "得点", ResultType.RAW_SCORE, least="0", most="100")
    published = json.loads(credential.published_achievement(replace(VERSION, results=(level, score))).bytes)
    assert published["resultDescription"] == [
        {
            "id": level.id,
            "type": ["ResultDescription"],
            "name": "到達度",
            "resultType": "PerformanceLevel",
            "requiredValue": "B",
            "allowedValue": ["C", "B", "A"],
        },
        {
            "id": score.id,
            "type": ["ResultDescription"],
            "name": "得点",
            "resultType": "RawScore",
            "valueMin": "0",
            "valueMax": "100",
        },
    ]
    award = credential.Award(
        id=Iri(f"{BASE}/awards/1"),
        name=VERSION.name,
        issuer=UNIVERSITY,
        holder=Iri("urn:uuid:00000000-0000-4000-8000-000000000001"),
        achievement=published,
        awarded=SINCE,
        validity=Span(SINCE),
        status=CLAIM.status,
        results=(Result(level.id, "A"),),
        evidence=(Evidence("報告", "https://aoba.example/report", "Report"), Evidence("面談")),
    )
    document = credential.achievement_credential(award)
    assert document["credentialSubject"]["result"] == [
        {"id": f"{award.id}#result-1", "type": ["Result"], "resultDescription": level.id, "value": "A"}
    ]
    assert document["evidence"] == [
        {"id": "https://aoba.example/report", "type": ["Evidence"], "name": "報告", "genre": "Report"},
        {"id": f"{award.id}#evidence-2", "type": ["Evidence"], "name": "面談"},
    ]
    canonical = SAFE.canonical(document, Purpose.SIGN)
    values = [line.split('"')[1] for line in canonical.splitlines() if "#first>" in line]
    assert sorted(values) == ["A", "B", "C"]  # a list, so that its order is signed


def test_what_has_no_results_is_published_as_before() -> None:
    assert "resultDescription" not in json.loads(credential.published_achievement(VERSION).bytes)
