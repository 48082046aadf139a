"""Verification for people and for programs, of one document or many. Nothing that is sent is kept.

    GET  /verify    a form
    POST /verify    a credential as the body; or many: a line each (application/x-ndjson), the fields `file`, `document`
                    and `url` of a form, or `?url=` with no body. `?at=` asks about an instant or a day, `?trustedBy=`
                    about the trust list of a profile.

Answers are JSON; CSV or a page to who asks for them. What is wrong with a document is said in its report; problems are
what keeps all of them from being looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph_service.domain.dates import asked_about, day_in_japan
from graph_service.domain.iri import iri
from graph_service.domain.time import Instant
from graph_service.endorse import table
from graph_service.errors import InvalidInput, LimitExceeded, NotFound, Problem
from graph_service.formats import MAX_BYTES
from graph_service.services import trusting, verify_many
from graph_service.services.call import Call, World
from graph_service.services.verification import Sources
from graph_service.services.verify_many import Handed, Verified
from graph_service.web import bodies, forms
from graph_service.web.negotiation import wants_page, wants_table
from graph_service.web.pages import language_of
from graph_service.web.pages import verify as page

MAX_DOCUMENTS = 100

_LINES = frozenset({"application/x-ndjson", "application/jsonl"})
_ONE = frozenset(
    {
        "",
        "application/json",
        "application/jwt",
        "application/ld+json",
        "application/octet-stream",
        "application/vc",
        "application/vc+jwt",
        "application/vc+ld+json",
        "image/png",
        "image/svg+xml",
        "text/plain",
    }
)
_KNOWN = ("at", "lang", "trustedBy", "url")
_PASTED = "document"
_LINK = re.compile(rb"https?://\S+\Z")
_CHOSEN_LANGUAGE = re.compile(r"\?lang=\w+\Z")
_FORMS = (forms.MULTIPART, forms.URLENCODED)
_NOT_KEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request hands over, at which instant and by whose trust list it is to be judged."""

    handed: Sequence[Handed]
    at: str
    trusted_by: str


async def show(request: Request) -> Response:
    """Show the form."""
    return await page.form(request, await _call(request))


async def verify(request: Request) -> Response:
    """Verify what is sent."""
    call, body = await _call(request), b""
    try:
        body = await bodies.read(request, MAX_BYTES)
        asked = _asked(request, body)
        at = _at(asked.at, call.at)
        world: World = request.app.state.world
        trusted = await trusting.listed(world, iri(asked.trusted_by, ("trustedBy",)), at) if asked.trusted_by else None
        verified = await verify_many.verify_all(Sources.of(world), asked.handed, at, trusted=trusted)
    except (InvalidInput, LimitExceeded, NotFound) as error:
        if wants_page(request.headers.get("accept", "")):
            return await page.form(request, call, error, _typed(request, body))
        raise
    return _answer(request, call, verified, at)


async def _call(request: Request) -> Call:
    call: Call = await request.app.state.visit(request)
    return call


def _answer(request: Request, call: Call, verified: Sequence[Verified], at: Instant) -> Response:
    """Answer as CSV, as a page or as JSON; the report itself if there is one."""
    accept, language = request.headers.get("accept", ""), language_of(request)
    headers = {**_NOT_KEPT, "Content-Language": language, "Vary": "Accept, Accept-Language, Cookie"}
    if wants_table(accept):
        headers["Content-Disposition"] = 'attachment; filename="verification.csv"'
        content = table.to_csv(verify_many.rows(verified, at, language))
        return Response(content, headers=headers, media_type="text/csv")
    if wants_page(accept):
        return page.results(request, call, verified, at)
    if len(verified) == 1:
        found = verify_many.one_as_json(verified[0], at, language)
    else:
        found = verify_many.as_json(verified, at, language)
    return Response(orjson.dumps(found), headers=headers, media_type="application/json")


def _at(given: str, now: Instant) -> Instant:
    """Return the instant that is asked about; of today what is so now. Raises InvalidInput."""
    return asked_about(given, ("at",)) if given not in ("", day_in_japan(now)) else now


def _asked(request: Request, body: bytes) -> Asked:
    """Read query and body. Raises InvalidInput, LimitExceeded."""
    query, kind = request.query_params, _kind(request)
    given = {name: query[name].strip() for name in ("at", "trustedBy") if name in query}
    problems = [_unknown(name) for name in query if name not in _KNOWN]
    handed = [Handed(url) for url in query.getlist("url") if url.strip()]
    if kind in _FORMS:
        for each in forms.fields(request, body):
            if each.name in ("at", "trustedBy"):
                given[each.name] = _text(each.content)
            elif each.name in ("file", _PASTED, "url"):
                handed += islice(_handed(each), MAX_DOCUMENTS + 1)
            else:
                problems.append(_unknown(each.name))
    elif kind in _LINES:
        handed += [Handed(f"line {n}", line) for n, line in islice(verify_many.lines(body), MAX_DOCUMENTS + 1)]
    elif kind in _ONE:
        handed += [Handed(_PASTED, body)] if body else []
    else:
        allowed = ", ".join(sorted({*_ONE - {""}, *_LINES, forms.MULTIPART}))
        problems.append(Problem("NOT_ONE_OF", {"value": kind[:64], "allowed": allowed}, ("Content-Type",)))
    if problems:
        raise InvalidInput(*problems[:20])
    if not handed:
        raise InvalidInput(Problem("NOTHING_TO_VERIFY"))
    if len(handed) > MAX_DOCUMENTS:
        raise LimitExceeded("documents", MAX_DOCUMENTS)
    handed = [replace(each, source=_identifier(request, each.source)) if _by_link(each) else each for each in handed]
    return Asked(handed, given.get("at", ""), given.get("trustedBy", ""))


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _typed(request: Request, body: bytes) -> dict[str, str]:
    """Return what was typed in the form, so that nobody has to type it again."""
    if _kind(request) not in _FORMS:
        return {}
    try:
        return {each.name: _text(each.content) for each in forms.fields(request, body) if each.name in page.TYPED}
    except (InvalidInput, LimitExceeded):
        return {}


def _by_link(handed: Handed) -> bool:
    return handed.content is None


def _identifier(request: Request, url: str) -> str:
    """Return a link; of a page of this service, wherever it is served, the identifier of what is shown there."""
    here = str(request.base_url)
    if not url.startswith(here):
        return url
    return f"{request.app.state.world.base_url}/{_CHOSEN_LANGUAGE.sub('', url.removeprefix(here))}"


def _handed(field: forms.Field) -> Iterator[Handed]:
    """Walk what a field of a form hands over; a browser sends those that were left empty as well."""
    if not field.content.strip():
        return
    lines = (line for _, line in verify_many.lines(field.content))
    if field.name == "url":
        yield from (Handed(_text(line)) for line in lines)
    elif field.name == _PASTED and all(_LINK.match(line) for line in lines):
        yield from _handed(replace(field, name="url"))
    else:
        yield from verify_many.several(field.file[:200] or field.name, field.content)


def _text(content: bytes) -> str:
    return content.decode(errors="replace").strip()


def _unknown(name: str) -> Problem:
    return Problem("UNKNOWN_MEMBER", {"member": name[:64]}, (name[:64],))


routes = [
    Route("/verify", show, methods=["GET"]),
    Route("/verify", verify, methods=["POST"]),
]
