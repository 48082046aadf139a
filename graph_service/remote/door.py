"""The one door through which documents of others are fetched; everything that leaves this machine for them passes here.

`guard` says which addresses may be asked. Of what comes back size, time and number are bounded, and what is fetched is
bytes: whoever asked judges what they are.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from weakref import WeakValueDictionary

import httpx

from graph_service import __version__
from graph_service.errors import Problem, Unreachable
from graph_service.remote import guard
from graph_service.remote.guard import Network, Place
from graph_service.remote.names import Names
from graph_service.remote.shelf import FAILED, Answer, Shelf, freshness

DOCUMENTS = "application/json, application/ld+json, application/vc, application/jwt;q=0.9, */*;q=0.5"
"""What a document may come as: keys, status lists, credentials."""
CREDENTIALS = (
    "application/vc, application/vc+jwt, application/json, application/ld+json, image/png, image/svg+xml, */*;q=0.5"
)
"""What a credential may come as, pictures too."""
MAX_BYTES = 1 << 20  # of a document
SECONDS = 5.0  # for one fetch, with everything that belongs to it, and as long for its turn

_AT_ONCE, _AT_ONCE_OF_HOST = 16, 4
_UNDER_WAY = 256  # with those that wait for their turn
_REDIRECTS = 3
_TRIED = 3  # addresses of one name, if they do not answer
_CONNECTING = 2.0  # seconds for each of them
_KEPT_BYTES = 32 << 20
_MOVED = frozenset({301, 302, 303, 307, 308})

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


class Door:
    """Fetches what lies at addresses of others. One for a process: it bounds all of it, and keeps what it got."""

    def __init__(
        self,
        tls: ssl.SSLContext,
        clock: Callable[[], float],
        *,
        permitted: Sequence[Network] = (),
        resolver: Resolver | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """Open the door. `permitted`: networks that may be asked though they are not public; `clock`: of seconds."""
        self._tls = tls
        self._permitted = permitted
        self._resolve = resolver or Names().addresses
        self._seconds = seconds
        self._shelf = Shelf(clock, _KEPT_BYTES)
        self._under_way: dict[tuple[str, str, int], asyncio.Task[Answer]] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._turns_of_host: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def fetch(self, address: str, accept: str = DOCUMENTS, *, limit: int = MAX_BYTES) -> bytes:
        """Return what lies at an https address. What is asked for twice at once is fetched once.

        Raises Unreachable: FETCH_REFUSED, FETCH_REDIRECTED, FETCH_TOO_LARGE, FETCH_TOO_MANY, FETCH_TIMED_OUT,
        FETCH_FAILED.
        """
        place = guard.place(address, inside=bool(self._permitted))
        key = place.address, accept, limit
        if (answer := self._shelf.get(key)) is None:
            if key not in self._under_way:
                if len(self._under_way) >= _UNDER_WAY:
                    raise self._too_many(place)
                self._under_way[key] = asyncio.create_task(self._fetched(place, accept, limit))
                self._under_way[key].add_done_callback(lambda _: self._under_way.pop(key))
            answer = await asyncio.shield(self._under_way[key])  # others may wait for it too
        if answer.problem:
            raise Unreachable(answer.problem)
        return answer.body

    def has(self, address: str, accept: str = DOCUMENTS, *, limit: int = MAX_BYTES) -> bool:
        """Tell whether `fetch` would ask nobody anew: it is kept, or under way. Raises Unreachable (FETCH_REFUSED)."""
        key = guard.place(address, inside=bool(self._permitted)).address, accept, limit
        return key in self._under_way or self._shelf.get(key) is not None

    async def _fetched(self, place: Place, accept: str, limit: int) -> Answer:
        """Fetch when it is its turn, and keep what came of it, a failure too, unless it was not asked at all."""
        of_host = self._turns_of_host.setdefault(place.host, asyncio.Semaphore(_AT_ONCE_OF_HOST))
        async with AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(self._seconds):
                    await turn.enter_async_context(of_host)
                    await turn.enter_async_context(self._turns)
            except TimeoutError:
                return self._timed_out(place)
            answer = await self._tried(place, accept, limit)
        self._shelf.put((place.address, accept, limit), answer)
        return answer

    async def _tried(self, place: Place, accept: str, limit: int) -> Answer:
        """Fetch within the time that there is; all that may go wrong is an answer too."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._followed(place, accept, limit)
        except (TimeoutError, httpx.TimeoutException):
            return self._timed_out(place)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(b"", _failed(place, "TLS" if _is_tls(error) else "connection"), FAILED)
        except Unreachable as error:
            return Answer(b"", error.problems[0], 0.0 if error.code == "FETCH_TOO_MANY" else FAILED)

    def _timed_out(self, place: Place) -> Answer:
        values = {"address": place.address[:200], "seconds": f"{self._seconds:g}"}
        return Answer(b"", Problem("FETCH_TIMED_OUT", values), FAILED)

    def _too_many(self, place: Place) -> Unreachable:
        values = {"address": place.address[:200], "limit": _UNDER_WAY, "seconds": f"{self._seconds:g}"}
        return Unreachable(Problem("FETCH_TOO_MANY", values))

    async def _followed(self, place: Place, accept: str, limit: int) -> Answer:
        """Fetch, and follow redirects by hand: each is guarded like the first address."""
        there = place
        for _ in range(_REDIRECTS + 1):
            async with self._answering(there, accept) as response:
                if response.status_code not in _MOVED:
                    return await _answer(there, response, limit)
                location = response.headers.get("location", "")
            there = guard.redirected(there, location, inside=bool(self._permitted))
        raise Unreachable(Problem("FETCH_REDIRECTED", {"address": place.address[:200]}))

    @asynccontextmanager
    async def _answering(self, place: Place, accept: str) -> AsyncIterator[httpx.Response]:
        """Ask a host, at the first of its addresses that can be connected to.

        A connection goes to an address that was checked, not to a name that may lead elsewhere when it is looked up
        again; the certificate is checked for the name. A transport without a client around it has no cookies,
        credentials, proxies or redirects, and a new one for each question has no connection of another.
        """
        addresses = await self._addresses(place)
        async with httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport:
            response = await _connected(transport, place, accept, addresses)
            try:
                yield response
            finally:
                await response.aclose()

    async def _addresses(self, place: Place) -> Sequence[str]:
        """Look up a host; each of its addresses is one that may be asked. Raises Unreachable."""
        try:
            found = await self._resolve(place.host, place.port)
        except BlockingIOError:
            raise self._too_many(place) from None
        except OSError:
            found = ()
        if not found:
            raise Unreachable(_failed(place, "DNS"))
        return guard.check(place, found, self._permitted)


async def _connected(
    transport: httpx.AsyncHTTPTransport, place: Place, accept: str, addresses: Sequence[str]
) -> httpx.Response:
    *others, last = addresses[:_TRIED]
    for address in others:
        with suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return await transport.handle_async_request(_question(place, accept, address))
    return await transport.handle_async_request(_question(place, accept, last))


def _question(place: Place, accept: str, address: str) -> httpx.Request:
    url = httpx.URL(scheme="https", host=address, port=place.port, raw_path=place.target.encode())
    headers = {
        "Host": place.authority,
        "Accept": accept,
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": f"graph-service/{__version__}",
    }
    extensions = {"sni_hostname": place.host, "timeout": {"connect": _CONNECTING}}
    return httpx.Request("GET", url, headers=headers, extensions=extensions)


async def _answer(place: Place, response: httpx.Response, limit: int) -> Answer:
    """Read an answer as it comes, and stop at the first byte too many. Raises Unreachable."""
    if response.status_code != httpx.codes.OK:
        raise Unreachable(_failed(place, f"HTTP {response.status_code}", response.status_code))
    if response.headers.get("content-encoding", "identity").lower() != "identity":  # it might unfold without end
        raise Unreachable(_failed(place, "Content-Encoding", response.status_code))
    parts, size = [], 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > limit:
            raise Unreachable(
                Problem("FETCH_TOO_LARGE", {"address": place.address[:200], "limit": f"{limit >> 10} KB"})
            )
        parts.append(part)
    said = (response.headers.get(name, "") for name in ("cache-control", "age"))
    return Answer(b"".join(parts), None, freshness(*said))


def _failed(place: Place, cause: str, status: int | None = None) -> Problem:
    return Problem("FETCH_FAILED", {"address": place.address[:200], "cause": cause, "status": status})


def _is_tls(error: BaseException | None) -> bool:
    """Tell whether no secure connection came about, rather than none at all."""
    return error is not None and (isinstance(error, ssl.SSLError) or _is_tls(error.__cause__ or error.__context__))
