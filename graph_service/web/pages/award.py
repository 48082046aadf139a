"""An award as a signed credential: what it says, what it carries and what holds of it; and baked into its picture."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graph_service import artwork
from graph_service.domain.endorsement import Kind
from graph_service.domain.policy import PUBLIC
from graph_service.endorse.bake import bake
from graph_service.endorse.embedded import carried
from graph_service.errors import NotFound
from graph_service.services import publications
from graph_service.services.call import Call
from graph_service.services.issuing import kind_iri
from graph_service.web.pages import Visit, address, question
from graph_service.web.pages.achievement import draw, drawing, picture_of
from graph_service.web.pages.verdict import judged, verdict

_ABOUT = ("AWARD", "ACHIEVEMENT", "PROFILE")
_UNKNOWN = {"standing": "FOREIGN", "selfEndorsement": False, "hidden": False, "confirmedBy": None}
"""What is said of an endorsement in a credential that is not kept here."""


async def show(request: Request) -> Response:
    """Verify a signed award and show it. Who holds it nobody learns: the holder is a number without a name."""
    visit = await Visit.of(request)
    try:
        found = await visit.ask("award", id=visit.address, at=visit.asked_at)
    except NotFound:
        return await _unsigned(visit)
    award, report = found["award"], found["verify"]
    if award is None:
        raise NotFound("credential", visit.address)
    badge, links = award["achievement"], visit.links()
    signed = json.loads(award["credential"]["bytes"])
    return visit.page(
        "award",
        award=award,
        **judged(report, visit.asked_at or visit.call.at),
        carried=await _carried(visit, signed, report["embedded"]),
        holder=signed["credentialSubject"]["id"],
        criteria=signed["credentialSubject"]["achievement"]["criteria"].get("narrative", ""),
        version=next((each for each in badge["versions"] if each["number"] == award["number"]), None),
        status_list=signed["credentialStatus"]["statusListCredential"],
        public=visit.call.principal == PUBLIC,  # what everybody sees may be found and previewed
        picture=picture_of(request, badge["id"]),
        forms=[(form, f"{request.url.path}.{form}") for form in ("png", "svg", "json", "jwt")],
        **links,
    )


async def _unsigned(visit: Visit) -> Response:
    """Say to those who may see the award that it is not signed yet. Raises NotFound for all others."""
    award = (await visit.ask("unsigned", id=visit.address))["award"]
    if award is None:
        raise NotFound("credential", visit.address)
    return visit.page("unsigned", award=award)


async def _carried(visit: Visit, signed: Mapping[str, Any], reports: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the endorsements in a credential as they read, with what verification says and what is known of each."""
    stated = list(_stated(visit, signed, reports))
    for each in stated:  # 20 at most: a signed document does not say whose word it is, or that it is one's own
        known = (await visit.ask("carried", id=each["id"]))["endorsementByCredential"]
        each["known"] = known or _UNKNOWN
    return sorted(stated, key=lambda each: _ABOUT.index(each["about"]))


def _stated(visit: Visit, signed: Mapping[str, Any], reports: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    kinds = {kind_iri(visit.request.app.state.world, kind): kind for kind in Kind}
    about = {signed["id"]: "AWARD", signed["issuer"]["id"]: "PROFILE"}
    for (_, each, _), report in zip(carried(dict(signed)), reports, strict=True):
        subject = each["credentialSubject"]
        yield {
            "id": each["id"],
            "about": about.get(subject["id"], "ACHIEVEMENT"),
            "kind": next((kinds[said] for said in subject["type"] if said in kinds), None),
            "name": each["issuer"]["name"],
            "issuer": each["issuer"]["id"],
            "comment": subject.get("endorsementComment", ""),
            "verdict": verdict(report),
        }


async def picture(request: Request) -> Response:
    """Bake a signed award into the picture of its badge; of a private award only for those who may read it."""
    state = request.app.state
    call: Call = await state.visit(request)
    award = address(request)
    signed = await publications.credential(state.world, call, award)
    found = (await state.api.ask(question("award_image"), call, "en", id=award))["award"]
    drawn, media_type = draw(found["achievement"], call.at), "image/svg+xml"
    image = drawn.encode()
    if request.url.path.endswith(".png"):
        image, media_type = await asyncio.to_thread(artwork.png, drawn), "image/png"
    cache = "public, max-age=300" if signed.public else "private, no-store"
    return drawing(request, bake(image, signed.bytes), media_type, cache)
