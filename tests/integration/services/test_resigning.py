"""What a compromised key signed is signed anew with the key that replaced it, and holds again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.endorse.report import Outcome, Verdict
from graph_service.errors import Conflict
from graph_service.services import (
    achievements,
    award_credentials,
    awarding,
    consents,
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


async def foreign_badge(cast: Cast) -> tuple[Iri, Iri]:
    """Return a badge of the board and the signed award of it to the teacher."""
    issuer = cast.member("issuer", cast.board, Role.ISSUER)
    draft = AchievementDraft(text("防災士"), text("防災士"), text("防災士"))
    badge = await achievements.create(cast.world, cast.call(issuer), cast.board, draft)
    award = await awarding.award(cast.world, cast.call(issuer), achievement=badge, holder=cast.learner)
    await award_credentials.issue(cast.world, cast.call(issuer), award=award)
    return badge, award


async def consented(cast: Cast, *nodes: Mapping[str, object]) -> tuple[Iri, Iri, Iri]:
    """Publish a pathway of the university, state its completion with the teacher's consent; return all three."""
    publisher = cast.member("publisher", cast.university, Role.EDITOR, Role.ISSUER)
    definition = {"root": nodes[0]["id"], "nodes": nodes}
    named = {"owner": cast.university, "name": text("防災"), "definition": definition}
    pathway = await publishing.create(cast.world, cast.call(publisher), **named)
    await publishing.publish(cast.world, cast.call(publisher), pathway=pathway)
    consent = await consents.give(cast.world, cast.call(cast.teacher), profile=cast.university)
    stated = await statements.issue(cast.world, cast.call(publisher), pathway=pathway, learner=cast.learner)
    return pathway, consent, stated


async def anew(cast: Cast, stated: Iri) -> str:
    """Sign a statement anew a minute later and return it."""
    cast.steps += 60
    await statements.reissue(cast.world, speaker(cast, cast.university), statement=stated)
    return (await publications.credential(cast.world, cast.call(cast.operator), stated)).bytes


async def test_without_consent_a_statement_says_no_more_of_awards_of_others(cast: Cast) -> None:
    foreign, theirs = await foreign_badge(cast)
    own = await cast.achievement("いじめの早期発見と対応")
    ours = await cast.awarded(own)
    await award_credentials.issue(cast.world, cast.call(cast.desk), award=ours)
    order = {"id": "order", "kind": "AFTER", "prerequisite": "foreign", "part": "own", "mode": "STRICT"}
    leaves = [{"id": name, "kind": "LEAF", "targets": [each]} for name, each in (("foreign", foreign), ("own", own))]
    pathway, consent, stated = await consented(cast, order, *leaves)
    assert {theirs, ours, foreign, own} <= set(re.findall(r'[^"]+', await anew(cast, stated)))
    await consents.end(cast.world, cast.call(cast.teacher), consent=consent)
    without = await anew(cast, stated)
    assert {theirs, foreign, cast.board}.isdisjoint(re.findall(r'[^"]+', without))
    subject = json.loads(without)["credentialSubject"]
    assert [each["id"] for each in subject["verifiableCredential"]] == [ours]
    assert [(each["sourceId"], each["targetId"]) for each in subject["association"]] == [(own, pathway)]
    assert await verdict(cast, stated) is Verdict.GOOD
    assert (await cast.world.store.read("statement/for_action", id=stated))[0]["awards"][0]["id"] == ours


async def test_a_statement_of_awards_of_others_alone_is_not_signed_anew_without_consent(cast: Cast) -> None:
    foreign, _ = await foreign_badge(cast)
    _, consent, stated = await consented(cast, {"id": "it", "kind": "LEAF", "targets": [foreign]})
    await consents.end(cast.world, cast.call(cast.teacher), consent=consent)
    with pytest.raises(Conflict) as refused:
        await anew(cast, stated)
    assert refused.value.code == "NOTHING_SIGNED"


async def test_what_cannot_be_signed_anew_is_told(cast: Cast) -> None:
    asked = await cast.request()
    await issuing.issue(cast.world, cast.call(cast.officer), endorsement=asked)
    key = next(row["id"] for row in await keys.listed(cast.world, cast.board, cast.at) if row["state"] == "ACTIVE")
    stranger = cast.call(cast.member("console", cast.university, Role.ENDORSER))
    told = {each.id: each.problems[0].code async for each in resigning.resign(cast.world, stranger, key=key)}
    assert told[asked] == "NOT_PERMITTED"
