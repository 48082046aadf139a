"""The one sentence that is true of all checks of a credential: unknown is never good, worse than ended is forged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graph_service.domain.time import Instant
from graph_service.endorse.report import Name, Outcome, Report
from graph_service.endorse.report import Verdict as Whole

CONCLUSIONS = {"AUTHENTIC": "authentic", "CURRENT": "current", "SUBJECT": "aboutSubject"}
_NOT_NOW = {
    "CREDENTIAL_REVOKED": "REVOKED",
    "CREDENTIAL_SUSPENDED": "SUSPENDED",
    "EXPIRED": "EXPIRED",
    "NOT_YET_VALID": "LATER",
}
_SIGNING = {Name.KEY, Name.PROOF, Name.ISSUER}

Verdict = dict[str, str]
"""The `code` of the sentence, and the `state` that is its icon and colour: ok, ended, unknown or failed."""


def verdict(report: Mapping[str, Any]) -> Verdict:
    """Return the verdict on a credential that is kept here, from a report as the API has it."""
    authentic, current, about = (Outcome[report[field]] for field in CONCLUSIONS.values())
    failed = [check["code"] for check in report["checks"] if check["outcome"] == "FAILED"]
    return _of_all(authentic, current, about, failed)


def judged(report: Mapping[str, Any], checked_at: Instant) -> dict[str, Any]:
    """Return what a page shows of the verification of a credential that is kept here."""
    return {
        "verdict": verdict(report),
        "checks": report["checks"],
        "conclusions": [(name, report[field].lower()) for name, field in CONCLUSIONS.items()],
        "checked_at": checked_at,
    }


def verdict_of_any(report: Report) -> Verdict:
    """Return the verdict on what somebody handed over, of whatever form and origin, with all that it carries."""
    found = _unreadable(report) or _unsigned(report) or _own(report)
    carried = {each.verdict for each in report.embedded}
    if Whole.FAILED in carried and found["state"] in ("ok", "unknown"):
        return _failed("CARRIED_FAILED" if found["code"] == "GOOD" else "CARRIED_FAILED_TOO")
    if found["code"] != "GOOD":
        return found
    if Whole.UNKNOWN in carried:
        return _unknown("CARRIED_UNKNOWN")
    if report.issuer.startswith("did:key:") and not report.trusted:  # anybody may have one, under any name
        return _unknown("SELF_NAMED")
    return found


def verdict_of_carried(report: Report, carrier: Report) -> Verdict:
    """Return the verdict on an endorsement; it is not shown as good in what is not authentic."""
    found = verdict_of_any(report)
    return found if found["state"] != "ok" or carrier.authentic is Outcome.OK else _unknown("CARRIED_ASTRAY")


def conclusions(report: Report) -> Iterator[tuple[str, str, str, str]]:
    """Walk the separate conclusions: name, state (as icon and colour), and which word and which sentence say it.

    What is drawn from words that nobody is known to have signed is not shown as good.
    """
    proven = report.authentic is Outcome.OK
    for name, outcome in zip(CONCLUSIONS, (report.authentic, report.current, report.about_subject), strict=True):
        if outcome is Outcome.OK and not proven:
            yield name, "open", "AS_WRITTEN", "AS_WRITTEN"
        else:
            yield name, outcome, outcome.name, _failing(name, report) if outcome is Outcome.FAILED else outcome.name
    if report.hosted is not None:
        yield "HOSTED", "near" if report.hosted is Outcome.OK else report.hosted, report.hosted.name, report.hosted.name
    state, said = {True: ("ok", "YES"), False: ("ended", "NO"), None: ("open", "NOT_ASKED")}[report.trusted]
    yield "TRUSTED", state, said, said


def _failing(conclusion: str, report: Report) -> str:
    """Return which sentence says why something failed."""
    if conclusion == "CURRENT":
        return _ending(_codes(report)) or "FAILED"
    if conclusion == "AUTHENTIC" and (found := _unreadable(report) or _unsigned(report)):
        return found["code"] if found["code"] in ("MALFORMED", "UNREADABLE", "UNSIGNED") else "FAILED"
    return "FAILED"


def _ending(failed: Collection[str]) -> str | None:
    """Return why it is not in force, if a code of a check that failed says so."""
    return next((_NOT_NOW[code] for code in failed if code in _NOT_NOW), None)


def _of_all(authentic: Outcome, current: Outcome, about: Outcome, failed: Collection[str]) -> Verdict:
    if authentic is Outcome.FAILED:
        return _failed("KEY_COMPROMISED" if set(failed) - set(_NOT_NOW) == {"KEY_REVOKED"} else "FORGED")
    if about is Outcome.FAILED:
        return _failed("MISPLACED")
    if current is Outcome.FAILED and authentic is Outcome.OK:
        return _ended(_ending(failed) or "NOT_CURRENT")
    good = {authentic, current, about} == {Outcome.OK}
    return {"state": "ok", "code": "GOOD"} if good else _unknown("UNKNOWN")


def _own(report: Report) -> Verdict:
    found = _of_all(report.authentic, report.current, report.about_subject, _codes(report))
    if found["code"] == "UNKNOWN" and report.current is Outcome.FAILED:
        why = _ending(_codes(report))
        return _ended(f"UNPROVEN_{why}" if why else "NOT_IN_FORCE")
    return found


def _unreadable(report: Report) -> Verdict | None:
    """Return the verdict on what could not be had, could not be read, or is no credential as the standard has it."""
    if report.document is None and report.authentic is Outcome.FAILED:
        return _failed("UNREADABLE")
    if report.document is None:
        return _unknown("NOT_HAD")
    broken = {check.name for check in report.checks if check.outcome is Outcome.FAILED}
    return _failed("MALFORMED") if Name.DOCUMENT in broken and broken.isdisjoint(_SIGNING) else None


def _unsigned(report: Report) -> Verdict | None:
    """Return the verdict on what nobody signed, which its issuer's own site may confirm all the same."""
    if report.hosted is Outcome.FAILED:
        return _failed("HOSTED_DIFFERS")
    if report.hosted is Outcome.OK and report.authentic is Outcome.UNKNOWN:
        return _ended("HOSTED_ENDED") if report.current is Outcome.FAILED else _unknown("HOSTED")
    return _failed("UNSIGNED") if "PROOF_MISSING" in _codes(report) else None


def _codes(report: Report) -> list[str]:
    return [check.code for check in report.checks if check.outcome is Outcome.FAILED]


def _failed(code: str) -> Verdict:
    return {"state": "failed", "code": code}


def _ended(code: str) -> Verdict:
    return {"state": "ended", "code": code}


def _unknown(code: str) -> Verdict:
    return {"state": "unknown", "code": code}
