"""Every cryptosuite that is known holds for one document and key; of any other nothing is said. Sets and chains."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from graph_service.endorse import contexts, multibase
from graph_service.endorse.authenticity import MAX_PROOFS
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import PublicKey
from graph_service.endorse.report import Report
from graph_service.endorse.suites import SUITES, suite_of
from graph_service.endorse.verify import judge, missing
from graph_service.errors import ProofError
from tests.unit.endorse.building import BADGE, BOARD, BOARD_KEY, NOW, P256_KEY, SINCE, endorsement
from tests.unit.endorse.proving import (
    ECDSA,
    ED25519_2020,
    EDDSA,
    KEYS,
    P384,
    codes,
    ecdsa,
    ecdsa_p384,
    eddsa,
    method,
    options,
    with_proof,
)


def of_model_1(**members: Any) -> Document:
    """An endorsement of the data model 1.1."""
    return {
        "@context": [
            contexts.CREDENTIALS_V1,
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
            "https://w3id.org/security/suites/ed25519-2020/v1",
        ],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": BOARD.id, "type": ["Profile"]},
        "issuanceDate": SINCE,
        "name": "学級経営の基礎への裏書",
        "credentialSubject": {"id": BADGE, "type": ["EndorsementSubject"]},
        **members,
    }


def ed25519_2020(document: Document, **members: Any) -> Document:
    return with_proof(document, options(ED25519_2020, method(BOARD_KEY.public), **members), BOARD_KEY)


SIGNED = {
    EDDSA: eddsa(endorsement()),
    ECDSA: ecdsa(endorsement()),
    f"{ECDSA} P-384": ecdsa_p384(endorsement()),
    ED25519_2020: ed25519_2020(of_model_1()),
}


def judged(document: Document) -> Report:
    return judge(document, KEYS, NOW)


def problems(document: Document) -> dict[str, str]:
    """What is wrong with the proofs of a document."""
    return codes(judged(document).checks, "proof")


@pytest.mark.parametrize("name", SIGNED)
def test_what_is_signed_is_authentic(name: str) -> None:
    assert judged(SIGNED[name]).authentic == "ok"
    assert missing(SIGNED[name], {})[0] == BOARD.id


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("member", ["id", "name", "issuer", "credentialSubject"])
def test_nothing_can_be_changed(name: str, member: str) -> None:
    changed = copy.deepcopy(SIGNED[name])
    owner = changed if isinstance(changed[member], str) else changed[member]
    owner["id" if owner is not changed else member] += "1"
    assert problems(changed) == {"PROOF_VERIFICATION_ERROR": "failed"}


@pytest.mark.parametrize("name", SIGNED)
def test_every_letter_of_a_proof_value_counts(name: str) -> None:
    value = SIGNED[name]["proof"][0]["proofValue"]
    for place, letter in enumerate(value):
        other = value[:place] + ("2" if letter != "2" else "3") + value[place + 1 :]
        found = problems({**SIGNED[name], "proof": [{**SIGNED[name]["proof"][0], "proofValue": other}]})
        assert set(found) <= {"PROOF_VERIFICATION_ERROR", "MALFORMED_PROOF_ERROR"}
        assert set(found.values()) == {"failed"}


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("key", [BOARD_KEY.public, P256_KEY.public, P384])
def test_a_key_of_another_kind_proves_nothing(name: str, key: PublicKey) -> None:
    document = SIGNED[name]
    (proof,) = document["proof"]
    suite = suite_of(proof)
    assert suite
    if key.multibase in proof["verificationMethod"]:
        suite.check(document, proof, key)
        return
    with pytest.raises(ProofError) as refused:
        suite.check(document, proof, key)
    assert refused.value.code == "PROOF_VERIFICATION_ERROR"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (ECDSA, {"proofValue": multibase.encode(bytes(95))}),
        (EDDSA, {"proofValue": multibase.encode(bytes(96))}),
        (ED25519_2020, {"proofValue": multibase.encode(bytes(63))}),
        (ED25519_2020, {"jws": "x"}),
        (ECDSA, {"created": "yesterday"}),
        (ECDSA, {"proofValue": "u" + "A" * 86}),
    ],
)
def test_malformed_proofs_are_refused(name: str, changes: Document) -> None:
    document = SIGNED[name]
    assert problems({**document, "proof": {**document["proof"][0], **changes}}) == {"MALFORMED_PROOF_ERROR": "failed"}


def test_a_signature_made_under_one_name_is_none_under_another() -> None:
    proof = {**SIGNED[EDDSA]["proof"][0], "cryptosuite": ECDSA}
    assert problems({**SIGNED[EDDSA], "proof": proof}) == {"PROOF_VERIFICATION_ERROR": "failed"}


@pytest.mark.parametrize(
    "kind",
    [
        {"cryptosuite": "eddsa-jcs-2022"},
        {"cryptosuite": "eddsa-rdf-2022"},
        {"cryptosuite": "bbs-2023"},
        {"type": "Ed25519Signature2018"},
        {"type": "Ed25519Signature2020"},  # with a cryptosuite it is something else
        {"cryptosuite": [EDDSA]},
    ],
)
def test_of_other_proofs_nothing_is_said_but_their_name(kind: Document) -> None:
    document = {**SIGNED[EDDSA], "proof": {**SIGNED[EDDSA]["proof"][0], **kind}}
    (found,) = [check for check in judged(document).checks if check.name == "proof"]
    assert (found.outcome, found.code) == ("unknown", "UNSUPPORTED_PROOF")
    assert all(str(name) in str(found.values["proof"]) for name in kind.values())
    assert judged(document).authentic == "unknown"


def test_no_two_suites_have_one_name() -> None:
    assert len({(suite.type, suite.cryptosuite) for suite in SUITES}) == len(SUITES)


# Sets.


def test_a_set_may_be_of_several_suites_and_all_that_are_known_must_hold() -> None:
    both = {**endorsement(), "proof": SIGNED[EDDSA]["proof"] + SIGNED[ECDSA]["proof"]}
    assert judged(both).authentic == "ok"
    for number in (0, 1):
        broken = copy.deepcopy(both)
        broken["proof"][number]["created"] = "2026-09-01T00:00:01Z"
        assert problems(broken) == {"PROOF_VERIFICATION_ERROR": "failed"}


def test_an_unknown_proof_beside_does_not_matter() -> None:
    other = {**SIGNED[ECDSA]["proof"][0], "cryptosuite": "bbs-2023"}
    assert judged({**endorsement(), "proof": [other, *SIGNED[EDDSA]["proof"]]}).authentic == "ok"


def test_more_proofs_than_anybody_needs_are_not_looked_at() -> None:
    proofs = SIGNED[EDDSA]["proof"] * (MAX_PROOFS + 1)
    report = judged({**endorsement(), "proof": proofs})
    assert codes(report.checks, "proof") == {"LIMIT_EXCEEDED": "failed"}
    assert codes(report.checks, "key") == {"NOT_CHECKED": "unknown"}
    assert judged({**endorsement(), "proof": proofs[:-1]}).authentic == "ok"


# Chains: a proof covers those that it names.

FIRST, SECOND = "urn:uuid:00000000-0000-4000-8000-00000000000a", "urn:uuid:00000000-0000-4000-8000-00000000000b"
SIGNERS: list[Callable[..., Document]] = [eddsa, ecdsa, ecdsa_p384]


@pytest.mark.parametrize("later", SIGNERS)
@pytest.mark.parametrize("earlier", SIGNERS)
def test_a_chain_goes_across_suites(earlier: Callable[..., Document], later: Callable[..., Document]) -> None:
    chain = later(earlier(endorsement(), id=FIRST), previousProof=FIRST)
    assert judged(chain).authentic == "ok"
    assert problems({**chain, "proof": chain["proof"][1:]}) == {"PROOF_VERIFICATION_ERROR": "failed"}
    other = earlier(endorsement(), id=FIRST, domain="other")["proof"]
    assert problems({**chain, "proof": [*other, chain["proof"][1]]}) == {"PROOF_VERIFICATION_ERROR": "failed"}


def test_a_proof_may_cover_several() -> None:
    chain = eddsa(ecdsa(eddsa(endorsement(), id=FIRST), id=SECOND), previousProof=[SECOND, FIRST])
    assert judged(chain).authentic == "ok"
    assert judged({**chain, "proof": list(reversed(chain["proof"]))}).authentic == "ok"
    broken = copy.deepcopy(chain)
    broken["proof"][0]["proofValue"] = SIGNED[EDDSA]["proof"][0]["proofValue"]
    assert problems(broken) == {"PROOF_VERIFICATION_ERROR": "failed"}


def test_an_earlier_proof_that_does_not_hold_breaks_the_chain_though_the_later_one_covers_it() -> None:
    bad = {**eddsa(endorsement(), id=FIRST)["proof"][0], "proofValue": SIGNED[EDDSA]["proof"][0]["proofValue"]}
    chain = ecdsa({**endorsement(), "proof": [bad]}, previousProof=FIRST)
    assert {check.path: check.code for check in judged(chain).checks if check.name == "proof"} == {
        ("proof", 0, "proofValue"): "PROOF_VERIFICATION_ERROR"
    }


def test_an_earlier_proof_that_cannot_be_checked_leaves_the_chain_open() -> None:
    unknown = {**eddsa(endorsement(), id=FIRST)["proof"][0], "cryptosuite": "bbs-2023"}
    chain = ecdsa({**endorsement(), "proof": [unknown]}, previousProof=FIRST)
    assert problems(chain) == {"UNSUPPORTED_PROOF": "unknown"}
    assert judged(chain).authentic == "unknown"
    longer = eddsa(ecdsa({**endorsement(), "proof": [unknown]}, id=SECOND, previousProof=FIRST), previousProof=SECOND)
    assert judged(longer).authentic == "unknown"


CHAIN = ecdsa(eddsa(endorsement(), id=FIRST), previousProof=FIRST)


def ring(*links: tuple[str, str]) -> Document:
    proofs = [{**SIGNED[EDDSA]["proof"][0], "id": name, "previousProof": behind} for name, behind in links]
    return {**endorsement(), "proof": proofs}


@pytest.mark.parametrize(
    "document",
    [
        ring((FIRST, FIRST)),
        ring((FIRST, SECOND), (SECOND, FIRST)),
        ring((FIRST, SECOND), (SECOND, SECOND)),
        ring((FIRST, "urn:uuid:nobody")),
        ring((FIRST, SECOND), (SECOND, "urn:x:1"), (SECOND, "urn:x:1")),
        {**CHAIN, "proof": [CHAIN["proof"][0], *CHAIN["proof"]]},
        {**CHAIN, "proof": [CHAIN["proof"][0], {**CHAIN["proof"][1], "previousProof": [FIRST, FIRST]}]},
    ],
)
def test_rings_and_missing_links_are_refused(document: Document) -> None:
    found = [check for check in judged(document).checks if check.code == "PROOF_VERIFICATION_ERROR"]
    assert any(check.path[-1] == "previousProof" for check in found)
    assert judged(document).authentic == "failed"
