"""The pathways of the demo, as a client writes them: one for each course, and the stacks of the two boards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph_service.demo import konan, yamate
from graph_service.demo.courses import BY_SLUG, COURSES, MID_CAREER, Course
from graph_service.demo.text import Text, both
from graph_service.domain.iri import Iri

MID_CAREER_NAME = ("中堅研", "Mid-career training")
STEP_UP_NAME = ("ステップアップ研修", "Step-up training")
REFRESHER_NAME = ("学び直しプログラム", "Refresher programme")
FIFTEEN_NAME = ("知識バッジ15", "Fifteen knowledge badges")
FISCAL_YEAR_2026 = {"since": "2026-03-31T15:00:00Z", "until": "2027-03-31T15:00:00Z"}

AWARDED_AT_ONCE = frozenset({"crisis", "absence", "classroom", "devices", "active-learning", "assessment"})
"""Courses whose ability badge is awarded by itself; for the others somebody at the university decides."""

Node = dict[str, object]


def course_pathway(course: Course, badges: Mapping[str, Iri]) -> Mapping[str, object]:
    """Return All of a course's knowledge badges and its final task; who completes it is awarded the ability badge."""
    leaves = [leaf(f"piece-{n}", badges[f"{course.slug}/{n}"], name=piece) for n, piece in enumerate(course.pieces, 1)]
    leaves.append(leaf("task", badges[f"{course.slug}/task"], name=("最終課題", "Final task")))
    issue = "AUTO" if course.slug in AWARDED_AT_ONCE else "REVIEW"
    return {
        "root": "all",
        "nodes": [group("all", "ALL", [str(each["id"]) for each in leaves]), *leaves],
        "output": {"achievement": badges[course.slug], "issue": issue},
    }


def mid_career(badges: Mapping[str, Iri], board: Iri) -> Mapping[str, object]:
    """Return みなと市's 中堅研: face to face, or online with five of eight endorsed badges, one of them required."""
    endorsed = {"endorsedBy": [{"profiles": [board]}]}
    return {
        "root": "mid-career",
        "nodes": [
            group("mid-career", "ANY", ["face-to-face", "online"], MID_CAREER_NAME),
            leaf("face-to-face", badges["attendance"], name=("対面研修", "Face to face")),
            group("online", "ALL", ["five", "crisis"], ("オンライン", "Online")),
            group("five", "AT_LEAST", MID_CAREER, ("8つのうち5つ", "Five of eight")) | {"count": 5},
            *(leaf(slug, badges[slug], name=BY_SLUG[slug].title, guards=endorsed) for slug in MID_CAREER),
        ],
        "output": {"achievement": badges["mid-career"], "issue": "REVIEW"},
    }


def refresher(badges: Mapping[str, Iri], university: Iri, number: int) -> Mapping[str, object]:
    """Return a version of the university's refresher programme: the second asks for fewer pieces and a presentation."""
    leaves = _pieces(badges, [BY_SLUG[slug] for slug in konan.COURSES])
    named = {1: ("知識バッジ6つ", "Six knowledge badges"), 2: ("知識バッジ3つ", "Three knowledge badges")}
    asked = [
        leaf("ability", badges["language"], name=BY_SLUG["language"].title),
        *([leaf("presentation", badges["presentation"], name=("発表", "Presentation"))] if number == 2 else []),
    ]
    return {
        "root": "refresher",
        "nodes": [
            group("refresher", "ALL", ["pieces", *(str(each["id"]) for each in asked)], REFRESHER_NAME),
            _some("pieces", {1: 6, 2: 3}[number], leaves, named[number]),
            *asked,
            *leaves,
        ],
        "trusts": [university],
        "output": {"achievement": badges["refresher"], "issue": "AUTO"},
    }


def fifteen(badges: Mapping[str, Iri]) -> Mapping[str, object]:
    """Return fifteen knowledge badges of whatever courses."""
    leaves = _pieces(badges, COURSES)
    return {
        "root": "fifteen",
        "nodes": [_some("fifteen", 15, leaves, FIFTEEN_NAME), *leaves],
        "output": {"achievement": badges["fifteen"], "issue": "AUTO"},
    }


def _pieces(badges: Mapping[str, Iri], courses: Sequence[Course]) -> list[Node]:
    return [
        leaf(f"{course.slug}-{n}", badges[f"{course.slug}/{n}"], name=piece)
        for course in courses
        for n, piece in enumerate(course.pieces, 1)
    ]


def _some(id: str, count: int, leaves: Sequence[Node], name: Text) -> Node:
    return group(id, "AT_LEAST", [str(each["id"]) for each in leaves], name) | {"count": count}


def step_up(badges: Mapping[str, Iri], parties: Mapping[str, Iri], inner: Iri) -> Mapping[str, object]:
    """Return やまて市's stack: units, meetings, a badge that two of three endorse, and `inner`, another stack."""
    endorsers = [parties["board"], parties["yamate"], parties["yamate-head"]]
    meetings = {"issuedBy": [parties["yamate"]], "awardedBetween": FISCAL_YEAR_2026}
    return {
        "root": "step-up",
        "nodes": [
            group("step-up", "ALL", ["units", "meetings", "joint", "data"], STEP_UP_NAME),
            group("units", "CREDITS", list(yamate.CREDITS), ("3単位", "Three units"))
            | {"unit": "単位", "threshold": "3"},
            *(_credited(slug, badges[slug], parties["yamate"]) for slug in yamate.CREDITS),
            leaf("meetings", badges["meeting"], name=("研究会3回", "Three study meetings"), guards=meetings)
            | {"times": 3},
            leaf(
                "joint",
                badges["special-needs"],
                badges["guidance"],
                name=("二者が裏書した支援のバッジ", "A badge on support that two endorse"),
                guards={"endorsedBy": [{"profiles": endorsers, "minCount": 2}]},
            ),
            {"id": "data", "kind": "REF", "pathwayVersion": inner, "name": dict(both(BY_SLUG["data"].title))},
        ],
    }


def _credited(slug: str, badge: Iri, board: Iri) -> Node:
    """Return a leaf that is worth units, if it was earned in the fiscal year; any version of the badge will do."""
    guards = {
        "endorsedBy": [{"profiles": [board], "versions": "ANY"}],
        "awardedBetween": FISCAL_YEAR_2026,
    }
    return leaf(slug, badge, name=BY_SLUG[slug].title, guards=guards) | {"credits": {"単位": yamate.CREDITS[slug]}}


def leaf(id: str, *targets: Iri, name: Text, guards: Mapping[str, object] | None = None) -> Node:
    """Return a requirement to hold one of some badges."""
    node: Node = {"id": id, "kind": "LEAF", "name": dict(both(name)), "targets": list(targets)}
    return node if guards is None else node | {"guards": guards}


def group(id: str, kind: str, parts: Sequence[str], name: Text | None = None) -> Node:
    """Return a requirement over others."""
    node: Node = {"id": id, "kind": kind, "parts": list(parts)}
    return node if name is None else node | {"name": dict(both(name))}
