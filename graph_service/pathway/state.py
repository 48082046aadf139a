"""What holds, node by node, while awards come to count and cease to."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter

from graph_service.domain.dates import later_in_japan
from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, OPEN_START, Instant, Span
from graph_service.pathway.assignment import assign
from graph_service.pathway.equivalences import Chain
from graph_service.pathway.facts import Award
from graph_service.pathway.groups import Capped, Demand, Strict, Sum, Tally, Windowed, bits, millionths
from graph_service.pathway.plan import Plan
from graph_service.pathway.scopes import Scope, around

ALWAYS = Span(OPEN_START, OPEN_END)
NEVER = Span(OPEN_END, OPEN_END)


@dataclass(frozen=True, slots=True)
class Counted:
    """An award that counts for a leaf, and by which chain of equivalences.

    `remembered`: it does so no longer by itself, but by what AT_COMPLETION remembers of that instant.
    """

    award: Award
    chain: Chain
    remembered: Instant | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """What orders the awards of one leaf: what is worth most first, then the earliest, then ids."""
        return -self.chain.factor, self.award.awarded_at, self.award.id


order = attrgetter("order")


@dataclass(slots=True)
class _View:
    """What a scope looks at: awards that were made in `between`, of the window that begins at `start`.

    `touched` leaves and `pending` groups (a mask) have yet to be counted again. `made`: when awards were made that may
    ever count for leaves of this scope, in order, with the leaf.
    """

    scope: Scope
    pending: int
    made: list[tuple[Instant, int]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    between: Span = NEVER
    start: Instant | None = None

    def turn(self, between: Span, start: Instant | None) -> None:
        """Look at another span: what was made in one of the two alone is touched, and all scopes inside."""
        if (between, start) == (self.between, self.start):
            return
        for ends in ((self.between.since, between.since), (self.between.until, between.until)):
            first, last = (bisect_left(self.made, (end,)) for end in sorted(ends))
            self.touched.update(leaf for _, leaf in self.made[first:last])
        self.pending |= self.scope.inner
        self.between, self.start = between, start


class State:
    """The state of every node of a plan at one instant after another.

    `put`, `drop` and `waive` say what changes, `settle` counts again what lies above that, and nothing else. Each scope
    keeps the state of the span that it looked at last; the next one is reached by what lies between the two.
    """

    def __init__(self, plan: Plan, pairs: Iterable[tuple[int, Award]]) -> None:
        """`pairs`: the leaves and awards that may ever be `put` together."""
        self.plan = plan
        self.at = OPEN_START
        self.held = 0
        self.values = [0] * len(plan.groups)
        self.counting: list[dict[Iri, Counted]] = [{} for _ in plan.leaves]
        self.assigned: dict[int, Counted] = {}
        self._first = len(plan.leaves)
        self._waived = 0
        self._factors: dict[int, int] = {}
        self._first_held: dict[tuple[int, Instant | None], Instant] = {}
        self._views = {place: _View(scope, scope.groups) for place, scope in plan.scopes.items()}
        for leaf, award in pairs if len(plan.scopes) > 1 else ():
            self._views[plan.places[leaf]].made.append((award.awarded_at, leaf))
        for view in self._views.values():
            view.made.sort()

    # what changes

    def expect(self, leaf: int, award: Award) -> None:
        """From now on `award` may be `put` for a leaf as well."""
        insort(self._views[self.plan.places[leaf]].made, (award.awarded_at, leaf))

    def put(self, leaf: int, counted: Counted) -> None:
        """An award counts for a leaf from now on, or by another chain."""
        self.counting[leaf][counted.award.id] = counted
        self._touch(leaf)

    def drop(self, leaf: int, award: Iri) -> None:
        """An award no longer counts for a leaf."""
        if self.counting[leaf].pop(award, None):
            self._touch(leaf)

    def waive(self, waived: int) -> None:
        """These nodes (a mask) are waived from now on, and no others."""
        changed, self._waived = bits(self._waived ^ waived), waived
        for node in changed:
            if node < self._first:
                self._touch(node)
            else:
                self._wake(node, *around(node, self.plan.places))

    def _touch(self, leaf: int) -> None:
        self._views[self.plan.places[leaf]].touched.add(leaf)
        self._wake(*around(leaf, self.plan.places))

    def _wake(self, *groups: int) -> None:
        for group in groups:
            self._views[self.plan.places[group]].pending |= 1 << group - self._first

    # what can be read

    def holds(self, node: int) -> bool:
        """Tell whether node number `node` is complete."""
        return self.plan.holds(node, self.held, self.values)

    def between(self, place: int | None) -> Span:
        """Return the span in which awards are made that count in the scope of a group; it may be empty."""
        return self._views[place].between

    def first_held(self, after: int) -> Instant | None:
        """Return the first instant at which the prerequisite of a STRICT held, where it stands."""
        return self._first_held.get((after, self._views[self.plan.places[after]].start))

    # what follows

    def settle(self, at: Instant) -> None:
        """Count again what has changed; `at` is the instant that has been reached."""
        self.at = at
        self._look(None, ALWAYS, None)

    def _look(self, place: int | None, between: Span, start: Instant | None) -> None:
        """Count what lies in a scope by the awards of `between` alone."""
        view = self._views[place]
        view.turn(between, start)
        capped = None if place is None else self.plan.groups[place - self._first]
        for leaf, usable in self._shared(capped, view) if isinstance(capped, Capped) else self._usable(view):
            if self._fill(leaf, usable):
                view.pending |= self.plan.wakes[leaf] & view.scope.groups
        view.touched.clear()
        while view.pending:
            group = (view.pending & -view.pending).bit_length() - 1
            view.pending &= view.pending - 1
            value = self._value(group, between, start)
            if value != self.values[group]:
                self.values[group] = value
                view.pending |= self.plan.wakes[self._first + group] & view.scope.groups

    def _usable(self, view: _View) -> Iterator[tuple[int, list[Counted]]]:
        """Yield the leaves that were touched, with the awards that count for them and were made in the view's span."""
        for leaf in view.touched:
            counting = self.counting[leaf].values()
            yield leaf, [each for each in counting if view.between.holds(each.award.awarded_at)]

    def _fill(self, leaf: int, usable: list[Counted]) -> bool:
        """A leaf holds, or does not, by these awards, worth what the best of them is. Tell whether that is new."""
        times, bit = self.plan.leaves[leaf].times, 1 << leaf
        before = self.held & bit, self._factors.pop(leaf, None)
        self.held &= ~bit
        if self._is_waived(leaf):
            self.held |= bit
        elif len(usable) >= times and (times == 1 or len({each.award.day for each in usable}) >= times):
            self.held |= bit
            if (factor := max(each.chain.factor for each in usable)) < 1:
                self._factors[leaf] = millionths(factor)
        return before != (self.held & bit, self._factors.get(leaf))

    def _value(self, group: int, between: Span, start: Instant | None) -> int:
        """Return a group's value when awards of `between` alone may be used; `start`: where the window began."""
        counter, node = self.plan.groups[group], self._first + group
        match counter:
            case Tally():
                pass
            case Strict():
                self._follow(node, counter, between, start)
            case Windowed():
                self._place(node, counter, between)
            case Capped():
                self._look(node, between, start)
            case Sum() if self._factors and not self._is_waived(node):
                return counter.value_with(self.held, self._factors)
        return counter.full if self._is_waived(node) else counter.value(self.held, self.values)

    def _is_waived(self, node: int) -> bool:
        return self._waived >> node & 1 == 1

    def _follow(self, node: int, strict: Strict, between: Span, start: Instant | None) -> None:
        """STRICT: below it only what was awarded at or after the first instant at which the prerequisite held."""
        if self.holds(strict.prerequisite):
            self._first_held.setdefault((node, start), self.at)
        first = self._first_held.get((node, start))
        self._look(node, Span(max(between.since, first), between.until) if first else NEVER, start)

    def _place(self, node: int, window: Windowed, between: Span) -> None:
        """A window lies where most is done within it, the earliest if there are several."""
        best: tuple[Span, Instant | None] = NEVER, None
        most = -1
        for placed in self._windows(window, self.plan.scopes[node], between):
            self._look(node, placed, placed.since)
            if (value := window.value(self.held, self.values)) > most:
                best, most = (placed, placed.since), value
        self._look(node, *best)

    def _windows(self, window: Windowed, scope: Scope, between: Span) -> Iterator[Span]:
        """Yield the windows that begin with an award that counts in them, if they hold one that none before did.

        Where the past matters, what counts no longer may have made something hold in time: then any award will do.
        """

        def placed(start: Instant) -> Span:
            end = later_in_japan(start, months=window.length.months, days=window.length.days)
            return Span(start, min(end, between.until))

        counting = {each.award.awarded_at for leaf in scope.below for each in self.counting[leaf].values()}
        made = sorted(moment for moment in counting if between.holds(moment))
        seen = 0
        for start in made:
            found = placed(start)
            last = bisect_left(made, found.until)
            if last > seen or self.plan.looks_back:
                yield found
            seen = last
        if self.plan.looks_back:
            views = {self.plan.places[leaf] for leaf in scope.below}
            others = {moment for view in views for moment, _ in self._views[view].made} - counting
            yield from map(placed, sorted(moment for moment in others if between.holds(moment)))

    def _shared(self, capped: Capped, view: _View) -> Iterator[tuple[int, list[Counted]]]:
        """Yield the leaves below an award cap, each with the award assigned to it; what is waived needs none."""
        if not view.touched and not view.pending:
            return
        view.touched.update(view.scope.leaves)
        usable = {leaf: {each.award.id: each for each in found} for leaf, found in self._usable(view)}
        made = {each.award.id: each.award.awarded_at for found in usable.values() for each in found.values()}
        awards = sorted(made, key=lambda award: (made[award], award))
        number = {award: i for i, award in enumerate(awards)}
        open_ = (leaf for leaf in usable if not self._is_waived(leaf))
        fits = {leaf: sorted(number[award] for award in usable[leaf]) for leaf in open_}
        assigned = assign(list(self._demands(capped)), fits, capped.cap)
        self.assigned = {leaf: each for leaf, each in self.assigned.items() if leaf not in usable}
        self.assigned |= {leaf: usable[leaf][awards[award]] for leaf, award in assigned.items()}
        for leaf in usable:
            yield leaf, [self.assigned[leaf]] if leaf in assigned else []

    def _demands(self, capped: Capped) -> Iterator[Demand]:
        """Yield what is demanded besides what is waived."""
        for demand in capped.demands:
            waived = sum(self._is_waived(leaf) for leaf in demand.leaves)
            count = 0 if self._is_waived(demand.node) else max(0, demand.count - waived)
            yield replace(demand, count=count)
