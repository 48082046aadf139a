"""One service and one cast for the suite; tests make what they change."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from graph_service.settings import Mode
from graph_service.store import Endpoint
from tests.api.play import Play, gathered
from tests.api.service import Api, opened, serving


@pytest.fixture(scope="package")
async def play(engine: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Play]:
    """The cast."""
    async with opened(engine, tmp_path_factory.mktemp("mail")) as api:
        yield await gathered(api)


@pytest.fixture
def api(play: Play) -> Api:
    """The service in development mode, where a name is enough to sign in."""
    return play.api


@pytest.fixture(scope="package")
async def production(play: Play) -> AsyncIterator[httpx.AsyncClient]:
    """The same service in production mode."""
    async with serving(play.api.world, Mode.PRODUCTION, play.api.clock) as client:
        yield client
