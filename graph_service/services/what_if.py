"""Who would complete a pathway if something were endorsed or awarded: the same question, with hypothetical facts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph_service.domain.endorsement import Kind, Standing, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span
from graph_service.errors import InvalidInput, Problem
from graph_service.pathway.facts import Award, Endorsement
from graph_service.pathway.plan import Plan
from graph_service.services.call import Call, World
from graph_service.services.progress import Cohort, Plans, Progress, cohort, pages

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
class SupposedAward:
    """An award that does not exist, made at the instant asked about by who offers the achievement.

    It is of the newest version, and given to `learner` or to everybody who is asked about.
    """

    achievement: Iri
    learner: Iri | None = None


@dataclass(frozen=True)
class Supposing:
    """What is supposed."""

    endorsements: Sequence[Supposed] = ()
    awards: Sequence[SupposedAward] = ()

    @property
    def achievements(self) -> frozenset[Iri]:
        """What is endorsed or awarded, as far as it is an achievement."""
        return frozenset(each.target for each in self.endorsements) | {each.achievement for each in self.awards}


@dataclass(frozen=True)
class WhatIf:
    """A cohort as it is, and as it would be."""

    before: Cohort
    after: Cohort

    @cached_property
    def completing(self) -> tuple[Progress, ...]:
        """Who is not complete and would be, as they would be then. More facts never undo anything."""
        pairs = zip(self.before.members, self.after.members, strict=True)
        return tuple(then for now, then in pairs if then.complete and not now.complete)

    def work_out(self, *, histories: bool) -> None:
        """Evaluate every member now, e.g. beside the event loop, rather than when somebody looks."""
        self.before.work_out(histories=histories)
        self.after.work_out(histories=histories)


async def what_if(
    world: World,
    plans: Plans,
    call: Call,
    *,
    pathway: str,
    learners: Sequence[str],
    supposing: Supposing,
    at: Instant | None = None,
    version: str | None = None,
) -> WhatIf:
    """Return a cohort as it is and as it would be; who may ask is as for `cohort`.

    Raises InvalidInput: NOTHING_SUPPOSED, TOO_MANY_SUPPOSED, and NO_SUCH_CONDITION or NO_SUCH_REQUIREMENT for each
    endorsement or award that the pathway does not ask for, and NOT_ASKED_ABOUT for each award to somebody else, so that
    a wrong address is not taken for "nobody would complete".
    """
    _counted(supposing)
    if problems := tuple(_to_others(learners, supposing)):
        raise InvalidInput(*problems)
    achievements = supposing.achievements
    found = await cohort(
        world, plans, call, pathway=pathway, learners=learners, at=at, version=version, achievements=achievements
    )
    return _supposed(found, supposing)


async def what_if_pages(
    world: World,
    plans: Plans,
    call: Call,
    *,
    pathway: str,
    learners: Iterable[str],
    supposing: Supposing,
    at: Instant | None = None,
) -> AsyncIterator[WhatIf]:
    """Yield the same for any number of learners, page by page, worked out."""
    _counted(supposing)
    achievements = supposing.achievements
    async for page in pages(world, plans, call, pathway=pathway, learners=learners, at=at, achievements=achievements):
        found = _supposed(page, supposing)
        await asyncio.to_thread(found.work_out, histories=False)
        yield found


def _counted(supposing: Supposing) -> None:
    count = len(supposing.endorsements) + len(supposing.awards)
    if not 1 <= count <= MAX_SUPPOSED:
        code = "TOO_MANY_SUPPOSED" if count else "NOTHING_SUPPOSED"
        raise InvalidInput(Problem(code, {"count": count, "limit": MAX_SUPPOSED}, ("supposing",)))


def _to_others(learners: Sequence[str], supposing: Supposing) -> Iterator[Problem]:
    asked = {None, *learners}
    for position, each in enumerate(supposing.awards):
        if each.learner not in asked:
            path = ("supposing", "awards", position, "learner")
            yield Problem("NOT_ASKED_ABOUT", {"learner": each.learner}, path)


def _supposed(before: Cohort, supposing: Supposing) -> WhatIf:
    if problems := tuple(_without_effect(before, supposing)):
        raise InvalidInput(*problems)
    endorsements = [
        Endorsement(
            id=Iri(f"urn:graph-service:supposed:{position}"),
            kind=each.kind,
            endorser=each.endorser,
            target=each.target,
            span=Span(before.at),
            number=each.number or before.known.newest.get(each.target),
        )
        for position, each in enumerate(supposing.endorsements)
    ]
    awards = [(each.learner, _award(before, position, each)) for position, each in enumerate(supposing.awards)]

    def of(learner: Iri) -> list[Award]:
        return [award for to, award in awards if to in (None, learner)]

    return WhatIf(before, before.supposing(endorsements, of))


def _award(before: Cohort, position: int, supposed: SupposedAward) -> Award:
    return Award(
        id=Iri(f"urn:graph-service:supposed:award:{position}"),
        achievement=supposed.achievement,
        issuer=before.known.owners[supposed.achievement],
        awarded_at=before.at,
        span=Span(before.at),
        number=before.known.newest[supposed.achievement],
    )


def _without_effect(before: Cohort, supposing: Supposing) -> Iterator[Problem]:
    plans = [before.plans[version.digest] for version in before.versions]
    for position, each in enumerate(supposing.endorsements):
        if not any(_asked_for(plan, each, before.known.claimed) for plan in plans):
            values = {"endorser": each.endorser, "target": each.target, "kind": each.kind}
            yield Problem("NO_SUCH_CONDITION", values, ("supposing", "endorsements", position))
    accepted = before.known.claimed.union(*(plan.achievements for plan in plans))
    for position, award in enumerate(supposing.awards):
        place = ("supposing", "awards", position)
        if award.achievement not in accepted or award.achievement not in before.known.newest:
            yield Problem("NO_SUCH_REQUIREMENT", {"achievement": award.achievement}, place)


def _asked_for(plan: Plan, supposed: Supposed, claimed: frozenset[Iri]) -> bool:
    """Tell whether some condition could be met by it. Of issuers and awards the plan does not know the addresses.

    `claimed`: what counts as something else by a claim of equivalence; an endorsement of that will do as well.
    """
    return any(
        supposed.endorser in guard.profiles
        and supposed.kind in guard.kinds
        and Standing.OWN in guard.standings
        and (guard.on is not TargetType.ACHIEVEMENT or supposed.target in (*leaf.targets, *claimed))
        for leaf in plan.leaves
        for guard in leaf.guards.endorsed_by
    )
