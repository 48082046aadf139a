"""Eight at once: one effect, one event, one credential; and a key that is used twice answers once."""

from __future__ import annotations

import asyncio
import os

import pytest

from graph_service.domain.event import Event
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal, Role
from graph_service.domain.time import OPEN_END
from graph_service.errors import GraphServiceError
from graph_service.services import access, issuing, requests
from graph_service.services.call import Call
from graph_service.store import Write
from tests.casts import START, Cast

ROUNDS = int(os.environ.get("RACES", "60"))
WRITERS = 8


async def counted(cast: Cast, endorsement: Iri) -> dict[str, int]:
    """Count what an endorsement has in the graph."""
    text = """MATCH (e:Endorsement {id: $id})
              RETURN {credentials: COUNT { (e)<-[:STATES]-() }, slots: COUNT { (e)<-[:STATUS_OF]-() }, events: COUNT { (e)<-[:ABOUT]-() }} AS row"""
    (row,) = await cast.world.store.run("count", text, {"id": endorsement})
    return row


async def test_one_of_eight_issues(cast: Cast) -> None:
    for _ in range(ROUNDS):
        endorsement = await cast.request()
        officers = [cast.call(cast.officer) for _ in range(WRITERS)]
        outcomes = await asyncio.gather(
            *(issuing.issue(cast.world, call, endorsement=endorsement) for call in officers), return_exceptions=True
        )
        errors = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert len(errors) == WRITERS - 1
        assert {e.code for e in errors if isinstance(e, GraphServiceError)} <= {
            "ILLEGAL_TRANSITION",
            "STALE_VERSION",
        }, errors
        assert await counted(cast, endorsement) == {"credentials": 1, "slots": 1, "events": 2}


async def test_one_side_wins_when_both_move(cast: Cast) -> None:
    for _ in range(ROUNDS // 3):
        endorsement = await cast.request()
        outcomes = await asyncio.gather(
            requests.withdraw(cast.world, cast.call(cast.dean), endorsement=endorsement),
            issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement),
            requests.decline(cast.world, cast.call(cast.officer), endorsement=endorsement, reason="担当ではない。"),
            return_exceptions=True,
        )
        assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
        assert (await counted(cast, endorsement))["events"] == 2


async def test_the_same_key_is_done_once_however_many_send_it(cast: Cast) -> None:
    for round_number in range(ROUNDS):
        endorsement = await cast.request()
        call = Call(cast.officer, cast.call(cast.officer).at, idempotency_key=f"round-{round_number}")
        answers = await asyncio.gather(
            *(issuing.issue(cast.world, call, endorsement=endorsement) for _ in range(WRITERS))
        )
        assert answers == [endorsement] * WRITERS
        assert await counted(cast, endorsement) == {"credentials": 1, "slots": 1, "events": 2}


async def test_a_key_with_another_request_is_refused(cast: Cast) -> None:
    one, other = await cast.request(), await cast.request()
    call = Call(cast.officer, cast.call(cast.officer).at, idempotency_key="same")
    await issuing.issue(cast.world, call, endorsement=one)
    with pytest.raises(GraphServiceError) as refused:
        await issuing.issue(cast.world, call, endorsement=other)
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"


async def test_two_owners_cannot_end_each_other(cast: Cast) -> None:
    for number in range(ROUNDS // 3):
        profile = await cast.profile(f"school-{number}", "学校")
        owners = [Principal(Iri(f"urn:x:owner-{number}-{n}")) for n in range(2)]
        for owner in owners:
            new = {"id": owner.id, "name": "owner", "since": cast.at, "until": OPEN_END, "readers": [owner.id]}
            await cast.world.store.commit([Write("principal/create", {"principal": new})], _founding(owner.id))
            await access.grant_role(
                cast.world, cast.call(cast.operator), principal=owner.id, profile=profile, role=Role.OWNER
            )
        outcomes = await asyncio.gather(
            *(
                access.end_role(cast.world, cast.call(cast.operator), principal=o.id, profile=profile, role=Role.OWNER)
                for o in owners
            ),
            return_exceptions=True,
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, GraphServiceError)]
        assert [error.code for error in refused] == ["LAST_OWNER"], outcomes


def _founding(principal: Iri) -> Event:
    """Return the event of making a principal as `init` does."""
    return Event(
        id=Iri(f"{principal}:made"),
        key=f"{principal}:made",
        at=START,
        action="FOUND_INSTALLATION",
        actor=principal,
        speaking_for="OPERATOR",
        about=(principal,),
        results=(principal,),
        request="",
    )
