"""Faults as an operator meets them: database away at start, engine killed in between, wrong configuration."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.processes import COMMAND, environment, naming, running
from tests.engines import wipe

PRODUCTION = {
    "mode": "production",
    "base_url": "https://x.example",
    "master_key": base64.b64encode(b"k" * 32).decode(),
}
ENDORSERS = "{ profiles { totalCount edges { node { id } } } }"


@contextmanager
def relay(target: tuple[str, int], port: int) -> Iterator[None]:
    """Listen on `port` and pass everything on to `target` until the end of the block; connections are cut then."""
    opened: list[socket.socket] = []
    listening = socket.create_server(("127.0.0.1", port))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        sink.close()

    def accept() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            server = socket.create_connection(target)
            opened.extend((client, server))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for each in opened:
            each.close()
        thread.join(5)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(settings: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *words], env=dict(settings), capture_output=True, text=True, timeout=60, check=False
    )


def until(holds: object, seconds: float = 30) -> None:
    """Wait until a condition holds."""
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.1)


def test_a_database_that_is_away_is_waited_for(engine: object, tmp_path: Path) -> None:
    """At start 503 with a code; when it comes, ready; when it goes in between, 503; when it returns, well again."""
    asyncio.run(wipe(engine))  # type: ignore[arg-type]
    uri = engine.uri.removeprefix("bolt://").split(":")  # type: ignore[attr-defined]
    target, port = (uri[0], int(uri[1])), free_port()
    settings = environment(tmp_path) | naming(engine)  # type: ignore[arg-type]
    settings |= {"GRAPH_SERVICE_NEO4J_URI": f"bolt://127.0.0.1:{port}", "GRAPH_SERVICE_PORT": str(free_port())}
    settings |= {"GRAPH_SERVICE_MODE": "development"}
    with running(settings, "serve", ready=False) as service:
        service.address = f"http://127.0.0.1:{settings['GRAPH_SERVICE_PORT']}"
        until(lambda: answers(service.address))
        assert service.get("/livez").status_code == 200
        assert service.get("/readyz").status_code == 503
        refused = service.ask(ENDORSERS)
        assert (refused.status_code, code_of(refused.json())) == (503, "UNAVAILABLE")
        with relay(target, port):
            service.wait_until_ready()
            assert service.get("/readyz").status_code == 200
            assert "errors" not in service.ask(ENDORSERS).json()
        cut = service.ask(ENDORSERS)
        assert code_of(cut.json()) in ("UNAVAILABLE", "DEADLINE_EXCEEDED")
        assert service.get("/readyz").status_code == 503
        with relay(target, port):
            until(lambda: "errors" not in service.ask(ENDORSERS).json())
            assert service.get("/readyz").status_code == 200


def answers(address: str) -> bool:
    host, port = address.removeprefix("http://").split(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return False
    return True


def code_of(answer: dict[str, object]) -> object:
    """Return the code of problem details or of the first GraphQL error."""
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]  # type: ignore[index]
    return answer.get("code")


@pytest.mark.embedded
def test_a_killed_engine_comes_back_with_its_data(tmp_path: Path) -> None:
    settings = environment(tmp_path / "data", mode="development")
    assert command(settings, "init").returncode == 0
    with running(settings, "serve") as service:
        before = service.ask(ENDORSERS).json()["data"]
        (engine,) = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
        os.kill(int(engine), signal.SIGKILL)
        outcome = service.ask(ENDORSERS).json()
        assert "errors" not in outcome or code_of(outcome) in ("UNAVAILABLE", "DEADLINE_EXCEEDED")
        until(lambda: service.ask(ENDORSERS).json().get("data") == before)
        assert service.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"prot": "8000"}, "SETTING_UNKNOWN"),
        ({"mode": "production"}, "SETTING_NEEDED"),
        ({"neo4j_uri": "http://127.0.0.1:1"}, "DATABASE_URI_INVALID"),
        ({**PRODUCTION, "documents": "/nowhere.json"}, "SETTING_FILE_UNREADABLE"),
    ],
)
def test_a_wrong_configuration_ends_at_once_and_says_what_to_do(
    tmp_path: Path, settings: dict[str, str], code: str
) -> None:
    chosen = environment(tmp_path / "data", **({"mode": "development"} | settings))
    done = command(chosen, "serve")
    assert (done.returncode, done.stderr.split(":")[0]) == (2, code)


@pytest.mark.embedded
def test_another_master_key_is_noticed_at_start(tmp_path: Path) -> None:
    keys = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
    one, other = (environment(tmp_path / "data", base_url="https://x.example", master_key=key) for key in keys)
    assert command(one, "init").returncode == 0
    done = command(other, "serve")
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "MASTER_KEY_WRONG")
    assert keys[1] not in done.stderr


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        chosen = environment(tmp_path / "data", mode="development", port=str(taken.getsockname()[1]))
        done = command(chosen, "serve")
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "PORT_TAKEN")


@pytest.mark.embedded
def test_a_reset_takes_only_the_demos_own_data_and_never_from_under_a_service(tmp_path: Path) -> None:
    precious = tmp_path / "data" / "thesis.txt"
    settings = environment(tmp_path / "data")

    precious.parent.mkdir()
    precious.write_text("irreplaceable")
    assert (command(settings, "demo", "--reset").returncode, precious.read_text()) == (2, "irreplaceable")
    with running(settings, "demo") as service:
        refused = command(settings, "demo", "--reset")
        assert (refused.returncode, refused.stderr.split(":")[0]) == (2, "DATA_DIRECTORY_IN_USE")
        assert service.get("/readyz").status_code == 200
    with running(settings, "demo", "--reset"):
        assert precious.read_text() == "irreplaceable"
