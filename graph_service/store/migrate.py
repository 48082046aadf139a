"""Brings the schema of a database up to date, and holds it to one base of identifiers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from graph_service.domain.time import Instant
from graph_service.errors import AlreadyExists, ConfigurationError, Problem
from graph_service.store.connection import Connection, Run
from graph_service.store.statements import code, folder, texts


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `cypher/migrations/`: applied once, statement by statement."""

    name: str
    digest: str
    statements: tuple[str, ...]


# Whatever finds, and writes nothing.
_FOUND = r"MATCH (?:(?!\b(?i:CALL|CREATE|DELETE|FOREACH|LOAD|MERGE|REMOVE|SET)\b).)+"
# What Neo4j Community and the embedded engine both have, and what may be done twice without harm.
_ALLOWED = re.compile(
    r"CREATE CONSTRAINT \w+ IF NOT EXISTS FOR .+ REQUIRE .+ IS UNIQUE"
    r"|CREATE INDEX \w+ IF NOT EXISTS FOR .+ ON \(.+\)"
    r"|CREATE FULLTEXT INDEX entity_search IF NOT EXISTS FOR \(n:Entity\) ON EACH \[n\.ft\]"  # see local_server.py
    r"|DROP (?:CONSTRAINT|INDEX) \w+ IF EXISTS"
    rf"|{_FOUND} MERGE \(\w+\)-\[:\w+\]->\(\w+\)"  # relationships that follow from what is there
    # and properties that do, where there are none
    rf"|{_FOUND} AND (\w+\.\w+) IS NULL SET \1 = (?:\w+\.\w+|'\w+')"
)


def migrations(root: Traversable | None = None) -> tuple[Migration, ...]:
    """Read the migrations in order. Raises ConfigurationError: MIGRATION_FORBIDDEN, once a bad statement."""
    found = tuple(_migration(name, text) for name, text in texts((root or folder()) / "migrations"))
    problems = [
        Problem("MIGRATION_FORBIDDEN", {"name": migration.name, "statement": statement}, (migration.name,))
        for migration in found
        for statement in migration.statements
        if not _ALLOWED.fullmatch(statement)
    ]
    if problems:
        raise ConfigurationError(*problems)
    return found


async def migrate(
    connection: Connection, base_url: str, at: Instant, root: Traversable | None = None
) -> tuple[str, ...]:
    """Apply what is missing and return the names; found the installation at first start.

    Two processes may do this at once: a statement may be done twice, and who records second finds it
    recorded. Raises ConfigurationError: MIGRATION_CHANGED, MIGRATION_UNKNOWN, BASE_URL_CHANGED.
    """
    known = migrations(root)
    history = await _history(connection, known)
    missing = [migration for migration in known if migration.name not in history]
    for migration in missing:
        await _apply(connection, migration, at)
    if missing:
        await _history(connection, known)  # another process may have recorded another text meanwhile
        await _await_indexes(connection)
    await _found(connection, base_url, at)
    return tuple(migration.name for migration in missing)


def _migration(name: str, text: str) -> Migration:
    statements = tuple(statement.strip() for statement in code(text, strings=True).split(";") if statement.strip())
    return Migration(name, hashlib.sha256(text.encode()).hexdigest(), statements)


async def _history(connection: Connection, known: Sequence[Migration]) -> Mapping[str, str]:
    """Return the digests of applied migrations by name, if our files tell the same."""
    history = {row["name"]: row["digest"] for row in await connection.read("installation/history")}
    ours = {migration.name: migration.digest for migration in known}
    problems = [
        Problem("MIGRATION_CHANGED" if name in ours else "MIGRATION_UNKNOWN", {"name": name})
        for name, digest in sorted(history.items())
        if ours.get(name) != digest
    ]
    if problems:
        raise ConfigurationError(*problems)
    return history


async def _apply(connection: Connection, migration: Migration, at: Instant) -> None:
    embedded = await connection.is_embedded()
    for statement in migration.statements:
        if not (embedded and statement.startswith("CREATE FULLTEXT")):  # it has it from its start
            await connection.define(f"migrations/{migration.name}", statement)
    await _once(connection, "installation/migrated", name=migration.name, digest=migration.digest, at=at)


async def _await_indexes(connection: Connection) -> None:
    if not await connection.is_embedded():
        name = "installation/await_indexes"
        await connection.define(name, connection.statements[name].text)


async def _found(connection: Connection, base_url: str, at: Instant) -> None:
    if not await connection.read("installation/base_url"):
        await _once(connection, "installation/found", baseUrl=base_url, at=at)
    [stored] = await connection.read("installation/base_url")
    if stored != base_url:
        raise ConfigurationError(Problem("BASE_URL_CHANGED", {"stored": stored, "given": base_url}))


async def _once(connection: Connection, name: str, /, **parameters: object) -> None:
    """Create what may exist only once, unless it exists."""

    async def create(run: Run) -> None:
        await run(name, **parameters)

    with suppress(AlreadyExists):
        await connection.transact(name, create, connection.deadline)
