"""Awards as signed credentials: issued once, signed anew, taken back; what they carry, and who may read them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import jsonschema
import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.policy import PUBLIC, Role
from graph_service.domain.time import Instant, later
from graph_service.endorse import status_list
from graph_service.endorse.report import Outcome, Report
from graph_service.errors import GraphServiceError, NotFound
from graph_service.services import (
    achievements,
    award_credentials,
    awarding,
    display,
    issuing,
    keys,
    proposing,
    publications,
    status,
    verification,
)
from graph_service.services.award_credentials import CARRIED_BYTES, MOST_CARRIED
from graph_service.services.proposing import Proposal
from tests.casts import Cast, text
from tests.conformance.shared import STANDARDS, needs_shared, read_json

SCHEMA = STANDARDS / "schemas" / "ob-v3p0-2024-07" / "achievementcredential.json"


async def awarded(cast: Cast, **changes: Any) -> Iri:
    given = {"achievement": cast.badge, "holder": cast.learner, **changes}
    return await awarding.award(cast.world, cast.call(cast.desk), **given)


async def issued(cast: Cast, *, endorsements: bool = False, **changes: Any) -> Iri:
    award = await awarded(cast, **changes)
    return await award_credentials.issue(cast.world, cast.call(cast.desk), award=award, endorsements=endorsements)


async def endorsed(cast: Cast, target: Iri, comment: str = "内容を確かめました。") -> Iri:
    """Let the board endorse it; return the endorsement."""
    call = cast.call(cast.dean)
    asked = await proposing.request(cast.world, call, Proposal(cast.board, target, Kind.ENDORSE, {"ja": comment}))
    return await issuing.issue(cast.world, cast.call(cast.officer), endorsement=asked)


async def recommended(cast: Cast, award: Iri) -> Iri:
    """Let the board recommend the holder of an award, who asked for it."""
    asked = await proposing.request(cast.world, cast.call(cast.teacher), Proposal(cast.board, award, Kind.RECOMMEND))
    return await issuing.issue(cast.world, cast.call(cast.officer), endorsement=asked)


async def content(cast: Cast, award: Iri) -> bytes:
    return (await publications.credential(cast.world, cast.call(cast.desk), award)).bytes.encode()


async def document(cast: Cast, award: Iri) -> dict[str, Any]:
    return json.loads(await content(cast, award))  # type: ignore[no-any-return]


async def judged(cast: Cast, data: bytes) -> Report:
    return await verification.verify(verification.Sources(cast.world), data, cast.call(cast.desk).at)


def carried(node: dict[str, Any]) -> list[str]:
    """What the endorsements in an object are about."""
    return [each["credentialSubject"]["id"] for each in node.get("endorsement", [])]


async def test_it_says_what_was_awarded_and_verifies(cast: Cast) -> None:
    until = Instant("2031-04-01T00:00:00Z")
    award = await issued(cast, awarded_at="2026-03-01T00:00:00+09:00", valid_until=until)
    found = await document(cast, award)
    version = await publications.version(cast.world, Iri(f"{cast.badge}/versions/1"))

    assert (found["id"], found["credentialSubject"]["id"], found["name"]) == (award, cast.learner, "学校の危機管理")
    achievement = found["credentialSubject"]["achievement"]
    assert achievement == {k: v for k, v in json.loads(version.bytes).items() if k != "@context"}
    assert (found["validFrom"], found["awardedDate"]) == ("2026-02-28T15:00:00Z",) * 2
    assert (found["validUntil"], found["issuer"]["id"]) == (until, cast.university)
    report = await judged(cast, await content(cast, award))
    assert (report.id, report.authentic, report.current) == (award, Outcome.OK, Outcome.OK)


@needs_shared
async def test_with_all_that_it_can_carry_it_is_valid_by_the_official_schema(cast: Cast) -> None:
    await endorsed(cast, cast.university)
    award = await issued(cast, endorsements=True)
    found = await document(cast, award)
    validator = jsonschema.Draft201909Validator(
        read_json(SCHEMA), format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER
    )
    assert carried(found["issuer"])
    assert [error.message for error in validator.iter_errors(found)] == []


async def test_it_carries_what_is_in_force_where_it_belongs_and_each_verifies(cast: Cast) -> None:
    badge = await cast.achievement("組織で支える生徒指導")
    await endorsed(cast, badge, "初版を確かめました。")
    draft = AchievementDraft(text("組織で支える生徒指導"), text("改訂版"), text("改訂版"))
    await achievements.revise(cast.world, cast.call(cast.desk), badge, draft)
    of_version = await endorsed(cast, badge, "改訂版を確かめました。")
    award = await awarded(cast, achievement=badge)
    of_award = await recommended(cast, award)
    revoked, hidden = await recommended(cast, award), await recommended(cast, award)
    await issuing.revoke(cast.world, cast.call(cast.officer), endorsement=revoked, reason="誤り。")
    await display.show_endorsement(cast.world, cast.call(cast.teacher), endorsement=hidden, shown=False)

    await award_credentials.issue(cast.world, cast.call(cast.desk), award=award, endorsements=True)
    found = await document(cast, award)
    achievement = found["credentialSubject"]["achievement"]
    addresses = [(await publications.addresses(cast.world, each))[0] for each in (of_award, of_version)]
    assert [each["id"] for each in (*found["endorsement"], *achievement["endorsement"])] == addresses
    assert (carried(found), carried(achievement)) == ([award], [badge])
    report = await judged(cast, await content(cast, award))
    assert len(report.embedded) >= 2
    assert {(each.authentic, each.current, each.about_subject) for each in (report, *report.embedded)} == {
        (Outcome.OK,) * 3
    }


async def test_it_does_not_carry_what_a_compromised_key_signed(cast: Cast) -> None:
    badge, board = await cast.achievement("学級経営の基礎"), await cast.profile("kaigan-board", "海岸市教育委員会")
    officer, owner = cast.member("kaigan-officer", board, Role.ENDORSER), cast.member("kaigan", board, Role.OWNER)
    offered = await proposing.offer(cast.world, cast.call(officer), Proposal(board, badge, Kind.ENDORSE))
    await issuing.issue(cast.world, cast.call(officer), endorsement=offered)
    before = await document(cast, await issued(cast, endorsements=True, achievement=badge))
    (key,) = await keys.listed(cast.world, board, cast.call(owner).at)
    await keys.compromise(cast.world, cast.call(owner), key=key["id"], reason="鍵が持ち出された。")
    after = await document(cast, await issued(cast, endorsements=True, achievement=badge))
    assert [carried(each["credentialSubject"]["achievement"]) for each in (before, after)] == [[badge], []]


async def test_it_carries_nothing_unless_asked(cast: Cast) -> None:
    await endorsed(cast, cast.badge)
    assert (await judged(cast, await content(cast, await issued(cast)))).embedded == ()


async def test_it_carries_the_newest_and_no_more_than_everybody_reads(cast: Cast) -> None:
    badge = await cast.achievement("不登校の理解と支援")
    long = [await endorsed(cast, badge, f"{number}" + "あ" * 4000) for number in range(9)]
    found = await document(cast, await issued(cast, endorsements=True, achievement=badge))
    achievement = found["credentialSubject"]["achievement"]
    size = len(json.dumps(achievement["endorsement"], ensure_ascii=False).encode())
    newest = [(await publications.addresses(cast.world, each))[0] for each in reversed(long)]
    assert [each["id"] for each in achievement["endorsement"]] == newest[: len(achievement["endorsement"])]
    assert CARRIED_BYTES * 0.8 < size <= CARRIED_BYTES

    for number in range(MOST_CARRIED + 1):
        await endorsed(cast, badge, f"{number}")
    found = await document(cast, await issued(cast, endorsements=True, achievement=badge))
    achievement = found["credentialSubject"]["achievement"]
    assert len(achievement["endorsement"]) == MOST_CARRIED
    assert achievement["endorsement"][0]["credentialSubject"]["endorsementComment"] == f"{MOST_CARRIED}"


async def test_it_is_signed_once(cast: Cast) -> None:
    award = await issued(cast)
    with pytest.raises(GraphServiceError) as refused:
        await award_credentials.issue(cast.world, cast.call(cast.desk), award=award)
    assert refused.value.code == "ALREADY_ISSUED"


async def test_signed_anew_it_keeps_its_id_its_place_and_its_date_and_carries_what_is_new(cast: Cast) -> None:
    award = await issued(cast, awarded_at="2026-03-01T00:00:00+09:00")
    before = await document(cast, award)
    recommendation = await recommended(cast, award)
    call = cast.call(cast.desk)
    await award_credentials.reissue(cast.world, call, award=award, endorsements=True)
    after = await document(cast, award)
    kept = ("id", "name", "awardedDate", "credentialStatus")
    assert {member: after[member] for member in kept} == {member: before[member] for member in kept}
    assert (before["validFrom"], after["validFrom"]) == (before["awardedDate"], call.at)
    assert [each["id"] for each in after["endorsement"]] == [
        (await publications.addresses(cast.world, recommendation))[0]
    ]
    report = await judged(cast, await content(cast, award))
    assert (report.authentic, report.current) == (Outcome.OK, Outcome.OK)


async def test_what_was_not_signed_or_has_ended_is_not_signed_anew(cast: Cast) -> None:
    award, ended = await awarded(cast), await issued(cast)
    await awarding.revoke_award(cast.world, cast.call(cast.desk), award=ended, reason="誤り。")
    for each, code in ((award, "NOT_ISSUED"), (ended, "ALREADY_ENDED")):
        with pytest.raises(GraphServiceError) as refused:
            await award_credentials.reissue(cast.world, cast.call(cast.desk), award=each)
        assert refused.value.code == code


@pytest.mark.parametrize("void", [False, True])
async def test_taking_it_back_shows_in_the_status_list(cast: Cast, void: bool) -> None:
    award = await issued(cast)
    entry = (await document(cast, award))["credentialStatus"]
    assert (await judged(cast, await content(cast, award))).current is Outcome.OK
    await awarding.revoke_award(cast.world, cast.call(cast.desk), award=award, reason="誤り。", void=void)
    found = await status.current(cast.world, cast.call(cast.desk).at, entry["statusListCredential"])
    bits = status_list.decode(json.loads(found.bytes)["credentialSubject"]["encodedList"])
    assert status_list.is_set(bits, int(entry["statusListIndex"]))
    report = await judged(cast, await content(cast, award))
    assert "CREDENTIAL_REVOKED" in {check.code for check in report.checks}


async def test_what_was_never_signed_is_taken_back_as_before(cast: Cast) -> None:
    award = await awarded(cast)
    await awarding.revoke_award(cast.world, cast.call(cast.desk), award=award, reason="誤り。")
    with pytest.raises(GraphServiceError) as refused:
        await award_credentials.issue(cast.world, cast.call(cast.desk), award=award)
    assert refused.value.code == "ALREADY_ENDED"


async def test_what_has_run_out_is_not_signed(cast: Cast) -> None:
    until = later(cast.call(cast.desk).at, days=1)
    award = await awarded(cast, valid_until=until)
    with pytest.raises(GraphServiceError) as refused:
        await award_credentials.issue(cast.world, cast.call(cast.desk, until), award=award)
    assert refused.value.code == "NOT_IN_FORCE"


async def test_only_the_issuer_signs_and_a_stranger_learns_nothing(cast: Cast) -> None:
    award = await awarded(cast)
    for who, code in ((cast.teacher, "NOT_PERMITTED"), (cast.editor, "NOT_FOUND")):
        with pytest.raises(GraphServiceError) as refused:
            await award_credentials.issue(cast.world, cast.call(who), award=award)
        assert refused.value.code == code


async def test_many_are_signed_at_once_each_in_a_place_of_its_own(cast: Cast) -> None:
    awards = [await awarded(cast) for _ in range(30)]
    signed = await award_credentials.issue_many(cast.world, cast.call(cast.desk), awards=[*awards, awards[0]])
    assert list(signed) == awards
    entries = {(await document(cast, award))["credentialStatus"]["id"] for award in awards}
    assert len(entries) == 30


async def test_many_are_signed_or_none_and_every_problem_has_its_place(cast: Cast) -> None:
    fresh, twice = await awarded(cast), await issued(cast)
    nobody = Iri(f"{cast.world.base_url}/awards/nobody")
    with pytest.raises(GraphServiceError) as refused:
        await award_credentials.issue_many(cast.world, cast.call(cast.desk), awards=[fresh, twice, nobody])
    found = [(problem.code, problem.path) for problem in refused.value.problems]
    assert found == [("ALREADY_ISSUED", ("awards", 1)), ("NOT_FOUND", ("awards", 2))]
    with pytest.raises(NotFound):
        await content(cast, fresh)
    with pytest.raises(GraphServiceError) as refused:
        await award_credentials.issue_many(cast.world, cast.call(cast.desk), awards=[fresh] * 101)
    assert refused.value.code == "LIMIT_EXCEEDED"


async def test_its_document_is_as_visible_as_the_award(cast: Cast) -> None:
    award = await issued(cast)

    async def seen_by_the_board() -> bool:
        try:
            await publications.credential(cast.world, cast.call(cast.officer), award)
        except NotFound:
            return False
        return True

    assert not await seen_by_the_board()
    await proposing.request(cast.world, cast.call(cast.teacher), Proposal(cast.board, award, Kind.ENDORSE))
    assert await seen_by_the_board()
    await award_credentials.reissue(cast.world, cast.call(cast.desk), award=award)
    assert await seen_by_the_board()
    everybody = publications.credential(cast.world, cast.call(PUBLIC), award)
    with pytest.raises(NotFound):
        await everybody
    await display.show_award(cast.world, cast.call(cast.teacher), award=award, shown=True)
    assert (await publications.credential(cast.world, cast.call(PUBLIC), award)).public


async def test_two_who_sign_it_at_once_sign_it_once(cast: Cast) -> None:
    for _ in range(10):
        award, at = await awarded(cast), cast.call(cast.desk).at
        other = cast.member("other-desk", cast.university, Role.ISSUER)
        answers = await asyncio.gather(
            *(award_credentials.issue(cast.world, cast.call(who, at), award=award) for who in (cast.desk, other)),
            return_exceptions=True,
        )
        refused = [answer.code for answer in answers if isinstance(answer, GraphServiceError)]
        assert (answers.count(award), refused) == (1, ["ALREADY_ISSUED"])
        (row,) = await cast.world.store.read("award/for_signing", ids=[award])
        assert ([each["number"] for each in row["documents"]], len(row["slot"])) == ([1, 1], 1)


async def test_shared_while_it_is_signed_it_is_as_visible_as_the_award(cast: Cast) -> None:
    for _ in range(5):
        award = await issued(cast)
        call = cast.call(cast.teacher)
        await asyncio.gather(
            award_credentials.reissue(cast.world, cast.call(cast.desk, call.at), award=award),
            proposing.request(cast.world, call, Proposal(cast.board, award, Kind.RECOMMEND)),
        )
        seen = await publications.credential(cast.world, cast.call(cast.officer), award)
        assert json.loads(seen.bytes)["validFrom"] == call.at
