"""Who holds the private key: this process, or something outside it."""

from __future__ import annotations

from typing import Protocol

from graph_service.endorse.controller import method_id
from graph_service.endorse.keys import PrivateKey, PublicKey

MAX_BYTES = 2**20  # of what a signer signs: more than any JWT that we make


class Signer(Protocol):
    """Signs with one key of one issuer."""

    key: PublicKey
    verification_method: str

    async def sign(self, data: bytes) -> bytes:
        """Return the raw signature over `data`."""
        ...


class LocalSigner:
    """A key in this process."""

    def __init__(self, issuer: str, private: PrivateKey) -> None:
        self.key = private.public
        self.verification_method = method_id(issuer, private.public)
        self._private = private

    async def sign(self, data: bytes) -> bytes:
        """Return the raw signature over `data`."""
        return self._private.sign(data)
