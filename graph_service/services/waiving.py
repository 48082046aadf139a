"""Waivers: the owner of a pathway exempts a learner from one requirement, with a reason, until a date if it says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.endorsement import Ended
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, folded, iri
from graph_service.domain.language import text_problems
from graph_service.domain.lifecycle import Side
from graph_service.domain.sorting import by_date
from graph_service.domain.time import Span, ending
from graph_service.errors import Conflict, InvalidInput, NotFound, Problem, StaleVersion
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.learners import known_to
from graph_service.store import Write

_REASON = 2000


async def waive(
    world: World, call: Call, *, learner: str, pathway: str, node: str, reason: str, until: str | None = None
) -> Iri:
    """Exempt a learner whom the owner knows from a requirement, by its id in the definition (EDITOR of the owner).

    It counts in every version that has a requirement of this id, and where such a version is referred to. The whole
    pathway cannot be waived. Raises InvalidInput (ROOT_WAIVED among others), NotFound, NotPermitted, Conflict
    (ALREADY_WAIVED).
    """
    with Intake() as take:
        take(iri, learner, ("learner",))
        take(iri, pathway, ("pathway",))
        take.add(text_problems(reason, ("reason",), limit=_REASON))
        end_ = take(ending, until, call.at, ("until",))
    exempt, new = folded(learner), world.mint("waivers", call.at)
    place = {"learnerId": exempt, "pathwayId": pathway, "node": node, "at": call.at}

    async def decide() -> Decision:
        found = await _load(world, call, place)
        waiver = {
            "id": new,
            "learnerId": exempt,
            "pathwayId": pathway,
            "ownerId": found["ownerId"],
            "node": node,
            "reason": reason,
            "since": call.at,
            "until": end_,
            "skDate": by_date(call.at, new),
            "readers": [exempt, found["ownerId"]],
        }
        write = Write("waiver/create", {**place, "waiver": waiver}, otherwise=StaleVersion(exempt, 0))
        return Decision([write], (new, Iri(exempt), Iri(pathway)), (new,), Side.EDITOR)

    request = {"learner": learner, "pathway": pathway, "node": node, "reason": reason, "until": until}
    (made,) = await act(world, call, "WAIVE", request, decide)
    return made


async def end(world: World, call: Call, *, waiver: str, reason: str) -> Iri:
    """End a waiver now (EDITOR of the pathway's owner). Raises Conflict (ALREADY_ENDED)."""
    if problems := tuple(text_problems(reason, ("reason",), limit=_REASON)):
        raise InvalidInput(*problems)

    async def decide() -> Decision:
        rows = await world.store.read("waiver/for_action", id=waiver)
        if not rows or not call.may_see(False, rows[0]["readers"]):  # noqa: FBT003 (never shown to all)
            raise NotFound("waiver", waiver, ("waiver",))
        found = rows[0]
        call.principal.require("END_WAIVER", Side.EDITOR, found["ownerId"], call.at)
        span = Span(found["since"], found["until"])
        if not span.holds(call.at):
            raise Conflict(Problem("ALREADY_ENDED", {"id": waiver, "cause": span.until}, ("waiver",)))
        changes = {
            "until": span.ended(call.at).until,
            "ended": Ended.REVOKED,
            "endedAt": call.at,
            "endReason": reason,
        }
        write = Write(
            "waiver/end",
            {"id": waiver, "version": found["version"], "changes": changes},
            otherwise=StaleVersion(waiver, found["version"]),
        )
        about = (Iri(waiver), found["learnerId"], found["pathwayId"])
        return Decision([write], about, (Iri(waiver),), Side.EDITOR)

    (ended,) = await act(world, call, "END_WAIVER", {"waiver": waiver, "reason": reason}, decide)
    return ended


async def _load(world: World, call: Call, place: Mapping[str, str]) -> Mapping[str, Any]:
    """Load the pathway, if the asker may waive this requirement for this learner."""
    pathway, learner, node = place["pathwayId"], place["learnerId"], place["node"]
    rows = await world.store.read("waiver/before", **place)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("pathway", pathway, ("pathway",))
    found: Mapping[str, Any] = rows[0]
    call.principal.require("WAIVE", Side.EDITOR, found["ownerId"], call.at)
    if not await known_to(world, found["ownerId"], learner, call.at):
        raise NotFound("learner", learner, ("learner",))
    if not found["nodes"]:
        raise NotFound("requirement", node[:64], ("node",))
    if not all(each["part"] for each in found["nodes"]):
        raise InvalidInput(Problem("ROOT_WAIVED", {"node": node[:64]}, ("node",)))
    if found["inForce"]:
        raise Conflict(Problem("ALREADY_WAIVED", found["inForce"][0], ("node",)))
    return found
