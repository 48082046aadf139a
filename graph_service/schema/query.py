"""The roots of reading. Each is one statement, with all that hangs on it; arguments are read by `selection.py`."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from graph_service.read.selection import Audience
from graph_service.schema import types
from graph_service.schema.shaped import Request, read
from graph_service.schema.types import (
    UNSET,
    After,
    Before,
    DateOrder,
    First,
    InCompletionState,
    InReview,
    InState,
    Last,
    OfEndorserKind,
    OfKind,
    OfStanding,
    Order,
    SearchType,
    enumeration,
    field,
)

Id = Annotated[strawberry.ID, strawberry.argument(description="Its IRI.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Their IRIs, at most 100.")]
Owner = Annotated[strawberry.ID | None, strawberry.argument(description="Only what this profile owns.")]
NameContains = Annotated[
    str | None,
    strawberry.argument(
        description="Only those whose name, in some language, contains this text; width and case do not matter."
    ),
]
Of = Annotated[strawberry.ID | None, strawberry.argument(description="Only endorsements of this target.")]
By = Annotated[strawberry.ID | None, strawberry.argument(description="Only endorsements by this profile.")]

enumeration(
    "ViewerKind",
    "What kind of viewer you are.",
    PUBLIC="Anybody; sees what is shown to all.",
    MEMBER="Reads for profiles, or is a learner.",
    OPERATOR="Runs the service; sees everything.",
)(Audience)


def by_id(info: Request, id: Id) -> Any:
    """Find one node."""
    return read(info)


def by_ids(info: Request, ids: Ids) -> Any:
    """Find several nodes."""
    return read(info)


def by_name(
    info: Request, first: First = UNSET, after: After = UNSET, last: Last = UNSET, before: Before = UNSET
) -> Any:
    """Find nodes in order of name."""
    return read(info)


def owned(
    info: Request,
    owner: Owner = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
) -> Any:
    """Find nodes in order of name, of one owner if given."""
    return read(info)


def achievements(
    info: Request,
    owner: Owner = UNSET,
    name_contains: NameContains = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
) -> Any:
    """Find achievements in order of name, of one owner or with a text in their name if given."""
    return read(info)


def by_text(
    info: Request,
    text: Annotated[str, strawberry.argument(description="What to search for; of several words, all must be there.")],
    types: Annotated[list[SearchType] | None, strawberry.argument(description="Only these types.")] = UNSET,
    first: Annotated[int | None, strawberry.argument(description="How many: 20 unless told, at most 100.")] = UNSET,
) -> Any:
    """Find what has a name like a text."""
    return read(info)


def endorsements(
    info: Request,
    of: Of = UNSET,
    by: By = UNSET,
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
    """Find endorsements in order of date."""
    return read(info)


def completions(
    info: Request,
    pathway: Annotated[strawberry.ID | None, strawberry.argument(description="Only toward this pathway.")] = UNSET,
    owner: Annotated[strawberry.ID | None, strawberry.argument(description="Only toward its pathways.")] = UNSET,
    state: InCompletionState = UNSET,
    review: InReview = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    order: Order = DateOrder.NEWEST,
) -> Any:
    """Find completions by when they were first complete."""
    return read(info)


def endorsements_of(
    info: Request,
    iri: Annotated[strawberry.ID, strawberry.argument(description="What is endorsed; any IRI, here or elsewhere.")],
    kind: OfKind = UNSET,
    standing: OfStanding = UNSET,
    endorser_kind: OfEndorserKind = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
) -> Any:
    """Find the signed endorsements of something, the newest first."""
    return read(info)


@strawberry.type(description="Who asks.")
class Viewer:
    """Who asks."""

    kind: Audience = field("What kind of viewer.")
    reads_for: list[strawberry.ID] = field("The profiles, and the learner, for which you read.")


def who_asks(info: Request) -> Any:
    """Return who asks."""
    viewer = info.context.viewer
    return Viewer(kind=viewer.audience, reads_for=[strawberry.ID(each) for each in viewer.ids])


@strawberry.type
class GraphQuery:
    """Root fields that the graph answers; nothing else may stand here (`direct.py`)."""

    node: types.Node | None = field("Anything that has an address; null if there is none that you may see.", by_id)
    nodes: list[types.Node | None] = field("For each id, in its order, what `node` answers.", by_ids)
    profile: types.Profile | None = field("A profile.", by_id)
    profiles: types.Connection[types.Profile] = field("All profiles, by name.", by_name)
    achievement: types.Achievement | None = field("An achievement.", by_id)
    achievements: types.Connection[types.Achievement] = field("Achievements, by name.", achievements)
    award: types.Award | None = field("An award that you may see.", by_id)
    learner: types.Learner | None = field("A learner whom you may see.", by_id)
    statement: types.Statement | None = field("A statement of completion that you may see.", by_id)
    completion: types.Completion | None = field("A completion that you may see, as kept.", by_id)
    completions: types.Connection[types.Completion] = field(
        "Completions that you may see, as kept: your own, of who lets you see progress, and those about whose output "
        "you decide. By when they were first complete; those that never were, as the oldest.",
        completions,
    )
    consent: types.Consent | None = field("A consent that you may see.", by_id)
    enrolment: types.Enrolment | None = field("An enrolment that you may see.", by_id)
    waiver: types.Waiver | None = field("A waiver that you may see.", by_id)
    equivalence: types.Equivalence | None = field("A claim of equivalence.", by_id)
    endorsement: types.Endorsement | None = field("An endorsement that you may see.", by_id)
    endorsement_by_credential: types.Endorsement | None = field(
        "The endorsement that a signed document states, by the id of the document.", by_id
    )
    endorsements: types.Connection[types.Endorsement] = field("Endorsements that you may see, by date.", endorsements)
    endorsements_of: types.Connection[types.Endorsement] = field(
        "Signed endorsements of anything, here or elsewhere, the newest first; those that are hidden are left out.",
        endorsements_of,
    )
    pathway: types.Pathway | None = field("A pathway.", by_id)
    pathways: types.Connection[types.Pathway] = field("Pathways, by name.", owned)
    pathway_version: types.PathwayVersion | None = field("One version of a pathway.", by_id)
    framework: types.Framework | None = field("A framework.", by_id)
    frameworks: types.Connection[types.Framework] = field("All frameworks, by name.", by_name)
    search: list[types.Searchable] = field(
        "What has a name like a text, in some language, the best first. Parts of words are found, in any script.",
        by_text,
    )
    key: types.Key | None = field("A key of a profile, by its verification method.", by_id)


@strawberry.type
class ViewerQuery:
    """The root field about who asks."""

    viewer: Viewer = field("Who you are to the service.", who_asks)
