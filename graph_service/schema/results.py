"""What mutations answer: the thing as it stands afterwards, read back by its id, or Problems."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_service.schema import types
from graph_service.schema.errors import Problem, Problems
from graph_service.schema.shaped import Request as Asked
from graph_service.schema.shaped import read_back


@strawberry.type(description="The endorsement as it stands after the action.")
class EndorsementSuccess:
    """The endorsement as it stands after the action."""

    id: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def endorsement(self, info: Asked) -> types.Endorsement:
        """Read it back."""
        return await read_back(info, "endorsement", self.id)


@strawberry.type(description="The award as it stands after the action.")
class AwardSuccess:
    """The award as it stands after the action."""

    id: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def award(self, info: Asked) -> types.Award:
        """Read it back."""
        return await read_back(info, "award", self.id)


@strawberry.type(description="The achievement as it stands after the action.")
class AchievementSuccess:
    """The achievement as it stands after the action."""

    id: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def achievement(self, info: Asked) -> types.Achievement:
        """Read it back."""
        return await read_back(info, "achievement", self.id)


@strawberry.type(description="The profile as it stands after the action.")
class ProfileSuccess:
    """The profile as it stands after the action."""

    id: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def profile(self, info: Asked) -> types.Profile:
        """Read it back."""
        return await read_back(info, "profile", self.id)


@strawberry.type(description="The learner record that was made.")
class LearnerSuccess:
    """The learner record that was made."""

    id: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def learner(self, info: Asked) -> types.Learner:
        """Read it back."""
        return await read_back(info, "learner", self.id)


@strawberry.type(description="The pathway as it stands after the action.")
class PathwaySuccess:
    """The pathway as it stands after the action."""

    id: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def pathway(self, info: Asked) -> types.Pathway:
        """Read it back."""
        return await read_back(info, "pathway", self.id)


@strawberry.type(description="The version that was published.")
class PathwayVersionSuccess:
    """The version that was published."""

    id: strawberry.Private[str]

    @strawberry.field(description="Read back after the action.")
    async def pathway_version(self, info: Asked) -> types.PathwayVersion:
        """Read it back."""
        return await read_back(info, "pathwayVersion", self.id)


@strawberry.type(description="What forbids publishing a draft; an empty list means that nothing does.")
class DraftReport:
    """What forbids publishing a draft."""

    problems: list[Problem] = strawberry.field(description="Every problem with its place in the definition.")


@strawberry.type(description="A principal and its new API key.")
class ApiKeySuccess:
    """A principal and its new API key."""

    principal: strawberry.ID = strawberry.field(description="Who the key speaks for.")
    secret: str | None = strawberry.field(description="The key, shown this once; null when a request is replayed.")


@strawberry.type(description="A principal whose roles were changed.")
class RoleSuccess:
    """A principal whose roles were changed."""

    principal: strawberry.ID = strawberry.field(description="The principal.")


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
