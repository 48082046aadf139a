"""What a completion rests on: what its proof used, and nothing besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graph_service.domain.pathway import After, Mode, Node
from graph_service.pathway.basis import Basis, basis
from graph_service.pathway.evaluate import evaluate
from graph_service.pathway.explain import explain
from graph_service.pathway.facts import Award
from tests.unit.pathway.building import all_of, any_of, award, badge, day, facts, leaf, plan, waiver

TODAY = day("2026-11-21")


def of(*nodes: Node, held: list[Award], waived: Sequence[str] = ()) -> Basis:
    compiled, known = plan(*nodes), replace(facts(*held), waivers=tuple(map(waiver, waived)))
    return basis(explain(compiled, known, evaluate(compiled, known, TODAY)).nodes)


def used(found: Basis) -> list[str]:
    return [each.achievement.rpartition("/")[2] for each in found.witnesses]


def test_each_award_stands_once_by_when_it_was_earned() -> None:
    nodes = (leaf("a"), leaf("b"), all_of("x", "a", "b"), any_of("y", "a", "b"), all_of("r", "x", "y"))
    assert used(of(*nodes, held=[award("b", "2026-05-01"), award("a", "2026-06-01")])) == ["b", "a"]


def test_what_holds_in_a_part_that_does_not_is_not_used() -> None:
    nodes = (leaf("a"), leaf("b"), leaf("c"), all_of("x", "b", "c"), any_of("r", "a", "x"))
    assert used(of(*nodes, held=[award("a"), award("b")])) == ["a"]


def test_what_is_open_rests_on_nothing() -> None:
    assert of(leaf("a"), leaf("b"), all_of("r", "a", "b"), held=[award("a")]) == Basis((), frozenset())


def test_strict_order_pairs_all_that_came_first_with_what_came_then() -> None:
    first, then = all_of("first", "a", "b"), any_of("then", "c", "d")
    nodes = (leaf("a"), leaf("b"), leaf("c"), leaf("d"), first, then, After("r", "first", "then", Mode.STRICT))
    held = [award("a", "2026-05-01"), award("b", "2026-05-02"), award("c", "2026-05-03")]
    pairs = {(badge("a"), badge("c")), (badge("b"), badge("c"))}
    assert of(*nodes, held=held).precedes == pairs
    assert used(of(*nodes, held=held)) == ["a", "b", "c"]


def test_of_many_each_stands_beside_one_of_the_others() -> None:
    first, then = all_of("first", "a", "b"), all_of("then", "c", "d")
    nodes = (leaf("a"), leaf("b"), leaf("c"), leaf("d"), first, then, After("r", "first", "then", Mode.STRICT))
    held = [award(name, f"2026-05-0{i}") for i, name in enumerate("abcd", 1)]
    pairs = {(badge("a"), badge("c")), (badge("b"), badge("c")), (badge("b"), badge("d"))}
    assert of(*nodes, held=held).precedes == pairs


def test_what_is_waived_rests_on_no_award() -> None:
    nodes = (leaf("a"), leaf("b"), any_of("g", "b"), leaf("c"), all_of("r", "a", "g", "c"))
    held = [award("a"), award("b"), award("c")]
    assert used(of(*nodes, held=held)) == ["a", "b", "c"]
    assert used(of(*nodes, held=held, waived=["a", "g"])) == ["c"]


def test_other_orders_demand_none_and_advice_is_no_basis() -> None:
    held = [award("a", "2026-05-01"), award("b", "2026-05-02")]
    for mode, asked in ((Mode.GATE, ["a", "b"]), (Mode.ADVISE, ["b"])):
        found = of(leaf("a"), leaf("b"), After("r", "a", "b", mode), held=held)
        assert (used(found), found.precedes) == (asked, frozenset()), mode
