"""The one sentence over seven checks."""

from __future__ import annotations

import itertools

import pytest

from graph_service.web.pages.credential import verdict


def report(authentic: str = "OK", current: str = "OK", subject: str = "OK", code: str = "") -> dict[str, object]:
    checks = [{"outcome": "FAILED", "code": code}] if code else []
    return {"authentic": authentic, "current": current, "aboutSubject": subject, "checks": checks}


def test_it_is_good_only_if_everything_is() -> None:
    for outcomes in itertools.product(("OK", "FAILED", "UNKNOWN"), repeat=3):
        assert (verdict(report(*outcomes))["state"] == "ok") == (set(outcomes) == {"OK"})


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (report(), "GOOD"),
        (report(authentic="FAILED", current="FAILED", code="CREDENTIAL_REVOKED"), "FORGED"),
        (report(authentic="FAILED", code="KEY_REVOKED"), "KEY_COMPROMISED"),
        (report(authentic="FAILED", code="PROOF_VERIFICATION_ERROR"), "FORGED"),
        (report(authentic="UNKNOWN", current="FAILED", code="CREDENTIAL_REVOKED"), "UNKNOWN"),
        (report(current="FAILED", code="CREDENTIAL_REVOKED"), "REVOKED"),
        (report(current="FAILED", code="CREDENTIAL_SUSPENDED"), "SUSPENDED"),
        (report(current="FAILED", code="EXPIRED"), "EXPIRED"),
        (report(current="FAILED", code="NOT_YET_VALID"), "LATER"),
        (report(current="FAILED", code="RANGE_ERROR"), "NOT_CURRENT"),
        (report(current="UNKNOWN"), "UNKNOWN"),
        (report(subject="FAILED"), "MISPLACED"),
    ],
)
def test_it_says_what_is_wrong(given: dict[str, object], code: str) -> None:
    assert verdict(given)["code"] == code
