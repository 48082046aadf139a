"""What a completion rests on: the awards that its proof used, and which of them had to come first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import After, Mode
from graph_service.pathway.explain import ProofNode, Witness

MAX_PAIRS = 5_000
"""How many pairs of achievements are named."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Witnesses, each award once, by when they were awarded; pairs of achievements, the first earned before the other.

    What came first, under STRICT, stands before the earliest of what came then, and the latest of it before the rest.
    Of a group every part that holds is used, also one more than it needs. What is waived rests on no award.
    """

    witnesses: tuple[Witness, ...]
    precedes: frozenset[tuple[Iri, Iri]]


def basis(nodes: Sequence[ProofNode]) -> Basis:
    """Return what the root of a proof rests on; of an open one nothing."""
    proof = {each.node.id: each for each in nodes}
    used = list(_used(proof, nodes[-1].node.id))

    @cache
    def earned(part: str) -> list[Iri]:
        return [witness.achievement for witness in _witnesses(_used(proof, part))]

    strict = (each for each in used if isinstance(each.node, After) and each.node.mode is Mode.STRICT)
    pairs = (pair for each in strict for pair in _neighbours(earned(each.parts[0]), earned(each.parts[1])))
    return Basis(_witnesses(used), frozenset(islice(pairs, MAX_PAIRS)))


def _neighbours(first: Sequence[Iri], then: Sequence[Iri]) -> Iterator[tuple[Iri, Iri]]:
    if first and then:
        yield from ((each, then[0]) for each in first)
        yield from ((first[-1], each) for each in then[1:])


def _used(proof: dict[str, ProofNode], start: str) -> Iterator[ProofNode]:
    """Walk the nodes that hold, from one down to its leaves, each once; but for what is waived."""
    waiting = [start]
    seen = set(waiting)
    while waiting:
        each = proof[waiting.pop()]
        if not each.complete or each.waived:
            continue
        yield each
        advised = isinstance(each.node, After) and each.node.mode is Mode.ADVISE
        parts = [part for part in each.parts[advised:] if part not in seen]  # the prerequisite comes first
        seen.update(parts)
        waiting += parts


def _witnesses(used: Iterator[ProofNode] | Sequence[ProofNode]) -> tuple[Witness, ...]:
    by_award = {witness.award: witness for each in used for witness in each.witnesses}
    return tuple(sorted(by_award.values(), key=lambda each: (each.awarded_at, each.award)))
