"""A real Neo4j Community for tests: fetched with Maven, checked jar by jar, started on a free port.

It is started again when it ends, so that tests may kill it: its pid lies in the file that PID_FILE names.

`VERSION.sha256` lists what Maven must bring, as `sha256sum` writes it. For a new version add a row to
`RELEASES`, run it once, and make its list in `.cache/neo4j-VERSION` with `LC_ALL=C sha256sum *.jar`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph_service.store.endpoint import Endpoint

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache"
PID_FILE = "GRAPH_SERVICE_TEST_NEO4J_PIDFILE"
READY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Release:
    java: int
    main: str


RELEASES = {
    "5.26.30": Release(17, "org.neo4j.server.CommunityEntryPoint"),
    "2026.08.1": Release(25, "org.neo4j.server.Neo4jCommunity"),
}


@contextmanager
def neo4j(version: str) -> Iterator[tuple[Endpoint, Path]]:
    """Run a new server of this version, with authentication, until the context ends; yield it and its pid file."""
    release, jars = RELEASES[version], fetched(version)
    endpoint = Endpoint(f"bolt://127.0.0.1:{free_port()}", "neo4j", secrets.token_urlsafe(12))
    bolt, address = "server.bolt", endpoint.uri.removeprefix("bolt://")
    with tempfile.TemporaryDirectory(prefix="neo4j-") as home, open(f"{home}/output", "w+b") as output:
        command = (
            *(f"{jdk(release.java)}/bin/java", f"@{HERE}/jvm.options", "-cp", f"{jars}/*", release.main),
            *(f"--home-dir={home}", f"--config-dir={HERE}"),
            *("-c", f"{bolt}.listen_address={address}", "-c", f"{bolt}.advertised_address={address}"),
        )
        with kept_running(command, output, Path(home, "pid")):
            if not ready(endpoint):
                raise SystemExit(f"Neo4j {version} did not start:\n{Path(output.name).read_text()}")
            yield endpoint, Path(home, "pid")


@contextmanager
def kept_running(command: tuple[str, ...], output: IO[bytes], pid: Path) -> Iterator[None]:
    """Run a server, again whenever it ends, until the context ends."""
    servers: list[subprocess.Popen[bytes]] = []
    stopping = threading.Event()

    def run() -> None:
        while not stopping.is_set():
            with subprocess.Popen(command, stdout=output, stderr=output) as server:
                servers.append(server)
                pid.write_text(str(server.pid))
            stopping.wait(0.5)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        if servers:
            servers[-1].terminate()
        thread.join()


def ready(endpoint: Endpoint) -> bool:
    """Wait until the server takes its first password, which it wants before anything else."""
    deadline = time.monotonic() + READY_SECONDS
    with GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, "neo4j")) as driver:
        while time.monotonic() < deadline:
            try:
                with driver.session(database="system") as session:
                    change = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password"
                    session.run(change, password=endpoint.password).consume()
                return True
            except (DriverError, Neo4jError):
                time.sleep(0.2)
    return False


def fetched(version: str) -> Path:
    """Return the directory of the checked jars, fetching them if it is not there."""
    jars = CACHE / f"neo4j-{version}"
    if not jars.exists():
        partial = jars.with_suffix(".part")
        shutil.rmtree(partial, ignore_errors=True)
        options = (f"-Dneo4j.version={version}", "-DincludeScope=runtime", f"-DoutputDirectory={partial}")
        maven = ("mvn", "--quiet", "--batch-mode", "-Dstyle.color=never", f"--file={HERE}/pom.xml", *options)
        subprocess.run((*maven, "dependency:copy-dependencies"), check=True)
        partial.rename(jars)
    if wrong := differences(jars, (HERE / f"{version}.sha256").read_text()):
        raise SystemExit(f"{jars} is not what {version}.sha256 lists: {' '.join(wrong)}")
    return jars


def differences(jars: Path, listed: str) -> list[str]:
    """Return the names of jars that are missing, too many or changed, against lines of `sha256sum`."""
    expected = {(name, digest) for digest, name in map(str.split, listed.splitlines())}
    found = {(jar.name, hashlib.sha256(jar.read_bytes()).hexdigest()) for jar in jars.iterdir()}
    return sorted({name for name, _ in expected ^ found})


def jdk(version: int) -> Path:
    """Return the home of a JDK of that version: JAVA_<version>_HOME, JAVA_HOME or one below /usr/lib/jvm."""
    named = [Path(os.environ[name]) for name in (f"JAVA_{version}_HOME", "JAVA_HOME") if name in os.environ]
    for home in (*named, *sorted(Path("/usr/lib/jvm").glob("*"))):
        release = home / "release"
        if release.exists() and f'JAVA_VERSION="{version}.' in release.read_text():
            return home
    raise SystemExit(f"no Java {version} found; JAVA_{version}_HOME can name one")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
