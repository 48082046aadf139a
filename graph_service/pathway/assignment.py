"""Which award fills which leaf where one award fills no more than so many.

Leaves are filled by awards, and parts of the group demand so many filled leaves. The sets of demands that can be met
together are the independent sets of a gammoid: so it is best to meet one after the other, those that bring most
progress first, and never to give up what was met. What is in the way is moved along augmenting paths.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph_service.pathway.groups import Demand

Leaf = int
Award = int
"""The place of an award among all: earlier ones are used first."""
Move = tuple[Leaf, Award, Leaf]
"""A leaf takes an award that another loses."""


def assign(demands: Sequence[Demand], fits: Mapping[Leaf, Sequence[Award]], cap: int) -> dict[Leaf, Award]:
    """Return which award fills which leaf: demands are met in their order, as far as may be; then what is left over.

    `fits` are the awards, in order, that may fill a leaf; one fills at most `cap`. No leaf is part of two demands.
    """
    filling = _Filling({leaf: demand for demand in demands for leaf in demand.leaves}, fits, cap)
    for demand in demands:
        for _ in range(demand.count):
            if not filling.add(demand.leaves):
                break
    filling.keeps = True
    for leaf in (leaf for demand in demands for leaf in demand.leaves):
        filling.add((leaf,))
    return filling.award


@dataclass(slots=True)
class _Filling:
    """Which award fills each leaf by now. With `keeps`, a filled leaf stays so; else another of its demand may do."""

    demand: Mapping[Leaf, Demand]
    fits: Mapping[Leaf, Sequence[Award]]
    cap: int
    award: dict[Leaf, Award] = field(default_factory=dict)
    leaves: dict[Award, list[Leaf]] = field(default_factory=dict)
    keeps: bool = False

    def add(self, wanted: Iterable[Leaf]) -> bool:
        """Fill one more of the `wanted` leaves, whatever has to move for it; else change nothing."""
        came: dict[Leaf, Move | None] = dict.fromkeys(leaf for leaf in wanted if leaf not in self.award)
        waiting = deque(came)
        tried: set[Award] = set()
        released: set[int] = set()
        while waiting:
            leaf = waiting.popleft()
            for award in self.fits.get(leaf, ()):
                if award in tried:
                    continue
                tried.add(award)
                users = self.leaves.setdefault(award, [])
                if len(users) < self.cap:
                    self._move(leaf, award, came)
                    return True
                for loser in users:
                    for other in self._instead_of(loser, released):
                        if other not in came:
                            came[other] = (leaf, award, loser)
                            waiting.append(other)
        return False

    def _instead_of(self, loser: Leaf, released: set[int]) -> Iterator[Leaf]:
        """Yield the leaves that may look for an award when one loses its own: itself, or another that stands in.

        The others are named once: `released` are the parts whose leaves have been.
        """
        yield loser
        demand = self.demand[loser]
        if not self.keeps and demand.node not in released:
            released.add(demand.node)
            yield from (leaf for leaf in demand.leaves if leaf not in self.award)

    def _move(self, leaf: Leaf, award: Award, came: Mapping[Leaf, Move | None]) -> None:
        self._take(leaf, award)
        while (move := came[leaf]) is not None:
            leaf, award, loser = move
            if self.award.get(loser) == award:
                del self.award[loser]
                self.leaves[award].remove(loser)
            self._take(leaf, award)

    def _take(self, leaf: Leaf, award: Award) -> None:
        if leaf in self.award:
            self.leaves[self.award[leaf]].remove(leaf)
        self.award[leaf] = award
        self.leaves[award].append(leaf)
