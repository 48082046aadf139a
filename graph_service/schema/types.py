"""What can be read: types, fields and their meaning.

A field is read as the graph says: a value is the property of the same name, everything else has a fragment
`cypher/read/Type.field.cypher`. Nothing here fetches: fields that take arguments share the signatures below, and
the field at the root of a query answers for all that hangs on it (`selection.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Generic, NewType, TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from graph_service.domain import (
    achievement,
    completion,
    consent,
    credential_form,
    endorsement,
    enrolment,
    key,
    pathway,
    pathway_version,
    policy,
    profile,
    recognition,
    result,
    search,
)
from graph_service.endorse import keys, report
from graph_service.pathway import evaluate
from graph_service.services import importing

T = TypeVar("T")
E = TypeVar("E", bound=type[StrEnum])

AchievementType = achievement.AchievementType
CompletionReview = completion.Review
CompletionState = evaluate.CompletionState
CredentialForm = credential_form.CredentialForm
EndorsementKind = endorsement.Kind
EndorsementStanding = endorsement.Standing
Ended = endorsement.Ended
EnrolmentPolicy = enrolment.Policy
ImportOutcome = importing.Outcome
KeyAlgorithm = keys.Algorithm
KeyState = key.State
Outcome = report.Outcome
PathwayVersionState = pathway_version.State
PrerequisiteMode = pathway.Mode
ProfileKind = profile.Kind
Purpose = consent.Purpose
RequirementKind = pathway.NodeKind
ResultType = result.ResultType
SearchType = search.SearchType
RoleName = policy.Role
TrainingAttribute = recognition.Attribute
TrainingUnit = recognition.Unit
Verdict = report.Verdict

Instant = NewType("Instant", str)
"""`domain.time.Instant` as a type of the schema."""

INSTANT = strawberry.scalar(
    name="Instant",
    description="An instant in UTC, whole seconds, `2026-11-21T07:46:40Z` (RFC 3339). Null: no end, or not yet.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
)


def enumeration(name: str, description: str, **values: str) -> Callable[[E], E]:
    """Return what makes an enumeration part of the schema, with a description of each value."""

    def described(of: E) -> E:
        definition: StrawberryEnumDefinition = strawberry.enum(
            of, name=name, description=description
        ).__strawberry_definition__  # type: ignore[attr-defined]
        for value in definition.values:
            value.description = values[value.name]
        return of

    return described


enumeration(
    "EndorsementKind",
    "What an endorser says. It is part of the signed claim.",
    ENDORSE="Vouches for the content (裏書).",
    RECOMMEND="Recommends the earner (推薦).",
    RECOGNISE="Counts it as a training, with the data of `recognition` (研修として認定).",
    ACCREDIT="Vouches for the institution (機関認証).",
)(EndorsementKind)
enumeration(
    "EndorsementStanding",
    "Whose word an endorsement is.",
    OWN="Signed with the endorsing profile's own key.",
    ATTESTED="Signed by the service for a person without account, who was reached at an address and nothing more.",
    FOREIGN="Somebody's own credential, signed elsewhere.",
)(EndorsementStanding)
enumeration(
    "TrainingAttribute",
    "How somebody comes to a training (研修属性).",
    VOLUNTARY="By one's own wish (希望).",
    MANDATORY="Everybody of a group has to (悉皆).",
    NOMINATED="By being named (指名).",
    RECOMMENDED="By being recommended (推薦).",
    OTHER="In another way (その他).",
)(TrainingAttribute)
enumeration(
    "TrainingUnit",
    "In what a training is counted.",
    SESSIONS="Sessions (回).",
    DAYS="Days (日).",
    HOURS="Hours (時間).",
    CREDITS="Credits (単位).",
)(TrainingUnit)
enumeration(
    "KeyState",
    "Whether a key signs.",
    ACTIVE="Signs.",
    RETIRED="Signs no more; what it signed still holds.",
    COMPROMISED="Nothing that it signed can be trusted.",
)(KeyState)
enumeration(
    "KeyAlgorithm",
    "What kind of key it is.",
    ED25519="Signs Data Integrity proofs, and JWTs (EdDSA) where there is no other key. Every profile has one.",
    P256="Signs JWTs (ES256).",
    RSA="Signs JWTs (RS256), which the most verifiers know.",
)(KeyAlgorithm)
enumeration(
    "AchievementType",
    "What kind of achievement it is (Open Badges 3.0, AchievementType).",
    BADGE="A badge.",
    CERTIFICATE="A certificate.",
    CERTIFICATION="A certification.",
    COMPETENCY="A competency.",
    COURSE="A course.",
    LEARNING_PROGRAM="A learning programme.",
    LICENSE="A licence.",
    MICRO_CREDENTIAL="A micro-credential.",
)(AchievementType)
enumeration(
    "ProfileKind",
    "What kind of party a profile is.",
    BOARD="A board of education, or another public authority.",
    UNIVERSITY="A university or college.",
    SCHOOL="A school.",
    ASSOCIATION="A learned society, an association or a foundation.",
    COMPANY="A company.",
    PERSON="A person.",
    OTHER="Anything else; so is who was not asked.",
)(ProfileKind)
enumeration(
    "SearchType",
    "What can be searched for.",
    ACHIEVEMENT="Achievements.",
    FRAMEWORK="Frameworks.",
    PATHWAY="Pathways that were published.",
    PROFILE="Profiles of this service.",
)(SearchType)
enumeration(
    "RequirementKind",
    "When a requirement is met.",
    LEAF="By awards of the achievements that it accepts.",
    ALL="When all its parts are.",
    ANY="When one of its parts is.",
    AT_LEAST="When as many of its parts are as `count` says.",
    CREDITS="When the credits of its parts that are met reach `threshold`.",
    WINDOW="When awards within one span of time, of the length that it names, are enough for its part.",
    AFTER="When its part is; under GATE and STRICT its prerequisite as well, under STRICT before it.",
    REF="When the pathway version that it refers to is complete, or the achievement held.",
)(RequirementKind)
enumeration(
    "Role",
    "What somebody is at a profile.",
    OWNER="Members, keys and the profile itself.",
    ENDORSER="Requests, offers, signs and revokes endorsements.",
    ISSUER="Achievements and awards.",
    EDITOR="Pathways and frameworks.",
    VIEWER="Reads what is private, changes nothing.",
    OPERATOR="Runs the service.",
)(RoleName)
enumeration(
    "Ended",
    "Why something ended before its time.",
    REVOKED="It was true until then.",
    VOID="It was made in error and never true.",
)(Ended)
enumeration(
    "ImportOutcome",
    "What an import did, or in a dry run would do.",
    CREATED="It was not here.",
    UPDATED="It was here and has changed: its next version.",
    UNCHANGED="It was here just as it is; nothing was written.",
)(ImportOutcome)
enumeration(
    "Outcome",
    "What a check came to. UNKNOWN is never good.",
    OK="It holds.",
    FAILED="It does not hold.",
    UNKNOWN="It could not be known.",
)(Outcome)
enumeration(
    "Verdict",
    "What all conclusions on a credential and on what it carries come to.",
    GOOD="All of it holds.",
    FAILED="Something does not hold.",
    UNKNOWN="Something could not be known, and nothing failed.",
)(Verdict)
enumeration(
    "CompletionState",
    "Whether a pathway is complete.",
    COMPLETE="It is, whatever comes of what could not be checked.",
    NOT="It is not, even if all is good that could not be checked.",
    DEPENDS="It is if that is good which `dependsOn` lists.",
)(CompletionState)
enumeration(
    "CompletionReview",
    "What becomes of the output of a pathway that a learner completed.",
    WAITS_FOR_CONSENT="The owner may not know of it: the learner neither enrolled nor lets the owner see progress.",
    PENDING="Waits for an ISSUER of the owner, or in a moment for the service.",
    AWARDED="The output was awarded.",
    DECLINED="The output was declined.",
)(CompletionReview)
enumeration(
    "ConsentPurpose",
    "What a consent is for.",
    PROGRESS="To see how far a learner is toward pathways, and by which awards.",
)(Purpose)


@enumeration(
    "EndorsementState",
    "Where an endorsement stands.",
    REQUESTED="Waits for the endorser.",
    RETURNED="Waits for the requester to mend something.",
    ACCEPTED="Waits to be signed.",
    ISSUED="Signed.",
    DECLINED="The endorser will not.",
    WITHDRAWN="Taken back before it was signed.",
    REVOKED="Taken back after it was signed.",
    LAPSED="A request that nobody answered in time.",
)
class EndorsementState(StrEnum):
    """The states of the life cycle, and LAPSED, which is derived on read."""

    REQUESTED = "REQUESTED"
    RETURNED = "RETURNED"
    ACCEPTED = "ACCEPTED"
    ISSUED = "ISSUED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    REVOKED = "REVOKED"
    LAPSED = "LAPSED"


enumeration(
    "PathwayVersionState",
    "Where a version of a pathway stands.",
    DRAFT="Can change; seen only by those who edit the pathway.",
    PUBLISHED="Never changes again; anybody may begin in it.",
    CLOSED="Only those who began before go on in it.",
    ENDED="Counts no more, but for those who had completed it.",
)(PathwayVersionState)
enumeration(
    "EnrolmentPolicy",
    "Which of the versions that are open to a learner counts.",
    PINNED="The one that the enrolment names, until it ends.",
    LATEST="The newest.",
    BEST_OF="The one in which the learner is furthest; so it is for who is not enrolled, too.",
)(EnrolmentPolicy)
enumeration(
    "PrerequisiteMode",
    "What a prerequisite means.",
    ADVISE="Earn it first; only next steps say so.",
    GATE="The rest does not count until it holds, whatever the dates.",
    STRICT="Besides, only what was awarded once it first held counts.",
)(PrerequisiteMode)
enumeration(
    "ResultType",
    "What a result is (Open Badges 3.0, ResultType).",
    GRADE_POINT_AVERAGE="A grade point average.",
    LETTER_GRADE="A letter grade.",
    PERCENT="A percentage.",
    PERFORMANCE_LEVEL="A level of performance.",
    PREDICTED_SCORE="A score that is expected.",
    RAW_SCORE="A score as it was counted.",
    RESULT="Any other result.",
    SCALED_SCORE="A score on a scale.",
)(ResultType)
enumeration(
    "CredentialForm",
    "How a document is signed.",
    DATA_INTEGRITY="JSON with a proof in it (`eddsa-rdfc-2022`).",
    JWT="A compact JWS, signed with the issuer's P-256 or RSA key if it has one.",
)(CredentialForm)


@enumeration("DateOrder", "Order of a list by date.", NEWEST="The newest first.", OLDEST="The oldest first.")
class DateOrder(StrEnum):
    """Order of a list by date."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"


@enumeration(
    "AwardOrder",
    "Order of the awards of one achievement.",
    NEWEST="The newest first.",
    OLDEST="The oldest first.",
    ID="By id: the order that never changes.",
)
class AwardOrder(StrEnum):
    """Order of the awards of one achievement."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    ID = "ID"


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


Language = Annotated[
    str | None, _argument("BCP 47 tag, e.g. `en`. Without that language, the nearest or the base language.")
]
First = Annotated[int | None, _argument("How many from the start (or `after`): 20 unless told, at most 100.")]
After = Annotated[str | None, _argument("Only what comes after this cursor.")]
Last = Annotated[int | None, _argument("How many from the end (or `before`), at most 100; not with `first`.")]
Before = Annotated[str | None, _argument("Only what comes before this cursor.")]
Order = Annotated[DateOrder, _argument("Order of the list.")]
InForm = Annotated[CredentialForm | None, _argument("DATA_INTEGRITY unless told; JWT if there is nothing else.")]
AwardsBy = Annotated[AwardOrder, _argument("Order of the list.")]
OfKind = Annotated[EndorsementKind | None, _argument("Only this kind.")]
EndingAfter = Annotated[Instant | None, _argument("Only those that end after this instant.")]
OfStanding = Annotated[EndorsementStanding | None, _argument("Only those of this standing; each is counted apart.")]
OfEndorserKind = Annotated[ProfileKind | None, _argument("Only those that this kind of party made.")]
InState = Annotated[EndorsementState | None, _argument("Only those in this state.")]
InCompletionState = Annotated[CompletionState | None, _argument("Only those in this state.")]
InReview = Annotated[CompletionReview | None, _argument("Only those of whose output this becomes.")]
UNSET: Any = strawberry.UNSET


def in_language(language: Language = UNSET) -> Any:
    """Take the argument of a text in several languages."""


def in_form(form: InForm = UNSET) -> Any:
    """Take the argument of a signed document."""


def listed(first: First = UNSET, after: After = UNSET, last: Last = UNSET, before: Before = UNSET) -> Any:
    """Take the arguments of a connection (Relay cursor connections §4)."""


def dated(
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    order: Order = DateOrder.NEWEST,
) -> Any:
    """Take the arguments of a connection in order of date."""


def awarded(
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    order: AwardsBy = AwardOrder.NEWEST,
) -> Any:
    """Take the arguments of the awards of one achievement."""


def dated_spans(
    ending_after: EndingAfter = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    order: Order = DateOrder.NEWEST,
) -> Any:
    """Take the arguments of a list of what ends."""


def endorsed(
    kind: OfKind = UNSET,
    state: InState = UNSET,
    standing: OfStanding = UNSET,
    endorser_kind: OfEndorserKind = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    order: Order = DateOrder.NEWEST,
) -> Any:
    """Take the arguments of a list of endorsements."""


def made(
    kind: OfKind = UNSET,
    state: InState = UNSET,
    standing: OfStanding = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    order: Order = DateOrder.NEWEST,
) -> Any:
    """Take the arguments of a list of endorsements of one endorser."""


def completed(
    state: InCompletionState = UNSET,
    review: InReview = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    order: Order = DateOrder.NEWEST,
) -> Any:
    """Take the arguments of a list of completions."""


def field(description: str, taking: Any = None) -> Any:
    """Describe a field that is read from the graph, with the signature of its arguments."""
    return strawberry.field(description=description, resolver=taking)


@strawberry.type(description="A text in one language.")
class LanguageText:
    """A text in one language."""

    language: str = field("BCP 47 tag.")
    text: str = field("The text.")


@strawberry.type(description="Where a page lies in its list (Relay cursor connections).")
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool = field("Whether there is more after the page. With `last`: whether `before` was given.")
    has_previous_page: bool = field("Whether there is more before the page. With `first`: whether `after` was given.")
    start_cursor: str | None = field("Cursor of the first edge; null if the page is empty.")
    end_cursor: str | None = field("Cursor of the last edge; null if the page is empty.")


@strawberry.type(description="One entry of a list.")
class Edge(Generic[T]):
    """One entry of a list."""

    cursor: str = field("Where the entry lies; opaque, and good for this list only.")
    node: T = field("The entry.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]] = field("The entries of the page, always in the order of the list.")
    page_info: PageInfo = field("Where the page lies in the list.")
    total_count: int = field("How many entries the whole list has for you; costs something only if asked.")


@strawberry.interface(description="Anything that has an address of its own.")
class Node:
    """Anything that has an address of its own."""

    id: strawberry.ID = field("Its IRI, verbatim.")


@strawberry.interface(description="What can be searched for by its name.")
class Searchable(Node):
    """What can be searched for by its name."""

    name: str = field("Name.", in_language)
    name_map: list[LanguageText] = field("Name in all languages; the base language first.")
    language: str = field("Base language of the texts.")


@strawberry.interface(description="What can be endorsed: a profile, an achievement, an award or a pathway version.")
class Endorsable(Node):
    """What can be endorsed."""


@strawberry.type(description="An organisation or person that offers achievements, awards and endorses.")
class Profile(Endorsable, Searchable):
    """An organisation or person."""

    name: str = field("Name.", in_language)
    name_map: list[LanguageText] = field("Name in all languages; the base language first.")
    kind: ProfileKind = field("What kind of party it is; given when it is created, and not changed afterwards.")
    language: str = field("Base language of the texts.")
    description: str | None = field("What it is.", in_language)
    description_map: list[LanguageText] = field("What it is, in all languages.")
    url: str | None = field("Home page.")
    created_at: Instant = field("When it was made here.")
    version: int = field("Raised by each change; give it as `expectedVersion` to change only what you saw.")
    achievements: Connection[Achievement] = field("What it offers, by name.", listed)
    pathways: Connection[Pathway] = field("Its pathways, by name.", listed)
    endorsements_given: Connection[Endorsement] = field("Endorsements that it made, or is asked to make.", made)
    endorsements_received: Connection[Endorsement] = field(
        "Endorsements of the profile and of all that it offers or awarded.", endorsed
    )
    consents: Connection[Consent] = field("What learners let it see; for those who read for it.", dated_spans)
    equivalences_claimed: Connection[Equivalence] = field("The equivalences that it claims, or did once.", dated_spans)
    trusted_issuers: Connection[TrustEntry] = field("Whom it trusts, or did once: its own list.", dated_spans)
    part_of: list[Profile] = field("The profiles that it is part of, by name.")
    different_people: bool = field("Whether it takes two people to endorse: one prepares or accepts, another signs.")
    allows_self_endorsement: bool = field("Whether it may endorse what is its own, or what the signer answers for.")
    keys: list[Key] = field("Its signing keys, newest first; also those that sign no more.")
    versions: list[Version] = field("What it said of itself at one time or another, newest first.")


@strawberry.type(description="An entry of a profile's trust list; everybody may read it.")
class TrustEntry:
    """An entry of a trust list."""

    issuer_id: strawberry.ID = field("Who is trusted.")
    issuer: Profile = field("Who is trusted, as far as it is known here.")
    since: Instant = field("From when on.")
    until: Instant | None = field("Until when.")
    ended_at: Instant | None = field("When it was ended before its time, if it was.")


@strawberry.type(description="The public half of a signing key.")
class Key:
    """The public half of a signing key."""

    id: strawberry.ID = field("The verification method: `<profile>#<key>`, of JWT keys `<profile>/keys/<thumbprint>`.")
    profile: Profile = field("Whose it is.")
    algorithm: KeyAlgorithm = field("What kind of key it is.")
    public_key_multibase: str = field("The key itself (Multikey).")
    state: KeyState = field("Whether it signs.")
    since: Instant = field("From when on.")
    until: Instant | None = field("When it was retired, or declared compromised.")
    reason: str | None = field("Why it was declared compromised; only for those who read for its profile.")
    credentials: Connection[Credential] = field(
        "Documents signed with it that stand, of what still holds; of a compromised key, what is to be signed anew.",
        dated,
    )


@strawberry.type(description="What can be earned.")
class Achievement(Endorsable, Searchable):
    """What can be earned."""

    name: str = field("Name.", in_language)
    name_map: list[LanguageText] = field("Name in all languages; the base language first.")
    language: str = field("Base language of the texts.")
    description: str | None = field("What it shows.", in_language)
    description_map: list[LanguageText] = field("What it shows, in all languages.")
    criteria: str | None = field("How it is earned (Markdown).", in_language)
    criteria_map: list[LanguageText] = field("How it is earned, in all languages.")
    achievement_type: AchievementType = field("Open Badges achievement type.")
    field_of_study: str | None = field("The field that it belongs to.", in_language)
    field_of_study_map: list[LanguageText] = field("The field that it belongs to, in all languages.")
    number: int = field("Number of its newest version.")
    digest: str | None = field("Digest of the newest version's bytes (`digestMultibase`).")
    created_at: Instant = field("When it was made here.")
    version: int = field("Raised by each change; give it as `expectedVersion` to change only what you saw.")
    owner: Profile = field("Who offers it.")
    versions: list[Version] = field("Its versions, newest first.")
    endorsements: Connection[Endorsement] = field("Endorsements of it.", endorsed)
    awards: Connection[Award] = field("Awards of it that you may see.", awarded)
    cells: list[Cell] = field("The cells of frameworks that it is aligned with now.")
    pathways: list[Pathway] = field("Pathways whose newest version counts it, by name.")
    result_descriptions: list[ResultDescription] = field("The results that its newest version knows.")
    counts_as: Connection[Equivalence] = field("Claims that it counts as another one.", dated_spans)
    equivalents: Connection[Equivalence] = field("Claims that another one counts as it.", dated_spans)


@strawberry.type(description="A result that is possible (Open Badges 3.0, ResultDescription).")
class ResultDescription:
    """A result that is possible."""

    id: strawberry.ID = field("What results, and the levels that pathways ask for, name it by.")
    name: str = field("Name.")
    result_type: ResultType = field("What it is.")
    allowed_value: list[str] = field("The values that there are, low to high; none if any number or text will do.")
    value_min: str | None = field("The lowest number, as decimal text.")
    value_max: str | None = field("The highest number, as decimal text.")
    required_value: str | None = field("The value that it takes to pass.")


@strawberry.type(description="What somebody reached (Open Badges 3.0, Result).")
class Result:
    """What somebody reached."""

    description: strawberry.ID = field("The description that it is a result under.")
    value: str = field("The value.")
    scale: list[str] = field("The values that there were, low to high; none of a number.")


@strawberry.type(description="What shows that somebody reached it (Open Badges 3.0, Evidence).")
class Evidence:
    """What shows that somebody reached it."""

    name: str = field("Name.")
    url: str | None = field("Where it lies.")
    genre: str | None = field("Its kind, which pathways may ask for.")
    description: str | None = field("What it is.")


@strawberry.type(
    description="The claim of a profile that one achievement counts as another, never the other way round."
)
class Equivalence(Node):
    """The claim that one achievement counts as another."""

    source: Achievement = field("What counts as another one.")
    target: Achievement = field("What it counts as.")
    claimant: Profile = field("Who claims it; it counts in the pathways that trust this profile.")
    factor: str = field("What it is worth of the other one's credits, as decimal text: at most `1`.")
    pathway: Pathway | None = field("The only pathway that it is about; null: any, or one that you may not see.")
    since: Instant = field("From when on.")
    until: Instant | None = field("Until when.")
    ended: Ended | None = field("Why it ended before its time, if it did.")
    ended_at: Instant | None = field("When it was ended.")
    reason: str | None = field("Why; only for those who read for its claimant.")


@strawberry.type(description="What a profile or an achievement said at one time. It never changes.")
class Version(Node):
    """What a profile or an achievement said at one time."""

    number: int = field("Counts from 1.")
    bytes: str = field("The document, byte for byte.")
    digest: str = field("Digest of the bytes (`digestMultibase`); what an endorsement is bound to.")
    language: str | None = field("Base language.")
    published_at: Instant = field("When it was published.")
    of: Endorsable = field("What it is a version of.")


@strawberry.type(description="One achievement given to one learner.")
class Award(Endorsable):
    """One achievement given to one learner."""

    number: int | None = field("The version of the achievement that was awarded.")
    awarded_at: Instant = field("When it was awarded.")
    since: Instant = field("From when on it is valid.")
    until: Instant | None = field("Until when it is valid.")
    ended: Ended | None = field("Why it ended before its time, if it did.")
    ended_at: Instant | None = field("When it was ended.")
    reason: str | None = field("Why; only for issuer, holder and whom they let see the award.")
    basis_lapsed_since: Instant | None = field(
        "Of the output of a pathway: since when the pathway is not complete any more; null while it is."
    )
    basis_lapsed_reason: str | None = field(
        "The nearest reason for that, a `ReasonCode`; only for the holder and whom the holder lets see progress."
    )
    suspended_since: Instant | None = field("Since when it counts for nothing, until its basis holds again.")
    version: int = field("Raised by each change; give it as `expectedVersion` to change only what you saw.")
    achievement: Achievement = field("What was awarded.")
    issued_at: Instant | None = field("When it was signed first.")
    public: bool = field("Whether everybody may see it, and what is signed about it; the holder decides.")
    results: list[Result] = field("What was reached.")
    evidence: list[Evidence] = field("What shows it.")
    credential: Credential | None = field(
        "The signed document as it stands, under the award's own id; null until it is signed.", in_form
    )
    issuer: Profile = field("Who awarded it.")
    holder: Learner | None = field("Who holds it; null if you may not see the learner.")
    endorsements: Connection[Endorsement] = field("Endorsements of it.", endorsed)


@strawberry.type(description="Somebody who holds awards; pseudonymous.")
class Learner(Node):
    """Somebody who holds awards."""

    created_at: Instant = field("When the record was made.")
    awards: Connection[Award] = field("The awards that you may see.", dated)
    consents: Connection[Consent] = field("What the learner lets others see.", dated)
    enrolments: Connection[Enrolment] = field("The pathways that the learner is enrolled in, or was.", dated_spans)
    waivers: Connection[Waiver] = field("What the learner is exempt from, or was.", dated_spans)
    statements: Connection[Statement] = field("Statements of completion that you may see.", dated)
    completions: Connection[Completion] = field(
        "The pathways toward which there is a first fact, as kept; first those that were complete last.", completed
    )


@strawberry.type(
    description="A statement of completion: that a learner completed a pathway, signed by its owner (CLR 2.0)."
)
class Statement(Node):
    """A statement of completion."""

    issued_at: Instant = field("When it was signed first.")
    since: Instant = field("From when on it is valid.")
    until: Instant | None = field("Until when it is valid.")
    ended: Ended | None = field("Why it was taken back, if it was.")
    ended_at: Instant | None = field("When it was taken back.")
    reason: str | None = field("Why, in words.")
    version: int = field("Raised by each change.")
    holder: Learner | None = field("Who completed the pathway; null if you may not see the learner.")
    issuer: Profile = field("Whose pathway it is.")
    pathway_version: PathwayVersion | None = field("What was completed, when it was signed last.")
    awards: list[Award] = field(
        "The awards that the completion rested on then, of those that you may see; oldest first."
    )
    credential: Credential | None = field("The signed document as it stands, under the statement's own id.", in_form)


@strawberry.type(description="That a learner takes up a pathway, and by which of its versions to be judged.")
class Enrolment(Node):
    """That a learner takes up a pathway."""

    policy: EnrolmentPolicy = field("Which of the versions that are open to the learner counts.")
    pinned: PathwayVersion | None = field("Under PINNED: that version.")
    since: Instant = field("From when on.")
    until: Instant | None = field("Until when.")
    ended_at: Instant | None = field("When it was ended, if it was.")
    learner: Learner | None = field("Who is enrolled; null if you may not see the learner.")
    pathway: Pathway | None = field("In what; null if you may not see that.")


@strawberry.type(description="That a learner is exempt from a requirement of a pathway.")
class Waiver(Node):
    """That a learner is exempt from a requirement."""

    node: str = field("The requirement, by its id in the definition, in every version that has it.")
    reason: str = field("Why it is waived.")
    since: Instant = field("From when on.")
    until: Instant | None = field("Until when.")
    ended_at: Instant | None = field("When it was ended before its time, if it was.")
    end_reason: str | None = field("Why it was ended.")
    learner: Learner | None = field("Who is exempt; null if you may not see the learner.")
    pathway: Pathway | None = field("From a requirement of what; null if you may not see that.")
    owner: Profile = field("Who waives it: the owner of the pathway.")


@strawberry.type(
    description="How far a learner was toward a pathway when it was judged last. Kept for lists, and judged anew when "
    "something happens; `progress` says how it is now, and why. To who decides about its output, but may not see "
    "progress, all of it is null except `review`, `award`, `reason`, whose it is and toward what."
)
class Completion(Node):
    """How far a learner was toward a pathway when it was judged last."""

    state: CompletionState | None = field("COMPLETE, NOT or DEPENDS, then.")
    percentage: int | None = field("Whole percent, rounded down; 100 only if complete.")
    fraction: str | None = field("Exact progress, e.g. `9/10`; `1` exactly if complete.")
    ever_complete: Instant | None = field("The first instant at which it was complete; null if it never was.")
    judged_at: Instant | None = field("When it was judged.")
    next_change: Instant | None = field("When time alone may change it next; null if only what happens can.")
    digest: str | None = field("SHA-256 of the definition that it was judged by; null if it never was.")
    review: CompletionReview | None = field("What becomes of the output; null if there is none to decide about.")
    reason: str | None = field("Why the output was declined; only for the learner and the owner of the pathway.")
    holder_id: strawberry.ID = field("Whose it is.")
    learner: Learner | None = field("Whose it is; null if you may not see the learner.")
    pathway: Pathway | None = field("Toward what; null if you may not see that.")
    pathway_version: PathwayVersion | None = field("The version that the learner was judged by.")
    award: Award | None = field("The output that was awarded; null if none was, or you may not see it.")


@strawberry.type(description="What a learner lets a profile see, for one purpose until a date.")
class Consent(Node):
    """What a learner lets a profile see."""

    purpose: Purpose = field("What it is for; it covers nothing else.")
    text: str = field("What the learner agreed to, word for word.")
    language: str = field("Language of the text.")
    since: Instant = field("From when on.")
    until: Instant = field("Until when.")
    ended: Ended | None = field("Why it ended before its time, if it did.")
    ended_at: Instant | None = field("When it was ended.")
    holder_id: strawberry.ID = field("The learner who gave it.")
    profile: Profile = field("To whom.")


@strawberry.type(description="What one profile says of a profile, an achievement, an award or a pathway version.")
class Endorsement(Node):
    """What one profile says of something."""

    kind: EndorsementKind = field("What the endorser says.")
    state: EndorsementState = field("Where it stands.")
    standing: EndorsementStanding = field("Whose word it is.")
    self_endorsement: bool = field("Whether a profile or person endorses what is its own.")
    hidden: bool = field("Whether the endorsed side or the holder keeps it from lists; its document stays.")
    comment: str | None = field("The claim in words, in one language.")
    language: str | None = field("Language of the comment.")
    requested_at: Instant = field("When it was requested or offered.")
    request_until: Instant | None = field("When the request lapses.")
    since: Instant | None = field("From when on it is valid; null until it is signed.")
    until: Instant | None = field("Until when it is valid.")
    ended: Ended | None = field("Why it ended before its time, if it did.")
    ended_at: Instant | None = field("When it was ended.")
    reason: str | None = field("Why it was returned, declined or ended; only for those whom it concerns.")
    version: int = field("Raised by each change; give it as `expectedVersion` to change only what you saw.")
    endorser: Profile = field("Who endorses.")
    recognition: str | None = field("Of RECOGNISE: the recognition document, byte for byte, at `<id>/recognition`.")
    recognition_digest: str | None = field("Digest of its bytes (`digestMultibase`); the signature covers it.")
    target_id: strawberry.ID = field("What is endorsed.")
    target_number: int | None = field("The version of it that was endorsed.")
    target_digest: str | None = field("Digest of that version's bytes (`digestMultibase`); the signature covers it.")
    target: Endorsable | None = field("What is endorsed; null if you may not see it.")
    target_version: Version | None = field(
        "The version that was endorsed, as it was published; null for an award and for a pathway version."
    )
    earlier_version: bool = field("Whether another version stands now: of the target, or of its pathway.")
    confirms: Endorsement | None = field("The endorsement of an earlier version that it confirms.")
    confirmed_by: Endorsement | None = field("The newest endorsement that confirms it for a later version.")
    accepted_by: strawberry.ID | None = field("Who accepted or prepared it; only for those who read for the endorser.")
    credential: Credential | None = field("The signed document as it stands; null until it is signed.", in_form)
    checked_at: Instant | None = field("Of FOREIGN: when its issuer was asked last whether it still holds.")
    checked_outcome: Outcome | None = field("What that came to. FAILED counts for nothing until it holds again.")
    checked_code: str | None = field("What did not hold then, or could not be known; null if all of it held.")
    held_at: Instant | None = field("Of FOREIGN: when all of it held last.")
    invitation: Invitation | None = field("How somebody without an account was asked; for those who asked.")


@strawberry.type(description="A link that works once, for somebody without an account; whose it is, nobody is told.")
class Invitation:
    """A link that works once."""

    until: Instant = field("Until when it can be answered.")
    sent_at: Instant | None = field("When its mail was sent; null until then, and always for a DID.")
    used_at: Instant | None = field("When it was answered.")


@strawberry.type(description="A signed document.")
class Credential:
    """A signed document."""

    id: strawberry.ID = field("The document's id: fetch it to verify the document.")
    form: CredentialForm = field("How it is signed.")
    key_id: strawberry.ID | None = field("The key that signed it, for `key`; null of what was signed long ago.")
    key: Key | None = field("The key that signed it; null of what was signed long ago, or elsewhere.")
    bytes: str = field("The document, byte for byte.")
    digest: str = field("SHA-256 of the bytes, in hex.")
    since: Instant = field("When it was signed.")
    until: Instant | None = field("When another took its place.")


@strawberry.type(description="A way to a goal by several achievements.")
class Pathway(Searchable):
    """A way to a goal by several achievements."""

    name: str = field("Name.", in_language)
    name_map: list[LanguageText] = field("Name in all languages; the base language first.")
    language: str = field("Base language of the texts.")
    number: int = field("Number of the newest published version; 0 before.")
    created_at: Instant = field("When it was made.")
    version: int = field("Raised by each change; give it as `expectedVersion` to change only what you saw.")
    owner: Profile = field("Whose it is.")
    current: PathwayVersion | None = field("The newest published version.")
    versions: list[PathwayVersion] = field("Its versions, newest first; drafts only for those who edit it.")
    enrolments: Connection[Enrolment] = field("Who is enrolled in it, or was; as far as you may see.", dated_spans)
    waivers: Connection[Waiver] = field("Who is exempt from a requirement, or was; as far as you may see.", dated_spans)
    completions: Connection[Completion] = field(
        "Who has a first fact toward it, as kept and as far as you may see.", completed
    )


@strawberry.type(description="What a pathway asks for. Once published it never changes.")
class PathwayVersion(Endorsable):
    """What a pathway asks for."""

    number: int = field("Counts from 1.")
    state: PathwayVersionState = field("Where it stands.")
    definition: str = field("The definition as JSON text, byte for byte.")
    digest: str | None = field("SHA-256 of the definition, in hex; null in a draft.")
    published_at: Instant | None = field("When it was published.")
    since: Instant | None = field("From when on it holds.")
    closed_from: Instant | None = field("From when on nobody begins in it.")
    until: Instant | None = field("Until when it holds.")
    output_achievement: Achievement | None = field("What who completes it is awarded; how, the definition says.")
    pathway: Pathway | None = field("Which pathway it is of; null if you may not see that.")
    nodes: list[Requirement] = field("Its requirements in the order of the definition; none in a draft.")
    supports: list[PathwayVersion] = field("The versions of other pathways that rest on it, through references.")
    endorsements: Connection[Endorsement] = field("Endorsements of it.", endorsed)


@strawberry.type(description="One node of a pathway version.")
class Requirement:
    """One node of a pathway version."""

    id: strawberry.ID = field("The version's id and the node's.")
    node_id: str = field("The node's id in the definition.")
    kind: RequirementKind = field("When it is met.")
    name: str | None = field("Name.", in_language)
    name_map: list[LanguageText] = field("Name in all languages.")
    count: int = field("How many parts, or awards, it needs; of credits, the fewest parts that can do.")
    unit: str | None = field("Unit of the credits that it adds up, if it does.")
    threshold: str | None = field("How many credits it needs, as exact decimal text.")
    per_source_cap: str | None = field("The most credits that one of its parts counts for, as exact decimal text.")
    credits: list[str] = field("What it is worth to those that add up credits: amount and unit, `1.5 ECTS`.")
    award_cap: int | None = field("How many of the leaves below it one award fills at most; null: all that it can.")
    length: str | None = field("How long its window is: `P24M`, `P90D`.")
    mode: PrerequisiteMode | None = field("What its prerequisite means, if it has one.")
    prerequisite: strawberry.ID | None = field("The requirement that comes before its part, by id.")
    accept_unissued: bool | None = field("Whether the achievement that it refers to counts before anybody awarded it.")
    position: int = field("Its place in the definition.")
    parts: list[strawberry.ID] = field("The requirements that it is made of, by id; of a reference, that one's root.")
    accepts: list[Achievement] = field("Achievements of which an award meets it, by name.")
    pathway_version: PathwayVersion | None = field("The version that it refers to, if it does.")


@strawberry.type(description="What people should be able to do, as a table: items, stages, and cells where they meet.")
class Framework(Searchable):
    """A framework of what people should be able to do."""

    name: str = field("Name.", in_language)
    name_map: list[LanguageText] = field("Name in all languages; the base language first.")
    language: str = field("Base language of the texts.")
    set_by: Profile = field("Who set it.")
    items: list[Item] = field("Its items, in their order.")
    stages: list[Stage] = field("Its stages, in their order.")
    cells: list[Cell] = field("Its cells, row by row.")


@strawberry.type(description="What a framework asks for: a row of its table.")
class Item(Node):
    """A row of a framework."""

    name: str = field("Name.", in_language)
    position: int = field("Its place in the framework, from 0.")


@strawberry.type(description="How far somebody is: a column of the table of a framework.")
class Stage(Node):
    """A column of a framework."""

    name: str = field("Name.", in_language)
    position: int = field("Its place in the framework, from 0.")


@strawberry.type(description="What a framework asks for of an item at a stage, or at several that it spans.")
class Cell(Node):
    """What a framework asks for of an item at a stage."""

    row: int = field("The position of its item.")
    column: int = field("The position of its first stage.")
    text: str = field("What is asked for.", in_language)
    item: Item = field("Its item.")
    stages: list[Stage] = field("The stages that it spans, in their order.")
    achievements: Connection[Achievement] = field("Achievements that are aligned with it now, by name.", listed)
