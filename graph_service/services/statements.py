"""Statements of completion: the owner of a pathway signs that a learner completed it, and by which awards (CLR 2.0)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.endorsement import Ended
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, folded, iri
from graph_service.domain.language import text_problems
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway_json import parse
from graph_service.domain.sorting import by_date
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.endorse import clr, jsontext
from graph_service.endorse.clr import Completed, Used
from graph_service.endorse.credential import StatusSlot
from graph_service.endorse.jsontext import Document
from graph_service.errors import Conflict, InvalidInput, LimitExceeded, NotFound, Problem, StaleVersion
from graph_service.locale import phrase
from graph_service.pathway.basis import basis
from graph_service.services import credentials, progress, signing, status
from graph_service.services.awarding import end
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.credentials import Statement
from graph_service.services.judging import alone, any_holds, judging
from graph_service.services.progress import Plans, Progress
from graph_service.store import Write

MAX_BYTES = jsontext.MAX_BYTES - 1024
"""Of a statement; the rest is for its proof."""

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands: its id and slot, kept as long as it does; `version` is 0 if it is new."""

    id: Iri
    slot: StatusSlot
    issued: Instant
    version: int = 0
    earlier: Sequence[Found] = ()  # documents


async def issue(world: World, call: Call, *, pathway: str, learner: str) -> Iri:
    """State that a learner has completed a pathway, if that is so now (ISSUER of the pathway's owner).

    It carries the credentials of the awards that the completion rests on: unless the learner lets the owner see
    progress, of the owner's own awards alone, if these complete it. While a statement stands, it is signed anew,
    under its id and at its place in the status list, about what the completion rests on now; by its later `validFrom`
    it supersedes what was signed before. Owner and holder may read it.

    Raises NotPermitted; NotFound, also for a learner of whose completion the owner may not know; LimitExceeded;
    Conflict: NOT_COMPLETE, NOTHING_SIGNED if none of the awards has a credential, SIGNED_JUST_NOW, NO_ACTIVE_KEY.
    """
    with Intake() as take:
        take(iri, pathway, ("pathway",))
        take(iri, learner, ("learner",))
    holder, new = folded(learner), world.mint("credentials", call.at)

    async def decide() -> Decision:
        found = await _load(world, call, pathway, holder)
        complete = await _complete(world, call, found, holder)
        place, opening = _place(world, call, found, new)
        document = clr.statement(await _completed(world, call, found, complete, place))
        awards = [each.award for each in basis(complete.nodes).witnesses]
        state = {"versionId": complete.pathway_version, "awards": awards}
        if place.version:
            work = [_change(place.id, place.version, state)]
        else:
            made = {**_properties(place.id, found, holder, call), **state}
            given = {"learnerId": holder, "ownerId": found["ownerId"], "pathwayId": pathway, "statement": made}
            create = Write("statement/create", given, otherwise=StaleVersion(pathway, 0))
            work = [*opening, create, status.take(place.id, place.slot)]
        work.append(await _signed(world, call, found, document, place.earlier))
        return Decision(work, (place.id, Iri(pathway), Iri(holder)), (place.id,), Side.ISSUER)

    (issued,) = await act(world, call, "ISSUE_STATEMENT", {"pathway": pathway, "learner": learner}, decide)
    return issued


async def reissue(world: World, call: Call, *, statement: str) -> Iri:
    """Sign what a statement says anew with today's key (ISSUER), with the credentials of its awards as they are now.

    Unless the holder still lets the owner see progress, it says no more of awards of others.

    Raises NotFound, NotPermitted, Conflict: ALREADY_ENDED, NOTHING_SIGNED if none of the owner's awards has a
    credential, SIGNED_JUST_NOW, NO_ACTIVE_KEY.
    """

    async def decide() -> Decision:
        found = await _for_action(world, call, statement, "REISSUE_STATEMENT")
        seen = any_holds(found["consents"], call.at)
        awards = [each for each in found["awards"] if seen or each["ownerId"] == found["ownerId"]]
        document = _restated(found, awards)
        document["validFrom"] = credentials.signed_anew(call.at, OPEN_END, found["documents"]).since
        keeping = await _signed(world, call, found, document, found["documents"])
        work = [_change(Iri(statement), found["version"], {"awards": [each["id"] for each in awards]}), keeping]
        return Decision(work, (Iri(statement), Iri(found["ownerId"])), (Iri(statement),), Side.ISSUER)

    (reissued,) = await act(world, call, "REISSUE_STATEMENT", {"statement": statement}, decide)
    return reissued


def _restated(found: Found, awards: Sequence[Found]) -> Document:
    """Return what a statement says, unsigned, about these of its awards. Raises Conflict if it would carry nothing."""
    told = {each["achievement"] for each in awards}
    hidden = {each["achievement"] for each in found["awards"]} - told
    document = clr.without(json.loads(found["bytes"][0]), hidden)
    del document["proof"]
    subject = document["credentialSubject"]
    if not subject["verifiableCredential"]:
        raise Conflict(Problem("NOTHING_SIGNED", {"awards": len(awards)}, ("statement",)))
    signed = {each["id"]: json.loads(each["signed"][0]) for each in awards if each["signed"]}
    subject["verifiableCredential"] = [signed.get(each["id"], each) for each in subject["verifiableCredential"]]
    return document


async def revoke(world: World, call: Call, *, statement: str, reason: str, void: bool = False) -> Iri:
    """Take a statement back with a reason (ISSUER): from now on, or (`void`) as if it had never been.

    Raises NotFound, NotPermitted, InvalidInput, Conflict (ALREADY_ENDED).
    """
    if problems := tuple(text_problems(reason, ("reason",), limit=2000)):
        raise InvalidInput(*problems)
    cause = Ended.VOID if void else Ended.REVOKED

    async def decide() -> Decision:
        found = await _for_action(world, call, statement, "REVOKE_STATEMENT")
        span = end(Span(found["since"], found["until"]), call.at, cause)
        changes = {"until": span.until, "ended": cause, "endedAt": call.at, "reason": reason}
        work = [_change(Iri(statement), found["version"], changes), status.revoke(Iri(statement), span.until)]
        return Decision(work, (Iri(statement), Iri(found["ownerId"])), (Iri(statement),), Side.ISSUER)

    request = {"statement": statement, "reason": reason, "void": void}
    (ended,) = await act(world, call, "REVOKE_STATEMENT", request, decide)
    return ended


async def _load(world: World, call: Call, pathway: str, learner: str) -> Found:
    """Load the pathway, its owner, and the statement about this learner that stands. Raises NotFound, NotPermitted."""
    rows = await world.store.read("statement/for_issue", pathwayId=pathway, learnerId=learner)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("pathway", pathway, ("pathway",))
    found: Found = rows[0]
    call.principal.require("ISSUE_STATEMENT", Side.ISSUER, found["ownerId"], call.at)
    return {**found, "readers": [found["ownerId"], learner]}


async def _complete(world: World, call: Call, pathway: Found, learner: str) -> Progress:
    """Return the progress of somebody who is complete now, as far as the owner of the pathway may know of it."""
    judge = judging(world, call.at)
    found = await progress.progress(world, Plans(), judge, pathway=pathway["id"], learner=learner)
    if not any_holds(pathway["consents"], call.at):
        found = alone(pathway["ownerId"], found)
        if not found.complete:
            raise NotFound("learner", learner, ("learner",))
    if not found.complete:
        raise Conflict(Problem("NOT_COMPLETE", {"percentage": found.percentage}, ("learner",)))
    return found


def _place(world: World, call: Call, found: Found, new: Iri) -> tuple[_Place, list[Write]]:
    """Return the place of the statement that stands, or a new one with the writes that it needs beforehand."""
    for each in found["standing"]:
        slot = StatusSlot(each["listId"], each["position"])
        return _Place(Iri(each["id"]), slot, each["issuedAt"], each["version"], each["documents"]), []
    slot, opening = status.slot(world, Iri(found["ownerId"]), found["lists"], call.at)
    return _Place(new, slot, call.at), opening


async def _completed(world: World, call: Call, found: Found, complete: Progress, place: _Place) -> Completed:
    rests_on = basis(complete.nodes)
    return Completed(
        id=place.id,
        name=phrase("PHRASE_STATEMENT", found["language"], name=found["name"]),
        issuer=signing.speaker(found["issuer"], found["language"]),
        learner=complete.learner,
        whole=await _whole(world, found, complete.pathway_version),
        used=await _used(world, [each.award for each in rests_on.witnesses]),
        precedes=rests_on.precedes,
        awarded=place.issued,
        validity=credentials.signed_anew(call.at, OPEN_END, place.earlier),
        status=place.slot,
    )


async def _used(world: World, awards: Sequence[Iri]) -> list[Used]:
    """Load the awards that a completion rests on. In a ClrSubject there is at least one credential (CLR 2.0)."""
    rows = await world.store.read("statement/awards", ids=awards)
    if not any(row["signed"] for row in rows):
        raise Conflict(Problem("NOTHING_SIGNED", {"awards": len(rows)}, ("learner",)))
    return [
        Used(
            award=Iri(row["id"]),
            awarded=row["awardedAt"],
            achievement=json.loads(row["achievement"]),
            signed=json.loads(row["signed"][0]) if row["signed"] else None,
        )
        for row in rows
    ]


async def _whole(world: World, pathway: Found, version: Iri) -> Document:
    """Return what the achievements used are part of: the pathway's output as it is offered now, or the pathway."""
    (row,) = await world.store.read("pathway/version", id=version)
    output = parse(json.loads(row["definition"])).output
    if output is None:
        return clr.whole(Iri(pathway["id"]), version, pathway["name"], "")
    (published,) = await world.store.read("version/published", id=output.achievement)
    whole: Document = json.loads(published["bytes"])
    return whole


def _properties(id: Iri, pathway: Found, learner: str, call: Call) -> dict[str, object]:
    return {
        "id": id,
        "pathwayId": pathway["id"],
        "ownerId": pathway["ownerId"],
        "holderId": learner,
        "issuedAt": call.at,
        "since": call.at,
        "until": OPEN_END,
        "skDate": by_date(call.at, id),
        "readers": pathway["readers"],
    }


def _change(statement: Iri, version: int, changes: Mapping[str, object]) -> Write:
    place = {"id": statement, "version": version, "changes": changes}
    return Write("statement/change", place, otherwise=StaleVersion(statement, version))


async def _signed(world: World, call: Call, found: Found, document: Document, earlier: Sequence[Found]) -> Write:
    """Sign a statement in all forms; return the write that keeps it. Raises LimitExceeded if nobody would read it."""
    if len(jsontext.write(document)) > MAX_BYTES:
        raise LimitExceeded("bytes", MAX_BYTES, ("learner",))
    kept = Statement(
        id=document["id"],
        type="Statement",
        document=document["id"],
        issuer=found["ownerId"],
        shown=False,
        readers=found["readers"],
    )
    forms = await signing.forms(world, kept.issuer, found["keys"], document, call.at)
    return credentials.keep(kept, forms, max(call.at, document["validFrom"]), earlier)


async def _for_action(world: World, call: Call, statement: str, action: str) -> Found:
    """Load a statement that stands. Raises NotFound, also for those who may not see it; NotPermitted, Conflict."""
    rows = await world.store.read("statement/for_action", id=statement)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("statement", statement, ("statement",))
    found: Found = rows[0]
    call.principal.require(action, Side.ISSUER, found["ownerId"], call.at)
    if found["ended"] is not None:
        raise Conflict(Problem("ALREADY_ENDED", {"id": statement, "cause": found["ended"]}, ("statement",)))
    return found
