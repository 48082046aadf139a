"""The report: which check fails for which fault, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.endorse import contexts, credential, jsontext
from graph_service.endorse.evidence import Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import MAX_EMBEDDED
from graph_service.endorse.report import Name, Outcome, Report
from graph_service.endorse.verify import judge, missing
from tests.unit.endorse.building import (
    BADGE,
    BASE,
    BOARD,
    BOARD_KEY,
    CLAIM,
    FOUND,
    LIST,
    NOW,
    SINCE,
    UNIVERSITY,
    UNIVERSITY_KEY,
    UNTIL,
    achievement_credential,
    endorsement,
    published,
    signed,
    status,
)


def wrong(report: Report) -> set[tuple[str, str]]:
    """What did not come out well, as (name, code)."""
    return {(check.name, check.code) for check in report.checks if check.outcome is not Outcome.OK}


def badge(**members: Any) -> Document:
    return signed(achievement_credential(**members), UNIVERSITY_KEY, issuer=UNIVERSITY)


def test_a_good_endorsement_passes_every_check() -> None:
    report = judge(jsontext.write(signed(endorsement())), FOUND, NOW, [BOARD.id])
    assert [(check.name, check.code) for check in report.checks] == [
        (name, f"{name.name}_OK") for name in Name if name is not Name.HOSTED
    ]
    assert (report.authentic, report.current, report.about_subject, report.trusted) == (*["ok"] * 3, True)
    assert (report.id, report.issuer, report.exit_code) == (CLAIM.id, BOARD.id, 0)


def test_trust_is_said_but_decides_nothing() -> None:
    for trusted, expected in ((None, None), ([], False), (["https://other.example"], False)):
        report = judge(signed(endorsement()), FOUND, NOW, trusted)
        assert (report.trusted, report.exit_code) == (expected, 0)


def test_nobody_trusts_what_is_not_authentic() -> None:
    document = signed(endorsement())
    document["name"] = "Another"
    assert not judge(document, FOUND, NOW, [BOARD.id]).trusted


def test_what_is_needed_is_asked_for_until_nothing_is_missing() -> None:
    document = signed(endorsement())
    assert missing(document, {}) == (BOARD.id, LIST)
    assert missing(document, {LIST: FOUND[LIST]}) == (BOARD.id,)
    assert missing(document, FOUND) == ()


def test_what_could_not_be_had_is_not_asked_for_again() -> None:
    assert missing(signed(endorsement()), {BOARD.id: None, LIST: None}) == ()


def test_the_controller_of_the_status_list_is_asked_for() -> None:
    elsewhere = replace(BOARD, id=Iri(f"{BASE}/profiles/lists"))
    document = {key: value for key, value in status().items() if key != "proof"}
    found: Found = {**FOUND, LIST: jsontext.write(signed(document, UNIVERSITY_KEY, issuer=elsewhere))}
    assert missing(signed(endorsement()), found) == (elsewhere.id,)


def test_addresses_of_embedded_endorsements_are_asked_for() -> None:
    assert missing(badge(endorsement=[signed(endorsement())]), {}) == (UNIVERSITY.id, BOARD.id, LIST)


@pytest.mark.parametrize(
    ("data", "outcome", "code"),
    [
        (b"e30.eyJAY29udGV4dCI6Imh0dHBzOi8vdzNpZC5vcmcvb3BlbmJhZGdlcy92MiJ9.AQ", "unknown", "UNSUPPORTED_FORM"),
        (b'{"@context": "https://w3id.org/openbadges/v1", "type": "Assertion"}', "unknown", "UNSUPPORTED_FORM"),
        (b'{"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}', "unknown", "UNSUPPORTED_FORM"),
        (b"[]", "unknown", "UNSUPPORTED_FORM"),
        (b"\x89PNG\r\n\x1a\n", "failed", "INVALID_IMAGE"),
        (b"", "failed", "INVALID_JSON"),
        (b'{"id": 1, "id": 2}', "failed", "DUPLICATE_KEY"),
    ],
)
def test_what_cannot_be_read_is_a_check_and_no_crash(data: bytes, outcome: str, code: str) -> None:
    report = judge(data, {}, NOW)
    assert [(check.name, check.outcome, check.code) for check in report.checks] == [("document", outcome, code)]
    assert report.exit_code == (3 if outcome == "unknown" else 1)
    assert missing(data, {}) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": ["VerifiableCredential"]}, {("document", "UNSUPPORTED_TYPE"), ("proof", "PROOF_VERIFICATION_ERROR")}),
        ({"id": None}, {("document", "MISSING_MEMBER"), ("proof", "NULL_VALUE")}),
        ({"proof": []}, {("key", "NOT_CHECKED"), ("proof", "PROOF_MISSING"), ("issuer", "NOT_CHECKED")}),
        (
            {"proof": [{"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}]},
            {("key", "NOT_CHECKED"), ("proof", "UNSUPPORTED_PROOF"), ("issuer", "NOT_CHECKED")},
        ),
        ({"validFrom": "yesterday"}, {("dates", "INVALID_INSTANT"), ("proof", "PROOF_VERIFICATION_ERROR")}),
        ({"secret": 1}, {("proof", "DATA_LOSS_DETECTION_ERROR")}),
        ({"credentialStatus": "none"}, {("status", "UNSUPPORTED_STATUS"), ("proof", "DATA_LOSS_DETECTION_ERROR")}),
    ],
)
def test_faults_of_the_document(changes: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert wrong(judge({**signed(endorsement()), **changes}, FOUND, NOW)) == expected


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"proofValue": "z1"}, {("key", "NOT_CHECKED"), ("proof", "MALFORMED_PROOF_ERROR")}),
        ({"jws": "x"}, {("key", "NOT_CHECKED"), ("proof", "MALFORMED_PROOF_ERROR")}),
        ({"created": "2026"}, {("key", "NOT_CHECKED"), ("proof", "MALFORMED_PROOF_ERROR")}),
        ({"proofPurpose": "authentication"}, {("key", "NOT_CHECKED"), ("proof", "MISMATCHED_PROOF_PURPOSE_ERROR")}),
        ({"created": "2026-09-01T00:00:01Z"}, {("proof", "PROOF_VERIFICATION_ERROR")}),
        ({"expires": NOW}, {("proof", "PROOF_VERIFICATION_ERROR"), ("dates", "PROOF_EXPIRED")}),
        ({"previousProof": "urn:x:1"}, {("proof", "PROOF_VERIFICATION_ERROR")}),
    ],
)
def test_faults_of_the_proof(changes: dict[str, Any], codes: set[tuple[str, str]]) -> None:
    document = signed(endorsement())
    document["proof"] = [{**document["proof"][0], **changes}]
    assert wrong(judge(document, FOUND, NOW)) == codes


def test_a_proof_of_an_unknown_kind_beside_a_good_one_does_not_matter() -> None:
    document = signed(endorsement())
    document["proof"].insert(0, {"type": "SomeProof"})
    assert judge(document, FOUND, NOW).exit_code == 0


def test_every_known_proof_must_hold() -> None:
    document = signed(endorsement())
    document["proof"].append({**document["proof"][0], "created": NOW})
    assert wrong(judge(document, FOUND, NOW)) == {("proof", "PROOF_VERIFICATION_ERROR")}


@pytest.mark.parametrize(
    ("controller", "outcome", "code"),
    [
        (None, "unknown", "CONTROLLER_UNAVAILABLE"),
        (b"[]", "failed", "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT"),
        (b"{", "failed", "INVALID_JSON"),
        (published(UNIVERSITY, BOARD_KEY), "failed", "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"),
        (published(BOARD, UNIVERSITY_KEY), "failed", "INVALID_VERIFICATION_METHOD"),
        (
            {**published(BOARD, BOARD_KEY), "assertionMethod": []},
            "failed",
            "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
        ),
        ({**published(BOARD, BOARD_KEY), "verificationMethod": []}, "failed", "INVALID_VERIFICATION_METHOD"),
    ],
)
def test_keys_come_from_the_controller_alone(controller: Any, outcome: str, code: str) -> None:
    report = judge(signed(endorsement()), {**FOUND, BOARD.id: controller}, NOW)
    (key,) = [check for check in report.checks if check.name is Name.KEY]
    assert (key.outcome, key.code) == (outcome, code)
    assert report.authentic is Outcome(outcome)


@pytest.mark.parametrize(
    ("state", "code"), [({"revoked": "2030-01-01T00:00:00Z"}, "KEY_REVOKED"), ({"expires": NOW}, "KEY_EXPIRED")]
)
def test_revoked_and_expired_keys(state: dict[str, str], code: str) -> None:
    document = published(BOARD, BOARD_KEY)
    document["verificationMethod"][0].update(state)
    assert ("key", code) in wrong(judge(signed(endorsement()), {**FOUND, BOARD.id: document}, NOW))


def test_a_good_key_of_somebody_else_is_not_the_issuers() -> None:
    document = signed(endorsement(), UNIVERSITY_KEY, issuer=UNIVERSITY)
    assert wrong(judge(document, FOUND, NOW)) == {("issuer", "ISSUER_MISMATCH")}


@pytest.mark.parametrize(
    ("at", "code"),
    [("2026-08-31T23:59:59Z", "NOT_YET_VALID"), (SINCE, None), ("2031-08-31T23:59:59Z", None), (UNTIL, "EXPIRED")],
)
def test_validity_is_half_open(at: str, code: str | None) -> None:
    found = {**FOUND, LIST: status(until=OPEN_END)}
    assert wrong(judge(signed(endorsement()), found, Instant(at))) == ({("dates", code)} if code else set())


def test_an_endorsement_without_end_stays_valid() -> None:
    document = signed(endorsement(validity=Span(SINCE)))
    assert "validUntil" not in document
    assert judge(document, {**FOUND, LIST: status(until=OPEN_END)}, Instant("2999-01-01T00:00:00Z")).exit_code == 0


@pytest.mark.parametrize(
    ("listed", "outcome", "code"),
    [
        (None, "unknown", "STATUS_RETRIEVAL_ERROR"),
        (b"{", "unknown", "STATUS_VERIFICATION_ERROR"),
        (status(94567), "failed", "CREDENTIAL_REVOKED"),
        (status(94567, until=SINCE), "failed", "CREDENTIAL_REVOKED"),
        (status(94566, 94568), "ok", "STATUS_OK"),
        (status(until=NOW), "unknown", "STATUS_LIST_NOT_CURRENT"),
        (status(since="2027-01-01T00:00:00Z"), "ok", "STATUS_OK"),
        (status(id=f"{LIST}2"), "unknown", "STATUS_LIST_MISMATCH"),
        ({**status(), "validFrom": NOW}, "unknown", "STATUS_VERIFICATION_ERROR"),
        (signed(endorsement()), "unknown", "STATUS_VERIFICATION_ERROR"),
    ],
)
def test_status(listed: Any, outcome: str, code: str) -> None:
    report = judge(signed(endorsement()), {**FOUND, LIST: listed}, NOW)
    (check,) = [check for check in report.checks if check.name is Name.STATUS]
    assert (check.outcome, check.code, check.path[:1]) == (
        outcome,
        code,
        () if outcome == "ok" else ("credentialStatus",),
    )
    assert report.authentic is Outcome.OK


def test_a_list_of_another_issuer_cannot_clear() -> None:
    document = {key: value for key, value in status().items() if key != "proof"}
    document["issuer"] = credential.profile(UNIVERSITY)
    listed = signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY)
    assert wrong(judge(signed(endorsement()), {**FOUND, LIST: listed}, NOW)) == {("status", "STATUS_ISSUER_MISMATCH")}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "StatusList2021Entry"}, "UNSUPPORTED_STATUS"),
        ({"statusPurpose": "message"}, "UNSUPPORTED_STATUS"),
        ({"statusPurpose": "suspension"}, "STATUS_VERIFICATION_ERROR"),
        ({"statusSize": 2}, "UNSUPPORTED_STATUS"),
        ({"statusListIndex": "131072"}, "RANGE_ERROR"),
        ({"statusListIndex": "-1"}, "RANGE_ERROR"),
    ],
)
def test_status_entries_that_say_nothing_good(changes: dict[str, Any], code: str) -> None:
    document = endorsement()
    document["credentialStatus"].update(changes)
    report = judge({**document, "proof": []}, FOUND, NOW)
    assert ("status", code) in wrong(report)


def test_an_endorsement_must_be_about_what_was_asked() -> None:
    document = signed(endorsement())
    assert judge(document, FOUND, NOW, about=[BADGE]).about_subject is Outcome.OK
    assert wrong(judge(document, FOUND, NOW, about=[BOARD.id])) == {("subject", "SUBJECT_MISMATCH")}


PLACES = [
    ("endorsement",),
    ("issuer", "endorsement"),
    ("credentialSubject", "achievement", "endorsement"),
    ("credentialSubject", "achievement", "creator", "endorsement"),
]


def carrying(place: tuple[str, ...], *endorsements: Any) -> Document:
    """The badge with endorsements at a place, signed."""
    document = achievement_credential()
    node = document
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = list(endorsements)
    return signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY)


@pytest.mark.parametrize("place", PLACES)
def test_embedded_endorsements_are_verified_on_their_own(place: tuple[str, ...]) -> None:
    subject = {"issuer": UNIVERSITY.id, "creator": UNIVERSITY.id}.get(place[-2] if len(place) > 1 else "", BADGE)
    report = judge(carrying(place, signed(endorsement(subject=subject))), FOUND, NOW)
    assert [(inner.path, inner.id, inner.exit_code) for inner in report.embedded] == [((*place, 0), CLAIM.id, 0)]
    assert report.exit_code == 0


@pytest.mark.parametrize("place", PLACES)
def test_an_endorsement_of_something_else_is_not_about_its_carrier(place: tuple[str, ...]) -> None:
    report = judge(carrying(place, signed(endorsement(subject="https://other.example/badge"))), FOUND, NOW)
    (inner,) = report.embedded
    assert wrong(inner) == {("subject", "SUBJECT_MISMATCH")}
    assert (report.authentic, report.about_subject, report.exit_code) == ("ok", "ok", 1)


def test_a_changed_letter_spoils_the_outer_document_and_that_endorsement_alone() -> None:
    other = replace(CLAIM, id=Iri(f"{BASE}/credentials/2"), comment="Good.", status=replace(CLAIM.status, position=5))
    document = badge(endorsement=[signed(endorsement()), signed(credential.endorsement(other))])
    document["endorsement"][0]["credentialSubject"]["endorsementComment"] += "。"
    report = judge(document, FOUND, NOW)
    assert wrong(report) == wrong(report.embedded[0]) == {("proof", "PROOF_VERIFICATION_ERROR")}
    assert wrong(report.embedded[1]) == set()


def test_what_is_embedded_and_cannot_be_opened_leaves_the_question_open() -> None:
    report = judge(
        badge(endorsementJwt=["e30.eyJAY29udGV4dCI6Imh0dHBzOi8vdzNpZC5vcmcvb3BlbmJhZGdlcy92MiJ9.AQ"]), FOUND, NOW
    )
    assert wrong(report) == set()
    assert wrong(report.embedded[0]) == {("document", "UNSUPPORTED_FORM")}
    assert report.exit_code == 3


def test_embedding_is_opened_to_a_bounded_depth() -> None:
    document = endorsement()
    for number in range(3):
        issuer = {**credential.profile(BOARD), "endorsement": [signed(document)]}
        document = {**endorsement(id=f"{BASE}/credentials/{number}"), "issuer": issuer}
        document["credentialStatus"] = {**document["credentialStatus"], "id": f"{LIST}#x{number}"}
    report = judge(signed(document), FOUND, NOW)
    innermost = report.embedded[0].embedded[0].embedded[0]
    assert (wrong(innermost), innermost.embedded) == ({("document", "NOT_OPENED")}, ())


def test_too_many_embedded_endorsements_are_refused() -> None:
    document = achievement_credential(endorsement=[{"id": f"urn:x:{n}"} for n in range(MAX_EMBEDDED + 1)])
    report = judge(document, FOUND, NOW)
    assert ("document", "LIMIT_EXCEEDED") in wrong(report)
    assert len(report.embedded) == MAX_EMBEDDED


def test_the_document_is_left_as_it_was() -> None:
    document = badge(endorsement=[signed(endorsement())])
    before = jsontext.write(document)
    judge(document, FOUND, NOW)
    assert jsontext.write(document) == before


def test_bytes_and_objects_are_judged_alike() -> None:
    found: Found = {address: jsontext.write(document) for address, document in FOUND.items()}
    document = signed(endorsement())
    assert judge(jsontext.write(document), found, NOW) == judge(document, FOUND, NOW)


# The VC Data Model 1.1, with the unversioned context of Open Badges.

UNVERSIONED = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
INTEGRITY = "https://w3id.org/security/data-integrity/v2"


def first(**changes: Any) -> Document:
    """The badge as the VC Data Model 1.1 has it."""
    document = {name: value for name, value in achievement_credential().items() if name != "validFrom"}
    document["@context"] = [contexts.CREDENTIALS_V1, UNVERSIONED, INTEGRITY]
    document |= {"issuanceDate": SINCE, "expirationDate": UNTIL, **changes}
    document["credentialSubject"]["achievement"]["criteria"].pop("id")
    return signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY)


def test_badges_of_the_first_data_model_are_verified() -> None:
    report = judge(first(), FOUND, NOW)
    assert (wrong(report), report.exit_code) == (set(), 0)
    assert wrong(judge(first(), FOUND, UNTIL)) == {("dates", "EXPIRED")}
    assert wrong(judge(first(), FOUND, Instant("2026-08-31T23:59:59Z"))) == {("dates", "NOT_YET_VALID")}


def test_its_dates_are_signed() -> None:
    document = first()
    assert ("proof", "PROOF_VERIFICATION_ERROR") in wrong(judge({**document, "expirationDate": OPEN_END}, FOUND, NOW))
    del document["expirationDate"]
    assert ("proof", "PROOF_VERIFICATION_ERROR") in wrong(judge(document, FOUND, NOW))


def test_the_unversioned_context_goes_with_the_first_data_model_alone() -> None:
    document = signed(achievement_credential(), UNIVERSITY_KEY, issuer=UNIVERSITY)
    document["@context"] = [contexts.CREDENTIALS_V2, UNVERSIONED]
    assert wrong(judge(document, FOUND, NOW)) == {("proof", "INVALID_JSON_LD")}


@pytest.mark.parametrize("member", ["issuanceDate", "expirationDate"])
def test_the_names_of_the_first_data_model_mean_nothing_in_the_second(member: str) -> None:
    document = {**signed(endorsement()), member: SINCE}
    assert ("proof", "DATA_LOSS_DETECTION_ERROR") in wrong(judge(document, FOUND, NOW))


@pytest.mark.parametrize("member", ["id", "name"])
def test_an_achievement_has_an_id_and_a_name(member: str) -> None:
    document = achievement_credential()
    del document["credentialSubject"]["achievement"][member]
    report = judge(signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY), FOUND, NOW)
    assert wrong(report) == {("document", "MISSING_MEMBER")}
    del document["credentialSubject"]["achievement"]
    assert ("document", "MISSING_MEMBER") in wrong(judge(document, FOUND, NOW))


@pytest.mark.parametrize("member", ["description", "criteria"])
def test_what_only_the_schema_asks_for_says_nothing_about_authenticity(member: str) -> None:
    document = achievement_credential()
    del document["credentialSubject"]["achievement"][member]
    assert judge(signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY), FOUND, NOW).exit_code == 0


@pytest.mark.parametrize(
    ("context", "outcome", "code"),
    [
        ("https://other.example/context", "unknown", "UNKNOWN_CONTEXT"),
        ("http://other.example/context", "failed", "INVALID_IRI"),
        ("other", "failed", "INVALID_IRI"),
        ({"name": "https://other.example/name"}, "failed", "INLINE_CONTEXT"),
        (None, "failed", "INLINE_CONTEXT"),
    ],
)
def test_a_context_that_is_not_pinned_leaves_it_open_and_one_that_is_inline_fails(
    context: Any, outcome: str, code: str
) -> None:
    document = signed(endorsement())
    document["@context"] = [*document["@context"], context]
    report = judge(document, FOUND, NOW)
    assert (wrong(report), report.authentic) == ({("proof", code)}, outcome)
