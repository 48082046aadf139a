"""Files that are too large for GraphQL, as the raw body of a POST: answers are JSON, errors problem details.

    POST /imports/pathways?owner=<profile>[&dryRun=true]    a Badgr or Canvas Credentials export
    POST /imports/awards?issuer=<profile>[&dryRun=true]     CSV of learner, achievement, date
    POST /imports/drafts?pathway=<pathway>                  the definition that becomes the draft of a pathway

Who asks is known by `Authorization` (or the persona of development mode), never by a cookie. An `Idempotency-Key`
makes a repetition answer the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph_service.domain.intake import Intake
from graph_service.domain.policy import PUBLIC
from graph_service.errors import InvalidInput, NotAuthenticated, Path, Problem
from graph_service.formats import MAX_BYTES
from graph_service.formats.refusals import listed
from graph_service.locale import preferred, problem_json
from graph_service.services import award_tables, draft_files, importing
from graph_service.services.call import Call
from graph_service.web import bodies

_DRY_RUN = {"true": True, "false": False}


async def pathways(request: Request) -> Response:
    """Import a pathway (`importing.import_pathway`)."""
    call = await _call(request)
    owner, dry_run = _asked(request, "owner")
    world, document = request.app.state.world, await bodies.read(request, MAX_BYTES)
    imported = await importing.import_pathway(world, call, owner=owner, document=document, dry_run=dry_run)
    return _answer(request, importing.as_json(imported, _language(request), dry_run=dry_run))


async def awards(request: Request) -> Response:
    """Award what a table says (`award_tables.award_table`)."""
    call = await _call(request)
    issuer, dry_run = _asked(request, "issuer")
    world, content = request.app.state.world, await bodies.read(request, MAX_BYTES)
    awarded = await award_tables.award_table(world, call, issuer=issuer, content=content, dry_run=dry_run)
    return _answer(request, {"rows": awarded.rows, "dryRun": dry_run, "awards": awarded.awards})


async def drafts(request: Request) -> Response:
    """Save a draft, and tell what forbids publishing it (`draft_files.save`)."""
    call = await _call(request)
    pathway, _ = _asked(request, "pathway", dry_runs=False)
    world, document = request.app.state.world, await bodies.read(request, MAX_BYTES)
    found = listed(await draft_files.save(world, call, pathway=pathway, document=document))
    problems = [problem_json(each, _language(request)) for each in found]
    return _answer(request, {"pathway": pathway, "publishable": not found, "problems": problems})


async def _call(request: Request) -> Call:
    call: Call = await request.app.state.call(request)
    if call.principal is PUBLIC:  # before anything is read
        raise NotAuthenticated
    return replace(call, idempotency_key=request.headers.get("idempotency-key"))


def _asked(request: Request, about: str, *, dry_runs: bool = True) -> tuple[str, bool]:
    """Read the query: what it is about, and whether it is a dry run. What else is there may be misspelt: refused."""
    given = request.query_params
    known = (about, "dryRun") if dry_runs else (about,)
    unknown = [name[:64] for name in given if name not in known]
    with Intake() as take:
        take.add(Problem("UNKNOWN_MEMBER", {"member": name}, (name,)) for name in unknown)
        if about not in given:
            take.add([Problem("MISSING_MEMBER", {"member": about}, (about,))])
        dry_run = take(_flag, given.get("dryRun", "false"), ("dryRun",))
    return given[about], dry_run


def _flag(text: str, path: Path) -> bool:
    if text not in _DRY_RUN:
        raise InvalidInput(Problem("NOT_ONE_OF", {"value": text[:64], "allowed": "true, false"}, path))
    return _DRY_RUN[text]


def _language(request: Request) -> str:
    return preferred(request.headers.get("accept-language", ""))


def _answer(request: Request, answer: Mapping[str, object]) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Language": _language(request)}
    return Response(orjson.dumps(answer), headers=headers, media_type="application/json")


routes = [
    Route("/imports/pathways", pathways, methods=["POST"]),
    Route("/imports/awards", awards, methods=["POST"]),
    Route("/imports/drafts", drafts, methods=["POST"]),
]
