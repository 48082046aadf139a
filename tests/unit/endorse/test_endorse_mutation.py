"""Documents of strangers, changed at random: nothing is raised, and nothing else than the good one is good."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from graph_service.endorse import jsontext
from graph_service.endorse.evidence import Found
from graph_service.endorse.expansion import SAFE
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import Purpose, objects
from graph_service.endorse.report import Report
from graph_service.endorse.verify import judge, missing
from tests.unit.endorse.building import (
    BOARD,
    BOARD_KEY,
    FOUND,
    LIST,
    NOW,
    P256_KEY,
    UNIVERSITY,
    UNIVERSITY_KEY,
    achievement_credential,
    endorsement,
    published,
    signed,
    status,
)
from tests.unit.endorse.proving import KEYS, disclosed, everything
from tests.unit.endorse.test_endorse_hosted import SITE, assertion
from tests.unit.endorse.test_endorse_vc_jwt import HEADER, KID, PAYLOAD, SET, made

ROUNDS = 300  # of each test
DELETE, DUPLICATE, WRAP = object(), object(), object()
VALUES: list[Any] = [[], {}, None, 1, "x", True, [[]], [{}], {"id": []}, DELETE, DUPLICATE, WRAP]
BADGE = achievement_credential(
    endorsement=[signed(endorsement(subject=achievement_credential()["id"]))], credentialStatus=[]
)
del BADGE["credentialStatus"]
STARTS: dict[str, tuple[Document, Found]] = {
    "endorsement": (signed(endorsement()), FOUND),
    "badge": (signed(BADGE, UNIVERSITY_KEY, issuer=UNIVERSITY), FOUND),
    "disclosed": (disclosed(endorsement(), everything), KEYS),
    "hosted": (assertion, SITE),
}


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*place, key)
        yield from places(value[key], (*place, key))


def mutated(value: Any, chance: random.Random) -> Any:
    """A copy with something else at one place."""
    changed = copy.deepcopy(value)
    *path, last = chance.choice(list(places(value)))
    node = changed
    for step in path:
        node = node[step]
    new = chance.choice(VALUES)
    if new is DELETE:
        del node[last]
    elif new is DUPLICATE and isinstance(node, list):
        node.append(node[last])
    elif new in (DUPLICATE, WRAP):
        node[last] = [node[last]] * (2 if new is DUPLICATE else 1)
    else:
        node[last] = new
    return changed


def judged(document: bytes, found: Found) -> Report:
    missing(document, found)
    return judge(document, found, NOW)


def meaning(document: Document) -> str:
    return SAFE.canonical({name: value for name, value in document.items() if name != "proof"}, Purpose.VERIFY)


@pytest.mark.parametrize("name", STARTS)
def test_a_changed_document_raises_nothing_and_is_good_only_if_it_means_the_same(name: str) -> None:
    chance, (document, found) = random.Random(name), STARTS[name]
    good = judged(jsontext.write(document), found).exit_code == 0
    assert good == (name != "hosted")
    for _ in range(ROUNDS):
        changed = mutated(document, chance)
        if judged(jsontext.write(changed), found).exit_code == 0:
            assert good
            assert meaning(changed) == meaning(document)


@pytest.mark.parametrize("name", STARTS)
def test_what_was_found_may_be_anything(name: str) -> None:
    """A list that clears is the one that was signed; a key that proves is the one that was published."""
    chance, (document, found) = random.Random(name), STARTS[name]
    methods = {proof["verificationMethod"] for proof in objects(document.get("proof"))}
    for _ in range(ROUNDS):
        address = chance.choice([each for each in found if isinstance(found[each], dict)])
        changed: Any = mutated(found[address], chance)
        if judged(jsontext.write(document), {**found, address: jsontext.write(changed)}).exit_code:
            continue
        if address == LIST:
            assert meaning(changed) == meaning(status())
        for method in _methods(found[address]):
            if method["id"] in methods:
                assert method in _methods(changed)


def _methods(document: Any) -> list[Document]:
    return objects(document.get("verificationMethod"))


def test_headers_and_the_keys_of_tokens_may_be_anything() -> None:
    chance = random.Random("tokens")
    jwk = {**P256_KEY.public.jwk(), "kid": "2026", "alg": "ES256", "use": "sig", "key_ops": ["verify"], "iss": BOARD.id}
    header = {**HEADER, "jwk": P256_KEY.public.jwk()}
    places_of_keys: Found = {
        BOARD.id: published(BOARD, P256_KEY, BOARD_KEY),
        KID: jwk,
        SET: {"keys": [jwk]},
        LIST: status(),
    }
    assert judged(made(header, PAYLOAD), places_of_keys).exit_code == 0
    for _ in range(ROUNDS):
        judged(made(mutated(header, chance), PAYLOAD), places_of_keys)
        for address in (BOARD.id, KID, SET):
            alone = {name: value for name, value in places_of_keys.items() if name in (address, LIST)}
            found = {BOARD.id: {"id": BOARD.id}, **alone, address: mutated(places_of_keys[address], chance)}
            judged(made(chance.choice([header, {**HEADER, "kid": "2026"}]), PAYLOAD), found)


@pytest.mark.parametrize("name", [[], {}, [P256_KEY.public.jwk()]])
def test_a_name_that_is_no_text_names_nothing(name: Any) -> None:
    method = {**published(BOARD, P256_KEY)["verificationMethod"][0], "id": name}
    found: Found = {BOARD.id: {"id": BOARD.id, "verificationMethod": [method]}, LIST: status()}
    assert judged(jsontext.write(signed(endorsement())), found).authentic == "failed"
    jwk = {**P256_KEY.public.jwk(), "alg": name}
    assert judged(made({**HEADER, "jwk": jwk}, PAYLOAD), {**FOUND, SET: {"keys": [jwk]}}).authentic != "ok"
