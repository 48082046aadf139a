"""Endorsements that somebody elsewhere signed: verified, kept as received, superseded, and asked about again."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.policy import PUBLIC, Principal, Role
from graph_service.domain.time import OPEN_END, Instant, later
from graph_service.endorse import jsontext, status_list, vc_jwt
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm
from graph_service.errors import GraphServiceError
from graph_service.remote.door import Door
from graph_service.services import display, issuing, keeping, rechecking, signing, trusting
from graph_service.services.call import World
from graph_service.store import Endpoint
from graph_service.store.migrate import migrations
from tests.abroad import Issuer
from tests.casts import START, Cast, empty_world, gather_cast
from tests.loopback import HOST, Authority, Site, serving
from tests.signers import Person


@dataclass
class Desk:
    """The cast, and an issuer elsewhere, whose keys and status list lie at a site on loopback."""

    cast: Cast
    issuer: Issuer
    slow: Door  # while something is fetched through it, the next of these happens
    meanwhile: list[Callable[[], Awaitable[object]]]

    @property
    def world(self) -> World:
        return self.cast.world

    @property
    def person(self) -> Person:
        return self.issuer.person

    @property
    def site(self) -> Site:
        return self.issuer.site

    def claim(self, target: str | None = None, **changes: Any) -> Document:
        subject = {"id": target or self.cast.badge, "type": ["EndorsementSubject"], "endorsementComment": "確かです。"}
        return self.person.claim(subject, **changes)

    def listed(self, position: int) -> Document:
        return status_list.entry(self.issuer.list, position)

    async def keep(self, document: bytes, principal: Principal | None = None) -> Iri:
        return await keeping.keep(self.world, self.cast.call(principal or self.cast.dean), document=document)

    def token(self, claim: Document) -> bytes:
        draft = vc_jwt.begin(claim, self.person.method, Algorithm.ED25519)
        return draft.finish(self.person.key.sign(draft.data)).encode()

    async def change(self, text: str, **parameters: object) -> None:
        connection = self.world.store.connection
        await connection.driver.execute_query(text, parameters, database_=connection.database)

    async def one(self, endorsement: Iri) -> Any:
        text = """MATCH (p:Profile)-[:MADE]->(e:Endorsement {id: $id})
            RETURN {endorsement: properties(e), by: properties(p),
                    documents: COLLECT { MATCH (e)<-[:STATES]-(c:Credential) RETURN properties(c) ORDER BY c.number },
                    leads: COLLECT { MATCH (e)-[:VOUCHES_FOR]->(o) RETURN o.id },
                    of: COLLECT { MATCH (e)-[:ENDORSES]->(t) RETURN t.id },
                    events: COLLECT { MATCH (e)<-[:ABOUT]-(v:Event) RETURN v.action ORDER BY v.at }} AS row"""
        (row,) = await self.world.store.run("test", text, {"id": endorsement})
        return row


@pytest.fixture(scope="module")
async def desk(engine: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    authority, hours = Authority.new(tmp_path_factory.mktemp("authority")), itertools.count()
    meanwhile: list[Callable[[], Awaitable[object]]] = []

    async def loopback(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async def slowly(host: str, port: int) -> Sequence[str]:
        while meanwhile:
            await meanwhile.pop()()
        return await loopback(host, port)

    door, slow = (
        Door(
            authority.trusted,
            lambda: next(hours) * 3600.0,  # so that nothing stays on the shelf
            permitted=[ip_network("127.0.0.1/32")],
            resolver=resolver,
        )
        for resolver in (loopback, slowly)
    )
    async with serving(Site(), authority.context(HOST)) as site, empty_world(engine) as world:
        yield Desk(await gather_cast(replace(world, door=door)), Issuer.web(site, HOST), slow, meanwhile)


async def refused(answer: Any) -> list[str]:
    with pytest.raises(GraphServiceError) as error:
        await answer
    return [problem.code for problem in error.value.problems]


async def test_it_is_kept_byte_for_byte_under_its_own_issuer(desk: Desk) -> None:
    signed = desk.person.sign(desk.claim(credentialStatus=desk.listed(1)))
    pretty = signed.replace(b'","', b'",\r\n "')
    found = await desk.one(await desk.keep(pretty))
    kept, (document,) = found["endorsement"], found["documents"]
    assert document["bytes"] == pretty.decode()
    assert (document["form"], document["keyId"]) == ("DATA_INTEGRITY", desk.person.method)
    assert (kept["state"], kept["standing"], kept["shown"]) == ("ISSUED", "FOREIGN", True)
    assert (kept["comment"], kept["since"], kept["kind"]) == ("確かです。", START, "ENDORSE")
    assert (found["by"]["id"], found["by"]["foreign"]) == (desk.person.did, True)
    assert (found["of"], found["leads"]) == ([desk.cast.badge], [desk.cast.university])
    assert found["events"] == ["ENDORSEMENT_KEEP"]


async def test_a_token_is_kept_as_a_token(desk: Desk) -> None:
    token = desk.token(desk.claim())
    (document,) = (await desk.one(await desk.keep(token)))["documents"]
    assert (document["form"], document["bytes"], document["keyId"]) == ("JWT", token.decode(), desk.person.method)


async def test_the_key_is_that_of_the_issuer_s_proof(desk: Desk) -> None:
    """Whatever stands beside it, and whomever that names."""
    (ours,) = await desk.world.store.run(
        "key", "MATCH (k:Key {profileId: $id}) RETURN k.id AS row LIMIT 1", {"id": desk.cast.board}
    )
    for beside in ({"type": "FooProof"}, {"type": "FooProof", "verificationMethod": ours}):
        signed = jsontext.read(desk.person.sign(desk.claim()))
        kept = await desk.keep(jsontext.write({**signed, "proof": [beside, *signed["proof"]]}))
        assert [each["keyId"] for each in (await desk.one(kept))["documents"]] == [desk.person.method]


async def test_an_id_is_at_the_issuer_s_own_host_or_no_address(desk: Desk) -> None:
    anybody, subject = Person.new(), {"id": desk.cast.badge, "type": ["EndorsementSubject"]}
    for person, address in (
        (anybody, desk.site.url("/endorsements/1")),
        (anybody, "HTTPS://elsewhere.example/1"),
        (anybody, "http://elsewhere.example/1"),
        (desk.person, "https://elsewhere.example/1"),
        (desk.person, desk.site.url("/endorsements/1").replace("https", "http")),
    ):
        assert await refused(desk.keep(person.sign(person.claim(subject, id=address)))) == ["ID_NOT_YOURS"]
    own = desk.claim(id=desk.site.url("/endorsements/1"))
    assert (await desk.one(await desk.keep(desk.person.sign(own))))["endorsement"]["credentialId"] == own["id"]


async def test_an_id_that_is_taken_tells_nothing_of_what_bears_it(desk: Desk) -> None:
    claim = desk.claim(desk.cast.award)
    await desk.keep(desk.person.sign(claim), desk.cast.teacher)
    same = desk.claim(desk.cast.board, id=claim["id"], validFrom=later(START, seconds=-1))
    assert await refused(desk.keep(desk.person.sign(same), desk.cast.officer)) == ["CREDENTIAL_KEPT_ALREADY"]


async def test_one_of_two_forms_at_once_is_kept(desk: Desk) -> None:
    for _ in range(8):
        claim = desk.claim()
        forms = (desk.person.sign(claim), desk.token(claim)) * 2
        outcomes = await asyncio.gather(*(desk.keep(each) for each in forms), return_exceptions=True)
        kept = {each for each in outcomes if isinstance(each, str)}
        assert len(kept) == 1, outcomes
        assert len((await desk.one(kept.pop()))["documents"]) == 1
        errors = {each.code for each in outcomes if isinstance(each, GraphServiceError)}
        assert errors == {"CREDENTIAL_KEPT_ALREADY"}


async def test_who_was_known_by_an_id_alone_gets_a_name(desk: Desk) -> None:
    person, cast_ = Person.new("海野 三波"), desk.cast
    subject = {"id": cast_.badge, "type": ["EndorsementSubject"]}
    owner = cast_.member("owner", cast_.university, Role.OWNER)
    text = "MATCH (p:Profile {id: $id}) RETURN p.name AS row"
    await trusting.trust(desk.world, cast_.call(owner), profile=cast_.university, issuer=person.did)
    assert await desk.world.store.run("name", text, {"id": person.did}) == [person.did]
    await desk.keep(person.sign(person.claim(subject)))
    assert await desk.world.store.run("name", text, {"id": person.did}) == ["海野 三波"]
    renamed = replace(person, name="別の名")
    await desk.keep(renamed.sign(renamed.claim(subject)))
    assert await desk.world.store.run("name", text, {"id": person.did}) == ["海野 三波"]


async def test_it_is_fetched_from_where_it_lies(desk: Desk) -> None:
    address, signed = desk.site.url("/endorsement"), desk.person.sign(desk.claim())
    desk.issuer.put("/endorsement", signed)
    kept = await keeping.keep(desk.world, desk.cast.call(desk.cast.dean), url=address)
    assert (await desk.one(kept))["documents"][0]["bytes"].encode() == signed
    gone = keeping.keep(desk.world, desk.cast.call(desk.cast.dean), url=f"{address}/gone")
    assert await refused(gone) == ["FETCH_FAILED"]
    shut = keeping.keep(replace(desk.world, door=None), desk.cast.call(desk.cast.dean), url=address)
    assert await refused(shut) == ["FETCH_OFF"]


async def test_the_same_again_changes_nothing(desk: Desk) -> None:
    signed = desk.person.sign(desk.claim())
    first = await desk.keep(signed)
    assert await asyncio.gather(*(desk.keep(signed) for _ in range(3))) == [first] * 3
    assert len((await desk.one(first))["documents"]) == 1


async def test_one_of_many_at_once_is_kept(desk: Desk) -> None:
    signed = desk.person.sign(desk.claim())
    kept = await asyncio.gather(*(desk.keep(signed) for _ in range(4)))
    assert len(set(kept)) == 1
    assert len((await desk.one(kept[0]))["documents"]) == 1


async def test_a_later_one_takes_its_place_and_an_earlier_one_does_not(desk: Desk) -> None:
    claim = desk.claim(validFrom=later(START, seconds=-60))
    first = desk.person.sign(claim)
    kept = await desk.keep(first)
    newer = claim | {"validFrom": later(START, seconds=-30)}
    newer["credentialSubject"] = {**claim["credentialSubject"], "endorsementComment": "今も確かです。"}
    second = desk.person.sign(newer)
    assert await desk.keep(second) == kept
    found = await desk.one(kept)
    old, new = found["documents"]
    assert (old["bytes"], new["bytes"]) == (first.decode(), second.decode())
    assert old["until"] == new["since"] > START
    assert (found["endorsement"]["comment"], found["endorsement"]["since"]) == ("今も確かです。", newer["validFrom"])
    assert await desk.keep(second) == kept
    assert await refused(desk.keep(first)) == ["CREDENTIAL_KEPT_ALREADY"]
    same_second = newer | {"name": "別の名"}
    assert await refused(desk.keep(desk.person.sign(same_second))) == ["CREDENTIAL_KEPT_ALREADY"]
    other = Person.new()
    taken = other.sign(newer | {"issuer": {"id": other.did, "type": ["Profile"]}, "validFrom": START})
    assert await refused(desk.keep(taken)) == ["CREDENTIAL_KEPT_ALREADY"]


async def test_only_the_endorsed_side_or_the_holder_brings_it(desk: Desk) -> None:
    cast_ = desk.cast
    signed = desk.person.sign(desk.claim())
    for principal in (PUBLIC, cast_.officer, cast_.desk, cast_.teacher, cast_.operator):
        assert await refused(desk.keep(signed, principal)) == ["NOT_PERMITTED"]
    award = desk.person.sign(desk.claim(cast_.award))
    assert await refused(desk.keep(award, cast_.officer)) == ["SUBJECT_NOT_HERE"]
    found = await desk.one(await desk.keep(award, cast_.teacher))
    assert (found["leads"], found["endorsement"]["shown"]) == ([], False)
    assert not found["documents"][0]["shown"]


async def test_what_does_not_hold_or_fit_is_told_completely(desk: Desk) -> None:
    person, kinds = desk.person, f"{desk.world.base_url}/kinds"
    subject = {"id": desk.cast.badge, "type": ["EndorsementSubject"]}
    for claim, codes in (
        (
            desk.claim(credentialStatus=desk.listed(1) | {"statusListCredential": desk.site.url("/no-list")}),
            ["STATUS_RETRIEVAL_ERROR"],
        ),
        (desk.claim(validUntil=later(START, seconds=-1)), ["EXPIRED"]),
        (desk.claim("urn:x:nothing"), ["SUBJECT_NOT_HERE"]),
        (desk.claim(id=f"{desk.world.base_url}/credentials/1"), ["ID_NOT_YOURS"]),
        (person.claim({**subject, "type": ["EndorsementSubject", f"{kinds}/PRAISE"]}), ["KIND_MISMATCH"]),
        (person.claim({**subject, "type": ["EndorsementSubject", f"{kinds}/ACCREDIT"]}), ["KIND_NOT_FOR_TARGET"]),
        (person.claim({**subject, "digestMultibase": "uEi" + "A" * 43}), ["CONTENT_MISMATCH"]),
    ):
        assert await refused(desk.keep(person.sign(claim))) == codes
    unknown = Person.new().elsewhere("https://nowhere.example/me")
    assert await refused(desk.keep(unknown.sign(unknown.claim(subject)))) == ["ISSUER_NOT_KNOWN_HERE"]
    for nothing in (b"", b"{}", b"\xff", b"\x89PNG\r\n\x1a\n", b"x" * 300_000):
        assert await refused(desk.keep(nothing))


async def test_a_profile_of_this_service_endorses_here_alone(desk: Desk) -> None:
    keys = await desk.world.store.run(
        "keys", "MATCH (k:Key {profileId: $id}) RETURN properties(k) AS row", {"id": desk.cast.board}
    )
    document = desk.claim(issuer={"id": desk.cast.board, "type": ["Profile"], "name": "別の名"})
    signed = await signing.signed(desk.world, desk.cast.board, keys, document, START)
    assert await refused(desk.keep(signed)) == ["ISSUER_IS_HERE"]


async def test_it_is_hidden_and_shown_like_any_other(desk: Desk) -> None:
    kept = await desk.keep(desk.person.sign(desk.claim()))
    call = desk.cast.call(desk.cast.dean)
    await display.show_endorsement(desk.world, call, endorsement=kept, shown=False)
    hidden = (await desk.one(kept))["endorsement"]
    assert (hidden["hidden"], hidden["shown"]) == (True, False)


async def revisited(desk: Desk, at: Instant) -> int:
    """Look at all that is due, and return how many."""
    looked = 0
    while due := await rechecking.recheck_due(desk.world, lambda: at):
        looked += due
    return looked


async def test_what_is_revoked_there_is_revoked_here(desk: Desk) -> None:
    kept = await desk.keep(desk.person.sign(desk.claim(credentialStatus=desk.listed(7))))
    untouched = await desk.keep(desk.person.sign(desk.claim(credentialStatus=desk.listed(8))))
    checked = (await desk.one(kept))["endorsement"]["checkedAt"]
    assert await revisited(desk, later(checked, seconds=86_000)) == 0
    desk.issuer.revoke(7)
    tomorrow = later(checked, days=2)
    assert await revisited(desk, tomorrow) > 0
    found = await desk.one(kept)
    gone = found["endorsement"]
    assert (gone["state"], gone["ended"], gone["until"]) == ("REVOKED", "REVOKED", tomorrow)
    assert (gone["checkedCode"], gone["checkedAt"], gone["heldAt"]) == ("CREDENTIAL_REVOKED", tomorrow, checked)
    assert found["events"] == ["ENDORSEMENT_KEEP", "ENDORSEMENT_RECHECK"]
    assert (await desk.one(untouched))["endorsement"]["heldAt"] == tomorrow
    assert await revisited(desk, tomorrow) == 0
    again = desk.person.sign(desk.claim(credentialStatus=desk.listed(7)))
    assert await refused(desk.keep(again)) == ["CREDENTIAL_REVOKED"]
    desk.issuer.revoke()


async def test_a_document_that_is_superseded_meanwhile_revokes_nothing(desk: Desk) -> None:
    """It is revoked, and the one in its place is not: what was verified is said of no other."""
    claim = desk.claim(credentialStatus=desk.listed(17), validFrom=later(START, seconds=-60))
    kept = await desk.keep(desk.person.sign(claim))
    newer = desk.person.sign(claim | {"credentialStatus": desk.listed(18), "validFrom": later(START, seconds=-30)})
    desk.issuer.revoke(17)
    desk.meanwhile.append(lambda: desk.keep(newer))
    slowly = replace(desk.world, door=desk.slow)
    await rechecking.recheck(slowly, desk.cast.call(desk.cast.dean), endorsement=kept)
    found = await desk.one(kept)
    assert not desk.meanwhile
    assert [each["until"] == OPEN_END for each in found["documents"]] == [False, True]
    assert (found["endorsement"]["state"], found["endorsement"].get("checkedCode")) == ("ISSUED", None)
    desk.issuer.revoke()


async def test_that_it_is_as_it_was_is_no_event_unless_somebody_asked(desk: Desk) -> None:
    kept = await desk.keep(desk.person.sign(desk.claim()))
    before = (await desk.one(kept))["endorsement"]
    tomorrow = later(before["checkedAt"], days=2)
    assert await revisited(desk, tomorrow) > 0
    found = await desk.one(kept)
    looked = {"checkedAt": tomorrow, "heldAt": tomorrow, "nextCheck": later(tomorrow, days=1)}
    assert found["endorsement"] == before | looked
    assert found["events"] == ["ENDORSEMENT_KEEP"]
    call = replace(desk.cast.call(desk.cast.dean), at=later(tomorrow, days=1))
    assert await rechecking.recheck(desk.world, call, endorsement=kept) == kept
    assert (await desk.one(kept))["events"] == ["ENDORSEMENT_KEEP", "ENDORSEMENT_RECHECK"]


async def test_one_that_cannot_be_looked_at_keeps_no_other_waiting(desk: Desk) -> None:
    bad, good = [await desk.keep(desk.person.sign(desk.claim())) for _ in range(2)]
    early, at = Instant("2026-01-01T00:00:00Z"), later(START, days=1)
    for each in (bad, good):
        await desk.change("MATCH (e:Endorsement {id: $id}) SET e.nextCheck = $early", id=each, early=early)
    await desk.change(
        "MATCH (:Endorsement {id: $id})<-[:STATES]-(c:Credential) SET c.until = $early", id=bad, early=early
    )
    assert await revisited(desk, at) >= 2
    assert (await desk.one(bad))["endorsement"]["nextCheck"] == later(at, seconds=rechecking.PAUSE)
    assert (await desk.one(good))["endorsement"]["checkedAt"] == at
    await desk.change("MATCH (e:Endorsement {id: $id}) SET e.nextCheck = $never", id=bad, never=OPEN_END)


async def test_what_cannot_be_known_stays_with_the_day_on_which_it_last_held(desk: Desk) -> None:
    kept = await desk.keep(desk.person.sign(desk.claim(credentialStatus=desk.listed(9))))
    held = (await desk.one(kept))["endorsement"]["checkedAt"]
    del desk.site.pages["/list"]
    call = desk.cast.call(desk.cast.dean)
    await rechecking.recheck(desk.world, call, endorsement=kept)
    found = (await desk.one(kept))["endorsement"]
    assert (found["state"], found["checkedCode"]) == ("ISSUED", "STATUS_RETRIEVAL_ERROR")
    assert (found["checkedAt"], found["heldAt"]) == (call.at, held)
    desk.issuer.revoke()
    call = desk.cast.call(desk.cast.operator)
    await rechecking.recheck(desk.world, call, endorsement=kept)
    found = (await desk.one(kept))["endorsement"]
    assert (found.get("checkedCode"), found["heldAt"]) == (None, call.at)


async def test_a_key_that_is_published_no_more_is_told(desk: Desk) -> None:
    """And what it signed counts for nothing until it is published again."""
    badge = await desk.cast.achievement("授業づくり")
    kept = await desk.keep(desk.person.sign(desk.claim(badge)))
    assert await _counted(desk, badge) == ([kept], [desk.person.did])
    without = desk.issuer.document(verificationMethod=[], assertionMethod=[])
    desk.issuer.put("/issuer", jsontext.write(without))
    await rechecking.recheck(desk.world, desk.cast.call(desk.cast.dean), endorsement=kept)
    found = (await desk.one(kept))["endorsement"]
    assert (found["state"], found["checkedOutcome"]) == ("ISSUED", "failed")
    assert found["checkedCode"] == "INVALID_VERIFICATION_METHOD"
    assert await _counted(desk, badge) == ([], [])
    desk.issuer.put("/issuer", jsontext.write(desk.issuer.document()))
    await rechecking.recheck(desk.world, desk.cast.call(desk.cast.dean), endorsement=kept)
    assert await _counted(desk, badge) == ([kept], [desk.person.did])
    assert len((await desk.one(kept))["events"]) == 3


async def _counted(desk: Desk, badge: Iri) -> tuple[list[str], list[str]]:
    """Return which endorsements of a badge pathways ask about, and who is found to speak of it in a chain of trust."""
    nothing: dict[str, list[str]] = {
        name: []
        for name in (
            "pathwayIds",
            "endorsersOfIssuers",
            "endorsersOfProfiles",
            "endorsersOfAwards",
            "supposed",
            "learners",
            "readers",
            "trusts",
        )
    }
    facts = await desk.world.store.read(
        "facts/progress", pathwayId="urn:x:none", achievements=[badge], endorsers=[desk.person.did], **nothing
    )
    at = later(START, days=1)
    (ends,) = await desk.world.store.read("trust/ends", **{"from": desk.cast.board, "to": badge}, at=at, limit=9)
    return [each["endorsement"] for each in facts], ends["said"]


async def test_nobody_else_asks_and_nothing_of_ours_is_asked_about(desk: Desk) -> None:
    kept = await desk.keep(desk.person.sign(desk.claim()))
    for principal in (PUBLIC, desk.cast.officer):
        asked = rechecking.recheck(desk.world, desk.cast.call(principal), endorsement=kept)
        assert await refused(asked) == ["NOT_PERMITTED"]
    own = await desk.cast.request()
    await issuing.issue(desk.world, desk.cast.call(desk.cast.officer), endorsement=own)
    asked = rechecking.recheck(desk.world, desk.cast.call(desk.cast.dean), endorsement=own)
    assert await refused(asked) == ["ILLEGAL_TRANSITION"]


async def test_nothing_is_asked_where_nothing_is_fetched(desk: Desk) -> None:
    closed = replace(desk.world, door=None)
    assert await rechecking.recheck_due(closed, lambda: Instant("2030-01-01T00:00:00Z")) == 0


async def test_what_was_said_before_leads_somewhere_after_the_migration(desk: Desk) -> None:
    """Twice the same, as by two processes; and never from what is said of an award."""
    badge, award = await desk.cast.request(), await desk.cast.request(desk.cast.award)
    connection = desk.world.store.connection
    await desk.change("MATCH (:Endorsement)-[r:VOUCHES_FOR]->() DELETE r")
    (migration,) = (each for each in migrations() if each.name == "0007_trust")
    for _ in range(2):
        await connection.define(migration.name, migration.statements[-1])
        assert (await desk.one(badge))["leads"] == [desk.cast.university]
        assert (await desk.one(award))["leads"] == []


async def test_what_was_handed_in_before_is_asked_about_after_the_migration(desk: Desk) -> None:
    kept, own = await desk.keep(desk.person.sign(desk.claim())), await desk.cast.request()
    await issuing.issue(desk.world, desk.cast.call(desk.cast.officer), endorsement=own)
    await desk.change("MATCH (e:Endorsement {id: $id}) REMOVE e.nextCheck", id=kept)
    (migration,) = (each for each in migrations() if each.name == "0007_trust")
    for _ in range(2):
        await desk.world.store.connection.define(migration.name, migration.statements[-2])
        found = (await desk.one(kept))["endorsement"]
        assert found["nextCheck"] == found["issuedAt"]
        assert "nextCheck" not in (await desk.one(own))["endorsement"]
