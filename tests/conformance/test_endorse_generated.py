"""What we sign, whatever it says, others verify: in both forms, with all three kinds of keys."""

from __future__ import annotations

import json

import jwt
import pytest

from graph_service.endorse import credential, jsontext, vc_jwt
from graph_service.endorse.keys import Algorithm, PrivateKey
from graph_service.endorse.report import Outcome
from graph_service.endorse.verify import judge
from tests.conformance.generated import HOW_MANY, claims
from tests.conformance.peer import Peer
from tests.unit.endorse.building import BOARD, FOUND, NOW, signed

# The clock of the machine is not asked.
OPTIONS = {"require": ["iss", "sub", "jti", "nbf"], "verify_exp": False, "verify_nbf": False}


@pytest.mark.node
def test_the_peer_verifies_every_endorsement(peer: Peer) -> None:
    documents = [signed(credential.endorsement(claim)) for claim in claims(HOW_MANY, 1)]
    answers = peer.verify(documents, FOUND, NOW)
    refused = [document for document, answer in zip(documents, answers, strict=True) if not answer["verified"]]
    assert refused == []
    assert all(judge(jsontext.write(each), FOUND, NOW).authentic is Outcome.OK for each in documents)


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
