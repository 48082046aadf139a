"""Asking the issuers of endorsements that were signed elsewhere whether these still hold: one now, or all that are due.

What was revoked there is revoked here. What no longer holds for another reason stays, and counts for nothing until it
holds again. What cannot be known now stays as it was, with the day on which it last held.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from graph_service.domain.endorsement import Action, Ended, Standing, State
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.domain.time import Instant, Span, later
from graph_service.endorse.lifecycle import ENDORSEMENT, NOT_OURS
from graph_service.endorse.report import Check, Name, Outcome, Report
from graph_service.errors import GraphServiceError, IllegalTransition
from graph_service.services import received, verification
from graph_service.services.access import service_profile
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import load, matter_of, moving
from graph_service.store import Write

BATCH = 20
PAUSE = 3600
"""Seconds until the next try, where looking came to nothing for a reason of ours."""
CHECKER = Iri("urn:graph-service:checker")
"""Who looks at what is due: nobody asks for that, time does."""

log = logging.getLogger(__name__)


async def recheck_due(world: World, clock: Callable[[], Instant]) -> int:
    """Look at what was not looked at for a day, and return how many; nothing where nothing is fetched.

    What cannot be looked at for whatever reason is put off, so that it keeps nothing else waiting. Raises Unavailable,
    DeadlineExceeded if the database is away.
    """
    if world.door is None:
        return 0
    due = await world.store.read("endorsement/due", at=clock(), limit=BATCH)
    for endorsement in due:
        at = clock()
        checker = Principal(CHECKER, (Membership(Role.OPERATOR, service_profile(world), Span(at)),))
        try:
            await recheck(world, Call(checker, at), endorsement=endorsement)
        except Exception as error:  # a fault of ours with one of them, which is tried again later
            code = error.code if isinstance(error, GraphServiceError) else type(error).__name__
            log.warning("%s was not looked at: %s", endorsement, code)  # what an error says may hold somebody's data
            pausing = {"id": endorsement, "at": at, "nextCheck": later(at, seconds=PAUSE)}
            await world.store.note(Write("endorsement/put_off", pausing))
    return len(due)


async def recheck(world: World, call: Call, *, endorsement: str) -> Iri:
    """Ask the issuer of an endorsement whether it still holds (endorsed side, holder, OPERATOR).

    Revoked there, it is REVOKED here from now on; for anything else, what was found is kept (`checkedOutcome`,
    `checkedCode`). An event tells of what changes, and that somebody asked; that all was as before when nobody did is
    only noted. Nobody asks about what has expired.
    """
    verified: dict[bytes, Report] = {}  # once each, however often it must be written

    async def decide() -> Decision:
        found = await load(world, call, endorsement, None)
        sides = _sides(found, call)
        if found["until"] <= call.at:
            return Decision([], (), (Iri(endorsement),), "+".join(sorted(sides)))
        (kept,) = await world.store.read("endorsement/for_check", id=endorsement)
        document = kept["bytes"].encode()
        if document not in verified:
            verified[document] = await verification.verify(verification.Sources.of(world), document, call.at)
        report = verified[document]
        changes = received.looked_at(call.at, worst(report))
        if revoked(report):
            changes |= _following(found, call.at)
        elif call.principal.id == CHECKER and _same(kept, changes):
            same = {"id": endorsement, "version": found["version"], "found": changes}
            if not await world.store.note(Write("endorsement/check", same)):
                return await decide()  # it was changed meanwhile, and perhaps has another document
            return Decision([], (), (Iri(endorsement),), "+".join(sorted(sides)))
        about = (Iri(endorsement), Iri(found["endorserId"]))
        return Decision([moving(found, changes)], about, (Iri(endorsement),), "+".join(sorted(sides)))

    (done,) = await act(world, call, "ENDORSEMENT_RECHECK", {"endorsement": endorsement}, decide)
    return done


def _same(kept: Mapping[str, Any], found: Mapping[str, object]) -> bool:
    return (kept["outcome"], kept["code"]) == (found["checkedOutcome"], found["checkedCode"])


def revoked(report: Report) -> bool:
    """Tell whether an authentic credential was revoked by its issuer."""
    ended = any(check.name is Name.STATUS and check.code == "CREDENTIAL_REVOKED" for check in report.checks)
    return ended and report.authentic is Outcome.OK


def worst(report: Report) -> Check | None:
    """Return the worst that a credential does not pass: what failed before what is unknown."""
    checks = [each for each in report.checks if each.outcome is not Outcome.OK and each.code != "NOT_CHECKED"]
    return min(checks, key=lambda each: each.outcome is Outcome.UNKNOWN, default=None)


def _sides(found: Mapping[str, Any], call: Call) -> frozenset[Side]:
    """Return the sides in which somebody has an endorsement looked at. Raises NotPermitted, IllegalTransition."""
    sides = matter_of(found).sides(call.principal, call.at)
    if call.principal.operates(call.at):
        sides |= {Side.OPERATOR}
    state = State(found["state"])
    ENDORSEMENT.next(state, Action.RECHECK, sides)
    if Action.RECHECK in NOT_OURS[found["standing"] or Standing.OWN]:
        raise IllegalTransition(state, Action.RECHECK, ())
    return sides & ENDORSEMENT.moves[state, Action.RECHECK][0]


def _following(found: Mapping[str, Any], at: Instant) -> dict[str, object]:
    """Return the changes that revoke an endorsement that was revoked where it was signed."""
    state = ENDORSEMENT.next(State(found["state"]), Action.FOLLOW, {Side.OPERATOR})
    until = Span(found["since"], found["until"]).ended(at).until
    return {"state": state, "until": until, "ended": Ended.REVOKED, "endedAt": at}
