"""Learners: pseudonymous records to which awards are made."""

from __future__ import annotations

import uuid

from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.time import Instant
from graph_service.errors import InvalidInput, NotPermitted, Problem
from graph_service.services.access import service_profile
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

MAX_LEARNERS = 1_000


async def register_learner(world: World, call: Call) -> Iri:
    """Make a learner record; its id `urn:uuid:…` is never a public address (ISSUER of any profile, or OPERATOR)."""
    (made,) = await _register(world, call, "REGISTER_LEARNER", 1)
    return made


async def register_learners(world: World, call: Call, *, count: int) -> tuple[Iri, ...]:
    """Make `count` learner records at once, as a roster needs them (ISSUER of any profile, or OPERATOR).

    Raises InvalidInput: COUNT_OUT_OF_RANGE, 1 to MAX_LEARNERS.
    """
    if not 1 <= count <= MAX_LEARNERS:
        raise InvalidInput(Problem("COUNT_OUT_OF_RANGE", {"count": count, "limit": MAX_LEARNERS}, ("count",)))
    return await _register(world, call, "REGISTER_LEARNERS", count)


async def known_to(world: World, profile: Iri, learner: str, at: Instant) -> bool:
    """Tell whether a profile knows of a learner: by registration, an award, an enrolment or a consent in force."""
    return bool(await world.store.read("learner/known", profileId=profile, learnerId=learner, at=at))


async def _register(world: World, call: Call, action: str, count: int) -> tuple[Iri, ...]:
    new = tuple(Iri(uuid.UUID(bytes=world.entropy(16), version=4).urn) for _ in range(count))

    async def decide() -> Decision:
        issues = any(Side.ISSUER in call.principal.sides(m.profile, call.at) for m in call.principal.memberships)
        if not issues and not call.principal.operates(call.at):
            raise NotPermitted(action, [Side.ISSUER, Side.OPERATOR])
        readers = sorted(
            {m.profile for m in call.principal.memberships if m.span.holds(call.at)} - {service_profile(world)}
        )
        learners = [{"id": each, "createdAt": call.at, "readers": [each, *readers]} for each in new]
        return Decision([Write("learner/create", {"learners": learners})], new, new, Side.ISSUER)

    return await act(world, call, action, {} if action == "REGISTER_LEARNER" else {"count": count}, decide)
