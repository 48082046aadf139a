"""What is worked out once for a pathway version."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from graph_service.domain.endorsement import TargetType
from graph_service.domain.pathway import AtLeast
from graph_service.pathway.groups import WHOLE
from tests.unit.pathway.building import BOARD, all_of, any_of, badge, ects, endorsed, leaf, plan, profile


def test_leaves_come_first_parts_before_wholes_and_the_root_last() -> None:
    compiled = plan(any_of("y", "x", "b"), leaf("b"), all_of("x", "a", "b"), leaf("a"), all_of("r", "x", "y"))
    ids = [node.id for node in compiled.nodes]
    assert sorted(ids[:2]) == ["a", "b"]
    assert ids[2:] == ["x", "y", "r"]


def test_parts_are_numbers_of_earlier_nodes() -> None:
    compiled = plan(all_of("r", "x", "a"), any_of("x", "a", "b"), leaf("a"), leaf("b"), all_of("top", "r"))
    named = [[compiled.nodes[part].id for part in parts] for parts in compiled.parts]
    assert named[2:] == [["a", "b"], ["x", "a"], ["r"]]
    assert all(part < number for number, parts in enumerate(compiled.parts) for part in parts)


def test_an_achievement_leads_to_every_leaf_that_it_may_fill() -> None:
    compiled = plan(leaf("one", "x", "y"), leaf("two", "y"), all_of("r", "one", "two"))
    leaves = {target: {compiled.nodes[i].id for i in found} for target, found in compiled.accepts.items()}
    assert leaves == {badge("x"): {"one"}, badge("y"): {"one", "two"}}


def test_a_plan_says_which_facts_it_needs() -> None:
    guards = [endorsed(BOARD), endorsed(profile("head"), on=TargetType.AWARD)]
    compiled = plan(leaf("a", endorsed_by=guards), leaf("b", issued_by=[profile("city")]), all_of("r", "a", "b"))
    assert compiled.achievements == {badge("a"), badge("b")}
    assert compiled.endorsers == {BOARD, profile("head")}
    assert compiled.target_types == {TargetType.ACHIEVEMENT, TargetType.AWARD}


def test_a_plan_without_guards_needs_no_endorsements() -> None:
    compiled = plan(leaf("a"))
    assert (compiled.endorsers, compiled.target_types) == (frozenset(), frozenset())


def test_amounts_are_counted_in_what_they_have_in_common() -> None:
    compiled = plan(
        leaf("a", ECTS="1.5"), leaf("b", ECTS="4.5"), replace(ects("r", "60", "a", "b"), source_cap=Decimal(3))
    )
    (sum_,) = compiled.groups
    assert (sum_.full // WHOLE, sum_.most // WHOLE) == (40, 2)
    assert {amount // WHOLE for amount in sum_.amounts.values()} == {1, 3}


def test_parts_of_different_scale_are_weighed_alike() -> None:
    leaves = [leaf(name) for name in "abcde"]
    groups = [AtLeast("half", 2, ("a", "b")), AtLeast("third", 3, ("c", "d", "e"))]
    compiled = plan(*leaves, *groups, all_of("r", "half", "third", "a"))
    root = compiled.groups[-1]
    assert (root.unit, root.full) == (6, 18)
    assert sorted(weight for _, weight in root.groups) == [2, 3]
