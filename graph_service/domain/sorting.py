"""Sort keys: one text per order, ending in the id, so that a list has one order and a page can start anywhere.

That order is by code point, as indexes have it. Neo4j compares by UTF-16 where it takes no index, and the two differ
behind the surrogates (﨑, 😀): so a key holds none of these characters, but others for them, in the same order.
"""

from __future__ import annotations

import re
import unicodedata

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant

_END = "\x1f"
"""The unit separator: no text has it, and it lies before whatever a longer name goes on with."""
_BEHIND = re.compile("[\ue000-\U0010ffff]")
_DECIDING = 300  # characters; folding makes up to eighteen of one, and no index takes a key of any length


def by_name(name: str, id: Iri) -> str:
    """Return folded name, `_END`, id: width and case do not matter (NFKC, casefold); `初級` is before `初級 第2期`."""
    return _even(f"{unicodedata.normalize('NFKC', name).casefold()[:_DECIDING]}{_END}{id}")


def by_date(at: Instant, id: Iri) -> str:
    """Return `<instant>|<id>`."""
    return _even(f"{at}|{id}")


def _even(key: str) -> str:
    return _BEHIND.sub(lambda found: _in_front(ord(found[0]) - 0xE000), key)


def _in_front(place: int) -> str:
    return f"\ud7ff{chr(0x4E00 + (place >> 10))}{chr(0x4E00 + (place & 0x3FF))}"
