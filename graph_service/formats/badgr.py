"""Pathways of Badgr, Canvas Credentials and Parchment Digital Badges, as requirements.

    element   ALL of the groups `<id>.children`, `<id>.badges`, `<id>.before` that require anything;
              with shortcuts: ANY of their badges and `<id>.rule`, which is that ALL
    badge     one LEAF, however many elements name it

"Comes before" is a condition here and says nothing about dates. What requires nothing adds nothing ("all of
nothing" would be complete before anything is earned), and optional elements stay outside.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import NAME_LIMIT, AtLeast, Definition, Leaf, Node
from graph_service.errors import InvalidInput, Path, Problem
from graph_service.formats import badgr_file
from graph_service.formats.badgr_file import BADGES, BEFORE, CHILDREN, LANGUAGE, Element, Export, Placed

_SUFFIXES = {CHILDREN: ".children", BADGES: ".badges", BEFORE: ".before"}
_RULE = ".rule"
_FITTING = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,54}\Z")  # and room for a suffix

Groups = Mapping[str, tuple[str, ...]]
"""The members of those parts of an element that require anything."""


@dataclass(frozen=True)
class Found:
    """A pathway that was read.

    `places`: node → where in the file it comes from. `losses`: what is left out or said in another way, without
    effect on who completes. `problems`: what requires nothing, and so is not required here. `unsupported`:
    conditions that cannot be carried, so that the pathway must not be published as it is.
    """

    name: LanguageMap
    root_element: str
    definition: Definition
    badges: Mapping[Iri, LanguageMap]
    places: Mapping[str, Path]
    losses: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    unsupported: tuple[Problem, ...]


def read(content: bytes, *, limit: int) -> Found:
    """Read an export of so many elements and badges at most.

    Raises what `badgr_file.read` raises, and EMPTY_ELEMENT if the whole requires nothing.
    """
    export = badgr_file.read(content, limit=limit)
    elements, root = export.elements, export.elements[0]
    requiring = _requiring(elements)
    if root.id not in requiring:
        raise InvalidInput(Problem("EMPTY_ELEMENT", {"element": root.label}, root.path))
    groups = {element.id: _groups(element, requiring) for element in elements}
    reached = _reached(root.id, groups)
    used = [element for element in elements if element.id in reached]
    badges = dict(placed for element in used for placed in _badges(element, groups[element.id]))
    names, leaves = _node_ids(used, badges)
    nodes = [each for element in used for each in _nodes(element, groups[element.id], names, leaves)]
    nodes += [(Leaf(leaves[badge], (Iri(badge),)), place) for badge, place in badges.items()]
    return Found(
        name=root.name or LanguageMap({LANGUAGE: root.id[:NAME_LIMIT]}),
        root_element=root.id,
        definition=Definition(tuple(node for node, _ in nodes), names[root.id]),
        badges={Iri(badge): export.badges[Iri(badge)] for badge in badges},
        places={node.id: place for node, place in nodes},
        losses=tuple(_losses(export, names)),
        problems=tuple(each for element in elements for each in _problems(element, groups[element.id])),
        unsupported=(*export.unsupported, *_unknown(export)),
    )


def _requiring(elements: Sequence[Element]) -> AbstractSet[str]:
    """Return the elements that require anything: badges, or elements that do."""
    users: defaultdict[str, list[str]] = defaultdict(list)
    found = set()
    for element in elements:
        parts = [(name, part) for name, part in element.parts.items() if part.count != 0]
        for name, part in parts:
            if name != BADGES:
                for member, _ in part.members:
                    users[member].append(element.id)
        if element.shortcuts or any(name == BADGES and part.members for name, part in parts):
            found.add(element.id)
    waiting = list(found)
    while waiting:
        above = set(users[waiting.pop()]) - found
        found |= above
        waiting.extend(above)
    return found


def _groups(element: Element, requiring: AbstractSet[str]) -> Groups:
    found = {}
    for name, part in element.parts.items():
        members = dict.fromkeys(member for member, _ in part.members if name == BADGES or member in requiring)
        if members and part.count != 0:
            found[name] = tuple(members)
    return found


def _reached(root: str, groups: Mapping[str, Groups]) -> AbstractSet[str]:
    found, waiting = {root}, [root]
    while waiting:
        parts = groups[waiting.pop()]
        below = {*parts.get(CHILDREN, ()), *parts.get(BEFORE, ())} - found
        found |= below
        waiting.extend(below)
    return found


def _badges(element: Element, groups: Groups) -> Iterator[Placed]:
    yield from element.shortcuts
    if BADGES in groups:
        yield from element.parts[BADGES].members


def _nodes(
    element: Element, groups: Groups, names: Mapping[str, str], leaves: Mapping[str, str]
) -> Iterator[tuple[Node, Path]]:
    """Yield the nodes that an element becomes, each with its place in the file."""
    node = names[element.id]
    rule = node + _RULE if element.shortcuts else node
    parts = tuple(node + _SUFFIXES[name] for name in groups)
    if element.shortcuts:
        badges = tuple(dict.fromkeys(leaves[badge] for badge, _ in element.shortcuts))
        yield AtLeast(node, 1, (*badges, rule) if parts else badges, element.name), element.path
    if parts:
        yield AtLeast(rule, len(parts), parts, None if element.shortcuts else element.name), element.path
    for name, members in groups.items():
        part, of = element.parts[name], leaves if name == BADGES else names
        count = len(members) if part.count is None else part.count
        yield AtLeast(node + _SUFFIXES[name], count, tuple(of[member] for member in members)), part.path


def _node_ids(elements: Sequence[Element], badges: Mapping[str, Path]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what elements and badges are called as nodes: by their id and the last part of their address.

    What cannot be an id, or is taken, is called by its digest.
    """
    taken: set[str] = set()

    def fitting(wanted: str, key: str) -> str:
        family = {wanted + suffix for suffix in ("", _RULE, *_SUFFIXES.values())}
        if not _FITTING.match(wanted) or not taken.isdisjoint(family):
            return fitting(sha256(key.encode(errors="backslashreplace")).hexdigest()[:32], key + "'")
        taken.update(family)
        return wanted

    names = {element.id: fitting(element.id, element.id) for element in elements}
    leaves = {badge: fitting(re.split(r"[/#?=:]", badge.rstrip("/"))[-1], badge) for badge in badges}
    return names, leaves


def _losses(export: Export, names: Mapping[str, str]) -> Iterator[Problem]:
    yield from export.uncarried
    for element in export.elements:
        if names.get(element.id, element.id) != element.id:
            values = {"id": element.id[:NAME_LIMIT], "node": names[element.id]}
            yield Problem("RENAMED_ELEMENT", values, (*element.path, "elementId"))
        if element.optional and element is not export.elements[0]:
            yield Problem("OPTIONAL_ELEMENT", {"element": element.label}, element.path)
        for name, part in element.parts.items():
            values = {"part": name, "element": element.label}
            if not part.members and not part.count:
                yield Problem("EMPTY_PART", values, part.path)
            elif part.count == 0:
                yield Problem("OPTIONAL_PART", values, part.path)
            elif name == BEFORE and part.members:
                yield Problem("PREREQUISITE_AS_CONDITION", {"element": element.label}, part.path)
            yield from _repeated(part.members)


def _repeated(members: Sequence[Placed]) -> Iterator[Problem]:
    seen = set()
    for member, place in members:
        if member in seen:
            yield Problem("REPEATED_PART", {"id": member[:NAME_LIMIT]}, place)
        seen.add(member)


def _problems(element: Element, groups: Groups) -> Iterator[Problem]:
    if not groups and not element.shortcuts:
        yield Problem("EMPTY_ELEMENT", {"element": element.label}, element.path)
    elif not groups:
        yield Problem("ONLY_SHORTCUTS", {"element": element.label}, element.path)
    for name, part in element.parts.items():
        if part.count and not part.members:
            yield Problem("COUNT_OF_NOTHING", {"part": name, "element": element.label, "count": part.count}, part.path)


def _unknown(export: Export) -> Iterator[Problem]:
    for element in export.elements:
        for member, place in element.parts[BEFORE].members:
            if member not in export.ids:
                yield Problem("UNKNOWN_ELEMENT", {"id": member[:64], "element": element.label}, place)
