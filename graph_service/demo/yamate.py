"""やまて市's teachers: each does all that its stack asks for, but for one thing that the slug says.

The stack: 3 units (単位) in fiscal year 2026 of courses that its board endorses; three study meetings on three days;
a badge that two of three parties endorse; and the university's own stack 教育データの見方.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph_service.demo.earning import Earned, Teacher, abilities, ability, award, pieces, task
from graph_service.demo.text import Text
from graph_service.domain.endorsement import Ended

CREDITS = {
    "active-learning": "1",
    "assessment": "1",
    "partnership": "0.7",
    "psychology": "0.5",
    "language": "0.2",
    "society": "0.1",
    "reflection": "0.5",
}
"""What an ability badge is worth. The board endorses all of them but the last."""

MOST = abilities("07-17", "active-learning", "assessment", "partnership")
CREDITED = (*MOST, *ability("psychology", "07-24"))
MEETINGS = award("meeting", "05-20", "06-17", "07-15")
JOINT = ability("special-needs", "06-19")
INNER = (*pieces("data", "06-11"), *task("data", "06-12"))

LAST_SECOND = "2026-03-31T14:59:59Z"  # of the fiscal year 2025, in Japan
FIRST_SECOND = "2026-03-31T15:00:00Z"  # of the fiscal year 2026


def _teacher(
    slug: str,
    sees: Text,
    *,
    credited: Sequence[Earned] = CREDITED,
    meetings: Sequence[Earned] = MEETINGS,
    joint: Sequence[Earned] = JOINT,
    inner: Sequence[Earned] = INNER,
    recommended_by: tuple[str, ...] = (),
) -> Teacher:
    return Teacher(slug, sees, (*credited, *meetings, *joint, *inner), recommended_by)


TELLING = (
    _teacher(
        "all-four-parts",
        ("やまて市。4つの条件をすべて満たす。", "Yamate. All four parts: complete."),
        inner=ability("data", "06-12"),
        recommended_by=("yamate-head",),
    ),
    _teacher(
        "credits-exactly-by-decimals",
        (
            "やまて市。1 + 1 + 0.7 + 0.2 + 0.1 = 3 単位ちょうど。十進で正しく数える。",
            "Yamate. 1 + 1 + 0.7 + 0.2 + 0.1 = 3 exactly, counted in decimals: complete.",
        ),
        credited=(*MOST, *abilities("07-24", "language", "society")),
        recommended_by=("yamate-head",),
    ),
    _teacher(
        "credits-just-below",
        ("やまて市。2.9 単位。99 % と示し、修了とはしない。", "Yamate. 2.9 of 3 units: shown as 99 %, not complete."),
        credited=(*MOST, *ability("language", "07-24")),
    ),
    _teacher(
        "renewed-badge-counts-once",
        (
            "やまて市。0.2 単位のバッジを更新。2回は数えない。",
            "Yamate. A renewed badge adds its units once: still 2.9.",
        ),
        credited=(*MOST, *ability("language", "07-24"), *award("language", "10-02")),
    ),
    _teacher(
        "endorsed-by-another-board",
        (
            "やまて市。0.5 単位はみなと市だけが裏書したバッジ。やまて市では数えない。",
            "Yamate. Half a unit is endorsed by Minato's board only, and does not count here.",
        ),
        credited=(*MOST, *ability("reflection", "07-24")),
    ),
    _teacher(
        "one-endorsement-missing",
        (
            "やまて市。三者のうち二者の裏書が要るバッジに、裏書は一つ。",
            "Yamate. Two of three endorsements are asked for, and there is one.",
        ),
        joint=ability("guidance", "06-19"),
    ),
    _teacher(
        "three-meetings-on-three-days",
        ("やまて市。研究会3回だけ。ほかはこれから。", "Yamate. Three meetings on three days, and nothing else yet."),
        credited=(),
        joint=(),
        inner=(),
    ),
    _teacher(
        "three-meetings-on-two-days",
        ("やまて市。3回のうち2回は同じ日。3日分にならない。", "Yamate. Two of three meetings were on one day."),
        meetings=award("meeting", "05-20", "2026-05-20T02:00:00Z", "06-17"),
    ),
    _teacher(
        "first-second-of-april",
        (
            "やまて市。令和8年度の最初の1秒に授与。数える。",
            "Yamate. Earned in the first second of the fiscal year: counts.",
        ),
        credited=(*MOST, *ability("psychology", FIRST_SECOND)),
    ),
    _teacher(
        "year-end-last-second",
        (
            "やまて市。前年度の最後の1秒に授与。令和8年度には数えない。",
            "Yamate. Earned in the last second of the year before: does not count.",
        ),
        credited=(*MOST, *ability("psychology", LAST_SECOND)),
    ),
    _teacher(
        "inner-stack-not-collected",
        (
            "やまて市。中の積み上げは完了、能力バッジは未申請。それでも数える。",
            "Yamate. The inner stack is complete though its badge was never collected: counts.",
        ),
    ),
    _teacher(
        "inner-stack-half-done",
        ("やまて市。中の積み上げが半分。", "Yamate. Half of the inner stack."),
        inner=pieces("data", "06-11", 2),
    ),
    _teacher(
        "superseded-version",
        (
            "やまて市。改訂後の第2版。やまて市は第1版への裏書を全版に認める。",
            "Yamate. Version 2 of a badge; here an endorsement of version 1 counts for all.",
        ),
        credited=(
            *abilities("07-17", "active-learning", "assessment"),
            *ability("partnership", "09-10"),
            *ability("psychology", "07-24"),
        ),
    ),
    _teacher(
        "revoked-after-completion",
        ("やまて市。修了後に1つが失効。その日までは修了。", "Yamate. A badge was revoked after completion."),
        credited=(*MOST, *ability("psychology", "07-24", ended=Ended.REVOKED)),
    ),
    _teacher(
        "void",
        ("やまて市。1つは誤りで無効。一度も修了していない。", "Yamate. One award was an error: never complete."),
        credited=(*MOST, *ability("psychology", "07-24", ended=Ended.VOID)),
    ),
)
