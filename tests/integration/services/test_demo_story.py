"""The demo's story, cut off and told to its end: what the services answer is what was worked out by hand."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from graph_service import demo
from graph_service.demo.stage import Stage
from graph_service.demo.story import tell
from graph_service.demo.teachers import KONAN, MINATO, TEACHERS, YAMATE
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.profile import ProfileDraft
from graph_service.domain.time import Instant, instant
from graph_service.endorse.report import Verdict
from graph_service.envelope import Envelope
from graph_service.errors import ConfigurationError
from graph_service.pathway.evaluate import CompletionState
from graph_service.services import access, completions, founding, profiles, progress, verification
from graph_service.services.call import Call, World
from graph_service.services.judging import Memory
from graph_service.services.progress import Cohort, Plans, Progress
from graph_service.services.verification import Sources
from graph_service.services.what_if import Supposed, Supposing, what_if
from graph_service.store import Endpoint, Store
from tests.casts import BASE, START
from tests.engines import wipe
from tests.integration.services import story_tables as table

NOVEMBER = "2026-11-20T00:00:00Z"
CUT_OFF_AFTER = 300  # steps


async def prepared(store: Store) -> World:
    await store.migrate(base_url=BASE, at=START)
    return World(store, Envelope(b"k" * 32), BASE, secrets.token_bytes, secrets.token_bytes)


@pytest.fixture(scope="module")
async def stage(engine: Endpoint) -> AsyncIterator[Stage]:
    """The stage after the story, which was cut off once in the middle of a step."""
    await wipe(engine)
    store = Store.open(engine)
    try:
        world = await prepared(store)
        begun = Stage(world)
        telling = asyncio.create_task(tell(begun))
        while begun.steps < CUT_OFF_AFTER:
            assert not telling.done()
            await asyncio.sleep(0.001)
        telling.cancel()
        await asyncio.wait([telling])
        stage = Stage(world)
        await tell(stage)
        assert begun.teachers.items() <= stage.teachers.items()
        yield stage
    finally:
        await store.close()


async def test_data_of_another_version_are_not_told_on(engine: Endpoint) -> None:
    """The first test, because it begins with another story."""
    await wipe(engine)
    store = Store.open(engine)
    try:
        world = await prepared(store)
        await founding.found_demo(world, Call(founding.FOUNDER, START, idempotency_key="demo-0"), "operator")
        call = Call(await access.by_persona(world, "operator", START), START, idempotency_key="demo-1")
        await profiles.create(world, call, ProfileDraft(LanguageMap({"ja": "港町教育委員会"})))
        with pytest.raises(ConfigurationError) as refused:
            await demo.play(world)
        assert [problem.code for problem in refused.value.problems] == ["DEMO_OF_ANOTHER_VERSION"]
    finally:
        await store.close()


async def ask(stage: Stage, pathway: str, at: str, persona: str = "operator") -> Cohort:
    """Ask how far all teachers of the pathway's city are."""
    call, learners = await calling(stage, persona), of_its_city(stage, pathway)
    return await progress.cohort(
        stage.world, Plans(), call, pathway=stage.pathways[pathway], learners=learners, at=instant(at)
    )


def of_its_city(stage: Stage, pathway: str) -> list[Iri]:
    taking = {"step-up": YAMATE, "refresher": KONAN, "fifteen": KONAN}
    return [stage.teachers[teacher.slug] for teacher in taking.get(pathway, MINATO)]


async def calling(stage: Stage, persona: str) -> Call:
    now = Instant(NOVEMBER)
    return Call(await access.by_persona(stage.world, persona, now), now)


def by_slug(stage: Stage, members: tuple[Progress, ...]) -> dict[str, Progress]:
    slugs = {learner: slug for slug, learner in stage.teachers.items()}
    return {slugs[member.learner]: member for member in members}


def way(member: Progress) -> tuple[bool, bool]:
    """Tell whether somebody completed face to face, and whether online."""
    held = {node.id: member.completion.holds(number) for number, node in enumerate(member.plan.nodes)}
    return held["face-to-face"], held["online"]


async def test_the_proportions_are_those_of_the_trial(stage: Stage) -> None:
    assert len(MINATO) == 360
    assert sum(teacher.took_part_online for teacher in MINATO) == 52
    assert sum(bool(teacher.abilities) for teacher in MINATO) == 26
    abilities = [stage.badges[each.badge] for teacher in MINATO for each in teacher.abilities]
    held = await stage.world.store.run(
        "holders",
        "MATCH (w:Award) WHERE w.achievementId IN $badges AND w.holderId IN $teachers RETURN DISTINCT w.holderId AS row",
        {"badges": abilities, "teachers": [stage.teachers[teacher.slug] for teacher in MINATO]},
    )
    assert len(held) == 26


@pytest.mark.parametrize("at", table.MID_CAREER)
async def test_mid_career_counts(stage: Stage, at: str) -> None:
    cohort = await ask(stage, "mid-career", at)
    counted = Counter(way(member) for member in cohort.members)
    assert table.MID_CAREER[at] == table.Counts(
        only_face_to_face=counted[True, False],
        only_online=counted[False, True],
        both=counted[True, True],
        not_complete=counted[False, False],
    )
    assert cohort.complete == 360 - table.MID_CAREER[at].not_complete


async def test_mid_career_by_teacher(stage: Stage) -> None:
    members = by_slug(stage, (await ask(stage, "mid-career", NOVEMBER)).members)
    told = {slug: member for slug, member in members.items() if slug in table.PERCENTAGES}
    assert {slug: member.percentage for slug, member in told.items()} == table.PERCENTAGES
    others = Counter(member.percentage for slug, member in members.items() if slug not in table.PERCENTAGES)
    assert others == {100: 251, 0: 67}


async def test_who_was_ever_complete(stage: Stage) -> None:
    members = by_slug(stage, (await ask(stage, "mid-career", NOVEMBER)).members)
    ever = {slug for slug, member in members.items() if member.ever_complete}
    assert len(ever) == table.EVER_COMPLETE
    members |= by_slug(stage, (await ask(stage, "step-up", NOVEMBER)).members)
    lost = {s for s, m in members.items() if m.ever_complete and not m.complete}
    assert lost == table.ONCE_COMPLETE


async def test_the_board_sees_those_who_consented(stage: Stage) -> None:
    cohort = await ask(stage, "mid-career", NOVEMBER, "board-officer")
    assert (len(cohort.members), cohort.complete) == (table.SEEN_BY_THE_BOARD, table.COMPLETE_AND_SEEN)
    left_out = {slug for slug, learner in stage.teachers.items() if learner in cohort.left_out}
    assert {s for s in left_out if s in table.PERCENTAGES} == {
        "registered-only",
        "no-consent",
        "consent-ended",
        "consent-to-the-other-board",
    }


@pytest.mark.parametrize("at", table.IF_ABSENCE_WERE_ENDORSED)
async def test_who_would_complete_if_minato_endorsed_one_more_badge(stage: Stage, at: str) -> None:
    completing = await completing_if(stage, "mid-career", Supposed(stage.parties["board"], stage.badges["absence"]), at)
    assert completing == table.IF_ABSENCE_WERE_ENDORSED[at]


@pytest.mark.parametrize("badge", table.IF_YAMATE_ENDORSED)
async def test_who_would_complete_if_yamate_endorsed_one_more_badge(stage: Stage, badge: str) -> None:
    supposed = Supposed(stage.parties["yamate"], stage.badges[badge])
    assert await completing_if(stage, "step-up", supposed, NOVEMBER) == table.IF_YAMATE_ENDORSED[badge]


async def completing_if(stage: Stage, pathway: str, supposed: Supposed, at: str) -> set[str]:
    found = await what_if(
        stage.world,
        Plans(),
        await calling(stage, "operator"),
        pathway=stage.pathways[pathway],
        learners=of_its_city(stage, pathway),
        supposing=Supposing([supposed]),
        at=instant(at),
    )
    return set(by_slug(stage, found.completing))


async def test_step_up_by_teacher(stage: Stage) -> None:
    members = by_slug(stage, (await ask(stage, "step-up", NOVEMBER)).members)
    assert {slug: member.percentage for slug, member in members.items()} == table.STEP_UP
    complete = {slug for slug, member in members.items() if member.state is CompletionState.COMPLETE}
    assert complete == {slug for slug, percentage in table.STEP_UP.items() if percentage == 100}


async def test_an_ability_badge_stands_on_its_pieces_and_task(stage: Stage) -> None:
    for course in ("crisis", "data"):
        holders = {
            stage.teachers[teacher.slug]
            for teacher in TEACHERS.values()
            if any(each.badge == course for each in teacher.abilities)
        }
        call = await calling(stage, "operator")
        cohort = await progress.cohort(
            stage.world, Plans(), call, pathway=stage.pathways[course], learners=sorted(holders), at=Instant(NOVEMBER)
        )
        assert (cohort.complete, len(cohort.members)) == (len(holders), len(holders))


async def test_the_refresher_by_teacher(stage: Stage) -> None:
    members = by_slug(stage, (await ask(stage, "refresher", NOVEMBER)).members)
    found = {slug: (each.percentage, int(each.pathway_version.rpartition("/")[2])) for slug, each in members.items()}
    assert found == table.REFRESHER


async def test_one_gains_and_one_stays_when_the_second_version_comes(stage: Stage) -> None:
    for slug, at, state in (
        ("gains-by-the-second-version", "2026-08-31T00:00:00Z", CompletionState.NOT),
        ("gains-by-the-second-version", "2026-09-16T00:00:00Z", CompletionState.COMPLETE),
        ("stays-with-the-first-version", "2026-08-31T00:00:00Z", CompletionState.COMPLETE),
        ("stays-with-the-first-version", NOVEMBER, CompletionState.COMPLETE),
        ("waiver-ran-out", "2026-10-20T00:00:00Z", CompletionState.COMPLETE),
        ("waiver-ran-out", NOVEMBER, CompletionState.NOT),
    ):
        assert by_slug(stage, (await ask(stage, "refresher", at)).members)[slug].state is state, (slug, at)


async def test_fifteen_knowledge_badges_are_counted(stage: Stage) -> None:
    members = by_slug(stage, (await ask(stage, "fifteen", NOVEMBER)).members)
    held = {slug: members[slug].nodes[-1].held for slug in table.KNOWLEDGE_BADGES}
    assert held == table.KNOWLEDGE_BADGES
    assert [members[slug].percentage for slug in table.KNOWLEDGE_BADGES] == [0, 20, 40, 100]


@pytest.mark.parametrize(("pathway", "slug", "node"), table.NEAREST_MISS)
async def test_why_a_requirement_is_open(stage: Stage, pathway: str, slug: str, node: str) -> None:
    found = await progress.progress(
        stage.world,
        Plans(),
        await calling(stage, "operator"),
        pathway=stage.pathways[pathway],
        learner=stage.teachers[slug],
        version=f"{stage.pathways[pathway]}/versions/{2 if pathway == 'refresher' else 1}",
    )
    (asked,) = (each for each in found.nodes if each.node.id == node)
    assert asked.reasons[0].code == table.NEAREST_MISS[pathway, slug, node]


@pytest.mark.parametrize(("slug", "used"), [("exactly-five", 5), ("both-ways", 6)])
async def test_a_statement_of_completion_carries_what_is_signed(stage: Stage, slug: str, used: int) -> None:
    """Five badges online, of which crisis management counts in two places, and the attendance."""
    call = await calling(stage, slug)
    (found,) = await stage.world.store.run(
        "statements", "MATCH (s:Statement {holderId: $id}) RETURN properties(s) AS row", {"id": stage.teachers[slug]}
    )
    assert len(found["awards"]) == used
    report = await verification.verify_held(Sources(stage.world), call, Iri(found["id"]), call.at)
    assert (report.verdict, len(report.embedded)) == (Verdict.GOOD, 1)


async def test_outputs_are_awarded_by_the_service_or_wait_for_a_decision(stage: Stage) -> None:
    """The service looks once; the last test but one, for what it awards is no part of the story."""
    await completions.refresh(stage.world, Memory(), lambda: Instant(NOVEMBER))
    held = "MATCH (w:Award {achievementId: $badge})-[:HELD_BY]->(l:Learner) RETURN l.id AS row"
    holders = await stage.world.store.run("holders", held, {"badge": stage.badges["refresher"]})
    slugs = {learner: slug for slug, learner in stage.teachers.items()}
    assert sorted(slugs[each] for each in holders) == sorted(table.HOLD_THE_REFRESHER_BADGE)
    waiting = "MATCH (c:Completion {review: 'PENDING'}) RETURN c.pathwayId AS row"
    names = {pathway: name for name, pathway in stage.pathways.items()}
    found = Counter(names[each] for each in await stage.world.store.run("waiting", waiting, {}))
    assert found == table.WAIT_FOR_A_DECISION


async def test_told_once_more_nothing_is_added(stage: Stage) -> None:
    count = "MATCH (n) RETURN count(n) AS row"
    before = await stage.world.store.run("nodes", count, {})
    again = Stage(stage.world)
    await tell(again)
    assert await stage.world.store.run("nodes", count, {}) == before
    assert (again.teachers, again.awards, again.steps) == (stage.teachers, stage.awards, stage.steps)
