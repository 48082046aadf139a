"""The embedded engine: ArcadeDB (Neo4j-compatible) as a child process, for a service without a database.

The data directory, readable by its owner only:

    engine.lock      locked (flock) by the service that runs the engine
    engine.password  made once
    engine.json      where that engine listens, for other commands of the same user
    engine/          the engine's own files: databases, config, log
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import secrets
import shutil
import socket
import sys
from asyncio import Future
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self, cast

from graph_service.errors import ConfigurationError, Problem
from graph_service.store.endpoint import Endpoint

_SERVER = Path(__file__).with_name("local_server.py")
_LOCK, _PASSWORD, _ANNOUNCEMENT = "engine.lock", "engine.password", "engine.json"

_READY_SECONDS = 60  # two are usual; a loaded machine or a recovery takes longer
_STOP_SECONDS = 10
_PAUSES = (0.25, 0.5, 1, 2, 4, 8, 16)  # seconds before the next start, by failures in a row
_FIRST_TRIES = 4

Orders = Mapping[str, object]
"""What `local_server` reads: port, password, heap."""

_log = logging.getLogger(__name__)


class LocalEngine:
    """One engine on one data directory, alive inside `async with`; `heap` is the limit of its JVM (`-Xmx`).

    It ends with this process, even a killed one. After a crash it is started again on the same port; until
    then its clients find the port closed. Entering raises ConfigurationError: LOCAL_ENGINE_MISSING (not
    installed), DATA_DIRECTORY_UNUSABLE (cannot be made or written), DATA_DIRECTORY_IN_USE (another service
    has it) or LOCAL_ENGINE_NOT_READY (its log says why).
    """

    endpoint: Endpoint
    pid: int
    """The engine's process now; another one after a crash."""

    def __init__(self, data_directory: Path, *, heap: str = "1g") -> None:
        self._directory = data_directory.absolute()
        self._heap = heap
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        if find_spec("arcadedb_embedded") is None:
            raise ConfigurationError(Problem("LOCAL_ENGINE_MISSING", {"package": "graph-service[local]"}))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(_locked(self._directory))
            (self._directory / _ANNOUNCEMENT).unlink(missing_ok=True)  # left by a service that was killed
            for part in ("engine", "engine/log"):
                (self._directory / part).mkdir(mode=0o700, exist_ok=True)
            port, password = _free_port(), _password(self._directory)
            self.endpoint = Endpoint(f"bolt://127.0.0.1:{port}", "root", password)
            orders = {"port": port, "password": password, "heap": self._heap}
            first = asyncio.get_running_loop().create_future()
            await stack.enter_async_context(_background(self._keep_running(orders, first)))
            await self._came_up(first)
            stack.enter_context(_announced(self._directory, self.endpoint))
            self._open = stack.pop_all()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._open.aclose()

    async def _came_up(self, first: Future[bool]) -> None:
        with suppress(TimeoutError):
            if await asyncio.wait_for(first, _READY_SECONDS):
                return
        values = {"log": str(self._directory / "engine" / "log")}
        raise ConfigurationError(Problem("LOCAL_ENGINE_NOT_READY", values))

    async def _keep_running(self, orders: Orders, first: Future[bool]) -> None:
        """Run the engine again whenever it ended; `first` is told whether it came up at all.

        The first start is repeated too: the engine of a killed service holds the files until it has stopped.
        """
        failures = 0
        while True:
            failures = 0 if await self._run(orders, first) else failures + 1
            if failures == _FIRST_TRIES and not first.done():
                first.set_result(False)
            pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
            _log.error("the local engine has ended; next start in %s s", pause)
            await asyncio.sleep(pause)

    async def _run(self, orders: Orders, first: Future[bool]) -> bool:
        """Run the engine until it ends; tell whether it came up."""
        try:
            async with _process(self._directory / "engine", orders) as process:
                self.pid = process.pid
                if not await _is_ready(process):
                    return False
                if not first.done():
                    first.set_result(True)
                await process.wait()
                return True
        except OSError:  # no process, no disk space: it may pass
            _log.exception("the local engine cannot be started")
            return False


def running(data_directory: Path) -> Endpoint | None:
    """Return where the engine of the service that runs on this directory listens; None if none runs."""
    try:
        with (data_directory / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        with suppress(FileNotFoundError):  # locked, and not ready yet
            return Endpoint(**json.loads((data_directory / _ANNOUNCEMENT).read_text()))
    except FileNotFoundError:
        pass
    return None


async def discard(data_directory: Path) -> None:
    """Delete what an engine keeps in this directory. Raises ConfigurationError (DATA_DIRECTORY_IN_USE) if one runs."""
    async with _locked(data_directory):
        shutil.rmtree(data_directory / "engine", ignore_errors=True)
        (data_directory / _PASSWORD).unlink(missing_ok=True)


@asynccontextmanager
async def _process(root: Path, orders: Orders) -> AsyncIterator[Process]:
    """Run one engine; on leaving, end it gently by closing its standard input, then by force."""
    with (root / "log" / "engine.err").open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", str(_SERVER)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            cwd=root,
            start_new_session=True,  # Ctrl-C in a terminal is meant for us; the engine goes last
        )
    stdin = cast(asyncio.StreamWriter, process.stdin)
    try:
        stdin.write(json.dumps(orders).encode() + b"\n")
        yield process
    finally:
        stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _is_ready(process: Process) -> bool:
    """Wait for the engine's word that it serves; False when it ends without, or takes too long."""
    stdout = cast(asyncio.StreamReader, process.stdout)
    try:
        return await asyncio.wait_for(stdout.readline(), _READY_SECONDS) == b"ready\n"
    except TimeoutError:
        return False


@asynccontextmanager
async def _background(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def _locked(directory: Path) -> AsyncIterator[None]:
    """Make the directory if need be and hold its lock."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)  # noqa: ASYNC240 (local)
        lock = (directory / _LOCK).open("w")
    except OSError as error:
        values = {"directory": str(directory), "reason": error.strerror}
        raise ConfigurationError(Problem("DATA_DIRECTORY_UNUSABLE", values)) from None
    with lock:
        await _lock(lock)
        yield


async def _lock(file: IO[str]) -> None:
    """Lock the file, waiting a second for a service that is just stopping and for a look by `running`."""
    for _ in range(10):
        with suppress(BlockingIOError):
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        await asyncio.sleep(0.1)
    raise ConfigurationError(Problem("DATA_DIRECTORY_IN_USE", {"directory": str(Path(file.name).parent)}))


@contextmanager
def _announced(directory: Path, endpoint: Endpoint) -> Iterator[None]:
    """Write down where the engine listens, for `running`."""
    _write_private(directory / _ANNOUNCEMENT, json.dumps(asdict(endpoint)))
    try:
        yield
    finally:
        (directory / _ANNOUNCEMENT).unlink(missing_ok=True)


def _password(directory: Path) -> str:
    file = directory / _PASSWORD
    if not file.exists():
        _write_private(file, secrets.token_urlsafe(24))
    return file.read_text()


def _write_private(file: Path, text: str) -> None:
    """Write a whole file, at once or not at all, that only its owner can read."""
    new = file.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(file)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
