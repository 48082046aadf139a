"""Signed anew: the same document with a later validFrom supersedes the one before; revoking takes both away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.domain.time import Instant, later
from graph_service.endorse.report import Outcome, Report
from graph_service.errors import GraphServiceError
from graph_service.services import (
    award_credentials,
    awarding,
    issuing,
    profiles,
    publications,
    requests,
    verification,
)
from tests.casts import Cast

NEXT_YEAR = Instant("2027-04-01T00:00:00Z")


async def issued(cast: Cast, **changes: Any) -> Iri:
    endorsement = await cast.request(**changes)
    return await issuing.issue(cast.world, cast.call(cast.officer), endorsement=endorsement)


async def document_of(cast: Cast, endorsement: Iri) -> bytes:
    address, _ = await publications.addresses(cast.world, endorsement)
    return (await publications.credential(cast.world, cast.call(cast.officer), address)).bytes.encode()


async def set_policy(cast: Cast, *, different_people: bool) -> None:
    await profiles.set_endorsement_policy(
        cast.world,
        cast.call(cast.member("owner", cast.board, Role.OWNER)),
        profile=cast.board,
        different_people=different_people,
        allows_self_endorsement=False,
    )


async def judged(cast: Cast, document: bytes, at: Instant) -> Report:
    return await verification.verify(verification.Sources(cast.world), document, at)


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
    with pytest.raises(GraphServiceError) as refused:
        await issuing.reissue(cast.world, cast.call(cast.officer, at), endorsement=endorsement)
    assert refused.value.code == "SIGNED_JUST_NOW"
    address, _ = await publications.addresses(cast.world, endorsement)
    for moment in (at, later(at, seconds=1)):  # what is served is what holds
        served = await publications.credential(cast.world, cast.call(cast.officer, moment), address)
        assert json.loads(served.bytes)["validFrom"] == moment


async def test_what_would_hold_for_no_second_is_not_signed(cast: Cast) -> None:
    endorsement = await cast.request()
    at = cast.call(cast.officer).at
    await issuing.issue(cast.world, cast.call(cast.officer, at), endorsement=endorsement)
    end = later(at, seconds=1)
    with pytest.raises(GraphServiceError) as refused:
        await issuing.reissue(cast.world, cast.call(cast.officer, at), endorsement=endorsement, valid_until=end)
    assert refused.value.code == "SPAN_EMPTY"

    award = await awarding.award(
        cast.world, cast.call(cast.desk, at), achievement=cast.badge, holder=cast.learner, valid_until=end
    )
    await award_credentials.issue(cast.world, cast.call(cast.desk, at), award=award)
    with pytest.raises(GraphServiceError) as refused:
        await award_credentials.reissue(cast.world, cast.call(cast.desk, at), award=award)
    assert refused.value.code == "SPAN_EMPTY"


async def test_one_person_alone_gives_no_later_end_where_two_are_wanted(cast: Cast) -> None:
    second = cast.member("second", cast.board, Role.ENDORSER)
    accepted = await cast.request(valid_until=NEXT_YEAR)
    await requests.accept(cast.world, cast.call(cast.officer), endorsement=accepted)
    await issuing.issue(cast.world, cast.call(second), endorsement=accepted)
    alone = await issued(cast, valid_until=NEXT_YEAR)
    await set_policy(cast, different_people=True)
    try:
        for endorsement, code in ((accepted, "SAME_PERSON"), (alone, "ACCEPT_FIRST")):
            longer = {"endorsement": endorsement, "valid_until": later(NEXT_YEAR, seconds=1)}
            with pytest.raises(GraphServiceError) as refused:
                await issuing.reissue(cast.world, cast.call(cast.officer), **longer)
            assert refused.value.code == code
            await issuing.reissue(cast.world, cast.call(cast.officer), endorsement=endorsement)
            await issuing.reissue(
                cast.world, cast.call(cast.officer), endorsement=endorsement, valid_until=later(NEXT_YEAR, seconds=-1)
            )
        await issuing.reissue(cast.world, cast.call(second), endorsement=accepted, valid_until=NEXT_YEAR)
    finally:
        await set_policy(cast, different_people=False)


async def test_a_word_on_ones_own_behalf_is_not_prolonged_unless_allowed(cast: Cast) -> None:
    both = cast.member("both", cast.board, Role.ENDORSER)
    both = replace(both, memberships=(*both.memberships, *cast.dean.memberships))
    endorsement = await issued(cast, valid_until=NEXT_YEAR)
    longer = {"endorsement": endorsement, "valid_until": later(NEXT_YEAR, days=1)}
    with pytest.raises(GraphServiceError) as refused:
        await issuing.reissue(cast.world, cast.call(both), **longer)
    assert refused.value.code == "SELF_ENDORSEMENT"
    await issuing.reissue(cast.world, cast.call(both), endorsement=endorsement)
    await issuing.reissue(cast.world, cast.call(cast.officer), **longer)


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
