"""What differs between two definitions of one pathway, for people who decide whether to publish the younger one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import AtLeast, Credits, Definition, Group, Node
from graph_service.domain.pathway_json import to_json

_PARTS = "parts"
_NODES = frozenset({"root", _PARTS, "part", "prerequisite"})
"""Members whose values are ids of nodes."""


class ChangeCode(StrEnum):
    """What happened."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    MOVED = "MOVED"  # a part left one whole and came into another
    REORDERED = "REORDERED"  # the parts of a whole are the same ones in another order; completion is not touched


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. Ids of nodes are stable, so a node is the same one whatever it asks for now.

    `node`: None for what is said of the whole definition. `member`: where in the node's JSON, `guards.validAt`; None
    for the node itself. `before` and `after`: text as it stands, anything else as JSON; of MOVED the ids of the two
    wholes. Where a member lists things, each that came or went is one change.
    """

    code: ChangeCode
    node: str | None
    name: LanguageMap | None = None
    member: str | None = None
    before: str | None = None
    after: str | None = None

    @property
    def wording(self) -> str:
        """The code of its sentence."""
        if self.member is None:
            return f"CHANGE_{self.code}"
        if self.code is ChangeCode.CHANGED and None in (self.before, self.after):
            return "CHANGE_MEMBER_SET" if self.before is None else "CHANGE_MEMBER_UNSET"
        return f"CHANGE_MEMBER_{self.code}"

    @property
    def is_of_nodes(self) -> bool:
        """Whether what stood there and stands there now are ids of nodes."""
        return self.member in _NODES


def diff(before: Definition, after: Definition) -> tuple[Change, ...]:
    """Return what differs: of the definition, then node by node as `after` has them, then what is gone."""
    old = {node.id: node for node in before.nodes}
    new = {node.id: node for node in after.nodes}
    moves = _moves(before, after)
    changes = [*_members(None, None, _said(before), _said(after))]
    for id_, node in new.items():
        changes += _node(old[id_], node) if id_ in old else [Change(ChangeCode.ADDED, id_, node.name)]
        changes += [Change(ChangeCode.MOVED, id_, node.name, _PARTS, *wholes) for wholes in moves.get(id_, ())]
    changes += [Change(ChangeCode.REMOVED, id_, node.name) for id_, node in old.items() if id_ not in new]
    told = {(whole, part) for part, each in moves.items() for wholes in each for whole in wholes}
    return tuple(change for change in changes if not _is_part_of_move(change, told))


def _moves(before: Definition, after: Definition) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return for each part that moved the wholes that it left, each with one that it came into."""
    old, new = _wholes(before), _wholes(after)
    moves: dict[str, Sequence[tuple[str, str]]] = {}
    for part in old.keys() & new.keys():
        left = [whole for whole in old[part] if whole not in new[part]]
        joined = [whole for whole in new[part] if whole not in old[part]]
        moves[part] = list(zip(left, joined, strict=False))
    return moves


def _is_part_of_move(change: Change, told: Set[tuple[str | None, str | None]]) -> bool:
    listed = change.member == _PARTS and change.code in (ChangeCode.ADDED, ChangeCode.REMOVED)
    return listed and (change.node, change.before or change.after) in told


def _wholes(definition: Definition) -> Mapping[str, Mapping[str, None]]:
    """Return for each part the groups that it is part of, in order."""
    wholes: dict[str, dict[str, None]] = {}
    for node in definition.nodes:
        for part in node.parts if isinstance(node, Group) else ():
            wholes.setdefault(part, {})[node.id] = None
    return wholes


def _node(old: Node, new: Node) -> Iterator[Change]:
    yield from _members(new.id, new.name, _json(old), _json(new))
    if _listed(old) != _listed(new) and sorted(_listed(old)) == sorted(_listed(new)):
        yield Change(ChangeCode.REORDERED, new.id, new.name, _PARTS)


def _listed(node: Node) -> Sequence[str]:
    return node.parts if isinstance(node, AtLeast | Credits) else ()


def _json(node: Node) -> Mapping[str, Any]:
    (value,) = _as_json(Definition((node,)))["nodes"]
    return dict(value)


def _said(definition: Definition) -> Mapping[str, Any]:
    """Return what is said of the whole definition."""
    return {name: value for name, value in _as_json(definition).items() if name != "nodes"}


def _as_json(definition: Definition) -> Mapping[str, Any]:
    return to_json(definition)


def _members(
    node: str | None, name: LanguageMap | None, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    """Yield the members that differ, those within members by their path."""
    before, after = dict(_flat(old)), dict(_flat(new))
    for member in dict.fromkeys((*before, *after)):
        was, now = before.get(member), after.get(member)
        if _lists_names(was) and _lists_names(now):
            gone, come = dict.fromkeys(was or ()), dict.fromkeys(now or ())
            yield from (Change(ChangeCode.REMOVED, node, name, member, each) for each in gone if each not in come)
            yield from (Change(ChangeCode.ADDED, node, name, member, None, each) for each in come if each not in gone)
        elif was != now:
            yield Change(ChangeCode.CHANGED, node, name, member, _text(was), _text(now))


def _lists_names(value: object) -> bool:
    """Tell whether a member lists ids or words; one that is left out may."""
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _flat(value: Mapping[str, Any], *above: str) -> Iterator[tuple[str, Any]]:
    for name, each in value.items():
        if isinstance(each, dict):
            yield from _flat(each, *above, name)
        else:
            yield ".".join((*above, name)), each


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
