"""Enrolment: a learner takes up a pathway, and says by which of its versions to be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from graph_service.domain.endorsement import Ended
from graph_service.domain.enrolment import Policy
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, folded, iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.sorting import by_date
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.errors import Conflict, NotFound, NotPermitted, Problem, StaleVersion
from graph_service.pathway.versions import Version
from graph_service.services import facts as reading
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.learners import known_to
from graph_service.services.progress import Plans, cohort
from graph_service.store import Write

_ENROLLING = frozenset({Side.EDITOR, Side.ISSUER})


async def enrol(
    world: World,
    call: Call,
    *,
    pathway: str,
    learner: str | None = None,
    policy: Policy = Policy.BEST_OF,
    version: str | None = None,
) -> Iri:
    """Enrol a learner in a pathway: oneself, or (EDITOR or ISSUER of its owner) a learner whom the owner knows.

    `version` is for PINNED alone: one that is open to the learner, the newest of these if not given. Raises NotFound,
    NotPermitted, InvalidInput (ONLY_PINNED), Conflict: ALREADY_ENROLLED, NOT_PUBLISHED, VERSION_NOT_OPEN.
    """
    with Intake() as take:
        take(iri, pathway, ("pathway",))
        take(iri, pathway if learner is None else learner, ("learner",))
        if version is not None and policy is not Policy.PINNED:
            take.add([Problem("ONLY_PINNED", {"policy": policy}, ("version",))])
    enrolled, new = folded(learner or call.principal.learner or ""), world.mint("enrolments", call.at)
    place = {"learnerId": enrolled, "pathwayId": pathway, "at": call.at}

    async def decide() -> Decision:
        found = await _load(world, call, place)
        side = _side(call, "ENROL", enrolled, found["ownerId"])
        if side is not Side.HOLDER and not await known_to(world, found["ownerId"], enrolled, call.at):
            raise NotFound("learner", enrolled, ("learner",))
        if found["inForce"]:
            raise Conflict(Problem("ALREADY_ENROLLED", {"id": found["inForce"][0]}, ("pathway",)))
        if not found["versions"]:
            raise Conflict(Problem("NOT_PUBLISHED", {"id": pathway}, ("pathway",)))
        pinned = await _pinned(world, call, found, place, version) if policy is Policy.PINNED else None
        enrolment = {
            "id": new,
            "learnerId": enrolled,
            "pathwayId": pathway,
            "ownerId": found["ownerId"],
            "policy": policy,
            "versionId": pinned,
            "since": call.at,
            "until": OPEN_END,
            "skDate": by_date(call.at, new),
            "readers": [enrolled, found["ownerId"]],
        }
        write = Write("enrolment/create", {**place, "enrolment": enrolment}, otherwise=StaleVersion(enrolled, 0))
        return Decision([write], (new, Iri(enrolled), Iri(pathway)), (new,), side)

    request = {"pathway": pathway, "learner": learner, "policy": policy, "version": version}
    (made,) = await act(world, call, "ENROL", request, decide)
    return made


async def end(world: World, call: Call, *, enrolment: str) -> Iri:
    """End an enrolment now (the learner; EDITOR or ISSUER of the pathway's owner). Raises Conflict (ALREADY_ENDED)."""

    async def decide() -> Decision:
        rows = await world.store.read("enrolment/for_action", id=enrolment)
        if not rows or not call.may_see(False, rows[0]["readers"]):  # noqa: FBT003 (never shown to all)
            raise NotFound("enrolment", enrolment, ("enrolment",))
        found = rows[0]
        side = _side(call, "END_ENROLMENT", found["learnerId"], found["ownerId"])
        span = Span(found["since"], found["until"])
        if not span.holds(call.at):
            raise Conflict(Problem("ALREADY_ENDED", {"id": enrolment, "cause": span.until}, ("enrolment",)))
        changes = {"until": span.ended(call.at).until, "ended": Ended.REVOKED, "endedAt": call.at}
        write = Write(
            "enrolment/end",
            {"id": enrolment, "version": found["version"], "changes": changes},
            otherwise=StaleVersion(enrolment, found["version"]),
        )
        about = (Iri(enrolment), found["learnerId"], found["pathwayId"])
        return Decision([write], about, (Iri(enrolment),), side)

    (ended,) = await act(world, call, "END_ENROLMENT", {"enrolment": enrolment}, decide)
    return ended


async def _load(world: World, call: Call, place: Mapping[str, object]) -> Mapping[str, Any]:
    rows = await world.store.read("enrolment/before", **place)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("pathway", str(place["pathwayId"]), ("pathway",))
    found: Mapping[str, Any] = rows[0]
    return found


def _side(call: Call, action: str, learner: str, owner: Iri) -> Side:
    """Return for which side the asker speaks about a learner's enrolment. Raises NotPermitted."""
    if learner and call.principal.learner == learner:
        return Side.HOLDER
    sides = call.principal.sides(owner, call.at) & _ENROLLING
    if not sides or not learner:
        raise NotPermitted(action, [Side.HOLDER, *_ENROLLING])
    return min(sides)


async def _pinned(
    world: World, call: Call, found: Mapping[str, Any], place: Mapping[str, Any], asked: str | None
) -> Iri:
    """Return the version to be judged by: the one that is asked for, or the newest, if it is open to the learner.

    One that was closed is open to who began before: was enrolled, or, as far as the asker may know, held what counts.
    """
    named = [each for each in reading.versions(found["versions"]) if asked in (None, each.id)]
    if not named:
        raise NotFound("pathway version", asked or "", ("version",))
    current = [each for each in named if each.span.holds(call.at)]
    closed = [each for each in current if each.closed_from <= call.at]
    began = await _began(world, call, place, closed) if closed else {}
    first: Instant = min([call.at, *found["enrolledSince"]])
    open_ = [each for each in current if min(first, began.get(each.id, OPEN_END)) < each.closed_from]
    if not open_:
        raise Conflict(Problem("VERSION_NOT_OPEN", {"id": named[-1].id}, ("version",)))
    return max(open_, key=attrgetter("number")).id


async def _began(
    world: World, call: Call, place: Mapping[str, Any], versions: Sequence[Version]
) -> Mapping[Iri, Instant]:
    """Return when the learner began under each version, as far as the asker may know."""
    found = await cohort(world, Plans(), call, pathway=place["pathwayId"], learners=[place["learnerId"]])
    return {version.id: first for member in found.members for version in versions if (first := member.began(version))}
