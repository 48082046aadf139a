"""The service as a process of its own, on the engine of the test session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path

import httpx

from graph_service.store.endpoint import Endpoint
from tests.engines import given_neo4j

BASE = "https://graph-service.example"
COMMAND = (sys.executable, "-m", "graph_service")


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Return an environment for a service with its data in `data`: the given Neo4j, or the embedded engine."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("GRAPH_SERVICE_")}
    found |= {"GRAPH_SERVICE_DATA": str(data), "GRAPH_SERVICE_PORT": "0", "LC_ALL": "C.UTF-8"}
    if given := given_neo4j():
        found |= naming(given)
    return found | {f"GRAPH_SERVICE_{name.upper()}": value for name, value in settings.items()}


def naming(endpoint: Endpoint) -> dict[str, str]:
    """Return the settings that name a database."""
    return {f"GRAPH_SERVICE_NEO4J_{f.name.upper()}": str(getattr(endpoint, f.name)) for f in fields(endpoint)}


@dataclass
class Running:
    """A service that runs: what it printed until it was ready, and where it listens."""

    process: subprocess.Popen[str]
    environment: Mapping[str, str]
    printed: list[str] = field(default_factory=list)
    address: str = ""

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Send a GET request."""
        return httpx.get(self.address + path, headers=headers, timeout=30)

    def ask(self, query: str, persona: str | None = None, **variables: object) -> httpx.Response:
        """Send a GraphQL document."""
        headers = {"X-Persona": persona} if persona else {}
        return httpx.post(
            f"{self.address}/graphql", json={"query": query, "variables": variables}, headers=headers, timeout=30
        )

    def command(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command beside the service."""
        return subprocess.run(
            [*COMMAND, *words],
            env=dict(self.environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def wait_until_ready(self) -> None:
        """Read what it prints up to its READY line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line.rstrip("\n"))
            if line.startswith("READY "):
                self.address = line.split()[1]
                return
        raise AssertionError(f"ended without READY: {self.printed}")


@contextmanager
def running(settings: Mapping[str, str], *words: str, ready: bool = True) -> Iterator[Running]:
    """Run `graph-service …` and end it in order."""
    process = subprocess.Popen([*COMMAND, *words], env=dict(settings), stdout=subprocess.PIPE, text=True)
    service = Running(process, settings)
    try:
        if ready:
            service.wait_until_ready()
        yield service
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        code = process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
    assert code == 0, f"exit code {code}"


@dataclass
class Signer:
    """`graph-service signer` as a process, which may be killed and started again."""

    folder: Path
    process: subprocess.Popen[str] | None = None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def socket(self) -> Path:
        return self.folder / "signer.socket"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def command(self) -> list[str]:
        return [*COMMAND, "signer", "--socket", str(self.socket), "--keys", str(self.keys)]

    def start(self) -> None:
        self.process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"READY {self.socket}\n"

    def send(self, signal_: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(signal_)

    def end(self, signal_: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        self.send(signal_)
        self.process.stdout.close()
        return self.process.wait(30)
