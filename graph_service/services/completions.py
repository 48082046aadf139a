"""Completions, kept for lists: never truth, refreshed upward from what changed, and made anew whenever one likes.

A kept completion says when it is to be judged again (`nextChange`); that is the only queue there is. What happened
moves that instant to now (`following`), time moves towards it, and what was judged goes on to the next. Work comes
before what says that it is done, so a process may be killed anywhere; several may do this at once, and each finds
nothing left to do where another was faster (decision 25).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, later
from graph_service.errors import GraphServiceError, StaleVersion, Unavailable
from graph_service.services import following, outputs
from graph_service.services.call import World
from graph_service.services.judging import Judged, Memory, judge
from graph_service.store import Write

PAGE = 500
"""How many completions are judged together, pathway by pathway."""
PAUSE = 3600
"""Seconds until the next try, where judging came to nothing for a reason of ours."""

log = logging.getLogger(__name__)


async def refresh(world: World, memory: Memory, clock: Callable[[], Instant]) -> int:
    """Follow what happened and judge what is due, until nothing is; return how often something was judged.

    What is judged may award an output, which is something that happened: pathways above follow in the next round. That
    ends, because an output is awarded once. Raises Unavailable, DeadlineExceeded if the database is away.
    """
    judged = 0
    while True:
        followed = await following.follow(world, memory.seen, clock())
        due = await judge_due(world, memory, clock())
        if not followed and not due:
            return judged
        judged += due


async def rebuild(world: World, memory: Memory, clock: Callable[[], Instant]) -> int:
    """Throw every kept completion away and make all of them anew; outputs and their marks are not touched by that."""
    while await world.store.note(Write("completion/clear", {"limit": following.PAGE})):
        pass
    await following.mark_everything(world, clock())
    return await refresh(world, memory, clock)


async def judge_due(world: World, memory: Memory, at: Instant) -> int:
    """Judge a page of what is due, and return how many; what cannot be judged for whatever reason is put off."""
    due = await world.store.read("completion/due", at=at, limit=PAGE)
    for pathway, rows in groupby(sorted(due, key=itemgetter("pathway", "id")), key=itemgetter("pathway")):
        waiting = list(rows)
        try:
            await _judge(world, memory, pathway, waiting, at)
        except Unavailable:
            raise
        except Exception as error:  # a fault of ours with one of them, which is tried again later
            code = error.code if isinstance(error, GraphServiceError) else type(error).__name__
            log.warning("completions of %s were not judged: %s", pathway, code)
            again = {"nextChange": later(at, seconds=PAUSE)}
            await _keep(world, [{"id": row["id"], "version": row["version"], "judged": again} for row in waiting])
    return len(due)


async def _judge(world: World, memory: Memory, pathway: Iri, rows: Sequence[Mapping[str, Any]], at: Instant) -> None:
    judged = [each for each in await judge(world, memory, pathway, rows, at) if each.exists]
    # What led to something done is judged once more, and kept then.
    done = [each for each in judged if not await _settled(world, each)]
    await _keep(world, [{"id": each.id, "version": each.version, "judged": each.kept()} for each in done])
    found = {each.id for each in judged}
    if gone := [{"id": row["id"], "version": row["version"]} for row in rows if row["id"] not in found]:
        await world.store.note(Write("completion/forget", {"completions": gone}))


async def _settled(world: World, judged: Judged) -> bool:
    try:
        return await outputs.settle(world, judged)
    except StaleVersion:  # something changed meanwhile, and it will be judged again
        return True


async def _keep(world: World, completions: Sequence[Mapping[str, object]]) -> None:
    if completions:
        await world.store.note(Write("completion/keep", {"completions": completions}))
