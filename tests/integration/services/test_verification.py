"""Where a verification looks things up: given, our own store, the door; and how much it may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from graph_service.domain.credential_form import CredentialForm
from graph_service.domain.endorsement import Kind
from graph_service.domain.policy import PUBLIC
from graph_service.domain.time import later
from graph_service.endorse import bake, controller, jsontext
from graph_service.endorse.report import Outcome, Report
from graph_service.errors import Unavailable
from graph_service.remote.door import Door
from graph_service.services import award_credentials, awarding, issuing, proposing, publications
from graph_service.services.proposing import Proposal
from graph_service.services.turns import Turns
from graph_service.services.verification import (
    MAX_FETCHED,
    SECONDS_TOGETHER,
    Allowance,
    Sources,
    verify,
    verify_at,
)
from graph_service.services.verify_many import Handed, verify_all
from tests.abroad import SLOT, Issuer
from tests.casts import START, Cast
from tests.loopback import HOST, Authority, Site, answer, door_to_loopback, serving
from tests.signers import Person
from tests.unit.endorse.building import achievement_credential

NOW = later(START, days=1)
ABOUT = "https://university.example/badges/1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("authority"))


@pytest.fixture
async def site(authority: Authority) -> AsyncIterator[Site]:
    async with serving(Site(), authority.context(HOST)) as site:
        yield site


@pytest.fixture
def door(authority: Authority) -> Door:
    return door_to_loopback(authority)


def open_questions(report: Report) -> list[tuple[str, object]]:
    """What is not known, with the reason."""
    return [(check.code, check.values.get("reason")) for check in report.checks if check.outcome is Outcome.UNKNOWN]


# Of others.


async def test_what_was_given_is_not_fetched(door: Door, site: Site) -> None:
    issuer = Issuer.web(site, HOST)
    report = await verify(Sources(given={issuer.id: issuer.document()}, door=door), issuer.endorse(ABOUT), NOW)
    assert report.exit_code == 0
    assert site.asked == ["/list"]


async def test_why_something_was_not_had_is_told(door: Door, site: Site) -> None:
    issuer = Issuer.web(site, HOST)
    site.pages["/list"] = answer(b"", 503)
    report = await verify(Sources(door=door), issuer.endorse(ABOUT), NOW)
    assert open_questions(report) == [("STATUS_RETRIEVAL_ERROR", "FETCH_FAILED")]
    nobody = await verify(Sources(given={issuer.id: issuer.document()}), issuer.endorse(ABOUT), NOW)
    assert open_questions(nobody) == [("STATUS_RETRIEVAL_ERROR", "NOT_ASKED")]


@pytest.mark.parametrize("body", [b"", b"<!doctype html>", b"[]", b"null", b"{}", b"\xff", b'{"id": 1, "id": 2}'])
async def test_whatever_lies_there_is_never_good(door: Door, site: Site, body: bytes) -> None:
    issuer = Issuer.web(site, HOST)
    issuer.put("/list", body)
    assert (await verify(Sources(door=door), issuer.endorse(ABOUT), NOW)).current is Outcome.UNKNOWN
    issuer.revoke()
    issuer.put("/issuer", body)
    assert (await verify(Sources(door=door), issuer.endorse(ABOUT), NOW)).authentic is not Outcome.OK


def carrying(site: Site, name: str, count: int) -> bytes:
    """A credential with endorsements by so many issuers; none of them can be had."""
    person, subject = Person.new(), {"id": ABOUT, "type": ["EndorsementSubject"]}
    others = [person.elsewhere(site.url(f"/{name}/{number}", HOST)) for number in range(count)]
    endorsements = [jsontext.read(other.sign(other.claim(subject))) for other in others]
    return jsontext.write(achievement_credential(endorsement=endorsements))


def inner_reasons(report: Report) -> list[object]:
    """Why the issuers of what it carries could not be had."""
    return [reason for inner in report.embedded for _, reason in open_questions(inner) if reason]


async def test_one_verification_asks_for_so_many_addresses_and_no_more(door: Door, site: Site) -> None:
    report = await verify(Sources(door=door), carrying(site, "one", MAX_FETCHED + 10), NOW)
    assert len(site.asked) == MAX_FETCHED
    reasons = inner_reasons(report)
    assert sorted(set(reasons)) == ["FETCH_FAILED", "FETCH_TOO_MANY"]
    assert reasons.count("FETCH_TOO_MANY") == 10


async def test_all_of_a_request_asks_for_so_many_addresses_and_no_more(door: Door, site: Site) -> None:
    handed = [Handed(str(number), carrying(site, str(number), 10)) for number in range(3)]
    verified = await verify_all(Sources(door=door, allowance=Allowance(left=20)), handed, NOW)
    assert len(site.asked) == 20
    reasons = [reason for each in verified for reason in inner_reasons(each.report)]
    assert (len(reasons), reasons.count("FETCH_TOO_MANY")) == (30, 10)


async def test_what_the_door_still_has_is_no_fetch(authority: Authority, site: Site) -> None:
    """Many badges of one issuer ask for its key once."""
    door = door_to_loopback(authority, clock=lambda: 0.0)
    issuer, allowance = Issuer.web(site, HOST), Allowance(left=2)
    site.pages = {path: bytes(page).replace(b"no-store", b"max-age=60") for path, page in site.pages.items()}
    handed = [Handed(str(number), issuer.endorse(f"{ABOUT}{number}")) for number in range(6)]
    verified = await verify_all(Sources(door=door, allowance=allowance), handed, NOW)
    assert [each.report.exit_code for each in verified] == [0] * 6
    assert (sorted(site.asked), allowance.left) == (["/issuer", "/list"], 0)


async def test_after_its_time_a_request_fetches_nothing(door: Door, site: Site) -> None:
    issuer, now = Issuer.web(site, HOST), asyncio.get_running_loop().time()
    for begun, asked in ((now - SECONDS_TOGETHER, 0), (now, 2)):
        sources = Sources(door=door, allowance=Allowance(until=begun + SECONDS_TOGETHER))
        await verify(sources, issuer.endorse(ABOUT), NOW)
        assert len(site.asked) == asked


async def test_a_credential_is_verified_where_it_lies(door: Door, site: Site) -> None:
    issuer = Issuer.web(site, HOST)
    document = issuer.endorse(ABOUT)
    svg = bake.bake(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', document.decode())
    for path, body in (("/badge", document), ("/badge.svg", svg)):
        issuer.put(path, body)
        assert (await verify_at(Sources(door=door), site.url(path), NOW)).exit_code == 0
    issuer.put("/empty", b"")
    report = await verify_at(Sources(door=door), site.url("/empty"), NOW)
    assert [check.code for check in report.checks] == ["INVALID_JSON"]
    issuer.put("/large", b"x" * (3 << 20))
    expected = {
        site.url("/gone"): "FETCH_FAILED",
        site.url("/large"): "FETCH_TOO_LARGE",
        "http://issuer.test/": "FETCH_REFUSED",
        "https://graph-service.example/credentials/1": "FETCH_REFUSED",
    }
    for url, code in expected.items():
        report = await verify_at(Sources(door=door), url, NOW)
        assert ([check.code for check in report.checks], report.exit_code) == ([code], 3)
    report = await verify_at(Sources(), site.url("/badge"), NOW)
    assert ([check.code for check in report.checks], report.exit_code) == (["FETCH_OFF"], 3)


async def test_revoked_is_said_whatever_else_is_open(door: Door, site: Site) -> None:
    issuer = Issuer.did(site, HOST)
    issuer.revoke(SLOT)
    report = await verify(Sources(door=door), issuer.endorse(ABOUT), NOW)
    assert (report.authentic, report.current, report.exit_code) == (Outcome.OK, Outcome.FAILED, 1)


async def test_so_many_take_turns_and_the_next_is_told_to_come_again() -> None:
    turns, go = Turns("verification", at_once=2, waiting=3), asyncio.Event()

    async def turn() -> None:
        async with turns.one():
            await go.wait()

    inside = [asyncio.create_task(turn()) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        await turn()
    assert refused.value.code == "BUSY"
    inside[4].cancel()
    await asyncio.sleep(0)
    last = asyncio.create_task(turn())
    go.set()
    await asyncio.gather(*inside[:4], last)
    await turn()


async def test_who_verifies_keeps_no_turn_that_others_wait_for() -> None:
    turns = Turns("service", at_once=1, waiting=1)
    async with turns.one():
        await verify(Sources(), b"{}", NOW)
        async with asyncio.timeout(5), turns.one():
            await verify_at(Sources(), "https://badges.test/1", NOW)
            async with asyncio.timeout(5), turns.one():
                pass


# Our own.


@pytest.fixture
def sources(cast: Cast, door: Door) -> Sources:
    """What a service looks things up in."""
    return Sources.of(replace(cast.world, door=door))


async def test_each_request_has_an_allowance_of_its_own(cast: Cast) -> None:
    one, other = Sources.of(cast.world).allowance, Sources.of(cast.world).allowance
    assert one == other == Allowance(left=200)
    assert one is not other


async def test_our_own_documents_come_from_the_store(cast: Cast, sources: Sources, site: Site) -> None:
    asked = await proposing.request(cast.world, cast.call(cast.dean), Proposal(cast.board, cast.badge, Kind.ENDORSE))
    endorsement = await issuing.issue(cast.world, cast.call(cast.officer), endorsement=asked)
    credential, _ = await publications.addresses(cast.world, endorsement)
    at = cast.call(cast.officer).at
    for url in (credential, f"{credential}.json", f"{credential}.jwt"):
        report = await verify_at(sources, url, at)
        assert (report.id, report.issuer, report.exit_code) == (credential, cast.board, 0)
    token = await publications.credential(cast.world, cast.call(PUBLIC), credential, CredentialForm.JWT)
    assert (await verify(sources, token.bytes.encode(), at)).exit_code == 0
    assert not site.connections


async def test_our_own_addresses_are_ours_in_every_spelling(cast: Cast, sources: Sources) -> None:
    """So the door is not asked; to it the host of these tests is nowhere."""
    host, path = urlsplit(cast.board)[1:3]

    async def codes(address: str) -> set[str]:
        report = await verify_at(sources, f"https://{address}", cast.call(PUBLIC).at)
        return {check.code for check in report.checks}

    there = await codes(f"{host}{path}")  # a profile is there, and no credential
    assert "FETCH_REFUSED" not in there
    for spelling in (f"{host.upper()}{path}", f"{host}:443{path}", f"{host}{path}#key"):
        assert await codes(spelling) == there
    for nothing in (host, f"{host}?", f"{host}:443/"):
        assert await codes(nothing) == {"FETCH_FAILED"}
    for other in (f"me@{host}{path}", f"{host}.{path}", f"{host}:8443{path}", f"[{host}{path}"):
        assert await codes(other) == {"FETCH_REFUSED"}


async def test_a_private_one_is_not_had_by_its_address(cast: Cast, sources: Sources) -> None:
    call = cast.call(cast.desk)
    award = await awarding.award(cast.world, call, achievement=cast.badge, holder=cast.learner)
    await award_credentials.issue(cast.world, cast.call(cast.desk), award=award, endorsements=False)
    report = await verify_at(sources, award, cast.call(PUBLIC).at)
    assert [(check.code, check.values["status"]) for check in report.checks] == [("FETCH_FAILED", 404)]
    unknown = await verify_at(sources, f"{cast.world.base_url}/credentials/nothing", cast.call(PUBLIC).at)
    assert [check.values | {"address": ""} for check in unknown.checks] == [
        check.values | {"address": ""} for check in report.checks
    ]


async def test_our_did_web_comes_from_the_store(cast: Cast, sources: Sources, site: Site) -> None:
    thief = Person.new().elsewhere(controller.did_web(cast.board) or "")
    report = await verify(sources, thief.sign(thief.claim({"id": ABOUT, "type": ["EndorsementSubject"]})), NOW)
    failed = {check.code for check in report.checks if check.outcome is Outcome.FAILED}
    assert failed == {"INVALID_VERIFICATION_METHOD"}  # the document was had, and has no such key
    nobody = Person.new().elsewhere(f"{cast.world.base_url}/profiles/nobody")
    report = await verify(sources, nobody.sign(nobody.claim({"id": ABOUT, "type": ["EndorsementSubject"]})), NOW)
    assert ("CONTROLLER_UNAVAILABLE", "NOT_ASKED") in open_questions(report)
    assert not site.connections
