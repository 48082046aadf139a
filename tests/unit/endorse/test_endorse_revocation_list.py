"""`1EdTechRevocationList`: unsigned, so only the issuer's own host says anything, and only what it says plainly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.endorse import credential, jsontext, revocation_list
from graph_service.endorse.evidence import Absent, Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.report import Name
from graph_service.endorse.verify import judge, missing
from tests.unit.endorse.building import (
    BASE,
    BOARD,
    BOARD_KEY,
    CLAIM,
    FOUND,
    LIST,
    NOW,
    calls,
    endorsement,
    published,
    signed,
)

ADDRESS = f"{BASE}/revocations"
ENTRY = {"id": ADDRESS, "type": "1EdTechRevocationList"}


def listing(*entries: Any, **members: Any) -> Document:
    return {"id": ADDRESS, "issuer": BOARD.id, "revokedCredential": list(entries), **members}


def judged(listed: Any, entry: Any = ENTRY) -> tuple[str, str]:
    document = signed({**endorsement(), "credentialStatus": entry})
    report = judge(document, {**FOUND, ADDRESS: listed}, NOW)
    (check,) = [check for check in report.checks if check.name is Name.STATUS]
    assert report.authentic == "ok"
    return check.outcome, check.code


REVOKED = ("failed", "CREDENTIAL_REVOKED")
UNRELIABLE = ("unknown", "STATUS_VERIFICATION_ERROR")
OTHER = {"id": f"{BASE}/credentials/other"}


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (listing(), ("ok", "STATUS_OK")),
        (jsontext.write(listing(OTHER)), ("ok", "STATUS_OK")),
        ({"id": ADDRESS, "issuer": BOARD.id}, ("ok", "STATUS_OK")),
        ({"revokedCredential": [OTHER]}, ("ok", "STATUS_OK")),
        (listing({"id": CLAIM.id, "revoked": False}), ("ok", "STATUS_OK")),
        (listing({"id": CLAIM.id}), REVOKED),
        (listing(OTHER, {"id": CLAIM.id, "revoked": True, "revocationReason": "error"}), REVOKED),
        (listing({"id": f" {CLAIM.id.replace('credentials', '%63redentials')}"}), REVOKED),
        (listing({"id": CLAIM.id, "revoked": False}, {"id": CLAIM.id}), REVOKED),
        (listing({"id": CLAIM.id, "revoked": "false"}), UNRELIABLE),
        (listing({"id": CLAIM.id, "revoked": None}), UNRELIABLE),
        (listing(CLAIM.id), UNRELIABLE),
        (listing({}), UNRELIABLE),
        (listing(revokedCredential={}), UNRELIABLE),
        (listing(id=f"{ADDRESS}2"), UNRELIABLE),
        (listing(issuer="https://other.example"), UNRELIABLE),
        (listing(issuer={"id": BOARD.id}), ("ok", "STATUS_OK")),
        ({}, UNRELIABLE),
        ({"id": ADDRESS}, UNRELIABLE),
        (b"[]", UNRELIABLE),
        (b"{", UNRELIABLE),
        (b"<html>", UNRELIABLE),
        (b'{"revokedCredential": [], "revokedCredential": []}', UNRELIABLE),
        (None, ("unknown", "STATUS_RETRIEVAL_ERROR")),
        (Absent("FETCH_FAILED", {"status": 404}), ("unknown", "STATUS_RETRIEVAL_ERROR")),
    ],
)
def test_what_is_listed_is_revoked_and_what_is_unclear_is_unknown(listed: Any, expected: tuple[str, str]) -> None:
    assert judged(listed) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/revocations",
        f"{BASE}.evil.example/revocations",
        "http://graph-service.example/revocations",
        "https://graph-service.example:444/revocations",
        "https://graph-service.example@evil.example/revocations",
        "https://[/revocations",
        "/revocations",
    ],
)
def test_a_list_elsewhere_says_nothing_and_is_not_asked_for(address: str) -> None:
    document = {**endorsement(), "credentialStatus": {**ENTRY, "id": address}, "proof": []}
    assert address not in missing(document, {})
    report = judge(document, {**FOUND, address: listing(id=address)}, NOW)
    (check,) = [check for check in report.checks if check.name is Name.STATUS]
    assert (check.outcome, check.code) == ("unknown", "STATUS_ISSUER_MISMATCH")


@pytest.mark.parametrize(
    ("issuer", "asked"),
    [
        (BOARD.id, True),
        ("did:web:graph-service.example:boards:1", True),
        ("did:web:other.example", False),
        ("did:web:..", False),
        ("did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi", False),
        ("urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164", False),
    ],
)
def test_the_host_is_that_of_the_issuers_document(issuer: str, asked: bool) -> None:
    profile = credential.profile(replace(BOARD, id=Iri(issuer)))
    document = {**endorsement(), "issuer": profile, "credentialStatus": ENTRY, "proof": []}
    assert (ADDRESS in missing(document, {})) is asked


def test_an_entry_without_an_address_is_not_known() -> None:
    document = {**endorsement(), "credentialStatus": {"type": "1EdTechRevocationList"}, "proof": []}
    report = judge(document, FOUND, NOW)
    (check,) = [check for check in report.checks if check.name is Name.STATUS]
    assert (check.outcome, check.code) == ("unknown", "UNSUPPORTED_STATUS")


def test_every_one_of_several_entries_must_be_good() -> None:
    entries = [endorsement()["credentialStatus"], ENTRY]
    document = signed({**endorsement(), "credentialStatus": entries})
    found: Found = {**FOUND, BOARD.id: published(BOARD, BOARD_KEY), ADDRESS: listing()}
    assert judge(document, found, NOW).exit_code == 0
    assert judge(document, {**found, ADDRESS: None}, NOW).current == "unknown"
    assert judge(document, {**found, ADDRESS: listing({"id": CLAIM.id})}, NOW).current == "failed"
    assert judge(document, {**found, LIST: None}, NOW).current == "unknown"


def test_a_list_is_read_once_for_all_entries_that_name_it() -> None:
    entry = {"id": f"{BASE}/revoked", "type": revocation_list.TYPE}
    listed = jsontext.write({"id": entry["id"], "issuer": BOARD.id, "revokedCredential": []})
    document = signed({**endorsement(), "credentialStatus": [entry] * 10})
    found: Found = {**FOUND, entry["id"]: listed}
    read = calls(jsontext.read, lambda: judge(document, found, NOW))
    assert [each["data"] for each in read] == [listed]


@pytest.mark.parametrize(
    ("own", "listed", "same"),
    [
        ("urn:uuid:AAAAAAAA-0000-4000-8000-00000000000a", "urn:uuid:aaaaaaaa-0000-4000-8000-00000000000a", True),
        ("https://H.example/c/1", "https://h.example/c/1", True),
        ("HTTPS://h.example/c/1", "https://h.example/c/1", True),
        ("https://h.example/c/1", "https://h.example/c/%31%20", True),
        ("https://h.example/c/1", "%20https://h.example/c/1", True),
        ("https://h.example/c/aB", "https://h.example/c/Ab", False),
        ("https://h.example/c/1", "https://h.example/c/10", False),
    ],
)
def test_an_id_in_another_spelling_is_the_same(own: str, listed: str, same: bool) -> None:
    """A list that names it must not miss it; but a capital may tell two paths apart."""
    address, issuer = "https://h.example/list", "https://h.example/issuer"
    data: Document = {"id": address, "issuer": issuer, "revokedCredential": [{"id": listed}]}
    assert revocation_list.is_revoked(data, address, {"id": own, "issuer": issuer}) is same
