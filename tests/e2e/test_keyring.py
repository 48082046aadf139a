"""The commands for keys beside a service whose private keys a signer holds."""

from __future__ import annotations

import base64
import json
import re
import secrets
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.processes import BASE, COMMAND, Running, Signer, environment, running
from tests.engines import given_neo4j, wipe

SERVICE = f"{BASE}/profiles/service"


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signer]:
    found = Signer(tmp_path_factory.mktemp("signer"))
    found.start()
    yield found
    if found.runs:
        found.end()


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Iterator[Running]:  # type: ignore[misc]
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    data = tmp_path_factory.mktemp("keyring") / "data"
    settings = environment(data, base_url=BASE, master_key=key, signer=str(signer.socket))
    if given := given_neo4j():
        await wipe(given)
    subprocess.run([*COMMAND, "init"], env=settings, capture_output=True, timeout=120, check=True)  # noqa: ASYNC221
    with running(settings, "serve") as found:
        yield found


def told(service: Running, *words: str, code: int = 0) -> Any:
    """Run `graph-service keys … --json`."""
    done = service.command("keys", *words, "--json")
    assert (done.returncode, done.stderr) == (code, ""), done
    return json.loads(done.stdout)


def states(answer: Any) -> list[tuple[str, str]]:
    return [(key["algorithm"], key["state"]) for key in answer["keys"]]


def test_a_key_s_life_at_the_console(service: Running, signer: Signer) -> None:
    first = told(service, "list", "service")
    assert states(first) == [("Ed25519", "ACTIVE")]
    assert [file.suffix for file in signer.keys.iterdir()] == [".Ed25519"]
    made = told(service, "rotate", SERVICE, "--algorithm", "RSA")
    assert made["key"].startswith(f"{SERVICE}/keys/")
    assert set(states(made)) == {("RSA", "ACTIVE"), ("Ed25519", "ACTIVE")}
    assert ("RSA", "RETIRED") in states(told(service, "retire", made["key"]))
    own = first["keys"][0]["id"]
    voided = told(service, "compromise", own, "--reason", "漏えい。")
    assert {("Ed25519", "COMPROMISED"), ("Ed25519", "ACTIVE")} <= set(states(voided))
    assert told(service, "resign", own) == {"signed": [], "refused": {}}
    published = [each["kid"] for each in service.get("/profiles/service/jwks.json").json()["keys"]]
    assert made["key"] in published
    assert len(published) == 2
    assert sorted(file.suffix for file in signer.keys.iterdir()) == [".Ed25519", ".Ed25519", ".RSA"]


def test_what_people_read(service: Running) -> None:
    lines = service.command("keys", "list", "service").stdout.splitlines()
    assert all(
        re.fullmatch(r"[A-Z]+  (?:Ed25519|RSA)  since \S+Z  0 signed and not replaced  \S+", line) for line in lines
    )
    assert lines


@pytest.mark.parametrize(
    ("words", "codes", "exit_code"),
    [
        (["list", "nobody"], ["NOT_FOUND"], 1),
        (["retire", "urn:x:none"], ["NOT_FOUND"], 1),
        (["compromise", "urn:x:none", "--reason", ""], ["TEXT_EMPTY"], 1),
    ],
)
def test_what_is_wrong(service: Running, words: list[str], codes: list[str], exit_code: int) -> None:
    assert [each["code"] for each in told(service, *words, code=exit_code)["problems"]] == codes


def test_nobody_acts_without_the_master_key_though_no_key_is_sealed_here(service: Running) -> None:
    other = base64.b64encode(secrets.token_bytes(32)).decode()
    stranger = Running(service.process, {**service.environment, "GRAPH_SERVICE_MASTER_KEY": other})
    done = stranger.command("keys", "rotate", "service")
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "MASTER_KEY_WRONG")


def test_without_the_signer(service: Running, signer: Signer) -> None:
    before = told(service, "list", "service")
    signer.end()
    assert [each["code"] for each in told(service, "rotate", "service", code=4)["problems"]] == ["SIGNER_UNAVAILABLE"]
    assert told(service, "list", "service") == before
    signer.start()
    assert len(told(service, "rotate", "service")["keys"]) == len(before["keys"]) + 1
