"""Verification of endorsements, achievements and status lists: with Data Integrity proofs, or as JSON Web Tokens.

A question that needs the world is asked twice: `missing` says which addresses would help, `judge` decides
with what was found there. The rules are those of OB 3.0 (endorsement verification), VC Data Integrity 1.0
§4.4 to §4.6, Controlled Identifiers §3.3 and Bitstring Status List §3.2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from graph_service.domain.time import Instant
from graph_service.endorse.authenticity import authenticity, controllers
from graph_service.endorse.embedded import carried, described, identifier
from graph_service.endorse.evidence import Evidence, Found
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import MAX_EMBEDDED, read, unbaked
from graph_service.endorse.plain import objects
from graph_service.endorse.report import Name, Outcome, Report, checks
from graph_service.endorse.validity import dates, is_known, statuses
from graph_service.errors import GraphServiceError, Problem

MAX_DEPTH = 2  # what an embedded endorsement carries is opened, what that carries is not


def missing(document: bytes | Document, found: Found) -> tuple[str, ...]:
    """Return the addresses that `judge` would look up in `found` and that are not among its keys.

    They are controllers (`controller.location` gives the URL of a did:web) and status lists. A list has a
    controller too, so ask again with what was found until nothing is missing.
    """
    try:
        document = unbaked(document)
    except GraphServiceError:  # `judge` says so
        return ()
    return tuple(address for address in dict.fromkeys(_wanted(document, found)) if address not in found)


def judge(
    document: bytes | Document,
    found: Found,
    at: Instant,
    trusted: Collection[str] | None = None,
    *,
    about: Collection[str] | None = None,
    lane: Lane = SAFE,
) -> Report:
    """Verify a credential, or the one in a picture, at an instant, and every endorsement that it carries by itself.

    `trusted` are the issuers that the reader trusts, if that is known; `about` are the ids it must speak of, if that
    matters.
    Raises nothing: whatever is wrong with the document is a check in the report.
    """
    try:
        document = unbaked(document)
    except GraphServiceError as error:
        return Report("", "", (), checks(Name.DOCUMENT, error.problems))
    return _judge(document, Evidence(found, at, trusted, lane), about)


def _judge(data: Any, evidence: Evidence, about: Collection[str] | None) -> Report:
    try:
        document, token = read(data)
    except GraphServiceError as error:
        return Report("", "", evidence.place, checks(Name.DOCUMENT, error.problems, evidence.place))
    found = (
        *authenticity(document, token, evidence),
        *checks(Name.DATES, dates(document, evidence.at), evidence.place),
        *checks(Name.STATUS, statuses(document, evidence), evidence.place),
        *checks(Name.SUBJECT, _subjects(document, about), evidence.place),
    )
    embedded = tuple(_embedded(document, evidence))
    issuer = identifier(document.get("issuer"))
    report = Report(identifier(document), issuer, evidence.place, found, embedded=embedded, document=document)
    if evidence.trusted is None:
        return report
    return replace(report, trusted=report.authentic is Outcome.OK and issuer in evidence.trusted)


# The subject, and what is embedded.


def _subjects(document: Document, about: Collection[str] | None) -> Iterator[Problem]:
    for subject in objects(document.get("credentialSubject")):
        if about is not None and identifier(subject) not in about:
            name, may = identifier(subject), ", ".join(sorted(about))[:200]
            yield Problem("SUBJECT_MISMATCH", {"subject": name, "about": may}, ("credentialSubject", "id"))


def _embedded(document: Document, evidence: Evidence) -> Iterator[Report]:
    for place, endorsement, carrier in islice(carried(document), MAX_EMBEDDED):
        inner = replace(evidence, place=(*evidence.place, *place), depth=evidence.depth + 1)
        if inner.depth > MAX_DEPTH:
            yield Report("", "", inner.place, checks(Name.DOCUMENT, [Problem("NOT_OPENED")], inner.place))
        else:
            yield _judge(_opened(endorsement), inner, described(carrier))


def _opened(endorsement: Any) -> Any:
    """Return an embedded endorsement as `read` takes it; in `endorsementJwt` it is text."""
    return endorsement.encode(errors="replace") if isinstance(endorsement, str) else endorsement


# What the checks above would look up.


def _wanted(data: Any, found: Found, depth: int = 0) -> Iterator[str]:
    try:
        document, token = read(data)
    except GraphServiceError:  # what cannot be read needs nothing
        return
    yield from controllers(document, token)
    for entry in filter(is_known, objects(document.get("credentialStatus"))):
        address = entry["statusListCredential"]
        yield address
        with suppress(GraphServiceError):
            yield from controllers(*read(found.get(address)))
    for _, endorsement, _ in islice(carried(document), MAX_EMBEDDED):
        if depth < MAX_DEPTH:
            yield from _wanted(_opened(endorsement), found, depth + 1)
