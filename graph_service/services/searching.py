"""What was here before search was: beside it is written what services since then write with it.

What follows from names (sort key, tokens), what kind of party made an endorsement, what parts a requirement has.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from graph_service.domain import search
from graph_service.domain.language import LanguageMap
from graph_service.domain.search import SearchType
from graph_service.domain.sorting import by_name
from graph_service.services.call import World
from graph_service.store import Write

PAGE = 100
"""Nodes of one statement: it ends in time, whatever they are."""
VERSION = 1
"""One more when something else is to be written beside what is there: then it is done again."""

_NAMED = {
    "search/achievements": SearchType.ACHIEVEMENT,
    "search/pathways": SearchType.PATHWAY,
    "search/profiles": SearchType.PROFILE,
}
_LACKING = {"search/endorsements": "search/fill_kinds", "search/requirements": "search/fill_parts"}


async def fill(world: World) -> None:
    """Write it all, once; interrupted, it is read anew, but only what is not yet as it should be is written."""
    (done,) = await world.store.read("search/begun")
    if done == VERSION:
        return
    for statement, type_ in _NAMED.items():
        async for rows in _pages(world, statement):
            named = [{**row, "properties": _properties(type_, row)} for row in rows]
            if wrong := [each for each in named if not each["properties"].items() <= each["written"].items()]:
                await world.store.note(Write("search/fill", {"named": wrong}))
    for statement, filling in _LACKING.items():
        async for rows in _pages(world, statement):
            if ids := [row["id"] for row in rows if row["lacks"]]:
                await world.store.note(Write(filling, {"ids": ids}))
    await world.store.note(Write("search/begin", {"version": VERSION}))


async def _pages(world: World, statement: str) -> AsyncIterator[Sequence[Any]]:
    after = ""
    while rows := await world.store.read(statement, after=after, limit=PAGE):
        yield rows
        after = rows[-1]["id"]


def _properties(type_: SearchType, row: Mapping[str, Any]) -> dict[str, object]:
    name = LanguageMap.from_json(row["nameMap"])
    found = search.fields(type_, name.values()) if row["found"] else {}
    return {"skName": by_name(name.text, row["id"]), **found}
