"""All Cypher of the service, read from `cypher/` and checked before the first request.

A file is one statement; its path without `.cypher` is its name. Several engines run the same text, so what
only some of them understand, or understand differently, is refused here (`FORMS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from graph_service.errors import ConfigurationError, Problem


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its name, what it does, the index it starts from, its text and what it takes."""

    name: str
    sentence: str
    index: str
    text: str
    parameters: frozenset[str]
    writes: bool

    def check(self, given: Iterable[str]) -> None:
        """Raise TypeError unless exactly the parameters of this statement are given."""
        if self.parameters != (names := frozenset(given)):
            missing, unknown = sorted(self.parameters - names), sorted(names - self.parameters)
            raise TypeError(f"statement {self.name}: missing {missing}, unknown {unknown}")


@dataclass(frozen=True, slots=True)
class Form:
    """Something that is valid Cypher and yet refused, and what to write in its place."""

    name: str
    instead: str
    pattern: re.Pattern[str]


def _form(name: str, instead: str, pattern: str) -> Form:
    return Form(name, instead, re.compile(pattern, re.IGNORECASE))


# The patterns see code on one line, without comments, strings emptied. They err on the side of refusing: a
# false alarm is met by writing the statement in a plainer way.
_STEP = r"(?:\]-|--)>? ?"
_HOP = r"<?-\[[^\]]*\]->? ?"
_ENDLESS = r"(?:[+*]|\{ ?\d* ?, ?\})"
FORMS = (
    _form(
        "unbounded path",
        "an upper bound, e.g. *1..8 or {1,8}",
        r"-\[[^\[\]]*\*(?! ?(?:\d+ ?)?\.\. ?\d| ?\d+ ?[\]{$])"
        rf"|{_STEP}(?:\([^()]*\) ?(?:WHERE\b[^()]*)?\) ?)?{_ENDLESS}",
    ),
    _form(
        "id without a label",
        "(n:Label {id: $id})",
        r"(?:\b(?:MATCH|MERGE|CREATE) ?|(?<!\w))\( ?\w* ?\{[^}]*\bid ?:"
        r"|\bMATCH \( ?(\w+) ?\) WHERE (?:(?!\b(?:MATCH|WITH|RETURN)\b).)*?\b\1\.id ?(?:=|IN\b)",
    ),
    _form("SET n = map", "SET n += $map", r"\bSET (?:\w+\.\w+ ?=[^,]*, ?|\w+ ?\+=[^,]*, ?)*\w+ ?="),
    _form("DELETE alone", "DETACH DELETE", r"(?<!\bDETACH )\bDELETE\b"),
    _form("CALL without a scope", "CALL (x) { … } or CALL () { … }", r"\bCALL ?\{"),
    _form("language prefix", "no prefix", r"\ACYPHER\b"),
    _form("path selector", "shortestPath()", r"\b(?:SHORTEST|ACYCLIC|TRAIL)\b|(?:MATCH|=) ?ANY\b"),
    _form("dynamic label or type", "a label in the text", r"\$ ?\("),
    _form("engine's own id", "the property id", r"(?<![\w.])(?:id|elementId) ?\("),
    # Neo4j 5.26.30 takes `NOT n.s IN [a] AND NOT (n.s IN [b] AND x)` for false where both sides are true.
    _form("NOT IN", "IN with the values that may be", r"\bNOT [\w.]+ IN\b"),
    _form(
        "item of a collected list",
        "WITH collect(x) AS c RETURN c[0]",
        r"\bcollect ?\((?:[^()]|\([^()]*\))*\) ?\[|\bhead ?\( ?collect\b",
    ),
    _form(
        "clock, chance or native time",
        "instants as text, given as parameters",
        r"(?<![\w.])(?:(?:local)?(?:date)?time|date|duration|timestamp|rand|randomUUID) ?\(",
    ),
    _form(
        "clause of Cypher 25 alone",
        "WHERE, WITH, CALL (x) { … }",
        r"(?<![.$:])\b(?:FILTER|LET|NEXT)\b(?! ?[:,)=.])|\A(?:(?!\bCASE\b).)*?\bWHEN\b",
    ),
    _form(
        "degree with an end label",
        "COUNT { (a)<-[:T]-() }",
        rf"\bCOUNT ?\{{ ?(?:\(\w*\) ?{_HOP}\(\w* ?:[^()]*\)|\(\w* ?:[^()]*\) ?{_HOP}\(\w*\)) ?\}}",
    ),
    _form(
        "version compared without a lock",
        "MATCH (n:Label {id: $id}) REMOVE n.lock WITH n WHERE n.version = $version",
        r"\A(?:(?!\bREMOVE \w+\.lock\b).)*?\b(?:WHERE|AND) \w+\.version ?="
        r"|\bMATCH (?:(?!\b(?:WITH|CREATE|MERGE|SET|RETURN)\b).)*?\{[^{}]*\bversion ?:",
    ),
)

_SENTENCE = re.compile(r"// (\S.*\.)$", re.MULTILINE)
_INDEX = re.compile(r"// index: (\S.*)$", re.MULTILINE)
_ASIDE = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_PARAMETER = re.compile(r"\$(\w+)")
_WRITES = re.compile(r"(?<![.:$])\b(?:CREATE|MERGE|SET|DELETE|REMOVE|FOREACH|INSERT)\b", re.IGNORECASE)
_ROW = re.compile(r"\bRETURN\b.* AS row\b")


def folder() -> Traversable:
    """Return where the Cypher lies: inside the installed package, or at the top of the checkout."""
    installed = files("graph_service") / "_cypher"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "cypher"


def texts(at: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and text of every Cypher file below `at`, in order of name."""
    for entry in sorted(at.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from texts(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".cypher"):
            yield prefix + entry.name.removesuffix(".cypher"), entry.read_text(encoding="utf-8")


def code(text: str, *, strings: bool = False) -> str:
    """Return what an engine acts on: no comments, strings emptied unless they are wanted, all on one line."""
    return " ".join(
        _ASIDE.sub(lambda found: " " if found[0].startswith("/") else found[0] if strings else "''", text).split()
    )


def load(root: Traversable | None = None) -> Mapping[str, Statement]:
    """Read and check every file but migrations; return the complete statements by name.

    Raises ConfigurationError with the problems of all files: CYPHER_NO_SENTENCE, CYPHER_NO_INDEX,
    CYPHER_NO_ROW, CYPHER_FORBIDDEN.
    """
    found = {name: text for name, text in texts(root or folder()) if not name.startswith("migrations/")}
    if problems := [problem for name, text in found.items() for problem in _problems(name, text)]:
        raise ConfigurationError(*problems)
    return MappingProxyType(
        {name: _statement(name, text) for name, text in found.items() if not name.startswith("read/")}
    )


def fragments(root: Traversable | None = None) -> Mapping[str, str]:
    """Return the text of every fragment of the read road by its name `Type.field`."""
    found = texts(root or folder())
    return MappingProxyType({name.removeprefix("read/"): text for name, text in found if name.startswith("read/")})


def _statement(name: str, text: str) -> Statement:
    bare = code(text)
    sentence, index = _SENTENCE.match(text), _INDEX.search(text)
    assert sentence is not None and index is not None  # noqa: S101, PT018 (checked just before)
    parameters = frozenset(_PARAMETER.findall(bare))
    return Statement(name, sentence[1], index[1], text, parameters, writes=_WRITES.search(bare) is not None)


def _problems(name: str, text: str) -> Iterator[Problem]:
    bare = code(text)
    if not _SENTENCE.match(text):
        yield Problem("CYPHER_NO_SENTENCE", {"statement": name}, (name,))
    if not _INDEX.search(text):
        yield Problem("CYPHER_NO_INDEX", {"statement": name}, (name,))
    if not name.startswith("read/") and not _ROW.search(bare):
        yield Problem("CYPHER_NO_ROW", {"statement": name}, (name,))
    for form in FORMS:
        if found := form.pattern.search(bare):
            values = {"statement": name, "form": form.name, "instead": form.instead, "found": found[0][-80:]}
            yield Problem("CYPHER_FORBIDDEN", values, (name,))
