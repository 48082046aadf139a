"""Instants and spans, as text in UTC.

An instant is `2026-11-21T07:46:40Z`: whole seconds, fixed width, so that comparing text compares time,
here and in every graph engine. Everything that can end is a half-open span `[since, until)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType

from graph_service.errors import InvalidInput, Path, Problem

Instant = NewType("Instant", str)

OPEN_END = Instant("9999-12-31T23:59:59Z")
"""The end of what has no end; ranges stay plain comparisons."""

OPEN_START = Instant("0001-01-01T00:00:00Z")
"""The beginning of what has none."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)\Z")


def instant(text: str, path: Path = ()) -> Instant:
    """Read an RFC 3339 date and time with an offset; the answer is in UTC, fractions of a second cut off.

    Raises InvalidInput (INVALID_INSTANT) for anything else.
    """
    try:
        if not _INSTANT.match(text):
            raise ValueError(text)
        return from_datetime(datetime.fromisoformat(text))
    except (ValueError, OverflowError, TypeError):  # a scalar of GraphQL may be any JSON
        raise InvalidInput(Problem("INVALID_INSTANT", {"value": str(text)[:64]}, path)) from None


def ending(text: str | None, since: Instant, path: Path = (), *, otherwise: Instant = OPEN_END) -> Instant:
    """Read the end of what begins at `since`; `otherwise` if none is given.

    Raises InvalidInput (INVALID_INSTANT, SPAN_EMPTY).
    """
    until = otherwise if text is None else instant(text, path)
    if until <= since:
        raise InvalidInput(Problem("SPAN_EMPTY", {"since": since, "until": until}, path))
    return until


def ahead(text: str | None, now: Instant, path: Path = ()) -> Instant:
    """Read an instant that has not passed; now if none is given. Raises InvalidInput (INVALID_INSTANT, IN_THE_PAST)."""
    at = now if text is None else instant(text, path)
    if at < now:
        raise InvalidInput(Problem("IN_THE_PAST", {"value": at}, path))
    return at


def from_datetime(moment: datetime) -> Instant:
    """Write an aware datetime as an instant."""
    return Instant(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"))


def to_datetime(at: Instant) -> datetime:
    """Read an instant as an aware datetime in UTC."""
    return datetime.fromisoformat(at)


def later(at: Instant, *, seconds: int = 0, days: int = 0) -> Instant:
    """Return the instant that much later, never after OPEN_END."""
    try:
        return from_datetime(to_datetime(at) + timedelta(days=days, seconds=seconds))
    except OverflowError:
        return OPEN_END


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open span `[since, until)`. An empty one (`until <= since`) is never true: void."""

    since: Instant
    until: Instant = OPEN_END

    def holds(self, at: Instant) -> bool:
        """Tell whether `since <= at < until`: the one test of time in this service."""
        return self.since <= at < self.until

    def ended(self, at: Instant) -> Span:
        """Return this span ended at `at`.

        What begins and ends in one second still was true for that second, so the end is at least `since` + 1 s.
        """
        if self.until <= at:
            return self
        return Span(self.since, max(at, later(self.since, seconds=1)))

    def voided(self) -> Span:
        """Return the empty span: it was never true."""
        return Span(self.since, self.since)
