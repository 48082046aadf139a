"""Sort keys: one text per order, ending in the id, so that a list has one order and a page can start anywhere."""

from __future__ import annotations

import unicodedata

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant

_DECIDING = 300  # characters; folding makes up to eighteen of one, and no index takes a key of any length


def by_name(name: str, id: Iri) -> str:
    """Return `<folded name>|<id>`: width and case do not matter (NFKC, casefold)."""
    return f"{unicodedata.normalize('NFKC', name).casefold()[:_DECIDING]}|{id}"


def by_date(at: Instant, id: Iri) -> str:
    """Return `<instant>|<id>`."""
    return f"{at}|{id}"
