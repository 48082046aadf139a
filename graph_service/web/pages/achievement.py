"""A badge: what it shows, who vouches for it now and who did once, what it counts for; and its picture."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graph_service import artwork
from graph_service.domain.achievement import AchievementType
from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.errors import NotFound
from graph_service.locale import phrase, preferred
from graph_service.web.conditional import conditional
from graph_service.web.pages import Visit, address, served_at, text
from graph_service.web.pages.words import path_of

_STANDS = {"CURRENT": "ok", "LATER": "open", "EXPIRED": "ended", "REVOKED": "failed", "VOID": "failed"}


async def show(request: Request) -> Response:
    """Show a badge."""
    visit = await Visit.of(request)
    badge = (await visit.ask("achievement", id=visit.address))["achievement"]
    if badge is None:
        raise NotFound("achievement", visit.address)
    signed = [edge["node"] for edge in badge["endorsements"]["edges"] if edge["node"]["since"]]
    endorsements = [_shown(each, badge, visit.call.at) for each in signed]
    return visit.page(
        "achievement",
        badge=badge,
        endorsements=sorted(endorsements, key=lambda each: list(_STANDS).index(each["stands"])),
        endorsers=_endorsers(badge, visit.call.at),
        more=badge["endorsements"]["pageInfo"]["hasNextPage"],
        picture=picture_of(request, badge["id"]),
        **visit.links(),
    )


def picture_of(request: Request, achievement: str) -> str:
    """Return the address of the picture of an achievement, to be shared."""
    return served_at(request) + path_of(request.app.state.world.base_url, "/achievements", achievement, ".svg")


async def picture(request: Request) -> Response:
    """Draw a badge: the same picture for everybody, described in the language of the badge."""
    state = request.app.state
    call = await state.call(request)
    achievement = Iri(address(request).removesuffix("/image"))
    badge = (await state.api.ask(text("image.graphql"), call, "en", id=achievement))["achievement"]
    if badge is None:
        raise NotFound("achievement", achievement)
    kind = AchievementType[badge["achievementType"]]
    endorsers = _endorsers(badge, call.at)
    language = preferred(badge["language"])
    said = phrase("WEB_IMAGE", language, type=phrase(f"WEB_TYPE_{kind.name}", language), count=endorsers)
    drawn = artwork.badge(badge["name"], kind, field=badge["fieldOfStudy"], endorsers=endorsers, description=said)
    digest, policy = sha256(drawn.encode()).hexdigest()[:32], {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return conditional(request, drawn, "image/svg+xml", digest=digest, cache="public, max-age=300", **policy)


def _shown(each: Mapping[str, Any], badge: Mapping[str, Any], at: Instant) -> dict[str, Any]:
    stands = _stands(each, at)
    earlier = each["targetNumber"] is not None and each["targetNumber"] != badge["number"]
    return {**each, "stands": stands, "mark": _STANDS[stands], "earlier": earlier}


def _stands(each: Mapping[str, Any], at: Instant) -> str:
    if each["ended"] is not None:
        return str(each["ended"])
    if _span(each).holds(at):
        return "CURRENT"
    return "LATER" if at < each["since"] else "EXPIRED"


def _endorsers(badge: Mapping[str, Any], at: Instant) -> int:
    """Return how many profiles endorse its newest version at that instant; a recommendation is no endorsement."""
    issued = (edge["node"] for edge in badge["endorsing"]["edges"])
    newest = (each for each in issued if each["targetNumber"] == badge["number"])
    return len({each["endorser"]["id"] for each in newest if _span(each).holds(at)})


def _span(each: Mapping[str, Any]) -> Span:
    return Span(each["since"], each["until"] or OPEN_END)
