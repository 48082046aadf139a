"""The keys of a profile: made anew, retired, or declared compromised because somebody else may sign with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri
from graph_service.domain.key import Action, State
from graph_service.domain.lifecycle import Side
from graph_service.domain.time import Instant, Span
from graph_service.endorse.keys import Algorithm
from graph_service.endorse.lifecycle import KEY
from graph_service.errors import Conflict, NotFound, Overtaken, Problem, StaleVersion
from graph_service.services import signing
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import read_reason
from graph_service.store import Write


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a profile, newest first, and the version of the profile that has them."""

    profile: Iri
    version: int
    rows: Sequence[Mapping[str, Any]]


async def rotate(world: World, call: Call, *, profile: str, algorithm: Algorithm) -> Iri:
    """Give a profile a new key; the one that it used for the same signs no more and stays published (OWNER).

    An Ed25519 key is for Data Integrity proofs; a P-256 or RSA key is for JWTs, which the Ed25519 key signs if there is
    no such key. Raises AlreadyExists if a signer gave a key that is in use, Unavailable if it does not answer.
    """

    async def decide() -> Decision:
        call.principal.require("ROTATE_KEY", Side.OWNER, Iri(profile), call.at)
        found = await _load(world, Iri(profile))
        earlier = [row for row in found.rows if _signs(row) and _same_use(row, algorithm)]
        ending = [_ending(row, Action.ROTATE, call.at) for row in earlier]
        made, creating = await _creating(world, found, algorithm, call.at)
        return Decision([*ending, creating], (found.profile,), (made,), Side.OWNER)

    (made,) = await act(world, call, "ROTATE_KEY", {"profile": profile, "algorithm": algorithm}, decide)
    return made


async def retire(world: World, call: Call, *, key: str) -> Iri:
    """Let a JWT key sign no more; from then on the Ed25519 key signs JWTs (OWNER).

    Raises Conflict (LAST_SIGNING_KEY) for an Ed25519 key, which only another one can replace.
    """

    async def decide() -> Decision:
        found, row = await _held(world, call, key, "RETIRE_KEY")
        ending = _ending(row, Action.RETIRE, call.at)
        if row["algorithm"] == Algorithm.ED25519:
            raise Conflict(Problem("LAST_SIGNING_KEY", {"profile": found.profile}, ("key",)))
        return Decision([ending], (found.profile,), (Iri(key),), Side.OWNER)

    (retired,) = await act(world, call, "RETIRE_KEY", {"key": key}, decide)
    return retired


async def compromise(world: World, call: Call, *, key: str, reason: str) -> Iri:
    """Void every proof that was made with a key (OWNER): nobody can tell who made it.

    A key that signed until now is replaced by a new one. All status lists of the profile are due for signing, so that
    none is served any more that somebody else may have signed.
    """
    with Intake() as take:
        take(read_reason, reason)

    async def decide() -> Decision:
        found, row = await _held(world, call, key, "MARK_KEY_COMPROMISED")
        work = [
            _ending(row, Action.COMPROMISE, call.at, reason=reason),
            Write("status/renew", {"issuerId": found.profile}),
        ]
        if _signs(row):
            _, creating = await _creating(world, found, Algorithm(row["algorithm"]), call.at)
            work.append(creating)
        return Decision(work, (found.profile,), (Iri(key),), Side.OWNER)

    (voided,) = await act(world, call, "MARK_KEY_COMPROMISED", {"key": key, "reason": reason}, decide)
    return voided


async def listed(world: World, profile: Iri, at: Instant) -> list[Mapping[str, Any]]:
    """Return the keys of a profile, newest first, each with how many `credentials` of it stand. Raises NotFound."""
    rows = await world.store.read("key/listed", profileId=profile, at=at)
    if not rows:
        raise NotFound("profile", profile, ("profile",))
    return list(rows[0])


async def profile_of(world: World, key: str) -> Iri:
    """Return whose a key is. Raises NotFound."""
    rows = await world.store.read("key/profile", id=key)
    if not rows:
        raise NotFound("key", key, ("key",))
    return Iri(rows[0])


async def _load(world: World, profile: Iri) -> Keys:
    rows = await world.store.read("key/for_action", profileId=profile)
    if not rows:
        raise NotFound("profile", profile, ("profile",))
    return Keys(profile, rows[0]["version"], rows[0]["keys"])


async def _held(world: World, call: Call, key: str, action: str) -> tuple[Keys, Mapping[str, Any]]:
    """Return a key with those beside it, if the asker may speak for its profile. Raises NotFound, NotPermitted."""
    profile = await profile_of(world, key)
    call.principal.require(action, Side.OWNER, profile, call.at)
    found = await _load(world, profile)
    return found, next(row for row in found.rows if row["id"] == key)


def _signs(row: Mapping[str, Any]) -> bool:
    return State(row["state"]) is State.ACTIVE


def _same_use(row: Mapping[str, Any], algorithm: Algorithm) -> bool:
    return (Algorithm(row["algorithm"]) is Algorithm.ED25519) == (algorithm is Algorithm.ED25519)


def _ending(row: Mapping[str, Any], action: Action, at: Instant, **changes: object) -> Write:
    after = KEY.next(State(row["state"]), action, {Side.OWNER})
    until = Span(row["since"]).ended(at).until  # a retired key that is compromised ends anew
    place = {"id": row["id"], "state": row["state"], "changes": {"state": after, "until": until, **changes}}
    return Write("key/end", place, otherwise=Overtaken(row["id"]))


async def _creating(world: World, found: Keys, algorithm: Algorithm, at: Instant) -> tuple[Iri, Write]:
    """Make a key; return its id and the write that gives it to a profile."""
    KEY.next(None, Action.ROTATE, {Side.OWNER})
    key = await signing.new_key(world, found.profile, at, algorithm)
    place = {"profileId": found.profile, "version": found.version, "key": key}
    return Iri(str(key["id"])), Write("key/create", place, otherwise=StaleVersion(found.profile, found.version))
