"""Derived proofs: a holder can leave out what is not mandatory, and do nothing else; and what that leaves open."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from graph_service.endorse import base64url, multibase
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PrivateKey
from graph_service.endorse.report import Report
from graph_service.endorse.verify import judge
from tests.unit.endorse.building import BOARD_KEY, LIST, NOW, UNIVERSITY, UNIVERSITY_KEY, endorsement, status, token
from tests.unit.endorse.proving import (
    EDDSA,
    KEYS,
    P384,
    blanks,
    codes,
    disclosed,
    eddsa,
    options,
    stating,
    with_proof,
)

ENDS = stating("validUntil", "credentialStatus")
DOCUMENT: Document = {
    **endorsement(),
    "issuer": {**endorsement()["issuer"], "address": {"type": ["Address"], "addressCountry": "JP"}},
    "evidence": [{"type": ["Evidence"], "name": "授業の記録"}],
}
SHOWN = disclosed(DOCUMENT, ENDS)


def without(*members: str) -> Document:
    return {member: value for member, value in DOCUMENT.items() if member not in members}


def judged(document: Document | bytes) -> Report:
    return judge(document, KEYS, NOW)


def problems(document: Document) -> dict[str, str]:
    """What is wrong with the proof of a document."""
    return codes(judged(document).checks, "proof")


def test_what_is_shown_was_signed() -> None:
    assert len(blanks(DOCUMENT)) >= 2
    report = judged(SHOWN)
    assert (report.authentic, report.current) == ("ok", "ok")
    assert report.exit_code == 0


@pytest.mark.parametrize("members", [["name"], ["evidence"], ["name", "credentialSchema", "evidence"]])
def test_what_is_not_mandatory_can_be_left_out(members: list[str]) -> None:
    report = judged(disclosed(DOCUMENT, ENDS, shown=without(*members)))
    assert (report.authentic, report.current) == ("ok", "ok")


@pytest.mark.parametrize("member", ["validUntil", "credentialStatus"])
def test_what_is_mandatory_cannot_be_left_out(member: str) -> None:
    assert problems({key: value for key, value in SHOWN.items() if key != member}) == {
        "PROOF_VERIFICATION_ERROR": "failed"
    }
    assert problems(disclosed(DOCUMENT, ENDS, shown=without(member))) == {"PROOF_VERIFICATION_ERROR": "failed"}


@pytest.mark.parametrize("member", ["id", "type", "issuer", "validFrom", "credentialSubject"])
def test_what_every_credential_has_cannot_be_missed(member: str) -> None:
    shown = {**DOCUMENT, "type": ["VerifiableCredential"]} if member == "type" else without(member)
    if member in ("id", "credentialSubject", "issuer"):
        report = judged({key: value for key, value in SHOWN.items() if key != member})
    else:
        report = judged(disclosed(DOCUMENT, ENDS, shown=shown))
    assert report.exit_code != 0


@pytest.mark.parametrize(
    ("mandatory", "members", "open_"),
    [
        (stating("credentialStatus"), ["validUntil"], {"dates"}),
        (stating("validUntil"), ["credentialStatus"], {"status"}),
        (stating("issuer"), ["validUntil", "credentialStatus"], {"dates", "status"}),
        (stating("credentialStatus"), [], {"dates"}),  # what is shown by choice may not be all there is
        (lambda _: False, [], {"dates", "status"}),
    ],
)
def test_an_end_that_could_have_been_left_out_is_unknown(
    mandatory: Callable[[str], bool], members: list[str], open_: set[str]
) -> None:
    report = judged(disclosed(DOCUMENT, mandatory, shown=without(*members)))
    found = {check.name.value for check in report.checks if check.code == "MAY_BE_WITHHELD"}
    assert found == open_
    assert (report.authentic, report.current, report.exit_code) == ("ok", "unknown", 3)


def test_an_end_that_is_shown_counts_though_it_need_not_have_been() -> None:
    report = judged(disclosed({**DOCUMENT, "validUntil": "2026-10-01T00:00:00Z"}, stating("credentialStatus")))
    assert codes(report.checks, "dates") == {"EXPIRED": "failed", "MAY_BE_WITHHELD": "unknown"}
    assert report.current == "failed"


def test_what_the_issuer_signed_wholly_beside_it_withholds_nothing() -> None:
    whole = {**DOCUMENT, "proof": [*disclosed(DOCUMENT, stating())["proof"], *eddsa(DOCUMENT)["proof"]]}
    assert (judged(whole).authentic, judged(whole).current) == ("ok", "ok")


def test_what_somebody_else_signed_wholly_beside_it_says_nothing_of_what_the_issuer_said() -> None:
    shown = without("credentialStatus")
    method = f"{UNIVERSITY.id}#{UNIVERSITY_KEY.public.multibase}"
    holders = with_proof(shown, options(EDDSA, method), UNIVERSITY_KEY)["proof"]
    report = judged({**shown, "proof": [*disclosed(DOCUMENT, stating("validUntil"), shown=shown)["proof"], *holders]})
    assert (report.authentic, report.current) == ("ok", "unknown")


def test_a_token_around_it_withholds_nothing() -> None:
    header, payload, _ = token(DOCUMENT, BOARD_KEY).split(".")
    claims = {**json.loads(base64url.decode(payload)), "proof": disclosed(DOCUMENT, stating())["proof"]}
    data = f"{header}.{base64url.encode(json.dumps(claims).encode())}"
    report = judged(f"{data}.{base64url.encode(BOARD_KEY.sign(data.encode()))}".encode())
    assert (report.authentic, report.current) == ("ok", "ok")


def test_a_status_list_whose_end_may_be_withheld_says_nothing_good() -> None:
    listed = {member: value for member, value in status().items() if member != "proof"}
    for mandatory, expected in ((stating("validUntil"), set()), (stating(), {"STATUS_VERIFICATION_ERROR"})):
        found = {**KEYS, LIST: disclosed(listed, mandatory)}
        report = judge(eddsa(endorsement()), found, NOW)
        assert {check.code for check in report.checks if check.name == "status"} - {"STATUS_OK"} == expected


# What a holder might try.


def changing(**changes: Any) -> Document:
    changed = copy.deepcopy(SHOWN)
    changed.update(changes)
    return changed


@pytest.mark.parametrize(
    "document",
    [
        changing(name="別の名"),
        changing(validUntil="2099-01-01T00:00:00Z"),
        changing(description="足された文"),
        changing(evidence=[{"type": ["Evidence"], "name": "授業の記録"}, {"type": ["Evidence"]}]),
        changing(evidence=[{"type": ["Evidence"]}, {"name": "授業の記録", "type": ["Evidence"]}]),
        changing(proof=[{**SHOWN["proof"][0], "created": "2026-09-01T00:00:01Z"}]),
        {**changing(), "proof": disclosed(endorsement(), ENDS)["proof"]},
    ],
)
def test_nothing_can_be_changed_or_added(document: Document) -> None:
    assert problems(document) == {"PROOF_VERIFICATION_ERROR": "failed"}


def test_what_hides_from_readers_is_refused_though_its_rdf_is_signed() -> None:
    hidden = {member: value for member, value in SHOWN.items() if member != "validUntil"}
    found = problems({**hidden, "https://www.w3.org/2018/credentials#validUntil": SHOWN["validUntil"]})
    assert set(found) == {"KEY_NOT_A_TERM"}


SECRET = PrivateKey.generate(Algorithm.P256, b"somebody".ljust(48, b"."))


@pytest.mark.parametrize(
    "changed",
    [
        lambda base, key, signatures, labels, places: [base, key, signatures[::-1], labels, places],
        lambda base, key, signatures, labels, places: [base, key, signatures[1:], labels, places],
        lambda base, key, signatures, labels, places: [base, key, [*signatures, signatures[0]], labels, places],
        lambda base, key, signatures, labels, places: [signatures[0], key, signatures, labels, places],
        lambda base, key, signatures, labels, places: [base, key, signatures, labels, places[1:]],
        lambda base, key, signatures, labels, places: [base, key, signatures[1:], labels, [*places, 10_000]],
        lambda base, key, signatures, labels, places: [base, key, signatures, {0: labels[1], 1: labels[0]}, places],
        lambda base, key, signatures, labels, places: [base, key, signatures, {0: labels[0]}, places],
        lambda base, key, signatures, labels, places: [
            base,
            key,
            signatures,
            {**labels, len(labels): bytes(32)},
            places,
        ],
        lambda base, key, signatures, labels, places: [
            base,
            multibase.decode(SECRET.public.multibase),
            [SECRET.sign(b"") for _ in signatures],
            labels,
            places,
        ],
    ],
)
def test_components_that_do_not_fit_are_refused(changed: Callable[..., list[Any]]) -> None:
    assert problems(disclosed(DOCUMENT, ENDS, changed=changed)) == {"PROOF_VERIFICATION_ERROR": "failed"}


@pytest.mark.parametrize(
    "changed",
    [
        lambda base, key, signatures, labels, places: [base, key, signatures, dict.fromkeys(labels, labels[0]), places],
        lambda base, key, signatures, labels, places: [base, key, signatures, {**labels, 77: bytes(32)}, places],
        lambda base, key, signatures, labels, places: [base, key, signatures, {**labels, 0: bytes(31)}, places],
        lambda base, key, signatures, labels, places: [base, key, signatures, labels, places[::-1]],
        lambda base, key, signatures, labels, places: [base, key, signatures, labels, [places[0], *places]],
        lambda base, key, signatures, labels, places: [base, key, signatures, labels, [b"0"]],
        lambda base, key, signatures, labels, places: [base, key, [signatures[0][:63]], labels, places],
        lambda base, key, signatures, labels, places: [base, key, signatures, labels],
        lambda base, key, signatures, labels, places: [base, key, signatures, labels, places, 0],
        lambda base, key, signatures, labels, places: [base, key, signatures, labels, ["text"]],
        lambda base, key, signatures, labels, places: [base, key[2:], signatures, labels, places],
        lambda base, key, signatures, labels, places: [base, bytes(100_000), signatures, labels, places],
        lambda base, key, signatures, labels, places: [base, multibase.decode(P384.multibase), [], labels, places],
        lambda base, key, signatures, labels, places: [
            base,
            multibase.decode(BOARD_KEY.public.multibase, 99),
            [],
            labels,
            [],
        ],
    ],
)
def test_values_of_another_form_are_refused(changed: Callable[..., list[Any]]) -> None:
    assert problems(disclosed(DOCUMENT, ENDS, changed=changed)) == {"MALFORMED_PROOF_ERROR": "failed"}


@pytest.mark.parametrize(
    "header", [b"", b"\xd9\x5d\x00", b"\xd9\x5d\x02", b"\xd9\x5d\x03", b"\xd9\x5d\x01\xd9\x5d\x01"]
)
def test_only_derived_proofs_are_for_readers(header: bytes) -> None:
    assert problems(disclosed(DOCUMENT, ENDS, header=header)) == {"MALFORMED_PROOF_ERROR": "failed"}


@pytest.mark.parametrize("value", ["", "u", "u2V0B", "z2V0B", "u2V0BhVhA=", "é", "u" + "2V0B" * 60_000])
def test_texts_that_are_no_value_are_refused(value: str) -> None:
    assert problems(changing(proof={**SHOWN["proof"][0], "proofValue": value})) == {"MALFORMED_PROOF_ERROR": "failed"}


def test_statements_signed_with_a_key_that_everybody_has_are_refused() -> None:
    scalar = multibase.decode("z42tqvNGyzyXRzotAYn43UhcFtzDUVdxJ7461fwrfhBPLmfY")[2:]  # W3C vc-di-ecdsa
    published = PrivateKey.generate(Algorithm.P256, (int.from_bytes(scalar, "big") - 1).to_bytes(48, "big"))
    assert problems(disclosed(DOCUMENT, ENDS, ephemeral=published)) == {"PUBLISHED_TEST_KEY": "failed"}


def test_the_issuers_key_is_of_p256() -> None:
    assert problems(disclosed(DOCUMENT, ENDS, key=BOARD_KEY)) == {"PROOF_VERIFICATION_ERROR": "failed"}
