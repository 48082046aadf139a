"""Derived proofs of the cryptosuite ecdsa-sd-2023 (W3C vc-di-ecdsa, §3.4 to §3.6): selective disclosure; checked only.

The issuer signs every statement by itself, with a key made for this credential alone, and together those that nobody
may leave out, the mandatory ones. The holder passes on what he chooses of the others. So whatever is there was signed;
that something is not there says nothing (docs/decisions/0019).

Blank nodes bear labels that the issuer made with a secret; the proof tells those that are needed. No two may be the
same, or two things could be shown as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph_service.endorse import base64url, cbor, multibase, rdfc10
from graph_service.endorse.data_integrity import (
    SHA256,
    TYPE,
    Suite,
    configuration,
    configuration_hash,
    digest,
    holds,
    unsecured,
)
from graph_service.endorse.expansion import Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PublicKey, refuse_test_key
from graph_service.endorse.plain import Purpose
from graph_service.errors import CredentialError, Problem, ProofError

_DERIVED = b"\xd9\x5d\x01"  # the last byte of a base proof, which is for the holder alone, is 00
_KEY, _SIGNATURE, _LABEL = 35, 64, 32  # bytes of a Multikey of P-256 (and of no other), of a signature, of an HMAC


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What the value of a derived proof holds (serializeDerivedProofValue)."""

    base_signature: bytes
    key: PublicKey  # with which each statement is signed
    signatures: list[bytes]  # of the statements that are not mandatory, in their order
    labels: dict[str, str]  # canonical name of a blank node → label of the issuer
    mandatory: list[int]  # places of the mandatory statements

    @classmethod
    def read(cls, value: str) -> Disclosure:
        """Read a proof value (parseDerivedProofValue). Raises CredentialError (INVALID_MULTIBASE, INVALID_MULTIKEY)."""
        try:
            data = base64url.decode(value[1:])
            found = cbor.read(data[len(_DERIVED) :])
        except ValueError:
            found = None
        if not (found and value[0] == "u" and data.startswith(_DERIVED) and _is_disclosure(found)):
            raise CredentialError(Problem("INVALID_MULTIBASE", {"value": value[:200]}))
        base_signature, key, signatures, labels, mandatory = found
        named = {f"_:c14n{number}": f"_:u{base64url.encode(label)}" for number, label in labels.items()}
        return cls(base_signature, PublicKey.read(multibase.encode(key)), signatures, named, mandatory)

    def lines(self, document: Document, lane: Lane) -> list[str]:
        """Return the canonical statements of a document, with the issuer's labels. Raises ProofError."""
        quads, canonical = lane.labelled(document, Purpose.VERIFY)
        if {*canonical.values()} != self.labels.keys():
            raise _broken()
        return rdfc10.lines(quads, {node: self.labels[name] for node, name in canonical.items()})

    def split(self, lines: list[str]) -> tuple[list[str], list[str]]:
        """Return the mandatory statements, and the others: as many as there are signatures. Raises ProofError."""
        chosen = set(self.mandatory)
        mandatory = [line for place, line in enumerate(lines) if place in chosen]
        others = [line for place, line in enumerate(lines) if place not in chosen]
        if (len(mandatory), len(others)) != (len(self.mandatory), len(self.signatures)):
            raise _broken()
        return mandatory, others

    def check(self, lines: list[str], proof_hash: bytes, issuers: PublicKey) -> None:
        """Verify the issuer's signature and those of all statements (createVerifyData). Raises ProofError."""
        mandatory, others = self.split(lines)
        signed = proof_hash + multibase.decode(self.key.multibase) + digest("".join(mandatory), SHA256)
        holds(issuers, self.base_signature, signed)
        for signature, line in zip(self.signatures, others, strict=True):
            holds(self.key, signature, line.encode())


def _is_disclosure(found: Any) -> bool:
    """Tell whether these are the components of a derived proof value."""
    match found:
        case [bytes() as base_signature, bytes() as key, list() as signatures, dict() as labels, list() as mandatory]:
            return (
                len(key) == _KEY
                and all(_is_of(each, _SIGNATURE) for each in (base_signature, *signatures))
                and all(_is_of(label, _LABEL) for label in labels.values())
                and labels.keys() == set(range(len(labels)))
                and len({*labels.values()}) == len(labels)
                and all(isinstance(place, int) for place in mandatory)
                and mandatory == sorted({*mandatory})
            )
    return False


def _is_of(value: Any, length: int) -> bool:
    return isinstance(value, bytes) and len(value) == length


def _verify(document: Document, proof: Document, key: PublicKey, lane: Lane) -> None:
    """Verify a derived proof (§3.6). Statements signed with a key that everybody has are not signed."""
    if key.algorithm is not Algorithm.P256:
        raise ProofError(Problem("PROOF_VERIFICATION_ERROR", {}, ("verificationMethod",)))
    disclosure, content = Disclosure.read(proof["proofValue"]), unsecured(document, proof)
    lines = disclosure.lines(content, lane)
    proof_hash = configuration_hash(content, configuration(proof), Purpose.VERIFY, lane)
    disclosure.check(lines, proof_hash, key)
    try:
        refuse_test_key(disclosure.key)
    except CredentialError as error:
        raise ProofError(*(problem.under("proofValue") for problem in error.problems)) from None


def _mandatory(document: Document, proof: Document, lane: Lane) -> list[str]:
    """Return the statements that no holder can leave out. Raises as `_verify` does."""
    disclosure = Disclosure.read(proof["proofValue"])
    return disclosure.split(disclosure.lines(unsecured(document, proof), lane))[0]


def _broken() -> ProofError:
    return ProofError(Problem("PROOF_VERIFICATION_ERROR", {}, ("proofValue",)))


SUITE = Suite(TYPE, "ecdsa-sd-2023", Disclosure.read, _verify, _mandatory)
