"""Where the key of a token is looked for, in which order, and where never."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.endorse import controller, credential
from graph_service.endorse.evidence import Absent, Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PrivateKey
from graph_service.endorse.report import Outcome
from graph_service.endorse.verify import judge, missing
from tests.unit.endorse.building import BASE, BOARD, BOARD_KEY, LIST, NOW, P256_KEY, endorsement, published, status
from tests.unit.endorse.test_endorse_vc_jwt import HEADER, KID, PAYLOAD, SET, made, wrong

JWK = P256_KEY.public.jwk()
NAMED = {**JWK, "kid": "2026", "iss": BOARD.id}
BARE = credential.profile(BOARD)  # what lies at the issuer's own address has no key
NOTHING: Found = {LIST: status(), BOARD.id: BARE, KID: None, SET: None}
FOREIGN = "https://attacker.example/keys/1"
OWN = PrivateKey.generate(Algorithm.P256, b"attacker".ljust(48, b"."))
LISTS: Found = {LIST: status(), BOARD.id: published(BOARD, BOARD_KEY)}


def judged(header: Document, found: Found, key: PrivateKey = P256_KEY) -> tuple[Outcome, set[str]]:
    """Whether it is authentic, and what the check of the key came to."""
    world = {**NOTHING, BOARD.id: published(BOARD, BOARD_KEY), **found}  # the list's key is always there
    report = judge(made({"alg": "ES256", **header}, PAYLOAD, key), world, NOW)
    return report.authentic, {check.code for check in report.checks if check.name == "key"}


OK = (Outcome.OK, {"KEY_OK"})
UNKNOWN = (Outcome.UNKNOWN, {"CONTROLLER_UNAVAILABLE"})
REFUSED = (Outcome.FAILED, {"INVALID_VERIFICATION_METHOD"})


def test_places_are_asked_one_after_the_other_and_only_until_the_key_is_there() -> None:
    data = made(HEADER, PAYLOAD)
    rest: Found = {LIST: status(), BOARD.id: published(BOARD, BOARD_KEY)}
    assert missing(data, {}) == (BOARD.id, LIST)
    assert missing(data, rest) == (KID,)
    assert missing(data, {**rest, KID: None}) == (SET,)
    assert missing(data, {**rest, KID: JWK}) == ()
    assert missing(data, {**rest, KID: None, SET: None}) == ()
    assert missing(data, {LIST: status(), BOARD.id: published(BOARD, P256_KEY, BOARD_KEY)}) == ()


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ({"kid": KID}, (KID, SET)),
        ({"kid": "2026"}, (SET,)),
        ({"jwk": JWK}, (SET,)),
        ({"kid": FOREIGN}, (SET,)),
        ({"kid": f"{BOARD.id}evil/keys/1"}, (SET,)),
        ({"kid": f"{BOARD.id}/../university/keys/1"}, (SET,)),
        ({"kid": f"{BOARD.id}/%2e%2e/university/keys/1"}, (SET,)),
        ({"kid": f"{BOARD.id}/keys/1?as=university"}, (SET,)),
        ({"kid": f"{BOARD.id}/keys\\@attacker.example"}, (SET,)),
        ({"kid": f"{BOARD.id}@attacker.example/keys/1"}, (SET,)),
        ({"kid": f"{BOARD.id}#key"}, (SET,)),
        ({}, ()),
        ({"jku": FOREIGN, "kid": KID}, ()),
        ({"x5u": FOREIGN}, ()),
    ],
)
def test_nothing_is_asked_where_others_may_publish(header: Document, asked: tuple[str, ...]) -> None:
    data = made({"alg": "ES256", **header}, PAYLOAD)
    found: dict[str, Any] = dict(LISTS)
    for address in asked:
        assert missing(data, found) == (address,)
        found[address] = None
    assert missing(data, found) == ()


@pytest.mark.parametrize(
    ("header", "found", "expected"),
    [
        ({"kid": KID}, {KID: JWK}, OK),
        ({"kid": KID}, {KID: {**JWK, "kid": "another name", "iss": BOARD.id}}, OK),
        ({"kid": KID}, {KID: {**JWK, "iss": f"{BASE}/profiles/university"}, SET: {"keys": []}}, REFUSED),
        ({"kid": KID}, {KID: {"keys": [JWK]}, SET: {"keys": []}}, REFUSED),
        ({"kid": KID}, {KID: None, SET: {"keys": [JWK]}}, UNKNOWN),  # has neither that name nor that thumbprint
        ({"kid": P256_KEY.public.thumbprint}, {SET: {"keys": [JWK]}}, OK),
        ({"kid": "2026"}, {SET: {"keys": [NAMED]}}, OK),
        ({"kid": "2026"}, {SET: {"keys": [{**NAMED, "iss": BASE}]}}, REFUSED),
        ({"kid": "2026"}, {SET: {"keys": [NAMED, {**OWN.public.jwk(), "kid": "2026"}]}}, REFUSED),  # which?
        ({"kid": "2026"}, {SET: {"keys": [NAMED, {**OWN.public.jwk(), "kid": "2026", "iss": BASE}]}}, OK),
        ({"kid": "2026"}, {SET: JWK}, REFUSED),
        ({"kid": "2026"}, {SET: [JWK]}, REFUSED),
        ({"kid": "2026"}, {SET: b"<html>"}, REFUSED),
        ({"kid": "2026"}, {}, UNKNOWN),
        ({"kid": "2026"}, {SET: Absent("FETCH_TIMED_OUT", {"seconds": 5})}, UNKNOWN),
        ({"kid": FOREIGN}, {FOREIGN: JWK, SET: {"keys": []}}, REFUSED),
        ({"jwk": JWK}, {SET: {"keys": [NAMED]}}, OK),
        ({"jwk": JWK}, {SET: {"keys": [{**NAMED, "iss": BASE}]}}, REFUSED),
        ({"jwk": JWK}, {}, UNKNOWN),
        ({"jwk": {**JWK, "d": "AQ"}}, {SET: {"keys": [NAMED]}}, REFUSED),
        ({"jwk": JWK}, {BOARD.id: published(BOARD, P256_KEY, BOARD_KEY)}, OK),
        ({"kid": P256_KEY.public.thumbprint}, {BOARD.id: published(BOARD, P256_KEY, BOARD_KEY)}, OK),
        ({}, {SET: {"keys": [NAMED]}}, (Outcome.UNKNOWN, {"KEY_NOT_NAMED"})),
    ],
)
def test_the_key_is_the_one_that_the_issuer_publishes(
    header: Document, found: Found, expected: tuple[Outcome, set[str]]
) -> None:
    assert judged(header, found) == expected


@pytest.mark.parametrize("header", [{"kid": KID, "jwk": OWN.public.jwk()}, {"jwk": OWN.public.jwk()}, {"kid": "2026"}])
def test_a_key_of_ones_own_signs_nothing_for_another(header: Document) -> None:
    found: Found = {KID: JWK, SET: {"keys": [NAMED]}}
    assert judged(header, found, OWN)[0] is Outcome.FAILED


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"revoked": NOW}, "KEY_REVOKED"),
        ({"expires": NOW}, "KEY_EXPIRED"),
        ({"secretKeyJwk": {}}, "PRIVATE_KEY_PUBLISHED"),
    ],
)
@pytest.mark.parametrize("header", [{"kid": KID}, {"jwk": JWK}, {"kid": P256_KEY.public.thumbprint}])
def test_what_the_issuer_says_against_a_key_no_other_place_undoes(header: Document, state: Document, code: str) -> None:
    document = published(BOARD, P256_KEY)
    document["verificationMethod"] = [{**method, **state} for method in document["verificationMethod"]]
    found: Found = {BOARD.id: document, KID: JWK, SET: {"keys": [NAMED]}}
    assert judged(header, found) == (Outcome.FAILED, {code})


def test_a_key_that_asserts_nothing_stays_so() -> None:
    document = {**published(BOARD, P256_KEY), "assertionMethod": []}
    found: Found = {BOARD.id: document, KID: JWK, SET: {"keys": [NAMED]}}
    assert judged({"kid": KID}, found) == (Outcome.FAILED, {"INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"})


def test_why_nothing_was_had_is_said() -> None:
    report = judge(made(HEADER, PAYLOAD), {**NOTHING, BOARD.id: Absent("FETCH_FAILED", {"cause": "HTTP 500"})}, NOW)
    (check,) = [check for check in report.checks if check.name == "key"]
    assert check.values == {"address": BOARD.id, "reason": "FETCH_FAILED", "cause": "HTTP 500"}
    report = judge(made(HEADER, PAYLOAD), {}, NOW)
    (check,) = [check for check in report.checks if check.name == "key"]
    assert check.values == {"address": BOARD.id, "reason": "NOT_ASKED"}


# Issuers of other kinds.


def issued_by(issuer: str, kid: str) -> bytes:
    document = {**endorsement(), "issuer": {**credential.profile(replace(BOARD, id=Iri(issuer)))}}
    del document["credentialStatus"]
    claims = {claim: PAYLOAD[claim] for claim in ("sub", "jti", "nbf", "exp")}
    return made({"alg": "ES256", "kid": kid}, {**document, **claims, "iss": issuer})


WEB = "did:web:board.example"


@pytest.mark.parametrize(
    ("issuer", "kid", "method", "asked"),
    [
        (WEB, f"{WEB}#1", f"{WEB}#1", (WEB,)),
        (WEB, "#1", "#1", (WEB,)),
        (WEB, f"{WEB}#1", f"{WEB}#2", (WEB,)),
        ("https://board.example", f"{WEB}#1", f"{WEB}#1", ("https://board.example",)),
    ],
)
def test_the_issuers_document_decides_what_a_kid_means(
    issuer: str, kid: str, method: str, asked: tuple[str, ...]
) -> None:
    document = {
        "id": issuer,
        "verificationMethod": [{"id": method, "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": JWK}],
        "assertionMethod": [method],
    }
    data = issued_by(issuer, kid)
    assert missing(data, {}) == asked
    report = judge(data, {issuer: document}, NOW)
    assert wrong(report) == (set() if method == kid else REFUSED_HERE)


REFUSED_HERE = {("key", "INVALID_VERIFICATION_METHOD"), ("proof", "NOT_CHECKED"), ("issuer", "NOT_CHECKED")}


@pytest.mark.parametrize("issuer", ["did:example:board", "urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164", "x:board"])
def test_issuers_that_cannot_be_looked_up_stay_unknown(issuer: str) -> None:
    data = issued_by(issuer, f"{issuer}#1")
    assert missing(data, {}) == ()
    report = judge(data, {}, NOW)
    assert wrong(report) == {("key", "UNSUPPORTED_CONTROLLER"), ("proof", "NOT_CHECKED"), ("issuer", "NOT_CHECKED")}
    assert report.authentic is Outcome.UNKNOWN


def test_a_did_key_has_one_key_and_no_other_place() -> None:
    did = f"did:key:{P256_KEY.public.multibase}"
    assert judge(issued_by(did, did), {}, NOW).exit_code == 0
    other = f"did:key:{OWN.public.multibase}"
    assert judge(issued_by(did, other), {}, NOW).authentic is Outcome.FAILED
    assert controller.of_did_key(did)
