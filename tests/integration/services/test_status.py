"""Status lists: signed anew when they changed or will soon run out, and a new one when the last is half full."""

from __future__ import annotations

import json
from collections.abc import Sequence

from neo4j import AsyncGraphDatabase

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, later
from graph_service.endorse import status_list
from graph_service.services import issuing, publications, status
from graph_service.store import Endpoint
from tests.casts import Cast


async def issued(cast: Cast) -> tuple[Iri, Iri]:
    """Issue an endorsement; return it and its status list."""
    endorsement = await cast.request()
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement)
    return endorsement, (await publications.addresses(cast.world, endorsement))[1]


async def served(cast: Cast, at: Instant, address: Iri) -> str:
    return (await status.current(cast.world, at, address)).bytes


async def place_of(cast: Cast, endorsement: Iri) -> int:
    (row,) = await cast.world.store.read("endorsement/for_action", id=endorsement)
    return int(row["slot"][0]["position"])


def revoked(content: str, places: Sequence[int]) -> list[bool]:
    bits = status_list.decode(json.loads(content)["credentialSubject"]["encodedList"])
    return [status_list.is_set(bits, place) for place in places]


async def test_it_is_signed_anew_only_when_it_changed_or_will_run_out(cast: Cast) -> None:
    endorsement, address = await issued(cast)
    at = cast.call(cast.officer).at
    first = await served(cast, at, address)
    until = json.loads(first)["validUntil"]
    last = later(until, seconds=-status.RENEW_SECONDS - 1)
    assert await served(cast, last, address) == first
    renewed = await served(cast, later(last, seconds=1), address)
    assert json.loads(renewed)["validUntil"] > until

    await issuing.revoke(
        cast.world, cast.call(cast.officer, later(last, seconds=2)), endorsement=endorsement, reason="内容が古い。"
    )
    changed = await served(cast, later(last, seconds=3), address)
    places = [await place_of(cast, endorsement)]
    assert (revoked(renewed, places), revoked(changed, places)) == ([False], [True])


async def test_a_revocation_is_seen_in_the_same_second(cast: Cast) -> None:
    """Issued and revoked at once, it is revoked from the next second on; the list that is signed now is served later."""
    endorsement = await cast.request()
    at = cast.call(cast.officer).at
    await issuing.issue(cast.world, cast.call(cast.officer, at), endorsement=endorsement)
    address = (await publications.addresses(cast.world, endorsement))[1]
    await issuing.revoke(cast.world, cast.call(cast.officer, at), endorsement=endorsement, reason="誤り。")
    places = [await place_of(cast, endorsement)]
    assert revoked(await served(cast, at, address), places) == [True]
    assert revoked(await served(cast, later(at, seconds=60), address), places) == [True]
    as_it_stood = [await status.as_of(cast.world, moment, address) or b"" for moment in (at, later(at, seconds=1))]
    assert [revoked(content.decode(), places) for content in as_it_stood] == [[False], [True]]


async def test_a_question_about_now_is_answered_with_the_list_that_is_served(cast: Cast) -> None:
    _, address = await issued(cast)
    at = later(cast.at, days=2)  # after everything that other tests revoke
    content = await served(cast, at, address)
    assert await status.as_of(cast.world, later(at, seconds=5), address) == content.encode()
    before = await status.as_of(cast.world, later(at, seconds=-5), address)
    assert before
    assert json.loads(before)["validFrom"] == later(at, seconds=-5)


async def test_caches_let_go_of_a_list_before_it_runs_out(cast: Cast) -> None:
    _, address = await issued(cast)
    found = await status.current(cast.world, cast.call(cast.officer).at, address)
    document = json.loads(found.bytes)
    assert found.max_age * 1000 == document["credentialSubject"]["ttl"]
    assert found.max_age < status.RENEW_SECONDS


async def test_a_new_list_is_opened_when_half_of_the_places_are_taken(cast: Cast, engine: Endpoint) -> None:
    _, address = await issued(cast)
    async with AsyncGraphDatabase.driver(engine.uri, auth=(engine.user, engine.password)) as driver:
        for start in range(0, status_list.ENTRIES // 2, 4096):
            taking = """MATCH (l:StatusList {id: $list}) UNWIND $places AS place
                        CREATE (l)<-[:SLOT_OF]-(:StatusSlot {id: 'urn:x:' + toString(place), revoked: false})"""
            places = list(range(start, start + 4096))
            await driver.execute_query(taking, list=address, places=places, database_=engine.database)
    _, second = await issued(cast)
    _, third = await issued(cast)
    assert address not in (second, third)
    assert second == third
