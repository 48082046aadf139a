"""Learners: pseudonymous records to which awards are made."""

from __future__ import annotations

import uuid

from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.errors import NotPermitted
from graph_service.services.access import service_profile
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def register_learner(world: World, call: Call) -> Iri:
    """Make a learner record; its id `urn:uuid:…` is never a public address (ISSUER of any profile, or OPERATOR)."""
    new = Iri(uuid.UUID(bytes=world.entropy(16), version=4).urn)

    async def decide() -> Decision:
        issues = any(Side.ISSUER in call.principal.sides(m.profile, call.at) for m in call.principal.memberships)
        if not issues and not call.principal.operates(call.at):
            raise NotPermitted("REGISTER_LEARNER", [Side.ISSUER, Side.OPERATOR])
        reader = sorted(
            {m.profile for m in call.principal.memberships if m.span.holds(call.at)} - {service_profile(world)}
        )
        learner = {"id": new, "createdAt": call.at, "readers": [new, *reader]}
        return Decision([Write("learner/create", {"learner": learner})], (new,), (new,), Side.ISSUER)

    (made,) = await act(world, call, "REGISTER_LEARNER", {}, decide)
    return made
