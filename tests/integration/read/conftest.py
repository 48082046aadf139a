"""The small graph in a database, and ways to ask for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import pytest
from strawberry.types import ExecutionResult

from graph_service.domain.iri import Iri
from graph_service.domain.policy import PUBLIC, Membership, Principal, Role
from graph_service.domain.time import Instant, Span
from graph_service.read.cursor import Cursors
from graph_service.read.fragment import load as load_fragments
from graph_service.schema.build import build
from graph_service.schema.context import Context
from graph_service.services.call import Call
from graph_service.services.progress import Plans
from graph_service.services.reads import Reads
from graph_service.store import Endpoint, Store
from graph_service.store.statements import fragments
from tests.engines import given_neo4j, wipe
from tests.integration.read import data
from tests.integration.read.data import AT, Graph

collect_ignore = [] if given_neo4j() else ["test_peer.py", "test_plans.py"]

SINCE = Instant("2000-01-01T00:00:00Z")
READING = build()
"""The schema with nothing but what the graph answers."""
CURSORS = Cursors(b"a key of sixteen")


def principal(*, role: Role = Role.VIEWER, profile: str | None = None, learner: str | None = None) -> Principal:
    memberships = (Membership(role, Iri(profile), Span(SINCE)),) if profile else ()
    return Principal(Iri("urn:graph-service:principal:test"), memberships, Iri(learner) if learner else None)


VIEWERS: Mapping[str, Principal] = {
    "public": PUBLIC,
    "academy": principal(profile=data.ACADEMY),
    "board": principal(profile=data.BOARD),
    "learner": principal(learner=data.LEARNERS[1]),
    "operator": principal(role=Role.OPERATOR, profile=f"{data.BASE}/profiles/service"),
}


class Asking:
    """Asks the schema, and remembers the statements that ran."""

    def __init__(self, reads: Reads, ran: list[str]) -> None:
        self.reads = reads
        self.ran = ran

    def context(self, viewer: str) -> Context:
        call = Call(VIEWERS[viewer], AT, "request-1")
        return Context(cast(Any, None), self.reads, Plans(), call, "en")

    async def __call__(self, document: str, viewer: str = "public", **variables: Any) -> Any:
        """Return the data of an answer without errors."""
        result = await self.answer(document, viewer, variables)
        assert result.errors is None, result.errors
        return result.data

    async def codes(self, document: str, viewer: str = "public", **variables: Any) -> list[str]:
        """Return the codes of the errors of an answer."""
        return codes(await self.answer(document, viewer, variables))

    async def answer(self, document: str, viewer: str, variables: Mapping[str, Any]) -> ExecutionResult:
        """Return the whole answer."""
        return await READING.execute(document, dict(variables), context_value=self.context(viewer))


def codes(result: ExecutionResult) -> list[str]:
    """Return the codes of the errors of an answer."""
    return [cast(Mapping[str, str], error.extensions)["code"] for error in result.errors or ()]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return data.small_graph()


@pytest.fixture(scope="module")
async def database(engine: Endpoint, graph: Graph) -> Endpoint:
    await wipe(engine)
    store = Store.open(engine)
    await store.migrate(data.BASE, AT)
    await store.close()
    await data.load(engine, graph)
    return engine


@pytest.fixture(scope="module")
async def ask(database: Endpoint) -> AsyncIterator[Asking]:
    ran: list[str] = []
    # A busy machine is no reason to fail: what is asked here is planned for the first time, and may be large.
    store = Store.open(database, deadline=60, observe=lambda name, _kind, _seconds, _rows: ran.append(name))
    yield Asking(Reads(store, CURSORS, load_fragments(fragments())), ran)
    await store.close()
