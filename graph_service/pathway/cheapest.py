"""The fewest or cheapest further awards that would complete a pathway.

To find the best ones is NP-hard where one award fills several places (set cover). So a plan is made by choosing the
cheapest parts of each group, as if nothing were shared, and taking out again what is not needed. A bound from below
(what is shared is paid for by all its places together) tells whether it is the cheapest; small pathways are searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import ceil, inf

from graph_service.domain.dates import later_in_japan
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import After, AtLeast, Credits, Guards, Leaf, Length, Mode
from graph_service.domain.time import Instant, Span, later
from graph_service.pathway.counting import in_force, reach
from graph_service.pathway.equivalences import Chain
from graph_service.pathway.evaluate import Completion, evaluate
from graph_service.pathway.facts import Award
from graph_service.pathway.groups import Capped, Strict, Windowed, bits, mask
from graph_service.pathway.plan import Plan
from graph_service.pathway.scopes import around
from graph_service.pathway.state import Counted

MOST_LEAVES = 20
"""So many open leaves are searched for the cheapest plan."""
MOST_WORK = 600_000
"""How much is tried at most, in microseconds of a slow machine; then what was found by then is the answer."""
MOST_KINDS = 2_000
"""So many kinds of award of one achievement are told apart, times the leaves that ask for it."""
NEARLY = 1e-6
"""A bound is a sum of shares and may be wrong by this much."""

Cost = float
"""Infinite: it cannot be done any more."""
Charges = Mapping[int, Cost]
"""What it takes to fill each leaf that can be filled."""


@dataclass(frozen=True, slots=True)
class Step:
    """A further award: of `achievement`, `leaves` are those that it helps to fill, and `filled` is their mask.

    One is made now, one more for the same leaves is made `days` later: a leaf may ask for several days.
    """

    id: Iri
    achievement: Iri
    leaves: tuple[int, ...]
    filled: int
    cost: int
    days: int = 0


@dataclass(frozen=True, slots=True)
class Steps:
    """Further awards that may be of use. `are_all`: no others fill more, and each fills its leaves in full."""

    found: tuple[Step, ...]
    are_all: bool


@dataclass(frozen=True)
class Region:
    """What is still open of a pathway; `holding` is a mask of all nodes.

    `groups` are open and not below one that holds, parts before wholes. `leaves` are those that further awards bring
    on: how many each needs. In Credits a leaf may hold and still bring more: `worth` is its factor now. `is_exact`:
    whether the region holds exactly when those of its leaves are filled that it asks for.
    """

    completion: Completion
    holding: int
    groups: tuple[int, ...] = ()
    leaves: Mapping[int, int] = field(default_factory=dict)
    worth: Mapping[int, Decimal] = field(default_factory=dict)
    is_exact: bool = True

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

    def credits(self, node: Credits, leaf: int, filled: int) -> Decimal:
        """Return what a leaf is worth to a Credits when those of the mask `filled` are."""
        factor = Decimal(1) if filled >> leaf & 1 else self.worth.get(leaf, Decimal(0))
        amount = self.plan.leaves[leaf].credits[node.unit] * factor
        return amount if node.source_cap is None else min(amount, node.source_cap)


def region(completion: Completion) -> Region:
    """Return what is still open at the instant of a completion."""
    plan, first = completion.plan, len(completion.plan.leaves)
    if completion.holds(plan.root):
        return Region(completion, mask(node for node in range(len(plan.nodes)) if completion.holds(node)))
    young = _young(completion)
    holding = _holding(completion, young)
    worth = {leaf: _factor(leaf, completion) for leaf in range(first) if holding >> leaf & 1}
    groups: set[int] = set()
    leaves: dict[int, int] = {}
    waiting = [plan.root]
    while waiting:
        node = waiting.pop()
        if node < first:
            used = young[node] if node in young else len(completion.witnesses(node))
            leaves[node] = max(1, plan.leaves[node].times - used)
        elif node not in groups:
            groups.add(node)
            sums_up = isinstance(plan.nodes[node], Credits)
            waiting += [p for p in plan.parts[node] if not holding >> p & 1 or (sums_up and worth.get(p, 1) < 1)]
    leaves = {leaf: leaves[leaf] for leaf in sorted(leaves) if _may_come(plan.leaves[leaf], completion.at)}
    return Region(completion, holding, tuple(sorted(groups)), leaves, worth, _is_exact(plan, groups, leaves, worth))


def _young(completion: Completion) -> Mapping[int, int]:
    """Return for each leaf of an open Window on how many days awards count that one with an award of now reaches.

    No other window can be completed by further awards.
    """
    plan, first = completion.plan, len(completion.plan.leaves)
    return {
        leaf: _days_in_reach(leaf, first + number, counter.length, completion)
        for number, counter in enumerate(plan.groups)
        if isinstance(counter, Windowed) and not completion.holds(first + number)
        for leaf in plan.scopes[first + number].below
    }


def _days_in_reach(leaf: int, window: int, length: Length, completion: Completion) -> int:
    alone = completion.plan.places[leaf] == window
    used = completion.counting(leaf) if alone else completion.witnesses(leaf)
    outside = completion.between(window)
    days = {
        each.award.day
        for each in used
        if later_in_japan(each.award.awarded_at, months=length.months, days=length.days) > completion.at
        and (outside is None or outside.holds(each.award.awarded_at))
    }
    return len(days)


def _holding(completion: Completion, young: Mapping[int, int]) -> int:
    """Return the mask of the nodes that hold; in an open Window, of those that hold by young awards."""
    plan, first = completion.plan, len(completion.plan.leaves)
    held, values = completion.held, list(completion.values)
    for leaf, days in young.items():
        holds = completion.waived(leaf) is not None or days >= plan.leaves[leaf].times
        held = held & ~(1 << leaf) | holds << leaf
    windows = {group for leaf in young for group in around(leaf, plan.places)}
    for number, counter in enumerate(plan.groups):
        if windows.intersection(around(first + number, plan.places)):
            values[number] = counter.full if completion.waived(first + number) else counter.value(held, values)
    return mask(node for node in range(len(plan.nodes)) if plan.holds(node, held, values))


def _factor(leaf: int, completion: Completion) -> Decimal:
    used = completion.witnesses(leaf)
    return used[0].chain.factor if used and not completion.waived(leaf) else Decimal(1)


def _may_come(leaf: Leaf, at: Instant) -> bool:
    """Tell whether an award that is yet to be made may count."""
    window = leaf.guards.awarded_between
    return window is None or window.until > at


def _is_exact(plan: Plan, groups: Set[int], leaves: Mapping[int, int], worth: Mapping[int, Decimal]) -> bool:
    """Tell whether awards of now fill leaves, and nothing else about them matters.

    It does below a cap (awards are moved from leaf to leaf), in a window over another scope or over credits that could
    be worth more, and where something comes STRICTLY after what takes several days.
    """
    several = any(plan.leaves[leaf].times > 1 for leaf in leaves)
    for group in groups:
        match plan.groups[group - len(plan.leaves)]:
            case Capped():
                return False
            case Strict() if several:
                return False
            case Windowed():
                scope = plan.scopes[group]
                if scope.inner or any(worth.get(leaf, 1) < 1 for leaf in scope.below):
                    return False
    return True


# what it takes


def costs(of: Region, filled: int, charges: Charges) -> Mapping[int, Cost]:
    """Return what each open group takes when the leaves of `filled` are, as if no two parts shared anything."""
    found: dict[int, Cost] = dict(charges)
    for group in of.groups:
        node = of.plan.nodes[group]
        if isinstance(node, Credits):
            found[group] = sum(cost for _, cost in _bought(of, group, node, filled, found))
        else:
            count, parts = of.needs(group)
            found[group] = sum(sorted(_cost(of, part, filled, found) for part in parts)[:count])
    return found


def _cost(of: Region, node: int, filled: int, found: Mapping[int, Cost]) -> Cost:
    return 0 if (of.holding | filled) >> node & 1 else found.get(node, inf)


def _bought(
    of: Region, group: int, node: Credits, filled: int, charges: Mapping[int, Cost]
) -> Iterator[tuple[int, Cost]]:
    """Yield the leaves that bring most for what they take, up to the threshold; of the last one only a share is paid.

    So no choice of leaves takes less. What cannot be reached costs infinitely much.
    """
    parts = of.plan.parts[group]
    missing = node.threshold - sum((of.credits(node, part, filled) for part in parts), Decimal(0))
    more = {part: of.credits(node, part, filled | 1 << part) - of.credits(node, part, filled) for part in parts}
    useful = [part for part in parts if more[part] > 0 and charges.get(part, inf) < inf]
    for part in sorted(useful, key=lambda part: (charges[part] / float(more[part]), part)):
        if missing > 0:
            yield part, charges[part] * min(1.0, float(missing / more[part]))
            missing -= more[part]
    if missing > 0:
        yield -1, inf


def chosen(of: Region, filled: int, charges: Charges) -> tuple[Cost, int]:
    """Return what the root takes, and the mask of the leaves to be filled: the cheapest parts of each group."""
    found = costs(of, filled, charges)
    leaves = 0
    waiting, seen = [of.plan.root], 0
    while waiting:
        node = waiting.pop()
        if (of.holding | filled | seen) >> node & 1 or found.get(node, inf) == inf:
            continue
        seen |= 1 << node
        asked = of.plan.nodes[node]
        if isinstance(asked, Leaf):
            leaves |= 1 << node
        elif isinstance(asked, Credits):
            leaves |= mask(part for part, _ in _bought(of, node, asked, filled, found))
        else:
            count, parts = of.needs(node)
            waiting += sorted(parts, key=lambda part: _cost(of, part, filled, found))[:count]
    return found.get(of.plan.root, 0), leaves


# steps


def steps(of: Region, minutes: Mapping[Iri, int]) -> Steps:
    """Return the further awards that may be of use, the cheapest of those that fill the same leaves.

    `minutes`: what an achievement costs; where it says nothing of one, as much as the dearest. Without any an award
    costs 1.
    """
    default = max(minutes.values(), default=1)
    best: dict[int, tuple[int, Iri]] = {}
    are_all = True
    for achievement, leaves in _asking(of).items():
        fillings = _fillings([(leaf, of.plan.leaves[leaf].guards) for leaf in leaves])
        are_all &= fillings is not None and all(chain.factor == 1 for chain in leaves.values())
        for filled in fillings or [1 << leaf for leaf in leaves]:
            found = (minutes.get(achievement, default), achievement)
            best[filled] = min(found, best.get(filled, found))
    made: list[Step] = []
    for filled, (cost, achievement) in sorted(best.items()):
        asking = tuple(bits(filled))
        later_days = any(of.plan.leaves[leaf].times > 1 for leaf in asking)  # not the day of what is held
        for copy in range(_copies(of, asking)):
            id_ = Iri(f"urn:graph-service:step:{len(made)}")
            made.append(Step(id_, achievement, asking, filled, cost, copy + later_days))
    return Steps(tuple(made), are_all)


def _asking(of: Region) -> Mapping[Iri, Mapping[int, Chain]]:
    """Return by achievement the leaves that an award of it may fill, and how: under equivalences in force as well."""
    reached = reach(of.plan, in_force(of.completion.facts, of.completion.at))
    sources = {claim.source for claim in of.completion.facts.equivalences}
    targets = {target for leaf in of.leaves for target in of.plan.leaves[leaf].targets}
    asking: dict[Iri, Mapping[int, Chain]] = {}
    for achievement in sorted(sources | targets):
        ways = reached.leaves(_award(achievement, of.completion.at, achievement))
        if leaves := {leaf: chains[0] for leaf, chains in ways.items() if leaf in of.leaves}:
            asking[achievement] = leaves
    return asking


def _award(achievement: Iri, at: Instant, id: Iri) -> Award:
    return Award(id, achievement, id, at, Span(at))


def _fillings(asking: Sequence[tuple[int, Guards]]) -> list[int] | None:
    """Return the masks of leaves that one award of an achievement may fill, by who issues it and in which version.

    None if there are too many to look at.
    """
    issuers = {None, *(issuer for _, guards in asking for issuer in guards.issued_by or ())}
    ranges = [guards.version for _, guards in asking if guards.version]
    numbers = {1, *(each.first or 1 for each in ranges), *(each.last or 1 for each in ranges)}
    kinds = [(issuer, number) for issuer in issuers for number in numbers]
    if len(kinds) * len(asking) > MOST_KINDS and len(kinds) > 1:
        return None
    found = {mask(leaf for leaf, guards in asking if _fits(guards, *kind)) for kind in kinds} - {0}
    return [each for each in found if not any(each != other and each & other == each for other in found)]


def _fits(guards: Guards, issuer: Iri | None, number: int) -> bool:
    return (guards.issued_by is None or issuer in guards.issued_by) and (
        guards.version is None or guards.version.holds(number)
    )


def _copies(of: Region, leaves: Sequence[int]) -> int:
    """Return how many awards for the same leaves may be of use: some ask for several, or share none."""
    places = Counter(of.plan.places[leaf] for leaf in leaves)
    capped = (count for place, count in places.items() if isinstance(_counter(of, place), Capped))
    return max(1, *(of.leaves[leaf] for leaf in leaves), *capped)


def _counter(of: Region, group: int | None) -> object:
    return None if group is None else of.plan.groups[group - len(of.plan.leaves)]


def charges_of(of: Region, steps: Iterable[Step], uses: Mapping[int, int] | None = None) -> Charges:
    """Return what each leaf takes by itself; given how often each is used, only its share of what fills others too."""
    found: dict[int, Cost] = {}
    for step in steps:
        share = step.cost / max(1, sum(uses[leaf] for leaf in step.leaves)) if uses else step.cost
        for leaf in step.leaves:
            found[leaf] = min(share * of.leaves[leaf], found.get(leaf, inf))
    return found


def uses(of: Region) -> Mapping[int, int]:
    """Return in how many places each leaf would stand if nothing were shared."""
    found: dict[int, int] = {of.plan.root: 1}
    for group in reversed(of.groups):
        _, parts = of.needs(group)
        for part in parts:
            found[part] = found.get(part, 0) + found.get(group, 0)
    return {leaf: found.get(leaf, 0) for leaf in of.leaves}


# plans


@dataclass(frozen=True, slots=True)
class Cheapest:
    """Awards that would complete a pathway together, none of them without use. `is_exact`: no others cost less."""

    steps: tuple[Step, ...]
    is_exact: bool

    @property
    def cost(self) -> int:
        """What they cost together."""
        return sum(step.cost for step in self.steps)


class Trial:
    """The state of a learner with further awards, as the engine sees it."""

    def __init__(self, of: Region, steps: Iterable[Step]) -> None:
        """Start without any of the awards that may be put."""
        self._plan = of.plan
        self._at = of.completion.at
        self._state = evaluate(of.plan, of.completion.facts, self._at).reading
        self._counting: dict[Iri, list[tuple[int, Counted]]] = {}
        self._work = 0
        self._each = _work(of)
        reached = reach(of.plan, in_force(of.completion.facts, self._at))
        for step in steps:
            award = _award(step.achievement, later(self._at, days=step.days), step.id)
            ways = reached.leaves(award)
            self._counting[step.id] = [(leaf, Counted(award, ways[leaf][0])) for leaf in step.leaves]
            for leaf in step.leaves:
                self._state.expect(leaf, award)

    def put(self, step: Step) -> None:
        """Suppose an award that all leaves accept for which it is meant."""
        for leaf, counted in self._counting[step.id]:
            self._state.put(leaf, counted)

    def drop(self, step: Step) -> None:
        """Suppose it no longer."""
        for leaf, _ in self._counting[step.id]:
            self._state.drop(leaf, step.id)

    @property
    def is_over(self) -> bool:
        """Tell whether enough was tried."""
        return self._work > MOST_WORK

    @property
    def progress(self) -> Fraction:
        """The value of the root."""
        self._work += self._each
        self._state.settle(self._at)
        group = self._plan.root - len(self._plan.leaves)
        if group < 0:
            return Fraction(self._state.held >> self._plan.root & 1)
        return Fraction(self._state.values[group], self._plan.groups[group].full)


def _work(of: Region) -> int:
    """Return about how many microseconds it takes to see what one award changes: in scopes much is looked at anew."""
    work = 50
    for group in of.groups:
        counter = _counter(of, group)
        if isinstance(counter, Capped | Windowed):
            leaves = of.plan.scopes[group].below
            places = sum(1 + len(of.completion.counting(leaf)) for leaf in leaves)
            work += 3 * len(leaves) * (places if isinstance(counter, Windowed) else len(leaves))
    return work


def cheapest(of: Region, steps: Steps) -> Cheapest | None:
    """Return the cheapest of these awards that complete the pathway, as far as is known; None if none do."""
    if of.holding >> of.plan.root & 1:
        return Cheapest((), is_exact=True)
    found, used = steps.found, uses(of)
    shared = charges_of(of, found, used)
    least = _least(chosen(of, 0, shared)[0])
    best: list[Step] | None = None
    for charges in (charges_of(of, found), shared):
        plan = _irredundant(of, found, chosen(of, 0, charges)[1], least)
        if plan is None:
            return None
        best = plan if best is None else min(best, plan, key=_order)
        if _total(best) <= least:
            break
    is_exact = of.is_exact and steps.are_all
    if best and is_exact and _total(best) > least:
        searchable = len(of.leaves) <= MOST_LEAVES and not any(step.days for step in found)
        best, is_exact = _searched(of, found, best) if searchable else (best, False)
    return Cheapest(tuple(best or ()), is_exact)


def _least(cost: Cost) -> Cost:
    """Return the least whole number that is not below a bound."""
    return cost if cost == inf else ceil(cost - NEARLY)


def _total(plan: Iterable[Step]) -> int:
    return sum(step.cost for step in plan)


def _filled(plan: Iterable[Step]) -> int:
    filled = 0
    for step in plan:
        filled |= step.filled
    return filled


def _order(plan: Sequence[Step]) -> tuple[object, ...]:
    return _total(plan), len(plan), [step.id for step in plan]


def _irredundant(of: Region, found: Sequence[Step], leaves: int, least: Cost) -> list[Step] | None:
    """Return steps that complete the pathway, those for the `leaves` rather than others, and none without use.

    Nothing is tried of what costs no more than the `least` that is needed.
    """
    trial = Trial(of, found)
    wanted = _cover(of, found, leaves)
    for step in wanted:
        trial.put(step)
    if trial.progress < 1:
        chosen = {step.id for step in wanted}
        for step in found:
            trial.put(step)
        if trial.progress < 1:
            return None
        wanted += [step for step in found if step.id not in chosen]
    elif _total(wanted) <= least:
        return wanted
    kept = {step.id: step for step in wanted}
    for step in sorted(wanted, key=lambda step: (step.filled & leaves != 0, -step.cost)):
        if trial.is_over:
            break
        trial.drop(step)
        if trial.progress < 1:
            trial.put(step)
        else:
            del kept[step.id]
    return list(kept.values())


def _cover(of: Region, found: Sequence[Step], leaves: int) -> list[Step]:
    """Return steps that fill these leaves: again and again the one that brings most of them on for its cost."""
    missing = {leaf: of.leaves[leaf] for leaf in bits(leaves)}
    cover: list[Step] = []

    def rank(step: Step) -> float:
        return -(step.filled & leaves).bit_count() / (step.cost or 1)

    waiting = [(rank(step), number) for number, step in enumerate(found) if step.filled & leaves]
    heapify(waiting)
    while missing and waiting:
        ranked, number = heappop(waiting)
        step = found[number]
        if (now := rank(step)) != ranked:  # what it brought on is filled by now
            if step.filled & leaves:
                heappush(waiting, (now, number))
            continue
        cover.append(step)
        for leaf in bits(step.filled & leaves):
            missing[leaf] -= 1
            if not missing[leaf]:
                del missing[leaf]
                leaves &= ~(1 << leaf)
    return cover


def _searched(of: Region, found: Sequence[Step], best: list[Step]) -> tuple[list[Step], bool]:
    """Return the cheapest steps, and whether the search came to its end: branch and bound on what is to be used."""
    used = uses(of)
    waiting: list[tuple[list[Step], int, list[Step]]] = [([], 0, list(found))]
    for _ in range(MOST_WORK // (20 * (len(of.groups) + len(found)))):
        if not waiting:
            return best, True
        taken, filled, left = waiting.pop()
        least, leaves = chosen(of, filled, charges_of(of, left, used))
        if _total(taken) + _least(least) >= _total(best):
            continue
        cover = _cover(of, left, leaves)
        completed = filled | _filled(cover)
        if _total([*taken, *cover]) < _total(best) and chosen(of, completed, {})[0] == 0:
            best = [*taken, *cover]
        if cover:
            first, rest = cover[0], [step for step in left if step is not cover[0]]
            waiting += [(taken, filled, rest), ([*taken, first], filled | first.filled, rest)]
    return best, False
