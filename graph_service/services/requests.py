"""Endorsements before they are signed: request, offer, accept, return, resubmit, decline, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.domain.endorsement import Action, Kind, State, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Matter
from graph_service.domain.sorting import by_date
from graph_service.domain.time import OPEN_END, Instant, ending, later
from graph_service.endorse.lifecycle import ENDORSEMENT
from graph_service.errors import IllegalTransition, InvalidInput, NotFound, Path, Problem, StaleVersion
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

REQUEST_DAYS = 90
COMMENT_LIMIT = 5000


@dataclass(frozen=True)
class Proposal:
    """What is asked of an endorser, or offered by one. `comment` is in one language (its only entry)."""

    endorser: str
    target: str
    kind: Kind
    comment: Mapping[str, str] | None = None
    valid_until: str | None = None


async def request(world: World, call: Call, proposal: Proposal, *, lapses_at: str | None = None) -> Iri:
    """Ask a profile to endorse (endorsed side, or the holder of an award). The request lapses after 90 days.

    A holder who asks thereby lets the asked profile read that award.
    """
    return await _begin(world, call, Action.REQUEST, proposal, lapses_at)


async def offer(world: World, call: Call, proposal: Proposal) -> Iri:
    """Prepare an endorsement that nobody asked for (endorser)."""
    return await _begin(world, call, Action.OFFER, proposal, None)


async def _begin(world: World, call: Call, action: Action, proposal: Proposal, lapses_at: str | None) -> Iri:
    patience = later(call.at, days=REQUEST_DAYS) if action is Action.REQUEST else OPEN_END
    with Intake() as take:
        take(iri, proposal.endorser, ("input", "endorser"))
        take(iri, proposal.target, ("input", "target"))
        language, comment = take(read_comment, proposal.comment, ("input", "comment")) or (None, None)
        valid_until = take(ending, proposal.valid_until, call.at, ("input", "validUntil"))
        request_until = take(ending, lapses_at, call.at, ("lapsesAt",), otherwise=patience)
    new = world.mint("endorsements", call.at)

    async def decide() -> Decision:
        rows = await world.store.read("endorsement/target", targetId=proposal.target, endorserId=proposal.endorser)
        if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
            raise NotFound("target", proposal.target, ("input", "target"))
        target = rows[0]
        if not target["endorser"]:
            raise NotFound("profile", proposal.endorser, ("input", "endorser"))
        matter = Matter(Iri(proposal.endorser), Iri(target["ownerId"]), target["holderId"])
        sides = matter.sides(call.principal, call.at)
        state = ENDORSEMENT.next(None, action, sides)
        properties = {
            "id": new,
            "kind": proposal.kind,
            "state": state,
            "endorserId": proposal.endorser,
            "targetId": proposal.target,
            "targetType": target["type"],
            "targetNumber": target["number"],
            "ownerId": target["ownerId"],
            "holderId": target["holderId"],
            "requestedBy": call.principal.id if action is Action.REQUEST else None,
            "requestedAt": call.at,
            "requestUntil": request_until,
            "comment": comment,
            "language": language,
            "validUntil": valid_until,
            "since": OPEN_END,
            "until": OPEN_END,
            "shown": False,
            "readers": [r for r in (proposal.endorser, target["ownerId"], target["holderId"]) if r],
            "skDate": by_date(call.at, new),
        }
        work = [
            Write(
                "endorsement/create",
                {"endorserId": proposal.endorser, "targetId": proposal.target, "endorsement": properties},
            )
        ]
        if Side.HOLDER in sides and action is Action.REQUEST:
            work.append(Write("award/share", {"id": proposal.target, "reader": proposal.endorser}))
        about = (new, Iri(proposal.endorser), Iri(proposal.target))
        return Decision(
            work, tuple(dict.fromkeys(about)), (new,), Side.REQUESTER if action is Action.REQUEST else Side.ENDORSER
        )

    asked = {
        "endorser": proposal.endorser,
        "target": proposal.target,
        "kind": proposal.kind,
        "comment": dict(proposal.comment or {}),
        "validUntil": proposal.valid_until,
        "lapsesAt": lapses_at,
    }
    (made,) = await act(world, call, f"ENDORSEMENT_{action}", asked, decide)
    return made


async def accept(
    world: World, call: Call, *, endorsement: str, comment: Mapping[str, str] | None = None, expected: int | None = None
) -> Iri:
    """Accept a request as it stands (endorser); the version of the target that stands now is what was looked at."""
    return await move(world, call, endorsement, Action.ACCEPT, expected, comment=comment)


async def send_back(world: World, call: Call, *, endorsement: str, reason: str, expected: int | None = None) -> Iri:
    """Return a request and say what to mend (endorser)."""
    return await move(world, call, endorsement, Action.RETURN, expected, reason=reason)


async def resubmit(
    world: World, call: Call, *, endorsement: str, comment: Mapping[str, str] | None = None, expected: int | None = None
) -> Iri:
    """Hand a returned request in again (requester)."""
    return await move(world, call, endorsement, Action.RESUBMIT, expected, comment=comment)


async def decline(world: World, call: Call, *, endorsement: str, reason: str, expected: int | None = None) -> Iri:
    """Decline a request with a reason (endorser)."""
    return await move(world, call, endorsement, Action.DECLINE, expected, reason=reason)


async def withdraw(world: World, call: Call, *, endorsement: str, expected: int | None = None) -> Iri:
    """Withdraw a request (requester) or what was accepted but not signed (endorser)."""
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
) -> Iri:
    """Move an endorsement by one action that signs nothing."""
    with Intake() as take:
        language, text = take(read_comment, comment) or (None, None)
        take(read_reason, reason)

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        state, sides = judge(found, call, action)
        changes: dict[str, object] = {"state": state}
        if text is not None:
            changes |= {"comment": text, "language": language}
        if reason is not None:
            changes |= {"reason": reason}
        if action in (Action.ACCEPT, Action.RESUBMIT):
            changes |= {"targetNumber": found["target"]["number"], "reason": None}
        work = [moving(found, changes)]
        if state in (State.DECLINED, State.WITHDRAWN) and found["target"]["type"] == TargetType.AWARD:
            asked_about = {"id": found["target"]["id"], "reader": found["endorserId"], "endorsementId": endorsement}
            work.append(Write("award/unshare", asked_about))
        return Decision(work, (Iri(endorsement),), (Iri(endorsement),), "+".join(sorted(sides)))

    asked = {"endorsement": endorsement, "comment": dict(comment or {}), "reason": reason, "expected": expected}
    (moved,) = await act(world, call, f"ENDORSEMENT_{action}", asked, decide)
    return moved


async def load(world: World, call: Call, endorsement: str, expected: int | None) -> Mapping[str, Any]:
    """Load what is needed to move an endorsement. Raises NotFound, or StaleVersion if `expected` is not its version."""
    rows = await world.store.read("endorsement/for_action", id=endorsement)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("endorsement", endorsement, ("endorsement",))
    found: Mapping[str, Any] = rows[0]
    if expected is not None and expected != found["version"]:
        raise StaleVersion(endorsement, expected)
    return found


def judge(found: Mapping[str, Any], call: Call, action: Action) -> tuple[State, frozenset[Side]]:
    """Return the state after `action` and the sides in which the asker acts. Raises NotPermitted, IllegalTransition."""
    matter = Matter(found["endorserId"], found["ownerId"], found["holderId"], found["requestedBy"])
    sides = matter.sides(call.principal, call.at)
    state = State(found["state"])
    after = ENDORSEMENT.next(state, action, sides)
    if lapsed(state, found["requestUntil"], call.at):
        raise IllegalTransition("LAPSED", action, ())
    return after, sides & ENDORSEMENT.moves[state, action][0]


def lapsed(state: State, request_until: Instant, at: Instant) -> bool:
    """Tell whether a request ran out before it was answered; derived, never written."""
    return state in (State.REQUESTED, State.RETURNED) and request_until <= at


def moving(found: Mapping[str, Any], changes: Mapping[str, object]) -> Write:
    """Return the write that moves a loaded endorsement, if nobody moved it meanwhile."""
    return Write(
        "endorsement/move",
        {"id": found["id"], "version": found["version"], "changes": changes},
        otherwise=StaleVersion(found["id"], found["version"]),
    )


def read_comment(comment: Mapping[str, str] | None, path: Path = ("comment",)) -> tuple[str, str] | None:
    """Read a comment in exactly one language (settled: one language per credential)."""
    if comment is None:
        return None
    texts = LanguageMap(comment, path, limit=COMMENT_LIMIT)
    if len(texts) != 1:
        raise InvalidInput(Problem("ONE_LANGUAGE", {"found": ", ".join(texts)}, path))
    return texts.base, texts.text


def read_reason(reason: str | None) -> None:
    """Check a reason, where one is given."""
    if reason is not None:
        LanguageMap({"und": reason}, ("reason",), limit=2000)
