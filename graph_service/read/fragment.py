"""Fragments: what a field of the schema means in the graph. One file a field, `cypher/read/Type.field.cypher`:

    // Endorsements of one achievement.           one sentence
    // index: endorsement_target_id_sk_date       where it starts
    // order NEWEST: targetId, skDate DESC        an order it offers; the first is the default
    // count: (parent)<-[:ENDORSES]-()            counts the same, if no line that may fall away stands
    MATCH (node:Endorsement)
    WHERE node.targetId = parent.id
      AND node.kind = $kind                       // if kind
      AND node.shown = true                       // for public

`parent`, `node` and `link` (the relationship between them) are the only names. `$arg` is an argument of the field;
`$viewer` (the ids that the asker reads for) and `$at` are always there. `// if arg` keeps a line when the argument is
given, `// for …` keeps it for these kinds of viewer. An order ends in a key that is unique in the list; before it
stand properties that the lines hold equal, so that an index over all of them gives the order. An order may hang on an
argument too; the first that applies is taken.

What is searched for by name starts from the full-text index: `CALL`, if it is kept, stands for `MATCH`. `$words` is
what the index is asked, `$folded` the text as `norm` has names (`domain/search.py`), both of the argument `text` or
`nameContains`. A list that is no page then has the length `first` and the best first, by `score`:

    CALL db.index.fulltext.queryNodes('entity_search', $words, {limit: 500}) YIELD node, score
    WHERE all(each IN split($folded, ' ') WHERE node.norm CONTAINS each)

A scalar needs a file only if it is not simply the property of its name; it is then one expression:

    // Where it stands; a request that nobody answered in time has lapsed.
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
_FOR = "|".join(Audience)
_SUFFIX = re.compile(rf"\s*// (?:if (\w+(?: \w+)*)|for ((?:{_FOR})(?: (?:{_FOR}))*))$")
_INDEX = re.compile(r"// index: \S")
_ORDER = re.compile(r"// order ([A-Z_]+): (\w+(?:, \w+)*) (ASC|DESC)$")
_COUNT = re.compile(r"// count: (\S.*)$")
_BODY = re.compile(r"(CALL|MATCH|WHERE|AND|RETURN) (\S(?:(?!//).)*)$")
_WORDS = re.compile(r"(?:(?:CALL|(?:CALL )?MATCH(?: MATCH)*)(?: WHERE(?: AND)*)?|RETURN(?: RETURN)*)$")
_NAME = re.compile(r"[A-Z]\w*\.[a-z]\w*$")
_VARIABLE = re.compile(r"[(\[](\w+)(?=[:)\]])")


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
        """Tell whether the line may fall away."""
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
    """One file: either `call`, `match` and `where`, which find nodes, or the expression `value`."""

    name: str
    orders: tuple[Order, ...] = ()
    count: str = ""
    call: tuple[Line, ...] = ()
    match: tuple[Line, ...] = ()
    where: tuple[Line, ...] = ()
    value: tuple[Line, ...] = ()

    def order(self, name: str, given: Set[str]) -> Order | None:
        """Return the order of this name, or the default one (``""``), in the form that applies."""
        return next((each for each in self.orders if name in ("", each.name) and each.given <= given), None)


def load(texts: Mapping[str, str]) -> Mapping[str, Fragment]:
    """Read all fragments by name.

    Raises ConfigurationError with every problem of every file: FRAGMENT_NAME, FRAGMENT_LINE, FRAGMENT_BODY,
    FRAGMENT_VARIABLE.
    """
    problems = [problem for name, text in texts.items() for problem in _problems(name, text)]
    if problems:
        raise ConfigurationError(*problems)
    return MappingProxyType({name: _fragment(name, text) for name, text in texts.items()})


def _fragment(name: str, text: str) -> Fragment:
    orders: list[Order] = []
    body: dict[str, list[Line]] = {"CALL": [], "MATCH": [], "WHERE": [], "AND": [], "RETURN": []}
    count = ""
    for line in map(_line, text.splitlines()):
        if found := _ORDER.match(line.text):
            orders.append(Order(found[1], tuple(found[2].split(", ")), found[3] == "DESC", line.given))
        elif found := _COUNT.match(line.text):
            count = found[1]
        elif found := _BODY.match(line.text):
            body[found[1]].append(Line(found[2], line.given, line.audiences))
    where, value = (*body["WHERE"], *body["AND"]), tuple(body["RETURN"])
    return Fragment(name, tuple(orders), count, tuple(body["CALL"]), tuple(body["MATCH"]), where, value)


def _line(raw: str) -> Line:
    text, given, audiences = raw.strip(), frozenset[str](), _AUDIENCES
    while suffix := _SUFFIX.search(text):
        text = text[: suffix.start()].rstrip()
        if suffix[1]:
            given |= frozenset(suffix[1].split())
        else:
            audiences &= frozenset(Audience(word) for word in suffix[2].split())
    return Line(text, given, audiences)


def _problems(name: str, text: str) -> Iterator[Problem]:
    lines = [_line(raw).text for raw in text.rstrip().splitlines()]
    body = [found for line in lines if (found := _BODY.match(line))]
    if not _NAME.match(name):
        yield Problem("FRAGMENT_NAME", {"fragment": name}, (name,))
    for number, line in enumerate(lines[1:], start=2):
        if not any(form.match(line) for form in (_INDEX, _ORDER, _COUNT, _BODY)):
            yield Problem("FRAGMENT_LINE", {"fragment": name, "line": number, "text": line}, (name, number))
    words = " ".join(found[1] for found in body)
    if not _WORDS.match(words):
        yield Problem("FRAGMENT_BODY", {"fragment": name, "found": words}, (name,))
    named = {each for found in body if found[1] == "MATCH" for each in _VARIABLE.findall(found[2])}
    for variable in sorted(named - {"parent", "node", "link"}):
        yield Problem("FRAGMENT_VARIABLE", {"fragment": name, "variable": variable}, (name,))
