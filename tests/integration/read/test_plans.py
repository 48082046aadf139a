"""Neo4j's plans for compiled statements: indexes and degrees, never a scan, a product or a pause.

Collected only where the tests run on a Neo4j: the embedded engine names no operators.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from neo4j import AsyncDriver, AsyncGraphDatabase

from graph_service.services.reads import Reads
from graph_service.store import Endpoint
from tests.integration.read.conftest import Asking
from tests.integration.read.data import ACADEMY, BASE, BOARD, Graph, dated, load

FRAMEWORK, ACHIEVEMENT = f"{BASE}/frameworks/0", f"{BASE}/achievements/0"

FORBIDDEN = {"AllNodesScan", "CartesianProduct", "Eager", "NodeByLabelScan", "Sort"}
DOCUMENTS = {
    "page with nested pages": "{ achievements { edges { node { name owner { name } endorsements(first: 5) { totalCount edges { node { endorser { name } } } } } } } }",
    "page from its end": "{ profiles(last: 5) { edges { node { name } } } }",
    "list of one owner": f'{{ pathways(owner: "{BOARD}") {{ edges {{ node {{ name }} }} }} }}',
    "endorsements of one target": f'{{ endorsements(of: "{ACADEMY}", kind: ENDORSE) {{ edges {{ node {{ id target {{ id }} }} }} }} }}',
    "endorsements by one profile": f'{{ endorsements(by: "{BOARD}", state: LAPSED, order: OLDEST) {{ edges {{ node {{ id }} }} }} }}',
    "endorsements of any IRI": f'{{ endorsementsOf(iri: "{ACADEMY}", kind: ENDORSE, first: 5) {{ totalCount edges {{ node {{ id earlierVersion confirmedBy {{ id }} }} }} }} }}',
    "all endorsements": "{ endorsements { edges { node { id } } } }",
    "hubs": f'{{ profile(id: "{ACADEMY}") {{ achievements {{ edges {{ node {{ awards(first: 3) {{ edges {{ node {{ id }} }} }} }} }} }} endorsementsGiven {{ edges {{ node {{ id }} }} }} endorsementsReceived {{ edges {{ node {{ id }} }} }} }} }}',
    "search": '{ search(text: "学") { id ... on Achievement { name owner { name } } } }',
    "achievements with a text in their name": '{ achievements(nameContains: "学") { totalCount edges { node { name owner { name } } } } }',
    "badge map": f'{{ framework(id: "{FRAMEWORK}") {{ setBy {{ id }} items {{ name }} cells {{ stages {{ id }} achievements(first: 3) {{ edges {{ node {{ id endorsements(endorserKind: BOARD) {{ totalCount }} }} }} }} }} }} }}',
    "endorsements by a kind of party": f'{{ achievement(id: "{ACHIEVEMENT}") {{ endorsements(endorserKind: BOARD) {{ edges {{ node {{ id }} }} }} cells {{ id }} }} }}',
    "endorsements of one target by a kind of party": f'{{ endorsements(of: "{ACADEMY}", endorserKind: BOARD, order: OLDEST) {{ totalCount edges {{ node {{ id }} }} }} }}',
    "endorsements of any IRI by a kind of party": f'{{ endorsementsOf(iri: "{ACADEMY}", endorserKind: BOARD) {{ edges {{ node {{ id }} }} }} }}',
    "achievements of one owner with a text in their name": f'{{ achievements(owner: "{ACADEMY}", nameContains: "学") {{ totalCount edges {{ node {{ name }} }} }} }}',
    "awards by id": f'{{ achievement(id: "{ACHIEVEMENT}") {{ awards(order: ID) {{ edges {{ node {{ id }} }} }} }} }}',
    "anything": f'{{ nodes(ids: ["{ACADEMY}"]) {{ id ... on Achievement {{ owner {{ id }} }} ... on Learner {{ awards {{ edges {{ node {{ id }} }} }} }} }} }}',
}


Explain = Callable[[str, str], Awaitable[set[str]]]


@pytest.fixture
async def explain(database: Endpoint, ask: Asking) -> AsyncIterator[Explain]:
    """Return the operators of the plan for what a viewer asks."""
    async with AsyncGraphDatabase.driver(database.uri, auth=(database.user, database.password)) as driver:

        async def operators(document: str, viewer: str) -> set[str]:
            await ask(document, viewer)
            statement, _ = next(reversed(ask.reads.compiled.values()))
            async with driver.session(database=database.database) as session:
                summary = await (await session.run(f"EXPLAIN {statement.text}")).consume()
            return set(_operators(summary.plan))

        yield operators


def _operators(plan: Any) -> Iterator[str]:
    yield plan["operatorType"].split("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)


@pytest.mark.parametrize("viewer", ["public", "academy", "operator"])
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_no_plan_scans_or_pauses(explain: Explain, document: str, viewer: str) -> None:
    assert await explain(document, viewer) & FORBIDDEN == set()


CROWD = f"{BASE}/achievements/crowd"


@dataclass
class Profiled:
    """Runs statements as a store does, and counts the db hits of each."""

    driver: AsyncDriver
    database: str
    hits: list[int] = field(default_factory=list)

    async def run(self, _name: str, text: str, parameters: Mapping[str, Any]) -> list[Any]:
        async with self.driver.session(database=self.database) as session:
            result = await session.run(f"PROFILE {text}", dict(parameters))
            rows = [record["row"] async for record in result]
            self.hits.append(_hits((await result.consume()).profile))
            return rows


def _hits(plan: Any) -> int:
    return int(plan["dbHits"]) + sum(map(_hits, plan.get("children", ())))


@pytest.fixture(scope="module")
async def crowded(database: Endpoint) -> Endpoint:
    """Give one achievement 51 pages of endorsements."""
    graph = Graph()
    for number in range(51 * 20):
        id_ = f"{CROWD}/endorsements/{number}"
        own = {"kind": "ENDORSE", "state": "ISSUED", "endorserKind": "BOARD", "targetId": CROWD}
        graph.add("Endorsement", id_, shown=True, readers=[], **own, **dated(id_, number))
    await load(database, graph)
    return database


@pytest.mark.parametrize("start", ["endorsements(of: $of", "endorsements(of: $of, endorserKind: BOARD, order: OLDEST"])
@pytest.mark.parametrize("viewer", ["public", "academy", "operator"])
async def test_page_50_costs_what_page_1_costs(crowded: Endpoint, ask: Asking, start: str, viewer: str) -> None:
    async with AsyncGraphDatabase.driver(crowded.uri, auth=(crowded.user, crowded.password)) as driver:
        profiled = Profiled(driver, crowded.database)
        asking = Asking(Reads(cast(Any, profiled), ask.reads.cursors, ask.reads.fragments), [])
        document = f"query ($of: ID!, $after: String) {{ {start}, after: $after) {{ edges {{ cursor node {{ id comment }} }} }} }}"
        cursor = None
        for _ in range(50):
            edges = (await asking(document, viewer, of=CROWD, after=cursor))["endorsements"]["edges"]
            cursor = edges[-1]["cursor"]
    assert len(edges) == 20
    assert profiled.hits[49] <= 1.2 * profiled.hits[0]
