"""Signed documents of others: OB specification, its implementation guide, 1EdTech's validator, W3C status lists."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph_service.domain.time import Instant
from graph_service.endorse import contexts, eddsa_rdfc_2022, status_list, vc_jwt
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.keys import PUBLISHED_TEST_KEYS, PublicKey
from graph_service.endorse.plain import Purpose
from graph_service.endorse.report import Name, Outcome, Report
from graph_service.endorse.verify import judge
from tests.conformance.shared import STANDARDS, VECTORS, controllers, needs_shared, read_json

SPEC = STANDARDS / "examples" / "ob30-spec"
VALIDATOR = STANDARDS / "examples" / "ob30-validator"
GUIDE = VECTORS / "ob30-impl-guide"
BITSTRING = VECTORS / "bitstring"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"

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


# What does not come out well besides the status. Most samples are signed with the key whose
# private half the implementation guide prints.
TEST_KEY = "PUBLISHED_TEST_KEY"
SAMPLES = {
    "endorsement-valid": set(),
    "complete": set(),
    "simple": {TEST_KEY},
    "simple-context-alias": {TEST_KEY},
    "simple-context-version": {TEST_KEY},
    "simple-multiple-proofs": {TEST_KEY},
    "simple-did-key-method": {TEST_KEY, "ISSUER_MISMATCH"},
    "bit-string-list/credential-status-revoked": {TEST_KEY},
    "bit-string-list/credential-status-revoked-blank-nodes": {TEST_KEY},
    "simple-err-expired": {TEST_KEY, "EXPIRED"},
    "simple-err-issued": {TEST_KEY, "NOT_YET_VALID"},
    "simple-err-proof-value": {"PROOF_VERIFICATION_ERROR"},
    "simple-err-proof-method": {"INVALID_MULTIKEY", "NOT_CHECKED"},
    "simple-err-proof-method-unknown-did-method": {"CONTROLLER_UNAVAILABLE", "NOT_CHECKED", "ISSUER_MISMATCH"},
    "simple-err-proof-method-unknown-scheme": {"CONTROLLER_UNAVAILABLE", "NOT_CHECKED", "ISSUER_MISMATCH"},
    "simple-err-context": {"CONTEXT_ORDER", "ISSUER_MISMATCH"},
    "simple-err-type": {"UNSUPPORTED_TYPE", "DATA_LOSS_DETECTION_ERROR", TEST_KEY},
    "simple-err-issuer-type": {"MISSING_MEMBER", "DATA_LOSS_DETECTION_ERROR", TEST_KEY},
    "simple-err-issuer-otheridentifier-type": {"DATA_LOSS_DETECTION_ERROR", TEST_KEY},
    "simple-err-credential-subject-type": {"DATA_LOSS_DETECTION_ERROR", TEST_KEY},
    "simple-err-credential-subject-profile-type": {"MISSING_MEMBER", "DATA_LOSS_DETECTION_ERROR", TEST_KEY},
    "simple-err-credential-subject-identifier-type": {"DATA_LOSS_DETECTION_ERROR", TEST_KEY},
    "simple-err-credential-subject-achievement-result-description-type": {"DATA_LOSS_DETECTION_ERROR", TEST_KEY},
    "simple-noproof": {"PROOF_MISSING", "NOT_CHECKED"},
    "simple-eddsa-2022": {"UNSUPPORTED_PROOF", "NOT_CHECKED"},
    "simple_v1": {"UNSUPPORTED_PROOF", "NOT_CHECKED"},
    "complete_v1": {"UNSUPPORTED_PROOF", "NOT_CHECKED", "EXPIRED"},
    "credential-status-revoked": {"UNSUPPORTED_PROOF", "NOT_CHECKED"},
    "endorsement-err-schema-status-refresh": {"UNSUPPORTED_PROOF", "NOT_CHECKED"},
    "sd/derivedcredential": {"UNSUPPORTED_PROOF", "NOT_CHECKED"},
}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_of_the_validator(name: str) -> None:
    report = judged(read_json(VALIDATOR / f"{name}.json"))
    assert codes(report, *(set(Name) - {Name.STATUS})) == SAMPLES[name]


def test_every_sample_is_tested() -> None:
    files = {str(file.relative_to(VALIDATOR).with_suffix("")) for file in VALIDATOR.rglob("*.json")}
    assert files == SAMPLES.keys()


def test_endorsements_with_a_misspelt_cryptosuite_stay_open() -> None:
    report = judged(read_json(VALIDATOR / "complete.json"))
    assert report.authentic is Outcome.OK
    assert [codes(inner, Name.PROOF) for inner in report.embedded] == [{"UNSUPPORTED_PROOF"}] * 5
    assert report.exit_code != 0


@pytest.mark.parametrize("name", ["simple.jwt", "simple-jwt_v1.png", "simple-jwt_v1.svg"])
def test_tokens_of_the_first_data_model_are_said_to_be_unsupported(name: str) -> None:
    report = judge(token_in(name), {}, TODAY)
    assert [(check.outcome, check.code) for check in report.checks] == [("unknown", "UNSUPPORTED_FORM")]
    assert report.exit_code == 3


def test_a_token_that_brings_its_own_key_and_has_no_subject_claim_is_refused() -> None:
    """The signature fits the key in the header, which proves nothing about the issuer."""
    data = token_in("simple-jwt.png")
    token = vc_jwt.read(data)
    PublicKey.from_jwk(token.header["jwk"]).verify(token.signature, token.data)
    report = judge(data, {}, TODAY)
    assert codes(report, *Name) == {"CLAIM_MISMATCH", "NOT_CHECKED"}
    assert (report.authentic, report.current) == ("failed", "ok")


def token_in(name: str) -> bytes:
    """The token that a sample is, or that is baked into it."""
    found = re.search(rb"eyJ[\w-]+\.[\w-]+\.[\w-]+", (VALIDATOR / name).read_bytes())
    assert found
    return found[0]


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


def test_the_implementation_guides_record_verifies_with_its_context() -> None:
    lane = Lane({CLR: read_json(STANDARDS / "contexts" / "clr-v2p0-context-2.0.1.json")})
    document = read_json(GUIDE / "clr-signed.json")
    unsigned = {key: value for key, value in document.items() if key != "proof"}
    assert lane.canonical(unsigned, Purpose.VERIFY) == (GUIDE / "clr-document-canon.txt").read_text()
    assert codes(judged(document, lane=lane), Name.KEY, Name.PROOF) == set()
    assert codes(judged(document), Name.PROOF) == {"UNKNOWN_CONTEXT"}


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
        disclosure["baseKeyPair"],
        disclosure["proofKeyPair"],
    ]
    keys = {pair["publicKeyMultibase"] for pair in pairs}
    assert keys == {key for key in PUBLISHED_TEST_KEYS if key.startswith("z")}
    assert {PublicKey.read(key).multibase for key in keys} == keys


def test_the_pinned_contexts_are_the_shared_ones() -> None:
    for file, digest in contexts.PINNED.values():
        assert hashlib.sha256((STANDARDS / "contexts" / file).read_bytes()).hexdigest() == digest
