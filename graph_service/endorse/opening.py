"""Opening a credential, whatever it comes in: JSON, a JSON Web Token, a picture; and whether it is one at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from graph_service.endorse import jsontext, vc_jwt
from graph_service.endorse.bake import is_image, unbake
from graph_service.endorse.embedded import carried, identifier
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import is_credential, names, objects, placed
from graph_service.endorse.vc_jwt import Token
from graph_service.errors import CredentialError, Path, Problem

MAX_EMBEDDED = 100  # endorsements that one credential carries

_JWS = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\s*\Z")
_OPEN_BADGES_2 = "https://w3id.org/openbadges/v2"
_ENDORSEMENT = "EndorsementCredential"
STATUS_LIST = "BitstringStatusListCredential"
_KINDS = {_ENDORSEMENT, "AchievementCredential", "OpenBadgeCredential", STATUS_LIST}
_PROFILES = {"issuer", "creator", "source", "parentOrg"}  # members of Open Badges that hold a Profile


def unbaked(document: bytes | Document) -> bytes | Document:
    """Return the credential that a picture carries; anything else as it is. Raises what `unbake` raises."""
    return unbake(document).encode() if isinstance(document, bytes) and is_image(document) else document


def read(data: Any) -> tuple[Document, Token | None]:
    """Read a document, and the token if it comes in one. Raises CredentialError, LimitExceeded."""
    if isinstance(data, bytes) and _JWS.match(data):
        token = vc_jwt.read(data)
        return token.document, token
    if isinstance(data, bytes):
        data = jsontext.read(data)
    if not isinstance(data, dict):
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": type(data).__name__}))
    if _OPEN_BADGES_2 in names(data.get("@context")):
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": "Open Badges 2"}))
    return data, None


def shape(document: Document) -> Iterator[Problem]:
    """List what a credential of a known kind must have and this one has not."""
    kinds = names(document.get("type"))
    if "VerifiableCredential" not in kinds or _KINDS.isdisjoint(kinds):
        yield Problem("UNSUPPORTED_TYPE", {"type": ", ".join(kinds)[:200]}, ("type",))
    for member in ("id", "issuer"):
        if not identifier(document.get(member)):
            yield Problem("MISSING_MEMBER", {"member": member}, (member,))
    subjects = objects(document.get("credentialSubject"))
    if not subjects:
        yield Problem("MISSING_MEMBER", {"member": "credentialSubject"}, ("credentialSubject",))
    for subject in subjects if _ENDORSEMENT in kinds else ():
        if not identifier(subject):
            yield Problem("MISSING_MEMBER", {"member": "id"}, ("credentialSubject", "id"))
        if "EndorsementSubject" not in names(subject.get("type")):
            yield Problem("MISSING_MEMBER", {"member": "EndorsementSubject"}, ("credentialSubject", "type"))
    for place, profile in _profiles(document) if STATUS_LIST not in kinds else ():
        if "Profile" not in names(profile.get("type")):
            yield Problem("MISSING_MEMBER", {"member": "Profile"}, (*place, "type"))
    if len(list(islice(carried(document), MAX_EMBEDDED + 1))) > MAX_EMBEDDED:
        yield Problem("LIMIT_EXCEEDED", {"what": "endorsements", "limit": MAX_EMBEDDED})


def _profiles(node: Document, place: Path = ()) -> Iterator[tuple[Path, Document]]:
    """Walk the Profile objects of a credential, but not of those that it carries.

    Each must say what it is (OB 3.0, §B.1.15). The signature does not demand it where the same profile stands twice:
    there it covers the type once for both.
    """
    for member in node:
        for step, inner in placed(node, member):
            if not is_credential(inner):
                if member in _PROFILES:
                    yield (*place, *step), inner
                yield from _profiles(inner, (*place, *step))
