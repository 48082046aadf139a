"""The signer: a process of its own that makes and holds private keys, and signs for who may open its socket.

    POST /keys                           Ed25519, P-256 or RSA → the new key (Multikey)
    POST /keys/{thumbprint}/signatures   the bytes to sign → the raw signature

A private key is one file, PKCS #8 or an Ed25519 seed, of mode 0600 in a directory of mode 0700. It is not sealed: what
opens it would have to lie on the same machine, and whoever reads the one there reads the other.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph_service.endorse.keys import Algorithm, PrivateKey, PublicKey
from graph_service.endorse.signer import MAX_BYTES
from graph_service.errors import ConfigurationError, Problem

_OTHERS = 0o077


@dataclass(frozen=True)
class KeyFolder:
    """Private keys in a directory. `entropy` is that of the operating system."""

    folder: Path
    entropy: Callable[[int], bytes]

    @classmethod
    def opened(cls, folder: Path, entropy: Callable[[int], bytes]) -> KeyFolder:
        """Open a directory, made if there is none.

        Raises ConfigurationError: FILE_UNREADABLE, SIGNER_KEYS_EXPOSED if others may look into it or into a file of it.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as cause:
            values = {"file": str(folder), "cause": type(cause).__name__}
            raise ConfigurationError(Problem("FILE_UNREADABLE", values)) from None
        open_to_others = [each for each in (folder, *sorted(folder.iterdir())) if each.stat().st_mode & _OTHERS]
        if open_to_others:
            problems = [Problem("SIGNER_KEYS_EXPOSED", {"path": str(each)}) for each in open_to_others]
            raise ConfigurationError(*problems)
        return cls(folder, entropy)

    def make(self, algorithm: Algorithm) -> PublicKey:
        """Make a key and keep it: its file is complete and on the disk when this returns, or not there."""
        key = PrivateKey.generate(algorithm, self.entropy(algorithm.entropy))
        path = self.folder / f"{key.public.thumbprint}.{algorithm}"
        unfinished = path.with_suffix(".unfinished")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.secret)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _synchronised(self.folder)
        return key.public

    def find(self, thumbprint: str) -> PrivateKey | None:
        """Return a key by its thumbprint, if it is held here."""
        for algorithm in Algorithm:
            path = self.folder / f"{thumbprint}.{algorithm}"
            if path.is_file():
                return PrivateKey.read(algorithm, path.read_bytes())
        return None


def _synchronised(folder: Path) -> None:
    """Bring the names in a directory to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def build(keys: KeyFolder) -> Starlette:
    """Return the application."""

    async def make(request: Request) -> Response:
        name = (await _body(request)).decode(errors="replace")
        if name not in set(Algorithm):
            return Response("unknown algorithm", 400)
        key = await asyncio.to_thread(keys.make, Algorithm(name))
        return Response(key.multibase)

    async def sign(request: Request) -> Response:
        data = await _body(request)
        if len(data) > MAX_BYTES:
            return Response("too large", 413)
        key = await asyncio.to_thread(keys.find, request.path_params["thumbprint"])
        if key is None:
            return Response("no such key", 404)
        return Response(key.sign(data), media_type="application/octet-stream")

    return Starlette(
        routes=[
            Route("/keys", make, methods=["POST"]),
            Route("/keys/{thumbprint}/signatures", sign, methods=["POST"]),
        ]
    )


async def _body(request: Request) -> bytes:
    """Return the body; of one that is too large a little more than MAX_BYTES."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BYTES:
            break
    return data
