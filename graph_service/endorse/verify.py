"""Verification of endorsements, achievements and status lists: with Data Integrity proofs, or as JSON Web Tokens.

A question that needs the world is asked twice: `missing` says which addresses would help, `judge` decides
with what was found there. The rules are those of OB 3.0 (endorsement verification), VC Data Integrity 1.0
§4.4 to §4.6, Controlled Identifiers §3.3 and Bitstring Status List §3.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from graph_service.domain.time import OPEN_END, Instant, Span, instant
from graph_service.endorse import controller, eddsa_rdfc_2022, jsontext, status_list, vc_jwt
from graph_service.endorse.bake import is_image, unbake
from graph_service.endorse.controller import controller_of
from graph_service.endorse.embedded import carried, described, identifier
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import PublicKey, refuse_test_key
from graph_service.endorse.plain import is_credential, names, objects
from graph_service.endorse.report import Check, Name, Outcome, Report, checks
from graph_service.endorse.vc_jwt import Token
from graph_service.errors import CredentialError, GraphServiceError, InvalidInput, Path, Problem, ProofError

MAX_DEPTH = 2  # what an embedded endorsement carries is opened, what that carries is not
MAX_EMBEDDED = 100  # endorsements that one credential carries

Found = Mapping[str, bytes | Document | None]
"""What lies at an address, as bytes or as a JSON object; None if it cannot be had."""


def missing(document: bytes | Document, found: Found) -> tuple[str, ...]:
    """Return the addresses that `judge` would look up in `found` and that are not among its keys.

    They are controllers (`controller.location` gives the URL of a did:web) and status lists. A list has a
    controller too, so ask again with what was found until nothing is missing.
    """
    try:
        document = _unbaked(document)
    except GraphServiceError:  # `judge` says so
        return ()
    return tuple(address for address in dict.fromkeys(_wanted(document, found)) if address not in found)


def judge(
    document: bytes | Document,
    found: Found,
    at: Instant,
    trusted: Collection[str] = (),
    *,
    about: Collection[str] | None = None,
    lane: Lane = SAFE,
) -> Report:
    """Verify a credential, or the one in a picture, at an instant, and every endorsement that it carries by itself.

    `trusted` are the issuers that the reader trusts; `about` are the ids it must speak of, if that matters.
    Raises nothing: whatever is wrong with the document is a check in the report.
    """
    try:
        document = _unbaked(document)
    except GraphServiceError as error:
        return Report("", "", (), checks(Name.DOCUMENT, error.problems))
    return _judge(document, _World(found, at, frozenset(trusted), lane), about)


def _unbaked(document: bytes | Document) -> bytes | Document:
    """Return the credential that a picture carries; anything else as it is. Raises what `unbake` raises."""
    return unbake(document).encode() if isinstance(document, bytes) and is_image(document) else document


@dataclass(frozen=True, slots=True)
class _World:
    found: Found
    at: Instant
    trusted: Collection[str]
    lane: Lane
    place: Path = ()  # of the credential in the outermost one
    depth: int = 0


def _judge(data: Any, world: _World, about: Collection[str] | None) -> Report:
    try:
        document, token = _read(data)
    except GraphServiceError as error:
        return Report("", "", world.place, checks(Name.DOCUMENT, error.problems, world.place))
    found = (
        *_authenticity(document, token, world),
        *checks(Name.DATES, _dates(document, world.at), world.place),
        *checks(Name.STATUS, _statuses(document, world), world.place),
        *checks(Name.SUBJECT, _subjects(document, about), world.place),
    )
    embedded = tuple(_embedded(document, world))
    issuer = identifier(document.get("issuer"))
    report = Report(identifier(document), issuer, world.place, found, embedded=embedded)
    return replace(report, trusted=report.authentic is Outcome.OK and issuer in world.trusted)


# The document: what the other checks read must be there.

_JWS = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\s*\Z")
_OPEN_BADGES_2 = "https://w3id.org/openbadges/v2"
_ENDORSEMENT = "EndorsementCredential"
_STATUS_LIST = "BitstringStatusListCredential"
_KINDS = {_ENDORSEMENT, "AchievementCredential", "OpenBadgeCredential", _STATUS_LIST}
_PROFILES = {"issuer", "creator", "source", "parentOrg"}  # members of Open Badges that hold a Profile


def _read(data: Any) -> tuple[Document, Token | None]:
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


def _shape(document: Document) -> Iterator[Problem]:
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
    for place, profile in _profiles(document) if _STATUS_LIST not in kinds else ():
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
        for step, inner in _placed(node, member):
            if not is_credential(inner):
                if member in _PROFILES:
                    yield (*place, *step), inner
                yield from _profiles(inner, (*place, *step))


# Key, proof and issuer: who signed it.


def _authenticity(document: Document, token: Token | None, world: _World) -> Iterator[Check]:
    yield from checks(Name.DOCUMENT, _shape(document), world.place)
    found = list(_signatures(document, token, world))
    for name in (Name.KEY, Name.PROOF, Name.ISSUER):
        yield from checks(name, [problem for of, problem in found if of is name], world.place)


def _signatures(document: Document, token: Token | None, world: _World) -> Iterator[tuple[Name, Problem]]:
    """Check the token that the document came in, and its proofs; a token needs no proof within."""
    placed = list(_placed(document, "proof"))
    proofs = [(place, proof) for place, proof in placed if eddsa_rdfc_2022.is_supported(proof)]
    if token:
        yield from _token(token, world)
    elif not proofs:
        others = ", ".join(f"{proof.get('type')} {proof.get('cryptosuite', '')}" for _, proof in placed)
        problem = Problem("UNSUPPORTED_PROOF", {"proof": others[:200]}) if placed else Problem("PROOF_MISSING")
        yield from _only(Name.PROOF, [problem], ("proof",))
    if proofs:
        yield from _proofs(document, proofs, world)


def _only(name: Name, problems: Iterable[Problem], place: Path = ()) -> Iterator[tuple[Name, Problem]]:
    """Say what was found at one check, so that those beside it could not be made."""
    yield from ((name, problem.under(*place)) for problem in problems)
    others = (other for other in (Name.KEY, Name.PROOF, Name.ISSUER) if other is not name)
    yield from ((other, Problem("NOT_CHECKED", {}, place)) for other in others)


def _proofs(document: Document, proofs: list[tuple[Path, Document]], world: _World) -> Iterator[tuple[Name, Problem]]:
    """Check every proof of a known cryptosuite; others beside it do not matter (VC Data Integrity, §4.5)."""
    for place, proof in proofs:
        yield from _proof(document, place, proof, world)
    issuer = identifier(document.get("issuer"))
    controllers = {controller_of(str(proof.get("verificationMethod"))) for _, proof in proofs}
    if issuer not in controllers:
        others = ", ".join(sorted(controllers))
        yield Name.ISSUER, Problem("ISSUER_MISMATCH", {"issuer": issuer, "controller": others}, ("issuer",))


def _proof(document: Document, place: Path, proof: Document, world: _World) -> Iterator[tuple[Name, Problem]]:
    """Check one proof: its form, its key, the signature."""
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
    yield from _tried(Name.ISSUER, lambda: refuse_test_key(key), place)
    try:
        eddsa_rdfc_2022.check(document, proof, key, lane=world.lane)
    except ProofError as error:
        yield from ((Name.PROOF, problem.under(*place)) for problem in error.problems)
    except GraphServiceError as error:  # the document is not wholly covered
        yield from ((Name.PROOF, problem) for problem in error.problems)


def _token(token: Token, world: _World) -> Iterator[tuple[Name, Problem]]:
    """Check a token: its form and claims, its key among those that the issuer publishes, the signature."""
    if problems := vc_jwt.problems(token):
        yield from _only(Name.PROOF, problems)
        return
    if not vc_jwt.is_supported(token):
        yield from _only(Name.PROOF, [Problem("UNSUPPORTED_PROOF", {"proof": f"JWT {token.header['alg']}"[:200]})])
        return
    try:
        key = _key(token.header["kid"], world, identifier(token.document.get("issuer")))
    except GraphServiceError as error:
        yield from _only(Name.KEY, error.problems)
        return
    yield from _tried(Name.ISSUER, lambda: refuse_test_key(key))
    yield from _tried(Name.PROOF, lambda: vc_jwt.check(token, key, lane=world.lane))


def _tried(name: Name, check: Callable[[], None], place: Path = ()) -> Iterator[tuple[Name, Problem]]:
    try:
        check()
    except GraphServiceError as error:
        yield from ((name, problem.under(*place)) for problem in error.problems)


def _key(method: str, world: _World, issuer: str | None = None) -> PublicKey:
    """Return the key of a verification method: the issuer's, or that of whom its name says to control it.

    Raises CredentialError, InvalidInput, LimitExceeded.
    """
    address = controller_of(method) if issuer is None else issuer
    document = controller.of_did_key(address) or world.found.get(address)
    if document is None:
        raise CredentialError(Problem("CONTROLLER_UNAVAILABLE", {"address": address}))
    if isinstance(document, bytes):
        document = jsontext.read(document)
    if not isinstance(document, dict):
        raise CredentialError(Problem("INVALID_CONTROLLED_IDENTIFIER_DOCUMENT", {"address": address}))
    found = controller.find(document, method, issuer)
    if found.revoked:
        raise CredentialError(Problem("KEY_REVOKED", {"revoked": found.revoked}))
    if found.expires and instant(found.expires) <= world.at:
        raise CredentialError(Problem("KEY_EXPIRED", {"expires": found.expires}))
    return found.key


# Dates and status: whether it holds at the instant asked about.


def _validity(document: Document) -> Span:
    """Return when a credential holds; VCDM 1.1 has other names for it. Raises InvalidInput."""
    since, until = (
        [instant(str(document[member]), (member,)) for member in members if member in document]
        for members in (("validFrom", "issuanceDate"), ("validUntil", "expirationDate"))
    )
    return Span(max(since, default=Instant("")), min(until, default=OPEN_END))


def _dates(document: Document, at: Instant) -> Iterator[Problem]:
    try:
        span = _validity(document)
        ends = [instant(str(proof["expires"])) for proof in objects(document.get("proof")) if "expires" in proof]
    except InvalidInput as error:
        yield from error.problems
        return
    if not span.since:
        yield Problem("MISSING_MEMBER", {"member": "validFrom"}, ("validFrom",))
    if at < span.since:
        yield Problem("NOT_YET_VALID", {"since": span.since}, ("validFrom",))
    if span.until <= at:
        yield Problem("EXPIRED", {"until": span.until}, ("validUntil",))
    for end in ends:
        if end <= at:
            yield Problem("PROOF_EXPIRED", {"until": end}, ("proof",))


def _statuses(document: Document, world: _World) -> Iterator[Problem]:
    entries = list(_placed(document, "credentialStatus"))
    if "credentialStatus" in document and not entries:
        yield Problem("UNSUPPORTED_STATUS", {"type": "?"}, ("credentialStatus",))
    for place, entry in entries:
        yield from (problem.under(*place) for problem in _status(entry, document, world))


def _status(entry: Document, document: Document, world: _World) -> Iterator[Problem]:
    """Check one entry (Bitstring Status List v1.0, §3.2). A set bit counts, whatever else is in doubt."""
    if not _is_known(entry):
        kind = f"{entry.get('type')} {entry.get('statusPurpose', '')}"
        yield Problem("UNSUPPORTED_STATUS", {"type": kind[:200]})
        return
    address, purpose = entry["statusListCredential"], entry["statusPurpose"]
    if (data := world.found.get(address)) is None:
        yield Problem("STATUS_RETRIEVAL_ERROR", {"address": address})
        return
    try:
        listed, token = _read(data)
        if any(check.outcome is not Outcome.OK for check in _authenticity(listed, token, world)):
            raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "proof"}))
        is_set, span = _is_set(entry, listed), _validity(listed)
    except GraphServiceError as error:
        yield from error.problems
        return
    if is_set and purpose == "revocation":
        yield Problem("CREDENTIAL_REVOKED", {"index": entry["statusListIndex"], "address": address})
    elif is_set:
        yield Problem("CREDENTIAL_SUSPENDED", {"index": entry["statusListIndex"], "address": address})
    elif identifier(listed) != address:
        yield Problem("STATUS_LIST_MISMATCH", {"address": address, "id": identifier(listed)})
    elif identifier(listed.get("issuer")) != identifier(document.get("issuer")):
        yield Problem("STATUS_ISSUER_MISMATCH", {"address": address})
    elif span.until <= world.at or (purpose == "suspension" and world.at < span.since):
        # A revocation is never undone, so a later list does for an earlier instant too.
        yield Problem("STATUS_LIST_NOT_CURRENT", {"since": span.since, "until": span.until})


def _is_known(entry: Document) -> bool:
    """Tell whether an entry is of one bit, in a list that can be looked up, and bears on validity."""
    return (
        "BitstringStatusListEntry" in names(entry.get("type"))
        and entry.get("statusPurpose") in ("revocation", "suspension")
        and entry.get("statusSize", 1) == 1
        and isinstance(entry.get("statusListCredential"), str)
    )


def _is_set(entry: Document, listed: Document) -> bool:
    """Look an entry up in its list. Raises CredentialError."""
    subject = objects(listed["credentialSubject"])[0]
    if _STATUS_LIST not in names(listed["type"]):
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "type"}))
    if entry["statusPurpose"] not in names(subject.get("statusPurpose")):
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "statusPurpose"}))
    bits = status_list.decode(str(subject.get("encodedList")))
    return status_list.is_set(bits, status_list.index(entry.get("statusListIndex")))


# The subject, and what is embedded.


def _subjects(document: Document, about: Collection[str] | None) -> Iterator[Problem]:
    for subject in objects(document.get("credentialSubject")):
        if about is not None and identifier(subject) not in about:
            name, may = identifier(subject), ", ".join(sorted(about))[:200]
            yield Problem("SUBJECT_MISMATCH", {"subject": name, "about": may}, ("credentialSubject", "id"))


def _embedded(document: Document, world: _World) -> Iterator[Report]:
    for place, endorsement, carrier in islice(carried(document), MAX_EMBEDDED):
        inner = replace(world, place=(*world.place, *place), depth=world.depth + 1)
        if inner.depth > MAX_DEPTH:
            yield Report("", "", inner.place, checks(Name.DOCUMENT, [Problem("NOT_OPENED")], inner.place))
        else:
            yield _judge(_opened(endorsement), inner, described(carrier))


def _opened(endorsement: Any) -> Any:
    """Return an embedded endorsement as `_read` takes it; in `endorsementJwt` it is text."""
    return endorsement.encode(errors="replace") if isinstance(endorsement, str) else endorsement


# What the checks above would look up.


def _wanted(data: Any, found: Found, depth: int = 0) -> Iterator[str]:
    try:
        document, token = _read(data)
    except GraphServiceError:  # what cannot be read needs nothing
        return
    yield from _controllers(document, token)
    for entry in filter(_is_known, objects(document.get("credentialStatus"))):
        address = entry["statusListCredential"]
        yield address
        with suppress(GraphServiceError):
            yield from _controllers(*_read(found.get(address)))
    for _, endorsement, _ in islice(carried(document), MAX_EMBEDDED):
        if depth < MAX_DEPTH:
            yield from _wanted(_opened(endorsement), found, depth + 1)


def _controllers(document: Document, token: Token | None) -> Iterator[str]:
    addresses = [
        controller_of(proof["verificationMethod"])
        for proof in objects(document.get("proof"))
        if eddsa_rdfc_2022.is_supported(proof) and not eddsa_rdfc_2022.problems(proof)
    ]
    if token and not vc_jwt.problems(token) and vc_jwt.is_supported(token):
        addresses.insert(0, identifier(document["issuer"]))
    yield from (address for address in addresses if not controller.of_did_key(address))


def _placed(document: Document, member: str) -> Iterator[tuple[Path, Document]]:
    """Walk the objects of a member that may be one object or an array of them, with their places."""
    value = document.get(member)
    if isinstance(value, dict):
        yield (member,), value
    elif isinstance(value, list):
        yield from (((member, number), item) for number, item in enumerate(value) if isinstance(item, dict))
