"""Sort keys have one order, whether it is by code point or by UTF-16."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph_service.domain.iri import Iri
from graph_service.domain.sorting import by_name

LAST = "\U0010ffff"  # where a list starts that is read from its end
NAMES = st.text(st.sampled_from("aあ学﨑\ue000\ud7fb\ufffd😀𠮷\U0010fffe") | st.characters(codec="utf-8"), max_size=4)


def utf_16(text: str) -> bytes:
    return text.encode("utf-16-be")


@given(names=st.lists(NAMES, max_size=8))
def test_keys_are_in_the_order_of_code_points_however_they_are_compared(names: list[str]) -> None:
    keys = sorted(by_name(name, Iri("urn:x")) for name in names)
    assert keys == sorted(keys, key=utf_16)
    assert all(utf_16(key) < utf_16(LAST) for key in keys)


def test_what_stands_behind_the_surrogates_keeps_its_order() -> None:
    names = ["学", "学\u4e00", "\ud7fb", "\ue000", "﨑", "\ufffd", "😀", "𠮷", "\U0010fffe"]
    keys = [by_name(name, Iri("urn:x")) for name in names]
    assert keys == sorted(keys, key=utf_16) == sorted(keys)


def test_a_name_stands_before_those_that_begin_with_it() -> None:
    names = ["統計学 初級", "統計学 初級 第2期", "統計学 初級 第3期", "統計学 初級|補講"]
    assert sorted(names, key=lambda name: by_name(name, Iri("urn:x"))) == names
