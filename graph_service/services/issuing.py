"""Signing an endorsement, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.endorsement import Action, Ended, Kind, State, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Span
from graph_service.endorse import credential
from graph_service.endorse.credential import Claim
from graph_service.errors import Conflict, NotFound, Problem
from graph_service.locale import phrase
from graph_service.services import signing, status
from graph_service.services.awarding import end
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.requests import judge, load, moving, read_comment, read_reason
from graph_service.store import Write

FORM = "DATA_INTEGRITY"


async def issue(
    world: World, call: Call, *, endorsement: str, comment: Mapping[str, str] | None = None, expected: int | None = None
) -> Iri:
    """Sign an endorsement (endorser): credential, status slot, state and event go through together, or nothing does.

    Raises Conflict: TARGET_CHANGED if the content is not what was accepted, NO_ACTIVE_KEY.
    """
    with Intake() as take:
        own = take(read_comment, comment)
    document_id = world.mint("credentials", call.at)

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        after, sides = judge(found, call, Action.ISSUE)
        target = found["target"]
        if found["state"] == State.ACCEPTED and target["number"] != found["targetNumber"]:
            values = {"accepted": found["targetNumber"], "current": target["number"]}
            raise Conflict(Problem("TARGET_CHANGED", values, ("endorsement",)))
        language, text = own or (found["language"], found["comment"])
        validity = Span(call.at, found["validUntil"])
        if validity.until <= call.at:
            raise Conflict(Problem("SPAN_EMPTY", {"since": call.at, "until": validity.until}, ("validUntil",)))
        slot, opening = status.slot(world, found, call.at)
        claim = Claim(
            id=document_id,
            name=_title(found, language),
            issuer=signing.speaker(found["endorser"], language),
            subject=Iri(target["id"]),
            kind=kind_iri(world, Kind(found["kind"])),
            validity=validity,
            status=slot,
            comment=text or "",
            digest=target["digest"] or "",
        )
        content = await signing.signed(
            world, Iri(found["endorserId"]), found["keys"], credential.endorsement(claim), call.at
        )
        changes = {
            "state": after,
            "comment": text,
            "language": language,
            "targetNumber": target["number"],
            "targetDigest": target["digest"],
            "since": validity.since,
            "until": validity.until,
            "issuedAt": call.at,
            "credentialId": document_id,
            "shown": target["shown"],
        }
        stored = {
            "id": f"{document_id}#{FORM}.1",
            "documentId": document_id,
            "form": FORM,
            "states": "Endorsement",
            "issuerId": found["endorserId"],
            "bytes": content.decode(),
            "digest": signing.digest(content),
            "since": call.at,
            "until": OPEN_END,
            "shown": target["shown"],
            "readers": found["readers"],
        }
        place = {"id": f"{slot.list_id}#{slot.position}", "position": slot.position}
        keep = Write(
            "credential/create",
            {"statesId": endorsement, "listId": slot.list_id, "credential": stored, "slot": place},
            otherwise=NotFound("status list", slot.list_id),
        )
        about = (Iri(endorsement), Iri(found["endorserId"]), Iri(target["id"]))
        work = [*opening, moving(found, changes), keep]
        return Decision(work, tuple(dict.fromkeys(about)), (Iri(endorsement),), "+".join(sorted(sides)))

    asked = {"endorsement": endorsement, "comment": dict(comment or {}), "expected": expected}
    (issued,) = await act(world, call, "ENDORSEMENT_ISSUE", asked, decide)
    return issued


async def revoke(
    world: World, call: Call, *, endorsement: str, reason: str, void: bool = False, expected: int | None = None
) -> Iri:
    """Take a signed endorsement back (endorser): from now on, or (`void`) as if it had never been.

    Its status slot is set in the same transaction. The reason stays here; the list knows none.
    """
    with Intake() as take:
        take(read_reason, reason)

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        after, sides = judge(found, call, Action.REVOKE)
        cause = Ended.VOID if void else Ended.REVOKED
        span = end(Span(found["since"], found["until"]), call.at, cause)
        changes = {"state": after, "until": span.until, "ended": cause, "endedAt": call.at, "reason": reason}
        slot = Write(
            "status/revoke", {"id": endorsement, "at": span.until}, otherwise=NotFound("status slot", endorsement)
        )
        return Decision(
            [moving(found, changes), slot],
            (Iri(endorsement), Iri(found["endorserId"])),
            (Iri(endorsement),),
            "+".join(sorted(sides)),
        )

    asked = {"endorsement": endorsement, "reason": reason, "void": void, "expected": expected}
    (revoked,) = await act(world, call, "ENDORSEMENT_REVOKE", asked, decide)
    return revoked


def kind_iri(world: World, kind: Kind) -> Iri:
    """Return the absolute IRI of a kind, as it stands in the signed claim."""
    return Iri(f"{world.base_url}/kinds/{kind}")


def _title(found: Mapping[str, Any], language: str | None) -> str:
    """Return the title of the credential. An award has no name of its own, and its holder none in public."""
    target = found["target"]
    name = target["name"] if target["type"] != TargetType.AWARD else target["id"]
    return phrase(f"PHRASE_{found['kind']}", language or "en", name=name)
