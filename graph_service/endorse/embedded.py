"""Credentials that a credential carries: where they stand, and what they may be about.

They are endorsements (OB 3.0, §B.1), and the parts of a learner record (CLR 2.0, ClrSubject).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import is_credential, names, objects
from graph_service.errors import Path

PART = "verifiableCredential"  # of the subject of a learner record
MEMBERS = ("endorsement", "endorsementJwt", PART)  # the others are of a Profile, an Achievement or a credential
_ENTITIES = {"Profile", "Achievement", "AchievementSubject"}
_PARTS = ("issuer", "credentialSubject", "achievement", "creator", "source", "parentOrg")  # what a badge consists of


def identifier(node: Any) -> str:
    """Return the id of an object, or the string that stands for it; empty if there is none."""
    name = node.get("id") if isinstance(node, dict) else node
    return name if isinstance(name, str) else ""


def carried(node: Any, place: Path = ()) -> Iterator[tuple[Path, Any, Document]]:
    """Walk what a credential carries, but not into other credentials: place, embedded credential, carrier."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            if isinstance(item, dict | list):
                yield from carried(item, (*place, number))
    elif not (place and is_credential(node)):
        for member, value in node.items():
            if member in MEMBERS:
                several = value if isinstance(value, list) else [value]
                yield from (((*place, member, number), item, node) for number, item in enumerate(several))
            elif isinstance(value, dict | list):
                yield from carried(value, (*place, member))


def unopened(node: Any, place: Path = ()) -> Iterator[Path]:
    """Walk the places of credentials within a credential that stand where none is to be."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from unopened(item, (*place, number))
    elif isinstance(node, dict):
        if place and is_credential(node):
            yield place
            return
        for member, value in node.items():
            if member not in MEMBERS:
                yield from unopened(value, (*place, member))


def described(carrier: Document) -> frozenset[str]:
    """Return the ids that a credential in `carrier` may be about.

    In a credential: itself, its subject, its achievement and the Profiles of its parts. In an Achievement: itself and
    its creator, as in the complete example of Open Badges. In a Profile, and in the subject of a learner record:
    itself. What is merely mentioned, such as a related badge or an alignment, is not meant here, whatever type it says
    it has.

    Its place alone proves nothing: the outer signature stays intact when an endorsement is moved between two
    descriptions of one entity.
    """
    parts = _PARTS if is_credential(carrier) else ("creator",)
    return frozenset(filter(None, (identifier(carrier), *_entities(carrier, parts))))


def _entities(node: Document, parts: Collection[str]) -> Iterator[str]:
    for part in parts:
        for inner in objects(node.get(part)):
            if not is_credential(inner):
                if not _ENTITIES.isdisjoint(names(inner.get("type"))):
                    yield identifier(inner)
                yield from _entities(inner, parts)
