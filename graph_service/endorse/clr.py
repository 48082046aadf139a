"""The statement of completion: a learner record (CLR 2.0, ClrCredential) of what a completed pathway was made of.

It carries the award credentials that the completion rests on, each with its own proof, and says how their achievements
belong together. What was required it does not say: a CLR knows no rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.endorse import contexts, credential, status_list
from graph_service.endorse.credential import Profile, StatusSlot
from graph_service.endorse.jsontext import Document, write
from graph_service.endorse.opening import MAX_EMBEDDED

SCHEMA = "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
CONTEXTS = (contexts.CREDENTIALS_V2, contexts.CLR, contexts.OPEN_BADGES, contexts.OPEN_BADGES_EXTENSIONS)
CARRIED_BYTES = 128 * 1024  # of credentials in it; half of what a document may have


@dataclass(frozen=True, slots=True)
class Used:
    """An award that the completion rests on."""

    award: Iri
    awarded: Instant
    achievement: Document  # the version that was awarded, as it was published
    signed: Document | None = None  # its credential, if it has one


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A completion as it is to be signed; texts in one language."""

    id: Iri  # of the credential
    name: str
    issuer: Profile
    learner: Iri
    whole: Document  # what is complete, as an Achievement: the output of the pathway, or the pathway itself
    used: Sequence[Used]
    precedes: Collection[tuple[Iri, Iri]] = ()  # achievements: the one had to be held before the other was earned
    awarded: Instant  # kept when it is signed anew
    validity: Span
    status: StatusSlot


def whole(pathway: Iri, version: Iri, name: str, description: str) -> Document:
    """Return a pathway without output as the Achievement that its parts belong to."""
    return {
        "id": pathway,
        "type": ["Achievement"],
        "name": name,
        "description": description or name,
        "criteria": {"id": version},
        "achievementType": "LearningProgram",
    }


def statement(completed: Completed) -> Document:
    """Return the unsigned ClrCredential.

    Awards stand in the order in which they were earned. Those without a credential, or too many to carry, are there by
    their achievement. It is `partial`: never all that the learner has.
    """
    used = sorted(completed.used, key=lambda each: (each.awarded, each.award))
    carried = _carried(used)
    subject = {
        "id": completed.learner,
        "type": ["ClrSubject"],
        "verifiableCredential": [each.signed for each in carried],
        "achievement": list(_listed(completed, used, carried)),
        "association": list(_associations(completed, used)),
    }
    members = {
        "@context": list(CONTEXTS),
        "id": completed.id,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": completed.name,
        "issuer": credential.profile(completed.issuer),
        "validFrom": completed.validity.since,
        "validUntil": completed.validity.until,
        "awardedDate": completed.awarded,
        "partial": True,
        "credentialSubject": subject,
        "credentialSchema": [{"id": SCHEMA, "type": credential.SCHEMA_TYPE}],
        "credentialStatus": status_list.entry(completed.status.list_id, completed.status.position),
    }
    return {name: value for name, value in members.items() if (name, value) != ("validUntil", OPEN_END)}


def without(statement: Document, achievements: Collection[str]) -> Document:
    """Return a statement that says nothing of these achievements: what is carried, described and associated of them."""
    subject = statement["credentialSubject"]
    less = {
        "verifiableCredential": [
            each
            for each in subject["verifiableCredential"]
            if each["credentialSubject"]["achievement"]["id"] not in achievements
        ],
        "achievement": [each for each in subject["achievement"] if each["id"] not in achievements],
        "association": [
            each for each in subject["association"] if not {each["sourceId"], each["targetId"]} & set(achievements)
        ],
    }
    return {**statement, "credentialSubject": {**subject, **less}}


def _carried(used: Sequence[Used]) -> list[Used]:
    """Return the awards whose credentials are carried: the earliest, as many as fit."""
    carried: list[Used] = []
    size = 0
    for each in used:
        more = len(write(each.signed)) if each.signed else 0
        if more and len(carried) < MAX_EMBEDDED and size + more <= CARRIED_BYTES:
            carried.append(each)
            size += more
    return carried


def _listed(completed: Completed, used: Sequence[Used], carried: Sequence[Used]) -> Iterator[Document]:
    """Walk the achievements that no carried credential describes, the whole last.

    Who created them is described at most once in all of the document, for RDF does not tell which of two descriptions
    says something (`credential.achievement_credential`).
    """
    described = {each.achievement["id"] for each in carried}
    speakers = {completed.issuer.id, *(each.signed["issuer"]["id"] for each in carried if each.signed)}
    for achievement in (*(each.achievement for each in used), completed.whole):
        if achievement["id"] in described:
            continue
        described.add(achievement["id"])
        members = {name: value for name, value in achievement.items() if name != "@context"}
        if creator := members.get("creator"):
            known = creator["id"] in speakers
            members["creator"] = {"id": creator["id"], "type": ["Profile"]} if known else creator
            speakers.add(creator["id"])
        yield members


def _associations(completed: Completed, used: Sequence[Used]) -> Iterator[Document]:
    """Walk what belongs to what: each achievement to the whole, and what had to come first."""
    parts = dict.fromkeys(each.achievement["id"] for each in used)
    yield from (
        _association("isPartOf", part, completed.whole["id"]) for part in parts if part != completed.whole["id"]
    )
    yield from (_association("precedes", *pair) for pair in sorted(set(completed.precedes)))


def _association(kind: str, source: str, target: str) -> Document:
    return {"type": "Association", "associationType": kind, "sourceId": source, "targetId": target}
