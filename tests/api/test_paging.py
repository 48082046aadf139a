"""Lists page by page: every item once and in one order, whatever characters stand at the borders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.play import Play, content, texts
from tests.api.service import Api

NAMES = [
    "𠮷",
    "𠮷野",
    "吉",
    "吉野",
    "😀",
    "🧑🏽‍🏫",
    "\ufffd",
    "ｶﾞ",
    "ガ",
    "か\u3099",
    "z",
    "Z",
    "ａ",
    "a|b",
    "a",
    "\ue000",
    "\U0010fffe",
]
"""Names whose order differs by UTF-16, by code points and by folding, some of them alike; one is the last of all."""

FORWARD = """query($owner: ID!, $n: Int!, $at: String) { profile(id: $owner) { achievements(first: $n, after: $at) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { name } } } } }"""
BACKWARD = FORWARD.replace("first", "last").replace("after", "before")


@pytest.fixture(scope="module")
async def owner(play: Play) -> str:
    """A profile that offers an achievement of each name."""
    made = await play.api.do("createProfile", "operator", input={"name": texts("𠮷野学院"), "slug": "yoshino"})
    school = made["profile"]["id"]
    await play.api.do("grantRole", "operator", principal=play.principals["desk"], profile=school, role="ISSUER")
    for name in NAMES:
        await play.api.do("createAchievement", "desk", owner=school, input=content(name))
    return str(school)


async def page(api: Api, query: str, owner: str, size: int, at: str | None) -> dict[str, Any]:
    return (await api.ask(query, owner=owner, n=size, at=at))["profile"]["achievements"]


def names(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["name"] for edge in found["edges"]]


@pytest.mark.parametrize("size", [1, 2, 7, 100])
async def test_forward_and_backward_every_name_comes_once(api: Api, owner: str, size: int) -> None:
    whole = names(await page(api, FORWARD, owner, 100, None))
    assert sorted(whole) == sorted(NAMES)

    forward, at, more = [], None, True
    while more:
        found = await page(api, FORWARD, owner, size, at)
        assert found["pageInfo"]["hasPreviousPage"] == (at is not None)
        forward += names(found)
        at, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert forward == whole

    backward, at, more = [], None, True
    while more:
        found = await page(api, BACKWARD, owner, size, at)
        backward = names(found) + backward
        at, more = found["pageInfo"]["startCursor"], found["pageInfo"]["hasPreviousPage"]
    assert backward == whole


async def test_names_that_fold_alike_stand_together(api: Api, owner: str) -> None:
    whole = names(await page(api, FORWARD, owner, 100, None))
    for alike in (["z", "Z"], ["ｶﾞ", "ガ"]):
        places = sorted(whole.index(name) for name in alike)
        assert places == list(range(places[0], places[0] + len(alike)))


async def test_a_cursor_is_of_one_list(play: Play, api: Api, owner: str) -> None:
    cursor = (await page(api, FORWARD, owner, 1, None))["pageInfo"]["endCursor"]
    query = "query($at: String) { achievements(first: 1, after: $at) { edges { node { id } } } }"
    assert await api.codes(query, at=cursor) == ["INVALID_CURSOR"]
    changed = cursor[:9] + ("A" if cursor[9] != "A" else "B") + cursor[10:]
    assert await api.codes(FORWARD, owner=owner, n=1, at=changed) == ["INVALID_CURSOR"]


@pytest.mark.parametrize(
    ("size", "code"), [(-1, "PAGE_SIZE_NEGATIVE"), (101, "LIMIT_EXCEEDED"), (2**31 - 1, "LIMIT_EXCEEDED")]
)
async def test_a_page_has_0_to_100_items(api: Api, owner: str, size: int, code: str) -> None:
    assert await api.codes(FORWARD, owner=owner, n=size) == [code]


async def test_the_longest_name_can_be_listed(play: Play, api: Api) -> None:
    """Folding makes eighteen characters of this one."""
    longest = "\ufdfa" * 300
    made = await api.do("createAchievement", "desk", owner=play.university, input=content(longest))
    found = await api.ask(FORWARD, owner=play.university, n=100)
    assert longest in names(found["profile"]["achievements"])
    assert made["achievement"]["name"] == longest
