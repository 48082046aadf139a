"""Published pathway versions that close to new learners, or end: at once, or at an instant that lies ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway_version import Action, State, state_at
from graph_service.domain.time import Instant, ahead, later
from graph_service.errors import InvalidInput, NotFound, Problem, StaleVersion
from graph_service.pathway.lifecycle import PATHWAY_VERSION
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def close(world: World, call: Call, *, version: str, since: str | None = None) -> Iri:
    """Let nobody begin in a version from `since` on, now if not given (EDITOR); who began before goes on in it.

    Until then it may be said anew. Raises InvalidInput (IN_THE_PAST, SPAN_EMPTY after its end), NotFound, NotPermitted,
    Conflict (ILLEGAL_TRANSITION).
    """
    with Intake() as take:
        at = take(ahead, since, call.at, ("from",))

    def changes(found: Found) -> dict[str, object]:
        if at >= found["until"]:
            raise InvalidInput(Problem("SPAN_EMPTY", {"since": at, "until": found["until"]}, ("from",)))
        return {"closedFrom": at}

    return await _move(world, call, Action.CLOSE, version, {"from": since}, changes)


async def end(world: World, call: Call, *, version: str, at: str | None = None) -> Iri:
    """Let a version count no more from `at` on, now if not given (EDITOR), but for who had completed it by then.

    Until then it may be said anew. Raises what `close` raises.
    """
    with Intake() as take:
        ends = take(ahead, at, call.at, ("at",))

    def changes(found: Found) -> dict[str, object]:
        return {"until": max(ends, later(found["since"], seconds=1))}

    return await _move(world, call, Action.END, version, {"at": at}, changes)


Found = Mapping[str, Any]
Changes = Callable[[Found], dict[str, object]]
"""What changes of a loaded version."""


async def _move(
    world: World, call: Call, action: Action, version: str, given: Mapping[str, str | None], changes: Changes
) -> Iri:
    async def decide() -> Decision:
        rows = await world.store.read("pathway/version_for_action", id=version)
        if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
            raise NotFound("pathway version", version, ("pathwayVersion",))
        found = rows[0]
        PATHWAY_VERSION.next(_state(found, call.at), action, call.principal.sides(found["ownerId"], call.at))
        write = Write(
            "pathway/move_version",
            {"id": version, "version": found["version"], "changes": changes(found)},
            otherwise=StaleVersion(version, found["version"]),
        )
        return Decision([write], (Iri(version), found["pathwayId"]), (Iri(version),), Side.EDITOR)

    request = {"version": version, **given}
    (moved,) = await act(world, call, f"{action}_PATHWAY_VERSION", request, decide)
    return moved


def _state(found: Found, at: Instant) -> State:
    if found["state"] == State.DRAFT:
        return State.DRAFT
    return state_at(at, closed_from=found["closedFrom"], until=found["until"])
