"""Sums of credits: exact, from leaves, each once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from graph_service.domain.pathway import Credits, Node, exact, fewest
from graph_service.domain.pathway_json import parse, to_json
from graph_service.errors import InvalidInput, Path
from graph_service.pathway import rules
from graph_service.pathway.evaluate import CompletionState, evaluate
from graph_service.pathway.explain import Balance, ProofNode, explain
from graph_service.pathway.facts import Facts
from graph_service.pathway.plan import Plan
from tests.unit.pathway.building import (
    all_of,
    any_of,
    award,
    badge,
    day,
    definition,
    ects,
    equivalence,
    facts,
    leaf,
    plan,
    ref,
    trusting,
)

TODAY = day("2026-11-21")


def held(*names: str) -> Facts:
    return facts(*(award(name) for name in names))


def progress(compiled: Plan, *names: str) -> Fraction:
    return evaluate(compiled, held(*names), TODAY).progress


# evaluation


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    compiled = plan(leaf("a", ECTS="0.1"), leaf("b", ECTS="0.2"), ects("r", "0.3", "a", "b"))
    completion = evaluate(compiled, held("a", "b"), TODAY)
    assert (completion.progress, completion.state) == (1, CompletionState.COMPLETE)
    assert progress(compiled, "a") == Fraction(1, 3)


def test_the_smallest_step_below_is_not_enough() -> None:
    compiled = plan(leaf("a", ECTS="59.999999"), leaf("b", ECTS="0.000001"), ects("r", "60", "a", "b"))
    assert progress(compiled, "a") == Fraction(59_999_999, 60_000_000)
    assert progress(compiled, "a", "b") == 1


def test_a_renewed_badge_does_not_add_twice() -> None:
    compiled = plan(leaf("a", ECTS="1.5"), leaf("b", ECTS="1.5"), ects("r", "3", "a", "b"))
    renewed = facts(award("a", "2025-04-01", until="2026-04-01", id="1"), award("a", "2026-04-01", id="2"))
    assert evaluate(compiled, renewed, TODAY).progress == Fraction(1, 2)


def test_a_leaf_that_asks_for_several_days_is_worth_its_credits_once() -> None:
    compiled = plan(leaf("a", times=2, ECTS="1"), leaf("b", ECTS="1"), ects("r", "2", "a", "b"))
    often = facts(award("a", "2026-04-01", id="1"), award("a", "2026-04-02", id="2"), award("a", "2026-04-03", id="3"))
    assert evaluate(compiled, often, TODAY).progress == Fraction(1, 2)


def test_more_than_asked_is_still_one() -> None:
    assert progress(plan(leaf("a", ECTS="9"), leaf("b", ECTS="9"), ects("r", "10", "a", "b")), "a", "b") == 1


def test_each_leaf_is_worth_its_own_factor_and_none_more_than_the_cap() -> None:
    worth = [leaf("a", ECTS="4"), leaf("b", ECTS="4"), leaf("c", ECTS="4"), leaf("d", ECTS="1")]
    compiled = trusting(*worth, replace(ects("r", "12", "a", "b", "c", "d"), source_cap=Decimal("3")))
    claims = (equivalence("x", "a", "0.5"), equivalence("y", "b", "0.9"), equivalence("z", "d", "0.01"))
    known = replace(held("x", "y", "z", "c"), equivalences=claims)
    assert evaluate(compiled, known, TODAY).progress == Fraction(Decimal("8.01")) / 12  # 2 + 3 + 3 + 0.01


def sums(*thresholds: str, id: str = "r") -> list[Node]:
    """One sum for each threshold, all needed, each with so little in hand that nothing cancels."""
    nodes = [ects(f"c{i}", threshold, "least", "most") for i, threshold in enumerate(thresholds)]
    worth = leaf("least", ECTS="0.000001"), leaf("most", ECTS="999999999")
    return [*worth, *nodes, all_of(id, *(node.id for node in nodes))]


def test_amounts_with_nothing_in_common_cannot_be_published() -> None:
    fine = sums(*(str(Decimal(999_999_998_999_999 - 2 * i).scaleb(-6)) for i in range(300)))
    given = definition(*fine)
    (problem,) = rules.check(given, achievements=given.targets, profiles=frozenset())
    assert (problem.code, problem.path, problem.values) == ("TOO_FINE", ("nodes", 302), {"id": "r"})


def test_amounts_with_something_in_common_can_be_published_and_progress_be_written() -> None:
    given = definition(*sums(*(f"{i}.5" for i in range(1, 301))))
    assert rules.check(given, achievements=given.targets, profiles=frozenset()) == ()
    assert "/" in str(progress(plan(*given.nodes), "least"))


def test_only_its_own_unit_adds_up() -> None:
    both = leaf("a", ECTS="1", hours="30")
    hours = Credits("hours", "hours", Decimal(60), ("a", "b"))
    compiled = plan(
        both, leaf("b", ECTS="1", hours="30"), ects("ects", "2", "a", "b"), hours, all_of("r", "ects", "hours")
    )
    assert progress(compiled, "a") == Fraction(1, 2)


def test_a_sum_is_a_part_like_any_other() -> None:
    """Required and optional: all of the required ones, and enough credits."""
    leaves = [leaf("must", ECTS="2"), leaf("a", ECTS="1"), leaf("b", ECTS="0.5")]
    compiled = plan(*leaves, ects("sum", "3", "must", "a", "b"), all_of("r", "must", "sum"))
    assert progress(compiled, "a", "b") == Fraction(1, 4)  # (0 + 1.5 / 3) / 2
    assert progress(compiled, "must") == Fraction(5, 6)
    assert progress(compiled, "must", "a") == 1


# proof


def proved(compiled: Plan, *names: str) -> ProofNode:
    known = held(*names)
    return explain(compiled, known, evaluate(compiled, known, TODAY)).nodes[-1]


def test_the_proof_says_what_is_earned_and_what_is_missing() -> None:
    compiled = plan(
        leaf("a", ECTS="1.50"), leaf("b", ECTS="0.5"), leaf("c", ECTS="0.5"), ects("r", "2.0", "a", "b", "c")
    )
    assert proved(compiled, "a").balance == Balance("ECTS", Decimal(2), Decimal("1.5"), Decimal("0.5"))
    assert proved(compiled, "a", "b", "c").balance == Balance("ECTS", Decimal(2), Decimal("2.5"), Decimal(0))


@pytest.mark.parametrize(
    ("names", "counted"),
    [("", (2, 0, 2)), ("b", (2, 1, 1)), ("bc", (2, 2, 1)), ("a", (2, 1, 1)), ("ab", (2, 2, 0)), ("abc", (2, 3, 0))],
)
def test_parts_are_counted_as_the_fewest_that_can_do(names: str, counted: tuple[int, int, int]) -> None:
    compiled = plan(leaf("a", ECTS="1.5"), leaf("b", ECTS="0.5"), leaf("c", ECTS="0.5"), ects("r", "2", "a", "b", "c"))
    node = proved(compiled, *names)
    assert (node.required, node.held, node.missing) == counted


def test_an_amount_is_written_without_exponent() -> None:
    assert exact(Decimal("0.000001")) == "0.000001"
    assert [exact(Decimal(text).normalize()) for text in ("60.00", "0.0", "1.50")] == ["60", "0", "1.5"]


@pytest.mark.parametrize(("wanted", "count"), [("0", 0), ("0.1", 1), ("3", 1), ("3.1", 2), ("6", 3)])
def test_fewest(wanted: str, count: int) -> None:
    assert fewest([Decimal(1), Decimal(3), Decimal(2)], Decimal(wanted)) == count


# JSON


def leaf_json(amount: object = "1") -> dict[str, Any]:
    return {"id": "a", "kind": "LEAF", "targets": [badge("a")], "credits": {"ECTS": amount}}


def sum_json(**more: object) -> dict[str, Any]:
    return {"id": "r", "kind": "CREDITS", "unit": "ECTS", "threshold": "1", "parts": ["a"], **more}


def problems(*nodes: dict[str, Any]) -> list[tuple[str, Path]]:
    with pytest.raises(InvalidInput) as refused:
        parse({"root": "r", "nodes": nodes})
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_amounts_are_written_as_they_were_given() -> None:
    given = {"root": "r", "nodes": [leaf_json("1.50"), sum_json(threshold="0.000001", unit="単位")]}
    written: Any = to_json(parse(given))
    assert (written["nodes"][0]["credits"], written["nodes"][1]) == ({"ECTS": "1.50"}, given["nodes"][1])
    assert parse(written) == parse(given)


@pytest.mark.parametrize("text", ["0", "0.1", "999999999.999999", "60", "1.50"])
def test_a_decimal_number(text: str) -> None:
    assert parse({"nodes": [leaf_json(text)]}).nodes == (leaf("a", ECTS=text),)


@pytest.mark.parametrize(
    "text",
    ["", "1.", ".5", "01", "-1", "+1", "1e3", "1,5", "١", "NaN", "Infinity", "1000000000", "0.0000001", "1 ", "1\n"],
)
def test_what_is_no_decimal_number(text: str) -> None:
    assert problems(leaf_json(text), sum_json(threshold=text)) == [
        ("INVALID_DECIMAL", ("nodes", 0, "credits", "ECTS")),
        ("INVALID_DECIMAL", ("nodes", 1, "threshold")),
    ]


@pytest.mark.parametrize("number", [1, 1.5, True, ["1"]])
def test_a_number_of_json_is_none_of_ours(number: object) -> None:
    assert problems(leaf_json(number), sum_json(threshold=number)) == [
        ("WRONG_TYPE", ("nodes", 0, "credits", "ECTS")),
        ("WRONG_TYPE", ("nodes", 1, "threshold")),
    ]


def test_a_unit_is_a_text() -> None:
    long = "E" * 65
    given = {**leaf_json(), "credits": {" ": "1", long: "x", "a\x00": "1"}}
    assert problems(given, sum_json(unit=""), {**leaf_json(), "id": "b", "credits": ["1"]}) == [
        ("TEXT_EMPTY", ("nodes", 0, "credits", " ")),
        ("TEXT_TOO_LONG", ("nodes", 0, "credits", long[:64])),
        ("TEXT_CONTROL_CHARACTER", ("nodes", 0, "credits", "a\x00")),
        ("TEXT_EMPTY", ("nodes", 1, "unit")),
        ("WRONG_TYPE", ("nodes", 2, "credits")),
    ]


def test_a_sum_needs_unit_threshold_and_parts() -> None:
    assert problems({"id": "r", "kind": "CREDITS"}) == [("MISSING_MEMBER", ("nodes", 0))] * 3
    assert problems(sum_json(count=1)) == [("UNKNOWN_MEMBER", ("nodes", 0))]


# rules


def found(*nodes: Node) -> list[tuple[str, Path]]:
    given = definition(*nodes)
    return [(p.code, p.path) for p in rules.check(given, achievements=given.targets, profiles=given.profiles)]


def test_a_threshold_may_be_all_that_there_is() -> None:
    assert found(leaf("a", ECTS="0.1"), leaf("b", ECTS="0.2"), ects("r", "0.3", "a", "b")) == []
    assert found(leaf("a", ECTS="0.1"), leaf("b", ECTS="0.2"), ects("r", "0.300001", "a", "b")) == [
        ("UNSATISFIABLE_CREDITS", ("nodes", 2, "threshold"))
    ]


def test_nothing_is_not_a_threshold_nor_worth_anything() -> None:
    assert found(leaf("a", ECTS="0.0"), leaf("b", ECTS="1"), ects("r", "0", "a", "b")) == [
        ("CREDITS_TOO_LOW", ("nodes", 0, "credits", "ECTS")),
        ("CREDITS_TOO_LOW", ("nodes", 2, "threshold")),
    ]


def test_parts_are_leaves_with_credits_in_the_unit() -> None:
    nodes = (leaf("a", ECTS="1"), leaf("b"), leaf("c", hours="1"), any_of("g", "a"))
    assert found(*nodes, ects("s", "9", "a", "b", "c", "g", "ghost"), ects("r", "1", "s", "a")) == [
        ("DANGLING_PART", ("nodes", 4, "parts", 4)),
        ("PART_WITHOUT_CREDITS", ("nodes", 4, "parts", 1)),
        ("PART_WITHOUT_CREDITS", ("nodes", 4, "parts", 2)),
        ("PART_NOT_A_LEAF", ("nodes", 4, "parts", 3)),
        ("PART_NOT_A_LEAF", ("nodes", 5, "parts", 0)),
    ]


def test_a_reference_has_no_credits_of_its_own() -> None:
    assert ("PART_NOT_A_LEAF", ("nodes", 2, "parts", 1)) in found(
        leaf("a", ECTS="1"), ref("other"), ects("r", "1", "a", "other")
    )


def test_a_sum_has_parts_and_none_twice() -> None:
    assert found(ects("r", "1")) == [("EMPTY_GROUP", ("nodes", 0, "parts"))]
    twice = found(leaf("a", ECTS="1"), ects("r", "2", "a", "a"))
    assert twice == [("DUPLICATE_PART", ("nodes", 1, "parts", 1)), ("UNSATISFIABLE_CREDITS", ("nodes", 1, "threshold"))]
