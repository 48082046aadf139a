"""A real Chromium, and the service it looks at: real HTTP, real engine, fixed clock."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator

import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright

from graph_service import app
from graph_service.settings import Mode, Settings
from graph_service.store import Endpoint
from graph_service.web.health import Readiness
from tests.browser.gallery import AT, Gallery, hang
from tests.casts import BASE, empty_world


@pytest.fixture(scope="package")
async def gallery(engine: Endpoint) -> AsyncIterator[Gallery]:
    """Everything that there is to look at."""
    async with empty_world(engine) as world:
        yield await hang(world)


@pytest.fixture(scope="package")
async def site(gallery: Gallery) -> AsyncIterator[str]:
    """Where it is served."""
    settings = Settings(mode=Mode.DEVELOPMENT, base_url=BASE)
    service = app.build(gallery.world, settings, Readiness(gallery.world.store, migrated=True), lambda: AT)
    server = uvicorn.Server(uvicorn.Config(service, port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """The browser of this machine."""
    if (path := shutil.which("chromium")) is None:
        pytest.skip("no chromium on this machine")
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        await browser.close()
