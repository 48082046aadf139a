"""How an error looks outside GraphQL: problem details (RFC 9457), `application/problem+json`."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph_service import errors
from graph_service.locale import preferred, sentence

log = logging.getLogger(__name__)

STATUS: Mapping[type[errors.GraphServiceError], int] = {
    errors.InvalidInput: 400,
    errors.NotAuthenticated: 401,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.LimitExceeded: 413,
    errors.CredentialError: 422,
    errors.DeadlineExceeded: 504,
    errors.Unavailable: 503,
    errors.ConfigurationError: 500,
}


def status_of(error: errors.GraphServiceError) -> int:
    """Return the HTTP status of an error: that of its nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_response(status: int, problems: tuple[errors.Problem, ...], language: str) -> Response:
    """Write problems as problem details; the first one titles the whole."""
    shown = []
    for problem in problems:
        message, hint = sentence(problem, language)
        shown.append({"code": problem.code, "message": message, "hint": hint, "path": list(problem.path)})
    body = {
        "type": "about:blank",
        "status": status,
        "title": shown[0]["message"],
        "detail": shown[0]["hint"],
        "code": shown[0]["code"],
        "problems": shown,
    }
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    if status == 503:
        headers["Retry-After"] = "2"
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps(body), status, headers, media_type="application/problem+json")


async def on_service_error(request: Request, error: Exception) -> Response:
    """Answer an error of the tree."""
    assert isinstance(error, errors.GraphServiceError)  # noqa: S101 (registered for this class only)
    return problem_response(status_of(error), error.problems, preferred(request.headers.get("accept-language", "")))


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what Starlette itself refuses: no such route, wrong method."""
    assert isinstance(error, HTTPException)  # noqa: S101
    code = {404: "NO_SUCH_ADDRESS", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "HTTP_ERROR")
    problem = errors.Problem(code, {"status": error.status_code, "address": request.url.path[:200]})
    response = problem_response(error.status_code, (problem,), preferred(request.headers.get("accept-language", "")))
    response.headers.update(error.headers or {})
    return response


async def on_unexpected(request: Request, error: Exception) -> Response:
    """Answer a fault of our own without its text; the log has it under the request id."""
    request_id = getattr(request.state, "request_id", "")
    log.error("unexpected error in request %s", request_id, exc_info=error)
    problem = errors.Problem("INTERNAL", {"request": request_id})
    return problem_response(500, (problem,), preferred(request.headers.get("accept-language", "")))


HANDLERS = {
    errors.GraphServiceError: on_service_error,
    HTTPException: on_http_exception,
    Exception: on_unexpected,
}
