"""The embedded engine: starts, stops, keeps data, comes back, never outlives its service."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from neo4j import AsyncDriver, AsyncGraphDatabase

from graph_service.errors import ConfigurationError
from graph_service.store.endpoint import Endpoint
from graph_service.store.local_engine import LocalEngine, running

SERVICE = """
import asyncio, sys
from pathlib import Path
from graph_service.store.local_engine import LocalEngine

async def main():
    async with LocalEngine(Path(sys.argv[1])) as engine:
        print(engine.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def connect(endpoint: Endpoint) -> AsyncDriver:
    return AsyncGraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))


async def numbers(driver: AsyncDriver) -> list[int]:
    found = await driver.execute_query("MATCH (n:Number) RETURN n.value AS value ORDER BY value")
    return [record["value"] for record in found.records]


async def add(driver: AsyncDriver, value: int) -> None:
    await driver.execute_query("CREATE (:Number {value: $value})", value=value)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def gone(pid: int) -> bool:
    """Wait up to five seconds for a process to be gone."""
    for _ in range(100):
        if not alive(pid):
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.fixture(scope="module")
async def local(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Path, LocalEngine]]:
    directory = tmp_path_factory.mktemp("local") / "data"
    async with LocalEngine(directory) as engine:
        yield directory, engine


Local = tuple[Path, LocalEngine]


@pytest.mark.parametrize(
    ("name", "mode"),
    [(".", 0o700), ("engine", 0o700), ("engine.password", 0o600), ("engine.json", 0o600)],
)
def test_only_the_owner_can_read_the_data_directory(local: Local, name: str, mode: int) -> None:
    assert stat.S_IMODE((local[0] / name).stat().st_mode) == mode


def test_a_command_of_the_same_user_finds_the_running_engine(local: Local) -> None:
    directory, engine = local
    assert running(directory) == engine.endpoint
    assert running(directory) == engine.endpoint  # looking does not take the lock away


async def test_a_second_service_on_the_directory_is_refused(local: Local) -> None:
    with pytest.raises(ConfigurationError) as refused:
        async with LocalEngine(local[0]):
            pass
    assert refused.value.code == "DATA_DIRECTORY_IN_USE"
    assert alive(local[1].pid)


def test_the_password_stands_in_no_representation(local: Local) -> None:
    assert local[1].endpoint.password not in repr(local[1].endpoint)


async def test_a_killed_engine_comes_back_on_its_port_with_all_that_was_acknowledged(local: Local) -> None:
    engine = local[1]
    async with connect(engine.endpoint) as driver:
        for value in range(20):
            await add(driver, value)
        killed = engine.pid
        os.kill(killed, signal.SIGKILL)
        assert await numbers(driver) == list(range(20))  # the driver tries again for half a minute
    assert engine.pid != killed


async def test_a_second_start_finds_the_data_and_nothing_is_left_behind(tmp_path: Path) -> None:
    before = sorted(os.listdir("/dev/fd"))
    async with LocalEngine(tmp_path) as first, connect(first.endpoint) as driver:
        await add(driver, 1)
    assert not alive(first.pid)
    assert running(tmp_path) is None
    async with LocalEngine(tmp_path) as second, connect(second.endpoint) as driver:
        assert await numbers(driver) == [1]
    assert second.endpoint.password == first.endpoint.password
    assert sorted(os.listdir("/dev/fd")) == before


async def test_the_engine_of_a_killed_service_ends_and_the_next_service_starts(tmp_path: Path) -> None:
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVICE, str(tmp_path)), stdout=asyncio.subprocess.PIPE
    )
    assert service.stdout
    pid = int(await service.stdout.readline())
    async with connect(Endpoint(**json.loads((tmp_path / "engine.json").read_text()))) as driver:
        await add(driver, 1)
    service.kill()
    await service.wait()
    assert running(tmp_path) is None
    async with LocalEngine(tmp_path) as engine, connect(engine.endpoint) as driver:
        assert await gone(pid)
        assert await numbers(driver) == [1]


@pytest.mark.parametrize("name", ["file", "file/below"])
async def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError) as refused:
        async with LocalEngine(tmp_path / name):
            pass
    assert refused.value.code == "DATA_DIRECTORY_UNUSABLE"
    assert refused.value.problems[0].values["directory"] == str(tmp_path / name)


async def test_an_engine_that_cannot_start_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as failed:
        async with LocalEngine(tmp_path, heap="nonsense"):
            pass
    assert failed.value.code == "LOCAL_ENGINE_NOT_READY"


async def test_without_the_extra_the_missing_engine_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "arcadedb_embedded", None)
    with pytest.raises(ConfigurationError) as missing:
        async with LocalEngine(tmp_path / "data"):
            pass
    assert missing.value.code == "LOCAL_ENGINE_MISSING"
    assert not (tmp_path / "data").exists()
