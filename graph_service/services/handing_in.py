"""Answering an invitation with a credential of one's own: verified, fitted to what was asked, kept as it was signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.endorsement import Action, Kind, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant
from graph_service.errors import Conflict, CredentialError, Problem
from graph_service.services import display, received, verification
from graph_service.services.answering import acting, answered, check_address, opened, using
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import judge, load, moving, same_target
from graph_service.store import Write


async def hand_in(world: World, call: Call, code: str, *, address: str, document: bytes, seen: int) -> Iri:
    """Take a person's own signed credential for the answer (FOREIGN), and keep it exactly as received.

    Only issuers whose keys are known here are taken, and no profile of this service (ISSUER_IS_HERE): what is signed
    with its key, stolen perhaps, and not issued by it has no status with which it could end. Raises what
    `answering.look` raises, InvalidInput (INVITATION_OTHER_ADDRESS), CredentialError with all that is wrong, and
    Conflict (TARGET_CHANGED) if it names no content and another version stands than the one that was `seen`.
    """
    row = await opened(world, call.at, code)
    check_address(world, row, address)
    handed = received.read(await verification.verify(verification.Sources.of(world), document, call.at), document)
    known = await world.store.read("profile/known", id=handed.issuer)
    asked = {"owner": row["ownerId"], "kind": Kind(row["kind"]), "did": row["did"]}
    if misfits := [*received.misfits(world, handed, row["target"], **asked), *received.ours(known)]:
        raise CredentialError(*(problem.under("credential") for problem in misfits))
    answering = acting(world, call, row)

    async def decide() -> Decision:
        found = await load(world, answering, row["endorsement"], None)
        after, sides = judge(found, answering, Action.ISSUE)
        if await world.store.read("credential/kept", documentId=handed.id):
            raise Conflict(Problem("CREDENTIAL_KEPT_ALREADY", {"id": handed.id}, ("credential",)))
        target = found["target"]
        same_target(target, row["target"]["number"] if handed.digest else seen)
        readers = [each for each in (handed.issuer, found["ownerId"], found["holderId"]) if each]
        changes = {
            **received.properties(handed, target, call.at),
            "state": after,
            "issuedAt": call.at,
            "shown": target["shown"],
            "readers": readers,
        }
        work = [
            moving(found, changes),
            *await received.elsewhere(world, handed.issuer, handed.issuer_name, call.at),
            Write("invitation/signed", {"id": found["id"], "endorserId": handed.issuer}),
            received.document_write(Iri(found["id"]), handed, call.at, shown=target["shown"], readers=readers),
            *_settled(found, call.at),
            using(row, call.at),
        ]
        about = (Iri(found["id"]), handed.issuer, Iri(target["id"]))
        return Decision(work, tuple(dict.fromkeys(about)), (Iri(found["id"]),), "+".join(sorted(sides)))

    request = {"endorsement": row["endorsement"], "credential": handed.id}
    (done,) = await answered(world, call, code, act(world, answering, "ENDORSEMENT_ISSUE", request, decide))
    return done


def _settled(found: Mapping[str, Any], at: Instant) -> list[Write]:
    """Return the writes that take an award back from the service, which no longer is who is asked about it."""
    target = found["target"]
    if target["type"] != TargetType.AWARD:
        return []
    return display.taking_back(Iri(target["id"]), found["endorserId"], Iri(found["id"]), at)
