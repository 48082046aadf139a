"""Who asks, at which instant, in which world; and the one way in which an action is carried out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from graph_service.domain.event import Event
from graph_service.domain.iri import Iri, ulid
from graph_service.domain.policy import Principal
from graph_service.domain.time import Instant, to_datetime
from graph_service.envelope import Envelope
from graph_service.errors import (
    AlreadyExists,
    GraphServiceError,
    InvalidInput,
    KeyReused,
    Overtaken,
    Problem,
    StaleVersion,
)
from graph_service.remote.door import Door
from graph_service.remote.mail import Post
from graph_service.remote.signer import RemoteKeys
from graph_service.services.turns import Turns
from graph_service.store import Store, Write

_TRIES = 4
_KEY_LENGTH = 200


@dataclass(frozen=True)
class World:
    """What services work on. Made once by the composition root."""

    store: Store
    envelope: Envelope
    base_url: str
    entropy: Callable[[int], bytes]  # for ids; the demo gives a seeded one
    secret: Callable[[int], bytes]  # for keys, nonces and status slots; always the operating system's
    remote_keys: RemoteKeys | None = None  # of the signer that makes new keys; None: they are sealed in the graph
    post: Post | None = None  # takes mail; None if none is configured
    door: Door | None = None  # fetches documents of others; None if nothing is fetched
    turns: Turns = field(default_factory=lambda: Turns("verification", at_once=4, waiting=100))  # at verifying

    def mint(self, collection: str, at: Instant) -> Iri:
        """Return a new IRI of our own, e.g. `{base}/awards/01K…`."""
        return Iri(f"{self.base_url}/{collection}/{self.ulid(at)}")

    def ulid(self, at: Instant) -> str:
        """Return a new ULID."""
        return ulid(int(to_datetime(at).timestamp() * 1000), self.entropy(10))


@dataclass(frozen=True)
class Call:
    """One request."""

    principal: Principal
    at: Instant
    request_id: str = ""
    idempotency_key: str | None = None

    def may_see(self, shown: bool, readers: Sequence[str] | None) -> bool:  # noqa: FBT001 (the node's own properties)
        """Tell whether the asker may know of a node: the rule that fragments of the read road state in Cypher."""
        mine = frozenset(self.principal.readers(self.at))
        return shown or self.principal.operates(self.at) or not mine.isdisjoint(readers or ())


@dataclass(frozen=True)
class Decision:
    """What an action will write, and what it answers. Without work everything is as asked already: no event."""

    work: Sequence[Write]
    about: tuple[Iri, ...]
    results: tuple[Iri, ...]
    speaking_for: str


async def act(
    world: World, call: Call, action: str, request: Mapping[str, object], decide: Callable[[], Awaitable[Decision]]
) -> tuple[Iri, ...]:
    """Carry out an action: `decide` loads and judges, then everything is committed with one Event.

    A collision (an id or status slot was taken, somebody changed what was read) repeats all of it, so that the
    loser of a race is judged by the new state. A request that comes back under the same idempotency key gets the
    first answer; the key belongs to one principal and one action. Returns the ids of the results.
    """
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str)
    digest = sha256(text.encode(errors="backslashreplace")).hexdigest()
    event_id = world.mint("events", call.at)
    key = event_id if call.idempotency_key is None else _scoped_key(call, action)
    if (earlier := await _earlier(world, call, key, digest)) is not None:
        return earlier
    for left in reversed(range(_TRIES)):
        judged = False
        try:
            decision = await decide()
            if not decision.work:
                return decision.results
            judged = True  # whatever is raised from here on comes from the commit
            event = Event(
                id=event_id,
                key=key,
                at=call.at,
                action=action,
                actor=call.principal.id,
                speaking_for=decision.speaking_for,
                about=decision.about,
                results=decision.results,
                request=digest,
                request_id=call.request_id,
            )
            return (await world.store.commit(decision.work, event)).event.results
        except GraphServiceError as error:
            # The same request may have been done meanwhile, by another attempt under the same key.
            if (earlier := await _earlier(world, call, key, digest)) is not None:
                return earlier
            if not (judged and left and isinstance(error, AlreadyExists | StaleVersion | Overtaken)):
                raise
    raise AssertionError("unreachable")


async def _earlier(world: World, call: Call, key: str, digest: str) -> tuple[Iri, ...] | None:
    """Return what this request answered before, under the same idempotency key."""
    if call.idempotency_key is None or (event := await world.store.recorded(key)) is None:
        return None
    if event.request != digest:
        raise KeyReused(call.idempotency_key)
    return event.results


def _scoped_key(call: Call, action: str) -> str:
    given = call.idempotency_key or ""
    if not 1 <= len(given) <= _KEY_LENGTH:
        raise InvalidInput(Problem("IDEMPOTENCY_KEY_LENGTH", {"limit": _KEY_LENGTH}, ("idempotencyKey",)))
    return sha256(f"{call.principal.id}\0{action}\0{given}".encode()).hexdigest()
