"""A pathway version, compiled once so that many learners are evaluated quickly.

Leaves come first and are one bit each, so that "how many of these leaves hold" is one machine instruction.
Groups follow, parts before wholes, the root last: nothing is recursive and what is shared is counted once.
Progress is counted in whole numbers: a group's value is a number out of its own `full`.

Versions that are referenced are part of the plan, each once, however many ways lead to it; the ids of their nodes
are those of their requirements, `<version>#<node>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from graphlib import TopologicalSorter
from math import lcm
from types import MappingProxyType

from graph_service.domain.endorsement import TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import (
    DECIMAL_PLACES,
    After,
    AtLeast,
    Credits,
    Definition,
    Group,
    Leaf,
    Node,
    Ref,
    ValidAt,
    Window,
    requirement_id,
)

Definitions = Mapping[Iri, Definition]
"""The versions that a definition rests on, through whatever references, and no others."""

NONE: Definitions = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tally:
    """An AtLeast, ready to be counted: the sum of the `count` largest values of its parts. A Ref is one of one.

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


@dataclass(frozen=True, slots=True)
class Sum:
    """A Credits, ready to be added up, in whole steps of the last decimal place.

    `worth` has one entry for each amount that occurs: the mask of the leaves that are worth it, and the amount.
    """

    full: int
    worth: tuple[tuple[int, int], ...]

    def value(self, held: int, _: Sequence[int]) -> int:
        """Return the value out of `full`, from the leaves that hold."""
        return min(self.full, sum((held & leaves).bit_count() * amount for leaves, amount in self.worth))


@dataclass(frozen=True, slots=True)
class Memory:
    """The leaves (a mask) of one pathway version whose award need only be valid AT_COMPLETION, and its root.

    A leaf keeps its meaning when its version is referenced: it counts on from when its own root held. Otherwise a
    Ref would not hold exactly when the version does.
    """

    root: int
    leaves: int


@dataclass(frozen=True, eq=False)
class Plan:
    """Node number `i` is leaf `i`, or group `i - len(leaves)`; `parts` are numbers of nodes."""

    digest: str
    nodes: tuple[Node, ...]
    parts: tuple[tuple[int, ...], ...]
    leaves: tuple[Leaf, ...]
    groups: tuple[Tally | Sum, ...]
    accepts: Mapping[Iri, tuple[int, ...]]
    """Achievement → the leaves that it may fill."""
    memories: tuple[Memory, ...]

    @property
    def root(self) -> int:
        """The number of the root."""
        return len(self.nodes) - 1

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

    def holds(self, node: int, held: int, values: Sequence[int]) -> bool:
        """Tell whether node number `node` is complete when the leaves of `held` hold and groups have these values."""
        group = node - len(self.leaves)
        return values[group] == self.groups[group].full if group >= 0 else held >> node & 1 == 1


def compile_plan(definition: Definition, digest: str, referenced: Definitions = NONE) -> Plan:
    """Compile a definition in which `rules.check` finds nothing.

    A version never changes, nor does any that it references, so a plan never does: callers keep as many as they like
    in a bounded mapping by `digest` (the version's), and nothing ever needs to be invalidated.
    """
    nodes = _in_order(joined(definition, referenced), referenced)
    number = {node.id: i for i, node in enumerate(nodes)}
    leaves = tuple(node for node in nodes if isinstance(node, Leaf))
    parts = tuple(tuple(number[part] for part in parts_of(node, referenced)) for node in nodes)
    accepts: dict[Iri, tuple[int, ...]] = {}
    for i, leaf in enumerate(leaves):
        for target in leaf.targets:
            accepts[target] = (*accepts.get(target, ()), i)
    return Plan(
        digest=digest,
        nodes=nodes,
        parts=parts,
        leaves=leaves,
        groups=_groups(nodes, parts),
        accepts=accepts,
        memories=tuple(_memories(definition, referenced, number)),
    )


def joined(definition: Definition, referenced: Definitions) -> tuple[Node, ...]:
    """Return the nodes of a definition and of all versions that it rests on."""
    below = (placed(node, version) for version, each in referenced.items() for node in each.nodes)
    return (*definition.nodes, *below)


def placed(node: Node, version: Iri) -> Node:
    """Return a node of a version as it is called outside of it."""
    id_ = requirement_id(version, node.id)
    if isinstance(node, Group):
        parts = tuple(requirement_id(version, part) for part in node.parts)
        match node:
            case Window():
                return replace(node, id=id_, part=parts[0])
            case After():
                return replace(node, id=id_, prerequisite=parts[0], part=parts[1])
            case AtLeast() | Credits():
                return replace(node, id=id_, parts=parts)
    return replace(node, id=id_)


def parts_of(node: Node, referenced: Definitions) -> tuple[str, ...]:
    """Return the ids of a node's parts; that of a Ref is the root of its version, if that is known."""
    if isinstance(node, Ref):
        version = node.pathway_version
        return (requirement_id(version, referenced[version].root or ""),) if version and version in referenced else ()
    return node.parts if isinstance(node, Group) else ()


def _in_order(nodes: Sequence[Node], referenced: Definitions) -> tuple[Node, ...]:
    """Return leaves, then groups, parts before wholes. The root is above all others, so it is the last."""
    by_id = {node.id: node for node in nodes}
    order = TopologicalSorter({node.id: parts_of(node, referenced) for node in nodes}).static_order()
    return tuple(sorted((by_id[id_] for id_ in order), key=lambda node: not isinstance(node, Leaf)))


def _groups(nodes: Sequence[Node], parts: Sequence[tuple[int, ...]]) -> tuple[Tally | Sum, ...]:
    leaves = tuple(node for node in nodes if isinstance(node, Leaf))
    groups: list[Tally | Sum] = []
    for node, below in zip(nodes, parts, strict=True):
        match node:
            case Credits():
                groups.append(_sum(node, [(part, leaves[part]) for part in below]))
            case AtLeast() | Ref():
                count = node.count if isinstance(node, AtLeast) else 1
                groups.append(_tally(count, below, len(leaves), groups))
    return tuple(groups)


def _tally(count: int, parts: Sequence[int], first: int, before: Sequence[Tally | Sum]) -> Tally:
    groups = [part - first for part in parts if part >= first]
    unit = lcm(*(before[group].full for group in groups))
    weighed = tuple((group, unit // before[group].full) for group in groups)
    return Tally(count, _mask(part for part in parts if part < first), weighed, unit)


def _sum(node: Credits, parts: Iterable[tuple[int, Leaf]]) -> Sum:
    worth: dict[int, int] = {}
    for number, leaf in parts:
        amount = _steps(leaf.credits[node.unit])
        worth[amount] = worth.get(amount, 0) | 1 << number
    return Sum(_steps(node.threshold), tuple((leaves, amount) for amount, leaves in worth.items()))


def _steps(amount: Decimal) -> int:
    return int(amount.scaleb(DECIMAL_PLACES))


def _memories(definition: Definition, referenced: Definitions, number: Mapping[str, int]) -> Iterator[Memory]:
    for version, each in ((None, definition), *referenced.items()):
        leaves = (node for node in each.nodes if isinstance(node, Leaf))
        ids = [leaf.id for leaf in leaves if leaf.guards.valid_at is ValidAt.AT_COMPLETION]
        if ids and each.root:
            root, *kept = (number[requirement_id(version, id_) if version else id_] for id_ in (each.root, *ids))
            yield Memory(root, _mask(kept))


def _mask(leaves: Iterable[int]) -> int:
    return sum(1 << leaf for leaf in leaves)
