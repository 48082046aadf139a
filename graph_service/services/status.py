"""Status lists: one bit a credential, derived from the revoked slots and signed when it changed or runs out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.credential_form import CredentialForm
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Principal
from graph_service.domain.time import OPEN_END, Instant, Span, later, to_datetime
from graph_service.endorse import credential, status_list
from graph_service.endorse.credential import StatusSlot
from graph_service.errors import NotFound, Unavailable
from graph_service.services import signing
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

PURPOSE = "revocation"
VALID_SECONDS = 24 * 3600  # a replayed old list cannot undo a revocation for longer than this
CACHE_SECONDS = 300  # how long a verifier may keep a list: as late as this it learns of a revocation
RENEW_SECONDS = 12 * 3600  # signed anew when less than this is left

LIST_KEEPER = Principal(Iri("urn:graph-service:list-keeper"))
"""Who signs lists: nobody asks for that, reading does it."""


@dataclass(frozen=True)
class SignedList:
    """A signed list as it is served."""

    bytes: str
    digest: str
    max_age: int  # seconds


def new_list(world: World, issuer: Iri, number: int, at: Instant) -> dict[str, object]:
    """Return the properties of a new, empty list of an issuer."""
    return {
        "id": world.mint("status", at),
        "key": f"{issuer}|{PURPOSE}|{number}",
        "issuerId": issuer,
        "purpose": PURPOSE,
        "number": number,
    }


def slot(world: World, issuer: Iri, lists: Sequence[Mapping[str, Any]], at: Instant) -> tuple[StatusSlot, list[Write]]:
    """Return a random slot of an issuer's open list, and the write that opens a new list when the last is half full.

    Random, so that its number tells nothing; a slot that is taken shows as a collision at commit, and another is drawn.
    """
    list_id, opening = _open_list(world, issuer, lists, at)
    return StatusSlot(list_id, _position(world)), opening


async def slots(
    world: World, issuer: Iri, lists: Sequence[Mapping[str, Any]], at: Instant, count: int
) -> tuple[list[StatusSlot], list[Write]]:
    """Return several such slots; so many that they are looked up first, else one or another would be taken for sure."""
    if not count:
        return [], []
    list_id, opening = _open_list(world, issuer, lists, at)
    free: dict[str, int] = {}
    while len(free) < count:  # at least every other place is free
        positions = [_position(world) for _ in range(2 * count)]
        drawn = {f"{list_id}#{position}": position for position in positions}
        taken = set(await world.store.read("status/taken", ids=list(drawn)))
        free |= {place: position for place, position in drawn.items() if place not in taken}
    return [StatusSlot(list_id, position) for position in list(free.values())[:count]], opening


def _open_list(world: World, issuer: Iri, lists: Sequence[Mapping[str, Any]], at: Instant) -> tuple[Iri, list[Write]]:
    newest = lists[0]
    if newest["taken"] * 2 < status_list.ENTRIES:
        return newest["id"], []
    opened = new_list(world, issuer, newest["number"] + 1, at)
    return Iri(str(opened["id"])), [Write("status/create_list", {"issuerId": issuer, "list": opened})]


def _position(world: World) -> int:
    return int.from_bytes(world.secret(8), "big") % status_list.ENTRIES


def take(statement: Iri, slot: StatusSlot) -> Write:
    """Return the write that gives a slot to an endorsement or award; it keeps it for ever."""
    place = {"id": f"{slot.list_id}#{slot.position}", "position": slot.position}
    return Write(
        "status/take",
        {"id": statement, "listId": slot.list_id, "slot": place},
        otherwise=NotFound("status list", slot.list_id),
    )


def revoke(statement: Iri, at: Instant) -> Write:
    """Return the write that sets the slot of an endorsement or award; its list is signed anew when next asked for."""
    return Write("status/revoke", {"id": statement, "at": at}, otherwise=NotFound("status slot", statement))


async def current(world: World, at: Instant, list_id: Iri) -> SignedList:
    """Return a list as signed; sign it anew first if it changed or will soon run out.

    Raises NotFound; what `signing.signed` raises for a list that changed or ran out.
    """
    rows = await world.store.read("status/signed", id=list_id)
    if not rows:
        raise NotFound("status list", list_id)
    kept = _holding(rows[0], at)
    if kept and later(at, seconds=RENEW_SECONDS) < kept["validUntil"]:
        return _served(kept, at)
    # The version was read before the places: if one is revoked in between, the list is signed once more, never too few.
    (row,) = await world.store.read("status/for_signing", id=list_id)
    try:
        return await _renewed(world, at, row, rows[0]["version"])
    except Unavailable:  # a signer may be away for as long as what it signed holds
        if not kept:
            raise
        return _served(kept, at)


def _holding(row: Mapping[str, Any], at: Instant) -> Mapping[str, Any] | None:
    """Return what was signed last, if nothing changed since and it holds at this instant."""
    for kept in row["signed"]:
        if kept["listVersion"] == row["version"] and Span(kept["validFrom"], kept["validUntil"]).holds(at):
            return dict(kept)
    return None


def _served(kept: Mapping[str, Any], at: Instant) -> SignedList:
    left = int((to_datetime(kept["validUntil"]) - to_datetime(at)).total_seconds())
    return SignedList(kept["bytes"], kept["digest"], min(CACHE_SECONDS, left))


async def as_of(world: World, at: Instant, list_id: Iri) -> bytes | None:
    """Return a list as it stood at an instant; None if there is no such list.

    If that is not how it is served, it is signed for this one question. Raises what `signing.signed` raises.
    """
    rows = await world.store.read("status/signed", id=list_id)
    if not rows:
        return None
    (row,) = await world.store.read("status/for_signing", id=list_id)
    then = [position for position, since in row["revoked"] if since <= at]
    if len(then) == len(row["revoked"]) and (kept := _holding(rows[0], at)):
        return str(kept["bytes"]).encode()
    return await _signed(world, at, row, then)


async def _signed(world: World, at: Instant, row: Mapping[str, Any], positions: Sequence[int]) -> bytes:
    unsigned = status_list.credential(
        row["id"],
        credential.profile(signing.speaker(row["issuer"])),
        positions,
        valid_from=at,
        valid_until=later(at, seconds=VALID_SECONDS),
        ttl_seconds=CACHE_SECONDS,
        purpose=row["purpose"],
    )
    return await signing.signed(world, row["issuer"]["id"], row["keys"], unsigned, at)


async def _renewed(world: World, at: Instant, row: Mapping[str, Any], version: int) -> SignedList:
    # Every revoked place, also one that is so from the next second on: this list is served long after that.
    content = await _signed(world, at, row, [position for position, _ in row["revoked"]])
    stored = {
        "id": f"{row['id']}#{CredentialForm.DATA_INTEGRITY}.{version}.{int(to_datetime(at).timestamp())}",
        "documentId": row["id"],
        "form": CredentialForm.DATA_INTEGRITY,
        "issuerId": row["issuer"]["id"],
        "bytes": content.decode(),
        "digest": signing.digest(content),
        "listVersion": version,
        "validFrom": at,
        "validUntil": later(at, seconds=VALID_SECONDS),
        "since": at,
        "until": OPEN_END,
    }

    async def decide() -> Decision:
        return Decision(
            [Write("status/sign", {"id": row["id"], "credential": stored})], (Iri(row["id"]),), (), Side.ENDORSER
        )

    # Two readers may sign the same list in one second: either answer is right, and only one is kept.
    call = Call(LIST_KEEPER, at, idempotency_key=str(stored["id"]))
    await act(world, call, "SIGN_STATUS_LIST", {"list": row["id"], "version": version}, decide)
    return SignedList(content.decode(), signing.digest(content), CACHE_SECONDS)
