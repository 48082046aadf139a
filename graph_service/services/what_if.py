"""Who would complete a pathway if something were endorsed: the same question, with hypothetical facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph_service.domain.endorsement import Kind, Standing, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span
from graph_service.errors import InvalidInput, Problem
from graph_service.pathway.evaluate import CompletionState
from graph_service.pathway.facts import Endorsement
from graph_service.pathway.plan import Plan
from graph_service.services.call import Call, World
from graph_service.services.progress import Cohort, Plans, Progress, cohort

MAX_SUPPOSED = 100


@dataclass(frozen=True)
class Supposed:
    """An endorsement that does not exist, made here at the instant asked about.

    `number` is the version of the achievement that it would speak for; the newest one if none is given.
    """

    endorser: Iri
    target: Iri
    kind: Kind = Kind.ENDORSE
    number: int | None = None


@dataclass(frozen=True)
class WhatIf:
    """A cohort as it is, and as it would be."""

    before: Cohort
    after: Cohort

    @cached_property
    def completing(self) -> tuple[Progress, ...]:
        """Who is not complete and would be, as they would be then. More endorsements never undo anything."""
        pairs = zip(self.before.members, self.after.members, strict=True)
        return tuple(then for now, then in pairs if now.state is not then.state is CompletionState.COMPLETE)


async def what_if(
    world: World,
    plans: Plans,
    call: Call,
    *,
    pathway: str,
    learners: Sequence[str],
    supposing: Sequence[Supposed],
    at: Instant | None = None,
) -> WhatIf:
    """Return a cohort as it is and as it would be; who may ask is as for `cohort`.

    Raises InvalidInput: NOTHING_SUPPOSED, TOO_MANY_SUPPOSED, and NO_SUCH_CONDITION for each supposed endorsement
    that the pathway does not ask for, so that a wrong address is not taken for "nobody would complete".
    """
    if not 1 <= len(supposing) <= MAX_SUPPOSED:
        code = "TOO_MANY_SUPPOSED" if supposing else "NOTHING_SUPPOSED"
        raise InvalidInput(Problem(code, {"count": len(supposing), "limit": MAX_SUPPOSED}, ("supposing",)))
    targets = {each.target for each in supposing}
    before = await cohort(world, plans, call, pathway=pathway, learners=learners, at=at, achievements=targets)
    if problems := tuple(_without_effect(before.plan, supposing)):
        raise InvalidInput(*problems)
    supposed = [
        Endorsement(
            id=Iri(f"urn:graph-service:supposed:{position}"),
            kind=each.kind,
            endorser=each.endorser,
            target=each.target,
            span=Span(before.at),
            number=each.number or before.newest.get(each.target),
        )
        for position, each in enumerate(supposing)
    ]
    return WhatIf(before, before.supposing(supposed))


def _without_effect(plan: Plan, supposing: Sequence[Supposed]) -> Iterator[Problem]:
    for position, each in enumerate(supposing):
        if not _asked_for(plan, each):
            values = {"endorser": each.endorser, "target": each.target, "kind": each.kind}
            yield Problem("NO_SUCH_CONDITION", values, ("supposing", position))


def _asked_for(plan: Plan, supposed: Supposed) -> bool:
    """Tell whether some condition could be met by it. Of issuers and awards the plan does not know the addresses."""
    return any(
        supposed.endorser in guard.profiles
        and supposed.kind in guard.kinds
        and Standing.OWN in guard.standings
        and (guard.on is not TargetType.ACHIEVEMENT or supposed.target in leaf.targets)
        for leaf in plan.leaves
        for guard in leaf.guards.endorsed_by
    )
