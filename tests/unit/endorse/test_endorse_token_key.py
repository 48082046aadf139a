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
WHOSE = {**JWK, "iss": BOARD.id}
NAMED = {**WHOSE, "kid": "2026"}
BARE = credential.profile(BOARD)  # what lies at the issuer's own address has no key
NOTHING: Found = {LIST: status(), BOARD.id: BARE, KID: None, SET: None}
FOREIGN = "https://attacker.example/keys/1"
OWN = PrivateKey.generate(Algorithm.P256, b"attacker".ljust(48, b"."))
UNLISTED = {name: value for name, value in PAYLOAD.items() if name != "credentialStatus"}
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
        ({"kid": KID}, {KID: None, SET: {"keys": [WHOSE]}}, UNKNOWN),  # has neither that name nor that thumbprint
        ({"kid": P256_KEY.public.thumbprint}, {SET: {"keys": [WHOSE]}}, OK),
        ({"kid": "2026"}, {SET: {"keys": [NAMED]}}, OK),
        ({"kid": "2026"}, {SET: {"keys": [{**NAMED, "iss": BASE}]}}, REFUSED),
        (
            {"kid": "2026"},
            {SET: {"keys": [NAMED, {**OWN.public.jwk(), "kid": "2026", "iss": BOARD.id}]}},
            REFUSED,
        ),  # which?
        ({"kid": "2026"}, {SET: {"keys": [NAMED, {**OWN.public.jwk(), "kid": "2026", "iss": BASE}]}}, OK),
        ({"kid": "2026"}, {SET: JWK}, REFUSED),
        ({"kid": "2026"}, {SET: [JWK]}, REFUSED),
        ({"kid": "2026"}, {SET: {"keys": [{**JWK, "kid": "2026"}]}}, REFUSED),  # of whoever has written it there
        ({"jwk": JWK}, {SET: {"keys": [JWK]}}, REFUSED),
        ({"jwk": JWK}, {SET: {"keys": [{**JWK, "iss": None}]}}, REFUSED),
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


ANY_NAME: list[Document] = [{"kid": KID}, {"jwk": JWK}, {"kid": P256_KEY.public.thumbprint}, {"kid": "2026"}]
"""How a header names a key: as the issuer's document does, by itself, and as the set of the host alone does."""


def stated(**state: Any) -> Document:
    """The issuer's document, which says more of the key: where it is a JWK."""
    document = published(BOARD, P256_KEY)
    document["verificationMethod"] = [{**method, **state} for method in document["verificationMethod"]]
    return document


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"revoked": NOW}, "KEY_REVOKED"),
        ({"expires": NOW}, "KEY_EXPIRED"),
        ({"secretKeyJwk": {}}, "PRIVATE_KEY_PUBLISHED"),
        ({"publicKeyJwk": {**JWK, "d": "AQ"}}, "PRIVATE_KEY_PUBLISHED"),
        ({"publicKeyJwk": None, "type": "Multikey", "publicKeyMultibase": P256_KEY.public.multibase}, "KEY_OK"),
        ({"controller": BASE}, "INVALID_VERIFICATION_METHOD"),
    ],
)
@pytest.mark.parametrize("header", ANY_NAME)
def test_what_the_issuer_says_of_a_key_no_other_place_undoes(header: Document, state: Document, code: str) -> None:
    found: Found = {BOARD.id: stated(**state), KID: JWK, SET: {"keys": [NAMED]}}
    assert judged(header, found) == (Outcome.OK if code == "KEY_OK" else Outcome.FAILED, {code})


@pytest.mark.parametrize("header", ANY_NAME)
def test_a_key_that_asserts_nothing_stays_so(header: Document) -> None:
    document = {**published(BOARD, P256_KEY), "assertionMethod": []}
    found: Found = {BOARD.id: document, KID: JWK, SET: {"keys": [NAMED]}}
    assert judged(header, found) == (Outcome.FAILED, {"INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"})


@pytest.mark.parametrize("header", [{"kid": "2026"}, {"jwk": JWK}])
def test_a_key_that_is_there_twice_is_revoked_if_it_is_once(header: Document) -> None:
    document = stated()
    (method,) = document["verificationMethod"]
    for number, state in enumerate([{"expires": "2027-01-01T00:00:00Z"}, {"revoked": NOW}]):
        more = {**method, "id": f"{BOARD.id}#{number}", **state}
        document["verificationMethod"].append(more)
        document["assertionMethod"].append(more["id"])
    found: Found = {BOARD.id: document, SET: {"keys": [NAMED]}}
    assert judged(header, found) == (Outcome.FAILED, {"KEY_REVOKED"})


@pytest.mark.parametrize(
    ("lying", "expected"),
    [
        (None, UNKNOWN),
        (Absent("FETCH_TIMED_OUT", {"seconds": 5}), UNKNOWN),
        (Absent("FETCH_TOO_MANY", {"limit": 40}), UNKNOWN),
        (Absent("FETCH_FAILED", {"cause": "HTTP 500", "status": 500}), UNKNOWN),
        (Absent("FETCH_FAILED", {"cause": "HTTP 403", "status": 403}), UNKNOWN),
        (Absent("FETCH_FAILED", {"cause": "DNS", "status": None}), UNKNOWN),
        (b'{"id": 1, "id": 2}', (Outcome.FAILED, {"DUPLICATE_KEY"})),
        (b"[" * 100 + b"]" * 100, (Outcome.FAILED, {"LIMIT_EXCEEDED"})),
        (Absent("FETCH_FAILED", {"cause": "HTTP 404", "status": 404}), OK),
        (Absent("FETCH_FAILED", {"cause": "HTTP 410", "status": 410}), OK),
        (b"<!doctype html>", OK),
        (b"\xff", OK),
        (b"[]", OK),
        (BARE, OK),
    ],
)
def test_without_the_issuers_own_document_nobody_knows_what_it_says_against_a_key(
    lying: Any, expected: tuple[Outcome, set[str]]
) -> None:
    """Unless it is known that there is none."""
    found: Found = {**NOTHING, BOARD.id: lying, SET: {"keys": [NAMED]}}
    data = made({"alg": "ES256", "kid": "2026"}, UNLISTED)
    report = judge(data, found, NOW)
    assert (report.authentic, {check.code for check in report.checks if check.name == "key"}) == expected
    assert missing(data, {BOARD.id: lying}) == ((SET,) if expected == OK else ())


def test_why_nothing_was_had_is_said() -> None:
    report = judge(made(HEADER, PAYLOAD), {**NOTHING, BOARD.id: Absent("FETCH_FAILED", {"cause": "HTTP 500"})}, NOW)
    (check,) = [check for check in report.checks if check.name == "key"]
    assert check.values == {"address": BOARD.id, "reason": "FETCH_FAILED", "cause": "HTTP 500"}
    report = judge(made(HEADER, PAYLOAD), {}, NOW)
    (check,) = [check for check in report.checks if check.name == "key"]
    assert check.values == {"address": BOARD.id, "reason": "NOT_ASKED"}


# Issuers of other kinds.


def issued_by(issuer: str, kid: str | None = None, **header: Any) -> bytes:
    document = {**endorsement(), "issuer": {**credential.profile(replace(BOARD, id=Iri(issuer)))}}
    del document["credentialStatus"]
    claims = {claim: PAYLOAD[claim] for claim in ("sub", "jti", "nbf", "exp")}
    named = {"kid": kid} if kid else {}
    return made({"alg": "ES256", **named, **header}, {**document, **claims, "iss": issuer})


ROOT = "https://board.example"
SET_OF_ROOT = f"{ROOT}/.well-known/jwks.json"


@pytest.mark.parametrize(
    ("issuer", "outcome"),
    [
        (ROOT, Outcome.OK),
        (f"{ROOT}/", Outcome.OK),
        (f"{ROOT}/tenants/board", Outcome.FAILED),
        (f"{ROOT}//", Outcome.FAILED),
        (f"{ROOT}?tenant=board", Outcome.FAILED),
        (f"{ROOT}/#board", Outcome.FAILED),
    ],
)
@pytest.mark.parametrize("header", [{"kid": "1"}, {"jwk": JWK}])
def test_keys_without_a_name_are_of_whoever_has_the_host(issuer: str, outcome: Outcome, header: Document) -> None:
    """Of many tenants of a host each may put a key into its set."""
    found: Found = {issuer: {"id": issuer}, SET_OF_ROOT: {"keys": [{**JWK, "kid": "1"}]}}
    assert judge(issued_by(issuer, **header), found, NOW).authentic is outcome
    named: Found = {**found, SET_OF_ROOT: {"keys": [{**JWK, "kid": "1", "iss": issuer}]}}
    assert judge(issued_by(issuer, **header), named, NOW).authentic is Outcome.OK


@pytest.mark.parametrize(
    ("issuer", "kid"),
    [
        (ROOT, f"{ROOT}/users/mallory/key.json"),
        (f"{ROOT}/", f"{ROOT}/users/mallory/key.json"),
        (f"{ROOT}//", f"{ROOT}/users/mallory/key.json"),
        (f"{ROOT}/users?name=board", f"{ROOT}/users?name=board/mallory/key.json"),
        (f"{ROOT}/users#board", f"{ROOT}/users#board/mallory/key.json"),
        (f"{ROOT}?name=board", f"{ROOT}?name=board/mallory"),
    ],
)
def test_beneath_a_whole_host_others_may_publish(issuer: str, kid: str) -> None:
    found: Found = {issuer: {"id": issuer}, kid: JWK, SET_OF_ROOT: {"keys": []}}
    data = issued_by(issuer, kid)
    assert kid not in missing(data, {issuer: {"id": issuer}})
    assert judge(data, found, NOW).authentic is Outcome.FAILED
    beneath = f"{ROOT}/users/board/"
    found = {beneath: {"id": beneath}, f"{beneath}keys/1": JWK}
    assert judge(issued_by(beneath, f"{beneath}keys/1"), found, NOW).authentic is Outcome.OK


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
