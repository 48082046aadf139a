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
from graph_service.errors import DeadlineExceeded, GraphServiceError, StaleVersion, Unavailable
from graph_service.services import following, outputs
from graph_service.services.call import World
from graph_service.services.judging import Judged, Memory, judge
from graph_service.store import Write

PAGE = 500
"""How many completions are judged together, pathway by pathway."""
PAUSE = 3600
"""Seconds until the next try, where judging came to nothing for a reason of ours."""
MOMENT = 60
"""Seconds until the next try, where somebody else did something about an output meanwhile."""

Row = Mapping[str, Any]

log = logging.getLogger(__name__)


async def refresh(world: World, memory: Memory, clock: Callable[[], Instant]) -> int:
    """Follow what happened and judge what is due, until nothing is; return how often something was judged.

    What is judged may award an output, which is something that happened: pathways above follow in the next round. That
    ends, because an output is awarded once. Raises Unavailable, DeadlineExceeded if the database is away.
    """
    judged = 0
    while True:
        followed = await following.follow(world, clock())
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
        await _judge(world, memory, pathway, list(rows), at)
    return len(due)


async def _judge(world: World, memory: Memory, pathway: Iri, rows: Sequence[Row], at: Instant) -> None:
    """Judge completions of one pathway; where that fails, each half of them, until it is known which to put off."""
    try:
        judged = await judge(world, memory, pathway, rows, at)
    except Exception as error:
        later_on = _put_off(pathway, error, at)
        if len(rows) == 1:
            await _keep(world, [_kept(rows[0], later_on)])
            return
        half = len(rows) // 2
        await _judge(world, memory, pathway, rows[:half], at)
        await _judge(world, memory, pathway, rows[half:], at)
        return
    found = {each.id: each for each in judged if each.exists}
    if gone := [{"id": row["id"], "version": row["version"]} for row in rows if row["id"] not in found]:
        await world.store.note(Write("completion/forget", {"completions": gone}))
    # What led to something done is judged once more, and kept then.
    settled = [(each, await _settled(world, pathway, found[each["id"]])) for each in rows if each["id"] in found]
    await _keep(world, [_kept(row, changes) for row, changes in settled if changes])


async def _settled(world: World, pathway: Iri, judged: Judged) -> Mapping[str, object] | None:
    """Do what a completion calls for, and return what is to be kept of it; nothing if anything was to be done."""
    try:
        return None if await outputs.settle(world, judged) else judged.kept()
    except StaleVersion:  # somebody else was faster; if that changed the completion, it is due as it is
        return {"nextChange": later(judged.member.at, seconds=MOMENT)}
    except Exception as error:
        return _put_off(pathway, error, judged.member.at)


def _put_off(pathway: Iri, error: Exception, at: Instant) -> Mapping[str, object]:
    """Return what to keep where a fault of ours, or a statement that takes too long, leaves nothing to be judged."""
    if isinstance(error, Unavailable) and not isinstance(error, DeadlineExceeded):
        raise error
    code = error.code if isinstance(error, GraphServiceError) else type(error).__name__
    log.warning("completions of %s were not judged: %s", pathway, code)
    return {"nextChange": later(at, seconds=PAUSE)}


def _kept(row: Row, changes: Mapping[str, object]) -> Row:
    return {"id": row["id"], "version": row["version"], "judged": changes}


async def _keep(world: World, completions: Sequence[Row]) -> None:
    if completions:
        await world.store.note(Write("completion/keep", {"completions": completions}))
