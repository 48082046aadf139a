"""RDF Dataset Canonicalization, RDFC-1.0 (W3C Recommendation): the text that a Data Integrity proof covers.

Canonicalizing symmetric blank nodes can take exponential time, and the standard asks every implementation to
defend itself (§7.1). A `Budget` bounds the work, so that a poisoned document is refused within milliseconds.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_service.endorse.nquads import Quad, is_blank, line
from graph_service.errors import LimitExceeded

MAX_DEPTH = 200  # of Hash N-Degree Quads; a longer chain of symmetric nodes is not written by accident


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work the symmetric blank nodes of one dataset may cost before it is refused."""

    steps: int  # statements hashed and permutations tried in Hash N-Degree Quads
    call_per_node: bool = False  # at most one call of Hash N-Degree Quads for each symmetric blank node


SIGNER = Budget(10_000, call_per_node=True)
"""The cap of rdf-canonize in JavaScript: what it would refuse to read is not signed."""

VERIFIER = Budget(10_000)


def canonicalize(quads: Iterable[Quad], budget: Budget = VERIFIER, algorithm: str = "sha256") -> str:
    """Return the canonical N-Quads of a dataset (§4.4); what is stated twice counts once.

    Lines stand in code point order, as the standard says. Raises LimitExceeded when the budget is used up.
    """
    dataset = list(dict.fromkeys(quads))
    return "".join(lines(dataset, label(dataset, budget, algorithm)))


def lines(quads: Iterable[Quad], names: Mapping[str, str]) -> list[str]:
    """Write statements in code point order, blank nodes by these names."""
    if names:
        quads = [(names.get(s, s), predicate, names.get(o, o), names.get(g, g)) for s, predicate, o, g in quads]
    return sorted(map(line, quads))


def label(quads: Iterable[Quad], budget: Budget = VERIFIER, algorithm: str = "sha256") -> dict[str, str]:
    """Return the canonical name of each blank node, as `{"_:b0": "_:c14n0"}`; the quads must be distinct."""
    state = _State(getattr(hashlib, algorithm), budget, budget.steps)
    for quad in quads:
        for term in dict.fromkeys((quad[0], quad[2], quad[3])):
            if is_blank(term):
                state.about[term].append(quad)
    by_hash = defaultdict(list)
    for node in state.about:
        state.first[node] = _first_degree(node, state)
        by_hash[state.first[node]].append(node)
    symmetric = []
    for _, nodes in sorted(by_hash.items()):
        if len(nodes) == 1:
            state.canonical.name(nodes[0])
        else:
            symmetric.append(nodes)
    if budget.call_per_node:
        state.calls = sum(map(len, symmetric))
    for nodes in symmetric:
        _name_symmetric(nodes, state)
    return state.canonical.names


class _Issuer:
    """Issue Identifier (§4.5): names in the order in which they are asked for."""

    __slots__ = ("names", "prefix")

    def __init__(self, prefix: str, names: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.names = names or {}

    def name(self, node: str) -> str:
        return self.names.setdefault(node, f"{self.prefix}{len(self.names)}")

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.names))


@dataclass(slots=True)
class _State:
    """Canonicalization state (§4.2), and what is left of the budget."""

    hash: Callable[[bytes], Any]  # a constructor of hashlib
    budget: Budget
    steps: int
    calls: int | None = None
    about: defaultdict[str, list[Quad]] = field(default_factory=lambda: defaultdict(list))
    first: dict[str, str] = field(default_factory=dict)
    canonical: _Issuer = field(default_factory=lambda: _Issuer("_:c14n"))

    def digest(self, text: str) -> str:
        digest: str = self.hash(text.encode()).hexdigest()
        return digest

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise self.exceeded()

    def exceeded(self) -> LimitExceeded:
        return LimitExceeded("canonicalization", self.budget.steps)


def _first_degree(node: str, state: _State) -> str:
    """Hash First Degree Quads (§4.6): the statements about `node`, itself as `_:a`, its likes as `_:z`."""

    def masked(term: str) -> str:
        return ("_:a" if term == node else "_:z") if is_blank(term) else term

    lines = sorted(line((masked(s), predicate, masked(o), masked(g))) for s, predicate, o, g in state.about[node])
    return state.digest("".join(lines))


def _name_symmetric(nodes: list[str], state: _State) -> None:
    """Name blank nodes that share a first degree hash (§4.4.3, step 5)."""
    results = []
    for node in nodes:
        if node not in state.canonical.names:
            issuer = _Issuer("_:b")
            issuer.name(node)
            results.append(_n_degree(node, issuer, state, 1))
    for _, issuer in sorted(results, key=lambda result: result[0]):
        for node in issuer.names:
            state.canonical.name(node)


def _related(node: str, issuer: _Issuer, state: _State) -> dict[str, list[str]]:
    """Hash Related Blank Node (§4.7) for every neighbour of `node`: hash → neighbours."""
    related = defaultdict(list)
    for quad in state.about[node]:
        state.step()
        for position, term in (("s", quad[0]), ("o", quad[2]), ("g", quad[3])):
            if term != node and is_blank(term):
                known = state.canonical.names.get(term) or issuer.names.get(term) or state.first[term]
                predicate = "" if position == "g" else quad[1]
                related[state.digest(position + predicate + known)].append(term)
    return related


def _n_degree(node: str, issuer: _Issuer, state: _State, depth: int) -> tuple[str, _Issuer]:
    """Hash N-Degree Quads (§4.8)."""
    if state.calls == 0 or depth > MAX_DEPTH:
        raise state.exceeded()
    if state.calls is not None:
        state.calls -= 1
    data = ""
    for related_hash, nodes in sorted(_related(node, issuer, state).items()):
        chosen_path, chosen_issuer = "", issuer
        # All statements of one named graph relate its nodes to it alike: one neighbour many times, one order.
        orders = [nodes] if len(set(nodes)) == 1 else itertools.permutations(nodes)
        for order in orders:
            state.step()
            path, names = _path(order, issuer, chosen_path, state, depth)
            if path and (not chosen_path or path < chosen_path):
                chosen_path, chosen_issuer = path, names
        data += related_hash + chosen_path
        issuer = chosen_issuer
    return state.digest(data), issuer


def _path(nodes: Sequence[str], issuer: _Issuer, chosen: str, state: _State, depth: int) -> tuple[str, _Issuer]:
    """Return the path of a permutation (§4.8, 5.4.1 to 5.4.5), empty as soon as it cannot beat `chosen`."""
    issuer = issuer.copy()
    path = ""
    unnamed = []
    for node in nodes:
        if node in state.canonical.names:
            path += state.canonical.names[node]
        else:
            if node not in issuer.names:
                unnamed.append(node)
            path += issuer.name(node)
        if chosen and path > chosen:
            return "", issuer
    for node in unnamed:
        digest, after = _n_degree(node, issuer, state, depth + 1)
        path += f"{issuer.name(node)}<{digest}>"
        issuer = after
        if chosen and path > chosen:
            return "", issuer
    return path, issuer
