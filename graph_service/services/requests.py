"""What is asked is answered: accepted, returned, handed in again, declined or withdrawn; nothing is signed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph_service.domain.endorsement import Action, Kind, State, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri
from graph_service.domain.recognition import Recognition
from graph_service.services import display, recognitions
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import judge, load, moving, read_comment, read_reason
from graph_service.store import Write


async def accept(
    world: World, call: Call, *, endorsement: str, comment: Mapping[str, str] | None = None, expected: int | None = None
) -> Iri:
    """Accept a request as it stands (endorser); the version of the target that stands now is what was looked at."""
    return await move(world, call, endorsement, Action.ACCEPT, expected, comment=comment)


async def send_back(world: World, call: Call, *, endorsement: str, reason: str, expected: int | None = None) -> Iri:
    """Return a request and say what to mend (endorser)."""
    return await move(world, call, endorsement, Action.RETURN, expected, reason=reason)


async def resubmit(
    world: World,
    call: Call,
    *,
    endorsement: str,
    comment: Mapping[str, str] | None = None,
    recognition: Recognition | None = None,
    expected: int | None = None,
) -> Iri:
    """Hand a returned request in again (requester)."""
    return await move(world, call, endorsement, Action.RESUBMIT, expected, comment=comment, recognition=recognition)


async def decline(
    world: World,
    call: Call,
    *,
    endorsement: str,
    reason: str,
    expected: int | None = None,
    beside: Sequence[Write] = (),
) -> Iri:
    """Decline a request with a reason (endorser). `beside`: what else is written in the same transaction."""
    return await move(world, call, endorsement, Action.DECLINE, expected, reason=reason, beside=beside)


async def withdraw(world: World, call: Call, *, endorsement: str, expected: int | None = None) -> Iri:
    """Withdraw a request, also one that lapsed (requester), or what was accepted but not signed (endorser)."""
    return await move(world, call, endorsement, Action.WITHDRAW, expected)


async def move(
    world: World,
    call: Call,
    endorsement: str,
    action: Action,
    expected: int | None,
    *,
    comment: Mapping[str, str] | None = None,
    reason: str | None = None,
    recognition: Recognition | None = None,
    beside: Sequence[Write] = (),
) -> Iri:
    """Move an endorsement by one action that signs nothing. `beside`: what else is written in the same transaction."""
    with Intake() as take:
        language, text = take(read_comment, comment) or (None, None)
        take(read_reason, reason)

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        state, sides = judge(found, call, action)
        if recognition is not None:
            recognitions.fits(Kind(found["kind"]), recognition)
            await recognitions.check_known(world, recognition)
        changes: dict[str, object] = {"state": state}
        if text is not None:
            changes |= {"comment": text, "language": language}
        if reason is not None:
            changes |= {"reason": reason}
        if recognition is not None:
            document, digest = recognitions.document(Iri(endorsement), recognition.document())
            changes |= {"recognition": document, "recognitionDigest": digest}
        if action in (Action.ACCEPT, Action.RESUBMIT):
            changes |= {"targetNumber": found["target"]["number"], "reason": None}
        if action is Action.ACCEPT:
            changes |= {"acceptedBy": call.principal.id}
        work = [moving(found, changes), *beside]
        if state in (State.DECLINED, State.WITHDRAWN) and found["target"]["type"] == TargetType.AWARD:
            work += display.taking_back(Iri(found["target"]["id"]), found["endorserId"], Iri(endorsement), call.at)
        return Decision(work, (Iri(endorsement),), (Iri(endorsement),), "+".join(sorted(sides)))

    asked = {
        "endorsement": endorsement,
        "comment": dict(comment or {}),
        "reason": reason,
        "recognition": recognition.document() if recognition else None,
        "expected": expected,
    }
    (moved,) = await act(world, call, f"ENDORSEMENT_{action}", asked, decide)
    return moved
