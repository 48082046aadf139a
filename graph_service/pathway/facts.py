"""What completion is decided from: one learner's awards, and endorsements that a whole cohort shares.

Spans come as they are stored; only evaluation applies an instant. These are accepted facts: those that are
rejected or cannot be checked will stand beside them, never among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph_service.domain.dates import day_in_japan
from graph_service.domain.endorsement import Ended, Kind, Standing
from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One endorsement. `number` is the version of the achievement that it speaks for, if it names one."""

    id: Iri
    kind: Kind
    endorser: Iri
    target: Iri
    span: Span
    number: int | None = None
    ended: Ended | None = None
    reason: str | None = None
    standing: Standing = Standing.OWN


@dataclass(frozen=True, slots=True)
class Award:
    """One award of the learner, with the endorsements of the award itself.

    `awarded_at` is the date that survives re-issue; `span` is when the award is valid, and a revocation has
    already shortened (PROSPECTIVE) or emptied (VOID) it.
    """

    id: Iri
    achievement: Iri
    issuer: Iri
    awarded_at: Instant
    span: Span
    number: int | None = None
    ended: Ended | None = None
    reason: str | None = None
    endorsements: tuple[Endorsement, ...] = ()

    @property
    def since(self) -> Instant:
        """The first instant at which it is both awarded and valid."""
        return max(self.awarded_at, self.span.since)

    @property
    def day(self) -> str:
        """The day of the award, in Japan."""
        return day_in_japan(self.awarded_at)


Endorsements = Mapping[Iri, tuple[Endorsement, ...]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one learner: awards, and endorsements of achievements and issuers by target."""

    awards: tuple[Award, ...] = ()
    endorsements: Endorsements = field(default_factory=dict)

    def supposing(self, *, awards: Iterable[Award] = (), endorsements: Iterable[Endorsement] = ()) -> Facts:
        """Return these facts with more awards or endorsements; "what if" is the same question."""
        more = by_target(endorsements)
        held = (replace(a, endorsements=a.endorsements + more.get(a.id, ())) for a in (*self.awards, *awards))
        shared = {target: self.endorsements.get(target, ()) + found for target, found in more.items()}
        return Facts(tuple(held), {**self.endorsements, **shared})


def by_target(endorsements: Iterable[Endorsement]) -> dict[Iri, tuple[Endorsement, ...]]:
    """Group endorsements by what they endorse."""
    found: dict[Iri, tuple[Endorsement, ...]] = {}
    for endorsement in endorsements:
        found[endorsement.target] = (*found.get(endorsement.target, ()), endorsement)
    return found
