"""A migrated, empty database, and statements that only these tests use."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from graph_service.domain.event import Event
from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant
from graph_service.store import Endpoint, Store
from graph_service.store.connection import Connection
from graph_service.store.statements import Statement, load
from tests.engines import wipe

AT = Instant("2026-11-21T07:46:40Z")
BASE_URL = "https://graph-service.example"
Seen = list[tuple[str, str]]


@pytest.fixture(scope="session")
def statements() -> Mapping[str, Statement]:
    return {**load(), **load(Path(__file__).parent / "cypher")}


@pytest.fixture(scope="session")
async def schema(engine: Endpoint) -> None:
    await wipe(engine)
    store = Store.open(engine)
    await store.migrate(BASE_URL, AT)
    await store.close()


@pytest.fixture
def database(schema: None, empty_database: Endpoint) -> Endpoint:
    return empty_database


@pytest.fixture
def seen() -> Seen:
    """Kind and name of every statement that `store` ran."""
    return []


@pytest.fixture
async def store(database: Endpoint, statements: Mapping[str, Statement], seen: Seen) -> AsyncIterator[Store]:
    def observe(name: str, kind: str, _seconds: float, _rows: int) -> None:
        seen.append((kind, name))

    connection = Connection.open(database, statements=statements, observe=observe)
    yield Store(connection)
    await connection.close()


@pytest.fixture
def event() -> Callable[..., Event]:
    """Make an event that differs from every other one of the test, unless told otherwise."""
    numbers = itertools.count(1)

    def make(**given: Any) -> Event:
        name = Iri(f"urn:event:{next(numbers)}")
        usual: dict[str, Any] = {
            "id": name,
            "key": name,
            "at": AT,
            "action": "THING_CHANGE",
            "actor": Iri("urn:actor"),
            "speaking_for": "OWNER",
            "about": (),
            "results": (),
            "request": "sha256:1",
        }
        return Event(**usual | given)

    return make
