"""A page of twenty achievements with owner and endorsements, beside a plain Strawberry implementation of the same.

    python -m bench.page [ROUNDS]

Plain means: one resolver a field, one loader a relationship, which is what Strawberry's documentation teaches; both
sides parse and check a document once. Both are asked over ASGI in one process, in turn, after it was seen that they
answer the same. CPU is that of the process: what the API costs, without the database. The database is the embedded
engine, or the Neo4j that GRAPH_SERVICE_TEST_NEO4J_URI names.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import strawberry
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from graph_service import app as composition
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.services import bench_load
from graph_service.services.access import service_profile
from graph_service.services.call import Call, World
from graph_service.settings import Mode, Settings
from graph_service.web.health import Readiness
from tests.casts import ALWAYS, START, empty_world
from tests.engines import running_engine

DOCUMENT = """query ($first: Int) { achievements(first: $first) {
  edges { node {
    id name number owner { id name }
    endorsements(first: 5) { totalCount edges { node { id kind since endorser { id name } } } }
  } }
} }"""
REQUESTS = 50

Ask = Callable[[], Awaitable[Any]]


async def main(rounds: int) -> None:
    async with running_engine() as engine, empty_world(engine, deadline=60.0) as world:
        operator = Principal(service_profile(world), (Membership(Role.OPERATOR, service_profile(world), ALWAYS),))
        async for _ in bench_load.load(world, Call(operator, START), rows):
            pass
        readiness = Readiness(world.store, migrated=True)
        ours = asking(composition.build(world, Settings(mode=Mode.DEVELOPMENT), readiness))
        theirs = asking(plain(world))
        if await ours() != await theirs():
            raise SystemExit("the two sides answer different things")
        figures = await interleaved({"Graph Service": ours, "plain Strawberry": theirs}, rounds)
    fast, slow = figures.values()
    for name, (cpu, wall) in figures.items():
        print(f"{name:17}{cpu:8.2f} ms CPU, {wall:8.2f} ms a request")
    print(f"{slow[0] / fast[0]:.1f} times the requests a core, {slow[1] / fast[1]:.1f} times one after the other")


async def interleaved(sides: dict[str, Ask], rounds: int) -> dict[str, tuple[float, float]]:
    """Ask all sides in turn; return the medians of CPU and time, in milliseconds a request."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, ask in sides.items():
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(REQUESTS):
                await ask()
            if number:  # the first round warms up
                spent[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    scale = 1000 / REQUESTS
    return {
        name: (median(cpu for cpu, _ in each) * scale, median(wall for _, wall in each) * scale)
        for name, each in spent.items()
    }


def asking(app: ASGIApp) -> Ask:
    """Return what asks an application for the page."""
    body = json.dumps({"query": DOCUMENT, "variables": {"first": 20}}).encode()
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"accept", b"application/json")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"}
    scope |= {"path": "/graphql", "raw_path": b"/graphql", "root_path": "", "query_string": b"", "headers": headers}

    async def ask() -> Any:
        sent: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message.get("body", b""))

        await app({**scope, "state": {}}, receive, send)  # type: ignore[arg-type]
        return json.loads(b"".join(sent))

    return ask


def rows(kind: str) -> Iterator[dict[str, Any]]:
    """Make 40 profiles, 400 achievements and 2,000 endorsements."""
    chance = random.Random(1)
    base, day = "https://badges.example.ac.jp", "2026-01-01T00:00:00Z"
    profiles = [f"{base}/profiles/{n}" for n in range(40)]
    achievements = [f"{base}/achievements/{n}" for n in range(400)]
    if kind == "profiles":
        for id_ in profiles:
            yield {
                "id": id_,
                "kind": "board",
                "name": f"教育機関 {id_[-2:]}",
                "url": id_,
                "description": "研修を行う。",
            }
    if kind == "achievements":
        for number, id_ in enumerate(achievements):
            texts = {"name": f"研修 {number:03}", "description": "身に付けたことを示す。", "tags": ["研修"]}
            yield {"id": id_, "issuer": chance.choice(profiles), **texts, "version": "1.0", "createdAt": day}
    if kind == "endorsements":
        for number in range(2_000):
            id_, by, target = f"{base}/endorsements/{number}", chance.choice(profiles), chance.choice(achievements)
            said = {"kind": "quality", "comment": "推奨します。", "status": "active", "issuedAt": day}
            yield {"id": id_, "endorser": by, "targetKind": "achievement", "target": target, **said}


@dataclass
class Loaders:
    """The loaders of one request, over statements of their own."""

    world: World

    def __post_init__(self) -> None:
        self.owners: DataLoader[str, Any] = DataLoader(lambda ids: self.by_id(_OWNERS, ids))
        self.endorsers: DataLoader[str, Any] = DataLoader(lambda ids: self.by_id(_ENDORSERS, ids))
        self.endorsements: DataLoader[str, Any] = DataLoader(lambda ids: self.by_id(_ENDORSEMENTS, ids))

    async def by_id(self, statement: str, ids: Sequence[str]) -> list[Any]:
        found = {row["id"]: row["found"] for row in await self.world.store.run("plain", statement, {"ids": list(ids)})}
        return [found[each] for each in ids]


_PAGE = (
    "MATCH (a:Achievement) WHERE a.skName > '' "
    "RETURN {id: a.id, name: a.name, number: a.number} AS row ORDER BY a.skName LIMIT $first"
)
_OWNERS = (
    "MATCH (a:Achievement)<-[:OFFERS]-(p) WHERE a.id IN $ids RETURN {id: a.id, found: {id: p.id, name: p.name}} AS row"
)
_ENDORSERS = (
    "MATCH (e:Endorsement)<-[:MADE]-(p) WHERE e.id IN $ids RETURN {id: e.id, found: {id: p.id, name: p.name}} AS row"
)
_ENDORSEMENTS = """MATCH (a:Achievement) WHERE a.id IN $ids
RETURN {id: a.id, found: {
  total: COUNT { MATCH (a)<-[:ENDORSES]-(e) WHERE e.shown = true },
  first: COLLECT {
    MATCH (a)<-[:ENDORSES]-(e) WHERE e.shown = true
    WITH e ORDER BY e.skDate DESC LIMIT 5 RETURN {id: e.id, kind: e.kind, since: e.since}
  }
}} AS row"""


# The same page as people write it with Strawberry.


@strawberry.type
class PlainProfile:
    id: strawberry.ID
    name: str


@strawberry.type
class Endorsement:
    id: strawberry.ID
    kind: str
    since: str

    @strawberry.field
    async def endorser(self, info: strawberry.Info[Loaders, None]) -> PlainProfile:
        return PlainProfile(**await info.context.endorsers.load(self.id))


@strawberry.type
class EndorsementEdge:
    node: Endorsement


@strawberry.type
class EndorsementConnection:
    total_count: int
    edges: list[EndorsementEdge]


@strawberry.type
class Achievement:
    id: strawberry.ID
    name: str
    number: int

    @strawberry.field
    async def owner(self, info: strawberry.Info[Loaders, None]) -> PlainProfile:
        return PlainProfile(**await info.context.owners.load(self.id))

    @strawberry.field
    async def endorsements(self, info: strawberry.Info[Loaders, None], first: int) -> EndorsementConnection:
        found = await info.context.endorsements.load(self.id)
        edges = [EndorsementEdge(node=Endorsement(**each)) for each in found["first"][:first]]
        return EndorsementConnection(total_count=found["total"], edges=edges)


@strawberry.type
class AchievementEdge:
    node: Achievement


@strawberry.type
class AchievementConnection:
    edges: list[AchievementEdge]


@strawberry.type
class Query:
    @strawberry.field
    async def achievements(self, info: strawberry.Info[Loaders, None], first: int | None) -> AchievementConnection:
        found = await info.context.world.store.run("plain", _PAGE, {"first": first})
        return AchievementConnection(edges=[AchievementEdge(node=Achievement(**row)) for row in found])


def plain(world: World) -> ASGIApp:
    """Return the page as people write it with Strawberry."""

    class View(GraphQL[Loaders, None]):
        async def get_context(self, request: Any, response: Any) -> Loaders:
            return Loaders(world)

    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
    return View(schema, graphql_ide=None)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
