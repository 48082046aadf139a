"""Watching what happens: each process looks once for all who watch in it, and only while somebody does.

Who watches is told what was numbered (`noticing`), from a number on, in order and without a gap, at their own pace:
nothing waits in a queue for them, and whoever is late, or comes back with a cursor, reads what they have not been told.
Whether they may know of a thing is asked at that moment, of rights as they are then.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from graph_service.domain.iri import Iri
from graph_service.errors import DeadlineExceeded, InvalidInput, Problem, Unavailable
from graph_service.read.cursor import Cursors, ListCursors
from graph_service.services import following, noticing
from graph_service.services.call import Call, World
from graph_service.services.following import Changed

SECONDS = 0.5
"""Between two looks."""
KEPT = 10_000
"""How many things that were told last are kept for those who are not there yet."""
AT_ONCE = 8
"""How many who watch are read for at once: all of them hear of a thing in one moment, and others read too."""
QUIET = 1_000
"""After so many notices that were not for somebody, they get a cursor: who comes back has no more than that to skip."""
REACH = 100_000
"""How many notices back a cursor may lie: to read them all again costs more than to ask for what there is."""
_PAGE: Final = 50
_WATCHED: Final = ("Award", "Endorsement")

Asks = Callable[[], Awaitable[Call]]
"""Finds out anew who watches, and at which instant. Raises NotAuthenticated."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that an event is about: whose business it is, and who may see it."""

    id: Iri
    type: str
    profiles: Sequence[str | None]
    shown: bool
    readers: Sequence[str] | None


@dataclass(slots=True)
class Notice:
    """An event with its number and, in order of ids, what it is about; `changed` is worked out when first asked for."""

    number: int
    event: str
    subjects: Sequence[Subject]
    changed: Changed | None = None
    followed: bool = False
    kept: bool = False

    @property
    def weight(self) -> int:
        """How many things it holds."""
        changed = self.changed or Changed()
        return 1 + len(self.subjects) + len(changed.pairs) + len(changed.pathways) + len(changed.anew)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far somebody was told: all before a number, and of the notice of that number the subjects up to `last`."""

    number: int
    last: str = ""

    def __str__(self) -> str:
        return f"{self.number}|{self.last}"

    @classmethod
    def read(cls, text: str) -> Position:
        """Read what `str` wrote."""
        number, _, last = text.partition("|")
        return cls(int(number), last)


@dataclass
class Watching:
    """Those who watch in this process, and what was told last."""

    world: World
    cursors: Cursors
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _watchers: int = 0
    _looking: asyncio.Task[None] | None = None
    _told: int | None = None  # the greatest number that was seen; None while nobody watches
    _recent: deque[Notice] = field(default_factory=deque)  # up to that number, without a gap
    _weight: int = 0  # of these together
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _follow: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, world: World) -> Watching:
        """Return the one of a process; it does nothing until somebody watches."""
        return cls(world, Cursors(world.envelope.derived("cursor")))

    @asynccontextmanager
    async def joined(self, cursors: ListCursors, after: str | None) -> AsyncIterator[Position]:
        """Watch, from a cursor on or else from now; the last who leaves ends the looking.

        Raises InvalidInput (INVALID_CURSOR) for a cursor of another list, or of a database that was put back, and
        (CURSOR_TOO_OLD).
        """
        start = None if after is None else Position.read(cursors.read(after, "after"))
        self._watchers += 1
        try:
            told = await self._look()
            if self._looking is None:
                self._looking = asyncio.create_task(self._keep_looking())
            start = start or Position(told + 1)
            if start.number > told + 1:
                raise InvalidInput(Problem("INVALID_CURSOR", {"cursor": str(after)[:80]}, ("after",)))
            if start.number < told - REACH:
                raise InvalidInput(Problem("CURSOR_TOO_OLD", {"limit": REACH}, ("after",)))
            yield start
        finally:
            self._watchers -= 1
            if not self._watchers:
                self._rest()

    async def since(self, number: int) -> AsyncGenerator[Notice, None]:
        """Yield every notice from a number on, without end."""
        while True:
            news = self._news
            found = await self._some(number)
            for notice in found:
                yield notice
                number = notice.number + 1
            if found:
                await asyncio.sleep(0)  # others have their turn between two pages
            else:
                await news.wait()

    async def _some(self, number: int) -> Sequence[Notice]:
        """Return a page of notices from a number on, from those that are kept if they go back so far."""
        if self._recent and self._recent[0].number <= number:
            start = number - self._recent[0].number
            return [self._recent[place] for place in range(start, min(start + _PAGE, len(self._recent)))]
        if number > (self._told or 0):
            return []
        async with self.turns:
            return await self._page(number - 1)

    async def changed(self, notice: Notice) -> Changed | None:
        """Return which completions a notice may have changed; None if that cannot be told: any of them."""
        async with self._follow:  # one who watches works it out for all
            if not notice.followed:
                before = notice.weight
                try:
                    notice.changed = await following.changed_by(self.world, notice.event)
                except DeadlineExceeded as late:
                    log.warning("%s was not followed for watchers: %s", notice.event, late.code)
                notice.followed = True
                if notice.kept:
                    self._weight += notice.weight - before
                    self._make_room()
            return notice.changed

    def _keep(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            notice.kept = True
            self._weight += notice.weight
        self._recent.extend(notices)
        self._make_room()

    def _make_room(self) -> None:
        """Let go of the oldest; the last stays, however much it is, as those who were just woken all ask for it."""
        while self._weight > KEPT and len(self._recent) > 1:
            oldest = self._recent.popleft()
            oldest.kept = False
            self._weight -= oldest.weight

    def _rest(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._told = None
        self._recent.clear()
        self._weight = 0

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(SECONDS)
            try:
                await self._look()
            except Unavailable as away:
                log.warning("watchers wait: %s", away.code)
            except Exception:  # a fault of ours, which the next look may not meet
                log.exception("watchers wait")

    async def _look(self) -> int:
        """Number what waits, take in what was numbered, and wake those who watch; return the last number."""
        async with self._turn:
            await noticing.number(self.world)
            if self._told is None:
                self._told = await noticing.last(self.world)
            while page := await self._page(self._told):
                self._told = page[-1].number
                self._keep(page)
                woken, self._news = self._news, asyncio.Event()
                woken.set()
            return self._told

    async def _page(self, after: int) -> Sequence[Notice]:
        """Return the next notices after a number: none beyond a gap, in which another process is writing still."""
        rows = await self.world.store.read("notice/after", after=after, limit=_PAGE)
        rows = [row for number, row in enumerate(rows, after + 1) if row["number"] == number]
        subjects = await self._subjects([row["event"] for row in rows])
        return [Notice(row["number"], row["event"], subjects[row["event"]]) for row in rows]

    async def _subjects(self, events: Sequence[str]) -> Mapping[str, Sequence[Subject]]:
        found: dict[str, list[Subject]] = defaultdict(list)
        rows = await self.world.store.read("notice/subjects", ids=events, types=_WATCHED) if events else []
        for row in sorted(rows, key=lambda row: str(row["id"])):
            found[row["event"]].append(
                Subject(Iri(row["id"]), row["type"], row["profiles"], row["shown"], row["readers"])
            )
        return found


@dataclass(frozen=True)
class Watcher:
    """One who watches; `asks` finds out anew who that is, for everything that is told."""

    watching: Watching
    asks: Asks

    async def call(self) -> Call:
        """Return who watches, as of now, when it is their turn. Raises what `asks` raises."""
        async with self.watching.turns:
            return await self.asks()

    async def things(
        self, field: str, type: str, *, profile: str, after: str | None
    ) -> AsyncGenerator[tuple[Call, str, Iri | None], None]:
        """Yield what of a type was made or changed that is the business of a profile, as far as the asker may see it.

        Each comes with the call under which it is told, and the cursor to go on from. The first one is nothing: from
        there on, nothing is missed; and so are some in a long silence. Raises, later too, what `asks` raises.
        """
        cursors = self.watching.cursors.of(field, "", {"profile": profile})
        async with (
            self.watching.joined(cursors, after) as start,
            aclosing(self.watching.since(start.number)) as notices,
        ):
            yield await self.call(), _cursor(cursors, start), None
            heard = start.number
            async for notice in notices:
                for subject in notice.subjects:
                    position = Position(notice.number, subject.id)
                    if position <= start or subject.type != type or profile not in subject.profiles:
                        continue
                    call = await self.call()
                    if call.may_see(subject.shown, subject.readers):
                        heard = notice.number
                        yield call, _cursor(cursors, position), subject.id
                if notice.number - heard >= QUIET:
                    heard = notice.number
                    yield await self.call(), _cursor(cursors, Position(heard + 1)), None

    async def progress(
        self, field: str, *, learner: str, pathway: str, after: str | None
    ) -> AsyncGenerator[tuple[Call, str], None]:
        """Yield when the progress of a learner toward a pathway may have changed, and once at first; else as `things`.

        The asker asks for the progress itself, and may be refused then.
        """
        cursors = self.watching.cursors.of(field, "", {"learner": learner, "pathway": pathway})
        async with (
            self.watching.joined(cursors, after) as start,
            aclosing(self.watching.since(start.number)) as notices,
        ):
            yield await self.call(), _cursor(cursors, start)
            heard = start.number
            async for notice in notices:
                changed = await self.watching.changed(notice)
                if changed is None or changed.concerns(pathway, learner) or notice.number - heard >= QUIET:
                    heard = notice.number
                    yield await self.call(), _cursor(cursors, Position(heard + 1))


def _cursor(cursors: ListCursors, position: Position) -> str:
    (written,) = cursors.write([str(position)])
    return written
