"""The connection to the graph database: deadlines, retries, and the place where driver errors become ours.

Neither the driver nor the embedded engine can be trusted to stop in time: every call is under
`asyncio.timeout`.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar
from urllib.parse import urlsplit

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncResult,
    AsyncSession,
    Query,
)
from neo4j import exceptions as driver_errors
from neo4j._async_compat.network import _bolt_socket
from neo4j.api import AsyncBookmarkManager

from graph_service import __version__
from graph_service.errors import AlreadyExists, ConfigurationError, DeadlineExceeded, Problem, Unavailable
from graph_service.store.endpoint import Endpoint
from graph_service.store.statements import Statement, load

T = TypeVar("T")
Kind = Literal["read", "write"]
Observe = Callable[[str, Kind, float, int], None]
"""Called with name, kind, seconds and number of records of each statement that the database answered."""
Run = Callable[..., Awaitable[list[Any]]]
"""`run(name, **parameters)` inside a transaction: the rows of one statement of `cypher/`."""

DEADLINE: Final = 5.0
_SCHEMA_DEADLINE: Final = 600.0  # a constraint over many nodes is built before it is answered
_PATIENCE: Final = 1.0  # seconds to wait for a free connection; longer means too many requests
_TRIES: Final = 3  # of one call; conflicts do not count
_POOL: Final = 32
_SLOTS: Final = 30  # below the pool, so that an overload waits here and not in the driver

_DriverError = (driver_errors.Neo4jError, driver_errors.DriverError)


if sys.version_info < (3, 12):

    async def _wait_for(reading: Awaitable[T], seconds: float | None) -> T:
        """Wait as `asyncio.wait_for` does since Python 3.12, without a task.

        The driver waits so twice for each message; before, that costs as much as all else of a short statement.
        """
        async with asyncio.timeout(seconds):
            return await reading

    setattr(_bolt_socket, "wait_for", _wait_for)  # noqa: B010 (not an exported name)


def unobserved(_name: str, _kind: str, _seconds: float, _rows: int) -> None:
    """Watch nothing."""


@dataclass(slots=True)
class Server:
    """What is known of the server, once it was asked."""

    embedded: bool | None = None


@dataclass(slots=True)
class Writes:
    """How many transactions of this process ended, whatever came of them."""

    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The pool of connections of one process and event loop to one database.

    All methods raise Unavailable (UNAVAILABLE) when the database is away or too many wait for it,
    DeadlineExceeded (DEADLINE_EXCEEDED) when it does not answer in `deadline` seconds, ConfigurationError
    (DATABASE_REFUSED) when it does not let us in. A statement that the engine refuses is our own mistake:
    RuntimeError.
    """

    driver: AsyncDriver
    database: str
    statements: Mapping[str, Statement]
    deadline: float
    observe: Observe
    bookmarks: AsyncBookmarkManager | None
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_SLOTS))
    server: Server = field(default_factory=Server)
    writes: Writes = field(default_factory=Writes)

    @classmethod
    def open(
        cls,
        endpoint: Endpoint,
        *,
        deadline: float = DEADLINE,
        observe: Observe = unobserved,
        statements: Mapping[str, Statement] | None = None,
    ) -> Connection:
        """Prepare the pool; the first call connects.

        Raises ConfigurationError (DATABASE_URI_INVALID, and what `load` finds).
        """
        found = load() if statements is None else statements
        try:
            driver = AsyncGraphDatabase.driver(
                _address(endpoint.uri),
                auth=(endpoint.user, endpoint.password) if endpoint.user else None,
                user_agent=f"graph-service/{__version__}",
                max_connection_pool_size=_POOL,
                connection_timeout=2.0,
                connection_acquisition_timeout=3.0,  # above connection_timeout, as the driver asks
                liveness_check_timeout=60.0,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )
        except (driver_errors.ConfigurationError, ValueError):
            uri = endpoint.uri.rpartition("@")[2]  # whoever put a password into it will not see it in a log
            raise ConfigurationError(Problem("DATABASE_URI_INVALID", {"uri": uri})) from None
        # Only a cluster may answer a read from a machine that has not seen our last write.
        routed = endpoint.uri.startswith("neo4j")
        bookmarks = AsyncGraphDatabase.bookmark_manager() if routed else None
        return cls(
            driver=driver,
            database=endpoint.database,
            statements=found,
            deadline=deadline,
            observe=observe,
            bookmarks=bookmarks,
        )

    async def read(self, name: str, /, **parameters: object) -> list[Any]:
        """Run one reading statement of `cypher/`; return the values of its column `row`."""
        statement = self.statements[name]
        statement.check(parameters)
        if statement.writes:  # the embedded engine would let it
            raise TypeError(f"statement {name} writes: it belongs in a commit")
        return await self._reading(name, statement.text, parameters)

    async def run(self, name: str, text: str, parameters: Mapping[str, object]) -> list[Any]:
        """Run a reading statement that was compiled; return the values of its column `row`, a page of them, none null.

        They come in one message, for the driver's work for a page is that of its messages. Not from the embedded
        engine, which would work out what hangs on every node of the database.
        """
        if await self.is_embedded():
            return await self._reading(name, text, parameters)
        [rows] = await self._reading(name, f"CALL () {{ {text} }} RETURN collect(row) AS row", parameters)
        return list(rows)

    async def define(self, name: str, text: str) -> None:
        """Run one statement of the schema by itself; it may take minutes. Raises AlreadyExists."""
        async with border(name, _SCHEMA_DEADLINE):
            await _persistently(lambda: self._alone("write", name, text, {}, _SCHEMA_DEADLINE))

    async def transact(self, name: str, body: Callable[[Run], Awaitable[None]], deadline: float) -> None:
        """Do `body` in one transaction within `deadline` seconds: all of it or, if it raises, nothing.

        The body is repeated after a conflict or a lost connection, even if the commit may have gone
        through: it must create something unique. Raises AlreadyExists (ALREADY_EXISTS) when a unique value
        is taken.
        """
        try:
            async with border(name, deadline):
                await _persistently(lambda: self._together(name, body, deadline))
        finally:
            self.writes.count += 1

    async def ping(self) -> None:
        """Return when the database answers."""
        await self.read("installation/ping")

    async def is_embedded(self) -> bool:
        """Tell whether this is the embedded engine, which calls itself "Neo4j/… compatible (ArcadeDB …)"."""
        if self.server.embedded is None:
            async with border("server", self.deadline):
                self.server.embedded = "ArcadeDB" in await _persistently(self._agent)
        return self.server.embedded

    async def close(self) -> None:
        """Close every connection."""
        await self.driver.close()

    async def _reading(self, name: str, text: str, parameters: Mapping[str, object]) -> list[Any]:
        async with border(name, self.deadline):
            return await _persistently(lambda: self._alone("read", name, text, parameters, self.deadline))

    async def _agent(self) -> str:
        async with self._session("read") as session:
            return (await (await session.run("RETURN 1")).consume()).server.agent

    async def _alone(
        self, kind: Kind, name: str, text: str, parameters: Mapping[str, object], deadline: float
    ) -> list[Any]:
        query = Query(text, metadata={"statement": name}, timeout=deadline)
        async with self._session(kind) as session:
            return await self._rows(name, kind, session.run(query, dict(parameters)))

    async def _together(self, name: str, body: Callable[[Run], Awaitable[None]], deadline: float) -> None:
        async with (
            self._session("write") as session,
            await session.begin_transaction({"statement": name}, deadline) as transaction,
        ):

            async def run(name: str, /, **parameters: object) -> list[Any]:
                statement = self.statements[name]
                statement.check(parameters)
                return await self._rows(name, "write", transaction.run(statement.text, parameters))

            await body(run)

    async def _rows(self, name: str, kind: Kind, running: Awaitable[AsyncResult]) -> list[Any]:
        started = time.perf_counter()
        rows: list[Any] = await (await running).value("row")
        self.observe(name, kind, time.perf_counter() - started, len(rows))
        return rows

    @asynccontextmanager
    async def _session(self, kind: Kind) -> AsyncIterator[AsyncSession]:
        await self._slot()
        try:
            async with self.driver.session(
                database=self.database,
                default_access_mode=READ_ACCESS if kind == "read" else WRITE_ACCESS,
                bookmark_manager=self.bookmarks,
            ) as session:
                yield session
        finally:
            self.slots.release()

    async def _slot(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE if self.slots.locked() else None):
                await self.slots.acquire()
        except TimeoutError:
            raise Unavailable("database") from None


def _address(uri: str) -> str:
    """Return `uri` if it is one of Bolt; the driver takes more than we can use. Raises ValueError."""
    parts = urlsplit(uri)
    scheme, _, security = parts.scheme.partition("+")
    if scheme not in ("bolt", "neo4j") or security not in ("", "s", "ssc") or not parts.hostname or parts.port == 0:
        raise ValueError(uri)
    return uri


@asynccontextmanager
async def border(name: str, deadline: float) -> AsyncIterator[None]:
    """Hold what is inside to `deadline` seconds, and let out only our own errors."""
    try:
        async with asyncio.timeout(deadline):
            yield
    except TimeoutError:
        raise DeadlineExceeded("database") from None
    except _DriverError as cause:
        # Messages of the database hold data; those about syntax hold only the statement.
        shown = cause if isinstance(cause, driver_errors.CypherSyntaxError) else None
        raise _translated(name, cause) from shown


def _translated(name: str, cause: driver_errors.Neo4jError | driver_errors.DriverError) -> Exception:
    code = _code(cause)
    if isinstance(cause, driver_errors.ConstraintError):
        return AlreadyExists("value")
    if "TransactionTimedOut" in code or code.endswith("LockClientStopped"):
        return DeadlineExceeded("database")
    if code.startswith(("Neo.ClientError.Security.", "Neo.ClientError.Database.")):
        return ConfigurationError(Problem("DATABASE_REFUSED", {"cause": code}))
    if _may_pass(cause) or isinstance(cause, driver_errors.ConnectionPoolError):
        return Unavailable("database")
    return RuntimeError(f"{code} in {name}")


async def _persistently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Repeat `attempt` after conflicts until the deadline cuts it off, after what else may pass, thrice."""
    tries = 0
    while True:
        try:
            return await attempt()
        except _DriverError as cause:
            tries += not _code(cause).startswith("Neo.TransientError.Transaction.")
            if tries >= _TRIES or not _may_pass(cause):
                raise
        await asyncio.sleep(random.uniform(0.005, 0.1))  # noqa: S311 (spreads writers out; nothing secret)


def _may_pass(cause: driver_errors.Neo4jError | driver_errors.DriverError) -> bool:
    """Tell whether the same again may succeed."""
    return (
        cause.is_retryable()
        # Unknown whether it was committed; what is unique in the body tells when it is repeated.
        or isinstance(cause, driver_errors.IncompleteCommit)
        # IF NOT EXISTS looked before another process had created the same.
        or _code(cause) == "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"
        # What an index named was being written, or was deleted, by another.
        or _code(cause) == "Neo.ClientError.Statement.EntityNotFound"
    )


def _code(cause: driver_errors.Neo4jError | driver_errors.DriverError) -> str:
    return getattr(cause, "code", None) or type(cause).__name__
