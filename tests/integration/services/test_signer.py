"""Private keys in a second process: what it signs, what becomes of its absence, and that nobody believes it blindly."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.domain.profile import ProfileDraft
from graph_service.domain.time import later
from graph_service.endorse.keys import Algorithm, PrivateKey
from graph_service.endorse.report import Outcome
from graph_service.endorse.signer import MAX_BYTES
from graph_service.errors import GraphServiceError, LimitExceeded
from graph_service.remote.signer import RemoteKeys
from graph_service.services import issuing, keys, profiles, status, verification
from graph_service.services.access import service_profile
from graph_service.services.call import Call, World
from tests.casts import Cast, text
from tests.e2e.processes import Signer

SECONDS = 3.0
COUNT = "MATCH (n) RETURN count(n) AS row"
SIGNED = "MATCH (e:Endorsement {id: $id})<-[:STATES]-(c:Credential) RETURN {form: c.form, key: c.keyId, bytes: c.bytes} AS row"
HELD = "MATCH (k:Key) WHERE k.profileId = $id RETURN {id: k.id, state: k.state, sealed: k.sealed} AS row"
PUBLISHED = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"


@pytest.fixture(scope="module")
def one_signer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signer]:
    found = Signer(tmp_path_factory.mktemp("signer"))
    yield found
    if found.runs:
        found.end()


@pytest.fixture
def signer(one_signer: Signer) -> Signer:
    """The signer of this module; it runs when a test begins."""
    if not one_signer.runs:
        one_signer.start()
    return one_signer


@pytest.fixture
def world(cast: Cast, signer: Signer) -> World:
    """The world of the cast, whose keys so far are sealed in the graph, with a signer for the next."""
    return replace(cast.world, remote_keys=RemoteKeys.at(signer.socket, SECONDS))


async def rotated(cast: Cast, world: World, algorithm: Algorithm = Algorithm.ED25519) -> Iri:
    owner = cast.member("owner", cast.board, Role.OWNER)
    return await keys.rotate(world, cast.call(owner), profile=cast.board, algorithm=algorithm)


async def issued(cast: Cast, world: World) -> Iri:
    return await issuing.issue(world, cast.call(cast.officer), endorsement=await cast.request())


async def refusal(cast: Cast, action: Awaitable[object]) -> str:
    """Return the code with which an action is refused; nothing may have been written."""
    before = await cast.world.store.run("count", COUNT, {})
    with pytest.raises(GraphServiceError) as refused:
        await action
    assert await cast.world.store.run("count", COUNT, {}) == before
    return refused.value.code


async def test_private_keys_are_nowhere_but_in_the_signer(cast: Cast, world: World, signer: Signer) -> None:
    held = {
        await rotated(cast, world),
        await rotated(cast, world, Algorithm.P256),
        await rotated(cast, world, Algorithm.RSA),
    }
    rows = await world.store.run("held", HELD, {"id": cast.board})
    assert {row["id"] for row in rows if row["sealed"] is None} >= held
    files = sorted(signer.keys.iterdir(), key=lambda file: file.stat().st_mtime)[-3:]
    assert (len(files), signer.keys.stat().st_mode & 0o777, signer.socket.stat().st_mode & 0o777) == (3, 0o700, 0o660)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    endorsement = await issued(cast, world)
    signed = await world.store.run("signed", SIGNED, {"id": endorsement})
    assert {row["form"] for row in signed} == {"DATA_INTEGRITY", "JWT"}
    assert {row["key"] for row in signed} < held
    for row in signed:
        report = await verification.verify(verification.Sources(world), row["bytes"].encode(), later(cast.at, days=1))
        assert (report.authentic, report.exit_code) == (Outcome.OK, 0)
    everything = str(await world.store.run("all", "MATCH (n) RETURN properties(n) AS row", {}))
    for file in files:
        secret = PrivateKey.read(Algorithm(file.suffix[1:]), file.read_bytes()).secret
        assert secret == file.read_bytes()
        assert repr(secret)[2:-1] not in everything


async def test_without_the_signer_nothing_is_signed_and_nothing_half_done(
    cast: Cast, world: World, signer: Signer
) -> None:
    await rotated(cast, world)
    request, draft = await cast.request(), ProfileDraft(text("新設校"), slug="signed-school")
    owner, at = cast.member("owner", cast.board, Role.OWNER), cast.call(cast.officer).at
    held = await world.store.run("held", HELD, {"id": cast.board})
    key = next(each["id"] for each in held if each["state"] == "ACTIVE")  # needs another in its place
    actions: list[Callable[[], Awaitable[object]]] = [
        lambda: issuing.issue(world, Call(cast.officer, at, idempotency_key="signer"), endorsement=request),
        lambda: profiles.create(world, Call(cast.operator, at, idempotency_key="signer"), draft),
        lambda: keys.rotate(world, Call(owner, at), profile=cast.board, algorithm=Algorithm.P256),
        lambda: keys.compromise(world, Call(owner, at), key=key, reason="紛失。"),
    ]
    signer.end()
    for action in actions:
        assert await refusal(cast, action()) == "SIGNER_UNAVAILABLE"
    signer.start()  # at the socket that the killed one left behind
    for action in actions:
        assert await action()


@pytest.mark.parametrize("ending", [signal.SIGKILL, None])
async def test_a_signer_that_dies_or_falls_silent_while_it_signs(
    cast: Cast, world: World, signer: Signer, ending: signal.Signals | None
) -> None:
    await rotated(cast, world)
    request = await cast.request()
    signer.send(signal.SIGSTOP)
    signing = asyncio.create_task(refusal(cast, issuing.issue(world, cast.call(cast.officer), endorsement=request)))
    await asyncio.sleep(0.5)
    assert not signing.done()
    if ending:
        signer.end(ending)
    assert await signing == "SIGNER_UNAVAILABLE"
    if signer.runs:
        signer.send(signal.SIGCONT)


async def test_what_is_signed_while_its_key_is_compromised_is_signed_with_the_next(
    cast: Cast, world: World, signer: Signer
) -> None:
    key = await rotated(cast, world)
    request, patient = await cast.request(), replace(world, remote_keys=RemoteKeys.at(signer.socket, 30.0))
    signer.send(signal.SIGSTOP)
    signing = asyncio.create_task(issuing.issue(patient, cast.call(cast.officer), endorsement=request))
    await asyncio.sleep(0.5)
    owner = cast.member("owner", cast.board, Role.OWNER)
    await keys.compromise(cast.world, cast.call(owner), key=key, reason="漏えい。")  # the next one is sealed
    assert not signing.done()
    signer.send(signal.SIGCONT)
    await signing
    held = {row["id"]: row["state"] for row in await world.store.run("held", HELD, {"id": cast.board})}
    signed = await world.store.run("signed", SIGNED, {"id": request})
    assert [held[row["key"]] for row in signed] == ["ACTIVE"] * 2
    assert held[key] == "COMPROMISED"


async def test_sealed_keys_go_on_and_a_key_of_the_signer_needs_it(cast: Cast, world: World, signer: Signer) -> None:
    school = await cast.profile("sealed-school", "青葉中学校")
    owner = cast.member("owner", school, Role.OWNER)
    (own,) = await keys.listed(world, school, cast.at)
    listed = (await world.store.read("profile/controller", id=school))[0]
    assert listed["keys"][0]["id"] == own["id"]
    lists = "MATCH (l:StatusList)-[:LIST_OF]->(:Profile {id: $id}) RETURN l.id AS row"
    (list_id,) = await world.store.run("lists", lists, {"id": school})
    signer.end()
    assert (await status.current(world, cast.at, list_id)).bytes  # signed with the sealed key
    signer.start()
    await keys.rotate(world, cast.call(owner), profile=school, algorithm=Algorithm.ED25519)
    before = later(cast.at, seconds=-1)  # another instant than that of the list that is served
    assert await status.as_of(world, before, list_id)
    without = replace(world, remote_keys=None)
    with pytest.raises(GraphServiceError) as refused:
        await status.as_of(without, before, list_id)
    assert refused.value.code == "SIGNER_NEEDED"


async def test_a_list_that_holds_is_served_while_the_signer_is_away(cast: Cast, world: World, signer: Signer) -> None:
    await rotated(cast, world)
    endorsement = await issued(cast, world)
    rows = await world.store.run("signed", SIGNED, {"id": endorsement})
    (document,) = [row["bytes"] for row in rows if row["form"] == "DATA_INTEGRITY"]
    list_id = Iri(json.loads(document)["credentialStatus"]["statusListCredential"])
    kept = await status.current(world, cast.at, list_id)
    signer.end()
    late = later(cast.at, seconds=status.VALID_SECONDS - 1)
    assert await status.current(world, late, list_id) == replace(kept, max_age=1)
    with pytest.raises(GraphServiceError) as refused:
        await status.current(world, later(late, seconds=1), list_id)
    assert refused.value.code == "SIGNER_UNAVAILABLE"
    report = await verification.verify(verification.Sources(world), document.encode(), later(cast.at, days=1))
    assert (report.authentic, report.current, report.exit_code) == (Outcome.OK, Outcome.UNKNOWN, 3)


async def test_a_key_that_the_signer_lost(cast: Cast, world: World, signer: Signer) -> None:
    await rotated(cast, world)
    max(signer.keys.iterdir(), key=lambda file: file.stat().st_mtime).unlink()
    request = await cast.request()
    code = await refusal(cast, issuing.issue(world, cast.call(cast.officer), endorsement=request))
    assert code == "SIGNER_LACKS_KEY"


@asynccontextmanager
async def answering(folder: Path, answer: bytes, status_line: str = "200 OK") -> AsyncIterator[RemoteKeys]:
    """Something that listens like a signer and always answers the same."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status_line}\r\nContent-Length: {len(answer)}\r\n\r\n".encode() + answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(serve, folder / "other.socket"):
        yield RemoteKeys.at(folder / "other.socket", SECONDS)


async def test_what_a_signer_answers_is_not_believed(cast: Cast, tmp_path: Path) -> None:
    university = (await keys.listed(cast.world, cast.university, cast.at))[0]["id"].rpartition("#")[2]
    answers = [
        (PUBLISHED.encode(), "200 OK", "PUBLISHED_TEST_KEY"),
        (university.encode(), "200 OK", "ALREADY_EXISTS"),
        (PrivateKey.generate(Algorithm.P256, b"p" * 48).public.multibase.encode(), "200 OK", "INVALID_MULTIKEY"),
        (b"\xff nonsense", "200 OK", "INVALID_MULTIBASE"),
        (b"", "500 Internal Server Error", "SIGNER_UNAVAILABLE"),
        (b"", "404 Not Found", "SIGNER_UNAVAILABLE"),
        (b"", "nonsense", "SIGNER_UNAVAILABLE"),
        (b"z" * 5000, "200 OK", "SIGNER_UNAVAILABLE"),
    ]
    for answer, status_line, code in answers:
        async with answering(tmp_path, answer, status_line) as remote:
            assert await refusal(cast, rotated(cast, replace(cast.world, remote_keys=remote))) == code


async def test_a_wrong_signature_never_leaves(cast: Cast, world: World, tmp_path: Path) -> None:
    await rotated(cast, world)
    request = await cast.request()
    async with answering(tmp_path, b"s" * 64) as liar:
        lying = replace(world, remote_keys=liar)
        code = await refusal(cast, issuing.issue(lying, cast.call(cast.officer), endorsement=request))
    assert code == "PROOF_VERIFICATION_ERROR"


async def test_what_is_too_large_to_sign_is_told_as_such(cast: Cast, world: World) -> None:
    assert world.remote_keys
    key = await world.remote_keys.make(Algorithm.ED25519)
    with pytest.raises(LimitExceeded):
        await world.remote_keys.sign(key, bytes(MAX_BYTES + 1))


async def test_the_service_itself_may_have_its_keys_there(cast: Cast, world: World) -> None:
    service = service_profile(world)
    new = await keys.rotate(world, cast.call(cast.operator), profile=service, algorithm=Algorithm.ED25519)
    (row,) = [row for row in await world.store.run("held", HELD, {"id": service}) if row["id"] == new]
    assert (row["state"], row["sealed"]) == ("ACTIVE", None)


def test_how_a_signer_starts_and_ends(signer: Signer) -> None:
    second = subprocess.run(signer.command(), capture_output=True, text=True, timeout=60, check=False)
    assert (second.returncode, second.stderr.split(":")[0]) == (2, "SOCKET_TAKEN")
    assert signer.end(signal.SIGTERM) == 0
    assert not signer.socket.exists()
    signer.socket.write_text("a file of somebody")
    taken = subprocess.run(signer.command(), capture_output=True, text=True, timeout=60, check=False)
    assert (taken.returncode, signer.socket.read_text()) == (2, "a file of somebody")
    signer.socket.unlink()
    signer.keys.chmod(0o750)
    exposed = subprocess.run(signer.command(), capture_output=True, text=True, timeout=60, check=False)
    signer.keys.chmod(0o700)
    assert (exposed.returncode, exposed.stderr.split(":")[0]) == (2, "SIGNER_KEYS_EXPOSED")
    lent = next(signer.keys.iterdir())
    lent.chmod(0o640)
    exposed = subprocess.run(signer.command(), capture_output=True, text=True, timeout=60, check=False)
    lent.chmod(0o600)
    assert (exposed.returncode, exposed.stderr.split(":")[0]) == (2, "SIGNER_KEYS_EXPOSED")
    assert lent.name in exposed.stderr
