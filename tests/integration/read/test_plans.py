"""Neo4j's plans for compiled statements: indexes and degrees, never a scan, a product or a pause.

Collected only where the tests run on a Neo4j: the embedded engine names no operators.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from neo4j import AsyncGraphDatabase

from graph_service.store import Endpoint
from tests.integration.read.conftest import Asking
from tests.integration.read.data import ACADEMY, BOARD

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
    "anything": f'{{ nodes(ids: ["{ACADEMY}"]) {{ id ... on Achievement {{ owner {{ id }} }} ... on Learner {{ awards {{ edges {{ node {{ id }} }} }} }} }} }}',
}


Explain = Callable[[str, str], Awaitable[set[str]]]


@pytest.fixture
async def explain(database: Endpoint, ask: Asking) -> AsyncIterator[Explain]:
    """Return the operators of the plan for what a viewer asks."""
    async with AsyncGraphDatabase.driver(database.uri, auth=(database.user, database.password)) as driver:

        async def operators(document: str, viewer: str) -> set[str]:
            await ask(document, viewer)
            statement = next(reversed(ask.reads.compiled.values()))
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
