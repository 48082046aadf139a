"""JSON of others, held to limits before anything looks at it, and its members, read with their places."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Never, TypeVar

from graph_service.errors import InvalidInput, LimitExceeded, Path, Problem
from graph_service.formats import MAX_BYTES
from graph_service.formats.refusals import Refusals

MAX_NESTING = 128
"""Levels of objects and lists."""
MAX_TOKENS = 400_000
"""Texts, brackets and commas: three times those of the largest pathway, with all that an export says of it."""
MAX_DIGITS = 15

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{\]},]', re.DOTALL)

T = TypeVar("T")
Object = Mapping[str, Any]


def read(content: bytes) -> object:
    """Read JSON in UTF-8.

    Raises LimitExceeded (bytes, tokens), and InvalidInput: NOT_UTF8, TOO_DEEP, INVALID_JSON, DUPLICATE_KEY,
    NUMBER_OUT_OF_RANGE.
    """
    if len(content) > MAX_BYTES:
        raise LimitExceeded("bytes", MAX_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(Problem("NOT_UTF8", {"position": error.start})) from None
    _check_tokens(text)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_int=_integer)
    except json.JSONDecodeError as wrong:
        raise InvalidInput(Problem("INVALID_JSON", {"line": wrong.lineno, "column": wrong.colno})) from None


def _check_tokens(text: str) -> None:
    """Refuse what is too much or too deep to be parsed."""
    depth = 0
    for count, token in enumerate(_TOKEN.finditer(text), 1):
        if count > MAX_TOKENS:
            raise LimitExceeded("tokens", MAX_TOKENS)
        if token[0] in "[{":
            depth += 1
            if depth > MAX_NESTING:
                place = ("line", text.count("\n", 0, token.start()) + 1)
                raise InvalidInput(Problem("TOO_DEEP", {"depth": depth, "limit": MAX_NESTING}, place))
        elif token[0] in "]}":
            depth -= 1


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) < len(members):
        (name, _), *_ = Counter(name for name, _ in members).most_common(1)
        raise InvalidInput(Problem("DUPLICATE_KEY", {"key": name[:64]}))
    return found


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= MAX_DIGITS else _no_number(digits)


def _no_number(text: str) -> Never:
    raise InvalidInput(Problem("NUMBER_OUT_OF_RANGE", {"value": text[:32]}))


def typed(value: object, kind: type[T], path: Path) -> T:
    """Return a value of JSON if it is of this kind. Raises InvalidInput (WRONG_TYPE)."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        expected = {str: "text", list: "list", dict: "object", int: "integer", bool: "boolean"}[kind]
        raise InvalidInput(Problem("WRONG_TYPE", {"expected": expected}, path))
    return value


def optional(given: Object, name: str, kind: type[T], path: Path) -> T | None:
    """Read a member that may be missing; null is as good as that. Raises InvalidInput (WRONG_TYPE)."""
    return None if given.get(name) is None else typed(given[name], kind, (*path, name))


def needed(given: Object, name: str, kind: type[T], path: Path) -> T:
    """Read a member that must be there. Raises InvalidInput (WRONG_TYPE, MISSING_MEMBER)."""
    value = optional(given, name, kind, path)
    if value is None:
        raise InvalidInput(Problem("MISSING_MEMBER", {"member": name}, path))
    return value


def items(take: Refusals, given: Object, name: str, read_item: Callable[[object, Path], T], path: Path) -> Sequence[T]:
    """Read the items of a list; none if it is missing."""
    found = take(optional, given, name, list, path) or []
    return [take(read_item, item, (*path, name, position)) for position, item in enumerate(found)]
