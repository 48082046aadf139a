"""Equivalence: the claim that one achievement counts as another, at most for as much."""

from __future__ import annotations

from decimal import Decimal

from graph_service.domain.pathway_json import decimal
from graph_service.errors import InvalidInput, Path, Problem

FACTOR_PLACES = 2


def factor(text: str, path: Path = ()) -> Decimal:
    """Read what an award of the source is worth of the target's credits: above 0, at most 1, at most two places.

    Raises InvalidInput: INVALID_DECIMAL, FACTOR_OUT_OF_RANGE.
    """
    found = decimal(text, path)
    if not 0 < found <= 1 or found != round(found, FACTOR_PLACES):
        raise InvalidInput(Problem("FACTOR_OUT_OF_RANGE", {"value": text, "places": FACTOR_PLACES}, path))
    return found.normalize()
