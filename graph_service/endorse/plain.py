"""The rules on the JSON itself: what a JSON reader sees must be what the signature covers.

A signature covers the RDF of a document, policy reads its JSON. JSON-LD can say the same RDF with other keys
(absolute IRIs, `@graph`, `@included`, `@reverse`, contexts of one's own), and so hide a `validUntil` or a
`credentialStatus` from a reader without breaking the signature. A plain document has one spelling only: every
key is a term of a pinned context, every value a string, number, truth value, object or non-empty array of
those (VC Data Integrity 1.0, §2.4.1, context validation).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graph_service.domain.iri import is_iri
from graph_service.endorse.contexts import CREDENTIALS_V1, CREDENTIALS_V2
from graph_service.endorse.jsontext import MAX_DEPTH, Document
from graph_service.errors import Path, Problem

MAX_PROBLEMS = 20  # of one document that are told; finding the places of thousands would take quadratic time


class Purpose(Enum):
    """Signing is stricter: it also refuses characters that some verifiers would canonicalize otherwise."""

    SIGN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
    VERIFY = re.compile(r"[\ud800-\udfff]")


MAX_VALUES = 10_000  # in a document, objects and arrays too; expanding as many takes a third of a second
MAX_CONTEXTS = 10  # in one `@context`, and different ones in a document; each costs about a millisecond

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_SAFE_INTEGER = 2**53 - 1
_MAY_REPEAT = {"id", "type", "endorsementComment", "digestMultibase"}
"""What an endorsement says of the credential that carries it: on that itself these say nothing."""


def names(value: object) -> list[str]:
    """Return the strings of a member that may be one string or an array of them (`type`, `previousProof`)."""
    several = value if isinstance(value, list) else [value]
    return [name for name in several if isinstance(name, str)]


def objects(value: object) -> list[Document]:
    """Return the objects of a member that may be one object or an array of them (`proof`)."""
    several = value if isinstance(value, list) else [value]
    return [node for node in several if isinstance(node, dict)]


def placed(document: Document, member: str) -> Iterator[tuple[Path, Document]]:
    """Walk the objects of a member that may be one object or an array of them, with their places."""
    value = document.get(member)
    if isinstance(value, dict):
        yield (member,), value
    elif isinstance(value, list):
        yield from (((member, number), item) for number, item in enumerate(value) if isinstance(item, dict))


def has_too_many_values(value: Any) -> bool:
    """Tell whether a document has more values than are read, without looking at all of them."""
    count, level = 0, [value]
    while level and count <= MAX_VALUES:
        count += len(level)
        nodes = [node for node in level if isinstance(node, dict | list)]
        level = [child for node in nodes for child in (node.values() if isinstance(node, dict) else node)]
    return count > MAX_VALUES


def is_credential(node: Document) -> bool:
    """Tell whether an object is a credential of its own, with its own contexts and proof."""
    return "VerifiableCredential" in names(node.get("type"))


def places(value: Any, wanted: object, path: Path = ()) -> list[Path]:
    """Return where `wanted` stands in a document: this very object, or an equal string."""
    if value is wanted or (isinstance(value, str) and value == wanted):
        return [path]
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    return [place for key, child in inner for place in places(child, wanted, (*path, key))]


@dataclass(slots=True)
class Reading:
    """What a JSON reader sees in a document, and what is not plain about it."""

    document: Document
    contexts: Collection[str]  # addresses that may stand in `@context`
    purpose: Purpose
    problems: list[Problem] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)  # every string value
    leaves: int = 0  # strings, numbers and truth values
    owners: dict[str, Document] = field(default_factory=dict)  # ids that one object alone may describe
    lists: set[tuple[str, ...]] = field(default_factory=set)  # the different values of `@context`

    def __post_init__(self) -> None:
        if has_too_many_values(self.document):
            self._refuse(Problem("LIMIT_EXCEEDED", {"what": "values", "limit": MAX_VALUES}))
            return
        for node in (self.document, *objects(self.document.get("credentialStatus"))):
            if isinstance(name := node.get("id"), str):
                self.owners.setdefault(name, node)
        self._node(self.document, ())

    def _refuse(self, problem: Problem) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)

    def _node(self, node: Document, path: Path) -> None:
        if not node:
            self._refuse(Problem("EMPTY_VALUE", {}, path))
        if "@context" not in node and (node is self.document or is_credential(node)):
            self._refuse(Problem("MISSING_CONTEXT", {}, (*path, "@context")))
        name = node.get("id")
        if isinstance(name, str) and self.owners.get(name, node) is not node and node.keys() - _MAY_REPEAT:
            self._refuse(Problem("DESCRIBED_TWICE", {"id": name}, path))
        for key, value in node.items():
            if key == "@context":
                self._context(node, value, (*path, key))
            elif key.startswith("@") or ":" in key:
                self._refuse(Problem("KEY_NOT_A_TERM", {"key": key[:200]}, (*path, key)))
            else:
                self._value(value, (*path, key))

    def _value(self, value: Any, path: Path) -> None:
        if isinstance(value, str):
            self.leaves += 1
            self.strings.add(value)
            self._text(value, path)
        elif isinstance(value, dict | list) and len(path) > MAX_DEPTH:
            self._refuse(Problem("LIMIT_EXCEEDED", {"what": "depth", "limit": MAX_DEPTH}, path))
        elif isinstance(value, dict):
            if "@value" in value:
                self._value_object(value, path)
            else:
                self._node(value, path)
        elif isinstance(value, list):
            self._array(value, path)
        elif isinstance(value, int | float):
            self.leaves += 1
            self._number(value, path)
        else:
            self._refuse(Problem("NULL_VALUE", {}, path))

    def _array(self, items: list[Any], path: Path) -> None:
        if not items:
            self._refuse(Problem("EMPTY_VALUE", {}, path))
        for place, item in enumerate(items):
            if isinstance(item, list):
                self._refuse(Problem("NESTED_ARRAY", {}, (*path, place)))
            else:
                self._value(item, (*path, place))

    def _text(self, text: str, path: Path) -> None:
        if found := self.purpose.value.search(text):
            character = f"U+{ord(found.group()):04X}"
            self._refuse(Problem("TEXT_CONTROL_CHARACTER", {"character": character, "position": found.start()}, path))

    def _number(self, number: float, path: Path) -> None:
        """Refuse numbers that JSON readers round, or that canonicalizers write in different ways."""
        if isinstance(number, int):
            exact = abs(number) <= _SAFE_INTEGER
        else:
            written = repr(number)
            exact = not set(written) & set("ein") and float(f"{number:.15E}") == number
        if not exact:
            self._refuse(Problem("INEXACT_NUMBER", {"value": str(number)[:32]}, path))

    def _value_object(self, node: Document, path: Path) -> None:
        """Admit a text with language and direction; a typed value would hide a coercion from the reader."""
        self.leaves += 1
        text, language, direction = node["@value"], node.get("@language", "en"), node.get("@direction", "ltr")
        known = node.keys() <= {"@value", "@language", "@direction"}
        if not (known and isinstance(text, str) and direction in ("ltr", "rtl")):
            self._refuse(Problem("VALUE_OBJECT", {}, path))
        else:
            self._text(text, (*path, "@value"))
        if not isinstance(language, str) or not _LANGUAGE.match(language):
            value = str(language)[:64]
            self._refuse(Problem("INVALID_LANGUAGE_TAG", {"value": value}, (*path, "@language")))

    def _context(self, node: Document, value: Any, path: Path) -> None:
        """Admit addresses of pinned contexts, the VC Data Model first; credentials alone have contexts."""
        may = node is self.document or is_credential(node)
        if not may or not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._refuse(Problem("INLINE_CONTEXT", {}, path))
            return
        self.lists.add(tuple(value))
        if len(value) > MAX_CONTEXTS or len(self.lists) > MAX_CONTEXTS:
            self._refuse(Problem("LIMIT_EXCEEDED", {"what": "contexts", "limit": MAX_CONTEXTS}, path))
            return
        for place, address in enumerate(value):
            if not (address.startswith("https://") and is_iri(address)):
                self._refuse(Problem("INVALID_IRI", {"value": address[:200]}, (*path, place)))
            elif address not in self.contexts:
                self._refuse(Problem("UNKNOWN_CONTEXT", {"context": address[:200]}, (*path, place)))
        if value[:1] not in ([CREDENTIALS_V1], [CREDENTIALS_V2]):
            self._refuse(Problem("CONTEXT_ORDER", {}, path))
