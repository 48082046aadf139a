"""Data Integrity proofs (W3C VC Data Integrity 1.0): what every cryptosuite shares.

Each cryptosuite is a module with its `SUITE`; `suites.py` has the list of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from graph_service.domain.time import instant
from graph_service.endorse import multibase
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document, write
from graph_service.endorse.keys import AnyAlgorithm, PublicKey
from graph_service.endorse.plain import Purpose, names, objects
from graph_service.errors import CredentialError, InvalidInput, Problem, ProofError

TYPE = "DataIntegrityProof"
PURPOSE = "assertionMethod"
SHA256, SHA384 = "sha256", "sha384"

_REQUIRED = {"type", "verificationMethod", "proofPurpose", "proofValue"}
_OPTIONAL = {"cryptosuite", "id", "created", "expires", "previousProof", "domain", "challenge", "nonce"}
_SIGNATURE_MOST = 136  # characters; 96 bytes of P-384 have 132


@dataclass(frozen=True, slots=True)
class Suite:
    """A cryptosuite: what its proofs are called, and how one is checked."""

    type: str
    cryptosuite: str | None  # None where the type says it all
    read: Callable[[str], object]  # reads a proofValue; raises CredentialError if it is none
    verify: Callable[[Document, Document, PublicKey, Lane], None]  # a proof without problems; raises as `check` does
    mandatory: Callable[[Document, Document, Lane], Collection[str]] | None = None
    """The statements that no holder can leave out of a document, in canonical form; None if no statement can be."""

    def problems(self, proof: Document) -> list[Problem]:
        """List what is wrong with the form of a proof, before any cryptography; paths are inside the proof."""
        required = _REQUIRED if self.cryptosuite is None else _REQUIRED | {"cryptosuite"}
        found = [
            Problem("MALFORMED_PROOF_ERROR", {"member": member}, (member,))
            for member in sorted(required | proof.keys())
            if member not in proof or not self._is_well_formed(member, proof[member])
        ]
        if not found and proof["proofPurpose"] != PURPOSE:
            purpose = proof["proofPurpose"][:200]
            found.append(Problem("MISMATCHED_PROOF_PURPOSE_ERROR", {"purpose": purpose}, ("proofPurpose",)))
        return found

    def check(self, document: Document, proof: Document, key: PublicKey, *, lane: Lane = SAFE) -> None:
        """Verify one proof of a signed document with the key that it names (§4.4).

        A proof that names previous ones covers them too (§4.5). Raises ProofError (MALFORMED_PROOF_ERROR,
        MISMATCHED_PROOF_PURPOSE_ERROR, PROOF_VERIFICATION_ERROR); CredentialError for a document that no signature
        covers wholly; LimitExceeded.
        """
        if found := self.problems(proof):
            raise ProofError(*found)
        self.verify(document, proof, key, lane)

    def _is_well_formed(self, member: str, value: object) -> bool:
        if member == "previousProof" and isinstance(value, list):
            return bool(value) and all(isinstance(name, str) for name in value)
        if not isinstance(value, str) or member not in _REQUIRED | _OPTIONAL:
            return False
        try:
            if member in ("created", "expires"):
                instant(value)
            elif member == "proofValue":
                self.read(value)
        except (CredentialError, InvalidInput):
            return False
        return True


def of_one_signature(type_: str, cryptosuite: str | None, hashes: Mapping[AnyAlgorithm, str]) -> Suite:
    """Return a cryptosuite of one signature over the hash data, made with such keys and the hash that goes with each.

    The signature has twice the length of the hash: 64 or 96 bytes.
    """
    lengths = {2 * hashlib.new(name).digest_size for name in hashes.values()}

    def read(value: str) -> bytes:
        signature = multibase.decode(value, _SIGNATURE_MOST)
        if len(signature) not in lengths:
            raise CredentialError(Problem("INVALID_MULTIBASE", {"value": value[:200]}))
        return signature

    def verify(document: Document, proof: Document, key: PublicKey, lane: Lane) -> None:
        if key.algorithm not in hashes:
            raise ProofError(Problem("PROOF_VERIFICATION_ERROR", {}, ("verificationMethod",)))
        unsigned, options = unsecured(document, proof), configuration(proof)
        data = hash_data(unsigned, options, Purpose.VERIFY, lane, hashes[key.algorithm])
        holds(key, read(proof["proofValue"]), data)

    return Suite(type_, cryptosuite, read, verify)


def holds(key: PublicKey, signature: bytes, data: bytes) -> None:
    """Check a signature that stands in a proof value. Raises ProofError."""
    try:
        key.verify(signature, data)
    except ProofError as error:
        raise ProofError(*(problem.under("proofValue") for problem in error.problems)) from None


# What is signed.


def unsecured(document: Document, proof: Document) -> Document:
    """Return what a proof is about: the document with the proofs that this one covers, and no other."""
    content = {member: value for member, value in document.items() if member != "proof"}
    return {**content, "proof": covered} if (covered := previous(document, proof)) else content


def configuration(proof: Document) -> Document:
    """Return what a proof says of itself, and signs."""
    return {member: value for member, value in proof.items() if member != "proofValue"}


def hash_data(document: Document, options: Document, purpose: Purpose, lane: Lane, algorithm: str = SHA256) -> bytes:
    """Transform and hash a document and its proof configuration (vc-di-eddsa, §3.2.3 to §3.2.5)."""
    canonical = lane.canonical(document, purpose, algorithm)
    return configuration_hash(document, options, purpose, lane, algorithm) + digest(canonical, algorithm)


def configuration_hash(
    document: Document, options: Document, purpose: Purpose, lane: Lane, algorithm: str = SHA256
) -> bytes:
    """Hash a proof configuration, which has the contexts of its document (vc-di-eddsa, §3.2.5)."""
    return _configuration_hash(write({"@context": document["@context"], **options}), purpose, lane.lasting, algorithm)


@lru_cache(maxsize=1024)
def _configuration_hash(text: bytes, purpose: Purpose, lane: Lane, algorithm: str) -> bytes:
    """Throughout a batch it is the same."""
    return digest(lane.canonical(json.loads(text), purpose, algorithm), algorithm)


def digest(canonical: str, algorithm: str) -> bytes:
    """Hash a canonical text."""
    return hashlib.new(algorithm, canonical.encode()).digest()


# Chains of proofs.


def previous(document: Document, proof: Document) -> list[Document]:
    """Return the proofs that this one covers (§4.5). Each must be there once, and none may lead back to this one.

    Raises ProofError (PROOF_VERIFICATION_ERROR).
    """
    covered = _named(document, proof)
    reached, ahead = {one["id"]: one for one in covered}, [*covered]
    while ahead:
        one = ahead.pop()
        if one is proof:
            raise _broken()
        further = [each for each in _named(document, one) if each["id"] not in reached]
        reached |= {each["id"]: each for each in further}
        ahead += further
    return covered


def _named(document: Document, proof: Document) -> list[Document]:
    """Return the proofs that one names as previous."""
    wanted = names(proof.get("previousProof", []))
    found = [other for other in objects(document.get("proof")) if other.get("id") in wanted]
    if sorted(other["id"] for other in found) != sorted(wanted):
        raise _broken()
    return found


def _broken() -> ProofError:
    return ProofError(Problem("PROOF_VERIFICATION_ERROR", {}, ("previousProof",)))
