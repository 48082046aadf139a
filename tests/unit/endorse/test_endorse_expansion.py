"""The safe lane: pinned contexts, threads, hostile sizes."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from graph_service.endorse import contexts, expansion, rdfc10
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.plain import MAX_CONTEXTS, MAX_PROBLEMS, MAX_VALUES, Purpose
from graph_service.errors import CredentialError, LimitExceeded
from tests.unit.endorse.building import achievement_credential, endorsement, signed


def test_every_context_is_what_was_pinned() -> None:
    assert contexts.check() == []


def test_every_context_file_is_in_the_table_and_in_the_notice() -> None:
    folder = Path(contexts.__file__).parent
    files = {file.name for file in folder.iterdir() if file.suffix in (".json", ".jsonld")}
    assert files == {file for file, _ in contexts.PINNED.values()}
    assert {file for file in files if f"`{file}`" not in (folder / "NOTICE.md").read_text()} == set()


def test_an_unknown_context_is_not_loaded() -> None:
    with pytest.raises(CredentialError) as refused:
        contexts.load("https://attacker.example/context")
    assert refused.value.code == "UNKNOWN_CONTEXT"


def test_a_changed_context_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    file, _ = contexts.PINNED[contexts.OPEN_BADGES]
    monkeypatch.setitem(contexts.PINNED, contexts.OPEN_BADGES, (file, hashlib.sha256(b"").hexdigest()))
    assert [problem.code for problem in contexts.check()] == ["CONTEXT_CHANGED"]


def test_the_installed_processor_does_what_it_always_did() -> None:
    assert expansion.check() == []


def test_a_processor_that_does_something_else_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "_KNOWN_SHA256", "another")
    assert [problem.code for problem in expansion.check()] == ["CANONICAL_FORM_CHANGED"]


def terms(definition: Any) -> set[tuple[str, str]]:
    """Return (keyword, value) of everything in a context that the lane relies on not being there."""
    found = set()
    if isinstance(definition, dict):
        for key, value in definition.items():
            if key in (
                "@included",
                "@nest",
                "@reverse",
                "@index",
                "@vocab",
                "@language",
                "@direction",
                "@import",
                "@propagate",
            ):
                found.add((key, str(value)))
            if key == "@container" and value not in ("@set", "@list", "@graph"):
                found.add((key, str(value)))
            if isinstance(value, dict) and value.get("@type") == "@vocab":
                found.add(("@vocab", key))
            if isinstance(value, str) and value.startswith("@") and not key.startswith("@"):
                found.add((key, value))
            found |= terms(value)
    return found


def test_the_pinned_contexts_have_no_more_ways_to_say_things_than_the_lane_knows() -> None:
    found = set().union(*(terms(contexts.load(address)["@context"]) for address in contexts.PINNED))
    assert found == {("id", "@id"), ("type", "@type"), ("@vocab", "proofPurpose")}


def test_contexts_can_be_added_for_one_lane_alone() -> None:
    extra = Lane({"https://x.example/c": {"@context": {"secret": "https://x.example/secret"}}})
    document = {**endorsement(), "secret": "x"}
    document["@context"] = [*document["@context"], "https://x.example/c"]
    assert '<https://x.example/secret> "x"' in extra.canonical(document, Purpose.SIGN)
    with pytest.raises(CredentialError) as refused:
        SAFE.canonical(document, Purpose.SIGN)
    assert refused.value.code == "UNKNOWN_CONTEXT"


def test_compact_names_do_not_pass_for_absolute_ones() -> None:
    document = {
        "@context": [contexts.CREDENTIALS_V1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"],
        "id": "cred:1",
        "type": ["VerifiableCredential"],
        "issuer": "https://x.example",
    }
    with pytest.raises(CredentialError) as refused:
        SAFE.canonical(document, Purpose.VERIFY)
    assert refused.value.code == "COMPACT_IRI"


def test_threads_do_not_disturb_each_other() -> None:
    documents = [
        endorsement(),
        achievement_credential(),
        achievement_credential(endorsement=[signed(endorsement())]),
    ] * 20
    alone = [SAFE.canonical(document, Purpose.SIGN) for document in documents]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda document: SAFE.canonical(document, Purpose.SIGN), documents)) == alone


def test_many_equal_endorsers_are_no_poison() -> None:
    """Fifty endorsements of one board are symmetric in fifty places, and are written every day."""
    address = {"type": ["Address"], "addressCountry": "JP"}
    endorsements = []
    for number in range(50):
        document = endorsement(id=f"urn:x:{number}")
        document["issuer"] = {**document["issuer"], "address": address}
        document["credentialStatus"] = {**document["credentialStatus"], "id": f"urn:x:s{number}"}
        endorsements.append(signed(document))
    canonical = SAFE.canonical(achievement_credential(endorsement=endorsements), Purpose.SIGN)
    assert canonical.count("_:c14n") > 100


def ring(nodes: int) -> list[tuple[str, str, str, str]]:
    return [(f"_:{n}", "<urn:p>", f"_:{(n + 1) % nodes}", "") for n in range(nodes)]


def test_a_ring_is_verified_and_not_signed() -> None:
    assert rdfc10.canonicalize(ring(3), rdfc10.VERIFIER).count("\n") == 3
    with pytest.raises(LimitExceeded):
        rdfc10.canonicalize(ring(3), rdfc10.SIGNER)


@pytest.mark.parametrize("nodes", [500, 5000])
def test_a_large_ring_is_refused(nodes: int) -> None:
    with pytest.raises(LimitExceeded):
        rdfc10.canonicalize(ring(nodes), rdfc10.VERIFIER)


def test_contexts_are_counted() -> None:
    """Each order of contexts is processed anew, which takes a millisecond a context."""
    many = {**endorsement(), "@context": endorsement()["@context"] * 4}
    orders = [[contexts.CREDENTIALS_V2, *[contexts.OPEN_BADGES] * n] for n in range(1, MAX_CONTEXTS)]
    embedded = [{**signed(endorsement()), "@context": order} for order in [*orders, [contexts.CREDENTIALS_V2]]]
    for document in (many, achievement_credential(endorsement=embedded)):
        with pytest.raises(CredentialError) as refused:
            SAFE.canonical(document, Purpose.VERIFY)
        assert refused.value.problems[-1].values["what"] == "contexts"


def members(count: int) -> dict[str, Any]:
    return {f"u{number}": "x" for number in range(count)}


@pytest.mark.parametrize(
    "achievement",
    [
        members(9_000),
        {"related": [{"id": f"relative{number}", "type": "Related"} for number in range(3000)]},
        {"tag": [None] * 9_000},
    ],
)
def test_of_thousands_of_problems_a_few_are_told(achievement: dict[str, Any]) -> None:
    document = achievement_credential()
    document["credentialSubject"]["achievement"].update(achievement)
    with pytest.raises(CredentialError) as refused:
        SAFE.canonical(document, Purpose.VERIFY)
    assert 1 < len(refused.value.problems) <= MAX_PROBLEMS


def test_thousands_of_values_are_no_trap() -> None:
    document = achievement_credential()
    tags = [f"t{number}" for number in range(MAX_VALUES)]
    document["credentialSubject"]["achievement"]["tag"] = tags[:9_000]
    assert SAFE.canonical(document, Purpose.SIGN).count("https://schema.org/keywords") == 9_000
    document["credentialSubject"]["achievement"]["tag"] = tags
    with pytest.raises(CredentialError) as refused:
        SAFE.canonical(document, Purpose.SIGN)
    assert [problem.values["what"] for problem in refused.value.problems] == ["values"]
