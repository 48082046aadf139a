"""Which answers caches may keep (RFC 9111), and how they ask whether theirs is still the same (RFC 9110 §13.1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from graph_service.schema.limits import KEPT_DOCUMENTS

MAX_AGE = 60
"""Seconds for which a cache may keep an answer: so long something that is hidden, ended or revoked may still show."""
SHARED = frozenset(
    {
        "__schema",
        "__type",
        "__typename",
        "achievement",
        "achievements",
        "endorsement",
        "endorsementByCredential",
        "endorsements",
        "endorsementsOf",
        "equivalence",
        "framework",
        "frameworks",
        "key",
        "pathway",
        "pathwayVersion",
        "pathways",
        "profile",
        "profiles",
        "search",
    }
)
"""Fields of the root whose answers are the same for everybody who is not signed in, and not about one person."""

_Fragments = Mapping[str, FragmentDefinitionNode]


@lru_cache(KEPT_DOCUMENTS)
def is_shared(document: str, operation: str | None) -> bool:
    """Tell whether all that an operation asks of the root is SHARED. The document has been executed before."""
    definitions = parse(document).definitions
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    operations = (each for each in definitions if isinstance(each, OperationDefinitionNode))
    executed = next(each for each in operations if operation is None or (each.name and each.name.value == operation))
    return SHARED.issuperset(_names(executed.selection_set, fragments))


def _names(selections: SelectionSetNode, fragments: _Fragments) -> Iterator[str]:
    for each in selections.selections:
        match each:
            case FieldNode():
                yield each.name.value
            case FragmentSpreadNode():
                yield from _names(fragments[each.name.value].selection_set, fragments)
            case InlineFragmentNode():
                yield from _names(each.selection_set, fragments)


def tag(*parts: bytes) -> str:
    """Return the strong entity tag of what the parts make up."""
    return f'"{sha256(b" ".join(parts)).hexdigest()}"'


def is_known(if_none_match: str, etag: str) -> bool:
    """Tell whether an asker has already what the tag names."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return not known.isdisjoint((etag, "*"))
