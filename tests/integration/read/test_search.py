"""Searching by name: what is found, in what order, for whom, and that nothing but a text is ever asked for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.read.conftest import Asking
from tests.integration.read.data import ACADEMY, BASE, BOARD, SHOP, Graph

SEARCH = "query ($text: String!, $types: [SearchType!], $first: Int) { search(text: $text, types: $types, first: $first) { id } }"
NAMED = """query ($text: String, $owner: ID, $first: Int, $after: String) {
             achievements(nameContains: $text, owner: $owner, first: $first, after: $after) {
               totalCount edges { cursor node { id } } pageInfo { hasNextPage } } }"""


def achievements(*numbers: int) -> list[str]:
    return [f"{BASE}/achievements/{number}" for number in numbers]


async def found(ask: Asking, text: str, viewer: str = "public", **more: Any) -> list[str]:
    answer = await ask(SEARCH, viewer, text=text, **more)
    return [node["id"] for node in answer["search"]]


async def named(ask: Asking, text: str | None, **more: Any) -> list[str]:
    answer = (await ask(NAMED, text=text, **more))["achievements"]
    assert answer["totalCount"] == len(answer["edges"])
    return [edge["node"]["id"] for edge in answer["edges"]]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("学", [*achievements(8), ACADEMY, SHOP]),
        ("学級経営", achievements(8)),
        ("不登校", achievements(0, 1)),
        ("登校", achievements(0, 1)),
        ("理解 不登校", achievements(0, 1)),
        ("経営学級", []),
        ("𠮷野", [ACADEMY, SHOP, *achievements(2)]),
        ("PYTHON", achievements(6, 7)),
        ("ｐｙｔｈ", achievements(6, 7)),
        ("😀", achievements(3, 4)),
        ("の研", achievements(5)),
        ("みなと市教育委員会 (EN)", [BOARD]),
        ("中堅研", [f"{BASE}/pathways/0", f"{BASE}/pathways/2"]),
    ],
)
@pytest.mark.parametrize("viewer", ["public", "board", "operator"])
async def test_every_part_of_a_name_is_found_by_everybody(ask: Asking, text: str, ids: list[str], viewer: str) -> None:
    """Also by who may see more: nothing but what everybody may see can be searched for."""
    assert sorted(await found(ask, text, viewer)) == sorted(ids)


@pytest.mark.parametrize(
    ("types", "count"),
    [(["ACHIEVEMENT"], 1), (["PROFILE"], 2), (["PATHWAY"], 0), (["PATHWAY", "ACHIEVEMENT"], 1), ([], 0), (None, 3)],
)
async def test_types_narrow(ask: Asking, types: list[str] | None, count: int) -> None:
    assert len(await found(ask, "学", types=types)) == count


async def test_a_type_may_be_written_into_the_document(ask: Asking) -> None:
    answer = await ask(
        '{ search(text: "学", types: PROFILE, first: 1) { __typename id ... on Profile { kind: name } } }'
    )
    (only,) = answer["search"]
    assert (only["__typename"], only["kind"]) == ("Profile", "𠮷野学院")


async def test_the_best_are_as_many_as_asked(ask: Asking, graph: Graph) -> None:
    every = await found(ask, "en", first=100)
    assert set(every) == {node["id"] for nodes in graph.nodes.values() for node in nodes if "ft" in node}
    assert await found(ask, "en", first=3) == every[:3]
    assert await found(ask, "en", first=0) == []


async def test_what_is_equally_good_is_in_order_of_id(ask: Asking) -> None:
    assert await found(ask, "不登校") == achievements(0, 1)


async def test_a_search_is_one_statement_with_all_that_hangs_on_what_it_finds(ask: Asking) -> None:
    ask.ran.clear()
    answer = await ask('{ search(text: "学級") { name ... on Achievement { owner { name } versions { number } } } }')
    (only,) = answer["search"]
    assert (only["name"], only["owner"]["name"], len(only["versions"])) == ("学級経営", "𠮷野学院", 2)
    assert ask.ran == ["Query.search"]


HOSTILE = (
    "a AND b",
    "ft:x*",
    "*",
    "?",
    "/.*/",
    '"学',
    "学)",
    "+-!(){}[]^~:",
    "\\",
    "typeProfile",
    "x5b66",
    "$words",
    "'`",
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_text_is_a_query(ask: Asking, text: str) -> None:
    assert await found(ask, text) == []
    assert await named(ask, text) == []


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("不登校", achievements(0, 1)),
        ("登校の理", achievements(0, 1)),
        ("不登校 理解", []),
        ("Ｎ (Ｅ", achievements(6, 7)),
        ("yth", achievements(6, 7)),
        ("初", achievements(3, 4)),
        ("学院", []),
        (None, achievements(6, 7, 0, 1, 8, 5, 2, 3, 4)),
    ],
)
async def test_achievements_are_found_by_their_name_alone_and_in_its_order(
    ask: Asking, text: str | None, ids: list[str]
) -> None:
    every = await named(ask, None)
    assert sorted(ids) == sorted(await named(ask, text))
    assert [each for each in every if each in ids] == await named(ask, text)


async def test_an_owner_narrows_what_a_name_finds(ask: Asking) -> None:
    assert await named(ask, "学", owner=SHOP) == achievements(8)
    assert await named(ask, "学", owner=ACADEMY) == []


async def test_what_a_name_finds_has_pages(ask: Asking) -> None:
    every, seen, after = await named(ask, "en"), [], None
    while True:
        page = (await ask(NAMED, text="en", first=2, after=after))["achievements"]
        assert page["totalCount"] == 9
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["edges"][-1]["cursor"]
    assert seen == every
    assert await ask.codes(NAMED, text="e", after=after) == ["INVALID_CURSOR"]
    assert await ask.codes(NAMED, after=after) == ["INVALID_CURSOR"]


@pytest.mark.parametrize("document", [SEARCH, NAMED])
@pytest.mark.parametrize(
    ("text", "code"), [("　", "TEXT_EMPTY"), ("あ" * 201, "TEXT_TOO_LONG"), ("\x00", "TEXT_CONTROL_CHARACTER")]
)
async def test_what_cannot_be_searched_for_is_refused(ask: Asking, document: str, text: str, code: str) -> None:
    ask.ran.clear()
    assert await ask.codes(document, text=text) == [code]
    assert ask.ran == []


@pytest.mark.parametrize(("first", "code"), [(-1, "PAGE_SIZE_NEGATIVE"), (101, "LIMIT_EXCEEDED")])
async def test_not_more_than_a_hundred_are_found(ask: Asking, first: int, code: str) -> None:
    assert await ask.codes(SEARCH, text="学", first=first) == [code]
