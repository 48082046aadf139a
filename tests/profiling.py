"""What statements cost in Neo4j's own measure, db hits: those of the read road, and the peer's hand-written floor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from neo4j import AsyncDriver, AsyncGraphDatabase

from graph_service.domain.policy import Principal
from graph_service.domain.time import Instant
from graph_service.read.cursor import Cursors
from graph_service.read.fragment import load
from graph_service.schema.build import Schema, build
from graph_service.schema.context import Context
from graph_service.services.call import Call
from graph_service.services.progress import Plans
from graph_service.services.reads import Reads
from graph_service.store import Endpoint
from graph_service.store.statements import fragments
from tests.conformance.shared import SHARED

PEER = SHARED / "peers" / "neo4j-graphql"
QUERIES = Path(__file__).parents[1] / "bench" / "peer" / "queries.json"
OPERATIONS: Mapping[str, Mapping[str, Any]] = json.loads(QUERIES.read_text())["operations"]
"""Ours, in the form of the peer's `queries.json`; q2l and q3l are q2 and q3 once more."""


def driver_for(endpoint: Endpoint) -> AsyncDriver:
    """Return a driver for a database, with or without authentication."""
    return AsyncGraphDatabase.driver(
        endpoint.uri,
        auth=(endpoint.user, endpoint.password) if endpoint.user else None,
        notifications_min_severity="OFF",
    )


async def sampled(driver: AsyncDriver) -> None:
    """Have all indexes sampled and all plans forgotten, as the peer's `load.py` does: else they are planned for nothing."""
    await driver.execute_query("CALL db.prepareForReplanning()")


@dataclass
class Profiler:
    """Runs statements under PROFILE, in the place of a store that only reads."""

    driver: AsyncDriver
    database: str = "neo4j"
    hits: int = 0
    operators: list[str] = field(default_factory=list)

    async def run(self, _name: str, text: str, parameters: Mapping[str, Any]) -> list[Any]:
        """Return the first column; what it cost stands in `hits`, and by operator in `operators`."""
        async with self.driver.session(database=self.database) as session:
            result = await session.run(f"PROFILE {text}", dict(parameters))
            rows = [record[0] async for record in result]
            plan = (await result.consume()).profile
        operators = [*_operators(cast(dict[str, Any], plan))]
        self.hits = sum(hits for hits, _ in operators)
        self.operators = [f"{hits:8} {told}" for hits, told in operators]
        return rows


def _operators(plan: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[int, str]]:
    told = f"{'  ' * depth}{plan['operatorType'].split('@')[0]} {plan['args'].get('Details', '')}"
    yield plan.get("dbHits", 0), f"{plan.get('rows', ''):6} {told}"  # a procedure does not tell
    for child in plan.get("children", ()):
        yield from _operators(child, depth + 1)


@dataclass
class Ours:
    """Asks our operations of a database, one statement each."""

    profiler: Profiler
    at: Instant
    schema: Schema = field(default_factory=build)

    async def ask(self, name: str, params: Mapping[str, list[Any]], principal: Principal, number: int = 0) -> Any:
        """Return the answer to an operation with the variables of this number, at the page that it is about."""
        operation = OPERATIONS[name]
        variables = variables_of(operation["variables"], params, number)
        answer = await self._answer(operation["query"], variables, principal)
        if cursor := operation.get("cursor"):
            for _ in range(1, params[cursor["pages"].removeprefix("$")][0]):
                variables[cursor["variable"]] = _at(answer, cursor["path"])
                answer = await self._answer(operation["query"], variables, principal)
        return answer

    async def _answer(self, query: str, variables: Mapping[str, Any], principal: Principal) -> Any:
        reads = Reads(cast(Any, self.profiler), Cursors(b"a key of sixteen"), load(fragments()))
        context = Context(cast(Any, None), reads, Plans(), Call(principal, self.at, "request-1"), "ja")
        result = await self.schema.execute(query, dict(variables), context_value=context)
        assert result.errors is None, result.errors
        return result.data


async def floor(profiler: Profiler, name: str, params: Mapping[str, list[Any]], number: int = 0) -> Any:
    """Return the answer of the hand-written statement for an operation; q7 without the learner's name, as ours."""
    text = (PEER / "floor.cypher" / f"{name}.cypher").read_text().replace("RETURN l {.id, .name,", "RETURN l {.id,")
    variables = json.loads((PEER / "floor.json").read_text())["variables"][name]
    return (await profiler.run(name, text, variables_of(variables, params, number)))[0]


def variables_of(named: Mapping[str, Any], params: Mapping[str, list[Any]], number: int) -> dict[str, Any]:
    """Return the variables of this number: `$name` is taken from the list of that name, in turn."""
    return {
        key: params[value[1:]][number % len(params[value[1:]])] if str(value).startswith("$") else value
        for key, value in named.items()
    }


def _at(answer: Any, path: str) -> Any:
    for step in path.split("."):
        answer = answer[step]
    return answer


def iris(answer: Any) -> list[str]:
    """Return every IRI of the data set that an answer names, sorted."""
    if isinstance(answer, str):
        return [answer] if answer.startswith("https://badges.example") else []
    parts = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ()
    return sorted(iri for part in parts for iri in iris(part))
