"""Signing an endorsement, signing it anew, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_service.domain.endorsement import Action, Ended, Kind, State, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span, ending
from graph_service.endorse import credential
from graph_service.endorse.credential import Claim, Related, StatusSlot
from graph_service.errors import Conflict, Problem
from graph_service.locale import phrase
from graph_service.services import credentials, signing, status
from graph_service.services.awarding import end
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.credentials import Statement
from graph_service.services.display import following
from graph_service.services.matters import (
    content_digest,
    judge,
    load,
    matter_of,
    moving,
    read_comment,
    read_reason,
    same_target,
)
from graph_service.store import Write


async def issue(
    world: World,
    call: Call,
    *,
    endorsement: str,
    comment: Mapping[str, str] | None = None,
    expected: int | None = None,
    seen: int | None = None,
    beside: Sequence[Write] = (),
) -> Iri:
    """Sign an endorsement (endorser): credential, status slot, state and event go through together, or nothing does.

    `seen`: the number of the version that the asker looked at.

    Raises Conflict: TARGET_CHANGED if the content is not what was accepted or seen; ACCEPT_FIRST, SAME_PERSON and
    COMMENT_CHANGED where the endorser wants two people, SELF_ENDORSEMENT where it wants no word on its own behalf,
    NO_ACTIVE_KEY. `beside`: what else is written in the same transaction.
    """
    with Intake() as take:
        own = take(read_comment, comment)
    document_id = world.mint("credentials", call.at)

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        after, sides = judge(found, call, Action.ISSUE)
        self_endorsement = _may_sign(found, call, own)
        target = found["target"]
        if seen is not None:
            same_target(target, seen)
        language, text = own or (found["language"], found["comment"])
        validity = Span(call.at, found["validUntil"])
        if validity.until <= call.at:
            raise Conflict(Problem("SPAN_EMPTY", {"since": call.at, "until": validity.until}, ("validUntil",)))
        issuer = Iri(found["endorserId"])
        slot, opening = status.slot(world, issuer, found["lists"], call.at)
        claim = _claim(
            world, found, document_id, validity, slot, language=language, comment=text, digest=content_digest(target)
        )
        changes = {
            "state": after,
            "comment": text,
            "language": language,
            "targetNumber": target["number"],
            "targetDigest": content_digest(target),
            "selfEndorsement": self_endorsement,
            "since": validity.since,
            "until": validity.until,
            "issuedAt": call.at,
            "credentialId": document_id,
            "shown": target["shown"],
        }
        work = [
            *opening,
            moving(found, changes),
            await _signed(world, call, found, claim),
            status.take(Iri(endorsement), slot),
            *following(found),
            *beside,
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
    later `validFrom`, by which it supersedes the one before (OB 3.0, equality and comparison). A later end is one more
    word of the endorser: who may issue may give it, and who accepted the endorsement is no second person to itself.
    Raises Conflict: NOT_IN_FORCE if it has run out or not begun, SIGNED_JUST_NOW, SPAN_EMPTY, NO_ACTIVE_KEY; for a
    later end ACCEPT_FIRST, SAME_PERSON, SELF_ENDORSEMENT.
    """
    with Intake() as take:
        until = take(ending, valid_until, call.at, ("validUntil",)) if valid_until is not None else None

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        after, sides = judge(found, call, Action.REISSUE)
        span = Span(found["since"], found["until"])
        if not span.holds(call.at):
            raise Conflict(Problem("NOT_IN_FORCE", {"since": span.since, "until": span.until}, ("endorsement",)))
        validity = credentials.signed_anew(call.at, until or span.until, found["documents"])
        changes: dict[str, object] = {"state": after, "until": validity.until}
        if validity.until > span.until:
            changes["selfEndorsement"] = _by_policy(found, call, accepted=found["acceptedBy"] is not None)
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
        work = [moving(found, changes), await _signed(world, call, found, claim), *following(found)]
        about = (Iri(endorsement), Iri(found["endorserId"]))
        return Decision(work, about, (Iri(endorsement),), "+".join(sorted(sides)))

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
        related=_related(found),
    )


def _related(found: Mapping[str, Any]) -> tuple[Related, ...]:
    """Return the recognition document, if there is one, as the claim names it."""
    if not found["recognition"]:
        return ()
    return (Related(Iri(f"{found['id']}/recognition"), "application/json", found["recognitionDigest"]),)


def _may_sign(found: Mapping[str, Any], call: Call, own_words: tuple[str, str] | None) -> bool:
    """Judge who signs what by the endorser's policy; return whether it is a word on the endorser's own behalf."""
    accepted, endorser = found["state"] == State.ACCEPTED, found["endorser"]
    own = _by_policy(found, call, accepted=accepted)
    if endorser["differentPeople"] and own_words not in (None, (found["language"], found["comment"])):
        raise Conflict(Problem("COMMENT_CHANGED", {"endorser": endorser["id"]}, ("comment",)))
    if accepted:
        same_target(found["target"], found["targetNumber"])
    return own


def _by_policy(found: Mapping[str, Any], call: Call, *, accepted: bool) -> bool:
    """Judge who speaks; return whether it is on the endorser's own behalf, now or when it was said first."""
    endorser = found["endorser"]
    if endorser["differentPeople"] and not accepted:
        raise Conflict(Problem("ACCEPT_FIRST", {"endorser": endorser["id"]}, ("endorsement",)))
    if endorser["differentPeople"] and found["acceptedBy"] == call.principal.id:
        raise Conflict(Problem("SAME_PERSON", {"endorser": endorser["id"]}, ("endorsement",)))
    own = found["selfEndorsement"] or matter_of(found).is_own(call.principal, call.at)
    if own and not endorser["allowsSelfEndorsement"]:
        raise Conflict(Problem("SELF_ENDORSEMENT", {"endorser": endorser["id"]}, ("endorsement",)))
    return own


async def _signed(world: World, call: Call, found: Mapping[str, Any], claim: Claim) -> Write:
    """Sign what is claimed in each form; return the write that keeps it in place of what was signed before."""
    issuer = Iri(found["endorserId"])
    forms = await signing.forms(world, issuer, found["keys"], credential.endorsement(claim), call.at)
    statement = Statement(
        id=Iri(found["id"]),
        type="Endorsement",
        document=claim.id,
        issuer=issuer,
        shown=found["target"]["shown"],
        readers=found["readers"],
    )
    return credentials.keep(statement, forms, claim.validity.since, found["documents"])


def _title(found: Mapping[str, Any], language: str | None) -> str:
    """Return the title of the credential. An award has no name of its own, and its holder none in public."""
    target = found["target"]
    name = target["name"] if target["type"] != TargetType.AWARD else target["id"]
    for pathway in found["pathway"]:
        name = f"{pathway['name']} ({target['number']})"
    return phrase(f"PHRASE_{found['kind']}", language or "en", name=name)
