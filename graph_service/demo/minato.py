"""みなと市's teachers who tell something: each in one state of the story; the slug says which.

Endorsed by the board from 1 June: six of the eight ability badges of 中堅研; 学校の危機管理 from 3 August;
不登校の理解と支援 never; 1人1台端末の授業活用 only until 10 November. 学級経営の基礎 has a second version from
1 September, which nobody endorsed.
"""

from __future__ import annotations

from graph_service.demo.earning import Consent, Teacher, abilities, ability, award, pieces, task
from graph_service.domain.endorsement import Ended

FOUR = ("crisis", "reflection", "special-needs", "guidance")
FIVE = (*FOUR, "bullying")

COMPLETE = (
    Teacher(
        "exactly-five",
        ("裏書のある能力バッジがちょうど5つ。修了。", "Exactly five endorsed ability badges: complete."),
        abilities("07-01", *FIVE),
        ("head",),
    ),
    Teacher(
        "six-of-eight",
        ("6つあり、1つ余る。修了。", "Six, one more than needed: complete."),
        abilities("07-02", *FIVE, "classroom"),
        ("shiomi-head",),
    ),
    Teacher(
        "all-eight",
        ("8つすべて。2つは数えられないが修了。", "All eight; two do not count, and yet complete."),
        abilities("07-03", *FIVE, "classroom", "absence", "devices"),
        ("kaihin-head", "ito"),
    ),
    Teacher(
        "face-to-face",
        ("夏の対面研修で修了。オンラインの失敗ではない。", "Complete face to face in summer: no failure of anything."),
        award("attendance", "08-20"),
    ),
    Teacher(
        "both-ways",
        ("対面でもオンラインでも修了。", "Complete in both ways."),
        (*abilities("07-06", *FIVE), *award("attendance", "08-20")),
        ("head", "sato"),
    ),
    Teacher(
        "before-the-revision",
        (
            "学級経営を改訂前に取得。第1版への裏書で数える。",
            "Earned version 1 of a badge, of which the endorsement speaks.",
        ),
        abilities("08-10", *FOUR, "classroom"),
        ("shiomi-head",),
    ),
    Teacher(
        "earned-before-endorsed",
        ("裏書より前に取得。裏書された日から数える。", "Earned before the endorsement: counts from that day on."),
        abilities("05-20", *FIVE),
        ("kaihin-head",),
    ),
    Teacher(
        "later-half",
        ("前期に2つ、秋に3つ。10月に修了。", "Two in summer, three in autumn: complete in October."),
        (*abilities("07-08", "reflection", "guidance"), *abilities("10-20", "crisis", "special-needs", "bullying")),
        ("head",),
    ),
    Teacher(
        "renewed-after-a-gap",
        (
            "8月末に期限切れ、10月5日に更新。その間は未修了と答える。",
            "Expired at the end of August, renewed on 5 October: not complete in between.",
        ),
        (
            *abilities("07-09", *FOUR),
            *ability("bullying", "07-09", until="2026-08-31T15:00:00Z"),
            *award("bullying", "10-05"),
        ),
    ),
    Teacher(
        "face-to-face-in-spring",
        ("春の対面研修で修了。", "Complete face to face in spring."),
        award("attendance", "05-12"),
    ),
    Teacher(
        "face-to-face-in-autumn",
        ("秋の対面研修で修了。", "Complete face to face in autumn."),
        award("attendance", "10-08"),
    ),
    Teacher(
        "pieces-then-face-to-face",
        ("オンラインを途中まで。対面研修に切りかえて修了。", "Began online, changed to face to face: complete."),
        (*pieces("psychology", "06-25", 2), *award("attendance", "08-20")),
    ),
    Teacher(
        "attendance-issued-again",
        (
            "春の修了は誤り（無効）。秋に出席して改めて授与。",
            "Spring's award was an error (void); attended in autumn and was awarded anew.",
        ),
        (*award("attendance", "05-12", ended=Ended.VOID), *award("attendance", "10-08")),
    ),
    Teacher(
        "no-consent",
        ("修了しているが、教育委員会に見せることに同意していない。", "Complete, and has not consented to be seen."),
        award("attendance", "06-16"),
        consent=Consent.NEVER,
    ),
    Teacher(
        "consent-ended",
        ("同意を終えた。教育委員会にはもう見えない。", "Ended the consent: the board sees nothing any more."),
        award("attendance", "05-12"),
        consent=Consent.ENDED,
    ),
    Teacher(
        "consent-to-the-other-board",
        ("やまて市にだけ同意した。みなと市には見えない。", "Consented to Yamate's board only: Minato's sees nothing."),
        award("attendance", "06-16"),
        consent=Consent.ELSEWHERE,
    ),
)

NO_LONGER_COMPLETE = (
    Teacher(
        "endorsement-revoked",
        (
            "端末活用の裏書が11月10日に取り消され、いまは未修了。修了した日は残る。",
            "The board revoked the endorsement of a badge: not complete now, and once was.",
        ),
        abilities("07-10", *FOUR, "devices", "absence"),
        ("shiomi-head",),
    ),
    Teacher(
        "badge-expired",
        ("10月末に期限切れ。修了していた日は残る。", "A badge expired in October: once complete, not now."),
        (*abilities("07-11", *FOUR), *ability("bullying", "07-11", until="2026-10-31T14:59:59Z")),
        ("kaihin-head",),
    ),
    Teacher(
        "badge-revoked",
        (
            "修了の後にバッジが失効。その日までは修了。",
            "A badge was revoked after completion: complete until that day.",
        ),
        (
            *abilities("07-12", "crisis", "reflection", "special-needs", "bullying"),
            *ability("guidance", "07-12", ended=Ended.REVOKED),
        ),
    ),
)

NOT_COMPLETE = (
    Teacher(
        "badge-void",
        ("誤って授与された1つは無効。はじめから4つ。", "One was awarded in error and is void: never more than four."),
        (
            *abilities("07-13", "crisis", "reflection", "guidance", "bullying"),
            *ability("special-needs", "07-13", ended=Ended.VOID),
        ),
    ),
    Teacher(
        "two-awards-of-one-badge",
        ("同じバッジの授与が2回。1つと数える。", "Two awards of one badge count once."),
        (*abilities("06-28", *FOUR), *award("crisis", "08-24")),
    ),
    Teacher(
        "without-crisis",
        ("6つあるが、必須の危機管理がない。", "Six badges, but not the required one."),
        abilities("07-14", "reflection", "special-needs", "guidance", "bullying", "classroom", "absence"),
        ("head",),
    ),
    Teacher(
        "four-of-five",
        ("あと1つ。", "One more badge to go."),
        abilities("07-15", *FOUR),
        ("shiomi-head", "takahashi"),
    ),
    Teacher(
        "not-endorsed",
        ("5つめは不登校。教育委員会の裏書がまだない。", "The fifth badge waits for the board's endorsement."),
        abilities("07-16", *FOUR, "absence"),
        ("kaihin-head",),
    ),
    Teacher(
        "waiting-for-the-board",
        ("不登校の裏書がつけば修了する。", "Would complete if the board endorsed one more badge."),
        abilities("06-26", "crisis", "reflection", "bullying", "classroom", "absence"),
    ),
    Teacher(
        "two-endorsements-missing",
        ("裏書のないものが2つ。1つついても足りない。", "Two are not endorsed: one endorsement would not be enough."),
        abilities("07-22", "crisis", "reflection", "guidance", "absence", "devices"),
    ),
    Teacher(
        "after-the-revision",
        ("改訂後の第2版を取得。裏書は第1版だけ。", "Earned version 2; the endorsement speaks of version 1."),
        abilities("09-10", *FOUR, "classroom"),
        ("head",),
    ),
    Teacher(
        "only-crisis",
        (
            "危機管理だけで6割。必須と「5つ」の両方に数える。",
            "Crisis management alone: it counts in both places, 60 %.",
        ),
        abilities("08-08", "crisis"),
        ("shiomi-head",),
    ),
    Teacher(
        "one-badge",
        ("1つ。推薦は取り消された。", "One badge; its recommendation was revoked."),
        abilities("06-20", "reflection"),
        ("head",),
    ),
    Teacher("two-badges", ("2つ。", "Two badges."), abilities("06-21", "reflection", "bullying"), ("kaihin-head",)),
    Teacher(
        "three-badges",
        ("3つ。", "Three badges."),
        abilities("06-22", "reflection", "bullying", "guidance"),
        ("takahashi",),
    ),
    Teacher(
        "asked-the-head",
        ("校長に推薦を依頼中。", "Asked the head to recommend; no answer yet."),
        abilities("07-20", "reflection"),
    ),
    Teacher(
        "asked-too-late",
        ("推薦の依頼が期限切れになった。", "The request to recommend lapsed."),
        abilities("06-23", "guidance"),
    ),
    Teacher(
        "was-declined",
        ("推薦の依頼が見送られた。", "The request to recommend was declined, with a reason."),
        abilities("06-24", "guidance"),
    ),
    Teacher(
        "attendance-void",
        ("対面研修の修了は誤りで無効。", "The face-to-face award was an error: void."),
        award("attendance", "06-16", ended=Ended.VOID),
    ),
)

PIECES_ONLY = (
    Teacher(
        "ability-not-collected",
        (
            "知識バッジと最終課題はそろった。能力バッジは申請していない。",
            "All pieces and the task; never applied for the ability badge.",
        ),
        (*pieces("reflection", "07-18"), *task("reflection", "07-20")),
    ),
    Teacher(
        "task-before-the-pieces",
        ("課題が先、動画は後。順序は問わない。", "The task first, the pieces later: the order does not matter."),
        (*task("guidance", "06-12"), *pieces("guidance", "06-30")),
    ),
    Teacher(
        "all-pieces-no-task",
        ("知識バッジはすべて。最終課題がまだ。", "All pieces, but not the final task."),
        pieces("crisis", "05-29"),
    ),
    Teacher(
        "half-the-pieces",
        ("2つの講座を途中まで。", "Part of two courses."),
        (*pieces("crisis", "05-28", 2), *pieces("reflection", "05-29", 1)),
    ),
    Teacher(
        "many-pieces",
        ("4つの講座を少しずつ。", "A little of four courses."),
        tuple(
            each
            for course in ("crisis", "special-needs", "bullying", "classroom")
            for each in pieces(course, "05-29", 3)
        ),
    ),
    Teacher("first-piece", ("はじめの1つ。", "The first piece."), pieces("absence", "05-29", 1)),
    Teacher("registered-only", ("登録しただけ。", "Registered, and nothing yet."), consent=Consent.NEVER),
)

TELLING = (*COMPLETE, *NO_LONGER_COMPLETE, *NOT_COMPLETE, *PIECES_ONLY)
