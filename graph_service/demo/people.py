"""Who acts in the demo: boards, a university, school heads and colleagues, all invented, and their officers."""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.demo.text import Text
from graph_service.domain.policy import Role
from graph_service.domain.profile import Kind

INVENTED: Text = ("デモのための架空の組織・人物です。", "Invented for the demo.")


@dataclass(frozen=True)
class Party:
    """A profile: a body or a person."""

    slug: str
    name: Text
    part_of: str | None = None
    kind: Kind = Kind.PERSON


PARTIES = {
    "board": Party("minato-board", ("みなと市教育委員会", "Minato City Board of Education"), kind=Kind.BOARD),
    "university": Party("konan-university", ("港南教育大学", "Konan University of Education"), kind=Kind.UNIVERSITY),
    "saikai": Party("saikai-university", ("西海教育大学", "Saikai University of Education"), kind=Kind.UNIVERSITY),
    "yamate": Party("yamate-board", ("やまて市教育委員会", "Yamate City Board of Education"), kind=Kind.BOARD),
    "head": Party("aoba-head", ("みなと市立青葉中学校長", "Head of Aoba Junior High School, Minato"), "board"),
    "shiomi-head": Party("shiomi-head", ("みなと市立潮見小学校長", "Head of Shiomi Primary School, Minato"), "board"),
    "kaihin-head": Party("kaihin-head", ("みなと市立海浜高等学校長", "Head of Kaihin High School, Minato"), "board"),
    "yamate-head": Party("oka-head", ("やまて市立丘の上小学校長", "Head of Okanoue Primary School, Yamate"), "yamate"),
    "sato": Party("sato-midori", ("佐藤みどり（青葉中学校 教諭）", "Midori Sato, teacher at Aoba Junior High School")),
    "takahashi": Party(
        "takahashi-ichiro",
        ("高橋一郎（潮見小学校 学年主任）", "Ichiro Takahashi, grade leader at Shiomi Primary School"),
    ),
    "ito": Party("ito-nao", ("伊藤なお（海浜高等学校 教諭）", "Nao Ito, teacher at Kaihin High School")),
}


@dataclass(frozen=True)
class Officer:
    """A persona with roles at one profile; the sentence says what this person does."""

    persona: str
    sees: Text
    at: str
    roles: tuple[Role, ...]


OFFICERS = (
    Officer(
        "board-owner",
        ("みなと市教委の責任者。担当者と鍵を管理します。", "Minato's board: appoints people and keeps the keys."),
        "board",
        (Role.OWNER,),
    ),
    Officer(
        "board-officer",
        (
            "みなと市教委の裏書担当。依頼に応え、署名し、受講者の同意の範囲で進み具合を見ます。",
            "Minato's board: answers requests, signs, and sees the progress of those who consented.",
        ),
        "board",
        (Role.ENDORSER,),
    ),
    Officer(
        "board-trainer",
        ("みなと市教委の研修担当。対面研修の修了を授与します。", "Minato's board: awards face-to-face training."),
        "board",
        (Role.ISSUER,),
    ),
    Officer(
        "board-editor",
        ("みなと市教委の企画担当。中堅研の条件を書きます。", "Minato's board: writes the pathway 中堅研."),
        "board",
        (Role.EDITOR,),
    ),
    Officer(
        "university-owner",
        ("大学の責任者。担当者と鍵を管理します。", "The university: appoints people and keeps the keys."),
        "university",
        (Role.OWNER,),
    ),
    Officer(
        "university-desk",
        ("大学の発行窓口。名簿からバッジを授与します。", "The university's desk: awards badges from lists."),
        "university",
        (Role.ISSUER,),
    ),
    Officer(
        "university-dean",
        (
            "大学の研究科長。裏書を依頼し、裏書もします。",
            "The university's dean: asks for endorsements and gives them.",
        ),
        "university",
        (Role.ENDORSER,),
    ),
    Officer(
        "university-editor",
        ("大学の教務担当。講座の積み上げの条件を書きます。", "The university: writes the pathways of its courses."),
        "university",
        (Role.EDITOR,),
    ),
    Officer(
        "saikai-desk",
        (
            "西海教育大学の担当者。バッジを授与し、ほかの大学のバッジと同等だと申し立てます。",
            "Another university: awards badges, and says which of other universities they equal.",
        ),
        "saikai",
        (Role.ISSUER, Role.EDITOR),
    ),
    Officer(
        "head",
        ("青葉中学校長。推薦の依頼に応えます。", "Head of Aoba Junior High School: answers requests to recommend."),
        "head",
        (Role.ENDORSER,),
    ),
    Officer(
        "shiomi-head",
        ("潮見小学校長。推薦の依頼に応えます。", "Head of Shiomi Primary School: recommends teachers."),
        "shiomi-head",
        (Role.ENDORSER,),
    ),
    Officer(
        "kaihin-head",
        ("海浜高等学校長。推薦の依頼に応えます。", "Head of Kaihin High School: recommends teachers."),
        "kaihin-head",
        (Role.ENDORSER,),
    ),
    Officer(
        "sato",
        (
            "同僚の佐藤みどり。推薦し、受けた講座に裏書もします。",
            "A colleague: recommends, and endorses a course she took.",
        ),
        "sato",
        (Role.ENDORSER,),
    ),
    Officer(
        "takahashi",
        ("同僚の高橋一郎。同じ学校の先生を推薦します。", "A colleague: recommends a teacher of his school."),
        "takahashi",
        (Role.ENDORSER,),
    ),
    Officer(
        "ito",
        ("同僚の伊藤なお。同じ学校の先生を推薦します。", "A colleague: recommends a teacher of her school."),
        "ito",
        (Role.ENDORSER,),
    ),
    Officer(
        "yamate-officer",
        (
            "やまて市教委の担当者。小さな市なので、裏書も授与も条件づくりも一人でします。",
            "Yamate's board: a small city, where one officer endorses, awards and writes the pathway.",
        ),
        "yamate",
        (Role.ENDORSER, Role.ISSUER, Role.EDITOR),
    ),
    Officer(
        "yamate-head",
        ("やまて市の丘の上小学校長。推薦の依頼に応えます。", "Head of a school in Yamate: recommends teachers."),
        "yamate-head",
        (Role.ENDORSER,),
    ),
)

DESKS = {"university": "university-desk", "saikai": "saikai-desk", "board": "board-trainer", "yamate": "yamate-officer"}
"""Who awards what a party offers."""
