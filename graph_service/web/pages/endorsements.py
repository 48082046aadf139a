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
from graph_service.errors import Conflict, GraphServiceError, NotFound, Problem
from graph_service.services import issuing, proposing
from graph_service.services.call import Call
from graph_service.web import session
from graph_service.web.forms import read_form
from graph_service.web.pages import Visit
from graph_service.web.pages.words import path_of

_STANDS = {
    "CURRENT": "ok",
    "FOREIGN": "unknown",  # within its dates; who signed it, nobody here has checked
    "LATER": "open",
    "UNCONFIRMED": "failed",  # within its dates; when its issuer was asked last, it did not hold
    "KEY_COMPROMISED": "failed",
    "EXPIRED": "ended",
    "REVOKED": "failed",
    "VOID": "failed",
}
_COLLECTIONS = {"Achievement": "/achievements", "PathwayVersion": "/pathways"}


def listed(edges: Iterable[Mapping[str, Any]], newest: int, call: Call) -> list[dict[str, Any]]:
    """Return the signed ones of a list as they are shown, those in force first; `newest`: the version that stands."""
    signed = (edge["node"] for edge in edges if edge["node"]["since"])
    stating = [displayed(each, newest, call) for each in signed]
    return sorted(stating, key=lambda each: list(_STANDS).index(each["stands"]))


def span(each: Mapping[str, Any]) -> Span:
    """Return from when until when an endorsement holds."""
    return Span(each["since"], each["until"] or OPEN_END)


def compromised(each: Mapping[str, Any]) -> bool:
    """Tell whether the key that signed an endorsement as it stands was declared compromised."""
    key = each["credential"] and each["credential"]["key"]
    return key is not None and key["state"] == "COMPROMISED"


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
        waiting = await proposing.reconfirm(world, visit.call, endorsement=endorsement)
        if found["endorser"]["differentPeople"]:
            return _back(world.base_url, found["target"])
    try:
        await issuing.issue(world, visit.call, endorsement=waiting)
    except GraphServiceError as error:  # what is prepared stays so, for whoever may sign it
        raise Conflict(Problem("ONLY_PREPARED"), *error.problems) from error
    return _back(world.base_url, found["target"])


def _back(base_url: str, target: Mapping[str, Any]) -> Response:
    """Lead to the page of what is endorsed, relative to the form's address, wherever a proxy puts it."""
    shown = target["pathway"]["id"] if target["__typename"] == "PathwayVersion" else target["id"]
    return RedirectResponse(f"../..{path_of(base_url, _COLLECTIONS[target['__typename']], shown)}", 303)


def displayed(each: Mapping[str, Any], newest: int | None, call: Call) -> dict[str, Any]:
    """Return an endorsement with how it stands and what the one who looks may do about it."""
    stands = _stands(each, call.at)
    return {**each, "stands": stands, "mark": _STANDS[stands], "confirm": _confirm(each, call), "newest": newest}


def _confirm(each: Mapping[str, Any], call: Call) -> str | None:
    """Return what the one who looks may do about one of an earlier version: SIGN, PREPARE, or WAIT for another."""
    signs = Side.ENDORSER in call.principal.sides(each["endorser"]["id"], call.at)
    said = each["state"] == "ISSUED" and each["standing"] == "OWN"
    if not signs or not said or not each["earlierVersion"] or _confirmed(each):
        return None
    if not each["endorser"]["differentPeople"]:
        return "SIGN"
    if _waiting(each) is None:
        return "PREPARE"
    return "WAIT" if each["confirmedBy"]["acceptedBy"] == call.principal.id else "SIGN"


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
    if span(each).holds(at) and compromised(each):
        return "KEY_COMPROMISED"
    if span(each).holds(at) and each["checkedOutcome"] == "FAILED":
        return "UNCONFIRMED"
    if span(each).holds(at):
        return "FOREIGN" if each["standing"] == "FOREIGN" else "CURRENT"
    return "LATER" if at < each["since"] else "EXPIRED"


routes = [Route("/endorsements/{id}/confirm", confirm, methods=["POST"])]
