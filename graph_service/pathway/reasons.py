"""What keeps an award from counting for a leaf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graph_service.domain.endorsement import Ended
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import EndorsedBy, Leaf, Level, ValidAt, VersionRange
from graph_service.domain.time import OPEN_END, OPEN_START, Instant, Span
from graph_service.pathway.equivalences import Chain
from graph_service.pathway.facts import Award, Endorsement, Equivalence, Facts
from graph_service.pathway.guards import (
    accreditations,
    asked_instant,
    endorsements,
    is_endorsed,
    is_of_version,
    is_reached,
    is_valid,
    said,
)


class ReasonCode(StrEnum):
    """Why a node is open, the nearest misses first."""

    TOO_FEW_TIMES = "TOO_FEW_TIMES"
    CONSUMED_BY = "CONSUMED_BY"
    LOCKED_BY = "LOCKED_BY"
    UNVERIFIED = "UNVERIFIED"
    ENDORSEMENT_NOT_YET_VALID = "ENDORSEMENT_NOT_YET_VALID"
    ENDORSED_OTHER_VERSION = "ENDORSED_OTHER_VERSION"
    ENDORSEMENT_EXPIRED = "ENDORSEMENT_EXPIRED"
    ENDORSEMENT_REVOKED = "ENDORSEMENT_REVOKED"
    ENDORSEMENT_VOID = "ENDORSEMENT_VOID"
    ENDORSER_NOT_ACCREDITED = "ENDORSER_NOT_ACCREDITED"
    NOT_ENDORSED = "NOT_ENDORSED"
    EQUIVALENCE_NOT_YET_VALID = "EQUIVALENCE_NOT_YET_VALID"
    EQUIVALENCE_EXPIRED = "EQUIVALENCE_EXPIRED"
    EQUIVALENCE_NOT_TRUSTED = "EQUIVALENCE_NOT_TRUSTED"
    NO_EVIDENCE = "NO_EVIDENCE"
    WRONG_ISSUER = "WRONG_ISSUER"
    NOT_YET_VALID = "NOT_YET_VALID"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    SUPERSEDED = "SUPERSEDED"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    TOO_EARLY = "TOO_EARLY"
    REVOKED = "REVOKED"
    VOID = "VOID"
    WAIVER_EXPIRED = "WAIVER_EXPIRED"
    NOT_HELD = "NOT_HELD"


DISTANCE = {code: place for place, code in enumerate(ReasonCode)}
"""How far from holding each reason is."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a node is open. Ids are fields, so that whoever shows it can put names.

    `award` is the near miss (none for NOT_HELD), `wanted` the profiles of which one or more would mend it,
    `values` the rest of what a sentence needs. `endorsement`, `equivalence`, `waiver`: what nearly counts. `node`: the
    requirement that comes first (LOCKED_BY, TOO_EARLY), or that the award went to (CONSUMED_BY).
    """

    code: ReasonCode
    award: Iri | None = None
    endorsement: Iri | None = None
    wanted: tuple[Iri, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    equivalence: Iri | None = None
    waiver: Iri | None = None
    node: str | None = None


def reasons(leaf: Leaf, award: Award, facts: Facts, at: Instant, chain: Chain | None = None) -> list[Reason]:
    """Return all that keeps `award` from counting for `leaf` at `at`, nearest first; empty if it counts.

    Under a `chain` of equivalences it stands for the chain's target. What could not be checked is taken to be true:
    where nothing but that is in the way, `doubts` says so.
    """
    target = chain.target if chain else None
    return in_order(_reasons(leaf, award, facts, at, target))


def in_order(found: Iterable[Reason]) -> list[Reason]:
    """Return reasons, the nearest first."""
    return sorted(found, key=lambda reason: (DISTANCE[reason.code], reason.endorsement or "", reason.equivalence or ""))


def doubts(leaf: Leaf, award: Award, facts: Facts, at: Instant, chain: Chain | None = None) -> list[Reason]:
    """Return what would have to be checked for an award to count surely, of one that counts."""
    target = chain.target if chain else None
    found = [_unverified(award, award.unverified)] if award.unverified else []
    for claim in chain.claims if chain else ():
        if claim.unverified:
            found.append(_unverified(award, claim.unverified, equivalence=claim.id))
    for guard in leaf.guards.endorsed_by:
        asked = asked_instant(guard, award, at)
        resting = {e: _resting_on(guard, e, facts, asked) for e in endorsements(guard, award, facts, at, target)}
        sure = {e.endorser for e, doubtful in resting.items() if not doubtful}
        if len(sure) < guard.min_count:
            doubtful = [each for e, those in resting.items() if e.endorser not in sure for each in those]
            found += [_unverified(award, e.unverified, endorsement=e.id, wanted=(e.endorser,)) for e in doubtful]
    return in_order(found)


def _unverified(award: Award, why: str | None, **about: Any) -> Reason:
    return Reason(ReasonCode.UNVERIFIED, award.id, values={"why": why or "-"}, **about)


def _resting_on(guard: EndorsedBy, endorsement: Endorsement, facts: Facts, asked: Instant) -> list[Endorsement]:
    """Return what an endorsement in force rests on and could not be checked: itself, who accredits its endorser."""
    found = [endorsement] if endorsement.unverified else []
    accrediting = [e for e in accreditations(guard, endorsement.endorser, facts) if e.span.holds(asked)]
    if guard.accredited_by and all(e.unverified for e in accrediting):
        found += accrediting
    return found


def not_equivalent(award: Award, chain: Chain, trusted: Set[Iri], at: Instant) -> list[Reason]:
    """Return which claims of a chain do not count: nobody here trusts the claimant, or not in force at `at`."""
    return in_order(reason for claim in chain.claims for reason in _claim(award, claim, trusted, at))


def _claim(award: Award, claim: Equivalence, trusted: Set[Iri], at: Instant) -> Iterator[Reason]:
    if claim.claimant not in trusted:
        yield Reason(ReasonCode.EQUIVALENCE_NOT_TRUSTED, award.id, wanted=(claim.claimant,), equivalence=claim.id)
    if not claim.span.holds(at):
        ahead = at < claim.span.since < claim.span.until
        code = ReasonCode.EQUIVALENCE_NOT_YET_VALID if ahead else ReasonCode.EQUIVALENCE_EXPIRED
        yield Reason(code, award.id, values=ends(claim.span), equivalence=claim.id)


def _reasons(leaf: Leaf, award: Award, facts: Facts, at: Instant, target: Iri | None) -> Iterator[Reason]:
    guards = leaf.guards
    if not is_valid(guards, award, at):
        asked = min(at, award.since) if guards.valid_at is ValidAt.AT_AWARD else at
        code, values = _lapse(award, asked)
        yield Reason(ReasonCode(code), award.id, values=values)
    if (issuers := guards.issued_by) is not None and award.issuer not in issuers:
        yield Reason(ReasonCode.WRONG_ISSUER, award.id, wanted=tuple(sorted(issuers)), values={"found": award.issuer})
    if (window := guards.awarded_between) is not None and not window.holds(award.awarded_at):
        values = {"found": award.awarded_at, **ends(window)}
        yield Reason(ReasonCode.OUTSIDE_WINDOW, award.id, values=values)
    for level in guards.level:
        if not is_reached(level, award):
            values = {"found": _result(level, award), "wanted": level.at_least}
            yield Reason(ReasonCode.LEVEL_TOO_LOW, award.id, values=values)
    if missing := guards.evidence - award.evidence:
        yield Reason(ReasonCode.NO_EVIDENCE, award.id, values={"wanted": ", ".join(sorted(missing))})
    if guards.version is not None and not guards.version.holds(award.number):
        values = {"held": award.number or "-", "wanted": _range(guards.version)}
        yield Reason(ReasonCode.SUPERSEDED, award.id, values=values)
    for guard in guards.endorsed_by:
        if not is_endorsed(guard, award, facts, at, target):
            yield from _not_endorsed(guard, award, facts, at, target)


def _not_endorsed(guard: EndorsedBy, award: Award, facts: Facts, at: Instant, target: Iri | None) -> Iterator[Reason]:
    asked = asked_instant(guard, award, at)
    speaking = {e.endorser for e in endorsements(guard, award, facts, at, target)}
    for e in said(guard, award, facts, target):
        if e.endorser in speaking:
            continue
        if not is_of_version(guard, e, award):
            numbers = {"endorsed": e.number or "-", "held": award.number or "-"}
            yield Reason(ReasonCode.ENDORSED_OTHER_VERSION, award.id, e.id, (e.endorser,), numbers)
        elif e.span.holds(asked):
            yield Reason(ReasonCode.ENDORSER_NOT_ACCREDITED, award.id, e.id, tuple(sorted(guard.accredited_by)))
        else:
            code, values = _lapse(e, asked)
            yield Reason(ReasonCode(f"ENDORSEMENT_{code}"), award.id, e.id, (e.endorser,), values)
    wanted = tuple(sorted(guard.profiles - speaking))
    missing = guard.min_count - len(speaking)
    yield Reason(ReasonCode.NOT_ENDORSED, award.id, wanted=wanted, values={"missing": missing})


def _result(level: Level, award: Award) -> str:
    """Return what the award has under the description that a level asks about."""
    return ", ".join(sorted(each.value for each in award.results if each.description == level.result)) or "-"


def _range(versions: VersionRange) -> str:
    """Return a range of versions for a sentence: `2`, `2+`, `1–3`."""
    first, last = versions.first or 1, versions.last
    return f"{first}+" if last is None else str(first) if first == last else f"{first}–{last}"


def ends(span: Span) -> dict[str, object]:
    """Return the ends of a span for a sentence."""
    return {"since": _open(span.since), "until": _open(span.until)}


def _open(end: Instant) -> str:
    """Return an end of a window for a sentence."""
    return "…" if end in (OPEN_START, OPEN_END) else end


def _lapse(fact: Award | Endorsement, at: Instant) -> tuple[str, dict[str, object]]:
    """Say why a fact does not hold at `at`."""
    if isinstance(fact, Award) and fact.span.holds(at) and (suspension := fact.suspension(at)):
        return "SUSPENDED", {"since": suspension.since}
    if fact.ended is Ended.VOID:
        return "VOID", {"reason": fact.reason or "-"}
    if at < fact.span.since:
        return "NOT_YET_VALID", {"since": fact.span.since}
    if fact.ended is Ended.REVOKED:
        return "REVOKED", {"until": fact.span.until, "reason": fact.reason or "-"}
    return "EXPIRED", {"until": fact.span.until}
