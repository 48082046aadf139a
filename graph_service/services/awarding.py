"""Awards: a profile gives what it offers to a learner, or to many at once, and may end it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from graph_service.domain.dates import day_in_japan, moment
from graph_service.domain.endorsement import Ended
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, folded, iri, is_iri
from graph_service.domain.language import text_problems
from graph_service.domain.lifecycle import Side
from graph_service.domain.result import Evidence, Result
from graph_service.domain.sorting import by_date
from graph_service.domain.time import Instant, Span, ending, instant
from graph_service.errors import Conflict, InvalidInput, LimitExceeded, NotFound, Path, Problem, StaleVersion
from graph_service.formats.tables import MAX_ROWS
from graph_service.services import award_results, status
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
    results: Sequence[Result] = (),
    evidence: Sequence[Evidence] = (),
) -> Iri:
    """Award an achievement to a learner (ISSUER of the profile that offers it); valid from the day it was earned.

    `results` are held to what the achievement says of them; raises what `award_results.properties` raises.
    """
    with Intake() as take:
        take(iri, achievement, ("achievement",))
        take(iri, holder, ("holder",))
        since = take(_earned, instant, awarded_at, call.at, ("awardedAt",))
        until = take(ending, valid_until, since or call.at, ("validUntil",))
    holder, new = folded(holder), world.mint("awards", call.at)

    async def decide() -> Decision:
        rows = await world.store.read("achievement/for_action", id=achievement)
        if not rows:
            raise NotFound("achievement", achievement, ("achievement",))
        found = rows[0]
        call.principal.require("AWARD_ACHIEVEMENT", Side.ISSUER, found["ownerId"], call.at)
        properties = award_of(new, found, holder, Span(since, until), call.at)
        properties |= _reached(found, results, evidence)
        create = Write("award/create", {"awards": [properties]}, otherwise=NotFound("learner", holder, ("holder",)))
        return Decision([create], (new, Iri(achievement), Iri(holder)), (new,), Side.ISSUER)

    dates = {"awardedAt": awarded_at, "validUntil": valid_until}
    request = {"achievement": achievement, "holder": holder, **dates, **_more(results, evidence)}
    (made,) = await act(world, call, "AWARD_ACHIEVEMENT", request, decide)
    return made


@dataclass(frozen=True, slots=True)
class AwardRow:
    """One of many awards, as it was given; `path` is its place in the input."""

    holder: str
    achievement: str
    awarded_at: str | None  # an instant, or a date as people write it (`domain/dates.py`); None: now
    path: Path = ()
    results: Sequence[Result] = ()
    evidence: Sequence[Evidence] = ()


async def award_many(
    world: World, call: Call, *, issuer: str, rows: Sequence[AwardRow], dry_run: bool = False
) -> tuple[Iri, ...]:
    """Award what `issuer` offers to many learners at once (ISSUER): all of it, or nothing.

    Nobody is awarded the same achievement twice on one day (in Japan), so the same rows once more change nothing.
    A dry run judges and writes nothing. Returns the awards in the order of the rows.

    Raises InvalidInput with every problem of every row: INVALID_IRI, INVALID_INSTANT, INVALID_DATE, NO_SUCH_DATE,
    IN_THE_FUTURE, NOT_FOUND, NOT_OFFERED, DUPLICATE_ROW, ALREADY_AWARDED; LimitExceeded above MAX_ROWS.
    """
    if len(rows) > MAX_ROWS:
        raise LimitExceeded("rows", MAX_ROWS, ("rows",))
    rows = [replace(row, holder=folded(row.holder)) for row in rows]
    new = () if dry_run else tuple(world.mint("awards", call.at) for _ in rows)

    async def decide() -> Decision:
        call.principal.require("AWARD_ACHIEVEMENTS", Side.ISSUER, Iri(issuer), call.at)
        named = {
            "issuer": issuer,
            "achievements": sorted({row.achievement for row in rows if is_iri(row.achievement)}),
            "learners": sorted({row.holder for row in rows if is_iri(row.holder)}),
        }
        found = await world.store.read("award/for_rows", **named)
        offered = {each["id"]: each for each in found if "id" in each}
        held = {each["learner"]: each["held"] for each in found if "learner" in each}
        earned = _judged(rows, call.at, issuer, offered, held)
        awards = [
            award_of(made, offered[row.achievement], row.holder, Span(since), call.at) | reached
            for made, row, (since, reached) in zip(new, rows, earned, strict=False)
        ]
        seen = {**named, "held": sum(map(len, held.values()))}
        work = [
            Write("award/alone", seen, otherwise=StaleVersion(issuer, 0)),
            Write("award/create", {"awards": awards}),
        ]
        return Decision(work, (*new, Iri(issuer), *map(Iri, offered), *map(Iri, held)), new, Side.ISSUER)

    if dry_run:
        return (await decide()).results
    given = [[row.holder, row.achievement, row.awarded_at, *_more(row.results, row.evidence).items()] for row in rows]
    return await act(world, call, "AWARD_ACHIEVEMENTS", {"issuer": issuer, "rows": given}, decide)


Held = Mapping[str, Sequence[Mapping[str, str]]]


def _judged(
    rows: Sequence[AwardRow], now: Instant, issuer: str, offered: Mapping[str, Mapping[str, Any]], held: Held
) -> list[tuple[Instant, dict[str, object]]]:
    """Return when each row was earned, and by what results. Raises InvalidInput with every problem of every row."""
    days = {learner: {(each["achievement"], _day(each["awardedAt"])) for each in held[learner]} for learner in held}
    first: dict[tuple[str, str, str], int | str] = {}

    def judge(row: AwardRow, position: int) -> tuple[Instant, dict[str, object]]:
        line = row.path[1] if row.path[:1] == ("line",) else position
        with Intake() as take:
            holder = take(_known, "learner", row.holder, held, (*row.path, "holder"))
            achievement = take(_known, "achievement", row.achievement, offered, (*row.path, "achievement"))
            earned = take(_earned, moment, row.awarded_at, now, (*row.path, "awardedAt"))
            if achievement and offered[achievement]["ownerId"] != issuer:
                values = {"achievement": achievement, "issuer": issuer}
                take.add([Problem("NOT_OFFERED", values, (*row.path, "achievement"))])
            reached = take(_reached, offered[achievement], row.results, row.evidence, row.path) if achievement else {}
            if holder and achievement and earned:
                day = _day(earned)
                earlier = first.setdefault((holder, achievement, day), line)
                if (achievement, day) in days[holder]:
                    values = {"learner": holder, "achievement": achievement, "day": day}
                    take.add([Problem("ALREADY_AWARDED", values, (*row.path, "holder"))])
                elif earlier != line:
                    take.add([Problem("DUPLICATE_ROW", {"line": earlier}, (*row.path, "holder"))])
        return earned, reached

    with Intake() as take:
        take.add([] if rows else [Problem("NO_ROWS", {}, ("rows",))])
        return [take(judge, row, position) for position, row in enumerate(rows, 1)]


def _known(what: str, text: str, known: Container[str], path: Path) -> Iri:
    found = iri(text, path)
    if found not in known:
        raise InvalidInput(*NotFound(what, found, path).problems)
    return found


def _day(at: str) -> str:
    return day_in_japan(Instant(at))


def _earned(read: Callable[[str, Path], Instant], text: str | None, now: Instant, path: Path) -> Instant:
    """Read when an award was earned; now if not given. Raises InvalidInput, also for what lies ahead: IN_THE_FUTURE."""
    at = now if text is None else read(text, path)
    if at > now:
        raise InvalidInput(Problem("IN_THE_FUTURE", {"value": text}, path))
    return at


def _reached(
    achievement: Mapping[str, Any], results: Sequence[Result], evidence: Sequence[Evidence], path: Path = ()
) -> dict[str, object]:
    taken = (achievement["id"], achievement["ownerId"])
    described = achievement["resultDescriptions"]
    return award_results.properties(achievement["id"], described, results, evidence, taken, path)


def _more(results: Sequence[Result], evidence: Sequence[Evidence]) -> dict[str, object]:
    """Return what a request says besides; nothing of what it does not say, so that it stays the same request."""
    given = {"results": [astuple(each) for each in results], "evidence": [astuple(each) for each in evidence]}
    return {name: value for name, value in given.items() if value}


def award_of(id: Iri, achievement: Mapping[str, Any], holder: str, span: Span, now: Instant) -> dict[str, object]:
    """Return the properties of a new award of a loaded achievement."""
    return {
        "id": id,
        "achievementId": achievement["id"],
        "number": achievement["number"],
        "ownerId": achievement["ownerId"],
        "holderId": holder,
        "awardedAt": span.since,
        "since": span.since,
        "until": span.until,
        "skDate": by_date(span.since, id),
        "readers": [achievement["ownerId"], holder],
        "createdAt": now,
    }


async def revoke_award(world: World, call: Call, *, award: str, reason: str, void: bool = False) -> Iri:
    """End an award with a reason (ISSUER): from now on, or (`void`) as if it had never been.

    If it was signed, its status slot is set in the same transaction.
    """
    problems = tuple(text_problems(reason, ("reason",), limit=2000))
    if problems:
        raise InvalidInput(*problems)

    async def decide() -> Decision:
        found = await load_award(world, call, award)
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
        work = [write, status.revoke(Iri(award), span.until)] if found["issuedAt"] else [write]
        return Decision(work, (Iri(award),), (Iri(award),), Side.ISSUER)

    (ended,) = await act(world, call, "REVOKE_AWARD", {"award": award, "reason": reason, "void": void}, decide)
    return ended


async def load_award(world: World, call: Call, award: str) -> Mapping[str, Any]:
    """Load what is needed to change an award. Raises NotFound, also for those who may not see it."""
    rows = await world.store.read("award/for_action", id=award)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("award", award, ("award",))
    found: Mapping[str, Any] = rows[0]
    return found


def end(span: Span, at: Instant, cause: Ended) -> Span:
    """Return the span after it ended for `cause` at `at`: VOID was never true, REVOKED was true until then."""
    return span.voided() if cause is Ended.VOID else span.ended(at)
