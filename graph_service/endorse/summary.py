"""What a credential says, in words for people.

It reads whatever a stranger wrote, forged or broken, so it trusts no type and no length and raises nothing. Words prove
nothing: they are worth what the checks of the report say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph_service.domain.dates import moment
from graph_service.endorse.embedded import identifier
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import RECORD, STATUS_LIST
from graph_service.endorse.plain import names, objects
from graph_service.errors import InvalidInput

MAX_NAME = 300  # of a name, an identifier
MAX_TEXT = 2_000
MAX_RECIPIENTS = 5

_ENDORSEMENT = "EndorsementCredential"
_BADGES = {"AchievementCredential", "OpenBadgeCredential"}
_LISTS = {STATUS_LIST, "1EdTechRevocationList"}
_ASSERTION = "Assertion"  # Open Badges 2.0


class Kind(StrEnum):
    """What a document says it is."""

    BADGE = "badge"
    ENDORSEMENT = "endorsement"
    RECORD = "record"
    STATUS_LIST = "statusList"
    HOSTED = "hosted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a badge is for, as far as the document shows it. `hashed`: only who knows the identifier can compare it."""

    identifier: str
    type: str = ""  # of the identifier: `emailAddress`, `name` …
    hashed: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What a credential says; what it does not say is empty."""

    kind: Kind = Kind.OTHER
    name: str = ""
    issuer: str = ""
    issuer_name: str = ""
    achievement: str = ""
    achievement_name: str = ""
    criteria: str = ""
    criteria_id: str = ""
    about: str = ""  # what an endorsement speaks of
    comment: str = ""
    content: str = ""  # the digest of what is endorsed, as it was published
    recipients: tuple[Recipient, ...] = ()
    since: str = ""  # an instant, or as it is written if that is none
    until: str = ""


def summary(document: Document | None, language: str) -> Summary:
    """Return what a document says, in a language if it says it in several."""
    if not isinstance(document, dict):
        return Summary()
    kind = _kind(names(document.get("type")))
    subject = _first(document.get("credentialSubject"))
    badge = _first(_badge(kind, document, subject))
    issuer = badge.get("issuer") if kind is Kind.HOSTED else document.get("issuer")
    criteria = badge.get("criteria")
    endorses = kind is Kind.ENDORSEMENT
    return Summary(
        kind=kind,
        name=_text(document.get("name"), language),
        issuer=_identifier(issuer),
        issuer_name=_text(_first(issuer).get("name"), language),
        achievement=_identifier(badge or document.get("badge")),
        achievement_name=_text(badge.get("name"), language),
        criteria=_text(_first(criteria).get("narrative"), language, MAX_TEXT),
        criteria_id=_identifier(_first(criteria) or criteria),
        about=_identifier(subject) if endorses else "",
        comment=_text(subject.get("endorsementComment"), language, MAX_TEXT) if endorses else "",
        content=_cut(subject.get("digestMultibase")) if endorses else "",
        recipients=() if endorses else tuple(_recipients(document, subject))[:MAX_RECIPIENTS],
        since=_instant(document, "validFrom", "issuanceDate", "issuedOn"),
        until=_instant(document, "validUntil", "expirationDate", "expires"),
    )


def _kind(types: list[str]) -> Kind:
    if _ENDORSEMENT in types:
        return Kind.ENDORSEMENT
    if not _BADGES.isdisjoint(types):
        return Kind.BADGE
    if RECORD in types:
        return Kind.RECORD
    if not _LISTS.isdisjoint(types):
        return Kind.STATUS_LIST
    return Kind.HOSTED if _ASSERTION in types else Kind.OTHER


def _badge(kind: Kind, document: Document, subject: Document) -> Any:
    """Return what was achieved; of a learner record none by itself, what it is made of is embedded in it."""
    if kind is Kind.HOSTED:
        return document.get("badge")
    return None if kind is Kind.RECORD else subject.get("achievement")


def _recipients(document: Document, subject: Document) -> Iterator[Recipient]:
    """Walk the identifiers of the recipient: OB 3.0 `IdentityObject` and id of the subject, OB 2.0 `IdentityObject`."""
    if name := _identifier(subject):
        yield Recipient(name)
    for identity in objects(subject.get("identifier")):
        hashed = identity.get("hashed") is not False  # what does not say so may be one
        yield Recipient(_cut(identity.get("identityHash")), _cut(identity.get("identityType")), hashed)
    for identity in objects(document.get("recipient")):
        yield Recipient(_cut(identity.get("identity")), _cut(identity.get("type")), identity.get("hashed") is not False)


def _instant(document: Document, *members: str) -> str:
    """Return the first of these members, as an instant if it can be read as one."""
    text = next((_cut(document[member]) for member in members if member in document), "")
    try:
        return moment(text)
    except InvalidInput:
        return text


def _first(value: Any) -> Document:
    """Return the object of a member, or the first of several."""
    return next(iter(objects(value)), {})


def _identifier(node: Any) -> str:
    return _cut(identifier(node))


def _text(value: Any, language: str, longest: int = MAX_NAME) -> str:
    """Return a text: plain, a value with a language, one of several, or one of a map from languages to texts."""
    texts = list(_tagged(value))
    chosen = [text for tag, text in texts if tag.split("-", 1)[0] == language]
    return _cut(next(iter(chosen), texts[0][1] if texts else ""), longest)


def _tagged(value: Any) -> Iterator[tuple[str, str]]:
    """Walk the texts of a value, each with its language if it tells one."""
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, str):
            yield "", each
        elif isinstance(each, dict) and isinstance(each.get("@value"), str):
            yield str(each.get("@language", "")).lower(), each["@value"]
        elif isinstance(each, dict):
            yield from ((tag.lower(), text) for tag, text in each.items() if isinstance(text, str) and tag[:1] != "@")


def _cut(value: Any, longest: int = MAX_NAME) -> str:
    """Return a string without the space around it, and of a long one the beginning."""
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= longest else f"{text[:longest]}…"
