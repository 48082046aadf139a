"""What we sign, whatever it says, others verify: in both forms, with all three kinds of keys."""

from __future__ import annotations

import json
from dataclasses import replace

import jwt
import pytest

from graph_service.domain.iri import Iri
from graph_service.endorse import credential, jsontext, vc_jwt
from graph_service.endorse.keys import Algorithm, PrivateKey
from graph_service.endorse.report import Outcome
from graph_service.endorse.verify import judge
from tests.conformance.generated import HOW_MANY, claims
from tests.conformance.peer import SAMPLE, Peer
from tests.conformance.shared import read_json
from tests.unit.endorse.building import BOARD, FOUND, NOW, SINCE, signed

# The clock of the machine is not asked.
OPTIONS = {"require": ["iss", "sub", "jti", "nbf"], "verify_exp": False, "verify_nbf": False}


@pytest.mark.node
def test_the_peer_verifies_every_endorsement(peer: Peer) -> None:
    documents = [signed(credential.endorsement(claim)) for claim in claims(HOW_MANY, 1)]
    answers = peer.verify(documents, FOUND, NOW)
    refused = [document for document, answer in zip(documents, answers, strict=True) if not answer["verified"]]
    assert refused == []
    assert all(judge(jsontext.write(each), FOUND, NOW).authentic is Outcome.OK for each in documents)


@pytest.mark.node
def test_we_verify_what_the_peer_issues_and_not_what_somebody_changed(peer: Peer) -> None:
    found = read_json(SAMPLE / "docs.json")
    issuer = replace(BOARD, id=Iri(read_json(SAMPLE / "endorsement.json")["issuer"]["id"]))
    unsigned = [credential.endorsement(claim) for claim in claims(HOW_MANY, 3, issuer)]
    issued = peer.issue(unsigned, SAMPLE / "key-board.json", SINCE)
    assert len(issued) == HOW_MANY
    for document in issued:
        assert judge(json.dumps(document).encode(), found, NOW).authentic is Outcome.OK
        document["name"] += "!"
        assert judge(json.dumps(document).encode(), found, NOW).authentic is Outcome.FAILED


@pytest.mark.parametrize("algorithm", Algorithm)
def test_another_library_verifies_every_token(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm, bytes(range(algorithm.entropy)))
    public = jwt.PyJWK({**key.public.jwk(), "alg": algorithm.jws})
    for claim in claims(HOW_MANY, 2):
        document = credential.endorsement(claim)
        draft = vc_jwt.begin(document, f"{BOARD.id}/keys/{key.public.thumbprint}", algorithm)
        token = draft.finish(key.sign(draft.data))
        payload = jwt.decode(token, public, algorithms=[algorithm.jws], issuer=BOARD.id, options=OPTIONS)
        said = {member: payload.pop(member) for member in ("iss", "sub", "jti", "nbf")}
        assert (said["sub"], said["jti"]) == (claim.subject, claim.id)
        assert ("exp" in payload) == ("validUntil" in document)
        payload.pop("exp", None)
        assert payload == json.loads(jsontext.write(document))
