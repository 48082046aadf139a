"""Verification of endorsements, achievements and status lists: with Data Integrity proofs, or as JSON Web Tokens; and
of hosted badges of Open Badges 2.0.

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
from graph_service.endorse import hosted
from graph_service.endorse.authenticity import authenticity, controllers, withheld
from graph_service.endorse.embedded import carried, described, identifier
from graph_service.endorse.evidence import Evidence, Found, lying
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import most, read, unbaked
from graph_service.endorse.plain import objects
from graph_service.endorse.report import Name, Outcome, Report, checks
from graph_service.endorse.validity import dates, status_address, statuses
from graph_service.errors import GraphServiceError, Problem

MAX_DEPTH = 2  # what an embedded endorsement carries is opened, what that carries is not


def missing(document: bytes | Document, found: Found) -> tuple[str, ...]:
    """Return the addresses that `judge` would look up in `found` and that are not among its keys.

    They are controllers and their JWK sets (`controller.location` gives the URL of a did:web), status lists, and where
    a hosted badge lies. A list has a controller too, and a key may lie at a second place: so ask again with what was
    found until nothing is missing.
    """
    try:
        document = unbaked(document, found)
    except GraphServiceError as error:  # `judge` says so
        unread = error.problems[0].values.get("address")  # where it lies, if the picture just says that
        return (unread,) if isinstance(unread, str) and unread not in found else ()
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
        document = unbaked(document, found)
    except GraphServiceError as error:
        return Report("", "", (), checks(Name.DOCUMENT, error.problems))
    return _judge(document, Evidence(found, at, trusted, lane), about)


def _judge(data: Any, evidence: Evidence, about: Collection[str] | None) -> Report:
    try:
        document, token = read(data)
    except GraphServiceError as error:
        return Report("", "", evidence.place, checks(Name.DOCUMENT, error.problems, evidence.place))
    if hosted.is_hosted(document):
        return _judge_hosted(document, evidence, about)
    found = (
        *authenticity(document, token, evidence),
        *checks(
            Name.DATES,
            (*dates(document, evidence.at), *withheld("validUntil", document, token, evidence)),
            evidence.place,
        ),
        *checks(
            Name.STATUS,
            (*statuses(document, evidence), *withheld("credentialStatus", document, token, evidence)),
            evidence.place,
        ),
        *checks(Name.SUBJECT, _subjects(document, about), evidence.place),
    )
    embedded = tuple(_embedded(document, evidence))
    issuer = identifier(document.get("issuer"))
    report = Report(identifier(document), issuer, evidence.place, found, embedded=embedded, document=document)
    if evidence.trusted is None:
        return report
    return replace(report, trusted=report.authentic is Outcome.OK and issuer in evidence.trusted)


def _judge_hosted(document: Document, evidence: Evidence, about: Collection[str] | None) -> Report:
    """Judge an Assertion of Open Badges 2.0: nobody signed it, so the most that can be said is what its host says."""
    found, place = evidence.found, evidence.place
    made = (
        *checks(Name.DOCUMENT, hosted.shape(document), place),
        *checks(Name.PROOF, [Problem("NOT_SIGNED")], place),
        *checks(Name.HOSTED, hosted.confirmation(document, found), place),
        *checks(Name.DATES, dates(document, evidence.at), place),
        *checks(Name.STATUS, hosted.revocation(document, found), place),
        *checks(Name.SUBJECT, _subjects(document, about), place),
    )
    embedded = tuple(
        Report("", "", (*place, *inner), checks(Name.DOCUMENT, [Problem("NOT_OPENED")], (*place, *inner)))
        for inner, _, _ in islice(carried(document), most(evidence.depth))
    )
    trusted = None if evidence.trusted is None else False
    issuer = hosted.issuer(document, found)
    return Report(identifier(document), issuer, place, made, trusted, embedded=embedded, document=document)


# The subject, and what is embedded.


def _subjects(document: Document, about: Collection[str] | None) -> Iterator[Problem]:
    for subject in objects(document.get("credentialSubject")) or [{}]:
        if about is not None and identifier(subject) not in about:
            name, may = identifier(subject), ", ".join(sorted(about))[:200]
            yield Problem("SUBJECT_MISMATCH", {"subject": name, "about": may}, ("credentialSubject", "id"))


def _embedded(document: Document, evidence: Evidence) -> Iterator[Report]:
    about: dict[int, frozenset[str]] = {}  # by carrier, which may carry a hundred and be large
    for place, endorsement, carrier in islice(carried(document), most(evidence.depth)):
        inner = replace(evidence, place=(*evidence.place, *place), depth=evidence.depth + 1)
        if inner.depth > MAX_DEPTH:
            yield Report("", "", inner.place, checks(Name.DOCUMENT, [Problem("NOT_OPENED")], inner.place))
            continue
        if id(carrier) not in about:
            about[id(carrier)] = described(carrier)
        yield _judge(_opened(endorsement), inner, about[id(carrier)])


def _opened(endorsement: Any) -> Any:
    """Return an embedded endorsement as `read` takes it; in `endorsementJwt` it is text."""
    return endorsement.encode(errors="replace") if isinstance(endorsement, str) else endorsement


# What the checks above would look up.


def _wanted(data: Any, found: Found, depth: int = 0) -> Iterator[str]:
    try:
        document, token = read(data)
    except GraphServiceError:  # what cannot be read needs nothing
        return
    if hosted.is_hosted(document):
        yield from hosted.wanted(document, found)
        return
    yield from controllers(document, token, found)
    for entry in objects(document.get("credentialStatus")):
        if (address := status_address(entry, document)) is not None:
            yield address
            with suppress(GraphServiceError):
                yield from controllers(*read(lying(found, address)), found)
    for _, endorsement, _ in islice(carried(document), most(depth)):
        if depth < MAX_DEPTH:
            yield from _wanted(_opened(endorsement), found, depth + 1)
