"""Who holds the private key: this process, or something outside it."""

from __future__ import annotations

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph_service.endorse.controller import KeyPair, method_id


class Signer(Protocol):
    """Signs with one key of one issuer."""

    verification_method: str

    async def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`."""
        ...


class LocalSigner:
    """An Ed25519 key in this process."""

    def __init__(self, issuer: str, key: KeyPair) -> None:
        self.verification_method = method_id(issuer, key.multibase)
        self._key = Ed25519PrivateKey.from_private_bytes(key.seed)

    async def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes."""
        return self._key.sign(data)
