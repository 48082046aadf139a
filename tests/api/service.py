"""The service in this process: the real composition over the database of the session, asked over HTTP (ASGI)."""

from __future__ import annotations

import random
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from graphql import get_named_type

from graph_service import app
from graph_service.domain.time import Instant, later
from graph_service.envelope import Envelope
from graph_service.remote.mail import Folder
from graph_service.schema import SCHEMA
from graph_service.services import founding
from graph_service.services.call import Call, World
from graph_service.settings import Mode, Settings
from graph_service.store import Endpoint, Store
from graph_service.web.health import Readiness
from tests.casts import BASE, START
from tests.engines import wipe

ANSWERS = {
    "AchievementSuccess": """achievement { id name nameMap { language text } descriptionMap { language text }
        criteriaMap { language text } achievementType fieldOfStudyMap { language text } number digest version owner { id }
        resultDescriptions { id name resultType allowedValue valueMin valueMax requiredValue } }""",
    "ApiKeySuccess": "principal secret",
    "AwardSuccess": """award { id awardedAt since until ended endedAt reason version number holder { id } issuer { id }
        results { description value scale } evidence { name url genre description } }""",
    "AwardsSuccess": "rows awards",
    "CompletionSuccess": "completion { id state percentage fraction review reason holderId award { id } }",
    "ConsentSuccess": "consent { id purpose text language since until ended endedAt holderId profile { id } }",
    "DraftReport": "problems { code message hint path }",
    "EndorsementSuccess": """endorsement { id kind state standing selfEndorsement hidden recognition recognitionDigest
        earlierVersion confirms { id } confirmedBy { id } comment language reason version requestUntil since until ended
        endedAt targetId targetNumber targetDigest endorser { id } credential { id form bytes digest } }""",
    "EnrolmentSuccess": "enrolment { id policy pinned { id } since until endedAt learner { id } pathway { id } }",
    "EquivalenceSuccess": """equivalence { id factor since until ended endedAt reason source { id } target { id }
        claimant { id } pathway { id } }""",
    "InvitationSuccess": "endorsement { id kind state standing comment language invitation { until sentAt usedAt } } secret",
    "KeySuccess": """key { id algorithm publicKeyMultibase state since until reason
        profile { id version keys { id algorithm state since until } } credentials { edges { node { id form } } } }""",
    "LearnerSuccess": "learner { id createdAt }",
    "LearnersSuccess": "learners",
    "PathwayImport": """outcome publishable version created existing conflicts { code path } losses { code path }
        problems { code message hint path } pathway { id name number versions { id state definition } }""",
    "PathwaySuccess": "pathway { id name nameMap { language text } number version versions { id number state definition } }",
    "PathwayVersionSuccess": """pathwayVersion { id number state definition digest since closedFrom until
        outputAchievement { id } nodes { nodeId kind name parts count accepts { id } mode length prerequisite awardCap
        perSourceCap acceptUnissued pathwayVersion { id } } }""",
    "ProfileSuccess": """profile { id differentPeople allowsSelfEndorsement name nameMap { language text } descriptionMap { language text } url version partOf { id }
        keys { id state } versions { number digest } }""",
    "RoleSuccess": "principal",
    "WaiverSuccess": """waiver { id node reason since until endedAt endReason learner { id } pathway { id }
        owner { id } }""",
    "StatementSuccess": """statement { id issuedAt since until ended endedAt reason version holder { id } issuer { id }
        pathwayVersion { id } awards { id } credential { id form bytes digest } }""",
}
"""What the tests select of each answer."""

SIZE = """MATCH (n) WITH count(n) AS nodes, sum(n.version) AS versions
    RETURN {nodes: nodes, versions: versions, relationships: COUNT { MATCH ()-[r]->() RETURN r },
            events: COUNT { MATCH (e:Event) RETURN e }} AS row"""


@dataclass
class Clock:
    """The clock of the service: each request is a second later than the one before."""

    at: Instant = START

    def __call__(self) -> Instant:
        self.at = later(self.at, seconds=1)
        return self.at


@dataclass
class Api:
    """How the tests talk to the service."""

    world: World
    client: httpx.AsyncClient
    clock: Clock
    ran: list[str] = field(default_factory=list)  # statements that the database answered

    async def post(
        self, query: str, persona: str | None = None, headers: dict[str, str] | None = None, **variables: Any
    ) -> httpx.Response:
        """Send a GraphQL document, as somebody or as the public."""
        signed_in = {"X-Persona": persona} if persona else {}
        body = {"query": query, "variables": variables}
        return await self.client.post("/graphql", json=body, headers={**signed_in, **(headers or {})})

    async def ask(self, query: str, persona: str | None = None, **variables: Any) -> Any:
        """Return the data of an answer without errors."""
        answer = (await self.post(query, persona, **variables)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def codes(self, query: str, persona: str | None = None, **variables: Any) -> list[str]:
        """Return the codes of the errors of an answer."""
        answer = (await self.post(query, persona, **variables)).json()
        return [error["extensions"]["code"] for error in answer.get("errors", ())]

    async def send(self, mutation: str, persona: str | None, /, **arguments: Any) -> dict[str, Any]:
        """Return what a mutation answers: its success, or its problems, each with a sentence and a hint."""
        answer = await self.ask(document(mutation, arguments), persona, **arguments)
        result: dict[str, Any] = answer[mutation]
        for problem in result.get("problems", ()):
            assert problem["message"] not in ("", problem["code"])
            assert problem["hint"]
        return result

    async def do(self, mutation: str, persona: str | None, /, **arguments: Any) -> dict[str, Any]:
        """Return what a mutation made; it must succeed."""
        result = await self.send(mutation, persona, **arguments)
        assert result["__typename"] != "Problems", result
        return result

    async def refused(self, mutation: str, persona: str | None, /, **arguments: Any) -> list[tuple[str, str]]:
        """Return (code, path) of everything that is wrong; nothing may have been written."""
        before = await self.size()
        result = await self.send(mutation, persona, **arguments)
        assert result["__typename"] == "Problems", result
        assert await self.size() == before
        return [(problem["code"], ".".join(problem["path"])) for problem in result["problems"]]

    async def get(self, address: str, persona: str | None = None, **headers: str) -> httpx.Response:
        """Fetch one of our identifiers, or a path."""
        signed_in = {"X-Persona": persona} if persona else {}
        return await self.client.get(address.removeprefix(BASE), headers={**signed_in, **headers})

    async def size(self) -> dict[str, int]:
        """Return how much is in the database, and how often versions were raised."""
        (found,) = await self.world.store.run("size", SIZE, {})
        return found

    async def graph(self) -> tuple[list[str], list[str]]:
        """Return everything in the database: every node and every relationship with all that they hold."""
        nodes = await self.world.store.run("nodes", "MATCH (n) RETURN properties(n) AS row", {})
        ways = "MATCH (a)-[r]->(b) RETURN {way: [a.id, type(r), b.id], properties: properties(r)} AS row"
        relationships = await self.world.store.run("relationships", ways, {})
        return _sorted(nodes), _sorted(relationships)

    async def events(self) -> list[str]:
        """Return the actions of all events in the database, in order of their time."""
        text = "MATCH (e:Event) RETURN e.action AS row ORDER BY e.at, e.id"
        return await self.world.store.run("events", text, {})


def document(mutation: str, arguments: Iterable[str]) -> str:
    """Write the document of one mutation with these arguments as variables."""
    schema = SCHEMA.graphql
    assert schema.mutation_type is not None
    of = schema.mutation_type.fields[mutation]
    success = next(each.name for each in get_named_type(of.type).types if each.name != "Problems")
    declared = ", ".join(f"${name}: {of.args[name].type}" for name in arguments)
    given = ", ".join(f"{name}: ${name}" for name in arguments)
    return f"""mutation{f"({declared})" if declared else ""} {{ {mutation}{f"({given})" if given else ""} {{ __typename
        ... on {success} {{ {ANSWERS[success]} }}
        ... on Problems {{ problems {{ code message hint path value }} }} }} }}"""


def _sorted(rows: list[Any]) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)


def serving(world: World, mode: Mode, clock: Callable[[], Instant], *, migrated: bool = True) -> httpx.AsyncClient:
    """Return a client of the service over a world. What the service does not answer itself is raised."""
    service = app.build(world, Settings(mode=mode, base_url=BASE), Readiness(world.store, migrated), clock)
    return httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url="http://service")


@asynccontextmanager
async def opened(engine: Endpoint, mail: Path) -> AsyncIterator[Api]:
    """Serve an empty world in development mode; it has an operator and nothing else. `mail`: where mail goes."""
    await wipe(engine)
    ran: list[str] = []
    # A busy machine is no reason to fail: the whole graph is read before and after.
    store = Store.open(engine, deadline=30, observe=lambda name, _kind, _seconds, _rows: ran.append(name))
    world = World(store, Envelope(b"k" * 32), BASE, random.Random(7).randbytes, secrets.token_bytes, post=Folder(mail))
    clock = Clock()
    try:
        await store.migrate(base_url=BASE, at=START)
        await founding.found_demo(world, Call(founding.FOUNDER, START, idempotency_key="found"), "operator")
        async with serving(world, Mode.DEVELOPMENT, clock) as client:
            yield Api(world, client, clock, ran)
    finally:
        await store.close()
