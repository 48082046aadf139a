"""CBOR as derived proofs have it: one spelling for each value, nothing that could be read otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.endorse import cbor
from tests.unit.endorse import proving

LEAVES = st.integers(0, 2**64 - 1) | st.binary(max_size=300)
VALUES = LEAVES | st.lists(LEAVES | st.lists(LEAVES)) | st.dictionaries(st.integers(0, 2**32), LEAVES)


@given(VALUES)
def test_what_is_written_is_read(value: Any) -> None:
    assert cbor.read(proving.cbor(value)) == value


@given(VALUES, st.data())
def test_nothing_can_be_cut_off_or_added(value: Any, data: st.DataObject) -> None:
    written = proving.cbor(value)
    end = data.draw(st.integers(0, len(written) - 1))
    for changed in (written[:end], written + written[end:]):
        with pytest.raises(ValueError, match=r"^(more|not|cut|a key)"):
            cbor.read(changed)


@given(st.binary(max_size=64))
def test_whatever_can_be_read_has_one_spelling(data: bytes) -> None:
    try:
        value = cbor.read(data)
    except ValueError:
        return
    assert proving.cbor(value) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x18\x17",  # 23 in two bytes
        b"\x19\x00\xff",
        b"\x1a\x00\x00\xff\xff",
        b"\x1b\x00\x00\x00\x00\xff\xff\xff\xff",
        b"\x58\x01x",
        b"\x1c",  # reserved
        b"\x20",  # -1
        b"\x61x",  # text
        b"\xc0\x00",  # a tag
        b"\xd8\x40\x41x",  # tag 64 before bytes
        b"\xf5",  # true
        b"\xf9\x3c\x00",  # 1.0
        b"\x5f\x41x\xff",  # of unknown length
        b"\x9f\x00\xff",
        b"\xbf\x00\x00\xff",
        b"\xa2\x00\x01\x00\x02",  # one key twice
        b"\xa1\x41x\x00",  # a key of bytes
        b"\x9b\x00\x00\x00\x01\x00\x00\x00\x00",  # announces four thousand million items
        b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x81" * 100_000 + b"\x00",  # 100,000 deep
    ],
)
def test_other_forms_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^(more|not|cut|a key)"):
        cbor.read(data)
