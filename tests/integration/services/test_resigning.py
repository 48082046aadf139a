"""What a compromised key signed is signed anew with the key that replaced it, and holds again."""

from __future__ import annotations

import json

from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.endorse.report import Outcome
from graph_service.services import award_credentials, issuing, keys, publications, resigning, verification
from graph_service.services.call import Call
from tests.casts import Cast


async def standing(cast: Cast, profile: Iri) -> dict[str, int]:
    """Return how many documents stand, by the state of the key that signed them."""
    rows = await keys.listed(cast.world, profile, cast.call(cast.operator).at)
    return {row["state"]: row["credentials"] for row in rows if row["credentials"]}


async def outcome(cast: Cast, document: Iri) -> Outcome:
    call = cast.call(cast.operator)
    found = await publications.credential(cast.world, call, document)
    return (await verification.verify(verification.Sources(cast.world), found.bytes.encode(), call.at)).authentic


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


async def test_what_cannot_be_signed_anew_is_told(cast: Cast) -> None:
    asked = await cast.request()
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=asked)
    key = next(row["id"] for row in await keys.listed(cast.world, cast.board, cast.at) if row["state"] == "ACTIVE")
    stranger = cast.call(cast.member("console", cast.university, Role.ENDORSER))
    told = {each.id: each.problems[0].code async for each in resigning.resign(cast.world, stranger, key=key)}
    assert told[asked] == "NOT_PERMITTED"
