"""The order in which watchers are told what happened: each event gets a number, once, when it can be seen.

The id of an event is older than its commit, so no order of ids or instants tells what a watcher has missed. Numbers do:
they are given to events that are committed, in batches, each in one transaction, from the last number on and without a
gap. Whoever has been told all up to a number has missed nothing, and asks for those after it (decision 27). Several
processes may number at once: of two that give the same number, or number the same event, one is refused.
"""

from __future__ import annotations

import asyncio

from graph_service.errors import AlreadyExists, Unavailable
from graph_service.services.call import World
from graph_service.store import Write

TO = "numbers"
NEXT = "completions"
"""Who follows what was numbered."""
TRIES = 10
"""How often in a row another process may be faster."""
PAUSE = 0.1
"""Seconds until the next try."""
_PAGE = 500


async def number(world: World) -> None:
    """Number every event that waits for it. Raises Unavailable, DeadlineExceeded."""
    refused = 0
    while waiting := await world.store.read("delivery/waiting", to=TO, after="", limit=_PAGE):
        given = {"to": TO, "next": NEXT, "ids": waiting, "first": await last(world) + 1}
        try:
            await world.store.note(Write("notice/number", given))
            refused = 0
        except AlreadyExists:  # another process was faster
            refused += 1
            if refused == TRIES:
                raise Unavailable("database") from None
            await asyncio.sleep(PAUSE)


async def last(world: World) -> int:
    """Return the greatest number that was given; 0 before the first."""
    return next(iter(await world.store.read("notice/last")), 0)
