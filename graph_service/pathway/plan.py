"""A pathway version, compiled once so that many learners are evaluated quickly.

Leaves come first and are one bit each, so that "how many of these leaves hold" is one machine instruction.
Groups follow, parts before wholes, the root last: nothing is recursive and what is shared is counted once.
Progress is counted in whole numbers: a group's value is a number out of its own `full`.

A Window, what comes after STRICT, and a group with an award cap are scopes: they look at the awards below them in their
own way. Every other node lies in exactly one scope, or in none.

Versions that are referenced are part of the plan, each once, however many ways lead to it; the ids of their nodes
are those of their requirements, `<version>#<node>`. A reference to an achievement is a leaf, or, where nobody need have
awarded it, "one of" the leaf `<id>/award` and the reference `<id>/stack`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from math import lcm
from types import MappingProxyType

from graph_service.domain.endorsement import TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import (
    After,
    AtLeast,
    Credits,
    Definition,
    Group,
    Leaf,
    Mode,
    Node,
    Ref,
    ValidAt,
    Window,
    requirement_id,
)
from graph_service.pathway.groups import Capped, Counter, Demand, Strict, Sum, Tally, Windowed, added_up, mask
from graph_service.pathway.scopes import Scope, innermost, scopes, wakes

Definitions = Mapping[Iri, Definition]
"""The versions that a definition rests on, through whatever references, and no others."""

Accepts = Mapping[Iri, tuple[int, ...]]
"""Achievement → the leaves that it may fill."""

NONE: Definitions = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Memory:
    """The leaves (a mask) of one pathway version whose award need only be valid AT_COMPLETION, and its root.

    A leaf keeps its meaning when its version is referenced: it counts on from when its own root held. Otherwise a
    Ref would not hold exactly when the version does.
    """

    root: int
    leaves: int


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose claims of equivalence count for some of the leaves, and the leaves that an achievement may fill there."""

    claimants: frozenset[Iri]
    accepts: Accepts


@dataclass(frozen=True, eq=False)
class Plan:
    """Node number `i` is leaf `i`, or group `i - len(leaves)`; `parts` are numbers of nodes."""

    digest: str
    nodes: tuple[Node, ...]
    parts: tuple[tuple[int, ...], ...]
    leaves: tuple[Leaf, ...]
    groups: tuple[Counter, ...]
    accepts: Accepts
    memories: tuple[Memory, ...]
    trusting: tuple[Trust, ...]
    """For each set of claimants that some versions trust."""
    places: tuple[int | None, ...]
    """For each node the number of the innermost group in whose scope it lies."""
    scopes: Mapping[int | None, Scope]
    """By the number of the group; what lies in no scope under None."""
    wakes: tuple[int, ...]
    """For each node the mask of its wholes: the groups to count again when it changes."""
    waivable: Mapping[str, int]
    """Id → number of the nodes that may be waived: all but the roots of versions."""

    @property
    def root(self) -> int:
        """The number of the root."""
        return len(self.nodes) - 1

    @property
    def achievements(self) -> frozenset[Iri]:
        """The achievements that are asked for; awards of others matter only under an equivalence."""
        return frozenset(self.accepts)

    @property
    def endorsers(self) -> frozenset[Iri]:
        """The profiles whose endorsements evaluation needs."""
        return frozenset[Iri]().union(*(g.profiles for leaf in self.leaves for g in leaf.guards.endorsed_by))

    @property
    def accreditors(self) -> frozenset[Iri]:
        """The profiles whose accreditations of those endorsers it needs."""
        return frozenset[Iri]().union(*(g.accredited_by for leaf in self.leaves for g in leaf.guards.endorsed_by))

    @property
    def trusts(self) -> frozenset[Iri]:
        """The profiles whose claims of equivalence it needs."""
        return frozenset[Iri]().union(*(trust.claimants for trust in self.trusting))

    @property
    def target_types(self) -> frozenset[TargetType]:
        """What those endorsements are of: the achievements, the issuers of the awards, the awards."""
        return frozenset(guard.on for leaf in self.leaves for guard in leaf.guards.endorsed_by)

    @cached_property
    def is_plain(self) -> bool:
        """Tell whether what holds follows from the leaves that hold alone."""
        return len(self.scopes) == 1

    @cached_property
    def looks_back(self) -> bool:
        """Tell whether what holds at one instant depends on what held before."""
        return bool(self.memories) or any(isinstance(group, Strict) for group in self.groups)

    def is_shared_out(self, leaf: int) -> bool:
        """Tell whether awards are assigned to a leaf: it lies below an award cap."""
        place = self.places[leaf]
        return place is not None and isinstance(self.groups[place - len(self.leaves)], Capped)

    def values(self, held: int) -> tuple[int, ...]:
        """Return the value of every group when the leaves of the mask `held` hold; of scopes, what they are at most."""
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
    nodes, parts = _numbered(definition, referenced)
    number = {node.id: i for i, node in enumerate(nodes)}
    leaves = tuple(node for node in nodes if isinstance(node, Leaf))
    roots = {number[each] for each in _roots(definition, referenced)}
    places = innermost(nodes, parts)
    return Plan(
        digest=digest,
        nodes=nodes,
        parts=parts,
        leaves=leaves,
        groups=tuple(_groups(nodes, parts)),
        accepts=_accepts(leaves, range(len(leaves))),
        memories=tuple(_memories(definition, referenced, number)),
        trusting=tuple(_trusting(definition, referenced, number, leaves)),
        places=places,
        scopes=scopes(places, len(leaves)),
        wakes=wakes(parts, len(leaves)),
        waivable={id_: i for id_, i in number.items() if i not in roots},
    )


def fulls(definition: Definition, referenced: Definitions = NONE) -> Iterator[tuple[str, int]]:
    """Yield the id of each group that would be compiled, parts before wholes, with its `full`, as long as is wanted."""
    nodes, parts = _numbered(definition, referenced)
    groups = (node.id for node in nodes if not isinstance(node, Leaf))
    yield from ((id_, group.full) for id_, group in zip(groups, _groups(nodes, parts), strict=True))


# nodes


def joined(definition: Definition, referenced: Definitions) -> tuple[Node, ...]:
    """Return the nodes of a definition and of all versions that it rests on."""
    below = (placed(node, version) for version, each in referenced.items() for node in spelled_out(each))
    return (*spelled_out(definition), *below)


def spelled_out(definition: Definition) -> Iterator[Node]:
    """Yield the nodes of a definition, references to achievements as what they stand for."""
    for node in definition.nodes:
        if not isinstance(node, Ref) or node.achievement is None:
            yield node
        elif not node.accept_unissued:
            yield Leaf(node.id, (node.achievement,), name=node.name)
        else:
            award, stack = f"{node.id}/award", f"{node.id}/stack"
            yield AtLeast(node.id, 1, (award, stack) if node.pathway_version else (award,), node.name)
            yield Leaf(award, (node.achievement,))
            if node.pathway_version:
                yield Ref(stack, node.pathway_version)


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


def _numbered(definition: Definition, referenced: Definitions) -> tuple[tuple[Node, ...], tuple[tuple[int, ...], ...]]:
    """Return nodes as a plan has them, and for each the numbers of its parts."""
    nodes = _in_order(joined(definition, referenced), referenced)
    number = {node.id: i for i, node in enumerate(nodes)}
    return nodes, tuple(tuple(number[part] for part in parts_of(node, referenced)) for node in nodes)


def _in_order(nodes: Sequence[Node], referenced: Definitions) -> tuple[Node, ...]:
    """Return leaves, then groups, parts before wholes. The root is above all others, so it is the last."""
    by_id = {node.id: node for node in nodes}
    order = TopologicalSorter({node.id: parts_of(node, referenced) for node in nodes}).static_order()
    return tuple(sorted((by_id[id_] for id_ in order), key=lambda node: not isinstance(node, Leaf)))


def _versions(definition: Definition, referenced: Definitions) -> Iterator[tuple[Definition, list[str], str]]:
    """Yield each version with the ids of its nodes and of its root as the plan has them."""
    for version, each in ((None, definition), *referenced.items()):
        ids = [node.id for node in spelled_out(each)]
        named = [requirement_id(version, id_) if version else id_ for id_ in (*ids, each.root or "")]
        yield each, named[:-1], named[-1]


def _roots(definition: Definition, referenced: Definitions) -> Iterator[str]:
    return (root for _, _, root in _versions(definition, referenced))


def _accepts(leaves: Sequence[Leaf], numbers: Iterable[int]) -> Accepts:
    accepts: dict[Iri, list[int]] = {}
    for i in numbers:
        for target in leaves[i].targets:
            accepts.setdefault(target, []).append(i)
    return {target: tuple(found) for target, found in accepts.items()}


def _memories(definition: Definition, referenced: Definitions, number: Mapping[str, int]) -> Iterator[Memory]:
    for each, ids, root in _versions(definition, referenced):
        nodes = zip(spelled_out(each), ids, strict=True)
        kept = [i for node, i in nodes if isinstance(node, Leaf) and node.guards.valid_at is ValidAt.AT_COMPLETION]
        if kept:
            yield Memory(number[root], mask(number[id_] for id_ in kept))


def _trusting(
    definition: Definition, referenced: Definitions, number: Mapping[str, int], leaves: Sequence[Leaf]
) -> Iterator[Trust]:
    trusted: dict[frozenset[Iri], list[int]] = {}
    for each, ids, _ in _versions(definition, referenced):
        if each.trusts:
            trusted.setdefault(each.trusts, []).extend(number[id_] for id_ in ids if number[id_] < len(leaves))
    for claimants, numbers in trusted.items():
        yield Trust(claimants, _accepts(leaves, numbers))


# groups


def _groups(nodes: Sequence[Node], parts: Sequence[tuple[int, ...]]) -> Iterator[Counter]:
    first = sum(isinstance(node, Leaf) for node in nodes)
    groups: list[Counter] = []
    for number in range(first, len(nodes)):
        node, below = nodes[number], parts[number]
        match node:
            case Credits():
                group: Counter = _sum(node, {part: nodes[part] for part in below})
            case Window():
                group = Windowed(_tally(1, below, first, groups), node.length)
            case After(mode=Mode.ADVISE):
                group = _tally(1, below[1:], first, groups)
            case After():
                both = _tally(2, below, first, groups)
                group = Strict(both, below[0]) if node.mode is Mode.STRICT else both
            case AtLeast():
                some = _tally(node.count, below, first, groups)
                cap = node.award_cap
                group = some if cap is None else Capped(some, cap, _demands(number, nodes, parts))
            case _:
                group = _tally(1, below, first, groups)
        groups.append(group)
        yield group


def _demands(number: int, nodes: Sequence[Node], parts: Sequence[tuple[int, ...]]) -> tuple[Demand, ...]:
    """Return what the parts of a group with an award cap ask for, those that ask for least first.

    One more leaf brings such a part on more than one that asks for much.
    """

    def count(part: int) -> int:
        node = nodes[part]
        return node.count if isinstance(node, AtLeast) else 1

    below = parts[number]
    if all(isinstance(nodes[part], Leaf) for part in below):
        return (Demand(number, count(number), below),)
    return tuple(sorted((Demand(part, count(part), parts[part] or (part,)) for part in below), key=lambda d: d.count))


def _tally(count: int, parts: Sequence[int], first: int, before: Sequence[Counter]) -> Tally:
    groups = [part - first for part in parts if part >= first]
    unit = lcm(*(before[group].full for group in groups))
    weighed = tuple((group, unit // before[group].full) for group in groups)
    return Tally(count, mask(part for part in parts if part < first), weighed, unit)


def _sum(node: Credits, parts: Mapping[int, Node]) -> Sum:
    amounts = {number: leaf.credits[node.unit] for number, leaf in parts.items() if isinstance(leaf, Leaf)}
    return added_up(node.threshold, amounts, node.source_cap)
