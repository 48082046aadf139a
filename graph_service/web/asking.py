"""Who asks: a bearer token, or in development mode a persona."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from graph_service.domain.policy import PUBLIC, Principal
from graph_service.domain.time import Instant
from graph_service.errors import NotAuthenticated
from graph_service.services import access
from graph_service.services.call import World

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
        if not self.personas:
            raise NotAuthenticated("PERSONA_REFUSED")
        return await access.by_persona(self.world, persona, at)
