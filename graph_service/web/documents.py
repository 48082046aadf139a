"""Published documents, served as the exact bytes that were signed or published.

Addresses resolve by path: the identifier of what is asked for is the base and the path, wherever it is served.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.errors import NotFound
from graph_service.services import publications, status
from graph_service.services.call import Call

CREDENTIAL = "application/vc"
LINKED_DATA = "application/ld+json"


def _address(request: Request) -> Iri:
    return Iri(f"{request.app.state.world.base_url}{request.url.path}")


async def credential(request: Request) -> Response:
    """Serve a signed credential byte for byte; one about a private award only to those who may read it."""
    call: Call = await request.app.state.call(request)
    found = await publications.credential(request.app.state.world, call, _address(request))
    cache = "public, max-age=300" if found.public else "private, no-store"
    return _document(request, found.bytes, found.digest, CREDENTIAL, cache)


async def status_list(request: Request) -> Response:
    """Serve a signed status list; it may be cached for as long as it says itself."""
    call: Call = await request.app.state.call(request)
    found = await status.current(request.app.state.world, call.at, _address(request))
    return _document(request, found.bytes, found.digest, CREDENTIAL, f"public, max-age={found.max_age}")


async def issuer(request: Request) -> Response:
    """Serve a profile as Open Badges Profile and W3C controlled identifier document in one."""
    await request.app.state.call(request)
    found = await publications.controller(request.app.state.world, _address(request))
    return _document(request, found.bytes, found.digest, LINKED_DATA, "public, max-age=300")


async def version(request: Request) -> Response:
    """Serve the published bytes of an achievement or profile: one version, or the newest at the address itself."""
    await request.app.state.call(request)
    found = await publications.version(request.app.state.world, _address(request))
    cache = "public, max-age=31536000, immutable" if "number" in request.path_params else "public, max-age=300"
    return _document(request, found.bytes, found.digest, LINKED_DATA, cache)


async def kind(request: Request) -> Response:
    """Say what a kind of endorsement means: the IRI that stands among the subject's types of a signed credential."""
    name = request.path_params["kind"]
    if name not in Kind.__members__:
        raise NotFound("kind", name)
    found = publications.kind(request.app.state.world, Kind(name))
    return _document(request, found.bytes, found.digest, LINKED_DATA, "public, max-age=86400")


def _document(request: Request, content: str, digest: str, media_type: str, cache: str) -> Response:
    etag = f'"{digest}"'
    headers = {
        "ETag": etag,
        "Cache-Control": cache,
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Authorization",
    }
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if not known.isdisjoint((etag, "*")):  # RFC 9110 §13.1.2
        return Response(status_code=304, headers=headers)
    return Response(content.encode(), headers=headers, media_type=media_type)


routes = [
    Route("/credentials/{id}", credential),
    Route("/status/{id}", status_list),
    Route("/profiles/{id}", issuer),
    Route("/profiles/{id}/versions/{number}", version),
    Route("/achievements/{id}", version),
    Route("/achievements/{id}/versions/{number}", version),
    Route("/kinds/{kind}", kind),
]
