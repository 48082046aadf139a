"""One-click verification: what a signed endorsement says, and what holds of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graph_service.errors import NotFound
from graph_service.web.pages import Visit
from graph_service.web.pages.achievement import picture_of
from graph_service.web.pages.endorsements import displayed, with_forms

_CONCLUSIONS = {"AUTHENTIC": "authentic", "CURRENT": "current", "SUBJECT": "aboutSubject"}
_NOT_NOW = {
    "CREDENTIAL_REVOKED": "REVOKED",
    "CREDENTIAL_SUSPENDED": "SUSPENDED",
    "EXPIRED": "EXPIRED",
    "NOT_YET_VALID": "LATER",
}


async def show(request: Request) -> Response:
    """Verify a credential that is kept here, and show it."""
    visit = await Visit.of(request)
    found = await visit.ask("credential", id=visit.address, at=visit.asked_at)
    claim, report = found["endorsementByCredential"], found["verify"]
    if claim is None:
        raise NotFound("credential", visit.address)
    subject, content = _subject(claim), _content(claim)
    judgement = judged(visit, report)
    if claim["standing"] == "FOREIGN" and judgement["verdict"]["code"] == "GOOD":
        judgement["verdict"] = {"state": "unknown", "code": "SELF_NAMED"}
    claim = displayed(claim, content["newest"] if content else None, visit.call)
    return with_forms(
        visit,
        "credential",
        endorsements=[claim],
        claim=claim,
        subject=subject,
        **judgement,
        content=content,
        criteria=_criteria(claim),
        recognition=_recognition(claim),
        status_list=json.loads(claim["credential"]["bytes"]).get("credentialStatus", {}).get("statusListCredential"),
        public=subject["type"] != "Award",
        picture=picture_of(request, subject["badge"]["id"]) if subject["badge"] else None,
        **visit.links(),
    )


def judged(visit: Visit, report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page shows of a verification."""
    return {
        "verdict": verdict(report),
        "checks": report["checks"],
        "conclusions": [(name, report[field].lower()) for name, field in _CONCLUSIONS.items()],
        "checked_at": visit.asked_at or visit.call.at,
    }


def verdict(report: Mapping[str, Any]) -> dict[str, str]:
    """Return the one sentence that is true of all checks. Unknown is never good, and worse than ended is forged."""
    outcomes = {report[field] for field in _CONCLUSIONS.values()}
    codes = [check["code"] for check in report["checks"] if check["outcome"] == "FAILED"]
    if report["authentic"] == "FAILED":
        only_the_key = set(codes) - set(_NOT_NOW) == {"KEY_REVOKED"}
        return {"state": "failed", "code": "KEY_COMPROMISED" if only_the_key else "FORGED"}
    if report["aboutSubject"] == "FAILED":
        return {"state": "failed", "code": "MISPLACED"}
    if report["current"] == "FAILED" and report["authentic"] == "OK":
        return {"state": "ended", "code": next((_NOT_NOW[code] for code in codes if code in _NOT_NOW), "NOT_CURRENT")}
    return {"state": "ok", "code": "GOOD"} if outcomes == {"OK"} else {"state": "unknown", "code": "UNKNOWN"}


def _subject(claim: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is endorsed, whatever it is: its type, name, badge and who offers it."""
    target = claim["target"]
    subject = {"type": "Award", "name": None, "badge": None, "pathway": None, "owner": None, "awarded_at": None}
    if target is None:
        return subject
    if target["__typename"] == "Profile":
        return subject | {"type": "Profile", "name": target["nameMap"]}
    if pathway := target.get("pathway"):
        named = {"name": pathway["nameMap"], "pathway": pathway, "owner": pathway["owner"]}
        return subject | {"type": "PathwayVersion", **named}
    badge = target.get("achievement", target)
    return subject | {
        "type": target["__typename"],
        "name": badge["nameMap"],
        "badge": badge,
        "owner": badge["owner"],
        "awarded_at": target.get("awardedAt"),
    }


def _content(claim: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the version that is endorsed; `newest` is the number of the newest if that is another."""
    target = claim["target"]
    version = target if target and target["__typename"] == "PathwayVersion" else claim["targetVersion"]
    if version is None or target is None:
        return None
    newest = (target.get("pathway") or target).get("number", version["number"])
    return {**version, "newest": newest if newest != version["number"] else None}


def _recognition(claim: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the recognition document, with its texts as pages take them."""
    if claim["recognition"] is None:
        return None
    document: dict[str, Any] = json.loads(claim["recognition"])
    texts = {
        name: [{"language": tag, "text": text} for tag, text in document[name].items()]
        for name in ("training", "organiser")
    }
    return {**document, **texts}


def _criteria(claim: Mapping[str, Any]) -> str:
    """Return the criteria as they were endorsed: those of the published bytes that the signature covers."""
    version = claim["targetVersion"]
    return str(json.loads(version["bytes"]).get("criteria", {}).get("narrative", "")) if version else ""
