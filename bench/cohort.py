"""Progress of 10,000 learners on the pathway of `bench.pathway`, end to end, page by page: one statement each.

    python -m bench.cohort [LEARNERS]

The database is the embedded engine over Bolt, or the Neo4j that GRAPH_SERVICE_TEST_NEO4J_URI names. Everything is
made through the services. Told are times, statements and memory of a tenth of the learners and of all of them.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sys
import time
from collections.abc import Sequence

from bench.pathway import AT
from bench.progress import peopled
from graph_service.domain.iri import Iri
from graph_service.services.call import Call
from graph_service.services.progress import PAGE, Plans, pages
from tests.casts import Cast, empty_world, gather_cast
from tests.engines import running_engine


async def main(learners: int) -> None:
    spent: list[float] = []  # in the database, a statement

    def observe(_name: str, _kind: str, seconds: float, _rows: int) -> None:
        spent.append(seconds)

    async with running_engine() as engine, empty_world(engine, observe=observe) as world:
        cast = await gather_cast(world)
        pathway, members = await peopled(cast, random.Random(2), learners, badges=10)
        plans = Plans()
        await streamed(cast, plans, pathway, members[:1], spent)  # compiles the plan
        for number in (learners // 10, learners):
            await streamed(cast, plans, pathway, members[:number], spent)


async def streamed(cast: Cast, plans: Plans, pathway: Iri, asked: Sequence[Iri], spent: list[float]) -> None:
    """Ask about so many learners and print what it cost."""
    spent.clear()
    begun, complete, percentages = time.perf_counter(), 0, 0
    async for page in pages(cast.world, plans, Call(cast.operator, AT), pathway=pathway, learners=asked):
        complete += page.complete
        percentages += sum(member.percentage for member in page.members)
    whole, peak = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{len(asked)} learners, pages of {PAGE}: {whole:.2f} s, of which database {sum(spent):.2f} s in {len(spent)} "
        f"statements; {complete} complete, {percentages // len(asked)} % on average; {peak} MiB at most so far",
        flush=True,
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
