"""Base64url without padding (RFC 7515, §2), in the one spelling that every reader takes alike."""

from __future__ import annotations

import base64


def encode(data: bytes) -> str:
    """Write bytes as base64url."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Read what `encode` wrote, nothing else: no padding, no foreign character, no stray bit. Raises ValueError."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode(data) != text:
        raise ValueError("not the spelling of these bytes")
    return data
