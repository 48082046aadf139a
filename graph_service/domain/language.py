"""Text in several languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from graph_service.errors import InvalidInput, Path, Problem

MAX_TEXT = 20_000

# BCP 47 (RFC 5646 §2.1), well-formed tags without grandfathered ones.
_TAG = re.compile(r"(?:[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*|x(?:-[A-Za-z0-9]{1,8})+)\Z")
# XML and RDF canonical forms disagree about these, and lists end at the last; nobody means to write them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\U0010ffff]")


def text_problems(text: str, path: Path = (), *, limit: int = MAX_TEXT) -> Iterator[Problem]:
    """List what makes a text unfit to be signed and stored: control characters, excess length, emptiness."""
    if not text.strip():
        yield Problem("TEXT_EMPTY", {}, path)
    if len(text) > limit:
        yield Problem("TEXT_TOO_LONG", {"limit": limit, "length": len(text)}, path)
    if found := _CONTROL.search(text):
        yield Problem(
            "TEXT_CONTROL_CHARACTER", {"character": f"U+{ord(found.group()):04X}", "position": found.start()}, path
        )


class LanguageMap(Mapping[str, str]):
    """Texts by BCP 47 tag, in the order given; the first is the base language. Never empty."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str], path: Path = (), *, limit: int = MAX_TEXT) -> None:
        problems = [] if texts else [Problem("TEXT_EMPTY", {}, path)]
        for tag, text in texts.items():
            if not _TAG.match(tag):
                problems.append(Problem("INVALID_LANGUAGE_TAG", {"value": tag[:64]}, (*path, tag[:64])))
            problems.extend(text_problems(text, (*path, tag[:64]), limit=limit))
        if problems:
            raise InvalidInput(*problems)
        self._texts = dict(texts)

    @classmethod
    def from_json(cls, stored: str) -> LanguageMap:
        """Read what `to_json` wrote."""
        return cls(json.loads(stored))

    def to_json(self) -> str:
        """Write compact JSON for the `…Map` property of a node."""
        return json.dumps(self._texts, ensure_ascii=False, separators=(",", ":"))

    @property
    def base(self) -> str:
        """The base language."""
        return next(iter(self._texts))

    @property
    def text(self) -> str:
        """The text in the base language."""
        return self._texts[self.base]

    def choose(self, asked: str | None) -> tuple[str, str]:
        """Return (tag, text) for a reader: asked language → base language → `und` → any."""
        if asked:
            wanted = asked.lower()
            for tag, text in self._texts.items():
                if tag.lower() == wanted:
                    return tag, text
            for tag, text in self._texts.items():
                if tag.lower().split("-")[0] == wanted.split("-")[0]:
                    return tag, text
        return self.base, self.text

    def __getitem__(self, tag: str) -> str:
        return self._texts[tag]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"LanguageMap({self._texts!r})"
