"""Signing anew all that a key signed and that still holds: after it was compromised, or to be rid of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from graph_service.domain.iri import Iri
from graph_service.errors import GraphServiceError, Problem
from graph_service.services import award_credentials, issuing, statements
from graph_service.services.call import Call, World


@dataclass(frozen=True, slots=True)
class Resigned:
    """An endorsement, award or statement, and why it could not be signed anew, if it could not."""

    id: Iri
    problems: tuple[Problem, ...] = ()


async def resign(world: World, call: Call, *, key: Iri) -> AsyncIterator[Resigned]:
    """Sign each endorsement, award and statement anew that stands by a document of this key (ENDORSER and ISSUER).

    Each is an act of its own: what went through stays, and doing it again goes on where it stopped. An award that
    carried endorsements carries those that are in force now. Statements come last, for they carry awards.
    """
    found = await world.store.read("key/stated", id=key, at=call.at)
    for stated in sorted(found, key=lambda each: each["type"] == "Statement"):
        try:
            if stated["type"] == "Statement":
                await statements.reissue(world, call, statement=stated["id"])
            elif stated["type"] == "Award":
                await award_credentials.reissue(world, call, award=stated["id"], endorsements=stated["carries"])
            else:
                await issuing.reissue(world, call, endorsement=stated["id"])
        except GraphServiceError as refused:
            yield Resigned(Iri(stated["id"]), refused.problems)
        else:
            yield Resigned(Iri(stated["id"]))
