"""Verifying through the API: ours, a changed one, one that was revoked, and what is no credential at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.play import Play
from tests.api.service import Api

VERIFY = """query($document: String!, $at: Instant) { verify(document: $document, at: $at) {
    id issuer authentic current aboutSubject checks { name outcome code message path } } }"""


async def verdict(api: Api, document: str, at: str | None = None) -> dict[str, Any]:
    return (await api.ask(VERIFY, document=document, at=at))["verify"]


def conclusions(found: dict[str, Any]) -> tuple[str, str, str]:
    return found["authentic"], found["current"], found["aboutSubject"]


@pytest.fixture(scope="module")
async def issued(play: Play) -> dict[str, Any]:
    return await play.issued()


async def test_ours_holds(play: Play, api: Api, issued: dict[str, Any]) -> None:
    found = await verdict(api, issued["credential"]["bytes"])
    assert conclusions(found) == ("OK", "OK", "OK")
    assert (found["id"], found["issuer"]) == (issued["credential"]["id"], play.board)
    assert {check["name"]: check["outcome"] for check in found["checks"]} == dict.fromkeys(
        ("document", "key", "proof", "issuer", "dates", "status", "subject"), "OK"
    )


async def test_it_may_be_written_otherwise(api: Api, issued: dict[str, Any]) -> None:
    document = json.dumps(json.loads(issued["credential"]["bytes"]), indent=2, sort_keys=True)
    assert conclusions(await verdict(api, document)) == ("OK", "OK", "OK")


@pytest.mark.parametrize("text", ["裏書をお願いします", "minato-board", "ENDORSE", "2026", "digestMultibase"])
async def test_a_changed_one_does_not(api: Api, issued: dict[str, Any], text: str) -> None:
    document = issued["credential"]["bytes"].replace(text, f"{text}0" if text != "2026" else "2025", 1)
    assert document != issued["credential"]["bytes"]
    assert (await verdict(api, document))["authentic"] != "OK"


async def test_before_it_was_signed_it_was_not_current(api: Api, issued: dict[str, Any]) -> None:
    found = await verdict(api, issued["credential"]["bytes"], "2020-01-01T00:00:00Z")
    assert (found["authentic"], found["current"]) == ("OK", "FAILED")


async def test_a_revoked_one_is_authentic_and_not_current(play: Play, api: Api) -> None:
    issued = await play.issued()
    before = api.clock()
    await api.do("revokeEndorsement", "officer", endorsement=issued["id"], reason="内容が古い。")
    found = await verdict(api, issued["credential"]["bytes"])
    assert conclusions(found) == ("OK", "FAILED", "OK")
    assert [check["code"] for check in found["checks"] if check["outcome"] == "FAILED"] == ["CREDENTIAL_REVOKED"]
    assert conclusions(await verdict(api, issued["credential"]["bytes"], before)) == ("OK", "OK", "OK")


async def test_of_a_stranger_nothing_is_known(api: Api, issued: dict[str, Any]) -> None:
    document = issued["credential"]["bytes"].replace("graph-service.example", "elsewhere.example")
    found = await verdict(api, document)
    assert (found["authentic"], found["current"]) in (("UNKNOWN", "UNKNOWN"), ("FAILED", "UNKNOWN"))


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "[]",
        "null",
        "5",
        '"text"',
        "{}",
        '{"@context": 5, "type": [], "issuer": {}}',
        '{"proof": [[[]]]}',
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        r'{"a": "\ud842"}',
        "\0",
        "<svg/>",
        "eyJhbGciOiJub25lIn0.e30.",
        "[" * 10_000,
        "'; MATCH (n) DETACH DELETE n //",
        '{"a": 1e400}',
        "9" * 10_000,
        "𠮷" * 5_000,
    ],
)
async def test_rubbish_is_judged_too(api: Api, document: str) -> None:
    found = await verdict(api, document)
    assert found["authentic"] != "OK"
    assert found["checks"]
    assert not any("{" in check["message"] for check in found["checks"] if check["outcome"] == "FAILED")


ARGUMENTS = """query($document: String, $credential: ID, $url: String, $trustedBy: ID) {
    verify(document: $document, credential: $credential, url: $url, trustedBy: $trustedBy) {
        id name issuerName trusted hosted checks { code outcome hint } } }"""


@pytest.mark.parametrize("given", [{}, {"document": "{}", "url": "https://a.example"}, {"credential": "a", "url": "b"}])
async def test_one_thing_is_verified(api: Api, given: dict[str, str]) -> None:
    assert await api.codes(ARGUMENTS, **given) == ["ONE_OF_ARGUMENTS"]


async def test_names_are_told_as_it_says_them(api: Api, issued: dict[str, Any]) -> None:
    said = json.loads(issued["credential"]["bytes"])
    for given in ({"document": issued["credential"]["bytes"]}, {"url": said["id"]}, {"credential": said["id"]}):
        found = (await api.ask(ARGUMENTS, **given))["verify"]
        assert (found["id"], found["name"]) == (said["id"], said["name"])
        assert (found["issuerName"], found["trusted"], found["hosted"]) == (said["issuer"]["name"], None, None)
    found = (await api.ask(ARGUMENTS, document="{"))["verify"]
    assert (found["id"], found["name"], found["issuerName"]) == ("", None, None)


async def test_nothing_is_fetched_without_a_door(api: Api) -> None:
    found = (await api.ask(ARGUMENTS, url="https://badges.city.jp/1"))["verify"]
    (check,) = found["checks"]
    assert (check["code"], check["outcome"]) == ("FETCH_OFF", "UNKNOWN")
    assert check["hint"]


async def test_trust_is_that_of_the_list_that_was_asked_about(play: Play, api: Api, issued: dict[str, Any]) -> None:
    document = issued["credential"]["bytes"]
    asked = {"document": document, "trustedBy": play.university}
    assert (await api.ask(ARGUMENTS, **asked))["verify"]["trusted"] is False
    await api.do("trustIssuer", "university-owner", input={"profile": play.university, "issuer": play.board})
    assert (await api.ask(ARGUMENTS, **asked))["verify"]["trusted"] is True
    forged = document.replace("裏書", "承認", 1)
    assert (await api.ask(ARGUMENTS, **asked | {"document": forged}))["verify"]["trusted"] is False
    assert await api.codes(ARGUMENTS, document=document, trustedBy=f"{play.university}-nobody") == ["NOT_FOUND"]


async def test_verifying_changes_nothing(api: Api, issued: dict[str, Any]) -> None:
    before = await api.graph()
    await verdict(api, issued["credential"]["bytes"])
    assert await api.graph() == before
