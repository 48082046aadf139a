"""Looking up the addresses of a name, as this machine does it (hosts file, DNS)."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

_AT_ONCE = (
    64  # far more than the door lets in at a time, as a server that never answers keeps a lookup for half a minute
)


class Names:
    """Looks names up in threads of its own.

    A lookup cannot be called off and may take far longer than anybody waits. In a thread of the common pool it would
    keep others from working, and the process from ending.
    """

    def __init__(self) -> None:
        self._left = _AT_ONCE

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the IP addresses of a name, the best first.

        Raises OSError if it has none; BlockingIOError, at once, if nobody can be asked at the moment.
        """
        if not self._left:
            raise BlockingIOError
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[str]] = loop.create_future()

        def ended(found: Sequence[str], error: OSError | None) -> None:
            self._left += 1
            if answer.cancelled():
                return
            if error:
                answer.set_exception(error)
            else:
                answer.set_result(found)

        def look_up() -> None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(ended, *_found(host, port))

        try:
            threading.Thread(target=look_up, name=f"lookup {host}", daemon=True).start()
        except RuntimeError:  # the machine has no more threads
            raise BlockingIOError from None
        self._left -= 1  # until the lookup ends, not until somebody stops waiting for it
        return await answer


def _found(host: str, port: int) -> tuple[Sequence[str], OSError | None]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return (), OSError(str(error))
    return list(dict.fromkeys(str(address[0]) for *_, address in found)), None
