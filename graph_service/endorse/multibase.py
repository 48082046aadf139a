"""Multibase and Multihash (Controlled Identifiers 1.0, §2.4 and §2.5): bytes as `z` and base58btc."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from graph_service.errors import CredentialError, Problem

MAX_TEXT = 128  # base58 takes quadratic time; a digest or a signature of 64 bytes is shorter than this

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_SHA2_256 = b"\x12\x20"  # Multihash header: function, length


def encode(data: bytes) -> str:
    """Write bytes as `z` followed by base58btc."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "z" + "1" * zeros + digits


@lru_cache(maxsize=1024)
def decode(text: str, most: int = MAX_TEXT) -> bytes:
    """Read what `encode` wrote, at most so many characters. Raises CredentialError (INVALID_MULTIBASE)."""
    digits = text[1:]
    if not text.startswith("z") or len(text) > most or not set(digits) <= _VALUE.keys():
        raise CredentialError(Problem("INVALID_MULTIBASE", {"value": text[:MAX_TEXT]}))
    number = 0
    for character in digits:
        number = number * 58 + _VALUE[character]
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def digest(content: bytes) -> str:
    """Return the `digestMultibase` of content: its SHA-256 as a Multihash (VC Data Model 2.0, §5.3)."""
    return digest_of(hashlib.sha256(content).digest())


def digest_of(sha256: bytes) -> str:
    """Return the `digestMultibase` of content whose SHA-256 is known."""
    return encode(_SHA2_256 + sha256)
