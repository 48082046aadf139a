"""What could be changed, and done next: how versions differ, who would gain by one, what leads to a goal."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_service.domain.language import LanguageMap
from graph_service.pathway import diff as differing
from graph_service.schema import types
from graph_service.schema.cohort import CohortProgress, Learners, named
from graph_service.schema.computed import (
    At,
    NextStep,
    Pathway,
    Progress,
    asked_at,
    limited,
    step,
    worked_out,
)
from graph_service.schema.shaped import Request
from graph_service.services import advising, comparing

_SUGGESTIONS = 200
"""What each pathway costs of the budget of a request: as many as may be asked about are within it."""
_DIFF = 500
"""What comparing two versions costs of the budget of a request."""

ChangeCode = differing.ChangeCode
types.enumeration(
    "PathwayChangeCode",
    "What happened between two versions.",
    ADDED="A requirement, or something that is listed, came in.",
    REMOVED="It is gone.",
    CHANGED="It is another value now.",
    MOVED="A requirement left one whole and came into another.",
    REORDERED="Its parts stand in another order; completion is not touched.",
)(ChangeCode)


@strawberry.type(description="One difference between two versions of a pathway.")
class PathwayChange:
    """One difference between two versions of a pathway."""

    difference: strawberry.Private[comparing.Difference]
    change: strawberry.Private[differing.Change]
    code: ChangeCode = strawberry.field(description="What happened.")
    node: str | None = strawberry.field(description="The requirement; null of what is said of the whole version.")
    member: str | None = strawberry.field(
        description="Where in the definition's JSON, `guards.validAt`; null for the requirement itself."
    )
    before: str | None = strawberry.field(description="What stood there; of MOVED the whole that it left.")
    after: str | None = strawberry.field(description="What stands there now; of MOVED the whole that it came into.")
    message: str = strawberry.field(
        description="The difference as a sentence, in the interface language, with names in place of ids."
    )

    @strawberry.field(description="The requirement's name; if it has none, that of the badge or stack it asks for.")
    def name(self, language: types.Language = None) -> str | None:
        """Return the name in a language."""
        return self.difference.name(self.change, language)


def _change(difference: comparing.Difference, change: differing.Change, language: str) -> PathwayChange:
    return PathwayChange(
        difference=difference,
        change=change,
        code=change.code,
        node=change.node,
        member=change.member,
        before=change.before,
        after=change.after,
        message=difference.message(change, language),
    )


@strawberry.type(description="A cohort as it is, and as it would be if the draft of a pathway were published.")
class PublicationDryRun:
    """A cohort as it is, and as it would be if the draft were published."""

    of: strawberry.Private[comparing.DryRun]

    @strawberry.field(description="As it is; null if nothing is published yet.")
    def before(self) -> CohortProgress | None:
        """Return the cohort as it is."""
        return CohortProgress(of=self.of.before) if self.of.before else None

    @strawberry.field(description="As it would be.")
    def after(self) -> CohortProgress:
        """Return the cohort as it would be."""
        return CohortProgress(of=self.of.after)

    @strawberry.field(description="Who is not complete and would be, with their progress as it would be.")
    def gaining(self) -> list[Progress]:
        """Return who would gain."""
        return [Progress(of=member) for member in self.of.gaining]

    @strawberry.field(description="Who is complete and would not be, with their progress as it would be.")
    def losing(self) -> list[Progress]:
        """Return who would lose."""
        return [Progress(of=member) for member in self.of.losing]


@strawberry.type(description="A requirement of a pathway on which an award would count.")
class Advance:
    """A requirement on which an award would count."""

    pathway: strawberry.ID = strawberry.field(description="The pathway.")
    pathway_version: strawberry.ID = strawberry.field(description="The version that the learner is judged by.")
    step: NextStep = strawberry.field(description="The leaf.")


@strawberry.type(description="An achievement that would bring a learner on now.")
class Suggestion:
    """An achievement that would bring a learner on now."""

    names: strawberry.Private[LanguageMap]
    achievement: strawberry.ID = strawberry.field(description="The achievement.")
    advances: list[Advance] = strawberry.field(description="The requirements on which an award of it would count.")
    recognised_by: list[strawberry.ID] = strawberry.field(description="Who counts it as a training now.")
    until: types.Instant | None = strawberry.field(description="From when on an award no longer counts somewhere.")

    @strawberry.field(description="What it is called.")
    def name(self, language: types.Language = None) -> str:
        """Return the name in a language."""
        return self.names.choose(language)[1]


def _suggestion(found: advising.Suggestion) -> Suggestion:
    return Suggestion(
        names=found.name,
        achievement=strawberry.ID(found.achievement),
        advances=[
            Advance(
                pathway=strawberry.ID(each.progress.pathway),
                pathway_version=strawberry.ID(each.progress.pathway_version),
                step=step(each.step),
            )
            for each in found.advances
        ],
        recognised_by=[strawberry.ID(each) for each in found.recognised_by],
        until=types.Instant(found.until) if found.until else None,
    )


@strawberry.type
class PlanningQuery:
    """Root fields about what could be."""

    @strawberry.field(
        description="What differs between two versions of a pathway; one of them may be its draft, for who sees that."
    )
    async def diff(
        self,
        info: Request,
        before: Annotated[strawberry.ID, strawberry.argument(name="from", description="The earlier version.")],
        after: Annotated[strawberry.ID, strawberry.argument(name="to", description="The later one, or the draft.")],
    ) -> list[PathwayChange]:
        """Return what differs."""
        context = info.context
        context.budget.spend(_DIFF)
        found = await comparing.diff(context.world, context.call(), before=before, after=after)
        return [_change(found, change, context.language) for change in found.changes]

    @strawberry.field(
        description="What a learner might earn next: what advances most of the pathways first, then what is "
        "recognised as a training, then what ends soonest, then by name. Who may ask is as for `progress`."
    )
    async def next_steps(
        self,
        info: Request,
        learner: Annotated[strawberry.ID, strawberry.argument(description="The learner.")],
        pathways: Annotated[list[strawberry.ID], strawberry.argument(description="The pathways, at most 20.")],
        at: At = None,
        limit: Annotated[int, strawberry.argument(description="How many to list, at most 100.")] = 20,
    ) -> list[Suggestion]:
        """Return what to earn next."""
        context, most = info.context, limited(limit)
        context.budget.spend(_SUGGESTIONS * min(len(pathways), advising.MAX_PATHWAYS))
        found = await advising.suggestions(
            context.world, context.plans, context.call(), learner=learner, pathways=pathways, at=asked_at(at)
        )
        return [_suggestion(each) for each in found[:most]]

    @strawberry.field(description="Who would gain and who would lose if the draft were published now (EDITOR).")
    async def publication_dry_run(
        self,
        info: Request,
        pathway: Pathway,
        learners: Learners,
        ending_earlier: Annotated[
            bool, strawberry.argument(description="Suppose that all earlier versions end at once.")
        ] = False,
    ) -> PublicationDryRun:
        """Return a cohort as it is and as it would be."""
        found = await comparing.publication_dry_run(
            info.context.world,
            info.context.plans,
            info.context.call(),
            pathway=pathway,
            learners=named(learners),
            ending=ending_earlier,
        )
        await worked_out(info, found)
        return PublicationDryRun(of=found)
