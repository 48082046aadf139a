"""Verifying what people hand over: texts, files and links, one or many."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

from graph_service.domain.time import Instant
from graph_service.endorse import table
from graph_service.endorse.report import Report
from graph_service.errors import Problem
from graph_service.services import verification
from graph_service.services.verification import Sources

AT_ONCE = 4

_TOKEN = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\Z")


@dataclass(frozen=True, slots=True)
class Handed:
    """One thing to verify: what a file or a text holds, or with no content what lies at the address `source`.

    With a `problem` it could not be had.
    """

    source: str
    content: bytes | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it. `digest` is the SHA-256 of the bytes that were verified; empty if none came."""

    source: str
    digest: str
    report: Report


def several(source: str, content: bytes) -> Iterator[Handed]:
    """Walk the documents of a text: one on each line if every line is one, else the whole."""
    if sum(1 for _, line in lines(content)) > 1 and all(_is_whole(line) for _, line in lines(content)):
        yield from (Handed(f"{source}:{number}", line) for number, line in lines(content))
    else:
        yield Handed(source, content)


def lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk the lines that are not blank, with their numbers."""
    return ((number, line.strip()) for number, line in enumerate(BytesIO(content), 1) if line.strip())


def _is_whole(line: bytes) -> bool:
    """Tell whether a line looks like a JSON object or a token."""
    return (line[:1] == b"{" and line[-1:] == b"}") or _TOKEN.match(line) is not None


async def verify_all(
    sources: Sources, handed: Sequence[Handed], at: Instant, *, trusted: Collection[str] | None = None
) -> list[Verified]:
    """Verify each by itself, a few at a time."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def verified(each: Handed) -> Verified:
        async with turn:
            return await _verified(sources, each, at, trusted)

    return await asyncio.gather(*map(verified, handed))


async def _verified(sources: Sources, each: Handed, at: Instant, trusted: Collection[str] | None) -> Verified:
    if each.problem:
        content, report = b"", verification.not_had(each.problem, trusted)
    elif each.content is None:
        content, report = await verification.had_and_verified(sources, each.source, at, trusted)
    else:
        content, report = each.content, await verification.verify(sources, each.content, at, trusted=trusted)
    return Verified(each.source, sha256(content).hexdigest() if content else "", report)


def as_json(verified: Sequence[Verified], at: Instant, language: str) -> dict[str, Any]:
    """Return many reports as JSON has them."""
    return {"at": at, "reports": [one_as_json(each, at, language) for each in verified]}


def one_as_json(verified: Verified, at: Instant, language: str) -> dict[str, Any]:
    """Return one report as JSON has it, alone or among many: with what was verified, and when."""
    judged = {"source": verified.source, "sha256": verified.digest, "at": at}
    return judged | verification.as_json(verified.report, language)


def rows(verified: Sequence[Verified], at: Instant, language: str) -> list[table.Row]:
    """Return many reports as rows of a table."""
    return [table.row(each.source, each.digest, each.report, at, language) for each in verified]
