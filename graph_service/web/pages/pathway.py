"""The stack of a pathway, alone or with how far a teacher is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graph_service.domain.dates import day_in_japan
from graph_service.errors import NotFound
from graph_service.web.pages import Visit
from graph_service.web.pages.endorsements import listed, with_forms
from graph_service.web.pages.stack import Block, named, near_misses, shared, short_of_credits, stack, walk

_NAMES = 100  # as many as the API answers at once
_STEPS = 5


async def show(request: Request) -> Response:
    """Show the newest version; with the progress of the learner who looks, or of the one that is asked for.

    Whoever is judged by another version sees that one.
    """
    visit = await Visit.of(request)
    learner = request.query_params.get("learner") or visit.call.principal.learner
    own = learner is not None and learner == visit.call.principal.learner
    followed = learner is not None
    found = await visit.ask(
        "pathway", id=visit.address, learner=learner or "", at=visit.asked_at, followed=followed, own=own
    )
    if found["pathway"] is None or found["pathway"]["current"] is None:
        raise NotFound("pathway", visit.address)
    progress = found.get("progress")
    version = found["pathway"]["current"]
    if progress and progress["pathwayVersion"] != version["id"]:
        version = (await visit.ask("pathway_version", id=progress["pathwayVersion"]))["pathwayVersion"]
    root = stack(version, progress["nodes"] if progress else ())
    ids = [*_once_complete(progress), *named(root)][:_NAMES]
    blocks = {block.id: block for block in walk(root)}
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
        own=own,
        statement=_statement(found),
        earlier=version["id"] != found["pathway"]["current"]["id"],
        steps=_steps(progress, blocks),
        learner=request.query_params.get("learner"),
        asked_on=day_in_japan(visit.asked_at) if visit.asked_at else "",
        **visit.links(),
    )


def _statement(found: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the statement that one has completed this pathway, if one stands."""
    edges = found["learner"]["statements"]["edges"] if found.get("learner") else ()
    stated = (edge["node"] for edge in edges if edge["node"]["ended"] is None and edge["node"]["pathwayVersion"])
    on = found["pathway"]["id"]
    return next((each for each in stated if (each["pathwayVersion"]["pathway"] or {}).get("id") == on), None)


def _once_complete(progress: Mapping[str, Any] | None) -> list[str]:
    """Return the version that was once complete, if it is another one than that by which the learner is judged."""
    first = progress and progress["everCompleteVersion"]
    return [first] if progress and first and first != progress["pathwayVersion"] else []


def _steps(
    progress: Mapping[str, Any] | None, blocks: Mapping[str, Block]
) -> Mapping[str, list[tuple[Block, Mapping[str, Any]]]]:
    """Return the first next steps, if they were asked for: those that are planned, and others that would count."""
    found = (progress or {}).get("nextSteps", {}).get("frontier", ())
    shown = [(blocks[step["node"]], step) for step in found if step["node"] in blocks]
    planned = [each for each in shown if each[1]["planned"]]
    others = [each for each in shown if not each[1]["planned"]]
    return {"planned": planned[:_STEPS], "others": others[:_STEPS]}
