"""Every (state, action, side) of the table is tried on a real endorsement; only its moves happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from graph_service.domain.endorsement import Action, Kind, Standing, State
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Principal, Role
from graph_service.endorse.lifecycle import ENDORSEMENT, NOT_OURS
from graph_service.errors import GraphServiceError
from graph_service.services import display, issuing, proposing, requests
from graph_service.services.call import Call, World
from graph_service.services.proposing import Proposal
from tests.casts import Cast

Do = Callable[[World, Call, Iri], Awaitable[Iri]]

DO: dict[Action, Do] = {
    Action.ACCEPT: lambda world, call, id: requests.accept(world, call, endorsement=id),
    Action.ISSUE: lambda world, call, id: issuing.issue(world, call, endorsement=id),
    Action.RETURN: lambda world, call, id: requests.send_back(world, call, endorsement=id, reason="もう少し詳しく。"),
    Action.RESUBMIT: lambda world, call, id: requests.resubmit(world, call, endorsement=id),
    Action.DECLINE: lambda world, call, id: requests.decline(world, call, endorsement=id, reason="担当ではない。"),
    Action.WITHDRAW: lambda world, call, id: requests.withdraw(world, call, endorsement=id),
    Action.REISSUE: lambda world, call, id: issuing.reissue(world, call, endorsement=id),
    Action.RECONFIRM: lambda world, call, id: proposing.reconfirm(world, call, endorsement=id),
    Action.HIDE: lambda world, call, id: display.show_endorsement(world, call, endorsement=id, shown=False),
    Action.SHOW: lambda world, call, id: display.show_endorsement(world, call, endorsement=id, shown=True),
    Action.REVOKE: lambda world, call, id: issuing.revoke(world, call, endorsement=id, reason="内容が古い。"),
}

WAY: dict[State, list[tuple[Action, Side]]] = {
    State.REQUESTED: [],
    State.RETURNED: [(Action.RETURN, Side.ENDORSER)],
    State.ACCEPTED: [(Action.ACCEPT, Side.ENDORSER)],
    State.ISSUED: [(Action.ISSUE, Side.ENDORSER)],
    State.DECLINED: [(Action.DECLINE, Side.ENDORSER)],
    State.WITHDRAWN: [(Action.WITHDRAW, Side.REQUESTER)],
    State.REVOKED: [(Action.ISSUE, Side.ENDORSER), (Action.REVOKE, Side.ENDORSER)],
}


SPEAKS = {
    Side.ENDORSER: {Side.ENDORSER},
    Side.REQUESTER: {Side.REQUESTER, Side.ENDORSED},
    Side.HOLDER: {Side.REQUESTER, Side.HOLDER},
    None: set(),
}
"""For which sides each player speaks."""


def player(cast: Cast, side: Side | None) -> Principal:
    """Return somebody who speaks for one side, or who may read the matter and speaks for none."""
    if side is Side.ENDORSER:
        return cast.officer
    if side is Side.REQUESTER:
        return cast.dean
    if side is Side.HOLDER:
        return cast.teacher
    return cast.member("viewer", cast.board, Role.VIEWER)


async def brought_to(cast: Cast, state: State, target: Iri) -> Iri:
    endorsement = await cast.request(target)
    for action, side in WAY[state]:
        await DO[action](cast.world, cast.call(player(cast, side)), endorsement)
    return endorsement


async def state_of(cast: Cast, endorsement: Iri) -> State:
    return State((await cast.world.store.read("endorsement/for_action", id=endorsement))[0]["state"])


def test_every_action_on_what_there_is_is_tried() -> None:
    """But for how it begins, and for what is done to what was signed elsewhere (`test_keeping.py`)."""
    assert DO.keys() == set(Action) - {Action.REQUEST, Action.OFFER} - NOT_OURS[Standing.OWN]


@pytest.mark.parametrize("side", list(SPEAKS))
@pytest.mark.parametrize("state", list(State))
async def test_only_the_moves_of_the_table_happen(cast: Cast, state: State, side: Side | None) -> None:
    for action, do in DO.items():
        badge = await cast.achievement("学級経営")
        target = await cast.awarded(badge) if side is Side.HOLDER else badge
        endorsement = await brought_to(cast, state, target)
        if action is Action.RECONFIRM:
            await cast.revise(badge)
        by, after = ENDORSEMENT.moves.get((state, action), (frozenset(), state))
        if by & SPEAKS[side]:
            await do(cast.world, cast.call(player(cast, side)), endorsement)
            assert await state_of(cast, endorsement) == after
        else:
            with pytest.raises(GraphServiceError) as refused:
                await do(cast.world, cast.call(player(cast, side)), endorsement)
            assert refused.value.code in ("NOT_PERMITTED", "ILLEGAL_TRANSITION")
            assert await state_of(cast, endorsement) == state


@pytest.mark.parametrize(("action", "side"), [(Action.REQUEST, Side.REQUESTER), (Action.OFFER, Side.ENDORSER)])
async def test_who_may_begin(cast: Cast, action: Action, side: Side) -> None:
    begin = proposing.request if action is Action.REQUEST else proposing.offer
    proposal = Proposal(cast.board, cast.badge, kind="ENDORSE")  # type: ignore[arg-type]
    other = Side.ENDORSER if side is Side.REQUESTER else Side.REQUESTER
    with pytest.raises(GraphServiceError) as refused:
        await begin(cast.world, cast.call(player(cast, other)), proposal)
    assert refused.value.code == "NOT_PERMITTED"
    made = await begin(cast.world, cast.call(player(cast, side)), proposal)
    assert await state_of(cast, made) == ENDORSEMENT.moves[None, action][1]


async def test_who_asked_does_not_decide(cast: Cast) -> None:
    both = Principal(cast.dean.id, cast.dean.memberships + cast.officer.memberships)
    endorsement = await cast.request()
    with pytest.raises(GraphServiceError) as refused:
        await requests.accept(cast.world, cast.call(both), endorsement=endorsement)
    assert refused.value.code == "NOT_PERMITTED"


async def test_a_stranger_learns_nothing(cast: Cast) -> None:
    endorsement = await cast.request()
    stranger = cast.member("stranger", Iri("https://elsewhere.example/profiles/x"), Role.ENDORSER)
    with pytest.raises(GraphServiceError) as refused:
        await requests.accept(cast.world, cast.call(stranger), endorsement=endorsement)
    assert refused.value.code == "NOT_FOUND"


async def test_a_request_lapses_by_itself(cast: Cast) -> None:
    call = cast.call(cast.dean)
    endorsement = await proposing.request(
        cast.world,
        call,
        Proposal(cast.board, cast.badge, "ENDORSE"),
        lapses_at="2026-04-02T00:00:00Z",  # type: ignore[arg-type]
    )
    with pytest.raises(GraphServiceError) as refused:
        await requests.accept(cast.world, Call(cast.officer, "2026-04-02T00:00:00Z"), endorsement=endorsement)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.problems[0].values["state"]) == ("ILLEGAL_TRANSITION", "LAPSED")


async def test_nobody_signs_content_that_was_not_looked_at(cast: Cast) -> None:
    badge = await cast.achievement("改訂される教材")
    endorsement = await cast.request(badge)
    await requests.accept(cast.world, cast.call(cast.officer), endorsement=endorsement)
    await cast.revise(badge)
    with pytest.raises(GraphServiceError) as refused:
        await issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement)
    assert refused.value.code == "TARGET_CHANGED"


@pytest.mark.parametrize("standing", [Standing.ATTESTED, Standing.FOREIGN])
async def test_nobody_says_again_what_somebody_else_said(cast: Cast, standing: Standing) -> None:
    badge = await cast.achievement("改訂される教材")
    endorsement = await brought_to(cast, State.ISSUED, badge)
    await cast.revise(badge)
    connection = cast.world.store.connection
    await connection.driver.execute_query(
        "MATCH (e:Endorsement {id: $id}) SET e.standing = $standing",
        {"id": endorsement, "standing": standing},
        database_=connection.database,
    )
    with pytest.raises(GraphServiceError) as refused:
        await proposing.reconfirm(cast.world, cast.call(cast.officer), endorsement=endorsement)
    assert refused.value.code == "ILLEGAL_TRANSITION"


async def test_a_holder_who_asks_opens_the_award_and_closes_it_by_withdrawing(cast: Cast) -> None:
    async def readers() -> list[str]:
        return (await cast.world.store.read("award/for_action", id=cast.award))[0]["readers"]

    asked = await proposing.request(
        cast.world, cast.call(cast.teacher), Proposal(cast.board, cast.award, Kind.RECOMMEND)
    )
    assert cast.board in await readers()
    again = await proposing.request(
        cast.world, cast.call(cast.teacher), Proposal(cast.board, cast.award, Kind.RECOMMEND)
    )
    await requests.withdraw(cast.world, cast.call(cast.teacher), endorsement=asked)
    assert cast.board in await readers()  # another request of it stands
    await requests.decline(cast.world, cast.call(cast.officer), endorsement=again, reason="担当ではない。")
    assert cast.board not in await readers()
