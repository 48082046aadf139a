"""Days as people and spreadsheets write them. A date without a time is a whole day in Japan."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone

from graph_service.domain.time import OPEN_END, Instant, from_datetime, instant, later, to_datetime
from graph_service.errors import InvalidInput, Path, Problem

JAPAN = timezone(timedelta(hours=9))
"""Japan has had no summer time since 1951."""

_LAST_IN_JAPAN = datetime(9999, 12, 31, 23, 59, 59, tzinfo=JAPAN)
_ERAS = {  # name or letter → first day, last day
    ("令和", "R"): (date(2019, 5, 1), date.max),
    ("平成", "H"): (date(1989, 1, 8), date(2019, 4, 30)),
    ("昭和", "S"): (date(1926, 12, 25), date(1989, 1, 7)),
}
_MIDNIGHT = r"(?:[ T]0?0:00(?::00)?)?"  # what spreadsheets put behind a day
_WESTERN = re.compile(rf"((?:19|2\d)\d\d)(?:([-/.])(\d\d?)\2(\d\d?)|(\d\d)(\d\d)|年(\d\d?)月(\d\d?)日){_MIDNIGHT}\Z")
_JAPANESE = re.compile(
    rf"(令和|平成|昭和|[RHS])(元|\d\d?)(?:([-/.])(\d\d?)\3(\d\d?)|年(\d\d?)月(\d\d?)日){_MIDNIGHT}\Z"
)
_SERIAL = re.compile(r"\d{5}\Z")  # 1927 to 2173
_SERIAL_ZERO = date(1899, 12, 30)  # so that days after February 1900 are what spreadsheets call them


def moment(text: str, path: Path = ()) -> Instant:
    """Read a date and time with an offset, or a date: then the beginning of that day in Japan.

    Dates: `2026-04-01`, `2026/4/1`, `20260401`, `2026年4月1日`, `R8.4.1`, `令和8年4月1日`, the day number of a
    spreadsheet; in full-width digits as well. Raises InvalidInput (INVALID_INSTANT, INVALID_DATE, NO_SUCH_DATE).
    """
    return _read(text, path)[0]


def asked_about(text: str, path: Path = ()) -> Instant:
    """Read the instant that a question is about: as `moment`, but of a date the last second of that day in Japan.

    Who asks how things stood on a day means when it was over.
    """
    at, whole_day = _read(text, path)
    return later(at, seconds=86_399) if whole_day else at


def day_in_japan(at: Instant) -> str:
    """Return the day in Japan, as `2026-04-01`."""
    return local(at).date().isoformat()


def in_japan(at: Instant) -> str:
    """Return day and time in Japan to the minute, as `2026-04-01 09:00`."""
    return local(at).isoformat(" ", "minutes")[:16]


def local(at: Instant) -> datetime:
    """Return an instant in Japan; the calendar ends there as well with the year 9999, nine hours early."""
    try:
        return to_datetime(at).astimezone(JAPAN)
    except OverflowError:
        return _LAST_IN_JAPAN


def later_in_japan(at: Instant, *, months: int = 0, days: int = 0) -> Instant:
    """Return the instant so many calendar months, then so many days later in Japan, never after OPEN_END.

    What falls behind the end of a month falls on its last day.
    """
    begun = local(at)
    year, month = divmod(12 * begun.year + begun.month - 1 + months, 12)
    try:
        day = min(begun.day, monthrange(year, month + 1)[1])
        return from_datetime(begun.replace(year=year, month=month + 1, day=day) + timedelta(days=days))
    except (OverflowError, ValueError):  # the calendar ends
        return OPEN_END


def _read(text: str, path: Path) -> tuple[Instant, bool]:
    """Return the instant, and whether it is the beginning of a day that was given without a time."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if len(folded) >= 20 and folded[10] == "T":
        return instant(folded, path), False
    day = _day(folded.upper(), text, path)
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=JAPAN).astimezone(UTC)), True


def _day(folded: str, given: str, path: Path) -> date:
    if found := _WESTERN.match(folded):
        numbers = [int(group) for group in found.groups() if group and group.isdigit()]
        return _date(numbers, given, path)
    if found := _JAPANESE.match(folded):
        name, year, *rest = [group for group in found.groups() if group and group not in "-/."]
        first, last = next(days for names, days in _ERAS.items() if name in names)
        day = _date([first.year - 1 + (1 if year == "元" else int(year)), *map(int, rest)], given, path)
        if first <= day <= last:
            return day
        raise _no_such_date(given, path)
    if _SERIAL.match(folded):
        return _SERIAL_ZERO + timedelta(days=int(folded))
    raise InvalidInput(Problem("INVALID_DATE", {"value": given[:64]}, path))


def _date(numbers: list[int], given: str, path: Path) -> date:
    try:
        return date(*numbers)
    except ValueError:
        raise _no_such_date(given, path) from None


def _no_such_date(given: str, path: Path) -> InvalidInput:
    return InvalidInput(Problem("NO_SUCH_DATE", {"value": given[:64]}, path))
