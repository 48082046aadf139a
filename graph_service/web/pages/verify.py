"""Verification of what somebody hands over: the form, and what came of it, one report or many.

The reports are what services say, not what the API says: a page of this kind is the answer to what was just sent.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from graph_service.domain.time import Instant
from graph_service.endorse import table
from graph_service.endorse.report import Check, Name, Outcome, Report
from graph_service.endorse.summary import summary
from graph_service.errors import GraphServiceError, NotFound, Problem
from graph_service.locale import phrase, sentence
from graph_service.services import verify_many
from graph_service.services.call import Call
from graph_service.services.verify_many import Verified
from graph_service.web.pages import Visit, language_of, page, served_at
from graph_service.web.pages.verdict import Verdict, conclusions, verdict_of_any, verdict_of_carried

_HEADERS = {"Cache-Control": "no-store"}
TYPED = ("at", "document", "trustedBy", "url")
_COUNTED = {"GOOD": "ok", "SELF_NAMED": "unknown", "UNKNOWN": "unknown", "FAILED": "failed"}
"""What is counted, by the one word of the report, and its icon and colour. Who names itself is told apart."""

_RESULT = {**_HEADERS, "X-Robots-Tag": "noindex"}


async def form(
    request: Request, call: Call, error: GraphServiceError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    """Show the form, what is wrong with what was sent, and what was typed there."""
    visit = Visit(request, call, language_of(request))
    profiles = [edge["node"] for edge in (await visit.ask("verify", at=call.at))["profiles"]["edges"]]
    values = {
        "profiles": [each for each in profiles if each["trustedIssuers"]["edges"]],
        "address": f"{served_at(request)}/verify",
        "typed": {name: request.query_params.get(name, "") for name in TYPED} | dict(typed or {}),
        "problems": [_told(problem, visit.language) for problem in (error.problems if error else ())],
    }
    status = 200 if error is None else 404 if isinstance(error, NotFound) else 400
    response = page(request, "verify", visit.language, values, status)
    response.headers.update(_HEADERS)
    return response


def _told(problem: Problem, language: str) -> tuple[str, str]:
    """Return what is wrong, and what people can do about it in the form."""
    message, hint = sentence(problem, language)
    return message, phrase("WEB_VERIFY_NOTHING", language) if problem.code == "NOTHING_TO_VERIFY" else hint


def results(request: Request, call: Call, verified: Sequence[Verified], at: Instant) -> Response:
    """Show what came of it. The table goes along in the page: nothing is kept that could be asked for again."""
    language = language_of(request)
    reports = [_shown(each, number, language) for number, each in enumerate(verified, 1)]
    rows = verify_many.rows(verified, at, language)
    counted = Counter(each["counted"] for each in reports)
    values = {
        "reports": reports,
        "counts": [(state, said, counted[said]) for said, state in _COUNTED.items() if counted[said]],
        "csv": "data:text/csv;charset=utf-8;base64," + b64encode(table.to_csv(rows)).decode(),
        "at": at,
        "now": call.at,
        "by": served_at(request),
    }
    response = page(request, "verified", language, values)
    response.headers.update(_RESULT)
    return response


def _shown(verified: Verified, number: int, language: str) -> dict[str, Any]:
    verdict = verdict_of_any(verified.report)
    return {
        "source": verified.source,
        "digest": verified.digest,
        "number": number,
        **_report(verified.report, verdict, language),
        "counted": "SELF_NAMED" if verdict["code"] == "SELF_NAMED" else verified.report.verdict.name,
    }


def _report(report: Report, verdict: Verdict, language: str) -> dict[str, Any]:
    """Return a report as templates take it, with those of the endorsements that it carries."""
    checks = [_check(check, language) for check in report.checks]
    return {
        "id": report.id,
        "issuer": report.issuer,
        "verdict": verdict,
        "read": report.document is not None,
        "said": summary(report.document, language),
        "host": _host(report.issuer),
        "conclusions": list(conclusions(report)),
        "proven": report.authentic is Outcome.OK,
        "checks": checks,
        "checked": list(_checked(report)),
        "unchecked": list(_unchecked(report, language)),
        "first": next((check for check in checks if check["outcome"] is Outcome.FAILED), None)
        or next((check for check in checks if check["outcome"] is Outcome.UNKNOWN), None),
        "carried": [_report(each, verdict_of_carried(each, report), language) for each in report.embedded],
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
    message, hint = sentence(check.problem, language)
    return {
        "name": check.name,
        "outcome": check.outcome,
        "code": check.code,
        "message": message,
        "hint": hint if check.outcome is not Outcome.OK else "",
        "path": ".".join(map(str, check.path)),
    }


def _checked(report: Report) -> Iterator[Name]:
    """Walk what was answered, with yes or with no."""
    for name in Name:
        outcomes = {check.outcome for check in report.checks if check.name is name}
        if Outcome.FAILED in outcomes or outcomes == {Outcome.OK}:
            yield name


def _unchecked(report: Report, language: str) -> Iterator[tuple[Name, str]]:
    """Walk what was not answered, and why; without a reason it was not come to."""
    answered = set(_checked(report))
    for name in Name:
        why = [sentence(check.problem, language)[0] for check in report.checks if check.name is name]
        if name not in answered and (why or name is not Name.HOSTED):
            yield name, next(iter(why), "")
