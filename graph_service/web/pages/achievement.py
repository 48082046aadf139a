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
from graph_service.domain.time import Instant
from graph_service.errors import NotFound
from graph_service.locale import phrase, preferred
from graph_service.web.conditional import conditional
from graph_service.web.pages import Visit, address, question, served_at
from graph_service.web.pages.endorsements import compromised, listed, span, with_forms
from graph_service.web.pages.words import path_of


async def show(request: Request) -> Response:
    """Show a badge."""
    visit = await Visit.of(request)
    badge = (await visit.ask("achievement", id=visit.address))["achievement"]
    if badge is None:
        raise NotFound("achievement", visit.address)
    endorsements = listed(badge["endorsements"]["edges"], badge["number"], visit.call)
    return with_forms(
        visit,
        "achievement",
        badge=badge,
        endorsements=endorsements,
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
    badge = (await state.api.ask(question("image"), call, "en", id=achievement))["achievement"]
    if badge is None:
        raise NotFound("achievement", achievement)
    return drawing(request, draw(badge, call.at), "image/svg+xml", "public, max-age=300")


def draw(badge: Mapping[str, Any], at: Instant) -> str:
    """Return the picture of a badge as it stands at an instant."""
    kind = AchievementType[badge["achievementType"]]
    endorsers = _endorsers(badge, at)
    language = preferred(badge["language"])
    said = phrase("WEB_IMAGE", language, type=phrase(f"WEB_TYPE_{kind.name}", language), count=endorsers)
    return artwork.badge(badge["name"], kind, field=badge["fieldOfStudy"], endorsers=endorsers, description=said)


def drawing(request: Request, image: str | bytes, media_type: str, cache: str) -> Response:
    """Return a picture. As a document of its own it may load nothing and do nothing."""
    digest = sha256(image.encode() if isinstance(image, str) else image).hexdigest()[:32]
    policy = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    vary = {"Vary": "Authorization, Cookie"} if cache.startswith("private") else {}
    return conditional(request, image, media_type, digest=digest, cache=cache, **policy, **vary)


def _endorsers(badge: Mapping[str, Any], at: Instant) -> int:
    """Return how many profiles here endorse its newest version at that instant, with their own keys and not themselves.

    A recommendation is no endorsement, and anybody can make a key: what was attested or signed elsewhere has its mark,
    and does not count.
    """
    issued = (edge["node"] for edge in badge["endorsing"]["edges"])
    return len({each["endorser"]["id"] for each in issued if _counts(each, badge["number"]) and span(each).holds(at)})


def _counts(each: Mapping[str, Any], newest: int) -> bool:
    own = each["standing"] == "OWN" and not each["selfEndorsement"]
    return own and not compromised(each) and not each["hidden"] and each["targetNumber"] == newest
