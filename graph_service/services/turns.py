"""Taking turns at work that keeps a processor busy, so that everything else goes on beside much of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph_service.errors import Unavailable


class Turns:
    """Lets `at_once` in; up to `waiting` wait for their turn, and whoever comes then is told to come again."""

    def __init__(self, what: str, *, at_once: int, waiting: int) -> None:
        self._what = what
        self._free = asyncio.Semaphore(at_once)
        self._places = waiting

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Have a turn. Raises Unavailable (BUSY)."""
        if self._free.locked() and not self._places:
            raise Unavailable(self._what, "BUSY")
        self._places -= 1
        try:
            await self._free.acquire()
        finally:
            self._places += 1
        try:
            yield
        finally:
            self._free.release()
