"""Codes as people type them, and addresses that can be nothing but an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.domain.invitation import SECRET_BYTES, mail_address, read_code, write_code
from graph_service.errors import InvalidInput

CODE = "0K1F-2M9D-XT4H-8R3P"
BARE = CODE.replace("-", "")


@given(st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES))
def test_a_code_says_all_of_the_secret(secret: bytes) -> None:
    code = write_code(secret)
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    bare = read_code(code)
    assert bare == code.replace("-", "")
    assert write_code(secret[:-1] + bytes([secret[-1] ^ 1])) != code


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        f"  {CODE}\n",
        BARE,
        "oklf 2m9d xt4h 8r3p",
        "OKIF-2M9D-XT4H-8R3P",
        "０Ｋ１Ｆー２Ｍ９Ｄー８Ｒ３Ｐ".replace("８Ｒ３Ｐ", "ＸＴ４Ｈー８Ｒ３Ｐ"),
        "0K1F\u20132M9D\u2014XT4H\u22128R3P",
        "0 K 1 F 2 M 9 D X T 4 H 8 R 3 P",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == BARE


@pytest.mark.parametrize(
    "typed", ["", BARE[:-1], BARE + "0", BARE[:-1] + "U", BARE[:-1] + "é", BARE + "/..", "\x00" * 16]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("kocho@aoba.example.jp", "kocho@aoba.example.jp"),
        (" Kocho@Aoba.Example.JP ", "kocho@aoba.example.jp"),
        ("ｋｏｃｈｏ＠ａｏｂａ．ｅｘａｍｐｌｅ．ｊｐ", "kocho@aoba.example.jp"),
        ("a.b+c_d@x-y.example", "a.b+c_d@x-y.example"),
    ],
)
def test_an_address_is_compared_folded(typed: str, address: str) -> None:
    assert mail_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "kocho",
        "kocho@",
        "@aoba.example.jp",
        "kocho@localhost",
        "kocho@aoba..example.jp",
        "kocho@-aoba.example.jp",
        "a@b.example, c@d.example",
        "Yamada <kocho@aoba.example.jp>",
        "kocho@aoba.example.jp\r\nBcc: all@aoba.example.jp",
        "ko cho@aoba.example.jp",
        '"a b"@aoba.example.jp',
        "kocho@[127.0.0.1]",
        "校長@aoba.example.jp",
        f"{'a' * 65}@aoba.example.jp",
        f"a@{'b.' * 130}example",
    ],
)
def test_nothing_but_an_address_is_one(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        mail_address(typed, ("address",))
    assert [(each.code, each.path) for each in refused.value.problems] == [("INVALID_ADDRESS", ("address",))]
