"""Base58btc and the digest that endorsements cover."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.endorse import multibase
from graph_service.errors import CredentialError


@settings(deadline=None)
@given(st.binary(max_size=64))
def test_what_is_written_is_read_again(data: bytes) -> None:
    assert multibase.decode(multibase.encode(data)) == data


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", "z"), (b"\0", "z1"), (b"Hello World!", "z2NEpo7TZRRrLZSi2U"), (b"\0\0\x28\x7f\xb4\xcd", "z11233QC4")],
)
def test_known_texts(data: bytes, text: str) -> None:
    assert multibase.encode(data) == text


@pytest.mark.parametrize("text", ["", "u1", "z0", "zO", "zI", "zl", "z ", "zé", "z" + "1" * 128])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(CredentialError) as refused:
        multibase.decode(text)
    assert refused.value.code == "INVALID_MULTIBASE"


def test_a_digest_is_a_sha256_multihash() -> None:
    assert multibase.decode(multibase.digest(b"x")) == b"\x12\x20" + hashlib.sha256(b"x").digest()
