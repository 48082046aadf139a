"""Whether a credential holds at an instant: its dates, and its status (Bitstring Status List v1.0, §3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from graph_service.domain.time import OPEN_END, Instant, Span, instant
from graph_service.endorse import status_list
from graph_service.endorse.authenticity import authenticity
from graph_service.endorse.embedded import identifier
from graph_service.endorse.evidence import Evidence
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import STATUS_LIST, read
from graph_service.endorse.plain import names, objects, placed
from graph_service.endorse.report import Outcome
from graph_service.errors import CredentialError, GraphServiceError, InvalidInput, Problem


def _validity(document: Document) -> Span:
    """Return when a credential holds; VCDM 1.1 has other names for it. Raises InvalidInput."""
    since, until = (
        [instant(str(document[member]), (member,)) for member in members if member in document]
        for members in (("validFrom", "issuanceDate"), ("validUntil", "expirationDate"))
    )
    return Span(max(since, default=Instant("")), min(until, default=OPEN_END))


def dates(document: Document, at: Instant) -> Iterator[Problem]:
    """List why a credential does not hold at an instant."""
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


def statuses(document: Document, evidence: Evidence) -> Iterator[Problem]:
    """List what its status says against a credential, or leaves open."""
    entries = list(placed(document, "credentialStatus"))
    if "credentialStatus" in document and not entries:
        yield Problem("UNSUPPORTED_STATUS", {"type": "?"}, ("credentialStatus",))
    for place, entry in entries:
        yield from (problem.under(*place) for problem in _status(entry, document, evidence))


def _status(entry: Document, document: Document, evidence: Evidence) -> Iterator[Problem]:
    """Check one entry (Bitstring Status List v1.0, §3.2). A set bit counts, whatever else is in doubt."""
    if not is_known(entry):
        kind = f"{entry.get('type')} {entry.get('statusPurpose', '')}"
        yield Problem("UNSUPPORTED_STATUS", {"type": kind[:200]})
        return
    address, purpose = entry["statusListCredential"], entry["statusPurpose"]
    if (data := evidence.found.get(address)) is None:
        yield Problem("STATUS_RETRIEVAL_ERROR", {"address": address})
        return
    try:
        listed, token = read(data)
        if any(check.outcome is not Outcome.OK for check in authenticity(listed, token, evidence)):
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
    elif span.until <= evidence.at or (purpose == "suspension" and evidence.at < span.since):
        # A revocation is never undone, so a later list does for an earlier instant too.
        yield Problem("STATUS_LIST_NOT_CURRENT", {"since": span.since, "until": span.until})


def is_known(entry: Document) -> bool:
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
    if STATUS_LIST not in names(listed["type"]):
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "type"}))
    if entry["statusPurpose"] not in names(subject.get("statusPurpose")):
        raise CredentialError(Problem("STATUS_VERIFICATION_ERROR", {"member": "statusPurpose"}))
    bits = status_list.decode(str(subject.get("encodedList")))
    return status_list.is_set(bits, status_list.index(entry.get("statusListIndex")))
