"""An endorsement begins: it is asked for, offered, or confirmed for a newer version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.domain.endorsement import TARGETS, Action, Kind, Standing, State, TargetType
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Matter
from graph_service.domain.recognition import Recognition
from graph_service.domain.sorting import by_date
from graph_service.domain.time import OPEN_END, Instant, ending, later
from graph_service.endorse.lifecycle import ENDORSEMENT
from graph_service.errors import Conflict, InvalidInput, NotFound, Path, Problem
from graph_service.services import display, recognitions
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import judge, load, read_comment
from graph_service.services.publishing import version_id
from graph_service.store import Write

REQUEST_DAYS = 90


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
        until = take(ending, valid_until, call.at, ("validUntil",)) if valid_until is not None else None
    new = world.mint("endorsements", call.at)

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        _, sides = judge(found, call, Action.RECONFIRM)
        target, number = newest(found)
        if number == found["targetNumber"]:
            raise Conflict(Problem("NOTHING_TO_CONFIRM", {"number": number}, ("endorsement",)))
        terms = _taken_over(found, target, call.at, comment=own, valid_until=until)
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


def _taken_over(
    found: Mapping[str, Any], target: Iri, at: Instant, *, comment: tuple[str, str] | None, valid_until: Instant | None
) -> Terms:
    """Return the terms of a loaded endorsement for another target; its text and end, unless others are given."""
    return Terms(
        endorser=Iri(found["endorserId"]),
        target=target,
        kind=Kind(found["kind"]),
        comment=comment or ((found["language"], found["comment"]) if found["comment"] else None),
        valid_until=valid_until or ending(found["validUntil"], at, ("validUntil",)),
        recognition=json.loads(found["recognition"]) if found["recognition"] else None,
    )


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
        take(recognitions.fits, proposal.kind, recognised)
    new = world.mint("endorsements", call.at)

    async def decide() -> Decision:
        await recognitions.check_known(world, recognised)
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
    may_be_said(terms.kind, target)
    if matter.within_one and not target["endorser"][0]["allowsSelfEndorsement"]:
        raise Conflict(Problem("SELF_ENDORSEMENT", {"endorser": terms.endorser}, path))
    properties = _properties(call, action, new, terms, target, matter, state)
    work = [Write("endorsement/create", {"endorsements": [properties]}), *vouching(new, target)]
    if Side.HOLDER in sides and action is Action.REQUEST:
        work += display.sharing(terms.target, terms.endorser)
    return Beginning(work, target)


def vouching(endorsement: Iri, target: Mapping[str, Any]) -> list[Write]:
    """Return the write by which an endorsement leads to the profile of which it speaks; that of an award to none."""
    if target["type"] == TargetType.AWARD:
        return []
    return [Write("endorsement/vouch", {"endorsements": [{"id": endorsement, "ownerId": target["ownerId"]}]})]


def _properties(
    call: Call, action: Action, new: Iri, terms: Terms, target: Mapping[str, Any], matter: Matter, state: State
) -> Mapping[str, object]:
    """Return what an endorsement is when it begins."""
    language, comment = terms.comment or (None, None)
    recognition, digest = recognitions.document(new, terms.recognition)
    return {
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


def may_be_said(kind: Kind, target: Mapping[str, Any]) -> None:
    """Raise unless endorsements of this kind can be about this target, and it is published."""
    if target["type"] not in TARGETS[kind]:
        values = {"kind": kind, "type": target["type"], "allowed": ", ".join(sorted(TARGETS[kind]))}
        raise InvalidInput(Problem("KIND_NOT_FOR_TARGET", values, ("input", "kind")))
    if target["type"] == TargetType.PATHWAY_VERSION and target["digest"] is None:
        raise Conflict(Problem("NOT_PUBLISHED", {"id": target["id"]}, ("input", "target")))


def newest(found: Mapping[str, Any]) -> tuple[Iri, int | None]:
    """Return the address and the number of the version that stands now of what a loaded endorsement is about."""
    for pathway in found["pathway"]:
        return version_id(Iri(pathway["id"]), pathway["number"]), pathway["number"]
    return Iri(found["target"]["id"]), found["target"]["number"]
