"""The fifteen courses of the demo: titles as in the design, pieces and fields invented."""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.demo.text import Text


@dataclass(frozen=True)
class Course:
    """A course: a knowledge badge for each piece, a task badge, and the ability badge that stands on them."""

    slug: str
    title: Text
    field: Text
    pieces: tuple[Text, ...]


FOUNDATIONS = ("教職の基盤", "Foundations of teaching")
CHILDREN = ("子どもへの支援", "Supporting children")
MANAGEMENT = ("学級・学校の経営", "Running a class and a school")
LESSONS = ("授業と評価", "Lessons and assessment")
DIGITAL = ("デジタルとデータ", "Digital tools and data")
TRAINING = ("研修", "In-service training")

COURSES = (
    Course(
        "reflection",
        ("子どもの変化と教職の省察", "Changing children and reflecting on teaching"),
        FOUNDATIONS,
        (
            ("子どもを取り巻く変化", "What changes around children"),
            ("教職観のふり返り", "Looking back on one's view of teaching"),
            ("対話による省察", "Reflecting in dialogue"),
        ),
    ),
    Course(
        "special-needs",
        ("特別支援教育の現状と課題", "Special needs education today"),
        CHILDREN,
        (
            ("制度とインクルージョン", "The system, and inclusion"),
            ("実態の把握", "Seeing how a child is"),
            ("個別の指導計画", "Individual teaching plans"),
            ("校内の支援体制", "Support within the school"),
        ),
    ),
    Course(
        "psychology",
        ("子ども理解の教育心理学", "Educational psychology for understanding children"),
        CHILDREN,
        (
            ("発達のすじ道", "Paths of development"),
            ("動機づけ", "Motivation"),
            ("つまずきの見立て", "Reading where a child is stuck"),
        ),
    ),
    Course(
        "society",
        ("Society5.0時代の学校", "Schools in the age of Society 5.0"),
        FOUNDATIONS,
        (
            ("変わる社会と学び", "A changing society, and learning"),
            ("これからの資質・能力", "What children will need"),
            ("学校の役割", "What schools are for"),
        ),
    ),
    Course(
        "crisis",
        ("学校の危機管理", "Crisis management in schools"),
        MANAGEMENT,
        (
            ("危機の予防", "Preventing a crisis"),
            ("発生時の対応", "When it happens"),
            ("事後の対応と再発防止", "Afterwards, and never again"),
            ("保護者と地域への説明", "Explaining to parents and neighbours"),
        ),
    ),
    Course(
        "guidance",
        ("組織で支える生徒指導", "Student guidance as a team"),
        CHILDREN,
        (
            ("生徒指導の構造", "How guidance is built"),
            ("チームでの情報共有", "Sharing what is known in a team"),
            ("関係機関との連携", "Working with other bodies"),
        ),
    ),
    Course(
        "bullying",
        ("いじめの早期発見と対応", "Noticing and answering bullying"),
        CHILDREN,
        (
            ("いじめの理解", "Understanding bullying"),
            ("早期発見のしくみ", "Ways of noticing early"),
            ("組織的な対応", "Answering as a school"),
            ("ネット上のいじめ", "Bullying online"),
        ),
    ),
    Course(
        "absence",
        ("不登校の理解と支援", "Understanding and supporting absent students"),
        CHILDREN,
        (
            ("不登校の理解", "Understanding absence"),
            ("初期の対応", "The first days"),
            ("学びの機会の保障", "Keeping learning open"),
        ),
    ),
    Course(
        "classroom",
        ("学級経営の基礎", "Foundations of classroom management"),
        MANAGEMENT,
        (
            ("学級開き", "The first day of a class"),
            ("規律と関係づくり", "Rules and relations"),
            ("児童生徒理解", "Knowing one's students"),
            ("保護者との連携", "Working with parents"),
            ("学級のふり返り", "Looking back with the class"),
        ),
    ),
    Course(
        "active-learning",
        ("主体的・対話的で深い学びの授業設計", "Designing lessons for active and deep learning"),
        LESSONS,
        (
            ("問いのデザイン", "Designing questions"),
            ("対話の組み立て", "Building a dialogue"),
            ("深い学びの見取り", "Seeing deep learning"),
            ("単元の構想", "Planning a unit"),
        ),
    ),
    Course(
        "assessment",
        ("学習評価と指導の一体化", "Assessment as part of teaching"),
        LESSONS,
        (
            ("三つの観点", "Three viewpoints"),
            ("評価の計画", "Planning assessment"),
            ("指導に生かす評価", "Assessment that serves teaching"),
        ),
    ),
    Course(
        "devices",
        ("1人1台端末の授業活用", "Teaching with one device per student"),
        DIGITAL,
        (
            ("端末活用の考え方", "What devices are for"),
            ("協働的な学び", "Learning together"),
            ("情報モラル", "Manners and safety online"),
        ),
    ),
    Course(
        "data",
        ("教育データの見方", "Reading educational data"),
        DIGITAL,
        (
            ("データの種類と限界", "Kinds of data, and their limits"),
            ("グラフの読み取り", "Reading charts"),
            ("個人情報への配慮", "Care for personal information"),
        ),
    ),
    Course(
        "language",
        ("日本語指導が必要な子どもの支援", "Supporting children who learn Japanese"),
        CHILDREN,
        (
            ("受け入れの準備", "Preparing to welcome"),
            ("ことばの力の把握", "Seeing what a child can say"),
            ("教科の学びの支援", "Supporting learning in subjects"),
        ),
    ),
    Course(
        "partnership",
        ("保護者・地域との連携", "Working with parents and the community"),
        MANAGEMENT,
        (
            ("信頼をつくる対話", "Talks that build trust"),
            ("地域とともにある学校", "A school with its community"),
            ("むずかしい相談への対応", "Answering difficult requests"),
        ),
    ),
)

BY_SLUG = {course.slug: course for course in COURSES}

MID_CAREER = (
    "reflection",
    "special-needs",
    "crisis",
    "guidance",
    "bullying",
    "absence",
    "classroom",
    "devices",
)
"""The eight courses of which five make the online way of 中堅研."""
