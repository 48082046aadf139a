"""Cursors: what was given out comes back; nothing else does."""

from __future__ import annotations

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph_service.domain.iri import Iri
from graph_service.domain.sorting import by_name
from graph_service.errors import InvalidInput
from graph_service.read.cursor import Cursors

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
LISTS = st.tuples(
    st.sampled_from(["Query.endorsements", "Profile.endorsementsGiven"]),
    st.sampled_from(["NEWEST", "OLDEST"]),
    st.dictionaries(st.sampled_from(["of", "by", "kind"]), KEYS),
)
CURSORS = Cursors(b"a key of sixteen")


def refused(cursors: Cursors, which: tuple[str, str, dict[str, str]], cursor: str) -> bool:
    with pytest.raises(InvalidInput) as error:
        cursors.of(*which).read(cursor, "after")
    return error.value.code == "INVALID_CURSOR" and error.value.problems[0].path == ("after",)


@given(which=LISTS, keys=st.lists(KEYS))
def test_every_key_comes_back(which: tuple[str, str, dict[str, str]], keys: list[str]) -> None:
    of = CURSORS.of(*which)
    assert [of.read(cursor, "after") for cursor in of.write(keys)] == keys


def test_the_longest_key_comes_back() -> None:
    key = by_name("😀" * 300, Iri("urn:" + "x" * 2044))
    of = CURSORS.of("Query.achievements", "NAME", {})
    (cursor,) = of.write([key])
    assert of.read(cursor, "after") == key


@given(which=LISTS, key=KEYS)
def test_a_cursor_from_before_keys_were_made_as_they_are_is_refused(
    which: tuple[str, str, dict[str, str]], key: str
) -> None:
    (cursor,) = CURSORS.of(*which).write([key])
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert refused(CURSORS, which, base64.urlsafe_b64encode(b"\x01" + raw[1:]).rstrip(b"=").decode())


@given(which=LISTS, other=LISTS, key=KEYS)
def test_a_cursor_of_another_list_is_refused(
    which: tuple[str, str, dict[str, str]], other: tuple[str, str, dict[str, str]], key: str
) -> None:
    assume(which != other)
    (cursor,) = CURSORS.of(*which).write([key])
    assert refused(CURSORS, other, cursor)


@given(which=LISTS, key=KEYS)
def test_a_cursor_of_another_service_is_refused(which: tuple[str, str, dict[str, str]], key: str) -> None:
    (cursor,) = Cursors(b"another key of 16").of(*which).write([key])
    assert refused(CURSORS, which, cursor)


@given(which=LISTS, key=KEYS, place=st.integers(0, 300), bit=st.integers(0, 5))
def test_a_changed_cursor_is_refused(which: tuple[str, str, dict[str, str]], key: str, place: int, bit: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    of = CURSORS.of(*which)
    (cursor,) = of.write([key])
    place %= len(cursor)
    assume(place < len(cursor) - 1)  # the last character has bits that mean nothing
    changed = alphabet[alphabet.index(cursor[place]) ^ (1 << bit)]
    assert refused(CURSORS, which, cursor[:place] + changed + cursor[place + 1 :])


@given(which=LISTS, text=st.text(max_size=100) | st.text("AQIDB_-=", max_size=100))
def test_anything_else_is_refused(which: tuple[str, str, dict[str, str]], text: str) -> None:
    assert refused(CURSORS, which, text)
