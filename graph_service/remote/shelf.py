"""What was fetched, kept for a while: a list of a thousand badges of one issuer asks that issuer once."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from graph_service.errors import Problem

LONGEST = 300.0  # seconds, whatever the other side allows: a revocation must be seen
UNSAID = 10.0  # where the other side says nothing of it
FAILED = 10.0  # what could not be had

_ENTRY_BYTES = 1000  # that an entry takes besides its body
_MAX_AGE = re.compile(r"(?:\A|[\s,])max-age=\"?(\d{1,9})(?!\d)", re.ASCII)
_NOT_KEPT = re.compile(r"\b(?:no-store|no-cache)\b")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a fetch: a body, or why there is none; and for how many seconds that may be told again."""

    body: bytes
    problem: Problem | None
    fresh: float


class Shelf:
    """Answers by their question, those used last kept longest; their bodies together are no larger than `limit`."""

    def __init__(self, clock: Callable[[], float], limit: int) -> None:
        self._clock = clock
        self._left = limit
        self._kept: OrderedDict[Hashable, tuple[float, Answer]] = OrderedDict()

    def get(self, key: Hashable) -> Answer | None:
        """Return an answer that is still fresh."""
        until, answer = self._kept.get(key, (0.0, None))
        if answer is None or until <= self._clock():
            return None
        self._kept.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer as long as it is fresh, in place of an earlier one."""
        self._drop(key)
        if answer.fresh <= 0:
            return
        self._kept[key] = self._clock() + answer.fresh, answer
        self._left -= _size(answer)
        while self._left < 0:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        if kept := self._kept.pop(key, None):
            self._left += _size(kept[1])


def freshness(cache_control: str, age: str) -> float:
    """Return for how many seconds an answer is good (RFC 9111, §4.2), never longer than LONGEST."""
    said = cache_control.lower()
    if _NOT_KEPT.search(said):
        return 0.0
    if (found := _MAX_AGE.search(said)) is None:
        return UNSAID
    gone = int(age) if re.match(r"\d{1,9}\Z", age, re.ASCII) else 0
    return min(LONGEST, float(int(found[1]) - gone))


def _size(answer: Answer) -> int:
    return len(answer.body) + _ENTRY_BYTES
