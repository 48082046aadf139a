"""Who takes the refresher programme of 港南教育大学: each in one state of its story; the slug says which.

The first version, open from 16 April and to new learners until September, asks for six knowledge badges of five courses
and the ability badge 日本語指導が必要な子どもの支援; the second, from 1 September, for three of them, the ability badge
and a presentation. The university counts 日本語教育入門 of another university for the ability badge.
"""

from __future__ import annotations

from graph_service.demo.earning import Teacher, ability, award, pieces

COURSES = ("language", "society", "psychology", "data", "partnership")
"""The courses whose knowledge badges count."""

LATE = "10-20"  # after the first version was closed to new learners
THREE = pieces("language", "06-19")
SIX = (*THREE, *pieces("society", "06-23"))
FIFTEEN = tuple(each for course in COURSES for each in pieces(course, "06-25", 3))
ABLE = ability("language", "08-21")
PRESENTED = award("presentation", "09-15")

WAIVED = {"presentation-waived": None, "waiver-ran-out": "2026-10-31T15:00:00Z"}
"""Whom the university let off the presentation, and until when."""

PINNED = "pinned-to-the-first-version"

TELLING = (
    Teacher(
        "no-knowledge-badge",
        ("学び直し。知識バッジ 0。これから。", "Refresher. No knowledge badge yet."),
    ),
    Teacher(
        "three-knowledge-badges",
        (
            "学び直し。知識バッジ 3。第2版なら知識の条件はもう満たす。",
            "Refresher. Three knowledge badges: all that the second version asks of these.",
        ),
        THREE,
    ),
    Teacher(
        "six-knowledge-badges",
        ("学び直し。知識バッジ 6。第1版で半分。", "Refresher. Six knowledge badges: half of the first version."),
        SIX,
    ),
    Teacher(
        "fifteen-knowledge-badges",
        (
            "知識バッジ 15。「知識バッジ15」は自動で授与される。",
            "Fifteen knowledge badges: the badge for fifteen is awarded by itself.",
        ),
        FIFTEEN,
    ),
    Teacher(
        "stays-with-the-first-version",
        (
            "学び直し。改訂前に始めた。第1版のまま修了、発表は要らない。",
            "Refresher. Began before the revision and completes the first version: no presentation.",
        ),
        (*SIX, *ABLE[3:]),
    ),
    Teacher(
        "gains-by-the-second-version",
        (
            "学び直し。知識バッジは 3 つ。発表して、第2版で修了。",
            "Refresher. Three knowledge badges and a presentation: complete by the second version.",
        ),
        (*ABLE, *PRESENTED),
    ),
    Teacher(
        PINNED,
        (
            "学び直し。第1版に決めて登録した。第2版なら修了しているが、第1版では知識が足りない。",
            "Refresher. Enrolled in the first version for good; by the second it would be complete.",
        ),
        (*ABLE, *PRESENTED),
    ),
    Teacher(
        "began-after-the-close",
        (
            "学び直し。10月に始めた。第1版はもう選べず、発表が要る。",
            "Refresher. Began in October: the first version is closed, so a presentation is missing.",
        ),
        (*ability("language", LATE), *pieces("society", LATE)),
    ),
    Teacher(
        "presentation-waived",
        ("学び直し。育児休業のため発表を免除。修了。", "Refresher. Let off the presentation: complete."),
        ABLE,
    ),
    Teacher(
        "waiver-ran-out",
        ("学び直し。免除は10月末まで。いまは未修了。", "Refresher. The waiver ran out in October: not complete now."),
        ABLE,
    ),
    Teacher(
        "earned-elsewhere",
        (
            "学び直し。西海教育大学のバッジが能力バッジの代わりになる。修了。",
            "Refresher. A badge of another university counts as the ability badge: complete.",
        ),
        (*THREE, *award("saikai-language", "07-10"), *PRESENTED),
    ),
    Teacher(
        "claimed-by-its-issuer-alone",
        (
            "学び直し。同等だと言うのは発行した大学だけ。数えない。",
            "Refresher. Only its issuer says that the badge is equivalent: it does not count.",
        ),
        (*THREE, *award("saikai-support", "07-10"), *PRESENTED),
    ),
)
