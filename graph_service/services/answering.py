"""Answering an invitation: whoever holds its secret makes a statement, hands in an own credential, or declines.

Looking uses nothing up, because mail scanners open links. An answer uses the invitation up in the transaction in which
it is recorded. Who answers acts as a principal made for this one call, with the invitation's own id, and only about
the endorsement that it is bound to. Credentials of one's own: `handing_in`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from graph_service.domain.endorsement import Kind, State, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.invitation import mail_address
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap, text_problems
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.domain.time import Instant, Span
from graph_service.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    NotPermitted,
    Problem,
    SecretUnknown,
    StaleVersion,
)
from graph_service.locale import phrase
from graph_service.services import issuing, requests
from graph_service.services.access import service_profile
from graph_service.services.call import Call, World
from graph_service.services.inviting import address_hash, key_hash
from graph_service.services.matters import read_reason
from graph_service.store import Write

NAME_LIMIT = 100
TEXT_LIMIT = 4000

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a person states: `address` as typed again, name and position as given, and the text.

    `seen`: the number of the version of the target that they looked at.
    """

    address: str
    name: str
    position: str
    text: str
    language: str
    seen: int


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an invitation asks, for who is to answer it."""

    kind: Kind
    target: Iri
    target_type: str
    number: int  # of the version that stands
    target_name: LanguageMap
    badge: Iri | None  # the achievement that it is, or that was awarded
    owner_name: LanguageMap  # of the target, or issuer of the award
    by_holder: bool  # it is the holder who asks, else the owner
    comment: str | None
    language: str | None
    until: Instant
    by_mail: bool  # bound to an address, else to a DID


async def look(world: World, at: Instant, code: str) -> Asked:
    """Return what an invitation asks; this uses nothing up.

    Raises SecretUnknown: INVITATION_UNKNOWN; Conflict: INVITATION_USED, INVITATION_EXPIRED, INVITATION_WITHDRAWN.
    """
    row = await opened(world, at, code)
    return Asked(
        kind=Kind(row["kind"]),
        target=Iri(row["target"]["id"]),
        target_type=row["target"]["type"],
        number=row["target"]["number"],
        target_name=LanguageMap.from_json(next(filter(None, row["names"]))),
        badge=_badge(row),
        owner_name=LanguageMap.from_json(row["owners"][0]),
        by_holder=row["byHolder"],
        comment=row["comment"],
        language=row["language"],
        until=row["until"],
        by_mail=row["addressHash"] is not None,
    )


async def state(world: World, call: Call, code: str, stated: Stated) -> Iri:
    """Let the service sign what a person reached by mail states (ATTESTED).

    Raises what `look` raises; InvalidInput: INVITATION_OTHER_ADDRESS, INVITATION_NEEDS_SIGNATURE; and Conflict
    (TARGET_CHANGED) if another version stands than the one that was seen.
    """
    row = await opened(world, call.at, code)
    _by_mail(row)
    name, position = (" ".join(each.split()) for each in (stated.name, stated.position))
    with Intake() as take:
        take(check_address, world, row, stated.address)
        take.add(text_problems(name, ("name",), limit=NAME_LIMIT))
        take.add(text_problems(position, ("position",), limit=NAME_LIMIT))
        take.add(text_problems(stated.text, ("text",), limit=TEXT_LIMIT))
    text = stated.text.strip()
    words = phrase("PHRASE_ATTESTED", stated.language, name=name, position=position, text=text)
    answer = issuing.issue(
        world,
        acting(world, call, row),
        endorsement=row["endorsement"],
        comment={stated.language: words},
        seen=stated.seen,
        beside=[using(row, call.at)],
    )
    return await answered(world, call, code, answer)


async def decline(world: World, call: Call, code: str, *, address: str, reason: str) -> Iri:
    """Decline what an invitation by mail asks, with a reason; a DID only signs, for who holds its code proves nothing.

    Raises what `look` raises; InvalidInput: INVITATION_OTHER_ADDRESS, INVITATION_NEEDS_SIGNATURE.
    """
    row = await opened(world, call.at, code)
    _by_mail(row)
    with Intake() as take:
        take(check_address, world, row, address)
        take(read_reason, reason)
    answer = requests.decline(
        world, acting(world, call, row), endorsement=row["endorsement"], reason=reason, beside=[using(row, call.at)]
    )
    return await answered(world, call, code, answer)


async def opened(world: World, at: Instant, code: str) -> Mapping[str, Any]:
    """Load an invitation that can be answered now. Raises SecretUnknown, Conflict."""
    rows = await world.store.read("invitation/by_key", keyHash=key_hash(world, code))
    if not rows:
        raise SecretUnknown
    row: Mapping[str, Any] = rows[0]
    if row["usedAt"] is not None:
        raise Conflict(Problem("INVITATION_USED"))
    if row["state"] != State.REQUESTED:
        raise Conflict(Problem("INVITATION_WITHDRAWN"))
    if row["until"] <= at:
        raise Conflict(Problem("INVITATION_EXPIRED"))
    return row


def check_address(world: World, row: Mapping[str, Any], typed: str) -> None:
    """Check that the address to which an invitation is bound was typed again. Raises InvalidInput."""
    if row["addressHash"] is None:
        return
    if address_hash(world, mail_address(typed, ("address",))) != row["addressHash"]:
        raise InvalidInput(Problem("INVITATION_OTHER_ADDRESS", {}, ("address",)))


def acting(world: World, call: Call, row: Mapping[str, Any]) -> Call:
    """Return the call of who answers: for this one act at the service's profile, which signs or lets go."""
    membership = Membership(Role.ENDORSER, service_profile(world), Span(call.at))
    return replace(call, principal=Principal(Iri(row["id"]), (membership,)))


def using(row: Mapping[str, Any], at: Instant) -> Write:
    """Return the write that uses an invitation up, if nobody did meanwhile."""
    return Write("invitation/use", {"id": row["id"], "at": at}, otherwise=StaleVersion(row["id"], 0))


async def answered(world: World, call: Call, code: str, answer: Awaitable[T]) -> T:
    """Await an answer; if another was faster, say what became of the invitation."""
    try:
        return await answer
    except (IllegalTransition, NotPermitted, NotFound):  # an own credential makes somebody else the endorser
        await opened(world, call.at, code)
        raise


def _by_mail(row: Mapping[str, Any]) -> None:
    """Check that it was sent to an address, so that its code alone tells who answers. Raises InvalidInput."""
    if row["addressHash"] is None:
        raise InvalidInput(Problem("INVITATION_NEEDS_SIGNATURE"))


def _badge(row: Mapping[str, Any]) -> Iri | None:
    if row["target"]["type"] == TargetType.ACHIEVEMENT:
        return Iri(row["target"]["id"])
    return Iri(row["badges"][0]) if row["badges"] else None
