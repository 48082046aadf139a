"""What progress is decided from, on a real engine: every kind of fact reaches the engine by one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.endorsement import Kind
from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal, Role
from graph_service.domain.result import Evidence, Result, ResultDescription
from graph_service.domain.time import Instant, later
from graph_service.services import (
    achievements,
    awarding,
    closing,
    comparing,
    consents,
    enrolling,
    equivalences,
    issuing,
    learners,
    progress,
    publishing,
    waiving,
)
from graph_service.services.equivalences import Claim
from graph_service.services.progress import Plans, Progress
from tests.casts import Cast, text


@dataclass
class Desk:
    """The board's pathways, and a learner who has nothing yet."""

    cast: Cast
    learner: Iri
    plans: Plans = field(default_factory=Plans)

    @property
    def editor(self) -> Principal:
        """Who writes pathways, waives and claims for the board."""
        return self.cast.editor

    async def badge(self, name: str, *results: ResultDescription) -> Iri:
        """Publish a badge of the university."""
        draft = AchievementDraft(text(name), text(name), text(name), results=results)
        return await achievements.create(self.cast.world, self.cast.call(self.cast.desk), self.cast.university, draft)

    async def award(self, badge: Iri, **more: Any) -> Iri:
        """Award a badge to the learner."""
        call = self.cast.call(self.cast.desk)
        return await awarding.award(self.cast.world, call, achievement=badge, holder=self.learner, **more)

    async def pathway(self, *nodes: Mapping[str, object], **more: object) -> Iri:
        """Publish a pathway of the board; its last node is the root."""
        definition = {"root": nodes[-1]["id"], "nodes": nodes, **more}
        call = self.cast.call(self.editor)
        made = await publishing.create(
            self.cast.world, call, owner=self.cast.board, name=text("研修"), definition=definition
        )
        await publishing.publish(self.cast.world, self.cast.call(self.editor), pathway=made)
        return made

    async def next_version(self, pathway: Iri, *nodes: Mapping[str, object], publish: bool = True) -> Iri:
        """Save the draft of another version, and publish it."""
        definition = {"root": nodes[-1]["id"], "nodes": nodes}
        call = self.cast.call(self.editor)
        await publishing.save_draft(self.cast.world, call, pathway=pathway, definition=definition)
        if not publish:
            return pathway
        return await publishing.publish(self.cast.world, self.cast.call(self.editor), pathway=pathway)

    async def claim(self, source: Iri, target: Iri, **more: Any) -> Iri:
        """Let the board claim that one badge counts as another."""
        given = Claim(self.cast.board, source, target, **more)
        return await equivalences.claim(self.cast.world, self.cast.call(self.editor), given)

    async def endorse(self, target: Iri, kind: Kind = Kind.ENDORSE) -> Iri:
        """Let the board endorse something of the university."""
        endorsement = await self.cast.request(target, kind)
        await issuing.issue(self.cast.world, self.cast.call(self.cast.officer), endorsement=endorsement)
        return endorsement

    async def change(self, statement: str, **parameters: object) -> None:
        """Write past the services what only others can make: a foreign endorsement, a suspension."""
        connection = self.cast.world.store.connection
        await connection.driver.execute_query(statement, parameters, database_=connection.database)

    async def ask(self, pathway: Iri, at: Instant | None = None, version: str | None = None) -> Progress:
        """Ask as the operator."""
        call = self.cast.call(self.cast.operator)
        return await progress.progress(
            self.cast.world, self.plans, call, pathway=pathway, learner=self.learner, at=at, version=version
        )


@pytest.fixture
async def desk(cast: Cast) -> Desk:
    return Desk(cast, await learners.register_learner(cast.world, cast.call(cast.desk)))


def leaf(id_: str, *targets: Iri, **more: object) -> dict[str, object]:
    return {"id": id_, "kind": "LEAF", "targets": list(targets), **more}


def group(id_: str, *parts: str) -> dict[str, object]:
    return {"id": id_, "kind": "ALL", "parts": list(parts)}


async def test_what_is_equivalent_counts_where_the_claimant_is_trusted(desk: Desk) -> None:
    one, two, three, wanted = [await desk.badge(name) for name in ("一", "二", "三", "求めるもの")]
    trusting = await desk.pathway(leaf("it", wanted), trusts=[desk.cast.board])
    wary = await desk.pathway(leaf("it", wanted))
    award = await desk.award(one)
    for source, target in ((one, two), (two, three), (three, wanted)):
        assert (await desk.ask(trusting)).state == "NOT"
        await desk.claim(source, target)
    assert ((await desk.ask(trusting)).state, (await desk.ask(wary)).state) == ("COMPLETE", "NOT")
    assert [each.id for each in (await desk.ask(trusting)).facts.awards] == [award]


async def test_a_claim_is_about_one_pathway_and_worth_its_factor(desk: Desk) -> None:
    elsewhere, wanted = await desk.badge("他大学"), await desk.badge("本学")
    nodes = (
        leaf("it", wanted, credits={"ECTS": "3"}),
        {"id": "sum", "kind": "CREDITS", "unit": "ECTS", "threshold": "2", "parts": ["it"]},
    )
    pathway, other = [await desk.pathway(*nodes, trusts=[desk.cast.board]) for _ in range(2)]
    await desk.claim(elsewhere, wanted, factor="0.5", pathway=pathway)
    await desk.award(elsewhere)
    assert [str((await desk.ask(each)).fraction) for each in (pathway, other)] == ["3/4", "0"]


async def test_an_endorsement_of_what_is_held_or_of_what_it_stands_for_will_do(desk: Desk) -> None:
    guards = {"endorsedBy": [{"profiles": [desk.cast.board]}]}
    for endorsed in ("source", "target"):
        source, target = await desk.badge("元"), await desk.badge("先")
        pathway = await desk.pathway(leaf("it", target, guards=guards), trusts=[desk.cast.board])
        await desk.claim(source, target)
        await desk.award(source)
        assert (await desk.ask(pathway)).state == "NOT"
        await desk.endorse(source if endorsed == "source" else target)
        assert (await desk.ask(pathway)).state == "COMPLETE"


async def test_results_and_evidence_of_an_award_are_seen(desk: Desk) -> None:
    stages = ResultDescription("stage", "段階", allowed=("C", "B", "A"))
    badge = await desk.badge("実践", stages)
    level = {"result": f"{badge}#stage", "atLeast": "B"}
    good = await desk.pathway(leaf("it", badge, guards={"level": [level], "evidence": ["実践記録"]}))
    await desk.award(badge, results=[Result(f"{badge}#stage", "C")])
    assert (await desk.ask(good)).state == "NOT"
    record = Evidence("実践の記録", genre="実践記録")
    await desk.award(
        badge, results=[Result(f"{badge}#stage", "A")], evidence=[record], awarded_at="2026-03-01T00:00:00Z"
    )
    assert (await desk.ask(good)).state == "COMPLETE"


async def test_a_waiver_counts_in_every_version_and_where_one_is_referenced(desk: Desk) -> None:
    one, two = await desk.badge("一"), await desk.badge("二")
    below = await desk.pathway(leaf("one", one), leaf("two", two), group("all", "one", "two"))
    above = await desk.pathway(
        {"id": "stack", "kind": "REF", "pathwayVersion": f"{below}/versions/1"}, group("root", "stack")
    )
    await desk.next_version(below, leaf("one", one), leaf("two", two), group("other", "one", "two"))
    await desk.award(one)
    me = Principal(Iri("urn:x:me"), learner=desk.learner)
    await consents.give(desk.cast.world, desk.cast.call(me), profile=desk.cast.board)  # so that the board knows of them
    call = desk.cast.call(desk.editor)
    made = await waiving.waive(
        desk.cast.world, call, learner=desk.learner, pathway=below, node="two", reason="前任校で修了"
    )
    found = [await desk.ask(each) for each in (below, above)]
    assert [each.state for each in found] == ["COMPLETE"] * 2
    assert (await desk.ask(below, version=f"{below}/versions/1")).state == "COMPLETE"
    await waiving.end(desk.cast.world, desk.cast.call(desk.editor), waiver=made, reason="取消し")
    assert [(await desk.ask(each)).state for each in (below, above)] == ["NOT"] * 2


async def test_an_endorser_counts_while_accredited(desk: Desk) -> None:
    cast, badge = desk.cast, await desk.badge("認証校のもの")
    by = {"profiles": [cast.university], "accreditedBy": [cast.board]}
    pathway = await desk.pathway(leaf("it", badge, guards={"endorsedBy": [by]}))
    await desk.award(badge)
    await desk.change(
        """MATCH (a:Achievement {id: $badge}) MATCH (by:Profile {id: $by})
        CREATE (by)-[:MADE]->(:Endorsement:Entity {id: $id, type: 'Endorsement', kind: 'ENDORSE', state: 'ISSUED',
          standing: 'OWN', endorserId: $by, targetId: $badge, targetType: 'Achievement', targetNumber: 1,
          since: $since, until: '9999-12-31T23:59:59Z'})-[:ENDORSES]->(a)""",
        badge=badge,
        by=cast.university,
        id=f"{badge}/said",
        since=cast.at,
    )
    assert (await desk.ask(pathway)).state == "NOT"
    await desk.endorse(cast.university, Kind.ACCREDIT)
    assert (await desk.ask(pathway)).state == "COMPLETE"


async def test_what_could_not_be_checked_is_what_it_depends_on(desk: Desk) -> None:
    badge = await desk.badge("他所の裏書")
    by = {"profiles": [desk.cast.board], "standings": ["FOREIGN"]}
    pathway = await desk.pathway(leaf("it", badge, guards={"endorsedBy": [by]}))
    await desk.award(badge)
    endorsement = await desk.endorse(badge)
    outcome = "MATCH (e:Endorsement {id: $id}) SET e.standing = 'FOREIGN', e.checkedOutcome = $is, e.checkedCode = 'FETCH_FAILED'"
    for checked, state, percentages in (
        ("ok", "COMPLETE", (100, 1)),
        ("unknown", "DEPENDS", (0, 1)),
        ("failed", "NOT", (0, 0)),
    ):
        await desk.change(outcome, id=endorsement, **{"is": checked})
        found = await desk.ask(pathway)
        assert (found.state, (found.percentage, found.upper)) == (state, percentages)
        assert found.depends_on == ((endorsement,) if state == "DEPENDS" else ())


async def test_what_is_suspended_does_not_count_meanwhile(desk: Desk) -> None:
    badge = await desk.badge("停止されるもの")
    pathway = await desk.pathway(leaf("it", badge))
    award = await desk.award(badge)
    before = (await desk.ask(pathway)).at
    spans = [f"{later(before, days=first)}/{later(before, days=last)}" for first, last in ((1, 2), (3, 4))]
    await desk.change("MATCH (w:Award {id: $id}) SET w.suspensions = $spans", id=award, spans=spans)
    for days, state in enumerate(("COMPLETE", "NOT", "COMPLETE", "NOT", "COMPLETE")):
        found = await desk.ask(pathway, later(before, days=days))
        codes = [reason.code for node in found.nodes for reason in node.reasons]
        assert (found.state, codes) == (state, ["SUSPENDED"] if state == "NOT" else [])


# versions


async def test_versions_count_as_the_enrolment_says(desk: Desk) -> None:
    cast, (one, two) = desk.cast, (await desk.badge("一"), await desk.badge("二"))
    pathway = await desk.pathway(leaf("one", one))
    await desk.award(one)
    second = await desk.next_version(pathway, leaf("one", one), leaf("two", two), group("all", "one", "two"))
    found = await desk.ask(pathway)
    assert (found.version.number, found.state, found.policy) == (1, "COMPLETE", Policy.BEST_OF)
    me = Principal(Iri("urn:x:me"), learner=desk.learner)
    enrolment = await enrolling.enrol(cast.world, cast.call(me), pathway=pathway, policy=Policy.LATEST)
    found = await desk.ask(pathway)
    assert (found.version.number, found.state, found.policy, found.percentage) == (2, "NOT", Policy.LATEST, 50)
    assert found.ever_complete is not None  # the first version remembers
    await enrolling.end(cast.world, cast.call(me), enrolment=enrolment)
    await enrolling.enrol(
        cast.world, cast.call(me), pathway=pathway, policy=Policy.PINNED, version=f"{pathway}/versions/1"
    )
    assert (await desk.ask(pathway)).version.number == 1
    await closing.end(cast.world, cast.call(desk.editor), version=f"{pathway}/versions/1")
    found = await desk.ask(pathway)
    assert (found.version.number, found.state) == (1, "COMPLETE")  # over, and completed before that
    asked = await desk.ask(pathway, version=second)
    assert (asked.pathway_version, asked.state, asked.ever_complete) == (second, "NOT", None)
    fresh = replace(desk, learner=await learners.register_learner(cast.world, cast.call(cast.desk)))
    assert (await fresh.ask(pathway)).version.number == 2
    await fresh.award(one)
    assert (await fresh.ask(pathway)).version.number == 2  # the first was over by then


async def test_a_cohort_may_be_judged_by_several_versions(desk: Desk) -> None:
    cast, (one, two) = desk.cast, (await desk.badge("一"), await desk.badge("二"))
    other = replace(desk, learner=await learners.register_learner(cast.world, cast.call(cast.desk)))
    pathway = await desk.pathway(leaf("one", one))
    await desk.next_version(pathway, leaf("two", two))
    await desk.award(one)
    await other.award(two)
    call = cast.call(cast.operator)
    asked = [desk.learner, other.learner]
    found = await progress.cohort(cast.world, desk.plans, call, pathway=pathway, learners=asked)
    assert [(version.number, len(members)) for version, members in found.by_version.items()] == [(2, 1), (1, 1)]
    assert ([node.id for node in found.plan.nodes], found.held, found.complete) == (["two"], (1,), 2)
    pages = progress.pages(cast.world, desk.plans, call, pathway=pathway, learners=[*asked, "urn:x:none"])
    (page,) = [each async for each in pages]
    assert (page.complete, page.left_out) == (2, ("urn:x:none",))


async def test_a_dry_run_tells_who_would_gain_and_who_would_lose(desk: Desk) -> None:
    cast, (one, two) = desk.cast, (await desk.badge("一"), await desk.badge("二"))
    other, third = [
        replace(desk, learner=await learners.register_learner(cast.world, cast.call(cast.desk))) for _ in "12"
    ]
    asked = [desk.learner, other.learner, third.learner]
    pathway = await desk.pathway(leaf("one", one))
    await desk.award(one)
    await other.award(two)
    await third.award(one)
    me = Principal(Iri("urn:x:third"), learner=third.learner)
    await enrolling.enrol(cast.world, cast.call(me), pathway=pathway, policy=Policy.LATEST)
    await desk.next_version(pathway, leaf("two", two), publish=False)
    for ending in (False, True):  # what is completed stays completed, for who follows no other version
        call = cast.call(cast.member("both", cast.board, Role.EDITOR, Role.OPERATOR))
        run = await comparing.publication_dry_run(
            cast.world, desk.plans, call, pathway=pathway, learners=asked, ending=ending
        )
        assert [each.learner for each in run.gaining] == [other.learner]
        assert [each.learner for each in run.losing] == [third.learner]
    assert (await desk.ask(pathway)).version.number == 1  # nothing was written


async def test_the_first_publication_is_tried_as_well(desk: Desk) -> None:
    cast, badge = desk.cast, await desk.badge("一")
    await desk.award(badge)
    call, definition = cast.call(desk.editor), {"root": "it", "nodes": [leaf("it", badge)]}
    made = await publishing.create(cast.world, call, owner=cast.board, name=text("研修"), definition=definition)
    call = cast.call(cast.member("both", cast.board, Role.EDITOR, Role.OPERATOR))
    run = await comparing.publication_dry_run(cast.world, desk.plans, call, pathway=made, learners=[desk.learner])
    assert (run.before, [each.learner for each in run.gaining], run.losing) == (None, [desk.learner], ())
