"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022 (W3C vc-di-eddsa, §3.2); steps are named as there.

The key is never here: `begin` says which 64 bytes a signer must sign, `finish` puts the signature into the document.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from graph_service.domain.time import Instant, instant
from graph_service.endorse import multibase
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document, write
from graph_service.endorse.plain import Purpose, names, objects
from graph_service.errors import CredentialError, InvalidInput, Path, Problem, ProofError

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
    """A document that waits for its signature over `data` (hash data: 64 bytes)."""

    document: Document
    proof: Document
    data: bytes

    def finish(self, signature: bytes) -> Document:
        """Return the signed document (§3.2.1, steps 6 to 8). Raises ProofError if that is no Ed25519 signature."""
        if len(signature) != 64:
            raise ProofError(Problem("PROOF_GENERATION_ERROR", {"bytes": len(signature)}))
        return {**self.document, "proof": [{**self.proof, "proofValue": multibase.encode(signature)}]}


def begin(document: Document, options: Options, *, lane: Lane = SAFE) -> Draft:
    """Prepare the proof of an unsigned document (§3.2.1, steps 1 to 5).

    Raises ProofError (PROOF_GENERATION_ERROR) if it is signed already, CredentialError with the place of everything
    that the signature would not cover or that other verifiers might read differently, LimitExceeded.
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
    return Draft(document, proof, _hash_data(document, proof, Purpose.SIGN, lane))


def is_supported(proof: Document) -> bool:
    """Tell whether a proof is of this cryptosuite."""
    return proof.get("type") == TYPE and proof.get("cryptosuite") == CRYPTOSUITE


def problems(proof: Document) -> list[Problem]:
    """List what is wrong with the form of a proof, before any cryptography; paths are inside the proof."""
    found = [_malformed(member) for member in sorted(_REQUIRED - proof.keys())]
    found += [_malformed(member) for member in sorted(proof.keys() - _REQUIRED - _OPTIONAL)]
    for member, value in proof.items():
        if not isinstance(value, str) and (member != "previousProof" or not _is_strings(value)):
            found.append(_malformed(member))
        elif member in ("created", "expires"):
            found.extend(_date(value, (member,)))
    if not found and proof["proofPurpose"] != PURPOSE:
        values = {"purpose": proof["proofPurpose"]}
        found.append(Problem("MISMATCHED_PROOF_PURPOSE_ERROR", values, ("proofPurpose",)))
    if not found and len(_value(proof["proofValue"])) != 64:
        found.append(_malformed("proofValue"))
    return found


def check(document: Document, proof: Document, public_key: bytes, *, lane: Lane = SAFE) -> None:
    """Verify one proof of a signed document with an Ed25519 public key of 32 bytes (§3.2.2).

    A proof that names a previous one covers it as well (VC Data Integrity 1.0, §4.5). Raises ProofError
    (MALFORMED_PROOF_ERROR, MISMATCHED_PROOF_PURPOSE_ERROR, PROOF_VERIFICATION_ERROR), CredentialError for a document
    that is not wholly covered by a signature, LimitExceeded.
    """
    if wrong := problems(proof):
        raise ProofError(*wrong)
    signature = multibase.decode(proof["proofValue"])
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    if "previousProof" in proof:
        unsecured["proof"] = _previous(document, proof)
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    data = _hash_data(unsecured, options, Purpose.VERIFY, lane)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except InvalidSignature:
        raise ProofError(Problem("PROOF_VERIFICATION_ERROR")) from None


def _hash_data(document: Document, options: Document, purpose: Purpose, lane: Lane) -> bytes:
    """Transformation, proof configuration and hashing (§3.2.3 to §3.2.5)."""
    canonical = lane.canonical(document, purpose)
    configuration = write({"@context": document["@context"], **options})
    return _configuration_hash(configuration, purpose, lane) + hashlib.sha256(canonical.encode()).digest()


@lru_cache(maxsize=1024)
def _configuration_hash(configuration: bytes, purpose: Purpose, lane: Lane) -> bytes:
    """Hash the canonical proof configuration; in a batch it is the same for every document."""
    return hashlib.sha256(lane.canonical(json.loads(configuration), purpose).encode()).digest()


def _malformed(member: str) -> Problem:
    return Problem("MALFORMED_PROOF_ERROR", {"member": member}, (member,))


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def _date(value: str, path: Path) -> tuple[Problem, ...]:
    try:
        instant(value, path)
    except InvalidInput as error:
        return error.problems
    return ()


def _value(text: str) -> bytes:
    try:
        return multibase.decode(text)
    except CredentialError:
        return b""


def _previous(document: Document, proof: Document) -> list[Document]:
    """Return the proofs that this one covers (VC Data Integrity 1.0, §4.5); each must be there, once."""
    found = []
    for name in names(proof["previousProof"]):
        matching = [other for other in objects(document.get("proof")) if other.get("id") == name]
        if len(matching) != 1 or matching[0] is proof:
            raise ProofError(Problem("PROOF_VERIFICATION_ERROR", {"previousProof": name}, ("previousProof",)))
        found += matching
    return found
