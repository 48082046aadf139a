"""A pathway version, compiled once so that many learners are evaluated quickly.

Leaves come first and are one bit each, so that "how many of these leaves hold" is one machine instruction.
Groups follow, parts before wholes, the root last: nothing is recursive and what is shared is counted once.
Progress is counted in whole numbers: a group's value is a number out of its own `full`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from math import lcm

from graph_service.domain.endorsement import TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import AtLeast, Definition, Leaf, Node, ValidAt


@dataclass(frozen=True, slots=True)
class Tally:
    """An AtLeast, ready to be counted: the sum of the `count` largest values of its parts.

    Parts have different scales, so each is brought to `unit`, what one complete part weighs:
    `leaves` (a bit mask) weigh `unit` each, a group (number, weight) its value times weight.
    """

    count: int
    leaves: int
    groups: tuple[tuple[int, int], ...]
    unit: int

    @property
    def full(self) -> int:
        """The value of the complete group."""
        return self.count * self.unit

    def value(self, held: int, values: Sequence[int]) -> int:
        """Return the value out of `full`, from the leaves that hold and the values of earlier groups."""
        complete = (held & self.leaves).bit_count()
        wanted = self.count - complete
        if wanted <= 0:
            return self.full
        shares = [values[group] * weight for group, weight in self.groups]
        if wanted < len(shares):
            shares = sorted(shares, reverse=True)[:wanted]
        return complete * self.unit + sum(shares)


@dataclass(frozen=True, eq=False)
class Plan:
    """Node number `i` is leaf `i`, or group `i - len(leaves)`; `parts` are numbers of nodes."""

    digest: str
    nodes: tuple[Node, ...]
    parts: tuple[tuple[int, ...], ...]
    leaves: tuple[Leaf, ...]
    groups: tuple[Tally, ...]
    accepts: Mapping[Iri, tuple[int, ...]]
    """Achievement → the leaves that it may fill."""
    remembering: int
    """Mask of the leaves whose award need only be valid AT_COMPLETION."""

    @property
    def achievements(self) -> frozenset[Iri]:
        """The achievements whose awards evaluation needs."""
        return frozenset(self.accepts)

    @property
    def endorsers(self) -> frozenset[Iri]:
        """The profiles whose endorsements evaluation needs."""
        return frozenset[Iri]().union(*(g.profiles for leaf in self.leaves for g in leaf.guards.endorsed_by))

    @property
    def target_types(self) -> frozenset[TargetType]:
        """What those endorsements are of: the achievements, the issuers of the awards, the awards."""
        return frozenset(guard.on for leaf in self.leaves for guard in leaf.guards.endorsed_by)

    def values(self, held: int) -> tuple[int, ...]:
        """Return the value of every group when the leaves of the mask `held` hold."""
        values: list[int] = []
        for group in self.groups:
            values.append(group.value(held, values))
        return tuple(values)

    def complete(self, held: int) -> bool:
        """Tell whether the root is complete when the leaves of the mask `held` hold."""
        return self.values(held)[-1] == self.groups[-1].full if self.groups else held == 1


def compile_plan(definition: Definition, digest: str) -> Plan:
    """Compile a definition in which `rules.check` finds nothing.

    A version never changes, so a plan never does: callers keep as many as they like in a bounded mapping by
    `digest` (the version's), and nothing ever needs to be invalidated.
    """
    nodes = _in_order(definition)
    number = {node.id: i for i, node in enumerate(nodes)}
    leaves = tuple(node for node in nodes if isinstance(node, Leaf))
    accepts: dict[Iri, tuple[int, ...]] = {}
    for i, leaf in enumerate(leaves):
        for target in leaf.targets:
            accepts[target] = (*accepts.get(target, ()), i)
    return Plan(
        digest=digest,
        nodes=nodes,
        parts=tuple(tuple(number[part] for part in _parts(node)) for node in nodes),
        leaves=leaves,
        groups=_tallies(nodes, number),
        accepts=accepts,
        remembering=_mask(i for i, leaf in enumerate(leaves) if leaf.guards.valid_at is ValidAt.AT_COMPLETION),
    )


def _in_order(definition: Definition) -> tuple[Node, ...]:
    """Return leaves, then groups, parts before wholes. The root is above all others, so it is the last."""
    nodes = {node.id: node for node in definition.nodes}
    order = TopologicalSorter({node.id: _parts(node) for node in definition.nodes}).static_order()
    return tuple(sorted((nodes[id_] for id_ in order), key=lambda node: isinstance(node, AtLeast)))


def _parts(node: Node) -> tuple[str, ...]:
    return node.parts if isinstance(node, AtLeast) else ()


def _tallies(nodes: tuple[Node, ...], number: Mapping[str, int]) -> tuple[Tally, ...]:
    first = sum(isinstance(node, Leaf) for node in nodes)
    tallies: list[Tally] = []
    for node in nodes:
        if isinstance(node, AtLeast):
            parts = [number[part] for part in node.parts]
            groups = [part - first for part in parts if part >= first]
            unit = lcm(*(tallies[group].full for group in groups))
            weighed = tuple((group, unit // tallies[group].full) for group in groups)
            tallies.append(Tally(node.count, _mask(part for part in parts if part < first), weighed, unit))
    return tuple(tallies)


def _mask(leaves: Iterable[int]) -> int:
    return sum(1 << leaf for leaf in leaves)
