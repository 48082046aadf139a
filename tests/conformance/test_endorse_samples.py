"""Signed documents of others: OB specification, its implementation guide, 1EdTech's validator, W3C status lists."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph_service.domain.time import Instant
from graph_service.endorse import contexts, eddsa_rdfc_2022, opening, status_list, vc_jwt
from graph_service.endorse.embedded import identifier
from graph_service.endorse.evidence import Found
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.keys import PUBLISHED_TEST_KEYS, PublicKey
from graph_service.endorse.plain import Purpose, objects
from graph_service.endorse.report import Name, Outcome, Report
from graph_service.endorse.verify import judge
from tests.conformance.shared import STANDARDS, VECTORS, controllers, needs_shared, read_json

SPEC = STANDARDS / "examples" / "ob30-spec"
VALIDATOR = STANDARDS / "examples" / "ob30-validator"
GUIDE = VECTORS / "ob30-impl-guide"
BITSTRING = VECTORS / "bitstring"

WHILE_VALID = Instant("2015-01-01T00:00:00Z")  # the specification's examples end in 2020
TODAY = Instant("2026-11-21T07:46:40Z")

pytestmark = needs_shared


def judged(document: dict[str, Any], at: Instant = TODAY, lane: Lane = SAFE) -> Report:
    return judge(document, controllers(document), at, lane=lane)


def codes(report: Report, *of: Name) -> set[str]:
    return {check.code for check in report.checks if check.name in of and check.outcome is not Outcome.OK}


@pytest.mark.parametrize("number", [3732, 3733, 3734, 3735, 3736])
def test_every_signature_of_the_specifications_endorsements_holds(number: int) -> None:
    report = judged(read_json(SPEC / f"v1.4.5-endorsement-{number}.signed.json"), WHILE_VALID)
    assert codes(report, Name.DOCUMENT, Name.KEY, Name.PROOF, Name.DATES) == set()
    assert codes(report, Name.ISSUER) == ({"ISSUER_MISMATCH"} if number == 3733 else set())
    assert codes(report, Name.STATUS) == {"STATUS_RETRIEVAL_ERROR"}
    assert report.exit_code == (1 if number == 3733 else 3)


def test_the_specifications_endorsements_are_over_today() -> None:
    report = judged(read_json(SPEC / "v1.4.5-endorsement-3732.signed.json"))
    assert (report.authentic, codes(report, Name.DATES)) == ("ok", {"EXPIRED"})


def test_the_complete_example_opens_its_five_endorsements() -> None:
    document = read_json(SPEC / "v1.4.5-complete-openbadgecredential.reconstructed.json")
    report = judged(document, WHILE_VALID)
    assert codes(report, Name.PROOF) == {"PROOF_MISSING"}
    assert {inner.id[-4:]: (inner.authentic, inner.about_subject) for inner in report.embedded} == {
        "3732": ("ok", "ok"),
        "3733": ("failed", "ok"),
        "3734": ("ok", "ok"),
        "3735": ("ok", "ok"),
        "3736": ("ok", "ok"),
    }


# The samples of the validator: what comes out of each, and why that is right, stands in the table beside.

TABLE = tomllib.loads((Path(__file__).parent / "ob30_validator_outcomes.toml").read_text(encoding="utf-8"))
TEST_LIST = VALIDATOR / "bit-string-list" / "testlist"


def world(data: bytes) -> Found:
    """What the controllers of a sample would publish: every key that it names by itself, and the list beside it."""
    document, token = opening.read(opening.unbaked(data))
    issuer, found = identifier(document["issuer"]), controllers(document)
    for entry in objects(document.get("credentialStatus")):
        if "statusListCredential" in entry:
            found[entry["statusListCredential"]] = TEST_LIST.read_bytes()
    if token and "jwk" in token.header:
        host = urlsplit(issuer).netloc
        jwk = {**token.header["jwk"], "iss": issuer}
        found |= {issuer: document["issuer"], f"https://{host}/.well-known/jwks.json": {"keys": [jwk]}}
    return found


def not_ok(report: Report) -> set[str]:
    return {f"{check.name} {check.outcome} {check.code}" for check in report.checks if check.outcome != "ok"}


def outcome(report: Report, name: Name) -> str:
    outcomes = {check.outcome for check in report.checks if check.name is name}
    return str(max(outcomes, key=["ok", "unknown", "failed"].index))


@pytest.mark.parametrize("name", TABLE)
def test_samples_of_the_validator(name: str) -> None:
    row, data = TABLE[name], (VALIDATOR / name).read_bytes()
    report = judge(data, world(data), TODAY)
    assert {check.name for check in report.checks} == set(Name) - {Name.HOSTED}
    assert not_ok(report) == set(row["found"])
    assert [not_ok(inner) for inner in report.embedded] == [set(inner) for inner in row.get("embedded", [])]
    assert (outcome(report, Name.PROOF), outcome(report, Name.DATES)) == (row["signature"], row["dates"])
    assert report.exit_code == row["exit"]


def test_the_table_has_every_sample_and_a_reason_for_each() -> None:
    files = {str(file.relative_to(VALIDATOR)) for file in VALIDATOR.rglob("*") if file.is_file()}
    assert files == TABLE.keys()
    assert all(row["why"].strip() for row in TABLE.values())


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.get("validator") == "invalid"])
def test_nothing_passes_here_that_the_validators_own_tests_refuse(name: str) -> None:
    assert TABLE[name]["exit"] == 1


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.get("validator") == "valid"])
def test_what_the_validators_own_tests_pass_fails_for_its_key_alone(name: str) -> None:
    row = TABLE[name]
    foreign = {"issuer failed ISSUER_MISMATCH"} if name == "simple-did-key-method.json" else set()
    assert set(row["found"]) <= {"issuer failed PUBLISHED_TEST_KEY", *foreign}


@pytest.mark.parametrize("name", ["simple-jwt.png", "simple-jwt_v1.png", "simple-jwt_v1.svg"])
def test_a_token_that_brings_its_own_key_stays_unknown(name: str) -> None:
    """The signature fits the key in the header, which proves nothing about the issuer."""
    data = opening.unbaked((VALIDATOR / name).read_bytes())
    assert isinstance(data, bytes)
    token = vc_jwt.read(data)
    PublicKey.from_jwk(token.header["jwk"]).verify(token.signature, token.data)
    report = judge(data, {}, TODAY)
    assert codes(report, *Name) == {"CONTROLLER_UNAVAILABLE", "NOT_CHECKED"}
    other = {**world(data), "https://example.edu/.well-known/jwks.json": {"keys": []}}
    other["https://1edtech.edu/.well-known/jwks.json"] = {"keys": []}
    assert judge(data, other, TODAY).authentic is Outcome.FAILED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"verificationMethod": "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"}, "UNSUPPORTED_CONTROLLER"),
        ({"verificationMethod": "did:ion:abc#1"}, "UNSUPPORTED_CONTROLLER"),
        ({"verificationMethod": "did:web:example.com#1"}, "CONTROLLER_UNAVAILABLE"),
        ({"verificationMethod": "https://example.com/issuers/876543"}, "CONTROLLER_UNAVAILABLE"),
        ({"cryptosuite": "bbs-2023"}, "UNSUPPORTED_PROOF"),
        ({"type": "JsonWebSignature2020"}, "UNSUPPORTED_PROOF"),
    ],
)
def test_samples_that_name_what_is_not_known_are_not_known(changes: dict[str, Any], code: str) -> None:
    """As other samples of the validator do that are not at hand; the issuer is then the controller named."""
    document = read_json(VALIDATOR / "simple.json")
    (proof,) = document["proof"]
    proof |= changes
    document["issuer"]["id"] = proof["verificationMethod"].partition("#")[0]
    report = judge(document, {}, TODAY)
    assert code in codes(report, Name.KEY, Name.PROOF)
    assert (report.authentic, report.exit_code) == ("unknown", 3)


def test_the_validators_status_list_revokes_entry_23_alone() -> None:
    document = read_json(VALIDATOR / "bit-string-list" / "testlist")
    bits = status_list.decode(document["credentialSubject"]["encodedList"])
    assert codes(judged(document), Name.PROOF) == set()
    assert len(bits) == 16_384
    assert [n for n in range(len(bits) * 8) if status_list.is_set(bits, n)] == [23]


def test_the_implementation_guides_badge_is_reproduced() -> None:
    key = read_json(GUIDE / "key-and-hashes.json")
    document = read_json(GUIDE / "ob-signed.json")
    proof = document.pop("proof")
    options = eddsa_rdfc_2022.Options(proof["verificationMethod"], Instant(proof["created"]))
    draft = eddsa_rdfc_2022.begin(document, options)
    signature = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["privateKeyHexSeedThenPublic"])[:32]).sign(
        draft.data
    )

    assert SAFE.canonical(document, Purpose.SIGN) == (GUIDE / "ob-document-canon.txt").read_text()
    assert draft.data.hex() == key["ob"]["proofHash"] + key["ob"]["documentHash"]
    assert signature.hex() == key["ob"]["signatureHex"]
    assert draft.finish(signature)["proof"] == [proof]


def test_the_implementation_guides_record_verifies() -> None:
    document = read_json(GUIDE / "clr-signed.json")
    unsigned = {key: value for key, value in document.items() if key != "proof"}
    assert SAFE.canonical(unsigned, Purpose.VERIFY) == (GUIDE / "clr-document-canon.txt").read_text()
    assert codes(judged(document), Name.KEY, Name.PROOF) == set()


@pytest.mark.parametrize("name", ["w3c-rec-status-list-credential", "w3c-rec-credential-with-status"])
def test_the_recommendations_status_examples_verify(name: str) -> None:
    examples = "https://www.w3.org/ns/credentials/examples/v2"
    lane = Lane({examples: read_json(STANDARDS / "contexts" / "credentials-examples-v2.jsonld")})
    document = read_json(BITSTRING / f"{name}.eddsa-rdfc-2022.json")
    key = document["proof"]["verificationMethod"].removeprefix("did:key:")
    eddsa_rdfc_2022.check(document, document["proof"], PublicKey.read(key), lane=lane)


def test_the_recommendations_status_list_is_empty() -> None:
    listed = read_json(BITSTRING / "w3c-rec-status-list-credential.eddsa-rdfc-2022.json")
    entry = read_json(BITSTRING / "w3c-rec-credential-with-status.eddsa-rdfc-2022.json")["credentialStatus"]
    bits = status_list.decode(listed["credentialSubject"]["encodedList"])
    assert bits == status_list.decode(status_list.encode([]))
    assert not status_list.is_set(bits, status_list.index(entry["statusListIndex"]))


def test_the_published_test_keys_are_those_of_the_vectors() -> None:
    sets = read_json(VECTORS / "vc-di-eddsa" / "proof-set-chain" / "multiKeyPairs.json")
    disclosure = read_json(VECTORS / "vc-di-ecdsa" / "ecdsa-sd-2023" / "SDKeyMaterial.json")
    pairs = [
        read_json(GUIDE / "key-and-hashes.json"),
        read_json(VECTORS / "vc-di-eddsa" / "keyPair.json"),
        *sets.values(),
        read_json(VECTORS / "vc-di-ecdsa" / "p256KeyPair.json"),
        read_json(VECTORS / "vc-di-ecdsa" / "p384KeyPair.json"),
        read_json(VECTORS / "vc-di-ecdsa" / "p384KeyPair.json"),
        disclosure["baseKeyPair"],
        disclosure["proofKeyPair"],
    ]
    keys = {pair["publicKeyMultibase"] for pair in pairs}
    assert keys == {key for key in PUBLISHED_TEST_KEYS if key.startswith("z")}
    assert {PublicKey.read(key).multibase for key in keys} == keys


def test_the_pinned_contexts_are_the_shared_ones() -> None:
    for file, digest in contexts.PINNED.values():
        assert hashlib.sha256((STANDARDS / "contexts" / file).read_bytes()).hexdigest() == digest
