"""The export of a pathway from Badgr, Canvas Credentials or Parchment Digital Badges, as it stands in the file.

A tree of elements; each has up to three parts, what it requires of its children, of badges, and of elements that
come before it ("non-child elements"): all, or at least n of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial

from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import NAME_LIMIT
from graph_service.errors import InvalidInput, LimitExceeded, Path, Problem
from graph_service.formats import json_file
from graph_service.formats.json_file import Object, items, needed, optional, typed
from graph_service.formats.refusals import Refusals

LANGUAGE = "und"
"""The export does not say in which language its names are."""

CHILDREN, BADGES, BEFORE = "childElementRequirements", "badgeRequirements", "nonChildElementRequirements"

_OF_ELEMENT = {"elementId", "name", "completionBadge", "requirements", "requiredForParentCompletion", "children"}
_OF_RULES = {CHILDREN, BADGES, BEFORE, "shortcutBadges", "allowCompletionBadgeShortcut"}
_OF_PART = {"countRule", "requiredBadges", "elementIds"}
_OF_BADGE = {"badgeUrl", "name"}

Placed = tuple[str, Path]


@dataclass(frozen=True)
class Part:
    """Elements or badges, each with its place, of which `count` are required; None: all."""

    count: int | None
    members: tuple[Placed, ...]
    path: Path


@dataclass(frozen=True)
class Element:
    """One element. `parts`: CHILDREN, BADGES and BEFORE; holding one of `shortcuts` (badges) completes it as well."""

    id: str
    name: LanguageMap | None
    path: Path
    parts: Mapping[str, Part]
    shortcuts: tuple[Placed, ...]
    optional: bool

    @property
    def label(self) -> str:
        """What a person knows it by."""
        return self.name.text if self.name else self.id[:NAME_LIMIT]


@dataclass
class Export:
    """The elements in the order of the file, the root first, and the badges with what they are called.

    `limit`: as many elements, and badges, as are read. `take`: collects what is refused.
    `uncarried`: members that say something which we do not keep; `unsupported`: those that say it about completion.
    """

    limit: int
    take: Refusals = field(default_factory=Refusals)
    elements: list[Element] = field(default_factory=list)
    badges: dict[Iri, LanguageMap] = field(default_factory=dict)
    uncarried: list[Problem] = field(default_factory=list)
    unsupported: list[Problem] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


def read(content: bytes, *, limit: int) -> Export:
    """Read an export, also in the envelope `{"status": …, "result": [export]}` of the servers' API.

    Raises what `json_file.read` raises, LimitExceeded (elements, badges), and InvalidInput with the problems of form:
    WRONG_TYPE, MISSING_MEMBER, NOT_ONE_OF, COUNT_TOO_LOW, INVALID_IRI, DUPLICATE_ELEMENT, those of names, and
    MORE_PROBLEMS.
    """
    export = Export(limit)
    match json_file.read(content):
        case {"result": [value]}:
            export.take(_element, export, value, ("result", 0))
        case value:
            export.take(_element, export, value, ())
    export.take.settle()
    export.elements.sort(key=lambda element: element.path)
    return export


def _element(export: Export, value: object, path: Path) -> Element:
    """Read an element and those below it."""
    given, below, take = typed(value, dict, path), (*path, "requirements"), export.take
    element_id = take(needed, given, "elementId", str, path)
    if element_id in export.ids:
        take.add([Problem("DUPLICATE_ELEMENT", {"id": element_id[:NAME_LIMIT]}, (*path, "elementId"))])
    elif element_id is not None:
        export.ids.add(element_id)
    name = take(_name, given, path)
    label = name.text if name else str(element_id)[:NAME_LIMIT]
    rules = take(optional, given, "requirements", dict, path) or {}
    children = items(take, given, "children", lambda child, place: _element(export, child, place), path)
    element = Element(
        id=element_id,
        name=name,
        path=path,
        parts=_parts(export, rules, [child for child in children if child], label, below),
        shortcuts=_shortcuts(export, given, rules, label, path),
        optional=take(optional, given, "requiredForParentCompletion", bool, path) is False,
    )
    export.uncarried += _others(given, _OF_ELEMENT, "NOT_CARRIED", label, path)
    export.unsupported += _others(rules, _OF_RULES, "UNSUPPORTED_REQUIREMENT", label, below)
    export.elements.append(element)
    if len(export.elements) > export.limit:
        raise LimitExceeded("elements", export.limit)
    return element


def _parts(export: Export, rules: Object, children: Sequence[Element], label: str, path: Path) -> Mapping[str, Part]:
    """Read what an element requires. Optional children are not among its parts."""
    take, required = export.take, [(child.id, child.path) for child in children if not child.optional]
    members: Mapping[str, Callable[[Object, Path], Sequence[Placed]]] = {
        CHILDREN: lambda given, place: required,
        BADGES: lambda given, place: items(take, given, "requiredBadges", partial(_badge, export), place),
        BEFORE: lambda given, place: items(take, given, "elementIds", _reference, place),
    }
    parts = {}
    for name, read_members in members.items():
        place = (*path, name)
        given = take(optional, rules, name, dict, path) or {}
        found = tuple(read_members(given, place))
        parts[name] = Part(take(_count, given, place), found, place)
        export.unsupported += _others(given, _OF_PART, "UNSUPPORTED_REQUIREMENT", label, place)
    return parts


def _shortcuts(export: Export, given: Object, rules: Object, label: str, path: Path) -> tuple[Placed, ...]:
    """Read the badges any of which completes an element: its completion badge if that is allowed, and others."""
    take, below, badge = export.take, (*path, "requirements"), given.get("completionBadge")
    allowed = take(optional, rules, "allowCompletionBadgeShortcut", bool, below)
    others = items(take, rules, "shortcutBadges", partial(_badge, export), below)
    completion = [] if badge is None else [take(_badge, export, badge, (*path, "completionBadge"))]
    if completion and not allowed:
        values = {"member": "completionBadge", "of": label}
        export.uncarried.append(Problem("NOT_CARRIED", values, (*path, "completionBadge")))
    return (*completion, *others) if allowed else tuple(others)


def _badge(export: Export, value: object, path: Path) -> Placed:
    """Read a badge; one without a name is called by its address."""
    given = typed(value, dict, path)
    name, address = export.take(_name, given, path), _address(given, path)
    if name or address not in export.badges:
        export.badges[address] = name or LanguageMap({LANGUAGE: address[:NAME_LIMIT]})
    if len(export.badges) > export.limit:
        raise LimitExceeded("badges", export.limit)
    export.uncarried += _others(given, _OF_BADGE, "NOT_CARRIED", address, path)
    return address, path


def _address(badge: Object, path: Path) -> Iri:
    return iri(needed(badge, "badgeUrl", str, path), (*path, "badgeUrl"))


def _reference(value: object, path: Path) -> Placed:
    return typed(value, str, path), path


def _name(given: Object, path: Path) -> LanguageMap | None:
    text = optional(given, "name", str, path)
    return LanguageMap({LANGUAGE: text}, (*path, "name"), limit=NAME_LIMIT) if text else None


def _count(given: Object, path: Path) -> int | None:
    """Read a count rule: None is all."""
    place = (*path, "countRule")
    rule = optional(given, "countRule", dict, path) or {"@type": "all"}
    if rule.get("@type") == "all":
        return None
    if rule.get("@type") != "atLeastN":
        values = {"value": str(rule.get("@type"))[:64], "allowed": "all, atLeastN"}
        raise InvalidInput(Problem("NOT_ONE_OF", values, (*place, "@type")))
    count = needed(rule, "requiredCount", int, place)
    if count < 0:
        raise InvalidInput(Problem("COUNT_TOO_LOW", {"count": count}, (*place, "requiredCount")))
    return count


def _others(given: Object, known: AbstractSet[str], code: str, label: str, path: Path) -> Iterator[Problem]:
    """Yield a problem for each member that is not known and says anything."""
    for member, value in given.items():
        if member not in known and _says_anything(value):
            yield Problem(code, {"member": member[:64], "of": label}, (*path, member[:64]))


def _says_anything(value: object) -> bool:
    """Tell whether a member carries anything: a count rule over nothing does not."""
    if isinstance(value, dict):
        return any(_says_anything(each) for name, each in value.items() if name != "countRule")
    return bool(value)
