"""Progress of several learners, and what it would be: the same answers as for one, counted."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_service.domain.consent import Purpose
from graph_service.domain.endorsement import Kind
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.errors import Path
from graph_service.schema import types
from graph_service.schema.computed import At, Pathway, PathwayVersion, Progress, asked_at, worked_out
from graph_service.schema.shaped import Request
from graph_service.services import consents
from graph_service.services import progress as service
from graph_service.services import what_if as supposing_service
from graph_service.services.what_if import Supposed

Learners = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="The learners; at most 5000, and no more than fit in a request."),
]


@strawberry.type(description="One requirement, and how many members of a cohort meet it.")
class CohortNode:
    """One requirement, and how many members meet it."""

    id: str = strawberry.field(description="The node's id within the version.")
    kind: types.RequirementKind = strawberry.field(description="When it is met.")
    held: int = strawberry.field(description="How many members meet it.")


@strawberry.type(description="How many members of a cohort are judged by one version of the pathway.")
class CohortVersion:
    """How many members are judged by one version."""

    pathway_version: strawberry.ID = strawberry.field(description="The version.")
    size: int = strawberry.field(description="How many members are judged by it.")
    complete: int = strawberry.field(description="How many of them are complete.")


@strawberry.type(description="How far a cohort is toward a pathway at one instant.")
class CohortProgress:
    """How far a cohort is toward a pathway."""

    of: strawberry.Private[service.Cohort]

    @strawberry.field(description="The pathway.")
    def pathway(self) -> strawberry.ID:
        """Return the pathway."""
        return strawberry.ID(self.of.pathway)

    @strawberry.field(description="The newest version by which a member is judged; if there is no member, the newest.")
    def pathway_version(self) -> strawberry.ID:
        """Return the version."""
        return strawberry.ID(self.of.version.id)

    @strawberry.field(description="How many are judged by which version, the newest first.")
    def versions(self) -> list[CohortVersion]:
        """Count the members of each version."""
        return [
            CohortVersion(
                pathway_version=strawberry.ID(version.id),
                size=len(members),
                complete=sum(member.complete for member in members),
            )
            for version, members in self.of.by_version.items()
        ]

    @strawberry.field(description="The instant that the answer is about.")
    def at(self) -> types.Instant:
        """Return the instant."""
        return types.Instant(self.of.at)

    @strawberry.field(description="How many learners the answer counts: those whom you may see.")
    def size(self) -> int:
        """Return how many members there are."""
        return len(self.of.members)

    @strawberry.field(
        description="How many of those asked about it leaves out: without consent in force now, or not existing."
    )
    def left_out(self) -> int:
        """Return how many are left out."""
        return len(self.of.left_out)

    @strawberry.field(description="How many members are complete at that instant.")
    def complete(self) -> int:
        """Return how many are complete."""
        return self.of.complete

    @strawberry.field(
        description="How many of those who are judged by `pathwayVersion` meet each of its requirements: parts before "
        "wholes, the root last."
    )
    def nodes(self) -> list[CohortNode]:
        """Count each node."""
        counted = zip(self.of.plan.nodes, self.of.held, strict=True)
        return [CohortNode(id=node.id, kind=node.kind, held=held) for node, held in counted]

    @strawberry.field(description="The progress of each member, in the order in which they were asked about.")
    def members(self) -> list[Progress]:
        """Return the members."""
        return [Progress(of=member) for member in self.of.members]


@strawberry.input(description="An endorsement that does not exist, made at the instant asked about.")
class SupposedEndorsement:
    """An endorsement that does not exist."""

    endorser: strawberry.ID = strawberry.field(description="The endorsing profile.")
    target: strawberry.ID = strawberry.field(description="The profile, achievement or award that would be endorsed.")
    kind: types.EndorsementKind = strawberry.field(default=Kind.ENDORSE, description="What the endorser would say.")
    number: int | None = strawberry.field(
        default=None, description="The version of the achievement that it would speak for; the newest if not given."
    )

    def read(self, path: Path) -> Supposed:
        """Return it as the service reads it. Raises InvalidInput with every problem."""
        with Intake() as take:
            return Supposed(
                endorser=take(iri, self.endorser, (*path, "endorser")),
                target=take(iri, self.target, (*path, "target")),
                kind=Kind(self.kind),
                number=self.number,
            )


@strawberry.input(
    description="An award that does not exist, made at the instant asked about by who offers the achievement."
)
class SupposedAward:
    """An award that does not exist."""

    achievement: strawberry.ID = strawberry.field(description="What would be awarded, in its newest version.")
    learner: strawberry.ID | None = strawberry.field(
        default=None, description="To whom; to everybody who is asked about if not given."
    )

    def read(self, path: Path) -> supposing_service.SupposedAward:
        """Return it as the service reads it. Raises InvalidInput with every problem."""
        with Intake() as take:
            return supposing_service.SupposedAward(
                achievement=take(iri, self.achievement, (*path, "achievement")),
                learner=take(iri, self.learner, (*path, "learner")) if self.learner else None,
            )


@strawberry.input(description="What is supposed; at most 100 endorsements and awards together.")
class Supposing:
    """What is supposed."""

    endorsements: list[SupposedEndorsement] = strawberry.field(
        default_factory=list, description="What would be endorsed."
    )
    awards: list[SupposedAward] = strawberry.field(default_factory=list, description="What would be awarded.")

    def read(self, path: Path) -> supposing_service.Supposing:
        """Return it as the service reads it. Raises InvalidInput with every problem."""
        with Intake() as take:
            return supposing_service.Supposing(
                [take(each.read, (*path, "endorsements", place)) for place, each in enumerate(self.endorsements)],
                [take(each.read, (*path, "awards", place)) for place, each in enumerate(self.awards)],
            )


@strawberry.type(description="A cohort as it is, and as it would be.")
class WhatIf:
    """A cohort as it is, and as it would be."""

    of: strawberry.Private[supposing_service.WhatIf]

    @strawberry.field(description="As it is.")
    def before(self) -> CohortProgress:
        """Return the cohort as it is."""
        return CohortProgress(of=self.of.before)

    @strawberry.field(description="As it would be.")
    def after(self) -> CohortProgress:
        """Return the cohort as it would be."""
        return CohortProgress(of=self.of.after)

    @strawberry.field(description="Who is not complete and would be, with their progress as it would be.")
    def completing(self) -> list[Progress]:
        """Return who would complete."""
        return [Progress(of=member) for member in self.of.completing]


def named(learners: list[strawberry.ID]) -> list[Iri]:
    """Read the learners. Raises InvalidInput (INVALID_IRI) with every place."""
    with Intake() as take:
        return [take(iri, each, ("learners", position)) for position, each in enumerate(learners)]


@strawberry.type
class CohortQuery:
    """Root fields about several learners."""

    @strawberry.field(
        description="How far several learners are toward a pathway: those who consented to a profile you read for; "
        "for OPERATOR everybody."
    )
    async def cohort_progress(
        self,
        info: Request,
        pathway: Pathway,
        learners: Learners,
        at: At = None,
        version: PathwayVersion = None,
    ) -> CohortProgress:
        """Return the progress of a cohort."""
        found = await service.cohort(
            info.context.world,
            info.context.plans,
            info.context.call(),
            pathway=pathway,
            learners=named(learners),
            at=asked_at(at),
            version=version,
        )
        await worked_out(info, found)
        return CohortProgress(of=found)

    @strawberry.field(description="What a learner would agree to with giveConsent, to be read before.")
    async def consent_text(
        self,
        info: Request,
        profile: Annotated[strawberry.ID, strawberry.argument(description="Who would see it.")],
        purpose: Annotated[types.Purpose, strawberry.argument(description="What it would be for.")] = Purpose.PROGRESS,
        until: Annotated[
            types.Instant | None, strawberry.argument(description="When it would end; in a year if not given.")
        ] = None,
        text_language: Annotated[str, strawberry.argument(description="Language of the text: `ja` or `en`.")] = "ja",
    ) -> str:
        """Return the text of a consent."""
        return await consents.wording(
            info.context.world,
            info.context.call(),
            profile=profile,
            purpose=Purpose(purpose),
            until=until,
            language=text_language,
        )

    @strawberry.field(description="How far they would be if something were endorsed or awarded that is not.")
    async def what_if(
        self,
        info: Request,
        pathway: Pathway,
        learners: Learners,
        supposing: Annotated[Supposing, strawberry.argument(description="What is supposed.")],
        at: At = None,
        version: PathwayVersion = None,
    ) -> WhatIf:
        """Return a cohort as it is and as it would be."""
        found = await supposing_service.what_if(
            info.context.world,
            info.context.plans,
            info.context.call(),
            pathway=pathway,
            learners=named(learners),
            supposing=supposing.read(("supposing",)),
            at=asked_at(at),
            version=version,
        )
        await worked_out(info, found)
        return WhatIf(of=found)
