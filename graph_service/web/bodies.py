"""The body of a request, read up to a limit: the one place where it is."""

from __future__ import annotations

from starlette.requests import Request

from graph_service.errors import LimitExceeded


async def read(request: Request, longest: int, what: str = "bytes") -> bytes:
    """Read the body, and stop at the first byte too many. Raises LimitExceeded. `what`: the limit is told as this."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > longest:
            raise LimitExceeded(what, longest)
        parts.append(part)
    return b"".join(parts)
