"""Completions that are kept, followed upward from what happens; on a real engine."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest

from graph_service.domain.endorsement import Kind
from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal
from graph_service.domain.time import OPEN_END, later
from graph_service.errors import DeadlineExceeded
from graph_service.services import (
    awarding,
    completions,
    enrolling,
    equivalences,
    following,
    issuing,
    noticing,
    proposing,
    publishing,
)
from graph_service.services.awarding import AwardRow
from graph_service.services.call import Call
from graph_service.services.judging import Memory
from graph_service.services.proposing import Proposal
from graph_service.store import Store
from tests.casts import Cast
from tests.integration.services.stacks import Stacks, asking


@pytest.fixture(scope="module")
def stacks(cast: Cast) -> Stacks:
    """The stacks of this module."""
    return Stacks(cast)


async def test_a_learner_is_kept_from_the_first_fact_on(cast: Cast, stacks: Stacks) -> None:
    first, second = await stacks.badge(cast.university), await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, first, second)
    learner = await stacks.learner()
    await stacks.refresh()
    assert await stacks.kept(learner) == []

    await stacks.award(first, learner)
    await stacks.refresh()
    half = await stacks.completion(learner, pathway)
    assert (half["state"], half["fraction"], half["percentage"], half.get("review")) == ("NOT", "1/2", 50, None)
    assert (half["readers"], half["nextChange"], half["versionId"]) == ([learner], OPEN_END, f"{pathway}/versions/1")
    assert "everComplete" not in half

    await stacks.award(second, learner)
    await stacks.refresh()
    whole = await stacks.completion(learner, pathway)
    [last] = await stacks.awards(learner, second)
    assert (whole["state"], whole["percentage"], whole["everComplete"]) == ("COMPLETE", 100, last["awardedAt"])
    assert whole["id"] == half["id"]
    assert await stacks.refresh() == 0


async def test_who_only_enrolled_is_kept_too(cast: Cast, stacks: Stacks) -> None:
    pathway = await stacks.stack(cast.university, await stacks.badge(cast.university))
    learner = await stacks.learner()
    teacher = Principal(Iri("urn:x:enrolled"), learner=learner)
    await enrolling.enrol(cast.world, cast.call(teacher), pathway=pathway, policy=Policy.BEST_OF)
    await stacks.refresh()
    kept = await stacks.completion(learner, pathway)
    assert (kept["state"], kept["percentage"]) == ("NOT", 0)


async def test_time_alone_has_it_judged_again(cast: Cast, stacks: Stacks) -> None:
    badge = await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, badge)
    learner = await stacks.learner()
    ends = later(stacks.now(), days=30)
    await stacks.award(badge, learner, until=ends)
    await stacks.refresh()
    kept = await stacks.completion(learner, pathway)
    assert (kept["state"], kept["nextChange"]) == ("COMPLETE", ends)
    stacks.pass_days(29)
    assert await stacks.refresh() == 0
    stacks.pass_days(2)
    assert await stacks.refresh() == 1
    kept = await stacks.completion(learner, pathway)
    assert (kept["state"], kept["nextChange"]) == ("NOT", OPEN_END)
    assert kept["everComplete"] == (await stacks.awards(learner, badge))[0]["awardedAt"]


async def test_an_endorsement_reaches_everybody_whose_completion_it_changes(cast: Cast, stacks: Stacks) -> None:
    badge = await stacks.badge(cast.university)
    guards = {"endorsedBy": [{"profiles": [cast.board]}]}
    lower = await stacks.stack(cast.university, badge, guards=guards)
    above = {"root": "all", "nodes": [{"id": "all", "kind": "REF", "pathwayVersion": f"{lower}/versions/1"}]}
    await stacks.published(cast.board, above)
    learner = await stacks.learner()
    await stacks.award(badge, learner)
    await stacks.refresh()
    assert [row["state"] for row in await stacks.kept(learner)] == ["NOT", "NOT"]

    offered = await proposing.offer(cast.world, cast.call(cast.officer), Proposal(cast.board, badge, Kind.ENDORSE))
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=offered)
    await stacks.refresh()
    assert [row["state"] for row in await stacks.kept(learner)] == ["COMPLETE", "COMPLETE"]


async def test_a_new_version_finds_those_who_begin_with_it(cast: Cast, stacks: Stacks) -> None:
    old, new = await stacks.badge(cast.university), await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, old)
    learner = await stacks.learner()
    await stacks.award(new, learner)
    await stacks.refresh()
    assert await stacks.kept(learner) == []
    officer = stacks.officer(cast.university)
    await publishing.save_draft(cast.world, cast.call(officer), pathway=pathway, definition=asking(new))
    await publishing.publish(cast.world, cast.call(officer), pathway=pathway)
    await stacks.refresh()
    kept = await stacks.completion(learner, pathway)
    assert (kept["state"], kept["versionId"]) == ("COMPLETE", f"{pathway}/versions/2")


async def test_a_claim_of_equivalence_finds_those_who_hold_what_it_counts(cast: Cast, stacks: Stacks) -> None:
    own, foreign = await stacks.badge(cast.university), await stacks.badge(cast.board)
    pathway = await stacks.published(cast.university, {**asking(own), "trusts": [cast.university]})
    learner = await stacks.learner()
    await stacks.award(foreign, learner, cast.board)
    await stacks.refresh()
    assert await stacks.kept(learner) == []
    officer = stacks.officer(cast.university)
    claim = equivalences.Claim(claimant=cast.university, source=foreign, target=own)
    claimed = await equivalences.claim(cast.world, cast.call(officer), claim)
    await stacks.refresh()
    assert (await stacks.completion(learner, pathway))["state"] == "COMPLETE"
    await equivalences.end(cast.world, cast.call(officer), equivalence=claimed, reason="誤り。")
    await stacks.refresh()
    assert (await stacks.completion(learner, pathway))["state"] == "NOT"


async def test_when_it_was_written_and_what_date_it_bears_do_not_matter(cast: Cast, stacks: Stacks) -> None:
    badge = await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, badge)
    await stacks.refresh()
    officer, learner = stacks.officer(cast.university), await stacks.learner()
    stacks.pass_days(10)
    await stacks.refresh()
    call = Call(officer, later(stacks.now(), seconds=-864_000))
    await awarding.award(cast.world, call, achievement=badge, holder=learner)
    assert await waiting(cast) != []
    await stacks.refresh()
    assert (await stacks.completion(learner, pathway))["state"] == "COMPLETE"
    assert await waiting(cast) == []


async def test_what_was_there_before_events_were_followed_is_judged_once(cast: Cast, stacks: Stacks) -> None:
    badge = await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, badge)
    learner = await stacks.learner()
    await stacks.award(badge, learner)
    await change(cast, "MATCH (d:Delivery) DETACH DELETE d RETURN 1 AS row")
    assert await stacks.refresh() == 0
    await change(cast, "MATCH (i:Installation) REMOVE i.completions RETURN 1 AS row")
    assert await stacks.refresh() > 0
    assert (await stacks.completion(learner, pathway))["state"] == "COMPLETE"
    assert await stacks.refresh() == 0


async def test_pages_may_be_small(cast: Cast, stacks: Stacks, monkeypatch: pytest.MonkeyPatch) -> None:
    badges = [await stacks.badge(cast.university) for _ in range(3)]
    guards = {"endorsedBy": [{"profiles": [cast.board], "on": "PROFILE"}]}
    pathways = [await stacks.stack(cast.university, badge, guards=guards) for badge in badges]
    everybody = [await stacks.learner() for _ in range(3)]
    rows = [AwardRow(learner, badge, None) for learner in everybody for badge in badges]
    call = cast.call(stacks.officer(cast.university))
    await awarding.award_many(cast.world, call, issuer=cast.university, rows=rows)
    await stacks.refresh()
    monkeypatch.setattr(following, "PAGE", 2)
    monkeypatch.setattr(following, "EVENTS", 2)
    offered = await proposing.offer(
        cast.world, cast.call(cast.officer), Proposal(cast.board, cast.university, Kind.ENDORSE)
    )
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=offered)
    await stacks.refresh()
    states = [(await stacks.completion(learner, each))["state"] for learner in everybody for each in pathways]
    assert states == ["COMPLETE"] * 9


async def test_a_rebuild_makes_what_refreshing_made(cast: Cast, stacks: Stacks) -> None:
    """Last of this module: it compares everything that the tests before have led to."""
    await stacks.refresh()
    text = "MATCH (c:Completion)-[:OF_LEARNER]->(l), (c)-[:IN_PATHWAY]->(p) RETURN c {.*, l: l.id, p: p.id} AS row ORDER BY c.id"
    before = await cast.world.store.run("before", text, {})
    assert await completions.rebuild(cast.world, Memory(), stacks.now) >= len(before) > 5
    after = await cast.world.store.run("after", text, {})
    for row in (*before, *after):
        del row["judgedAt"], row["version"]
    assert after == before


async def test_a_pathway_that_cannot_be_judged_keeps_nothing_else_waiting(cast: Cast, stacks: Stacks) -> None:
    bad, good = await stacks.badge(cast.university), await stacks.badge(cast.university)
    broken, whole = await stacks.stack(cast.university, bad), await stacks.stack(cast.university, good)
    learner = await stacks.learner()
    spoil = "MATCH (v:PathwayVersion {id: $id}) SET v.definition = '{', v.digest = 'spoilt' RETURN v.id AS row"
    await change(cast, spoil, id=f"{broken}/versions/1")
    await stacks.award(bad, learner)
    await stacks.award(good, learner)
    await stacks.refresh()
    assert (await stacks.completion(learner, whole))["state"] == "COMPLETE"
    waiting = await stacks.completion(learner, broken)
    assert (waiting["state"], waiting["nextChange"]) == ("NOT", later(stacks.now(), seconds=completions.PAUSE))


async def test_one_that_cannot_be_judged_keeps_no_other_of_its_pathway_waiting(cast: Cast, stacks: Stacks) -> None:
    badge = await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, badge)
    everybody = [await stacks.learner() for _ in range(5)]
    made = [await stacks.award(badge, learner) for learner in everybody]
    await change(cast, "MATCH (w:Award {id: $id}) SET w.results = '{' RETURN w.id AS row", id=made[2])
    await stacks.refresh()
    kept = [await stacks.completion(learner, pathway) for learner in everybody]
    assert [each["state"] for each in kept] == ["COMPLETE", "COMPLETE", "NOT", "COMPLETE", "COMPLETE"]
    assert kept[2]["nextChange"] == later(stacks.now(), seconds=completions.PAUSE)


async def test_one_about_whose_output_nothing_can_be_done_is_alone_put_off(cast: Cast, stacks: Stacks) -> None:
    badge, output = await stacks.badge(cast.university), await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, badge, output=output)
    bad, good = await stacks.learner(), await stacks.learner()
    for learner in (bad, good):
        await stacks.award(badge, learner, until=later(stacks.now(), days=30))
    await stacks.refresh()
    await change(cast, "MATCH (o:Output {learnerId: $id}) SET o.onLapse = '?' RETURN o.id AS row", id=bad)
    stacks.pass_days(31)
    await stacks.refresh()
    assert (await stacks.completion(good, pathway))["state"] == "NOT"
    waits = await stacks.completion(bad, pathway)
    assert (waits["state"], waits["nextChange"]) == ("COMPLETE", later(stacks.now(), seconds=completions.PAUSE))


async def test_an_output_that_will_be_valid_one_day_is_held_then(cast: Cast, stacks: Stacks) -> None:
    badge, output = await stacks.badge(cast.university), await stacks.badge(cast.university)
    await stacks.stack(cast.university, badge, output=output)
    learner = await stacks.learner()
    ahead = await stacks.award(output, learner)
    since = later(stacks.now(), days=30)
    await change(cast, "MATCH (w:Award {id: $id}) SET w.since = $since RETURN w.id AS row", id=ahead, since=since)
    await stacks.award(badge, learner)
    async with asyncio.timeout(60):
        await stacks.refresh()
    assert len(await stacks.awards(learner, output)) == 2


@dataclass(frozen=True)
class Slow:
    """The store, where statements about more than a few things at a time, or about one of them, take too long."""

    store: Store
    statement: str
    given: str
    few: int
    never: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def read(self, statement: str, **parameters: Any) -> list[Any]:
        asked = parameters.get(self.given, ())
        if statement == self.statement and (len(asked) > self.few or self.never in asked):
            raise DeadlineExceeded(statement)
        return await self.store.read(statement, **parameters)


async def test_what_takes_too_long_is_done_in_halves_and_what_still_does_is_put_off(cast: Cast, stacks: Stacks) -> None:
    badge = await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, badge)
    everybody = [await stacks.learner() for _ in range(5)]
    made = [await stacks.award(badge, learner) for learner in everybody]
    slow = Slow(cast.world.store, "event/concerning", "ids", 2)
    await following.follow(replace(cast.world, store=slow), stacks.now())
    assert await waiting(cast) == []
    slow = Slow(cast.world.store, "facts/progress", "learners", 2, never=everybody[0])
    await completions.refresh(replace(cast.world, store=slow), Memory(), stacks.now)
    kept = [await stacks.completion(learner, pathway) for learner in everybody]
    assert [each["state"] for each in kept] == ["NOT", *["COMPLETE"] * 4]
    assert kept[0]["nextChange"] == later(stacks.now(), seconds=completions.PAUSE)

    for award in made[:2]:
        await awarding.revoke_award(cast.world, cast.call(cast.desk), award=award, reason="誤り。")
    first, _ = await waiting(cast)
    slow = Slow(cast.world.store, "event/concerning", "ids", 2, never=first)
    assert await completions.refresh(replace(cast.world, store=slow), Memory(), stacks.now) == 1
    assert await waiting(cast) == [first]
    assert (await stacks.completion(everybody[1], pathway))["state"] == "NOT"
    await stacks.refresh()
    assert await waiting(cast) == []


async def test_two_processes_that_follow_the_same_events_agree(cast: Cast, stacks: Stacks) -> None:
    badge = await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.university, badge)
    everybody = [await stacks.learner() for _ in range(20)]
    for learner in everybody:
        await stacks.award(badge, learner)
    await asyncio.gather(*(completions.refresh(cast.world, Memory(), stacks.now) for _ in range(4)))
    assert {(await stacks.completion(each, pathway))["state"] for each in everybody} == {"COMPLETE"}


async def waiting(cast: Cast) -> list[str]:
    """Return the events that are to be followed yet."""
    steps = (noticing.TO, following.TO)
    return [
        each for to in steps for each in await cast.world.store.read("delivery/waiting", to=to, after="", limit=1_000)
    ]


async def change(cast: Cast, text: str, **parameters: object) -> None:
    """Change the graph past the service."""
    async with cast.world.store.connection.driver.session() as session:
        await (await session.run(text, parameters)).consume()
