"""Closing and ending versions, enrolment, waivers and equivalences: on a real engine."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway_version import Action, State
from graph_service.domain.policy import PUBLIC, Principal, Role
from graph_service.domain.time import OPEN_END, later
from graph_service.errors import GraphServiceError
from graph_service.pathway.lifecycle import PATHWAY_VERSION
from graph_service.services import awarding, closing, consents, enrolling, equivalences, learners, publishing, waiving
from graph_service.services.equivalences import Claim
from tests.casts import Cast, text

NOBODY = Iri("urn:uuid:00000000-0000-4000-8000-000000000000")


async def pathway(cast: Cast, versions: int = 1, part: Mapping[str, Any] | None = None, **more: Any) -> Iri:
    """Make a pathway of the board that asks for the badge, or `part`, so many times published."""
    leaf = {"id": "leaf", **(part or {"kind": "LEAF", "targets": [cast.badge]})}
    definition = {"root": "all", "nodes": [{"id": "all", "kind": "ALL", "parts": ["leaf"]}, leaf], **more}
    made = await publishing.create(
        cast.world, cast.call(cast.editor), owner=cast.board, name=text("研修"), definition=definition
    )
    for number in range(versions):
        if number:
            await publishing.save_draft(cast.world, cast.call(cast.editor), pathway=made, definition=definition)
        await publishing.publish(cast.world, cast.call(cast.editor), pathway=made)
    return made


def version_of(made: Iri, number: int = 1) -> Iri:
    return publishing.version_id(made, number)


async def found(cast: Cast, id_: Iri) -> Mapping[str, Any]:
    """Return the properties of a node."""
    (row,) = await cast.world.store.run("found", "MATCH (e:Entity {id: $id}) RETURN properties(e) AS row", {"id": id_})
    return row


async def events(cast: Cast, id_: Iri) -> list[str]:
    text_ = "MATCH (e:Event)-[:ABOUT]->(:Entity {id: $id}) RETURN e.action AS row ORDER BY e.at"
    return await cast.world.store.run("events", text_, {"id": id_})


async def refused(what: Any) -> str:
    with pytest.raises(GraphServiceError) as raised:
        await what
    return raised.value.code


# Versions.


DO = {
    Action.CLOSE: lambda cast, call, id_: closing.close(cast.world, call, version=id_),
    Action.END: lambda cast, call, id_: closing.end(cast.world, call, version=id_),
}
PLAYERS = {
    Side.EDITOR: lambda cast: cast.editor,
    Side.ISSUER: lambda cast: cast.member("board-desk", cast.board, Role.ISSUER),
}


async def brought_to(cast: Cast, state: State) -> Iri:
    version = version_of(await pathway(cast, versions=0 if state is State.DRAFT else 1))
    if state is State.CLOSED:
        await closing.close(cast.world, cast.call(cast.editor), version=version)
    if state is State.ENDED:
        await closing.end(cast.world, cast.call(cast.editor), version=version)
    return version


@pytest.mark.parametrize("side", PLAYERS)
@pytest.mark.parametrize("action", DO)
@pytest.mark.parametrize("state", State)
async def test_only_the_moves_of_the_table_happen(cast: Cast, state: State, action: Action, side: Side) -> None:
    version = await brought_to(cast, state)
    before = await found(cast, version)
    by, after = PATHWAY_VERSION.moves.get((state, action), (frozenset(), state))
    call = cast.call(PLAYERS[side](cast))
    if side in by:
        await DO[action](cast, call, version)
        stored = {State.CLOSED: "closedFrom", State.ENDED: "until"}[after]
        assert (await found(cast, version))[stored] == call.at
    else:
        assert await refused(DO[action](cast, call, version)) == (
            "ILLEGAL_TRANSITION" if side is Side.EDITOR else "NOT_PERMITTED"
        )
        assert await found(cast, version) == before


async def test_a_version_may_close_and_end_at_an_instant_that_lies_ahead_and_that_may_be_said_anew(cast: Cast) -> None:
    version = version_of(await pathway(cast))
    soon, late = later(cast.call(cast.editor).at, days=30), later(cast.call(cast.editor).at, days=60)
    for instant in (late, soon):
        await closing.close(cast.world, cast.call(cast.editor), version=version, since=instant)
        await closing.end(cast.world, cast.call(cast.editor), version=version, at=later(instant, days=1))
    stored = await found(cast, version)
    assert (stored["closedFrom"], stored["until"], stored["state"]) == (soon, later(soon, days=1), "PUBLISHED")
    after_end = closing.close(cast.world, cast.call(cast.editor), version=version, since=late)
    assert await refused(after_end) == "SPAN_EMPTY"
    past = closing.end(cast.world, cast.call(cast.editor), version=version, at="2020-01-01T00:00:00Z")
    assert await refused(past) == "IN_THE_PAST"
    assert await events(cast, version) == [
        "PUBLISH_PATHWAY_VERSION",
        *["CLOSE_PATHWAY_VERSION", "END_PATHWAY_VERSION"] * 2,
    ]


# Enrolment.


async def test_a_learner_enrols_once_and_may_choose_again_after_ending_it(cast: Cast) -> None:
    made = await pathway(cast, versions=2)
    teacher = cast.call(cast.teacher)
    enrolment = await enrolling.enrol(cast.world, teacher, pathway=made)
    stored = await found(cast, enrolment)
    assert (stored["policy"], stored["since"], stored["until"]) == ("BEST_OF", teacher.at, OPEN_END)
    assert set(stored["readers"]) == {cast.learner, cast.board}
    assert "versionId" not in stored
    again = enrolling.enrol(cast.world, cast.call(cast.teacher), pathway=made, policy=Policy.LATEST)
    assert await refused(again) == "ALREADY_ENROLLED"
    await enrolling.end(cast.world, cast.call(cast.teacher), enrolment=enrolment)
    assert await refused(enrolling.end(cast.world, cast.call(cast.teacher), enrolment=enrolment)) == "ALREADY_ENDED"
    pinned = await enrolling.enrol(cast.world, cast.call(cast.teacher), pathway=made, policy=Policy.PINNED)
    assert (await found(cast, pinned))["versionId"] == version_of(made, 2)
    assert await events(cast, enrolment) == ["ENROL", "END_ENROLMENT"]


async def test_one_of_eight_enrolments_at_once_is_done(cast: Cast) -> None:
    for _ in range(10):
        made = await pathway(cast)
        calls = [cast.call(cast.teacher) for _ in range(8)]
        outcomes = await asyncio.gather(
            *(enrolling.enrol(cast.world, call, pathway=made) for call in calls), return_exceptions=True
        )
        codes = [each.code for each in outcomes if isinstance(each, GraphServiceError)]
        assert codes == ["ALREADY_ENROLLED"] * 7, outcomes


async def test_a_version_is_pinned_while_it_is_open_to_the_learner(cast: Cast) -> None:
    made = await pathway(cast, versions=2)
    learner = await learners.register_learner(cast.world, cast.call(cast.desk))
    fresh = Principal(Iri("urn:x:fresh"), learner=learner)

    async def pin(principal: Principal, version: Iri) -> Iri:
        call = cast.call(principal)
        return await enrolling.enrol(cast.world, call, pathway=made, policy=Policy.PINNED, version=version)

    await closing.close(cast.world, cast.call(cast.editor), version=version_of(made, 1))
    assert await refused(pin(fresh, version_of(made, 1))) == "VERSION_NOT_OPEN"
    assert await refused(pin(fresh, version_of(made, 3))) == "NOT_FOUND"
    held = await pin(cast.teacher, version_of(made, 1))  # held the badge before it closed
    await enrolling.end(cast.world, cast.call(cast.teacher), enrolment=held)
    for number in (1, 2):
        await closing.end(cast.world, cast.call(cast.editor), version=version_of(made, number))
    assert await refused(pin(cast.teacher, version_of(made, 1))) == "VERSION_NOT_OPEN"
    for policy in (Policy.LATEST, Policy.BEST_OF):
        call = cast.call(fresh)
        with_version = enrolling.enrol(cast.world, call, pathway=made, policy=policy, version=version_of(made, 2))
        assert await refused(with_version) == "ONLY_PINNED"


async def test_who_was_enrolled_before_goes_on_in_a_closed_version(cast: Cast) -> None:
    made = await pathway(cast)
    learner = await learners.register_learner(cast.world, cast.call(cast.desk))
    fresh = Principal(Iri("urn:x:fresh"), learner=learner)
    enrolment = await enrolling.enrol(cast.world, cast.call(fresh), pathway=made)
    await closing.close(cast.world, cast.call(cast.editor), version=version_of(made))
    await enrolling.end(cast.world, cast.call(fresh), enrolment=enrolment)
    pinned = await enrolling.enrol(cast.world, cast.call(fresh), pathway=made, policy=Policy.PINNED)
    assert (await found(cast, pinned))["versionId"] == version_of(made)


async def test_who_held_what_counts_through_a_reference_or_a_claim_goes_on_in_a_closed_version(cast: Cast) -> None:
    other = await cast.achievement("別のバッジ")
    below = version_of(await pathway(cast))
    referring = await pathway(cast, part={"kind": "REF", "pathwayVersion": below})
    leaf = {"kind": "LEAF", "targets": [other]}
    wary, trusting = [await pathway(cast, part=leaf, trusts=each) for each in ([], [cast.board])]
    for made in (referring, wary, trusting):
        await closing.close(cast.world, cast.call(cast.editor), version=version_of(made))

    def pin(made: Iri) -> Any:
        return enrolling.enrol(cast.world, cast.call(cast.teacher), pathway=made, policy=Policy.PINNED)

    await pin(referring)
    assert await refused(pin(trusting)) == "VERSION_NOT_OPEN"
    await claimed(cast, target=other)
    await pin(trusting)
    assert await refused(pin(wary)) == "VERSION_NOT_OPEN"


async def test_pinning_a_closed_version_tells_an_owner_nothing_of_awards_of_others(cast: Cast) -> None:
    made = await pathway(cast)
    learner = await learners.register_learner(cast.world, cast.call(cast.desk))
    own = Principal(Iri("urn:x:own"), learner=learner)
    await awarding.award(cast.world, cast.call(cast.desk), achievement=cast.badge, holder=learner)
    await closing.close(cast.world, cast.call(cast.editor), version=version_of(made))
    enrolment = await enrolling.enrol(cast.world, cast.call(own), pathway=made)
    await enrolling.end(cast.world, cast.call(own), enrolment=enrolment)

    def pin() -> Any:
        call = cast.call(cast.editor)
        return enrolling.enrol(cast.world, call, pathway=made, learner=learner, policy=Policy.PINNED)

    assert await refused(pin()) == "VERSION_NOT_OPEN"
    await consents.give(cast.world, cast.call(own), profile=cast.board)
    assert (await found(cast, await pin()))["versionId"] == version_of(made)


async def test_a_learner_is_known_by_a_consent_from_when_it_holds(cast: Cast) -> None:
    learner = await learners.register_learner(cast.world, cast.call(cast.desk))
    call = cast.call(Principal(Iri("urn:x:own"), learner=learner))
    await consents.give(cast.world, call, profile=cast.board)
    assert not await learners.known_to(cast.world, cast.board, learner, later(call.at, seconds=-1))
    assert await learners.known_to(cast.world, cast.board, learner, call.at)


async def test_an_owner_enrols_only_learners_whom_it_knows(cast: Cast) -> None:
    made = await pathway(cast)
    learner = await learners.register_learner(cast.world, cast.call(cast.desk))

    def enrol(principal: Principal, who: Iri) -> Any:
        return enrolling.enrol(cast.world, cast.call(principal), pathway=made, learner=who)

    assert await refused(enrol(cast.editor, learner)) == "NOT_FOUND"
    assert await refused(enrol(cast.editor, NOBODY)) == "NOT_FOUND"
    await consents.give(cast.world, cast.call(Principal(Iri("urn:x:t"), learner=learner)), profile=cast.board)
    enrolment = await enrol(cast.member("board-desk", cast.board, Role.ISSUER), Iri(learner.upper()))
    assert (await found(cast, enrolment))["learnerId"] == learner
    for nobody in (PUBLIC, cast.officer, cast.desk, cast.teacher, cast.operator):
        assert await refused(enrol(nobody, learner)) == "NOT_PERMITTED"
    assert await refused(enrolling.end(cast.world, cast.call(cast.teacher), enrolment=enrolment)) == "NOT_FOUND"
    assert await refused(enrolling.end(cast.world, cast.call(cast.officer), enrolment=enrolment)) == "NOT_PERMITTED"
    await enrolling.end(cast.world, cast.call(cast.editor), enrolment=enrolment)


async def test_nobody_enrols_in_a_draft(cast: Cast) -> None:
    made = await pathway(cast, versions=0)
    assert await refused(enrolling.enrol(cast.world, cast.call(cast.teacher), pathway=made)) == "NOT_FOUND"
    both = Principal(Iri("urn:x:both"), cast.editor.memberships, cast.learner)
    assert await refused(enrolling.enrol(cast.world, cast.call(both), pathway=made)) == "NOT_PUBLISHED"


# Waivers.


async def waived(cast: Cast, made: Iri, principal: Principal | None = None, **changes: Any) -> Iri:
    given = {"learner": cast.learner, "pathway": made, "node": "leaf", "reason": "旧課程で修了。", **changes}
    return await waiving.waive(cast.world, cast.call(principal or cast.editor), **given)


async def test_a_waiver_is_for_a_requirement_of_a_learner_who_is_known(cast: Cast) -> None:
    made = await pathway(cast)
    unknown = await learners.register_learner(cast.world, cast.call(cast.desk))  # the university did, not the board
    assert await refused(waived(cast, made, learner=unknown)) == "NOT_FOUND"
    await enrolling.enrol(cast.world, cast.call(cast.teacher), pathway=made)
    assert await refused(waived(cast, made, node="all")) == "ROOT_WAIVED"
    assert await refused(waived(cast, made, node="else")) == "NOT_FOUND"
    assert await refused(waived(cast, made, reason=" ")) == "TEXT_EMPTY"
    for nobody in (PUBLIC, cast.teacher, cast.officer, cast.desk, cast.operator):
        assert await refused(waived(cast, made, nobody)) == "NOT_PERMITTED"
    until = later(cast.at, days=365)
    waiver = await waived(cast, made, until=until)
    stored = await found(cast, waiver)
    assert (stored["node"], stored["until"], stored["ownerId"]) == ("leaf", until, cast.board)
    assert set(stored["readers"]) == {cast.learner, cast.board}
    assert await refused(waived(cast, made)) == "ALREADY_WAIVED"


async def test_a_waiver_ends_with_a_reason_and_may_be_given_again(cast: Cast) -> None:
    made = await pathway(cast)
    await enrolling.enrol(cast.world, cast.call(cast.teacher), pathway=made)
    waiver = await waived(cast, made)

    def end(principal: Principal) -> Any:
        return waiving.end(cast.world, cast.call(principal), waiver=waiver, reason="取り消し。")

    assert await refused(end(cast.desk)) == "NOT_FOUND"
    assert await refused(end(cast.teacher)) == "NOT_PERMITTED"
    await end(cast.editor)
    assert await refused(end(cast.editor)) == "ALREADY_ENDED"
    stored = await found(cast, waiver)
    assert (stored["ended"], stored["endReason"], stored["reason"]) == ("REVOKED", "取り消し。", "旧課程で修了。")
    assert await waived(cast, made) != waiver
    assert await events(cast, waiver) == ["WAIVE", "END_WAIVER"]


# Equivalences.


async def claimed(cast: Cast, principal: Principal | None = None, **changes: Any) -> Iri:
    given = {"claimant": cast.board, "source": cast.badge, **changes}
    return await equivalences.claim(cast.world, cast.call(principal or cast.editor), Claim(**given))


async def test_a_claim_is_public_and_said_once(cast: Cast) -> None:
    other = await cast.achievement("別のバッジ")
    claim = await claimed(cast, target=other, factor="0.50")
    stored = await found(cast, claim)
    assert (stored["sourceId"], stored["targetId"], stored["claimantId"]) == (cast.badge, other, cast.board)
    assert (stored["factor"], stored["shown"], stored["until"]) == ("0.5", True, OPEN_END)
    assert await refused(claimed(cast, target=other)) == "ALREADY_CLAIMED"
    made = await pathway(cast)
    narrow = await claimed(cast, target=other, pathway=made)
    assert (await found(cast, narrow))["pathwayId"] == made
    await claimed(cast, source=other, target=cast.badge)  # the other way round is another claim
    dean = cast.member("university-editor", cast.university, Role.EDITOR)
    await claimed(cast, dean, claimant=cast.university, target=other)  # and so is that of somebody else
    assert await events(cast, claim) == ["CLAIM_EQUIVALENCE"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"factor": "0"}, "FACTOR_OUT_OF_RANGE"),
        ({"factor": "1.01"}, "FACTOR_OUT_OF_RANGE"),
        ({"factor": "0.125"}, "FACTOR_OUT_OF_RANGE"),
        ({"factor": "1e-1"}, "INVALID_DECIMAL"),
        ({"since": "2020-01-01T00:00:00Z"}, "IN_THE_PAST"),
        ({"until": "2020-01-01T00:00:00Z"}, "SPAN_EMPTY"),
        ({"source": "https://elsewhere.example/badge"}, "NOT_FOUND"),
        ({"pathway": "https://elsewhere.example/pathway"}, "NOT_FOUND"),
        ({"claimant": "nobody"}, "INVALID_IRI"),
    ],
)
async def test_what_is_no_claim(cast: Cast, changes: dict[str, str], code: str) -> None:
    other = await cast.achievement("別のバッジ")
    assert await refused(claimed(cast, target=other, **changes)) == code


async def test_an_achievement_is_not_claimed_to_be_itself_and_a_profile_is_none(cast: Cast) -> None:
    assert await refused(claimed(cast, target=cast.badge)) == "EQUIVALENT_TO_ITSELF"
    assert await refused(claimed(cast, target=cast.board)) == "NOT_FOUND"
    other = await cast.achievement("別のバッジ")
    for nobody in (PUBLIC, cast.teacher, cast.officer, cast.desk):
        assert await refused(claimed(cast, nobody, target=other)) == "NOT_PERMITTED"


async def test_a_claim_ends_and_one_that_lies_ahead_never_holds(cast: Cast) -> None:
    other = await cast.achievement("別のバッジ")
    ahead = later(cast.at, days=400)
    claim = await claimed(cast, target=other, since=ahead)

    def end(principal: Principal) -> Any:
        return equivalences.end(cast.world, cast.call(principal), equivalence=claim, reason="誤り。")

    assert await refused(end(cast.desk)) == "NOT_PERMITTED"
    await end(cast.editor)
    assert await refused(end(cast.editor)) == "ALREADY_ENDED"
    stored = await found(cast, claim)
    assert (stored["since"], stored["until"], stored["reason"]) == (ahead, ahead, "誤り。")
    again = await claimed(cast, target=other)
    call = cast.call(cast.editor)
    await equivalences.end(cast.world, call, equivalence=again, reason="見直し。")
    assert (await found(cast, again))["until"] == call.at


async def test_one_of_eight_claims_at_once_is_made(cast: Cast) -> None:
    for _ in range(10):
        other = await cast.achievement("別のバッジ")
        outcomes = await asyncio.gather(*(claimed(cast, target=other) for _ in range(8)), return_exceptions=True)
        codes = [each.code for each in outcomes if isinstance(each, GraphServiceError)]
        assert codes == ["ALREADY_CLAIMED"] * 7, outcomes
