"""Whether one award counts for one leaf at one instant. Why it does not, `reasons` says."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from graph_service.domain.endorsement import Kind, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import COUNTING_STANDINGS, EndorsedBy, Guards, Leaf, Level, ValidAt, Versions, When
from graph_service.domain.time import Instant
from graph_service.pathway.facts import Award, Endorsement, Facts, Result

# Looking a member up in its enumeration costs more than the whole test in Python 3.11.
_VALID_AT_AWARD = ValidAt.AT_AWARD
_AT_AWARD = When.AT_AWARD
_ANY = Versions.ANY
_ACHIEVEMENT = TargetType.ACHIEVEMENT
_AWARD = TargetType.AWARD
_ACCREDIT = Kind.ACCREDIT


def counts(leaf: Leaf, award: Award, facts: Facts, at: Instant, target: Iri | None = None) -> bool:  # noqa: PLR0911
    """Tell whether `award` counts for `leaf` at the instant `at`.

    It is of one of the leaf's targets or, under an equivalence, stands for `target`, which is one.

    Nothing counts before it was awarded, and never what is void. Under `validAt` NOW an award counts while
    its span holds; under AT_AWARD from the first instant at which it is both awarded and valid, for good,
    even if it expires or is revoked later. AT_COMPLETION is NOW here: what it adds depends on the whole
    pathway, so `sweep` remembers it.
    """
    guards = leaf.guards
    if not is_valid(guards, award, at):
        return False
    if guards.issued_by is not None and award.issuer not in guards.issued_by:
        return False
    if guards.awarded_between is not None and not guards.awarded_between.holds(award.awarded_at):
        return False
    if guards.level and not all(is_reached(level, award) for level in guards.level):
        return False
    if not guards.evidence <= award.evidence:
        return False
    if guards.version is not None and not guards.version.holds(award.number):
        return False
    for guard in guards.endorsed_by:  # noqa: SIM110 (all(…) costs more than most leaves' whole test)
        if not is_endorsed(guard, award, facts, at, target):
            return False
    return True


def is_valid(guards: Guards, award: Award, at: Instant) -> bool:
    """Tell whether the award was made by then and is valid at the instant that `validAt` means."""
    asked = award.since if guards.valid_at is _VALID_AT_AWARD else at
    if award.suspensions and award.suspension(asked):
        return False
    return award.awarded_at <= at and asked <= at and award.span.holds(asked)


# results


def is_reached(level: Level, award: Award) -> bool:
    """Tell whether some result of the award is `at_least` the level that is asked for."""
    return any(each.description == level.result and _is_at_least(each, level.at_least) for each in award.results)


def _is_at_least(result: Result, bound: str) -> bool:
    """Compare by the order of the scale (OB 3.0 §B.1.20), without one by number; what is on neither is too low."""
    if result.scale:
        known = result.value in result.scale and bound in result.scale
        return known and result.scale.index(result.value) >= result.scale.index(bound)
    try:
        value, least = Decimal(result.value), Decimal(bound)
    except InvalidOperation:
        return False
    return value.is_finite() and least.is_finite() and value >= least


# endorsements


def is_endorsed(guard: EndorsedBy, award: Award, facts: Facts, at: Instant, target: Iri | None = None) -> bool:
    """Tell whether enough endorsers speak for the award."""
    return len({e.endorser for e in endorsements(guard, award, facts, at, target)}) >= guard.min_count


def endorsements(
    guard: EndorsedBy, award: Award, facts: Facts, at: Instant, target: Iri | None = None
) -> list[Endorsement]:
    """Return the endorsements that speak for `award` as `guard` asks, in force at the instant it asks about.

    That is `at` or, under `when` AT_AWARD, `awarded_at`: the date that survives re-issue. What speaks for an
    achievement that the award stands for does so whatever version it names: an equivalence names none.
    """
    asked = asked_instant(guard, award, at)
    return [
        e
        for e in said(guard, award, facts, target)
        if e.span.holds(asked)
        and (e.number == award.number or is_of_version(guard, e, award))
        and (not guard.accredited_by or is_accredited(guard, e.endorser, facts, asked))
    ]


def asked_instant(guard: EndorsedBy, award: Award, at: Instant) -> Instant:
    """Return the instant at which an endorsement must be in force."""
    return award.awarded_at if guard.when is _AT_AWARD else at


def said(guard: EndorsedBy, award: Award, facts: Facts, target: Iri | None = None) -> list[Endorsement]:
    """Return what the right endorsers say of the right target, of whatever version and time."""
    if guard.on is _AWARD:
        found = award.endorsements
    else:
        found = facts.endorsements.get(award.achievement if guard.on is _ACHIEVEMENT else award.issuer, ())
        if target is not None and target != award.achievement and guard.on is _ACHIEVEMENT:
            found += facts.endorsements.get(target, ())
    by, kinds, standings = guard.profiles, guard.kinds, guard.standings
    return [e for e in found if e.endorser in by and e.kind in kinds and e.standing in standings]


def is_of_version(guard: EndorsedBy, endorsement: Endorsement, award: Award) -> bool:
    """Tell whether an endorsement speaks for the version that was awarded; mostly of that one alone.

    Versions are about the achievement that was awarded, and about nothing else that may be endorsed.
    """
    return (
        endorsement.number == award.number
        or guard.versions is _ANY
        or guard.on is not _ACHIEVEMENT
        or endorsement.target != award.achievement
    )


def is_accredited(guard: EndorsedBy, endorser: Iri, facts: Facts, asked: Instant) -> bool:
    """Tell whether one of those whom the guard names for it accredits the endorser; if it names none, always."""
    return not guard.accredited_by or any(e.span.holds(asked) for e in accreditations(guard, endorser, facts))


def accreditations(guard: EndorsedBy, endorser: Iri, facts: Facts) -> list[Endorsement]:
    """Return the accreditations of an endorser that the guard would take, of whatever time."""
    return [
        e
        for e in facts.endorsements.get(endorser, ())
        if e.kind is _ACCREDIT and e.endorser in guard.accredited_by and e.standing in COUNTING_STANDINGS
    ]


def turns(leaf: Leaf, award: Award, facts: Facts, target: Iri | None = None) -> Iterator[Instant]:
    """Yield the instants at which `counts` may change its answer; between two of them it stays."""
    yield award.since
    if leaf.guards.valid_at is not _VALID_AT_AWARD:
        yield award.span.until
        for suspension in award.suspensions:
            yield from (suspension.since, suspension.until)
    for guard in leaf.guards.endorsed_by:
        if guard.when is _AT_AWARD:
            continue
        for endorsement in said(guard, award, facts, target):
            yield from (endorsement.span.since, endorsement.span.until)
            for each in accreditations(guard, endorsement.endorser, facts) if guard.accredited_by else ():
                yield from (each.span.since, each.span.until)
