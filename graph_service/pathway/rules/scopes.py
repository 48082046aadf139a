"""What lies in a scope: below a Window, after STRICT, or below an `awardCap`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import networkx as nx

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import After, AtLeast, Group, Leaf, Mode, Node, ValidAt, Window
from graph_service.errors import Path, Problem
from graph_service.pathway.rules.draft import Draft, named_parts
from graph_service.pathway.scopes import scoped

MAX_CAPPED = 100
"""How many leaves a group with an `awardCap` may share awards out to: more take minutes."""
MAX_IN_WINDOW = 200
MAX_STRICT_IN_WINDOW = 1
"""Any award may begin a window, and what comes after STRICT is followed through each of them."""


def scopes_do_not_overlap(draft: Draft) -> Iterator[Problem]:
    """What lies in a scope (below a Window, after STRICT, below an `awardCap`) lies in no other place.

    A part that two versions lead to is told at the reference that leads there.
    """
    _, twice = _scopes(draft)
    for part, path in twice:
        yield Problem("PART_OF_TWO_SCOPES", {"id": part}, path)


def _scopes(draft: Draft) -> tuple[Mapping[str, str | None], Sequence[tuple[str, Path]]]:
    """Return for each node in whose scope it lies, and the parts that lie in two, each with its second place.

    Wholes before parts: the innermost scope of a part is the whole that leads to it, or the whole's own.
    """
    found: dict[str, str | None] = {draft.definition.root or "": None}
    twice: list[tuple[str, Path]] = []
    groups = {group.id: path for path, group in draft.groups()}
    places: dict[str, Path] = groups | {ref.id: (*path, "pathwayVersion") for path, ref in draft.refs()}
    for whole in _wholes_first(draft):
        if whole not in found:  # told by another rule
            continue
        inside = scoped(draft.nodes[whole])
        for place, part in _edges(draft, whole, named=whole in groups):
            scope = whole if part in inside else found[whole]
            if found.setdefault(part, scope) != scope:
                twice.append((part, (*places[whole], *place)))
            places.setdefault(part, places[whole])
    return found, twice


def _edges(draft: Draft, whole: str, *, named: bool) -> Iterator[tuple[Path, str]]:
    """Yield the parts of a joined node; where the draft names them, each with its path below the node."""
    node = draft.nodes[whole]
    if named and isinstance(node, Group):
        yield from ((place, part) for place, part in named_parts(node) if part in draft.graph)
    else:
        yield from (((), part) for part in draft.graph[whole])


def _wholes_first(draft: Draft) -> Sequence[str]:
    """Return the joined nodes in topological order; none if there is a cycle, which another rule tells."""
    return list(nx.topological_sort(draft.graph)) if nx.is_directed_acyclic_graph(draft.graph) else []


def nothing_is_remembered_in_a_scope(draft: Draft) -> Iterator[Problem]:
    """A version that remembers its own completion (AT_COMPLETION), or rests on one, does not lie in a scope."""
    remembering: set[Iri] = set()
    for version, definition in draft.versions():
        if definition.references & remembering or any(map(_remembers, definition.nodes)):
            remembering.add(version)
    found, _ = _scopes(draft)
    for path, ref in draft.refs():
        if ref.pathway_version in remembering and found.get(ref.id) is not None:
            values = {"id": ref.id, "scope": found[ref.id]}
            yield Problem("REMEMBERS_IN_A_SCOPE", values, (*path, "pathwayVersion"))


def _remembers(node: Node) -> bool:
    return isinstance(node, Leaf) and node.guards.valid_at is ValidAt.AT_COMPLETION


def windows_do_not_nest(draft: Draft) -> Iterator[Problem]:
    """No Window lies below another one, references included."""
    for path, window, inside in _windows(draft):
        for node in inside:
            if isinstance(node, Window):
                yield Problem("WINDOW_IN_WINDOW", {"id": node.id, "window": window.id}, (*path, "part"))


def windows_are_small(draft: Draft) -> Iterator[Problem]:
    """Below a Window are not too many leaves, nor orders that are STRICT, references included."""
    for path, window, inside in _windows(draft):
        leaves = sum(isinstance(node, Leaf) for node in inside)
        orders = sum(isinstance(node, After) and node.mode is Mode.STRICT for node in inside)
        if leaves > MAX_IN_WINDOW or orders > MAX_STRICT_IN_WINDOW:
            values = {"id": window.id, "leaves": leaves, "limit": MAX_IN_WINDOW}
            values |= {"orders": orders, "most": MAX_STRICT_IN_WINDOW}
            yield Problem("WINDOW_TOO_COMPLEX", values, (*path, "part"))


def _windows(draft: Draft) -> Iterator[tuple[Path, Window, Sequence[Node]]]:
    """Yield each Window, but for those below another, with its path and what lies below it; all nodes once."""
    above: dict[str, str] = {}
    below: dict[str, list[Node]] = {}
    for whole in _wholes_first(draft):
        node = draft.nodes[whole]
        if whole in above:
            below.setdefault(above[whole], []).append(node)
        if whole in above or isinstance(node, Window):
            for part in draft.graph[whole]:
                above.setdefault(part, above.get(whole, whole))
    for path, group in draft.groups():
        if isinstance(group, Window):
            yield path, group, below.get(group.id, ())


def caps_can_be_decided(draft: Draft) -> Iterator[Problem]:
    """Below an `awardCap` are leaves, each asked for once and in one place, no fewer than it says.

    They are the parts, however many of them are needed; or, where all parts are needed, parts of plain groups too.
    Beyond that, who may fill what is NP-hard to decide; and it takes long enough with so many.
    """
    looked_at: set[str] = set()
    for path, group in draft.groups():
        if not isinstance(group, AtLeast) or group.award_cap is None:
            continue
        filled: set[str] = set()
        for place, part in named_parts(group):
            if part in draft.nodes and part not in looked_at:  # else told by another rule
                slots = _slots(draft, group, part)
                if filled & slots or not all(_is_slot(draft, slot) for slot in slots):
                    yield Problem("CAP_TOO_COMPLEX", {"id": part}, (*path, *place))
                filled |= slots
            looked_at.add(part)
        if len(filled) > MAX_CAPPED:
            values = {"id": group.id, "count": len(filled), "limit": MAX_CAPPED}
            yield Problem("TOO_MANY_UNDER_A_CAP", values, (*path, "parts"))
        elif 0 < len(filled) < group.award_cap:
            yield Problem("CAP_TOO_HIGH", {"count": group.award_cap, "most": len(filled)}, (*path, "awardCap"))


def _slots(draft: Draft, group: AtLeast, part: str) -> set[str]:
    """Return what is to be filled for a part of a group with an `awardCap`."""
    node = draft.nodes[part]
    if isinstance(node, AtLeast) and node.award_cap is None and group.count == len(group.parts):
        return set(node.parts)
    return {part}


def _is_slot(draft: Draft, part: str) -> bool:
    """Tell whether a part is a leaf that one award fills. What is no node is told by another rule."""
    node = draft.nodes.get(part)
    return node is None or (isinstance(node, Leaf) and node.times <= 1)
