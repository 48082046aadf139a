"""Who asks: a bearer token, or in development mode a persona.

A persona stands in a header or, for people with a browser, in a session cookie. A browser sends cookies wherever
another site makes it go, so the cookie counts for looking only (`visitor`), never for the API.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from graph_service.domain.policy import PUBLIC, Principal
from graph_service.domain.time import Instant
from graph_service.errors import NotAuthenticated
from graph_service.services import access
from graph_service.services.call import World
from graph_service.web import session

PERSONA_HEADER = "X-Persona"


Find = Callable[[World, str, Instant], Awaitable[Principal]]


@dataclass
class _Known:
    """Who was found, at one instant and as long as this process writes nothing."""

    when: tuple[Instant, int] | None = None
    principals: dict[tuple[Find, str], Principal] = field(default_factory=dict)


@dataclass(frozen=True)
class Doorkeeper:
    """Finds out who asks. `personas`: whether names alone are believed (development mode only).

    Who asks often is looked up once in a second, the least that an instant can tell: what another process changes
    within that second, a role that ends or a key, is seen in the next one.
    """

    world: World
    personas: bool
    known: _Known = field(default_factory=_Known)

    async def principal(self, connection: HTTPConnection, at: Instant) -> Principal:
        """Return the principal of a request. Raises NotAuthenticated: bad credentials are never taken for none."""
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise NotAuthenticated
            return await self._found(access.by_api_key, token.strip(), at)
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
        return await self._found(access.by_persona, name, at)

    async def _found(self, find: Find, name: str, at: Instant) -> Principal:
        when = (at, self.world.store.writes)
        if self.known.when != when:
            self.known.when, self.known.principals = when, {}
        principals = self.known.principals  # if somebody writes meanwhile, others will be asked for
        if (find, name) not in principals:
            principals[find, name] = await find(self.world, name, at)
        return principals[find, name]
