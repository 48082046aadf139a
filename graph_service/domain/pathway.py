"""The definition of one pathway version: a directed graph of requirements, and its JSON.

    {"root": "midcareer",
     "nodes": [
       {"id": "midcareer", "kind": "ANY", "parts": ["in-person", "online"], "name": {"ja": "中堅研"}},
       {"id": "online", "kind": "AT_LEAST", "count": 5, "parts": ["crisis", …]},
       {"id": "crisis", "kind": "LEAF", "targets": ["https://…/achievements/…"], "credits": {"ECTS": "1.5"},
        "guards": {"endorsedBy": [{"profiles": ["https://…/profiles/board"]}], "validAt": "NOW"}},
       {"id": "sum", "kind": "CREDITS", "unit": "ECTS", "threshold": "60", "parts": ["crisis", …]},
       {"id": "basics", "kind": "REF", "pathwayVersion": "https://…/pathways/…/versions/2"}]}

A node may be part of several wholes: what is shared is written once. `ALL` and `ANY` are spellings of
"at least n of k" (n = k, n = 1). Earning more never undoes anything, so there is no "not" and no "at most".
Amounts of credits are decimal numbers as text, so that no reader of JSON rounds them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import Any, TypeVar

from graph_service.domain.endorsement import Kind, Standing, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap, text_problems
from graph_service.domain.time import OPEN_END, OPEN_START, Instant, Span, instant
from graph_service.errors import InvalidInput, Path, Problem

NAME_LIMIT = 300
UNIT_LIMIT = 64
DECIMAL_PLACES = 6
"""Digits after the point of an amount of credits; before it there may be nine."""
COUNTING_KINDS = frozenset({Kind.ENDORSE, Kind.RECOGNISE})
"""The kinds of endorsement that a condition asks for when it names none."""
OWN_ALONE = frozenset({Standing.OWN})
"""The standings that it asks for when it names none."""
COUNTING_STANDINGS = (Standing.OWN, Standing.FOREIGN)
"""Those that it may name: what the service attests for somebody is not their signature."""


class NodeKind(StrEnum):
    """How the JSON spells a node."""

    LEAF = "LEAF"
    ALL = "ALL"
    ANY = "ANY"
    AT_LEAST = "AT_LEAST"
    CREDITS = "CREDITS"
    REF = "REF"


class When(StrEnum):
    """The instant at which an endorsement must be in force."""

    NOW = "NOW"  # the one asked about: it counts for earlier awards too, and no longer once withdrawn
    AT_AWARD = "AT_AWARD"  # when the award was made


class Versions(StrEnum):
    """Which version of an achievement an endorsement speaks for."""

    SAME = "SAME"  # the version that was awarded
    ANY = "ANY"


class ValidAt(StrEnum):
    """The instant at which an award must be valid. Under the last two, what ends later counts on."""

    NOW = "NOW"  # the one asked about
    AT_AWARD = "AT_AWARD"  # when it was earned
    AT_COMPLETION = "AT_COMPLETION"  # any at which the whole pathway that the leaf stands in was complete


@dataclass(frozen=True, slots=True)
class EndorsedBy:
    """At least `min_count` of `profiles` endorse the achievement, its issuer or the award itself.

    `versions` is about endorsements of achievements only; an award names no version of its issuer. Of `standings` any
    one will do: signed here (OWN), or elsewhere and kept here (FOREIGN).
    """

    profiles: frozenset[Iri]
    kinds: frozenset[Kind] = COUNTING_KINDS
    on: TargetType = TargetType.ACHIEVEMENT
    min_count: int = 1
    when: When = When.NOW
    versions: Versions = Versions.SAME
    standings: frozenset[Standing] = OWN_ALONE


@dataclass(frozen=True, slots=True)
class Guards:
    """What an award must fulfil to count for a leaf; all of them must hold. None: whoever issued it, whenever.

    `awarded_between` is about `awardedAt`, the date that survives re-issue.
    """

    issued_by: frozenset[Iri] | None = None
    endorsed_by: tuple[EndorsedBy, ...] = ()
    valid_at: ValidAt = ValidAt.NOW
    awarded_between: Span | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """An award of one of `targets` (achievements); `times` such awards, earned on as many days (in Japan).

    `credits` is what the leaf is worth, by unit, to those Credits that it is part of: once, however often earned.
    """

    id: str
    targets: tuple[Iri, ...]
    guards: Guards = Guards()
    times: int = 1
    name: LanguageMap | None = None
    credits: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def kind(self) -> NodeKind:
        """LEAF."""
        return NodeKind.LEAF


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of `parts` (ids of nodes)."""

    id: str
    count: int
    parts: tuple[str, ...]
    name: LanguageMap | None = None

    @property
    def kind(self) -> NodeKind:
        """ALL, ANY or AT_LEAST: the shortest spelling of the count."""
        if self.count == len(self.parts):
            return NodeKind.ALL
        return NodeKind.ANY if self.count == 1 else NodeKind.AT_LEAST


@dataclass(frozen=True, slots=True)
class Credits:
    """Those of `parts` (ids of leaves) that hold are worth `threshold` or more in `unit` together."""

    id: str
    unit: str
    threshold: Decimal
    parts: tuple[str, ...]
    name: LanguageMap | None = None

    @property
    def kind(self) -> NodeKind:
        """CREDITS."""
        return NodeKind.CREDITS


@dataclass(frozen=True, slots=True)
class Ref:
    """Another pathway, in one published version: as complete as its root."""

    id: str
    pathway_version: Iri
    name: LanguageMap | None = None

    @property
    def kind(self) -> NodeKind:
        """REF."""
        return NodeKind.REF


Group = AtLeast | Credits
Node = Leaf | Group | Ref


@dataclass(frozen=True, slots=True)
class Definition:
    """A pathway version's requirements. A draft may break every rule of publishing (`pathway/rules.py`)."""

    nodes: tuple[Node, ...]
    root: str | None = None

    @property
    def targets(self) -> frozenset[Iri]:
        """The achievements that are named."""
        return frozenset(target for node in self.nodes if isinstance(node, Leaf) for target in node.targets)

    @property
    def profiles(self) -> frozenset[Iri]:
        """The issuers and endorsers that are named."""
        guards = [node.guards for node in self.nodes if isinstance(node, Leaf)]
        endorsers = (guard.profiles for each in guards for guard in each.endorsed_by)
        return frozenset[Iri]().union(*(each.issued_by or () for each in guards), *endorsers)

    @property
    def references(self) -> frozenset[Iri]:
        """The pathway versions that are named."""
        return frozenset(node.pathway_version for node in self.nodes if isinstance(node, Ref))


def requirement_id(version: Iri, node: str) -> Iri:
    """Return the identifier of a node outside of its own version."""
    return Iri(f"{version}#{node}")


def fewest(amounts: Iterable[Decimal], wanted: Decimal) -> int:
    """Return how many of `amounts`, the largest first, it takes to reach `wanted`."""
    sums = accumulate(sorted(amounts, reverse=True), initial=Decimal(0))
    return sum(reached < wanted for reached in sums)


def exact(amount: Decimal) -> str:
    """Write an amount with all its digits, without exponent."""
    return format(amount, "f")


# JSON out. Defaults are written out, so that a published version keeps its meaning when a default widens.


def to_json(definition: Definition) -> dict[str, object]:
    """Return the JSON value that `parse` reads back as an equal definition."""
    return {"root": definition.root, "nodes": [_node_json(node) for node in definition.nodes]}


def _node_json(node: Node) -> dict[str, object]:
    value: dict[str, object] = {"id": node.id, "kind": node.kind.name}
    if node.name is not None:
        value["name"] = dict(node.name)
    match node:
        case Leaf():
            value |= {"targets": list(node.targets), "guards": _guards_json(node.guards), "times": node.times}
            worth = {unit: exact(amount) for unit, amount in node.credits.items()}
            return value | ({"credits": worth} if worth else {})
        case Ref():
            return value | {"pathwayVersion": node.pathway_version}
        case Credits():
            value |= {"unit": node.unit, "threshold": exact(node.threshold)}
        case AtLeast() if node.kind is NodeKind.AT_LEAST:
            value["count"] = node.count
    return value | {"parts": list(node.parts)}


def _guards_json(guards: Guards) -> dict[str, object]:
    value: dict[str, object] = {} if guards.issued_by is None else {"issuedBy": sorted(guards.issued_by)}
    value |= {"endorsedBy": [_endorsed_by_json(guard) for guard in guards.endorsed_by], "validAt": guards.valid_at.name}
    if (window := guards.awarded_between) is not None:
        ends = {"since": window.since, "until": window.until}
        value["awardedBetween"] = {name: end for name, end in ends.items() if end not in (OPEN_START, OPEN_END)}
    return value


def _endorsed_by_json(guard: EndorsedBy) -> dict[str, object]:
    value: dict[str, object] = {
        "profiles": sorted(guard.profiles),
        "kinds": sorted(kind.name for kind in guard.kinds),
        "on": guard.on.name,
        "minCount": guard.min_count,
        "when": guard.when.name,
        "versions": guard.versions.name,
    }
    if guard.standings != OWN_ALONE:  # else left out: it is younger than versions that must keep their digest
        value["standings"] = sorted(standing.name for standing in guard.standings)
    return value


# JSON in.

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Read = Callable[[object, Path], T]
Members = Mapping[str, Read[Any]]

_FIELDS = {
    "minCount": "min_count",
    "issuedBy": "issued_by",
    "endorsedBy": "endorsed_by",
    "validAt": "valid_at",
    "awardedBetween": "awarded_between",
    "pathwayVersion": "pathway_version",
}
_NODE_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\Z")
_DECIMAL = re.compile(rf"(?:0|[1-9][0-9]{{0,8}})(?:\.[0-9]{{1,{DECIMAL_PLACES}}})?\Z")


def parse(value: object) -> Definition:
    """Read a definition from JSON; a member that is null counts as absent.

    Raises InvalidInput with every problem of form, each with its path: WRONG_TYPE, MISSING_MEMBER,
    UNKNOWN_MEMBER, NOT_ONE_OF, INVALID_NODE_ID, INVALID_IRI, INVALID_INSTANT, INVALID_DECIMAL and those of
    LanguageMap.
    """
    return Definition(**_object(value, (), {"nodes": _list_of(_node)}, {"root": _node_id}))


def _node(value: object, path: Path) -> Node:
    kind = value.get("kind") if isinstance(value, Mapping) else None
    needed, optional = _MEMBERS.get(str(kind), ({}, _EVERY_MEMBER))
    needed = {"id": _node_id, "kind": _one_of(NodeKind), **needed}
    found = _object(value, path, needed, {"name": _name, **optional})
    match found.pop("kind"):
        case NodeKind.LEAF:
            return Leaf(**found)
        case NodeKind.ALL:
            return AtLeast(count=len(found["parts"]), **found)
        case NodeKind.ANY:
            return AtLeast(count=1, **found)
        case NodeKind.CREDITS:
            return Credits(**found)
        case NodeKind.REF:
            return Ref(**found)
        case _:
            return AtLeast(**found)


def _guards(value: object, path: Path) -> Guards:
    members: Members = {
        "issuedBy": _set_of(_iri),
        "endorsedBy": _list_of(_endorsed_by),
        "validAt": _one_of(ValidAt),
        "awardedBetween": _window,
    }
    return Guards(**_object(value, path, {}, members))


def _window(value: object, path: Path) -> Span:
    found = _object(value, path, {}, {"since": _instant, "until": _instant})
    return Span(found.get("since", OPEN_START), found.get("until", OPEN_END))


def _endorsed_by(value: object, path: Path) -> EndorsedBy:
    optional: Members = {
        "kinds": _set_of(_one_of(Kind)),
        "on": _one_of(TargetType),
        "minCount": _integer,
        "when": _one_of(When),
        "versions": _one_of(Versions),
        "standings": _set_of(_one_of(COUNTING_STANDINGS)),
    }
    return EndorsedBy(**_object(value, path, {"profiles": _set_of(_iri)}, optional))


def _object(value: object, path: Path, needed: Members, optional: Members) -> dict[str, Any]:
    """Read the members that are there; they come back under the names of our fields."""
    if not isinstance(value, Mapping):
        raise _wrong_type("object", path)
    known = {**needed, **optional}
    given = [name for name, item in value.items() if item is not None]
    with Intake() as take:
        take.add(Problem("MISSING_MEMBER", {"member": name}, path) for name in needed if name not in given)
        take.add(Problem("UNKNOWN_MEMBER", {"member": name}, path) for name in value if name not in known)
        found = {name: take(known[name], value[name], (*path, name)) for name in given if name in known}
    return {_FIELDS.get(name, name): item for name, item in found.items()}


def _list_of(read: Read[T]) -> Read[tuple[T, ...]]:
    def read_list(value: object, path: Path) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            raise _wrong_type("list", path)
        with Intake() as take:
            return tuple([take(read, item, (*path, position)) for position, item in enumerate(value)])

    return read_list


def _set_of(read: Read[T]) -> Read[frozenset[T]]:
    return lambda value, path: frozenset(_list_of(read)(value, path))


def _one_of(allowed: Iterable[E]) -> Read[E]:
    members = {each.name: each for each in allowed}

    def read_choice(value: object, path: Path) -> E:
        text = _text(value, path)
        if text not in members:
            raise InvalidInput(Problem("NOT_ONE_OF", {"value": text[:64], "allowed": ", ".join(members)}, path))
        return members[text]

    return read_choice


def _name(value: object, path: Path) -> LanguageMap:
    if not isinstance(value, Mapping):
        raise _wrong_type("object", path)
    with Intake() as take:
        texts = {tag: take(_text, text, (*path, tag)) for tag, text in value.items()}
    return LanguageMap(texts, path, limit=NAME_LIMIT)


def _credits(value: object, path: Path) -> Mapping[str, Decimal]:
    if not isinstance(value, Mapping):
        raise _wrong_type("object", path)
    with Intake() as take:
        given = [(take(_unit, unit, (*path, str(unit)[:UNIT_LIMIT])), amount) for unit, amount in value.items()]
        return {unit: take(decimal, amount, (*path, unit)) for unit, amount in given if unit is not None}


def _unit(value: object, path: Path) -> str:
    text = _text(value, path)
    if problems := tuple(text_problems(text, path, limit=UNIT_LIMIT)):
        raise InvalidInput(*problems)
    return text


def decimal(value: object, path: Path) -> Decimal:
    """Read an amount: text of up to nine digits and six after the point. Raises InvalidInput (INVALID_DECIMAL)."""
    text = _text(value, path)
    if not _DECIMAL.match(text):
        raise InvalidInput(Problem("INVALID_DECIMAL", {"value": text[:64]}, path))
    return Decimal(text)


def _instant(value: object, path: Path) -> Instant:
    return instant(_text(value, path), path)


def _node_id(value: object, path: Path) -> str:
    text = _text(value, path)
    if not _NODE_ID.match(text):
        raise InvalidInput(Problem("INVALID_NODE_ID", {"value": text[:64]}, path))
    return text


def _iri(value: object, path: Path) -> Iri:
    return iri(_text(value, path), path)


def _text(value: object, path: Path) -> str:
    if not isinstance(value, str):
        raise _wrong_type("text", path)
    return value


def _integer(value: object, path: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type("integer", path)
    return value


def _wrong_type(expected: str, path: Path) -> InvalidInput:
    return InvalidInput(Problem("WRONG_TYPE", {"expected": expected}, path))


_TARGETS: Members = {"targets": _list_of(_iri)}
_CONDITIONS: Members = {"guards": _guards, "times": _integer, "credits": _credits}
_PARTS: Members = {"parts": _list_of(_node_id)}
_COUNT: Members = {"count": _integer}
_SUM: Members = {"unit": _unit, "threshold": decimal}
_VERSION: Members = {"pathwayVersion": _iri}
_MEMBERS: Mapping[str, tuple[Members, Members]] = {  # by kind: those needed, those optional
    NodeKind.LEAF: (_TARGETS, _CONDITIONS),
    NodeKind.ALL: (_PARTS, {}),
    NodeKind.ANY: (_PARTS, {}),
    NodeKind.AT_LEAST: ({**_PARTS, **_COUNT}, {}),
    NodeKind.CREDITS: ({**_PARTS, **_SUM}, {}),
    NodeKind.REF: (_VERSION, {}),
}
_EVERY_MEMBER: Members = {**_TARGETS, **_CONDITIONS, **_PARTS, **_COUNT, **_SUM, **_VERSION}
