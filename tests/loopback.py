"""Web servers on loopback that answer whatever a test tells them, over TLS, with certificates of an authority of ours."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from graph_service.remote.door import Door

HOST = "issuer.test"


def answer(body: bytes, status: int = 200, **headers: str) -> bytes:
    """Return an answer as it goes over the wire; headers are named with underscores, an empty one is left out."""
    named = {"Content-Length": str(len(body)), "Connection": "close"}
    named |= {name.replace("_", "-"): text for name, text in headers.items()}
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {text}" for name, text in named.items() if text)]
    return "\r\n".join([*lines, "", ""]).encode() + body


def moved(location: str, status: int = 302) -> bytes:
    """Return a redirect."""
    return answer(b"", status, Location=location)


Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """A server: what lies where, and what it was asked."""

    pages: dict[str, bytes | Answering] = field(default_factory=dict)  # by path and query; the rest is 404
    asked: list[str] = field(default_factory=list)  # paths
    heads: list[str] = field(default_factory=list)  # requests
    connections: int = 0
    at_once: int = 0
    most_at_once: int = 0
    port: int = 0

    def url(self, path: str, host: str = HOST) -> str:
        """Return the address of something here."""
        return f"https://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self.connections += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ")[1]
            self.heads.append(head)
            self.asked.append(path)
            found = self.pages.get(path, answer(b"", 404))
            if isinstance(found, bytes):
                writer.write(found)
                await writer.drain()
            else:
                await found(writer)
        self.at_once -= 1
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@dataclass(frozen=True)
class Authority:
    """Whoever makes certificates; `folder` holds its own as `ca.pem`."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @classmethod
    def new(cls, folder: Path) -> Authority:
        """Make one."""
        found = cls(folder, ec.generate_private_key(ec.SECP256R1()), _named("Loopback Authority"))
        certificate = found._certificate(found.name, found.key.public_key(), x509.BasicConstraints(True, None))
        (folder / "ca.pem").write_bytes(certificate)
        return found

    @property
    def trusted(self) -> ssl.SSLContext:
        """Return a context in which this authority alone is trusted."""
        return ssl.create_default_context(cafile=self.folder / "ca.pem")

    def context(self, *names: str, days: int = 1) -> ssl.SSLContext:
        """Return the context of a server with a certificate for names and addresses that is good for `days`."""
        key = ec.generate_private_key(ec.SECP256R1())
        said = x509.SubjectAlternativeName([_alternative(name) for name in names])
        certificate = self._certificate(_named(names[0]), key.public_key(), said, days=days)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self.folder / f"{names[0].replace(':', '_')}-{days}.pem"
        file.write_bytes(secret + certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        extension: x509.ExtensionType,
        *,
        days: int = 1,
    ) -> bytes:
        now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * day)
            .not_valid_after(now + days * day)
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(ip_address(name))
    return x509.DNSName(name)


@asynccontextmanager
async def serving(
    site: Site, context: ssl.SSLContext | None, addresses: Sequence[str] = ("127.0.0.1",), port: int = 0
) -> AsyncIterator[Site]:
    """Serve a site at addresses of loopback; without a context in the clear."""
    server = await asyncio.start_server(
        site.serve, addresses, port, ssl=context, ssl_shutdown_timeout=0.1 if context else None
    )
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


def door_to_loopback(authority: Authority, clock: Callable[[], float] | None = None) -> Door:
    """Return a door for which every name leads to loopback. Its clock runs fast: nothing that was fetched is kept."""

    async def loopback(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    fast = count(step=1000).__next__
    return Door(authority.trusted, clock or fast, permitted=[ip_network("127.0.0.1")], resolver=loopback)
