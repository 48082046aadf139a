"""The W3C vectors of eddsa-rdfc-2022: every intermediate value, and proof sets and chains."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph_service.domain.time import Instant
from graph_service.endorse import eddsa_rdfc_2022, multibase
from graph_service.endorse.expansion import Lane
from graph_service.endorse.keys import PublicKey
from graph_service.endorse.plain import Purpose
from graph_service.errors import ProofError
from tests.conformance.shared import STANDARDS, VECTORS, needs_shared, read_json

FOLDER = VECTORS / "vc-di-eddsa"
RDFC = FOLDER / "eddsa-rdfc-2022"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"

pytestmark = needs_shared


@pytest.fixture(scope="module")
def lane() -> Lane:
    """The lane with the W3C examples context, which defines every term and is not among ours."""
    return Lane({EXAMPLES: read_json(STANDARDS / "contexts" / "credentials-examples-v2.jsonld")})


def text(name: str) -> str:
    return (RDFC / name).read_text(encoding="utf-8")


def test_canonical_document(lane: Lane) -> None:
    canonical = lane.canonical(read_json(FOLDER / "unsigned.json"), Purpose.SIGN)
    assert canonical == text("canonDocDataInt.txt")
    assert hashlib.sha256(canonical.encode()).hexdigest() == text("docHashDataInt.txt").strip()


def test_canonical_proof_configuration(lane: Lane) -> None:
    canonical = lane.canonical(read_json(RDFC / "proofConfigDataInt.json"), Purpose.SIGN)
    assert canonical == text("proofCanonDataInt.txt")
    assert hashlib.sha256(canonical.encode()).hexdigest() == text("proofHashDataInt.txt").strip()


def test_hash_data_signature_and_proof_value(lane: Lane) -> None:
    key = read_json(FOLDER / "keyPair.json")
    method = read_json(RDFC / "proofConfigDataInt.json")["verificationMethod"]
    options = eddsa_rdfc_2022.Options(method, Instant("2023-02-24T23:36:38Z"))
    draft = eddsa_rdfc_2022.begin(read_json(FOLDER / "unsigned.json"), options, lane=lane)
    signature = Ed25519PrivateKey.from_private_bytes(multibase.decode(key["privateKeyMultibase"])[2:]).sign(draft.data)
    expected = read_json(RDFC / "signedDataInt.json")["proof"]

    assert draft.data.hex() == text("combinedHashDataInt.txt").strip()
    assert signature.hex() == text("sigHexDataInt.txt").strip()
    assert multibase.encode(signature) == text("sigBTC58DataInt.txt").strip()
    assert draft.finish(signature)["proof"] == [expected]


@pytest.mark.parametrize(
    ("name", "proofs"),
    [("signedProofSet1", 1), ("signedProofSet2", 2), ("signedProofChain1", 3), ("signedProofChain2", 4)],
)
def test_proof_sets_and_chains(lane: Lane, name: str, proofs: int) -> None:
    document = read_json(FOLDER / "proof-set-chain" / f"{name}.json")
    found = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    assert len(found) == proofs
    for proof in found:
        eddsa_rdfc_2022.check(document, proof, key_of(proof), lane=lane)


def test_a_chain_without_its_first_proof_is_refused(lane: Lane) -> None:
    document = read_json(FOLDER / "proof-set-chain" / "signedProofChain1.json")
    *_, last = document["proof"]
    document["proof"] = document["proof"][1:]
    with pytest.raises(ProofError) as refused:
        eddsa_rdfc_2022.check(document, last, key_of(last), lane=lane)
    assert refused.value.problems[0].path == ("previousProof",)


def test_a_chain_covers_the_proofs_that_it_names(lane: Lane) -> None:
    document = read_json(FOLDER / "proof-set-chain" / "signedProofChain1.json")
    first, _, last = document["proof"]
    first["created"] = "2023-02-24T23:36:39Z"
    with pytest.raises(ProofError) as refused:
        eddsa_rdfc_2022.check(document, last, key_of(last), lane=lane)
    assert refused.value.code == "PROOF_VERIFICATION_ERROR"


def key_of(proof: dict[str, Any]) -> PublicKey:
    return PublicKey.read(proof["verificationMethod"].partition("#")[2])
