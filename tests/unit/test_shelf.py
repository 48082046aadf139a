"""What the door keeps, and how much of it."""

from __future__ import annotations

import pytest

from graph_service.remote.shelf import Answer, Shelf, freshness


def fresh(body: bytes, seconds: float = 60) -> Answer:
    return Answer(body, None, seconds)


def test_what_was_used_last_stays_longest() -> None:
    shelf = Shelf(lambda: 0.0, 10_000)
    for name in "abc":
        shelf.put(name, fresh(b"x" * 2000))
    assert shelf.get("a")
    shelf.put("d", fresh(b"x" * 2000))
    assert [name for name in "abcd" if shelf.get(name)] == ["a", "c", "d"]


def test_many_small_answers_are_bounded_too() -> None:
    shelf = Shelf(lambda: 0.0, 10_000)
    for number in range(1000):
        shelf.put(number, fresh(b""))
    assert sum(shelf.get(number) is not None for number in range(1000)) == 10


def test_one_that_is_larger_than_all_is_not_kept() -> None:
    shelf = Shelf(lambda: 0.0, 10_000)
    shelf.put("a", fresh(b"x" * 20_000))
    shelf.put("b", fresh(b"x"))
    assert (shelf.get("a"), shelf.get("b")) == (None, fresh(b"x"))


def test_a_later_answer_takes_the_place_of_an_earlier_one() -> None:
    shelf = Shelf(lambda: 0.0, 10_000)
    for _ in range(100):
        shelf.put("a", fresh(b"x" * 5000))
    assert shelf.get("a")
    shelf.put("a", fresh(b"", 0))
    assert shelf.get("a") is None


@pytest.mark.parametrize(
    ("cache_control", "age", "seconds"),
    [
        ("", "", 10),
        ("public", "", 10),
        ("max-age=60", "", 60),
        ('Public, Max-Age="60"', "", 60),
        ("max-age=301", "", 300),
        ("max-age=99999999999", "", 10),
        ("max-age=-1", "", 10),
        ("max-age=٣", "", 10),
        ("x-max-age=60", "", 10),
        ("max-age=60", "59", 1),
        ("max-age=600", "590", 10),
        ("max-age=60", "61", -1),
        ("max-age=60", "soon", 60),
        ("no-store", "", 0),
        ("max-age=60, No-Cache", "", 0),
    ],
)
def test_how_long_an_answer_is_good(cache_control: str, age: str, seconds: float) -> None:
    assert freshness(cache_control, age) == seconds
