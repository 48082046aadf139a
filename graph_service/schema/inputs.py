"""What mutations take, and how it is read: all problems at once, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import strawberry

from graph_service.domain.achievement import AchievementDraft, AchievementType
from graph_service.domain.endorsement import Kind
from graph_service.domain.intake import Intake
from graph_service.domain.iri import iri
from graph_service.domain.language import MAX_TEXT, LanguageMap
from graph_service.domain.profile import NAME_LIMIT, ProfileDraft, slug, web_address
from graph_service.errors import InvalidInput, Path, Problem
from graph_service.schema import types
from graph_service.services.requests import Proposal

MAX_NESTING = 32
MAX_NUMBER = 2**53  # every reader of JSON has the integers up to here exactly


@strawberry.input(description="A text in one language.")
class LanguageTextInput:
    """A text in one language."""

    language: str = strawberry.field(description="BCP 47 tag, e.g. `ja`.")
    text: str = strawberry.field(description="The text.")


def texts(given: list[LanguageTextInput], path: Path, limit: int = MAX_TEXT) -> LanguageMap:
    """Read texts in several languages, one in each; the first is the base language. Raises InvalidInput."""
    times = Counter(each.language.lower() for each in given)
    with Intake() as take:
        take.add(Problem("DUPLICATE_LANGUAGE", {"language": tag}, path) for tag in times if times[tag] > 1)
        return take(LanguageMap, {each.language: each.text for each in given}, path, limit=limit)


def comment_of(given: LanguageTextInput | None) -> dict[str, str] | None:
    """Return a comment as its one language and text."""
    return None if given is None else {given.language: given.text}


def json_object(given: object, path: Path) -> dict[str, object]:
    """Read an object of JSON that every reader takes alike; what stands in it is for others to judge.

    Raises InvalidInput: WRONG_TYPE, TOO_DEEP, NUMBER_OUT_OF_RANGE.
    """
    if not isinstance(given, dict):
        raise InvalidInput(Problem("WRONG_TYPE", {"expected": "object"}, path))
    with Intake() as take:
        take.add(_unreadable(given, path, MAX_NESTING))
    return given


def _unreadable(value: object, path: Path, levels: int) -> Iterator[Problem]:
    if isinstance(value, dict | list):
        if not levels:
            yield Problem("TOO_DEEP", {"depth": MAX_NESTING + 1, "limit": MAX_NESTING}, path)
            return
        for step, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _unreadable(each, (*path, step), levels - 1)
    elif isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:  # NaN is neither
        yield Problem("NUMBER_OUT_OF_RANGE", {"value": str(value)[:32]}, path)


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
                description=None
                if self.description is None
                else take(texts, self.description, ("input", "description")),
                url=None if self.url is None else take(web_address, self.url, ("input", "url")),
                part_of=None if self.part_of is None else take(iri, self.part_of, ("input", "partOf")),
                slug=None if self.slug is None else take(slug, self.slug, ("input", "slug")),
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
    field_of_study: list[LanguageTextInput] | None = strawberry.field(
        default=None, description="The field that it belongs to, by language; badges of one field look alike."
    )

    def read(self) -> AchievementDraft:
        """Return the draft. Raises InvalidInput with every problem."""
        with Intake() as take:
            return AchievementDraft(
                name=take(texts, self.name, ("input", "name"), NAME_LIMIT),
                description=take(texts, self.description, ("input", "description")),
                criteria=take(texts, self.criteria, ("input", "criteria")),
                achievement_type=AchievementType(self.achievement_type),
                field_of_study=None
                if self.field_of_study is None
                else take(texts, self.field_of_study, ("input", "fieldOfStudy"), NAME_LIMIT),
            )


@strawberry.input(description="One of many awards.")
class AwardInput:
    """One of many awards."""

    holder: strawberry.ID = strawberry.field(description="The learner.")
    achievement: strawberry.ID = strawberry.field(description="What is awarded; offered by the issuer.")
    awarded_at: str | None = strawberry.field(
        default=None,
        description="When it was earned: an instant, or a date such as 2026-04-01 (a day in Japan); now if not given.",
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

    def proposal(self) -> Proposal:
        """Return it as the service reads it."""
        return Proposal(self.endorser, self.target, Kind(self.kind), comment_of(self.comment), self.valid_until)
