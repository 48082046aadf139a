"""Published documents, served as the exact bytes that were signed or published; to people, as pages.

Addresses resolve by path: the identifier of what is asked for is the base and the path, wherever it is served; imported
achievements, which keep their own, are at `/achievements?id=…`. With `.json` or `.jwt` behind it an address always
answers the document in that form, so that a page can link to it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph_service.domain.credential_form import CredentialForm
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.errors import NotFound
from graph_service.services import publications, status
from graph_service.services.call import Call, World
from graph_service.web.conditional import conditional
from graph_service.web.negotiation import wants_page, wants_token
from graph_service.web.pages import achievement as achievement_page
from graph_service.web.pages import address
from graph_service.web.pages import award as award_page
from graph_service.web.pages import credential as credential_page
from graph_service.web.pages import endorsements as endorsement_pages
from graph_service.web.pages import pathway as pathway_page
from graph_service.web.pages import start as start_page

CREDENTIAL = "application/vc"
JWS = "text/plain"  # of a compact JWS (OB 3.0, “Web Resource”)
LINKED_DATA = "application/ld+json"
DID = "application/did+ld+json"
KEY = "application/jwk+json"
KEYS = "application/jwk-set+json"

IMMUTABLE = "public, max-age=31536000, immutable"

_FORMS = {"json": CredentialForm.DATA_INTEGRITY, "jwt": CredentialForm.JWT}

Endpoint = Callable[[Request], Awaitable[Response]]
Visible = Callable[[World, Call, Iri], Awaitable[publications.Document]]


def paged(page: Endpoint, document: Endpoint) -> Endpoint:
    """Return what serves a page to who asks for pages, and a document to everybody else."""

    async def negotiate(request: Request) -> Response:
        return await (page if wants_page(request.headers.get("accept", "")) else document)(request)

    return negotiate


async def credential(request: Request) -> Response:
    """Serve a signed credential byte for byte, in the form asked for; of a private award only to who may read it."""
    call: Call = await request.app.state.visit(request)
    asked = request.url.path.rpartition(".")[2]
    form = _FORMS.get(asked) or (CredentialForm.JWT if wants_token(request.headers.get("accept", "")) else None)
    found = await publications.credential(request.app.state.world, call, address(request), form)
    media_type = JWS if found.form is CredentialForm.JWT else CREDENTIAL
    cache = "public, max-age=300" if found.public else "private, no-store"
    return _document(request, found.bytes, found.digest, media_type, cache)


async def status_list(request: Request) -> Response:
    """Serve a signed status list; it may be cached for as long as it says itself."""
    call: Call = await request.app.state.call(request)
    found = await status.current(request.app.state.world, call.at, address(request))
    cache = f"public, max-age={found.max_age}"
    return _for_all(request, found.bytes, found.digest, CREDENTIAL, cache)


def public(find: Callable[[World, Iri], Awaitable[publications.Document]], media_type: str) -> Endpoint:
    """Return what serves a document to everybody, found by its address."""

    async def serve(request: Request) -> Response:
        await request.app.state.call(request)
        found = await find(request.app.state.world, address(request))
        return _for_all(request, found.bytes, found.digest, media_type, "public, max-age=300")

    return serve


async def version(request: Request) -> Response:
    """Serve the published bytes of an achievement or profile: one version, or the newest at the address itself."""
    await request.app.state.call(request)
    found = await publications.version(request.app.state.world, address(request))
    cache = IMMUTABLE if "number" in request.path_params else "public, max-age=300"
    return _document(request, found.bytes, found.digest, LINKED_DATA, cache)


async def pathway(request: Request) -> Response:
    """Serve the definition of the newest version of a pathway."""
    return await _json(request, publications.pathway, "public, max-age=300")


async def pathway_version(request: Request) -> Response:
    """Serve the definition of a published version of a pathway; it never changes."""
    return await _json(request, publications.pathway_version, IMMUTABLE)


async def recognition(request: Request) -> Response:
    """Serve what an endorsement recognises as a training, byte for byte."""
    return await _json(request, publications.recognition, "public, max-age=300")


async def _json(request: Request, find: Visible, cache: str) -> Response:
    call: Call = await request.app.state.visit(request)
    found = await find(request.app.state.world, call, address(request))
    shared = cache if found.public else "private, no-store"
    return _document(request, found.bytes, found.digest, "application/json", shared)


async def nothing(request: Request) -> Response:
    """Say that there is only a page here."""
    raise HTTPException(404)


async def kind(request: Request) -> Response:
    """Say what a kind of endorsement means: the IRI that stands among the subject's types of a signed credential."""
    name = request.path_params["kind"]
    if name not in Kind.__members__:
        raise NotFound("kind", name)
    found = publications.kind(request.app.state.world, Kind(name))
    return _for_all(request, found.bytes, found.digest, LINKED_DATA, "public, max-age=86400")


def _for_all(request: Request, content: str, digest: str, media_type: str, cache: str) -> Response:
    """Answer the same to everybody, whatever they accept: caches keep it once."""
    return conditional(request, content, media_type, digest=digest, cache=cache)


def _document(request: Request, content: str, digest: str, media_type: str, cache: str) -> Response:
    return conditional(request, content, media_type, digest=digest, cache=cache, Vary="Accept, Authorization, Cookie")


routes = [
    Route("/", paged(start_page.show, nothing)),
    Route("/credentials", paged(credential_page.show, credential)),
    Route("/credentials.json", credential),
    Route("/credentials.jwt", credential),
    Route("/credentials/{id}.json", credential),
    Route("/credentials/{id}.jwt", credential),
    Route("/credentials/{id}", paged(credential_page.show, credential)),
    Route("/awards/{id}.json", credential),
    Route("/awards/{id}.jwt", credential),
    Route("/awards/{id}.png", award_page.picture),
    Route("/awards/{id}.svg", award_page.picture),
    Route("/awards/{id}", paged(award_page.show, credential)),
    Route("/status/{id}", status_list),
    Route("/profiles/{id}", public(publications.controller, LINKED_DATA)),
    Route("/profiles/{id}/did.json", public(publications.did_document, DID)),
    Route("/profiles/{id}/jwks.json", public(publications.key_set, KEYS)),
    Route("/profiles/{id}/keys/{thumbprint}", public(publications.key, KEY)),
    Route("/.well-known/jwks.json", public(publications.every_key, KEYS)),
    Route("/profiles/{id}/versions/{number}", version),
    Route("/achievements", paged(achievement_page.show, version)),
    Route("/achievements.json", version),
    Route("/achievements.svg", achievement_page.picture),
    Route("/achievements/{id}.json", version),
    Route("/achievements/{id}.svg", achievement_page.picture),
    Route("/achievements/{id}", paged(achievement_page.show, version)),
    Route("/achievements/{id}/image", achievement_page.picture),
    Route("/achievements/{id}/versions/{number}", version),
    Route("/pathways/{id}.json", pathway),
    Route("/pathways/{id}", paged(pathway_page.show, pathway)),
    Route("/pathways/{id}/versions/{number}", pathway_version),
    Route("/endorsements/{id}/recognition", recognition),
    *endorsement_pages.routes,
    Route("/kinds/{kind}", kind),
]
