"""What mutations answer: the thing as it stands afterwards, read back by its id, or Problems."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_service import errors
from graph_service.schema import types
from graph_service.schema.errors import Problem, Problems, shown
from graph_service.schema.shaped import Request, read_back
from graph_service.services import access


@strawberry.type(description="The endorsement as it stands after the action.")
class EndorsementSuccess:
    """The endorsement as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def endorsement(self, info: Request) -> types.Endorsement:
        """Read it back."""
        return await read_back(info, "endorsement", self.made)


@strawberry.type(description="The award as it stands after the action.")
class AwardSuccess:
    """The award as it stands after the action."""

    made: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def award(self, info: Request) -> types.Award:
        """Read it back."""
        return await read_back(info, "award", self.made)


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
AwardResult = Annotated[
    AwardSuccess | Problems, strawberry.union("AwardResult", description="The award, or what is wrong.")
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
ApiKeyResult = Annotated[
    ApiKeySuccess | Problems, strawberry.union("ApiKeyResult", description="The key, or what is wrong.")
]
RoleResult = Annotated[
    RoleSuccess | Problems, strawberry.union("RoleResult", description="The principal, or what is wrong.")
]
