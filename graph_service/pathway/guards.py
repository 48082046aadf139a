"""Whether one award counts for one leaf at one instant, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graph_service.domain.endorsement import Ended, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import EndorsedBy, Guards, Leaf, ValidAt, Versions, When
from graph_service.domain.time import OPEN_END, OPEN_START, Instant
from graph_service.pathway.facts import Award, Endorsement, Facts

# Looking a member up in its enumeration costs more than the whole test in Python 3.11.
_VALID_AT_AWARD = ValidAt.AT_AWARD
_AT_AWARD = When.AT_AWARD
_ANY = Versions.ANY
_ACHIEVEMENT = TargetType.ACHIEVEMENT
_AWARD = TargetType.AWARD


def counts(leaf: Leaf, award: Award, facts: Facts, at: Instant) -> bool:
    """Tell whether `award`, which is of one of the leaf's targets, counts for `leaf` at the instant `at`.

    Nothing counts before it was awarded, and never what is void. Under `validAt` NOW an award counts while
    its span holds; under AT_AWARD from the first instant at which it is both awarded and valid, for good,
    even if it expires or is revoked later. AT_COMPLETION is NOW here: what it adds depends on the whole
    pathway, so `evaluate` remembers it.
    """
    guards = leaf.guards
    if not _is_valid(guards, award, at):
        return False
    if guards.issued_by is not None and award.issuer not in guards.issued_by:
        return False
    if guards.awarded_between is not None and not guards.awarded_between.holds(award.awarded_at):
        return False
    for guard in guards.endorsed_by:  # noqa: SIM110 (all(…) costs more than most leaves' whole test)
        if not _is_endorsed(guard, award, facts, at):
            return False
    return True


def endorsements(guard: EndorsedBy, award: Award, facts: Facts, at: Instant) -> list[Endorsement]:
    """Return the endorsements that speak for `award` as `guard` asks, in force at the instant it asks about.

    That is `at` or, under `when` AT_AWARD, `awarded_at`: the date that survives re-issue.
    """
    asked = _asked(guard, award, at)
    any_version = _any_version(guard)
    return [
        e for e in _wanted(guard, award, facts) if (any_version or e.number == award.number) and e.span.holds(asked)
    ]


def _is_valid(guards: Guards, award: Award, at: Instant) -> bool:
    asked = award.since if guards.valid_at is _VALID_AT_AWARD else at
    return award.awarded_at <= at and asked <= at and award.span.holds(asked)


def _is_endorsed(guard: EndorsedBy, award: Award, facts: Facts, at: Instant) -> bool:
    return len({e.endorser for e in endorsements(guard, award, facts, at)}) >= guard.min_count


def _asked(guard: EndorsedBy, award: Award, at: Instant) -> Instant:
    return award.awarded_at if guard.when is _AT_AWARD else at


def _wanted(guard: EndorsedBy, award: Award, facts: Facts) -> list[Endorsement]:
    """Return what the right endorsers say of the right target, of whatever version and time."""
    if guard.on is _AWARD:
        said = award.endorsements
    else:
        said = facts.endorsements.get(award.achievement if guard.on is _ACHIEVEMENT else award.issuer, ())
    return [e for e in said if e.endorser in guard.profiles and e.kind in guard.kinds and e.standing in guard.standings]


def _any_version(guard: EndorsedBy) -> bool:
    """Tell whether versions do not matter; else one of version v speaks for awards of version v."""
    return guard.versions is _ANY or guard.on is not _ACHIEVEMENT


class ReasonCode(StrEnum):
    """Why a leaf is open, the nearest misses first."""

    TOO_FEW_TIMES = "TOO_FEW_TIMES"
    ENDORSEMENT_NOT_YET_VALID = "ENDORSEMENT_NOT_YET_VALID"
    ENDORSED_OTHER_VERSION = "ENDORSED_OTHER_VERSION"
    ENDORSEMENT_EXPIRED = "ENDORSEMENT_EXPIRED"
    ENDORSEMENT_REVOKED = "ENDORSEMENT_REVOKED"
    ENDORSEMENT_VOID = "ENDORSEMENT_VOID"
    NOT_ENDORSED = "NOT_ENDORSED"
    WRONG_ISSUER = "WRONG_ISSUER"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    REVOKED = "REVOKED"
    VOID = "VOID"
    NOT_HELD = "NOT_HELD"


DISTANCE = {code: place for place, code in enumerate(ReasonCode)}
"""How far from holding each reason is."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a leaf is open. Ids are fields, so that whoever shows it can put names.

    `award` is the near miss (none for NOT_HELD), `wanted` the profiles of which one or more would mend it,
    `values` the rest of what a sentence needs.
    """

    code: ReasonCode
    award: Iri | None = None
    endorsement: Iri | None = None
    wanted: tuple[Iri, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)


def reasons(leaf: Leaf, award: Award, facts: Facts, at: Instant) -> list[Reason]:
    """Return all that keeps `award` from counting for `leaf` at `at`, nearest first; empty if it counts."""
    found = _reasons(leaf, award, facts, at)
    return sorted(found, key=lambda reason: (DISTANCE[reason.code], reason.endorsement or ""))


def _reasons(leaf: Leaf, award: Award, facts: Facts, at: Instant) -> Iterator[Reason]:
    guards = leaf.guards
    if not _is_valid(guards, award, at):
        asked = min(at, award.since) if guards.valid_at is _VALID_AT_AWARD else at
        code, values = _lapse(award, asked)
        yield Reason(ReasonCode(code), award.id, values=values)
    if (issuers := guards.issued_by) is not None and award.issuer not in issuers:
        yield Reason(ReasonCode.WRONG_ISSUER, award.id, wanted=tuple(sorted(issuers)), values={"found": award.issuer})
    if (window := guards.awarded_between) is not None and not window.holds(award.awarded_at):
        values = {"found": award.awarded_at, "since": _open(window.since), "until": _open(window.until)}
        yield Reason(ReasonCode.OUTSIDE_WINDOW, award.id, values=values)
    for guard in guards.endorsed_by:
        if not _is_endorsed(guard, award, facts, at):
            yield from _not_endorsed(guard, award, facts, at)


def _not_endorsed(guard: EndorsedBy, award: Award, facts: Facts, at: Instant) -> Iterator[Reason]:
    speaking = {e.endorser for e in endorsements(guard, award, facts, at)}
    for e in _wanted(guard, award, facts):
        if e.endorser in speaking:
            continue
        if _any_version(guard) or e.number == award.number:
            code, values = _lapse(e, _asked(guard, award, at))
            yield Reason(ReasonCode(f"ENDORSEMENT_{code}"), award.id, e.id, (e.endorser,), values)
        else:
            values = {"endorsed": e.number or "-", "held": award.number or "-"}
            yield Reason(ReasonCode.ENDORSED_OTHER_VERSION, award.id, e.id, (e.endorser,), values)
    wanted = tuple(sorted(guard.profiles - speaking))
    missing = guard.min_count - len(speaking)
    yield Reason(ReasonCode.NOT_ENDORSED, award.id, wanted=wanted, values={"missing": missing})


def _open(end: Instant) -> str:
    """Return an end of a window for a sentence."""
    return "…" if end in (OPEN_START, OPEN_END) else end


def _lapse(fact: Award | Endorsement, at: Instant) -> tuple[str, dict[str, object]]:
    """Say why a fact does not hold at `at`."""
    if fact.ended is Ended.VOID:
        return "VOID", {"reason": fact.reason or "-"}
    if at < fact.span.since:
        return "NOT_YET_VALID", {"since": fact.span.since}
    if fact.ended is Ended.REVOKED:
        return "REVOKED", {"until": fact.span.until, "reason": fact.reason or "-"}
    return "EXPIRED", {"until": fact.span.until}
