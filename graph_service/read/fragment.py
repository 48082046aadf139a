"""Fragments: what a field of the schema means in the graph, one file a field (`cypher/read/Type.field.cypher`).

    // Endorsements of one achievement.                  one sentence
    // index: endorsement_target_id_sk_date              where it starts
    // order NEWEST: targetId, skDate DESC               an order it offers; the first is the default
    // count: (parent)<-[:ENDORSES]-()                   counts the same, while no line below depends on anything
    MATCH (node:Endorsement)
    WHERE node.targetId = parent.id
      AND node.kind = $kind                              // if kind
      AND node.shown = true                              // for public

`parent` and `node` are the only names. `$arg` is an argument of the field; `$viewer` (the ids that the asker reads for)
and `$at` are always there. `// if arg` keeps a line when the argument is given, `// for …` for these kinds of viewer.
An order ends in the sort key, unique in the list; before it stand properties that the lines hold equal, so that an
index over all of them gives the order. An order may hang on an argument too; the first that applies is taken.

A scalar needs a file only if it is not simply the property of its name; it is one expression:

    // A request that nobody answered in time has lapsed.
    // index: none, one node
    RETURN CASE WHEN parent.requestUntil <= $at THEN 'LAPSED' ELSE parent.state END
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from graph_service.errors import ConfigurationError, Problem
from graph_service.read.selection import Audience

_AUDIENCES = frozenset(Audience)
_SUFFIX = re.compile(
    rf"\s*// (?:(if) (\w+(?: \w+)*)|for ((?:{'|'.join(Audience)})(?: (?:{'|'.join(Audience)}))*))$"
)
_SENTENCE = re.compile(r"// ([^a-z\s].*\.)$")
_INDEX = re.compile(r"// index: (\S.*)$")
_ORDER = re.compile(r"// order ([A-Z_]+): (\w+(?:, \w+)*) (ASC|DESC)$")
_COUNT = re.compile(r"// count: (\S.*)$")
_BODY = re.compile(r"(MATCH|WHERE|AND|RETURN) (\S(?:(?!//).)*)$")
_NAME = re.compile(r"[A-Z]\w*\.[a-z]\w*\Z")
_VARIABLE = re.compile(r"[(\[](\w+)(?=[:)\]])")
_PASSED = frozenset({"parent", "node"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a fragment, with what it depends on."""

    text: str
    given: frozenset[str] = frozenset()
    audiences: frozenset[Audience] = _AUDIENCES

    def kept(self, given: Set[str], audience: Audience) -> bool:
        """Tell whether the line stands, for these given arguments and this kind of viewer."""
        return self.given <= given and audience in self.audiences

    @property
    def depends(self) -> bool:
        """Tell whether the line may be left out."""
        return bool(self.given) or self.audiences != _AUDIENCES


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a list: `keys` of the nodes, the last one unique in the list, all in one direction."""

    name: str
    keys: tuple[str, ...]
    descending: bool
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fragment:
    """One file: either `match` and `where`, which find nodes, or the expression `value`."""

    name: str
    orders: tuple[Order, ...] = ()
    count: str = ""
    match: tuple[Line, ...] = ()
    where: tuple[Line, ...] = ()
    value: tuple[Line, ...] = ()

    def order(self, name: str, given: Set[str]) -> Order | None:
        """Return the order of this name, or the default one (``""``), in the form that applies."""
        return next((each for each in self.orders if name in ("", each.name) and each.given <= given), None)


def load(texts: Mapping[str, str]) -> Mapping[str, Fragment]:
    """Read all fragments by name.

    Raises ConfigurationError with every problem of every file: FRAGMENT_NAME, FRAGMENT_LINE, FRAGMENT_VARIABLE,
    FRAGMENT_INCOMPLETE.
    """
    problems: list[Problem] = []
    found = {name: _read(name, text, problems) for name, text in texts.items()}
    if problems:
        raise ConfigurationError(*problems)
    return MappingProxyType(found)


def _read(name: str, text: str, problems: list[Problem]) -> Fragment:
    def problem(code: str, **values: object) -> None:
        problems.append(Problem(code, {"fragment": name, **values}, (name,)))

    orders: list[Order] = []
    body: dict[str, list[Line]] = {"MATCH": [], "WHERE": [], "AND": [], "RETURN": []}
    count, index = "", False
    head, *rest = text.rstrip().splitlines() or [""]
    for number, raw in enumerate(rest, start=2):
        line = _line(raw)
        if found := _ORDER.match(line.text):
            orders.append(Order(found[1], tuple(found[2].split(", ")), found[3] == "DESC", line.given))
        elif found := _COUNT.match(line.text):
            count = found[1]
        elif _INDEX.match(line.text):
            index = True
        elif (found := _BODY.match(line.text)) and _in_place(found[1], body):
            body[found[1]].append(Line(found[2], line.given, line.audiences))
        else:
            problem("FRAGMENT_LINE", line=number, text=raw.strip())
    if not _NAME.match(name):
        problem("FRAGMENT_NAME")
    for variable in sorted(_variables(body["MATCH"]) - _PASSED):
        problem("FRAGMENT_VARIABLE", variable=variable)
    for missing in _missing(head, index=index, complete=bool(body["MATCH"] or body["RETURN"])):
        problem("FRAGMENT_INCOMPLETE", missing=missing)
    value = body["RETURN"][0].text if body["RETURN"] else ""
    return Fragment(name, tuple(orders), count, tuple(body["MATCH"]), (*body["WHERE"], *body["AND"]), value)


def _line(raw: str) -> Line:
    text, given, audiences = raw.strip(), frozenset[str](), _AUDIENCES
    while suffix := _SUFFIX.search(text):
        text = text[: suffix.start()].rstrip()
        if suffix[1]:
            given |= frozenset(suffix[2].split())
        else:
            audiences &= frozenset(Audience(word) for word in suffix[3].split())
    return Line(text, given, audiences)


def _in_place(word: str, body: Mapping[str, list[Line]]) -> bool:
    """Tell whether a line that starts with `word` may follow: MATCH… WHERE? AND…, or one RETURN alone."""
    match word:
        case "MATCH":
            return not (body["WHERE"] or body["RETURN"])
        case "WHERE":
            return bool(body["MATCH"]) and not body["WHERE"]
        case "AND":
            return bool(body["WHERE"])
        case _:
            return not body["MATCH"]


def _variables(match: list[Line]) -> set[str]:
    return {name for line in match for name in _VARIABLE.findall(line.text)}


def _missing(head: str, *, index: bool, complete: bool) -> Iterator[str]:
    if not _SENTENCE.match(head):
        yield "sentence"
    if not index:
        yield "index"
    if not complete:
        yield "MATCH or RETURN"
