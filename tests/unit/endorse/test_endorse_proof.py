"""A signature holds for one document, and for nothing else that can be made of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.endorse import eddsa_rdfc_2022
from graph_service.endorse.eddsa_rdfc_2022 import Options
from graph_service.endorse.jsontext import Document
from graph_service.endorse.signer import LocalSigner, Signer
from graph_service.errors import GraphServiceError, ProofError
from tests.unit.endorse.building import BOARD, BOARD_KEY, SINCE, UNIVERSITY_KEY, endorsement, signed

PUBLIC = BOARD_KEY.public
SIGNED = signed(endorsement())


def holds(document: Document) -> bool:
    try:
        for proof in document["proof"]:
            eddsa_rdfc_2022.check(document, proof, PUBLIC)
    except GraphServiceError:
        return False
    return bool(document["proof"])


async def test_a_signer_signs_what_begin_asks_for() -> None:
    signer: Signer = LocalSigner(BOARD.id, BOARD_KEY)
    draft = eddsa_rdfc_2022.begin(endorsement(), Options(signer.verification_method, SINCE))
    document = draft.finish(await signer.sign(draft.data))
    assert len(draft.data) == 64
    assert document == SIGNED
    assert holds(document)


def test_another_key_does_not_hold() -> None:
    with pytest.raises(ProofError) as refused:
        eddsa_rdfc_2022.check(SIGNED, SIGNED["proof"][0], UNIVERSITY_KEY.public)
    assert refused.value.code == "PROOF_VERIFICATION_ERROR"


def test_what_is_signed_already_is_not_signed_again() -> None:
    with pytest.raises(ProofError) as refused:
        eddsa_rdfc_2022.begin(SIGNED, Options(f"{BOARD.id}#x", SINCE))
    assert refused.value.code == "PROOF_GENERATION_ERROR"


def test_a_signature_has_64_bytes() -> None:
    draft = eddsa_rdfc_2022.begin(endorsement(), Options(f"{BOARD.id}#x", SINCE))
    with pytest.raises(ProofError) as refused:
        draft.finish(bytes(63))
    assert refused.value.code == "PROOF_GENERATION_ERROR"


def test_a_relative_verification_method_is_not_signed() -> None:
    with pytest.raises(GraphServiceError) as refused:
        eddsa_rdfc_2022.begin(endorsement(), Options("key-1", SINCE))
    assert refused.value.code == "DATA_LOSS_DETECTION_ERROR"


def test_the_document_that_was_begun_is_not_changed() -> None:
    document = endorsement()
    signed(document)
    assert document == endorsement()


def test_the_order_of_members_and_of_sets_says_nothing() -> None:
    document = {key: SIGNED[key] for key in sorted(SIGNED, reverse=True)}
    document["type"] = list(reversed(document["type"]))
    assert holds(document)


def values(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict | list):
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from values(child, (*path, key))
    else:
        yield path


def replaced(document: Document, path: tuple[Any, ...], value: Any) -> Document:
    changed = copy.deepcopy(document)
    node = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return changed


PLACES = list(values(SIGNED))


@settings(deadline=None)
@given(
    st.sampled_from(PLACES),
    st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(), st.sampled_from(PLACES)),
)
def test_no_value_can_be_changed(path: tuple[Any, ...], value: Any) -> None:
    before = SIGNED
    for step in path:
        before = before[step]
    if value != before:
        assert not holds(replaced(SIGNED, path, value))


@settings(deadline=None)
@given(st.sampled_from(PLACES), st.data())
def test_no_letter_can_be_changed(path: tuple[Any, ...], data: st.DataObject) -> None:
    before: Any = SIGNED
    for step in path:
        before = before[step]
    at = data.draw(st.integers(0, len(before) - 1))
    letter = data.draw(st.characters(exclude_characters=before[at]))
    assert not holds(replaced(SIGNED, path, before[:at] + letter + before[at + 1 :]))


@settings(deadline=None)
@given(st.sampled_from(PLACES))
def test_no_value_can_be_taken_away(path: tuple[Any, ...]) -> None:
    changed = copy.deepcopy(SIGNED)
    node = changed
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    assert not holds(changed)


ADDITIONS: list[tuple[str, Any]] = [
    ("validUntil", ["2031-09-01T00:00:00Z", "2099-01-01T00:00:00Z"]),
    ("https://www.w3.org/2018/credentials#validUntil", "2099-01-01T00:00:00Z"),
    ("evidence", []),
    ("evidence", None),
    ("secret", "x"),
    ("@included", []),
    ("@index", "x"),
]


@pytest.mark.parametrize(("key", "value"), ADDITIONS)
def test_nothing_can_be_added(key: str, value: Any) -> None:
    assert not holds({**SIGNED, key: value})


def test_a_status_cannot_be_hidden_from_readers_by_spelling_it_otherwise() -> None:
    hidden = {key: value for key, value in SIGNED.items() if key != "credentialStatus"}
    assert not holds({**hidden, "https://www.w3.org/2018/credentials#credentialStatus": SIGNED["credentialStatus"]})


def test_a_value_cannot_be_moved_to_another_description_of_the_credential() -> None:
    moved = copy.deepcopy(SIGNED)
    name = moved.pop("name")
    moved["credentialSchema"].append({"id": SIGNED["id"], "name": name})
    assert not holds(moved)
