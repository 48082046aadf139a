"""Where a verification looks things up: given, our own store, the door; and how much it may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

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
from graph_service.services.verification import MAX_FETCHED, Sources, verify, verify_at
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


async def test_one_verification_asks_for_so_many_addresses_and_no_more(door: Door, site: Site) -> None:
    person = Issuer.web(site, HOST).person
    others = [person.elsewhere(site.url(f"/{number}", HOST)) for number in range(MAX_FETCHED + 10)]
    subject = {"id": ABOUT, "type": ["EndorsementSubject"]}
    endorsements = [jsontext.read(other.sign(other.claim(subject))) for other in others]
    document = jsontext.write(achievement_credential(endorsement=endorsements))
    report = await verify(Sources(door=door), document, NOW)
    assert len(site.asked) == MAX_FETCHED
    reasons = [reason for inner in report.embedded for _, reason in open_questions(inner) if reason]
    assert sorted(set(reasons)) == ["FETCH_FAILED", "FETCH_TOO_MANY"]
    assert reasons.count("FETCH_TOO_MANY") == 10


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


# Our own.


@pytest.fixture
def sources(cast: Cast, door: Door) -> Sources:
    """What a service looks things up in."""
    return Sources.of(replace(cast.world, door=door))


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
