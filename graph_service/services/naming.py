"""What requirements and the things that they ask for are called, where an answer is a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import Leaf, Node, Ref
from graph_service.locale import phrase
from graph_service.services.call import Call, World

Names = Mapping[str, LanguageMap]
"""Names of things by their ids."""

_LISTED = 3


async def names(world: World, call: Call, ids: Iterable[str]) -> Names:
    """Return what those of `ids` are called that are here and that the asker may see."""
    rows = await world.store.read("pathway/names", ids=sorted(set(ids)))
    return {row["id"]: _name(row) for row in rows if call.may_see(row["shown"], row["readers"])}


def _name(row: Mapping[str, Any]) -> LanguageMap:
    name, number = LanguageMap.from_json(row["nameMap"]), row["versionNumber"]
    if number is None:
        return name
    return LanguageMap({tag: f"{text} {phrase('WEB_VERSION', tag, number=number)}" for tag, text in name.items()})


def things(node: Node) -> Sequence[Iri]:
    """Return what a requirement without a name is known by: its achievements, or the stack that it refers to."""
    if isinstance(node, Leaf):
        return node.targets
    return [each for each in (node.achievement, node.pathway_version) if each][:1] if isinstance(node, Ref) else ()


def name_of(node: Node, names: Names, language: str | None) -> str | None:
    """Return what a requirement is called: by its own name, or by that of the things it is known by."""
    if node.name:
        return node.name.choose(language)[1]
    known = [names[each].choose(language)[1] for each in things(node) if each in names]
    more = ["…"] if len(known) > _LISTED else []
    return phrase("WEB_COMMA", language or "").join((*known[:_LISTED], *more)) or None
