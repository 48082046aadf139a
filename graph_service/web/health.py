"""Is the process alive, and can it work?"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graph_service.errors import GraphServiceError, Unavailable
from graph_service.store import Store


@dataclass
class Readiness:
    """Whether the store was migrated; until then the service answers 503."""

    store: Store
    migrated: bool = False

    async def check(self) -> dict[str, str]:
        """Return what is ready and what is not, by part."""
        parts = {"migrations": "ok" if self.migrated else "waiting"}
        try:
            await self.store.ping()
            parts["database"] = "ok"
        except GraphServiceError as away:
            parts["database"] = away.code
        return parts


async def livez(request: Request) -> Response:
    """Answer that the process runs."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


async def readyz(request: Request) -> Response:
    """Answer 200 when the database answers and is migrated, else 503 with the parts."""
    parts = await request.app.state.readiness.check()
    ready = all(state == "ok" for state in parts.values())
    body = {"status": "ok" if ready else "waiting", **parts}
    headers = {"Cache-Control": "no-store"} | ({} if ready else {"Retry-After": "2"})
    return JSONResponse(body, 200 if ready else 503, headers)


def require(readiness: Readiness) -> None:
    """Raise Unavailable while the store is not migrated."""
    if not readiness.migrated:
        raise Unavailable("database")
