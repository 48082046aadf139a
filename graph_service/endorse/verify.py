"""Verification of endorsements, achievements and status lists with Data Integrity proofs.

A question that needs the world is asked twice: `missing` says which addresses would help, `judge` decides with what was
found there. The rules are those of OB 3.0 (endorsement verification), VC Data Integrity 1.0 §4.4 to §4.6, Controlled
Identifiers §3.3 and Bitstring Status List §3.2.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph_service.domain.time import OPEN_END, Instant, Span, instant
from graph_service.endorse import controller, eddsa_rdfc_2022, jsontext, status_list
from graph_service.endorse.controller import PUBLISHED_TEST_KEYS, PublicKey, controller_of
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import is_credential, names, objects
from graph_service.endorse.report import Check, Name, Outcome, Report, checks
from graph_service.errors import CredentialError, GraphServiceError, InvalidInput, Path, Problem, ProofError

MAX_DEPTH = 2  # what is embedded in an embedded endorsement is opened, what is in that one is not
MAX_EMBEDDED = 100  # endorsements of one credential

Found = Mapping[str, bytes | Document | None]
"""What lies at an address, as bytes or as a JSON object; None if it cannot be had."""


def missing(document: bytes | Document, found: Found) -> tuple[str, ...]:
    """Return the addresses that `judge` would look up in `found` and that are not among its keys.

    They are controllers (`controller.location` gives the URL of a did:web) and status lists. A list has a controller
    too: ask again with what was found, until nothing is missing. Nothing can be missing of what cannot be read.
    """
    try:
        wanted = dict.fromkeys(_wanted(_read(document), found))
    except GraphServiceError:
        return ()
    return tuple(address for address in wanted if address not in found)


def judge(
    document: bytes | Document,
    found: Found,
    at: Instant,
    trusted: Collection[str] = (),
    *,
    about: Collection[str] | None = None,
    lane: Lane = SAFE,
) -> Report:
    """Verify a credential at an instant, and every endorsement embedded in it as a document of its own.

    `trusted` are the issuers that the reader trusts; `about` the ids it may speak of, if that matters. Raises nothing:
    whatever is wrong with the document is a check in the report.
    """
    return _judge(document, _World(found, at, frozenset(trusted), lane), about)


@dataclass(frozen=True, slots=True)
class _World:
    found: Found
    at: Instant
    trusted: Collection[str]
    lane: Lane
    place: Path = ()  # of the credential in the outermost one
    depth: int = 0


def _judge(
    data: Any, world: _World, about: Collection[str] | None = None, *, is_list: bool = False
) -> Report:
    """Judge one credential; of a status list neither a status nor endorsements are looked at."""
    try:
        document = _read(data)
    except GraphServiceError as error:
        return Report("", "", world.place, checks(Name.DOCUMENT, error.problems, world.place))
    issuer = _id(document.get("issuer"))
    found = [
        *checks(Name.DOCUMENT, _shape(document), world.place),
        *_signatures(document, issuer, world),
        *checks(Name.DATES, _dates(document, world.at), world.place),
        *checks(Name.STATUS, () if is_list else _statuses(document, issuer, world), world.place),
        *checks(Name.SUBJECT, _subjects(document, about), world.place),
    ]
    embedded = () if is_list else tuple(_endorsements(document, world))
    report = Report(_id(document), issuer, world.place, tuple(found), embedded=embedded)
    return replace(report, trusted=report.authentic is Outcome.OK and issuer in world.trusted)


# The document: what the other checks read must be there.

_JWS = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\s*\Z")
_OPEN_BADGES_2 = "https://w3id.org/openbadges/v2"
_ENDORSEMENT = "EndorsementCredential"
_KINDS = {_ENDORSEMENT, "AchievementCredential", "OpenBadgeCredential", "BitstringStatusListCredential"}


def _read(data: Any) -> Document:
    """Read a document. Raises CredentialError, LimitExceeded."""
    if isinstance(data, bytes):
        if _JWS.match(data):
            raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": "JWT"}))
        data = jsontext.read(data)
    if not isinstance(data, dict):
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": type(data).__name__}))
    if _OPEN_BADGES_2 in names(data.get("@context")):
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": "Open Badges 2"}))
    return data


def _shape(document: Document) -> Iterator[Problem]:
    kinds = names(document.get("type"))
    if "VerifiableCredential" not in kinds or _KINDS.isdisjoint(kinds):
        yield Problem("UNSUPPORTED_TYPE", {"type": ", ".join(kinds)[:200]}, ("type",))
    subjects = objects(document.get("credentialSubject"))
    there = {"id": _id(document), "issuer": _id(document.get("issuer")), "credentialSubject": subjects}
    for member in (member for member, value in there.items() if not value):
        yield Problem("MISSING_MEMBER", {"member": member}, (member,))
    for subject in subjects if _ENDORSEMENT in kinds else ():
        if not _id(subject):
            yield Problem("MISSING_MEMBER", {"member": "id"}, ("credentialSubject", "id"))
        if "EndorsementSubject" not in names(subject.get("type")):
            yield Problem("MISSING_MEMBER", {"member": "EndorsementSubject"}, ("credentialSubject", "type"))
    if len(list(_carried(document))) > MAX_EMBEDDED:
        yield Problem("LIMIT_EXCEEDED", {"what": "endorsements", "limit": MAX_EMBEDDED})


# Key, proof and issuer: who signed it.


def _signatures(document: Document, issuer: str, world: _World) -> Iterator[Check]:
    """Check every proof of a known cryptosuite; others beside it do not matter (VC Data Integrity 1.0, §4.5)."""
    proofs = [
        (place, proof) for place, proof in _placed(document, "proof") if eddsa_rdfc_2022.is_supported(proof)
    ]
    if not proofs:
        others = [
            f"{proof.get('type')} {proof.get('cryptosuite', '')}" for _, proof in _placed(document, "proof")
        ]
        problem = Problem("UNSUPPORTED_PROOF", {"proof": ", ".join(others)[:200]}, ("proof",))
        yield from checks(
            Name.PROOF, [problem if others else Problem("PROOF_MISSING", {}, ("proof",))], world.place
        )
        return
    found = [problem for place, proof in proofs for problem in _signature(document, place, proof, world)]
    controllers = sorted({controller_of(str(proof.get("verificationMethod"))) for _, proof in proofs})
    if issuer not in controllers:
        values = {"issuer": issuer, "controller": ", ".join(controllers)}
        found.append((Name.ISSUER, Problem("ISSUER_MISMATCH", values, ("issuer",))))
    for name in (Name.KEY, Name.PROOF, Name.ISSUER):
        yield from checks(name, [problem for of, problem in found if of is name], world.place)


def _signature(
    document: Document, place: Path, proof: Document, world: _World
) -> Iterator[tuple[Name, Problem]]:
    """Check one proof: its form, its key, then the signature."""
    if malformed := eddsa_rdfc_2022.problems(proof):
        yield Name.KEY, Problem("NOT_CHECKED", {}, place)
        yield from ((Name.PROOF, problem.under(*place)) for problem in malformed)
        return
    try:
        key = _key(proof["verificationMethod"], world)
    except GraphServiceError as error:
        yield from ((Name.KEY, problem.under(*place, "verificationMethod")) for problem in error.problems)
        yield Name.PROOF, Problem("NOT_CHECKED", {}, place)
        return
    if key.multibase in PUBLISHED_TEST_KEYS:
        yield (
            Name.ISSUER,
            Problem("PUBLISHED_TEST_KEY", {"key": key.multibase}, (*place, "verificationMethod")),
        )
    try:
        eddsa_rdfc_2022.check(document, proof, controller.decode(key.multibase), lane=world.lane)
    except ProofError as error:
        yield from ((Name.PROOF, problem.under(*place)) for problem in error.problems)
    except GraphServiceError as error:  # of the document
        yield from ((Name.PROOF, problem) for problem in error.problems)


def _key(method: str, world: _World) -> PublicKey:
    """Return the key of a verification method. Raises CredentialError, InvalidInput, LimitExceeded."""
    address = controller_of(method)
    document = controller.of_did_key(address) or world.found.get(address)
    if document is None:
        raise CredentialError(Problem("CONTROLLER_UNAVAILABLE", {"address": address}))
    if isinstance(document, bytes):
        document = jsontext.read(document)
    if not isinstance(document, dict):
        raise CredentialError(Problem("INVALID_CONTROLLED_IDENTIFIER_DOCUMENT", {"address": address}))
    key = controller.find(document, method)
    if key.revoked:
        raise CredentialError(Problem("KEY_REVOKED", {"revoked": key.revoked}))
    if key.expires and instant(key.expires) <= world.at:
        raise CredentialError(Problem("KEY_EXPIRED", {"expires": key.expires}))
    return key


# Dates and status: whether it holds at the instant asked about.


def _validity(document: Document) -> Span:
    """Return when a credential holds; VCDM 1.1 has other names for it. Raises InvalidInput (INVALID_INSTANT)."""
    since, until = (
        [instant(str(document[member]), (member,)) for member in members if member in document]
        for members in (("validFrom", "issuanceDate"), ("validUntil", "expirationDate"))
    )
    return Span(max(since, default=Instant("")), min(until, default=OPEN_END))


def _dates(document: Document, at: Instant) -> Iterator[Problem]:
    try:
        span = _validity(document)
        ends = [
            instant(str(proof["expires"])) for _, proof in _placed(document, "proof") if "expires" in proof
        ]
    except InvalidInput as error:
        yield from error.problems
        return
    if not span.since:
        yield Problem("MISSING_MEMBER", {"member": "validFrom"}, ("validFrom",))
    elif at < span.since:
        yield Problem("NOT_YET_VALID", {"since": span.since}, ("validFrom",))
    if span.until <= at:
        yield Problem("EXPIRED", {"until": span.until}, ("validUntil",))
    yield from (Problem("PROOF_EXPIRED", {"until": end}, ("proof",)) for end in ends if end <= at)


_ENTRY = "BitstringStatusListEntry"
_PURPOSES = {"revocation": "CREDENTIAL_REVOKED", "suspension": "CREDENTIAL_SUSPENDED"}


def _statuses(document: Document, issuer: str, world: _World) -> Iterator[Problem]:
    entries = list(_placed(document, "credentialStatus"))
    if "credentialStatus" in document and not entries:
        yield Problem("UNSUPPORTED_STATUS", {"type": "?"}, ("credentialStatus",))
    for place, entry in entries:
        yield from (problem.under(*place) for problem in _status(entry, issuer, world))


def _status(entry: Document, issuer: str, world: _World) -> Iterator[Problem]:
    """Check one status entry (Bitstring Status List v1.0, §3.2). A set bit counts, whatever else is doubtful."""
    purpose, address = entry.get("statusPurpose"), str(entry.get("statusListCredential"))
    if _ENTRY not in names(entry.get("type")) or purpose not in _PURPOSES or entry.get("statusSize", 1) != 1:
        yield Problem("UNSUPPORTED_STATUS", {"type": f"{entry.get('type')} {purpose}"[:200]})
        return
    if (data := world.found.get(address)) is None:
        yield Problem("STATUS_RETRIEVAL_ERROR", {"address": address})
        return
    report = _judge(data, world, is_list=True)
    if report.authentic is not Outcome.OK:
        yield Problem("STATUS_VERIFICATION_ERROR", {"address": address})
        return
    listed = _read(data)
    try:
        revoked = _is_set(listed, entry)
    except GraphServiceError as error:
        yield from error.problems
        return
    if revoked:
        yield Problem(_PURPOSES[purpose], {"address": address, "index": entry["statusListIndex"]})
        return
    if report.id != address:
        yield Problem("STATUS_LIST_MISMATCH", {"address": address, "id": report.id})
    if report.issuer != issuer:
        yield Problem("STATUS_ISSUER_MISMATCH", {"issuer": issuer, "listIssuer": report.issuer})
    span = _validity(listed)
    # A revocation cannot be undone: what a later list does not name was not revoked earlier either.
    if span.until <= world.at or (purpose != "revocation" and world.at < span.since):
        yield Problem("STATUS_LIST_NOT_CURRENT", {"since": span.since, "until": span.until})


def _is_set(listed: Document, entry: Document) -> bool:
    """Look an entry up in its list. Raises CredentialError."""
    for subject in objects(listed.get("credentialSubject"))[:1]:
        if entry["statusPurpose"] in names(subject.get("statusPurpose")):
            bits = status_list.decode(str(subject.get("encodedList")))
            return status_list.is_set(bits, status_list.index(entry.get("statusListIndex")))
    raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"address": _id(listed)}))


# The subject, and what is embedded.


def _subjects(document: Document, about: Collection[str] | None) -> Iterator[Problem]:
    for subject in objects(document.get("credentialSubject")):
        if about is not None and _id(subject) not in about:
            values = {"subject": _id(subject), "about": ", ".join(sorted(about))[:200]}
            yield Problem("SUBJECT_MISMATCH", values, ("credentialSubject", "id"))


def _endorsements(document: Document, world: _World) -> Iterator[Report]:
    """Judge what is embedded; it must be about what carries it, or about an entity described in that."""
    for place, endorsement, carrier in itertools.islice(_carried(document), MAX_EMBEDDED):
        inner = replace(world, place=(*world.place, *place), depth=world.depth + 1)
        if inner.depth > MAX_DEPTH:
            yield Report("", "", inner.place, checks(Name.DOCUMENT, [Problem("NOT_OPENED")], inner.place))
        else:
            data = endorsement.encode() if isinstance(endorsement, str) else endorsement
            yield _judge(data, inner, frozenset(_described(carrier)))


def _carried(node: Any, place: Path = ()) -> Iterator[tuple[Path, Any, Document]]:
    """Walk the endorsements in a credential, but not into other credentials: place, endorsement, its carrier."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _carried(item, (*place, number))
    if not isinstance(node, dict) or (place and is_credential(node)):
        return
    for member, value in node.items():
        if member not in ("endorsement", "endorsementJwt"):
            yield from _carried(value, (*place, member))
        elif isinstance(value, list):
            yield from (((*place, member, number), item, node) for number, item in enumerate(value))
        else:
            yield (*place, member), value, node


def _described(node: Any, *, inside: bool = False) -> Iterator[str]:
    """Return the ids of what an object describes: itself, and the entities inside it that can be endorsed."""
    if isinstance(node, list):
        for item in node:
            yield from _described(item, inside=inside)
    if not isinstance(node, dict) or (inside and is_credential(node)):
        return
    if (name := _id(node)) and (not inside or not _ENTITIES.isdisjoint(names(node.get("type")))):
        yield name
    for value in node.values():
        yield from _described(value, inside=True)


_ENTITIES = {"Profile", "Achievement", "AchievementSubject"}


# What the checks above would look up.


def _wanted(document: Document, found: Found, depth: int = 0) -> Iterator[str]:
    yield from _controllers(document)
    for entry in objects(document.get("credentialStatus")):
        if _ENTRY in names(entry.get("type")) and isinstance(
            address := entry.get("statusListCredential"), str
        ):
            yield address
            if (listed := found.get(address)) is not None:
                yield from _controllers(_read(listed))
    for _, endorsement, _ in itertools.islice(_carried(document), MAX_EMBEDDED):
        if isinstance(endorsement, dict) and depth < MAX_DEPTH:
            yield from _wanted(endorsement, found, depth + 1)


def _controllers(document: Document) -> Iterator[str]:
    for _, proof in _placed(document, "proof"):
        if eddsa_rdfc_2022.is_supported(proof) and not eddsa_rdfc_2022.problems(proof):
            address = controller_of(proof["verificationMethod"])
            if not controller.of_did_key(address):
                yield address


def _id(node: Any) -> str:
    """Return the id of an object, or the string that stands for it; empty if there is none."""
    name = node.get("id") if isinstance(node, dict) else node
    return name if isinstance(name, str) else ""


def _placed(document: Document, member: str) -> Iterator[tuple[Path, Document]]:
    """Walk the objects of a member that may be one object or an array of them, with their places."""
    value = document.get(member)
    if isinstance(value, dict):
        yield (member,), value
    elif isinstance(value, list):
        yield from (((member, number), item) for number, item in enumerate(value) if isinstance(item, dict))
