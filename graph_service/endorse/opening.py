"""Opening a credential, whatever it comes in: JSON, a JSON Web Token, a picture; and whether it is one at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from graph_service.endorse import hosted, jsontext, vc_jwt
from graph_service.endorse.bake import is_image, unbake
from graph_service.endorse.embedded import MEMBERS, carried, identifier
from graph_service.endorse.evidence import Found, lying, why_not
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import MAX_VALUES, has_too_many_values, is_credential, names, objects, placed
from graph_service.endorse.vc_jwt import Token
from graph_service.errors import CredentialError, LimitExceeded, Path, Problem

MAX_EMBEDDED = 100  # endorsements or parts that a credential carries
MAX_WITHIN = 20  # that an embedded one carries: an award in a learner record has as many as we put into it

_JWS = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\s*\Z")
_ADDRESS = re.compile(r"https://\S+\Z")
_ENDORSEMENT = "EndorsementCredential"
_ACHIEVEMENT = {"AchievementCredential", "OpenBadgeCredential"}
RECORD = "ClrCredential"
STATUS_LIST = "BitstringStatusListCredential"
_OLDER = {hosted.CONTEXT, "https://w3id.org/openbadges/v1"}
_KINDS = {_ENDORSEMENT, *_ACHIEVEMENT, RECORD, STATUS_LIST}
_PROFILES = {"issuer", "creator", "source", "parentOrg"}  # members of Open Badges that hold a Profile


def unbaked(document: bytes | Document, found: Found | None = None) -> bytes | Document:
    """Return the credential that a picture carries; anything else as it is.

    In a picture of Open Badges 2 there may be an address alone; then it is what lies there. Raises what `unbake`
    raises; CredentialError (DOCUMENT_UNAVAILABLE).
    """
    if not (isinstance(document, bytes) and is_image(document)):
        return document
    text = unbake(document)
    if not _ADDRESS.match(text):
        return text.encode()
    if (there := lying(found or {}, text)) is None:
        raise CredentialError(Problem("DOCUMENT_UNAVAILABLE", why_not(found or {}, text)))
    return there


def read(data: Any) -> tuple[Document, Token | None]:
    """Read a document, and the token if it comes in one. Raises CredentialError, LimitExceeded."""
    token = vc_jwt.read(data) if isinstance(data, bytes) and _JWS.match(data) else None
    if token:
        data = token.document
    elif isinstance(data, bytes):
        data = jsontext.read(data)
    if not isinstance(data, dict):
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": type(data).__name__}))
    if has_too_many_values(data):
        raise LimitExceeded("values", MAX_VALUES)
    older = _OLDER.intersection(names(data.get("@context")))
    if older and (token or not hosted.is_hosted(data)):
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": "Open Badges 2"}))
    return data, token


def most(depth: int) -> int:
    """Return how many endorsements are opened in a credential that is itself embedded so deep."""
    return MAX_WITHIN if depth else MAX_EMBEDDED


def shape(document: Document, depth: int = 0) -> Iterator[Problem]:
    """List what a credential of a known kind must have and this one has not."""
    kinds = names(document.get("type"))
    if "VerifiableCredential" not in kinds or _KINDS.isdisjoint(kinds):
        yield Problem("UNSUPPORTED_TYPE", {"type": ", ".join(kinds)[:200]}, ("type",))
    yield from _lacking(document, set(kinds))
    for place, profile in _profiles(document) if STATUS_LIST not in kinds else ():
        if "Profile" not in names(profile.get("type")):
            yield Problem("MISSING_MEMBER", {"member": "Profile"}, (*place, "type"))
    if next(islice(carried(document), most(depth), None), None):
        yield Problem("LIMIT_EXCEEDED", {"what": "endorsements", "limit": most(depth)})


def _lacking(document: Document, kinds: set[str]) -> Iterator[Problem]:
    """List what says who speaks of what, and is not there; without it this is no endorsement and no badge."""

    def lacks(member: str, *place: str) -> Problem:
        return Problem("MISSING_MEMBER", {"member": member}, place or (member,))

    yield from (lacks(member) for member in ("id", "issuer") if not identifier(document.get(member)))
    subjects = objects(document.get("credentialSubject"))
    if not subjects:
        yield lacks("credentialSubject")
    for subject in subjects:
        if _ENDORSEMENT in kinds and not identifier(subject):
            yield lacks("id", "credentialSubject", "id")
        if _ENDORSEMENT in kinds and "EndorsementSubject" not in names(subject.get("type")):
            yield lacks("EndorsementSubject", "credentialSubject", "type")
        if RECORD in kinds and "ClrSubject" not in names(subject.get("type")):
            yield lacks("ClrSubject", "credentialSubject", "type")
        if RECORD in kinds and not objects(subject.get("verifiableCredential")):
            yield lacks("verifiableCredential", "credentialSubject", "verifiableCredential")
        achievements = objects(subject.get("achievement"))
        if kinds & _ACHIEVEMENT and not achievements:
            yield lacks("achievement", "credentialSubject", "achievement")
        for achievement in achievements:
            missing = (member for member in ("id", "name") if not achievement.get(member))
            yield from (lacks(member, "credentialSubject", "achievement", member) for member in missing)


def _profiles(node: Document, place: Path = ()) -> Iterator[tuple[Path, Document]]:
    """Walk the Profile objects of a credential, but not of those that it carries.

    Each must say what it is (OB 3.0, §B.1.15). The signature does not demand it where the same profile stands twice:
    there it covers the type once for both.
    """
    for member in node:
        for step, inner in placed(node, member) if member not in MEMBERS else ():
            if member in _PROFILES and not (member == "issuer" and place and is_credential(node)):
                yield (*place, *step), inner
            yield from _profiles(inner, (*place, *step))
