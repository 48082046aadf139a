"""The rules on the JSON itself: what a JSON reader sees must be what the signature covers.

A signature covers the RDF of a document, policy reads its JSON. JSON-LD can say the same RDF with other keys (absolute
IRIs, `@graph`, `@included`, `@reverse`, contexts of one's own), and so hide a `validUntil` or `credentialStatus` from a
reader without breaking the signature. A plain document has one spelling only: every key is a term of a pinned context,
every value a string, number, truth value, object or non-empty array of those (VC Data Integrity 1.0, §2.4.1).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graph_service.endorse.contexts import CREDENTIALS_V1, CREDENTIALS_V2
from graph_service.endorse.jsontext import MAX_DEPTH, Document
from graph_service.errors import Path, Problem


class Purpose(Enum):
    """Signing is stricter than verifying: what some verifier may canonicalize otherwise is not signed."""

    SIGN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
    VERIFY = re.compile(r"[\ud800-\udfff]")


MAX_PROBLEMS = 20  # of one document that are told; finding the places of thousands would take quadratic time

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_SAFE_INTEGER = 2**53 - 1
_MAY_REPEAT = {"id", "type"}


def names(value: object) -> list[str]:
    """Return the strings of a member that may be one string or an array of them (`type`, `previousProof`)."""
    several = value if isinstance(value, list) else [value]
    return [name for name in several if isinstance(name, str)]


def objects(value: object) -> list[Document]:
    """Return the objects of a member that may be one object or an array of them (`proof`, `endorsement`)."""
    several = value if isinstance(value, list) else [value]
    return [node for node in several if isinstance(node, dict)]


def is_credential(node: Document) -> bool:
    """Tell whether an object is a credential of its own, with its own contexts and proof."""
    return "VerifiableCredential" in names(node.get("type"))


@dataclass(slots=True)
class Reading:
    """What a JSON reader sees in a document."""

    document: Document
    contexts: Collection[str]  # addresses that may stand in `@context`
    purpose: Purpose
    problems: list[Problem] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)  # every string value
    leaves: int = 0  # strings, numbers, truth values
    once: dict[str, Document] = field(
        default_factory=dict
    )  # ids that only this object may say something about

    def __post_init__(self) -> None:
        for node in (self.document, *objects(self.document.get("credentialStatus"))):
            if isinstance(name := node.get("id"), str):
                self.once.setdefault(name, node)
        self.object(self.document, ())

    def problem(self, code: str, path: Path, **values: object) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, values, path))

    def object(self, node: Document, path: Path) -> None:
        if "@value" in node:
            return self.value_object(node, path)
        if not node:
            self.problem("EMPTY_VALUE", path)
        if "@context" not in node and (node is self.document or is_credential(node)):
            self.problem("MISSING_CONTEXT", (*path, "@context"))
        if (owner := self.once.get(str(node.get("id")), node)) is not node and node.keys() - _MAY_REPEAT:
            self.problem("DESCRIBED_TWICE", path, id=owner["id"])
        for key, value in node.items():
            if key == "@context":
                self.context(node, value, (*path, key))
            elif key.startswith("@") or ":" in key:
                self.problem("KEY_NOT_A_TERM", (*path, key), key=key)
            else:
                self.value(value, (*path, key))
        return None

    def value(self, value: Any, path: Path) -> None:
        if isinstance(value, str):
            self.leaves += 1
            self.strings.add(value)
            self.text(value, path)
        elif isinstance(value, dict | list) and len(path) > MAX_DEPTH:
            self.problem("LIMIT_EXCEEDED", path, what="depth", limit=MAX_DEPTH)
        elif isinstance(value, dict):
            self.object(value, path)
        elif isinstance(value, list):
            self.array(value, path)
        elif isinstance(value, int | float):
            self.leaves += 1
            self.number(value, path)
        else:
            self.problem("NULL_VALUE", path)

    def array(self, items: list[Any], path: Path) -> None:
        if not items:
            self.problem("EMPTY_VALUE", path)
        for place, item in enumerate(items):
            if isinstance(item, list):
                self.problem("NESTED_ARRAY", (*path, place))
            else:
                self.value(item, (*path, place))

    def text(self, text: str, path: Path) -> None:
        if found := self.purpose.value.search(text):
            character = f"U+{ord(found.group()):04X}"
            self.problem("TEXT_CONTROL_CHARACTER", path, character=character, position=found.start())

    def number(self, number: float, path: Path) -> None:
        """Refuse numbers that JSON readers or canonicalizers write differently."""
        if isinstance(number, int):
            exact = abs(number) <= _SAFE_INTEGER
        else:
            exact = (
                "e" not in (written := repr(number))
                and "n" not in written
                and float(f"{number:.15E}") == number
            )
        if not exact:
            self.problem("INEXACT_NUMBER", path, value=str(number)[:32])

    def value_object(self, node: Document, path: Path) -> None:
        """Admit `@value`, `@language` and `@direction` only: a typed value hides a coercion from the reader."""
        self.leaves += 1
        text, language, direction = node["@value"], node.get("@language", "en"), node.get("@direction", "ltr")
        if node.keys() - {"@value", "@language", "@direction"} or not isinstance(text, str):
            self.problem("VALUE_OBJECT", path)
            return
        self.text(text, (*path, "@value"))
        if not isinstance(language, str) or not _LANGUAGE.match(language):
            self.problem("INVALID_LANGUAGE_TAG", (*path, "@language"), value=str(language)[:64])
        if direction not in ("ltr", "rtl"):
            self.problem("VALUE_OBJECT", (*path, "@direction"))

    def context(self, node: Document, value: Any, path: Path) -> None:
        """Admit addresses of pinned contexts, the one of the VC Data Model first; only credentials have their own."""
        if node is not self.document and not is_credential(node):
            self.problem("INLINE_CONTEXT", path)
        elif not isinstance(value, list) or not all(isinstance(address, str) for address in value):
            self.problem("INLINE_CONTEXT", path)
        elif unknown := [address for address in value if address not in self.contexts]:
            for address in unknown:
                self.problem("UNKNOWN_CONTEXT", (*path, value.index(address)), context=address[:200])
        elif value[:1] not in ([CREDENTIALS_V1], [CREDENTIALS_V2]):
            self.problem("CONTEXT_ORDER", path)


def places(value: Any, wanted: object, path: Path = ()) -> list[Path]:
    """Return where `wanted` stands in a document: this object itself, or an equal string."""
    if value is wanted or (isinstance(value, str) and value == wanted):
        return [path]
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    return [place for key, child in inner for place in places(child, wanted, (*path, key))]
