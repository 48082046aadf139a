"""The state of a plan from the first fact on: what was remembered, what held first, when it was first complete.

Only a few awards count anew or cease to at any one instant, and only what lies above them is counted again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import or_

from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, OPEN_START, Instant
from graph_service.pathway.counting import counted, in_force, reach, waived
from graph_service.pathway.equivalences import Chain
from graph_service.pathway.facts import Award, Equivalence, Facts, Waiver
from graph_service.pathway.groups import Strict, bits
from graph_service.pathway.guards import turns
from graph_service.pathway.plan import Plan
from graph_service.pathway.state import Counted, State


def standing(plan: Plan, facts: Facts, at: Instant) -> State:
    """Return the state at `at` of a plan that does not look back."""
    reached = reach(plan, in_force(facts, at))
    asked = (
        (leaf, counted(plan, leaf, award, ways, facts, at))
        for award in facts.awards
        for leaf, ways in reached.leaves(award).items()
    )
    found = [(leaf, each) for leaf, each in asked if each]
    state = State(plan, ((leaf, each.award) for leaf, each in found))
    for leaf, each in found:
        state.put(leaf, each)
    state.waive(waived(plan, facts, at))
    state.settle(at)
    return state


@dataclass(frozen=True, slots=True)
class _Pair:
    """A leaf and an award that may fill it. `ways`: by which chains; None if that changes with the claims in force."""

    leaf: int
    award: Award
    ways: Sequence[Chain] | None


class Sweep:
    """Every instant up to `at` at which something may change, one after the other.

    What AT_COMPLETION remembers are pairs of a leaf and an award: one that counts while the root of the leaf's version
    holds counts from then on, by the best chain by which it ever did so.
    """

    def __init__(self, plan: Plan, facts: Facts, at: Instant) -> None:
        """Find the pairs that may ever count."""
        self.plan = plan
        self.facts = facts
        self.at = at
        self._waivers = _ends(facts.waivers)
        self._pairs = list(self._found())
        self._claims = _ends(facts.equivalences if any(pair.ways is None for pair in self._pairs) else ())
        self._reached = reach(plan, ())
        self._memory = {leaf: number for number, each in enumerate(plan.memories) for leaf in bits(each.leaves)}
        self._fresh: list[dict[tuple[int, Iri], Counted]] = [{} for _ in plan.memories]
        self._remembered: dict[tuple[int, Iri], Counted] = {}
        self.state = State(plan, ((pair.leaf, pair.award) for pair in self._pairs))

    def _found(self) -> Iterator[_Pair]:
        reached = reach(self.plan, self.facts.equivalences)
        for award in (each for each in self.facts.awards if each.awarded_at <= self.at):
            for leaf, ways in reached.leaves(award).items():
                yield _Pair(leaf, award, None if any(way.claims for way in ways) else ways)

    def _agenda(self) -> dict[Instant, list[_Pair]]:
        """Return the instants up to `at` at which something may change, each with the pairs to ask about."""
        agenda: dict[Instant, list[_Pair]] = {moment: [] for moment in self._claims | self._waivers}
        for pair in self._pairs:
            for moment in self._turns(pair):
                agenda.setdefault(moment, []).append(pair)
        return {moment: pairs for moment, pairs in agenda.items() if moment <= self.at}

    def _turns(self, pair: _Pair) -> set[Instant]:
        """Return the instants at which a pair may begin or cease to count."""
        leaf, award, facts = self.plan.leaves[pair.leaf], pair.award, self.facts
        if pair.ways is not None:
            return set(turns(leaf, award, facts))
        return self._claims.union(*(turns(leaf, award, facts, target) for target in leaf.targets))

    def run(self) -> Iterator[Instant]:
        """Yield the instants at which something that matters may have come to hold; `state` is as it was then."""
        agenda, enough = self._agenda(), self._enough()
        for moment in sorted(agenda):
            if moment in self._claims:
                self._reached = reach(self.plan, in_force(self.facts, moment))
            if moment in self._waivers:
                self.state.waive(waived(self.plan, self.facts, moment))
            for pair in agenda[moment]:
                self._ask(pair, moment)
            if enough <= moment:
                self.state.settle(moment)
                self._remember(moment)
                yield moment

    def end(self) -> State:
        """Return the state at the last instant."""
        for _ in self.run():
            pass
        self.state.settle(self.at)
        return self.state

    def _enough(self) -> Instant:
        """Return the first instant by which there were awards enough for what matters, guards and ends aside.

        That is the root, what is remembered under, and what something comes after.
        """
        if self.facts.waivers:
            return OPEN_START
        after = [group.prerequisite for group in self.plan.groups if isinstance(group, Strict)]
        matters = {self.plan.root, *(memory.root for memory in self.plan.memories), *after}
        begun = sorted((pair.award.since, 1 << pair.leaf) for pair in self._pairs)
        held = list(accumulate((leaf for _, leaf in begun), or_))

        def may_hold(leaves: int) -> bool:
            values = self.plan.values(leaves)
            return any(self.plan.holds(node, leaves, values) for node in matters)

        first = bisect_left(held, 1, key=may_hold)
        return begun[first][0] if first < len(begun) else OPEN_END

    def _ask(self, pair: _Pair, moment: Instant) -> None:
        ways = self._reached.leaves(pair.award).get(pair.leaf, ()) if pair.ways is None else pair.ways
        found = counted(self.plan, pair.leaf, pair.award, ways, self.facts, moment)
        if pair.leaf in self._memory:
            found = self._or_remembered(found, pair)
        if found:
            self.state.put(pair.leaf, found)
        else:
            self.state.drop(pair.leaf, pair.award.id)

    def _or_remembered(self, found: Counted | None, pair: _Pair) -> Counted | None:
        """Return the better of what counts now and what is remembered; note what has yet to be remembered."""
        key, fresh = (pair.leaf, pair.award.id), self._fresh[self._memory[pair.leaf]]
        fresh.pop(key, None)
        kept = self._remembered.get(key)
        if found and (kept is None or found.chain.rank < kept.chain.rank):
            fresh[key] = found
            return found
        return found if found and kept and found.chain.factor == kept.chain.factor else kept

    def _remember(self, moment: Instant) -> None:
        for memory, fresh in zip(self.plan.memories, self._fresh, strict=True):
            if fresh and self.state.holds(memory.root):
                for key, found in fresh.items():
                    self._remembered[key] = replace(found, remembered=moment)
                fresh.clear()


def _ends(facts: Iterable[Equivalence | Waiver]) -> set[Instant]:
    return {end for each in facts for end in (each.span.since, each.span.until)}
