"""Published documents, served as the exact bytes that were signed or published; to people, as pages.

Addresses resolve by path: the identifier of what is asked for is the base and the path, wherever it is served; imported
achievements, which keep their own, are at `/achievements?id=…`. With `.json` behind it an address always answers the
document, so that a page can link to it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph_service.domain.endorsement import Kind
from graph_service.errors import NotFound
from graph_service.services import publications, status
from graph_service.services.call import Call
from graph_service.web.conditional import conditional
from graph_service.web.negotiation import wants_page
from graph_service.web.pages import achievement as achievement_page
from graph_service.web.pages import address
from graph_service.web.pages import credential as credential_page
from graph_service.web.pages import pathway as pathway_page
from graph_service.web.pages import start as start_page

CREDENTIAL = "application/vc"
LINKED_DATA = "application/ld+json"

Endpoint = Callable[[Request], Awaitable[Response]]


def paged(page: Endpoint, document: Endpoint) -> Endpoint:
    """Return what serves a page to who asks for pages, and a document to everybody else."""

    async def negotiate(request: Request) -> Response:
        return await (page if wants_page(request.headers.get("accept", "")) else document)(request)

    return negotiate


async def credential(request: Request) -> Response:
    """Serve a signed credential byte for byte; one about a private award only to those who may read it."""
    call: Call = await request.app.state.visit(request)
    found = await publications.credential(request.app.state.world, call, address(request))
    cache = "public, max-age=300" if found.public else "private, no-store"
    return _document(request, found.bytes, found.digest, CREDENTIAL, cache)


async def status_list(request: Request) -> Response:
    """Serve a signed status list; it may be cached for as long as it says itself."""
    call: Call = await request.app.state.call(request)
    found = await status.current(request.app.state.world, call.at, address(request))
    return _document(request, found.bytes, found.digest, CREDENTIAL, f"public, max-age={found.max_age}")


async def issuer(request: Request) -> Response:
    """Serve a profile as Open Badges Profile and W3C controlled identifier document in one."""
    await request.app.state.call(request)
    found = await publications.controller(request.app.state.world, address(request))
    return _document(request, found.bytes, found.digest, LINKED_DATA, "public, max-age=300")


async def version(request: Request) -> Response:
    """Serve the published bytes of an achievement or profile: one version, or the newest at the address itself."""
    await request.app.state.call(request)
    found = await publications.version(request.app.state.world, address(request))
    cache = "public, max-age=31536000, immutable" if "number" in request.path_params else "public, max-age=300"
    return _document(request, found.bytes, found.digest, LINKED_DATA, cache)


async def pathway(request: Request) -> Response:
    """Serve the definition of the newest version of a pathway."""
    call: Call = await request.app.state.visit(request)
    found = await publications.pathway(request.app.state.world, call, address(request))
    cache = "public, max-age=300" if found.public else "private, no-store"
    return _document(request, found.bytes, found.digest, "application/json", cache)


async def nothing(request: Request) -> Response:
    """Say that there is only a page here."""
    raise HTTPException(404)


async def kind(request: Request) -> Response:
    """Say what a kind of endorsement means: the IRI that stands among the subject's types of a signed credential."""
    name = request.path_params["kind"]
    if name not in Kind.__members__:
        raise NotFound("kind", name)
    found = publications.kind(request.app.state.world, Kind(name))
    return _document(request, found.bytes, found.digest, LINKED_DATA, "public, max-age=86400")


def _document(request: Request, content: str, digest: str, media_type: str, cache: str) -> Response:
    return conditional(request, content, media_type, digest=digest, cache=cache, Vary="Accept, Authorization, Cookie")


routes = [
    Route("/", paged(start_page.show, nothing)),
    Route("/credentials/{id}.json", credential),
    Route("/credentials/{id}", paged(credential_page.show, credential)),
    Route("/status/{id}", status_list),
    Route("/profiles/{id}", issuer),
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
    Route("/kinds/{kind}", kind),
]
