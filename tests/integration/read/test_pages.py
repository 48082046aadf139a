"""Pages of a list: every walk sees every node once, in order, wherever the page breaks fall."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from graph_service.store import Endpoint
from tests.integration.read.conftest import Asking
from tests.integration.read.data import ACADEMY, BASE, BOARD, Graph, load, named

TARGET = f"{BASE}/achievements/0"
LISTS = {
    "all achievements": ("achievements(", 1),
    "achievements with a text in their name": ('achievements(nameContains: "の", ', 1),
    "of one owner with a text in their name": (f'achievements(owner: "{ACADEMY}", nameContains: "の", ', 1),
    "awards by id": (f'achievement(id: "{TARGET}") {{ awards(order: ID, ', 2),
    "of one profile": (f'profile(id: "{ACADEMY}") {{ achievements(', 2),
    "endorsements, newest first": ("endorsements(", 1),
    "endorsements, oldest first": ("endorsements(order: OLDEST, ", 1),
    "endorsements of one target by a kind of party": (f'endorsements(of: "{TARGET}", endorserKind: BOARD, ', 1),
    "given by one profile": (f'profile(id: "{BOARD}") {{ endorsementsGiven(state: ISSUED, ', 2),
    "walked from a node": (f'achievement(id: "{TARGET}") {{ endorsements(', 2),
}
PAGE = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount"


async def page(ask: Asking, which: str, **paging: str | int) -> Any:
    start, depth = LISTS[which]
    arguments = ", ".join(
        f'{name}: "{value}"' if isinstance(value, str) else f"{name}: {value}" for name, value in paging.items()
    )
    found: Any = await ask(f"{{ {start}{arguments}) {{ {PAGE} }} {'}' * depth}", "operator")
    while "edges" not in found:
        (found,) = found.values()
    return found


def ids(found: Any) -> list[str]:
    return [edge["node"]["id"] for edge in found["edges"]]


async def walk(ask: Asking, which: str, size: int) -> list[str]:
    found = await page(ask, which, first=size)
    walked = ids(found)
    while found["pageInfo"]["hasNextPage"]:
        found = await page(ask, which, first=size, after=found["pageInfo"]["endCursor"])
        walked += ids(found)
    return walked


async def walk_back(ask: Asking, which: str, size: int) -> list[str]:
    found = await page(ask, which, last=size)
    walked = ids(found)
    while found["pageInfo"]["hasPreviousPage"]:
        found = await page(ask, which, last=size, before=found["pageInfo"]["startCursor"])
        walked = ids(found) + walked
    return walked


@pytest.mark.parametrize("which", LISTS)
async def test_every_page_size_walks_the_same_list_both_ways(ask: Asking, which: str) -> None:
    whole = await page(ask, which, first=100)
    assert len(ids(whole)) == len(set(ids(whole))) == whole["totalCount"] > 2
    for size in range(1, whole["totalCount"] + 2):
        assert await walk(ask, which, size) == await walk_back(ask, which, size) == ids(whole)


async def test_the_list_is_in_order_of_name_by_code_point(ask: Asking, graph: Graph) -> None:
    """Equal names, 𠮷 and 😀 (beyond the BMP) and 﨑 (behind most of it) among them."""
    keys = {node["id"]: node["skName"] for node in graph.nodes["Achievement"]}
    found = ids(await page(ask, "all achievements", first=100))
    assert [keys[each] for each in found] == sorted(keys.values())


async def test_page_info_is_right_at_both_ends_and_on_an_empty_page(ask: Asking) -> None:
    whole = await page(ask, "all achievements", first=9)
    info = whole["pageInfo"]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (False, False)
    assert (info["startCursor"], info["endCursor"]) == (whole["edges"][0]["cursor"], whole["edges"][-1]["cursor"])
    behind = (await page(ask, "all achievements", first=3, after=info["endCursor"]))["pageInfo"]
    assert behind == {"hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None}
    none = (await page(ask, "all achievements", first=0))["pageInfo"]
    assert (none["hasNextPage"], none["endCursor"]) == (True, None)


@given(low=st.integers(0, 8), high=st.integers(0, 8), size=st.integers(0, 9), backward=st.booleans())
@settings(max_examples=40, deadline=None, phases=[Phase.generate])
async def test_after_and_before_bound_a_page_together(
    ask: Asking, low: int, high: int, size: int, backward: bool
) -> None:
    whole = await page(ask, "all achievements", first=100)
    cursors = [edge["cursor"] for edge in whole["edges"]]
    between = ids(whole)[low + 1 : high]
    found = await page(
        ask, "all achievements", after=cursors[low], before=cursors[high], **{"last" if backward else "first": size}
    )
    assert ids(found) == (between[len(between) - min(size, len(between)) :] if backward else between[:size])


@pytest.fixture
async def inserted(ask: Asking, database: Endpoint) -> AsyncIterator[Any]:
    """Insert an achievement with a name that comes first."""
    added = f"{BASE}/achievements/first"

    async def insert() -> None:
        graph = Graph()
        graph.add("Achievement", added, shown=True, ownerId=ACADEMY, **named(added, "!"))
        await load(database, graph)

    yield insert
    # No other test of this module may see it.
    async with ask.reads.store.connection.driver.session(database=database.database) as session:
        await (await session.run("MATCH (a:Achievement {id: $id}) DETACH DELETE a", {"id": added})).consume()


async def test_what_is_inserted_before_the_cursor_moves_nothing(ask: Asking, inserted: Any) -> None:
    whole = ids(await page(ask, "all achievements", first=100))
    first = await page(ask, "all achievements", first=4)
    await inserted()
    second = await page(ask, "all achievements", first=4, after=first["pageInfo"]["endCursor"])
    assert ids(first) + ids(second) == whole[:8]


@pytest.mark.parametrize(
    ("made_by", "used_by", "viewer"),
    [
        ("all achievements", "of one profile", "public"),
        ("endorsements, newest first", "endorsements, oldest first", "public"),
        ("given by one profile", "walked from a node", "operator"),
    ],
)
async def test_a_cursor_of_another_list_is_refused(ask: Asking, made_by: str, used_by: str, viewer: str) -> None:
    cursor = (await page(ask, made_by, first=1))["pageInfo"]["endCursor"]
    start, depth = LISTS[used_by]
    document = f'{{ {start}after: "{cursor}") {{ totalCount edges {{ cursor }} }} {"}" * depth}'
    assert await ask.codes(document, viewer) == ["INVALID_CURSOR"]


async def test_a_cursor_with_other_filters_is_refused(ask: Asking) -> None:
    cursor = (await page(ask, "given by one profile", first=1))["pageInfo"]["endCursor"]
    document = f'{{ profile(id: "{BOARD}") {{ endorsementsGiven(state: REVOKED, after: "{cursor}") {{ edges {{ cursor }} }} }} }}'
    assert await ask.codes(document) == ["INVALID_CURSOR"]
