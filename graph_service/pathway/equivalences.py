"""What an achievement counts as under claims of equivalence. They are directed, and three may follow one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    def after(self, claim: Equivalence) -> Chain:
        """Return this chain with one more claim before it."""
        return Chain(self.target, (claim, *self.claims), claim.factor * self.factor)


rank = attrgetter("rank")


def chains(claims: Iterable[Equivalence], targets: Iterable[Iri]) -> dict[Iri, tuple[Chain, ...]]:
    """Return for each achievement which of `targets` its awards stand for besides: the best chain to each, best first.

    A factor is at most 1, so a way round a cycle is never better than none.
    """
    by_target: dict[Iri, dict[Iri, Equivalence]] = {}
    for claim in claims:
        beside = by_target.setdefault(claim.target, {})
        known = beside.get(claim.source)
        if known is None or (-claim.factor, claim.id) < (-known.factor, known.id):
            beside[claim.source] = claim
    found: dict[Iri, list[Chain]] = {}
    for target in targets:
        for source, chain in _to(target, by_target).items():
            found.setdefault(source, []).append(chain)
    return {source: tuple(sorted(several, key=rank)) for source, several in found.items()}


def leading(claims: Iterable[Equivalence], targets: Iterable[Iri]) -> tuple[Equivalence, ...]:
    """Return those of `claims` that may be part of a chain to one of `targets`."""
    known, reached = tuple(claims), set(targets)
    for _ in range(MAX_STEPS - 1):
        reached |= {claim.source for claim in known if claim.target in reached}
    return tuple(claim for claim in known if claim.target in reached)


def _to(target: Iri, by_target: Mapping[Iri, Mapping[Iri, Equivalence]]) -> dict[Iri, Chain]:
    """Walk backward from a target. From where it was reached as well in fewer steps, nothing better follows."""
    best: dict[Iri, Chain] = {}
    latest = {target: Chain(target)}
    for _ in range(MAX_STEPS):
        longer: dict[Iri, Chain] = {}
        for near, chain in latest.items():
            for source, claim in by_target.get(near, {}).items():
                if source == target or (source in best and best[source].factor >= claim.factor * chain.factor):
                    continue
                found = chain.after(claim)
                if source not in longer or found.rank < longer[source].rank:
                    longer[source] = found
        best |= longer
        latest = longer
    return best
