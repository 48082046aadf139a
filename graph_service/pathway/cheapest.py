"""The fewest further awards that would complete a pathway.

To find them is NP-hard where one award fills several places (set cover). So a plan is made of the cheapest parts of
each group, and what it does not need is taken out again. A bound from below tells whether it is the cheapest; small
pathways are searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from graph_service.domain.iri import Iri
from graph_service.domain.time import Span, later
from graph_service.pathway.evaluate import evaluate
from graph_service.pathway.facts import Award
from graph_service.pathway.groups import Capped, Sum, Windowed, bits
from graph_service.pathway.remainder import Remainder, Step
from graph_service.pathway.state import Counted, State

MOST_LEAVES = 20
"""So many open leaves are searched for the cheapest plan."""
MOST_CHOICES = 2_000
"""So many choices are looked at in a search."""
MOST_WORK = 300_000
"""How long the engine is asked at most, in microseconds of a slow machine; then what is known by then is the answer."""

AWARD = 10**6
"""What one award costs. Shares of it are rounded down: a bound from below stays one."""
NEVER = 10**18
"""The cost of what cannot be done any more."""


Plan = Sequence[Step]


def cheapest(of: Remainder) -> tuple[Plan, bool] | None:
    """Return steps that complete the pathway together, and whether no fewer awards do; None if none do.

    They are an estimate from above if fewer awards may do.
    """
    if of.holding >> of.plan.root & 1:
        return (), True
    prices = Prices(of, of.steps)
    plan = _needed(of, prices)
    if plan is None:
        return None
    if not of.is_exact or awards(plan) <= prices.least:
        return plan, of.is_exact
    return _searched(of, plan) if len(of.leaves) <= MOST_LEAVES else (plan, False)


def awards(plan: Plan) -> int:
    """Return how many awards a plan takes."""
    return sum(len(step.days) for step in plan)


class Prices:
    """What each open node costs once the leaves of `filled` are, and which parts of a group are the cheapest.

    As if no two parts shared anything; but a step that fills several places is paid for by all of them together, so
    nothing costs less in fact.
    """

    def __init__(self, of: Remainder, steps: Iterable[Step], filled: int = 0) -> None:
        """`steps`: what may be used."""
        self._of = of
        self._filled = filled
        self._cost: dict[int, int] = {}
        self._parts: dict[int, Sequence[int]] = {}
        for step in steps:
            leaves = bits(step.filled)
            share = len(step.days) * AWARD // (sum(of.uses[leaf] for leaf in leaves) or 1)
            self._cost |= {leaf: min(share, self._cost.get(leaf, NEVER)) for leaf in leaves}
        for group in of.groups:
            counter = of.plan.groups[group - len(of.plan.leaves)]
            self._cost[group], self._parts[group] = (
                self._bought(counter) if isinstance(counter, Sum) else self._fewest(*of.needs(group))
            )

    def cost(self, node: int) -> int:
        """Return what a node costs."""
        return 0 if self._holds(node) else self._cost.get(node, NEVER)

    @property
    def least(self) -> int:
        """So many awards are needed at least."""
        return -(-self.cost(self._of.plan.root) // AWARD)

    @property
    def leaves(self) -> int:
        """The mask of the leaves to be filled: of the cheapest parts of each group."""
        waiting, seen = [self._of.plan.root], 0
        while waiting:
            node = waiting.pop()
            if not seen >> node & 1 and self.cost(node) < NEVER:
                seen |= 1 << node
                waiting += self._parts.get(node, ())
        return seen & (1 << len(self._of.plan.leaves)) - 1

    def _holds(self, node: int) -> bool:
        return (self._of.holding | self._filled) >> node & 1 == 1

    def _fewest(self, count: int, parts: Sequence[int]) -> tuple[int, Sequence[int]]:
        open_ = [part for part in parts if not self._holds(part)]
        chosen = sorted(open_, key=self.cost)[: max(0, count - len(parts) + len(open_))]
        return sum(map(self.cost, chosen)), chosen

    def _bought(self, counter: Sum) -> tuple[int, Sequence[int]]:
        """Return the leaves that bring most credits for what they cost; of the last one only a share is paid."""
        there = self._of.holding | self._filled
        missing = counter.full - counter.value(there, ())
        worth = {leaf: min(amount, counter.most) for leaves, amount in counter.worth for leaf in bits(leaves & ~there)}
        cost, chosen = 0, list[int]()
        for leaf in sorted(worth.keys() & self._cost, key=lambda leaf: (Fraction(self._cost[leaf], worth[leaf]), leaf)):
            if missing > 0:
                chosen.append(leaf)
                cost += self._cost[leaf] * min(missing, worth[leaf]) // worth[leaf]
                missing -= worth[leaf]
        return (cost if missing <= 0 else NEVER), chosen


class Trial:
    """The state of a learner with further awards, as the engine sees it."""

    def __init__(self, of: Remainder) -> None:
        """Start without any."""
        self._completion = of.completion
        self._work = 0
        self._each = _work(of)

    @cached_property
    def _state(self) -> State:
        return evaluate(self._completion.plan, self._completion.facts, self._completion.at).reading

    def put(self, step: Step) -> None:
        """Suppose the awards of a step."""
        for award in self._awards(step):
            for leaf, chain in step.ways.items():
                self._state.expect(leaf, award)
                self._state.put(leaf, Counted(award, chain))
        self._work += 10 * len(step.days) * len(step.ways)

    def drop(self, step: Step) -> None:
        """Suppose them no longer."""
        for award in self._awards(step):
            for leaf in step.ways:
                self._state.drop(leaf, award.id)

    def has_time(self) -> bool:
        """Tell whether there is time to ask once more."""
        return self._work + self._each <= MOST_WORK

    @property
    def progress(self) -> Fraction:
        """The value of the root."""
        self._work += self._each
        self._state.settle(self._completion.at)
        return replace(self._completion, held=self._state.held, values=tuple(self._state.values)).progress

    def _awards(self, step: Step) -> list[Award]:
        ids = [Iri(f"urn:graph-service:step:{step.number}:{day}") for day in step.days]
        made = [later(self._completion.at, days=day) for day in step.days]
        return [Award(id_, step.achievement, id_, at, Span(at)) for id_, at in zip(ids, made, strict=True)]


def _work(of: Remainder) -> int:
    """Return about how many microseconds one answer takes: in scopes much is looked at anew."""
    work = 50
    for group in of.groups:
        counter = of.plan.groups[group - len(of.plan.leaves)]
        if isinstance(counter, Capped | Windowed):
            leaves = of.plan.scopes[group].below
            places = sum(1 + len(of.completion.counting(leaf)) for leaf in leaves)
            work += places * (3 * len(leaves) if isinstance(counter, Capped) else 20)
    return work


def _needed(of: Remainder, prices: Prices) -> list[Step] | None:
    """Return steps that complete the pathway: for the cheapest parts, others if they must be, none without use.

    If there is no time to ask the engine, they are what fills those parts.
    """
    wanted = _cover(of.steps, prices.leaves)
    trial = Trial(of)
    if not trial.has_time():
        return wanted if prices.cost(of.plan.root) < NEVER else None
    for step in wanted:
        trial.put(step)
    others: list[Step] = []
    if trial.progress < 1:
        known = {step.number for step in wanted}
        others = [step for step in of.steps if step.number not in known]
        for step in others:
            trial.put(step)
        if trial.progress < 1:
            return None
    elif of.is_exact and awards(wanted) <= prices.least:
        return wanted
    kept = {step.number: step for step in (*wanted, *others)}
    for step in [*others, *reversed(wanted)]:
        if not trial.has_time():
            break
        trial.drop(step)
        if trial.progress < 1:
            trial.put(step)
        else:
            del kept[step.number]
    return list(kept.values())


def _cover(steps: Iterable[Step], leaves: int) -> list[Step]:
    """Return steps that fill these leaves: first those that fill most of them for their awards."""
    cover: list[Step] = []
    for step in sorted(steps, key=lambda step: Fraction(-(step.filled & leaves).bit_count(), len(step.days))):
        if step.filled & leaves:
            cover.append(step)
            leaves &= ~step.filled
    return cover


def _searched(of: Remainder, best: list[Step]) -> tuple[list[Step], bool]:
    """Return the cheapest steps, and whether the search came to its end: branch and bound on what is to be used."""
    waiting: list[tuple[list[Step], int, list[Step]]] = [([], 0, list(of.steps))]
    for _ in range(MOST_CHOICES):
        if not waiting:
            return best, True
        taken, filled, left = waiting.pop()
        prices = Prices(of, left, filled)
        if prices.cost(of.plan.root) == 0 and awards(taken) < awards(best):
            best = taken
        if awards(taken) + max(1, prices.least) >= awards(best):
            continue
        first = _cover(left, prices.leaves)[0]
        rest = [step for step in left if step is not first]
        waiting += [(taken, filled, rest), ([*taken, first], filled | first.filled, rest)]
    return best, False
