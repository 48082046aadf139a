"""What pages show of endorsements, and the form by which an endorser says the same of the version that stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.errors import NotFound
from graph_service.services import issuing, requests
from graph_service.services.call import Call
from graph_service.web import session
from graph_service.web.forms import read_form
from graph_service.web.pages import Visit
from graph_service.web.pages.words import path_of

_STANDS = {"CURRENT": "ok", "LATER": "open", "EXPIRED": "ended", "REVOKED": "failed", "VOID": "failed"}
_COLLECTIONS = {"Achievement": "/achievements", "PathwayVersion": "/pathways"}


def listed(edges: Iterable[Mapping[str, Any]], newest: int, call: Call) -> list[dict[str, Any]]:
    """Return the signed ones of a list as they are shown, those in force first; `newest`: the version that stands."""
    signed = (edge["node"] for edge in edges if edge["node"]["since"])
    shown = [_shown(each, newest, call) for each in signed]
    return sorted(shown, key=lambda each: list(_STANDS).index(each["stands"]))


def span(each: Mapping[str, Any]) -> Span:
    """Return from when until when an endorsement holds."""
    return Span(each["since"], each["until"] or OPEN_END)


def with_forms(visit: Visit, template: str, *, endorsements: Sequence[Mapping[str, Any]], **values: object) -> Response:
    """Return a page; if one of the endorsements on it can be confirmed, with a token for the form."""
    world = visit.request.app.state.world
    browser = session.browser_of(visit.request, world)
    token = session.form_token(world, browser)
    response = visit.page(template, endorsements=endorsements, token=token, **values)
    if any(each["confirm"] for each in endorsements):
        session.remember(response, visit.request, browser)
    return response


async def confirm(request: Request) -> Response:
    """Prepare and sign, as far as one person may, the same endorsement of the version that stands now."""
    form = await read_form(request)
    session.check_form(request, request.app.state.world, form.get("token", ""))
    visit = await Visit.of(request)
    endorsement = Iri(visit.address.removesuffix("/confirm"))
    found = (await visit.ask("confirm", id=endorsement))["endorsement"]
    if found is None or found["target"] is None or found["target"]["__typename"] not in _COLLECTIONS:
        raise NotFound("endorsement", endorsement)
    world, waiting = request.app.state.world, _waiting(found)
    if waiting is None:
        waiting = await requests.reconfirm(world, visit.call, endorsement=endorsement)
        if found["endorser"]["differentPeople"]:
            return _back(world.base_url, found["target"])
    await issuing.issue(world, visit.call, endorsement=waiting)
    return _back(world.base_url, found["target"])


def _back(base_url: str, target: Mapping[str, Any]) -> Response:
    """Lead to the page of what is endorsed, relative to the form's address, wherever a proxy puts it."""
    shown = target["pathway"]["id"] if target["__typename"] == "PathwayVersion" else target["id"]
    return RedirectResponse(f"../..{path_of(base_url, _COLLECTIONS[target['__typename']], shown)}", 303)


def _shown(each: Mapping[str, Any], newest: int, call: Call) -> dict[str, Any]:
    stands = _stands(each, call.at)
    return {**each, "stands": stands, "mark": _STANDS[stands], "confirm": _confirm(each, call), "newest": newest}


def _confirm(each: Mapping[str, Any], call: Call) -> str | None:
    """Return what the one who looks may do about an endorsement of an earlier version: SIGN or PREPARE it anew."""
    signs = Side.ENDORSER in call.principal.sides(each["endorser"]["id"], call.at)
    said = each["state"] == "ISSUED" and each["standing"] == "OWN"
    if not signs or not said or not each["earlierVersion"] or _confirmed(each):
        return None
    return "PREPARE" if each["endorser"]["differentPeople"] and _waiting(each) is None else "SIGN"


def _confirmed(each: Mapping[str, Any]) -> bool:
    """Tell whether a later endorsement says the same of a later version."""
    return each["confirmedBy"] is not None and each["confirmedBy"]["state"] == "ISSUED"


def _waiting(each: Mapping[str, Any]) -> Iri | None:
    """Return the endorsement that was prepared for the version that stands and waits to be signed, if there is one."""
    by = each["confirmedBy"]
    return Iri(by["id"]) if by and by["state"] == "ACCEPTED" and not by["earlierVersion"] else None


def _stands(each: Mapping[str, Any], at: Instant) -> str:
    if each["ended"] is not None:
        return str(each["ended"])
    if span(each).holds(at):
        return "CURRENT"
    return "LATER" if at < each["since"] else "EXPIRED"


routes = [Route("/endorsements/{id}/confirm", confirm, methods=["POST"])]
