"""A link that works once: who it reaches may answer, nobody else, and only once, whatever races."""

from __future__ import annotations

import asyncio
import email
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.policy import PUBLIC, Role
from graph_service.domain.time import Instant, later
from graph_service.endorse import jsontext, multibase, status_list, vc_jwt
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm
from graph_service.errors import GraphServiceError, LimitExceeded
from graph_service.remote.mail import Folder
from graph_service.services import (
    access,
    answering,
    exporting,
    handing_in,
    inviting,
    issuing,
    mailing,
    proposing,
    publishing,
    requests,
    signing,
)
from graph_service.services.access import service_profile
from graph_service.services.answering import Stated
from graph_service.services.call import Call, World
from graph_service.services.inviting import Invitation
from graph_service.services.proposing import Proposal
from graph_service.store import Endpoint
from tests.abroad import SLOT, Issuer
from tests.casts import Cast, empty_world, gather_cast, text
from tests.loopback import HOST, Authority, Site, door_to_loopback, serving
from tests.signers import Person

ADDRESS = "kocho@aoba.example.jp"
STATED = Stated(
    address=ADDRESS,
    name="山田 花子",
    position="校長",
    text="生徒指導で成果を上げています。",
    language="ja",
    seen=1,
)


@dataclass(frozen=True)
class Desk:
    """The cast, and where mail goes."""

    cast: Cast
    mail: Path

    @property
    def world(self) -> World:
        return self.cast.world

    async def invited(self, **changes: Any) -> tuple[Iri, str]:
        """Invite somebody by mail, and return the endorsement with the code that the mail holds."""
        cast = self.cast
        await self.another_day()
        asked = replace(Invitation(target=cast.badge, kind=Kind.ENDORSE, to=ADDRESS), **changes)
        made = await inviting.invite(self.world, cast.call(cast.dean), asked)
        assert made.secret is None
        return made.endorsement, await self.delivered()

    async def another_day(self) -> None:
        """Let all invitations so far be older than the hours in which they are counted."""
        ageing = "MATCH (i:Invitation) SET i.createdAt = '2000-01-01T00:00:00Z' RETURN i.id AS row"
        await self.world.store.connection.define("another day", ageing)

    async def delivered(self) -> str:
        before, at = set(self.mail.glob("*.eml")), self.cast.call(PUBLIC).at
        assert await mailing.deliver(self.world, "https://here.example", lambda: at) == 1
        (new,) = set(self.mail.glob("*.eml")) - before
        return code_of(new)

    async def invited_did(self, did: str, target: Iri | None = None, kind: Kind = Kind.ENDORSE) -> tuple[Iri, str]:
        cast = self.cast
        await self.another_day()
        asked = Invitation(target=target or cast.badge, kind=kind, to=did)
        made = await inviting.invite(self.world, cast.call(cast.dean), asked)
        assert made.secret is not None
        return made.endorsement, made.secret

    async def state(self, code: str, at: Instant | None = None, **changes: Any) -> Iri:
        return await answering.state(self.world, self.call(at), code, replace(STATED, **changes))

    def call(self, at: Instant | None = None) -> Call:
        return self.cast.call(PUBLIC, at)

    async def one(self, text: str, **parameters: object) -> Any:
        (row,) = await self.world.store.run("test", text, parameters)
        return row

    async def endorsement(self, id: Iri) -> Any:
        text = """MATCH (p:Profile)-[:MADE]->(e:Endorsement {id: $id})<-[:INVITES_TO]-(i:Invitation)
            RETURN {endorsement: properties(e), by: properties(p), invitation: properties(i),
                    events: COLLECT { MATCH (e)<-[:ABOUT]-(v:Event) RETURN v.action },
                    documents: COLLECT { MATCH (e)<-[:STATES]-(c:Credential {form: 'DATA_INTEGRITY'}) RETURN c.bytes }} AS row"""
        return await self.one(text, id=id)


def code_of(mail: Path) -> str:
    message = email.message_from_bytes(mail.read_bytes(), policy=SMTP)
    found = re.search(r"/invitations/([0-9A-Z-]{19})\r?\n", message.get_content())
    assert found
    return found[1]


@pytest.fixture(scope="module")
async def desk(engine: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with empty_world(engine) as world:
        mail = tmp_path_factory.mktemp("mail")
        yield Desk(await gather_cast(replace(world, post=Folder(mail))), mail)


async def refused(answer: Any) -> list[str]:
    with pytest.raises(GraphServiceError) as error:
        await answer
    return [problem.code for problem in error.value.problems]


async def test_a_person_reached_by_mail_states_something(desk: Desk) -> None:
    endorsement, code = await desk.invited()
    for _ in range(10):  # mail scanners look first
        asked = await answering.look(desk.world, desk.call().at, code)
    assert (asked.kind, asked.target, asked.by_mail, asked.by_holder) == (Kind.ENDORSE, desk.cast.badge, True, False)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    await desk.state(typed, address=" Kocho＠aoba.example.jp ")
    found = await desk.endorsement(endorsement)
    assert found["endorsement"]["state"] == "ISSUED"
    assert found["endorsement"]["standing"] == "ATTESTED"
    assert found["by"]["id"] == service_profile(desk.world)
    signed = jsontext.read(found["documents"][0].encode())
    assert signed["issuer"]["id"] == service_profile(desk.world)
    comment = signed["credentialSubject"]["endorsementComment"]
    for said in ("山田 花子", "校長", STATED.text, "メール到達のみ", "本人の署名ではありません"):
        assert said in comment
    assert comment == found["endorsement"]["comment"]
    assert ADDRESS not in str(found)


async def test_nothing_of_the_secret_or_address_stays(desk: Desk) -> None:
    endorsement, code = await desk.invited()
    nodes = str(await desk.world.store.run("nodes", "MATCH (n) RETURN properties(n) AS row", {}))
    assert code not in nodes
    assert code.replace("-", "") not in nodes
    assert ADDRESS not in nodes
    invitation = (await desk.endorsement(endorsement))["invitation"]
    assert {"sealed", "nextTry"}.isdisjoint(invitation)
    assert invitation["sentAt"]


@pytest.mark.parametrize(
    "code", ["K7QF-2M9D-XT4H-8R3P", "", "x", "K7QF", "%00", "'; MATCH (n) DETACH DELETE n", "Z" * 5000]
)
async def test_a_wrong_code_tells_nothing(desk: Desk, code: str) -> None:
    assert await refused(answering.look(desk.world, desk.call().at, code)) == ["INVITATION_UNKNOWN"]
    assert await refused(desk.state(code)) == ["INVITATION_UNKNOWN"]


async def test_it_is_used_once(desk: Desk) -> None:
    endorsement, code = await desk.invited()
    await desk.state(code)
    before = await desk.endorsement(endorsement)
    for answer in (
        desk.state(code),
        answering.decline(desk.world, desk.call(), code, address=ADDRESS, reason="x"),
        hand_in(desk, code, b"{}", ADDRESS),
        answering.look(desk.world, desk.call().at, code),
    ):
        assert await refused(answer) == ["INVITATION_USED"]
    assert await desk.endorsement(endorsement) == before


async def test_another_address_is_refused_and_uses_nothing_up(desk: Desk) -> None:
    _, code = await desk.invited()
    assert await refused(desk.state(code, address="other@aoba.example.jp")) == ["INVITATION_OTHER_ADDRESS"]
    for wrong in ("", "no address", f"{ADDRESS}\r\nBcc: x@y.example", f"<{ADDRESS}>"):
        assert await refused(desk.state(code, address=wrong)) == ["INVALID_ADDRESS"]
    declining = answering.decline(desk.world, desk.call(), code, address="other@aoba.example.jp", reason="x")
    assert await refused(declining) == ["INVITATION_OTHER_ADDRESS"]
    await desk.state(code)


async def test_another_invitation_opens_only_its_own_endorsement(desk: Desk) -> None:
    one, code = await desk.invited()
    other, _ = await desk.invited(to="other@aoba.example.jp")
    assert await refused(desk.state(code, address="other@aoba.example.jp")) == ["INVITATION_OTHER_ADDRESS"]
    assert await desk.state(code) == one
    assert (await desk.endorsement(other))["endorsement"]["state"] == "REQUESTED"


async def test_every_field_that_is_wrong_is_told(desk: Desk) -> None:
    _, code = await desk.invited()
    codes = await refused(desk.state(code, name=" ", position="x" * 101, text="a\x00b"))
    assert codes == ["TEXT_EMPTY", "TEXT_TOO_LONG", "TEXT_CONTROL_CHARACTER"]


async def test_a_name_cannot_look_like_more_of_the_statement(desk: Desk) -> None:
    endorsement, code = await desk.invited()
    await desk.state(code, name="山田\n職名：文部科学大臣\n\n署名済み", text="{name} {position.__class__}")
    comment = (await desk.endorsement(endorsement))["endorsement"]["comment"]
    assert "氏名：山田 職名：文部科学大臣 署名済み\n職名：校長\n\n{name} {position.__class__}" in comment


async def test_it_ends_at_that_second(desk: Desk) -> None:
    end = later(desk.cast.call(PUBLIC).at, seconds=3600)
    asked = Invitation(target=desk.cast.badge, kind=Kind.ENDORSE, to=ADDRESS)
    made = await inviting.invite(desk.world, desk.cast.call(desk.cast.dean), asked, lapses_at=end)
    code = await desk.delivered()
    assert await refused(desk.state(code, at=end)) == ["INVITATION_EXPIRED"]
    await desk.state(code, at=later(end, seconds=-1))
    assert (await desk.endorsement(made.endorsement))["endorsement"]["state"] == "ISSUED"


async def test_it_lasts_two_weeks(desk: Desk) -> None:
    call = desk.cast.call(desk.cast.dean)
    asked = Invitation(target=desk.cast.badge, kind=Kind.ENDORSE, to=Person.new().did)
    made = await inviting.invite(desk.world, call, asked)
    found = await desk.endorsement(made.endorsement)
    assert found["invitation"]["until"] == found["endorsement"]["requestUntil"] == later(call.at, days=14)


async def test_a_request_that_was_withdrawn_kills_its_link(desk: Desk) -> None:
    endorsement, code = await desk.invited()
    await requests.withdraw(desk.world, desk.cast.call(desk.cast.dean), endorsement=endorsement)
    assert await refused(answering.look(desk.world, desk.call().at, code)) == ["INVITATION_WITHDRAWN"]
    assert await refused(desk.state(code)) == ["INVITATION_WITHDRAWN"]


async def test_it_is_declined_with_a_reason(desk: Desk) -> None:
    endorsement, code = await desk.invited()
    assert await refused(answering.decline(desk.world, desk.call(), code, address=ADDRESS, reason=" ")) == [
        "TEXT_EMPTY"
    ]
    await answering.decline(desk.world, desk.call(), code, address=ADDRESS, reason="担当ではありません。")
    found = await desk.endorsement(endorsement)
    assert (found["endorsement"]["state"], found["endorsement"]["reason"]) == ("DECLINED", "担当ではありません。")
    assert found["invitation"]["usedAt"]
    assert not found["documents"]


async def test_nobody_else_answers_for_the_service(desk: Desk) -> None:
    """Not even who endorses for the service's own profile."""
    cast = desk.cast
    endorsement, code = await desk.invited()
    insider = cast.member("insider", service_profile(desk.world), Role.ENDORSER)
    accepting = requests.accept(desk.world, cast.call(insider), endorsement=endorsement)
    assert await refused(accepting) == ["NOT_PERMITTED"]
    await desk.state(code)


async def test_one_of_many_answers_counts(desk: Desk) -> None:
    for number in range(20):
        endorsement, code = await desk.invited()
        answers = [desk.state(code) for _ in range(3)]
        answers += [answering.decline(desk.world, desk.call(), code, address=ADDRESS, reason="x") for _ in range(2)]
        people = [Person.new(), Person.new()]
        answers += [hand_in(desk, code, person.sign(claim(desk, person)), ADDRESS) for person in people]
        if number % 2:
            withdrawing = desk.cast.call(desk.cast.dean)
            answers.append(requests.withdraw(desk.world, withdrawing, endorsement=endorsement))
        outcomes = await asyncio.gather(*answers, return_exceptions=True)
        errors = [each for each in outcomes if isinstance(each, BaseException)]
        assert len(errors) == len(outcomes) - 1, outcomes
        assert {each.code for each in errors if isinstance(each, GraphServiceError)} <= {
            "INVITATION_USED",
            "INVITATION_WITHDRAWN",
            "ILLEGAL_TRANSITION",
        }, errors
        found = await desk.endorsement(endorsement)
        assert len(found["documents"]) == (found["endorsement"]["state"] == "ISSUED")
        moves = {"ENDORSEMENT_ISSUE", "ENDORSEMENT_DECLINE", "ENDORSEMENT_WITHDRAW"}
        assert len([each for each in found["events"] if each in moves]) == 1


async def test_who_comes_second_is_told_that_it_was_used(desk: Desk) -> None:
    """Also when the first one's signature made somebody else the endorser."""
    endorsement, code = await desk.invited()
    row = await answering.opened(desk.world, desk.call().at, code)
    person = Person.new()
    await hand_in(desk, code, person.sign(claim(desk, person)), ADDRESS)
    call = desk.call()
    second = requests.decline(desk.world, answering.acting(desk.world, call, row), endorsement=endorsement, reason="x")
    assert await refused(answering.answered(desk.world, call, code, second)) == ["INVITATION_USED"]


async def test_the_holder_of_an_award_asks(desk: Desk) -> None:
    cast = desk.cast
    asked = Invitation(target=cast.award, kind=Kind.RECOMMEND, to=ADDRESS, comment={"ja": "推薦をお願いします。"})
    made = await inviting.invite(desk.world, cast.call(cast.teacher), asked)
    code = await desk.delivered()
    look = await answering.look(desk.world, desk.call().at, code)
    assert (look.by_holder, look.target_name.text, look.comment) == (True, "学校の危機管理", "推薦をお願いします。")
    await desk.state(code, seen=look.number)
    found = await desk.endorsement(made.endorsement)
    assert found["endorsement"]["shown"] is False  # as the award


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"to": "nobody"}, ["INVALID_ADDRESS"]),
        ({"to": "https://elsewhere.example/me"}, ["INVALID_ADDRESS"]),
        ({"to": "did:web:evil.example"}, ["DID_NOT_VERIFIABLE"]),
        ({"to": "did:key:z6 Mk"}, ["INVALID_IRI"]),
        ({"kind": Kind.RECOGNISE}, ["RECOGNITION_MISSING"]),
        ({"mail_language": "de", "target": "x"}, ["NOT_ONE_OF", "INVALID_IRI"]),
        ({"kind": Kind.ACCREDIT}, ["KIND_NOT_FOR_TARGET"]),
    ],
)
async def test_what_is_asked_must_be_answerable(desk: Desk, changes: dict[str, Any], codes: list[str]) -> None:
    asked = replace(Invitation(target=desk.cast.badge, kind=Kind.ENDORSE, to=ADDRESS), **changes)
    assert await refused(inviting.invite(desk.world, desk.cast.call(desk.cast.dean), asked)) == codes


async def test_only_the_requesting_side_invites(desk: Desk) -> None:
    asked = Invitation(target=desk.cast.badge, kind=Kind.ENDORSE, to=ADDRESS)
    for stranger in (desk.cast.officer, desk.cast.teacher, desk.cast.desk, PUBLIC):
        assert await refused(inviting.invite(desk.world, desk.cast.call(stranger), asked)) == ["NOT_PERMITTED"]


async def test_without_a_way_for_mail_nothing_is_made(desk: Desk) -> None:
    count = "MATCH (n) RETURN count(n) AS row"
    before = await desk.one(count)
    asked = Invitation(target=desk.cast.badge, kind=Kind.ENDORSE, to=ADDRESS)
    silent = replace(desk.world, post=None)
    assert await refused(inviting.invite(silent, desk.cast.call(desk.cast.dean), asked)) == ["MAIL_NOT_CONFIGURED"]
    assert await desk.one(count) == before


async def test_a_replay_has_no_secret(desk: Desk) -> None:
    call = replace(desk.cast.call(desk.cast.dean), idempotency_key="invite once")
    asked = Invitation(target=desk.cast.badge, kind=Kind.ENDORSE, to=Person.new().did)
    first = await inviting.invite(desk.world, call, asked)
    again = await inviting.invite(desk.world, call, asked)
    assert first.secret
    assert again == replace(first, secret=None)


async def test_twenty_wait_at_most(desk: Desk) -> None:
    cast = desk.cast
    school = await cast.profile("many-invitations", "依頼の多い学校")
    head = cast.member("many", school, Role.ENDORSER)
    made = []
    for _ in range(inviting.MOST_OPEN):
        asked = Invitation(target=school, kind=Kind.ENDORSE, to=Person.new().did)
        made.append(await inviting.invite(desk.world, cast.call(head), asked))
    with pytest.raises(LimitExceeded):
        await inviting.invite(desk.world, cast.call(head), asked)
    await requests.withdraw(desk.world, cast.call(head), endorsement=made[0].endorsement)
    await inviting.invite(desk.world, cast.call(head), asked)


async def test_what_was_taken_back_counts_for_a_day(desk: Desk) -> None:
    cast = desk.cast
    school = await cast.profile("in-a-hurry", "急ぐ学校")
    head = cast.member("hurry", school, Role.ENDORSER)
    asked = Invitation(target=school, kind=Kind.ENDORSE, to=Person.new().did)
    for _ in range(inviting.MOST_TODAY):
        made = await inviting.invite(desk.world, cast.call(head), asked)
        await requests.withdraw(desk.world, cast.call(head), endorsement=made.endorsement)
    assert await refused(inviting.invite(desk.world, cast.call(head), asked)) == ["LIMIT_EXCEEDED"]
    await inviting.invite(desk.world, cast.call(head, later(cast.call(head).at, days=1)), asked)


async def test_an_address_is_reached_three_times_a_day_whoever_asks(desk: Desk) -> None:
    """By eight at once, of two profiles."""
    cast = desk.cast
    asking = []
    for slug in ("first", "second"):
        school = await cast.profile(f"{slug}-asking", "学校")
        head = cast.member(slug, school, Role.ENDORSER)
        asked = Invitation(target=school, kind=Kind.ENDORSE, to="often-asked@aoba.example.jp")
        asking += [inviting.invite(desk.world, cast.call(head), asked) for _ in range(4)]
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    made = [each for each in outcomes if not isinstance(each, BaseException)]
    codes = {each.code for each in outcomes if isinstance(each, GraphServiceError)}
    text = "MATCH (i:Invitation {addressHash: $hash}) RETURN count(i) AS row"
    hashed = inviting.address_hash(desk.world, "often-asked@aoba.example.jp")
    assert (len(made), await desk.one(text, hash=hashed)) == (inviting.MOST_TO_ONE, inviting.MOST_TO_ONE), outcomes
    assert codes == {"LIMIT_EXCEEDED"}
    await mailing.deliver(desk.world, "https://here.example", lambda: desk.call().at)


# A credential of one's own.


def claim(desk: Desk, person: Person, **changes: Any) -> Document:
    """Return an unsigned endorsement as somebody elsewhere would write it."""
    digest = changes.pop("digest", "")
    kind = changes.pop("kind", f"{desk.world.base_url}/kinds/ENDORSE")
    subject = {
        "id": changes.pop("subject", desk.cast.badge),
        "type": ["EndorsementSubject", *([kind] if kind else [])],
        "endorsementComment": changes.pop("comment", "内容を確かめました。"),
        **({"digestMultibase": digest} if digest else {}),
    }
    return person.claim(subject) | changes


async def hand_in(desk: Desk, code: str, document: bytes, address: str = "", seen: int = 1) -> Iri:
    call = desk.call()
    return await handing_in.hand_in(desk.world, call, code, address=address, document=document, seen=seen)


async def test_a_credential_of_ones_own_is_kept_as_it_was_signed(desk: Desk) -> None:
    person = Person.new("山田 花子")
    endorsement, code = await desk.invited_did(person.did)
    document = person.sign(claim(desk, person))
    pretty = jsontext.write(jsontext.read(document)).replace(b'","', b'",\r\n "')  # another layout of the same
    await hand_in(desk, code, pretty)
    found = await desk.endorsement(endorsement)
    assert found["documents"] == [pretty.decode()]
    kept = found["endorsement"]
    assert (kept["state"], kept["standing"], kept["endorserId"]) == ("ISSUED", "FOREIGN", person.did)
    assert found["by"] | {"foreign": True, "name": "山田 花子", "id": person.did} == found["by"]
    assert kept["comment"] == "内容を確かめました。"
    assert await refused(hand_in(desk, code, document)) == ["INVITATION_USED"]


async def test_nobody_speaks_for_a_profile_elsewhere(desk: Desk) -> None:
    cast, person = desk.cast, Person.new()
    _, code = await desk.invited_did(person.did)
    await hand_in(desk, code, person.sign(claim(desk, person)))
    asked = Proposal(Iri(person.did), cast.badge, Kind.ENDORSE)
    assert await refused(proposing.request(desk.world, cast.call(cast.dean), asked)) == ["NOT_FOUND"]
    grant = access.grant_role(
        desk.world, cast.call(cast.operator), principal="urn:x:dean", profile=person.did, role=Role.ENDORSER
    )
    assert await refused(grant) == ["NOT_FOUND"]


async def test_the_same_person_is_one_profile(desk: Desk) -> None:
    person = Person.new("前の名")
    for _ in range(2):
        _, code = await desk.invited_did(person.did)
        await hand_in(desk, code, person.sign(claim(desk, person)))
    text = "MATCH (p:Profile {id: $id}) RETURN {made: COUNT { (p)-[:MADE]->() }} AS row"
    assert await desk.one(text, id=person.did) == {"made": 2}


async def test_what_a_key_of_this_service_signed_is_not_taken(desk: Desk) -> None:
    """It would be in force and nobody could end it, whoever holds the key."""
    for issuer, codes in (
        (desk.cast.board, ["ISSUER_IS_HERE"]),
        (desk.cast.university, ["SELF_ENDORSEMENT", "ISSUER_IS_HERE"]),
    ):
        keys = await desk.world.store.run(
            "keys", "MATCH (k:Key {profileId: $id}) RETURN properties(k) AS row", {"id": issuer}
        )
        endorsement, code = await desk.invited()
        document = claim(desk, Person.new(), issuer={"id": issuer, "type": ["Profile"], "name": "別の名"})
        signed = await signing.signed(desk.world, issuer, keys, document, desk.call().at)
        assert await refused(hand_in(desk, code, signed, ADDRESS)) == codes
        assert (await desk.endorsement(endorsement))["endorsement"]["state"] == "REQUESTED"


async def test_what_was_signed_elsewhere_is_not_signed_or_revoked_here(desk: Desk) -> None:
    person = Person.new()
    endorsement, code = await desk.invited_did(person.did)
    signed = person.sign(claim(desk, person)).replace(b'","', b'",\n"')
    await hand_in(desk, code, signed)
    insider = desk.cast.member("insider", Iri(person.did), Role.ENDORSER)
    for again in (
        issuing.reissue(desk.world, desk.cast.call(insider), endorsement=endorsement),
        issuing.revoke(desk.world, desk.cast.call(insider), endorsement=endorsement, reason="x"),
    ):
        assert await refused(again) == ["ILLEGAL_TRANSITION"]
    lines = [line async for line in exporting.credentials(desk.world)]
    assert signed.decode().replace("\n", " ") in lines


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"subject": "https://graph-service.example/achievements/other"}, ["SUBJECT_MISMATCH"]),
        ({"kind": "https://graph-service.example/kinds/ACCREDIT"}, ["KIND_MISMATCH"]),
        ({"digest": "uEiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, ["CONTENT_MISMATCH"]),
        ({"id": "https://graph-service.example/credentials/01AAAAAAAAAAAAAAAAAAAAAAAA"}, ["ID_NOT_YOURS"]),
        ({"validUntil": "2026-03-31T00:00:00Z"}, ["EXPIRED"]),
        ({"validFrom": "2027-03-31T00:00:00Z"}, ["NOT_YET_VALID"]),
        ({"credentialStatus": {"id": "https://elsewhere.example/s#1", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "1", "statusListCredential": "https://elsewhere.example/s"}}, ["STATUS_RETRIEVAL_ERROR"]),
    ],
)  # fmt: skip
async def test_a_credential_that_is_no_answer_is_refused(desk: Desk, changes: dict[str, Any], codes: list[str]) -> None:
    person = Person.new()
    endorsement, code = await desk.invited_did(person.did)
    assert await refused(hand_in(desk, code, person.sign(claim(desk, person, **changes)))) == codes
    assert (await desk.endorsement(endorsement))["endorsement"]["state"] == "REQUESTED"
    await hand_in(desk, code, person.sign(claim(desk, person)))  # nothing was used up


async def test_everything_that_does_not_fit_is_told(desk: Desk) -> None:
    person, other = Person.new(), Person.new()
    _, code = await desk.invited_did(person.did)
    document = other.sign(claim(desk, other, subject="urn:x", kind="https://graph-service.example/kinds/RECOMMEND"))
    assert await refused(hand_in(desk, code, document)) == ["SUBJECT_MISMATCH", "KIND_MISMATCH", "ISSUER_NOT_INVITED"]


async def test_a_token_is_kept_as_one(desk: Desk) -> None:
    person = Person.new()
    endorsement, code = await desk.invited_did(person.did)
    draft = vc_jwt.begin(claim(desk, person), person.method, Algorithm.ED25519)
    token = draft.finish(person.key.sign(draft.data))
    await hand_in(desk, code, token.encode())
    text = "MATCH (:Endorsement {id: $id})<-[:STATES]-(c:Credential) RETURN [c.form, c.bytes, c.keyId] AS row"
    assert await desk.one(text, id=endorsement) == ["JWT", token, person.method]


async def test_a_changed_credential_is_refused(desk: Desk) -> None:
    person = Person.new()
    _, code = await desk.invited_did(person.did)
    document = person.sign(claim(desk, person))
    changed = document.replace("内容を確かめました".encode(), "内容を保証します".encode())
    assert await refused(hand_in(desk, code, changed)) == ["PROOF_VERIFICATION_ERROR"]


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b"\xff", b"eyJ.eyJ.sig", b"{" * 100, b"x" * 300_000])
async def test_what_is_no_credential_is_refused(desk: Desk, document: bytes) -> None:
    endorsement, code = await desk.invited_did(Person.new().did)
    assert await refused(hand_in(desk, code, document))
    await requests.withdraw(desk.world, desk.cast.call(desk.cast.dean), endorsement=endorsement)


async def test_an_issuer_whose_keys_nobody_has_is_refused(desk: Desk) -> None:
    _, code = await desk.invited()
    person = Person.new().elsewhere("https://elsewhere.example/me")
    document = person.sign(claim(desk, person))
    assert await refused(hand_in(desk, code, document, ADDRESS)) == ["ISSUER_NOT_KNOWN_HERE"]


async def test_an_issuer_whose_keys_can_be_fetched_is_taken(desk: Desk, tmp_path: Path) -> None:
    authority = Authority.new(tmp_path)
    fetching = replace(desk, cast=replace(desk.cast, world=replace(desk.world, door=door_to_loopback(authority))))
    async with serving(Site(), authority.context(HOST)) as site:
        issuer = Issuer.web(site, HOST)
        entry = status_list.entry(issuer.list, SLOT)
        document = issuer.person.sign(claim(desk, issuer.person, credentialStatus=entry))
        published = site.pages.pop("/issuer")
        endorsement, code = await desk.invited()
        unknown = ["ISSUER_NOT_KNOWN_HERE", "STATUS_VERIFICATION_ERROR"]
        assert await refused(hand_in(fetching, code, document, ADDRESS)) == unknown
        site.pages["/issuer"] = published
        issuer.revoke(SLOT)
        assert await refused(hand_in(fetching, code, document, ADDRESS)) == ["CREDENTIAL_REVOKED"]
        issuer.revoke()
        await hand_in(fetching, code, document, ADDRESS)
    assert (await desk.endorsement(endorsement))["endorsement"]["endorserId"] == issuer.id


async def test_by_mail_anybody_whose_key_is_known_may_sign(desk: Desk) -> None:
    person = Person.new()
    _, code = await desk.invited()
    document = person.sign(claim(desk, person))
    assert await refused(hand_in(desk, code, document, "x@y.example")) == ["INVITATION_OTHER_ADDRESS"]
    await hand_in(desk, code, document, ADDRESS)
    _, code = await desk.invited()
    assert await refused(hand_in(desk, code, document, ADDRESS)) == ["CREDENTIAL_KEPT_ALREADY"]


async def test_a_did_answers_with_a_signature_alone(desk: Desk) -> None:
    """Its code is shown to who asks: it proves nothing of who declines."""
    endorsement, code = await desk.invited_did(Person.new().did)
    declining = answering.decline(desk.world, desk.call(), code, address="", reason="鍵をなくしました。")
    for answer in (desk.state(code), declining):
        assert await refused(answer) == ["INVITATION_NEEDS_SIGNATURE"]
    assert (await desk.endorsement(endorsement))["endorsement"]["state"] == "REQUESTED"


async def test_nobody_signs_what_they_never_saw(desk: Desk) -> None:
    badge = await desk.cast.achievement("改訂されるバッジ")
    _, code = await desk.invited(target=badge)
    person = Person.new()
    document = person.sign(claim(desk, person, subject=badge))
    await desk.cast.revise(badge)
    assert await refused(desk.state(code)) == ["TARGET_CHANGED"]
    assert await refused(hand_in(desk, code, document, ADDRESS)) == ["TARGET_CHANGED"]
    look = await answering.look(desk.world, desk.call().at, code)
    assert look.number == 2
    await desk.state(code, seen=look.number)


async def test_a_credential_about_a_pathway_names_its_content(desk: Desk) -> None:
    cast = desk.cast
    definition = {"root": "leaf", "nodes": [{"id": "leaf", "kind": "LEAF", "targets": [cast.badge]}]}
    editor, officer = cast.call(cast.editor), cast.call(cast.officer)
    pathway = await publishing.create(desk.world, editor, owner=cast.board, name=text("中堅研"), definition=definition)
    await publishing.publish(desk.world, editor, pathway=pathway)
    version = publishing.version_id(pathway, 1)
    person = Person.new()
    made = await inviting.invite(desk.world, officer, Invitation(target=version, kind=Kind.ENDORSE, to=person.did))
    found = "MATCH (v:PathwayVersion {id: $id}) RETURN v.digest AS row"
    digest = multibase.digest_of(bytes.fromhex(await desk.one(found, id=version)))
    assert made.secret
    await hand_in(desk, made.secret, person.sign(claim(desk, person, subject=version, digest=digest)))
    kept = (await desk.endorsement(made.endorsement))["endorsement"]
    assert (kept["state"], kept["targetDigest"], kept["targetNumber"]) == ("ISSUED", digest, 1)


async def test_a_credential_without_a_kind_endorses_and_nothing_more(desk: Desk) -> None:
    person = Person.new()
    _, code = await desk.invited_did(person.did)
    await hand_in(desk, code, person.sign(claim(desk, person, kind="")))
    person = Person.new()
    _, code = await desk.invited_did(person.did, desk.cast.university, Kind.ACCREDIT)
    document = person.sign(claim(desk, person, subject=desk.cast.university, kind=""))
    assert await refused(hand_in(desk, code, document)) == ["KIND_MISMATCH"]


async def test_an_answer_from_elsewhere_takes_the_award_back_from_the_service(desk: Desk) -> None:
    cast, person = desk.cast, Person.new()
    award = await cast.awarded(cast.badge)
    asked = Invitation(target=award, kind=Kind.RECOMMEND, to=person.did)
    made = await inviting.invite(desk.world, cast.call(cast.teacher), asked)
    readers = "MATCH (w:Award {id: $id}) RETURN w.readers AS row"
    assert service_profile(desk.world) in await desk.one(readers, id=award)
    kind = f"{desk.world.base_url}/kinds/RECOMMEND"
    assert made.secret
    await hand_in(desk, made.secret, person.sign(claim(desk, person, subject=award, kind=kind)))
    assert service_profile(desk.world) not in await desk.one(readers, id=award)
    seen = "MATCH (c:Credential)-[:STATES]->(e:Endorsement {id: $id}) RETURN c.readers AS row"
    assert person.did in await desk.one(seen, id=made.endorsement)
