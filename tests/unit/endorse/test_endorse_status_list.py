"""Bitstring status lists: bits, their limits and the list's credential."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.domain.time import Instant
from graph_service.endorse import credential, status_list
from graph_service.endorse.expansion import SAFE
from graph_service.endorse.plain import Purpose
from graph_service.errors import CredentialError
from tests.unit.endorse.building import BOARD, LIST, SINCE, UNTIL


def packed(bits: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")


@settings(deadline=None)
@given(st.sets(st.integers(0, status_list.ENTRIES - 1), max_size=50))
def test_exactly_the_given_positions_are_set(positions: set[int]) -> None:
    bits = status_list.decode(status_list.encode(positions))
    assert len(bits) == 16_384
    assert {
        n
        for byte, value in enumerate(bits)
        if value
        for n in range(byte * 8, byte * 8 + 8)
        if status_list.is_set(bits, n)
    } == positions


def test_the_first_position_is_the_leftmost_bit() -> None:
    assert status_list.decode(status_list.encode([0, 9]))[:2] == b"\x80\x40"


def test_the_same_positions_are_always_the_same_text() -> None:
    assert status_list.encode([5, 3]) == status_list.encode([3, 5])


@pytest.mark.parametrize("position", [-1, status_list.ENTRIES])
def test_positions_outside_are_refused(position: int) -> None:
    with pytest.raises(CredentialError) as refused:
        status_list.encode([position])
    assert refused.value.code == "RANGE_ERROR"
    with pytest.raises(CredentialError) as refused:
        status_list.is_set(status_list.decode(status_list.encode([])), position)
    assert refused.value.code == "RANGE_ERROR"


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        ("", "STATUS_VERIFICATION_ERROR"),
        ("H4sI", "STATUS_VERIFICATION_ERROR"),
        ("u!!!!", "STATUS_VERIFICATION_ERROR"),
        ("uAAAA", "STATUS_VERIFICATION_ERROR"),
        ("u学", "STATUS_VERIFICATION_ERROR"),
        (packed(bytes(16_384)) + "=", "STATUS_VERIFICATION_ERROR"),
        (packed(bytes(16_384))[:-8], "STATUS_VERIFICATION_ERROR"),
        (packed(bytes(status_list.MAX_BYTES + 1)), "STATUS_VERIFICATION_ERROR"),
        (packed(bytes(16_383)), "STATUS_LIST_LENGTH_ERROR"),
        (packed(b""), "STATUS_LIST_LENGTH_ERROR"),
    ],
)
def test_lists_that_are_none(encoded: str, code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        status_list.decode(encoded)
    assert refused.value.code == code


def test_a_list_may_be_as_large_as_the_cap() -> None:
    assert len(status_list.decode(packed(bytes(status_list.MAX_BYTES)))) == status_list.MAX_BYTES


@pytest.mark.parametrize(("value", "number"), [("23", 23), (23, 23), ("0", 0)])
def test_an_index_is_digits(value: object, number: int) -> None:
    assert status_list.index(value) == number


@pytest.mark.parametrize("value", ["", "-1", "1.0", 1.5, "１", "0x1", True, None, [1], "9" * 10])
def test_other_indexes_are_refused(value: object) -> None:
    with pytest.raises(CredentialError) as refused:
        status_list.index(value)
    assert refused.value.code == "RANGE_ERROR"


def test_an_entry_names_its_list_and_its_index_as_text() -> None:
    assert status_list.entry(LIST, 7) == {
        "id": f"{LIST}#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": LIST,
    }


def test_the_credential_of_a_list_can_be_signed_whole() -> None:
    document = status_list.credential(
        LIST, credential.profile(BOARD), [7], valid_from=SINCE, valid_until=Instant(UNTIL), ttl_seconds=300
    )
    assert document["credentialSubject"]["ttl"] == 300_000
    assert "_:" not in SAFE.canonical(document, Purpose.SIGN)
