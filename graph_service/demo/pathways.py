"""The pathways of the demo, as a client writes them: one for each course, and the stacks of the two boards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph_service.demo import yamate
from graph_service.demo.courses import BY_SLUG, MID_CAREER, Course
from graph_service.demo.text import Text, both
from graph_service.domain.iri import Iri

MID_CAREER_NAME = ("中堅研", "Mid-career training")
STEP_UP_NAME = ("ステップアップ研修", "Step-up training")
FISCAL_YEAR_2026 = {"since": "2026-03-31T15:00:00Z", "until": "2027-03-31T15:00:00Z"}

Node = dict[str, object]


def course_pathway(course: Course, badges: Mapping[str, Iri]) -> Mapping[str, object]:
    """Return All of a course's knowledge badges and its final task."""
    leaves = [leaf(f"piece-{n}", badges[f"{course.slug}/{n}"], name=piece) for n, piece in enumerate(course.pieces, 1)]
    leaves.append(leaf("task", badges[f"{course.slug}/task"], name=("最終課題", "Final task")))
    return {"root": "all", "nodes": [group("all", "ALL", [str(each["id"]) for each in leaves]), *leaves]}


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
    }


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
