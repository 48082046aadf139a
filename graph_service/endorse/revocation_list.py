"""`1EdTechRevocationList`: what issuers published before Bitstring Status List, and Open Badges 3.0 now deprecates.

At `credentialStatus.id` lies plain JSON that names the revoked credentials. Nobody signs it, so only a list at the
issuer's own host says anything.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from graph_service.endorse import jsontext
from graph_service.endorse.embedded import identifier
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import names
from graph_service.errors import CredentialError, Problem

TYPE = "1EdTechRevocationList"

_SCHEME_AND_HOST = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*:(?://[^/?#]*)?")


def is_entry(entry: Document) -> bool:
    """Tell whether an entry of `credentialStatus` names such a list."""
    return TYPE in names(entry.get("type")) and isinstance(entry.get("id"), str)


def is_revoked(data: bytes | Document, address: str, document: Document) -> bool:
    """Tell whether the list at an address names a credential, with `revoked` true or left out.

    Raises CredentialError (STATUS_VERIFICATION_ERROR and those of `jsontext.read`) for what is no such list, or one of
    somebody else; LimitExceeded.
    """
    listed = jsontext.read(data) if isinstance(data, bytes) else data
    issuer = identifier(document.get("issuer"))
    if not isinstance(listed, dict) or listed.get("id", address) != address:
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "id"}))
    if identifier(listed.get("issuer", issuer)) != issuer:
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "issuer"}))
    # Empty arrays are left out in Open Badges; then the two ids say that it is a list at all.
    entries = listed.get("revokedCredential", [] if {"id", "issuer"} <= listed.keys() else None)
    if not isinstance(entries, list) or not all(map(_is_well_formed, entries)):
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "revokedCredential"}))
    own = _plain(identifier(document))
    return any(_plain(entry["id"]) == own and entry.get("revoked", True) for entry in entries)


def _is_well_formed(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("id"), str) and isinstance(entry.get("revoked", True), bool)


def _plain(name: str) -> str:
    """Return an id as two are compared: trimmed and decoded (OB 3.0, Verifiable Credential equality).

    Whose spelling differs only where it means nothing is the same too: scheme and host (RFC 3986, §6.2.2.1), and all of
    a URN. A list that names a credential is not to miss it; but two paths may differ by one capital.
    """
    decoded = unquote(name).strip()
    return decoded.lower() if decoded.lower().startswith("urn:") else _SCHEME_AND_HOST.sub(_lower, decoded)


def _lower(found: re.Match[str]) -> str:
    return found[0].lower()
