"""Page or document: only who asks for `text/html` by name gets a page (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re

PAGE = "text/html"
_DOCUMENT = re.compile(r"application/(?:vc|jwt|json|[\w.-]+\+(?:json|jwt))\Z")
_ANYTHING = frozenset({"*/*", "application/*"})
_MOST = 50


def wants_page(accept: str) -> bool:
    """Tell whether an Accept header prefers a page to a document.

    A document that is named wins a tie: machines name them, browsers do not.
    """
    page = named = anything = 0.0
    for part in accept.split(",")[:_MOST]:
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        quality = _quality(parameters)
        if name == PAGE:
            page = max(page, quality)
        elif _DOCUMENT.match(name):
            named = max(named, quality)
        elif name in _ANYTHING:
            anything = max(anything, quality)
    return page > named and page >= anything


def _quality(parameters: list[str]) -> float:
    weights = (each[2:] for each in parameters if each.startswith("q="))
    try:
        weight = float(next(weights, "1"))
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
