"""Encryption at rest and keyed hashes, all derived from one master key.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the context (what the text belongs to) is authenticated,
so that a sealed key copied to another profile does not open.
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from graph_service.errors import ConfigurationError, Problem

_NONCE = 12


class Envelope:
    """Seals and opens small secrets, and hashes identifiers for matching."""

    def __init__(self, master_key: bytes) -> None:
        self._master_key = master_key
        self._cipher = AESGCM(self.derived("seal"))
        self._hash_key = self.derived("hash")

    def derived(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose (HKDF-SHA-256, RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=f"graph-service/{purpose}".encode()).derive(self._master_key)

    def seal(self, secret: bytes, context: str, nonce: bytes) -> str:
        """Return base64 of nonce and ciphertext. `nonce`: 12 random bytes, never used twice."""
        if len(nonce) != _NONCE:
            raise ValueError("a nonce has 12 bytes")
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, secret, context.encode())).decode()

    def open(self, sealed: str, context: str) -> bytes:
        """Return the secret. Raises ConfigurationError (MASTER_KEY_WRONG) if it was sealed with another key."""
        stored = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(stored[:_NONCE], stored[_NONCE:], context.encode())
        except InvalidTag:
            raise ConfigurationError(Problem("MASTER_KEY_WRONG", {"context": context})) from None

    def keyed_hash(self, text: str, purpose: str) -> str:
        """Return a hex HMAC-SHA-256: equal for equal texts, useless without the master key."""
        return hmac.new(self._hash_key, f"{purpose}\0{text}".encode(), sha256).hexdigest()
