"""Bitstring Status List v1.0 (W3C Recommendation): one bit a credential, in a list that is itself one."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable
from typing import Any

from graph_service.domain.time import Instant
from graph_service.endorse import base64url, contexts
from graph_service.endorse.jsontext import Document
from graph_service.errors import CredentialError, Problem

ENTRIES = 131_072  # the least that §3.4 allows, so that one entry hides among many
MAX_BYTES = 2**20  # what a list may inflate to


def encode(positions: Iterable[int], entries: int = ENTRIES) -> str:
    """Write a list in which these positions are set: multibase base64url of its GZIP (§3.3).

    The same positions always give the same text. Raises CredentialError (RANGE_ERROR).
    """
    bits = bytearray(entries // 8)
    for position in positions:
        if not 0 <= position < entries:
            raise CredentialError(Problem("RANGE_ERROR", {"index": position, "entries": entries}))
        bits[position // 8] |= 0x80 >> position % 8
    return "u" + base64url.encode(gzip.compress(bits, mtime=0))


def decode(encoded: str) -> bytes:
    """Return the bits of a list (§3.4).

    Raises CredentialError: STATUS_VERIFICATION_ERROR if it is no GZIP in base64url or inflates beyond
    MAX_BYTES, STATUS_LIST_LENGTH_ERROR if it is too short.
    """
    try:
        if not encoded.startswith("u"):
            raise ValueError("no multibase base64url")
        with gzip.GzipFile(fileobj=io.BytesIO(base64url.decode(encoded[1:]))) as file:
            bits = file.read(MAX_BYTES + 1)
    except (ValueError, OSError, EOFError, zlib.error):
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "encodedList"})) from None
    if len(bits) > MAX_BYTES:
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "encodedList"}))
    if len(bits) * 8 < ENTRIES:
        raise CredentialError(Problem("STATUS_LIST_LENGTH_ERROR", {"entries": len(bits) * 8, "least": ENTRIES}))
    return bits


def is_set(bits: bytes, position: int) -> bool:
    """Tell whether a position is set; 0 is the leftmost bit (§3.4). Raises CredentialError (RANGE_ERROR)."""
    if not 0 <= position < len(bits) * 8:
        raise CredentialError(Problem("RANGE_ERROR", {"index": position, "entries": len(bits) * 8}))
    return bool(bits[position // 8] & 0x80 >> position % 8)


def index(value: Any) -> int:
    """Read a `statusListIndex`: text of decimal digits, or (as some write it) a number.

    Raises CredentialError (RANGE_ERROR) for anything else.
    """
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise CredentialError(Problem("RANGE_ERROR", {"index": text[:32], "entries": ENTRIES}))
    return int(text)


def entry(address: str, position: int, purpose: str = "revocation") -> Document:
    """Return the `credentialStatus` of the credential at a position of the list at `address` (§2.1)."""
    return {
        "id": f"{address}#{position}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(position),
        "statusListCredential": address,
    }


def credential(
    address: str,
    issuer: Document,
    positions: Iterable[int],
    *,
    valid_from: Instant,
    valid_until: Instant,
    ttl_seconds: int,
    purpose: str = "revocation",
) -> Document:
    """Return the unsigned BitstringStatusListCredential (§2.2) of an issuer's Profile object.

    It is short-lived: an old list, shown again, must not undo a revocation. Raises CredentialError
    (RANGE_ERROR).
    """
    return {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": valid_from,
        "validUntil": valid_until,
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(positions),
            "ttl": ttl_seconds * 1000,
        },
    }
