"""What to do next, and the cheapest plan for all that is left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from graph_service.domain.pathway import (
    After,
    AtLeast,
    Definition,
    Group,
    Guards,
    Leaf,
    Length,
    Mode,
    Node,
    VersionRange,
    Window,
)
from graph_service.pathway import rules
from graph_service.pathway.evaluate import CompletionState, evaluate
from graph_service.pathway.facts import Facts
from graph_service.pathway.next_steps import NextSteps, next_steps
from graph_service.pathway.plan import Plan, compile_plan
from tests.unit.pathway.building import (
    BOARD,
    OPEN_END,
    UNIVERSITY,
    all_of,
    any_of,
    award,
    badge,
    day,
    ects,
    equivalence,
    facts,
    leaf,
    plan,
    trusting,
    waiver,
    window,
)

TODAY = day("2026-11-21")
A, B, C, D = (leaf(name) for name in "abcd")
YEAR = Length(12)


def ahead(compiled: Plan, *names: str, known: Facts | None = None) -> NextSteps:
    held = known or facts(*(award(name) for name in names))
    return next_steps(evaluate(compiled, held, TODAY))


def frontier(found: NextSteps) -> list[str]:
    return [step.node for step in found.frontier]


def planned(found: NextSteps) -> list[str]:
    return sorted(each.achievement.rpartition("/")[2] for each in found.plan)


def counts(found: NextSteps) -> tuple[int | None, int, int | None, bool]:
    return found.required, found.held, found.remaining, found.exact


# the frontier


def test_what_is_open_is_next() -> None:
    found = ahead(plan(A, B, C, AtLeast("r", 2, ("a", "b", "c"))), "a")
    assert frontier(found) == ["b", "c"]
    assert [step.gain for step in found.frontier] == [Fraction(1, 2)] * 2
    assert counts(found) == (2, 1, 1, True)


def test_nothing_is_next_when_all_is_done() -> None:
    found = ahead(plan(A, B, any_of("r", "a", "b")), "a")
    assert (found.frontier, found.plan, counts(found)) == ((), (), (1, 1, 0, True))


def test_what_no_longer_matters_is_not_next() -> None:
    compiled = plan(A, B, C, any_of("x", "a", "b"), all_of("r", "x", "c"))
    assert frontier(ahead(compiled, "a")) == ["c"]


@pytest.mark.parametrize("mode", Mode)
def test_what_has_to_come_first_is_next(mode: Mode) -> None:
    compiled = plan(A, B, After("r", "a", "b", mode))
    assert frontier(ahead(compiled)) == ["a"]
    assert frontier(ahead(compiled, "a")) == ["b"]


def test_advice_that_cannot_be_followed_any_more_is_not_waited_for() -> None:
    late = leaf("a", between=window(until="2026-10-01"))
    assert frontier(ahead(plan(late, B, After("r", "a", "b")))) == ["b"]
    locked = ahead(plan(late, B, After("r", "a", "b", Mode.GATE)))
    assert (locked.frontier, counts(locked)) == ((), (None, 0, None, False))


def test_two_steps_that_nothing_orders_are_both_next() -> None:
    nodes = (A, B, C, D, After("x", "a", "c", Mode.GATE), After("y", "b", "d", Mode.GATE), all_of("r", "x", "y"))
    assert frontier(ahead(plan(*nodes))) == ["a", "b"]


def test_what_is_locked_in_one_place_may_be_next_in_another() -> None:
    nodes = (A, B, After("x", "a", "b", Mode.GATE), all_of("r", "x", "b"))
    assert sorted(frontier(ahead(plan(*nodes)))) == ["a", "b"]


def test_what_can_no_longer_be_earned_is_not_next() -> None:
    late = leaf("a", between=window(until="2026-11-21"))
    soon = leaf("b", between=window(until="2026-12-01"))
    found = ahead(plan(late, soon, any_of("r", "a", "b")))
    assert [(step.node, step.until) for step in found.frontier] == [("b", day("2026-12-01"))]


def test_what_brings_most_comes_first_then_what_ends_soonest() -> None:
    soon = leaf("c", between=window(until="2026-12-01"))
    assert frontier(ahead(plan(A, B, soon, any_of("x", "b", "c"), all_of("r", "x", "a")))) == ["c", "a", "b"]
    shared = (A, B, C, all_of("x", "a", "b"), all_of("y", "b", "c"), all_of("r", "x", "y"))
    assert frontier(ahead(plan(*shared))) == ["b", "a", "c"]


def test_a_leaf_that_asks_for_several_says_how_many_more() -> None:
    found = ahead(plan(leaf("a", times=3)), "a")
    assert [(step.node, step.missing) for step in found.frontier] == [("a", 2)]
    assert counts(found) == (3, 1, 2, True)


def test_a_badge_that_could_not_be_checked_is_not_counted() -> None:
    doubtful = replace(award("a"), unverified="STATUS_UNAVAILABLE")
    assert counts(ahead(plan(A), known=facts(doubtful))) == (1, 0, 1, True)


# the cheapest plan


def test_the_shortest_branch_is_planned() -> None:
    compiled = plan(A, B, C, all_of("x", "a", "b"), any_of("r", "x", "c"))
    found = ahead(compiled)
    assert (planned(found), counts(found)) == (["c"], (1, 0, 1, True))
    assert [(step.node, step.planned) for step in found.frontier] == [("c", True), ("a", False), ("b", False)]


def test_what_is_shared_is_paid_for_once() -> None:
    nodes = (
        A,
        B,
        C,
        D,
        all_of("x", "a", "b"),
        all_of("y", "a", "c"),
        any_of("z", "b", "d"),
        all_of("r", "x", "y", "z"),
    )
    assert counts(ahead(plan(*nodes))) == (3, 0, 3, True)


def test_a_choice_that_is_shared_wins() -> None:
    """Each group alone would take its first part; the shared one does for all three."""
    groups = [any_of(f"g{i}", f"own{i}", "shared") for i in range(3)]
    leaves = [leaf("shared"), *(leaf(f"own{i}") for i in range(3))]
    found = ahead(plan(*leaves, *groups, all_of("r", "g0", "g1", "g2")))
    assert (planned(found), found.exact) == (["shared"], True)


def test_one_award_may_fill_several_leaves() -> None:
    compiled = plan(leaf("one", "a"), leaf("two", "a", "b"), all_of("r", "one", "two"))
    found = ahead(compiled)
    assert [(each.achievement, each.nodes) for each in found.plan] == [(badge("a"), ("one", "two"))]
    assert counts(found) == (1, 0, 1, True)


def test_one_award_has_one_issuer_and_one_version() -> None:
    def of(id_: str, **guards: object) -> Leaf:
        return Leaf(id_, (badge("a"),), Guards(**guards))  # type: ignore[arg-type]

    issuers = of("one", issued_by=frozenset({BOARD})), of("two", issued_by=frozenset({UNIVERSITY}))
    assert counts(ahead(plan(*issuers, all_of("r", "one", "two")))) == (2, 0, 2, False)
    versions = of("one", version=VersionRange(last=2)), of("two", version=VersionRange(3))
    assert counts(ahead(plan(*versions, all_of("r", "one", "two")))) == (2, 0, 2, False)
    alike = of("one", issued_by=frozenset({BOARD})), of("two", issued_by=frozenset({BOARD}))
    assert counts(ahead(plan(*alike, all_of("r", "one", "two")))) == (1, 0, 1, True)


def test_one_award_is_made_at_one_time() -> None:
    years = [leaf(f"y{y}", "a", between=window(f"{y}-04-01", f"{y + 1}-04-01")) for y in (2026, 2027)]
    assert counts(ahead(plan(*years, all_of("r", "y2026", "y2027")))) == (2, 0, 2, False)


def test_what_comes_strictly_after_several_days_takes_awards_of_its_own() -> None:
    both = leaf("first", "a", times=2), leaf("then", "a", times=2)
    found = ahead(plan(*both, After("r", "first", "then", Mode.STRICT)))
    assert (found.remaining, found.exact) == (4, False)  # on three days at least: the second may serve both


def test_credits_are_bought_where_they_are_cheapest() -> None:
    nodes = (leaf("a", ECTS="1"), leaf("b", ECTS="2"), leaf("c", ECTS="4"), ects("r", "5", "a", "b", "c"))
    found = ahead(plan(*nodes))
    assert (planned(found), counts(found)) == (["a", "c"], (2, 0, 2, True)) or planned(found) == ["b", "c"]
    assert planned(ahead(plan(*nodes), "b")) == ["c"]


def test_a_leaf_that_counts_in_part_may_bring_more() -> None:
    compiled = trusting(leaf("a", ECTS="2"), ects("r", "2", "a"))
    known = replace(facts(award("z")), equivalences=(equivalence("z", "a", "0.5"),))
    found = ahead(compiled, known=known)
    assert (planned(found), frontier(found), found.remaining) == (["a"], ["a"], 1)


def test_an_award_that_stands_for_several_is_planned() -> None:
    compiled = trusting(A, B, all_of("r", "a", "b"))
    known = replace(Facts(), equivalences=(equivalence("a", "b"),))
    found = ahead(compiled, known=known)
    assert (planned(found), counts(found)) == (["a"], (1, 0, 1, True))


def test_what_is_waived_need_not_be_earned() -> None:
    known = Facts(waivers=(waiver("x"),))
    found = ahead(plan(A, B, C, all_of("x", "a", "b"), all_of("r", "x", "c")), known=known)
    assert (frontier(found), counts(found)) == (["c"], (1, 0, 1, True))


# scopes


def test_what_is_too_old_for_any_window_is_to_be_earned_anew() -> None:
    compiled = plan(A, B, C, all_of("x", "a", "b", "c"), Window("r", "x", YEAR))
    known = facts(award("a", "2024-04-01"), award("b", "2025-06-01"), award("c", "2026-04-01"))
    found = ahead(compiled, known=known)
    assert (sorted(frontier(found)), planned(found), counts(found)) == (["a", "b"], ["a", "b"], (3, 1, 2, False))


def test_a_window_counts_days_anew() -> None:
    compiled = plan(leaf("a", times=2), Window("r", "a", Length(3)))
    known = facts(award("a", "2026-01-01", id="1"))
    assert counts(ahead(compiled, known=known))[2] == 2


def test_a_window_counts_the_days_that_it_still_reaches() -> None:
    compiled = plan(leaf("a", times=3), Window("r", "a", Length(3)))
    known = facts(award("a", "2026-01-01", id="1"), award("a", "2026-10-01", id="2"))
    assert counts(ahead(compiled, known=known))[2] == 2


def test_what_came_too_early_is_to_be_earned_again() -> None:
    found = ahead(plan(A, B, After("r", "a", "b", Mode.STRICT)), "b")
    assert (frontier(found), planned(found), counts(found)) == (["a"], ["a", "b"], (2, 0, 2, False))


def test_under_a_cap_each_place_takes_its_own_award() -> None:
    places = [Leaf(name, (badge("x"),)) for name in ("one", "two", "three")]
    for cap, remaining in ((1, 2), (2, 1)):
        found = ahead(plan(*places, AtLeast("r", 3, ("one", "two", "three"), award_cap=cap)), "x")
        assert (planned(found), found.remaining, found.exact) == (["x"] * remaining, remaining, False)


# large


def test_more_leaves_than_can_be_searched_get_an_estimate_that_holds() -> None:
    random = Random(7)
    leaves = [leaf(f"l{i}") for i in range(60)]
    groups = [AtLeast(f"g{i}", 3, tuple(f"l{j}" for j in random.sample(range(60), 9))) for i in range(12)]
    compiled = plan(*leaves, *groups, all_of("r", *(each.id for each in groups)))
    found = ahead(compiled)
    assert not found.exact
    names = planned(found)
    assert found.remaining == len(names) < 36
    done = facts(*(award(name, "2026-11-21") for name in names))
    assert evaluate(compiled, done, TODAY).state is CompletionState.COMPLETE
    for name in names:  # and none of it is without use
        fewer = facts(*(award(other, "2026-11-21") for other in names if other != name))
        assert evaluate(compiled, fewer, TODAY).state is CompletionState.NOT


def test_so_many_places_under_a_cap_are_estimated_without_asking_the_engine() -> None:
    places = [Leaf(f"l{i}", (badge("x"),)) for i in range(400)]
    found = ahead(plan(*places, AtLeast("r", 300, tuple(each.id for each in places), award_cap=2)))
    assert (found.remaining, found.exact) == (300, False)  # one each is enough, and more than is needed
    assert {step.gain for step in found.frontier} == {None}


# against all subsets


def random_nodes(random: Random) -> list[Node]:
    """A few leaves over six badges and a few groups of all kinds; what nothing leads to goes below the root."""
    nodes: list[Node] = [
        leaf(f"l{i}", *random.sample("abcdef", random.randint(1, 2)), ECTS=random.choice(["1", "2", "1.5"]))
        for i in range(random.randint(1, 6))
    ]
    for i in range(random.randint(1, 4)):
        parts = random.sample([node.id for node in nodes], min(len(nodes), random.randint(1, 4)))
        leaves = [part for part in parts if part.startswith("l")]
        made: list[Node] = [
            AtLeast(f"g{i}", random.randint(1, len(parts)), tuple(parts)),
            Window(f"g{i}", parts[0], Length(random.choice([3, 12]))),
            AtLeast(f"g{i}", len(parts), tuple(parts), award_cap=random.choice([1, 2])),
        ]
        if leaves:
            made.append(replace(ects(f"g{i}", "2.5", *leaves), source_cap=random.choice([None, Decimal(1)])))
        if len(parts) > 1:
            made += [After(f"g{i}", parts[0], parts[1], mode) for mode in Mode]
        nodes.append(random.choice(made))
    below = {part for node in nodes if isinstance(node, Group) for part in node.parts}
    tops = tuple(node.id for node in nodes if node.id not in below)
    return [*nodes, AtLeast("root", random.randint(1, len(tops)), tops)]


def random_definition(random: Random) -> Definition:
    """Such nodes as may be published."""
    while True:
        given = replace(Definition(tuple(random_nodes(random)), "root"), trusts=frozenset({BOARD}))
        if not rules.check(given, achievements=given.targets, profiles=given.profiles):
            return given


def random_facts(random: Random, nodes: tuple[Node, ...]) -> Facts:
    held = [
        award(random.choice("abcdef"), random.choice(["2024-05-01", "2026-03-01", "2026-07-01"]), id=f"h{i}",
              until=random.choice([OPEN_END, "2026-10-01"]))
        for i in range(random.randint(0, 4))
    ]  # fmt: skip
    claims = [
        equivalence(*random.sample("abcdef", 2), random.choice(["1", "0.5"])) for _ in range(random.randint(0, 1))
    ]
    return Facts(
        tuple(held),
        waivers=tuple(waiver(random.choice(nodes).id) for _ in range(random.randint(0, 1))),
        equivalences=tuple(claims),
    )


def fewest_by_trying(compiled: Plan, known: Facts) -> int | None:
    """The fewest awards of today that complete the pathway: every subset, two of each badge."""
    pool = [award(name, "2026-11-21", id=f"{name}{copy}") for name in "abcdef" for copy in range(2)]
    for size in range(6):
        for more in combinations(pool, size):
            if evaluate(compiled, known.supposing(awards=more), TODAY).state is CompletionState.COMPLETE:
                return size
    return None


@pytest.mark.parametrize("seed", range(60))
def test_the_plan_is_never_too_short_and_exact_means_exact(seed: int) -> None:
    random = Random(seed)
    given = random_definition(random)
    known = random_facts(random, given.nodes)
    compiled = compile_plan(given, "digest")
    found, fewest = ahead(compiled, known=known), fewest_by_trying(compiled, known)
    if fewest is not None:
        assert found.remaining is not None
        assert found.remaining == fewest if found.exact else found.remaining >= fewest
        assert bool(found.frontier) == (fewest > 0)
