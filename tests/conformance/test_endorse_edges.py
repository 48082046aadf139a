"""Edge documents: what is refused, and that everybody writes the same canonical form of the rest."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pyoxigraph
import pytest

from graph_service.endorse import contexts, rdfc10
from graph_service.endorse.expansion import SAFE
from graph_service.endorse.plain import Purpose
from graph_service.errors import GraphServiceError, LimitExceeded
from tests.conformance.edge_documents import (
    ACCEPTED,
    REFUSED_BY_BOTH,
    REFUSED_BY_US,
    comment,
    random_document,
)
from tests.conformance.peer import Peer

# pyoxigraph writes directions as RDF 1.2 does, not as i18n datatypes.
DIRECTED = {"comment with direction", "comment with direction only"}


def canonical(document: dict[str, Any], purpose: Purpose = Purpose.SIGN) -> str | None:
    try:
        return SAFE.canonical(document, purpose)
    except GraphServiceError:
        return None


def test_there_are_enough_edges() -> None:
    assert len(ACCEPTED | REFUSED_BY_BOTH | REFUSED_BY_US) > 180


@pytest.mark.parametrize("name", REFUSED_BY_BOTH | REFUSED_BY_US)
def test_refused_with_its_code(name: str) -> None:
    code, document = (REFUSED_BY_BOTH | REFUSED_BY_US)[name]
    with pytest.raises(GraphServiceError) as refused:
        SAFE.canonical(document, Purpose.SIGN)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ACCEPTED)
def test_signing_and_verifying_read_the_same(name: str) -> None:
    assert canonical(ACCEPTED[name]) == canonical(ACCEPTED[name], Purpose.VERIFY) is not None


@pytest.mark.parametrize("name", sorted(ACCEPTED.keys() - DIRECTED))
def test_pyoxigraph_writes_the_same(name: str) -> None:
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(json.dumps(inlined(ACCEPTED[name])), pyoxigraph.RdfFormat.JSON_LD))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    lines = (pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b"").decode().split("\n")
    assert canonical(ACCEPTED[name]) == "".join(sorted(f"{line}\n" for line in lines if line))


def inlined(value: Any) -> Any:
    """Put the pinned contexts into the document: pyoxigraph has no loader."""
    if isinstance(value, list):
        return [inlined(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: [contexts.load(address)["@context"] for address in child] if key == "@context" else inlined(child)
        for key, child in value.items()
    }


@pytest.mark.node
def test_the_peer_writes_the_same(peer: Peer) -> None:
    answers = dict(zip(ACCEPTED, peer.canonical(ACCEPTED.values()), strict=True))
    assert {name: canonical(document) for name, document in ACCEPTED.items()} == answers


@pytest.mark.node
def test_the_peer_refuses_what_we_say_it_refuses(peer: Peer) -> None:
    answers = peer.canonical(document for _, document in REFUSED_BY_BOTH.values())
    assert dict(zip(REFUSED_BY_BOTH, answers, strict=True)) == dict.fromkeys(REFUSED_BY_BOTH)


@pytest.mark.node
def test_what_only_we_refuse_the_peer_accepts(peer: Peer) -> None:
    answers = peer.canonical(document for _, document in REFUSED_BY_US.values())
    assert [name for name, answer in zip(REFUSED_BY_US, answers, strict=True) if answer is None] == []


@pytest.mark.node
def test_control_characters_of_others_are_verified(peer: Peer) -> None:
    documents = [comment(f"a{chr(code)}b") for code in (*range(0x20), 0x7F, 0xFFFE)]
    assert [canonical(document, Purpose.VERIFY) for document in documents] == peer.canonical(documents)


@pytest.mark.node
def test_random_documents_are_read_as_the_peer_reads_them(peer: Peer) -> None:
    random = Random(20261121)
    documents = [random_document(random) for _ in range(1500)]
    for document, theirs in zip(documents, peer.canonical(documents), strict=True):
        assert canonical(document) in (None, theirs)
        if theirs is not None or not is_symmetric(document):
            assert canonical(document, Purpose.VERIFY) in (None, theirs)
    assert sum(canonical(document) is not None for document in documents) > 300


def is_symmetric(document: dict[str, Any]) -> bool:
    """Tell whether only the peer's cap on symmetric blank nodes keeps us from signing a document."""
    try:
        rdfc10.canonicalize(SAFE.quads(document, Purpose.SIGN), rdfc10.SIGNER)
    except GraphServiceError as error:
        return isinstance(error, LimitExceeded)
    return False


@pytest.mark.node
def test_lines_stand_in_the_order_of_code_points_the_peers_in_that_of_utf_16(peer: Peer) -> None:
    document = comment(["\uff01", "\U0001f600"])
    (theirs,) = peer.canonical([document])
    ours = canonical(document)
    assert ours is not None
    assert theirs is not None
    assert ours != theirs
    assert ours.split("\n")[:-1] == sorted(theirs.split("\n")[:-1])


def test_problems_are_found_all_at_once_with_their_places() -> None:
    document = comment("x")
    document["secret"] = 1
    document["credentialSubject"]["more"] = {"id": "relative"}
    document["credentialSchema"][0]["type"] = "Unheard"
    with pytest.raises(GraphServiceError) as refused:
        SAFE.canonical(document, Purpose.SIGN)
    assert {(problem.values["what"], problem.path) for problem in refused.value.problems} == {
        ("secret", ("secret",)),
        ("more", ("credentialSubject", "more")),
        ("Unheard", ("credentialSchema", 0, "type")),
    }
