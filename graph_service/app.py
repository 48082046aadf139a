"""Composition root: from settings to a running service. Only here and in `cli.py` are clock and randomness read."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from graph_service import schema
from graph_service.domain.policy import Principal
from graph_service.domain.time import Instant, from_datetime
from graph_service.envelope import Envelope
from graph_service.errors import ConfigurationError, Problem, Unavailable
from graph_service.remote.door import Door
from graph_service.remote.mail import Folder, Post, Smtp
from graph_service.remote.signer import RemoteKeys
from graph_service.services import completions, facts, founding, mailing, rechecking, searching
from graph_service.services.call import Call, World
from graph_service.services.judging import Memory
from graph_service.services.turns import Turns
from graph_service.settings import DEVELOPMENT_KEY, Fetching, Mode, Settings
from graph_service.store import Store
from graph_service.store.endpoint import Endpoint
from graph_service.store.local_engine import LocalEngine, running
from graph_service.web import chooser, documents, errors, health, uploads, verifying
from graph_service.web.asking import Doorkeeper
from graph_service.web.health import Readiness
from graph_service.web.pages import invitation, start

log = logging.getLogger(__name__)

CallOf = Callable[[HTTPConnection], Awaitable[Call]]

RETRY_SECONDS = 1.0
MAIL_SECONDS = 5.0
RECHECK_SECONDS = 60.0
COMPLETE_SECONDS = 2.0


def now() -> Instant:
    """Return the present instant."""
    return from_datetime(datetime.now(UTC))


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[World]:
    """Open the store that the settings name, with the embedded engine if they name none, and close it at the end."""
    async with AsyncExitStack() as stack:
        endpoint = _named(settings) or (await stack.enter_async_context(LocalEngine(settings.data))).endpoint
        store = await stack.enter_async_context(_store(endpoint, settings))
        world = _world(store, _master_key(settings), str(settings.base_url), settings)
        yield replace(world, post=_post(settings))


@asynccontextmanager
async def attached(settings: Settings) -> AsyncIterator[World | None]:
    """Join a service of this machine's data directory, or the named Neo4j; None if nothing runs there.

    What the service was told is found where it left it. Without its master key one can read, and sign nothing.
    """
    endpoint = _named(settings) or running(settings.data)
    if endpoint is None:
        yield None
        return
    async with _store(endpoint, settings) as store:
        base = await store.read("installation/base_url")
        if not base:
            raise Unavailable("database")
        yield _world(store, _kept_key(settings), base[0], settings)


@asynccontextmanager
async def answering(settings: Settings) -> AsyncIterator[Store]:
    """Open the store for a question that writes nothing; without data yet, on an engine in a temporary directory."""
    async with AsyncExitStack() as stack:
        endpoint = _named(settings) or running(settings.data)
        if endpoint is None:
            used = settings.data if settings.data.is_dir() else Path(stack.enter_context(TemporaryDirectory()))
            endpoint = (await stack.enter_async_context(LocalEngine(used))).endpoint
        yield await stack.enter_async_context(_store(endpoint, settings))


def _named(settings: Settings) -> Endpoint | None:
    if settings.neo4j_uri is None:
        return None
    return Endpoint(settings.neo4j_uri, settings.neo4j_user, settings.neo4j_password, settings.neo4j_database)


@asynccontextmanager
async def _store(endpoint: Endpoint, settings: Settings) -> AsyncIterator[Store]:
    store = Store.open(endpoint, deadline=settings.deadline)
    try:
        yield store
    finally:
        await store.close()


def _world(store: Store, master_key: bytes, base_url: str, settings: Settings) -> World:
    return World(
        store,
        Envelope(master_key),
        base_url,
        secrets.token_bytes,
        secrets.token_bytes,
        RemoteKeys.at(settings.signer) if settings.signer else None,
        door=door(settings),
    )


def door(settings: Settings) -> Door | None:
    """Return the door to documents of others, unless it is to stay shut; it trusts whom this machine trusts."""
    if settings.fetch is Fetching.OFF:
        return None
    return Door(ssl.create_default_context(), time.monotonic, permitted=settings.fetch_private)


def _post(settings: Settings) -> Post | None:
    """Return where mail goes: to the server that is set, or in development mode into files beside the data."""
    if settings.mail is not None:
        return Smtp(settings.mail, settings.mail_from or "graph-service@localhost")
    return Folder(settings.data / "mail") if settings.mode is Mode.DEVELOPMENT else None


def _master_key(settings: Settings) -> bytes:
    """Return the master key: the one that is set, or in development mode one that lies beside the data."""
    if settings.master_key is not None:
        return settings.master_key
    path = settings.data / DEVELOPMENT_KEY
    if settings.mode is not Mode.DEVELOPMENT:
        raise ConfigurationError(Problem("SETTING_NEEDED", {"name": "GRAPH_SERVICE_MASTER_KEY"}))
    log.warning("DEVELOPMENT MASTER KEY: private keys are sealed with a key that lies beside the data")
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        suppress(FileExistsError),
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        file.write(secrets.token_bytes(32))
    return path.read_bytes()


def _kept_key(settings: Settings) -> bytes:
    """Return the master key of the service that runs here, or one that opens nothing."""
    with suppress(OSError):
        return settings.master_key or (settings.data / DEVELOPMENT_KEY).read_bytes()
    return secrets.token_bytes(32)


def build(world: World, settings: Settings, readiness: Readiness, clock: Callable[[], Instant] = now) -> Starlette:
    """Put routes, error tables and limits together over an opened world."""
    personas = settings.mode is Mode.DEVELOPMENT
    doorkeeper = Doorkeeper(world, personas=personas)
    api = schema.Api.of(world, schema.trusted(settings))
    turns = Turns("service", at_once=settings.requests_at_once, waiting=settings.requests_waiting)

    def calling(principal: Callable[[HTTPConnection, Instant], Awaitable[Principal]]) -> CallOf:
        async def call(connection: HTTPConnection) -> Call:
            health.require(readiness)
            at = clock()
            return Call(await principal(connection, at), at, getattr(connection.state, "request_id", ""))

        return call

    call = calling(doorkeeper.principal)

    app = Starlette(
        routes=[
            api.route(call, turns, settings.request_deadline),  # first, as routes are tried in turn
            api.socket(call),
            *start.routes,
            *invitation.routes,
            *documents.routes,
            *(chooser.routes if personas else ()),
            Route("/livez", health.livez),
            Route("/readyz", health.readyz),
            *uploads.routes,
            *verifying.routes,
        ],
        exception_handlers=errors.HANDLERS,
        middleware=[Middleware(RequestId, mint=lambda: secrets.token_hex(8))],
    )
    app.router.redirect_slashes = False  # a redirect would go to whatever host the client names
    app.state.world = world
    app.state.readiness = readiness
    app.state.api = api
    app.state.personas = personas
    app.state.clock = clock
    app.state.call = call
    app.state.visit = calling(doorkeeper.visitor)
    return app


class RequestId:
    """Gives every request an id, for logs, events and the answer's `X-Request-Id`."""

    def __init__(self, app: ASGIApp, mint: Callable[[], str]) -> None:
        self._app = app
        self._mint = mint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with `state.request_id` set."""
        if scope["type"] == "lifespan":
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
    """Migrate the store, try the master key and make what was there before searchable.

    As long as the database is away, keep trying. Raises ConfigurationError at once.
    """
    while not readiness.migrated:
        try:
            await world.store.migrate(base_url=world.base_url, at=at())
            await founding.check_master_key(world)
            await searching.fill(world)
            readiness.migrated = True
            await facts.plan_ahead(world)
        except Unavailable as away:
            log.warning("the database does not answer yet: %s", away.code)
            await asyncio.sleep(RETRY_SECONDS)


async def deliver(world: World, address: str, clock: Callable[[], Instant] = now) -> None:
    """Send what waits to be sent, every few seconds, until cancelled. `address`: of the service, for links."""
    await _again_and_again("mail waits", MAIL_SECONDS, lambda: mailing.deliver(world, address, clock))


async def recheck(world: World, clock: Callable[[], Instant] = now) -> None:
    """Ask, until cancelled, whether endorsements that were signed elsewhere still hold; a few of them at a time."""
    await _again_and_again("rechecking waits", RECHECK_SECONDS, lambda: rechecking.recheck_due(world, clock))


async def complete(world: World, clock: Callable[[], Instant] = now) -> None:
    """Keep completions as what happened makes them, and award outputs, until cancelled."""
    memory = Memory()
    await _again_and_again("completions wait", COMPLETE_SECONDS, lambda: completions.refresh(world, memory, clock))


async def _again_and_again(waits: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await work()
        except Unavailable as away:
            log.warning("%s: %s", waits, away.code)
        except Exception:  # a fault of ours with one of them, which is tried again later
            log.exception(waits)
        await asyncio.sleep(seconds)
