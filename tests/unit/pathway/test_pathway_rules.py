"""What forbids publishing; one section a rule, what is allowed first."""

from __future__ import annotations

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import AtLeast, Definition, Leaf, Node
from graph_service.errors import Path
from graph_service.pathway import rules
from tests.unit.pathway.building import BOARD, all_of, any_of, badge, definition, endorsed, leaf, profile, window


def found(*nodes: Node, root: str | None = None) -> list[tuple[str, Path]]:
    """The problems of a definition whose names are all known; the last node is the root."""
    given = Definition(nodes, root or nodes[-1].id)
    return [(p.code, p.path) for p in rules.check(given, achievements=given.targets, profiles=given.profiles)]


def values(code: str, *nodes: Node) -> list[dict[str, object]]:
    given = definition(*nodes)
    problems = rules.check(given, achievements=given.targets, profiles=given.profiles)
    return [dict(problem.values) for problem in problems if problem.code == code]


def test_a_leaf_alone_may_be_published() -> None:
    assert found(leaf("a")) == []


def test_a_node_may_be_part_of_several_wholes() -> None:
    assert found(leaf("a"), leaf("b"), all_of("x", "a", "b"), any_of("y", "a", "x"), all_of("r", "x", "y")) == []


def test_one_achievement_may_fill_several_leaves() -> None:
    assert found(leaf("a", "badge"), leaf("b", "badge"), all_of("r", "a", "b")) == []


# root


def test_the_root_must_be_there() -> None:
    given = Definition((leaf("a"),))
    problems = rules.check(given, achievements=given.targets, profiles=frozenset())
    assert [(p.code, p.path) for p in problems] == [("MISSING_ROOT", ("root",))]


def test_the_root_must_be_a_node() -> None:
    assert found(leaf("a"), root="b") == [("MISSING_ROOT", ("root",))]


def test_an_empty_definition_has_no_root() -> None:
    problems = rules.check(Definition(()), achievements=frozenset(), profiles=frozenset())
    assert [p.code for p in problems] == ["MISSING_ROOT"]


# ids


def test_ids_must_differ() -> None:
    assert ("DUPLICATE_NODE", ("nodes", 1, "id")) in found(leaf("a"), leaf("a"), all_of("r", "a"))


# parts


def test_a_part_must_be_a_node() -> None:
    assert found(leaf("a"), all_of("r", "a", "ghost")) == [("DANGLING_PART", ("nodes", 1, "parts", 1))]


def test_a_part_must_not_be_listed_twice() -> None:
    assert found(leaf("a"), all_of("r", "a", "a")) == [("DUPLICATE_PART", ("nodes", 1, "parts", 1))]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_group_must_have_parts(count: int) -> None:
    assert found(AtLeast("r", count, ())) == [("EMPTY_GROUP", ("nodes", 0, "parts"))]


# counts


@pytest.mark.parametrize("count", [1, 2])
def test_a_count_from_one_to_the_number_of_parts_is_fine(count: int) -> None:
    assert found(leaf("a"), leaf("b"), AtLeast("r", count, ("a", "b"))) == []


@pytest.mark.parametrize(("count", "code"), [(0, "COUNT_TOO_LOW"), (-1, "COUNT_TOO_LOW"), (3, "UNSATISFIABLE_COUNT")])
def test_a_count_must_be_reachable(count: int, code: str) -> None:
    assert found(leaf("a"), leaf("b"), AtLeast("r", count, ("a", "b"))) == [(code, ("nodes", 2, "count"))]


def test_a_badge_is_asked_for_at_least_once() -> None:
    assert found(leaf("a", times=0)) == [("COUNT_TOO_LOW", ("nodes", 0, "times"))]
    assert found(leaf("a", times=100)) == []


@pytest.mark.parametrize(("count", "code"), [(0, "COUNT_TOO_LOW"), (3, "UNSATISFIABLE_COUNT")])
def test_the_number_of_endorsers_must_be_reachable(count: int, code: str) -> None:
    guard = endorsed(BOARD, profile("head"), min_count=count)
    place = ("nodes", 0, "guards", "endorsedBy", 0, "minCount")
    assert found(leaf("a", endorsed_by=[guard])) == [(code, place)]


# targets


def test_a_leaf_must_have_a_target() -> None:
    assert found(Leaf("a", ())) == [("EMPTY_LEAF", ("nodes", 0, "targets"))]


def test_a_target_must_not_be_listed_twice() -> None:
    assert found(leaf("a", "x", "y", "x")) == [("DUPLICATE_TARGET", ("nodes", 0, "targets", 2))]


def test_a_target_must_be_a_known_achievement() -> None:
    given = definition(leaf("a", "known", "unknown"))
    problems = rules.check(given, achievements={badge("known")}, profiles=frozenset())
    assert [(p.code, p.path, p.values) for p in problems] == [
        ("DANGLING_TARGET", ("nodes", 0, "targets", 1), {"id": badge("unknown")})
    ]


# guards


def test_issuers_and_endorsers_must_be_known_profiles() -> None:
    known, stranger = profile("known"), profile("stranger")
    guards = [endorsed(known), endorsed(stranger, BOARD)]
    given = definition(leaf("a", issued_by=[known, stranger], endorsed_by=guards))
    problems = rules.check(given, achievements=given.targets, profiles={known})
    place = ("nodes", 0, "guards")
    assert [(p.code, p.path, p.values["id"]) for p in problems] == [
        ("UNKNOWN_PROFILE", (*place, "issuedBy"), stranger),
        ("UNKNOWN_PROFILE", (*place, "endorsedBy", 1, "profiles"), BOARD),
        ("UNKNOWN_PROFILE", (*place, "endorsedBy", 1, "profiles"), stranger),
    ]


def test_a_guard_must_name_somebody_some_kind_and_some_standing() -> None:
    nobody: list[Iri] = []
    guard = endorsed(BOARD, kinds=frozenset(), standings=frozenset())
    assert found(leaf("a", issued_by=nobody, endorsed_by=[guard])) == [
        ("EMPTY_GUARD", ("nodes", 0, "guards", "issuedBy")),
        ("EMPTY_GUARD", ("nodes", 0, "guards", "endorsedBy", 0, "kinds")),
        ("EMPTY_GUARD", ("nodes", 0, "guards", "endorsedBy", 0, "standings")),
    ]


def test_a_window_has_an_end_and_does_not_end_before_it_begins() -> None:
    place = ("nodes", 0, "guards", "awardedBetween")
    assert found(leaf("a", between=window())) == [("EMPTY_WINDOW", place)]
    for until in ("2026-03-31", "2026-04-01"):
        assert found(leaf("a", between=window("2026-04-01", until))) == [("SPAN_EMPTY", place)]
    assert found(leaf("a", between=window("2026-04-01", "2026-04-01T00:00:01Z"))) == []


# cycles


def test_a_diamond_is_not_a_cycle() -> None:
    assert found(leaf("a"), any_of("x", "a"), any_of("y", "a"), all_of("r", "x", "y")) == []


def test_a_cycle_is_refused_and_its_way_named() -> None:
    nodes = (all_of("A", "B"), all_of("B", "A"))
    assert found(*nodes, root="A") == [("CYCLE", ("nodes", 1, "parts"))]
    assert values("CYCLE", *nodes) == [{"way": "A → B → A"}]


def test_a_cycle_is_refused_even_if_a_badge_could_break_it() -> None:
    nodes = (leaf("base"), any_of("A", "base", "B"), all_of("B", "A"))
    assert values("CYCLE", *nodes) == [{"way": "A → B → A"}]


def test_the_way_begins_where_the_cycle_does() -> None:
    nodes = (all_of("B", "C"), all_of("C", "D"), all_of("D", "B"), all_of("A", "B"))
    assert values("CYCLE", *nodes) == [{"way": "B → C → D → B"}]


def test_several_cycles_are_all_told() -> None:
    nodes = (
        all_of("A", "B", "C", "X"),
        all_of("B", "A"),
        all_of("C", "A"),
        all_of("X", "Y"),
        all_of("Y", "X"),
    )
    ways = {str(found["way"]) for found in values("CYCLE", *nodes)}
    assert ways == {"A → B → A", "A → C → A", "X → Y → X"}


def test_a_long_way_is_named_by_its_ends() -> None:
    ring = [all_of(f"n{i}", f"n{(i + 1) % 100}") for i in range(100)]
    way = str(values("CYCLE", *ring)[0]["way"]).split(" → ")
    assert (way[:2], way[8], way[-2:]) == (["n0", "n1"], "…", ["n99", "n0"])
    assert len(way) == 17


def test_a_group_must_not_be_its_own_part() -> None:
    assert found(leaf("a"), all_of("r", "a", "r")) == [("SELF_REFERENCE", ("nodes", 1, "parts", 1))]


# reach


def test_every_node_must_be_below_the_root() -> None:
    nodes = (leaf("a"), leaf("lost"), all_of("aside", "lost"), all_of("r", "a"))
    assert found(*nodes) == [("UNREACHABLE", ("nodes", 1)), ("UNREACHABLE", ("nodes", 2))]


# limits


def ladder(depth: int) -> list[Node]:
    return [leaf("0"), *(any_of(str(step), str(step - 1)) for step in range(1, depth))]


def test_depth_is_limited() -> None:
    assert found(*ladder(64)) == []
    assert found(*ladder(65)) == [("TOO_DEEP", ("nodes",))]


def wide(nodes: int) -> list[Node]:
    leaves = [leaf(f"n{number}", "badge") for number in range(nodes - 1)]
    return [*leaves, all_of("r", *(node.id for node in leaves))]


def test_the_number_of_nodes_is_limited() -> None:
    assert found(*wide(5_000)) == []
    assert found(*wide(5_001)) == [("TOO_MANY_NODES", ("nodes",))]


def test_the_number_of_targets_is_limited() -> None:
    names = [str(number) for number in range(501)]
    assert found(leaf("a", *names[:500])) == []
    assert found(leaf("a", *names)) == [("TOO_MANY_TARGETS", ("nodes", 0, "targets"))]


# together


def test_all_problems_are_listed_at_once() -> None:
    nodes = (
        leaf("a", "x", "x", times=0),
        leaf("a", endorsed_by=[endorsed(min_count=2)]),
        AtLeast("g", 4, ("a", "ghost", "a")),
        AtLeast("empty", 1, ()),
        all_of("self", "self"),
        all_of("p", "q"),
        all_of("q", "p"),
        all_of("r", "g", "empty", "self"),
    )
    given = definition(*nodes)
    codes = {problem.code for problem in rules.check(given, achievements=frozenset(), profiles=frozenset())}
    assert codes == {
        "COUNT_TOO_LOW",
        "CYCLE",
        "DANGLING_PART",
        "DANGLING_TARGET",
        "DUPLICATE_NODE",
        "DUPLICATE_PART",
        "DUPLICATE_TARGET",
        "EMPTY_GROUP",
        "SELF_REFERENCE",
        "UNKNOWN_PROFILE",
        "UNREACHABLE",
        "UNSATISFIABLE_COUNT",
    }
