"""The cryptosuite eddsa-rdfc-2022 (W3C vc-di-eddsa, §3.2), in which this service signs; steps named as there.

The private key is never here: `begin` says which 64 bytes are to be signed, `finish` puts the signature into
the document.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.domain.time import Instant
from graph_service.endorse import multibase
from graph_service.endorse.data_integrity import PURPOSE, SHA256, TYPE, hash_data, of_one_signature
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm
from graph_service.endorse.plain import Purpose
from graph_service.errors import Problem, ProofError

CRYPTOSUITE = "eddsa-rdfc-2022"
SUITE = of_one_signature(TYPE, CRYPTOSUITE, {Algorithm.ED25519: SHA256})

check = SUITE.check


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
    return Draft(document, proof, hash_data(document, proof, Purpose.SIGN, lane))
