"""Asking somebody without an account to endorse: a request with an invitation, which is a secret of 80 bits.

The secret is a link and a typed code in one, bound to this one request and to one mail address or DID. Only keyed
hashes are kept; an address and its secret stay sealed until the mail is on its way, and then go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.domain.endorsement import Action, Kind
from graph_service.domain.intake import Intake
from graph_service.domain.invitation import SECRET_BYTES, mail_address, read_code, write_code
from graph_service.domain.iri import Iri, iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.time import Instant, ending, later
from graph_service.errors import Conflict, InvalidInput, LimitExceeded, Path, Problem, SecretUnknown, StaleVersion
from graph_service.locale import LANGUAGES
from graph_service.services import recognitions
from graph_service.services.access import service_profile
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import read_comment
from graph_service.services.proposing import Terms, beginning
from graph_service.store import Write

DAYS = 14
MOST_OPEN = 20  # of one requester: what is sent in somebody's name to people who asked for nothing
MOST_TODAY = 40  # of one requester within 24 hours, whatever became of them
MOST_TO_ONE = 3  # to one address within 24 hours, by whomever
_VERIFIABLE = "did:key:z"  # DIDs whose keys are known without asking anybody


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Who is invited to say what: `to` is a mail address or a `did:key`."""

    target: str
    kind: Kind
    to: str
    comment: Mapping[str, str] | None = None
    valid_until: str | None = None
    mail_language: str = "ja"


@dataclass(frozen=True)
class Invited:
    """The request, and the secret if it is for the requester to hand on: shown this once, and only for a DID."""

    endorsement: Iri
    secret: str | None


async def invite(world: World, call: Call, invitation: Invitation, *, lapses_at: str | None = None) -> Invited:
    """Ask somebody without an account to endorse (endorsed side, or the holder of an award), for 14 days.

    The secret for an address is never shown here: that it arrives is all that is known of who answers. A replay under
    the same idempotency key answers without a secret. Raises Conflict: MAIL_NOT_CONFIGURED; LimitExceeded.
    """
    patience = later(call.at, days=DAYS)
    with Intake() as take:
        take(recognitions.fits, invitation.kind, None)
        take(_language, invitation.mail_language)
        bound = take(_bound, invitation.to)
        terms = Terms(
            endorser=service_profile(world),
            target=take(iri, invitation.target, ("input", "target")),
            kind=invitation.kind,
            comment=take(read_comment, invitation.comment, ("input", "comment")),
            valid_until=take(ending, invitation.valid_until, call.at, ("input", "validUntil")),
            request_until=take(ending, lapses_at, call.at, ("lapsesAt",), otherwise=patience),
        )
    address, did = bound
    if address and world.post is None:
        raise Conflict(Problem("MAIL_NOT_CONFIGURED", {}, ("input", "to")))
    new, code = world.mint("endorsements", call.at), write_code(world.secret(SECRET_BYTES))
    new_invitation = Iri(f"urn:graph-service:invitation:{world.ulid(call.at)}")
    hashed = address_hash(world, address) if address else None

    async def decide() -> Decision:
        begun = await beginning(world, call, Action.REQUEST, new, terms)
        requester = _requester(call, begun.target)
        alone = await _within_limits(world, call.at, requester, hashed)
        properties = {
            "id": new_invitation,
            "keyHash": key_hash(world, code),
            "requesterId": requester,
            "addressHash": hashed,
            "did": did,
            "createdAt": call.at,
            "until": terms.request_until,
            "language": invitation.mail_language,
            "sealed": _sealed(world, new_invitation, address, code) if address else None,
            "nextTry": call.at if address else None,
            "readers": [requester],
        }
        work = [alone, *begun.work, Write("invitation/create", {"endorsementId": new, "invitation": properties})]
        return Decision(work, (new, terms.endorser, terms.target), (new,), Side.REQUESTER)

    asked = {
        "target": invitation.target,
        "kind": invitation.kind,
        "comment": dict(invitation.comment or {}),
        "to": did or hashed,  # what is kept of a request is a plain digest, from which one could guess an address
        "validUntil": invitation.valid_until,
        "mailLanguage": invitation.mail_language,
        "lapsesAt": lapses_at,
    }
    (endorsement,) = await act(world, call, "ENDORSEMENT_INVITE", asked, decide)
    return Invited(endorsement, code if did and endorsement == new else None)


def key_hash(world: World, code: str) -> str:
    """Return what is kept of a secret, however it was typed. Raises SecretUnknown for what cannot be one."""
    bare = read_code(code)
    if bare is None:
        raise SecretUnknown
    return world.envelope.keyed_hash(bare, "invitation")


def address_hash(world: World, address: str) -> str:
    """Return what is kept of an address that was read by `mail_address`."""
    return world.envelope.keyed_hash(address, "mail-address")


def _bound(to: str, path: Path = ("input", "to")) -> tuple[str | None, Iri | None]:
    """Read to whom it is bound: an address or a DID. Raises InvalidInput."""
    if not to.startswith("did:"):
        return mail_address(to, path), None
    if not to.startswith(_VERIFIABLE):
        raise InvalidInput(Problem("DID_NOT_VERIFIABLE", {"did": to[:200]}, path))
    return None, iri(to, path)


def _language(given: str) -> None:
    if given not in LANGUAGES:
        values = {"value": given[:64], "allowed": ", ".join(LANGUAGES)}
        raise InvalidInput(Problem("NOT_ONE_OF", values, ("input", "mailLanguage")))


def _requester(call: Call, target: Mapping[str, Any]) -> Iri:
    """Return for whom the asker asks: the holder of the award, or the owner of the target."""
    holds = call.principal.learner is not None and call.principal.learner == target["holderId"]
    return Iri(target["holderId"] if holds else target["ownerId"])


async def _within_limits(world: World, at: Instant, requester: Iri, address: str | None) -> Write:
    """Return the write that lets nobody else invite meanwhile. Raises LimitExceeded: nobody is flooded with mail."""
    whose = {"requesterId": requester, "addressHash": address, "yesterday": later(at, days=-1)}
    (count,) = await world.store.read("invitation/counted", **whose, at=at)
    for what, number, most in (
        ("invitations", count["open"], MOST_OPEN),
        ("invitations today", count["today"], MOST_TODAY),
        ("invitations to one", count["toOne"], MOST_TO_ONE),
    ):
        if number >= most:
            raise LimitExceeded(what, most)
    judged = {"endorserId": service_profile(world), **whose, "today": count["today"], "toOne": count["toOne"]}
    return Write("invitation/alone", judged, otherwise=StaleVersion(requester, 0))


def _sealed(world: World, invitation: Iri, address: str, code: str) -> str:
    content = json.dumps({"address": address, "code": code}).encode()
    return world.envelope.seal(content, invitation, world.secret(12))
