"""The only door for writing: what is written and the event that says so go through together, once.

Only what nobody does has no event: `note`.

The event's key is unique. Whatever goes wrong, the first question is whether an event with this key is there
already: then this very request was written before, by another attempt or because its answer was lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.event import Event
from graph_service.errors import AlreadyExists, GraphServiceError, KeyReused, NotFound, Unavailable
from graph_service.store.connection import Connection, Run, border

_THINGS = 500  # that are written within one deadline; what concerns more is given as much longer


@dataclass(frozen=True, slots=True)
class Write:
    """One writing statement; if it answers no row, `otherwise` is raised and nothing is written."""

    statement: str
    parameters: Mapping[str, object]
    otherwise: GraphServiceError | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The event as it stands in the graph; `replayed` if the same request had been written before."""

    event: Event
    replayed: bool


async def commit(connection: Connection, work: Sequence[Write], event: Event) -> Recorded:
    """Write `work` and record `event`, or nothing.

    Raises the `otherwise` of a write that met nothing, and

    - NotFound: the event is about something that does not exist,
    - KeyReused: its key came with another request before,
    - AlreadyExists: a unique value is taken; the caller may load, judge and commit anew with fresh values,
    - Unavailable, DeadlineExceeded: it may or may not be written; committing again with the same key finds
      out.
    """
    deadline = connection.deadline * (1 + len(event.about) // _THINGS)
    async with border(event.action, deadline):
        try:
            return await _commit(connection, work, event, deadline)
        except AlreadyExists:  # a MERGE that lost a race is refused once on the embedded engine
            return await _commit(connection, work, event, deadline)


async def note(connection: Connection, write: Write) -> bool:
    """Write what is no action of anybody, so that no event tells of it; return whether it met anything.

    It may be written twice: it must say the same then. Raises Unavailable, DeadlineExceeded.
    """
    met = False

    async def body(run: Run) -> None:
        nonlocal met
        met = bool(await run(write.statement, **write.parameters))

    await connection.transact(write.statement, body, connection.deadline)
    return met


async def recorded(connection: Connection, key: str) -> Event | None:
    """Return the event that was recorded under `key`."""
    return next(map(_event, await connection.read("event/recorded", key=key)), None)


async def _commit(connection: Connection, work: Sequence[Write], event: Event, deadline: float) -> Recorded:
    async def body(run: Run) -> None:
        await _write(run, work, event)

    try:
        await connection.transact(event.action, body, deadline)
    except Unavailable:
        raise
    except GraphServiceError:
        before = await recorded(connection, event.key)
        if before is None:
            raise
        if before.request != event.request:
            raise KeyReused(event.key) from None
        return Recorded(before, replayed=before.id != event.id)
    return Recorded(event, replayed=False)


async def _write(run: Run, work: Sequence[Write], event: Event) -> None:
    await run("event/record", **_properties(event))
    for write in work:
        if not await run(write.statement, **write.parameters) and write.otherwise:
            raise write.otherwise
    if event.about:
        found = await run("event/about", id=event.id, about=list(event.about))
        if missing := set(event.about).difference(found):
            raise NotFound("Entity", min(missing))


def _properties(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "key": event.key,
        "at": event.at,
        "action": event.action,
        "actorId": event.actor,
        "speakingFor": event.speaking_for,
        "results": list(event.results),
        "request": event.request,
        "requestId": event.request_id,
    }


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        id=row["id"],
        key=row["key"],
        at=row["at"],
        action=row["action"],
        actor=row["actorId"],
        speaking_for=row["speakingFor"],
        about=tuple(row["about"]),
        results=tuple(row["results"]),
        request=row["request"],
        request_id=row["requestId"],
    )
