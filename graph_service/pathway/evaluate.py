"""How far one learner is on one pathway at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span
from graph_service.pathway.facts import Facts, Waiver
from graph_service.pathway.guards import counts
from graph_service.pathway.plan import Plan
from graph_service.pathway.state import Counted, State, order
from graph_service.pathway.sweep import Sweep, standing


class CompletionState(StrEnum):
    """Whether the root holds."""

    COMPLETE = "COMPLETE"
    NOT = "NOT"
    DEPENDS = "DEPENDS"  # on facts that could not be checked


@dataclass(frozen=True)
class Completion:
    """The state of every node of `plan` at `at`, for one learner, by `facts`: all that could be checked.

    `held` has one bit for each leaf that holds, `values` one number for each group, out of its `full`.
    """

    plan: Plan
    at: Instant
    held: int
    values: tuple[int, ...]
    facts: Facts
    _swept: State | None = field(default=None, repr=False, compare=False)
    _upper: Completion | None = field(default=None, repr=False)

    @property
    def state(self) -> CompletionState:
        """COMPLETE or NOT, at `at`; DEPENDS if what could not be checked would make it complete."""
        if self.holds(self.plan.root):
            return CompletionState.COMPLETE
        return CompletionState.DEPENDS if self.upper.holds(self.plan.root) else CompletionState.NOT

    @property
    def progress(self) -> Fraction:
        """The value of the root: 1 exactly if it is complete."""
        return self.value(self.plan.root)

    @property
    def upper(self) -> Completion:
        """What it would be if all that could not be checked were true; mostly this one."""
        return self._upper or self

    def value(self, node: int) -> Fraction:
        """Return how much of node number `node` is done, 0 to 1.

        A leaf has 1 or 0; AtLeast(n) the sum of the n largest values of its parts, divided by n; Credits what is
        earned of the threshold; After as much as all that it asks for; a Window what its part has in the best
        window; a Ref what the root of its version has.
        """
        group = node - len(self.plan.leaves)
        if group < 0:
            return Fraction(self.held >> node & 1)
        return Fraction(self.values[group], self.plan.groups[group].full)

    def holds(self, node: int) -> bool:
        """Tell whether node number `node` is complete."""
        return self.plan.holds(node, self.held, self.values)

    # how it came about, for `explain`; worked out when somebody asks

    @cached_property
    def reading(self) -> State:
        """The state with the awards that count, windows and assignments."""
        return self._swept or standing(self.plan, self.facts, self.at)

    def counting(self, leaf: int) -> tuple[Counted, ...]:
        """Return the awards that count for a leaf, whatever scope it lies in: worth most first, then earliest."""
        return tuple(sorted(self.reading.counting[leaf].values(), key=order))

    def between(self, place: int | None) -> Span:
        """Return the span in which an award must be made to count in the scope of a group; None: in no scope.

        It is empty if there is none: no window can begin, or a prerequisite has never held.
        """
        return self.reading.between(place)

    def first_held(self, after: int) -> Instant | None:
        """Return when the prerequisite of a STRICT first held, if it ever did."""
        return self.reading.first_held(after)

    def witnesses(self, leaf: int) -> tuple[Counted, ...]:
        """Return the awards that fill a leaf, or do so in part: one a day, as many as it asks for.

        Under an award cap it is the one that was assigned to the leaf.
        """
        if self.plan.is_shared_out(leaf):
            return (self.reading.assigned[leaf],) if leaf in self.reading.assigned else ()
        span, times = self.between(self.plan.places[leaf]), self.plan.leaves[leaf].times
        usable = [each for each in self.counting(leaf) if span.holds(each.award.awarded_at)]
        if times == 1:
            return tuple(usable[:1])
        by_day: dict[str, Counted] = {}
        for each in usable:
            by_day.setdefault(each.award.day, each)
        return tuple(by_day.values())[:times]

    @cached_property
    def filled(self) -> Mapping[tuple[int | None, Iri], int]:
        """The leaf that an award fills below a group with an award cap, by both; the first, if it fills several."""
        leaves: dict[tuple[int | None, Iri], int] = {}
        for leaf in sorted(self.reading.assigned):
            leaves.setdefault((self.plan.places[leaf], self.reading.assigned[leaf].award.id), leaf)
        return leaves

    def waived(self, node: int) -> Waiver | None:
        """Return the waiver in force for a node, the earliest if there are several."""
        found = [
            each
            for each in self.facts.waivers
            if self.plan.waivable.get(each.node) == node and each.span.holds(self.at)
        ]
        return min(found, key=lambda waiver: (waiver.span.since, waiver.id), default=None)


@dataclass(frozen=True, slots=True)
class History:
    """`ever_complete` is the first instant at which the root held, None if it never did."""

    ever_complete: Instant | None
    currently_complete: bool


def evaluate(plan: Plan, facts: Facts, at: Instant) -> Completion:
    """Return the state and progress of one learner at `at`. Total: there are no errors.

    Only spans and instants of the facts are read, so a question about an earlier instant is answered as it
    was answered then, except for what turned out to be void. One pass over awards, nodes and their parts, and one more
    if something could not be checked; a plan that looks back (AT_COMPLETION, STRICT) is swept up to `at`.
    """
    known = facts.verified
    found = _evaluate(plan, known, at)
    return found if known is facts else replace(found, _upper=_evaluate(plan, facts, at))


def history(plan: Plan, facts: Facts, at: Instant) -> History:
    """Return when the pathway was first complete, up to `at`, and whether it is at `at`.

    More facts never undo anything, so whatever holds began to hold when some fact did. What could not be checked does
    not count.
    """
    sweep = Sweep(plan, facts.verified, at)
    first = next((moment for moment in sweep.run() if sweep.state.holds(plan.root)), None)
    current = first is not None and evaluate(plan, facts, at).state is CompletionState.COMPLETE
    return History(first, current)


def depends_on(plan: Plan, facts: Facts, completion: Completion) -> tuple[Iri, ...]:
    """Return what could not be checked and would together make it complete; nothing if it is complete, or would not be.

    None of them could be spared. Where there is a choice, the earliest facts are named, then the least ids.
    """
    if completion.state is not CompletionState.DEPENDS:
        return ()
    doubtful = facts.unverified
    needed = sorted(doubtful, key=lambda fact: (doubtful[fact], fact))
    for fact in reversed(tuple(needed)):
        fewer = [each for each in needed if each != fact]
        if _evaluate(plan, facts.without(doubtful.keys() - fewer), completion.at).holds(plan.root):
            needed = fewer
    return tuple(needed)


def percent(progress: Fraction) -> int:
    """Return whole percent, rounded down: 100 only for what is complete."""
    return progress.numerator * 100 // progress.denominator


def _evaluate(plan: Plan, facts: Facts, at: Instant) -> Completion:
    if plan.looks_back:
        state = Sweep(plan, facts, at).end()
    elif not plan.is_plain or facts.waivers or (facts.equivalences and plan.trusting):
        state = standing(plan, facts, at)
    else:
        held = _holding(plan, facts, at)
        return Completion(plan, at, held, plan.values(held), facts)
    return Completion(plan, at, state.held, tuple(state.values), facts, state)


def _holding(plan: Plan, facts: Facts, at: Instant) -> int:
    """Return the mask of the leaves that hold at `at`, where nothing but awards of their targets matters."""
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
