"""The secret of an invitation, as a code that people type, and the mail address that it is bound to."""

from __future__ import annotations

import re
import unicodedata

from graph_service.domain.iri import CROCKFORD
from graph_service.errors import InvalidInput, Path, Problem

SECRET_BYTES = 10
"""80 bits: 16 characters of Crockford's base 32, a link as well as a code that a person types."""

_CODE = re.compile(rf"[{CROCKFORD}]{{16}}\Z")
_READ_AS = str.maketrans("OIL", "011")
_DASHES = "\u2212\u30fc"  # the minus sign, and the long vowel mark that Japanese keyboards give for a dash
# What a form of HTML takes (WHATWG, valid e-mail address), with a dot in the domain: no quotes, comments, display name.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+\Z")
_LONGEST_ADDRESS = 254


def write_code(secret: bytes) -> str:
    """Write a secret as a code in groups of four: `K7QF-2M9D-XT4H-8R3P`."""
    number = int.from_bytes(secret, "big")
    letters = "".join(CROCKFORD[(number >> shift) & 31] for shift in range(75, -1, -5))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def read_code(typed: str) -> str | None:
    """Return the 16 characters of a code, or None if it is none.

    However it was typed: in small letters, with spaces, dashes, full width, O for 0, I and L for 1.
    """
    wide = unicodedata.normalize("NFKC", typed[:200]).upper()
    bare = "".join(each for each in wide if not _between(each)).translate(_READ_AS)
    return bare if _CODE.match(bare) else None


def mail_address(typed: str, path: Path = ()) -> str:
    """Return a mail address as it is compared: NFKC, trimmed, in small letters.

    Raises InvalidInput (INVALID_ADDRESS).
    """
    folded = unicodedata.normalize("NFKC", typed[:1000]).strip().lower()
    if len(folded) > _LONGEST_ADDRESS or not _ADDRESS.match(folded):
        raise InvalidInput(Problem("INVALID_ADDRESS", {}, path))
    return folded


def _between(character: str) -> bool:
    return character.isspace() or character in _DASHES or unicodedata.category(character) == "Pd"
