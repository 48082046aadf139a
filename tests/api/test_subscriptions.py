"""Subscriptions over real sockets: two services over one database, and clients that come, go and misbehave."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from graph_service.domain.time import later
from graph_service.errors import NotFound, Unavailable
from graph_service.schema import SCHEMA, context, socket, subscription
from graph_service.schema.context import Context
from graph_service.schema.documents import Documents
from graph_service.services import watching
from graph_service.settings import Mode, Settings
from graph_service.store import Endpoint
from tests.api.play import Play
from tests.api.service import Api
from tests.api.sockets import Listening, listening, opened, talking
from tests.casts import BASE

ENDORSEMENTS = """subscription ($profile: ID!, $after: String) {
    endorsementChanged(profile: $profile, after: $after) { cursor endorsement { id state endorser { id } } } }"""
AWARDS = """subscription ($profile: ID!, $after: String) {
    awardChanged(profile: $profile, after: $after) { cursor award { id ended } } }"""
PROGRESS = """subscription ($learner: ID!, $pathway: ID!, $after: String) {
    progressChanged(learner: $learner, pathway: $pathway, after: $after) { cursor progress { percentage everComplete } } }"""


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, so that tests wait little."""
    monkeypatch.setattr(watching, "SECONDS", 0.05)


@pytest.fixture
async def one(api: Api, engine: Endpoint) -> AsyncIterator[Listening]:
    """A service."""
    async with listening(api, engine) as at:
        yield at


@pytest.fixture
async def other(api: Api, engine: Endpoint) -> AsyncIterator[Listening]:
    """Another one over the same database."""
    async with listening(api, engine) as at:
        yield at


async def test_both_services_tell_what_either_did(play: Play, one: Listening, other: Listening) -> None:
    async with talking(one, "dean") as here, talking(other, "officer") as there:
        for client, profile in ((here, play.university), (there, play.board)):
            await client.subscribe("a", ENDORSEMENTS, profile=profile)
            assert (await client.next())["endorsementChanged"]["endorsement"] is None
        asked = await play.requested()
        for client in (here, there):
            told = (await client.next())["endorsementChanged"]["endorsement"]
            assert told == {"id": asked, "state": "REQUESTED", "endorser": {"id": play.board}}
        await play.api.do("issueEndorsement", "officer", endorsement=asked)
        for client in (here, there):
            assert (await client.next())["endorsementChanged"]["endorsement"]["state"] == "ISSUED"


async def test_who_comes_back_to_another_service_has_missed_nothing(
    play: Play, one: Listening, other: Listening
) -> None:
    async with talking(one, "desk") as before:
        await before.subscribe("a", AWARDS, profile=play.university)
        cursor = (await before.next())["awardChanged"]["cursor"]
    made = [await play.awarded(await play.achievement()) for _ in range(3)]
    async with talking(other, "desk") as after:
        await after.subscribe("a", AWARDS, profile=play.university, after=cursor)
        told = [(await after.next())["awardChanged"] for _ in range(4)]
        assert [each["award"] and each["award"]["id"] for each in told] == [None, *made]
        await after.subscribe("b", AWARDS, profile=play.university, after=told[2]["cursor"])
        assert [(await after.next("b"))["awardChanged"]["award"] for _ in range(2)][1]["id"] == made[-1]
        await after.subscribe("c", AWARDS, profile=play.board, after=cursor)
        assert await after.refused("c") == ["INVALID_CURSOR"]


async def test_only_what_one_may_see_is_told(play: Play, one: Listening) -> None:
    async with talking(one) as anybody, talking(one, "stranger") as stranger:
        for client in (anybody, stranger):
            await client.subscribe("a", ENDORSEMENTS, profile=play.board)
            await client.subscribe("b", AWARDS, profile=play.university)
            assert {(await client.hear())["id"] for _ in range(2)} == {"a", "b"}
        await play.awarded(await play.achievement())
        asked = await play.requested()
        assert await stranger.is_silent()
        await play.api.do("issueEndorsement", "officer", endorsement=asked)
        for client in (anybody, stranger):
            assert (await client.next())["endorsementChanged"]["endorsement"]["id"] == asked


async def test_roles_and_keys_that_end_are_found_out(play: Play, one: Listening) -> None:
    at = later(play.api.clock.at, seconds=1000)
    made = await play.api.do(
        "createApiKey", "board-owner", profile=play.board, name="受信箱", roles=["ENDORSER"], until=at
    )
    key = {"authorization": f"Bearer {made['secret']}"}
    async with talking(one, **key) as client:
        await client.subscribe("a", ENDORSEMENTS, profile=play.board)
        await client.next()
        await play.requested(await play.achievement())
        assert (await client.next())["endorsementChanged"]["endorsement"]["state"] == "REQUESTED"
        ended = {"principal": made["principal"], "profile": play.board, "role": "ENDORSER"}
        await play.api.do("endRole", "board-owner", **ended)
        await play.requested(await play.achievement())
        assert await client.is_silent()
        play.api.clock.at = at
        await play.issued(await play.achievement())
        assert await client.refused() == ["NOT_AUTHENTICATED"]
        await client.subscribe("a", ENDORSEMENTS, profile=play.board)
        assert await client.refused() == ["NOT_AUTHENTICATED"]


async def test_progress_is_told_as_long_as_the_learner_consents(play: Play, one: Listening) -> None:
    badge, learner = await play.achievement(), play.learner
    pathway = await play.published(badge)
    asked = {"learner": learner, "pathway": pathway}
    async with talking(one, "officer") as board, talking(one, "teacher") as teacher:
        await board.subscribe("a", PROGRESS, **asked)
        assert await board.refused() == ["NOT_FOUND"]
        given = {"profile": play.board, "until": later(play.api.clock.at, days=90)}
        consent = (await play.api.do("giveConsent", "teacher", **given))["consent"]["id"]
        for client in (board, teacher):
            await client.subscribe("a", PROGRESS, **asked)
            assert (await client.next())["progressChanged"]["progress"] == {"percentage": 0, "everComplete": None}
        await play.endorsed(badge)
        await play.awarded(badge)
        for client in (board, teacher):
            told = (await client.next())["progressChanged"]
            while told["progress"]["percentage"] < 100:
                told = (await client.next())["progressChanged"]
            assert told["progress"]["everComplete"] is not None
        await play.api.do("endConsent", "teacher", consent=consent)
        assert (await teacher.next())["progressChanged"]["progress"]["percentage"] == 100
        while (told := await board.hear())["type"] == "next":  # what was on its way
            assert told["payload"]["data"]["progressChanged"]["progress"]["percentage"] == 100
        assert [each["extensions"]["code"] for each in told["payload"]] == ["NOT_FOUND"]


async def test_each_message_is_a_request_of_its_own(
    play: Play, one: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "MAX_COST", 3)
    async with talking(one, "desk") as client:
        await client.subscribe("a", AWARDS, profile=play.university)
        await client.next()
        made = [await play.awarded(await play.achievement()) for _ in range(4)]
        assert [(await client.next())["awardChanged"]["award"]["id"] for _ in made] == made


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1", "http://127.0.0.1:1"])
async def test_pages_of_other_sites_are_refused(one: Listening, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with opened(one, origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_pages_of_ours_are_not(one: Listening) -> None:
    async with opened(one, origin=f"http://{one.host}") as client:
        await client.say(type="connection_init")
        assert await client.hear() == {"type": "connection_ack"}
    behind = {"Sec-Fetch-Site": "same-origin"}  # a proxy names another host
    async with opened(one, origin="https://badges.example", headers=behind) as client:
        await client.say(type="ping")
        assert await client.hear() == {"type": "pong"}


async def test_who_asks_may_stand_in_a_header_and_cookies_count_for_nothing(play: Play, one: Listening) -> None:
    await play.requested()
    chosen = await play.api.client.post("/session", data={"persona": "officer"})
    for headers, seen in (({"X-Persona": "officer"}, True), ({"Cookie": chosen.headers.get("set-cookie", "")}, False)):
        async with opened(one, headers=headers) as client:
            await client.say(type="connection_init", payload=None)
            await client.hear()
            await client.subscribe("a", ENDORSEMENTS, profile=play.board)
            await client.next()
            await play.requested(await play.achievement())
            assert await client.is_silent() is not seen


async def test_bad_credentials_are_never_taken_for_none(play: Play, one: Listening) -> None:
    for given in ({"authorization": "Bearer gsk_unknown"}, {"Authorization": "Basic x"}, {"X-Persona": "誰か"}):
        async with talking(one, **given) as client:
            await client.subscribe("a", ENDORSEMENTS, profile=play.board)
            assert await client.refused() in (["NOT_AUTHENTICATED"], ["PERSONA_UNKNOWN"])
    async with opened(one) as client:
        await client.say(type="connection_init", payload={"authorization": 7})
        assert await client.closed() == 4400


INIT = '{"type": "connection_init"}'
ASKED = json.dumps({"id": "a", "type": "subscribe", "payload": {"query": "subscription { x }"}})
WAITING = json.dumps(
    {
        "id": "a",
        "type": "subscribe",
        "payload": {"query": ENDORSEMENTS, "variables": {"profile": "urn:x:nobody"}},
    }
)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([INIT, INIT], 4429),
        ([ASKED], 4401),
        ([INIT, WAITING, WAITING], 4409),
        (["nonsense"], 4400),
        ([b"\x00"], 4400),
        (["[]"], 4400),
        (["null"], 4400),
        (["{}"], 4400),
        (['{"type": "next"}'], 4400),
        ([INIT, '{"type": "subscribe", "payload": {}}'], 4400),
        ([INIT, '{"type": "subscribe", "id": 1, "payload": {}}'], 4400),
        ([INIT, '{"type": "subscribe", "id": "a", "payload": []}'], 4400),
        ([INIT, '{"type": "complete"}'], 4400),
        (['{"type": "connection_init", "payload": []}', "[]"], 4400),
        (['{"type": "connection_init", "payload": [1]}'], 4400),
        (["[" * 60_000], 4400),
        (["x" * 70_000], 1009),
    ],
)
async def test_who_does_not_keep_to_the_protocol_is_cut_off(one: Listening, said: list[str | bytes], code: int) -> None:
    async with opened(one) as client:
        for each in said:
            await client.connection.send(each)
        assert await client.closed() == code


async def test_it_has_to_be_this_protocol_and_begun_in_time(one: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(one, protocol=Subprotocol("graphql-ws")) as client:
        assert await client.closed() == 4406
    monkeypatch.setattr(socket, "INIT_SECONDS", 0.1)
    async with opened(one) as client:
        assert await client.closed() == 4408
    async with talking(one) as client:
        assert await client.is_silent()


async def test_what_is_no_subscription_is_refused(one: Listening) -> None:
    async with talking(one) as client:
        for query, code in (
            ("{ viewer { kind } }", "INVALID_DOCUMENT"),
            ("mutation { registerLearner { __typename } }", "INVALID_DOCUMENT"),
            ("subscription { nothing }", "INVALID_DOCUMENT"),
            ("subscription {", "INVALID_DOCUMENT"),
            ("subscription A { a: __typename } subscription B { b: __typename }", "INVALID_DOCUMENT"),
            ("", "INVALID_REQUEST"),
            ("subscription { a " * 3_000, "INVALID_DOCUMENT"),
        ):
            await client.subscribe("a", query)
            assert code in await client.refused(), query
        await client.say(id="a", type="subscribe", payload={"query": ENDORSEMENTS, "variables": []})
        assert await client.refused() == ["INVALID_REQUEST"]
        await client.subscribe("a", ENDORSEMENTS)
        assert await client.refused() == ["INVALID_DOCUMENT"]


async def test_it_is_not_answered_over_http(api: Api) -> None:
    answer = await api.client.post("/graphql", json={"query": ENDORSEMENTS, "variables": {"profile": "urn:x:a"}})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


async def test_an_id_is_free_again_once_its_subscription_ended(play: Play, one: Listening) -> None:
    async with talking(one) as client:
        for _ in range(3):
            await client.subscribe("a", ENDORSEMENTS, profile=play.board)
            await client.next()
            await client.say(id="a", type="complete")
        await client.say(id="unknown", type="complete")
        await client.say(type="ping")
        assert await client.hear() == {"type": "pong"}


async def test_there_are_only_so_many(play: Play, one: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "SUBSCRIPTIONS", 2)
    monkeypatch.setattr(socket, "CONNECTIONS", 1)
    async with talking(one) as client:
        for id_ in ("a", "b"):
            await client.subscribe(id_, ENDORSEMENTS, profile=play.board)
            await client.next(id_)
        await client.subscribe("c", ENDORSEMENTS, profile=play.board)
        assert await client.refused("c") == ["LIMIT_EXCEEDED"]
        with pytest.raises(InvalidStatus) as refused:
            async with opened(one):
                pass
        assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (503, "30")
    async with talking(one) as client:
        await client.say(type="ping")


def nobodys_socket() -> socket.Socket:
    """Return an endpoint at which nobody comes so far that it matters who they are."""

    async def context_of(_: HTTPConnection) -> Context:
        raise AssertionError

    return socket.Socket(
        schema=SCHEMA, context_of=context_of, documents=Documents.read(None, SCHEMA.graphql, only=False)
    )


def handshake(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "websocket", "path": "/graphql", "headers": headers, "subprotocols": [socket.PROTOCOL]}


async def test_from_who_never_reads_nothing_more_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "SUBSCRIPTIONS", 3)
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        await asyncio.sleep(0 if taken < 500 else 60)
        taken += 1
        if taken < 3:
            return {"type": "websocket.connect"} if taken == 1 else {"type": "websocket.receive", "text": INIT}
        said = {"id": str(taken), "type": "subscribe", "payload": {}}
        return {"type": "websocket.receive", "text": json.dumps(said)}

    async def send(message: Any) -> None:
        if '"error"' in message.get("text", ""):
            await asyncio.Event().wait()

    before = asyncio.all_tasks()
    talk = asyncio.create_task(nobodys_socket()(handshake(), receive, send))
    await asyncio.sleep(0.5)
    begun = asyncio.all_tasks() - before - {talk}
    assert (taken, len(begun)) == (6, 3)
    talk.cancel()
    await asyncio.gather(talk, return_exceptions=True)
    assert all(task.done() for task in begun)


async def test_a_server_that_cannot_answer_refuses_all_the_same() -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await nobodys_socket()(handshake((b"origin", b"https://elsewhere.example")), receive, send)
    assert sent == ["websocket.close"]


async def test_a_fault_ends_the_connection(one: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(socket, "told", fails)
    async with talking(one) as client:
        await client.subscribe("a", "subscription {")
        assert await client.closed() == 1011


async def test_what_cannot_be_read_is_not_told(play: Play, one: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    read, causes = subscription.read_back, [NotFound("award", "urn:x:gone"), None, Unavailable("database")]

    async def read_back(*asked: Any) -> Any:
        if cause := causes.pop(0):
            raise cause
        return await read(*asked)

    monkeypatch.setattr(subscription, "read_back", read_back)
    async with talking(one, "desk") as client:
        await client.subscribe("a", AWARDS, profile=play.university)
        await client.next()
        made = [await play.awarded(await play.achievement()) for _ in range(3)]
        told = (await client.next())["awardChanged"]
        assert told["award"]["id"] == made[1]
        assert await client.refused() == ["UNAVAILABLE"]
        monkeypatch.setattr(subscription, "read_back", read)
        await client.subscribe("a", AWARDS, profile=play.university, after=told["cursor"])
        assert [(await client.next())["awardChanged"]["award"] for _ in range(2)][1]["id"] == made[2]


async def test_a_service_that_stops_says_so_and_does_not_wait(play: Play, api: Api, engine: Endpoint) -> None:
    async with listening(api, engine) as at, AsyncExitStack() as stack:
        client = await stack.enter_async_context(talking(at))
        await client.subscribe("a", ENDORSEMENTS, profile=play.board)
        await client.next()
        async with asyncio.timeout(5):
            await at.stop()
        assert await client.closed() == 1012


async def test_trusted_documents_alone(api: Api, play: Play, engine: Endpoint, tmp_path: Path) -> None:
    name = hashlib.sha256(AWARDS.encode()).hexdigest()
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({name: AWARDS}))
    settings = Settings(mode=Mode.DEVELOPMENT, base_url=BASE, documents=file, trusted_only=True)
    async with listening(api, engine, settings) as at, talking(at) as client:
        await client.subscribe("a", ENDORSEMENTS, profile=play.board)
        assert await client.refused() == ["DOCUMENT_NOT_TRUSTED"]
        asked = {"documentId": f"sha256:{name}", "variables": {"profile": play.university}}
        await client.say(id="a", type="subscribe", payload=asked)
        assert (await client.next())["awardChanged"]["award"] is None
