"""How far one learner is on one pathway at one instant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from graph_service.domain.time import Instant
from graph_service.pathway.facts import Facts
from graph_service.pathway.guards import counts
from graph_service.pathway.plan import Plan


class CompletionState(StrEnum):
    """Whether the root holds."""

    COMPLETE = "COMPLETE"
    NOT = "NOT"


@dataclass(frozen=True, slots=True)
class Completion:
    """The state of every node of `plan` at `at`, for one learner.

    `held` has one bit for each leaf that holds, `values` one number for each group, out of its `full`.
    `remembered` says for leaves under AT_COMPLETION when they first held while their pathway was complete.
    """

    plan: Plan
    at: Instant
    held: int
    values: tuple[int, ...]
    remembered: Mapping[int, Instant]

    @property
    def state(self) -> CompletionState:
        """COMPLETE or NOT, at `at`."""
        return CompletionState.COMPLETE if self.holds(self.plan.root) else CompletionState.NOT

    @property
    def progress(self) -> Fraction:
        """The value of the root: 1 exactly if it is complete."""
        return self.value(self.plan.root)

    def value(self, node: int) -> Fraction:
        """Return how much of node number `node` is done, 0 to 1.

        A leaf has 1 or 0; AtLeast(n) the sum of the n largest values of its parts, divided by n; Credits what is
        earned of the threshold; a Ref what the root of its version has.
        """
        group = node - len(self.plan.leaves)
        if group < 0:
            return Fraction(self.held >> node & 1)
        return Fraction(self.values[group], self.plan.groups[group].full)

    def holds(self, node: int) -> bool:
        """Tell whether node number `node` is complete."""
        return self.plan.holds(node, self.held, self.values)


@dataclass(frozen=True, slots=True)
class History:
    """`ever_complete` is the first instant at which the root held, None if it never did."""

    ever_complete: Instant | None
    currently_complete: bool


def evaluate(plan: Plan, facts: Facts, at: Instant) -> Completion:
    """Return the state and progress of one learner at `at`. Total: there are no errors.

    Only spans and instants of the facts are read, so a question about an earlier instant is answered as it
    was answered then, except for what turned out to be void. One pass over awards, nodes and their parts; a
    plan with leaves under AT_COMPLETION takes one more for each instant at which something began.
    """
    held = _holding(plan, facts, at)
    remembered: dict[int, Instant] = {}
    if plan.memories:
        for moment, _, kept in _story(plan, facts, at):
            for leaf in _bits(kept):
                remembered.setdefault(leaf, moment)
        held |= sum(1 << leaf for leaf in remembered)
    return Completion(plan, at, held, plan.values(held), remembered)


def history(plan: Plan, facts: Facts, at: Instant) -> History:
    """Return when the pathway was first complete, up to `at`, and whether it is at `at`."""
    first = next((moment for moment, complete, _ in _story(plan, facts, at) if complete), None)
    current = first is not None and evaluate(plan, facts, at).state is CompletionState.COMPLETE
    return History(first, current)


def percent(progress: Fraction) -> int:
    """Return whole percent, rounded down: 100 only for what is complete."""
    return progress.numerator * 100 // progress.denominator


def _holding(plan: Plan, facts: Facts, at: Instant) -> int:
    """Return the mask of the leaves that hold at `at`, without what AT_COMPLETION remembers."""
    held = 0
    days: dict[int, set[str]] = {}
    for award in facts.awards:
        for number in plan.accepts.get(award.achievement, ()):
            leaf = plan.leaves[number]
            if held >> number & 1 or not counts(leaf, award, facts, at):
                continue
            if leaf.times > 1:
                days.setdefault(number, set()).add(award.day)
                if len(days[number]) < leaf.times:
                    continue
            held |= 1 << number
    return held


def _story(plan: Plan, facts: Facts, at: Instant) -> Iterator[tuple[Instant, bool, int]]:
    """Yield the instants up to `at` at which something began: whether the root held, and the leaves kept by then.

    More facts never undo anything, so whatever holds began to hold when some fact began: the instants between
    need not be asked, nor those before the learner had badges enough, guards and ends aside. A leaf under
    AT_COMPLETION that held while the root of its version did is kept: it holds from then on.
    """
    moments = _beginnings(plan, facts, at)
    enough = bisect_left(moments, 1, key=lambda moment: _may_hold(plan, _ever_held(plan, facts, moment)))
    kept = 0
    for moment in moments[enough:]:
        held = _holding(plan, facts, moment) | kept
        values = plan.values(held)
        for memory in plan.memories:
            if plan.holds(memory.root, held, values):
                kept |= held & memory.leaves
        yield moment, plan.holds(plan.root, held, values), kept


def _may_hold(plan: Plan, held: int) -> bool:
    """Tell whether the root, or one under which something is remembered, is complete when these leaves hold."""
    values = plan.values(held)
    return any(plan.holds(root, held, values) for root in (plan.root, *(memory.root for memory in plan.memories)))


def _ever_held(plan: Plan, facts: Facts, at: Instant) -> int:
    """Return the mask of the leaves that may have held by then: some award for them had been made."""
    held = 0
    for award in facts.awards:
        if award.awarded_at <= at:
            for number in plan.accepts.get(award.achievement, ()):
                held |= 1 << number
    return held


def _beginnings(plan: Plan, facts: Facts, at: Instant) -> list[Instant]:
    """Return the instants up to `at` at which an award or an endorsement that may matter began, in order."""
    moments: set[Instant] = set()
    for award in facts.awards:
        if award.achievement in plan.accepts:
            moments.add(award.since)
            for target in (award.achievement, award.issuer):
                moments.update(e.span.since for e in facts.endorsements.get(target, ()))
            moments.update(e.span.since for e in award.endorsements)
    return sorted(moment for moment in moments if moment <= at)


def _bits(mask: int) -> Iterator[int]:
    return (position for position in range(mask.bit_length()) if mask >> position & 1)
