"""Claims of equivalence: a profile says, for everybody to read, that one achievement counts as another.

A claim counts in the pathways that trust its claimant; to say it takes nobody's leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph_service.domain.endorsement import Ended
from graph_service.domain.equivalence import factor
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import text_problems
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway import exact
from graph_service.domain.sorting import by_date
from graph_service.domain.time import Span, ahead, ending
from graph_service.errors import Conflict, InvalidInput, NotFound, Problem, StaleVersion
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it is given: awards of `source` count as awards of `target`, never the other way round.

    In credits they are worth `factor` of the target's. `pathway`: the only one that it is about.
    """

    claimant: str
    source: str
    target: str
    factor: str = "1"
    pathway: str | None = None
    since: str | None = None
    until: str | None = None


async def claim(world: World, call: Call, given: Claim) -> Iri:
    """Claim that one achievement counts as another (EDITOR of the claimant), from now on unless it says otherwise.

    Raises InvalidInput with every problem (EQUIVALENT_TO_ITSELF, FACTOR_OUT_OF_RANGE, IN_THE_PAST and those of form,
    NOT_FOUND), NotPermitted, Conflict (ALREADY_CLAIMED).
    """
    with Intake() as take:
        claimant = take(iri, given.claimant, ("input", "claimant"))
        source = take(iri, given.source, ("input", "from"))
        target = take(iri, given.target, ("input", "to"))
        worth = take(factor, given.factor, ("input", "factor"))
        pathway = None if given.pathway is None else take(iri, given.pathway, ("input", "pathway"))
        since = take(ahead, given.since, call.at, ("input", "since"))
        until = take(ending, given.until, since or call.at, ("input", "until"))
        take.add([Problem("EQUIVALENT_TO_ITSELF", {"id": source}, ("input", "to"))] if source == target else [])
    new = world.mint("equivalences", call.at)
    said = {"claimantId": claimant, "sourceId": source, "targetId": target}
    place = {**said, "pathwayId": pathway or "", "at": call.at}

    async def decide() -> Decision:
        call.principal.require("CLAIM_EQUIVALENCE", Side.EDITOR, claimant, call.at)
        await _judge(world, place)
        equivalence = {
            "id": new,
            **said,
            "ownerId": claimant,
            "pathwayId": pathway,
            "factor": exact(worth),
            "since": since,
            "until": until,
            "skDate": by_date(since, new),
            "readers": [claimant],
        }
        create = {**place, "equivalence": equivalence}
        write = Write("equivalence/create", create, otherwise=StaleVersion(claimant, 0))
        return Decision([write], (new, claimant, source, target), (new,), Side.EDITOR)

    request = {name: getattr(given, name) for name in Claim.__slots__}
    (made,) = await act(world, call, "CLAIM_EQUIVALENCE", request, decide)
    return made


async def end(world: World, call: Call, *, equivalence: str, reason: str) -> Iri:
    """End a claim now (EDITOR of the claimant); one that lies ahead never holds. Raises Conflict (ALREADY_ENDED)."""
    if problems := tuple(text_problems(reason, ("reason",), limit=2000)):
        raise InvalidInput(*problems)

    async def decide() -> Decision:
        rows = await world.store.read("equivalence/for_action", id=equivalence)
        if not rows:
            raise NotFound("equivalence", equivalence, ("equivalence",))
        found = rows[0]
        call.principal.require("END_EQUIVALENCE", Side.EDITOR, found["claimantId"], call.at)
        span = Span(found["since"], found["until"])
        if span.until <= max(call.at, span.since):
            raise Conflict(Problem("ALREADY_ENDED", {"id": equivalence, "cause": span.until}, ("equivalence",)))
        until = span.voided().until if call.at < span.since else span.ended(call.at).until
        changes = {"until": until, "ended": Ended.REVOKED, "endedAt": call.at, "reason": reason}
        write = Write(
            "equivalence/end",
            {"id": equivalence, "version": found["version"], "changes": changes},
            otherwise=StaleVersion(equivalence, found["version"]),
        )
        about = (Iri(equivalence), found["claimantId"], found["sourceId"], found["targetId"])
        return Decision([write], about, (Iri(equivalence),), Side.EDITOR)

    request = {"equivalence": equivalence, "reason": reason}
    (ended,) = await act(world, call, "END_EQUIVALENCE", request, decide)
    return ended


async def _judge(world: World, place: dict[str, Any]) -> None:
    """Raise NotFound if what a claim names is not here, and Conflict if it is claimed already."""
    wanted = {"from": ("achievement", place["sourceId"]), "to": ("achievement", place["targetId"])}
    if place["pathwayId"]:
        wanted["pathway"] = ("pathway", place["pathwayId"])
    rows = await world.store.read("equivalence/before", **place, named=sorted(each for _, each in wanted.values()))
    if not rows:
        raise NotFound("profile", place["claimantId"], ("input", "claimant"))
    known = {each["id"]: str(each["type"]).lower() for each in rows[0]["known"]}
    with Intake() as take:
        for name, (what, id_) in wanted.items():
            take.add(NotFound(what, id_, ("input", name)).problems if known.get(id_) != what else ())
    if rows[0]["inForce"]:
        raise Conflict(Problem("ALREADY_CLAIMED", rows[0]["inForce"][0], ("input",)))
