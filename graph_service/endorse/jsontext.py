"""JSON as text: strict reading of what strangers send, one compact line for what is stored and served."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from graph_service.errors import CredentialError, LimitExceeded, Problem

Document = dict[str, Any]
"""A JSON object as Python has it."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32


def read(data: bytes) -> Any:
    """Read UTF-8 JSON that means the same to every reader.

    Raises LimitExceeded above MAX_BYTES or MAX_DEPTH, and CredentialError for what parsers read differently
    (I-JSON, RFC 7493): NOT_UTF8, INVALID_JSON, DUPLICATE_KEY, NUMBER_OUT_OF_RANGE (NaN, Infinity, 1e400),
    LONE_SURROGATE.
    """
    if len(data) > MAX_BYTES:
        raise LimitExceeded("bytes", MAX_BYTES)
    try:
        text = data.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_number, parse_float=_float)
    except UnicodeDecodeError as error:
        raise CredentialError(Problem("NOT_UTF8", {"position": error.start})) from None
    except json.JSONDecodeError as error:
        raise CredentialError(Problem("INVALID_JSON", {"line": error.lineno, "column": error.colno})) from None
    except RecursionError:
        raise LimitExceeded("depth", MAX_DEPTH) from None
    except ValueError:  # an integer with thousands of digits
        _refuse_number("…")
    _check_depth(value)
    if "\\u" in text:
        _check_surrogates(value)
    return value


def write(value: Any) -> bytes:
    """Write one compact line of JSON in UTF-8, members in the order given.

    Raises ValueError for NaN and Infinity.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _object(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) < len(pairs):
        repeated = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        raise CredentialError(*(Problem("DUPLICATE_KEY", {"key": key[:64]}) for key in repeated[:10]))
    return found


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        _refuse_number(text)
    return number


def _refuse_number(text: str) -> NoReturn:
    raise CredentialError(Problem("NUMBER_OUT_OF_RANGE", {"value": text[:32]}))


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [node for node in level if isinstance(node, dict | list)]
        if not level:
            return
        level = [child for node in level for child in (node.values() if isinstance(node, dict) else node)]
    raise LimitExceeded("depth", MAX_DEPTH)


def _check_surrogates(value: Any) -> None:
    try:
        write(value)
    except UnicodeEncodeError:
        raise CredentialError(Problem("LONE_SURROGATE")) from None
