from collections.abc import AsyncIterator

import pytest

from graph_service.store import Endpoint
from tests.casts import Cast, empty_world, gather_cast


@pytest.fixture(scope="module")
async def cast(engine: Endpoint) -> AsyncIterator[Cast]:
    """A small cast in an otherwise empty database; tests of a module share it and make what they change."""
    async with empty_world(engine) as world:
        yield await gather_cast(world)
