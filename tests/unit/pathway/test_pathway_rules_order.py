"""What forbids publishing windows, orders and caps: requirements that look at awards in their own way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import After, AtLeast, Definition, Length, Mode, Node, Ref, ValidAt, Window
from graph_service.errors import Path, Problem
from graph_service.pathway import rules
from graph_service.pathway.plan import NONE, Definitions
from graph_service.pathway.rules.scopes import MAX_CAPPED, MAX_IN_WINDOW, MAX_STRICT_IN_WINDOW
from tests.unit.pathway.building import all_of, any_of, badge, definition, ects, leaf, ref, version

YEAR = Length(months=12)
STRICT = Mode.STRICT


def problems(*nodes: Node, root: str | None = None, referenced: Definitions = NONE) -> tuple[Problem, ...]:
    """The problems of a definition whose names are all known; the last node is the root."""
    given = Definition(nodes, root or nodes[-1].id)
    return rules.check(given, achievements=given.targets, profiles=given.profiles, referenced=referenced)


def found(*nodes: Node, root: str | None = None, referenced: Definitions = NONE) -> list[tuple[str, Path]]:
    return [(p.code, p.path) for p in problems(*nodes, root=root, referenced=referenced)]


def capped(id: str, *parts: str, count: int = 0, cap: int = 1) -> AtLeast:
    return AtLeast(id, count or len(parts), parts, award_cap=cap)


# parts


def test_the_part_of_a_window_must_be_a_node() -> None:
    assert found(Window("r", "ghost", YEAR)) == [("DANGLING_PART", ("nodes", 0, "part"))]


def test_both_sides_of_an_order_must_be_nodes() -> None:
    assert found(After("r", "ghost", "spirit")) == [
        ("DANGLING_PART", ("nodes", 0, "prerequisite")),
        ("DANGLING_PART", ("nodes", 0, "part")),
    ]


def test_nothing_comes_before_itself() -> None:
    assert found(leaf("a"), After("r", "a", "a")) == [("DUPLICATE_PART", ("nodes", 1, "part"))]


@pytest.mark.parametrize(
    ("node", "place"),
    [
        (Window("r", "r", YEAR), "part"),
        (After("r", "r", "a"), "prerequisite"),
        (After("r", "a", "r"), "part"),
    ],
)
def test_nothing_is_its_own_part_or_prerequisite(node: Node, place: str) -> None:
    assert ("SELF_REFERENCE", ("nodes", 1, place)) in found(leaf("a"), node)


def test_a_prerequisite_must_not_lead_back() -> None:
    nodes = (leaf("a"), After("x", "r", "a"), all_of("r", "x"))
    (problem,) = problems(*nodes)
    assert (problem.code, problem.path, problem.values) == ("CYCLE", ("nodes", 2, "parts"), {"way": "x → r → x"})
    (problem,) = problems(*nodes[::-1], root="r")
    assert (problem.code, problem.path, problem.values) == ("CYCLE", ("nodes", 1), {"way": "r → x → r"})


@pytest.mark.parametrize("mode", Mode)
def test_every_mode_may_be_published(mode: Mode) -> None:
    assert found(leaf("a"), leaf("b"), After("r", "a", "b", mode)) == []


# lengths and caps


def test_a_window_has_a_length() -> None:
    assert found(leaf("a"), Window("r", "a", Length())) == [("NO_LENGTH", ("nodes", 1, "length"))]
    assert found(leaf("a"), Window("r", "a", Length(days=1))) == []


@pytest.mark.parametrize(
    ("cap", "expected"),
    [
        (0, [("COUNT_TOO_LOW", ("nodes", 3, "awardCap"))]),
        (1, []),
        (2, []),
        (3, [("CAP_TOO_HIGH", ("nodes", 3, "awardCap"))]),
        (10**30, [("CAP_TOO_HIGH", ("nodes", 3, "awardCap"))]),
    ],
)
def test_a_cap_is_one_or_more_and_no_more_than_there_is(cap: int, expected: list[tuple[str, Path]]) -> None:
    assert found(leaf("a"), leaf("b"), all_of("x", "b"), capped("r", "a", "x", cap=cap)) == expected


# scopes


def test_what_lies_in_a_scope_may_be_shared_within_it() -> None:
    nodes = (leaf("a"), leaf("b"), any_of("x", "a", "b"), any_of("y", "a"), all_of("z", "x", "y"))
    assert found(*nodes, Window("r", "z", YEAR)) == []


@pytest.mark.parametrize("scope", [Window("s", "x", YEAR), After("s", "p", "x", STRICT), capped("s", "x")])
def test_what_lies_in_a_scope_lies_nowhere_else(scope: Node) -> None:
    nodes = (leaf("x"), leaf("p"), scope, all_of("r", "s", "x", "p"))
    (problem,) = problems(*nodes)
    assert (problem.code, problem.values) == ("PART_OF_TWO_SCOPES", {"id": "x"})
    assert problem.path in (("nodes", 3, "parts", 1), ("nodes", 2, "part"), ("nodes", 2, "parts", 0))


def test_in_two_windows_is_in_two_scopes() -> None:
    nodes = (leaf("a"), Window("x", "a", YEAR), Window("y", "a", YEAR), all_of("r", "x", "y"))
    (problem,) = problems(*nodes)
    assert (problem.code, problem.path, problem.values) == ("PART_OF_TWO_SCOPES", ("nodes", 2, "part"), {"id": "a"})


def test_a_prerequisite_lies_where_its_order_does() -> None:
    nodes = (leaf("a"), leaf("b"), After("x", "a", "b", STRICT), all_of("r", "x", "a"))
    assert found(*nodes) == []
    nodes = (leaf("a"), leaf("b"), all_of("y", "a", "b"), After("x", "a", "y", STRICT), all_of("r", "x"))
    assert [code for code, _ in found(*nodes)] == ["PART_OF_TWO_SCOPES"]


@pytest.mark.parametrize("mode", [Mode.ADVISE, Mode.GATE])
def test_other_orders_are_no_scopes(mode: Mode) -> None:
    nodes = (leaf("a"), leaf("b"), all_of("y", "a", "b"), After("x", "a", "y", mode), all_of("r", "x", "b"))
    assert found(*nodes) == []


def test_a_scope_below_a_scope_is_the_innermost() -> None:
    nodes = (leaf("a"), leaf("p"), After("x", "p", "a", STRICT), Window("r", "x", YEAR))
    assert found(*nodes) == []


def test_two_problems_below_one_are_told_as_one() -> None:
    nodes = (leaf("a"), leaf("b"), all_of("x", "a", "b"), Window("w", "x", YEAR), all_of("r", "w", "x"))
    assert len(found(*nodes)) == 1


BELOW = {version("v"): definition(leaf("a"))}


def test_a_version_lies_in_one_scope() -> None:
    nodes = (ref("v"), ref("v", "again"), Window("w", "v", YEAR), all_of("r", "w", "again"))
    ((code, path),) = found(*nodes, referenced=BELOW)
    assert code == "PART_OF_TWO_SCOPES"
    assert path in (("nodes", 0, "pathwayVersion"), ("nodes", 1, "pathwayVersion"))


def test_a_version_that_two_versions_lead_to_is_told_at_the_reference() -> None:
    referenced = {**BELOW, version("x"): definition(ref("v")), version("y"): definition(ref("v"))}
    nodes = (ref("x"), ref("y"), Window("w", "x", YEAR), all_of("r", "w", "y"))
    ((code, path),) = found(*nodes, referenced=referenced)
    assert code == "PART_OF_TWO_SCOPES"
    assert path in (("nodes", 0, "pathwayVersion"), ("nodes", 1, "pathwayVersion"))


def test_what_nothing_leads_to_is_told_as_that_alone() -> None:
    nodes = (leaf("a"), Window("lost", "a", YEAR), all_of("r", "a"))
    assert found(*nodes) == [("UNREACHABLE", ("nodes", 1))]


# windows


def test_a_window_in_a_window_is_refused() -> None:
    nodes = (leaf("a"), Window("x", "a", YEAR), all_of("y", "x"), Window("r", "y", YEAR))
    (problem,) = problems(*nodes)
    assert (problem.code, problem.path) == ("WINDOW_IN_WINDOW", ("nodes", 3, "part"))
    assert problem.values == {"id": "x", "window": "r"}


def test_two_windows_side_by_side_are_fine() -> None:
    nodes = (leaf("a"), leaf("b"), Window("x", "a", YEAR), Window("y", "b", YEAR), all_of("r", "x", "y"))
    assert found(*nodes) == []


def test_a_version_with_a_window_does_not_stand_in_another() -> None:
    below = {version("v"): definition(leaf("a"), Window("w", "a", YEAR))}
    assert found(ref("v"), referenced=below) == []
    (problem,) = problems(ref("v"), Window("r", "v", YEAR), referenced=below)
    assert (problem.code, problem.path) == ("WINDOW_IN_WINDOW", ("nodes", 1, "part"))
    assert problem.values == {"id": f"{version('v')}#w", "window": "r"}


def test_a_window_has_no_more_leaves_than_can_be_looked_at() -> None:
    def within(count: int) -> list[tuple[str, Path]]:
        leaves = [leaf(f"l{i}") for i in range(count)]
        return found(*leaves, all_of("x", *(each.id for each in leaves)), Window("r", "x", YEAR))

    assert within(MAX_IN_WINDOW) == []
    assert within(MAX_IN_WINDOW + 1) == [("WINDOW_TOO_COMPLEX", ("nodes", MAX_IN_WINDOW + 2, "part"))]


def test_a_window_has_no_more_strict_orders_than_can_be_looked_at() -> None:
    def nested(count: int, mode: Mode, *above: Node) -> list[Node]:
        orders = [After(f"o{i}", f"p{i}", f"o{i - 1}" if i else "z", mode) for i in range(count)]
        return [leaf("z"), *(leaf(f"p{i}") for i in range(count)), *orders, *above]

    most = MAX_STRICT_IN_WINDOW
    window = Window("r", f"o{most - 1}", YEAR)
    assert found(*nested(most, STRICT, window)) == []
    assert found(*nested(most + 1, Mode.GATE, replace(window, part=f"o{most}"))) == []
    (problem,) = problems(*nested(most + 1, STRICT, replace(window, part=f"o{most}")))
    assert (problem.code, problem.path) == ("WINDOW_TOO_COMPLEX", ("nodes", 2 * most + 3, "part"))
    assert problem.values == {"id": "r", "leaves": most + 2, "limit": 200, "orders": most + 1, "most": most}
    below = {version("v"): definition(*nested(most + 1, STRICT))}
    assert found(ref("v"), referenced=below) == []
    assert found(ref("v"), Window("r", "v", YEAR), referenced=below) == [("WINDOW_TOO_COMPLEX", ("nodes", 1, "part"))]


# caps


def test_a_cap_over_leaves_may_need_any_number_of_them() -> None:
    assert found(leaf("a"), leaf("b"), leaf("c"), capped("r", "a", "b", "c", count=2)) == []


def test_a_cap_may_stand_over_plain_groups_if_all_are_needed() -> None:
    nodes = (leaf("a"), leaf("b"), leaf("c"), any_of("x", "a", "b"))
    assert found(*nodes, capped("r", "x", "c")) == []
    assert found(*nodes, capped("r", "x", "c", count=1)) == [("CAP_TOO_COMPLEX", ("nodes", 4, "parts", 0))]


def test_a_held_achievement_may_stand_below_a_cap() -> None:
    assert found(Ref("a", achievement=badge("a")), leaf("b"), capped("r", "a", "b")) == []


@pytest.mark.parametrize("in_groups", [False, True])
def test_a_cap_stands_over_so_many_leaves_at_most(in_groups: bool) -> None:
    ids = [f"a{number}" for number in range(MAX_CAPPED + 1)]
    leaves: list[Node] = [leaf(each) for each in ids]
    parts = ["x", ids[-1]] if in_groups else ids
    groups = [any_of("x", *ids[:-1])] if in_groups else []
    (problem,) = problems(*leaves, *groups, capped("r", *parts))
    assert (problem.code, problem.path) == ("TOO_MANY_UNDER_A_CAP", ("nodes", len(leaves) + len(groups), "parts"))
    assert problem.values == {"id": "r", "count": MAX_CAPPED + 1, "limit": MAX_CAPPED}
    assert found(*leaves[:-1], capped("r", *ids[:-1])) == []


BEYOND: dict[str, tuple[Node, ...]] = {
    "repeated": (leaf("x", times=2),),
    "repeated in a group": (leaf("b", times=2), all_of("x", "b")),
    "two groups deep": (leaf("b"), all_of("y", "b"), all_of("x", "y")),
    "capped again": (leaf("b"), capped("x", "b")),
    "credits": (leaf("b", ECTS="1"), ects("x", "1", "b")),
    "order": (leaf("p"), leaf("b"), After("x", "p", "b")),
    "window": (leaf("b"), Window("x", "b", YEAR)),
    "in two groups": (leaf("b"), leaf("c"), any_of("y", "b"), all_of("x", "b", "c")),
}


@pytest.mark.parametrize("case", BEYOND)
def test_a_cap_over_more_cannot_be_decided(case: str) -> None:
    parts = ["y", "x"] if case == "in two groups" else ["x"]
    nodes = (*BEYOND[case], leaf("a"), capped("r", "a", *parts))
    refused = [path for code, path in found(*nodes) if code == "CAP_TOO_COMPLEX"]
    assert refused == [("nodes", len(nodes) - 1, "parts", len(parts))]


def test_a_part_that_is_no_node_is_told_as_that_alone() -> None:
    assert found(leaf("a"), capped("r", "a", "ghost")) == [("DANGLING_PART", ("nodes", 1, "parts", 1))]


# hostile


def test_everything_wrong_at_once_ends() -> None:
    """Cycles through windows, orders and caps, parts that do not exist, one id twice."""
    ring: list[Node] = [
        Window("w", "s", Length()),
        After("s", "w", "c", STRICT),
        capped("c", "w", "s", "ghost", cap=0),
        After("s", "s", "s", STRICT),
        Ref("e"),
        Ref("e2", Iri("urn:x"), badge("q")),
    ]
    codes = {code for code, _ in found(*ring, root="w")}
    assert {"CYCLE", "NO_LENGTH", "DUPLICATE_NODE", "EMPTY_REF", "REF_OF_TWO", "SELF_REFERENCE"} <= codes


def test_a_group_that_many_caps_share_is_looked_at_once() -> None:
    """Cost: 2,400 caps over one group of 2,400 leaves, some millions of steps if each looked at every leaf."""
    leaves = [leaf(f"l{i}", "x") for i in range(2_400)]
    shared = all_of("shared", *(each.id for each in leaves))
    caps = [capped(f"c{i}", "shared") for i in range(2_400)]
    codes = {code for code, _ in found(*leaves, shared, *caps, all_of("r", *(each.id for each in caps)))}
    assert codes == {"PART_OF_TWO_SCOPES", "TOO_MANY_UNDER_A_CAP"}


# versions that remember


REMEMBERING = {version("v"): definition(leaf("a", valid_at=ValidAt.AT_COMPLETION))}


@pytest.mark.parametrize("scope", [Window("r", "x", YEAR), After("r", "p", "x", STRICT)])
@pytest.mark.parametrize("over", [False, True])
def test_a_version_that_remembers_does_not_lie_in_a_scope(scope: Node, *, over: bool) -> None:
    referenced = {**REMEMBERING, version("w"): definition(ref("v"), leaf("b"), all_of("both", "v", "b"))}
    nodes = (ref("w" if over else "v", "x"), leaf("p"), leaf("q"))
    order = () if isinstance(scope, After) else ("p",)
    told = problems(*nodes, scope, all_of("root", "r", "q", *order), referenced=referenced if over else REMEMBERING)
    assert [(p.code, p.path, p.values) for p in told] == [
        ("REMEMBERS_IN_A_SCOPE", ("nodes", 0, "pathwayVersion"), {"id": "x", "scope": "r"})
    ]


def test_a_version_that_remembers_may_lie_elsewhere() -> None:
    nodes = (ref("v", "x"), leaf("p"), After("r", "x", "p", STRICT))
    assert found(*nodes, referenced=REMEMBERING) == []
    assert found(leaf("a", valid_at=ValidAt.AT_COMPLETION), Window("r", "a", YEAR)) == []
