"""Asking the issuers of endorsements that were signed elsewhere whether these still hold: one now, or all that are due.

What was revoked there is revoked here. What cannot be known now stays as it was, with the day on which it last held.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from graph_service.domain.endorsement import Action, Ended, Standing, State
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.domain.time import Instant, Span
from graph_service.endorse.lifecycle import ENDORSEMENT, NOT_OURS
from graph_service.endorse.report import Name, Outcome, Report
from graph_service.errors import GraphServiceError, IllegalTransition, StaleVersion, Unavailable
from graph_service.services import received, verification
from graph_service.services.access import service_profile
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import load, matter_of, moving
from graph_service.store import Write

BATCH = 20
CHECKER = Iri("urn:graph-service:checker")
"""Who looks at what is due: nobody asks for that, time does."""

log = logging.getLogger(__name__)


async def recheck_due(world: World, clock: Callable[[], Instant]) -> int:
    """Look at what was not looked at for a day, and return how many; nothing where nothing is fetched."""
    if world.door is None:
        return 0
    due = await world.store.read("endorsement/due", at=clock(), limit=BATCH)
    for endorsement in due:
        at = clock()
        checker = Principal(CHECKER, (Membership(Role.OPERATOR, service_profile(world), Span(at)),))
        try:
            await recheck(world, Call(checker, at), endorsement=endorsement)
        except Unavailable:
            raise
        except GraphServiceError as error:  # moved meanwhile, or looked at by another process
            log.info("%s was not looked at: %s", endorsement, error.code)
    return len(due)


async def recheck(world: World, call: Call, *, endorsement: str) -> Iri:
    """Ask the issuer of an endorsement whether it still holds (endorsed side, holder, OPERATOR).

    Revoked there, it is REVOKED here from now on; for anything else, what was found is kept (`checkedCode`).
    """
    report: list[Report] = []

    async def decide() -> Decision:
        found = await load(world, call, endorsement, None)
        sides = _sides(found, call)
        (kept,) = await world.store.read("endorsement/for_check", id=endorsement)
        if not report:  # once, however often it must be written
            report.append(await verification.verify(verification.Sources.of(world), kept["bytes"].encode(), call.at))
        looked = received.looked_at(call.at, problem_of(report[0]))
        remember = {"id": endorsement, "nextCheck": kept["nextCheck"], "found": looked}
        work = [Write("endorsement/check", remember, otherwise=StaleVersion(endorsement, 0))]
        if revoked(report[0]):
            work.append(_following(found, call.at))
        about = (Iri(endorsement), Iri(found["endorserId"]))
        return Decision(work, about, (Iri(endorsement),), "+".join(sorted(sides)))

    (done,) = await act(world, call, "ENDORSEMENT_RECHECK", {"endorsement": endorsement}, decide)
    return done


def revoked(report: Report) -> bool:
    """Tell whether an authentic credential was revoked by its issuer."""
    ended = any(check.name is Name.STATUS and check.code == "CREDENTIAL_REVOKED" for check in report.checks)
    return ended and report.authentic is Outcome.OK


def problem_of(report: Report) -> str | None:
    """Return the code of the worst that a credential does not pass: what failed before what is unknown."""
    checks = [each for each in report.checks if each.outcome is not Outcome.OK and each.code != "NOT_CHECKED"]
    checks.sort(key=lambda each: each.outcome is Outcome.UNKNOWN)
    return checks[0].code if checks else None


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


def _following(found: Mapping[str, Any], at: Instant) -> Write:
    """Return the write that revokes an endorsement that was revoked where it was signed."""
    state = ENDORSEMENT.next(State(found["state"]), Action.FOLLOW, {Side.OPERATOR})
    until = Span(found["since"], found["until"]).ended(at).until
    return moving(found, {"state": state, "until": until, "ended": Ended.REVOKED, "endedAt": at})
