"""What is still open of a pathway for one learner, and the further awards that would fill it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from graph_service.domain.dates import later_in_japan
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import After, AtLeast, Credits, Mode
from graph_service.domain.time import Span
from graph_service.pathway.counting import in_force, reach
from graph_service.pathway.equivalences import Chain
from graph_service.pathway.evaluate import Completion, evaluate
from graph_service.pathway.facts import Award
from graph_service.pathway.groups import Scoping, Strict, Windowed, bits, mask
from graph_service.pathway.offers import NO_OFFERS, Offers, ways_now
from graph_service.pathway.plan import Plan
from graph_service.pathway.scopes import around

Ways = Mapping[int, Chain]
"""The leaves for which an award counts, and how."""


@dataclass(frozen=True, slots=True)
class Step:
    """Further awards of one achievement, one on each of `days` from now, that fill the leaves of the mask `filled`.

    Each counts for all leaves of `ways`, which may be more. `number` tells steps apart.
    """

    number: int
    achievement: Iri
    ways: Ways
    filled: int
    days: range


@dataclass(frozen=True)
class Remainder:
    """What is still open; nothing is if the root holds.

    `holding` is a mask of all nodes, `groups` are open and not below one that holds, parts before wholes. `leaves` are
    those that further awards bring on: how many each needs. `is_exact`: the root holds exactly when `steps` fill what
    it asks for, and no other awards are of more use.
    """

    completion: Completion
    holding: int
    groups: tuple[int, ...]
    leaves: Mapping[int, int]
    steps: tuple[Step, ...]
    is_exact: bool

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.completion.plan

    def needs(self, group: int) -> tuple[int, Sequence[int]]:
        """Return how many of which parts a group needs; of Credits all that may be."""
        node, parts = self.plan.nodes[group], self.plan.parts[group]
        match node:
            case AtLeast():
                return node.count, parts
            case After(mode=Mode.ADVISE):
                return 1, parts[1:]
        return len(parts), parts

    @cached_property
    def uses(self) -> Mapping[int, int]:
        """In how many places each node would stand if nothing were shared."""
        found = Counter({self.plan.root: 1})
        for group in reversed(self.groups):
            for part in self.needs(group)[1]:
                found[part] += found[group]
        return found


def remainder(completion: Completion, offers: Offers = NO_OFFERS) -> Remainder:
    """Return what is still open at the instant of a completion. `offers`: what is awarded now.

    Awards that are yet to be made are taken to be made in time, and to meet every guard. It is not exact where they do
    more than to fill leaves: in a scope, or by a part of their worth.
    """
    plan, young = completion.plan, _young(completion)
    holding = mask(node for node in range(len(plan.nodes)) if young.holds(node)) & ~_partly(young)
    found, waiting = set[int](), [] if completion.holds(plan.root) else [plan.root]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += [part for part in plan.parts[node] if not holding >> part & 1]
    groups = [node for node in sorted(found) if node >= len(plan.leaves)]
    leaves = {
        leaf: max(1, plan.leaves[leaf].times - len(young.witnesses(leaf)))
        for leaf in sorted(found.difference(groups))
        if (window := plan.leaves[leaf].guards.awarded_between) is None or window.until > completion.at
    }
    fillings = _fillings(completion, leaves, offers)
    is_exact = (
        not any(isinstance(_counter(plan, group), Scoping) for group in groups)
        and all(claim.factor == 1 for claim in completion.facts.equivalences)
        and len(fillings) == len({achievement for achievement, _ in fillings})
        and (max(leaves.values(), default=1) == 1 or all(len(ways) == 1 for _, ways in fillings))
    )
    return Remainder(completion, holding, tuple(groups), leaves, _steps(plan, leaves, fillings), is_exact)


def _young(completion: Completion) -> Completion:
    """Return the completion with what is too old for its open Windows left out of them.

    Further awards complete a Window only if it reaches until now.
    """
    plan, at, first = completion.plan, completion.at, len(completion.plan.leaves)
    windows = {
        number: counter.length
        for number, counter in enumerate(plan.groups, first)
        if isinstance(counter, Windowed) and not completion.holds(number)
    }
    if not windows:
        return completion
    state = evaluate(plan, completion.facts, at).reading
    for group, length in windows.items():
        for leaf in plan.scopes[group].below:
            for award in (each.award for each in completion.counting(leaf)):
                if later_in_japan(award.awarded_at, months=length.months, days=length.days) <= at:
                    state.drop(leaf, award.id)
    state.settle(at)
    return Completion(plan, at, state.held, tuple(state.values), completion.facts, state)


def _partly(completion: Completion) -> int:
    """Return the mask of the leaves that hold, but are worth less to an open Credits than another award would be."""
    plan = completion.plan
    sums = [n for n, node in enumerate(plan.nodes) if isinstance(node, Credits) and not completion.holds(n)]
    held = {leaf for group in sums for leaf in plan.parts[group] if completion.holds(leaf)}
    return mask(leaf for leaf in held if not completion.waived(leaf) and completion.witnesses(leaf)[0].chain.factor < 1)


def _counter(plan: Plan, group: int | None) -> object:
    return None if group is None else plan.groups[group - len(plan.leaves)]


# further awards


def _fillings(completion: Completion, leaves: Mapping[int, int], offers: Offers) -> list[tuple[Iri, Ways]]:
    """Return which awards of which achievement count for which leaves, under equivalences in force as well.

    One award is meant for leaves alone that ask for the same issuers, versions and time. What comes STRICTLY after
    something is earned after it, so it is not meant for both.
    """
    plan = completion.plan
    reached = reach(plan, in_force(completion.facts, completion.at))
    targets = {target for leaf in leaves for target in plan.leaves[leaf].targets}
    found: dict[tuple[object, ...], tuple[Iri, dict[int, Chain]]] = {}
    for achievement in sorted(targets.union(claim.source for claim in completion.facts.equivalences)):
        award = Award(achievement, achievement, achievement, completion.at, Span(completion.at))
        ways = ways_now(achievement, reached.leaves(award), completion, offers)
        for leaf in sorted(ways.keys() & leaves.keys()):
            guards = plan.leaves[leaf].guards
            after = [place for place in around(leaf, plan.places) if isinstance(_counter(plan, place), Strict)]
            key = achievement, guards.issued_by, guards.version, guards.awarded_between, *after
            found.setdefault(key, (achievement, {}))[1][leaf] = ways[leaf]
    return list(found.values())


def _steps(plan: Plan, leaves: Mapping[int, int], fillings: Iterable[tuple[Iri, Ways]]) -> tuple[Step, ...]:
    """Return the steps for these fillings, one for what fills the same leaves.

    Below a cap only one leaf is relied on: it may allow no more. What takes several may have been earned today already.
    """
    found: dict[int, tuple[Iri, Ways, int]] = {}
    for achievement, ways in fillings:
        for need in {leaves[leaf] for leaf in ways}:
            filled = [leaf for leaf in ways if leaves[leaf] <= need]
            capped = mask(leaf for leaf in filled if plan.is_shared_out(leaf))
            sure = mask(filled) & ~capped
            for one in bits(capped) or filled[:1]:
                found.setdefault(sure | 1 << one, (achievement, ways, need))
    several = mask(leaf for leaf in leaves if plan.leaves[leaf].times > 1)
    return tuple(
        Step(number, achievement, ways, filled, range(1, 1 + need) if filled & several else range(1))
        for number, (filled, (achievement, ways, need)) in enumerate(sorted(found.items(), key=itemgetter(0)))
    )
