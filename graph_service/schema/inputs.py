"""What mutations take, and how it is read: all problems at once, each with its place."""

from __future__ import annotations

import strawberry

from graph_service.domain.achievement import AchievementDraft, AchievementType
from graph_service.domain.endorsement import Kind
from graph_service.domain.intake import Intake
from graph_service.domain.iri import iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.profile import NAME_LIMIT, ProfileDraft, slug, web_address
from graph_service.domain.time import Instant, instant
from graph_service.errors import Path
from graph_service.schema import types
from graph_service.services.requests import Proposal


@strawberry.input(description="A text in one language.")
class LanguageTextInput:
    """A text in one language."""

    language: str = strawberry.field(description="BCP 47 tag, e.g. `ja`.")
    text: str = strawberry.field(description="The text.")


def texts(given: list[LanguageTextInput], path: Path, limit: int = 20_000) -> LanguageMap:
    """Read texts in several languages; the first is the base language."""
    return LanguageMap({each.language: each.text for each in given}, path, limit=limit)


def comment_of(given: LanguageTextInput | None) -> dict[str, str] | None:
    """Return a comment as its one language and text."""
    return None if given is None else {given.language: given.text}


def moment(given: str | None, path: Path) -> Instant | None:
    """Read an instant, where one is given."""
    return None if given is None else instant(given, path)


@strawberry.input(description="A profile to be made.")
class ProfileInput:
    """A profile to be made."""

    name: list[LanguageTextInput] = strawberry.field(description="Name by language; the first is the base language.")
    description: list[LanguageTextInput] | None = strawberry.field(default=None, description="What it is, by language.")
    url: str | None = strawberry.field(default=None, description="Home page.")
    part_of: strawberry.ID | None = strawberry.field(default=None, description="The profile that it is part of.")
    slug: str | None = strawberry.field(
        default=None, description="Last part of its identifier; a new ULID if not given."
    )

    def read(self) -> ProfileDraft:
        """Return the draft. Raises InvalidInput with every problem."""
        with Intake() as take:
            return ProfileDraft(
                name=take(texts, self.name, ("input", "name"), NAME_LIMIT),
                description=take(texts, self.description, ("input", "description")) if self.description else None,
                url=take(web_address, self.url, ("input", "url")) if self.url else None,
                part_of=take(iri, self.part_of, ("input", "partOf")) if self.part_of else None,
                slug=take(slug, self.slug, ("input", "slug")) if self.slug else None,
            )


@strawberry.input(description="The content of one version of an achievement.")
class AchievementInput:
    """The content of one version of an achievement."""

    name: list[LanguageTextInput] = strawberry.field(description="Name by language; the first is the base language.")
    description: list[LanguageTextInput] = strawberry.field(description="What it shows, by language.")
    criteria: list[LanguageTextInput] = strawberry.field(description="How it is earned, by language (Markdown).")
    achievement_type: types.AchievementType = strawberry.field(
        default=AchievementType.BADGE, description="Open Badges achievement type."
    )

    def read(self) -> AchievementDraft:
        """Return the draft. Raises InvalidInput with every problem."""
        with Intake() as take:
            return AchievementDraft(
                name=take(texts, self.name, ("input", "name"), NAME_LIMIT),
                description=take(texts, self.description, ("input", "description")),
                criteria=take(texts, self.criteria, ("input", "criteria")),
                achievement_type=AchievementType(self.achievement_type),
            )


@strawberry.input(description="What is asked of an endorser, or offered by one.")
class EndorsementInput:
    """What is asked of an endorser, or offered by one."""

    endorser: strawberry.ID = strawberry.field(description="The endorsing profile.")
    target: strawberry.ID = strawberry.field(description="The profile, achievement or award to be endorsed.")
    kind: types.EndorsementKind = strawberry.field(default=Kind.ENDORSE, description="What the endorser says.")
    comment: LanguageTextInput | None = strawberry.field(
        default=None,
        description="The claim as proposed; the endorser may replace it when accepting or signing.",
    )
    valid_until: types.Instant | None = strawberry.field(
        default=None, description="When the endorsement shall end; open if not given."
    )

    def read(self) -> Proposal:
        """Return the proposal. Raises InvalidInput."""
        until = moment(self.valid_until, ("input", "validUntil"))
        return Proposal(self.endorser, self.target, Kind(self.kind), comment_of(self.comment), until)
