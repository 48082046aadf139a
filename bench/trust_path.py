"""Chains of trust over 20,000 endorsements: found, not found, and as far as it goes.

    python -m bench.trust_path [ROUNDS]

The database is the embedded engine over Bolt, or the Neo4j that GRAPH_SERVICE_TEST_NEO4J_URI names. 1,800 profiles
endorse five others each (sparse), 200 endorse 55 of themselves (dense). In each round every question is asked once
beside a plain read of one profile, and is told as a multiple of that.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median, quantiles

from graph_service.domain.iri import Iri
from graph_service.domain.policy import PUBLIC
from graph_service.services import trust_paths
from graph_service.services.call import Call, World
from tests.casts import START, empty_world
from tests.engines import running_engine

SPARSE, DENSE, EACH, AMONG = 1_800, 200, 5, 55
ALONE = "urn:alone"

PROFILES = "UNWIND $rows AS id CREATE (p:Profile:Entity {id: id, type: 'Profile', shown: true}) RETURN p.id AS row"
ENDORSEMENTS = """UNWIND $rows AS row MATCH (a:Profile {id: row.by}) MATCH (b:Profile {id: row.of})
    CREATE (a)-[:MADE]->(x:Endorsement {id: row.by + ' ' + row.of, type: 'Endorsement', endorserId: row.by,
        targetId: row.of, targetType: 'Profile', since: $since, until: '9999-12-31T23:59:59Z', shown: true,
        standing: 'OWN', kind: 'ENDORSE'})-[:VOUCHES_FOR]->(b) RETURN x.id AS row"""


async def main(rounds: int) -> None:
    async with running_engine() as engine, empty_world(engine, deadline=60) as world:
        chance = random.Random(3)
        sparse, dense, count = await peopled(world, chance)
        print(f"{count} endorsements; {len(sparse)} profiles endorse {EACH} others, {len(dense)} endorse {AMONG}")

        def path(among: list[str], end: str | None, steps: int) -> Callable[[], Awaitable[object]]:
            async def ask() -> object:
                start, other = chance.sample(among, 2)
                call = Call(PUBLIC, START)
                return await trust_paths.path(world, call, start=start, end=end or other, max_steps=steps)

            return ask

        async def plain() -> object:
            return await world.store.read("profile/known", id=chance.choice(sparse))

        questions: dict[str, Callable[[], Awaitable[object]]] = {
            "plain read": plain,
            "sparse, 3 steps": path(sparse, None, 3),
            "sparse, 5 steps": path(sparse, None, 5),
            "dense, 3 steps": path(dense, None, 3),
            "nobody speaks of it": path(sparse, sparse[0] + "/nobody", 5),
            "sparse, nobody reaches it, 5 steps": path(sparse, ALONE, 5),
            "dense, nobody reaches it, 5 steps": path(dense, ALONE, 5),
        }
        spent: dict[str, list[float]] = {name: [] for name in questions}
        found: dict[str, int] = dict.fromkeys(questions, 0)
        for _ in range(rounds):
            for name, ask in questions.items():
                begun = time.perf_counter()
                answer = await ask()
                spent[name].append((time.perf_counter() - begun) * 1000)
                found[name] += answer is not None
        unit = median(spent["plain read"])
        for name, each in spent.items():
            p95 = quantiles(each, n=20)[-1]
            print(
                f"{name}: p50 {median(each):.1f} ms, p95 {p95:.1f} ms, {median(each) / unit:.0f} plain reads;"
                f" found {found[name]} of {rounds}"
            )


async def peopled(world: World, chance: random.Random) -> tuple[list[str], list[str], int]:
    """Make the profiles and who endorses whom; return them, and how many endorsements there are."""
    sparse = [f"urn:sparse:{number:04}" for number in range(SPARSE)]
    dense = [f"urn:dense:{number:04}" for number in range(DENSE)]
    pairs = [(by, of) for by in sparse for of in chance.sample(sparse, EACH) if of != by]
    pairs += [(by, of) for by in dense for of in chance.sample(dense, AMONG) if of != by]
    pairs.append(("urn:hermit", ALONE))
    connection = world.store.connection

    async def put(text: str, rows: list[object]) -> None:
        for first in range(0, len(rows), 1_000):
            given = {"rows": rows[first : first + 1_000], "since": START}
            await connection.driver.execute_query(text, given, database_=connection.database)

    await put(PROFILES, [*sparse, *dense, sparse[0] + "/nobody", ALONE, "urn:hermit"])
    await put(ENDORSEMENTS, [{"by": Iri(by), "of": Iri(of)} for by, of in pairs])
    return sparse, dense, len(pairs)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
