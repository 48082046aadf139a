"""What a judgement rests on: what was found in the world, at which instant, for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from graph_service.domain.time import Instant
from graph_service.endorse.expansion import Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.once import Once
from graph_service.errors import Path


@dataclass(frozen=True, slots=True)
class Absent:
    """Why nothing was had from an address: the code of the fetch, and what its sentence needs."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


Found = Mapping[str, bytes | Document | Absent | None]
"""What lies at an address, as bytes or as a JSON object; why it could not be had; None if nobody looked."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a credential is judged by."""

    found: Found
    at: Instant
    trusted: Collection[str] | None  # issuers that the reader trusts; None if the reader named none
    lane: Lane
    place: Path = ()  # of the credential in the outermost one
    depth: int = 0
    carrier: str = ""  # the issuer of the credential that carries this one
    once: Once = field(default_factory=Once, compare=False)  # of status lists, by address


def lying(found: Found, address: str) -> bytes | Document | None:
    """Return what lies at an address; None if it could not be had, or nobody looked."""
    value = found.get(address)
    return None if isinstance(value, Absent) else value


def why_not(found: Found, address: str) -> dict[str, object]:
    """Return the values of a problem that says why nothing was had from an address."""
    value = found.get(address)
    absent = value if isinstance(value, Absent) else Absent("NOT_ASKED")
    return {**absent.values, "address": address, "reason": absent.code}
