"""Both ways with Digital Bazaar's JavaScript: it verifies what we issue, we verify what it issues."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant
from graph_service.endorse import contexts, controller, credential, eddsa_rdfc_2022, multibase
from graph_service.endorse.controller import PublishedKey
from graph_service.endorse.keys import Algorithm, PrivateKey
from graph_service.endorse.report import Name, Outcome
from graph_service.endorse.verify import judge
from tests.conformance.edge_documents import ACCEPTED
from tests.conformance.peer import SAMPLE, Peer
from tests.conformance.shared import read_json
from tests.unit.endorse.building import (
    BOARD,
    BOARD_KEY,
    FOUND,
    NOW,
    RECOGNITION,
    UNIVERSITY,
    UNIVERSITY_KEY,
    achievement_credential,
    endorsement,
    key_of,
    signed,
    status,
)

pytestmark = pytest.mark.node

CREATED = Instant("2026-09-02T08:00:00Z")

KEYS = [PublishedKey(key_of(algorithm).public) for algorithm in Algorithm]
ALL_KEYS: Any = controller.document(credential.profile(BOARD), KEYS)
DID_DOCUMENT: Any = controller.did_document(BOARD.id, KEYS)


def sample_key() -> tuple[PrivateKey, str]:
    """The peer's own key of the board, and its verification method."""
    key = read_json(SAMPLE / "key-board.json")
    return PrivateKey.read(Algorithm.ED25519, multibase.decode(key["secretKeyMultibase"])[2:]), key["id"]


def test_the_same_key_and_document_give_the_same_proof(peer: Peer) -> None:
    document = read_json(SAMPLE / "endorsement.json")
    key, method = sample_key()
    draft = eddsa_rdfc_2022.begin(document, eddsa_rdfc_2022.Options(method, CREATED))
    ours = draft.finish(key.sign(draft.data))
    (theirs,) = peer.issue([document], SAMPLE / "key-board.json", CREATED)
    assert {**ours, "proof": ours["proof"][0]} == theirs


def test_we_refuse_what_the_peer_issued_and_somebody_changed(peer: Peer) -> None:
    (document,) = peer.issue([read_json(SAMPLE / "endorsement.json")], SAMPLE / "key-board.json", CREATED)
    found = read_json(SAMPLE / "docs.json")
    document["credentialSubject"]["endorsementComment"] += "!"
    (proof,) = [check for check in judge(document, found, NOW).checks if check.name is Name.PROOF]
    assert proof.code == "PROOF_VERIFICATION_ERROR"
    assert not peer.verify([document], found, NOW)[0]["verified"]


def carrying() -> dict[str, Any]:
    """A badge with endorsements in the credential, its issuer and its achievement."""
    document = achievement_credential(endorsement=[signed(endorsement())])
    document["issuer"]["endorsement"] = [signed(endorsement(subject=UNIVERSITY.id, id="urn:x:1"))]
    document["credentialSubject"]["achievement"]["endorsement"] = [signed(endorsement(id="urn:x:2"))]
    return signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY)


def test_the_peer_verifies_what_we_issue(peer: Peer) -> None:
    said = [endorsement(), endorsement(comment="", digest=""), endorsement(related=(RECOGNITION,))]
    documents = [*map(signed, said), carrying(), status(7)]
    answers = peer.verify(documents, FOUND, NOW)
    assert [answer["verified"] for answer in answers] == [True] * 5
    assert [inner["verified"] for inner in answers[3]["endorsements"]] == [True] * 3


def test_one_changed_letter_is_seen_on_both_sides_and_the_rest_holds(peer: Peer) -> None:
    document = carrying()
    document["endorsement"][0]["credentialSubject"]["endorsementComment"] += "。"
    (theirs,) = peer.verify([document], FOUND, NOW)
    ours = judge(document, FOUND, NOW)
    assert (theirs["verified"], ours.authentic) == (False, Outcome.FAILED)
    by_place = {
        "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in inner.path): inner.authentic
        for inner in ours.embedded
    }
    assert {inner["path"][1:]: inner["verified"] for inner in theirs["endorsements"]} == {
        place: outcome is Outcome.OK for place, outcome in by_place.items()
    }
    assert sorted(by_place.values()) == ["failed", "ok", "ok"]


def test_everything_that_we_sign_the_peer_reads_the_same(peer: Peer) -> None:
    """Documents at the edges, as far as they have the dates and the issuer that the peer insists on."""
    documents = []
    for document in map(copy.deepcopy, ACCEPTED.values()):
        issuer: Any = document.get("issuer")
        dated = str(document.get("validFrom")).endswith(("00Z", "+09:00"))
        if dated and isinstance(issuer, dict) and "endorsement" not in issuer:
            issuer["id"] = BOARD.id
            documents.append(signed(document))
    refused = [
        document
        for document, answer in zip(documents, peer.verify(documents, FOUND, NOW), strict=True)
        if not answer["verified"]
    ]
    assert len(documents) > 60
    assert refused == []


def test_a_key_of_somebody_else_is_refused_on_both_sides(peer: Peer) -> None:
    document = signed(endorsement(), UNIVERSITY_KEY, issuer=UNIVERSITY)
    assert not peer.verify([document], FOUND, NOW)[0]["verified"]
    assert judge(document, FOUND, NOW).authentic is Outcome.FAILED


def test_a_revoked_key_is_refused_on_both_sides(peer: Peer) -> None:
    profile = {key: FOUND[BOARD.id][key] for key in ("id", "type", "name")}
    revoked = controller.document(profile, [PublishedKey(BOARD_KEY.public, revoked="2026-10-01T00:00:00Z")])
    found = {**FOUND, BOARD.id: revoked}
    assert not peer.verify([signed(endorsement())], found, NOW)[0]["verified"]
    assert judge(signed(endorsement()), found, NOW).authentic is Outcome.FAILED


def test_our_documents_with_keys_lose_nothing_in_the_peers_safe_mode(peer: Peer) -> None:
    needed = (contexts.CONTROLLED_IDENTIFIERS, contexts.DID, contexts.MULTIKEY, contexts.JWK)
    canonical = peer.canonical([ALL_KEYS, DID_DOCUMENT], contexts={name: contexts.load(name) for name in needed})
    for text in canonical:
        assert text is not None
        assert f'"{BOARD_KEY.public.multibase}"' in text
        assert all(key_of(algorithm).public.thumbprint in text for algorithm in Algorithm)


def test_the_peer_finds_the_key_among_others_and_in_the_did_document(peer: Peer) -> None:
    found = {**FOUND, BOARD.id: ALL_KEYS}
    assert peer.verify([signed(endorsement())], found, NOW)[0]["verified"]
    own = replace(BOARD, id=Iri(DID_DOCUMENT["id"]))
    document = signed(endorsement(issuer=own), issuer=own)
    found = {**FOUND, own.id: DID_DOCUMENT}
    assert judge(document, found, NOW).authentic is Outcome.OK
    assert peer.verify([document], found, NOW)[0]["verified"]
