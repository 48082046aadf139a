"""The nodes make one tree, whose parts may be shared: every part is there, and no way leads back."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from graph_service.domain.pathway import AtLeast, Credits
from graph_service.errors import Problem
from graph_service.pathway.rules.draft import Draft, named_parts, repeated, shown

MAX_DEPTH = 64


def root_exists(draft: Draft) -> Iterator[Problem]:
    """The root is one of the nodes."""
    if draft.definition.root not in draft.graph:
        yield Problem("MISSING_ROOT", {"root": draft.definition.root or "-"}, ("root",))


def ids_differ(draft: Draft) -> Iterator[Problem]:
    """No two nodes have one id."""
    for position, id_ in repeated([node.id for node in draft.definition.nodes]):
        yield Problem("DUPLICATE_NODE", {"id": id_}, ("nodes", position, "id"))


def parts_exist(draft: Draft) -> Iterator[Problem]:
    """Every part is a node."""
    for path, group in draft.groups():
        for place, part in named_parts(group):
            if part not in draft.graph:
                yield Problem("DANGLING_PART", {"id": part}, (*path, *place))


def parts_differ(draft: Draft) -> Iterator[Problem]:
    """No part is listed twice in one group."""
    for path, group in draft.groups():
        places = [place for place, _ in named_parts(group)]
        for position, part in repeated(group.parts):
            yield Problem("DUPLICATE_PART", {"id": part}, (*path, *places[position]))


def groups_have_parts(draft: Draft) -> Iterator[Problem]:
    """No group is empty: "all of nothing" would be complete before anything is earned."""
    for path, group in draft.groups():
        if not group.parts:
            yield Problem("EMPTY_GROUP", {"id": group.id}, (*path, "parts"))


def nothing_contains_itself(draft: Draft) -> Iterator[Problem]:
    """No group is its own part."""
    for path, group in draft.groups():
        for place, part in named_parts(group):
            if part == group.id:
                yield Problem("SELF_REFERENCE", {"id": group.id}, (*path, *place))
                break


def no_cycles(draft: Draft) -> Iterator[Problem]:
    """No way along parts and prerequisites leads back to where it began.

    Depth first: a part that is still on the way from the start closes a cycle. Every group that closes one is
    told, with one way round; the first cycle found is not the last.
    """
    closing: dict[str, str] = {}
    way: dict[str, None] = {}
    for whole, part, move in nx.dfs_labeled_edges(draft.graph):
        if move == "forward":
            way[part] = None
        elif move == "reverse":
            del way[part]
        elif part in way and part != whole and whole not in closing:
            names = list(way)
            closing[whole] = shown([*names[names.index(part) :], part])
    for path, group in draft.groups():
        if group.id in closing:
            listed = isinstance(group, AtLeast | Credits)
            yield Problem("CYCLE", {"way": closing[group.id]}, (*path, "parts") if listed else path)


def everything_is_reached(draft: Draft) -> Iterator[Problem]:
    """Every node is the root or below it."""
    root = draft.definition.root
    if root not in draft.graph:
        return
    reached = nx.descendants(draft.graph, root) | {root}
    for position, node in enumerate(draft.definition.nodes):
        if node.id not in reached:
            yield Problem("UNREACHABLE", {"id": node.id}, ("nodes", position))


def not_too_deep(draft: Draft) -> Iterator[Problem]:
    """The longest way from a whole down to a leaf, references included, stays within the limit (counted in nodes)."""
    if nx.is_directed_acyclic_graph(draft.graph):
        depth = len(nx.dag_longest_path(draft.graph))
        if depth > MAX_DEPTH:
            yield Problem("TOO_DEEP", {"depth": depth, "limit": MAX_DEPTH}, ("nodes",))
