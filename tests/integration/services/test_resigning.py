"""What a compromised key signed is signed anew with the key that replaced it, and holds again."""

from __future__ import annotations

import json

from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.endorse.report import Outcome, Verdict
from graph_service.services import (
    award_credentials,
    issuing,
    keys,
    publications,
    publishing,
    resigning,
    statements,
    verification,
)
from graph_service.services.call import Call
from tests.casts import Cast, text


async def standing(cast: Cast, profile: Iri) -> dict[str, int]:
    """Return how many documents stand, by the state of the key that signed them."""
    rows = await keys.listed(cast.world, profile, cast.call(cast.operator).at)
    return {row["state"]: row["credentials"] for row in rows if row["credentials"]}


async def outcome(cast: Cast, document: Iri) -> Outcome:
    call = cast.call(cast.operator)
    found = await publications.credential(cast.world, call, document)
    return (await verification.verify(verification.Sources(cast.world), found.bytes.encode(), call.at)).authentic


async def verdict(cast: Cast, document: Iri) -> Verdict:
    call = cast.call(cast.operator)
    return (await verification.verify_held(verification.Sources(cast.world), call, document, call.at)).verdict


def speaker(cast: Cast, profile: Iri) -> Call:
    return cast.call(cast.member("console", profile, Role.ENDORSER, Role.ISSUER))


async def test_all_that_stands_is_signed_anew_and_the_rest_is_left(cast: Cast) -> None:
    asked = await cast.request()
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=asked)
    gone = await cast.request()
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=gone)
    await issuing.revoke(cast.world, cast.call(cast.officer), endorsement=gone, reason="内容が古い。")
    await award_credentials.issue(cast.world, cast.call(cast.desk), award=cast.award, endorsements=True)
    document, _ = await publications.addresses(cast.world, asked)
    for profile, stated in ((cast.board, document), (cast.university, cast.award)):
        (key,) = [row["id"] for row in await keys.listed(cast.world, profile, cast.call(cast.operator).at)]
        await keys.compromise(cast.world, cast.call(cast.operator), key=key, reason="鍵が漏れた。")
        assert (await standing(cast, profile), await outcome(cast, stated)) == ({"COMPROMISED": 2}, Outcome.FAILED)

        done = [each async for each in resigning.resign(cast.world, speaker(cast, profile), key=key)]
        assert [each.problems for each in done] == [()]
        assert (await standing(cast, profile), await outcome(cast, stated)) == ({"ACTIVE": 2}, Outcome.OK)
        assert [each async for each in resigning.resign(cast.world, speaker(cast, profile), key=key)] == []
    call = cast.call(cast.operator)
    award = json.loads((await publications.credential(cast.world, call, cast.award)).bytes)
    (carried,) = award["credentialSubject"]["achievement"]["endorsement"]
    assert carried["id"] == document


async def test_a_statement_is_signed_anew_after_the_awards_in_it(cast: Cast) -> None:
    publisher = cast.member("publisher", cast.university, Role.EDITOR, Role.ISSUER)
    badge = await cast.achievement("いじめの早期発見と対応")
    leaf = {"id": "leaf", "kind": "LEAF", "targets": [badge]}
    pathway = await publishing.create(
        cast.world,
        cast.call(publisher),
        owner=cast.university,
        name=text("学校の危機管理"),
        definition={"root": "leaf", "nodes": [leaf]},
    )
    await publishing.publish(cast.world, cast.call(publisher), pathway=pathway)
    award = await cast.awarded(badge)
    await award_credentials.issue(cast.world, cast.call(cast.desk), award=award)
    stated = await statements.issue(cast.world, cast.call(publisher), pathway=pathway, learner=cast.learner)
    key = next(row["id"] for row in await keys.listed(cast.world, cast.university, cast.at) if row["state"] == "ACTIVE")
    await keys.compromise(cast.world, cast.call(cast.operator), key=key, reason="鍵が漏れた。")
    assert await verdict(cast, stated) is Verdict.FAILED
    done = [each async for each in resigning.resign(cast.world, speaker(cast, cast.university), key=key)]
    assert {award, stated} <= {each.id for each in done if not each.problems}
    assert await verdict(cast, stated) is Verdict.GOOD


async def test_what_cannot_be_signed_anew_is_told(cast: Cast) -> None:
    asked = await cast.request()
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=asked)
    key = next(row["id"] for row in await keys.listed(cast.world, cast.board, cast.at) if row["state"] == "ACTIVE")
    stranger = cast.call(cast.member("console", cast.university, Role.ENDORSER))
    told = {each.id: each.problems[0].code async for each in resigning.resign(cast.world, stranger, key=key)}
    assert told[asked] == "NOT_PERMITTED"
