"""Awards as signed AchievementCredentials: issued, and signed anew; revoking them is `awarding.revoke_award`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.time import Instant, Span
from graph_service.endorse import credential
from graph_service.endorse.credential import Award, StatusSlot
from graph_service.endorse.jsontext import Document
from graph_service.errors import Conflict, InvalidInput, LimitExceeded, NotFound, Path, Problem, StaleVersion
from graph_service.services import award_results, credentials, signing, status
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.credentials import Statement
from graph_service.store import Write

MOST_AWARDS = 100  # that are signed at once
MOST_CARRIED = 20  # endorsements in one credential
CARRIED_BYTES = 40 * 1024  # that they take at most: also as a JWT, a third longer, it fits into a question of 64 KB

Found = Mapping[str, Any]


async def issue(world: World, call: Call, *, award: str, endorsements: bool = False) -> Iri:
    """Sign an award as a credential that others can verify (ISSUER); `endorsements`: it carries those in force.

    All forms, the place in the status list, and the event go through together, or nothing does. Raises NotPermitted;
    Conflict: NOT_FOUND, ALREADY_ISSUED, ALREADY_ENDED, NOT_IN_FORCE, NO_ACTIVE_KEY.
    """
    (issued,) = await _sign(world, call, "ISSUE_AWARD", {award: ("award",)}, endorsements=endorsements)
    return issued


async def issue_many(world: World, call: Call, *, awards: Sequence[str], endorsements: bool = False) -> tuple[Iri, ...]:
    """Sign up to 100 awards at once (ISSUER), each once: all of them, or nothing and every problem with its place.

    Raises LimitExceeded, InvalidInput (NO_ROWS), and what `issue` raises.
    """
    if len(awards) > MOST_AWARDS:
        raise LimitExceeded("awards", MOST_AWARDS, ("awards",))
    if not awards:
        raise InvalidInput(Problem("NO_ROWS", {}, ("awards",)))
    places: dict[str, Path] = {}
    for place, award in enumerate(awards):
        places.setdefault(award, ("awards", place))
    return await _sign(world, call, "ISSUE_AWARDS", places, endorsements=endorsements)


async def reissue(world: World, call: Call, *, award: str, endorsements: bool = False) -> Iri:
    """Sign an issued award anew, with today's key and with the endorsements that are in force now (ISSUER).

    The document keeps its id, its place in the status list and the date of the award; its later `validFrom` supersedes
    the one before (OB 3.0, equality and comparison). Raises what `issue` raises, NOT_ISSUED for ALREADY_ISSUED.
    """
    (issued,) = await _sign(world, call, "REISSUE_AWARD", {award: ("award",)}, endorsements=endorsements, anew=True)
    return issued


async def _sign(
    world: World, call: Call, action: str, places: Mapping[str, Path], *, endorsements: bool, anew: bool = False
) -> tuple[Iri, ...]:
    async def decide() -> Decision:
        found = await _load(world, call, places, anew=anew)
        slots, opening = await _slots(world, found, call.at)
        carried = await _endorsements(world, found, call.at) if endorsements else {}
        work = [_issuing(found, call.at), *opening]
        for each in found:
            work += await _signing(world, each, slots[each["id"]], _carried(each, carried), call.at)
            await asyncio.sleep(0)  # others are served between two signatures
        results = tuple(Iri(each["id"]) for each in found)
        issuers = dict.fromkeys(Iri(each["ownerId"]) for each in found)
        return Decision(work, (*results, *issuers), results, Side.ISSUER)

    return await act(world, call, action, {"awards": list(places), "endorsements": endorsements}, decide)


async def _load(world: World, call: Call, places: Mapping[str, Path], *, anew: bool) -> list[Found]:
    """Load awards in the order given, if each of them can be signed. Raises NotPermitted, Conflict."""
    rows = await world.store.read("award/for_signing", ids=list(places))
    found = {row["id"]: row for row in rows if call.may_see(row["shown"], row["readers"])}
    for row in found.values():
        call.principal.require("ISSUE_AWARD", Side.ISSUER, row["ownerId"], call.at)
    problems = [
        problem
        for award, path in places.items()
        for problem in _refusals(award, found.get(award), call.at, path, anew=anew)
    ]
    if problems:
        raise Conflict(*problems)
    return [found[award] for award in places]


def _refusals(award: str, found: Found | None, at: Instant, path: Path, *, anew: bool) -> Iterator[Problem]:
    if found is None:
        yield from NotFound("award", award, path).problems
        return
    if (found["issuedAt"] is not None) is not anew:
        yield Problem("NOT_ISSUED" if anew else "ALREADY_ISSUED", {"id": award}, path)
    if found["ended"] is not None:
        yield Problem("ALREADY_ENDED", {"id": award, "cause": found["ended"]}, path)
    elif not (span := Span(found["since"], found["until"])).holds(at):
        yield Problem("NOT_IN_FORCE", {"since": span.since, "until": span.until}, path)


async def _slots(world: World, found: Sequence[Found], at: Instant) -> tuple[dict[str, StatusSlot], list[Write]]:
    """Return the slot of each award, the one that it has or a new one; and the writes that these need beforehand."""
    slots = {each["id"]: StatusSlot(taken["listId"], taken["position"]) for each in found for taken in each["slot"]}
    work: list[Write] = []
    issuers = {each["ownerId"]: each["lists"] for each in found}
    for issuer, lists in issuers.items():
        new = [each["id"] for each in found if each["ownerId"] == issuer and each["id"] not in slots]
        free, opening = await status.slots(world, issuer, lists, at, len(new))
        slots |= dict(zip(new, free, strict=True))
        work += opening
    return slots, work


def _issuing(found: Sequence[Found], at: Instant) -> Write:
    """Return the write that notes that awards are signed, if they, and who may read them, are still as they were."""
    awards = [{name: each[name] for name in ("id", "version", "shown", "readers")} for each in found]
    awards.sort(key=lambda each: str(each["id"]))  # two who sign the same awards wait for each other in one order
    first = found[0]
    return Write(
        "award/issue",
        {"awards": awards, "count": len(awards), "at": at},
        otherwise=StaleVersion(first["id"], first["version"]),
    )


Targets = Mapping[tuple[str, int | None], Sequence[Found]]
"""Endorsements by what they are about: its id, and the number of the version where that matters."""


async def _endorsements(world: World, found: Sequence[Found], at: Instant) -> Targets:
    """Load what may be carried: endorsements in force of awards, of issuers, of achievements in the version awarded.

    What somebody signed elsewhere (FOREIGN) stays where it is: only what we wrote is certain to be signed as it reads.
    """
    wanted = dict.fromkeys(target for each in found for target in _targets(each))
    targets = [{"id": about, "number": number} for about, number in wanted]
    rows = await world.store.read("award/endorsements", targets=targets, at=at, limit=MOST_CARRIED)
    return {(row["id"], row["number"]): row["endorsements"] for row in rows}


def _targets(found: Found) -> tuple[tuple[str, int | None], ...]:
    return (found["id"], None), (found["achievementId"], found["number"]), (found["ownerId"], None)


def _carried(found: Found, endorsements: Targets) -> list[Document]:
    """Return the newest endorsements of an award and of what it rests on, as many as fit."""
    several = [each for target in _targets(found) for each in endorsements.get(target, ())]
    newest = sorted(several, key=lambda each: str(each["since"]), reverse=True)[:MOST_CARRIED]
    sizes = accumulate(len(each["bytes"].encode()) for each in newest)
    return [json.loads(each["bytes"]) for each, size in zip(newest, sizes, strict=True) if size <= CARRIED_BYTES]


async def _signing(
    world: World, found: Found, slot: StatusSlot, endorsements: Sequence[Document], at: Instant
) -> list[Write]:
    """Sign one award; return the writes that keep it in all forms, with its slot."""
    award_id, issuer, earlier = Iri(found["id"]), Iri(found["ownerId"]), found["documents"]
    span = Span(found["since"], found["until"])
    validity = credentials.signed_anew(at, span.until, earlier) if earlier else span
    achievement, (results, evidence) = json.loads(found["achievement"]), award_results.read(found)
    award = Award(
        id=award_id,
        name=achievement["name"],
        issuer=signing.speaker(found["issuer"], found["language"]),
        holder=found["holderId"],
        achievement=achievement,
        awarded=found["awardedAt"],
        validity=validity,
        status=slot,
        endorsements=endorsements,
        results=results,
        evidence=evidence,
    )
    signed = await signing.forms(world, issuer, found["keys"], credential.achievement_credential(award), at)
    statement = Statement(
        id=award_id, type="Award", document=award_id, issuer=issuer, shown=found["shown"], readers=found["readers"]
    )
    keeping = credentials.keep(statement, signed, max(at, validity.since), earlier)
    return [keeping] if earlier else [keeping, status.take(award_id, slot)]
