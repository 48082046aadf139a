"""How an error looks outside GraphQL: problem details (RFC 9457), `application/problem+json`; to people, a page."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph_service import errors
from graph_service.locale import preferred, problem_json, sentence
from graph_service.web import session
from graph_service.web.negotiation import wants_page
from graph_service.web.pages import language_of, page

log = logging.getLogger(__name__)

STATUS: Mapping[type[errors.GraphServiceError], int] = {
    errors.InvalidInput: 400,
    errors.NotAuthenticated: 401,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.LimitExceeded: 413,
    errors.CredentialError: 422,
    errors.Unreachable: 502,
    errors.DeadlineExceeded: 504,
    errors.Unavailable: 503,
    errors.ConfigurationError: 500,
}


_HEADINGS = frozenset({400, 401, 403, 404, 500, 503, 504})
"""Those for which a page has a heading of its own."""
_NOT_KEPT = {"Cache-Control": "no-store"}


def status_of(error: errors.GraphServiceError) -> int:
    """Return the HTTP status of an error: that of its nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def response_of(request: Request, status: int, problems: tuple[errors.Problem, ...]) -> Response:
    """Write problems as a page to who asks for pages, else as problem details."""
    if wants_page(request.headers.get("accept", "")):
        response = _page(request, status, problems)
    else:
        response = _details(status, problems, preferred(request.headers.get("accept-language", "")))
    if status == 503:
        response.headers["Retry-After"] = "2"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
        if session.given(request, session.SESSION):
            session.end(response, request)  # else every page would be refused
    return response


def _page(request: Request, status: int, problems: tuple[errors.Problem, ...]) -> Response:
    language = language_of(request)
    heading = str(status) if status in _HEADINGS else "OTHER"
    told = [sentence(problem, language) for problem in problems]
    values = {"heading": heading, "number": status, "problems": told}
    response = page(request, "error", language, values, status)
    response.headers.update(_NOT_KEPT)
    return response


def _details(status: int, problems: tuple[errors.Problem, ...], language: str) -> Response:
    """Write problems as problem details; the first one titles the whole."""
    shown = [problem_json(problem, language) for problem in problems]
    body = {
        "type": "about:blank",
        "status": status,
        "title": shown[0]["message"],
        "detail": shown[0]["hint"],
        "code": shown[0]["code"],
        "problems": shown,
    }
    headers = {**_NOT_KEPT, "Content-Language": language, "Vary": "Accept, Accept-Language"}
    return Response(orjson.dumps(body), status, headers, media_type="application/problem+json")


async def on_service_error(request: Request, error: Exception) -> Response:
    """Answer an error of the tree."""
    assert isinstance(error, errors.GraphServiceError)  # noqa: S101 (registered for this class only)
    return response_of(request, status_of(error), error.problems)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what Starlette itself refuses: no such route, wrong method."""
    assert isinstance(error, HTTPException)  # noqa: S101
    code = {404: "NO_SUCH_ADDRESS", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "HTTP_ERROR")
    problem = errors.Problem(code, {"status": error.status_code, "address": request.url.path[:200]})
    response = response_of(request, error.status_code, (problem,))
    response.headers.update(error.headers or {})
    return response


async def on_unexpected(request: Request, error: Exception) -> Response:
    """Answer a fault of our own without its text; the log has it under the request id."""
    request_id = getattr(request.state, "request_id", "")
    log.error("unexpected error in request %s", request_id, exc_info=error)
    problem = errors.Problem("INTERNAL", {"request": request_id})
    return response_of(request, 500, (problem,))


HANDLERS = {
    errors.GraphServiceError: on_service_error,
    HTTPException: on_http_exception,
    Exception: on_unexpected,
}
