"""The W3C vectors of ecdsa-rdfc-2019 and ecdsa-sd-2023, of Ed25519Signature2020, and 1EdTech's derived credential.

The contexts of the `employ` ones are not published with them, so their canonical texts are taken as given.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from graph_service.endorse import base64url, ecdsa_rdfc_2019, ecdsa_sd_2023, ed25519_signature_2020, multibase
from graph_service.endorse.data_integrity import digest
from graph_service.endorse.ecdsa_sd_2023 import Disclosure
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import PublicKey
from graph_service.endorse.plain import Purpose
from graph_service.errors import GraphServiceError, ProofError
from tests.conformance.shared import STANDARDS, VECTORS, needs_shared, read_json

FOLDER = VECTORS / "vc-di-ecdsa"
DISCLOSURE = FOLDER / "ecdsa-sd-2023" / "employ"
ED25519_2020 = VECTORS / "vc-di-eddsa" / "Ed25519Signature2020"
BITSTRING = VECTORS / "bitstring"
DERIVED = STANDARDS / "examples" / "ob30-validator" / "sd" / "derivedcredential.json"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
CURVES = [("P256", "sha256"), ("P384", "sha384")]

pytestmark = needs_shared


@pytest.fixture(scope="module")
def lane() -> Lane:
    """The lane with the W3C examples context, which defines every term and is not among ours."""
    return Lane({EXAMPLES: read_json(STANDARDS / "contexts" / "credentials-examples-v2.jsonld")})


def key_of(proof: Document) -> PublicKey:
    method: str = proof["verificationMethod"]
    return PublicKey.read(method.partition("#")[2] or method.removeprefix("did:key:"))


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


# One signature over all.


@pytest.mark.parametrize(("curve", "algorithm"), CURVES)
def test_canonical_texts(lane: Lane, curve: str, algorithm: str) -> None:
    folder = FOLDER / f"ecdsa-rdfc-2019-{curve.lower()}"
    document, options = FOLDER / "unsigned.json", folder / f"proofConfigECDSA{curve}.json"
    for file, expected in ((document, "canonDoc"), (options, "proofCanon")):
        canonical = lane.canonical(read_json(file), Purpose.VERIFY, algorithm)
        assert canonical == text(folder / f"{expected}ECDSA{curve}.txt")


@pytest.mark.parametrize(("curve", "algorithm"), CURVES)
@pytest.mark.parametrize("sample", ["", "employ"])
def test_hashes_and_signatures(curve: str, algorithm: str, sample: str) -> None:
    folder = FOLDER / f"ecdsa-rdfc-2019-{curve.lower()}" / sample
    proof = read_json(folder / f"signedECDSA{curve}.json")["proof"]
    hashes = [digest(text(folder / f"{name}ECDSA{curve}.txt"), algorithm) for name in ("proofCanon", "canonDoc")]
    expected = [text(folder / f"{name}ECDSA{curve}.txt").strip() for name in ("proofHash", "docHash")]
    assert [found.hex() for found in hashes] == expected
    assert b"".join(hashes).hex() == text(folder / f"combinedHashECDSA{curve}.txt").strip()
    signature = multibase.decode(proof["proofValue"], 136)
    assert signature.hex() == text(folder / f"sigHexECDSA{curve}.txt").strip()
    key_of(proof).verify(signature, b"".join(hashes))
    with pytest.raises(ProofError):
        key_of(proof).verify(signature, b"".join(reversed(hashes)))


@pytest.mark.parametrize(
    ("suite", "file"),
    [
        *((ecdsa_rdfc_2019.SUITE, FOLDER / f"ecdsa-rdfc-2019-{c.lower()}" / f"signedECDSA{c}.json") for c, _ in CURVES),
        *((ecdsa_rdfc_2019.SUITE, file) for file in BITSTRING.glob("*.ecdsa-rdfc-2019.json")),
        (ed25519_signature_2020.SUITE, ED25519_2020 / "signedEdSig.json"),
    ],
)
def test_signed_documents(lane: Lane, suite: Any, file: Path) -> None:
    document = read_json(file)
    suite.check(document, document["proof"], key_of(document["proof"]), lane=lane)
    document["validFrom"] = "2099-01-01T00:00:00Z"
    with pytest.raises(ProofError) as refused:
        suite.check(document, document["proof"], key_of(document["proof"]), lane=lane)
    assert refused.value.code == "PROOF_VERIFICATION_ERROR"


# Selective disclosure.


def shown() -> tuple[Document, Disclosure, list[str], bytes]:
    """The derived proof, what it holds, the statements as the issuer labelled them, and the hash of the proof."""
    proof = read_json(DISCLOSURE / "derivedRevealDocument.json")["proof"]
    expected = read_json(DISCLOSURE / "verifyCreateVerifyData.json")
    lines = read_json(DISCLOSURE / "verifyNQuads.json")
    return proof, Disclosure.read(proof["proofValue"]), lines, bytes.fromhex(expected["proofHash"])


def test_a_derived_proof_value_is_read() -> None:
    _, disclosure, _, _ = shown()
    expected = read_json(DISCLOSURE / "verifyDerivedProofValue.json")
    assert disclosure.base_signature.hex() == expected["baseSignature"]
    assert disclosure.key.multibase == expected["publicKey"]
    assert [signature.hex() for signature in disclosure.signatures] == expected["signatures"]
    assert disclosure.labels == {f"_:{name}": f"_:{label}" for name, label in expected["labelMap"]}
    assert disclosure.mandatory == expected["mandatoryIndexes"]


def test_derived_statements_are_split_hashed_and_verified() -> None:
    proof, disclosure, lines, proof_hash = shown()
    expected = read_json(DISCLOSURE / "verifyCreateVerifyData.json")
    mandatory, others = disclosure.split(lines)
    assert others == expected["nonMandatory"]
    assert digest("".join(mandatory), "sha256").hex() == expected["mandatoryHash"]
    assert digest(text(DISCLOSURE / "addProofConfigCanon.txt"), "sha256") == proof_hash
    disclosure.check(lines, proof_hash, key_of(proof))


@pytest.mark.parametrize("place", range(10))
def test_no_derived_statement_can_be_changed_or_left_out(place: int) -> None:
    proof, disclosure, lines, proof_hash = shown()
    for changed in (
        lines[:place] + lines[place + 1 :],
        [*lines[:place], lines[place].replace(" .\n", " <urn:x:g> .\n"), *lines[place + 1 :]],
        [*lines[:place], lines[place - 1], *lines[place + 1 :]],
    ):
        with pytest.raises(ProofError):
            disclosure.check(changed, proof_hash, key_of(proof))
    with pytest.raises(ProofError):
        disclosure.check(lines, digest("", "sha256"), key_of(proof))


@pytest.mark.parametrize("name", ["employ", "prc"])
def test_base_proofs_are_not_for_readers(name: str) -> None:
    proof = read_json(FOLDER / "ecdsa-sd-2023" / name / "addSignedSDBase.json")["proof"]
    assert [problem.code for problem in ecdsa_sd_2023.SUITE.problems(proof)] == ["MALFORMED_PROOF_ERROR"]


def holds(document: Document) -> bool:
    (proof,) = document["proof"]
    try:
        ecdsa_sd_2023.SUITE.check(document, proof, PublicKey.read("zDnaekGZTbQBerwcehBSXLqAg6s55hVEBms1zFy89VHXtJSa9"))
    except GraphServiceError:
        return False
    return True


def test_a_derived_open_badge_holds_and_no_byte_of_its_proof_can_be_changed() -> None:
    document = read_json(DERIVED)
    assert holds(document)
    (proof,) = document["proof"]
    value = base64url.decode(proof["proofValue"][1:])
    for place in range(len(value)):
        changed = value[:place] + bytes([value[place] ^ 1 << place % 8]) + value[place + 1 :]
        proof["proofValue"] = "u" + base64url.encode(changed)
        assert not holds(document), place


def test_no_text_of_a_derived_open_badge_can_be_changed() -> None:
    document = read_json(DERIVED)
    places = [place for place in texts(document) if place[0] != "@context"]
    assert len(places) > 20
    for place in places:
        changed: Any = copy.deepcopy(document)
        node = changed
        for step in place[:-1]:
            node = node[step]
        node[place[-1]] += "1"
        assert not holds(changed), place


def texts(node: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, str):
        return [place]
    several = node.items() if isinstance(node, dict) else enumerate(node)
    return [found for key, child in several for found in texts(child, (*place, key))]


def test_the_derived_open_badge_says_nothing_that_its_holder_had_to_show() -> None:
    """So it says neither when it ends nor whether it can be revoked."""
    document = read_json(DERIVED)
    disclosure = Disclosure.read(document["proof"][0]["proofValue"])
    content = {member: value for member, value in document.items() if member != "proof"}
    mandatory, others = disclosure.split(disclosure.lines(content, SAFE))
    assert mandatory == []
    assert len(others) == 15
