"""The JSON of a pathway version's definition, out and in.

    {"root": "midcareer",
     "nodes": [
       {"id": "midcareer", "kind": "ANY", "parts": ["in-person", "online"], "name": {"ja": "中堅研"}},
       {"id": "online", "kind": "AT_LEAST", "count": 5, "parts": ["crisis", …]},
       {"id": "crisis", "kind": "LEAF", "targets": ["https://…/achievements/…"], "credits": {"ECTS": "1.5"},
        "guards": {"endorsedBy": [{"profiles": ["https://…/profiles/board"]}], "validAt": "NOW"}},
       {"id": "sum", "kind": "CREDITS", "unit": "ECTS", "threshold": "60", "perSourceCap": "4", "parts": ["crisis", …]},
       {"id": "recent", "kind": "WINDOW", "part": "sum", "length": "P2Y"},
       {"id": "practice", "kind": "AFTER", "prerequisite": "basics", "part": "recent", "mode": "STRICT"},
       {"id": "basics", "kind": "REF", "pathwayVersion": "https://…/pathways/…/versions/2"},
       {"id": "ability", "kind": "REF", "achievement": "https://…/achievements/…", "acceptUnissued": true}],
     "trusts": ["https://…/profiles/university"],
     "output": {"achievement": "https://…/achievements/…", "issue": "REVIEW", "onLapse": "KEEP"}}

Amounts of credits are decimal numbers as text, so that no reader of JSON rounds them. What was published keeps its
meaning when a default widens, and its digest when a member is added: defaults are written out, but for members that are
younger than the first published versions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from graph_service.domain.endorsement import Kind, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap, text_problems
from graph_service.domain.pathway import (
    COUNTING_STANDINGS,
    DECIMAL_PLACES,
    NAME_LIMIT,
    OWN_ALONE,
    UNIT_LIMIT,
    After,
    AtLeast,
    Credits,
    Definition,
    EndorsedBy,
    Guards,
    Issue,
    Leaf,
    Length,
    Level,
    Mode,
    Node,
    NodeKind,
    OnLapse,
    Output,
    Ref,
    ValidAt,
    VersionRange,
    Versions,
    When,
    Window,
    exact,
)
from graph_service.domain.time import OPEN_END, OPEN_START, Instant, Span, instant
from graph_service.errors import InvalidInput, Path, Problem

# JSON out.


def to_json(definition: Definition) -> dict[str, object]:
    """Return the JSON value that `parse` reads back as an equal definition."""
    value = {"root": definition.root, "nodes": [_node_json(node) for node in definition.nodes]}
    younger: dict[str, object] = {"trusts": sorted(definition.trusts)}
    if (output := definition.output) is not None:
        younger["output"] = {
            "achievement": output.achievement,
            "issue": output.issue.name,
            "onLapse": output.on_lapse.name,
        }
    return value | _given(younger)


def _given(members: Mapping[str, object]) -> dict[str, object]:
    """Return the members that say something."""
    return {name: value for name, value in members.items() if value}


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
            ref = {"achievement": node.achievement, "acceptUnissued": node.accept_unissued}
            return value | _given({"pathwayVersion": node.pathway_version, **ref})
        case Window():
            return value | {"part": node.part, "length": length_text(node.length)}
        case After():
            return value | {"prerequisite": node.prerequisite, "part": node.part, "mode": node.mode.name}
        case Credits():
            value |= {"unit": node.unit, "threshold": exact(node.threshold)}
            value |= {} if node.source_cap is None else {"perSourceCap": exact(node.source_cap)}
        case AtLeast():
            value |= {"count": node.count} if node.kind is NodeKind.AT_LEAST else {}
            value |= {} if node.award_cap is None else {"awardCap": node.award_cap}
    return value | {"parts": list(node.parts)}


def length_text(length: Length) -> str:
    """Write a length as ISO 8601 has it: `P24M`, `P90D`, `P6M15D`."""
    months = f"{length.months}M" if length.months else ""
    days = f"{length.days}D" if length.days or not months else ""
    return f"P{months}{days}"


def _guards_json(guards: Guards) -> dict[str, object]:
    value: dict[str, object] = {} if guards.issued_by is None else {"issuedBy": sorted(guards.issued_by)}
    value |= {"endorsedBy": [_endorsed_by_json(guard) for guard in guards.endorsed_by], "validAt": guards.valid_at.name}
    if (window := guards.awarded_between) is not None:
        ends = {"since": window.since, "until": window.until}
        value["awardedBetween"] = {name: end for name, end in ends.items() if end not in (OPEN_START, OPEN_END)}
    younger: dict[str, object] = {
        "level": [{"result": each.result, "atLeast": each.at_least} for each in guards.level],
        "evidence": sorted(guards.evidence),
    }
    if (versions := guards.version) is not None:
        ends_of_range = {"from": versions.first, "to": versions.last}
        younger["version"] = {name: end for name, end in ends_of_range.items() if end is not None}
    return value | _given(younger)


def _endorsed_by_json(guard: EndorsedBy) -> dict[str, object]:
    value: dict[str, object] = {
        "profiles": sorted(guard.profiles),
        "kinds": sorted(kind.name for kind in guard.kinds),
        "on": guard.on.name,
        "minCount": guard.min_count,
        "when": guard.when.name,
        "versions": guard.versions.name,
    }
    if guard.standings != OWN_ALONE:
        value["standings"] = sorted(standing.name for standing in guard.standings)
    return value | _given({"accreditedBy": sorted(guard.accredited_by)})


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
    "acceptUnissued": "accept_unissued",
    "accreditedBy": "accredited_by",
    "atLeast": "at_least",
    "awardCap": "award_cap",
    "onLapse": "on_lapse",
    "perSourceCap": "source_cap",
    "from": "first",
    "to": "last",
}
_NODE_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\Z")
_LENGTH = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?\Z")
_DECIMAL = re.compile(rf"(?:0|[1-9][0-9]{{0,8}})(?:\.[0-9]{{1,{DECIMAL_PLACES}}})?\Z")


def parse(value: object) -> Definition:
    """Read a definition from JSON; a member that is null counts as absent.

    Raises InvalidInput with every problem of form, each with its path: WRONG_TYPE, MISSING_MEMBER,
    UNKNOWN_MEMBER, NOT_ONE_OF, INVALID_NODE_ID, INVALID_IRI, INVALID_INSTANT, INVALID_DECIMAL, INVALID_LENGTH and
    those of LanguageMap.
    """
    optional: Members = {"root": _node_id, "trusts": _set_of(_iri), "output": _output}
    return Definition(**_object(value, (), {"nodes": _list_of(_node)}, optional))


def _output(value: object, path: Path) -> Output:
    optional: Members = {"issue": _one_of(Issue), "onLapse": _one_of(OnLapse)}
    return Output(**_object(value, path, {"achievement": _iri}, optional))


def _node(value: object, path: Path) -> Node:
    kind = value.get("kind") if isinstance(value, Mapping) else None
    needed, optional = _MEMBERS.get(str(kind), ({}, _EVERY_MEMBER))
    needed = {"id": _node_id, "kind": _one_of(NodeKind), **needed}
    found = _object(value, path, needed, {"name": _name, **optional})
    return _MADE.get(found.pop("kind"), AtLeast)(**found)


_MADE: Mapping[NodeKind, Callable[..., Node]] = {  # the others are AtLeast as they stand
    NodeKind.LEAF: Leaf,
    NodeKind.ALL: lambda parts, **rest: AtLeast(count=len(parts), parts=parts, **rest),
    NodeKind.ANY: lambda **rest: AtLeast(count=1, **rest),
    NodeKind.CREDITS: Credits,
    NodeKind.WINDOW: Window,
    NodeKind.AFTER: After,
    NodeKind.REF: Ref,
}


def _guards(value: object, path: Path) -> Guards:
    members: Members = {
        "issuedBy": _set_of(_iri),
        "endorsedBy": _list_of(_endorsed_by),
        "validAt": _one_of(ValidAt),
        "awardedBetween": _window,
        "level": _list_of(_level),
        "evidence": _set_of(_unit),
        "version": _range,
    }
    return Guards(**_object(value, path, {}, members))


def _level(value: object, path: Path) -> Level:
    return Level(**_object(value, path, {"result": _iri, "atLeast": _unit}, {}))


def _range(value: object, path: Path) -> VersionRange | None:
    """Read a range of versions; one without ends asks for none."""
    found = VersionRange(**_object(value, path, {}, {"from": _integer, "to": _integer}))
    return None if found == VersionRange() else found


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
        "accreditedBy": _set_of(_iri),
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


def _length(value: object, path: Path) -> Length:
    """Read a length as ISO 8601 has it, of whole years, months and days: `P24M`, `P1Y`, `P90D`."""
    text = _text(value, path)
    found = _LENGTH.match(text)
    if not found:
        raise InvalidInput(Problem("INVALID_LENGTH", {"value": text[:64]}, path))
    years, months, days = (int(group or 0) for group in found.groups())
    return Length(12 * years + months, days)


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


def _flag(value: object, path: Path) -> bool:
    if not isinstance(value, bool):
        raise _wrong_type("boolean", path)
    return value


def _wrong_type(expected: str, path: Path) -> InvalidInput:
    return InvalidInput(Problem("WRONG_TYPE", {"expected": expected}, path))


_TARGETS: Members = {"targets": _list_of(_iri)}
_CONDITIONS: Members = {"guards": _guards, "times": _integer, "credits": _credits}
_PARTS: Members = {"parts": _list_of(_node_id)}
_COUNT: Members = {"count": _integer}
_CAP: Members = {"awardCap": _integer}
_SUM: Members = {"unit": _unit, "threshold": decimal}
_SOURCE: Members = {"perSourceCap": decimal}
_SPAN: Members = {"part": _node_id, "length": _length}
_ORDER: Members = {"prerequisite": _node_id, "part": _node_id}
_MODE: Members = {"mode": _one_of(Mode)}
_STACK: Members = {"pathwayVersion": _iri, "achievement": _iri, "acceptUnissued": _flag}
_MEMBERS: Mapping[str, tuple[Members, Members]] = {  # by kind: those needed, those optional
    NodeKind.LEAF: (_TARGETS, _CONDITIONS),
    NodeKind.ALL: (_PARTS, _CAP),
    NodeKind.ANY: (_PARTS, _CAP),
    NodeKind.AT_LEAST: ({**_PARTS, **_COUNT}, _CAP),
    NodeKind.CREDITS: ({**_PARTS, **_SUM}, _SOURCE),
    NodeKind.WINDOW: (_SPAN, {}),
    NodeKind.AFTER: (_ORDER, _MODE),
    NodeKind.REF: ({}, _STACK),
}
_EVERY_MEMBER: Members = {
    name: read for members in _MEMBERS.values() for each in members for name, read in each.items()
}
