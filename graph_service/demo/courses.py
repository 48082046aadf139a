"""The eight courses of the demo: titles as in the design, pieces invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Course:
    """A course: knowledge badges for its pieces, a task badge, and an ability badge that stacks them."""

    slug: str
    title: str
    english: str
    pieces: tuple[str, ...]


COURSES = (
    Course(
        "reflection",
        "子どもの変化と教職の省察",
        "Changing children and reflecting on teaching",
        ("子どもを取り巻く変化", "教職観のふり返り", "対話による省察"),
    ),
    Course(
        "special-needs",
        "特別支援教育の現状と課題",
        "Special needs education today",
        ("制度とインクルージョン", "実態の把握", "個別の指導計画", "校内の支援体制"),
    ),
    Course(
        "crisis",
        "学校の危機管理",
        "Crisis management in schools",
        ("危機の予防", "発生時の対応", "事後の対応と再発防止", "保護者と地域への説明"),
    ),
    Course(
        "guidance",
        "組織で支える生徒指導",
        "Student guidance as a team",
        ("生徒指導の構造", "チームでの情報共有", "関係機関との連携"),
    ),
    Course(
        "bullying",
        "いじめの早期発見と対応",
        "Noticing and answering bullying",
        ("いじめの理解", "早期発見のしくみ", "組織的な対応", "ネット上のいじめ"),
    ),
    Course(
        "absence",
        "不登校の理解と支援",
        "Understanding and supporting absent students",
        ("不登校の理解", "初期の対応", "学びの機会の保障"),
    ),
    Course(
        "classroom",
        "学級経営の基礎",
        "Foundations of classroom management",
        ("学級開き", "規律と関係づくり", "児童生徒理解", "保護者との連携", "学級のふり返り"),
    ),
    Course(
        "devices",
        "1人1台端末の授業活用",
        "Teaching with one device per student",
        ("端末活用の考え方", "協働的な学び", "情報モラル"),
    ),
)
