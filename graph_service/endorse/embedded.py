"""Endorsements that a credential carries: where they stand, and what they may be about (OB 3.0, §B.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import is_credential, names
from graph_service.errors import Path

_MEMBERS = ("endorsement", "endorsementJwt")  # of a Profile, an Achievement or a credential
_ENTITIES = {"Profile", "Achievement", "AchievementSubject"}


def identifier(node: Any) -> str:
    """Return the id of an object, or the string that stands for it; empty if there is none."""
    name = node.get("id") if isinstance(node, dict) else node
    return name if isinstance(name, str) else ""


def carried(node: Any, place: Path = ()) -> Iterator[tuple[Path, Any, Document]]:
    """Walk the endorsements in a credential, but not into other credentials: place, endorsement, carrier."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            if isinstance(item, dict | list):
                yield from carried(item, (*place, number))
    elif not (place and is_credential(node)):
        for member, value in node.items():
            if member in _MEMBERS:
                several = value if isinstance(value, list) else [value]
                yield from (((*place, member, number), item, node) for number, item in enumerate(several))
            elif isinstance(value, dict | list):
                yield from carried(value, (*place, member))


def described(carrier: Document) -> frozenset[str]:
    """Return the ids that an endorsement in `carrier` may be about: its own, and of what is described in it.

    Its place alone proves nothing: the outer signature stays intact when an endorsement is moved between two
    descriptions of one entity.
    """
    return frozenset(filter(None, (identifier(carrier), *_entities(list(carrier.values())))))


def _entities(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _entities(item)
    elif isinstance(value, dict) and not is_credential(value):
        if not _ENTITIES.isdisjoint(names(value.get("type"))):
            yield identifier(value)
        yield from _entities(list(value.values()))
