"""Searching by name: what is written beside a node so that one full-text index finds it, and what that index is asked.

A text is folded (width, case, katakana's long mark at the end of a word), then cut at its blanks; of each piece every
character and every pair of neighbours is a token, and so is every word. A piece is found by its pairs, so that any
part of a name is, in any script; that the pairs stand side by side, `norm` tells. Words only raise the rank. Tokens are
letters and digits: no analyser takes them apart, and nobody's text is read as a query.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum

from graph_service.domain.language import text_problems
from graph_service.errors import InvalidInput, Path

LIMIT = 200
"""Characters of a text that is searched for."""

_IGNORED = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")  # selectors, joiners
_LONG_MARK_AT_END = re.compile(r"ー+(?![ーぁ-ゖァ-ヺ])")
_WORD = re.compile(r"\b\w{1,30}\b")  # as a token, it stays below the 255 characters at which the analyser cuts
_NOTHING = "type"  # a token that nothing has
_WHOLE = 10  # times what a pair adds to the rank: more than a shorter name does


class SearchType(StrEnum):
    """What can be searched for; each is the `type` of its nodes."""

    ACHIEVEMENT = "Achievement"
    FRAMEWORK = "Framework"
    PATHWAY = "Pathway"
    PROFILE = "Profile"


def folded(text: str) -> str:
    """Return what of a text matters in searching.

    What is part of a text stays part of it when both are folded, unless it cuts a letter from its mark.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_LONG_MARK_AT_END.sub("", _IGNORED.sub("", text)).split())


def fields(type_: SearchType, names: Iterable[str]) -> dict[str, object]:
    """Return the properties by which a node of this type is found: `ft` (tokens) and `norm` (names, one a line)."""
    norm = "\n".join(dict.fromkeys(map(folded, names)))
    tokens = [_type(type_)]
    for piece in norm.split():
        tokens += [*_pairs(piece), *map(_token, piece), *_words(piece)]
    return {"ft": " ".join(tokens), "norm": norm}


def sought(text: str, path: Path = ()) -> str:
    """Return a text that is searched for, folded.

    Raises InvalidInput: TEXT_EMPTY, TEXT_TOO_LONG (before folding, which of 64 KB may take seconds, and after, for it
    makes up to eighteen characters of one), TEXT_CONTROL_CHARACTER.
    """
    if problems := [*text_problems(text, path, limit=LIMIT)] or [*text_problems(folded(text), path, limit=LIMIT)]:
        raise InvalidInput(*problems)
    return folded(text)


def query(text: str, types: Collection[str] | None = None) -> str:
    """Return what to ask the index for: nodes of these types, if they are given, with all pieces of folded text."""
    pieces = text.split()
    needed = dict.fromkeys(token for piece in pieces for token in (*_pairs(piece),) or (_token(piece),))
    narrowed = [] if types is None else [f"+({' '.join(map(_type, types)) or _NOTHING})^0"]
    raising = (f"{word}^{_WHOLE}" for piece in pieces for word in _words(piece))
    return " ".join([*narrowed, *(f"+{token}" for token in needed), *raising])


def _pairs(piece: str) -> Iterator[str]:
    return (_token(piece[at : at + 2]) for at in range(len(piece) - 1))


def _words(piece: str) -> Iterator[str]:
    return (f"w{_token(word)}" for word in _WORD.findall(piece))


def _token(text: str) -> str:
    return f"x{text.encode('utf-16-be').hex()}"


def _type(type_: str) -> str:
    return f"type{type_}"
