"""What mutations take, and how it is read: all problems at once, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import strawberry

from graph_service.domain import profile
from graph_service.domain.achievement import AchievementDraft, AchievementType
from graph_service.domain.endorsement import Kind
from graph_service.domain.intake import Intake
from graph_service.domain.iri import iri
from graph_service.domain.language import MAX_TEXT, LanguageMap
from graph_service.domain.pathway_json import decimal
from graph_service.domain.profile import NAME_LIMIT, ProfileDraft, slug, web_address
from graph_service.domain.recognition import Attribute, Recognition, Step, Unit
from graph_service.domain.result import Evidence, Result, ResultDescription, ResultType, described
from graph_service.errors import InvalidInput, Path, Problem
from graph_service.schema import types
from graph_service.services.equivalences import Claim
from graph_service.services.inviting import Invitation
from graph_service.services.proposing import Proposal

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
    kind: types.ProfileKind = strawberry.field(
        default=profile.Kind.OTHER, description="What kind of party it is; this cannot be changed afterwards."
    )
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
                kind=profile.Kind(self.kind),
            )


@strawberry.input(description="A result that is possible: one of several values, or a number between two.")
class ResultDescriptionInput:
    """A result that is possible."""

    id: str = strawberry.field(
        description="What results and levels of pathways name it by: an IRI, or a slug that is put behind the "
        "achievement's and `#`. Keep it when you revise the achievement."
    )
    name: str = strawberry.field(description="Name, in the base language of the achievement.")
    result_type: types.ResultType = strawberry.field(default=ResultType.RESULT, description="What it is.")
    allowed_value: list[str] | None = strawberry.field(
        default=None, description="The values that there are, low to high: this order is what a level is judged by."
    )
    value_min: str | None = strawberry.field(default=None, description="The lowest number, as decimal text.")
    value_max: str | None = strawberry.field(default=None, description="The highest number, as decimal text.")
    required_value: str | None = strawberry.field(default=None, description="The value that it takes to pass.")

    def read(self) -> ResultDescription:
        """Return it as the service reads it."""
        return ResultDescription(
            id=self.id,
            name=self.name,
            result_type=ResultType(self.result_type),
            allowed=tuple(self.allowed_value or ()),
            least=self.value_min,
            most=self.value_max,
            required=self.required_value,
        )


@strawberry.input(description="What somebody reached.")
class ResultInput:
    """What somebody reached."""

    result_description: str = strawberry.field(description="The description that it is a result under: its id or slug.")
    value: str = strawberry.field(description="The value.")


@strawberry.input(description="What shows that somebody reached it.")
class EvidenceInput:
    """What shows that somebody reached it."""

    name: str = strawberry.field(description="Name.")
    url: str | None = strawberry.field(default=None, description="Where it lies: a web address.")
    genre: str | None = strawberry.field(default=None, description="Its kind, which pathways may ask for.")
    description: str | None = strawberry.field(default=None, description="What it is.")


def results_of(given: list[ResultInput] | None) -> tuple[Result, ...]:
    """Return results as the service reads them."""
    return tuple(Result(each.result_description, each.value) for each in given or ())


def evidence_of(given: list[EvidenceInput] | None) -> tuple[Evidence, ...]:
    """Return evidence as the service reads it."""
    return tuple(Evidence(each.name, each.url, each.genre, each.description) for each in given or ())


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
    result_descriptions: list[ResultDescriptionInput] | None = strawberry.field(
        default=None, description="The results that awards of it may have."
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
                results=take(
                    described, [each.read() for each in self.result_descriptions or ()], ("input", "resultDescriptions")
                ),
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
    results: list[ResultInput] | None = strawberry.field(default=None, description="What was reached.")
    evidence: list[EvidenceInput] | None = strawberry.field(default=None, description="What shows it.")


@strawberry.input(description="So many different badges are worth so much, in all.")
class RecognitionStepInput:
    """So many different badges are worth so much."""

    count: int = strawberry.field(description="How many different badges.")
    amount: str = strawberry.field(description="What they are worth together, as decimal text.")


@strawberry.input(description="A training as it is recognised: worth `amount`, or what `steps` say of `achievements`.")
class RecognitionInput:
    """A training as it is recognised."""

    training: list[LanguageTextInput] = strawberry.field(description="Name of the training, by language.")
    organiser: list[LanguageTextInput] = strawberry.field(description="Who holds it, by language.")
    attribute: types.TrainingAttribute = strawberry.field(description="How somebody comes to it.")
    fiscal_years: list[int] = strawberry.field(description="The fiscal years in which it counts; 2026 begins in April.")
    unit: types.TrainingUnit = strawberry.field(description="In what it is counted.")
    amount: str | None = strawberry.field(default=None, description="What all of it is worth, as decimal text: `1.5`.")
    achievements: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The badges of which different ones are counted."
    )
    steps: list[RecognitionStepInput] | None = strawberry.field(
        default=None, description="What so many of them are worth; rising, the last one is the most."
    )

    def read(self, path: Path = ("input", "recognition")) -> Recognition:
        """Return it as the service reads it. Raises InvalidInput with every problem."""
        with Intake() as take:
            training = take(texts, self.training, (*path, "training"), NAME_LIMIT)
            organiser = take(texts, self.organiser, (*path, "organiser"), NAME_LIMIT)
            amount = None if self.amount is None else take(decimal, self.amount, (*path, "amount"))
            achievements = [
                take(iri, each, (*path, "achievements", position))
                for position, each in enumerate(self.achievements or ())
            ]
            amounts = [
                take(decimal, each.amount, (*path, "steps", position, "amount"))
                for position, each in enumerate(self.steps or ())
            ]
        return Recognition(
            training=training,
            organiser=organiser,
            attribute=Attribute(self.attribute),
            fiscal_years=self.fiscal_years,
            unit=Unit(self.unit),
            amount=amount,
            achievements=achievements,
            steps=[Step(each.count, worth) for each, worth in zip(self.steps or (), amounts, strict=True)],
            path=path,
        )


@strawberry.input(description="What is asked of an endorser, or offered by one.")
class EndorsementInput:
    """What is asked of an endorser, or offered by one."""

    endorser: strawberry.ID = strawberry.field(description="The endorsing profile.")
    target: strawberry.ID = strawberry.field(description="What is to be endorsed.")
    kind: types.EndorsementKind = strawberry.field(default=Kind.ENDORSE, description="What the endorser says.")
    comment: LanguageTextInput | None = strawberry.field(
        default=None,
        description="The claim as proposed; the endorser may replace it when accepting or signing.",
    )
    valid_until: types.Instant | None = strawberry.field(
        default=None, description="When the endorsement shall end; open if not given."
    )
    recognition: RecognitionInput | None = strawberry.field(
        default=None, description="The training, if and only if the kind is RECOGNISE."
    )

    def proposal(self) -> Proposal:
        """Return it as the service reads it."""
        return Proposal(
            self.endorser,
            self.target,
            Kind(self.kind),
            comment_of(self.comment),
            self.valid_until,
            self.recognition.read() if self.recognition else None,
        )


@strawberry.input(description="What is asked of somebody without an account, by a link that works once.")
class InvitationInput:
    """What is asked of somebody without an account."""

    target: strawberry.ID = strawberry.field(description="What is to be endorsed.")
    to: str = strawberry.field(
        description="Mail address to which the link is sent; or the `did:key` with which the answer must be signed, "
        "and you hand on the secret."
    )
    kind: types.EndorsementKind = strawberry.field(default=Kind.RECOMMEND, description="What the endorser shall say.")
    comment: LanguageTextInput | None = strawberry.field(
        default=None, description="The claim as proposed, or why it is asked; shown behind the link, never mailed."
    )
    valid_until: types.Instant | None = strawberry.field(
        default=None, description="When the endorsement shall end; open if not given."
    )
    mail_language: str = strawberry.field(default="ja", description="Language of the mail: `ja` or `en`.")

    def read(self) -> Invitation:
        """Return it as the service reads it."""
        return Invitation(
            target=self.target,
            kind=Kind(self.kind),
            comment=comment_of(self.comment),
            to=self.to,
            valid_until=self.valid_until,
            mail_language=self.mail_language,
        )


@strawberry.input(description="An endorsement that somebody elsewhere signed: the document, or where it lies.")
class KeepInput:
    """An endorsement that somebody elsewhere signed."""

    document: str | None = strawberry.field(
        default=None, description="The signed credential, byte for byte: JSON with a proof, or a JWT."
    )
    url: str | None = strawberry.field(default=None, description="Instead: the https address from which to fetch it.")


@strawberry.input(description="That one achievement counts as another, never the other way round.")
class EquivalenceInput:
    """That one achievement counts as another."""

    claimant: strawberry.ID = strawberry.field(description="The profile that claims it.")
    source: strawberry.ID = strawberry.field(name="from", description="What counts as the other one.")
    target: strawberry.ID = strawberry.field(name="to", description="What it counts as.")
    factor: str = strawberry.field(
        default="1", description="What it is worth of the other one's credits: decimal text above `0`, at most `1`."
    )
    pathway: strawberry.ID | None = strawberry.field(
        default=None, description="The only pathway that it is about; any that trusts the claimant if not given."
    )
    since: types.Instant | None = strawberry.field(default=None, description="From when on; now if not given.")
    until: types.Instant | None = strawberry.field(default=None, description="Until when; open if not given.")

    def read(self) -> Claim:
        """Return it as the service reads it."""
        return Claim(self.claimant, self.source, self.target, self.factor, self.pathway, self.since, self.until)


@strawberry.input(description="Whom a profile trusts.")
class TrustInput:
    """Whom a profile trusts."""

    profile: strawberry.ID = strawberry.field(description="The profile whose list it is.")
    issuer: strawberry.ID = strawberry.field(
        description="Who is trusted: the `issuer.id` of credentials, an https address or a DID, here or elsewhere."
    )
    until: types.Instant | None = strawberry.field(default=None, description="Until when; open if not given.")


@strawberry.input(description="Whom a profile trusts no longer.")
class EndTrustInput:
    """Whom a profile trusts no longer."""

    profile: strawberry.ID = strawberry.field(description="The profile whose list it is.")
    issuer: strawberry.ID = strawberry.field(description="Who is in it.")
