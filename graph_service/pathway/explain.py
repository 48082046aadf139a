"""Why a pathway is complete, or what keeps it from being; computed only when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import AtLeast, Credits, Leaf, Node, fewest
from graph_service.domain.time import Instant
from graph_service.pathway.evaluate import Completion
from graph_service.pathway.facts import Award, Facts
from graph_service.pathway.guards import DISTANCE, Reason, ReasonCode, counts, endorsements, reasons
from graph_service.pathway.plan import Plan


@dataclass(frozen=True, slots=True)
class Witness:
    """An award that fills a leaf, and the endorsements that its guards asked for."""

    award: Iri
    achievement: Iri
    awarded_at: Instant
    endorsements: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """What a Credits asks for, what the parts that hold are worth, and what is still missing."""

    unit: str
    required: Decimal
    earned: Decimal
    missing: Decimal


@dataclass(frozen=True, slots=True)
class ProofNode:
    """One node: `held` parts (of a leaf: awards) of those `required`, `missing` more to go.

    Credits count in amounts, its `balance`; there `required` and `missing` are the fewest parts that could do.
    `parts` are ids of nodes. A leaf that holds has witnesses, an open one reasons, the nearest miss first.
    `remembered` is set when a leaf under AT_COMPLETION no longer holds by itself: its witnesses are those of
    that instant.
    """

    node: Node
    complete: bool
    progress: Fraction
    required: int
    held: int
    missing: int
    parts: tuple[str, ...] = ()
    balance: Balance | None = None
    witnesses: tuple[Witness, ...] = ()
    reasons: tuple[Reason, ...] = ()
    remembered: Instant | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Every node once, parts before wholes, the root last."""

    nodes: tuple[ProofNode, ...]


def explain(plan: Plan, facts: Facts, completion: Completion) -> Proof:
    """Return the proof of what `evaluate(plan, facts, …)` found.

    `facts` are those that `completion` was evaluated from. Witnesses do not depend on their order: the
    earliest award is taken, then the least id; the same for endorsements.
    """
    held: dict[int, list[Award]] = {}
    for award in sorted(facts.awards, key=lambda award: (award.awarded_at, award.id)):
        if award.awarded_at <= completion.at:
            for number in plan.accepts.get(award.achievement, ()):
                held.setdefault(number, []).append(award)
    first = len(plan.leaves)
    leaves = (_leaf(plan, i, held.get(i, []), facts, completion) for i in range(first))
    groups = (_group(plan, i, completion) for i in range(first, len(plan.nodes)))
    return Proof((*leaves, *groups))


def _group(plan: Plan, number: int, completion: Completion) -> ProofNode:
    node = plan.nodes[number]
    holding = {part for part in plan.parts[number] if completion.holds(part)}
    if isinstance(node, Credits):
        worth = {part: plan.leaves[part].credits[node.unit] for part in plan.parts[number]}
        balance = _balance(node, sum((worth[part] for part in holding), Decimal(0)))
        required = fewest(worth.values(), balance.required)
        missing = fewest((worth[part] for part in worth if part not in holding), balance.missing)
    else:
        balance = None
        required = node.count if isinstance(node, AtLeast) else 1
        missing = max(0, required - len(holding))
    return ProofNode(
        node=node,
        complete=completion.holds(number),
        progress=completion.value(number),
        required=required,
        held=len(holding),
        missing=missing,
        parts=tuple(plan.nodes[part].id for part in plan.parts[number]),
        balance=balance,
    )


def _balance(node: Credits, earned: Decimal) -> Balance:
    missing = max(Decimal(0), node.threshold - earned)
    return Balance(node.unit, node.threshold.normalize(), earned.normalize(), missing.normalize())


def _leaf(plan: Plan, number: int, awards: list[Award], facts: Facts, completion: Completion) -> ProofNode:
    leaf = plan.leaves[number]
    complete = completion.holds(number)
    moment = completion.at
    used = _used(leaf, awards, facts, moment)
    if complete and len(used) < leaf.times:
        moment = completion.remembered[number]
        used = _used(leaf, awards, facts, moment)
    return ProofNode(
        node=leaf,
        complete=complete,
        progress=completion.value(number),
        required=leaf.times,
        held=len(used),
        missing=leaf.times - len(used),
        witnesses=tuple(_witness(leaf, award, facts, moment) for award in used),
        reasons=() if complete else _why_open(leaf, awards, used, facts, moment),
        remembered=None if moment == completion.at else moment,
    )


def _used(leaf: Leaf, awards: list[Award], facts: Facts, at: Instant) -> list[Award]:
    """Return the earliest awards that count at `at`, one a day, at most as many as the leaf asks for."""
    by_day: dict[str, Award] = {}
    for award in awards:
        if counts(leaf, award, facts, at):
            by_day.setdefault(award.day, award)
    return list(by_day.values())[: leaf.times]


def _witness(leaf: Leaf, award: Award, facts: Facts, at: Instant) -> Witness:
    used: list[Iri] = []
    for guard in leaf.guards.endorsed_by:
        earliest: dict[Iri, Iri] = {}
        for e in sorted(endorsements(guard, award, facts, at), key=lambda e: (e.span.since, e.id)):
            earliest.setdefault(e.endorser, e.id)
        used.extend(list(earliest.values())[: guard.min_count])
    return Witness(award.id, award.achievement, award.awarded_at, tuple(used))


def _why_open(leaf: Leaf, awards: list[Award], used: list[Award], facts: Facts, at: Instant) -> tuple[Reason, ...]:
    """Return reasons award by award; an award is as near as the farthest of what keeps it from counting."""
    if not awards:
        return (Reason(ReasonCode.NOT_HELD),)
    few = [Reason(ReasonCode.TOO_FEW_TIMES, values={"held": len(used), "times": leaf.times})] if used else []
    misses = [found for award in awards if (found := reasons(leaf, award, facts, at))]
    misses.sort(key=lambda found: DISTANCE[found[-1].code])
    return (*few, *(reason for found in misses for reason in found))
