"""Eight at once: one effect, one event, one document in both forms; and a key that is used twice answers once."""

from __future__ import annotations

import asyncio
import os

import pytest

from graph_service.domain.event import Event
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal, Role
from graph_service.domain.time import OPEN_END
from graph_service.endorse.keys import Algorithm
from graph_service.errors import GraphServiceError
from graph_service.services import access, award_credentials, display, issuing, keys, proposing, requests
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
        assert await counted(cast, endorsement) == {"credentials": 2, "slots": 1, "events": 2}


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
        assert await counted(cast, endorsement) == {"credentials": 2, "slots": 1, "events": 2}


async def test_a_key_with_another_request_is_refused(cast: Cast) -> None:
    one, other = await cast.request(), await cast.request()
    call = Call(cast.officer, cast.call(cast.officer).at, idempotency_key="same")
    await issuing.issue(cast.world, call, endorsement=one)
    with pytest.raises(GraphServiceError) as refused:
        await issuing.issue(cast.world, call, endorsement=other)
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"


async def test_an_earlier_endorsement_is_confirmed_once(cast: Cast) -> None:
    for _ in range(ROUNDS // 6):
        badge = await cast.achievement("学級経営")
        endorsement = await cast.request(badge)
        await issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement)
        await cast.revise(badge)
        officers = [cast.call(cast.officer) for _ in range(WRITERS)]
        outcomes = await asyncio.gather(
            *(proposing.reconfirm(cast.world, call, endorsement=endorsement) for call in officers),
            return_exceptions=True,
        )
        refused = [error.code for error in outcomes if isinstance(error, GraphServiceError)]
        assert refused == ["ALREADY_CONFIRMED"] * (WRITERS - 1), outcomes


async def test_what_is_signed_while_an_award_is_shown_is_as_visible_as_the_award(cast: Cast) -> None:
    """So are the award's own documents, in both directions."""
    text = """MATCH (w:Award {id: $id})<-[:STATES|ENDORSES]-(s)
              RETURN [w.shown, s.shown] + COLLECT { MATCH (s)<-[:STATES]-(c:Credential) RETURN c.shown } AS row"""
    for number in range(ROUNDS):
        award, shown = await cast.awarded(cast.badge), number % 2 == 0
        await award_credentials.issue(cast.world, cast.call(cast.desk), award=award)
        await display.show_award(cast.world, cast.call(cast.teacher), award=award, shown=not shown)
        endorsement = await cast.request(award)
        await asyncio.gather(
            display.show_award(cast.world, cast.call(cast.teacher), award=award, shown=shown),
            issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement),
        )
        rows = await cast.world.store.run("visible", text, {"id": award})
        assert len(rows) == 3  # the award in two forms, and its endorsement
        assert {each for row in rows for each in row} == {shown}, rows


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


async def _states(cast: Cast, profile: Iri) -> list[tuple[str, str]]:
    """Return algorithm and state of each key of a profile."""
    return sorted((key["algorithm"], key["state"]) for key in await keys.listed(cast.world, profile, cast.at))


@pytest.mark.parametrize("algorithm", [Algorithm.ED25519, Algorithm.P256])
async def test_of_keys_made_at_once_one_signs(cast: Cast, algorithm: Algorithm) -> None:
    for number in range(ROUNDS // 6):
        profile = await cast.profile(f"rotating-{algorithm.jws.lower()}-{number}", "学校")
        outcomes = await asyncio.gather(
            *(keys.rotate(cast.world, cast.call(cast.operator), profile=profile, algorithm=algorithm) for _ in range(3))
        )
        states = await _states(cast, profile)
        assert len(set(outcomes)) == 3
        assert states.count((algorithm, "ACTIVE")) == 1
        assert len(states) == 4


async def test_a_key_is_rotated_retired_and_compromised_at_once(cast: Cast) -> None:
    for number in range(ROUNDS // 6):
        profile = await cast.profile(f"moving-{number}", "学校")
        key = await keys.rotate(cast.world, cast.call(cast.operator), profile=profile, algorithm=Algorithm.P256)
        outcomes = await asyncio.gather(
            keys.rotate(cast.world, cast.call(cast.operator), profile=profile, algorithm=Algorithm.RSA),
            keys.retire(cast.world, cast.call(cast.operator), key=key),
            keys.compromise(cast.world, cast.call(cast.operator), key=key, reason="漏えい。"),
            return_exceptions=True,
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert {error.code for error in refused if isinstance(error, GraphServiceError)} <= {"ILLEGAL_TRANSITION"}
        assert outcomes[2] == key, "what was compromised is compromised, whatever else happens"
        states = await _states(cast, profile)
        assert ("P-256", "COMPROMISED") in states
        assert [state for algorithm, state in states if algorithm != "Ed25519"].count("ACTIVE") == 1


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
