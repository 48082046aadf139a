"""One-click verification: what a signed endorsement or statement of completion says, and what holds of it."""

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
from graph_service.web.pages.verdict import judged, verdict


async def show(request: Request) -> Response:
    """Verify a credential that is kept here, and show it."""
    visit = await Visit.of(request)
    found = await visit.ask("credential", id=visit.address, at=visit.asked_at)
    claim, report = found["endorsementByCredential"], found["verify"]
    if claim is None:
        return await statement(visit)
    subject, content = _subject(claim), _content(claim)
    judgement = judged(report, visit.asked_at or visit.call.at)
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
        status_list=_status_list(claim["credential"]),
        public=subject["type"] != "Award",
        picture=picture_of(request, subject["badge"]["id"]) if subject["badge"] else None,
        **visit.links(),
    )


async def statement(visit: Visit) -> Response:
    """Verify a statement of completion that is kept here, each of its parts by itself, and show it. Raises NotFound."""
    found = await visit.ask("statement", id=visit.address, at=visit.asked_at)
    stated, report = found["statement"], found["verify"]
    if stated is None:
        raise NotFound("credential", visit.address)
    signed = json.loads(stated["credential"]["bytes"])
    subject = signed["credentialSubject"]
    verified = zip(subject["verifiableCredential"], report["embedded"], strict=True)
    return visit.page(
        "statement",
        stated=stated,
        name=signed["name"],
        **judged(report, visit.asked_at or visit.call.at),
        made_of=[(part, verdict(each)) for part, each in verified],
        listed=[each for each in subject["achievement"] if each["id"] not in _wholes(subject)],
        learner=subject["id"],
        status_list=signed["credentialStatus"]["statusListCredential"],
        **visit.links(),
    )


def _wholes(subject: Mapping[str, Any]) -> set[str]:
    """Return what the achievements of a statement are part of: the pathway, or its output."""
    return {each["targetId"] for each in subject["association"] if each["associationType"] == "isPartOf"}


def _status_list(credential: Mapping[str, Any]) -> str | None:
    """Return the address of the list that tells whether it was revoked; of a token nobody here asks."""
    if credential["form"] == "JWT":
        return None
    entry = json.loads(credential["bytes"]).get("credentialStatus")
    return entry.get("statusListCredential") if isinstance(entry, dict) else None  # several, of somebody elsewhere


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
