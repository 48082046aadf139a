"""A mail server on loopback that keeps what it is given, and can be told to refuse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """SMTP (RFC 5321) as far as one message needs it."""

    port: int = 0
    refuses: bool = False
    envelopes: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            words = line.decode().strip()
            match words.split(" ")[0].upper():
                case "EHLO":
                    writer.write(b"250-sink\r\n250 8BITMIME\r\n")
                case "MAIL" | "RCPT":
                    self.envelopes.append(words)
                    writer.write(b"451 later\r\n" if self.refuses else b"250 ok\r\n")
                case "DATA":
                    writer.write(b"354 go on\r\n")
                    self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
                    writer.write(b"250 kept\r\n")
                case "QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 ok\r\n")
        writer.close()


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Run one."""
    kept = MailServer()
    server = await asyncio.start_server(kept.serve, "127.0.0.1", 0)
    kept.port = server.sockets[0].getsockname()[1]
    async with server:
        yield kept
