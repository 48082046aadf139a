"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022 (W3C vc-di-eddsa, §3.2), steps named as there.

The private key is never here: `begin` says which 64 bytes are to be signed, `finish` puts the signature into
the document.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from graph_service.domain.time import Instant, instant
from graph_service.endorse import multibase
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document, write
from graph_service.endorse.keys import Algorithm, PublicKey
from graph_service.endorse.plain import Purpose, names, objects
from graph_service.errors import CredentialError, InvalidInput, Problem, ProofError

TYPE = "DataIntegrityProof"
CRYPTOSUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"

_REQUIRED = {"type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"}
_OPTIONAL = {"id", "created", "expires", "previousProof", "domain", "challenge", "nonce"}


@dataclass(frozen=True, slots=True)
class Options:
    """Who signs, and when."""

    verification_method: str
    created: Instant


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that waits for a signature over `data`, its hash data of 64 bytes."""

    document: Document
    proof: Document
    data: bytes

    def finish(self, signature: bytes) -> Document:
        """Return the signed document (§3.2.1). Raises ProofError if that cannot be an Ed25519 signature."""
        if len(signature) != 64:
            raise ProofError(Problem("PROOF_GENERATION_ERROR", {"member": "proofValue"}))
        return {**self.document, "proof": [{**self.proof, "proofValue": multibase.encode(signature)}]}


def begin(document: Document, options: Options, *, lane: Lane = SAFE) -> Draft:
    """Prepare the proof of an unsigned document (§3.2.1).

    Raises ProofError (PROOF_GENERATION_ERROR) if it has a proof already; CredentialError with the places of
    everything that the signature would not cover or that verifiers might read differently; LimitExceeded.
    """
    if "proof" in document:
        raise ProofError(Problem("PROOF_GENERATION_ERROR", {"member": "proof"}, ("proof",)))
    proof = {
        "type": TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": options.created,
        "verificationMethod": options.verification_method,
        "proofPurpose": PURPOSE,
    }
    return Draft(document, proof, _hashing(document, proof, Purpose.SIGN, lane))


def is_supported(proof: Document) -> bool:
    """Tell whether a proof is of this cryptosuite."""
    return proof.get("type") == TYPE and proof.get("cryptosuite") == CRYPTOSUITE


def problems(proof: Document) -> list[Problem]:
    """List what is wrong with the form of a proof, before any cryptography; paths are inside the proof."""
    found = [
        Problem("MALFORMED_PROOF_ERROR", {"member": member}, (member,))
        for member in sorted(_REQUIRED | proof.keys())
        if member not in proof or not _is_well_formed(member, proof[member])
    ]
    if not found and proof["proofPurpose"] != PURPOSE:
        purpose = proof["proofPurpose"][:200]
        found.append(Problem("MISMATCHED_PROOF_PURPOSE_ERROR", {"purpose": purpose}, ("proofPurpose",)))
    return found


def check(document: Document, proof: Document, key: PublicKey, *, lane: Lane = SAFE) -> None:
    """Verify one proof of a signed document with an Ed25519 key (§3.2.2).

    A proof that names previous ones covers them too (VC Data Integrity 1.0, §4.5). Raises ProofError
    (MALFORMED_PROOF_ERROR, MISMATCHED_PROOF_PURPOSE_ERROR, PROOF_VERIFICATION_ERROR); CredentialError for a
    document that no signature covers wholly; LimitExceeded.
    """
    if found := problems(proof):
        raise ProofError(*found)
    if key.algorithm is not Algorithm.ED25519:
        raise ProofError(Problem("PROOF_VERIFICATION_ERROR", {}, ("verificationMethod",)))
    unsecured = {member: value for member, value in document.items() if member != "proof"}
    if "previousProof" in proof:
        unsecured["proof"] = _previous(document, proof)
    options = {member: value for member, value in proof.items() if member != "proofValue"}
    data = _hashing(unsecured, options, Purpose.VERIFY, lane)
    try:
        key.verify(multibase.decode(proof["proofValue"]), data)
    except ProofError as error:
        raise ProofError(*(problem.under("proofValue") for problem in error.problems)) from None


def _hashing(document: Document, options: Document, purpose: Purpose, lane: Lane) -> bytes:
    """Transform and hash a document and its proof configuration (§3.2.3 to §3.2.5)."""
    canonical = lane.canonical(document, purpose)
    configuration = write({"@context": document["@context"], **options})
    return _proof_configuration(configuration, purpose, lane) + hashlib.sha256(canonical.encode()).digest()


@lru_cache(maxsize=1024)
def _proof_configuration(configuration: bytes, purpose: Purpose, lane: Lane) -> bytes:
    """Hash a proof configuration (§3.2.5); throughout a batch it is the same."""
    return hashlib.sha256(lane.canonical(json.loads(configuration), purpose).encode()).digest()


def _is_well_formed(member: str, value: object) -> bool:
    if member == "previousProof" and isinstance(value, list):
        return bool(value) and all(isinstance(name, str) for name in value)
    if not isinstance(value, str) or member not in _REQUIRED | _OPTIONAL:
        return False
    try:
        if member in ("created", "expires"):
            instant(value)
        return member != "proofValue" or len(multibase.decode(value)) == 64
    except (CredentialError, InvalidInput):
        return False


def _previous(document: Document, proof: Document) -> list[Document]:
    """Return the proofs that this one covers; each must be there, once."""
    found = []
    for name in names(proof["previousProof"]):
        matching = [other for other in objects(document.get("proof")) if other.get("id") == name]
        if len(matching) != 1:
            raise ProofError(Problem("PROOF_VERIFICATION_ERROR", {}, ("previousProof",)))
        found += matching
    return found
