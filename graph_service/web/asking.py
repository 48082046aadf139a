"""Who asks: a bearer token, or in development mode a persona.

A persona stands in a header or, for people with a browser, in a session cookie. A browser sends cookies wherever
another site makes it go, so the cookie counts for looking only (`visitor`), never for the API.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from graph_service.domain.policy import PUBLIC, Principal
from graph_service.domain.time import Instant
from graph_service.errors import NotAuthenticated
from graph_service.services import access
from graph_service.services.call import World
from graph_service.web import session

PERSONA_HEADER = "X-Persona"


@dataclass(frozen=True)
class Doorkeeper:
    """Finds out who asks. `personas`: whether names alone are believed (development mode only)."""

    world: World
    personas: bool

    async def principal(self, connection: HTTPConnection, at: Instant) -> Principal:
        """Return the principal of a request. Raises NotAuthenticated: bad credentials are never taken for none."""
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise NotAuthenticated
            return await access.by_api_key(self.world, token.strip(), at)
        persona = connection.headers.get(PERSONA_HEADER)
        if persona is None:
            return PUBLIC
        return await self._persona(persona, at)

    async def visitor(self, connection: HTTPConnection, at: Instant) -> Principal:
        """Return the principal of somebody who only looks: also by the session. Raises NotAuthenticated."""
        cookie = session.given(connection, session.SESSION)
        if cookie is None or "authorization" in connection.headers or PERSONA_HEADER in connection.headers:
            return await self.principal(connection, at)
        persona = session.persona(self.world, cookie, at) if self.personas else ""
        connection.state.persona = persona
        return await self._persona(persona, at)

    async def _persona(self, name: str, at: Instant) -> Principal:
        if not self.personas:
            raise NotAuthenticated("PERSONA_REFUSED")
        return await access.by_persona(self.world, name, at)
