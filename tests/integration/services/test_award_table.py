"""A file of awards with twenty planted faults of eleven kinds: all are told with their place, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.errors import InvalidInput, NotPermitted
from graph_service.locale import LANGUAGES, sentence
from graph_service.services import achievements, learners
from graph_service.services.award_tables import Awarded, award_table, learners_in
from graph_service.services.awarding import AwardRow, award_many
from tests.casts import Cast, text
from tests.integration.services.test_award_many import counted

UNKNOWN = "urn:uuid:00000000-0000-4000-8000-000000000000"
Encode = Callable[[str], bytes]

ENCODINGS: dict[str, Encode] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with BOM": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "CP932": lambda text: text.encode("cp932"),
}


async def fresh(cast: Cast, count: int = 1) -> list[Iri]:
    return [await learners.register_learner(cast.world, cast.call(cast.desk)) for _ in range(count)]


def table(*rows: tuple[str, ...]) -> str:
    return "".join(",".join(row) + "\r\n" for row in [("氏名", "受講者", "バッジ", "授与日"), *rows])


async def planted(cast: Cast) -> tuple[str, list[tuple[str, int, str | None, str]]]:
    """Return a file and what must be told of it: code, line, column, value."""
    held, free, twice, other = await fresh(cast, 4)
    await award_many(
        cast.world, cast.call(cast.desk), issuer=cast.university, rows=[AwardRow(held, cast.badge, "2026-03-01")]
    )
    clerk, draft = cast.member("clerk", cast.board, Role.ISSUER), AchievementDraft(*[text("対面研修")] * 3)
    foreign = await achievements.create(cast.world, cast.call(clerk), cast.board, draft)
    badge, day = cast.badge, "2026/3/1"
    rows: list[tuple[tuple[str, ...], str, str | None, str]] = [
        (("高橋", free, badge, "R8.3.1"), "", None, ""),
        (("佐藤", UNKNOWN, badge, day), "NOT_FOUND", "受講者", UNKNOWN),
        (("鈴木", UNKNOWN.replace("0000-0000", "0000-0001"), badge, day), "NOT_FOUND", "受講者", UNKNOWN.replace("0000-0000", "0000-0001")),
        (("田中", "T-12345", badge, day), "INVALID_IRI", "受講者", "T-12345"),
        (("伊藤", "urn uuid", badge, day), "INVALID_IRI", "受講者", "urn uuid"),
        (("渡辺", free, "https://elsewhere.example/b", day), "NOT_FOUND", "バッジ", "https://elsewhere.example/b"),
        (("山本", free, f"{badge}X", day), "NOT_FOUND", "バッジ", f"{badge}X"),
        (("中村", free, foreign, day), "NOT_OFFERED", "バッジ", foreign),
        (("小林", other, foreign, day), "NOT_OFFERED", "バッジ", foreign),
        (("加藤", free, badge, "3/1/2026"), "INVALID_DATE", "授与日", "3/1/2026"),
        (("吉田", free, badge, "年度末"), "INVALID_DATE", "授与日", "年度末"),
        (("山田", free, badge, "2026-02-30"), "NO_SUCH_DATE", "授与日", "2026-02-30"),
        (("佐々木", free, badge, "平成32年4月1日"), "NO_SUCH_DATE", "授与日", "平成32年4月1日"),
        (("山口", free, badge, "2026-12-31"), "IN_THE_FUTURE", "授与日", "2026-12-31"),
        (("松本", free, badge, "50000"), "IN_THE_FUTURE", "授与日", "50000"),
        (("井上", "", badge, day), "TEXT_EMPTY", "受講者", ""),
        (("木村", other, badge), "TEXT_EMPTY", "授与日", ""),
        (("林", other, badge, day, "備考", "x"), "TOO_MANY_CELLS", "5", "備考"),
        (("清水", twice, badge, day), "", None, ""),
        (("清水", twice, badge, "２０２６年３月１日"), "DUPLICATE_ROW", "受講者", twice),
        (("山崎", held, badge, "20260301"), "ALREADY_AWARDED", "受講者", held),
        (('"森\r\n（旧姓 池田）"', other, badge, "46082\x07"), "TEXT_CONTROL_CHARACTER", "授与日", "46082\x07"),
    ]  # fmt: skip
    expected = [(code, line, column, value) for line, (_, code, column, value) in enumerate(rows, 2) if code]
    return table(*(row for row, *_ in rows), ("阿部", other, badge, "2026-03-02")), expected


async def refused(cast: Cast, content: bytes, **options: bool) -> InvalidInput:
    before = await counted(cast)
    with pytest.raises(InvalidInput) as wrong:
        await award_table(cast.world, cast.call(cast.desk), issuer=cast.university, content=content, **options)
    assert await counted(cast) == before
    return wrong.value


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("dry_run", [False, True])
async def test_twenty_faults_of_eleven_kinds_are_told(cast: Cast, encode: Encode, dry_run: bool) -> None:
    content, expected = await planted(cast)
    assert (len(expected), len({code for code, *_ in expected})) == (20, 11)
    problems = (await refused(cast, encode(content), dry_run=dry_run)).problems
    told = [(p.code, p.path[1], (*p.path, None)[2], p.values["cell"]) for p in problems]
    assert told == expected
    for language in LANGUAGES:
        assert all(all(sentence(problem, language)) for problem in problems)
        (twice,) = [sentence(problem, language)[0] for problem in problems if problem.code == "DUPLICATE_ROW"]
        assert {"en": " line 20 ", "ja": " 20 行目"}[language] in twice


async def test_a_learner_in_capitals_is_the_same_learner(cast: Cast) -> None:
    (holder,) = await fresh(cast)
    content = table(("高橋", holder.upper(), cast.badge, "2026-03-01"), ("高橋", holder, cast.badge, "2026-03-02"))
    done = await award_table(cast.world, cast.call(cast.desk), issuer=cast.university, content=content.encode())
    holders = [(await cast.world.store.read("award/for_action", id=each))[0]["holderId"] for each in done.awards]
    assert holders == [holder] * 2
    for listed in (holder.upper(), f"learner\n{holder.upper()}"):
        assert list(learners_in(BytesIO(listed.encode()))) == [holder]


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
async def test_a_good_file_is_awarded_and_its_second_coming_changes_nothing(cast: Cast, encode: Encode) -> None:
    holders = await fresh(cast, 3)
    days = ["2026-03-01", "令和8年3月1日", "46082"]
    content = encode(table(*(("髙橋", *row) for row in zip(holders, [cast.badge] * 3, days, strict=True))))
    before = await counted(cast)

    async def send(**options: bool) -> Awarded:
        call = cast.call(cast.desk)
        return await award_table(cast.world, call, issuer=cast.university, content=content, **options)

    assert (await send(dry_run=True), await counted(cast)) == (Awarded(3, ()), before)
    done = await send()
    assert (done.rows, len(done.awards)) == (3, 3)
    after = await counted(cast)
    assert (after["Award"] - before["Award"], after["Event"] - before["Event"]) == (3, 1)
    since = [(await cast.world.store.read("award/for_action", id=each))[0]["since"] for each in done.awards]
    assert since == ["2026-02-28T15:00:00Z"] * 3
    assert [p.code for p in (await refused(cast, content)).problems] == ["ALREADY_AWARDED"] * 3


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ["NO_HEADINGS"]),
        (table().encode(), ["NO_ROWS"]),
        (b"learner,badge\n", ["MISSING_COLUMN"]),
        (table(("a", "b", "c", "d", "e")).encode(), ["TOO_MANY_CELLS"]),
    ],
)
async def test_files_without_awards(cast: Cast, content: bytes, codes: list[str]) -> None:
    assert [problem.code for problem in (await refused(cast, content)).problems] == codes


async def test_who_may_not_award_is_refused_before_anything_is_read(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        await award_table(cast.world, cast.call(cast.teacher), issuer=cast.university, content=b"\xff")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "NO_HEADINGS"), (b"learner\n", "NO_LEARNERS"), ("受講者,日付\n,\n".encode(), "NO_LEARNERS")],
)
def test_a_list_without_learners(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        list(learners_in(BytesIO(content)))
    assert wrong.value.code == code
