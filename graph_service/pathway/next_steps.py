"""What a learner may do next, and how much is still to do; computed only when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from types import MappingProxyType

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import After, Credits, Leaf
from graph_service.domain.time import OPEN_END, Instant
from graph_service.pathway.cheapest import Region, Step, Trial, charges_of, cheapest, costs, region, steps
from graph_service.pathway.evaluate import Completion
from graph_service.pathway.groups import mask

NO_MINUTES: Mapping[Iri, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NextStep:
    """An open leaf on which the learner may work now: what has to come first, holds.

    `missing` awards of one of `targets` fill it. `gain`: how much of the whole pathway one more award of them brings
    at once, None if there are too many leaves to say. `until`: no award that is made later counts. `planned`: it is
    part of the cheapest plan.
    """

    node: str
    name: LanguageMap | None
    targets: tuple[Iri, ...]
    missing: int
    gain: Fraction | None
    minutes: int | None
    until: Instant | None
    planned: bool


@dataclass(frozen=True, slots=True)
class PlannedAward:
    """One award of a plan and the leaves (ids) that it helps to fill; other targets of theirs may do as well."""

    achievement: Iri
    nodes: tuple[str, ...]
    minutes: int | None


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The leaves to work on now, those that bring most first, and the cheapest plan for all that is left.

    With the plan, completion takes `required` awards; `held` of them are there, `remaining` are not. `exact`: nothing
    cheaper will do; else it is an estimate, if anything too high. `remaining` is None, and there is no plan, if no
    further awards can complete the pathway.
    """

    frontier: tuple[NextStep, ...]
    plan: tuple[PlannedAward, ...]
    required: int | None
    held: int
    remaining: int | None
    exact: bool


def next_steps(completion: Completion, minutes: Mapping[Iri, int] = NO_MINUTES) -> NextSteps:
    """Return what to do next, by what could be checked.

    The cheapest plan is that of the fewest further awards or, with `minutes` by achievement, the one that takes the
    least time; an achievement of which they say nothing takes as long as the longest. Awards are taken to be made now,
    and to meet every guard.
    """
    of = region(completion)
    found = steps(of, minutes)
    best = cheapest(of, found)
    planned = best.steps if best else ()
    filled = mask({leaf for step in planned for leaf in step.leaves})
    held = len(_used(of, filled))
    return NextSteps(
        frontier=_ranked(of, found.found, filled, minutes),
        plan=tuple(
            PlannedAward(
                step.achievement,
                tuple(of.plan.leaves[leaf].id for leaf in step.leaves),
                minutes.get(step.achievement),
            )
            for step in planned
        ),
        required=None if best is None else held + len(planned),
        held=held,
        remaining=None if best is None else len(planned),
        exact=best is not None and best.is_exact,
    )


def _ranked(of: Region, found: tuple[Step, ...], filled: int, minutes: Mapping[Iri, int]) -> tuple[NextStep, ...]:
    """Return the frontier: what brings most first, then what takes least time, then what ends soonest."""
    leaves = _frontier(of, found)
    gains = _gains(of, found, leaves)
    open_ = [_step(of, leaf, gains.get(leaf), filled, minutes) for leaf in leaves]
    open_.sort(
        key=lambda step: (-(step.gain or 0), inf if step.minutes is None else step.minutes, step.until or OPEN_END)
    )
    return tuple(open_)


def _step(of: Region, leaf: int, gain: Fraction | None, filled: int, minutes: Mapping[Iri, int]) -> NextStep:
    node = of.plan.leaves[leaf]
    window = node.guards.awarded_between
    return NextStep(
        node=node.id,
        name=node.name,
        targets=node.targets,
        missing=of.leaves[leaf],
        gain=gain,
        minutes=min((minutes[target] for target in node.targets if target in minutes), default=None),
        until=window.until if window and window.until != OPEN_END else None,
        planned=filled >> leaf & 1 == 1,
    )


def _frontier(of: Region, found: tuple[Step, ...]) -> list[int]:
    """Return the leaves that further awards can fill, where what comes first holds: in whatever mode it does."""
    cost = costs(of, 0, charges_of(of, found))
    frontier: list[int] = []
    waiting, seen = [of.plan.root], set[int]()
    while waiting:
        node = waiting.pop()
        if node in seen or cost.get(node, inf) == inf:
            continue
        seen.add(node)
        asked, parts = of.plan.nodes[node], of.plan.parts[node]
        if isinstance(asked, Leaf):
            frontier.append(node)
        elif isinstance(asked, After):
            first, then = parts
            waits = not of.holding >> first & 1 and cost.get(first, inf) < inf
            waiting.append(first if waits else then)
        else:
            waiting += [p for p in parts if not of.holding >> p & 1 or isinstance(asked, Credits)]
    return sorted(frontier)


def _gains(of: Region, found: tuple[Step, ...], leaves: list[int]) -> Mapping[int, Fraction]:
    """Return for each leaf what one award brings at once: of those that fill it the one that fills most.

    Of as many leaves as there is time for.
    """
    trial = Trial(of, found)
    before = trial.progress
    widest: dict[int, Step] = {}
    for step in sorted(found, key=lambda step: len(step.leaves)):
        widest.update(dict.fromkeys(step.leaves, step))
    gains: dict[int, Fraction] = {}
    for leaf in leaves:
        if trial.is_over:
            break
        trial.put(widest[leaf])
        gains[leaf] = trial.progress - before
        trial.drop(widest[leaf])
    return gains


def _used(of: Region, filled: int) -> set[Iri]:
    """Return the awards that the pathway rests on once the leaves of `filled` are: as few parts as are needed."""
    completion, plan = of.completion, of.plan
    cost = costs(of, filled, {})
    used: set[Iri] = set()
    waiting, seen = [plan.root], set[int]()
    while waiting:
        node = waiting.pop()
        if node in seen or completion.waived(node):
            continue
        seen.add(node)
        if node < len(plan.leaves):
            times = plan.leaves[node].times
            count = times if of.holding >> node & 1 else times - of.leaves.get(node, times)
            used.update(each.award.id for each in completion.witnesses(node)[:count])
            continue
        asked = plan.nodes[node]
        if isinstance(asked, Credits):
            waiting += _summed(of, node, asked, filled)
        else:
            count, parts = of.needs(node)
            waiting += sorted(parts, key=lambda p: (not of.holding >> p & 1, cost.get(p, inf)))[:count]
    return used


def _summed(of: Region, group: int, node: Credits, filled: int) -> list[int]:
    """Return the leaves of a Credits that reach its threshold together, those that are yet to be filled first."""
    missing = node.threshold
    summed: list[int] = []
    worth = {part: of.credits(node, part, filled) for part in of.plan.parts[group]}
    for part in sorted(worth, key=lambda part: (not filled >> part & 1, -worth[part])):
        if missing > 0 and worth[part] > 0:
            summed.append(part)
            missing -= worth[part]
    return summed
