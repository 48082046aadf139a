"""Keeping what was signed: each form of a document is a node of its own, and all of them share one status slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Instant, Span, later
from graph_service.errors import Conflict, Overtaken, Problem
from graph_service.services import signing
from graph_service.services.signing import Signed
from graph_service.store import Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What documents state, an endorsement or an award: whose it is, and who may read it."""

    id: Iri
    type: str  # its label
    document: Iri  # id of the documents
    issuer: Iri
    shown: bool
    readers: Sequence[str]


def keep(
    statement: Statement, signed: Sequence[Signed], at: Instant, earlier: Sequence[Mapping[str, Any]] = ()
) -> Write:
    """Return the write that keeps a newly signed document in all its forms, in place of the `earlier` ones.

    `earlier`: every document that stated this before; those that still stood end now.
    If a key was ended while it signed, nothing is kept and the action is repeated with today's key. What remains: a key
    that is compromised between this write and the commit of its transaction, for the key is not locked, or all that a
    profile issues would queue. Its document is void like all that the key signed, and counted with it (`key/listed`).
    """
    number = 1 + max((each["number"] for each in earlier), default=0)
    documents = [
        {
            "id": f"{statement.document}#{each.form}.{number}",
            "documentId": statement.document,
            "form": each.form,
            "number": number,
            "states": statement.type,
            "issuerId": statement.issuer,
            "keyId": each.key,
            "bytes": each.content.decode(),
            "digest": signing.digest(each.content),
            "since": at,
            "until": OPEN_END,
            "shown": statement.shown,
            "readers": list(statement.readers),
        }
        for each in signed
    ]
    place = {
        "statesId": statement.id,
        "issuerId": statement.issuer,
        "keyIds": [each.key for each in signed],
        "at": at,
        "credentials": documents,
    }
    return Write("credential/keep", place, otherwise=Overtaken(statement.id))


def signed_anew(at: Instant, until: Instant, earlier: Sequence[Mapping[str, Any]]) -> Span:
    """Return in which span a document holds that is signed anew at `at`.

    It begins later than any before it, which it supersedes (OB 3.0), by one second at most. Raises Conflict:
    SIGNED_JUST_NOW if it would begin later still, SPAN_EMPTY if it would end before it begins.
    """
    span = Span(max([at, *(later(each["since"], seconds=1) for each in earlier)]), until)
    if span.since > later(at, seconds=1):
        raise Conflict(Problem("SIGNED_JUST_NOW"))
    if span.until <= span.since:
        raise Conflict(Problem("SPAN_EMPTY", {"since": span.since, "until": span.until}, ("validUntil",)))
    return span
