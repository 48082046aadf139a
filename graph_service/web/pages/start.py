"""Where people begin: what this is, the pathways and badges that are here; and the files that pages need."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph_service.errors import NotFound
from graph_service.web.pages import Visit, style

_MEDIA = {"style.css": "text/css", "icon.svg": "image/svg+xml"}


async def show(request: Request) -> Response:
    """Show the start page."""
    visit = await Visit.of(request)
    found = await visit.ask("start", **{name: request.query_params.get(name) for name in ("pathways", "after")})
    pathways, badges = found["pathways"], found["achievements"]
    return visit.page(
        "start",
        pathways=[edge["node"] for edge in pathways["edges"]],
        count=pathways["totalCount"],
        more=_next(pathways),
        badges=[edge["node"] for edge in badges["edges"]],
        after=_next(badges),
    )


def _next(found: Mapping[str, Any]) -> str | None:
    """Return where the next page of a list begins, if there is one."""
    return found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None


async def static(request: Request) -> Response:
    """Serve a file that pages need. The style sheet is asked for by its version, so it may be kept."""
    name = request.path_params["name"]
    if name not in _MEDIA:
        raise NotFound("file", name)
    content = style()[0] if name == "style.css" else files("graph_service.web").joinpath(f"static/{name}").read_text()
    kept = (
        "public, max-age=31536000, immutable" if request.query_params.get("v") == style()[1] else "public, max-age=300"
    )
    headers = {
        "Cache-Control": kept,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }
    return Response(content, headers=headers, media_type=_MEDIA[name])


routes = [Route("/static/{name}", static)]
