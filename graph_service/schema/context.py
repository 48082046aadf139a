"""What every resolver may ask for: who asks, at which instant, in which language, and how to read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from graph_service.domain.time import Instant
from graph_service.errors import LimitExceeded
from graph_service.read.selection import Asked, Audience, Selection, Viewer
from graph_service.services.call import Call, World
from graph_service.services.progress import Plans
from graph_service.services.verification import Sources
from graph_service.services.watching import Watcher

MAX_COST = 5_000
"""Nodes that one request may read: the size of each list times what it holds, over all root fields."""


class Reader(Protocol):
    """Answers selections: one statement each."""

    async def read(self, selection: Selection, asked: Asked) -> Any:
        """Return the answer, already shaped."""
        ...


@dataclass
class Budget:
    """What the root fields of one request cost together. All are added up before the first one reads."""

    cost: int = 0

    def covers(self, cost: int) -> bool:
        """Tell whether that much more may be spent; if so, it is."""
        if self.cost + cost > MAX_COST:
            return False
        self.cost += cost
        return True

    def spend(self, cost: int) -> None:
        """Add what is only known while answering, and check."""
        self.cost += cost
        self.check()

    def check(self) -> None:
        """Raise LimitExceeded if it is too much."""
        if self.cost > MAX_COST:
            raise LimitExceeded("cost", MAX_COST)


@dataclass(frozen=True)
class Context:
    """One request."""

    world: World
    reader: Reader
    plans: Plans
    asker: Call
    language: str
    budget: Budget = field(default_factory=Budget)
    watcher: Watcher | None = None  # of a subscription

    @property
    def at(self) -> Instant:
        """The instant of the request."""
        return self.asker.at

    @cached_property
    def sources(self) -> Sources:
        """Where verifications look things up; what they may fetch, they share."""
        return Sources.of(self.world)

    @property
    def viewer(self) -> Viewer:
        """For whom the asker reads."""
        principal, at = self.asker.principal, self.asker.at
        ids = principal.readers(at)
        if principal.operates(at):
            return Viewer(Audience.OPERATOR, ids)
        return Viewer(Audience.MEMBER, ids) if ids else Viewer()

    def call(self, idempotency_key: str | None = None) -> Call:
        """Return the request as services take it."""
        return replace(self.asker, idempotency_key=idempotency_key)

    def told(self, call: Call) -> Context:
        """Return the context of one message of a subscription: a request of its own."""
        return replace(self, asker=call, budget=Budget())
