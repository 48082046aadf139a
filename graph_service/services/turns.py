"""Taking turns at work that keeps a processor busy, so that everything else goes on beside much of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from graph_service.errors import Unavailable

_LEAVE: ContextVar[Callable[[], None]] = ContextVar("leave", default=lambda: None)


class Turns:
    """Lets `at_once` in; up to `waiting` wait for their turn, and whoever comes then is told to come again."""

    def __init__(self, what: str, *, at_once: int, waiting: int) -> None:
        self._what = what
        self._free = asyncio.Semaphore(at_once)
        self._places = waiting

    def check(self) -> None:
        """Raise Unavailable (BUSY) if there is no place to wait."""
        if self._free.locked() and not self._places:
            raise Unavailable(self._what, "BUSY")

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Have a turn, unless it is left early. Raises Unavailable (BUSY)."""
        self.check()
        self._places -= 1
        try:
            await self._free.acquire()
        finally:
            self._places += 1
        left = False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                self._free.release()

        outer = _LEAVE.set(leave)
        try:
            yield
        finally:
            _LEAVE.reset(outer)
            leave()


def leave() -> None:
    """Give the turn that this work has to others: it is going to wait for somebody else."""
    _LEAVE.get()()
