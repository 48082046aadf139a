"""Cursors: where in a list somebody stood, signed, so that only what we gave out comes back.

A cursor is base64url of version (1 byte), HMAC-SHA256 cut to 8 bytes, and the sort key in UTF-8. The signature
covers the list too (field, order, filters): a cursor of another list is refused.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph_service.errors import InvalidInput, Problem

_VERSION = b"\x02"  # another one whenever sort keys are made in another way: old ones would skip entries
_MAC = 8
_MAX_LENGTH = 12_288  # no index of Neo4j takes a key of more than 8 KB


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads cursors with one secret key (at least 16 bytes)."""

    key: bytes

    def of(self, field: str, order: str, filters: Mapping[str, object]) -> ListCursors:
        """Return the cursors of one list: of this field, in this order, with these filters."""
        what = json.dumps([field, order, filters], sort_keys=True, ensure_ascii=False, default=str)
        return ListCursors(hmac.new(self.key, what.encode(), "sha256"))


@dataclass(frozen=True, slots=True)
class ListCursors:
    """Writes and reads the cursors of one list."""

    signer: hmac.HMAC

    def write(self, keys: Iterable[str]) -> list[str]:
        """Return the cursors of the nodes with these sort keys."""
        signed = (_VERSION + self._mac(raw) + raw for raw in map(str.encode, keys))
        return [base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in signed]

    def read(self, cursor: str, argument: str) -> str:
        """Return the sort key in a cursor. Raises InvalidInput (INVALID_CURSOR) if this list did not write it."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        version, mac, key = raw[:1], raw[1 : 1 + _MAC], raw[1 + _MAC :]
        if len(cursor) > _MAX_LENGTH or version != _VERSION or not hmac.compare_digest(mac, self._mac(key)):
            raise InvalidInput(Problem("INVALID_CURSOR", {"cursor": cursor[:80]}, (argument,)))
        return key.decode()

    def _mac(self, key: bytes) -> bytes:
        signer = self.signer.copy()
        signer.update(b"\0" + key)
        return signer.digest()[:_MAC]
