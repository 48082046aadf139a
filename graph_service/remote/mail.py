"""Mail: a message to one address, sent over SMTP, or in development mode written to a folder as `.eml`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from graph_service.domain.time import Instant, to_datetime
from graph_service.errors import Unavailable

SECONDS = 30.0  # for one mail


@dataclass(frozen=True)
class Mail:
    """One message. `id` names it: the same message sent twice is one to a mail program."""

    id: str  # letters and digits
    to: str  # as `domain.invitation.mail_address` returns it
    subject: str
    text: str
    language: str
    at: Instant


class Post(Protocol):
    """Takes mail to where it goes."""

    async def send(self, mail: Mail) -> None:
        """Send one mail. Raises Unavailable; trying again may help."""


@dataclass(frozen=True)
class Smtp:
    """A mail server: `smtps://[user:password@]host[:port]`, or `smtp://…`.

    The latter turns to TLS where the server offers it, and always before a password.
    """

    url: str
    sender: str

    async def send(self, mail: Mail) -> None:
        """Send one mail."""
        parts = urlsplit(self.url)
        try:
            await aiosmtplib.send(
                message(mail, self.sender),
                hostname=parts.hostname,
                port=parts.port,
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=parts.scheme == "smtps",
                start_tls=True if parts.username and parts.scheme == "smtp" else None,
                timeout=SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError):  # its text may hold the address
            raise Unavailable("mail server") from None


@dataclass(frozen=True)
class Folder:
    """A directory in which every mail is one file; nothing leaves this machine."""

    path: Path
    sender: str = "graph-service@localhost"

    async def send(self, mail: Mail) -> None:
        """Write one mail, readable by its owner alone, and without a mail program."""
        try:
            await asyncio.to_thread(self._write, mail)
        except OSError:
            raise Unavailable("mail folder") from None

    def _write(self, mail: Mail) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.path / f"{mail.id}.eml"
        file.touch(mode=0o600)
        file.write_bytes(message(mail, self.sender, "8bit").as_bytes())


def message(mail: Mail, sender: str, encoding: str | None = None) -> EmailMessage:
    """Return a mail as it goes over the wire (RFC 5322), plain text in UTF-8.

    Names of others stand in the text only; a header that is none, the library refuses.
    """
    written = EmailMessage(policy=SMTP)
    written["From"] = sender
    written["To"] = mail.to
    written["Subject"] = mail.subject
    written["Date"] = format_datetime(to_datetime(mail.at))
    written["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    written["Auto-Submitted"] = "auto-generated"  # no out-of-office answers (RFC 3834 §5)
    written.set_content(mail.text, cte=encoding)
    written["Content-Language"] = mail.language
    return written
