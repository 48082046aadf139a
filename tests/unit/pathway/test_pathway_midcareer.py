"""The demo tree 中堅研: face to face, or five of eight ability badges, one of them required."""

from __future__ import annotations

from fractions import Fraction

from graph_service.domain.pathway import AtLeast, Definition
from graph_service.domain.pathway_json import parse, to_json
from graph_service.pathway import rules
from graph_service.pathway.evaluate import CompletionState, evaluate, history, percent
from graph_service.pathway.explain import explain
from graph_service.pathway.facts import Facts
from graph_service.pathway.plan import compile_plan
from graph_service.pathway.reasons import ReasonCode
from tests.unit.pathway.building import (
    BOARD,
    all_of,
    any_of,
    award,
    badge,
    day,
    definition,
    endorsed,
    endorsement,
    facts,
    leaf,
)

TODAY = day("2026-11-21")
CRISIS = "学校の危機管理"
OTHERS = [
    "子どもの変化と教職の省察",
    "特別支援教育の現状と課題",
    "組織で支える生徒指導",
    "いじめの早期発見と対応",
    "不登校の理解と支援",
    "学級経営の基礎",
    "1人1台端末の授業活用",
]
IN_PERSON = "対面研修"
ABILITIES = [CRISIS, *OTHERS]


def tree() -> Definition:
    leaves = [leaf(f"ability-{number}", name, endorsed_by=[endorsed(BOARD)]) for number, name in enumerate(ABILITIES)]
    return definition(
        *leaves,
        leaf("in-person", IN_PERSON, issued_by=[BOARD], endorsed_by=[endorsed(BOARD)]),
        AtLeast("five", 5, tuple(each.id for each in leaves)),
        all_of("online", "five", "ability-0"),
        any_of("midcareer", "in-person", "online"),
    )


PLAN = compile_plan(tree(), "digest")
BY_BOARD = [endorsement(badge(name)) for name in (*ABILITIES, IN_PERSON)]


def teacher(*names: str) -> Facts:
    return facts(*(award(name) for name in names), endorsements=BY_BOARD)


def progress(known: Facts) -> Fraction:
    return evaluate(PLAN, known, TODAY).progress


def test_it_may_be_published() -> None:
    assert rules.check(tree(), achievements=tree().targets, profiles=tree().profiles) == ()


def test_it_survives_json() -> None:
    assert parse(to_json(tree())) == tree()


def test_five_abilities_with_crisis_management_among_them_complete_it() -> None:
    assert progress(teacher(CRISIS, *OTHERS[:4])) == 1


def test_crisis_management_counts_in_both_places() -> None:
    assert progress(teacher(CRISIS)) == (Fraction(1, 5) + 1) / 2
    assert progress(teacher(CRISIS, *OTHERS[:3])) == (Fraction(4, 5) + 1) / 2


def test_seven_abilities_without_crisis_management_do_not_complete_it() -> None:
    assert progress(teacher(*OTHERS)) == Fraction(1, 2)


def test_the_attendance_badge_of_the_board_is_enough() -> None:
    known = facts(award(IN_PERSON, issuer=BOARD), endorsements=BY_BOARD)
    assert progress(known) == 1


def test_an_attendance_badge_of_somebody_else_is_not() -> None:
    completion = evaluate(PLAN, teacher(IN_PERSON), TODAY)
    nodes = {node.node.id: node for node in explain(PLAN, teacher(IN_PERSON), completion).nodes}
    assert [reason.code for reason in nodes["in-person"].reasons] == [ReasonCode.WRONG_ISSUER]


def test_the_way_that_is_further_along_counts() -> None:
    assert percent(progress(teacher(CRISIS, *OTHERS[:2]))) == 80


def test_without_the_boards_endorsement_nothing_counts_and_the_proof_says_whom_to_ask() -> None:
    known = facts(*(award(name) for name in ABILITIES))
    completion = evaluate(PLAN, known, TODAY)
    reasons = [reason for node in explain(PLAN, known, completion).nodes for reason in node.reasons]
    assert completion.progress == 0
    assert [reason.wanted for reason in reasons if reason.code is ReasonCode.NOT_ENDORSED] == [(BOARD,)] * 8


def test_a_hypothetical_endorsement_lists_exactly_those_who_would_then_complete() -> None:
    without_crisis = [given for given in BY_BOARD if given.target != badge(CRISIS)]
    cohort = {
        "ready": [CRISIS, *OTHERS[:4]],
        "done in person": [CRISIS],
        "one short": [CRISIS, *OTHERS[:3]],
        "no crisis": OTHERS,
    }
    known = {name: facts(*map(award, held), endorsements=without_crisis) for name, held in cohort.items()}
    known["done in person"] = known["done in person"].supposing(awards=[award(IN_PERSON, issuer=BOARD)])
    idea = endorsement(badge(CRISIS), "2026-11-01")
    complete = CompletionState.COMPLETE
    gained = {
        name
        for name, given in known.items()
        if evaluate(PLAN, given, TODAY).state is not complete
        and evaluate(PLAN, given.supposing(endorsements=[idea]), TODAY).state is complete
    }
    assert gained == {"ready"}


def test_it_was_complete_on_the_day_of_the_last_badge() -> None:
    days = ["2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01"]
    awards = [award(name, on) for name, on in zip([CRISIS, *OTHERS[:4]], days, strict=True)]
    assert history(PLAN, facts(*awards, endorsements=BY_BOARD), TODAY).ever_complete == day("2026-08-01")
