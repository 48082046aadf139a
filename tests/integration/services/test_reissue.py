"""Signed anew: the same document with a later validFrom supersedes the one before; revoking takes both away."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, later
from graph_service.endorse.report import Outcome, Report
from graph_service.errors import GraphServiceError
from graph_service.services import issuing, publications, verification
from tests.casts import Cast

NEXT_YEAR = Instant("2027-04-01T00:00:00Z")


async def issued(cast: Cast, **changes: Any) -> Iri:
    endorsement = await cast.request(**changes)
    return await issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement)


async def document_of(cast: Cast, endorsement: Iri) -> bytes:
    address, _ = await publications.addresses(cast.world, endorsement)
    return (await publications.credential(cast.world, cast.call(cast.officer), address)).bytes.encode()


async def judged(cast: Cast, document: bytes, at: Instant) -> Report:
    return await verification.verify(cast.world, document, at, {})


async def test_it_supersedes_what_was_signed_before(cast: Cast) -> None:
    endorsement = await issued(cast, valid_until=NEXT_YEAR)
    before = json.loads(await document_of(cast, endorsement))
    call = cast.call(cast.officer)
    await issuing.reissue(cast.world, call, endorsement=endorsement, valid_until=later(NEXT_YEAR, days=365))
    content = await document_of(cast, endorsement)
    after = json.loads(content)

    kept = ("id", "issuer", "credentialSubject", "credentialStatus", "name")
    assert {member: after[member] for member in kept} == {member: before[member] for member in kept}
    assert (after["validFrom"], after["awardedDate"]) == (call.at, before["validFrom"])
    assert (before["validUntil"], after["validUntil"]) == (NEXT_YEAR, later(NEXT_YEAR, days=365))
    report = await judged(cast, content, later(NEXT_YEAR, days=1))
    assert (report.authentic, report.current) == (Outcome.OK, Outcome.OK)


async def test_in_the_same_second_it_still_is_later(cast: Cast) -> None:
    endorsement = await issued(cast)
    at = cast.call(cast.officer).at
    for second in (0, 1):
        await issuing.reissue(cast.world, cast.call(cast.officer, at), endorsement=endorsement)
        assert json.loads(await document_of(cast, endorsement))["validFrom"] == later(at, seconds=second)


async def test_revoking_takes_back_the_earlier_documents_too(cast: Cast) -> None:
    endorsement = await issued(cast)
    documents = [await document_of(cast, endorsement)]
    await issuing.reissue(cast.world, cast.call(cast.officer), endorsement=endorsement)
    documents.append(await document_of(cast, endorsement))
    await issuing.revoke(cast.world, cast.call(cast.officer), endorsement=endorsement, reason="内容が古い。")
    at = cast.call(cast.officer).at
    for document in documents:
        assert "CREDENTIAL_REVOKED" in {check.code for check in (await judged(cast, document, at)).checks}


async def test_what_has_run_out_is_not_signed_anew(cast: Cast) -> None:
    endorsement = await issued(cast, valid_until=NEXT_YEAR)
    with pytest.raises(GraphServiceError) as refused:
        await issuing.reissue(cast.world, cast.call(cast.officer, NEXT_YEAR), endorsement=endorsement)
    assert refused.value.code == "NOT_IN_FORCE"
