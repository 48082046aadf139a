"""How an engine would run every statement: all accept it, and Neo4j starts from an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from graph_service.store import Store
from graph_service.store.statements import load

STATEMENTS = load()
FEW = {"installation/history"}  # walks a label with a handful of nodes


def operators(plan: Mapping[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from operators(child)


async def explained(store: Store, text: str) -> set[str]:
    result = await store.connection.driver.execute_query(f"EXPLAIN {text}", database_=store.connection.database)
    return set(operators(result.summary.plan)) if result.summary.plan else set()


@pytest.mark.parametrize("name", sorted(STATEMENTS.keys() - FEW))
async def test_every_statement_starts_from_an_index(name: str, store: Store, engine_kind: str) -> None:
    if name == "installation/await_indexes" and engine_kind == "arcadedb":
        return  # sent to Neo4j only
    assert not await explained(store, STATEMENTS[name].text) & {"AllNodesScan", "NodeByLabelScan"}


async def test_a_scan_would_be_noticed(store: Store, engine_kind: str) -> None:
    scanned = await explained(store, "MATCH (n:Profile) WHERE n.url = $url RETURN n.id AS row")
    assert ("NodeByLabelScan" in scanned) == (engine_kind == "neo4j")
