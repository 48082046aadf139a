"""Verifying a credential: the pure judgement of `endorse.verify`, and bringing it what it asks for.

Own issuers and status lists come from the store, never from the network; other controllers are those that the caller
gives. What nobody has stays unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant
from graph_service.endorse import jsontext
from graph_service.endorse.jsontext import Document
from graph_service.endorse.report import Report
from graph_service.endorse.verify import judge, missing
from graph_service.errors import ConfigurationError, Conflict, InvalidInput, NotFound, Problem, Unavailable
from graph_service.locale import problem_json
from graph_service.services import publications, status
from graph_service.services.call import Call, World

__all__ = ["Report", "Sources", "as_json", "read_controllers", "verify", "verify_held"]

_ROUNDS = 4  # credential → controller and list → the list's controller; embedded endorsements go along


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a verification looks things up: among the documents given, by their address, then in our own store."""

    world: World | None = None
    given: Mapping[str, Document] = field(default_factory=dict)


async def verify(sources: Sources, document: bytes, at: Instant, *, trusted: Collection[str] | None = None) -> Report:
    """Return what is known of a credential at an instant. `trusted`: issuers whom the reader trusts, if known."""
    found: dict[str, bytes | Document | None] = dict(sources.given)
    for _ in range(_ROUNDS):
        wanted = missing(document, found)
        if not wanted:
            break
        for address in wanted:
            found[address] = await _own(sources.world, address, at) if sources.world else None
    return await asyncio.to_thread(judge, document, found, at, trusted)  # up to a second for the largest document


async def verify_held(world: World, call: Call, credential: Iri, at: Instant) -> Report:
    """Return what is known of a credential that is kept here. Raises NotFound for those who may not read it."""
    document = await publications.credential(world, call, credential)
    return await verify(Sources(world), document.bytes.encode(), at)


async def _own(world: World, address: str, at: Instant) -> bytes | None:
    """Return what lies at one of our own addresses; None for every other."""
    try:
        if address.startswith(f"{world.base_url}/status/"):
            return await status.as_of(world, at, Iri(address))
        return (await publications.controller(world, Iri(address))).bytes.encode()
    # The issuer has no key, or its keys are sealed with a master key or held by a signer that is not at hand.
    except (NotFound, Conflict, ConfigurationError):
        return None
    except Unavailable as away:
        if away.code != "SIGNER_UNAVAILABLE":
            raise
        return None


def read_controllers(data: bytes) -> Mapping[str, Document]:
    """Read {controller id: controller document}. Raises InvalidInput (NOT_CONTROLLERS)."""
    value = jsontext.read(data)
    if not isinstance(value, dict) or not all(isinstance(document, dict) for document in value.values()):
        raise InvalidInput(Problem("NOT_CONTROLLERS"))
    return value


def as_json(report: Report, language: str) -> dict[str, Any]:
    """Return a report as JSON has it, with a sentence for each check."""
    return {
        "id": report.id,
        "issuer": report.issuer,
        "authentic": report.authentic,
        "current": report.current,
        "aboutSubject": report.about_subject,
        "trusted": report.trusted,
        "checks": [
            {
                "name": check.name,
                "outcome": check.outcome,
                **problem_json(Problem(check.code, check.values, check.path), language),
            }
            for check in report.checks
        ],
        "embedded": [as_json(each, language) for each in report.embedded],
    }
