"""What is written beside a name, and what the index is asked: together they find every part of a name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.domain.search import LIMIT, SearchType, fields, folded, query, sought
from graph_service.errors import InvalidInput

NAMES = st.text(
    st.sampled_from('学級経営コンピューターらーめんｶﾀｰＰｙthon C++　𠮷野葛\U000e0100😀\u200b"*(~:'),
    min_size=1,
    max_size=20,
)
ASKED = re.compile(r"(\+\(type\w+( type\w+)*\)\^0 )?\+x[0-9a-f]+( \+x[0-9a-f]+)*( wx[0-9a-f]+\^10)*\Z")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｐｙｔｈｏｎ", "python"),
        ("ﾃﾞｰﾀ", "データ"),
        ("コンピューター", "コンピュータ"),
        ("コンピューター入門", "コンピュータ入門"),
        ("葛\U000e0100城", "葛城"),
        (" 学級\u3000\n経営 ", "学級 経営"),
        ("STRASSE", "straße"),
    ],
)
def test_what_does_not_matter_is_folded(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("データ", "デタ"), ("らーめん", "らめん"), ("東京都", "京都")])
def test_what_matters_is_kept(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(name=NAMES, data=st.data())
def test_every_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    found = fields(SearchType.PROFILE, ["別の名前", name])
    if not folded(part):
        with pytest.raises(InvalidInput):
            sought(part)
        return
    asked = query(sought(part), [SearchType.PROFILE])
    assert ASKED.match(asked)
    needed = {each[1:] for each in asked.split() if each.startswith("+x")}
    assert needed
    assert needed <= set(str(found["ft"]).split())
    assert folded(part) in str(found["norm"])


def test_pairs_of_two_pieces_are_not_neighbours() -> None:
    tokens = set(str(fields(SearchType.PROFILE, ["学級 経営"])["ft"]).split())
    asked = {each[1:] for each in query("級経").split() if each.startswith("+")}
    assert not asked <= tokens


def test_a_type_narrows_and_is_written() -> None:
    assert str(fields(SearchType.ACHIEVEMENT, ["a"])["ft"]).startswith("typeAchievement ")
    assert query("a", [SearchType.ACHIEVEMENT, SearchType.PATHWAY]).startswith("+(typeAchievement typePathway)^0 ")


def test_no_types_are_not_any_types() -> None:
    token = query("a", []).split()[0].strip("+()^0")
    found = (fields(type_, ["a type"]) for type_ in SearchType)
    assert all(token not in str(each["ft"]).split() for each in found)


def test_no_token_is_longer_than_the_analyser_takes() -> None:
    found = fields(SearchType.PROFILE, ["𠮷" * 300])
    assert max(map(len, str(found["ft"]).split())) < 255


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "TEXT_EMPTY"),
        ("　", "TEXT_EMPTY"),
        ("ー", "TEXT_EMPTY"),
        ("\u200b", "TEXT_EMPTY"),
        ("a" * (LIMIT + 1), "TEXT_TOO_LONG"),
        ("\ufdfa" * 100, "TEXT_TOO_LONG"),  # eighteen characters each
        ("学\x00", "TEXT_CONTROL_CHARACTER"),
        ("\ud842", "TEXT_CONTROL_CHARACTER"),
    ],
)
def test_what_cannot_be_searched_for_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        sought(text, ("text",))
    assert [(problem.code, problem.path) for problem in refused.value.problems] == [(code, ("text",))]
