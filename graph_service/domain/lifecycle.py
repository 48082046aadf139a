"""One type for every life cycle: a table of (state, action) → who may move, and where to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from graph_service.errors import IllegalTransition, NotPermitted


class Side(StrEnum):
    """For whom somebody speaks in a matter; `policy.py` decides which sides a principal may speak for."""

    ENDORSER = "ENDORSER"  # may sign for the endorsing profile
    ENDORSED = "ENDORSED"  # speaks for the owner of what is endorsed
    REQUESTER = "REQUESTER"  # the endorsed side, or the holder of an award
    ISSUER = "ISSUER"  # makes and awards what a profile offers
    EDITOR = "EDITOR"  # writes a profile's pathways and frameworks
    OWNER = "OWNER"  # members, keys and the profile itself
    HOLDER = "HOLDER"  # the learner
    OPERATOR = "OPERATOR"  # runs the service


S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True)
class Lifecycle(Generic[S, A]):
    """Everything that may happen to one kind of thing. State `None` is "does not exist yet"."""

    moves: Mapping[tuple[S | None, A], tuple[Set[Side], S]]

    def next(self, state: S | None, action: A, sides: Iterable[Side]) -> S:
        """Return the state after `action`.

        Raises IllegalTransition if there is no such move from `state`, NotPermitted if none of `sides` may make it.
        Who may not act at all learns that first, so that a stranger cannot ask for the state by trying.
        """
        sides = frozenset(sides)
        concerned = frozenset[Side]().union(*(by for (_, a), (by, _) in self.moves.items() if a == action))
        if not sides & concerned:
            raise NotPermitted(action, concerned)
        if (state, action) not in self.moves:
            raise IllegalTransition(state or "-", action, self.actions(state, sides))
        by, after = self.moves[state, action]
        if not sides & by:
            raise NotPermitted(action, by)
        return after

    def actions(self, state: S | None, sides: Iterable[Side]) -> frozenset[A]:
        """Return what `sides` may do in `state`."""
        sides = frozenset(sides)
        return frozenset(action for (before, action), (by, _) in self.moves.items() if before == state and by & sides)
