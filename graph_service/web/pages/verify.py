"""Verification of what somebody hands over: the form, and what came of it, one report or many.

The reports are what services say, not what the API says: a page of this kind is the answer to what was just sent.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from graph_service.domain.time import Instant
from graph_service.endorse import table
from graph_service.endorse.report import Check, Outcome, Report
from graph_service.endorse.summary import summary
from graph_service.errors import GraphServiceError, Problem
from graph_service.locale import sentence
from graph_service.services import verifying
from graph_service.services.call import Call
from graph_service.services.verifying import Verified
from graph_service.web.pages import Visit, language_of, page, served_at
from graph_service.web.pages.verdict import CONCLUSIONS, verdict_of_any

_HEADERS = {"Cache-Control": "no-store"}
_RESULT = {**_HEADERS, "X-Robots-Tag": "noindex"}


async def form(request: Request, call: Call, error: GraphServiceError | None = None) -> Response:
    """Show the form, and what is wrong with what was sent."""
    visit = Visit(request, call, language_of(request))
    profiles = [edge["node"] for edge in (await visit.ask("verify", at=call.at))["profiles"]["edges"]]
    values = {
        "profiles": [each for each in profiles if each["trustedIssuers"]["edges"]],
        "address": f"{served_at(request)}/verify",
        "url": request.query_params.get("url", ""),
        "problems": [sentence(problem, visit.language) for problem in (error.problems if error else ())],
    }
    response = page(request, "verify", visit.language, values, 400 if error else 200)
    response.headers.update(_HEADERS)
    return response


def results(request: Request, call: Call, verified: Sequence[Verified], at: Instant) -> Response:
    """Show what came of it. The table goes along in the page: nothing is kept that could be asked for again."""
    language = language_of(request)
    reports = [_shown(each, number, language) for number, each in enumerate(verified, 1)]
    rows = verifying.rows(verified, at, language)
    counted = Counter(each["verdict"]["state"] for each in reports)
    values = {
        "reports": reports,
        "counts": [(state, counted[state]) for state in ("ok", "ended", "unknown", "failed") if counted[state]],
        "csv": "data:text/csv;charset=utf-8;base64," + b64encode(table.to_csv(rows)).decode(),
        "at": at,
        "now": call.at,
        "by": served_at(request),
    }
    response = page(request, "verified", language, values)
    response.headers.update(_RESULT)
    return response


def _shown(verified: Verified, number: int, language: str) -> dict[str, Any]:
    return {
        "source": verified.source,
        "digest": verified.digest,
        "number": number,
        **_report(verified.report, language),
    }


def _report(report: Report, language: str) -> dict[str, Any]:
    """Return a report as templates take it, with those of the endorsements that it carries."""
    checks = [_check(check, language) for check in report.checks]
    return {
        "id": report.id,
        "issuer": report.issuer,
        "verdict": verdict_of_any(report),
        "read": report.document is not None,
        "said": summary(report.document, language),
        "host": _host(report.issuer),
        "conclusions": list(_conclusions(report)),
        "proven": report.authentic is Outcome.OK,
        "checks": checks,
        "first": next((check for check in checks if check["outcome"] is Outcome.FAILED), None)
        or next((check for check in checks if check["outcome"] is Outcome.UNKNOWN), None),
        "carried": [_report(each, language) for each in report.embedded],
    }


def _host(issuer: str) -> str:
    """Return the name of the site that publishes the keys of an issuer, as the network has it; empty if none does."""
    if issuer.startswith("did:web:"):
        issuer = f"https://{unquote(issuer.removeprefix('did:web:').split(':')[0])}"
    try:
        host = urlsplit(issuer).hostname if issuer.startswith("https://") else None
        return (host or "").encode("idna").decode()
    except ValueError:
        return ""


def _check(check: Check, language: str) -> dict[str, Any]:
    message, hint = sentence(Problem(check.code, check.values, check.path), language)
    return {
        "name": check.name,
        "outcome": check.outcome,
        "code": check.code,
        "message": message,
        "hint": hint if check.outcome is not Outcome.OK else "",
        "path": ".".join(map(str, check.path)),
    }


def _conclusions(report: Report) -> Iterator[tuple[str, str, str]]:
    """Walk the separate conclusions: name, state (as icon and colour), and which sentence says it.

    What is drawn from words that nobody is known to have signed is not shown as good.
    """
    proven = report.authentic is Outcome.OK
    for name, outcome in zip(CONCLUSIONS, (report.authentic, report.current, report.about_subject), strict=True):
        yield (name, outcome, outcome.name) if proven or outcome is not Outcome.OK else (name, "open", "AS_WRITTEN")
    if report.hosted is not None:
        yield "HOSTED", "near" if report.hosted is Outcome.OK else report.hosted, report.hosted.name
    trusted = {True: ("ok", "YES"), False: ("ended", "NO"), None: ("open", "NOT_ASKED")}[report.trusted]
    yield "TRUSTED", *trusted
