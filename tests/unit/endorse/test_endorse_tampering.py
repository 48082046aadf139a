"""Whatever is taken away from a signed document, changed in it or added to it, anywhere: it is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span
from graph_service.endorse import base64url, credential, jsontext
from graph_service.endorse.credential import Award, Related
from graph_service.endorse.evidence import Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm
from graph_service.endorse.verify import judge
from tests.unit.endorse.building import (
    BADGE,
    BASE,
    BOARD,
    CLAIM,
    FOUND,
    NOW,
    SINCE,
    UNIVERSITY,
    UNIVERSITY_KEY,
    UNTIL,
    endorsement,
    key_of,
    published,
    signed,
    status,
    token,
)
from tests.unit.endorse.test_endorse_credential import VERSION

AWARD = Iri(f"{BASE}/awards/01JB00000000000000000000AD")
RELATED = Related(Iri(f"{BASE}/endorsements/1/recognition"), "application/json", CLAIM.digest)


def award(*endorsements: Document) -> Document:
    """An award of the university as it is issued, with what endorses it, its achievement and its issuer."""
    version = json.loads(credential.published_achievement(replace(VERSION, id=BADGE, creator=UNIVERSITY)).bytes)
    document = credential.achievement_credential(
        Award(
            id=AWARD,
            name="学級経営の基礎",
            issuer=UNIVERSITY,
            holder=Iri("urn:uuid:00000000-0000-4000-8000-000000000000"),
            achievement=version,
            awarded=Instant("2026-08-01T00:00:00Z"),
            validity=Span(SINCE, UNTIL),
            status=CLAIM.status,
            endorsements=endorsements,
        )
    )
    return without(document, "credentialStatus")  # the university has no list here


def without(document: Document, *members: str) -> Document:
    return {name: value for name, value in document.items() if name not in members}


def of_university(document: Document) -> bool:
    return bool(document["issuer"]["id"] == UNIVERSITY.id)


DOCUMENTS: dict[str, Document] = {
    "an endorsement": endorsement(),
    "without a comment": endorsement(comment=""),
    "without a digest": endorsement(digest=""),
    "without an end": endorsement(validity=Span(SINCE)),
    "without a status": without(endorsement(), "credentialStatus"),
    "of a recognition": endorsement(kind=Iri(f"{BASE}/kinds/RECOGNISE"), related=[RELATED, replace(RELATED, id=AWARD)]),
    "with difficult text": endorsement(comment='裏書\n\t"é" e\u0301 🎓 \\ </script> ｶﾞ か\u3099', awarded=SINCE),
    "a status list": without(status(7, 94566), "proof"),
    "an award": award(),
    "an award with endorsements": award(
        signed(endorsement(subject=AWARD, id=f"{BASE}/credentials/1", status=replace(CLAIM.status, position=1))),
        signed(endorsement(id=f"{BASE}/credentials/2", status=replace(CLAIM.status, position=2))),
        signed(endorsement(subject=UNIVERSITY.id, id=f"{BASE}/credentials/3", related=[RELATED])),
    ),
}

WORLD: Found = {
    **FOUND,
    BOARD.id: published(BOARD, *map(key_of, Algorithm)),
    UNIVERSITY.id: published(UNIVERSITY, UNIVERSITY_KEY),
}
DEFINED, UNDEFINED, ABSOLUTE = "description", "undefinedTerm", "https://www.w3.org/2018/credentials#validUntil"


def tampered(document: Document) -> Iterator[tuple[str, Document]]:
    """Each place of a document with each fault, one at a time; the document that is yielded is changed back."""
    for path, node in list(nodes(document)):
        place = "/".join(map(str, path))
        if isinstance(node, dict):
            new = [DEFINED if DEFINED not in node else "name", UNDEFINED, ABSOLUTE]
            for member in new:
                yield f"{place} + {member}", put(document, (*path, member), "2099-01-01T00:00:00Z")
        if path:
            yield f"{place} removed", put(document, path, ...)
            if not isinstance(node, dict | list):
                yield f"{place} changed", put(document, path, changed(node))


def nodes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from nodes(child, (*path, key))


def put(document: Document, path: tuple[str | int, ...], value: Any) -> Document:
    """A copy with another value at a place, or without it."""
    result = copy.deepcopy(document)
    node: Any = result
    for step in path[:-1]:
        node = node[step]
    if value is ...:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return result


def changed(value: Any) -> Any:
    return value + "x" if isinstance(value, str) else not value if isinstance(value, bool) else value + 1


def accepted(data: Any) -> bool:
    return judge(data, WORLD, NOW).exit_code == 0


@pytest.mark.parametrize("name", DOCUMENTS)
def test_data_integrity(name: str) -> None:
    document = DOCUMENTS[name]
    done = signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY) if of_university(document) else signed(document)
    assert judge(done, WORLD, NOW).exit_code == 0
    faults = list(tampered(done))
    assert len(faults) > 60
    assert [fault for fault, spoilt in faults if accepted(spoilt)] == []


@pytest.mark.parametrize(("number", "name"), list(enumerate(DOCUMENTS)))
def test_tokens(number: int, name: str) -> None:
    """The payload is written anew, or the header; the signature is the old one."""
    document = DOCUMENTS[name]
    key, issuer = (
        (UNIVERSITY_KEY, UNIVERSITY) if of_university(document) else (key_of(list(Algorithm)[number % 3]), BOARD)
    )
    header, payload, signature = token(document, key, issuer=issuer).split(".")
    assert judge(f"{header}.{payload}.{signature}".encode(), WORLD, NOW).exit_code == 0
    faults = [
        *((fault, f"{header}.{part(spoilt)}.{signature}") for fault, spoilt in tampered(opened(payload))),
        *((f"header {fault}", f"{part(spoilt)}.{payload}.{signature}") for fault, spoilt in tampered(opened(header))),
        ("header + jwk", f"{part({**opened(header), 'jwk': key.public.jwk()})}.{payload}.{signature}"),
        ("no signature", f"{header}.{payload}."),
        ("a shorter signature", f"{header}.{payload}.{signature[:-4]}"),
        ("not signed", f"{part({**opened(header), 'alg': 'none'})}.{payload}."),
    ]
    assert len(faults) > 60
    assert [fault for fault, spoilt in faults if accepted(spoilt.encode())] == []


def opened(part: str) -> Document:
    return dict(json.loads(base64url.decode(part)))


def part(value: Document) -> str:
    return base64url.encode(jsontext.write(value))
