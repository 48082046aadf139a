"""Days as people write them: a date is a whole day in Japan."""

from __future__ import annotations

import pytest

from graph_service.domain.dates import asked_about, day_in_japan, in_japan, later_in_japan, moment
from graph_service.domain.time import Instant
from graph_service.errors import InvalidInput

FIRST_OF_APRIL = "2026-03-31T15:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-01",
        "2026/4/1",
        "2026.04.1",
        "20260401",
        "2026年4月1日",
        "R8.4.1",
        "r8/4/1",
        "令和8年4月1日",
        "令和8年04月01日",
        "46113",
        "２０２６－０４－０１",
        "令和８年４月１日",
        " 2026/4/1 0:00 ",
        "2026-04-01T00:00:00",
        "2026-04-01T00:00:00+09:00",
        "2026-03-31T15:00:00.9Z",
    ],
)
def test_one_day_in_many_spellings(text: str) -> None:
    assert moment(text) == FIRST_OF_APRIL
    assert day_in_japan(moment(text)) == "2026-04-01"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", "2019-05-01"),
        ("R1.5.1", "2019-05-01"),
        ("H31.4.30", "2019-04-30"),
        ("平成元年1月8日", "1989-01-08"),
        ("S64.1.7", "1989-01-07"),
        ("昭和元年12月25日", "1926-12-25"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_eras_and_leap_years(text: str, day: str) -> None:
    assert day_in_japan(moment(text)) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "NO_SUCH_DATE"),
        ("2026-13-01", "NO_SUCH_DATE"),
        ("20260431", "NO_SUCH_DATE"),
        ("2025-02-29", "NO_SUCH_DATE"),
        ("R1.4.30", "NO_SUCH_DATE"),  # Heisei until then
        ("平成31年5月1日", "NO_SUCH_DATE"),
        ("S64.1.8", "NO_SUCH_DATE"),
        ("R8.4.0", "NO_SUCH_DATE"),
        ("", "INVALID_DATE"),
        ("4/1/2026", "INVALID_DATE"),
        ("2026-4/1", "INVALID_DATE"),
        ("26-04-01", "INVALID_DATE"),
        ("0206-04-01", "INVALID_DATE"),
        ("2026-04", "INVALID_DATE"),
        ("2026/4/1 9:30", "INVALID_DATE"),
        ("R8年4.1", "INVALID_DATE"),
        ("460", "INVALID_DATE"),
        ("来年", "INVALID_DATE"),
        ("2026-04-01T25:00:00Z", "INVALID_INSTANT"),
        ("2026-04-01T09:00:00+9:00", "INVALID_INSTANT"),
    ],
)
def test_what_is_no_date(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        moment(text, ("date",))
    (problem,) = refused.value.problems
    assert (problem.code, problem.path, problem.values["value"]) == (code, ("date",), text)


@pytest.mark.parametrize("text", ["2026-04-01", "R8.4.1", "46113"])
def test_a_date_that_is_asked_about_means_the_end_of_that_day(text: str) -> None:
    assert asked_about(text) == "2026-04-01T14:59:59Z"
    assert asked_about("2026-04-01T00:00:00+09:00") == moment(text) == "2026-03-31T15:00:00Z"


def test_time_has_ends() -> None:
    assert in_japan(Instant("9999-12-31T20:00:00Z")) == "9999-12-31 23:59"
    assert in_japan(Instant("0001-01-01T00:00:00Z")) == "0001-01-01 09:00"


def test_a_day_ends_at_midnight_in_japan() -> None:
    assert day_in_japan(Instant("2026-03-31T14:59:59Z")) == "2026-03-31"
    assert day_in_japan(Instant("2026-03-31T15:00:00Z")) == "2026-04-01"


@pytest.mark.parametrize(
    ("begun", "months", "days", "ends"),
    [
        ("2026-01-15T00:00:00Z", 24, 0, "2028-01-15T00:00:00Z"),
        ("2026-01-30T15:00:00Z", 1, 0, "2026-02-27T15:00:00Z"),  # 31 January, 00:00 in Japan → 28 February
        ("2024-02-28T15:00:00Z", 12, 0, "2025-02-27T15:00:00Z"),  # 29 February
        ("2026-01-31T14:59:59Z", 1, 1, "2026-03-01T14:59:59Z"),  # 31 January → 28 February → 1 March
        ("2026-12-31T15:00:00Z", 0, 31, "2027-01-31T15:00:00Z"),
        ("9999-01-01T00:00:00Z", 12, 0, "9999-12-31T23:59:59Z"),
        ("9990-01-01T00:00:00Z", 0, 99_999, "9999-12-31T23:59:59Z"),
    ],
)
def test_so_many_months_then_days_later_by_the_calendar_in_japan(begun: str, months: int, days: int, ends: str) -> None:
    assert later_in_japan(Instant(begun), months=months, days=days) == ends
