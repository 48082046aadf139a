"""Identifiers: absolute IRIs, and ULIDs as the last part of our own."""

from __future__ import annotations

import re
from typing import NewType
from urllib.parse import unquote

from graph_service.errors import InvalidInput, Path, Problem

Iri = NewType("Iri", str)

MAX_LENGTH = 2048

_ABSOLUTE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0<>\"{}|\\^`\u200e\u200f\u202a-\u202e\ud800-\udfff]+\Z"
)
_UUID = re.compile(r"urn:uuid:[0-9a-f-]{36}\Z", re.IGNORECASE)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The digits of base 32 without I, L, O and U, which are misread."""


def is_iri(text: str) -> bool:
    """Tell whether `text` is an absolute IRI without anything that could be read two ways."""
    return len(text) <= MAX_LENGTH and _ABSOLUTE.match(text) is not None


def iri(text: str, path: Path = ()) -> Iri:
    """Read an absolute IRI (RFC 3987). Raises InvalidInput (INVALID_IRI)."""
    if not is_iri(text):
        raise InvalidInput(Problem("INVALID_IRI", {"value": text[:200]}, path))
    return Iri(text)


def folded(text: str) -> str:
    """Return a `urn:uuid:` in lower case, as we write it and RFC 9562 §4 reads it; anything else as it stands."""
    return text.lower() if _UUID.match(text) else text


def has_steps(address: str) -> bool:
    """Tell whether the path of a web address has a step (`.`, `..`) or a backslash, encoded ones too.

    One program takes the step and another does not, so that it leads to two places.
    """
    path = unquote(re.split(r"[?#]", address, maxsplit=1)[0])
    return "\\" in path or any(part.partition(";")[0] in (".", "..") for part in path.split("/"))


def ulid(milliseconds: int, entropy: bytes) -> str:
    """Write a ULID: 48 bits of Unix time in milliseconds and 80 bits of entropy (10 bytes), 26 characters."""
    number = (milliseconds << 80) | int.from_bytes(entropy, "big")
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
