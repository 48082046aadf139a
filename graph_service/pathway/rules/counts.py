"""Counts and credits can be met."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from graph_service.domain.pathway import AtLeast, Group, Ref, exact
from graph_service.errors import Path, Problem
from graph_service.pathway.plan import fulls
from graph_service.pathway.rules.draft import Draft

MAX_TIMES = 1_000
MAX_BITS = 4_096
"""How large a number progress may be counted out of, so that it can be written as a fraction."""


def counts_can_be_met(draft: Draft) -> Iterator[Problem]:
    """1 ≤ n ≤ k for groups and endorsers, 1 ≤ n for the rest. What is empty is told by another rule."""
    for path, group in draft.groups():
        if group.parts and isinstance(group, AtLeast):
            yield from within(group.count, (*path, "count"), len(group.parts))
        if isinstance(group, AtLeast) and group.award_cap is not None:
            yield from within(group.award_cap, (*path, "awardCap"))
    for path, leaf in draft.leaves():
        yield from within(leaf.times, (*path, "times"), MAX_TIMES)
        for position, guard in enumerate(leaf.guards.endorsed_by):
            place = (*path, "guards", "endorsedBy", position, "minCount")
            yield from within(guard.min_count, place, len(guard.profiles))


def within(count: int, path: Path, most: int = 0) -> Iterator[Problem]:
    """Tell unless 1 ≤ count, and count ≤ most if there is a most."""
    if count < 1:
        yield Problem("COUNT_TOO_LOW", {"count": count}, path)
    elif 0 < most < count:
        yield Problem("UNSATISFIABLE_COUNT", {"count": count, "most": most}, path)


def amounts_are_positive(draft: Draft) -> Iterator[Problem]:
    """The credits of leaves, the thresholds of Credits and what they count of one leaf are more than 0."""
    for path, leaf in draft.leaves():
        for unit, amount in leaf.credits.items():
            yield from _amount(amount, (*path, "credits", unit))
    for path, group in draft.sums():
        yield from _amount(group.threshold, (*path, "threshold"))
        if group.source_cap is not None:
            yield from _amount(group.source_cap, (*path, "perSourceCap"))


def _amount(amount: Decimal, path: Path) -> Iterator[Problem]:
    if amount <= 0:
        yield Problem("CREDITS_TOO_LOW", {"amount": exact(amount)}, path)


def credits_come_from_leaves(draft: Draft) -> Iterator[Problem]:
    """The parts of a Credits are leaves with credits in its unit."""
    nodes = {node.id: node for node in draft.definition.nodes}
    for path, group in draft.sums():
        for position, part in enumerate(group.parts):
            node = nodes.get(part)
            if isinstance(node, Group | Ref):
                yield Problem("PART_NOT_A_LEAF", {"id": part}, (*path, "parts", position))
            elif node and group.unit not in node.credits:
                yield Problem("PART_WITHOUT_CREDITS", {"id": part, "unit": group.unit}, (*path, "parts", position))


def thresholds_can_be_met(draft: Draft) -> Iterator[Problem]:
    """The parts of a Credits reach its threshold together. A part without credits is told by another rule."""
    worth = {leaf.id: leaf.credits for _, leaf in draft.leaves()}
    for path, group in draft.sums():
        parts = set(group.parts)
        amounts = [worth[part][group.unit] for part in parts if group.unit in worth.get(part, {})]
        cap = group.source_cap
        most = sum((amount if cap is None else min(cap, amount) for amount in amounts), Decimal(0))
        if parts and len(amounts) == len(parts) and most < group.threshold:
            values = {"threshold": exact(group.threshold), "most": exact(most), "unit": group.unit}
            yield Problem("UNSATISFIABLE_CREDITS", values, (*path, "threshold"))


def progress_can_be_written(draft: Draft) -> Iterator[Problem]:
    """What progress is counted out of has no more than so many digits. Only where nothing else is wrong."""
    for id_, full in fulls(draft.definition, draft.referenced):
        if full.bit_length() > MAX_BITS:
            paths = {group.id: path for path, group in draft.groups()}
            yield Problem("TOO_FINE", {"id": id_}, paths.get(id_, ("nodes",)))
            return
