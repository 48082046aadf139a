"""Graph Service beside the peer, `@neo4j/graphql`: the same data, questions and settings, each on its own Neo4j.

    python -m bench.peer [--scale 0.05] [--only q1,q2] [--fresh] [--neo4j 5.26.30] [--seconds 1.5] [--rounds 2]

Needs Node 20 with npm, Maven and Java (as `make test-neo4j` does), and SHARED_DIR (default `../shared`). What is made
lies in `.cache/peer` and is used again: the peer's packages, the data set, both loaded databases. `--fresh` loads ours
anew, as is needed once what is written or migrated has changed. The first run takes about fifteen minutes, later ones
eight; with `--scale 0.05` three. `--only` and fewer `--seconds` make it quick enough to tune by.

The peer's own `bench.mjs` asks all sides in turn, once it has verified that they name the same IRIs as hand-written
Cypher (`floor`: through HTTP). A round before warms them up. Ours are the operations of bench/peer/queries.json,
asked with an OPERATOR key, which sees everything, as the peer's clients do. A learner has no name here, so the peer is
not asked for it either. Only ratios within a line mean something; on a busy machine trust CPU per request (server +
database). Db hits follow, with the first set of variables: of ours, of the floor, and of ours asked by a MEMBER (the
learner of q7, who also reads for the profile of q9), which shows what visibility costs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_service.app import now
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.store import Endpoint
from tests.casts import ALWAYS
from tests.neo4j import HERE, RELEASES, fetched, free_port, jdk
from tests.profiling import OPERATIONS, PEER, QUERIES, Ours, Profiler, driver_for, floor, sampled

CACHE = Path(__file__).parents[1] / ".cache" / "peer"
BASE_URL = "https://badges.example.ac.jp"
ASKER = Iri("urn:graph-service:principal:bench")
GOALS = {"q1": 1.2, "q2": 4, "q3": 8, "q4": 1.2, "q5": 1.2, "q6": 4, "q7": 1.4, "q8": 1.4, "q9": 2, "q9t": 3.5}
"""How many times the peer's requests per second we want; what is not here, not to be below the peer."""
MEAN = 2.8
# A server's Java, not a test's: compiled well, with the collector that Neo4j takes.
JAVA = ("-Xms1g", "-Xmx2g", "-XX:TieredStopAtLevel=4", "-XX:-UseSerialGC", "-XX:+UseG1GC")
CLIENTS = 16
WARM = 4
"""Seconds for which every side answers every operation beforehand: Java compiles what is asked often, and the floor is
asked of the peer's Neo4j too."""


@dataclass(frozen=True)
class Server:
    """A process that listens."""

    port: int
    pid: int


def main(given: argparse.Namespace) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    peer, data = installed(), made(given.scale)
    with ExitStack() as stack:
        theirs, ours = (
            stack.enter_context(neo4j(given.neo4j, CACHE / f"{side}-{given.neo4j}-{given.scale}", fresh=fresh))
            for side, fresh in (("theirs", False), ("ours", given.fresh))
        )
        bolt = f"bolt://127.0.0.1:{theirs.port}"
        once(CACHE / f"theirs-{given.neo4j}-{given.scale}", [sys.executable, peer / "load.py", data, "--uri", bolt])
        environment = service(ours.port)
        load = environment | {"GRAPH_SERVICE_DEADLINE": "120"}
        key = once(CACHE / f"ours-{given.neo4j}-{given.scale}", [command(), "bench", "load", data], load)
        asyncio.run(planned(Endpoint(f"bolt://127.0.0.1:{ours.port}", "", "")))
        graphql = stack.enter_context(
            listening(lambda port: ["node", "server.mjs", "--neo4j", bolt, "--port", str(port)], cwd=peer)
        )
        served = stack.enter_context(listening(lambda port: [command(), "serve", "--port", str(port)], environment))
        asked = json.loads(QUERIES.read_text())
        asked["headers"] = {"authorization": f"Bearer {key.split()[0]}"}
        (peer / "ours.json").write_text(json.dumps(asked))
        run = ["node", "bench.mjs", "--neo4j", bolt, "--params", data / "params.json"]
        run += ["--peer", f"http://127.0.0.1:{graphql.port}/graphql", "--floor-http", "--queries", "ours.json"]
        run += ["--url", f"http://127.0.0.1:{served.port}/graphql", "--json", "result.json"]
        run += ["--pids", f"peer={graphql.pid},ours={served.pid},db={theirs.pid}+{ours.pid}"]
        run += ["--only", given.only] if given.only else []
        measure(run, peer, "--seconds", str(WARM), "--rounds", "1", "--concurrency", str(CLIENTS))
        measure(run, peer, "--seconds", str(given.seconds), "--rounds", str(given.rounds))
        params = json.loads((data / "params.json").read_text())
        costs = asyncio.run(hits(Endpoint(f"bolt://127.0.0.1:{ours.port}", "", ""), Endpoint(bolt, "", ""), params))
    print("\n".join([*table(json.loads((peer / "result.json").read_text())["operations"]), "", *costs]))


def measure(run: Sequence[str | Path], peer: Path, *options: str) -> None:
    subprocess.run([*run, *options], cwd=peer, check=True)


def table(operations: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what was measured: requests per second, CPU milliseconds a request (server + database), and the goal."""
    rates = f"{'rps ours':>14}{'peer':>8}{'floor':>8}{'ratio':>8}{'goal':>6}"
    yield f"{rates}   {'CPU ours':>14}{'peer':>14}{'ratio':>8}"
    ratios = {}
    for name, operation in operations.items():
        at = operation[f"c{CLIENTS}"]
        ours, peer, floor = at["ours"], at["peer"], at["floorHttp"]
        ratio, goal = ours["rps"] / peer["rps"], GOALS.get(name, 1)
        ratios[name] = ratio
        spent = [f"{each['serverCpuMs']:.2f}+{each['dbCpuMs']:.2f}" for each in (ours, peer)]
        cpu = sum(peer[part] for part in ("serverCpuMs", "dbCpuMs")) / sum(ours[p] for p in ("serverCpuMs", "dbCpuMs"))
        met = "" if ratio >= goal else "  below"
        if not operation["answers"]["ours"]["sameIds"]:
            met += "  other ids (ties)"
        yield (
            f"{name:5}{ours['rps']:9.1f}{peer['rps']:8.1f}{floor['rps']:8.1f}{ratio:8.2f}{goal:6}   "
            f"{spent[0]:>14}{spent[1]:>14}{cpu:8.2f}{met}"
        )
    counted = [ratios[name] for name in GOALS if name in ratios]
    mean = math.exp(sum(map(math.log, counted)) / len(counted)) if counted else math.nan
    yield f"geometric mean over {len(counted)} of {len(GOALS)} operations: {mean:.2f} (goal {MEAN})"


async def planned(ours: Endpoint) -> None:
    async with driver_for(ours) as driver:
        await sampled(driver)


async def hits(ours: Endpoint, theirs: Endpoint, params: Mapping[str, list[Any]]) -> list[str]:
    """Return a table of db hits."""
    lines = [f"{'':5}{'hits ours':>10}{'floor':>8}{'ratio':>8}{'by a member':>14}"]
    async with driver_for(ours) as our_driver, driver_for(theirs) as their_driver:
        profiler, floors = Profiler(our_driver), Profiler(their_driver)
        asking = Ours(profiler, now())
        owner = "MATCH (a:Achievement {id: $id}) RETURN a.ownerId"
        (issuer,) = await profiler.run("owner", owner, {"id": params["hub"][0]})
        reads = (Membership(Role.VIEWER, issuer, ALWAYS),)
        operates = (Membership(Role.OPERATOR, Iri(f"{BASE_URL}/profiles/service"), ALWAYS),)
        member, operator = Principal(ASKER, reads, params["learner"][0]), Principal(ASKER, operates)
        for name in OPERATIONS:
            if name.endswith("l"):  # the same in the peer's list form
                continue
            await asking.ask(name, params, operator)
            hits = profiler.hits
            await asking.ask(name, params, member)
            await floor(floors, name, params)
            lines.append(f"{name:5}{hits:10}{floors.hits:8}{hits / floors.hits:8.2f}{profiler.hits:14}")
    return lines


def installed() -> Path:
    """Copy the peer, with its packages, and change what is asked of it: see the top."""
    folder = CACHE / "neo4j-graphql"
    shutil.copytree(PEER, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    if not (folder / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True)
    changed(folder / "queries.json", "{ id name awards(", "{ id awards(")
    changed(folder / "floor.cypher" / "q7.cypher", "l {.id, .name,", "l {.id,")
    several = 'if (pid.includes("+")) return pid.split("+").reduce((ms, each) => ms + cpu(each), 0);'  # two databases
    changed(folder / "bench.mjs", "if (!pid) return 0;", f"if (!pid) return 0;\n  {several}")
    return folder


def changed(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    if text.count(before) != 1:
        raise SystemExit(f"{file.name} is not what this was written for: {before}")
    file.write_text(text.replace(before, after))


def made(scale: str) -> Path:
    """Return the data set, made once."""
    folder = CACHE / f"data-{scale}"
    if not (folder / "params.json").exists():  # written last
        subprocess.run([sys.executable, PEER / "data.py", folder, "--scale", scale], check=True)
    return folder


@contextmanager
def neo4j(version: str, home: Path, *, fresh: bool) -> Iterator[Server]:
    """Run a Neo4j on the data below `home`, without authentication, on the loopback address alone."""
    if fresh or not (home / "loaded").exists():
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(exist_ok=True)
    release, jars = RELEASES[version], fetched(version)

    def run(port: int) -> list[str]:
        address = f"server.bolt.listen_address=127.0.0.1:{port}"
        given = ("dbms.security.auth_enabled=false", "server.memory.pagecache.size=1g", address)
        options = [part for each in (*given, address.replace("listen", "advertised")) for part in ("-c", each)]
        java = [f"{jdk(release.java)}/bin/java", f"@{HERE}/jvm.options", *JAVA, "-cp", f"{jars}/*", release.main]
        return [*java, f"--home-dir={home}", f"--config-dir={HERE}", *options]

    with listening(run) as server:
        yield server


def once(home: Path, load: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> str:
    """Load a database unless it is loaded; return what the command printed then."""
    done = home / "loaded"
    if not done.exists():
        print("loading:", *load, flush=True)
        printed = subprocess.run(load, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        done.write_text(printed)
    return done.read_text()


def service(port: int) -> dict[str, str]:
    """Return the environment of a service on the Neo4j at this port."""
    own = {
        "NEO4J_URI": f"bolt://127.0.0.1:{port}",
        "BASE_URL": BASE_URL,
        "MODE": "production",
        "MASTER_KEY": "a2" * 21 + "a=",  # guards nothing here
        "DATA": str(CACHE / "service"),
        "FETCH": "off",
    }
    return os.environ | {f"GRAPH_SERVICE_{name}": value for name, value in own.items()}


def command() -> str:
    return str(Path(sys.executable).with_name("graph-service"))


@contextmanager
def listening(run: Any, environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> Iterator[Server]:
    """Run a server on a free port, once it listens, until the context ends."""
    port = free_port()
    with subprocess.Popen(run(port), env=environment, cwd=cwd, stdout=subprocess.DEVNULL) as process:
        try:
            while not answers(port):
                if process.poll() is not None:
                    raise SystemExit(f"ended at once: {' '.join(map(str, run(port)))}")
                time.sleep(0.2)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", default="1")
    parser.add_argument("--only", help="operations, e.g. q1,q2")
    parser.add_argument("--fresh", action="store_true", help="load our database anew")
    parser.add_argument("--neo4j", default="2026.08.1", choices=RELEASES)
    parser.add_argument("--seconds", default=1.5, type=float)
    parser.add_argument("--rounds", default=2, type=int)
    return parser.parse_args()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that what was started is ended
    main(arguments())
