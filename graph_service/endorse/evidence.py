"""What a judgement rests on: what was found in the world, at which instant, for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graph_service.domain.time import Instant
from graph_service.endorse.expansion import Lane
from graph_service.endorse.jsontext import Document
from graph_service.errors import Path

Found = Mapping[str, bytes | Document | None]
"""What lies at an address, as bytes or as a JSON object; None if it cannot be had."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a credential is judged by."""

    found: Found
    at: Instant
    trusted: Collection[str] | None  # issuers that the reader trusts; None if the reader named none
    lane: Lane
    place: Path = ()  # of the credential in the outermost one
    depth: int = 0
