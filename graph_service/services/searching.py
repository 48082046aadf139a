"""What was named before names could be searched for; since then services write what follows from a name beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain import search
from graph_service.domain.language import LanguageMap
from graph_service.domain.search import SearchType
from graph_service.domain.sorting import by_name
from graph_service.services.call import World
from graph_service.store import Write

PAGE = 500
_NAMED = {
    "search/achievements": SearchType.ACHIEVEMENT,
    "search/pathways": SearchType.PATHWAY,
    "search/profiles": SearchType.PROFILE,
}


async def fill(world: World) -> None:
    """Write beside all names that were here before what follows from them, once; interrupted, it begins anew."""
    (begun,) = await world.store.read("search/begun")
    if begun:
        return
    for statement, type_ in _NAMED.items():
        after = ""
        while rows := await world.store.read(statement, after=after, limit=PAGE):
            named = [{**row, "properties": _properties(type_, row)} for row in rows]
            await world.store.note(Write("search/fill", {"named": named}))
            after = rows[-1]["id"]
    await world.store.note(Write("search/begin", {}))


def _properties(type_: SearchType, row: Mapping[str, Any]) -> dict[str, object]:
    name = LanguageMap.from_json(row["nameMap"])
    found = search.fields(type_, name.values()) if row["found"] else {}
    return {"skName": by_name(name.text, row["id"]), **found}
