"""Why a pathway is complete, or what keeps it from being; computed only when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import After, AtLeast, Credits, Leaf, Mode, Node, fewest
from graph_service.domain.time import Instant, Span
from graph_service.pathway.counting import Reach, in_force, reach
from graph_service.pathway.equivalences import Chain, chains
from graph_service.pathway.evaluate import Completion
from graph_service.pathway.facts import Award, Endorsement, Facts, Waiver
from graph_service.pathway.groups import Strict, Windowed
from graph_service.pathway.guards import accreditations, asked_instant, endorsements
from graph_service.pathway.plan import Accepts, Plan
from graph_service.pathway.reasons import DISTANCE, Reason, ReasonCode, doubts, ends, in_order, not_equivalent, reasons
from graph_service.pathway.scopes import around
from graph_service.pathway.state import Counted

Near = Sequence[tuple[Award, Sequence[Chain]]]
"""Awards that fill a leaf or might, and by which chains of equivalences."""
MAX_CONSUMED = 5
"""How many awards are named, of one open leaf, that went to others."""


@dataclass(frozen=True, slots=True)
class Witness:
    """An award that fills a leaf, and the endorsements that its guards asked for, with the endorsers' accreditations.

    `equivalences`: the claims by which it counts, one after the other, none if it is of a target itself. In Credits
    it is worth `factor` of the leaf.
    """

    award: Iri
    achievement: Iri
    awarded_at: Instant
    endorsements: tuple[Iri, ...]
    equivalences: tuple[Iri, ...] = ()
    factor: Decimal = Decimal(1)
    accreditations: tuple[Iri, ...] = ()


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
    `parts` are ids of nodes, of an After its prerequisite first. A leaf that holds has witnesses, an open one reasons,
    the nearest miss first; an open group has them where something else than its parts is in the way.

    `remembered` is set when a leaf under AT_COMPLETION no longer holds by itself: its witnesses are those of
    that instant. `waived`: it holds by this, whatever was earned. `window`: of a Window the best one, in which the
    awards below lie. `first_held`: of a STRICT the instant from which awards count after its prerequisite. `locked_by`:
    the prerequisite that GATE or STRICT waits for.
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
    waived: Waiver | None = None
    window: Span | None = None
    first_held: Instant | None = None
    locked_by: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Every node once, parts before wholes, the root last."""

    nodes: tuple[ProofNode, ...]


def explain(plan: Plan, facts: Facts, completion: Completion) -> Proof:
    """Return the proof of what `evaluate(plan, facts, …)` found.

    `facts` are those that `completion` was evaluated from. Witnesses do not depend on their order: what is worth most
    is taken, then the earliest award, then the least id; the earliest for endorsements.
    """
    near = _near(plan, facts, completion.at)
    first = len(plan.leaves)
    leaves = (_leaf(i, near.get(i, ()), facts, completion) for i in range(first))
    groups = (_group(i, completion) for i in range(first, len(plan.nodes)))
    return Proof((*leaves, *groups))


def _near(plan: Plan, facts: Facts, at: Instant) -> Mapping[int, Near]:
    """Return for each leaf the awards made by then that it might accept, the earliest first.

    Where nothing trusted and in force leads from an award to the leaf, the claims of others or of another time may.
    """
    reached, beyond = reach(plan, in_force(facts, at)), _beyond(plan, facts, at)
    found: dict[int, list[tuple[Award, Sequence[Chain]]]] = {}
    for award in sorted(facts.awards, key=lambda award: (award.awarded_at, award.id)):
        if award.awarded_at <= at:
            for leaf, ways in {**beyond.leaves(award), **reached.leaves(award)}.items():
                found.setdefault(leaf, []).append((award, ways))
    return found


def _beyond(plan: Plan, facts: Facts, at: Instant) -> Reach:
    """Return what awards might fill under claims of any time: those that are trusted, and those of anybody.

    Of claims of the same it is the nearest miss: one in force, else the one with the latest end.
    """
    claims = sorted(facts.equivalences, key=lambda claim: (claim.span.holds(at), claim.span.until, claim.id))

    def under(accepts: Accepts, claimants: Set[Iri]) -> tuple[Accepts, Mapping[Iri, tuple[Chain, ...]]]:
        nearest = {(claim.source, claim.target): claim for claim in claims if claim.claimant in claimants}
        return accepts, chains(nearest.values(), accepts)

    trusted = (under(each.accepts, each.claimants) for each in plan.trusting)
    return Reach(plan, (*trusted, under(plan.accepts, {claim.claimant for claim in claims})) if claims else ())


# groups


def _group(number: int, completion: Completion) -> ProofNode:
    plan = completion.plan
    node, below, counter = plan.nodes[number], plan.parts[number], plan.groups[number - len(plan.leaves)]
    needed = below[1:] if isinstance(node, After) and node.mode is Mode.ADVISE else below
    holding = {part for part in needed if completion.holds(part)}
    waived = completion.waived(number)
    if isinstance(node, Credits):
        balance, required, missing = _credits(number, node, holding, completion)
    else:
        balance, required = None, node.count if isinstance(node, AtLeast) else len(needed)
        missing = 0 if waived else max(0, required - len(holding))
    waits = isinstance(node, After) and node.mode is not Mode.ADVISE and not waived and below[0] not in holding
    locked_by = plan.nodes[below[0]].id if waits else None
    locked = [Reason(ReasonCode.LOCKED_BY, node=locked_by)] if locked_by else []
    complete = completion.holds(number)
    return ProofNode(
        node=node,
        complete=complete,
        progress=completion.value(number),
        required=required,
        held=len(holding),
        missing=missing,
        parts=tuple(plan.nodes[part].id for part in below),
        balance=balance,
        reasons=() if complete else (*locked, *_waiver_ended(number, completion)),
        waived=waived,
        window=_span(completion, number) if isinstance(counter, Windowed) else None,
        first_held=completion.first_held(number) if isinstance(counter, Strict) else None,
        locked_by=locked_by,
    )


def _credits(number: int, node: Credits, holding: Set[int], completion: Completion) -> tuple[Balance, int, int]:
    """Return what a Credits needs and has, the fewest parts that could do, and the fewest that still could."""

    def capped(amount: Decimal) -> Decimal:
        return amount if node.source_cap is None else min(node.source_cap, amount)

    worth = {part: completion.plan.leaves[part].credits[node.unit] for part in completion.plan.parts[number]}
    earned = sum((capped(worth[part] * _factor(part, completion)) for part in holding), Decimal(0))
    missing = Decimal(0) if completion.holds(number) else node.threshold - earned
    balance = Balance(node.unit, node.threshold.normalize(), earned.normalize(), missing.normalize())
    fewest_open = fewest((capped(worth[part]) for part in worth if part not in holding), missing)
    return balance, fewest(map(capped, worth.values()), node.threshold), fewest_open


def _factor(leaf: int, completion: Completion) -> Decimal:
    """Return what share of its credits a leaf that holds is worth: the best of its awards is the first."""
    used = completion.witnesses(leaf)
    return used[0].chain.factor if used and not completion.waived(leaf) else Decimal(1)


def _span(completion: Completion, group: int) -> Span | None:
    """Return the window of a Window, if one can begin."""
    found = completion.between(group)
    return found if found.since < found.until else None


def _waiver_ended(number: int, completion: Completion) -> list[Reason]:
    """Return the latest waiver of a node that has ended."""
    ended = [
        each
        for each in completion.facts.waivers
        if completion.plan.waivable.get(each.node) == number and each.span.since < each.span.until <= completion.at
    ]
    latest = max(ended, key=lambda waiver: (waiver.span.until, waiver.id), default=None)
    if latest is None:
        return []
    return [Reason(ReasonCode.WAIVER_EXPIRED, values={"until": latest.span.until}, waiver=latest.id)]


# leaves


def _leaf(number: int, near: Near, facts: Facts, completion: Completion) -> ProofNode:
    leaf = completion.plan.leaves[number]
    complete = completion.holds(number)
    used = completion.witnesses(number)
    waived = completion.waived(number)
    return ProofNode(
        node=leaf,
        complete=complete,
        progress=completion.value(number),
        required=leaf.times,
        held=len(used),
        missing=0 if complete else leaf.times - len(used),
        witnesses=tuple(_witness(leaf, each, completion) for each in used),
        reasons=() if complete else tuple(_why_open(number, near, used, facts, completion)),
        remembered=min((each.remembered for each in used if each.remembered), default=None),
        waived=waived,
    )


def _witness(leaf: Leaf, counted: Counted, completion: Completion) -> Witness:
    award, chain, facts = counted.award, counted.chain, completion.facts
    at = counted.remembered or completion.at
    used: list[Iri] = []
    accrediting: list[Iri] = []
    for guard in leaf.guards.endorsed_by:
        speaking = _earliest(endorsements(guard, award, facts, at, chain.target))
        for e in speaking[: guard.min_count]:
            used.append(e.id)
            asked = asked_instant(guard, award, at)
            by = (each for each in accreditations(guard, e.endorser, facts) if each.span.holds(asked))
            accrediting += [each.id for each in _earliest(by)[:1]]
    return Witness(
        award=award.id,
        achievement=award.achievement,
        awarded_at=award.awarded_at,
        endorsements=tuple(used),
        equivalences=tuple(claim.id for claim in chain.claims),
        factor=chain.factor,
        accreditations=tuple(dict.fromkeys(accrediting)),
    )


def _earliest(found: Iterable[Endorsement]) -> list[Endorsement]:
    """Return the earliest endorsement of each endorser, the earliest first."""
    by_endorser: dict[Iri, Endorsement] = {}
    for e in sorted(found, key=lambda e: (e.span.since, e.id)):
        by_endorser.setdefault(e.endorser, e)
    return list(by_endorser.values())


def _why_open(
    number: int, near: Near, used: Sequence[Counted], facts: Facts, completion: Completion
) -> Iterator[Reason]:
    """Yield reasons award by award; an award is as near as the farthest of what keeps it from counting."""
    leaf = completion.plan.leaves[number]
    filling = {each.award.id for each in used}
    counting = completion.reading.counting[number]
    unused = [award for award, _ in near if award.id in counting and award.id not in filling]
    misses = [_waiver_ended(number, completion), *(_out_of_scope(number, award, completion) for award in unused)]
    for award, ways in near:
        if award.id not in counting:
            misses.append(min((_why_not(number, award, way, facts, completion) for way in ways), key=_distance))
    if used:
        yield Reason(ReasonCode.TOO_FEW_TIMES, values={"held": len(used), "times": leaf.times})
    yield from islice(_consumed(number, unused, completion), MAX_CONSUMED)
    for found in sorted(misses, key=_distance):
        yield from found
    if not near:
        yield Reason(ReasonCode.NOT_HELD)


def _distance(found: Sequence[Reason]) -> int:
    return DISTANCE[found[-1].code] if found else -1


def _why_not(number: int, award: Award, way: Chain, facts: Facts, completion: Completion) -> list[Reason]:
    """Return why an award does not count for a leaf by one way, and why it may not be used in its scopes either.

    If nothing is wrong but what could not be checked, that: its scopes are as if it were true.
    """
    plan, at = completion.plan, completion.at
    leaf = plan.leaves[number]
    trusted = (each.claimants for each in plan.trusting if any(number in each.accepts.get(t, ()) for t in leaf.targets))
    claims = not_equivalent(award, way, frozenset[Iri]().union(*trusted), at)
    if wrong := [*claims, *reasons(leaf, award, facts, at, way)]:
        return in_order([*wrong, *_out_of_scope(number, award, completion)])
    return in_order([*doubts(leaf, award, facts, at, way), *_out_of_scope(number, award, completion.upper)])


def _consumed(number: int, unused: Iterable[Award], completion: Completion) -> Iterator[Reason]:
    """Yield where awards went that count for a leaf below an award cap."""
    plan = completion.plan
    for award in unused:
        leaf = completion.filled.get((plan.places[number], award.id))
        if leaf is not None:
            yield Reason(ReasonCode.CONSUMED_BY, award.id, node=plan.nodes[leaf].id)


def _out_of_scope(number: int, award: Award, completion: Completion) -> list[Reason]:
    """Return why, by when it was made, an award may not be used in the scopes in which a leaf lies."""
    return in_order(
        reason for group in around(number, completion.plan.places) for reason in _kept_out(group, award, completion)
    )


def _kept_out(group: int, award: Award, completion: Completion) -> Iterator[Reason]:
    plan = completion.plan
    counter = plan.groups[group - len(plan.leaves)]
    match counter:
        case Windowed():
            window = _span(completion, group)
            if window and not window.holds(award.awarded_at):
                values = {"found": award.awarded_at, **ends(window)}
                yield Reason(ReasonCode.OUTSIDE_WINDOW, award.id, values=values)
        case Strict():
            prerequisite, first = plan.nodes[counter.prerequisite].id, completion.first_held(group)
            if first is None:
                yield Reason(ReasonCode.LOCKED_BY, award.id, node=prerequisite)
            elif award.awarded_at < first:
                values = {"found": award.awarded_at, "since": first}
                yield Reason(ReasonCode.TOO_EARLY, award.id, values=values, node=prerequisite)
