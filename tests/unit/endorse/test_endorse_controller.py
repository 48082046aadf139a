"""Keys, and the documents in which they are published and found."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from graph_service.endorse import controller, credential
from graph_service.endorse.controller import PublicKey
from graph_service.errors import CredentialError
from tests.unit.endorse.building import BOARD, BOARD_KEY, UNIVERSITY_KEY, published

METHOD = controller.method_id(BOARD.id, BOARD_KEY.multibase)


def test_a_key_is_a_multikey_and_hides_its_seed() -> None:
    key = controller.generate(bytes(32))
    assert key.multibase == "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    assert "seed" not in repr(key)
    assert len(controller.decode(key.multibase)) == 32


@pytest.mark.parametrize("entropy", [b"", bytes(31), bytes(33)])
def test_a_key_takes_32_bytes_of_entropy(entropy: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        controller.generate(entropy)


@pytest.mark.parametrize(
    "text", ["z", "z6Mk", "zDnaekGZTbQBerwcehBSXLqAg6s55hVEBms1zFy89VHXtJSa9", BOARD_KEY.multibase + "1"]
)
def test_other_keys_are_refused(text: str) -> None:
    with pytest.raises(CredentialError) as refused:
        controller.decode(text)
    assert refused.value.code == "INVALID_MULTIKEY"


def test_a_document_lists_exactly_its_keys() -> None:
    retired = controller.method_id(BOARD.id, UNIVERSITY_KEY.multibase)
    keys = [PublicKey(BOARD_KEY.multibase), PublicKey(UNIVERSITY_KEY.multibase)]
    document = controller.document(credential.profile(BOARD), keys)
    assert (
        [method["id"] for method in document["verificationMethod"]] == document["assertionMethod"] == [METHOD, retired]
    )
    assert {"id": BOARD.id, "type": ["Profile"], "name": BOARD.name}.items() <= document.items()
    assert controller.find(document, retired) == PublicKey(UNIVERSITY_KEY.multibase)


def test_a_revoked_key_is_shown_and_asserts_nothing() -> None:
    document = published(BOARD, BOARD_KEY, revoked="2026-10-01T00:00:00Z")
    assert document["verificationMethod"][0]["revoked"] == "2026-10-01T00:00:00Z"
    assert document["assertionMethod"] == []


@pytest.mark.parametrize(
    ("identifier", "url"),
    [
        ("https://board.example/profiles/board", "https://board.example/profiles/board"),
        ("did:web:board.example", "https://board.example/.well-known/did.json"),
        ("did:web:board.example%3A8443:a:b", "https://board.example:8443/a/b/did.json"),
    ],
)
def test_where_a_controller_lies(identifier: str, url: str) -> None:
    assert controller.location(identifier) == url


@pytest.mark.parametrize(
    "identifier",
    ["did:web:", "did:web:a/b", "did:web:a:..:b", "did:web:a:%2e%2e", "did:web:u@a", "did:web:a:b\n", "did:web:a:"],
)
def test_a_malformed_did_web_lies_nowhere(identifier: str) -> None:
    with pytest.raises(CredentialError) as refused:
        controller.location(identifier)
    assert refused.value.code == "INVALID_VERIFICATION_METHOD_URL"


@pytest.mark.parametrize("method", ["{}", "{}#" + BOARD_KEY.multibase])
def test_a_did_key_needs_no_document(method: str) -> None:
    did = f"did:key:{BOARD_KEY.multibase}"
    document = controller.of_did_key(did)
    assert document is not None
    assert controller.find(document, method.format(did)) == PublicKey(BOARD_KEY.multibase)
    assert controller.of_did_key(BOARD.id) is None


def changed(**members: Any) -> dict[str, Any]:
    return {**published(BOARD, BOARD_KEY), **members}


def with_method(**members: Any) -> dict[str, Any]:
    document = copy.deepcopy(published(BOARD, BOARD_KEY))
    document["verificationMethod"][0].update(members)
    return document


@pytest.mark.parametrize(
    ("document", "method", "code"),
    [
        (changed(), BOARD.id, "INVALID_VERIFICATION_METHOD_URL"),
        (changed(id="https://other.example"), METHOD, "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"),
        (changed(), f"{BOARD.id}#other", "INVALID_VERIFICATION_METHOD"),
        (changed(verificationMethod=None), METHOD, "INVALID_VERIFICATION_METHOD"),
        (with_method(controller="https://other.example"), METHOD, "INVALID_VERIFICATION_METHOD"),
        (with_method(type="JsonWebKey"), METHOD, "INVALID_VERIFICATION_METHOD"),
        (with_method(publicKeyMultibase=7), METHOD, "INVALID_VERIFICATION_METHOD"),
        (with_method(publicKeyMultibase="z6Mk"), METHOD, "INVALID_MULTIKEY"),
        (changed(assertionMethod=[]), METHOD, "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"),
        (changed(assertionMethod=["#other"]), METHOD, "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"),
        (
            changed(
                verificationMethod=[*changed()["verificationMethod"], *with_method(type="X")["verificationMethod"]]
            ),
            METHOD,
            "INVALID_VERIFICATION_METHOD",
        ),
    ],
)
def test_a_key_that_is_not_properly_published_is_not_found(document: dict[str, Any], method: str, code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        controller.find(document, method)
    assert refused.value.code == code


def test_a_key_may_stand_in_the_relationship_itself_and_have_a_relative_name() -> None:
    (method,) = published(BOARD, BOARD_KEY)["verificationMethod"]
    embedded = changed(verificationMethod=[], assertionMethod=[{**method, "id": f"#{BOARD_KEY.multibase}"}])
    assert controller.find(embedded, METHOD) == PublicKey(BOARD_KEY.multibase)
