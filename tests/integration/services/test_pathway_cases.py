"""The cases of the specification that need the services, by their numbers there; the others are tests/unit/pathway."""

from __future__ import annotations

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal
from graph_service.services import closing, display, issuing, progress, publishing
from graph_service.services.progress import Cohort, Plans, Progress
from graph_service.services.what_if import Supposed, Supposing, what_if
from tests.casts import Cast
from tests.integration.services.stacks import Stacks, asking


@pytest.fixture
def stacks(cast: Cast) -> Stacks:
    return Stacks(cast)


async def asked(stacks: Stacks, pathway: Iri, *learners: Iri) -> Cohort:
    call = stacks.cast.call(stacks.cast.operator)
    return await progress.cohort(stacks.cast.world, Plans(), call, pathway=pathway, learners=learners)


async def one(stacks: Stacks, pathway: Iri, learner: Iri) -> Progress:
    return (await asked(stacks, pathway, learner)).members[0]


async def test_case_14_who_is_half_done_when_a_version_closes_may_complete_it(stacks: Stacks) -> None:
    cast = stacks.cast
    first, second, third = [await stacks.badge(cast.university) for _ in range(3)]
    pathway = await stacks.stack(cast.board, first, second)
    early, late = await stacks.learner(), await stacks.learner()
    await stacks.award(first, early)
    editor = stacks.officer(cast.board)
    wider = asking(first, second, third)
    await publishing.save_draft(cast.world, cast.call(editor), pathway=pathway, definition=wider)
    await publishing.publish(cast.world, cast.call(editor), pathway=pathway)
    old, new = (publishing.version_id(pathway, number) for number in (1, 2))
    await closing.close(cast.world, cast.call(editor), version=old)
    for learner in (early, late):
        await stacks.award(second, learner)
    await stacks.award(first, late)
    found = await asked(stacks, pathway, early, late)
    assert [(each.pathway_version, each.percentage) for each in found.members] == [(old, 100), (new, 66)]
    await closing.end(cast.world, cast.call(editor), version=old)
    after = await one(stacks, pathway, early)
    assert (after.pathway_version, after.complete) == (old, True)  # completed stays completed


async def test_case_28_two_identifiers_are_two_learners(stacks: Stacks) -> None:
    """Somebody known by mail address here and by DID there is merged by a checked link alone; there is none yet."""
    badges = [await stacks.badge(stacks.cast.university) for _ in range(2)]
    pathway = await stacks.stack(stacks.cast.board, *badges)
    by_mail, by_did = await stacks.learner(), await stacks.learner()
    await stacks.award(badges[0], by_mail)
    await stacks.award(badges[1], by_did)
    found = await asked(stacks, pathway, by_mail, by_did)
    assert [(each.complete, each.percentage) for each in found.members] == [(False, 50), (False, 50)]


async def test_case_29_an_award_counts_whether_it_is_shown_or_hidden(stacks: Stacks) -> None:
    """Hiding is about who may see it. Who may see the progress sees the award among its witnesses."""
    cast = stacks.cast
    badge = await stacks.badge(cast.university)
    pathway = await stacks.stack(cast.board, badge)
    learner = await stacks.learner()
    award = await stacks.award(badge, learner)
    holder = Principal(Iri("urn:x:holder"), learner=learner)
    for shown in (True, False):
        await display.show_award(cast.world, cast.call(holder), award=award, shown=shown)
        found = await one(stacks, pathway, learner)
        assert found.complete
        assert [each.award for each in found.nodes[0].witnesses] == [award]


async def test_case_35_a_hypothetical_endorsement_lists_exactly_who_then_completes(stacks: Stacks) -> None:
    cast = stacks.cast
    endorsed, plain = [await stacks.badge(cast.university) for _ in range(2)]
    nodes = asking(endorsed, plain)["nodes"]
    nodes[1]["guards"] = {"endorsedBy": [{"profiles": [cast.board]}]}
    pathway = await stacks.published(cast.board, {"root": "all", "nodes": nodes})
    learners = [await stacks.learner() for _ in range(4)]
    for learner, held in zip(learners, ((endorsed, plain), (plain,), (endorsed, plain), (endorsed,)), strict=True):
        for badge in held:
            await stacks.award(badge, learner)
    supposing = Supposing([Supposed(cast.board, endorsed)])
    call = cast.call(cast.operator)
    found = await what_if(cast.world, Plans(), call, pathway=pathway, learners=learners, supposing=supposing)
    assert [each.learner for each in found.completing] == [learners[0], learners[2]]
    assert (await asked(stacks, pathway, *learners)).complete == 0  # nothing of it was kept
    request = await cast.request(endorsed)
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=request)
    really = await asked(stacks, pathway, *learners)
    assert [each.learner for each in really.members if each.complete] == [learners[0], learners[2]]
