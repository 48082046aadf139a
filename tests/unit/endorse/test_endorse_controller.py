"""The documents in which keys are published and found."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from graph_service.endorse import controller, credential
from graph_service.endorse.controller import PublishedKey
from graph_service.endorse.keys import Algorithm, PublicKey
from graph_service.errors import CredentialError
from tests.unit.endorse.building import (
    BOARD,
    BOARD_KEY,
    P256_KEY,
    UNIVERSITY,
    UNIVERSITY_KEY,
    key_of,
    published,
)

METHOD = controller.method_id(BOARD.id, BOARD_KEY.public)
P256 = P256_KEY.public
KID = controller.kid(BOARD.id, P256)


def test_a_document_lists_exactly_its_keys() -> None:
    document = controller.document(credential.profile(BOARD), [PublishedKey(BOARD_KEY.public), PublishedKey(P256)])
    ids = [METHOD, f"{BOARD.id}/keys/{BOARD_KEY.public.thumbprint}", f"{BOARD.id}/keys/{P256.thumbprint}"]
    methods = document["verificationMethod"]
    assert [method["id"] for method in methods] == document["assertionMethod"] == ids
    assert [method["type"] for method in methods] == ["Multikey", "JsonWebKey", "JsonWebKey"]
    assert {method["controller"] for method in methods} == {BOARD.id}
    assert {"id": BOARD.id, "type": ["Profile"], "name": BOARD.name}.items() <= document.items()
    assert controller.find(document, METHOD) == PublishedKey(BOARD_KEY.public)
    assert [controller.find(document, each, BOARD.id).key for each in ids] == [
        BOARD_KEY.public,
        BOARD_KEY.public,
        P256,
    ]


def test_a_revoked_key_is_shown_and_asserts_nothing() -> None:
    document = published(BOARD, BOARD_KEY, revoked="2026-10-01T00:00:00Z")
    assert [method["revoked"] for method in document["verificationMethod"]] == ["2026-10-01T00:00:00Z"] * 2
    assert document["assertionMethod"] == []


def test_a_key_is_named_by_itself_or_by_its_address() -> None:
    assert controller.method_id(BOARD.id, BOARD_KEY.public) == f"{BOARD.id}#{BOARD_KEY.public.multibase}"
    assert controller.method_id(BOARD.id, P256) == KID == f"{BOARD.id}/keys/{P256.thumbprint}"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_bare_jwk_tells_its_address_its_use_and_whose_it_is(algorithm: Algorithm) -> None:
    key = key_of(algorithm).public
    jwk = controller.jwk(BOARD.id, key)
    assert {**key.jwk(), "kid": controller.kid(BOARD.id, key)}.items() <= jwk.items()
    assert (jwk["alg"], jwk["use"], jwk["iss"]) == (algorithm.jws, "sig", BOARD.id)
    assert PublicKey.from_jwk(jwk) == key


def test_a_set_has_the_keys_of_many_issuers_without_revoked_ones() -> None:
    keys = [
        (BOARD.id, PublishedKey(BOARD_KEY.public)),
        (BOARD.id, PublishedKey(P256, revoked="2026-10-01T00:00:00Z")),
        (UNIVERSITY.id, PublishedKey(UNIVERSITY_KEY.public)),
    ]
    assert controller.jwk_set(keys) == {
        "keys": [controller.jwk(BOARD.id, BOARD_KEY.public), controller.jwk(UNIVERSITY.id, UNIVERSITY_KEY.public)]
    }


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://board.example/profiles/board", "did:web:board.example:profiles:board"),
        ("https://board.example:8443/profiles/board", "did:web:board.example%3A8443:profiles:board"),
        ("https://board.example", "did:web:board.example"),
        ("http://board.example/profiles/board", None),
        ("https://192.0.2.7/profiles/board", None),
        ("https://[2001:db8::1]/profiles/board", None),
        ("https://board.example/profiles/a:b", None),
        ("https://board.example/profiles/a%2Fb", None),
        ("https://board.example/profiles/../board", None),
        ("https://board.example/profiles/", None),
        ("https://board.example/profiles/board?x", None),
        ("https://u@board.example/profiles/board", None),
        ("urn:uuid:00000000-0000-4000-8000-000000000000", None),
    ],
)
def test_did_web_says_the_same_address_or_nothing(address: str, did: str | None) -> None:
    assert controller.did_web(address) == did
    if did and did.count(":") > 2:
        assert controller.location(did) == f"{address}/did.json"


def test_a_did_document_has_the_same_keys_under_the_did() -> None:
    did = "did:web:graph-service.example:profiles:board"
    document = controller.did_document(BOARD.id, [PublishedKey(BOARD_KEY.public), PublishedKey(P256)])
    assert document is not None
    assert (document["id"], document["alsoKnownAs"]) == (did, [BOARD.id])
    assert document["assertionMethod"] == [
        f"{did}#{BOARD_KEY.public.multibase}",
        f"{did}#{BOARD_KEY.public.thumbprint}",
        f"{did}#{P256.thumbprint}",
    ]
    found = [controller.find(document, method).key for method in document["assertionMethod"]]
    assert found == [BOARD_KEY.public, BOARD_KEY.public, P256]
    assert controller.did_document("http://board.example/profiles/board", []) is None


def test_an_address_of_a_key_says_nothing_about_its_controller() -> None:
    """Without the issuer a `kid` is no verification method, and it counts in that issuer's document alone."""
    document = published(BOARD, BOARD_KEY, P256_KEY)
    assert controller.find(document, KID, BOARD.id) == PublishedKey(P256)
    for method, issuer, code in (
        (KID, None, "INVALID_VERIFICATION_METHOD_URL"),
        (KID, UNIVERSITY.id, "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"),
        (KID + "x", BOARD.id, "INVALID_VERIFICATION_METHOD"),
        (controller.kid(UNIVERSITY.id, P256), BOARD.id, "INVALID_VERIFICATION_METHOD"),
        (f"{UNIVERSITY.id}#{BOARD_KEY.public.multibase}", BOARD.id, "INVALID_VERIFICATION_METHOD"),
    ):
        with pytest.raises(CredentialError) as refused:
            controller.find(document, method, issuer)
        assert refused.value.code == code


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


@pytest.mark.parametrize("method", ["{}", "{}#" + BOARD_KEY.public.multibase])
def test_a_did_key_needs_no_document(method: str) -> None:
    did = f"did:key:{BOARD_KEY.public.multibase}"
    document = controller.of_did_key(did)
    assert document is not None
    assert controller.find(document, method.format(did)) == PublishedKey(BOARD_KEY.public)
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
        (with_method(publicKeyJwk=P256.jwk()), METHOD, "INVALID_VERIFICATION_METHOD"),
        (with_method(secretKeyMultibase="z3u2"), METHOD, "PRIVATE_KEY_PUBLISHED"),
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
    method = published(BOARD, BOARD_KEY)["verificationMethod"][0]
    embedded = changed(verificationMethod=[], assertionMethod=[{**method, "id": f"#{BOARD_KEY.public.multibase}"}])
    assert controller.find(embedded, METHOD) == PublishedKey(BOARD_KEY.public)
