"""Hosted badges of Open Badges 2.0: confirmed by what lies at the issuer's own site; nobody signed them.

An Assertion names its BadgeClass, and that its issuer's Profile. Whoever holds a copy asks the Assertion's own address
whether it says the same, and the issuer's Profile whether Assertions at such addresses are its own (Open Badges 2.0,
"Hosted Verification" and `VerificationObject`). BadgeClass and Profile are read at their own addresses too: what a copy
says about them anybody could have written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from graph_service.domain.iri import has_steps
from graph_service.endorse import jsontext
from graph_service.endorse.embedded import identifier
from graph_service.endorse.evidence import Absent, Found, lying, why_not
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import names
from graph_service.errors import CredentialError, GraphServiceError, Problem

CONTEXT = "https://w3id.org/openbadges/v2"
_TYPES = {"hosted", "HostedBadge"}
_GONE = 410


def is_hosted(document: Document) -> bool:
    """Tell whether a document is an Assertion that is to be confirmed at its own address."""
    verification = document.get("verification")
    kinds = names(verification.get("type")) if isinstance(verification, dict) else []
    named = CONTEXT in names(document.get("@context")) and "Assertion" in names(document.get("type"))
    return named and not _TYPES.isdisjoint(kinds)


def shape(document: Document) -> Iterator[Problem]:
    """List what an Assertion must have and this one has not."""
    for member in ("id", "badge", "recipient", "issuedOn"):
        if not document.get(member):
            yield Problem("MISSING_MEMBER", {"member": member}, (member,))


def wanted(document: Document, found: Found) -> Iterator[str]:
    """Walk the addresses that `confirmation` reads: the Assertion, its BadgeClass, and the Profile that this names."""
    addresses = (identifier(document), identifier(document.get("badge")), _issuer(document, found))
    yield from filter(_is_address, addresses)


def issuer(document: Document, found: Found) -> str:
    """Return the id of the issuer: as the BadgeClass at its own address names it, else as the copy does."""
    badge = document.get("badge")
    return _issuer(document, found) or identifier(badge.get("issuer") if isinstance(badge, dict) else None)


def _issuer(document: Document, found: Found) -> str:
    try:
        return identifier(_at(identifier(document.get("badge")), found).get("issuer"))
    except GraphServiceError:
        return ""


def confirmation(document: Document, found: Found) -> Iterator[Problem]:
    """List why the issuer's own site does not confirm an Assertion, or cannot be asked."""
    address, badge = identifier(document), identifier(document.get("badge"))
    try:
        if _exact(_at(address, found)) != _exact(document):
            yield Problem("HOSTED_MISMATCH", {"address": address}, ("id",))
        owner = identifier(_described(badge, {"BadgeClass"}, found).get("issuer"))
        profile = _described(owner, {"Profile", "Issuer"}, found)
        if not _is_in_scope(address, profile):
            yield Problem("HOSTED_OUT_OF_SCOPE", {"address": address, "issuer": owner}, ("id",))
    except GraphServiceError as error:
        yield from error.problems


def revocation(document: Document, found: Found) -> Iterator[Problem]:
    """List what a copy, or what lies at its address, says of its being revoked; `410 Gone` says so too."""
    address = identifier(document)
    absent = found.get(address)
    gone = isinstance(absent, Absent) and absent.values.get("status") == _GONE
    there: Document = {}
    try:
        there = {} if gone else _at(address, found)
    except GraphServiceError as error:
        yield from error.problems
    if gone or any(each.get("revoked", False) is not False for each in (document, there)):
        yield Problem("CREDENTIAL_REVOKED", {"index": address, "address": address}, ("id",))


def _described(address: str, kinds: set[str], found: Found) -> Document:
    """Return what lies at an address, if it says to be that and of that type. Raises CredentialError, LimitExceeded."""
    document = _at(address, found)
    if identifier(document) != address or kinds.isdisjoint(names(document.get("type"))):
        raise CredentialError(Problem("HOSTED_MISMATCH", {"address": address}, ("badge",)))
    return document


def _at(address: str, found: Found) -> Document:
    """Return the JSON object at an HTTPS address. Raises CredentialError (HOSTED_UNAVAILABLE)."""
    value: Any = lying(found, address) if _is_address(address) else None
    try:
        value = jsontext.read(value) if isinstance(value, bytes) else value
    except GraphServiceError as error:  # a page for people, perhaps
        raise CredentialError(Problem("HOSTED_UNAVAILABLE", {"address": address, "reason": error.code})) from None
    if not isinstance(value, dict):
        raise CredentialError(Problem("HOSTED_UNAVAILABLE", why_not(found, address)))
    return value


def _is_address(address: str) -> bool:
    return address.startswith("https://")


def _exact(document: Document) -> str:
    """Write a document so that two are equal only if they say the same; in Python 1 equals True."""
    return json.dumps(document, sort_keys=True)


def _is_in_scope(address: str, profile: Document) -> bool:
    """Tell whether an Assertion at an address is the issuer's (`VerificationObject`): by default at the same host."""
    rules = profile.get("verification")
    rules = rules if isinstance(rules, dict) else {}
    host = _host(address)
    if has_steps(address):
        return False
    if "startsWith" in rules:
        return any(address.startswith(start) and _host(start) == host for start in names(rules["startsWith"]))
    if "allowedOrigins" in rules:
        return bool(host) and host in names(rules["allowedOrigins"])
    return bool(host) and host == _host(identifier(profile))


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower() if _is_address(address) else ""
    except ValueError:
        return ""
