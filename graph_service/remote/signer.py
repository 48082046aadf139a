"""The client of a signer: a process that makes and holds private keys, asked over HTTP on a Unix socket.

What it answers is not trusted: a key is read as any other, and a signature is checked before it is used. Who may open
the socket may sign, so its file mode is the lock (docs/operations.md).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import httpx

from graph_service.endorse.keys import Algorithm, PublicKey
from graph_service.endorse.signer import MAX_BYTES
from graph_service.errors import Conflict, CredentialError, LimitExceeded, Problem, Unavailable

SECONDS = 5.0  # for one signature
_MAKING = 6  # times as long: the primes of an RSA key are looked for
_ANSWER_BYTES = 4096  # a key or a signature is far shorter


@dataclass(frozen=True)
class RemoteKeys:
    """The private keys that a signer holds."""

    client: httpx.AsyncClient
    seconds: float = SECONDS

    @classmethod
    def at(cls, socket: Path, seconds: float = SECONDS) -> RemoteKeys:
        """Prepare to ask the signer at a socket. Each question is a connection of its own: nothing is left to close."""
        transport = httpx.AsyncHTTPTransport(uds=str(socket), limits=httpx.Limits(max_keepalive_connections=0))
        client = httpx.AsyncClient(transport=transport, base_url="http://signer", timeout=None)  # noqa: S113 (see `_ask`)
        return cls(client, seconds)

    async def make(self, algorithm: Algorithm) -> PublicKey:
        """Let the signer make a key. Raises Unavailable (SIGNER_UNAVAILABLE), CredentialError if it is no such key."""
        answer = await self._ask("/keys", algorithm.encode(), self.seconds * _MAKING)
        key = PublicKey.read(_good(answer).decode(errors="replace"))
        if key.algorithm is not algorithm:
            raise CredentialError(Problem("INVALID_MULTIKEY", {"value": key.multibase[:200]}))
        return key

    async def sign(self, key: PublicKey, data: bytes) -> bytes:
        """Return a signature. Raises Unavailable (SIGNER_UNAVAILABLE), Conflict (SIGNER_LACKS_KEY), LimitExceeded."""
        answer = await self._ask(f"/keys/{key.thumbprint}/signatures", data, self.seconds)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise Conflict(Problem("SIGNER_LACKS_KEY", {"key": key.thumbprint}))
        if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise LimitExceeded("bytes", MAX_BYTES)
        return _good(answer)

    async def _ask(self, path: str, content: bytes, seconds: float) -> httpx.Response:
        try:
            async with asyncio.timeout(seconds), self.client.stream("POST", path, content=content) as answer:
                body = b""
                async for part in answer.aiter_raw():
                    body += part
                    if len(body) > _ANSWER_BYTES:
                        raise Unavailable("signer", "SIGNER_UNAVAILABLE")
                return httpx.Response(answer.status_code, content=body)
        except (httpx.HTTPError, TimeoutError):
            raise Unavailable("signer", "SIGNER_UNAVAILABLE") from None


def _good(answer: httpx.Response) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise Unavailable("signer", "SIGNER_UNAVAILABLE")
    return answer.content


class RemoteSigner:
    """One key of one issuer, in the signer."""

    def __init__(self, keys: RemoteKeys, key: PublicKey, verification_method: str) -> None:
        self.key = key
        self.verification_method = verification_method
        self._keys = keys

    async def sign(self, data: bytes) -> bytes:
        """Return the raw signature over `data`. Raises as `RemoteKeys.sign`."""
        return await self._keys.sign(self.key, data)
