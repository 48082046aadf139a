"""Settings: one frozen object, read from `GRAPH_SERVICE_*` once. Docs: docs/operations.md."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graph_service.errors import ConfigurationError, Problem

PREFIX = "GRAPH_SERVICE_"
DEVELOPMENT_KEY = "development-master-key"
"""File in the data directory that holds the master key of development mode."""
INVENTED_BASE = "https://graph-service.example"
"""Base of identifiers in development mode."""

Networks = tuple[IPv4Network | IPv6Network, ...]


class Fetching(StrEnum):
    """Whether documents of others are fetched."""

    ON = "on"
    OFF = "off"


class Mode(StrEnum):
    """Production refuses everything that only a developer may have."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the service is told from outside. The name of a setting is `GRAPH_SERVICE_` and the field in capitals."""

    mode: Mode = Mode.PRODUCTION
    base_url: str | None = None  # base of identifiers; fixed at first start
    data: Path = Path(".data")  # the embedded engine, and what this machine keeps
    host: str = "127.0.0.1"
    port: int | None = None  # None: 8000, or the next free port
    neo4j_uri: str | None = None  # None: the embedded engine in `data`
    neo4j_user: str = "neo4j"
    neo4j_password: str = ""
    neo4j_database: str = "neo4j"
    master_key: bytes | None = None  # 32 bytes in base64; seals private keys at rest
    signer: Path | None = None  # socket of a signer that makes and holds private keys; None: they are sealed at rest
    deadline: float = 5.0  # seconds that one request may wait for the database
    request_deadline: float = 30.0  # seconds that a GraphQL request may take as a whole
    requests_at_once: int = 16  # GraphQL requests that are answered at the same time
    requests_waiting: int = 16  # that wait for their turn; all others are told to come again
    documents: Path | None = None  # the trusted documents, {id: text}
    trusted_only: bool = False  # whether no other document is answered
    mail: str | None = None  # smtp://…; None: files in `data` in development mode, no mail in production
    mail_from: str | None = None  # the address that mail comes from
    fetch: Fetching = Fetching.ON  # documents of others, to verify what rests on them
    fetch_private: Networks = ()  # that may be asked though they are not public

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; a secret may also be given as `…_FILE`. Raises ConfigurationError with all problems."""
        given = {name.removeprefix(PREFIX): text for name, text in environment.items() if name.startswith(PREFIX)}
        problems: list[Problem] = []
        for name in [name for name in given if name.removesuffix("_FILE") in _SECRETS and name.endswith("_FILE")]:
            try:
                given[name.removesuffix("_FILE")] = Path(given.pop(name)).read_text().strip()
            except OSError as cause:
                problems.append(
                    Problem("SETTING_FILE_UNREADABLE", {"name": PREFIX + name, "cause": type(cause).__name__})
                )
        values: dict[str, Any] = {}
        for name, text in sorted(given.items()):
            if name not in _READERS:
                problems.append(
                    Problem(
                        "SETTING_UNKNOWN", {"name": PREFIX + name, "known": ", ".join(PREFIX + n for n in _READERS)}
                    )
                )
                continue
            try:
                values[name.lower()] = _READERS[name](text)
            except (ValueError, binascii.Error):
                shown = "***" if name in _SECRETS else text
                problems.append(Problem("SETTING_INVALID", {"name": PREFIX + name, "value": shown}))
        if problems:
            raise ConfigurationError(*problems)
        return cls(**values)

    def completed(self) -> Settings:
        """Return settings with which one can serve. Raises ConfigurationError for what production mode still needs."""
        if self.mode is Mode.DEVELOPMENT:
            return replace(self, base_url=self.base_url or INVENTED_BASE)
        needed = [name for name in ("base_url", "master_key") if getattr(self, name) is None]
        if self.mail is not None and self.mail_from is None:
            needed.append("mail_from")
        if self.trusted_only and self.documents is None:
            needed.append("documents")
        problems = [Problem("SETTING_NEEDED", {"name": PREFIX + name.upper()}) for name in needed]
        if self.base_url and not self.base_url.startswith("https://"):
            problems.append(Problem("SETTING_INVALID", {"name": PREFIX + "BASE_URL", "value": self.base_url}))
        if problems:
            raise ConfigurationError(*problems)
        return self

    def masked(self) -> dict[str, str]:
        """Return all settings as text, secrets hidden."""
        return {
            PREFIX + field.name.upper(): "***" if field.name.upper() in _SECRETS and value else _text(value)
            for field in fields(self)
            for value in [getattr(self, field.name)]
        }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return ",".join(map(str, value)) if isinstance(value, tuple) else str("" if value is None else value)


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.query
        or parts.fragment
        or text.endswith("/")
    ):
        raise ValueError(text)
    return text


def _port(text: str) -> int:
    if not 0 <= int(text) <= 65535:
        raise ValueError(text)
    return int(text)


def _master_key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("length")
    return key


def _seconds(text: str) -> float:
    if not 0 < float(text) <= 600:
        raise ValueError(text)
    return float(text)


def _count(text: str) -> int:
    if not 1 <= int(text) <= 10_000:
        raise ValueError(text)
    return int(text)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def _mail_address(text: str) -> str:
    if not re.match(r"[^\s<>,@]+@[^\s<>,@]+\Z", text):
        raise ValueError(text)
    return text


def _mail_server(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ValueError("server")  # without the text: it may hold a password
    _ = parts.port  # raises ValueError if it is none
    return text


def _networks(text: str) -> Networks:
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


_SECRETS = frozenset({"NEO4J_PASSWORD", "MASTER_KEY", "MAIL"})
_READERS: Mapping[str, Callable[[str], object]] = {
    "MODE": Mode,
    "BASE_URL": _base_url,
    "DATA": Path,
    "HOST": str,
    "PORT": _port,
    "NEO4J_URI": str,
    "NEO4J_USER": str,
    "NEO4J_PASSWORD": str,
    "NEO4J_DATABASE": str,
    "MASTER_KEY": _master_key,
    "SIGNER": Path,
    "DEADLINE": _seconds,
    "REQUEST_DEADLINE": _seconds,
    "REQUESTS_AT_ONCE": _count,
    "REQUESTS_WAITING": _count,
    "DOCUMENTS": Path,
    "TRUSTED_ONLY": _flag,
    "MAIL": _mail_server,
    "MAIL_FROM": _mail_address,
    "FETCH": Fetching,
    "FETCH_PRIVATE": _networks,
}
