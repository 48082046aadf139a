"""What is signed, EndorsementCredential and AchievementCredential (OB 3.0); the published versions these are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.result import Evidence, Result, ResultDescription
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.endorse import contexts, multibase, status_list
from graph_service.endorse.jsontext import Document, write

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_{}_schema.json"
SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"
CONTEXTS = (contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.OPEN_BADGES_EXTENSIONS)


@dataclass(frozen=True, slots=True)
class Profile:
    """Who speaks, as it stands in a credential; texts in one language."""

    id: Iri
    name: str
    url: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class StatusSlot:
    """The place of a credential in a status list."""

    list_id: Iri
    position: int


@dataclass(frozen=True, slots=True)
class Related:
    """A published document that a claim names (VC Data Model 2.0, §5.3): its bytes are bound by the digest."""

    id: Iri
    media_type: str
    digest: str  # digestMultibase


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One endorsement as it is to be signed; texts in one language."""

    id: Iri  # of the credential
    name: str  # its title, required by Open Badges
    issuer: Profile
    subject: Iri  # what is endorsed
    kind: Iri  # what the endorser says, e.g. `{base}/kinds/ENDORSE`
    validity: Span
    status: StatusSlot
    comment: str = ""
    digest: str = ""  # digestMultibase of the published version that is endorsed
    awarded: str = ""  # when it was signed first, if this is a re-issue
    related: Sequence[Related] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One award as it is to be signed; texts in one language."""

    id: Iri  # also of the credential, so that an endorsement of the award is about what carries it
    name: str
    issuer: Profile
    holder: Iri
    achievement: Document  # the version that was awarded, as it was published
    awarded: Instant  # kept when it is signed anew
    validity: Span
    status: StatusSlot
    endorsements: Sequence[Document] = ()  # signed ones that it is to carry
    results: Sequence[Result] = ()
    evidence: Sequence[Evidence] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """A version of an achievement as it is published; texts in one language."""

    id: Iri
    version: int
    language: str  # BCP 47
    name: str
    description: str
    criteria: str  # Markdown
    achievement_type: str = ""  # a term of Open Badges, or `ext:…`
    field_of_study: str = ""
    image: str = ""  # its address
    creator: Profile | None = None
    results: Sequence[ResultDescription] = ()  # their ids are IRIs


@dataclass(frozen=True, slots=True)
class Published:
    """A published version: its bytes never change, and endorsements cover their digest."""

    bytes: bytes
    digest: str  # digestMultibase


def endorsement(claim: Claim) -> Document:
    """Return the unsigned EndorsementCredential (OB 3.0, §B.1.3).

    Every object has an id, so there are no blank nodes; sets are arrays; the kind is an absolute IRI among
    the types of the subject, which readers that do not know it may ignore.
    """
    subject = {
        "id": claim.subject,
        "type": ["EndorsementSubject", claim.kind],
        "endorsementComment": claim.comment,
        "digestMultibase": claim.digest,
    }
    members = {
        "@context": list(CONTEXTS),
        "id": claim.id,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": claim.name,
        "issuer": profile(claim.issuer),
        "validFrom": claim.validity.since,
        "validUntil": "" if claim.validity.until == OPEN_END else claim.validity.until,
        "awardedDate": claim.awarded,
        "credentialSubject": _stated(subject),
        "credentialSchema": [{"id": SCHEMA.format("endorsementcredential"), "type": SCHEMA_TYPE}],
        "credentialStatus": status_list.entry(claim.status.list_id, claim.status.position),
    }
    if claim.related:
        members["relatedResource"] = [
            {"id": each.id, "mediaType": each.media_type, "digestMultibase": each.digest} for each in claim.related
        ]
    return _stated(members)


def achievement_credential(award: Award) -> Document:
    """Return the unsigned AchievementCredential (OB 3.0, §B.1.2).

    An endorsement stands in what it is about: the credential, its achievement or its issuer; each is a document of
    its own, with its own contexts and proof. A creator who is the issuer is described there alone: RDF does not tell
    which of two descriptions says something, so one of them could be thinned out and the signature would still hold.
    """

    def carrying(node: Document) -> Document:
        about = [each for each in award.endorsements if each["credentialSubject"]["id"] == node["id"]]
        return {**node, "endorsement": about} if about else node

    achievement = {name: value for name, value in award.achievement.items() if name != "@context"}
    if achievement.get("creator", {}).get("id") == award.issuer.id:
        achievement["creator"] = {"id": award.issuer.id, "type": ["Profile"]}
    subject: Document = {"id": award.holder, "type": ["AchievementSubject"], "achievement": carrying(achievement)}
    if award.results:
        subject["result"] = [_result(award.id, number, each) for number, each in enumerate(award.results, 1)]
    members = {
        "@context": list(CONTEXTS),
        "id": award.id,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": award.name,
        "issuer": carrying(profile(award.issuer)),
        "validFrom": award.validity.since,
        "validUntil": "" if award.validity.until == OPEN_END else award.validity.until,
        "awardedDate": award.awarded,
        "credentialSubject": subject,
        "credentialSchema": [{"id": SCHEMA.format("achievementcredential"), "type": SCHEMA_TYPE}],
        "credentialStatus": status_list.entry(award.status.list_id, award.status.position),
    }
    if award.evidence:
        members["evidence"] = [_evidence(award.id, number, each) for number, each in enumerate(award.evidence, 1)]
    return carrying(_stated(members))


def _result(award: Iri, number: int, result: Result) -> Document:
    """Return a Result (OB 3.0, §B.1.19)."""
    return {
        "id": f"{award}#result-{number}",
        "type": ["Result"],
        "resultDescription": result.description,
        "value": result.value,
    }


def _evidence(award: Iri, number: int, evidence: Evidence) -> Document:
    """Return an Evidence (OB 3.0, §B.1.10): its id is where it lies."""
    members = {
        "id": evidence.url or f"{award}#evidence-{number}",
        "type": ["Evidence"],
        "name": evidence.name,
        "description": evidence.description or "",
        "genre": evidence.genre or "",
    }
    return _stated(members)


def profile(speaker: Profile) -> Document:
    """Return a Profile object (OB 3.0, §B.1.15)."""
    members = {
        "id": speaker.id,
        "type": ["Profile"],
        "name": speaker.name,
        "url": speaker.url,
        "description": speaker.description,
    }
    return _stated(members)


def published_profile(speaker: Profile) -> Published:
    """Return the published version of a Profile: without keys, endorsements and status."""
    return _published(profile(speaker))


def published_achievement(version: Achievement) -> Published:
    """Return the published version of an Achievement (OB 3.0, §B.1.1): without endorsements."""
    members: Document = {
        "id": version.id,
        "type": ["Achievement"],
        "name": version.name,
        "description": version.description,
        "criteria": {"id": f"{version.id}#criteria", "narrative": version.criteria},
        "achievementType": version.achievement_type,
        "fieldOfStudy": version.field_of_study,
        "image": {"id": version.image, "type": "Image"} if version.image else "",
        "creator": profile(version.creator) if version.creator else "",
        "inLanguage": version.language,
        "version": str(version.version),
    }
    if version.results:
        members["resultDescription"] = [_result_description(each) for each in version.results]
    return _published(_stated(members))


def _result_description(described: ResultDescription) -> Document:
    """Return a ResultDescription (OB 3.0, §B.1.20); its values stand in order, low to high."""
    members: Document = {
        "id": described.id,
        "type": ["ResultDescription"],
        "name": described.name,
        "resultType": described.result_type,
        "valueMin": described.least or "",
        "valueMax": described.most or "",
        "requiredValue": described.required or "",
    }
    if described.allowed:
        members["allowedValue"] = list(described.allowed)
    return _stated(members)


def _published(node: Document) -> Published:
    content = write({"@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES], **node})
    return Published(content, multibase.digest(content))


def _stated(members: dict[str, Any]) -> Document:
    """Leave out what is not said; Open Badges knows neither null nor empty text."""
    return {name: value for name, value in members.items() if value != ""}
