"""What is signed, the OB 3.0 EndorsementCredential; what it is about, published versions with digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Span
from graph_service.endorse import contexts, multibase, status_list
from graph_service.endorse.jsontext import Document, write

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json"
SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"


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
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.OPEN_BADGES_EXTENSIONS],
        "id": claim.id,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": claim.name,
        "issuer": profile(claim.issuer),
        "validFrom": claim.validity.since,
        "validUntil": "" if claim.validity.until == OPEN_END else claim.validity.until,
        "awardedDate": claim.awarded,
        "credentialSubject": _stated(subject),
        "credentialSchema": [{"id": SCHEMA, "type": SCHEMA_TYPE}],
        "credentialStatus": status_list.entry(claim.status.list_id, claim.status.position),
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
    members = {
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
    return _published(_stated(members))


def _published(node: Document) -> Published:
    content = write({"@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES], **node})
    return Published(content, multibase.digest(content))


def _stated(members: dict[str, Any]) -> Document:
    """Leave out what is not said; Open Badges knows neither null nor empty text."""
    return {name: value for name, value in members.items() if value != ""}
