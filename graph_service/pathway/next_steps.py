"""What a learner may do next, and how much is still to do; computed only when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import After, Credits, Leaf, Mode
from graph_service.domain.time import OPEN_END, Instant
from graph_service.pathway.cheapest import NEVER, Prices, Trial, awards, cheapest
from graph_service.pathway.evaluate import Completion
from graph_service.pathway.groups import mask
from graph_service.pathway.offers import NO_OFFERS, Offers, may_count
from graph_service.pathway.remainder import Remainder, remainder


@dataclass(frozen=True, slots=True)
class NextStep:
    """An open leaf on which the learner may work now: what has to come first, holds.

    `missing` awards of one of `targets` fill it. `gain`: how much of the whole pathway one more award of them brings
    at once, None if there are too many leaves to say. `until`: no award that is made later counts. `planned`: it is
    part of the cheapest plan. `again`: there is an award, and another one is needed all the same: a window
    has passed it by, or it is worth too little.
    """

    node: str
    name: LanguageMap | None
    targets: tuple[Iri, ...]
    missing: int
    gain: Fraction | None
    until: Instant | None
    planned: bool
    again: bool


@dataclass(frozen=True, slots=True)
class PlannedAward:
    """One award of a plan and the leaves (ids) that it helps to fill; other targets of theirs may do as well."""

    achievement: Iri
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The leaves to work on now, those that bring most first, and the cheapest plan for all that is left.

    With the plan, completion takes `required` awards; `held` of them are there, `remaining` are not. `exact`: no fewer
    will do; else it is an estimate, and fewer may. Both take it that every award can be made, today or on one of the
    next days, that it meets what its leaves ask of it (levels and evidence among them), and that what
    holds now still does by then: where that is not so, more awards are needed, or there is no way at all.

    `remaining` is None, and there is no plan, if no further awards can complete the pathway.
    """

    frontier: tuple[NextStep, ...]
    plan: tuple[PlannedAward, ...]
    required: int | None
    held: int
    remaining: int | None
    exact: bool


def next_steps(completion: Completion, offers: Offers = NO_OFFERS) -> NextSteps:
    """Return what to do next, by what could be checked and is awarded now."""
    of = remainder(completion, offers)
    best = cheapest(of)
    plan, exact = best or ((), False)
    filled = mask({leaf for step in plan for leaf in step.ways})
    held = len(_used(of, filled))
    return NextSteps(
        frontier=_ranked(of, filled, offers),
        plan=tuple(
            PlannedAward(step.achievement, tuple(of.plan.leaves[leaf].id for leaf in step.ways))
            for step in plan
            for _ in step.days
        ),
        required=None if best is None else held + awards(plan),
        held=held,
        remaining=None if best is None else awards(plan),
        exact=exact,
    )


def _ranked(of: Remainder, filled: int, offers: Offers) -> tuple[NextStep, ...]:
    """Return the frontier: what brings most first, then what ends soonest."""
    leaves = _frontier(of)
    gains = _gains(of, leaves)
    found = [_step(of, leaf, gains.get(leaf), filled, offers) for leaf in leaves]
    return tuple(sorted(found, key=lambda step: (-(step.gain or 0), step.until or OPEN_END)))


def _step(of: Remainder, leaf: int, gain: Fraction | None, filled: int, offers: Offers) -> NextStep:
    node = of.plan.leaves[leaf]
    window = node.guards.awarded_between
    return NextStep(
        node=node.id,
        name=node.name,
        targets=tuple(each for each in node.targets if may_count(leaf, each, of.completion, offers)),
        missing=of.leaves[leaf],
        gain=gain,
        until=window.until if window and window.until != OPEN_END else None,
        planned=filled >> leaf & 1 == 1,
        again=of.completion.holds(leaf),
    )


def _frontier(of: Remainder) -> list[int]:
    """Return the leaves that further awards can fill, where what comes first holds: in whatever mode it does.

    What cannot be completed now may still be brought on.
    """
    prices = Prices(of, of.steps)
    frontier: list[int] = []
    waiting, seen = [of.plan.root], set[int]()
    while waiting:
        node = waiting.pop()
        if node in seen or of.holding >> node & 1:
            continue
        seen.add(node)
        asked, parts, can_come = of.plan.nodes[node], of.plan.parts[node], prices.cost(node) < NEVER
        if isinstance(asked, Leaf):
            frontier += [node] if can_come else []
        elif isinstance(asked, After):
            first, then = parts
            waits = prices.cost(first) < NEVER if asked.mode is Mode.ADVISE else True
            waiting.append(first if waits and prices.cost(first) > 0 else then)
        else:
            waiting += [part for part in parts if not can_come or prices.cost(part) < NEVER]
    return sorted(frontier)


def _gains(of: Remainder, leaves: list[int]) -> Mapping[int, Fraction]:
    """Return for each leaf what one award brings at once: of those that fill it the one that counts for most.

    Of as many leaves as there is time for.
    """
    widest = {leaf: step for step in sorted(of.steps, key=lambda step: len(step.ways)) for leaf in step.ways}
    trial = Trial(of)
    gains: dict[int, Fraction] = {}
    before = of.completion.progress
    for leaf in leaves:
        if not trial.has_time():
            break
        one = replace(widest[leaf], days=widest[leaf].days[:1])
        trial.put(one)
        gains[leaf] = trial.progress - before
        trial.drop(one)
    return gains


def _used(of: Remainder, filled: int) -> set[Iri]:
    """Return the awards that the pathway rests on once the leaves of `filled` are: as few parts as are needed."""
    plan, completion = of.plan, of.completion
    prices = Prices(of, (), filled)
    used: set[Iri] = set()
    waiting, seen = [plan.root], set[int]()
    while waiting:
        node = waiting.pop()
        if node in seen or completion.waived(node):
            continue
        seen.add(node)
        asked = plan.nodes[node]
        if isinstance(asked, Leaf):
            count = asked.times if of.holding >> node & 1 else asked.times - of.leaves.get(node, asked.times)
            used.update(each.award.id for each in completion.witnesses(node)[:count])
        elif isinstance(asked, Credits):
            waiting += _summed(of, node, asked, filled)
        else:
            count, parts = of.needs(node)
            waiting += sorted(parts, key=lambda part: (not of.holding >> part & 1, prices.cost(part)))[:count]
    return used


def _summed(of: Remainder, group: int, node: Credits, filled: int) -> list[int]:
    """Return the leaves of a Credits that reach its threshold together, those that are yet to be filled first."""
    missing = node.threshold
    summed: list[int] = []
    worth = {part: _worth(of, part, node, filled) for part in of.plan.parts[group]}
    for part in sorted(worth, key=lambda part: (not filled >> part & 1, -worth[part])):
        if missing > 0 and worth[part] > 0:
            summed.append(part)
            missing -= worth[part]
    return summed


def _worth(of: Remainder, leaf: int, node: Credits, filled: int) -> Decimal:
    """Return what a leaf is worth to a Credits once those of `filled` are."""
    amount, used = of.plan.leaves[leaf].credits[node.unit], of.completion.witnesses(leaf)
    if not (of.completion.holds(leaf) or filled >> leaf & 1):
        return Decimal(0)
    if used and not (filled >> leaf & 1 or of.completion.waived(leaf)):
        amount *= used[0].chain.factor
    return amount if node.source_cap is None else min(amount, node.source_cap)
