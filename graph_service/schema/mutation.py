"""Mutations: one per action. Each does the action through a service, then reads the result back by its id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry.scalars import JSON

from graph_service import errors
from graph_service.domain.intake import Intake
from graph_service.domain.policy import Role
from graph_service.schema import types
from graph_service.schema.errors import Problems, problems_of
from graph_service.schema.inputs import (
    AchievementInput,
    EndorsementInput,
    LanguageTextInput,
    ProfileInput,
    comment_of,
    moment,
    texts,
)
from graph_service.schema.results import (
    AchievementResult,
    AchievementSuccess,
    ApiKeyResult,
    ApiKeySuccess,
    AwardResult,
    AwardSuccess,
    DraftReport,
    DraftReportResult,
    EndorsementResult,
    EndorsementSuccess,
    LearnerResult,
    LearnerSuccess,
    PathwayResult,
    PathwaySuccess,
    PathwayVersionResult,
    PathwayVersionSuccess,
    ProfileResult,
    ProfileSuccess,
    RoleResult,
    RoleSuccess,
)
from graph_service.schema.shaped import Request
from graph_service.services import (
    access,
    achievements,
    awarding,
    issuing,
    learners,
    profiles,
    publishing,
    requests,
)
from graph_service.services.call import Call

T = TypeVar("T")

IdempotencyKey = Annotated[
    str | None,
    strawberry.argument(
        description="Repeat a request under the same key and it is done once; the first answer comes back."
    ),
]
ExpectedVersion = Annotated[
    int | None, strawberry.argument(description="Refuse with STALE_VERSION unless this is the version that stands.")
]


async def done(info: Request, success: Callable[..., T], action: Awaitable[Any]) -> T | Problems:
    """Await an action and wrap its result; an error of the tree becomes Problems."""
    try:
        return success(made=await action)
    except errors.GraphServiceError as error:
        return problems_of(error, info.context.language)


def call(info: Request, idempotency_key: str | None) -> Call:
    """Return this request's call under an idempotency key."""
    return info.context.call(idempotency_key)


@strawberry.type(description="Everything that changes something. Each mutation leaves exactly one event, or nothing.")
class Mutation:
    """Everything that changes something."""

    @strawberry.mutation(description="Ask a profile to endorse something of one's own, or an award one holds.")
    async def request_endorsement(
        self,
        info: Request,
        input: EndorsementInput,
        lapses_at: str | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Ask a profile to endorse something of one's own, or an award one holds."""
        return await done(info, EndorsementSuccess, _request(info, input, lapses_at, idempotency_key))

    @strawberry.mutation(description="Prepare an endorsement that nobody asked for.")
    async def offer_endorsement(
        self,
        info: Request,
        input: EndorsementInput,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Prepare an endorsement that nobody asked for."""
        return await done(info, EndorsementSuccess, _offer(info, input, idempotency_key))

    @strawberry.mutation(description="Accept a request; sign it later with issueEndorsement.")
    async def accept_endorsement(
        self,
        info: Request,
        endorsement: strawberry.ID,
        comment: LanguageTextInput | None = None,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Accept a request; sign it later with issueEndorsement."""
        return await done(
            info,
            EndorsementSuccess,
            requests.accept(
                info.context.world,
                call(info, idempotency_key),
                endorsement=endorsement,
                comment=comment_of(comment),
                expected=expected_version,
            ),
        )

    @strawberry.mutation(description="Send a request back and say what to mend.")
    async def return_endorsement(
        self,
        info: Request,
        endorsement: strawberry.ID,
        reason: str,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Send a request back and say what to mend."""
        return await done(
            info,
            EndorsementSuccess,
            requests.send_back(
                info.context.world,
                call(info, idempotency_key),
                endorsement=endorsement,
                reason=reason,
                expected=expected_version,
            ),
        )

    @strawberry.mutation(description="Hand a returned request in again.")
    async def resubmit_endorsement(
        self,
        info: Request,
        endorsement: strawberry.ID,
        comment: LanguageTextInput | None = None,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Hand a returned request in again."""
        return await done(
            info,
            EndorsementSuccess,
            requests.resubmit(
                info.context.world,
                call(info, idempotency_key),
                endorsement=endorsement,
                comment=comment_of(comment),
                expected=expected_version,
            ),
        )

    @strawberry.mutation(description="Decline a request with a reason.")
    async def decline_endorsement(
        self,
        info: Request,
        endorsement: strawberry.ID,
        reason: str,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Decline a request with a reason."""
        return await done(
            info,
            EndorsementSuccess,
            requests.decline(
                info.context.world,
                call(info, idempotency_key),
                endorsement=endorsement,
                reason=reason,
                expected=expected_version,
            ),
        )

    @strawberry.mutation(description="Take back a request, or what was accepted and not signed.")
    async def withdraw_endorsement(
        self,
        info: Request,
        endorsement: strawberry.ID,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Take back a request, or what was accepted and not signed."""
        return await done(
            info,
            EndorsementSuccess,
            requests.withdraw(
                info.context.world,
                call(info, idempotency_key),
                endorsement=endorsement,
                expected=expected_version,
            ),
        )

    @strawberry.mutation(description="Sign an endorsement: it becomes a credential that others can verify.")
    async def issue_endorsement(
        self,
        info: Request,
        endorsement: strawberry.ID,
        comment: LanguageTextInput | None = None,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Sign an endorsement: it becomes a credential that others can verify."""
        return await done(
            info,
            EndorsementSuccess,
            issuing.issue(
                info.context.world,
                call(info, idempotency_key),
                endorsement=endorsement,
                comment=comment_of(comment),
                expected=expected_version,
            ),
        )

    @strawberry.mutation(description="Take a signed endorsement back, from now on or (void) as if it had never been.")
    async def revoke_endorsement(
        self,
        info: Request,
        endorsement: strawberry.ID,
        reason: str,
        void: bool = False,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> EndorsementResult:
        """Take a signed endorsement back, from now on or (void) as if it had never been."""
        return await done(
            info,
            EndorsementSuccess,
            issuing.revoke(
                info.context.world,
                call(info, idempotency_key),
                endorsement=endorsement,
                reason=reason,
                void=void,
                expected=expected_version,
            ),
        )

    @strawberry.mutation(description="Make a profile with its signing key (OPERATOR).")
    async def create_profile(
        self,
        info: Request,
        input: ProfileInput,
        idempotency_key: IdempotencyKey = None,
    ) -> ProfileResult:
        """Make a profile with its signing key (OPERATOR)."""
        return await done(info, ProfileSuccess, _create_profile(info, input, idempotency_key))

    @strawberry.mutation(description="Publish a new achievement that a profile offers.")
    async def create_achievement(
        self,
        info: Request,
        owner: strawberry.ID,
        input: AchievementInput,
        idempotency_key: IdempotencyKey = None,
    ) -> AchievementResult:
        """Publish a new achievement that a profile offers."""
        return await done(info, AchievementSuccess, _create_achievement(info, owner, input, idempotency_key))

    @strawberry.mutation(description="Publish the next version of an achievement.")
    async def revise_achievement(
        self,
        info: Request,
        achievement: strawberry.ID,
        input: AchievementInput,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> AchievementResult:
        """Publish the next version of an achievement."""
        return await done(
            info,
            AchievementSuccess,
            _revise_achievement(info, achievement, input, expected_version, idempotency_key),
        )

    @strawberry.mutation(description="Make a pseudonymous learner record.")
    async def register_learner(
        self,
        info: Request,
        idempotency_key: IdempotencyKey = None,
    ) -> LearnerResult:
        """Make a pseudonymous learner record."""
        return await done(
            info, LearnerSuccess, learners.register_learner(info.context.world, call(info, idempotency_key))
        )

    @strawberry.mutation(description="Award an achievement to a learner.")
    async def award_achievement(
        self,
        info: Request,
        achievement: strawberry.ID,
        holder: strawberry.ID,
        awarded_at: str | None = None,
        valid_until: str | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> AwardResult:
        """Award an achievement to a learner."""
        return await done(
            info, AwardSuccess, _award(info, achievement, holder, awarded_at, valid_until, idempotency_key)
        )

    @strawberry.mutation(description="End an award, from now on or (void) as if it had never been.")
    async def revoke_award(
        self,
        info: Request,
        award: strawberry.ID,
        reason: str,
        void: bool = False,
        idempotency_key: IdempotencyKey = None,
    ) -> AwardResult:
        """End an award, from now on or (void) as if it had never been."""
        return await done(
            info,
            AwardSuccess,
            awarding.revoke_award(
                info.context.world, call(info, idempotency_key), award=award, reason=reason, void=void
            ),
        )

    @strawberry.mutation(description="Make a pathway with its first draft.")
    async def create_pathway(
        self,
        info: Request,
        owner: strawberry.ID,
        name: list[LanguageTextInput],
        definition: JSON,
        idempotency_key: IdempotencyKey = None,
    ) -> PathwayResult:
        """Make a pathway with its first draft."""
        return await done(info, PathwaySuccess, _create_pathway(info, owner, name, definition, idempotency_key))

    @strawberry.mutation(
        description="Save the draft of the next version; it may break every rule until it is published."
    )
    async def save_pathway_draft(
        self,
        info: Request,
        pathway: strawberry.ID,
        definition: JSON,
        name: list[LanguageTextInput] | None = None,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> PathwayResult:
        """Save the draft of the next version; it may break every rule until it is published."""
        return await done(
            info,
            PathwaySuccess,
            _save_draft(info, pathway, definition, name, expected_version, idempotency_key),
        )

    @strawberry.mutation(description="List everything that forbids publishing the draft; changes nothing.")
    async def check_pathway_draft(
        self,
        info: Request,
        pathway: strawberry.ID,
        idempotency_key: IdempotencyKey = None,
    ) -> DraftReportResult:
        """List everything that forbids publishing the draft; changes nothing."""
        return await done(info, DraftReport, _check_draft(info, pathway))

    @strawberry.mutation(description="Publish the draft as the newest version, which never changes again.")
    async def publish_pathway_version(
        self,
        info: Request,
        pathway: strawberry.ID,
        expected_version: ExpectedVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> PathwayVersionResult:
        """Publish the draft as the newest version, which never changes again."""
        return await done(
            info,
            PathwayVersionSuccess,
            publishing.publish(
                info.context.world, call(info, idempotency_key), pathway=pathway, expected=expected_version
            ),
        )

    @strawberry.mutation(description="Give a principal a role at a profile (OWNER).")
    async def grant_role(
        self,
        info: Request,
        principal: strawberry.ID,
        profile: strawberry.ID,
        role: types.RoleName,
        until: str | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> RoleResult:
        """Give a principal a role at a profile (OWNER)."""
        return await done(
            info,
            RoleSuccess,
            _grant(info, principal, profile, role, until, idempotency_key),
        )

    @strawberry.mutation(description="End a role now (OWNER).")
    async def end_role(
        self,
        info: Request,
        principal: strawberry.ID,
        profile: strawberry.ID,
        role: types.RoleName,
        idempotency_key: IdempotencyKey = None,
    ) -> RoleResult:
        """End a role now (OWNER)."""
        return await done(
            info,
            RoleSuccess,
            access.end_role(
                info.context.world,
                call(info, idempotency_key),
                principal=principal,
                profile=profile,
                role=Role(role),
            ),
        )

    @strawberry.mutation(description="Give an application a key with roles at one profile (OWNER).")
    async def create_api_key(
        self,
        info: Request,
        profile: strawberry.ID,
        name: str,
        roles: list[types.RoleName],
        until: str | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> ApiKeyResult:
        """Give an application a key with roles at one profile (OWNER)."""
        return await done(
            info,
            ApiKeySuccess,
            _create_api_key(info, profile, name, roles, until, idempotency_key),
        )


# Reading the arguments belongs to the action: what is wrong with them is answered as Problems too.


async def _request(info: Request, input: EndorsementInput, lapses_at: str | None, key: str | None) -> Any:
    with Intake() as take:
        proposal, until = take(input.read), take(moment, lapses_at, ("lapsesAt",))
    return await requests.request(info.context.world, call(info, key), proposal, lapses_at=until)


async def _offer(info: Request, input: EndorsementInput, key: str | None) -> Any:
    return await requests.offer(info.context.world, call(info, key), input.read())


async def _create_profile(info: Request, input: ProfileInput, key: str | None) -> Any:
    return await profiles.create(info.context.world, call(info, key), input.read())


async def _create_achievement(info: Request, owner: str, input: AchievementInput, key: str | None) -> Any:
    return await achievements.create(info.context.world, call(info, key), owner, input.read())


async def _revise_achievement(
    info: Request,
    achievement: str,
    input: AchievementInput,
    expected: int | None,
    key: str | None,
) -> Any:
    return await achievements.revise(info.context.world, call(info, key), achievement, input.read(), expected=expected)


async def _award(
    info: Request,
    achievement: str,
    holder: str,
    awarded_at: str | None,
    valid_until: str | None,
    key: str | None,
) -> Any:
    with Intake() as take:
        since, until = take(moment, awarded_at, ("awardedAt",)), take(moment, valid_until, ("validUntil",))
    return await awarding.award(
        info.context.world,
        call(info, key),
        achievement=achievement,
        holder=holder,
        awarded_at=since,
        valid_until=until,
    )


async def _create_pathway(
    info: Request, owner: str, name: list[LanguageTextInput], definition: JSON, key: str | None
) -> Any:
    with Intake() as take:
        named, given = take(texts, name, ("name",)), take(_definition, definition)
    return await publishing.create(info.context.world, call(info, key), owner=owner, name=named, definition=given)


async def _save_draft(
    info: Request,
    pathway: str,
    definition: JSON,
    name: list[LanguageTextInput] | None,
    expected: int | None,
    key: str | None,
) -> Any:
    with Intake() as take:
        named = take(texts, name, ("name",)) if name is not None else None
        given = take(_definition, definition)
    return await publishing.save_draft(
        info.context.world, call(info, key), pathway=pathway, definition=given, name=named, expected=expected
    )


def _definition(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise errors.InvalidInput(errors.Problem("WRONG_TYPE", {"expected": "object"}, ("definition",)))
    return value


async def _check_draft(info: Request, pathway: str) -> Any:
    return await publishing.check_draft(info.context.world, call(info, None), pathway=pathway)


async def _grant(info: Request, principal: str, profile: str, role: Role, until: str | None, key: str | None) -> Any:
    end = moment(until, ("until",))
    return await access.grant_role(
        info.context.world, call(info, key), principal=principal, profile=profile, role=Role(role), until=end
    )


async def _create_api_key(
    info: Request, profile: str, name: str, roles: list[Role], until: str | None, key: str | None
) -> Any:
    end = moment(until, ("until",))
    return await access.create_api_key(
        info.context.world,
        call(info, key),
        profile=profile,
        name=name,
        roles=[Role(role) for role in roles],
        until=end,
    )
