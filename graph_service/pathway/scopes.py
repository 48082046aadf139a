"""Which node of a plan lies in whose scope.

A Window, what comes after STRICT, and a group with an award cap look at the awards below them in their own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph_service.domain.pathway import After, AtLeast, Mode, Node, Window

Innermost = Sequence[int | None]
"""For each node the number of the innermost group in whose scope it lies; None: it lies in none."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The leaves and groups that lie in one scope and in no other inside of it.

    `groups` is a mask, and `inner` that of those among them that have a scope themselves. `below`: all leaves in the
    scope, those of scopes inside of it as well.
    """

    leaves: tuple[int, ...] = ()
    groups: int = 0
    inner: int = 0
    below: tuple[int, ...] = ()


def scoped(node: Node) -> tuple[str, ...]:
    """Return the parts that lie in the scope of a node, by id; most nodes have none."""
    match node:
        case Window() | After(mode=Mode.STRICT):
            return (node.part,)
        case AtLeast() if node.award_cap is not None:
            return node.parts
    return ()


def innermost(nodes: Sequence[Node], parts: Sequence[Sequence[int]]) -> tuple[int | None, ...]:
    """Tell where each node lies. Wholes come after their parts and hand the own place on to them."""
    places: list[int | None] = [None] * len(nodes)
    for number in reversed(range(len(nodes))):
        inside = scoped(nodes[number])
        for part in parts[number]:
            places[part] = number if nodes[part].id in inside else places[number]
    return tuple(places)


def scopes(places: Innermost, first: int) -> dict[int | None, Scope]:
    """Return every scope by its group, and what lies in none under None. `first` is the first group."""
    leaves: dict[int | None, list[int]] = {None: []}
    below: dict[int | None, list[int]] = {}
    groups = dict.fromkeys(places, 0)
    for node, place in enumerate(places):
        if node >= first:
            groups[place] |= 1 << node - first
            continue
        leaves.setdefault(place, []).append(node)
        for group in around(node, places):
            below.setdefault(group, []).append(node)
    having = sum(1 << group - first for group in below if group is not None)
    return {
        place: Scope(tuple(leaves.get(place, ())), mask, mask & having, tuple(below.get(place, ())))
        for place, mask in groups.items()
    }


def around(node: int, places: Innermost) -> Iterator[int]:
    """Yield the groups in whose scopes a node lies, from the inside."""
    place = places[node]
    while place is not None:
        yield place
        place = places[place]


def wakes(parts: Sequence[Sequence[int]], first: int) -> tuple[int, ...]:
    """Return for each node the mask of its wholes: what to count again when it changes."""
    masks = [0] * len(parts)
    for number, below in enumerate(parts):
        for part in below:
            masks[part] |= 1 << number - first
    return tuple(masks)
