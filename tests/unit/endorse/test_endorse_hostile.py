"""Input made to cost much, or to be read in two ways: it is refused, and soon.

How long and how much memory each takes is measured by `python -m tests.unit.endorse.test_endorse_hostile`.
"""

from __future__ import annotations

import gzip
import struct
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from graph_service.endorse import base64url, jsontext, status_list, vc_jwt
from graph_service.endorse.authenticity import MAX_PROOFS
from graph_service.endorse.evidence import Found
from graph_service.endorse.expansion import Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import MAX_EMBEDDED, MAX_WITHIN
from graph_service.endorse.report import Outcome, Report
from graph_service.endorse.validity import MAX_STATUSES
from graph_service.endorse.verify import MAX_DEPTH, judge, missing
from tests.unit.endorse.building import (
    BOARD,
    FOUND,
    LIST,
    NOW,
    achievement_credential,
    calls,
    endorsement,
    signed,
    status,
)
from tests.unit.endorse.proving import KEYS, disclosed, eddsa, everything, nothing
from tests.unit.endorse.test_endorse_hosted import png, svg
from tests.unit.endorse.test_endorse_vc_jwt import HEADER, PAYLOAD, made

GOOD = jsontext.write(signed(endorsement()))


def inside(text: bytes) -> bytes:
    """A signed endorsement with one more member."""
    return GOOD[:-1] + b',"more":' + text + b"}"


def deep(levels: int) -> bytes:
    return inside(b"[" * levels + b"]" * levels)


def with_achievement(**members: Any) -> bytes:
    document = achievement_credential()
    document["credentialSubject"]["achievement"] |= members
    document["proof"] = [{**signed(endorsement())["proof"][0]}]
    return jsontext.write(document)


def clique(nodes: int) -> bytes:
    """Nodes of no name but `_:` that all name each other: finding out which is which takes for ever."""
    names = [f"_:n{number}" for number in range(nodes)]
    pairs = [
        {"id": one, "type": ["Profile"], "parentOrg": {"id": other, "type": ["Profile"]}}
        for one, other in permutations(names, 2)
    ]
    return with_achievement(creator=pairs)


def alike(count: int) -> bytes:
    """Nodes without names that nothing tells apart."""
    node: Document = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://x.example/"}
    return with_achievement(alignment=[node] * count)


def chain(length: int) -> bytes:
    """Nodes without names, one in the other and all alike, as deep as is read."""
    node: Document = {"type": ["Profile"], "name": "x"}
    for _ in range(length):
        node = {"type": ["Profile"], "name": "x", "parentOrg": node}
    return with_achievement(creator=node)


def nested(levels: int) -> bytes:
    document: Document = signed(endorsement())
    for _ in range(levels):
        document = {**endorsement(), "issuer": {"id": BOARD.id, "type": ["Profile"], "endorsement": [document]}}
    return jsontext.write(document)


def many(count: int) -> bytes:
    return jsontext.write(achievement_credential(endorsement=[{"type": "VerifiableCredential"}] * count))


def many_of_many(outer: int, inner: int) -> bytes:
    one = {"type": "VerifiableCredential", "endorsement": [{"type": "VerifiableCredential"}] * inner}
    return jsontext.write(achievement_credential(endorsement=[one] * outer))


def many_tokens(count: int) -> bytes:
    compact = made(HEADER, {"issuer": BOARD.id}).decode()
    return jsontext.write(achievement_credential(endorsementJwt=[compact] * count))


def zipped_png(text: bytes) -> bytes:
    """A picture whose text is compressed, as PNG allows and Open Badges does not."""
    picture = png(b"")
    data = b"openbadgecredential\0\1\0\0\0" + zlib.compress(text, 9)
    chunk = struct.pack(">I", len(data)) + b"iTXt" + data + struct.pack(">I", zlib.crc32(b"iTXt" + data))
    return picture[:33] + chunk + picture[33:]


def laughing(levels: int) -> bytes:
    """Entities of entities: a few bytes that are a billion letters."""
    entities = ['<!ENTITY e0 "ha">', *(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))]
    return f"<!DOCTYPE svg [{''.join(entities)}]>".encode() + svg(body=f"&e{levels - 1};")


EXTERNAL = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg(body="&x;")
BOMB = gzip.compress(bytes(2**30 // 8), mtime=0)  # 128 MB of nothing in 130 KB

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "duplicate keys": (lambda: inside(b'{"id": 1, "id": 2}'), "DUPLICATE_KEY"),
    "the id twice": (lambda: GOOD[:-1] + b',"id":"urn:x:2"}', "DUPLICATE_KEY"),
    "the proof twice": (lambda: GOOD[:-1] + b',"proof":[]}', "DUPLICATE_KEY"),
    "NaN": (lambda: inside(b"NaN"), "NUMBER_OUT_OF_RANGE"),
    "infinity": (lambda: inside(b"-Infinity"), "NUMBER_OUT_OF_RANGE"),
    "1e400": (lambda: inside(b"1e400"), "NUMBER_OUT_OF_RANGE"),
    "a number of 100,000 digits": (lambda: inside(b"9" * 100_000), "NUMBER_OUT_OF_RANGE"),
    "a number of 4,000 digits": (lambda: inside(b"9" * 4_000), "INEXACT_NUMBER"),
    "half a character": (lambda: inside(b'"\\ud800"'), "LONE_SURROGATE"),
    "no UTF-8": (lambda: inside(b'"\xff"'), "NOT_UTF8"),
    "200 deep": (lambda: deep(200), "LIMIT_EXCEEDED"),
    "100,000 deep": (lambda: deep(100_000), "LIMIT_EXCEEDED"),
    "too large": (lambda: inside(b'"' + b"x" * jsontext.MAX_BYTES + b'"'), "LIMIT_EXCEEDED"),
    "100,000 items": (lambda: with_achievement(tag=[1] * 100_000), "LIMIT_EXCEEDED"),
    "100,000 nothings": (lambda: with_achievement(tag=[None] * 50_000), "LIMIT_EXCEEDED"),
    "50,000 empty objects": (lambda: with_achievement(alignment=[{}] * 50_000), "LIMIT_EXCEEDED"),
    "10,000 tags": (lambda: with_achievement(tag=[f"tag {n}" for n in range(10_000)]), "LIMIT_EXCEEDED"),
    "10,000 unknown members": (lambda: with_achievement(**{f"m{n}": 1 for n in range(10_000)}), "LIMIT_EXCEEDED"),
    "10,000 contexts": (lambda: GOOD.replace(b'"@context":[', b'"@context":[' + b'"https://x.example/",' * 10_000), "LIMIT_EXCEEDED"),
    "a clique of 8": (lambda: clique(8), "INVALID_IRI"),
    "2,000 nodes alike": (lambda: alike(2_000), "LIMIT_EXCEEDED"),
    "a chain of nodes alike": (lambda: chain(25), "PROOF_VERIFICATION_ERROR"),
    "a header of 200 KB": (lambda: made({**HEADER, "kid": "x" * 200_000}, PAYLOAD), "CONTROLLER_UNAVAILABLE"),
    "a header with 10,000 members": (lambda: made({**HEADER, **{f"m{n}": 1 for n in range(10_000)}}, PAYLOAD), "MALFORMED_PROOF_ERROR"),
    "a header that is too large": (lambda: made({**HEADER, "kid": "x" * jsontext.MAX_BYTES}, PAYLOAD), "LIMIT_EXCEEDED"),
    "a payload 200 deep": (lambda: made(HEADER, b"[" * 200 + b"]" * 200), "LIMIT_EXCEEDED"),
    "a vc 200 deep": (lambda: made(HEADER, b'{"vc":' + b"[" * 200 + b"]" * 200 + b"}"), "LIMIT_EXCEEDED"),
    "a token of dots": (lambda: b"." * 200_000, "INVALID_JSON"),
    "a token of 600 KB": (lambda: made(HEADER, PAYLOAD) + b"A" * 600_000, "LIMIT_EXCEEDED"),
    "compressed text in a PNG": (lambda: zipped_png(bytes(100_000_000)), "INVALID_IMAGE"),
    "a PNG with a large text": (lambda: png(b"x" * 3_000_000, b"openbadgecredential"), "LIMIT_EXCEEDED"),
    "a billion laughs": (lambda: laughing(10), "INVALID_IMAGE"),
    "an external entity": (lambda: EXTERNAL, "INVALID_IMAGE"),
    "an SVG 50,000 deep": (lambda: b"<svg>" + b"<g>" * 50_000, "INVALID_IMAGE"),
}  # fmt: skip


def refused(data: bytes, found: Found = FOUND) -> set[str]:
    """Judge; return the codes of what is not ok."""
    report = judge(data, found, NOW)
    assert report.exit_code != 0
    missing(data, {})
    return {check.code for check in report.checks if check.outcome is not Outcome.OK}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    make, code = REFUSED[name]
    assert code in refused(make())


def reports(report: Report) -> int:
    return 1 + sum(map(reports, report.embedded))


@pytest.mark.parametrize(
    ("data", "most"),
    [
        (nested(20), MAX_DEPTH + 2),
        (many(2_000), MAX_EMBEDDED + 1),
        (many_of_many(60, 60), 60 * MAX_WITHIN + 61),
        (many_tokens(150), MAX_EMBEDDED + 1),
    ],
)
def test_what_is_embedded_is_opened_to_a_bounded_depth_and_number(data: bytes, most: int) -> None:
    report = judge(data, FOUND, NOW)
    assert report.exit_code == 1
    assert reports(report) <= most
    assert len(missing(data, {})) < 10


# Lists that say whether something is revoked: none of these is ever good.


def listing(**changes: Any) -> Document:
    """The board's list, signed, with another subject."""
    document = {name: value for name, value in status().items() if name != "proof"}
    subject = {**document["credentialSubject"], **changes}
    return signed(
        {**document, "credentialSubject": {name: value for name, value in subject.items() if value is not None}}
    )


LISTS: dict[str, Any] = {
    "a bomb": listing(encodedList="u" + base64url.encode(BOMB)),
    "a bomb that is cut off": listing(encodedList="u" + base64url.encode(BOMB[:1000])),
    "no compression": listing(encodedList="u" + base64url.encode(bytes(16_384))),
    "another base": listing(encodedList=status_list.encode([])[1:]),
    "no list": listing(encodedList=None),
    "two lists": {**status(), "credentialSubject": [status()["credentialSubject"]] * 2},
    "too short": listing(encodedList="u" + base64url.encode(gzip.compress(bytes(16_383), mtime=0))),
    "another purpose": listing(statusPurpose="suspension"),
    "no purpose": listing(statusPurpose=None),
    "unsigned": {name: value for name, value in status().items() if name != "proof"},
    "wrongly signed": {**status(), "validFrom": "2026-08-31T00:00:00Z"},
    "of another": status(id=f"{LIST}2"),
    "over": status(until=NOW),
    "no list but an endorsement": signed(endorsement()),
    "a page": b"<!doctype html>",
    "nothing": b"",
    "a picture": png(b"{}"),
    "unreachable": None,
    "many zeros": b"0" * 300_000,
}


@pytest.mark.parametrize("name", LISTS)
def test_no_faulty_list_clears(name: str) -> None:
    report = judge(GOOD, {**FOUND, LIST: LISTS[name]}, NOW)
    assert (report.authentic, report.current, report.exit_code) == ("ok", "unknown", 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"statusListIndex": "131072"},
        {"statusListIndex": "-1"},
        {"statusListIndex": "1e3"},
        {"statusListIndex": "٣"},
        {"statusListIndex": "9" * 5_000},
        {"statusListIndex": 1.5},
        {"statusListIndex": True},
        {"statusListIndex": ["94567"]},
        {"statusListIndex": None},
        {"statusListCredential": [LIST]},
        {"statusPurpose": ["revocation"]},
        {"statusSize": 2},
        {"type": "StatusList2021Entry"},
        {"type": "RevocationList2020Status"},
    ],
)
def test_no_faulty_entry_clears(changes: Document) -> None:
    document = endorsement()
    document["credentialStatus"] |= changes
    assert judge({**document, "proof": []}, FOUND, NOW).current == "unknown"


@pytest.mark.parametrize(
    "status_of",
    [
        lambda entry: [entry, {"type": "Unknown"}],
        lambda entry: [{"type": "Unknown"}, entry],
        lambda entry: [entry, "none"],
        lambda entry: [entry, None],
        lambda entry: [entry, [entry]],
        lambda _: "none",
        lambda _: None,
        lambda _: {},
        lambda _: 0,
    ],
)
def test_one_of_several_entries_that_is_not_understood_leaves_it_open(status_of: Callable[[Document], Any]) -> None:
    document = endorsement()
    document["credentialStatus"] = status_of(document["credentialStatus"])
    assert judge({**document, "proof": []}, FOUND, NOW).current == "unknown"


def with_statuses(count: int) -> Document:
    document = endorsement()
    entry = document["credentialStatus"]
    entries = [{**entry, "id": f"urn:x:{n}", "statusListIndex": str(n)} for n in range(count)]
    return signed({**document, "credentialStatus": entries})


def test_more_statuses_than_anybody_needs_are_refused() -> None:
    report = judge(with_statuses(MAX_STATUSES + 1), FOUND, NOW)
    assert [check.code for check in report.checks if check.name == "status"] == ["LIMIT_EXCEEDED"]
    assert report.exit_code == 1
    entry = endorsement()["credentialStatus"]
    addresses = [{**entry, "statusListCredential": f"{LIST}{n}"} for n in range(1_000)]
    assert len(missing({**endorsement(), "credentialStatus": addresses}, {})) <= MAX_STATUSES


@pytest.mark.parametrize("listed", [status(), {**status(), "validFrom": "2026-08-31T00:00:00Z"}])
def test_a_list_is_judged_once_whoever_names_it(listed: Document) -> None:
    """By every entry, and by what is embedded; also if it is good for nothing."""
    document = with_statuses(MAX_STATUSES)
    document["issuer"]["endorsement"] = [with_statuses(3)] * 3
    data, found = jsontext.write(document), {**FOUND, LIST: jsontext.write(listed)}
    read = calls(jsontext.read, lambda: judge(data, found, NOW))
    assert [each["data"] for each in read].count(found[LIST]) == 1
    worked_out = calls(Lane._quads, lambda: judge(data, found, NOW))
    assert [each["document"].get("id") for each in worked_out].count(LIST) == 1
    assert len(calls(status_list.decode, lambda: judge(data, found, NOW))) <= 1
    looked_into = [each["data"] for each in calls(jsontext.read, lambda: missing(data, found))]
    assert looked_into.count(found[LIST]) == 1


@pytest.mark.parametrize("good", [True, False])
@pytest.mark.parametrize("sign", [eddsa, lambda document: disclosed(document, nothing)])
def test_a_document_is_canonicalized_once_for_all_its_proofs(sign: Callable[..., Document], good: bool) -> None:
    (proof,) = sign(endorsement())["proof"]
    document: Document = {**endorsement(), "proof": [{**proof, "nonce": str(n)} for n in range(MAX_PROOFS)]}
    if not good:
        document["credentialSubject"]["unknown"] = "has no meaning"
    worked_out = calls(Lane._quads, lambda: judge(document, {**KEYS, LIST: None}, NOW))
    assert ["credentialSubject" in each["document"] for each in worked_out].count(True) == 1


def test_what_one_judgement_knows_the_next_one_does_not() -> None:
    document = disclosed(endorsement(), everything)
    for _ in range(2):
        assert len(calls(Lane._quads, lambda: judge(document, {**KEYS, LIST: None}, NOW))) >= 1


def test_reading_a_token_costs_no_more_than_it_is_long() -> None:
    compact = made({**HEADER, "kid": "x" * 200_000}, PAYLOAD)
    tracemalloc.start()
    vc_jwt.read(compact)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * len(compact)


def _measure() -> None:
    rows: list[tuple[str, bytes, Found]] = [(name, make(), FOUND) for name, (make, _) in REFUSED.items()]
    rows += [("nested", nested(20), FOUND), ("many", many(2_000), FOUND), ("tokens", many_tokens(150), FOUND)]
    rows += [("many of many", many_of_many(60, 60), FOUND), ("a good one", GOOD, FOUND)]
    rows += [(f"list: {name}", GOOD, {**FOUND, LIST: listed}) for name, listed in LISTS.items()]
    judge(GOOD, FOUND, NOW)
    for name, data, found in rows:
        started = time.perf_counter()
        judge(data, found, NOW)
        milliseconds = (time.perf_counter() - started) * 1000
        tracemalloc.start()
        judge(data, found, NOW)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        sys.stdout.write(f"{name:36}{len(data) >> 10:6} KB {milliseconds:8.1f} ms {peak >> 10:8} KB at most\n")


if __name__ == "__main__":
    _measure()
