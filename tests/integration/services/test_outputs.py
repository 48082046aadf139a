"""Outputs: awarded once whatever races, marked when their basis lapses, as their pathway says; on a real engine."""

from __future__ import annotations

import asyncio

import pytest

from graph_service.domain.endorsement import Kind
from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal, Role
from graph_service.domain.time import Instant, later
from graph_service.errors import Conflict, GraphServiceError, NotFound, NotPermitted, Unavailable
from graph_service.services import (
    award_credentials,
    awarding,
    completions,
    consents,
    enrolling,
    following,
    issuing,
    outputs,
    progress,
    proposing,
)
from graph_service.services.judging import Memory, judge
from graph_service.services.progress import Plans
from graph_service.services.proposing import Proposal
from tests.casts import Cast
from tests.integration.services.stacks import Stacks, asking

WORKERS = 20
ISSUER = (Role.ISSUER,)


@pytest.fixture(scope="module")
def stacks(cast: Cast) -> Stacks:
    """The stacks of this module."""
    return Stacks(cast)


async def completed(stacks: Stacks, **options: str) -> tuple[Iri, Iri, Iri, Iri]:
    """Let somebody complete a pathway of the university; return pathway, output, learner and the award that it took."""
    university = stacks.cast.university
    badge, output = await stacks.badge(university), await stacks.badge(university)
    pathway = await stacks.stack(university, badge, output=output, **options)
    learner = await stacks.learner()
    return pathway, output, learner, await stacks.award(badge, learner)


async def worker(stacks: Stacks) -> None:
    """Refresh as a process does that knows nothing yet; where the database is too busy, it tries again."""
    while True:
        try:
            await completions.refresh(stacks.cast.world, Memory(), stacks.now)
        except Unavailable:
            continue
        return


def refused(outcomes: list[object]) -> list[str]:
    """Return the codes of what was refused."""
    return sorted({each.code for each in outcomes if isinstance(each, GraphServiceError)})


async def test_completing_awards_the_output_for_the_owner(cast: Cast, stacks: Stacks) -> None:
    pathway, output, learner, _ = await completed(stacks)
    await stacks.refresh()
    kept, [made] = await stacks.completion(learner, pathway), await stacks.awards(learner, output)
    assert (kept["review"], kept["awardId"], kept["readers"]) == ("AWARDED", made["id"], [learner, cast.university])
    assert (made["ownerId"], made["awardedAt"], made["since"]) == (cast.university, *[kept["everComplete"]] * 2)
    text = "MATCH (e:Event)-[:ABOUT]->(w:Award {id: $id}) RETURN [e.action, e.actorId, e.speakingFor] AS row"
    events = await cast.world.store.run("events", text, {"id": made["id"]})
    assert events == [["AWARD_OUTPUT", "urn:graph-service:judge", "ISSUER"]]
    assert await stacks.refresh() == 0


async def test_twenty_workers_award_one_output(cast: Cast, stacks: Stacks) -> None:
    await stacks.refresh()
    pathway, output, learner, _ = await completed(stacks)
    await asyncio.gather(*(worker(stacks) for _ in range(WORKERS)))
    [made] = await stacks.awards(learner, output)
    assert await stacks.events(made["id"]) == ["AWARD_OUTPUT"]
    assert (await stacks.completion(learner, pathway))["review"] == "AWARDED"


async def test_twenty_officers_award_one_output(cast: Cast, stacks: Stacks) -> None:
    pathway, output, learner, _ = await completed(stacks, issue="REVIEW")
    await stacks.refresh()
    assert await stacks.awards(learner, output) == []
    kept = await stacks.completion(learner, pathway)
    assert (kept["review"], kept["readers"]) == ("PENDING", [learner, cast.university])
    officers = [cast.call(cast.member(f"officer-{number}", cast.university, *ISSUER)) for number in range(WORKERS)]
    acts = (outputs.award(cast.world, call, completion=kept["id"]) for call in officers)
    outcomes = await asyncio.gather(*acts, return_exceptions=True)
    [made] = await stacks.awards(learner, output)
    assert [each for each in outcomes if isinstance(each, str)] == [made["id"]]
    assert set(refused(outcomes)) <= {"COMPLETION_NOT_PENDING", "STALE_VERSION"}
    assert len([each for each in outcomes if isinstance(each, Conflict)]) == WORKERS - 1
    after = await stacks.completion(learner, pathway)
    assert (after["review"], after["awardId"]) == ("AWARDED", made["id"])
    await stacks.refresh()
    assert (await stacks.completion(learner, pathway))["review"] == "AWARDED"


async def test_who_decides(cast: Cast, stacks: Stacks) -> None:
    pathway, output, learner, _ = await completed(stacks, issue="REVIEW")
    await stacks.refresh()
    id_ = (await stacks.completion(learner, pathway))["id"]
    holder = Principal(Iri("urn:x:holder"), learner=learner)
    for principal, error in ((cast.dean, NotPermitted), (holder, NotPermitted), (cast.officer, NotFound)):
        with pytest.raises(error):
            await outputs.award(cast.world, cast.call(principal), completion=id_)
        with pytest.raises(error):
            await outputs.decline(cast.world, cast.call(principal), completion=id_, reason="不足。")
    assert await outputs.decline(cast.world, cast.call(cast.desk), completion=id_, reason="面談の後に。") == id_
    await stacks.refresh()
    kept = await stacks.completion(learner, pathway)
    assert (kept["review"], kept["reason"], "awardId" in kept) == ("DECLINED", "面談の後に。", False)
    with pytest.raises(Conflict) as raised:
        await outputs.award(cast.world, cast.call(cast.desk), completion=id_)
    assert raised.value.code == "COMPLETION_NOT_PENDING"
    assert await stacks.awards(learner, output) == []


async def test_a_decision_is_about_what_is_true_now(cast: Cast, stacks: Stacks) -> None:
    pathway, output, learner, award = await completed(stacks, issue="REVIEW")
    await stacks.refresh()
    await awarding.revoke_award(cast.world, cast.call(cast.desk), award=award, reason="誤り。")
    kept = await stacks.completion(learner, pathway)
    assert kept["review"] == "PENDING"
    with pytest.raises(Conflict) as raised:
        await outputs.award(cast.world, cast.call(cast.desk), completion=kept["id"])
    assert raised.value.code == "COMPLETION_NOT_PENDING"
    await stacks.refresh()
    assert "review" not in await stacks.completion(learner, pathway)
    assert await stacks.awards(learner, output) == []


async def test_off_awards_nothing(stacks: Stacks) -> None:
    pathway, output, learner, _ = await completed(stacks, issue="OFF")
    await stacks.refresh()
    kept = await stacks.completion(learner, pathway)
    assert (kept["state"], kept.get("review"), await stacks.awards(learner, output)) == ("COMPLETE", None, [])


async def test_who_holds_it_is_not_awarded_it_again(cast: Cast, stacks: Stacks) -> None:
    badge, output = await stacks.badge(cast.university), await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, badge, output=output)
    learner = await stacks.learner()
    ends = later(stacks.now(), days=10)
    await stacks.award(output, learner, until=ends)
    await stacks.award(badge, learner)
    await stacks.refresh()
    assert len(await stacks.awards(learner, output)) == 1
    assert (await stacks.completion(learner, pathway))["nextChange"] == ends
    stacks.pass_days(11)
    await stacks.refresh()
    assert len(await stacks.awards(learner, output)) == 2

    *_, made = await stacks.awards(learner, output)
    await awarding.revoke_award(cast.world, cast.call(cast.desk), award=made["id"], reason="誤り。")
    await stacks.refresh()
    await completions.rebuild(cast.world, Memory(), stacks.now)
    assert len(await stacks.awards(learner, output)) == 2  # once a version, whatever became of it


async def test_what_was_killed_between_award_and_marking_goes_on(cast: Cast, stacks: Stacks) -> None:
    pathway, output, learner, _ = await completed(stacks)
    at = stacks.now()
    await following.follow(cast.world, at)  # killed before anything was judged
    rows = [row for row in await due(cast, stacks) if row["learner"] == learner]
    [judged] = await judge(cast.world, Memory(), pathway, rows, at)
    assert await outputs.settle(cast.world, judged)  # killed before it was kept
    assert "skDate" not in await stacks.completion(learner, pathway)
    assert await outputs.settle(cast.world, judged)  # somebody else, with what was judged before: nothing is left to do
    [made] = await stacks.awards(learner, output)
    await completions.refresh(cast.world, Memory(), stacks.now)
    kept = await stacks.completion(learner, pathway)
    assert (kept["review"], kept["awardId"]) == ("AWARDED", made["id"])
    assert len(await stacks.awards(learner, output)) == 1


async def due(cast: Cast, stacks: Stacks) -> list[dict[str, str]]:
    """Return what is to be judged."""
    return await cast.world.store.read("completion/due", at=stacks.now(), limit=1_000)


@pytest.mark.parametrize("on_lapse", ["KEEP", "SUSPEND", "REVOKE"])
async def test_a_basis_lapses_by_expiry_and_comes_back(cast: Cast, stacks: Stacks, on_lapse: str) -> None:
    badge, output = await stacks.badge(cast.university), await stacks.badge(cast.university)
    await stacks.stack(cast.university, badge, output=output, on_lapse=on_lapse)
    learner = await stacks.learner()
    await stacks.award(badge, learner, until=later(stacks.now(), days=30))
    await stacks.refresh()
    stacks.pass_days(31)
    await stacks.refresh()
    at = stacks.now()
    [made] = await stacks.awards(learner, output)
    assert (made["basisLapsedSince"], made["basisLapsedReason"]) == (at, "EXPIRED")
    assert (made.get("suspendedSince"), made.get("ended")) == (
        at if on_lapse == "SUSPEND" else None,
        "REVOKED" if on_lapse == "REVOKE" else None,
    )
    assert await stacks.events(made["id"]) == ["AWARD_OUTPUT", "BASIS_LAPSED"]
    assert await stacks.refresh() == 0

    await stacks.award(badge, learner)
    await stacks.refresh()
    [made] = await stacks.awards(learner, output)
    if on_lapse == "REVOKE":  # what is revoked stays so
        assert made["until"] == at
        assert await stacks.events(made["id"]) == ["AWARD_OUTPUT", "BASIS_LAPSED"]
    else:
        assert not {"basisLapsedSince", "basisLapsedReason", "suspendedSince"} & made.keys()
        assert await stacks.events(made["id"]) == ["AWARD_OUTPUT", "BASIS_LAPSED", "BASIS_RESTORED"]


async def test_a_revoked_output_has_its_slot_set(cast: Cast, stacks: Stacks) -> None:
    _, output, learner, award = await completed(stacks, on_lapse="REVOKE")
    await stacks.refresh()
    [made] = await stacks.awards(learner, output)
    await award_credentials.issue(cast.world, cast.call(cast.desk), award=made["id"])
    await awarding.revoke_award(cast.world, cast.call(cast.desk), award=award, reason="誤り。")
    await stacks.refresh()
    text = "MATCH (w:Award {id: $id})<-[:STATUS_OF]-(s) RETURN {revoked: s.revoked, at: s.revokedAt, until: w.until, reason: w.basisLapsedReason} AS row"
    [slot] = await cast.world.store.run("slot", text, {"id": made["id"]})
    assert (slot["revoked"], slot["at"], slot["reason"]) == (True, slot["until"], "REVOKED")


async def test_a_withdrawn_endorsement_lapses_what_rests_on_it_upward(cast: Cast, stacks: Stacks) -> None:
    """Three stacks, each output a part of the next; the lowest rests on an endorsement."""
    badge, *outputs_ = [await stacks.badge(cast.university) for _ in range(4)]
    guards = {"endorsedBy": [{"profiles": [cast.board]}]}
    offered = await proposing.offer(cast.world, cast.call(cast.officer), Proposal(cast.board, badge, Kind.ENDORSE))
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=offered)
    for part, output, given in zip([badge, *outputs_], outputs_, (guards, None, None), strict=False):
        top = await stacks.stack(cast.university, part, output=output, on_lapse="SUSPEND", guards=given)
    learner = await stacks.learner()
    await stacks.award(badge, learner)
    await stacks.refresh()
    assert [len(await stacks.awards(learner, output)) for output in outputs_] == [1, 1, 1]

    await issuing.revoke(cast.world, cast.call(cast.officer), endorsement=offered, reason="内容が変わった。")
    await stacks.refresh()
    found = [award for output in outputs_ for award in await stacks.awards(learner, output)]
    assert [each["basisLapsedReason"] for each in found] == ["ENDORSEMENT_REVOKED", "SUSPENDED", "SUSPENDED"]
    assert all(each["suspendedSince"] for each in found)
    meanwhile = stacks.now()
    assert await judged(stacks, top, learner) == ("NOT", ["SUSPENDED"])
    assert {row["state"] for row in await stacks.kept(learner)} == {"NOT"}

    again = await proposing.offer(cast.world, cast.call(cast.officer), Proposal(cast.board, badge, Kind.ENDORSE))
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=again)
    await stacks.refresh()
    found = [award for output in outputs_ for award in await stacks.awards(learner, output)]
    assert len(found) == 3
    assert not any("suspendedSince" in each or "basisLapsedSince" in each for each in found)
    assert await judged(stacks, top, learner) == ("COMPLETE", [])
    assert await judged(stacks, top, learner, meanwhile) == ("NOT", ["SUSPENDED"])  # what was, stays so
    assert {row["state"] for row in await stacks.kept(learner)} == {"COMPLETE"}


async def judged(stacks: Stacks, pathway: Iri, learner: Iri, at: Instant | None = None) -> tuple[str, list[str]]:
    """Ask for the progress as the operator; return the state and all reasons."""
    world, call = stacks.cast.world, stacks.cast.call(stacks.cast.operator)
    found = await progress.progress(world, Plans(), call, pathway=pathway, learner=learner, at=at)
    return found.state, [reason.code for node in found.nodes for reason in node.reasons]


async def test_it_is_suspended_as_often_as_its_basis_lapses(cast: Cast, stacks: Stacks) -> None:
    badge, output = await stacks.badge(cast.university), await stacks.badge(cast.university)
    await stacks.stack(cast.university, badge, output=output, on_lapse="SUSPEND")
    above = await stacks.stack(cast.university, output)
    learner = await stacks.learner()
    moments: list[tuple[Instant, str]] = []
    for _ in range(2):
        await stacks.award(badge, learner, until=later(stacks.now(), days=10))
        await stacks.refresh()
        moments.append((stacks.now(), "COMPLETE"))
        stacks.pass_days(11)
        await stacks.refresh()
        moments.append((stacks.now(), "NOT"))
    await stacks.award(badge, learner)
    await stacks.refresh()
    [made] = await stacks.awards(learner, output)
    assert len(made["suspensions"]) == 2
    for at, state in (*moments, (stacks.now(), "COMPLETE")):
        assert (await judged(stacks, above, learner, at))[0] == state


async def test_twenty_workers_mark_a_lapse_once(cast: Cast, stacks: Stacks) -> None:
    _, output, learner, award = await completed(stacks)
    await stacks.refresh()
    await awarding.revoke_award(cast.world, cast.call(cast.desk), award=award, reason="誤り。")
    await asyncio.gather(*(worker(stacks) for _ in range(WORKERS)))
    [made] = await stacks.awards(learner, output)
    assert await stacks.events(made["id"]) == ["AWARD_OUTPUT", "BASIS_LAPSED"]


async def test_the_owner_does_not_learn_what_it_may_not_know(cast: Cast, stacks: Stacks) -> None:
    """A pathway of the board, completed by an award of the university: three learners."""
    badge, output = await stacks.badge(cast.university), await stacks.badge(cast.board)
    pathway = await stacks.stack(cast.board, badge, output=output)
    everybody = consenting, enrolling_, silent = [await stacks.learner() for _ in range(3)]
    for learner in everybody:
        await stacks.award(badge, learner)
    await stacks.refresh()
    for learner in everybody:
        kept = await stacks.completion(learner, pathway)
        assert (kept["state"], kept["review"], kept["readers"]) == ("COMPLETE", "WAITS_FOR_CONSENT", [learner])

    principals = {learner: Principal(Iri(f"urn:x:{learner}"), learner=learner) for learner in everybody}
    await consents.give(cast.world, cast.call(principals[consenting]), profile=cast.board)
    await enrolling.enrol(cast.world, cast.call(principals[enrolling_]), pathway=pathway, policy=Policy.BEST_OF)
    await stacks.refresh()
    for learner, count in ((consenting, 1), (enrolling_, 1), (silent, 0)):
        assert len(await stacks.awards(learner, output)) == count
    assert (await stacks.completion(silent, pathway))["review"] == "WAITS_FOR_CONSENT"


async def either(stacks: Stacks, issue: str) -> tuple[Iri, Iri, Iri, Iri, Iri]:
    """Publish a pathway of the board: a badge of the university, or its own. Return both, output, pathway, a learner."""
    board, university = stacks.cast.board, stacks.cast.university
    foreign, own, output = await stacks.badge(university), await stacks.badge(board), await stacks.badge(board)
    definition = asking(foreign, own, output=output, issue=issue)
    definition["nodes"][0]["kind"] = "ANY"
    return foreign, own, output, await stacks.published(board, definition), await stacks.learner()


async def test_an_output_does_not_tell_since_when_others_awards_complete_it(cast: Cast, stacks: Stacks) -> None:
    foreign, own, output, pathway, learner = await either(stacks, "AUTO")
    await stacks.award(foreign, learner)
    await stacks.refresh()
    kept = await stacks.completion(learner, pathway)
    assert (kept["review"], kept["skDate"][:20]) == ("WAITS_FOR_CONSENT", kept["everComplete"])
    stacks.pass_days(30)
    await stacks.award(own, learner, cast.board)
    await stacks.refresh()
    [ours], [made] = await stacks.awards(learner, own), await stacks.awards(learner, output)
    kept = await stacks.completion(learner, pathway)
    assert made["awardedAt"] == made["since"] == kept["skDate"][:20] == ours["awardedAt"]
    assert kept["everComplete"] < ours["awardedAt"]  # which its owner does not read


async def test_that_an_output_waits_is_not_told_by_refusing(cast: Cast, stacks: Stacks) -> None:
    foreign, own, _, pathway, learner = await either(stacks, "REVIEW")
    award = await stacks.award(own, learner, cast.board)
    await stacks.refresh()
    kept = await stacks.completion(learner, pathway)
    assert kept["review"] == "PENDING"
    await stacks.award(foreign, learner)
    officer = stacks.officer(cast.board)
    await awarding.revoke_award(cast.world, cast.call(officer), award=award, reason="誤り。")
    with pytest.raises(Conflict) as raised:
        await outputs.award(cast.world, cast.call(officer), completion=kept["id"])
    assert [each.values["review"] for each in raised.value.problems] == ["-"]


async def test_who_is_enrolled_by_the_owner_did_not_choose_to(cast: Cast, stacks: Stacks) -> None:
    badge, output, known = [await stacks.badge(each) for each in (cast.university, cast.board, cast.board)]
    pathway = await stacks.stack(cast.board, badge, output=output)
    learner = await stacks.learner()
    await stacks.award(known, learner, cast.board)  # so that the board knows of the learner
    await stacks.award(badge, learner)
    officer = cast.call(stacks.officer(cast.board))
    await enrolling.enrol(cast.world, officer, pathway=pathway, learner=learner, policy=Policy.BEST_OF)
    await stacks.refresh()
    assert (await stacks.completion(learner, pathway))["review"] == "WAITS_FOR_CONSENT"
    assert await stacks.awards(learner, output) == []
