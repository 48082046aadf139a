"""The stack of a pathway, alone or with how far a teacher is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from graph_service.domain.dates import day_in_japan
from graph_service.errors import NotFound
from graph_service.web.pages import Visit
from graph_service.web.pages.endorsements import listed, with_forms
from graph_service.web.pages.stack import named, near_misses, shared, short_of_credits, stack, walk

_NAMES = 100  # as many as the API answers at once


async def show(request: Request) -> Response:
    """Show the newest version; with the progress of the learner who looks, or of the one that is asked for."""
    visit = await Visit.of(request)
    learner = request.query_params.get("learner") or visit.call.principal.learner
    found = await visit.ask(
        "pathway", id=visit.address, learner=learner or "", at=visit.asked_at, followed=learner is not None
    )
    if found["pathway"] is None or found["pathway"]["current"] is None:
        raise NotFound("pathway", visit.address)
    progress = found.get("progress")
    root = stack(found["pathway"]["current"], progress["nodes"] if progress else ())
    ids = named(root)[:_NAMES]
    version = found["pathway"]["current"]
    edges = [edge for each in found["pathway"]["versions"] for edge in each["endorsements"]["edges"]]
    endorsements = listed(edges, version["number"], visit.call)
    names = (await visit.ask("names", ids=ids))["nodes"] if ids else []
    return with_forms(
        visit,
        "pathway",
        pathway=found["pathway"],
        version=version,
        endorsements=endorsements,
        root=root,
        badges=len({badge["id"] for block in walk(root) for badge in block.badges}),
        shared=len(shared(root)),
        progress=progress,
        near=near_misses(root),
        short=short_of_credits(root) if progress else (),
        names={each["id"]: each for each in names if each},
        own=learner is not None and learner == visit.call.principal.learner,
        learner=request.query_params.get("learner"),
        asked_on=day_in_japan(visit.asked_at) if visit.asked_at else "",
        **visit.links(),
    )
