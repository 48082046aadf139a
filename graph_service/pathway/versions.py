"""Under which version of a pathway a learner is judged. Pure: what a learner has done under a version is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph_service.domain.endorsement import Ended
from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Instant, Span, later
from graph_service.pathway.counting import reach
from graph_service.pathway.evaluate import Completion, CompletionState
from graph_service.pathway.facts import Facts
from graph_service.pathway.plan import Plan

_ORDER = (CompletionState.NOT, CompletionState.DEPENDS, CompletionState.COMPLETE)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: open to all until `closed_from`, and until its `span` ends to those who began before."""

    id: Iri
    number: int
    digest: str
    span: Span
    closed_from: Instant = OPEN_END


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A learner's enrolment in a pathway; `version` is the one that a PINNED one names."""

    policy: Policy
    span: Span
    version: Iri | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one learner under one version.

    `began` is when the learner first earned, or was spared, something that the version asks for: `began_at`.
    """

    began: Callable[[Version], Instant | None]
    ever_complete: Callable[[Version, Instant], Instant | None]
    completion: Callable[[Version], Completion]


def began_at(plan: Plan, facts: Facts) -> Instant | None:
    """Return when the first award was made that a version accepts, or the first waiver began that it knows.

    Nothing is complete before: who had completed a version had begun it.
    """
    reached = reach(plan, facts.equivalences)
    awards = (each.awarded_at for each in facts.awards if each.ended is not Ended.VOID and reached.leaves(each))
    waivers = (each.span for each in facts.waivers if each.node in plan.waivable)
    return min((*awards, *(span.since for span in waivers if span.since < span.until)), default=None)


def in_force(enrolments: Sequence[Enrolment], at: Instant) -> Enrolment | None:
    """Return the enrolment in force at `at`: there is at most one."""
    return next((each for each in enrolments if each.span.holds(at)), None)


def judged_until(version: Version, at: Instant) -> Instant:
    """Return the last instant up to `at` at which something could be completed under a version."""
    return min(at, later(version.span.until, seconds=-1))


def open_to(version: Version, enrolments: Sequence[Enrolment], record: Record, at: Instant) -> bool:
    """Tell whether a version is published at `at` and, if it was closed by then, whether the learner began before."""
    if at < version.closed_from:
        return version.span.since <= at
    if any(each.span.since < version.closed_from for each in enrolments):
        return True
    began = record.began(version)
    return began is not None and began < version.closed_from


def candidates(
    versions: Sequence[Version], enrolments: Sequence[Enrolment], record: Record, at: Instant
) -> list[Version]:
    """Return the versions that a learner may be judged under at `at`, oldest first: those that are open to them.

    One that has ended is a candidate to those alone who had completed it before.
    """
    found = [each for each in versions if each.span.since <= at and open_to(each, enrolments, record, at)]
    return [
        each for each in found if at < each.span.until or record.ever_complete(each, judged_until(each, at)) is not None
    ]


def choose(versions: Sequence[Version], enrolments: Sequence[Enrolment], record: Record, at: Instant) -> Version:
    """Return the version that a learner is judged under at `at`; `versions` are all that were published, oldest first.

    PINNED: the one that the enrolment names, until it ends; then as if not enrolled. LATEST: the newest candidate.
    BEST_OF, also of who is not enrolled: the candidate that is complete rather than one that may be, rather than one
    that is not; then the one with most progress; then the newest. Without a candidate it is the newest of all.
    """
    enrolment = in_force(enrolments, at)
    policy = enrolment.policy if enrolment else Policy.BEST_OF
    if policy is Policy.PINNED:
        pinned = [each for each in versions if enrolment and each.id == enrolment.version and at < each.span.until]
        if pinned:
            return pinned[0]
    found = candidates(versions, enrolments, record, at) or versions[-1:]
    if policy is Policy.LATEST or len(found) == 1:
        return found[-1]
    return max(found, key=lambda version: (*_rank(record.completion(version)), version.number))


def first_complete(
    versions: Sequence[Version], chosen: Version, enrolments: Sequence[Enrolment], record: Record, at: Instant
) -> tuple[Instant, Version] | None:
    """Return when a learner first completed `chosen`, or any version that was ever open to them, up to its end.

    With the version; `chosen` rather than another one that was complete at the same instant.
    """
    found = []
    for version in versions:
        until = judged_until(version, at)
        if version == chosen or (version.span.since <= at and open_to(version, enrolments, record, until)):
            first = record.ever_complete(version, until)
            found += [(first, version)] if first else []
    return min(found, key=lambda each: (each[0], each[1] != chosen, each[1].number), default=None)


def _rank(completion: Completion) -> tuple[int, object]:
    return _ORDER.index(completion.state), completion.progress
