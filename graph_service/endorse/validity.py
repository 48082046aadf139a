"""Whether a credential holds at an instant: its dates, and its status (Bitstring Status List v1.0, §3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from graph_service.domain.time import OPEN_END, Instant, Span, instant
from graph_service.endorse import revocation_list, status_list
from graph_service.endorse.authenticity import authenticity, withheld
from graph_service.endorse.controller import is_at_host
from graph_service.endorse.embedded import identifier
from graph_service.endorse.evidence import Evidence, lying, why_not
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import STATUS_LIST, read
from graph_service.endorse.plain import names, objects, placed
from graph_service.endorse.report import Outcome
from graph_service.errors import CredentialError, GraphServiceError, InvalidInput, Path, Problem

MAX_STATUSES = 10  # of one credential; real ones have two


def validity(document: Document) -> Span:
    """Return when a credential holds; VCDM 1.1 and Open Badges 2 have other names for it. Raises InvalidInput."""
    since, until = (
        [instant(str(document[member]), (member,)) for member in members if member in document]
        for members in (("validFrom", "issuanceDate", "issuedOn"), ("validUntil", "expirationDate", "expires"))
    )
    return Span(max(since, default=Instant("")), min(until, default=OPEN_END))


def dates(document: Document, at: Instant) -> Iterator[Problem]:
    """List why a credential does not hold at an instant."""
    try:
        span = validity(document)
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


def statuses(document: Document, evidence: Evidence) -> Iterator[Problem]:
    """List what its status says against a credential, or leaves open. Only a list says that something is revoked."""
    entries, status = _entries(document), document.get("credentialStatus", [])
    if isinstance(status, list) and len(status) > MAX_STATUSES:
        yield Problem("LIMIT_EXCEEDED", {"what": "statuses", "limit": MAX_STATUSES}, ("credentialStatus",))
    elif len(entries) != (len(status) if isinstance(status, list) else 1):
        yield Problem("UNSUPPORTED_STATUS", {"type": "?"}, ("credentialStatus",))
    for place, entry in entries:
        yield from (problem.under(*place) for problem in _status(entry, document, evidence))


def status_addresses(document: Document) -> list[str]:
    """Return where the lists of a credential lie, each once."""
    addresses = (_address(entry, document) for _, entry in _entries(document))
    return [address for address in dict.fromkeys(addresses) if address is not None]


def _entries(document: Document) -> list[tuple[Path, Document]]:
    """Return the entries that are looked at, with their places."""
    return list(islice(placed(document, "credentialStatus"), MAX_STATUSES))


def _address(entry: Document, document: Document) -> str | None:
    """Return where the list of an entry lies; None if it cannot be looked up, or would say nothing."""
    if _is_bit(entry):
        return str(entry["statusListCredential"])
    issuer = identifier(document.get("issuer"))
    if revocation_list.is_entry(entry) and is_at_host(entry["id"], issuer):
        return str(entry["id"])
    return None


def _status(entry: Document, document: Document, evidence: Evidence) -> Iterator[Problem]:
    """Check one entry."""
    if (address := _address(entry, document)) is None and revocation_list.is_entry(entry):
        yield Problem("STATUS_ISSUER_MISMATCH", {"address": entry["id"]})
    elif address is None:
        kind = f"{entry.get('type')} {entry.get('statusPurpose', '')}"
        yield Problem("UNSUPPORTED_STATUS", {"type": kind[:200]})
    elif (data := lying(evidence.found, address)) is None:
        yield Problem("STATUS_RETRIEVAL_ERROR", why_not(evidence.found, address))
    else:
        try:
            if _is_bit(entry):
                yield from _bit(entry, address, data, document, evidence)
            elif evidence.once.ask(
                (address, identifier(document), identifier(document.get("issuer"))),
                lambda: revocation_list.is_revoked(data, address, document),
            ):
                yield Problem("CREDENTIAL_REVOKED", {"index": identifier(document), "address": address})
        except GraphServiceError as error:
            known = [problem for problem in error.problems if problem.code in _SAID]
            yield from known or [Problem("STATUS_VERIFICATION_ERROR", {"member": error.code})]


# What is said of a list that cannot be relied on; any other problem is of what stands in it.
_SAID = {"RANGE_ERROR", "STATUS_LIST_LENGTH_ERROR", "STATUS_VERIFICATION_ERROR"}


def _bit(
    entry: Document, address: str, data: bytes | Document, document: Document, evidence: Evidence
) -> Iterator[Problem]:
    """Check a bit (Bitstring Status List v1.0, §3.2). One that is set counts, whatever else is in doubt."""
    purpose = entry["statusPurpose"]
    listed = evidence.once.ask(address, lambda: _list(data, evidence))
    is_set, span = listed.says(entry), listed.span
    if is_set and purpose == "revocation":
        yield Problem("CREDENTIAL_REVOKED", {"index": entry["statusListIndex"], "address": address})
    elif is_set:
        yield Problem("CREDENTIAL_SUSPENDED", {"index": entry["statusListIndex"], "address": address})
    elif listed.id != address:
        yield Problem("STATUS_LIST_MISMATCH", {"address": address, "id": listed.id})
    elif listed.issuer != identifier(document.get("issuer")):
        yield Problem("STATUS_ISSUER_MISMATCH", {"address": address})
    elif span.until <= evidence.at or (purpose == "suspension" and evidence.at < span.since):
        # A revocation is never undone, so a later list does for an earlier instant too.
        yield Problem("STATUS_LIST_NOT_CURRENT", {"since": span.since, "until": span.until})
    elif listed.may_have_ended:
        yield Problem("STATUS_VERIFICATION_ERROR", {"member": "validUntil"})


def _is_bit(entry: Document) -> bool:
    """Tell whether an entry is of one bit, in a list that can be looked up, and bears on validity."""
    return (
        "BitstringStatusListEntry" in names(entry.get("type"))
        and entry.get("statusPurpose") in ("revocation", "suspension")
        and entry.get("statusSize", 1) == 1
        and isinstance(entry.get("statusListCredential"), str)
    )


@dataclass(frozen=True, slots=True)
class _List:
    """What an authentic status list says."""

    id: str
    issuer: str
    span: Span
    may_have_ended: bool  # its end may have been left out
    purposes: list[str]
    bits: bytes

    def says(self, entry: Document) -> bool:
        """Look an entry up. Raises CredentialError."""
        if entry["statusPurpose"] not in self.purposes:
            raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "statusPurpose"}))
        return status_list.is_set(self.bits, status_list.index(entry.get("statusListIndex")))


def _list(data: bytes | Document, evidence: Evidence) -> _List:
    """Read and judge a list, whoever asks. Raises CredentialError, InvalidInput, LimitExceeded."""
    document, token = read(data)
    if any(check.outcome is not Outcome.OK for check in authenticity(document, token, replace(evidence, depth=0))):
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "proof"}))
    subjects = objects(document["credentialSubject"])
    if STATUS_LIST not in names(document["type"]):
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "type"}))
    if len(subjects) != 1:
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "credentialSubject"}))
    return _List(
        id=identifier(document),
        issuer=identifier(document.get("issuer")),
        span=validity(document),
        may_have_ended="validUntil" in withheld(document, token, evidence),
        purposes=names(subjects[0].get("statusPurpose")),
        bits=status_list.decode(str(subjects[0].get("encodedList"))),
    )
