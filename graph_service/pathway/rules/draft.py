"""A definition about to be published, and how its rules find their way in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from graphlib import TopologicalSorter

import networkx as nx

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import After, Credits, Definition, Group, Leaf, Node, Ref, Window
from graph_service.domain.result import ResultDescription
from graph_service.errors import Path
from graph_service.pathway.plan import Definitions

WAY_ENDS = 8
"""How many nodes at each end of a cycle's way are named."""

Links = Mapping[Iri, Set[Iri]]
Described = Mapping[Iri, Sequence[ResultDescription]]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A definition about to be published, and what is known to exist."""

    definition: Definition
    achievements: Set[Iri]
    profiles: Set[Iri]
    referenced: Definitions
    stacks: Links
    offered: Set[Iri]
    made_of: Links
    described: Described
    ended: Set[Iri]
    nodes: Mapping[str, Node]  # joined, by id
    graph: nx.DiGraph  # whole → part, by id of joined node; only parts that exist

    def leaves(self) -> Iterator[tuple[Path, Leaf]]:
        """Yield each leaf with its path."""
        for position, node in enumerate(self.definition.nodes):
            if isinstance(node, Leaf):
                yield ("nodes", position), node

    def groups(self) -> Iterator[tuple[Path, Group]]:
        """Yield each group with its path."""
        for position, node in enumerate(self.definition.nodes):
            if isinstance(node, Group):
                yield ("nodes", position), node

    def sums(self) -> Iterator[tuple[Path, Credits]]:
        """Yield each Credits with its path."""
        for path, group in self.groups():
            if isinstance(group, Credits):
                yield path, group

    def refs(self) -> Iterator[tuple[Path, Ref]]:
        """Yield each Ref with its path."""
        for position, node in enumerate(self.definition.nodes):
            if isinstance(node, Ref):
                yield ("nodes", position), node

    def references(self) -> Iterator[tuple[Path, Iri]]:
        """Yield each version that is named, with its path."""
        for path, ref in self.refs():
            if ref.pathway_version:
                yield (*path, "pathwayVersion"), ref.pathway_version

    def targets(self) -> Iterator[tuple[Path, Iri]]:
        """Yield each achievement that is asked for, with its path."""
        for path, leaf in self.leaves():
            for position, target in enumerate(leaf.targets):
                yield (*path, "targets", position), target
        for path, ref in self.refs():
            if ref.achievement:
                yield (*path, "achievement"), ref.achievement

    def versions(self) -> Iterator[tuple[Iri, Definition]]:
        """Yield the versions that it rests on, each after those that it rests on itself."""
        below = {id_: each.references for id_, each in self.referenced.items()}
        return ((id_, self.referenced[id_]) for id_ in TopologicalSorter(below).static_order())


def named_parts(group: Group) -> Iterator[tuple[Path, str]]:
    """Yield the parts of a group, each with its path below the group."""
    match group:
        case Window():
            yield ("part",), group.part
        case After():
            yield from ((("prerequisite",), group.prerequisite), (("part",), group.part))
        case _:
            yield from ((("parts", position), part) for position, part in enumerate(group.parts))


def repeated(items: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield what was listed before, each with its position."""
    seen: set[str] = set()
    for position, item in enumerate(items):
        if item in seen:
            yield position, item
        seen.add(item)


def shown(way: Sequence[str]) -> str:
    """Write a way from node to node; of a long one the ends."""
    shown = way if len(way) <= 2 * WAY_ENDS else [*way[:WAY_ENDS], "…", *way[-WAY_ENDS:]]
    return " → ".join(shown)
