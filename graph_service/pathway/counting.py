"""Which awards count for which leaves, directly or under equivalences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant
from graph_service.pathway.equivalences import Chain, chains
from graph_service.pathway.facts import Award, Equivalence, Facts
from graph_service.pathway.guards import counts
from graph_service.pathway.plan import Plan
from graph_service.pathway.state import Counted

_REACHES = 64


@dataclass(frozen=True, slots=True)
class Reach:
    """Which leaves an award may fill while certain claims of equivalence are in force."""

    plan: Plan
    ways: tuple[tuple[Mapping[Iri, tuple[int, ...]], Mapping[Iri, tuple[Chain, ...]]], ...]
    """For each set of trusted claimants: achievement → leaves, and achievement → what it stands for besides."""

    def leaves(self, award: Award) -> dict[int, list[Chain]]:
        """Return the leaves that an award may fill, each with the chains by which it may, best first."""
        found = {leaf: [Chain(award.achievement)] for leaf in self.plan.accepts.get(award.achievement, ())}
        for accepts, stands_for in self.ways:
            for chain in stands_for.get(award.achievement, ()):
                for leaf in accepts.get(chain.target, ()):
                    found.setdefault(leaf, []).append(chain)
        return found


def reach(plan: Plan, claims: Iterable[Equivalence]) -> Reach:
    """Return what awards may fill under those of `claims` that are trusted.

    It is remembered: a cohort asks for every learner what the same claims lead to.
    """
    return _reach(plan, tuple(claims))


@lru_cache(_REACHES)
def _reach(plan: Plan, claims: tuple[Equivalence, ...]) -> Reach:
    ways = (
        (each.accepts, chains((claim for claim in claims if claim.claimant in each.claimants), each.accepts))
        for each in plan.trusting
    )
    return Reach(plan, tuple(ways) if claims else ())


def in_force(facts: Facts, at: Instant) -> list[Equivalence]:
    """Return the claims of equivalence that are in force at an instant."""
    return [claim for claim in facts.equivalences if claim.span.holds(at)]


def counted(plan: Plan, leaf: int, award: Award, ways: Iterable[Chain], facts: Facts, at: Instant) -> Counted | None:
    """Return by which of `ways`, best first, an award counts for a leaf at `at`, if it does."""
    asked = plan.leaves[leaf]
    found = next((way for way in ways if counts(asked, award, facts, at, way.target)), None)
    return Counted(award, found) if found else None


def waived(plan: Plan, facts: Facts, at: Instant) -> int:
    """Return the mask of the nodes that are waived at `at`."""
    found = 0
    for waiver in facts.waivers:
        if waiver.node in plan.waivable and waiver.span.holds(at):
            found |= 1 << plan.waivable[waiver.node]
    return found
