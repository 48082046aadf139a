"""The stack of a pathway, alone or with how far a teacher is."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graph_service.domain.dates import moment
from graph_service.domain.time import Instant, later
from graph_service.errors import NotFound
from graph_service.web.pages import Visit
from graph_service.web.pages.stack import named, near_misses, stack, walk

_NAMES = 100  # as many as the API answers at once
_LAST_SECOND = 24 * 3600 - 1


async def show(request: Request) -> Response:
    """Show the newest version; with the progress of the learner who looks, or of the one that is asked for."""
    visit = await Visit.of(request)
    learner = request.query_params.get("learner") or visit.call.principal.learner
    asked_at = request.query_params.get("at", "").strip()
    found = await visit.ask(
        "pathway", id=visit.address, learner=learner or "", at=_end_of(asked_at), followed=learner is not None
    )
    if found["pathway"] is None or found["pathway"]["current"] is None:
        raise NotFound("pathway", visit.address)
    progress = found.get("progress")
    root = stack(found["pathway"]["current"], progress["nodes"] if progress else ())
    ids = named(root)[:_NAMES]
    names = (await visit.ask("names", ids=ids))["nodes"] if ids else []
    awards = ((found.get("learner") or {}).get("awards") or {"edges": ()})["edges"]
    return visit.page(
        "pathway",
        pathway=found["pathway"],
        version=found["pathway"]["current"],
        root=root,
        badges=len({badge["id"] for block in walk(root) for badge in block.badges}),
        shared=sum(block.again for block in walk(root)),
        progress=progress,
        near=near_misses(root),
        names={each["id"]: each for each in names if each},
        awarded={edge["node"]["id"]: edge["node"]["awardedAt"] for edge in awards},
        own=learner is not None and learner == visit.call.principal.learner,
        learner=request.query_params.get("learner"),
        asked_at=asked_at,
        **visit.links(),
    )


def _end_of(text: str) -> Any:
    """Return the instant that a reader asks about: of a day, its end in Japan."""
    if not text:
        return None
    at = moment(text, ("at",))
    return at if "T" in text else Instant(later(at, seconds=_LAST_SECOND))
