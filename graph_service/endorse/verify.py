"""Verification of endorsements, achievements, learner records and status lists, with Data Integrity proofs or as JSON
Web Tokens; and of hosted badges of Open Badges 2.0.

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
from graph_service.endorse.controller import is_at_host
from graph_service.endorse.embedded import PART, carried, described, identifier, unopened
from graph_service.endorse.evidence import Evidence, Found, lying
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import most, read, unbaked
from graph_service.endorse.plain import objects
from graph_service.endorse.report import Name, Outcome, Report, checks
from graph_service.endorse.validity import dates, status_addresses, statuses
from graph_service.errors import GraphServiceError, Path, Problem

MAX_DEPTH = 2  # what an embedded credential carries is opened, what that carries is not


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
    return tuple(address for address in dict.fromkeys(_wanted(document, found, set())) if address not in found)


def judge(
    document: bytes | Document,
    found: Found,
    at: Instant,
    trusted: Collection[str] | None = None,
    *,
    about: Collection[str] | None = None,
    lane: Lane = SAFE,
) -> Report:
    """Verify a credential, or the one in a picture, at an instant, and every one that it carries by itself.

    `trusted` are the issuers that the reader trusts, if that is known; `about` are the ids it must speak of, if that
    matters.
    Raises nothing: whatever is wrong with the document is a check in the report.
    """
    try:
        document = unbaked(document, found)
    except GraphServiceError as error:
        return Report("", "", (), checks(Name.DOCUMENT, error.problems))
    return _judge(document, Evidence(found, at, trusted, lane.remembering()), about)


def _judge(data: Any, evidence: Evidence, about: Collection[str] | None) -> Report:
    try:
        document, token = read(data)
    except GraphServiceError as error:
        return Report("", "", evidence.place, checks(Name.DOCUMENT, error.problems, evidence.place))
    if hosted.is_hosted(document):
        return _judge_hosted(document, evidence, about)
    hidden = withheld(document, token, evidence)
    found = (
        *authenticity(document, token, evidence),
        *checks(
            Name.DATES,
            (*dates(document, evidence.at), *hidden.get("validUntil", ())),
            evidence.place,
        ),
        *checks(
            Name.STATUS,
            (*statuses(document, evidence), *hidden.get("credentialStatus", ())),
            evidence.place,
            good="" if "credentialStatus" in document else "STATUS_NONE",
        ),
        *checks(Name.SUBJECT, _subjects(document, about, evidence.carrier), evidence.place),
    )
    embedded = (*_embedded(document, evidence), *_others(document, evidence))
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
        *checks(Name.HOSTED, hosted.confirmation(document, found), place, good="HOSTED_CONFIRMED"),
        *checks(Name.DATES, dates(document, evidence.at), place),
        *checks(Name.STATUS, hosted.revocation(document, found), place),
        *checks(Name.SUBJECT, _subjects(document, about, evidence.carrier), place),
    )
    carries = (_not_opened((*place, *inner)) for inner, _, _ in islice(carried(document), most(evidence.depth)))
    embedded = (*carries, *_others(document, evidence))
    trusted = None if evidence.trusted is None else False
    issuer = hosted.issuer(document, found)
    return Report(identifier(document), issuer, place, made, trusted, embedded=embedded, document=document)


# The subject, and what is embedded.


def _subjects(document: Document, about: Collection[str] | None, carrier: str) -> Iterator[Problem]:
    """List what is not among the ids that it must speak of, or is the carrier's own word for what lies elsewhere.

    An id alone binds little: anybody can sign a badge that describes somebody else's achievement in other words. Only
    of what lies at the carrier's own host is the description the one that was endorsed, as far as one can tell.
    """
    for subject in objects(document.get("credentialSubject")) or [{}]:
        name, place = identifier(subject), ("credentialSubject", "id")
        if about is not None and name not in about:
            yield Problem("SUBJECT_MISMATCH", {"subject": name, "about": ", ".join(sorted(about))[:200]}, place)
        elif carrier not in ("", name) and name.startswith(("http:", "https:")) and not is_at_host(name, carrier):
            yield Problem("SUBJECT_ELSEWHERE", {"subject": name[:200], "issuer": carrier[:200]}, place)


def _embedded(document: Document, evidence: Evidence) -> Iterator[Report]:
    about: dict[int, frozenset[str]] = {}  # by carrier, which may carry a hundred and be large
    issuer = identifier(document.get("issuer"))
    for place, embedded, carrier in islice(carried(document), most(evidence.depth)):
        describes = "" if place[-2] == PART else issuer  # a learner, whom parts of a record share, nobody describes
        inner = replace(evidence, place=(*evidence.place, *place), depth=evidence.depth + 1, carrier=describes)
        if inner.depth > MAX_DEPTH:
            yield _not_opened(inner.place)
            continue
        if id(carrier) not in about:
            about[id(carrier)] = described(carrier)
        yield _judge(_opened(embedded), inner, about[id(carrier)])


def _others(document: Document, evidence: Evidence) -> Iterator[Report]:
    """Mention the credentials that stand where none is to be: nothing was looked at in them."""
    for place in islice(unopened(document), most(evidence.depth)):
        yield _not_opened((*evidence.place, *place))


def _not_opened(place: Path) -> Report:
    return Report("", "", place, checks(Name.DOCUMENT, [Problem("NOT_OPENED")], place))


def _opened(embedded: Any) -> Any:
    """Return an embedded credential as `read` takes it; in `endorsementJwt` it is text."""
    return embedded.encode(errors="replace") if isinstance(embedded, str) else embedded


# What the checks above would look up.


def _wanted(data: Any, found: Found, lists: set[str], depth: int = 0) -> Iterator[str]:
    """Walk the addresses; `lists` are those of the status lists that were looked into."""
    try:
        document, token = read(data)
    except GraphServiceError:  # what cannot be read needs nothing
        return
    if hosted.is_hosted(document):
        yield from hosted.wanted(document, found)
        return
    yield from controllers(document, token, found)
    for address in status_addresses(document):
        if address not in lists:
            lists.add(address)
            yield address
            with suppress(GraphServiceError):
                yield from controllers(*read(lying(found, address)), found)
    for _, embedded, _ in islice(carried(document), most(depth)):
        if depth < MAX_DEPTH:
            yield from _wanted(_opened(embedded), found, lists, depth + 1)
