"""Who sees whose progress, and what would complete it: on a real engine, a cohort of four."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri
from graph_service.domain.policy import PUBLIC, Principal
from graph_service.domain.time import Instant, later
from graph_service.errors import GraphServiceError, NotFound
from graph_service.services import achievements, awarding, consents, issuing, learners, progress, publishing
from graph_service.services.progress import Cohort, Plans
from graph_service.services.what_if import Supposed, SupposedAward, Supposing, WhatIf, what_if
from tests.casts import Cast, text

STRANGER = Iri("urn:uuid:00000000-0000-4000-8000-000000000000")


class Group:
    """A pathway that asks for two badges, one of them endorsed by the board, and four learners."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.plans = Plans()
        self.learners: list[Iri] = []
        self.endorsed = self.plain = self.pathway = Iri("")

    async def gather(self) -> None:
        cast, world = self.cast, self.cast.world
        self.endorsed, self.plain = await cast.achievement("裏書の要るもの"), await cast.achievement("要らないもの")
        guards = {"endorsedBy": [{"profiles": [cast.board]}]}
        nodes = [
            {"id": "both", "kind": "ALL", "parts": ["endorsed", "plain"]},
            {"id": "endorsed", "kind": "LEAF", "targets": [self.endorsed], "guards": guards},
            {"id": "plain", "kind": "LEAF", "targets": [self.plain]},
        ]
        self.pathway = await publishing.create(
            world,
            cast.call(cast.editor),
            owner=cast.board,
            name=text("研修"),
            definition={"root": "both", "nodes": nodes},
        )
        await publishing.publish(world, cast.call(cast.editor), pathway=self.pathway)
        for held in ((self.endorsed, self.plain), (self.endorsed, self.plain), (self.endorsed,), ()):
            learner = await learners.register_learner(world, cast.call(cast.desk))
            self.learners.append(learner)
            for each in held:
                await awarding.award(world, cast.call(cast.desk), achievement=each, holder=learner)

    def teacher(self, number: int) -> Principal:
        return Principal(Iri(f"urn:x:teacher-{number}"), learner=self.learners[number])

    async def consent(self, number: int, until: Instant | None = None) -> Iri:
        call = self.cast.call(self.teacher(number))
        return await consents.give(self.cast.world, call, profile=self.cast.board, until=until)

    async def ask(
        self, principal: Principal, *asked: Iri, at: Instant | None = None, now: Instant | None = None
    ) -> Cohort:
        call = self.cast.call(principal, now)
        return await progress.cohort(
            self.cast.world, self.plans, call, pathway=self.pathway, learners=asked or self.learners, at=at
        )

    async def suppose(self, *endorsements: Supposed, awards: Sequence[SupposedAward] = ()) -> WhatIf:
        call = self.cast.call(self.cast.operator)
        supposing = Supposing(endorsements, awards)
        return await what_if(
            self.cast.world, self.plans, call, pathway=self.pathway, learners=self.learners, supposing=supposing
        )


@pytest.fixture
async def group(cast: Cast) -> Group:
    made = Group(cast)
    await made.gather()
    return made


async def test_a_board_sees_those_who_consented_and_counts_the_others(group: Group) -> None:
    await group.consent(0)
    await group.consent(2)
    seen = await group.ask(group.cast.officer, *group.learners, STRANGER, group.learners[0])
    assert [member.learner for member in seen.members] == [group.learners[0], group.learners[2]]
    assert seen.left_out == (group.learners[1], group.learners[3], STRANGER)
    elsewhere = await group.ask(group.cast.desk)
    assert (elsewhere.members, len(elsewhere.left_out)) == ((), 4)
    assert (await group.ask(PUBLIC)).members == ()
    assert [m.learner for m in (await group.ask(group.teacher(3))).members] == [group.learners[3]]
    everybody = await group.ask(group.cast.operator, *group.learners, STRANGER)
    assert (len(everybody.members), everybody.left_out) == (4, (STRANGER,))


async def test_consent_is_judged_now_whatever_instant_is_asked_about(group: Group) -> None:
    cast = group.cast
    before = cast.call(cast.officer).at
    until = later(before, days=30)
    given = await group.consent(0, until)
    assert len((await group.ask(cast.officer, at=before)).members) == 1
    assert len((await group.ask(cast.officer, now=later(until, seconds=-1))).members) == 1
    assert (await group.ask(cast.officer, at=before, now=until)).members == ()
    await consents.end(cast.world, cast.call(group.teacher(0)), consent=given)
    assert (await group.ask(cast.officer, at=before)).members == ()
    again = await group.consent(0)
    assert again != given
    assert len((await group.ask(cast.officer)).members) == 1


async def test_one_learner_is_a_cohort_of_one(group: Group) -> None:
    cast = group.cast
    await group.consent(1)
    one = {"pathway": group.pathway, "learner": group.learners[1]}
    assert (await progress.progress(cast.world, group.plans, cast.call(cast.officer), **one)).percentage == 50
    with pytest.raises(NotFound):
        await progress.progress(cast.world, group.plans, cast.call(cast.desk), **one)


async def test_consents_are_given_and_ended_by_the_learner_alone(group: Group) -> None:
    cast = group.cast
    given = await group.consent(0)
    assert await refused(group.consent(0)) == ["ALREADY_CONSENTED"]
    world, end = cast.world, consents.end
    assert await refused(end(world, cast.call(cast.officer), consent=given)) == ["NOT_PERMITTED"]
    assert await refused(end(world, cast.call(group.teacher(1)), consent=given)) == ["NOT_FOUND"]
    assert await refused(end(world, cast.call(cast.desk), consent=given)) == ["NOT_FOUND"]
    assert await refused(consents.give(world, cast.call(cast.officer), profile=cast.board)) == ["NOT_PERMITTED"]
    unknown = consents.give(world, cast.call(group.teacher(1)), profile="urn:x:nobody")
    assert await refused(unknown) == ["NOT_FOUND"]
    past, tag = Instant("2020-01-01T00:00:00Z"), "xx"
    wrong = consents.give(world, cast.call(group.teacher(1)), profile="no iri", until=past, language=tag)
    assert await refused(wrong) == ["INVALID_IRI", "SPAN_EMPTY", "NOT_ONE_OF"]
    await end(world, cast.call(group.teacher(0)), consent=given)
    assert await refused(end(world, cast.call(group.teacher(0)), consent=given)) == ["ALREADY_ENDED"]


async def test_of_eight_attempts_at_once_one_consent_comes(group: Group) -> None:
    attempts = [refused(group.consent(3)) for _ in range(8)]
    answers = await asyncio.gather(*attempts)
    assert sorted(answers) == [[]] + [["ALREADY_CONSENTED"]] * 7


async def refused(doing: object) -> list[str]:
    """Return the codes of what is wrong; none if it was done."""
    try:
        await doing  # type: ignore[misc]
    except GraphServiceError as error:
        return [problem.code for problem in error.problems]
    return []


async def test_what_if_names_exactly_who_would_complete(group: Group) -> None:
    cast = group.cast
    found = await group.suppose(Supposed(cast.board, group.endorsed))
    assert [member.learner for member in found.completing] == group.learners[:2]
    assert (found.before.complete, found.after.complete) == (0, 2)
    held = {node.id: count for node, count in zip(found.after.plan.nodes, found.after.held, strict=True)}
    assert held == {"endorsed": 3, "plain": 2, "both": 2}

    endorsement = await cast.request(group.endorsed)
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement)
    really = await group.ask(cast.operator)
    assert [m.learner for m in really.members if m.state == "COMPLETE"] == group.learners[:2]
    assert (await group.suppose(Supposed(cast.board, group.endorsed))).completing == ()


async def test_what_if_is_about_the_newest_version_unless_told(group: Group) -> None:
    cast = group.cast
    draft = AchievementDraft(text("改訂版"), text("改訂版"), text("改訂版"))
    await achievements.revise(cast.world, cast.call(cast.desk), group.endorsed, draft)
    assert (await group.suppose(Supposed(cast.board, group.endorsed))).completing == ()
    assert len((await group.suppose(Supposed(cast.board, group.endorsed, number=1))).completing) == 2


async def test_what_no_condition_asks_for_is_not_supposed(group: Group) -> None:
    cast = group.cast
    wrong = [Supposed(cast.university, group.endorsed), Supposed(cast.board, group.plain)]
    assert await refused(group.suppose(*wrong)) == ["NO_SUCH_CONDITION"] * 2
    assert await refused(group.suppose()) == ["NOTHING_SUPPOSED"]
    assert await refused(group.suppose(*(wrong * 51))) == ["TOO_MANY_SUPPOSED"]


async def test_a_cohort_has_a_size(group: Group) -> None:
    cast = group.cast
    for asked, code in (([], "NO_LEARNERS"), ([f"urn:x:{n}" for n in range(5_001)], "TOO_MANY_LEARNERS")):
        question = progress.cohort(
            cast.world, group.plans, cast.call(cast.operator), pathway=group.pathway, learners=asked
        )
        assert await refused(question) == [code]
