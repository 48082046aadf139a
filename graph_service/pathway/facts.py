"""What completion is decided from: one learner's awards and waivers, and what a whole cohort shares.

Spans come as they are stored; only evaluation applies an instant. What is rejected is not among them; what could not be
checked says why (`unverified`), and an answer that depends on it says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain

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
    unverified: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A result of an award under one result description (OB 3.0 `Result`).

    `value` is the achieved level or value; `scale` the description's `allowedValue`, low to high, empty for numbers.
    """

    description: str
    value: str
    scale: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Award:
    """One award of the learner, with the endorsements of the award itself.

    `awarded_at` is the date that survives re-issue; `span` is when the award is valid, and a revocation has
    already shortened (PROSPECTIVE) or emptied (VOID) it. `evidence`: the kinds of evidence that it carries.
    `suspensions`: when it does not count for all that.
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
    results: tuple[Result, ...] = ()
    evidence: frozenset[str] = frozenset()
    suspensions: tuple[Span, ...] = ()
    unverified: str | None = None

    @property
    def since(self) -> Instant:
        """The first instant at which it is both awarded and valid."""
        return max(self.awarded_at, self.span.since)

    def suspension(self, at: Instant) -> Span | None:
        """Return during what it does not count, if it is suspended at an instant."""
        return next((each for each in self.suspensions if each.holds(at)), None)

    @property
    def day(self) -> str:
        """The day of the award, in Japan."""
        return day_in_japan(self.awarded_at)


@dataclass(frozen=True, slots=True)
class Equivalence:
    """The claim that an award of `source` counts as one of `target`, never the other way round.

    In Credits it is worth `factor` (above 0, at most 1, two digits after the point) of the leaf. `pathway`: the only
    pathway that it is about; None: any.
    """

    id: Iri
    source: Iri
    target: Iri
    claimant: Iri
    span: Span
    factor: Decimal = Decimal(1)
    pathway: Iri | None = None
    unverified: str | None = None

    def __hash__(self) -> int:
        """Claims are hashed by the thousand, for every learner."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A recorded exemption: the requirement holds for this learner while the span does, whatever is earned.

    `node` is the node's id within the plan: below a reference that of its requirement, `<version>#<node>`.
    """

    id: Iri
    node: str
    by: Iri
    span: Span
    reason: str | None = None


Endorsements = Mapping[Iri, tuple[Endorsement, ...]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one learner: awards and waivers; endorsements of achievements and profiles, by target.

    Of `equivalences` there are those alone that are about this pathway, or about any.
    """

    awards: tuple[Award, ...] = ()
    endorsements: Endorsements = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()

    def supposing(self, *, awards: Iterable[Award] = (), endorsements: Iterable[Endorsement] = ()) -> Facts:
        """Return these facts with more awards or endorsements; "what if" is the same question."""
        more = by_target(endorsements)
        held = (replace(a, endorsements=a.endorsements + more.get(a.id, ())) for a in (*self.awards, *awards))
        shared = {target: self.endorsements.get(target, ()) + found for target, found in more.items()}
        return replace(self, awards=tuple(held), endorsements={**self.endorsements, **shared})

    @property
    def unverified(self) -> dict[Iri, Instant]:
        """What could not be checked, by id, and when it began."""
        said = chain(*self.endorsements.values(), *(award.endorsements for award in self.awards if award.endorsements))
        found = {each.id: each.awarded_at for each in self.awards if each.unverified}
        found |= {each.id: each.span.since for each in said if each.unverified}
        return found | {each.id: each.span.since for each in self.equivalences if each.unverified}

    def without(self, ids: Collection[Iri]) -> Facts:
        """Return these facts without some awards, endorsements or equivalences; themselves if there are none to go."""
        if not ids:
            return self

        def kept(endorsements: Iterable[Endorsement]) -> tuple[Endorsement, ...]:
            return tuple(each for each in endorsements if each.id not in ids)

        awards = (replace(a, endorsements=kept(a.endorsements)) for a in self.awards if a.id not in ids)
        return replace(
            self,
            awards=tuple(awards),
            endorsements={target: kept(said) for target, said in self.endorsements.items()},
            equivalences=tuple(each for each in self.equivalences if each.id not in ids),
        )

    @property
    def verified(self) -> Facts:
        """These facts without what could not be checked."""
        return self.without(self.unverified)


def by_target(endorsements: Iterable[Endorsement]) -> dict[Iri, tuple[Endorsement, ...]]:
    """Group endorsements by what they endorse."""
    found: dict[Iri, list[Endorsement]] = {}
    for endorsement in endorsements:
        found.setdefault(endorsement.target, []).append(endorsement)
    return {target: tuple(said) for target, said in found.items()}
