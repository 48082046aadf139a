"""The graph engine that tests run on: a Neo4j named by the environment, else a local engine of our own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path

from neo4j import AsyncGraphDatabase

from graph_service.store.endpoint import Endpoint
from graph_service.store.local_engine import LocalEngine

_PREFIX = "GRAPH_SERVICE_TEST_NEO4J_"


def given_neo4j() -> Endpoint | None:
    """Return the server that GRAPH_SERVICE_TEST_NEO4J_URI names (_USER, _PASSWORD, _DATABASE), if it does."""
    named = {field.name: os.environ.get(_PREFIX + field.name.upper()) for field in fields(Endpoint)}
    return Endpoint(**{name: value for name, value in named.items() if value}) if named["uri"] else None


@asynccontextmanager
async def running_engine() -> AsyncIterator[Endpoint]:
    """Yield the given Neo4j, or a local engine that lives as long as this context."""
    if given := given_neo4j():
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="graph-service-") as directory:
        async with LocalEngine(Path(directory)) as engine:
            yield engine.endpoint


async def wipe(endpoint: Endpoint) -> None:
    """Delete every node, in batches; constraints and indexes stay."""
    async with AsyncGraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password)) as driver:
        batch = "MATCH (n) WITH n LIMIT 5000 DETACH DELETE n"
        while (await driver.execute_query(batch, database_=endpoint.database)).summary.counters.nodes_deleted:
            pass
