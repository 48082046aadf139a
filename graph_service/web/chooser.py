"""The persona chooser of development mode: sign in as somebody of the demo, by a form."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from graph_service.domain.language import LanguageMap
from graph_service.domain.time import Instant
from graph_service.errors import NotAuthenticated
from graph_service.services import access
from graph_service.services.access import Persona
from graph_service.web import health, session
from graph_service.web.forms import read_form
from graph_service.web.pages import language_of, page


async def choose(request: Request) -> Response:
    """List the personas by what they are. A session that has ended is no hindrance here."""
    state = request.app.state
    health.require(state.readiness)
    at, browser = state.clock(), session.browser_of(request, state.world)
    values = {
        "groups": _grouped(await access.personas(state.world, at)),
        "token": session.form_token(state.world, browser),
        "signed_in": _signed_in(request, at),
    }
    response = page(request, "personas", language_of(request), values)
    session.remember(response, request, browser)
    return response


async def enter(request: Request) -> Response:
    """Begin a session as the chosen persona."""
    state, form = request.app.state, await read_form(request)
    session.check_form(request, state.world, form.get("token", ""))
    at = state.clock()
    await access.by_persona(state.world, form.get("persona", ""), at)
    response = RedirectResponse("./", 303)
    session.begin(response, request, state.world, form["persona"], at)
    return response


async def leave(request: Request) -> Response:
    """End the session."""
    form = await read_form(request)
    session.check_form(request, request.app.state.world, form.get("token", ""))
    response = RedirectResponse("../personas", 303)
    session.end(response, request)
    return response


def _signed_in(request: Request, at: Instant) -> str | None:
    with suppress(NotAuthenticated):
        cookie = session.given(request, session.SESSION) or ""
        request.state.persona = session.persona(request.app.state.world, cookie, at)
        return str(request.state.persona)
    return None


def _grouped(personas: Sequence[Persona]) -> list[dict[str, Any]]:
    """Return the personas by what they are: members of profiles, learners, and who runs the service."""
    groups: dict[str, list[Any]] = {"MEMBERS": [], "LEARNERS": [], "OPERATORS": []}
    for each in personas:
        runs = any(role["role"] == "OPERATOR" for role in each.roles)
        kind = "LEARNERS" if each.learns else "OPERATORS" if runs else "MEMBERS"
        roles = [{"role": role["role"], "name": _texts(LanguageMap.from_json(role["nameMap"]))} for role in each.roles]
        groups[kind].append({"persona": each.persona, "name": _texts(each.name), "roles": roles})
    return [{"kind": kind, "people": people} for kind, people in groups.items() if people]


def _texts(texts: LanguageMap) -> list[dict[str, str]]:
    return [{"language": tag, "text": text} for tag, text in texts.items()]


routes = [
    Route("/personas", choose, methods=["GET"]),
    Route("/personas", enter, methods=["POST"]),
    Route("/personas/leave", leave, methods=["POST"]),
]
