"""Endorsements before they are signed: request, offer, accept, return, resubmit, decline, withdraw."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.endorsement import TARGETS, Action, Kind, Standing, State, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Matter
from graph_service.domain.recognition import Recognition
from graph_service.domain.sorting import by_date
from graph_service.domain.time import OPEN_END, Instant, ending, later
from graph_service.endorse import jsontext, multibase
from graph_service.endorse.lifecycle import ENDORSEMENT, NOT_OURS
from graph_service.errors import Conflict, IllegalTransition, InvalidInput, NotFound, Path, Problem, StaleVersion
from graph_service.services import display
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.publishing import version_id
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
    recognition: Recognition | None = None  # if and only if the kind is RECOGNISE


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A proposal after it was read, or what is taken over from an earlier one; of `recognition` all but the id."""

    endorser: Iri
    target: Iri
    kind: Kind
    comment: tuple[str, str] | None
    valid_until: Instant
    request_until: Instant = OPEN_END
    recognition: Mapping[str, object] | None = None


async def request(world: World, call: Call, proposal: Proposal, *, lapses_at: str | None = None) -> Iri:
    """Ask a profile to endorse (endorsed side, or the holder of an award). The request lapses after 90 days.

    A holder who asks thereby lets the asked profile read that award.
    """
    return await _begin(world, call, Action.REQUEST, proposal, lapses_at)


async def offer(world: World, call: Call, proposal: Proposal) -> Iri:
    """Prepare an endorsement that nobody asked for (endorser)."""
    return await _begin(world, call, Action.OFFER, proposal, None)


async def reconfirm(
    world: World,
    call: Call,
    *,
    endorsement: str,
    comment: Mapping[str, str] | None = None,
    valid_until: str | None = None,
    expected: int | None = None,
) -> Iri:
    """Prepare the same endorsement of the version that stands now (endorser); the earlier one stays as it is.

    Kind, data and, unless others are given, text and end are taken over. Raises Conflict: NOTHING_TO_CONFIRM if it
    is of the version that stands, ALREADY_CONFIRMED.
    """
    with Intake() as take:
        own = take(read_comment, comment)
        until = take(ending, valid_until, call.at, ("validUntil",)) if valid_until else None
    new = world.mint("endorsements", call.at)

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        _, sides = judge(found, call, Action.RECONFIRM)
        target, number = newest(found)
        if number == found["targetNumber"]:
            raise Conflict(Problem("NOTHING_TO_CONFIRM", {"number": number}, ("endorsement",)))
        terms = Terms(
            endorser=Iri(found["endorserId"]),
            target=target,
            kind=Kind(found["kind"]),
            comment=own or ((found["language"], found["comment"]) if found["comment"] else None),
            valid_until=until or ending(found["validUntil"], call.at, ("validUntil",)),
            recognition=json.loads(found["recognition"]) if found["recognition"] else None,
        )
        begun = await beginning(world, call, Action.OFFER, new, terms, path=("endorsement",))
        confirms = Write(
            "endorsement/confirm",
            {"id": new, "confirms": endorsement, "targetId": target, "number": number},
            otherwise=Conflict(Problem("ALREADY_CONFIRMED", {"number": number}, ("endorsement",))),
        )
        about = (new, Iri(endorsement), terms.endorser, terms.target)
        return Decision([*begun.work, confirms], tuple(dict.fromkeys(about)), (new,), "+".join(sorted(sides)))

    asked = {
        "endorsement": endorsement,
        "comment": dict(comment or {}),
        "validUntil": valid_until,
        "expected": expected,
    }
    (made,) = await act(world, call, "ENDORSEMENT_RECONFIRM", asked, decide)
    return made


async def _begin(world: World, call: Call, action: Action, proposal: Proposal, lapses_at: str | None) -> Iri:
    patience = later(call.at, days=REQUEST_DAYS) if action is Action.REQUEST else OPEN_END
    recognised = proposal.recognition
    with Intake() as take:
        terms = Terms(
            endorser=take(iri, proposal.endorser, ("input", "endorser")),
            target=take(iri, proposal.target, ("input", "target")),
            kind=proposal.kind,
            comment=take(read_comment, proposal.comment, ("input", "comment")),
            valid_until=take(ending, proposal.valid_until, call.at, ("input", "validUntil")),
            request_until=take(ending, lapses_at, call.at, ("lapsesAt",), otherwise=patience),
            recognition=recognised.document() if recognised else None,
        )
        take(fits, proposal.kind, recognised)
    new = world.mint("endorsements", call.at)

    async def decide() -> Decision:
        await _known(world, recognised)
        begun = await beginning(world, call, action, new, terms)
        about = (new, terms.endorser, terms.target)
        side = Side.REQUESTER if action is Action.REQUEST else Side.ENDORSER
        return Decision(begun.work, tuple(dict.fromkeys(about)), (new,), side)

    asked = {
        "endorser": proposal.endorser,
        "target": proposal.target,
        "kind": proposal.kind,
        "comment": dict(proposal.comment or {}),
        "validUntil": proposal.valid_until,
        "recognition": terms.recognition,
        "lapsesAt": lapses_at,
    }
    (made,) = await act(world, call, f"ENDORSEMENT_{action}", asked, decide)
    return made


def fits(kind: Kind, recognition: Recognition | None) -> None:
    """Check that the data of recognition stand where they belong, and nowhere else."""
    if (kind is Kind.RECOGNISE) is (recognition is None):
        if recognition is None:
            raise InvalidInput(Problem("RECOGNITION_MISSING", {"kind": kind}, ("input", "recognition")))
        raise InvalidInput(Problem("RECOGNITION_UNEXPECTED", {"kind": kind}, recognition.path))


async def _known(world: World, recognition: Recognition | None) -> None:
    """Check that the badges of recognition are here. Raises InvalidInput with all that are not."""
    if recognition is None or not recognition.achievements:
        return
    rows = await world.store.read("pathway/known", ids=sorted(set(recognition.achievements)))
    known = {row["id"] for row in rows if row["type"] == TargetType.ACHIEVEMENT}
    path = (*recognition.path, "achievements")
    unknown = [
        NotFound("achievement", each, (*path, position)).problems[0]
        for position, each in enumerate(recognition.achievements)
        if each not in known
    ]
    if unknown:
        raise InvalidInput(*unknown)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The writes that make an endorsement, and the target as it was loaded."""

    work: list[Write]
    target: Mapping[str, Any]


async def beginning(
    world: World, call: Call, action: Action, new: Iri, terms: Terms, *, path: Path = ("input", "endorser")
) -> Beginning:
    """Judge a beginning and return the writes that make it. `path`: of what names the endorser."""
    rows = await world.store.read("endorsement/target", targetId=terms.target, endorserId=terms.endorser)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("target", terms.target, ("input", "target"))
    target = rows[0]
    if not target["endorser"]:
        raise NotFound("profile", terms.endorser, ("input", "endorser"))
    matter = Matter(terms.endorser, Iri(target["ownerId"]), target["holderId"])
    sides = matter.sides(call.principal, call.at)
    state = ENDORSEMENT.next(None, action, sides)
    _may_be_said(terms.kind, target)
    if matter.within_one and not target["endorser"][0]["allowsSelfEndorsement"]:
        raise Conflict(Problem("SELF_ENDORSEMENT", {"endorser": terms.endorser}, path))
    language, comment = terms.comment or (None, None)
    recognition, digest = published(new, terms.recognition)
    properties = {
        "id": new,
        "kind": terms.kind,
        "state": state,
        "standing": Standing.OWN,
        "endorserId": terms.endorser,
        "targetId": terms.target,
        "targetType": target["type"],
        "targetNumber": target["number"],
        "ownerId": target["ownerId"],
        "holderId": target["holderId"],
        "selfEndorsement": matter.within_one,
        "requestedBy": call.principal.id if action is Action.REQUEST else None,
        "acceptedBy": call.principal.id if action is Action.OFFER else None,
        "requestedAt": call.at,
        "requestUntil": terms.request_until,
        "comment": comment,
        "language": language,
        "recognition": recognition,
        "recognitionDigest": digest,
        "validUntil": terms.valid_until,
        "since": OPEN_END,
        "until": OPEN_END,
        "hidden": False,
        "shown": False,
        "readers": [r for r in (terms.endorser, target["ownerId"], target["holderId"]) if r],
        "skDate": by_date(call.at, new),
    }
    make = {"endorserId": terms.endorser, "targetId": terms.target, "endorsement": properties}
    work = [Write("endorsement/create", make)]
    if Side.HOLDER in sides and action is Action.REQUEST:
        work += display.sharing(terms.target, terms.endorser)
    return Beginning(work, target)


def _may_be_said(kind: Kind, target: Mapping[str, Any]) -> None:
    """Raise unless endorsements of this kind can be about this target, and it is published."""
    if target["type"] not in TARGETS[kind]:
        values = {"kind": kind, "type": target["type"], "allowed": ", ".join(sorted(TARGETS[kind]))}
        raise InvalidInput(Problem("KIND_NOT_FOR_TARGET", values, ("input", "kind")))
    if target["type"] == TargetType.PATHWAY_VERSION and target["digest"] is None:
        raise Conflict(Problem("NOT_PUBLISHED", {"id": target["id"]}, ("input", "target")))


def published(endorsement: Iri, recognition: Mapping[str, object] | None) -> tuple[str | None, str | None]:
    """Return the bytes of the recognition document of an endorsement, and their digest (`digestMultibase`)."""
    if recognition is None:
        return None, None
    own = {"id": f"{endorsement}/recognition"}
    content = jsontext.write(own | dict(recognition) | own)  # one that is taken over has the id of the earlier one
    return content.decode(), multibase.digest(content)


def content_digest(target: Mapping[str, Any]) -> str | None:
    """Return the `digestMultibase` of the version that is endorsed; of a pathway version its definition's is stored."""
    digest: str | None = target["digest"]
    if digest and target["type"] == TargetType.PATHWAY_VERSION:
        return multibase.digest_of(bytes.fromhex(digest))
    return digest


def same_target(target: Mapping[str, Any], seen: int) -> None:
    """Raise Conflict (TARGET_CHANGED) if another version of a loaded target stands than the one that was seen."""
    if target["number"] != seen:
        values = {"accepted": seen, "current": target["number"]}
        raise Conflict(Problem("TARGET_CHANGED", values, ("endorsement",)))


def newest(found: Mapping[str, Any]) -> tuple[Iri, int | None]:
    """Return the address and the number of the version that stands now of what a loaded endorsement is about."""
    for pathway in found["pathway"]:
        return version_id(Iri(pathway["id"]), pathway["number"]), pathway["number"]
    return Iri(found["target"]["id"]), found["target"]["number"]


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


async def show(world: World, call: Call, *, endorsement: str, shown: bool, expected: int | None = None) -> Iri:
    """Show a signed endorsement to everybody who may see its target, or hide it (endorsed side, or holder).

    Hidden, it is left out of lists, counts and awards; its document stays where it is, and it counts as before.
    """

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        _, sides = judge(found, call, Action.SHOW if shown else Action.HIDE)
        changes = {"hidden": not shown, "shown": shown and found["target"]["shown"]}
        work = [] if found["hidden"] == (not shown) else [moving(found, changes), *following(found)]
        return Decision(work, (Iri(endorsement),), (Iri(endorsement),), "+".join(sorted(sides)))

    asked = {"endorsement": endorsement, "shown": shown, "expected": expected}
    (changed,) = await act(world, call, "ENDORSEMENT_SHOW" if shown else "ENDORSEMENT_HIDE", asked, decide)
    return changed


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
            fits(Kind(found["kind"]), recognition)
            await _known(world, recognition)
        changes: dict[str, object] = {"state": state}
        if text is not None:
            changes |= {"comment": text, "language": language}
        if reason is not None:
            changes |= {"reason": reason}
        if recognition is not None:
            document, digest = published(Iri(endorsement), recognition.document())
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


def following(found: Mapping[str, Any]) -> list[Write]:
    """Return the writes that make a loaded endorsement as visible as the award that it is about, if it is about one."""
    return display.following(Iri(found["target"]["id"])) if found["target"]["type"] == TargetType.AWARD else []


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
    sides = matter_of(found).sides(call.principal, call.at)
    state = State(found["state"])
    after = ENDORSEMENT.next(state, action, sides)
    if lapsed(state, found["requestUntil"], call.at) and action is not Action.WITHDRAW:
        raise IllegalTransition("LAPSED", action, ())
    if action in NOT_OURS.get(found["standing"], ()):
        raise IllegalTransition(state, action, ())
    return after, sides & ENDORSEMENT.moves[state, action][0]


def matter_of(found: Mapping[str, Any]) -> Matter:
    """Return whose business a loaded endorsement is."""
    invited = found["invitationId"] if found["state"] == State.REQUESTED else None
    return Matter(found["endorserId"], found["ownerId"], found["holderId"], found["requestedBy"], invited)


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
