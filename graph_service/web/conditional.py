"""What may be fetched from anywhere and kept: sent only to who does not have it yet (RFC 9110 §13.1.2)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response


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
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if not known.isdisjoint((etag, "*")):
        return Response(status_code=304, headers=kept)
    return Response(content, headers=kept, media_type=media_type)
