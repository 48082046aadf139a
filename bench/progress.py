"""Progress on the pathway of `bench.pathway` as the service answers it: one learner, and cohorts of 180 and 360.

    python -m bench.progress [ROUNDS]

The database is the embedded engine over Bolt, or the Neo4j that GRAPH_SERVICE_TEST_NEO4J_URI names. Everything is
made through the services: the pathway is imported, learners hold anything from none to all of its badges.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import median

from bench.pathway import AT, document
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.pathway.evaluate import evaluate
from graph_service.services import awarding, learners
from graph_service.services.awarding import AwardRow
from graph_service.services.call import Call
from graph_service.services.importing import import_pathway
from graph_service.services.progress import Cohort, Plans, cohort
from tests.casts import Cast, empty_world, gather_cast
from tests.engines import running_engine

COHORT = 360
AT_ONCE = 500


async def main(rounds: int) -> None:
    spent: list[float] = []  # in the database, a statement

    def observe(_name: str, _kind: str, seconds: float, _rows: int) -> None:
        spent.append(seconds)

    async with running_engine() as engine, empty_world(engine, observe=observe) as world:
        cast = await gather_cast(world)
        pathway, members = await peopled(cast, random.Random(2), COHORT)
        plans, call = Plans(), Call(cast.operator, AT)

        async def asked(number: int) -> Cohort:
            found = await cohort(world, plans, call, pathway=pathway, learners=members[:number])
            _ = found.complete, [member.fraction for member in found.members]
            return found

        whole = await asked(COHORT)
        held = sum(len(member.facts.awards) for member in whole.members)
        print(f"{len(whole.plan.nodes)} nodes; {COHORT} learners with {held} awards, {whole.complete} of them complete")
        for number in (1, COHORT // 2, COHORT):
            await timed(number, asked, spent, rounds)


async def timed(number: int, asked: Callable[[int], Awaitable[Cohort]], spent: list[float], rounds: int) -> None:
    """Print what it costs to ask about so many learners: medians."""
    totals, database, evaluation = [], [], []
    for _ in range(rounds):
        spent.clear()
        begun = time.perf_counter()
        found = await asked(number)
        totals.append(time.perf_counter() - begun)
        database.append(sum(spent))
        begun = time.perf_counter()
        for member in found.members:
            _ = evaluate(member.plan, member.facts, member.at).progress
        evaluation.append(time.perf_counter() - begun)
    whole, fetched, evaluated = (median(each) * 1000 for each in (totals, database, evaluation))
    print(f"{number} learners: p50 {whole:.2f} ms, of which database {fetched:.2f} ms, evaluation {evaluated:.2f} ms")


async def peopled(
    cast: Cast, chance: random.Random, number: int, badges: int | None = None
) -> tuple[Iri, Sequence[Iri]]:
    """Import the pathway and award so many of its badges at most; return it and the learners."""
    university = cast.member("university", cast.university, Role.EDITOR, Role.ISSUER)
    imported = await import_pathway(cast.world, Call(university, AT), owner=cast.university, document=document())
    assert imported.pathway is not None
    there = (*imported.created, *imported.existing)
    members = [
        member
        for start in range(0, number, AT_ONCE)
        for member in await learners.register_learners(
            cast.world, Call(university, AT), count=min(AT_ONCE, number - start)
        )
    ]
    days = [f"2026-{month:02}-01" for month in range(1, 11)]
    rows = [
        AwardRow(member, badge, chance.choice(days))
        for member in members
        for badge in chance.sample(there, chance.randint(0, badges or len(there)))
    ]
    for start in range(0, len(rows), AT_ONCE):
        await awarding.award_many(
            cast.world, Call(university, AT), issuer=cast.university, rows=rows[start : start + AT_ONCE]
        )
    return imported.pathway, members


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
