"""Outputs: what who completes a pathway is awarded, once for each version, and what follows when its basis lapses.

Everything here is done only if the completion still is as it was judged, in one transaction with it: whoever loses a
race finds nothing left to do.
"""

from __future__ import annotations

from typing import Any

from graph_service.domain.completion import Review, name_of, output_id, pair
from graph_service.domain.endorsement import Ended
from graph_service.domain.iri import Iri
from graph_service.domain.language import text_problems
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway import Issue, OnLapse
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.errors import Conflict, InvalidInput, NotFound, Problem, StaleVersion
from graph_service.services import awarding, status
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.judging import Judged, Memory, issuing_for, judge
from graph_service.store import Write

_REASON = 2000
_NOTHING = Decision([], (), (), Side.ISSUER)


async def settle(world: World, judged: Judged) -> bool:
    """Do what a completion that was just judged calls for; tell whether anything was to be done.

    Outputs whose basis lapsed are marked and, as their pathway says, suspended or revoked; where it holds again, the
    mark goes. What is to be issued by itself is awarded.
    """
    at = judged.member.at
    due = [
        each
        for each in judged.matter["decided"]
        if each["award"]
        and not each["ended"]
        and (judged.lapsed if each["lapsedSince"] is None else judged.member.complete)
    ]
    for each in due:
        await _mark(world, issuing_for(judged.owner, at), judged, each)
    if due:
        return True
    if judged.review is not Review.PENDING or judged.output is None or judged.output.issue is not Issue.AUTO:
        return False
    key = pair(judged.member.pathway_version, judged.member.learner)
    await _award(world, issuing_for(judged.owner, at, name_of(key)), judged)
    return True


async def award(world: World, call: Call, *, completion: str) -> Iri:
    """Award the output of a completion that waits for a decision (ISSUER of the pathway's owner).

    Raises NotFound, NotPermitted, Conflict (COMPLETION_NOT_PENDING).
    """
    new = world.mint("awards", call.at)

    async def decide() -> Decision:
        return await _awarding(world, call, await _pending(world, call, completion, "AWARD_OUTPUT"), new)

    (made,) = await act(world, call, "AWARD_OUTPUT", {"completion": completion}, decide)
    return made


async def decline(world: World, call: Call, *, completion: str, reason: str) -> Iri:
    """Decline, with a reason, the output of a completion that waits for a decision (ISSUER of the pathway's owner).

    It is final for this version of the pathway. Raises what `award` raises, and InvalidInput.
    """
    if problems := tuple(text_problems(reason, ("reason",), limit=_REASON)):
        raise InvalidInput(*problems)

    async def decide() -> Decision:
        judged = await _pending(world, call, completion, "DECLINE_OUTPUT")
        work = _deciding(world, call, judged, {"state": Review.DECLINED, "reason": reason})
        return Decision(work, (judged.id, judged.member.learner), (judged.id,), Side.ISSUER)

    (declined,) = await act(world, call, "DECLINE_OUTPUT", {"completion": completion, "reason": reason}, decide)
    return declined


async def _pending(world: World, call: Call, completion: str, action: str) -> Judged:
    """Judge a completion now, whatever is kept of it. Raises NotFound, NotPermitted, Conflict."""
    readers = call.principal.readers(call.at)
    rows = await world.store.read("completion/for_action", id=completion, readers=readers)
    if not rows or not _may_see(call, rows[0]):
        raise NotFound("completion", completion, ("completion",))
    call.principal.require(action, Side.ISSUER, rows[0]["owner"], call.at)
    found = await judge(world, Memory(), rows[0]["pathway"], rows, call.at)
    if not found or found[0].review is not Review.PENDING:
        decided = found[0].decided if found else None  # that it waits, the owner may not know
        values = {"id": completion, "review": decided["review"] if decided else "-"}
        raise Conflict(Problem("COMPLETION_NOT_PENDING", values, ("completion",)))
    return found[0]


def _may_see(call: Call, row: Any) -> bool:
    consented = any(Span(each["since"], each["until"]).holds(call.at) for each in row["consents"])
    return consented or call.may_see(False, row["readers"])  # noqa: FBT003 (a completion is never shown to all)


async def _award(world: World, call: Call, judged: Judged) -> None:
    new = world.mint("awards", call.at)

    async def decide() -> Decision:
        return await _awarding(world, call, judged, new) if await _unchanged(world, judged) else _NOTHING

    request = {"pathwayVersion": judged.member.pathway_version, "learner": judged.member.learner}
    await act(world, call, "AWARD_OUTPUT", request, decide)


async def _unchanged(world: World, judged: Judged) -> bool:
    rows = await world.store.read("completion/for_action", id=judged.id, readers=[])
    return bool(rows) and rows[0]["version"] == judged.version


async def _awarding(world: World, call: Call, judged: Judged, new: Iri) -> Decision:
    """Decide to award the output: valid from when the pathway was first complete, as far as its owner may know."""
    learner, output = judged.member.learner, judged.output
    assert output is not None  # noqa: S101 (PENDING says so)
    rows = await world.store.read("achievement/for_action", id=output.achievement)
    if not rows:
        raise NotFound("achievement", output.achievement)
    call.principal.require("AWARD_OUTPUT", Side.ISSUER, rows[0]["ownerId"], call.at)
    made = awarding.award_of(new, rows[0], learner, Span(judged.told.ever_complete or call.at), call.at)
    alone = {"learner": learner, "achievement": output.achievement, "at": call.at}
    work = [
        Write("output/alone", alone, otherwise=StaleVersion(judged.id, judged.version)),
        Write("award/create", {"awards": [made]}, otherwise=NotFound("learner", learner)),
        *_deciding(world, call, judged, {"state": Review.AWARDED, "awardId": new}),
    ]
    return Decision(work, (new, output.achievement, learner), (new,), Side.ISSUER)


def _deciding(world: World, call: Call, judged: Judged, decision: dict[str, object]) -> list[Write]:
    """Return the writes that record what was decided about an output, if the completion is as it was judged."""
    member, output = judged.member, judged.output
    assert output is not None  # noqa: S101 (PENDING says so)
    recorded = {
        "id": output_id(world.base_url, member.pathway_version, member.learner),
        "key": pair(member.pathway_version, member.learner),
        "pathwayId": member.pathway,
        "versionId": member.pathway_version,
        "learnerId": member.learner,
        "ownerId": judged.owner,
        "achievementId": output.achievement,
        "onLapse": output.on_lapse,
        "byId": call.principal.id,
        "at": call.at,
        **decision,
    }
    shown = {"review": decision["state"], "awardId": decision.get("awardId"), "reason": decision.get("reason")}
    return [
        _settling(judged, shown),
        Write("output/create", {"learner": member.learner, "output": recorded}, otherwise=NotFound("learner", "")),
    ]


def _settling(judged: Judged, changes: dict[str, object]) -> Write:
    """Return the write that changes a completion if it is as it was judged, and has it judged once more."""
    expected = {"id": judged.id, "version": judged.version, "at": judged.member.at, "changes": changes}
    return Write("completion/settle", expected, otherwise=StaleVersion(judged.id, judged.version))


async def _mark(world: World, call: Call, judged: Judged, decided: Any) -> None:
    """Mark an output whose basis lapsed, or take the mark away."""

    async def decide() -> Decision:
        (found,) = await world.store.read("output/award", id=decided["award"])
        marked = found["lapsedSince"] is not None
        if found["ended"] or marked is judged.lapsed or not await _unchanged(world, judged):
            return _NOTHING
        changes = _lapse(judged, decided["onLapse"], found) if judged.lapsed else _restored(judged, found)
        write = Write(
            "output/mark_award",
            {"id": found["id"], "version": found["version"], "changes": changes},
            otherwise=StaleVersion(found["id"], found["version"]),
        )
        work = [_settling(judged, {}), write]
        if changes.get("ended") and found["issuedAt"]:
            work.append(status.revoke(found["id"], changes["until"]))
        return Decision(work, (found["id"],), (found["id"],), Side.ISSUER)

    action = "BASIS_LAPSED" if judged.lapsed else "BASIS_RESTORED"
    await act(world, call, action, {"award": decided["award"], "version": judged.version}, decide)


def _lapse(judged: Judged, on_lapse: str, award: Any) -> dict[str, Any]:
    """Return the changes of an award whose basis does not hold."""
    at = judged.member.at
    changes: dict[str, Any] = {"basisLapsedSince": at, "basisLapsedReason": judged.reason}
    match OnLapse(on_lapse):
        case OnLapse.SUSPEND:
            changes |= {"suspendedSince": at, "suspensions": [*award["suspensions"], _during(at, OPEN_END)]}
        case OnLapse.REVOKE:
            until = awarding.end(Span(award["since"], award["until"]), at, Ended.REVOKED).until
            changes |= {"until": until, "ended": Ended.REVOKED, "endedAt": at, "reason": "BASIS_LAPSED"}
    return changes


def _restored(judged: Judged, award: Any) -> dict[str, Any]:
    """Return the changes of an award whose basis holds again; that it was suspended, and when, stays."""
    changes: dict[str, Any] = dict.fromkeys(("basisLapsedSince", "basisLapsedReason", "suspendedSince"))
    if since := award["suspendedSince"]:
        changes["suspensions"] = [*award["suspensions"][:-1], _during(since, judged.member.at)]
    return changes


def _during(since: Instant, until: Instant) -> str:
    """Write a span as one text: a list in the graph is of plain values."""
    return f"{since}/{until}"
