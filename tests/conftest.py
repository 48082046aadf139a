"""Fixtures that any test may ask for."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Generator

import pytest

from graph_service.store.endpoint import Endpoint
from tests.conformance.peer import NotInstalledError, Peer
from tests.engines import given_neo4j, running_engine, wipe

collect_ignore = ["integration/test_local_engine.py"] if given_neo4j() else []  # it would only run twice


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the embedded engine when the suite runs on a Neo4j; keep together what shares a database.

    The tests of one folder are run by one process, one after the other: they make and wipe the same database.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(str(item.path.parent.relative_to(config.rootpath))))
    if given_neo4j():
        left_out = [item for item in items if item.get_closest_marker("embedded")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be skipped (CI), a test that cannot run fails and says why."""
    report = yield
    if report.skipped and os.environ.get("NO_TEST_MAY_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Peer:
    """The JavaScript peer, installed once a session."""
    try:
        return Peer.install(tmp_path_factory.mktemp("node-vc"))
    except NotInstalledError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def engine_kind() -> str:
    """`arcadedb` or `neo4j`: for the few facts that differ."""
    return "neo4j" if given_neo4j() else "arcadedb"


@pytest.fixture(scope="session")
async def engine() -> AsyncIterator[Endpoint]:
    """The database of this test session."""
    async with running_engine() as endpoint:
        yield endpoint


@pytest.fixture
async def empty_database(engine: Endpoint) -> Endpoint:
    """The same database without any node; its schema stays."""
    await wipe(engine)
    return engine
