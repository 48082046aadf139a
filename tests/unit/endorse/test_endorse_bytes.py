"""One byte of a signed document is another, anywhere: it is refused, unless it still says the same."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from graph_service.endorse import jsontext
from graph_service.endorse.evidence import Found
from graph_service.endorse.expansion import SAFE
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import Purpose
from graph_service.endorse.verify import judge
from tests.unit.endorse.building import BOARD, NOW, P256_KEY, endorsement, published, signed, token
from tests.unit.endorse.proving import ECDSA, KEYS, method, options, with_proof

UNSIGNED: Document = {
    name: value
    for name, value in endorsement(comment='裏書 "1"', digest="").items()
    if name not in ("credentialStatus", "credentialSchema")
}
FORMS = {
    "eddsa-rdfc-2022": jsontext.write(signed(UNSIGNED)),
    "ecdsa-rdfc-2019": jsontext.write(with_proof(UNSIGNED, options(ECDSA, method(P256_KEY.public)), P256_KEY)),
    "JWT": token(UNSIGNED).encode(),
}
WORLD: dict[str, Found] = {**dict.fromkeys(FORMS, KEYS), "JWT": {BOARD.id: published(BOARD, P256_KEY)}}


def same(one: bytes, other: bytes) -> bool:
    """Tell whether two texts say the same: with types as JSON has them, and a context that gives the words one meaning.

    The address of a context is not signed; what it makes of each word is.
    """
    with suppress(ValueError):
        left, right = json.loads(one), json.loads(other)
        if left["@context"] != right["@context"]:
            meanings = {SAFE.canonical(without_proof(each), Purpose.VERIFY) for each in (left, right)}
            left["@context"] = right["@context"] if len(meanings) == 1 else None
        return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
    return False


def without_proof(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "proof"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bit", [0x01, 0x20])
def test_every_byte_counts(form: str, bit: int) -> None:
    data = FORMS[form]
    assert judge(data, WORLD[form], NOW).exit_code == 0
    passed = []
    for place in range(len(data)):
        spoilt = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
        if judge(spoilt, WORLD[form], NOW).exit_code == 0 and not same(spoilt, data):
            passed.append((place, spoilt[max(0, place - 20) : place + 20]))
    assert passed == []


@pytest.mark.parametrize("form", FORMS)
def test_what_is_cut_off_or_put_behind_is_refused(form: str) -> None:
    data = FORMS[form]
    assert [cut for cut in range(0, len(data), 7) if judge(data[:cut], WORLD[form], NOW).exit_code == 0] == []
    for more in (b"x", b"{}", b".AQ", b"\0", data):
        assert judge(data + more, WORLD[form], NOW).exit_code == 1


@pytest.mark.parametrize("form", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_white_space_and_the_order_of_members_are_not_signed(form: str) -> None:
    document = json.loads(FORMS[form])
    spread = json.dumps(dict(reversed(document.items())), indent=2).encode()
    assert judge(spread, WORLD[form], NOW).exit_code == 0
