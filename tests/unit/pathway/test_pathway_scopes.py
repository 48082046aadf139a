"""What looks at the awards below it in its own way: windows, what comes after STRICT, and award caps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from graph_service.domain.pathway import After, AtLeast, Length, Mode, Node, ValidAt, Window
from graph_service.pathway.evaluate import Completion, History, evaluate, history
from graph_service.pathway.facts import Award
from graph_service.pathway.plan import Plan
from tests.unit.pathway.building import all_of, any_of, award, day, facts, leaf, plan, waiver, window

TODAY = day("2026-11-21")
A, B, C = (leaf(name) for name in "abc")


def completed(compiled: Plan, *held: Award) -> Completion:
    return evaluate(compiled, facts(*held), TODAY)


def holding(completion: Completion) -> set[str]:
    return {node.id for number, node in enumerate(completion.plan.nodes) if completion.holds(number)}


def number(compiled: Plan, id_: str) -> int:
    return next(i for i, node in enumerate(compiled.nodes) if node.id == id_)


# windows

WITHIN = plan(A, B, C, all_of("all", "a", "b", "c"), Window("w", "all", Length(months=12)))


def test_a_window_has_its_beginning_and_not_its_end() -> None:
    two = award("a", "2024-04-01"), award("b", "2024-05-01")
    assert completed(WITHIN, *two, award("c", "2025-03-31")).progress == 1
    assert completed(WITHIN, *two, award("c", "2025-04-01")).progress == Fraction(2, 3)


def test_the_best_window_counts_and_of_several_the_earliest() -> None:
    found = completed(WITHIN, award("a", "2020-04-01"), award("b", "2023-04-01"), award("c", "2024-01-01"))
    assert (found.progress, holding(found)) == (Fraction(2, 3), {"b", "c"})
    assert found.between(number(WITHIN, "w")) == window("2023-04-01", "2024-04-01")
    found = completed(WITHIN, award("a", "2020-04-01"), award("b", "2023-04-01"))
    assert found.between(number(WITHIN, "w")) == window("2020-04-01", "2021-04-01")


def test_a_window_that_cannot_begin_is_empty() -> None:
    found = completed(WITHIN).between(number(WITHIN, "w"))
    assert found.until <= found.since


def test_what_completes_a_later_window_completes_it() -> None:
    old, renewed = award("a", "2020-04-01", id="old"), award("a", "2023-02-01", id="new")
    known = facts(old, award("b", "2022-04-01"), award("c", "2022-06-01"), renewed)
    assert history(WITHIN, known, TODAY) == History(day("2023-02-01"), currently_complete=True)


def test_a_waived_node_needs_no_award_in_the_window() -> None:
    known = replace(facts(award("a", "2020-04-01")), waivers=(waiver("b", "2020-01-01"), waiver("c", "2020-01-01")))
    assert evaluate(WITHIN, known, TODAY).progress == 1
    none = replace(facts(), waivers=(waiver("b", "2020-01-01"),))
    assert evaluate(WITHIN, none, TODAY).progress == Fraction(1, 3)


def test_several_days_within_one_window() -> None:
    compiled = plan(leaf("a", times=2), Window("w", "a", Length(days=30)))
    days = ["2024-01-01", "2024-02-01", "2024-02-20"]
    held = [award("a", on, id=on) for on in days]
    assert [completed(compiled, *held[:n]).progress for n in (2, 3)] == [0, 1]


# order


@pytest.mark.parametrize(
    ("mode", "held", "progress"),
    [
        (Mode.ADVISE, "a", Fraction(0)),
        (Mode.ADVISE, "b", Fraction(1)),
        (Mode.GATE, "a", Fraction(1, 2)),
        (Mode.GATE, "b", Fraction(1, 2)),
        (Mode.STRICT, "a", Fraction(1, 2)),
        (Mode.STRICT, "b", Fraction(0)),
    ],
)
def test_one_of_two_in_order(mode: Mode, held: str, progress: Fraction) -> None:
    assert completed(plan(A, B, After("r", "a", "b", mode)), award(held)).progress == progress


@pytest.mark.parametrize(("mode", "complete"), [(Mode.ADVISE, True), (Mode.GATE, True), (Mode.STRICT, False)])
def test_what_was_earned_before_its_prerequisite(mode: Mode, complete: bool) -> None:
    compiled = plan(A, B, After("r", "a", "b", mode))
    early = award("a", "2026-05-01"), award("b", "2026-04-01")
    assert (completed(compiled, *early).progress == 1) is complete
    assert completed(compiled, *early, award("b", "2026-05-01", id="again")).progress == 1


def test_the_prerequisite_first_held_when_its_last_part_did_and_must_still_hold() -> None:
    compiled = plan(A, B, C, all_of("both", "a", "b"), After("r", "both", "c", Mode.STRICT))
    known = facts(award("a", "2026-01-01"), award("b", "2026-02-01", until="2026-06-01"), award("c", "2026-02-01"))
    found = evaluate(compiled, known, day("2026-05-31"))
    assert found.first_held(number(compiled, "r")) == day("2026-02-01")
    assert found.progress == 1
    assert evaluate(compiled, known, TODAY).progress == (Fraction(1, 2) + 1) / 2
    assert history(compiled, known, TODAY) == History(day("2026-02-01"), currently_complete=False)


def test_one_order_inside_another() -> None:
    compiled = plan(A, B, C, After("then", "b", "c", Mode.STRICT), After("r", "a", "then", Mode.STRICT))
    a, b, c = award("a", "2026-02-01"), award("b", "2026-03-01"), award("c", "2026-04-01")
    assert completed(compiled, a, b, c).progress == 1
    assert completed(compiled, replace(a, awarded_at=day("2026-03-15")), b, c).progress == Fraction(1, 2)
    assert completed(compiled, a, replace(b, awarded_at=day("2026-05-01")), c).progress == Fraction(3, 4)


def test_order_within_a_window_is_judged_by_the_awards_of_the_window() -> None:
    compiled = plan(A, B, After("order", "a", "b", Mode.STRICT), Window("w", "order", Length(months=6)))
    old = award("a", "2020-01-01", id="old"), award("b", "2026-03-01")
    assert completed(compiled, *old, award("a", "2026-04-01", id="late")).progress == Fraction(1, 2)
    assert completed(compiled, *old, award("a", "2026-02-01", id="soon")).progress == 1


def test_a_window_may_begin_with_an_award_that_has_lapsed_if_it_came_first() -> None:
    compiled = plan(A, B, After("order", "a", "b", Mode.STRICT), Window("w", "order", Length(months=12)))
    lapsed = award("a", "2026-01-01", until="2026-03-01", id="lapsed")
    known = lapsed, award("b", "2026-02-01"), award("a", "2026-04-01", id="renewed")
    assert completed(compiled, *known).progress == 1
    assert completed(compiled, *known[1:]).progress == Fraction(1, 2)


# award caps


def exclusive(*nodes: Node, count: int = 2, cap: int = 1) -> Plan:
    return plan(*nodes, AtLeast("r", count, tuple(node.id for node in nodes), award_cap=cap))


def test_one_award_fills_as_many_leaves_as_the_cap_says() -> None:
    leaves = [leaf(name, "x") for name in ("one", "two", "three")]
    held = award("x")
    assert [completed(exclusive(*leaves, count=3, cap=cap), held).progress for cap in (1, 2, 3)] == [
        Fraction(1, 3),
        Fraction(2, 3),
        1,
    ]


def test_an_award_moves_to_where_it_alone_will_do() -> None:
    compiled = exclusive(leaf("either", "x", "y"), leaf("x"))
    found = completed(compiled, award("x", "2026-01-01"), award("y", "2026-02-01"))
    used = {compiled.nodes[i].id: [each.award.id[-1] for each in found.witnesses(i)] for i in (0, 1)}
    assert (found.progress, used) == (1, {"either": ["y"], "x": ["x"]})


def test_of_what_is_alike_the_earliest_award_is_used() -> None:
    compiled = exclusive(leaf("x"), count=1)
    found = completed(compiled, award("x", "2026-02-01", id="later"), award("x", "2026-01-01", id="first"))
    assert [each.award.id.rpartition("/")[2] for each in found.witnesses(0)] == ["first"]


def test_awards_go_where_they_bring_most_progress() -> None:
    nodes = [leaf("one", "x"), *(leaf(f"many{i}", "x" if i == 0 else str(i)) for i in range(3))]
    groups = AtLeast("of-three", 3, ("many0", "many1", "many2"))
    compiled = plan(*nodes, groups, AtLeast("r", 2, ("of-three", "one"), award_cap=1))
    assert completed(compiled, award("x")).progress == Fraction(1, 2)


def test_a_leaf_may_give_its_award_away_when_another_of_its_group_will_do() -> None:
    nodes = [leaf("m0", "x"), leaf("m1", "y"), leaf("only", "x")]
    compiled = plan(*nodes, any_of("some", "m0", "m1"), AtLeast("r", 2, ("some", "only"), award_cap=1))
    assert completed(compiled, award("x"), award("y")).progress == 1


def test_what_is_left_over_fills_what_nobody_asks_for() -> None:
    compiled = exclusive(A, B, count=1)
    assert holding(completed(compiled, award("a"), award("b"))) == {"a", "b", "r"}


def test_a_waived_leaf_leaves_its_award_to_others() -> None:
    compiled = exclusive(leaf("one", "x"), leaf("two", "x"))
    assert evaluate(compiled, replace(facts(award("x")), waivers=(waiver("one"),)), TODAY).progress == 1


def test_two_awards_of_one_badge_fill_two_leaves() -> None:
    compiled = exclusive(leaf("one", "x"), leaf("two", "x"))
    assert completed(compiled, award("x", id="1"), award("x", id="2")).progress == 1


def test_a_cap_within_a_window() -> None:
    capped = AtLeast("both", 2, ("one", "two"), award_cap=1)
    compiled = plan(leaf("one", "x"), leaf("two", "x"), capped, Window("w", "both", Length(days=10)))
    first, near, far = (award("x", on, id=on) for on in ("2026-01-01", "2026-01-05", "2026-02-01"))
    assert completed(compiled, first, near).progress == 1
    assert completed(compiled, first, far).progress == Fraction(1, 2)


# what is remembered


def test_what_is_remembered_counts_for_several_times_award_by_award() -> None:
    twice = leaf("a", times=2, valid_at=ValidAt.AT_COMPLETION)
    compiled = plan(twice, B, any_of("r", "a", "b"))
    brief = award("a", "2026-01-01", until="2026-02-01", id="1"), award("a", "2026-03-01", id="2")
    assert holding(completed(compiled, *brief, award("b", "2026-01-01"))) == {"a", "b", "r"}
    assert holding(completed(compiled, *brief, award("b", "2026-02-01"))) == {"b", "r"}


def test_what_is_remembered_says_since_when() -> None:
    compiled = plan(leaf("a", valid_at=ValidAt.AT_COMPLETION), B, all_of("r", "a", "b"))
    found = completed(compiled, award("a", "2026-01-01", until="2026-06-01"), award("b", "2026-05-01"))
    assert [each.remembered for each in found.counting(0)] == [day("2026-05-01")]
