"""Composition root: from settings to a running service. Only here and in `cli.py` are clock and randomness read."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from graph_service import schema
from graph_service.domain.time import Instant, from_datetime
from graph_service.envelope import Envelope
from graph_service.errors import ConfigurationError, Problem, Unavailable
from graph_service.services.call import Call, World
from graph_service.settings import Mode, Settings
from graph_service.store import Store
from graph_service.store.local_engine import Endpoint, LocalEngine
from graph_service.web import documents, errors, health
from graph_service.web.asking import Doorkeeper
from graph_service.web.health import Readiness

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


def now() -> Instant:
    """Return the present instant."""
    return from_datetime(datetime.now(UTC))


@asynccontextmanager
async def opened(settings: Settings, endpoint: Endpoint | None = None) -> AsyncIterator[World]:
    """Open the store (with the embedded engine if no URI is set and no `endpoint` is given) and close it at the end."""
    async with AsyncExitStack() as stack:
        if endpoint is None and settings.neo4j_uri is None:
            endpoint = (await stack.enter_async_context(LocalEngine(settings.data))).endpoint
        elif endpoint is None:
            endpoint = Endpoint(
                uri=settings.neo4j_uri or "",
                user=settings.neo4j_user,
                password=settings.neo4j_password,
                database=settings.neo4j_database,
            )
        store = await stack.enter_async_context(Store.opened(endpoint, deadline=settings.deadline))
        yield World(store, Envelope(_master_key(settings)), settings.base_url, secrets.token_bytes, secrets.token_bytes)


def _master_key(settings: Settings) -> bytes:
    if settings.master_key is not None:
        return settings.master_key
    if settings.mode is not Mode.DEVELOPMENT:
        raise ConfigurationError(Problem("SETTING_NEEDED", {"name": "GRAPH_SERVICE_MASTER_KEY"}))
    log.warning("DEVELOPMENT MASTER KEY: private keys are sealed with a key that lies beside the data")
    path = settings.data / "development-master-key"
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()


def build(world: World, settings: Settings, readiness: Readiness, clock: Callable[[], Instant] = now) -> Starlette:
    """Put routes, error tables and limits together over an opened world."""
    doorkeeper = Doorkeeper(world, personas=settings.mode is Mode.DEVELOPMENT)

    async def call(connection: HTTPConnection) -> Call:
        health.require(readiness)
        at = clock()
        principal = await doorkeeper.principal(connection, at)
        return Call(principal, at, getattr(connection.state, "request_id", ""))

    app = Starlette(
        routes=[
            *documents.routes,
            Route("/livez", health.livez),
            Route("/readyz", health.readyz),
            schema.route(world, call),
        ],
        exception_handlers=errors.HANDLERS,  # type: ignore[arg-type]  # Starlette types handlers by the base class
        middleware=[Middleware(RequestId, mint=lambda: secrets.token_hex(8))],
    )
    app.state.world = world
    app.state.readiness = readiness
    app.state.call = call
    return app


class RequestId:
    """Gives every request an id, for logs, events and the answer's `X-Request-Id`."""

    def __init__(self, app: ASGIApp, mint: Callable[[], str]) -> None:
        self._app = app
        self._mint = mint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with `state.request_id` set."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request_id = self._mint()
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                assert isinstance(headers, list)  # noqa: S101 (ASGI says so)
                headers.append((b"x-request-id", request_id.encode()))
            await send(message)

        return await self._app(scope, receive, send_with_id)  # type: ignore[arg-type]


async def prepare(world: World, readiness: Readiness, at: Callable[[], Instant] = now) -> None:
    """Migrate the store; as long as the database is away, keep trying. Raises ConfigurationError at once."""
    while not readiness.migrated:
        try:
            await world.store.migrate(base_url=world.base_url, at=at())
            readiness.migrated = True
        except Unavailable as away:
            log.warning("the database does not answer yet: %s", away.code)
            await asyncio.sleep(RETRY_SECONDS)


Prepare = Callable[[World, Readiness], Awaitable[None]]
