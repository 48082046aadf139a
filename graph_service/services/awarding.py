"""Awards: a profile gives what it offers to a learner, and may end it."""

from __future__ import annotations

from graph_service.domain.endorsement import Ended
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import text_problems
from graph_service.domain.lifecycle import Side
from graph_service.domain.sorting import by_date
from graph_service.domain.time import Instant, Span, ending, instant
from graph_service.errors import Conflict, InvalidInput, NotFound, Path, Problem, StaleVersion
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def award(
    world: World,
    call: Call,
    *,
    achievement: str,
    holder: str,
    awarded_at: str | None = None,
    valid_until: str | None = None,
) -> Iri:
    """Award an achievement to a learner (ISSUER of the profile that offers it); valid from the day it was earned."""
    with Intake() as take:
        take(iri, achievement, ("achievement",))
        take(iri, holder, ("holder",))
        since = take(_earned, awarded_at, call.at, ("awardedAt",))
        until = take(ending, valid_until, since or call.at, ("validUntil",))
    new = world.mint("awards", call.at)

    async def decide() -> Decision:
        rows = await world.store.read("achievement/for_action", id=achievement)
        if not rows:
            raise NotFound("achievement", achievement, ("achievement",))
        found = rows[0]
        call.principal.require("AWARD_ACHIEVEMENT", Side.ISSUER, found["ownerId"], call.at)
        properties = {
            "id": new,
            "achievementId": achievement,
            "number": found["number"],
            "ownerId": found["ownerId"],
            "holderId": holder,
            "awardedAt": since,
            "since": since,
            "until": until,
            "skDate": by_date(since, new),
            "readers": [found["ownerId"], holder],
            "createdAt": call.at,
        }
        create = Write(
            "award/create",
            {"achievementId": achievement, "holderId": holder, "ownerId": found["ownerId"], "award": properties},
            otherwise=NotFound("learner", holder, ("holder",)),
        )
        return Decision([create], (new, Iri(achievement), Iri(holder)), (new,), Side.ISSUER)

    request = {"achievement": achievement, "holder": holder, "awardedAt": awarded_at, "validUntil": valid_until}
    (made,) = await act(world, call, "AWARD_ACHIEVEMENT", request, decide)
    return made


def _earned(text: str | None, now: Instant, path: Path) -> Instant:
    """Read when an award was earned; now if not given. Raises InvalidInput (INVALID_INSTANT, IN_THE_FUTURE)."""
    at = now if text is None else instant(text, path)
    if at > now:
        raise InvalidInput(Problem("IN_THE_FUTURE", {"value": at}, path))
    return at


async def revoke_award(world: World, call: Call, *, award: str, reason: str, void: bool = False) -> Iri:
    """End an award with a reason (ISSUER): from now on, or (`void`) as if it had never been."""
    problems = tuple(text_problems(reason, ("reason",), limit=2000))
    if problems:
        raise InvalidInput(*problems)

    async def decide() -> Decision:
        rows = await world.store.read("award/for_action", id=award)
        if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
            raise NotFound("award", award, ("award",))
        found = rows[0]
        call.principal.require("REVOKE_AWARD", Side.ISSUER, found["ownerId"], call.at)
        if found["ended"] is not None:
            raise Conflict(Problem("ALREADY_ENDED", {"id": award, "cause": found["ended"]}, ("award",)))
        span = end(Span(found["since"], found["until"]), call.at, Ended.VOID if void else Ended.REVOKED)
        changes = {
            "until": span.until,
            "ended": Ended.VOID if void else Ended.REVOKED,
            "endedAt": call.at,
            "reason": reason,
        }
        write = Write(
            "award/end",
            {"id": award, "version": found["version"], "changes": changes},
            otherwise=StaleVersion(award, found["version"]),
        )
        return Decision([write], (Iri(award),), (Iri(award),), Side.ISSUER)

    (ended,) = await act(world, call, "REVOKE_AWARD", {"award": award, "reason": reason, "void": void}, decide)
    return ended


def end(span: Span, at: Instant, cause: Ended) -> Span:
    """Return the span after it ended for `cause` at `at`: VOID was never true, REVOKED was true until then."""
    return span.voided() if cause is Ended.VOID else span.ended(at)
