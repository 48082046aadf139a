"""kill -9 of the service or the engine between any two steps of issuing: nothing is there, or all of it.

The service is a process of its own; every message it sends to the engine passes a relay here, which kills the victim
right before or right after one of them. CRASHES says how often (`make test-thorough`: as often as it was promised).
"""

from __future__ import annotations

import asyncio
import base64
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen

import httpx

from graph_service.app import now
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.domain.time import later
from graph_service.endorse.report import Outcome
from graph_service.errors import Unavailable
from graph_service.services import access, publications, verification
from graph_service.store import Endpoint
from graph_service.store.local_engine import LocalEngine
from tests.casts import BASE, Cast, empty_world, gather_cast
from tests.e2e.processes import COMMAND, Running, environment, naming
from tests.engines import given_neo4j
from tests.neo4j import PID_FILE

CRASHES = int(os.environ.get("CRASHES", "6"))
MASTER_KEY = base64.b64encode(b"k" * 32).decode()  # as `empty_world` has it

NOTHING = {"state": "REQUESTED", "forms": [], "slots": 0, "events": ["ENDORSEMENT_REQUEST"]}
ALL = {
    "state": "ISSUED",
    "forms": ["DATA_INTEGRITY", "JWT"],
    "slots": 1,
    "events": ["ENDORSEMENT_ISSUE", "ENDORSEMENT_REQUEST"],
}
FACTS = """MATCH (e:Endorsement {id: $id})
           RETURN {state: e.state,
                   forms: COLLECT { MATCH (e)<-[:STATES]-(c:Credential) RETURN c.form ORDER BY c.form },
                   slots: COUNT { (e)<-[:STATUS_OF]-() },
                   events: COLLECT { MATCH (e)<-[:ABOUT]-(v:Event) RETURN v.action ORDER BY v.action }} AS row"""
ISSUE = """mutation ($endorsement: ID!, $key: String!) {
  issueEndorsement(endorsement: $endorsement, idempotencyKey: $key) {
    ... on EndorsementSuccess { endorsement { state } } ... on Problems { problems { code } } } }"""


@dataclass
class Relay:
    """Passes bytes between service and engine, and counts what the service sends."""

    target: tuple[str, int]
    sent: int = 0
    strike: Callable[[], None] | None = None  # at message number `step`
    step: int = 0
    before: bool = True
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def arm(self, strike: Callable[[], None] | None, step: int = 0, *, before: bool = True) -> None:
        """Count from now on, and strike once, before or after a message has passed."""
        self.sent, self.strike, self.step, self.before = 0, strike, step, before

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a client with the engine until one of them ends."""
        try:
            server_reader, server_writer = await asyncio.open_connection(*self.target)
        except ConnectionError:
            writer.close()
            return
        self.writers |= {writer, server_writer}
        passing = (self._pass(reader, server_writer, counted=True), self._pass(server_reader, writer, counted=False))
        tasks = [asyncio.create_task(each) for each in passing]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for each in (writer, server_writer):
            each.transport.abort()
        self.writers -= {writer, server_writer}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                self.sent += counted
                strike = self.strike if counted and self.sent == self.step else None
                if strike and self.before:
                    strike()
                writer.write(data)
                await writer.drain()
                if strike and not self.before:
                    strike()


@asynccontextmanager
async def relayed(engine: Endpoint) -> AsyncIterator[tuple[Relay, Endpoint]]:
    host, _, port = engine.uri.rpartition("/")[2].partition(":")
    relay = Relay((host, int(port)))
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    try:
        uri = f"bolt://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield relay, Endpoint(uri, engine.user, engine.password, engine.database)
    finally:
        server.close()
        for writer in relay.writers:
            writer.transport.abort()


@asynccontextmanager
async def killable(directory: Path) -> AsyncIterator[tuple[Endpoint, Callable[[], None]]]:
    """Yield an engine that comes back when it is killed, and what kills it."""
    if given := given_neo4j():
        yield given, lambda: os.kill(int(Path(os.environ[PID_FILE]).read_text()), signal.SIGKILL)
        return
    async with LocalEngine(directory) as local:
        yield local.endpoint, lambda: os.kill(local.pid, signal.SIGKILL)


def started(settings: dict[str, str]) -> Running:
    """Start the service and wait until it is ready."""
    service = Running(Popen([*COMMAND, "serve"], env=settings, stdout=PIPE, text=True), settings)
    service.wait_until_ready()
    return service


async def end(service: Running) -> None:
    """Kill the service, if it still lives."""
    service.process.kill()
    await asyncio.to_thread(service.process.communicate)


async def issue(service: Running, secret: str, endorsement: Iri, key: str) -> str:
    """Ask the service to issue; return the state, a code, or what became of the connection."""
    asked = {"query": ISSUE, "variables": {"endorsement": endorsement, "key": key}}
    async with httpx.AsyncClient(timeout=30, headers={"Authorization": f"Bearer {secret}"}) as client:
        try:
            answer = (await client.post(f"{service.address}/graphql", json=asked)).json()
        except httpx.TransportError as error:
            return type(error).__name__
    if "code" in answer:  # refused before it was asked: problem details
        return str(answer["code"])
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    result = answer["data"]["issueEndorsement"]
    return str(result["endorsement"]["state"] if "endorsement" in result else result["problems"][0]["code"])


async def until_issued(service: Running, secret: str, endorsement: Iri, key: str) -> None:
    """Repeat the request, as a client does that heard nothing, until it is answered."""
    for _ in range(120):
        if (answer := await issue(service, secret, endorsement, key)) == "ISSUED":
            return
        assert answer in ("UNAVAILABLE", "DEADLINE_EXCEEDED"), answer
        await asyncio.sleep(0.5)
    raise AssertionError("the engine did not come back")


async def facts(cast: Cast, endorsement: Iri) -> dict[str, object]:
    """Read what is in the graph, as soon as the engine answers."""
    for _ in range(120):
        with suppress(Unavailable):
            (row,) = await cast.world.store.run("facts", FACTS, {"id": endorsement})
            return dict(row)
        await asyncio.sleep(0.5)
    raise AssertionError("the engine did not come back")


async def verifies(cast: Cast, endorsement: Iri) -> bool:
    """Tell whether what was issued holds, its place in the status list included."""
    address, _ = await publications.addresses(cast.world, endorsement)
    document = await publications.credential(cast.world, cast.call(cast.officer), address)
    report = await verification.verify(verification.Sources(cast.world), document.bytes.encode(), now())
    return (report.authentic, report.current) == (Outcome.OK, Outcome.OK)


async def test_nothing_or_all_of_it(tmp_path: Path) -> None:
    dice, outcomes = random.Random(20261121), Counter[tuple[str, str]]()
    async with (
        killable(tmp_path / "engine") as (engine, kill_engine),
        relayed(engine) as (relay, through),
        empty_world(engine) as world,
    ):
        cast = await gather_cast(world)
        cast.at = later(now(), seconds=-10 * CRASHES)  # the service goes by the clock
        officer = await access.create_api_key(
            world, cast.call(cast.operator), profile=cast.board, name="officer", roles=[Role.ENDORSER]
        )
        secret = str(officer.secret)
        settings = environment(tmp_path / "service", base_url=BASE, master_key=MASTER_KEY) | naming(through)
        service = await asyncio.to_thread(started, settings)
        try:
            for number in range(-2, CRASHES):  # the first two are not disturbed: the second tells the number of steps
                endorsement = await cast.request()
                relay.arm(None)
                if number < 0:
                    assert await issue(service, secret, endorsement, str(number)) == "ISSUED"
                    points = [(step + 1, before) for step in range(relay.sent) for before in (True, False)]
                    dice.shuffle(points)
                    continue
                victim = ("service", "engine")[number % 2]
                kill = service.process.kill if victim == "service" else kill_engine
                step, before = points[number // 2 % len(points)]
                relay.arm(kill, step, before=before)
                await issue(service, secret, endorsement, str(number))
                relay.arm(None)
                if victim == "service":
                    await end(service)
                    service = await asyncio.to_thread(started, settings)
                found = await facts(cast, endorsement)
                assert found in (NOTHING, ALL), (number, victim, step, before, found)
                outcomes[victim, str(found["state"])] += 1
                assert found == NOTHING or await verifies(cast, endorsement)
                await until_issued(service, secret, endorsement, str(number))
                assert await facts(cast, endorsement) == ALL
                assert await verifies(cast, endorsement)
        finally:
            await end(service)
    print(f"{CRASHES} crashes at one of {len(points)} moments: {dict(outcomes)}")  # noqa: T201 (seen with -s)
    assert len(points) * 2 > CRASHES or {state for _, state in outcomes} == {"REQUESTED", "ISSUED"}
