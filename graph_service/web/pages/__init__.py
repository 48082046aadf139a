"""Pages for people: each a GraphQL document and a template of the same name, and what joins them.

A page asks the API in this process, as whoever looks at it; it sees what that asker would get from `/graphql`. Nothing
on a page needs JavaScript, and nothing is fetched from elsewhere. The interface language is that of `?lang=`, which the
browser then remembers in a cookie: a link can name its language, and no redirect is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from graph_service.domain.dates import asked_about
from graph_service.domain.iri import Iri, iri
from graph_service.domain.time import Instant
from graph_service.locale import LANGUAGES, preferred
from graph_service.schema import Api
from graph_service.services.call import Call
from graph_service.web.pages.words import Words
from graph_service.web.session import secure

LANGUAGE = "lang"
FORMS = frozenset({"json", "jwt", "png", "svg"})
"""An address with one of these behind it answers that, whatever is preferred: so that a page can link to it."""
_A_YEAR = 365 * 24 * 3600
_SPREAD = re.compile(r"\.\.\.(\w+)")  # not an inline one, which has a space

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # an address may hold a secret
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept, Accept-Language, Authorization, Cookie",
}


@cache
def text(name: str) -> str:
    """Return a file of this folder."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def question(name: str) -> str:
    """Return the GraphQL document of this name, with the fragments that it spreads from `fragments.graphql`."""
    document = text(f"{name}.graphql")
    shared = {_SPREAD.findall(f"...{each}")[0]: each for each in text("fragments.graphql").split("fragment ")[1:]}
    needed: dict[str, str] = {}
    waiting = [document]
    while waiting:
        spread = [each for each in _SPREAD.findall(waiting.pop()) if each not in needed]
        needed |= {each: f"fragment {shared[each]}" for each in spread}
        waiting += [shared[each] for each in spread]
    return "\n".join([document, *needed.values()])


@cache
def style() -> tuple[str, str]:
    """Return the style sheet and a name for this version of it."""
    sheet = files("graph_service.web").joinpath("static/style.css").read_text(encoding="utf-8")
    return sheet, sha256(sheet.encode()).hexdigest()[:16]


_TEMPLATES = Environment(
    loader=FunctionLoader(text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.tests["address_only"] = lambda words: words.startswith(("http://", "https://")) and len(words.split()) == 1
_TEMPLATES.filters["folded"] = lambda words: "".join(str(words).split())


@dataclass(frozen=True)
class Visit:
    """One look at a page: who looks, and in which language."""

    request: Request
    call: Call
    language: str

    @classmethod
    async def of(cls, request: Request) -> Visit:
        """Find out who looks. Raises NotAuthenticated."""
        return cls(request, await request.app.state.visit(request), language_of(request))

    @property
    def address(self) -> Iri:
        """The identifier of what is looked at."""
        return address(self.request)

    @property
    def asked_at(self) -> Instant | None:
        """The instant that `?at=` asks about, if any. Raises InvalidInput."""
        given = self.request.query_params.get("at", "").strip()
        return asked_about(given, ("at",)) if given else None

    def links(self) -> dict[str, str]:
        """Return the `address` of this page, to be shared, and the paths of its `json` and `jwt`."""
        path = self.request.url.path
        query = f"?id={quote(self.address, safe='')}" if _given(self.request) else ""
        forms = {form: f"{path}.{form}{query}" for form in ("json", "jwt")}
        return {"address": f"{served_at(self.request)}{path}{query}", **forms}

    async def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """Return what the API answers to the document of this name. Raises what the API raises."""
        api: Api = self.request.app.state.api
        return await api.ask(question(document), self.call, self.language, **variables)

    def page(self, template: str, **values: object) -> Response:
        """Return a page."""
        return page(self.request, template, self.language, values)


def address(request: Request) -> Iri:
    """Return the identifier of what is asked for: the base and the path, wherever it is served, or `?id=`."""
    if given := _given(request):
        return iri(given, ("id",))
    path, _, form = request.url.path.rpartition(".")
    return Iri(request.app.state.world.base_url + (path if form in FORMS else request.url.path))


def _given(request: Request) -> str | None:
    return None if request.path_params else request.query_params.get("id")


def page(request: Request, template: str, language: str, values: Mapping[str, object], status: int = 200) -> Response:
    """Return a page in a language; it needs no store."""
    words = Words(language, request.app.state.world.base_url, request.url.path)
    shown = _TEMPLATES.get_template(f"{template}.html").render(
        **words.globals,
        languages=[(each, _in_language(request, each)) for each in LANGUAGES],
        stylesheet=style()[1],
        persona=getattr(request.state, "persona", None),
        personas=request.app.state.personas,
        **values,
    )
    response = Response(shown, status, {**HEADERS, "Content-Language": language}, media_type="text/html")
    if request.query_params.get(LANGUAGE) == language:
        response.set_cookie(LANGUAGE, language, max_age=_A_YEAR, secure=secure(request), httponly=True, samesite="lax")
    return response


def language_of(request: Request) -> str:
    """Return the interface language: as the address, the browser's cookie or its header says."""
    for chosen in (request.query_params.get(LANGUAGE), request.cookies.get(LANGUAGE)):
        if chosen in LANGUAGES:
            return chosen
    return preferred(request.headers.get("accept-language", ""))


def served_at(request: Request) -> str:
    """Return the address to print, without a path: in production that of our identifiers, else where we are reached."""
    state = request.app.state
    return state.world.base_url if not state.personas else str(request.base_url).rstrip("/")


def _in_language(request: Request, language: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name != LANGUAGE]
    return f"?{urlencode([*kept, (LANGUAGE, language)])}"
