"""Signing an endorsement, signing it anew, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.endorsement import Action, Ended, Kind, State, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span, ending
from graph_service.endorse import credential
from graph_service.endorse.credential import Claim, StatusSlot
from graph_service.errors import Conflict, Problem
from graph_service.locale import phrase
from graph_service.services import credentials, signing, status
from graph_service.services.awarding import end
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.credentials import Statement
from graph_service.services.requests import judge, load, moving, read_comment, read_reason


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
        issuer = Iri(found["endorserId"])
        slot, opening = status.slot(world, issuer, found["lists"], call.at)
        claim = _claim(
            world, found, document_id, validity, slot, language=language, comment=text, digest=target["digest"]
        )
        signed = await signing.forms(world, issuer, found["keys"], credential.endorsement(claim), call.at)
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
        statement = _statement(found, document_id, shown=target["shown"])
        work = [
            *opening,
            moving(found, changes),
            credentials.keep(statement, signed, call.at),
            status.take(Iri(endorsement), slot),
        ]
        about = (Iri(endorsement), issuer, Iri(target["id"]))
        return Decision(work, tuple(dict.fromkeys(about)), (Iri(endorsement),), "+".join(sorted(sides)))

    asked = {"endorsement": endorsement, "comment": dict(comment or {}), "expected": expected}
    (issued,) = await act(world, call, "ENDORSEMENT_ISSUE", asked, decide)
    return issued


async def reissue(
    world: World, call: Call, *, endorsement: str, valid_until: str | None = None, expected: int | None = None
) -> Iri:
    """Sign an endorsement anew with today's key, for longer if `valid_until` says so (endorser).

    The document keeps its id, its place in the status list, its text and the content that it covers; what is new is a
    later `validFrom`, by which it supersedes the one before (OB 3.0, equality and comparison).
    Raises Conflict: NOT_IN_FORCE if it has run out or not begun, NO_ACTIVE_KEY.
    """
    with Intake() as take:
        until = take(ending, valid_until, call.at, ("validUntil",)) if valid_until else None

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        after, sides = judge(found, call, Action.REISSUE)
        span = Span(found["since"], found["until"])
        if not span.holds(call.at):
            raise Conflict(Problem("NOT_IN_FORCE", {"since": span.since, "until": span.until}, ("endorsement",)))
        validity = Span(credentials.valid_from(call.at, found["documents"]), until or span.until)
        claim = _claim(
            world,
            found,
            found["credentialId"],
            validity,
            StatusSlot(found["slot"][0]["listId"], found["slot"][0]["position"]),
            language=found["language"],
            comment=found["comment"],
            digest=found["targetDigest"],
            awarded=found["issuedAt"],
        )
        issuer = Iri(found["endorserId"])
        signed = await signing.forms(world, issuer, found["keys"], credential.endorsement(claim), call.at)
        statement = _statement(found, found["credentialId"], shown=found["target"]["shown"])
        work = [
            moving(found, {"state": after, "until": validity.until}),
            credentials.keep(statement, signed, validity.since, found["documents"]),
        ]
        return Decision(work, (Iri(endorsement), issuer), (Iri(endorsement),), "+".join(sorted(sides)))

    asked = {"endorsement": endorsement, "validUntil": valid_until, "expected": expected}
    (reissued,) = await act(world, call, "ENDORSEMENT_REISSUE", asked, decide)
    return reissued


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
        return Decision(
            [moving(found, changes), status.revoke(Iri(endorsement), span.until)],
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


def _claim(
    world: World,
    found: Mapping[str, Any],
    document: Iri,
    validity: Span,
    slot: StatusSlot,
    *,
    language: str | None,
    comment: str | None,
    digest: str | None,
    awarded: Instant | None = None,
) -> Claim:
    """Return what is to be signed of a loaded endorsement; `awarded`: when it was signed first, if it is not now."""
    return Claim(
        id=document,
        name=_title(found, language),
        issuer=signing.speaker(found["endorser"], language),
        subject=Iri(found["target"]["id"]),
        kind=kind_iri(world, Kind(found["kind"])),
        validity=validity,
        status=slot,
        comment=comment or "",
        digest=digest or "",
        awarded=awarded or "",
    )


def _statement(found: Mapping[str, Any], document: Iri, *, shown: bool) -> Statement:
    return Statement(
        id=Iri(found["id"]),
        type="Endorsement",
        document=document,
        issuer=Iri(found["endorserId"]),
        shown=shown,
        readers=found["readers"],
    )


def _title(found: Mapping[str, Any], language: str | None) -> str:
    """Return the title of the credential. An award has no name of its own, and its holder none in public."""
    target = found["target"]
    name = target["name"] if target["type"] != TargetType.AWARD else target["id"]
    return phrase(f"PHRASE_{found['kind']}", language or "en", name=name)
