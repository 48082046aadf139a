"""What may be fetched from anywhere and kept: sent only to who does not have it yet (RFC 9110 §13.1.2)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from graph_service.schema.caching import is_known


def conditional(
    request: Request, content: str | bytes, media_type: str, *, digest: str, cache: str, **headers: str
) -> Response:
    """Return the content, or that what the asker has is still the same. `digest` names the content."""
    etag = f'"{digest}"'
    kept = {
        "ETag": etag,
        "Cache-Control": cache,
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
        **headers,
    }
    if is_known(request.headers, etag):
        return Response(status_code=304, headers=kept)
    return Response(content, headers=kept, media_type=media_type)
