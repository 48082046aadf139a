"""State, progress and history of one learner."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from graph_service.domain.endorsement import Ended, TargetType
from graph_service.domain.pathway import AtLeast, Node, ValidAt
from graph_service.pathway.evaluate import CompletionState, History, evaluate, history, percent
from graph_service.pathway.facts import Facts
from graph_service.pathway.plan import Plan
from tests.unit.pathway.building import (
    UNIVERSITY,
    all_of,
    any_of,
    award,
    badge,
    day,
    endorsed,
    endorsement,
    facts,
    leaf,
    plan,
    profile,
)

TODAY = day("2026-11-21")
STRANGER = profile("stranger")
ABC = (leaf("a"), leaf("b"), leaf("c"))


def held(*names: str) -> Facts:
    return facts(*(award(name) for name in names))


def progress(compiled: Plan, *names: str) -> Fraction:
    return evaluate(compiled, held(*names), TODAY).progress


def state(compiled: Plan, *names: str) -> CompletionState:
    return evaluate(compiled, held(*names), TODAY).state


# the algebra


def test_a_leaf_is_done_or_not() -> None:
    assert progress(plan(leaf("a"))) == 0
    assert progress(plan(leaf("a")), "a") == 1
    assert state(plan(leaf("a"))) is CompletionState.NOT
    assert state(plan(leaf("a")), "a") is CompletionState.COMPLETE


def test_one_of_several_targets_is_enough() -> None:
    compiled = plan(leaf("either", "x", "y"))
    assert progress(compiled, "y") == progress(compiled, "x", "y") == 1
    assert progress(compiled, "z") == 0


def test_all_of_leaves_is_done_out_of_total() -> None:
    compiled = plan(*ABC, all_of("r", "a", "b", "c"))
    assert [progress(compiled, *names) for names in ("", "a", "ab", "abc")] == [
        0,
        Fraction(1, 3),
        Fraction(2, 3),
        1,
    ]


def test_any_is_done_by_one() -> None:
    assert progress(plan(*ABC, any_of("r", "a", "b", "c")), "b") == 1


def test_more_than_asked_is_still_one() -> None:
    assert progress(plan(*ABC, AtLeast("r", 2, ("a", "b", "c"))), "a", "b", "c") == 1


def test_groups_count_their_most_advanced_parts() -> None:
    pair, trio = AtLeast("pair", 2, ("a", "b")), AtLeast("trio", 3, ("a", "b", "c"))
    either = plan(*ABC, pair, trio, any_of("r", "trio", "pair"))
    both = plan(*ABC, pair, trio, all_of("r", "pair", "trio"))
    assert progress(either, "a") == Fraction(1, 2)
    assert progress(both, "a") == (Fraction(1, 2) + Fraction(1, 3)) / 2


def test_every_node_has_its_own_value() -> None:
    compiled = plan(*ABC, AtLeast("two", 2, ("a", "b")), all_of("r", "two", "c"))
    completion = evaluate(compiled, held("a"), TODAY)
    values = {node.id: completion.value(number) for number, node in enumerate(compiled.nodes)}
    assert values == {"a": 1, "b": 0, "c": 0, "two": Fraction(1, 2), "r": Fraction(1, 4)}


def test_one_badge_may_fill_several_leaves() -> None:
    compiled = plan(leaf("mine", "x"), leaf("yours", "x"), all_of("r", "mine", "yours"))
    assert state(compiled, "x") is CompletionState.COMPLETE


def test_two_awards_of_one_badge_are_one_of_two() -> None:
    compiled = plan(*ABC, AtLeast("r", 2, ("a", "b", "c")))
    twice = facts(award("a", id="1"), award("a", "2026-05-01", id="2"))
    assert evaluate(compiled, twice, TODAY).progress == Fraction(1, 2)


def test_a_repeated_badge_counts_once_a_day() -> None:
    compiled = plan(leaf("a", times=3))
    days = ["2026-03-31T15:00:00Z", "2026-04-01T14:59:59Z", "2026-04-01T15:00:00Z", "2026-04-03T09:00:00Z"]  # in Japan
    awards = [award("a", on, id=on) for on in days]
    assert [evaluate(compiled, facts(*awards[:n]), TODAY).progress for n in (2, 3, 4)] == [0, 0, 1]


def test_one_achievement_from_two_issuers_is_one_unless_the_pathway_names_the_issuer() -> None:
    """A UUID that two issuers use proves nothing: whose award counts is for the leaf to say."""
    same = [award("a", issuer=UNIVERSITY, id="1"), award("a", issuer=STRANGER, id="2")]
    by_both = all_of("r", "ours", "theirs")
    either = plan(leaf("ours", "a"), leaf("b"), all_of("r", "ours", "b"))
    named = plan(leaf("ours", "a", issued_by=[UNIVERSITY]), leaf("theirs", "a", issued_by=[STRANGER]), by_both)
    assert [evaluate(either, facts(*held), TODAY).progress for held in (same[:1], same[1:], same)] == [
        Fraction(1, 2)
    ] * 3
    assert [evaluate(named, facts(*held), TODAY).progress for held in (same[:1], same[1:], same)] == [
        Fraction(1, 2),
        Fraction(1, 2),
        1,
    ]


def test_an_award_of_something_else_changes_nothing() -> None:
    assert progress(plan(leaf("a")), "other") == 0


# sharing and size


def diamond(depth: int) -> list[Node]:
    """Each step has two groups, and both contain both groups of the step below: 2^depth ways down."""
    nodes: list[Node] = [leaf("l0", "a"), leaf("r0", "b")]
    for step in range(1, depth):
        below = (f"l{step - 1}", f"r{step - 1}")
        nodes += [all_of(f"l{step}", *below), AtLeast(f"r{step}", 1, below)]
    return [*nodes, all_of("top", f"l{depth - 1}", f"r{depth - 1}")]


def test_a_shared_node_is_counted_once_however_many_ways_lead_to_it() -> None:
    compiled = plan(*diamond(30))
    assert len(compiled.nodes) == 61
    assert progress(compiled, "a", "b") == 1
    assert 0 < progress(compiled, "a") < 1


def test_a_deep_and_wide_pathway_is_evaluated_exactly() -> None:
    nodes: list[Node] = [leaf(f"0-{i}", str(i)) for i in range(30)]
    for step in range(1, 63):
        below = tuple(f"{step - 1}-{i}" for i in range(30))
        nodes += [AtLeast(f"{step}-{i}", i + 1, below) for i in range(30)]
    compiled = plan(*nodes, all_of("top", *(f"62-{i}" for i in range(30))))
    names = [str(i) for i in range(30)]
    assert progress(compiled, *names) == 1
    assert 0 < progress(compiled, *names[:29]) < 1


# percent


@pytest.mark.parametrize(
    ("done", "shown"),
    [
        (Fraction(0), 0),
        (Fraction(1, 3), 33),
        (Fraction(996, 1000), 99),
        (Fraction(10**30 - 1, 10**30), 99),
        (Fraction(1), 100),
    ],
)
def test_percent_is_rounded_down_and_a_hundred_only_when_complete(done: Fraction, shown: int) -> None:
    assert percent(done) == shown


# time


def test_expired_then_a_gap_then_renewed() -> None:
    compiled = plan(leaf("a"))
    known = facts(
        award("a", "2024-04-01", until="2025-04-01", id="old"),
        award("a", "2025-10-01", until="2026-10-01", id="new"),
    )
    days = ["2025-03-31", "2025-04-01", "2025-09-30", "2025-10-01", "2026-10-01"]
    assert [evaluate(compiled, known, day(at)).progress for at in days] == [1, 0, 0, 1, 0]
    assert history(compiled, known, TODAY) == History(day("2024-04-01"), currently_complete=False)


def test_a_revocation_after_completion_leaves_the_memory_of_it() -> None:
    compiled = plan(*ABC[:2], all_of("r", "a", "b"))
    known = facts(award("a", "2026-04-01"), award("b", "2026-05-01", until="2026-09-01", ended=Ended.REVOKED))
    assert history(compiled, known, day("2026-04-30")) == History(None, currently_complete=False)
    assert history(compiled, known, day("2026-08-31")) == History(day("2026-05-01"), currently_complete=True)
    assert history(compiled, known, TODAY) == History(day("2026-05-01"), currently_complete=False)


def test_a_revocation_before_completion_keeps_it_from_ever_being_complete() -> None:
    compiled = plan(*ABC[:2], all_of("r", "a", "b"))
    for end, ended in (("2026-05-01", Ended.REVOKED), ("2026-04-01", Ended.VOID)):
        known = facts(award("a", "2026-04-01", until=end, ended=ended), award("b", "2026-06-01"))
        assert history(compiled, known, TODAY) == History(None, currently_complete=False)
        assert evaluate(compiled, known, day("2026-04-15")).progress == (
            Fraction(1, 2) if ended is Ended.REVOKED else 0
        )


def test_a_void_award_takes_the_memory_back() -> None:
    compiled = plan(*ABC[:2], all_of("r", "a", "b"))
    void = award("b", "2026-05-01", until="2026-05-01", ended=Ended.VOID)
    assert history(compiled, facts(award("a"), void), day("2026-08-31")) == History(None, currently_complete=False)


def test_badges_that_never_held_together_never_completed() -> None:
    compiled = plan(*ABC[:2], all_of("r", "a", "b"))
    known = facts(award("a", "2025-04-01", until="2025-05-01"), award("b", "2025-05-01"))
    assert history(compiled, known, TODAY) == History(None, currently_complete=False)


def test_a_late_endorsement_completes_from_its_own_date() -> None:
    compiled = plan(leaf("a", endorsed_by=[endorsed()]))
    late = endorsement(badge("a"), "2026-07-01", until="2026-08-01")
    known = facts(award("a", "2026-04-01"), endorsements=[late])
    assert history(compiled, known, TODAY) == History(day("2026-07-01"), currently_complete=False)


def test_a_late_endorsement_of_the_award_itself_completes_from_its_own_date() -> None:
    compiled = plan(leaf("a", endorsed_by=[endorsed(on=TargetType.AWARD)]))
    held_award = award("a", "2026-04-01")
    late = endorsement(held_award.id, "2026-07-01")
    known = facts(replace(held_award, endorsements=(late,)))
    assert history(compiled, known, TODAY) == History(day("2026-07-01"), currently_complete=True)


def test_a_learner_without_awards_has_no_history() -> None:
    assert history(plan(leaf("a")), Facts(), TODAY) == History(None, currently_complete=False)


# AT_COMPLETION


def test_what_was_valid_when_the_stack_was_complete_counts_on() -> None:
    compiled = plan(leaf("a", valid_at=ValidAt.AT_COMPLETION), leaf("b"), all_of("r", "a", "b"))
    brief = award("a", "2026-04-01", until="2026-06-01")
    for second, expected in (("2026-05-31", CompletionState.COMPLETE), ("2026-06-01", CompletionState.NOT)):
        known = facts(brief, award("b", second))
        assert evaluate(compiled, known, TODAY).state is expected


def test_the_other_leaves_of_the_stack_must_still_hold() -> None:
    compiled = plan(leaf("a", valid_at=ValidAt.AT_COMPLETION), leaf("b"), all_of("r", "a", "b"))
    known = facts(
        award("a", "2026-04-01", until="2026-06-01"),
        award("b", "2026-05-01", until="2026-07-01", id="b1"),
        award("b", "2026-09-01", id="b2"),
    )
    days = ["2026-06-30", "2026-07-01", "2026-09-01"]
    assert [evaluate(compiled, known, day(at)).progress for at in days] == [1, Fraction(1, 2), 1]


def test_a_later_completion_may_be_remembered_as_well_as_the_first() -> None:
    remembered = leaf("a", valid_at=ValidAt.AT_COMPLETION)
    compiled = plan(remembered, leaf("b"), leaf("c"), all_of("both", "a", "b"), any_of("r", "both", "c"))
    later = [award("a", "2026-04-01", until="2026-06-01"), award("b", "2026-05-01")]
    earlier = award("c", "2026-01-01", until="2026-02-01")
    assert evaluate(compiled, facts(*later), TODAY).progress == 1
    assert evaluate(compiled, facts(earlier, *later), TODAY).progress == 1


def test_what_is_remembered_helps_to_complete_again_and_so_to_remember_more() -> None:
    first, second = (leaf(name, valid_at=ValidAt.AT_COMPLETION) for name in "ab")
    compiled = plan(first, second, leaf("c"), any_of("either", "b", "c"), all_of("r", "a", "either"))
    known = facts(
        award("a", "2026-01-01", until="2026-02-01"),
        award("c", "2026-01-01", until="2026-03-01"),
        award("b", "2026-04-01", until="2026-05-01"),
    )
    days = ["2026-01-01", "2026-02-28", "2026-03-01", "2026-04-01", "2026-06-01"]
    assert [evaluate(compiled, known, day(at)).progress for at in days] == [1, 1, Fraction(1, 2), 1, 1]


# what if


def test_supposing_asks_the_same_question_of_more_facts() -> None:
    compiled = plan(leaf("a", endorsed_by=[endorsed()]), leaf("b"), all_of("r", "a", "b"))
    known = facts(award("a"))
    assert evaluate(compiled, known.supposing(awards=[award("b")]), TODAY).progress == Fraction(1, 2)
    both = known.supposing(awards=[award("b")], endorsements=[endorsement(badge("a"))])
    assert evaluate(compiled, both, TODAY).progress == 1
    assert evaluate(compiled, known, TODAY).progress == 0


def test_supposing_reaches_the_endorsements_of_an_award() -> None:
    held_award = award("a")
    known = facts(held_award).supposing(endorsements=[endorsement(held_award.id)])
    assert [len(found.endorsements) for found in known.awards] == [1]


def test_supposing_keeps_what_is_endorsed_already() -> None:
    first, second = endorsement(badge("a"), id="1"), endorsement(badge("a"), id="2")
    known = facts(endorsements=[first]).supposing(endorsements=[second])
    assert known.endorsements[badge("a")] == (first, second)
