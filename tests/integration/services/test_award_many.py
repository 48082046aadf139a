"""Many awards at once: all of them with one event, or nothing and every problem with its place."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.errors import GraphServiceError
from graph_service.formats.tables import MAX_ROWS
from graph_service.services import awarding, learners
from graph_service.services.awarding import AwardRow, award_many
from graph_service.services.call import Call
from tests.casts import Cast

DAY = "2026-03-01"
MIDNIGHT = "2026-02-28T15:00:00Z"


async def counted(cast: Cast) -> Counter[str]:
    """Count the nodes of each type, and all relationships."""
    text = "MATCH (n) RETURN n.type AS row UNION ALL MATCH ()-[r]->() RETURN 'relationship' AS row"
    return Counter(await cast.world.store.run("count", text, {}))


async def fresh(cast: Cast, count: int) -> list[Iri]:
    return [await learners.register_learner(cast.world, cast.call(cast.desk)) for _ in range(count)]


def rows(holders: list[Iri], achievement: Iri, day: str | None = DAY) -> list[AwardRow]:
    return [AwardRow(holder, achievement, day, ("rows", n)) for n, holder in enumerate(holders)]


async def refused(
    cast: Cast, given: list[AwardRow], call: Call | None = None
) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return the codes and places of what is wrong; nothing was written."""
    before = await counted(cast)
    with pytest.raises(GraphServiceError) as wrong:
        await award_many(cast.world, call or cast.call(cast.desk), issuer=cast.university, rows=given)
    assert await counted(cast) == before
    return [(problem.code, problem.path) for problem in wrong.value.problems]


async def test_all_of_them_are_made_with_one_event(cast: Cast) -> None:
    holders, before = await fresh(cast, 30), await counted(cast)
    made = await award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=rows(holders, cast.badge))
    after = await counted(cast)
    del after["relationship"], before["relationship"]
    assert after - before == Counter(Award=30, Event=1, Delivery=1)
    found = [(await cast.world.store.read("award/for_action", id=each))[0] for each in made]
    assert [each["holderId"] for each in found] == holders
    assert {(each["since"], each["ownerId"]) for each in found} == {(MIDNIGHT, cast.university)}


async def test_the_same_again_changes_nothing(cast: Cast) -> None:
    given = rows(await fresh(cast, 2), cast.badge)
    await award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=given)
    assert await refused(cast, given) == [("ALREADY_AWARDED", ("rows", n, "holder")) for n in (0, 1)]


async def test_the_same_key_answers_the_same(cast: Cast) -> None:
    call = Call(cast.desk, cast.call(cast.desk).at, idempotency_key="march")
    given = rows(await fresh(cast, 2), cast.badge)
    made = await award_many(cast.world, call, issuer=cast.university, rows=given)
    assert await award_many(cast.world, call, issuer=cast.university, rows=given) == made
    assert await refused(cast, given[:1], call) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]


async def test_what_was_ended_may_be_awarded_anew(cast: Cast) -> None:
    given = rows(await fresh(cast, 1), cast.badge)
    (made,) = await award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=given)
    await awarding.revoke_award(cast.world, cast.call(cast.desk), award=made, reason="誤り。", void=True)
    (again,) = await award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=given)
    assert again != made


async def test_one_of_eight_who_send_the_same_succeeds(cast: Cast) -> None:
    for _ in range(5):
        given = rows(await fresh(cast, 5), cast.badge)
        before = await counted(cast)
        outcomes = await asyncio.gather(
            *(award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=given) for _ in range(8)),
            return_exceptions=True,
        )
        wrong = [outcome for outcome in outcomes if isinstance(outcome, GraphServiceError)]
        assert [error.code for error in wrong] == ["ALREADY_AWARDED"] * 7, outcomes
        assert (await counted(cast))["Award"] - before["Award"] == 5


async def test_everything_that_is_wrong_is_told_at_once(cast: Cast) -> None:
    (holder,) = await fresh(cast, 1)
    unknown, elsewhere = Iri("urn:uuid:00000000-0000-4000-8000-000000000000"), Iri("https://elsewhere.example/a")
    given = [
        AwardRow("", cast.badge, DAY, ("rows", 0)),
        AwardRow(unknown, elsewhere, "2026-02-30", ("rows", 1)),
        AwardRow(holder, cast.badge, "2026-04-02", ("rows", 2)),
        AwardRow(holder, cast.badge, DAY, ("rows", 3)),
        AwardRow(holder, cast.badge, "令和8年3月1日", ("rows", 4)),
        AwardRow(holder, cast.board, "tomorrow", ("rows", 5)),
    ]
    assert await refused(cast, given) == [
        ("INVALID_IRI", ("rows", 0, "holder")),
        ("NOT_FOUND", ("rows", 1, "holder")),
        ("NOT_FOUND", ("rows", 1, "achievement")),
        ("NO_SUCH_DATE", ("rows", 1, "awardedAt")),
        ("IN_THE_FUTURE", ("rows", 2, "awardedAt")),
        ("DUPLICATE_ROW", ("rows", 4, "holder")),
        ("NOT_FOUND", ("rows", 5, "achievement")),
        ("INVALID_DATE", ("rows", 5, "awardedAt")),
    ]


async def test_a_profile_awards_only_what_it_offers(cast: Cast) -> None:
    clerk = cast.member("clerk", cast.board, Role.ISSUER)
    given = rows(await fresh(cast, 1), cast.badge)
    with pytest.raises(GraphServiceError) as wrong:
        await award_many(cast.world, cast.call(clerk), issuer=cast.board, rows=given)
    assert [(p.code, p.path) for p in wrong.value.problems] == [("NOT_OFFERED", ("rows", 0, "achievement"))]


async def test_only_the_issuer_may(cast: Cast) -> None:
    assert await refused(cast, rows([cast.learner], cast.badge), cast.call(cast.dean)) == [("NOT_PERMITTED", ())]


async def test_a_dry_run_judges_and_writes_nothing(cast: Cast) -> None:
    given = rows(await fresh(cast, 3), cast.badge)
    before = await counted(cast)
    done = await award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=given, dry_run=True)
    assert (done, await counted(cast)) == ((), before)


async def test_nothing_and_too_much_are_refused(cast: Cast) -> None:
    assert await refused(cast, []) == [("NO_ROWS", ("rows",))]
    many = rows([cast.learner], cast.badge) * (MAX_ROWS + 1)
    assert await refused(cast, many) == [("LIMIT_EXCEEDED", ("rows",))]
