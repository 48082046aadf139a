"""The audits of the GraphQL-over-HTTP specification, as the working group ships them, against the whole service."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn

from graph_service import app
from graph_service.envelope import Envelope
from graph_service.services.call import World
from graph_service.settings import Settings
from graph_service.store import Endpoint, Store
from graph_service.web.health import Readiness
from tests.casts import BASE

pytestmark = pytest.mark.node

SOURCE = Path(__file__).parent / "node-http"


@pytest.fixture
async def endpoint() -> AsyncIterator[str]:
    """Where the service answers; the audits ask for nothing that is in a database."""
    store = Store.open(Endpoint("bolt://127.0.0.1:1"))
    world = World(store, Envelope(b"k" * 32), BASE, secrets.token_bytes, secrets.token_bytes)
    service = app.build(world, Settings(base_url=BASE), Readiness(store, migrated=True))
    server = uvicorn.Server(uvicorn.Config(service, port=0, log_level="warning", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/graphql"
    server.should_exit = True
    await serving
    await store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the audits are installed."""
    if not shutil.which("npm"):
        pytest.skip("npm is not there")
    folder = tmp_path / "audits"
    shutil.copytree(SOURCE, folder)
    done = subprocess.run(["npm", "ci"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm ci failed: {done.stderr[-300:]}")
    return folder


async def test_every_audit_is_passed(endpoint: str, folder: Path) -> None:
    auditing = await asyncio.create_subprocess_exec("node", "audit.mjs", endpoint, cwd=folder, stdout=-1)
    audits = [json.loads(line) for line in (await auditing.communicate())[0].splitlines()]
    assert [each for each in audits if each["status"] != "ok"] == []
    assert len(audits) == 61
