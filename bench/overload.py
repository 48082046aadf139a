"""What becomes of a service that is asked four times as much as it can answer.

    python -m bench.overload [SECONDS]

The demo is served by a process of its own. First sixteen clients ask for a page of twenty achievements, each as soon as
it has its answer: that is what the service can do. Then requests arrive at four times that rate, whatever becomes of
those before them; one for which no connection is free is not sent, and the rate that is printed is the one that was.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import uvloop

from tests.e2e.processes import environment, running

CLIENTS = 16
TIMES = 4
CONNECTIONS = 256
QUERY = "{ achievements(first: 20) { edges { node { id name endorsements(first: 3) { edges { node { kind } } } } } } }"
BODY = json.dumps({"query": QUERY})
HEAD = f"POST /graphql HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}"
REQUEST = f"{HEAD}\r\n\r\n{BODY}".encode()

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Load:
    """Asks one service the same again and again; remembers how long each answer took, by status."""

    host: str
    port: int
    idle: list[Connection] = field(default_factory=list)
    opened: int = 0
    took: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def ask(self) -> None:
        if not self.idle:
            self.opened += 1
            self.idle.append(await asyncio.open_connection(self.host, self.port))
        reader, writer = connection = self.idle.pop()
        begun = time.perf_counter()
        writer.write(REQUEST)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
        self.took[int(head.split(b" ", 2)[1])].append(time.perf_counter() - begun)
        self.idle.append(connection)

    def percentiles(self, status: int) -> tuple[float, float]:
        """Return median and 95th percentile in milliseconds."""
        parts = quantiles(self.took[status], n=20)
        return parts[9] * 1000, parts[18] * 1000


async def closed(load: Load, seconds: float) -> None:
    """Let CLIENTS ask, each as soon as it has its answer."""
    end = time.perf_counter() + seconds

    async def client() -> None:
        while time.perf_counter() < end:
            await load.ask()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))


async def arriving(load: Load, seconds: float, rate: float) -> None:
    """Let requests arrive at a rate."""
    begun, sent = time.perf_counter(), 0
    async with asyncio.TaskGroup() as asking:
        while (passed := time.perf_counter() - begun) < seconds:
            due, sent = int(passed * rate) - sent, int(passed * rate)
            for _ in range(min(due, CONNECTIONS - load.opened + len(load.idle))):
                asking.create_task(load.ask())
            await asyncio.sleep(0.001)


async def timed(address: str, work: Callable[[Load], Awaitable[None]]) -> tuple[Load, float]:
    """Return the load and the seconds that it took."""
    parts = urlsplit(address)
    load = Load(str(parts.hostname), int(parts.port or 80))
    begun = time.perf_counter()
    await work(load)
    for _, writer in load.idle:
        writer.close()
    return load, time.perf_counter() - begun


def resident(pid: int) -> float:
    """Return the megabytes that a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def main(address: str, pid: int, seconds: float) -> None:
    await timed(address, lambda load: closed(load, seconds / 3))
    calm, spent = await timed(address, lambda load: closed(load, seconds))
    rate = len(calm.took[200]) / spent
    median, most = calm.percentiles(200)
    print(f"{CLIENTS} clients: {rate:.0f}/s; p50 {median:.1f} ms, p95 {most:.1f} ms; {resident(pid):.0f} MB")
    for number in range(1, 4):
        loud, spent = await timed(address, lambda load: arriving(load, seconds, TIMES * rate))
        total = sum(map(len, loud.took.values()))
        print(
            f"{number}. {total / spent / rate:.1f} times that rate on {loud.opened} connections; {resident(pid):.0f} MB"
        )
        for status, took in sorted(loud.took.items()):
            half, late = loud.percentiles(status)
            print(
                f"   {status}: {len(took) / spent:.0f}/s ({len(took) / total:.0%}), "
                f"p50 {half:.1f} ms, p95 {late:.1f} ms = {late / most:.2f} times"
            )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as data, running(environment(Path(data)), "demo") as service:
        uvloop.run(main(service.address, service.process.pid, float(sys.argv[1]) if sys.argv[1:] else 10))
