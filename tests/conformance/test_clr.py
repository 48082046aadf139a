"""Statements of completion: as the published sample is, their parts valid, and verified by somebody else's JavaScript.

The schema of CLR 2.0 itself is not among the shared standards.
"""

from __future__ import annotations

import json

import pytest

from graph_service.endorse import contexts
from tests.conformance.peer import Peer
from tests.conformance.shared import STANDARDS, needs_shared, read_json
from tests.conformance.test_endorse_schemas import faults
from tests.unit.endorse.building import FOUND, NOW, signed
from tests.unit.endorse.test_endorse_clr import AWARD, statement

SAMPLE = STANDARDS.parent / "realdata" / "ob-clr" / "clr20-simple.json"


@pytest.mark.node
def test_the_peer_verifies_a_statement_and_the_award_in_it_and_refuses_one_letter(peer: Peer) -> None:
    document = signed(statement())
    (part,) = document["credentialSubject"]["verifiableCredential"]
    spoilt = json.loads(json.dumps(document).replace(AWARD, f"{AWARD}x"))
    known = {contexts.CLR: contexts.load(contexts.CLR)}
    answers = peer.verify([document, part, spoilt], FOUND, NOW, known)
    assert [answer["verified"] for answer in answers] == [True, True, False]
    assert [inner["verified"] for inner in answers[1]["endorsements"]] == [True]


@needs_shared
def test_what_it_carries_and_lists_is_valid_by_the_schema_of_open_badges() -> None:
    subject = signed(statement())["credentialSubject"]
    assert faults(subject["verifiableCredential"][0], "achievementcredential") == []
    assert [faults(each, "achievementcredential", "Achievement") for each in subject["achievement"]] == [[], []]


@needs_shared
def test_it_has_the_shape_of_the_published_sample() -> None:
    """Each member of the sample is here in the same form; here there are a status and the members that CLR allows."""
    sample, ours = read_json(SAMPLE), signed(statement())
    assert sample["@context"] == ours["@context"]
    assert sample["credentialSchema"] == ours["credentialSchema"]
    assert ours.keys() - sample.keys() == {"awardedDate", "credentialStatus", "partial"}
    assert sample.keys() - ours.keys() == set()
    assert sample["credentialSubject"].keys() == ours["credentialSubject"].keys()
    for member in ("type", "issuer", "credentialSubject"):
        assert type(sample[member]) is type(ours[member])
    (theirs,) = sample["credentialSubject"]["association"]
    assert all(theirs.keys() == each.keys() for each in ours["credentialSubject"]["association"])
