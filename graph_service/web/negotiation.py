"""Page, table or document, and in which form (RFC 9110 §12.5.1): only who asks for `text/html` by name gets a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

PAGE = "text/html"
TABLE = "text/csv"
_DOCUMENT = re.compile(r"application/(?:vc|jwt|json|[\w.-]+\+(?:json|jwt))\Z")
_ANYTHING = frozenset({"*/*", "application/*"})
_TOKENS = frozenset({"application/vc+jwt", "application/jwt", "text/plain"})
_MOST = 50


def wants_page(accept: str) -> bool:
    """Tell whether an Accept header prefers a page to a document.

    A document that is named wins a tie: machines name them, browsers do not; but text browsers name `text/plain`.
    """
    page = named = anything = 0.0
    for name, quality in _weighed(accept):
        if name == PAGE:
            page = max(page, quality)
        elif _DOCUMENT.match(name):
            named = max(named, quality)
        elif name in _ANYTHING or name in _TOKENS:
            anything = max(anything, quality)
    return page > named and page >= anything


def wants_token(accept: str) -> bool:
    """Tell whether an Accept header prefers a signed document as compact JWS to one with a proof in it."""
    token = other = 0.0
    for name, quality in _weighed(accept):
        if name in _TOKENS:
            token = max(token, quality)
        elif name in _ANYTHING or _DOCUMENT.match(name):
            other = max(other, quality)
    return token > other


def wants_table(accept: str) -> bool:
    """Tell whether an Accept header prefers a table to everything else that it names."""
    weights = dict(_weighed(accept))
    return 0 < weights.get(TABLE, 0) == max(weights.values())


def _weighed(accept: str) -> Iterator[tuple[str, float]]:
    """Yield the media types of an Accept header with their weights."""
    for part in accept.split(",")[:_MOST]:
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        yield name, _quality(parameters)


def _quality(parameters: list[str]) -> float:
    weights = (each[2:] for each in parameters if each.startswith("q="))
    try:
        weight = float(next(weights, "1"))
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
