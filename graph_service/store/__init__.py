"""The graph database, and the only importer of its driver. Services see `Store`, `Write` and `Recorded`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.event import Event
from graph_service.domain.time import Instant
from graph_service.store.commit import Recorded, Write, commit, note, recorded
from graph_service.store.connection import DEADLINE, Connection, Observe, unobserved
from graph_service.store.endpoint import Endpoint
from graph_service.store.migrate import migrate

__all__ = ["Endpoint", "Recorded", "Store", "Write"]


@dataclass(frozen=True, slots=True)
class Store:
    """What services ask of the graph. Errors when it is away, slow or refuses: see `Connection`."""

    connection: Connection

    @classmethod
    def open(cls, endpoint: Endpoint, *, deadline: float = DEADLINE, observe: Observe = unobserved) -> Store:
        """Check all Cypher and prepare the connections; nothing is sent yet. Raises ConfigurationError."""
        return cls(Connection.open(endpoint, deadline=deadline, observe=observe))

    @property
    def writes(self) -> int:
        """How often this process has written: while it is the same, only others can have changed anything."""
        return self.connection.writes.count

    async def read(self, name: str, /, **parameters: object) -> list[Any]:
        """Run a reading statement of `cypher/`; return its rows, each the value of the column `row`."""
        return await self.connection.read(name, **parameters)

    async def run(self, name: str, text: str, parameters: Mapping[str, object]) -> list[Any]:
        """Run a compiled reading statement; return its rows."""
        return await self.connection.run(name, text, parameters)

    async def commit(self, work: Sequence[Write], event: Event) -> Recorded:
        """Write all of `work` and record `event`, or nothing; errors: `commit.commit`."""
        return await commit(self.connection, work, event)

    async def note(self, write: Write) -> bool:
        """Write what no event tells of, and return whether it met anything: `commit.note`."""
        return await note(self.connection, write)

    async def recorded(self, key: str) -> Event | None:
        """Return the event that was recorded under `key`."""
        return await recorded(self.connection, key)

    async def migrate(self, base_url: str, at: Instant) -> tuple[str, ...]:
        """Bring the schema up to date and return what was applied; errors: `migrate.migrate`."""
        return await migrate(self.connection, base_url, at)

    async def ping(self) -> None:
        """Return when the database answers."""
        await self.connection.ping()

    async def close(self) -> None:
        """Close every connection."""
        await self.connection.close()
