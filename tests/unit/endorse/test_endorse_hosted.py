"""Hosted badges of Open Badges 2.0: what the issuer's own site confirms, and what that is worth."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import pytest

from graph_service.domain.time import Instant
from graph_service.endorse import jsontext
from graph_service.endorse.evidence import Absent, Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.report import Name, Outcome, Report
from graph_service.endorse.verify import judge, missing
from tests.unit.endorse.building import NOW, UNIVERSITY, UNIVERSITY_KEY, achievement_credential, signed

HOST = "https://badges.example"
ASSERTION, BADGE, ISSUER = f"{HOST}/assertions/1", f"{HOST}/badges/1", f"{HOST}/issuers/1"
CONTEXT = "https://w3id.org/openbadges/v2"
assertion: Document = {
    "@context": CONTEXT,
    "id": ASSERTION,
    "type": "Assertion",
    "recipient": {"type": "email", "hashed": True, "salt": "x", "identity": "sha256$00"},
    "badge": BADGE,
    "issuedOn": "2026-01-01T00:00:00Z",
    "expires": "2030-01-01T00:00:00Z",
    "verification": {"type": "hosted"},
}
badge_class: Document = {"@context": CONTEXT, "id": BADGE, "type": "BadgeClass", "name": "学級経営", "issuer": ISSUER}
profile: Document = {"@context": CONTEXT, "id": ISSUER, "type": "Issuer", "name": "みなと大学"}
SITE: Found = {ASSERTION: assertion, BADGE: badge_class, ISSUER: profile}


def wrong(report: Report) -> set[tuple[str, str, str]]:
    return {(check.name, check.outcome, check.code) for check in report.checks if check.outcome is not Outcome.OK}


UNSIGNED = ("proof", "unknown", "NOT_SIGNED")


def test_what_the_site_confirms_is_hosted_and_never_authentic() -> None:
    report = judge(jsontext.write(assertion), SITE, NOW, [ISSUER])
    assert wrong(report) == {UNSIGNED}
    assert [check.code for check in report.checks if check.name is Name.HOSTED] == ["HOSTED_CONFIRMED"]
    assert (report.hosted, report.authentic, report.current) == ("ok", "unknown", "ok")
    assert (report.id, report.issuer, report.trusted, report.exit_code) == (ASSERTION, ISSUER, False, 3)


def test_a_signed_badge_is_not_asked_whether_it_is_hosted() -> None:
    report = judge(signed(achievement_credential(), UNIVERSITY_KEY, issuer=UNIVERSITY), {}, NOW)
    assert report.hosted is None


def test_the_assertion_its_badge_and_then_the_issuer_are_asked_for() -> None:
    assert missing(assertion, {}) == (ASSERTION, BADGE)
    assert missing(assertion, {ASSERTION: None, BADGE: jsontext.write(badge_class)}) == (ISSUER,)
    assert missing(assertion, SITE) == ()
    assert missing({**assertion, "id": "http://badges.example/assertions/1", "badge": {"id": 1}}, {}) == ()


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ({ASSERTION: jsontext.write(assertion), BADGE: jsontext.write(badge_class)}, "ok", "HOSTED_CONFIRMED"),
        ({ASSERTION: dict(reversed(assertion.items()))}, "ok", "HOSTED_CONFIRMED"),
        ({ASSERTION: None}, "unknown", "HOSTED_UNAVAILABLE"),
        ({BADGE: None}, "unknown", "HOSTED_UNAVAILABLE"),
        ({ISSUER: Absent("FETCH_FAILED", {"cause": "HTTP 500"})}, "unknown", "HOSTED_UNAVAILABLE"),
        ({ISSUER: b"<html>"}, "unknown", "HOSTED_UNAVAILABLE"),
        ({ISSUER: b"[]"}, "unknown", "HOSTED_UNAVAILABLE"),
        ({ASSERTION: {**assertion, "badge": f"{HOST}/badges/2"}}, "failed", "HOSTED_MISMATCH"),
        ({ASSERTION: {**assertion, "narrative": "more"}}, "failed", "HOSTED_MISMATCH"),
        ({ASSERTION: {}}, "failed", "HOSTED_MISMATCH"),
        ({BADGE: {**badge_class, "id": f"{BADGE}2"}}, "failed", "HOSTED_MISMATCH"),
        ({BADGE: {**badge_class, "type": "Assertion"}}, "failed", "HOSTED_MISMATCH"),
        ({ISSUER: {**profile, "type": "BadgeClass"}}, "failed", "HOSTED_MISMATCH"),
        ({ISSUER: {**profile, "id": f"{ISSUER}2"}}, "failed", "HOSTED_MISMATCH"),
        ({BADGE: {**badge_class, "issuer": "https://famous.example/"}}, "unknown", "HOSTED_UNAVAILABLE"),
    ],
)
def test_the_site_must_say_the_same(changes: Any, outcome: str, code: str) -> None:
    report = judge(assertion, {**SITE, **changes}, NOW)
    (check,) = [check for check in report.checks if check.name is Name.HOSTED]
    assert (check.outcome, check.code, report.hosted) == (outcome, code, outcome)
    assert report.exit_code == (1 if outcome == "failed" else 3)


def test_true_is_not_one() -> None:
    one = {**assertion, "evidence": [{"score": 1}]}
    assert judge(one, {**SITE, ASSERTION: {**assertion, "evidence": [{"score": True}]}}, NOW).hosted is Outcome.FAILED


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ({}, "ok"),
        ({"startsWith": f"{HOST}/assertions/"}, "ok"),
        ({"startsWith": [f"{HOST}/others/", f"{HOST}/assertions/"]}, "ok"),
        ({"startsWith": f"{HOST}/others/"}, "failed"),
        ({"startsWith": "https://badges.exam"}, "failed"),
        ({"startsWith": []}, "failed"),
        ({"startsWith": 1}, "failed"),
        ({"allowedOrigins": "badges.example"}, "ok"),
        ({"allowedOrigins": ["other.example", "badges.example"]}, "ok"),
        ({"allowedOrigins": "other.example"}, "failed"),
    ],
)
def test_the_issuer_says_where_its_assertions_lie(rules: Document, outcome: str) -> None:
    assert judge(assertion, {**SITE, ISSUER: {**profile, "verification": rules}}, NOW).hosted == outcome


@pytest.mark.parametrize(
    "path",
    [
        *("../uploads/evil.json", "./1", "..", "%2e%2e/uploads/evil.json", ".%2E/uploads/evil.json"),
        *("..%2fuploads/evil.json", "..\\uploads\\evil.json", "%2e.%5cuploads", "..;/uploads/evil.json", "1\\x"),
    ],
)
@pytest.mark.parametrize("rules", [{"startsWith": f"{HOST}/assertions/"}, {"allowedOrigins": "badges.example"}, {}])
def test_an_address_that_steps_elsewhere_is_the_issuers_nowhere(path: str, rules: Document) -> None:
    strayed = {**assertion, "id": f"{HOST}/assertions/{path}"}
    site = {**SITE, strayed["id"]: strayed, ISSUER: {**profile, "verification": rules}}
    assert ("hosted", "failed", "HOSTED_OUT_OF_SCOPE") in wrong(judge(strayed, site, NOW))


@pytest.mark.parametrize("path", ["1?of=../x", "..1", "1..", ".well-known", "...", "1#/../x", "%2e1"])
def test_what_only_looks_like_a_step_is_none(path: str) -> None:
    named = {**assertion, "id": f"{HOST}/assertions/{path}"}
    rules = {"startsWith": f"{HOST}/assertions/"}
    assert judge(named, {**SITE, named["id"]: named, ISSUER: {**profile, "verification": rules}}, NOW).hosted == "ok"


def test_a_site_of_ones_own_issues_nothing_for_a_famous_issuer() -> None:
    """The badge is the famous one, or is said to be: its own address and its issuer's decide."""
    famous = "https://famous.example"
    real_badge = {**badge_class, "id": f"{famous}/badge", "issuer": f"{famous}/issuer"}
    real_issuer = {**profile, "id": f"{famous}/issuer"}
    real: Found = {real_badge["id"]: real_badge, real_issuer["id"]: real_issuer}
    forged = {**assertion, "badge": f"{famous}/badge"}
    report = judge(forged, {**SITE, **real, ASSERTION: forged}, NOW)
    assert ("hosted", "failed", "HOSTED_OUT_OF_SCOPE") in wrong(report)
    forged = {**assertion, "badge": {**real_badge, "issuer": {**real_issuer, "id": ISSUER}}}
    report = judge(forged, {**SITE, **real, ASSERTION: forged}, NOW)
    assert (report.hosted, report.issuer) == ("failed", f"{famous}/issuer")


@pytest.mark.parametrize(
    ("given", "there", "codes"),
    [
        (assertion, {**assertion, "revoked": True}, {"CREDENTIAL_REVOKED"}),
        (assertion, {"id": ASSERTION, "revoked": True, "revocationReason": "error"}, {"CREDENTIAL_REVOKED"}),
        ({**assertion, "revoked": True}, {**assertion, "revoked": True}, {"CREDENTIAL_REVOKED"}),
        ({**assertion, "revoked": True}, assertion, {"CREDENTIAL_REVOKED"}),
        (assertion, {**assertion, "revoked": "yes"}, {"CREDENTIAL_REVOKED"}),
        (assertion, Absent("FETCH_FAILED", {"status": 410}), {"CREDENTIAL_REVOKED"}),
        (assertion, Absent("FETCH_FAILED", {"status": 404}), {"HOSTED_UNAVAILABLE"}),
        (assertion, None, {"HOSTED_UNAVAILABLE"}),
        ({**assertion, "revoked": False}, {**assertion, "revoked": False}, set()),
    ],
)
def test_revocation(given: Document, there: Any, codes: set[str]) -> None:
    report = judge(given, {**SITE, ASSERTION: there}, NOW)
    said = {check.code for check in report.checks if check.name is Name.STATUS and check.outcome is not Outcome.OK}
    assert said == codes
    assert report.current == ("ok" if not codes else "failed" if "CREDENTIAL_REVOKED" in codes else "unknown")


@pytest.mark.parametrize(
    ("at", "code"), [("2025-12-31T23:59:59Z", "NOT_YET_VALID"), ("2030-01-01T00:00:00Z", "EXPIRED")]
)
def test_dates(at: str, code: str) -> None:
    assert ("dates", "failed", code) in wrong(judge(assertion, SITE, Instant(at)))


@pytest.mark.parametrize("member", ["id", "badge", "recipient", "issuedOn"])
def test_what_an_assertion_must_have(member: str) -> None:
    rest = {name: value for name, value in assertion.items() if name != member}
    assert ("document", "failed", "MISSING_MEMBER") in wrong(judge(rest, SITE, NOW))


@pytest.mark.parametrize(
    "changes",
    [
        {"verification": {"type": "SignedBadge", "creator": f"{HOST}/key"}},
        {"verification": None},
        {"type": "BadgeClass"},
        {"@context": [CONTEXT, "https://w3id.org/openbadges/extensions"], "type": "Endorsement"},
    ],
)
def test_other_documents_of_open_badges_2_are_not_judged(changes: Document) -> None:
    report = judge({**assertion, **changes}, SITE, NOW)
    assert wrong(report) == {("document", "unknown", "UNSUPPORTED_FORM")}


def test_endorsements_of_open_badges_2_are_said_not_to_be_opened() -> None:
    endorsed = {**assertion, "endorsement": [f"{HOST}/endorsements/1"]}
    report = judge(endorsed, {**SITE, ASSERTION: endorsed}, NOW)
    assert [(inner.path, wrong(inner)) for inner in report.embedded] == [
        (("endorsement", 0), {("document", "unknown", "NOT_OPENED")})
    ]
    assert judge(assertion, SITE, NOW).embedded == ()


def test_a_hosted_badge_is_no_endorsement_of_anything() -> None:
    report = judge(assertion, SITE, NOW, about=[ASSERTION])
    assert ("subject", "failed", "SUBJECT_MISMATCH") in wrong(report)


# Pictures of Open Badges 2 carry the assertion, or just its address.


def png(text: bytes, keyword: bytes = b"openbadges") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    carried = chunk(b"iTXt", keyword + b"\0\0\0\0\0" + text)
    pixel = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + carried + pixel + chunk(b"IEND", b"")


def svg(attribute: str = "", body: str = "") -> bytes:
    element = f'<openbadges:assertion verify="{attribute}">{body}</openbadges:assertion>'
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org"'
    return f"<svg {spaces}>{element}</svg>".encode()


JSON = json.dumps(assertion)


@pytest.mark.parametrize("picture", [png(JSON.encode()), svg(body=f"<![CDATA[{JSON}]]>")])
def test_a_picture_carries_an_assertion(picture: bytes) -> None:
    assert missing(picture, {}) == (ASSERTION, BADGE)
    assert wrong(judge(picture, SITE, NOW)) == {UNSIGNED}


@pytest.mark.parametrize("picture", [png(ASSERTION.encode()), svg(ASSERTION)])
def test_a_picture_carries_an_address(picture: bytes) -> None:
    assert missing(picture, {}) == (ASSERTION,)
    assert missing(picture, {ASSERTION: assertion}) == (BADGE,)
    assert missing(picture, {ASSERTION: None}) == ()
    assert wrong(judge(picture, SITE, NOW)) == {UNSIGNED}
    report = judge(picture, {ASSERTION: Absent("FETCH_TIMED_OUT", {"seconds": 5})}, NOW)
    assert wrong(report) == {("document", "unknown", "DOCUMENT_UNAVAILABLE")}
    assert report.exit_code == 3


def test_a_picture_with_two_badges_is_refused() -> None:
    twice = png(b"{}")[:-12] + png(b"{}", b"openbadgecredential")[33:]
    assert ("document", "failed", "BAKED_TWICE") in wrong(judge(twice, {}, NOW))
