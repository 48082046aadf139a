"""Chains of trust: worked out, not read."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_service.schema import types
from graph_service.schema.computed import At, asked_at
from graph_service.schema.shaped import Request
from graph_service.schema.types import enumeration
from graph_service.services import trust_paths

By = enumeration(
    "TrustStatement",
    "By what somebody is trusted.",
    TRUST_LIST="An entry of a profile's trust list.",
    ENDORSEMENT="A signed endorsement that is in force, shown to everybody, and not ATTESTED.",
)(trust_paths.By)
Mark = enumeration(
    "TrustMark",
    "Why a step of a chain may weigh less.",
    SELF="It speaks of itself, or of what is its own.",
    MUTUAL="The one who is spoken of vouches for the one who speaks.",
    RING="The one who is spoken of vouches for the one who speaks over two to five statements.",
    SAME_PARENT="One is part of the other, or both of the same profile.",
)(trust_paths.Mark)


@strawberry.type(description="One step of a chain: somebody says something of the next.")
class TrustStep:
    """One step of a chain."""

    from_: strawberry.ID = strawberry.field(name="from", description="The profile that says it.")
    to: strawberry.ID = strawberry.field(description="The next profile; in the last step what was asked about.")
    by: By = strawberry.field(description="By what kind of statement.")  # type: ignore[valid-type]
    endorsement: strawberry.ID | None = strawberry.field(description="The endorsement, if it is said by one.")
    kind: types.EndorsementKind | None = strawberry.field(description="Its kind.")
    target: strawberry.ID | None = strawberry.field(
        description="What it endorses: the next profile, or something that this profile offers."
    )
    marks: list[Mark] = strawberry.field(description="Why it may weigh less.")  # type: ignore[valid-type]


@strawberry.type(description="The shortest chain of statements from one profile to something.")
class TrustPath:
    """The shortest chain."""

    at: types.Instant = strawberry.field(description="The instant that the answer is about.")
    steps: list[TrustStep] = strawberry.field(description="The chain; none if both ends are the same profile.")
    cut: bool = strawberry.field(
        description="The search met its limit: without steps, that there is no chain is not known; with steps, a mark "
        "may be missing."
    )


_PATH = 1_000
"""What one costs of the budget of a request."""

MaxSteps = Annotated[int, strawberry.argument(description="How many steps at most: 1 to 5.")]
From = Annotated[strawberry.ID, strawberry.argument(name="from", description="The profile that trusts.")]
To = Annotated[
    strawberry.ID,
    strawberry.argument(description="What is asked about: a profile, an achievement or a pathway version."),
]


@strawberry.type
class TrustQuery:
    """Root fields about trust."""

    @strawberry.field(
        description="The shortest chain of statements (trust lists, and endorsements in force that everybody may see) "
        "from a profile to what endorses something; null if there is none."
    )
    async def trust_path(
        self, info: Request, from_: From, to: To, max_steps: MaxSteps = 3, at: At = None
    ) -> TrustPath | None:
        """Return the shortest chain."""
        info.context.budget.spend(_PATH)
        world, call = info.context.world, info.context.call()
        found = await trust_paths.path(world, call, start=from_, end=to, max_steps=max_steps, at=asked_at(at))
        if found is None:
            return None
        return TrustPath(at=types.Instant(found.at), steps=[_step(each) for each in found.steps], cut=found.cut)


def _step(step: trust_paths.Step) -> TrustStep:
    return TrustStep(
        from_=strawberry.ID(step.start),
        to=strawberry.ID(step.end),
        by=step.by,
        endorsement=strawberry.ID(step.endorsement) if step.endorsement else None,
        kind=types.EndorsementKind(step.kind) if step.kind else None,
        target=strawberry.ID(step.target) if step.target else None,
        marks=list(step.marks),
    )
