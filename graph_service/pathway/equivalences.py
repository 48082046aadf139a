"""What an achievement counts as under claims of equivalence. They are directed, and three may follow one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from graph_service.domain.iri import Iri
from graph_service.pathway.facts import Equivalence

MAX_STEPS = 3


@dataclass(frozen=True, slots=True)
class Chain:
    """The claims by which an award of one achievement stands for `target`; none if it is the one awarded."""

    target: Iri
    claims: tuple[Equivalence, ...] = ()
    factor: Decimal = Decimal(1)

    @property
    def rank(self) -> tuple[Decimal, int, tuple[Iri, ...]]:
        """What orders chains: the largest factor first, then the fewest steps, then ids."""
        return -self.factor, len(self.claims), tuple(claim.id for claim in self.claims)

    def then(self, claim: Equivalence) -> Chain:
        """Return this chain with one more claim."""
        return Chain(claim.target, (*self.claims, claim), self.factor * claim.factor)


rank = attrgetter("rank")


def chains(claims: Iterable[Equivalence]) -> dict[Iri, tuple[Chain, ...]]:
    """Return for each achievement what its awards stand for besides: the best chain to each target, best first.

    A factor is at most 1, so a way round a cycle is never better than none.
    """
    by_source: dict[Iri, list[Equivalence]] = {}
    for claim in claims:
        by_source.setdefault(claim.source, []).append(claim)
    return {source: _from(source, by_source) for source in by_source}


def _from(source: Iri, by_source: dict[Iri, list[Equivalence]]) -> tuple[Chain, ...]:
    best: dict[Iri, Chain] = {}
    latest = {source: Chain(source)}
    for _ in range(MAX_STEPS):
        longer: dict[Iri, Chain] = {}
        for chain in latest.values():
            for claim in by_source.get(chain.target, ()):
                found = chain.then(claim)
                if claim.target != source and (claim.target not in longer or found.rank < longer[claim.target].rank):
                    longer[claim.target] = found
        for target, chain in longer.items():
            if target not in best or chain.rank < best[target].rank:
                best[target] = chain
        latest = longer
    return tuple(sorted(best.values(), key=rank))
