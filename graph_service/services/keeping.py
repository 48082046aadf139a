"""Keeping an endorsement that somebody elsewhere signed, as it was received, once it was verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.endorsement import Action, Kind, Standing, State
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Matter
from graph_service.domain.sorting import by_date
from graph_service.domain.time import OPEN_END
from graph_service.endorse.lifecycle import ENDORSEMENT
from graph_service.errors import Conflict, CredentialError, InvalidInput, NotFound, Problem
from graph_service.services import display, received, signing, verification
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import judge, load, moving
from graph_service.services.proposing import may_be_said, vouching
from graph_service.services.received import Received
from graph_service.store import Write


async def keep(world: World, call: Call, *, document: bytes | None = None, url: str | None = None) -> Iri:
    """Keep what somebody elsewhere endorses here, byte for byte, as FOREIGN (endorsed side, or holder of the award).

    It is shown at once, like any other. The same credential again changes nothing; one of the same id and issuer with a
    later `validFrom` takes its place (OB 3.0, equality and comparison). Raises InvalidInput (ONE_OF_ARGUMENTS),
    CredentialError with every check that failed or is unknown and all that does not fit, Conflict
    (CREDENTIAL_KEPT_ALREADY).
    """
    if (document is None) == (url is None):
        raise InvalidInput(Problem("ONE_OF_ARGUMENTS", {"names": "document, url"}, ("input",)))
    credential: Received | None = None

    async def decide() -> Decision:
        nonlocal credential
        credential = credential or await _verified(world, call, document, url)
        target, kind = await _target(world, call, credential), _kind(world, credential)
        sides = _sides(call, credential, target)
        kept = await world.store.read("credential/kept", documentId=credential.id)
        if not kept:
            new = world.mint("endorsements", call.at)
            work = await _making(world, call, credential, target, kind, new)
            return Decision(work, tuple(dict.fromkeys((new, credential.issuer, Iri(target["id"])))), (new,), sides)
        found = await _superseded(world, call, credential, target, kind, kept)
        endorsement = Iri(kept[0]["states"])
        work = _replacing(found, credential, target, call) if found else []
        return Decision(work, (endorsement, credential.issuer), (endorsement,), sides)

    asked = {"document": document and signing.digest(document), "url": url}
    (done,) = await act(world, call, "ENDORSEMENT_KEEP", asked, decide)
    return done


async def _verified(world: World, call: Call, document: bytes | None, url: str | None) -> Received:
    """Read a credential, given or fetched, that passes every check. Raises CredentialError."""
    sources = verification.Sources.of(world)
    if document is None:
        had, report = await verification.had_and_verified(sources, url or "", call.at, None)
        return received.read(report, had)
    return received.read(await verification.verify(sources, document, call.at), document)


async def _target(world: World, call: Call, credential: Received) -> Mapping[str, Any]:
    """Load what a credential is about, if that is here. Raises CredentialError with all that does not fit."""
    about = credential.about[0]
    rows = await world.store.read("endorsement/target", targetId=about, endorserId=credential.issuer)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        values = {"subject": about[:200]}
        raise CredentialError(Problem("SUBJECT_NOT_HERE", values, ("credential", "credentialSubject")))
    target: Mapping[str, Any] = rows[0]
    known = await world.store.read("profile/known", id=credential.issuer)
    problems = [*received.misfits(world, credential, target, owner=target["ownerId"]), *received.ours(known)]
    if problems:
        raise CredentialError(*(problem.under("credential") for problem in problems))
    return target


def _kind(world: World, credential: Received) -> Kind:
    """Return the one kind that it names. Raises CredentialError for one that there is not."""
    (meant,) = credential.meant(world)
    name = meant.rpartition("/")[2]
    if name not in Kind.__members__:
        values = {"kind": meant[:200], "asked": ", ".join(Kind)}
        raise CredentialError(Problem("KIND_MISMATCH", values, ("credential", "credentialSubject")))
    return Kind(name)


def _sides(call: Call, credential: Received, target: Mapping[str, Any]) -> str:
    """Return the sides in which the asker brings it. Raises NotPermitted."""
    matter = Matter(credential.issuer, Iri(target["ownerId"]), target["holderId"])
    sides = matter.sides(call.principal, call.at)
    ENDORSEMENT.next(None, Action.KEEP, sides)
    return "+".join(sorted(sides & ENDORSEMENT.moves[None, Action.KEEP][0]))


async def _making(
    world: World, call: Call, credential: Received, target: Mapping[str, Any], kind: Kind, new: Iri
) -> list[Write]:
    """Return the writes that make an endorsement of a credential."""
    may_be_said(kind, target)
    readers = [each for each in (credential.issuer, target["ownerId"], target["holderId"]) if each]
    endorsement = {
        **received.properties(credential, target, call.at),
        "id": new,
        "kind": kind,
        "state": State.ISSUED,
        "targetId": target["id"],
        "targetType": target["type"],
        "ownerId": target["ownerId"],
        "holderId": target["holderId"],
        "selfEndorsement": False,
        "requestedAt": call.at,
        "requestUntil": OPEN_END,
        "validUntil": credential.span.until,
        "issuedAt": call.at,
        "hidden": False,
        "shown": target["shown"],
        "readers": readers,
        "skDate": by_date(call.at, new),
    }
    return [
        *await received.elsewhere(world, credential.issuer, credential.issuer_name, call.at),
        Write("endorsement/create", {"endorsements": [endorsement]}),
        *vouching(new, target),
        received.document_write(new, credential, call.at, shown=target["shown"], readers=readers),
        *display.following({"target": target}),
    ]


async def _superseded(
    world: World,
    call: Call,
    credential: Received,
    target: Mapping[str, Any],
    kind: Kind,
    kept: list[Mapping[str, Any]],
) -> Mapping[str, Any] | None:
    """Return the endorsement whose document a credential supersedes; None if it is that document.

    Raises Conflict (CREDENTIAL_KEPT_ALREADY) if it is an older one, or another that has the same id.
    """
    taken = Conflict(Problem("CREDENTIAL_KEPT_ALREADY", {"id": credential.id}, ("credential",)))
    if any(row["issuer"] != credential.issuer or row["type"] != "Endorsement" for row in kept):
        raise taken
    try:
        found = await load(world, call, kept[0]["states"], None)
    except NotFound:  # whoever may not see it does not learn its id either
        raise taken from None
    same = found["target"]["id"] == target["id"] and found["kind"] == kind
    if not same or found["standing"] != Standing.FOREIGN:
        raise taken
    digest = signing.digest(credential.content)
    if any(row["digest"] == digest and row["until"] == OPEN_END for row in kept):
        return None
    if credential.span.since <= found["since"]:
        raise taken
    judge(found, call, Action.KEEP)
    return found


def _replacing(found: Mapping[str, Any], credential: Received, target: Mapping[str, Any], call: Call) -> list[Write]:
    """Return the writes that put a credential in place of the one before it."""
    changes = {**received.properties(credential, target, call.at), "validUntil": credential.span.until}
    replacing = received.document_write(
        Iri(found["id"]),
        credential,
        call.at,
        shown=target["shown"],
        readers=found["readers"],
        earlier=found["documents"],
    )
    return [moving(found, changes), replacing, *display.following(found)]
