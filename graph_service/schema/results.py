"""What mutations answer: the thing as it stands afterwards, read back by its id, or Problems."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_service import errors
from graph_service.schema import types
from graph_service.schema.errors import Problem, Problems, shown
from graph_service.schema.shaped import Request, read_back
from graph_service.services import access, award_tables, importing, inviting


@strawberry.type(description="The endorsement as it stands after the action.")
class EndorsementSuccess:
    """The endorsement as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def endorsement(self, info: Request) -> types.Endorsement:
        """Read it back."""
        return await read_back(info, "endorsement", self.made)


@strawberry.type(description="The request that waits for somebody without an account.")
class InvitationSuccess:
    """The request that waits for somebody without an account."""

    made: strawberry.Private[inviting.Invited]

    @strawberry.field(description="Read back after the action.")
    async def endorsement(self, info: Request) -> types.Endorsement:
        """Read it back."""
        return await read_back(info, "endorsement", self.made.endorsement)

    @strawberry.field(
        description="The code for a DID, shown this once: `/invitations/<code>` is the link. Null when a request is "
        "replayed, and always for an address: there it goes by mail alone."
    )
    def secret(self) -> str | None:
        """Return the code."""
        return self.made.secret


@strawberry.type(description="The award as it stands after the action.")
class AwardSuccess:
    """The award as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def award(self, info: Request) -> types.Award:
        """Read it back."""
        return await read_back(info, "award", self.made)


@strawberry.type(description="The completion as it is kept after the action.")
class CompletionSuccess:
    """The completion as it is kept after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def completion(self, info: Request) -> types.Completion:
        """Read it back."""
        return await read_back(info, "completion", self.made)


@strawberry.type(description="The statement of completion as it stands after the action.")
class StatementSuccess:
    """The statement of completion as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def statement(self, info: Request) -> types.Statement:
        """Read it back."""
        return await read_back(info, "statement", self.made)


@strawberry.type(description="The awards that were made or signed.")
class AwardsSuccess:
    """The awards that were made or signed."""

    made: strawberry.Private[award_tables.Awarded]

    @strawberry.field(description="How many rows were good, or awards signed.")
    def rows(self) -> int:
        """Return the number of rows."""
        return self.made.rows

    @strawberry.field(description="The ids of the awards in the order of the input; none after a dry run.")
    def awards(self) -> list[strawberry.ID]:
        """Return the awards."""
        return [strawberry.ID(award) for award in self.made.awards]


@strawberry.type(description="The pathway that was imported, and everything that is to be known of its file.")
class PathwayImport:
    """An import."""

    made: strawberry.Private[importing.Imported]

    @strawberry.field(description="What was done, or would be.")
    def outcome(self) -> types.ImportOutcome:
        """Return what was done."""
        return self.made.outcome

    @strawberry.field(description="Read back after the action; null in a dry run of what is not here yet.")
    async def pathway(self, info: Request) -> types.Pathway | None:
        """Read it back."""
        return await read_back(info, "pathway", self.made.pathway) if self.made.pathway else None

    @strawberry.field(description="Whether nothing forbids publishing. If something does, it is kept as a draft.")
    def publishable(self) -> bool:
        """Tell whether it may be published."""
        return self.made.publishable

    @strawberry.field(description="The published version that says what the file says, or would.")
    def version(self) -> strawberry.ID | None:
        """Return the version."""
        return strawberry.ID(self.made.version) if self.made.version else None

    @strawberry.field(description="Achievements that the owner offers from now on, under the IRI that they had.")
    def created(self) -> list[strawberry.ID]:
        """Return the new achievements."""
        return [strawberry.ID(each) for each in self.made.created]

    @strawberry.field(description="Achievements that were here already.")
    def existing(self) -> list[strawberry.ID]:
        """Return the others."""
        return [strawberry.ID(each) for each in self.made.existing]

    @strawberry.field(description="Achievements that another profile offers here: they count, as theirs.")
    def conflicts(self, info: Request) -> list[Problem]:
        """Return the conflicts with their sentences."""
        return [shown(problem, info.context.language) for problem in self.made.conflicts]

    @strawberry.field(description="What is left out or said in another way; it does not change who completes.")
    def losses(self, info: Request) -> list[Problem]:
        """Return the losses with their sentences."""
        return [shown(problem, info.context.language) for problem in self.made.losses]

    @strawberry.field(description="What should be looked at, and what forbids publishing.")
    def problems(self, info: Request) -> list[Problem]:
        """Return the problems with their sentences."""
        return [shown(problem, info.context.language) for problem in self.made.problems]


@strawberry.type(description="The achievement as it stands after the action.")
class AchievementSuccess:
    """The achievement as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def achievement(self, info: Request) -> types.Achievement:
        """Read it back."""
        return await read_back(info, "achievement", self.made)


@strawberry.type(description="The profile as it stands after the action.")
class ProfileSuccess:
    """The profile as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def profile(self, info: Request) -> types.Profile:
        """Read it back."""
        return await read_back(info, "profile", self.made)


@strawberry.type(description="The learner record that was made.")
class LearnerSuccess:
    """The learner record that was made."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def learner(self, info: Request) -> types.Learner:
        """Read it back."""
        return await read_back(info, "learner", self.made)


@strawberry.type(description="The learner records that were made.")
class LearnersSuccess:
    """The learner records that were made."""

    made: strawberry.Private[tuple[str, ...]]

    @strawberry.field(description="Their ids.")
    def learners(self) -> list[strawberry.ID]:
        """Return the learners."""
        return [strawberry.ID(learner) for learner in self.made]


@strawberry.type(description="The enrolment as it stands after the action.")
class EnrolmentSuccess:
    """The enrolment as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def enrolment(self, info: Request) -> types.Enrolment:
        """Read it back."""
        return await read_back(info, "enrolment", self.made)


@strawberry.type(description="The waiver as it stands after the action.")
class WaiverSuccess:
    """The waiver as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def waiver(self, info: Request) -> types.Waiver:
        """Read it back."""
        return await read_back(info, "waiver", self.made)


@strawberry.type(description="The claim of equivalence as it stands after the action.")
class EquivalenceSuccess:
    """The claim of equivalence as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def equivalence(self, info: Request) -> types.Equivalence:
        """Read it back."""
        return await read_back(info, "equivalence", self.made)


@strawberry.type(description="The consent as it stands after the action.")
class ConsentSuccess:
    """The consent as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def consent(self, info: Request) -> types.Consent:
        """Read it back."""
        return await read_back(info, "consent", self.made)


@strawberry.type(description="The pathway as it stands after the action.")
class PathwaySuccess:
    """The pathway as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def pathway(self, info: Request) -> types.Pathway:
        """Read it back."""
        return await read_back(info, "pathway", self.made)


@strawberry.type(description="The version that was published.")
class PathwayVersionSuccess:
    """The version that was published."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def pathway_version(self, info: Request) -> types.PathwayVersion:
        """Read it back."""
        return await read_back(info, "pathwayVersion", self.made)


@strawberry.type(description="What forbids publishing a draft; an empty list means that nothing does.")
class DraftReport:
    """What forbids publishing a draft."""

    made: strawberry.Private[tuple[errors.Problem, ...]]

    @strawberry.field(description="Every problem with its place in the definition.")
    def problems(self, info: Request) -> list[Problem]:
        """Return the problems with their sentences."""
        return [shown(problem, info.context.language) for problem in self.made]


@strawberry.type(description="The signing key as it stands after the action.")
class KeySuccess:
    """The signing key as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def key(self, info: Request) -> types.Key:
        """Read it back."""
        return await read_back(info, "key", self.made)


@strawberry.type(description="A principal and its new API key.")
class ApiKeySuccess:
    """A principal and its new API key."""

    made: strawberry.Private[access.ApiKey]

    @strawberry.field(description="Who the key speaks for.")
    def principal(self) -> strawberry.ID:
        """Return the principal."""
        return strawberry.ID(self.made.id)

    @strawberry.field(description="The key, shown this once; null when a request is replayed.")
    def secret(self) -> str | None:
        """Return the key."""
        return self.made.secret


@strawberry.type(description="A principal whose roles were changed.")
class RoleSuccess:
    """A principal whose roles were changed."""

    made: strawberry.Private[str]

    @strawberry.field(description="The principal.")
    def principal(self) -> strawberry.ID:
        """Return the principal."""
        return strawberry.ID(self.made)


EndorsementResult = Annotated[
    EndorsementSuccess | Problems,
    strawberry.union("EndorsementResult", description="The endorsement, or what is wrong."),
]
InvitationResult = Annotated[
    InvitationSuccess | Problems,
    strawberry.union("InvitationResult", description="The request, or what is wrong."),
]
AwardResult = Annotated[
    AwardSuccess | Problems, strawberry.union("AwardResult", description="The award, or what is wrong.")
]
CompletionResult = Annotated[
    CompletionSuccess | Problems, strawberry.union("CompletionResult", description="The completion, or what is wrong.")
]
StatementResult = Annotated[
    StatementSuccess | Problems, strawberry.union("StatementResult", description="The statement, or what is wrong.")
]
AwardsResult = Annotated[
    AwardsSuccess | Problems, strawberry.union("AwardsResult", description="The awards, or what is wrong.")
]
PathwayImportResult = Annotated[
    PathwayImport | Problems,
    strawberry.union("PathwayImportResult", description="The import, or why nothing was imported."),
]
AchievementResult = Annotated[
    AchievementSuccess | Problems,
    strawberry.union("AchievementResult", description="The achievement, or what is wrong."),
]
ProfileResult = Annotated[
    ProfileSuccess | Problems, strawberry.union("ProfileResult", description="The profile, or what is wrong.")
]
LearnerResult = Annotated[
    LearnerSuccess | Problems, strawberry.union("LearnerResult", description="The learner, or what is wrong.")
]
LearnersResult = Annotated[
    LearnersSuccess | Problems, strawberry.union("LearnersResult", description="The learners, or what is wrong.")
]
ConsentResult = Annotated[
    ConsentSuccess | Problems, strawberry.union("ConsentResult", description="The consent, or what is wrong.")
]
EnrolmentResult = Annotated[
    EnrolmentSuccess | Problems, strawberry.union("EnrolmentResult", description="The enrolment, or what is wrong.")
]
WaiverResult = Annotated[
    WaiverSuccess | Problems, strawberry.union("WaiverResult", description="The waiver, or what is wrong.")
]
EquivalenceResult = Annotated[
    EquivalenceSuccess | Problems,
    strawberry.union("EquivalenceResult", description="The claim of equivalence, or what is wrong."),
]
PathwayResult = Annotated[
    PathwaySuccess | Problems, strawberry.union("PathwayResult", description="The pathway, or what is wrong.")
]
PathwayVersionResult = Annotated[
    PathwayVersionSuccess | Problems,
    strawberry.union("PathwayVersionResult", description="The version, or what is wrong."),
]
DraftReportResult = Annotated[
    DraftReport | Problems,
    strawberry.union("DraftReportResult", description="The report, or why there is none."),
]
KeyResult = Annotated[
    KeySuccess | Problems, strawberry.union("KeyResult", description="The signing key, or what is wrong.")
]
ApiKeyResult = Annotated[
    ApiKeySuccess | Problems, strawberry.union("ApiKeyResult", description="The key, or what is wrong.")
]
RoleResult = Annotated[
    RoleSuccess | Problems, strawberry.union("RoleResult", description="The principal, or what is wrong.")
]
