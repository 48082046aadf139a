"""Fixtures that any test may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph_service.store.endpoint import Endpoint
from tests.engines import given_neo4j, running_engine, wipe

collect_ignore = ["integration/test_local_engine.py"] if given_neo4j() else []  # it would only run twice


@pytest.fixture(scope="session")
def engine_kind() -> str:
    """`arcadedb` or `neo4j`: for the few facts that differ."""
    return "neo4j" if given_neo4j() else "arcadedb"


@pytest.fixture(scope="session")
async def engine() -> AsyncIterator[Endpoint]:
    """The database of this test session."""
    async with running_engine() as endpoint:
        yield endpoint


@pytest.fixture
async def empty_database(engine: Endpoint) -> Endpoint:
    """The same database without any node; its schema stays."""
    await wipe(engine)
    return engine
