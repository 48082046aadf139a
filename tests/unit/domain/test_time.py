import pytest

from graph_service.domain.time import OPEN_END, Span, instant, later
from graph_service.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-21T07:46:40Z", "2026-11-21T07:46:40Z"),
        ("2026-11-21T16:46:40+09:00", "2026-11-21T07:46:40Z"),
        ("2026-11-21T07:46:40.999Z", "2026-11-21T07:46:40Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_instants_are_whole_seconds_in_utc(text: str, utc: str) -> None:
    assert instant(text) == utc


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-21",
        "2026-11-21T07:46:40",
        "2026-13-01T00:00:00Z",
        "2026-11-21T07:46:40Z\n",
        "0001-01-01T00:00:00+14:00",
        "２０２６-11-21T07:46:40Z",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        instant(text, ("at",))
    assert [(p.code, p.path) for p in refused.value.problems] == [("INVALID_INSTANT", ("at",))]


def test_a_span_is_half_open() -> None:
    span = Span(instant("2026-04-01T00:00:00Z"), instant("2027-04-01T00:00:00Z"))
    assert not span.holds(instant("2026-03-31T23:59:59Z"))
    assert span.holds(instant("2026-04-01T00:00:00Z"))
    assert span.holds(instant("2027-03-31T23:59:59Z"))
    assert not span.holds(instant("2027-04-01T00:00:00Z"))


def test_what_begins_and_ends_in_one_second_was_true_for_that_second() -> None:
    at = instant("2026-11-21T07:46:40Z")
    ended = Span(at).ended(at)
    assert ended == Span(at, later(at, seconds=1))
    assert ended.holds(at)


def test_ending_never_lengthens_a_span() -> None:
    span = Span(instant("2026-04-01T00:00:00Z"), instant("2026-05-01T00:00:00Z"))
    assert span.ended(instant("2026-06-01T00:00:00Z")) == span


def test_void_was_never_true() -> None:
    at = instant("2026-11-21T07:46:40Z")
    assert not Span(at).voided().holds(at)


def test_the_open_end_stays_open() -> None:
    assert later(OPEN_END, days=1) == OPEN_END
