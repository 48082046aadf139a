"""The few forms of CBOR (RFC 8949) that a derived proof is made of, each in its one shortest spelling (§4.2.1).

These are unsigned integers, byte strings, and arrays and maps of known length.
"""

from __future__ import annotations

from typing import Any

MAX_DEPTH = 4
_INTEGER, _BYTES, _ARRAY, _MAP = 0, 2, 4, 5


def read(data: bytes) -> Any:
    """Read one value: int, bytes, list or dict. Raises ValueError for anything else, and for what follows it."""
    value, end = _item(data, 0, MAX_DEPTH)
    if end != len(data):
        raise ValueError("more than one value")
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """Return the value that begins at a place, and where it ends."""
    major, count, at = _head(data, at)
    if major == _INTEGER:
        return count, at
    if major == _BYTES and count <= len(data) - at:
        return data[at : at + count], at + count
    if major not in (_ARRAY, _MAP) or count > len(data) - at or not depth:  # an item has a byte at least
        raise ValueError("not of these forms")
    items = []
    for _ in range(count if major == _ARRAY else 2 * count):
        item, at = _item(data, at, depth - 1)
        items.append(item)
    if major == _ARRAY:
        return items, at
    keys, values = items[::2], items[1::2]
    if any(not isinstance(key, int) for key in keys) or len(set(keys)) < count:
        raise ValueError("a key that is no integer, or is there twice")
    return dict(zip(keys, values, strict=True)), at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the major type of an item, its number or length, and where its content begins (§3)."""
    first = data[at : at + 1] or b"\xff"
    major, count, at = first[0] >> 5, first[0] & 31, at + 1
    if count < 24:
        return major, count, at
    size = 1 << count - 24
    if size > 8:  # reserved, or of unknown length
        raise ValueError("not of these forms")
    count, least = int.from_bytes(data[at : at + size], "big"), 24 if size == 1 else 1 << 4 * size
    if len(data) < at + size or count < least:
        raise ValueError("cut off, or not in its shortest form")
    return major, count, at + size
