"""The cases of the specification, by their numbers there: which states, which reasons, which witnesses.

Those about maps, files and entitlement (33, 34, 37, 38) stand elsewhere; what needs the services (28, 29, 35) stands in
`tests/integration/services/test_pathway_cases.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graph_service.domain.endorsement import Ended, Kind, TargetType
from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import (
    After,
    AtLeast,
    Definition,
    Guards,
    Leaf,
    Length,
    Level,
    Mode,
    Node,
    Output,
    Ref,
    VersionRange,
    When,
    Window,
)
from graph_service.domain.time import Span, instant
from graph_service.errors import InvalidInput
from graph_service.formats import badgr
from graph_service.pathway import rules, versions
from graph_service.pathway.evaluate import Completion, CompletionState, History, evaluate, history, percent
from graph_service.pathway.explain import ProofNode, explain
from graph_service.pathway.facts import Award, Endorsement, Facts, Result
from graph_service.pathway.next_steps import next_steps
from graph_service.pathway.plan import Plan
from graph_service.pathway.reasons import ReasonCode
from tests.unit.pathway.building import (
    BOARD,
    UNIVERSITY,
    all_of,
    any_of,
    award,
    badge,
    day,
    definition,
    ects,
    endorsed,
    endorsement,
    equivalence,
    facts,
    leaf,
    plan,
    profile,
    trusting,
    version,
    waiver,
    window,
)

TODAY = "2026-11-22"
COMPLETE, NOT, DEPENDS = CompletionState.COMPLETE, CompletionState.NOT, CompletionState.DEPENDS
HEAD = profile("head")
HERIOT_WATT = Path(os.environ.get("SHARED_DIR", "../shared")) / "realdata/ctdl/heriot-watt-cs.pathway.json"


class Answer(NamedTuple):
    """What a learner has come to, and the proof by node."""

    state: CompletionState
    progress: Fraction
    nodes: dict[str, ProofNode]

    def reasons(self, node: str) -> list[tuple[ReasonCode, str | None]]:
        """Return why a node is open, each with the award (its short name) that nearly does."""
        return [(each.code, _short(each.award)) for each in self.nodes[node].reasons]

    def witnesses(self, node: str) -> list[str | None]:
        return [_short(each.award) for each in self.nodes[node].witnesses]


def _short(award: Iri | None) -> str | None:
    return award and award.rpartition("/")[2]


def asked(compiled: Plan, known: Facts, at: str = TODAY) -> Answer:
    completion: Completion = evaluate(compiled, known, day(at))
    nodes = explain(compiled, known, completion).nodes
    return Answer(completion.state, completion.progress, {each.node.id: each for each in nodes})


def states(compiled: Plan, known: Facts, *days: str) -> list[CompletionState]:
    return [evaluate(compiled, known, day(each)).state for each in days]


def codes(*nodes: Node, made_of: dict[Iri, frozenset[Iri]] | None = None, output: Iri | None = None) -> list[str]:
    given = replace(definition(*nodes), output=Output(output) if output else None)
    known: dict[str, Any] = {"achievements": given.targets, "profiles": given.profiles, "offered": {output}}
    return [problem.code for problem in rules.check(given, **known, made_of=made_of or {})]


def exclusive(id: str, *parts: str, cap: int = 1) -> AtLeast:
    return AtLeast(id, len(parts), parts, award_cap=cap)


def guarded(id: str, *targets: str, **guards: Any) -> Leaf:
    return Leaf(id, tuple(badge(target) for target in targets or (id,)), Guards(**guards))


def holding(*awards: Award, endorsements: Iterable[Endorsement] = (), **more: Any) -> Facts:
    return replace(facts(*awards, endorsements=endorsements), **more)


# The shape of a pathway.


def test_case_01_a_cycle_of_two_achievements_is_refused_and_never_holds_by_itself() -> None:
    """Each badge is made of the other one. Without a base award neither is held, with one the other follows."""
    first, second = plan(leaf("second")), plan(leaf("first"))
    for compiled in (first, second):
        assert asked(compiled, Facts()).state is NOT
    assert asked(first, facts(award("second"))).state is COMPLETE
    assert asked(second, facts(award("second"))).state is NOT
    made_of = {badge("second"): frozenset({badge("first")})}
    assert codes(leaf("second"), output=badge("first"), made_of=made_of) == ["CYCLE_OF_ACHIEVEMENTS"]
    assert codes(any_of("a", "b"), any_of("b", "a")) == ["CYCLE"]


def test_case_02_nothing_is_made_of_itself() -> None:
    assert codes(leaf("a"), any_of("r", "a", "r")) == ["SELF_REFERENCE"]
    assert codes(leaf("a"), output=badge("a")) == ["CYCLE_OF_ACHIEVEMENTS"]


@pytest.mark.parametrize("depth", [30, 60])
def test_case_03_a_diamond_costs_its_nodes_and_not_its_ways(depth: int) -> None:
    """There are 2^depth ways down; whoever walks them does not come back. (Times: `bench/pathway.py`.)"""
    nodes: list[Node] = [leaf("left-0"), leaf("right-0")]
    for level in range(1, depth):
        below = (f"left-{level - 1}", f"right-{level - 1}")
        nodes += [all_of(f"left-{level}", *below), any_of(f"right-{level}", *below)]
    compiled = plan(*nodes, all_of("root", f"left-{depth - 1}", f"right-{depth - 1}"))
    assert len(compiled.nodes) == 2 * depth + 1
    assert asked(compiled, facts(award("left-0"))).progress == 1 - Fraction(1, 2**depth)
    assert asked(compiled, facts(award("left-0"), award("right-0"))).state is COMPLETE
    found = history(compiled, facts(award("left-0"), award("right-0", "2026-05-01")), day(TODAY))
    assert found == History(day("2026-05-01"), currently_complete=True)


# One badge in several places.


def pair(cap: int | None) -> Plan:
    """Two of two required courses and one of two optional ones, both of which name the course `shared`."""
    leaves = [leaf("must"), leaf("shared"), leaf("chosen-1", "shared"), leaf("chosen-2", "other")]
    groups = [all_of("required", "must", "shared"), any_of("optional", "chosen-1", "chosen-2")]
    return plan(*leaves, *groups, AtLeast("r", 2, ("required", "optional"), award_cap=cap))


def test_case_04_one_badge_in_two_groups_counts_twice_if_shared_and_once_if_exclusive() -> None:
    known = facts(award("must"), award("shared"))
    shared, exclusive_, twice = (asked(pair(cap), known) for cap in (None, 1, 2))
    assert shared.state is twice.state is COMPLETE
    assert shared.witnesses("shared") == shared.witnesses("chosen-1") == ["shared"]
    assert (exclusive_.state, exclusive_.progress) == (NOT, Fraction(3, 4))
    assert exclusive_.witnesses("chosen-1") == ["shared"]  # the group that needs fewer is filled first
    assert exclusive_.reasons("shared") == [(ReasonCode.CONSUMED_BY, "shared")]
    assert exclusive_.nodes["shared"].reasons[0].node == "chosen-1"
    assert asked(pair(1), facts(*known.awards, award("other"))).state is COMPLETE


def test_case_04_as_it_is_in_heriot_watts_pathway() -> None:
    """ "Two required courses" and "Select 2 out of 9 courses" share `Project Testing & Implementation`."""
    if not HERIOT_WATT.is_file():
        pytest.skip(f"{HERIOT_WATT} is not there")
    required, chosen = (courses(text) for text in ("Two required courses.", "Select 2 out of 9 courses."))
    (both,) = set(required) & set(chosen)
    (other,) = set(required) - {both}
    leaves = [
        Leaf(f"{group}-{i}", (Iri(course),))
        for group, them in (("r", required), ("c", chosen))
        for i, course in enumerate(them)
    ]
    names = [each.id for each in leaves]
    groups = [all_of("required", *names[:2]), AtLeast("chosen", 2, tuple(names[2:]))]
    one_more = next(course for course in chosen if course != both)
    held = [
        replace(award("x", id=course.rpartition("/")[2]), achievement=Iri(course)) for course in (both, other, one_more)
    ]
    for cap, expected in ((None, COMPLETE), (1, NOT), (2, COMPLETE)):
        compiled = plan(*leaves, *groups, AtLeast("root", 2, ("required", "chosen"), award_cap=cap))
        assert evaluate(compiled, facts(*held), day(TODAY)).state is expected


def courses(description: str) -> list[str]:
    """Return the targets of the condition of Heriot-Watt's pathway that is described like this, each once."""
    conditions = [
        each
        for each in json.loads(HERIOT_WATT.read_bytes())
        if each.get("https://purl.org/ctdl/terms/description", [{}])[0].get("@value") == description
    ]
    found = {target["@id"] for each in conditions for target in each["https://purl.org/ctdl/terms/targetComponent"]}
    return sorted(found)


def test_case_05_two_awards_of_one_badge_are_not_two_badges() -> None:
    compiled = plan(leaf("a"), leaf("b"), leaf("c"), AtLeast("r", 2, ("a", "b", "c")))
    answer = asked(compiled, facts(award("a", id="1"), award("a", "2026-05-01", id="2")))
    assert (answer.state, answer.progress, answer.witnesses("a")) == (NOT, Fraction(1, 2), ["1"])
    assert answer.reasons("b") == [(ReasonCode.NOT_HELD, None)]


def test_case_06_a_badge_that_is_asked_for_three_times_is_earned_on_three_days() -> None:
    compiled = plan(leaf("a", times=3))
    same_day = [award("a", f"2026-04-02T{hour:02}:00:00Z", id=str(hour)) for hour in (0, 14)]  # 9:00 and 23:00 in Japan
    next_day = award("a", "2026-04-02T15:00:00Z", id="15")
    answer = asked(compiled, facts(*same_day, next_day))
    assert (answer.state, answer.witnesses("a")) == (NOT, ["0", "15"])
    assert answer.reasons("a")[0] == (ReasonCode.TOO_FEW_TIMES, None)
    assert asked(compiled, facts(*same_day, next_day, award("a", "2026-04-05", id="5"))).witnesses("a") == [
        "0",
        "15",
        "5",
    ]


def test_case_07_a_target_that_is_listed_twice_is_refused() -> None:
    assert codes(leaf("r", "a", "b", "a")) == ["DUPLICATE_TARGET"]


def test_case_08_all_of_nothing_is_refused_and_so_is_what_nobody_could_reach() -> None:
    assert codes(all_of("r")) == ["EMPTY_GROUP"]
    assert codes(leaf("a"), AtLeast("r", 0, ("a",))) == ["COUNT_TOO_LOW"]
    assert codes(leaf("a"), AtLeast("r", 2, ("a",))) == ["UNSATISFIABLE_COUNT"]
    assert codes(leaf("a", ECTS="1"), ects("r", "2", "a")) == ["UNSATISFIABLE_CREDITS"]


def test_case_09_a_milestone_on_a_step_that_asks_for_nothing_does_not_fire() -> None:
    """Elsewhere such a step "will automatically trigger badge awards": all of nothing is true there."""
    milestone = {"badgeUrl": "https://badges.example/milestone", "name": "Milestone"}
    nothing: dict[str, Any] = {
        "childElementRequirements": {"countRule": {"@type": "all"}},
        "nonChildElementRequirements": {"countRule": {"@type": "all"}, "elementIds": []},
        "badgeRequirements": {"countRule": {"@type": "all"}, "requiredBadges": []},
    }
    step = {"elementId": "step", "name": "Step", "completionBadge": milestone, "children": [], "requirements": nothing}
    with pytest.raises(InvalidInput) as refused:
        badgr.read(json.dumps(step).encode(), limit=100)
    assert [each.code for each in refused.value.problems] == ["EMPTY_ELEMENT"]
    output = Definition((leaf("a"),), "a", output=Output(badge("milestone")))
    stack = Ref("r", version("step"), badge("milestone"), accept_unissued=True)
    above = plan(stack, referenced={version("step"): output})
    assert asked(above, Facts()).state is NOT
    assert asked(above, facts(award("a"))).state is COMPLETE


# What ends.


def test_case_10_expired_yesterday_and_renewed_today_with_a_gap_between() -> None:
    compiled = plan(leaf("a"))
    old = award("a", "2025-11-01", until="2026-11-20T00:00:00Z", id="old")
    new = award("a", "2026-11-22", id="new")
    assert states(compiled, facts(old, new), "2026-11-19", "2026-11-20", "2026-11-21", TODAY) == [
        COMPLETE,
        NOT,
        NOT,
        COMPLETE,
    ]
    gap = asked(compiled, facts(old, new), "2026-11-21")
    assert gap.reasons("a") == [(ReasonCode.EXPIRED, "old")]
    assert asked(compiled, facts(old, new)).witnesses("a") == ["new"]
    assert history(compiled, facts(old, new), day(TODAY)) == History(day("2025-11-01"), currently_complete=True)


def test_case_11_what_is_revoked_was_true_until_then_and_what_is_void_never_was() -> None:
    """What becomes of an output that was awarded by then: tests/integration/services."""
    compiled = plan(leaf("a"), leaf("b"), all_of("r", "a", "b"))
    revoked = award("a", until="2026-09-01T00:00:00Z", ended=Ended.REVOKED, reason="left")
    void = award("a", until="2026-04-01T00:00:00Z", ended=Ended.VOID, reason="fraud")
    for ended, code, second, first in (
        (revoked, ReasonCode.REVOKED, "2026-05-01", "2026-05-01"),  # after completion
        (revoked, ReasonCode.REVOKED, "2026-10-01", None),  # before
        (void, ReasonCode.VOID, "2026-05-01", None),
    ):
        known = facts(ended, award("b", second))
        assert history(compiled, known, day(TODAY)) == History(day(first) if first else None, currently_complete=False)
        assert asked(compiled, known).reasons("a") == [(code, "a")]


def test_case_12_a_status_list_that_cannot_be_reached_gives_bounds_and_no_error() -> None:
    compiled = plan(leaf("a"), leaf("b"), all_of("r", "a", "b"))
    doubtful = replace(award("b"), unverified="the status list cannot be reached")
    known = facts(award("a"), doubtful)
    answer = asked(compiled, known)
    assert (answer.state, answer.progress) == (DEPENDS, Fraction(1, 2))
    assert evaluate(compiled, known, day(TODAY)).upper.progress == 1
    assert answer.reasons("b") == [(ReasonCode.UNVERIFIED, "b")]
    assert history(compiled, known, day(TODAY)) == History(None, currently_complete=False)
    assert asked(compiled, facts(doubtful)).state is NOT


def test_case_13_an_older_version_counts_where_that_is_allowed() -> None:
    old = facts(award("a", number=1))
    assert asked(plan(leaf("a")), old).state is COMPLETE
    answer = asked(plan(guarded("a", version=VersionRange(first=2))), old)
    assert (answer.state, answer.reasons("a")) == (NOT, [(ReasonCode.SUPERSEDED, "a")])
    assert answer.nodes["a"].reasons[0].values == {"held": 1, "wanted": "2+"}
    successor = trusting(leaf("new"))
    assert asked(successor, facts(award("old"))).state is NOT
    replaced = holding(award("old"), equivalences=(equivalence("old", "new"),))
    assert asked(successor, replaced).state is COMPLETE  # the owner says that it is replaced


V1 = versions.Version(version("1"), 1, "1", Span(day("2026-01-01"), day("2027-01-01")), day("2026-06-01"))
V2 = versions.Version(version("2"), 2, "2", Span(day("2026-05-01")))
PLANS = {V1: plan(leaf("a"), leaf("b"), all_of("r", "a", "b")), V2: plan(*map(leaf, "abcd"), all_of("r", *"abcd"))}


def judged(known: Facts, policy: Policy | None, at: str = TODAY) -> int:
    """Return the number of the version under which a learner is judged."""
    began = min((each.awarded_at for each in known.awards), default=None)
    record = versions.Record(
        began=lambda _version: began,
        ever_complete=lambda one, until: history(PLANS[one], known, until).ever_complete,
        completion=lambda one: evaluate(PLANS[one], known, day(at)),
    )
    enrolments = [versions.Enrolment(policy, Span(day("2026-02-01")), V1.id)] if policy else []
    return versions.choose([V1, V2], enrolments, record, day(at)).number


def test_case_14_a_version_that_closed_while_half_done_stays_open_to_who_began() -> None:
    half = facts(award("a", "2026-03-01"))
    late = facts(award("a", "2026-07-01"))
    assert judged(half, None) == judged(half, Policy.BEST_OF) == judged(half, Policy.PINNED) == 1
    assert judged(half, Policy.LATEST) == 2
    assert judged(late, None) == 2  # began after it had closed
    assert judged(half, None, "2027-01-01") == 2  # it has ended, and was never completed
    assert judged(facts(*half.awards, award("b", "2026-08-01")), None, "2027-01-01") == 1


def test_case_15_a_requirement_that_is_retired_drops_out_and_what_was_earned_counts_on() -> None:
    before, after = plan(leaf("a"), leaf("b"), all_of("r", "a", "b")), plan(leaf("a"), all_of("r", "a"))
    assert [asked(each, facts(award("a"))).state for each in (before, after)] == [NOT, COMPLETE]
    retired = definition(leaf("a"), leaf("b"), all_of("r", "a", "b"))
    problems = rules.check(retired, achievements={badge("a")}, profiles=frozenset())
    assert [each.code for each in problems] == ["DANGLING_TARGET"]  # nothing new can ask for it
    assert asked(before, facts(award("a"), award("b"))).witnesses("b") == ["b"]  # but it was passed


# Order.


def after(mode: Mode) -> Plan:
    return plan(leaf("a"), leaf("b"), After("r", "a", "b", mode))


def test_case_16_earned_before_its_prerequisite() -> None:
    known = facts(award("a", "2026-05-01"), award("b", "2026-04-01"))
    advised, gated, strict = (asked(after(mode), known) for mode in Mode)
    assert advised.state is gated.state is COMPLETE
    assert (strict.state, strict.progress) == (NOT, Fraction(1, 2))
    assert strict.reasons("b") == [(ReasonCode.TOO_EARLY, "b")]
    assert (strict.nodes["b"].reasons[0].node, strict.nodes["r"].first_held) == ("a", day("2026-05-01"))
    again = asked(after(Mode.STRICT), facts(*known.awards, award("b", "2026-05-01", id="again")))
    assert (again.state, again.witnesses("b")) == (COMPLETE, ["again"])
    alone = [asked(after(mode), facts(award("b"))) for mode in Mode]
    assert [each.progress for each in alone] == [1, Fraction(1, 2), 0]
    assert [each.nodes["r"].locked_by for each in alone] == [None, "a", "a"]
    assert alone[2].reasons("b") == [(ReasonCode.LOCKED_BY, "b")]


@pytest.mark.parametrize("mode", Mode)
def test_case_17_two_steps_that_do_not_wait_for_each_other_are_both_on_the_frontier(mode: Mode) -> None:
    leaves = [leaf("first"), leaf("left"), leaf("right"), leaf("last")]
    sides = [After("on-the-left", "first", "left", mode), After("on-the-right", "first", "right", mode)]
    groups = [all_of("both", "on-the-left", "on-the-right"), After("r", "both", "last", mode)]
    compiled = plan(*leaves, *sides, *groups)

    def frontier(*names: str) -> set[str]:
        return {step.node for step in next_steps(evaluate(compiled, facts(*map(award, names)), day(TODAY))).frontier}

    assert frontier() == {"first"}
    assert frontier("first") == {"left", "right"}
    assert frontier("first", "left") == {"right"}


def test_case_18_an_equivalence_leads_one_way_over_trusted_claims_in_force() -> None:
    chain = (equivalence("a", "b"), equivalence("b", "c"))
    onward = asked(trusting(leaf("c")), holding(award("a"), equivalences=chain))
    assert (onward.state, onward.witnesses("c")) == (COMPLETE, ["a"])
    assert onward.nodes["c"].witnesses[0].equivalences == ("urn:equivalence:a-b", "urn:equivalence:b-c")
    reverse = asked(trusting(leaf("a")), holding(award("c"), equivalences=chain))
    assert (reverse.state, reverse.reasons("a")) == (NOT, [(ReasonCode.NOT_HELD, None)])
    foreign = holding(award("a"), equivalences=(equivalence("a", "c", by=HEAD),))
    untrusted = asked(trusting(leaf("c")), foreign)
    assert (untrusted.state, untrusted.reasons("c")) == (NOT, [(ReasonCode.EQUIVALENCE_NOT_TRUSTED, "a")])
    expired = holding(award("a"), equivalences=(equivalence("a", "c", until="2026-11-22T00:00:00Z"),))
    assert states(trusting(leaf("c")), expired, "2026-11-21", TODAY) == [COMPLETE, NOT]
    assert asked(trusting(leaf("c")), expired).reasons("c") == [(ReasonCode.EQUIVALENCE_EXPIRED, "a")]
    circle = (*chain, equivalence("c", "a"))
    for name in "abc":
        assert asked(trusting(leaf("a")), holding(award(name), equivalences=circle)).state is COMPLETE
    assert asked(trusting(leaf("a")), holding(equivalences=circle)).state is NOT
    far = (*chain, equivalence("c", "d"), equivalence("d", "e"))
    assert [asked(trusting(leaf(to)), holding(award("a"), equivalences=far)).state for to in "de"] == [COMPLETE, NOT]


def test_case_19_half_of_the_credits_by_an_equivalence() -> None:
    compiled = trusting(leaf("a", ECTS="2"), leaf("b", ECTS="1"), ects("r", "2", "a", "b"))
    half = holding(award("x"), equivalences=(equivalence("x", "a", "0.5"),))
    answer = asked(compiled, half)
    assert (answer.state, answer.progress) == (NOT, Fraction(1, 2))
    assert (answer.nodes["a"].complete, answer.nodes["a"].witnesses[0].factor) == (True, Decimal("0.5"))
    assert asked(compiled, replace(half, awards=(*half.awards, award("b")))).state is COMPLETE
    both = asked(compiled, replace(half, awards=(*half.awards, award("a", "2026-06-01"))))
    assert (both.state, both.witnesses("a")) == (COMPLETE, ["a"])  # what is worth most


# Endorsements.


def test_case_20_an_endorsement_counts_while_it_is_in_force_from_whom_and_on_what_was_asked() -> None:
    now, then = (plan(leaf("a", endorsed_by=[endorsed(when=when)])) for when in When)
    late = facts(award("a", "2026-04-01"), endorsements=[endorsement(badge("a"), "2026-06-01", until="2026-09-01")])
    assert states(now, late, "2026-05-31", "2026-06-01", "2026-09-01") == [NOT, COMPLETE, NOT]
    assert states(then, late, "2026-05-31", "2026-06-01", "2026-09-01") == [NOT, NOT, NOT]
    assert asked(now, late, "2026-05-31").reasons("a") == [
        (ReasonCode.ENDORSEMENT_NOT_YET_VALID, "a"),
        (ReasonCode.NOT_ENDORSED, "a"),
    ]
    other = facts(award("a"), endorsements=[endorsement(badge("a"), by=HEAD)])
    answer = asked(now, other)
    assert (answer.reasons("a"), answer.nodes["a"].reasons[0].wanted) == ([(ReasonCode.NOT_ENDORSED, "a")], (BOARD,))
    two = plan(leaf("a", endorsed_by=[endorsed(BOARD, HEAD, UNIVERSITY, min_count=2)]))
    by = [endorsement(badge("a"), by=each) for each in (BOARD, HEAD, UNIVERSITY)]
    assert [asked(two, facts(award("a"), endorsements=by[:n])).state for n in (1, 2, 3)] == [NOT, COMPLETE, COMPLETE]
    twice = [by[0], endorsement(badge("a"), "2026-02-01", by=BOARD)]
    assert asked(two, facts(award("a"), endorsements=twice)).state is NOT
    on_award = plan(leaf("a", endorsed_by=[endorsed(on=TargetType.AWARD)]))
    of_issuer = facts(award("a"), endorsements=[endorsement(UNIVERSITY)])
    assert asked(on_award, of_issuer).reasons("a") == [(ReasonCode.NOT_ENDORSED, "a")]
    assert asked(plan(leaf("a", endorsed_by=[endorsed(on=TargetType.PROFILE)])), of_issuer).state is COMPLETE


def test_case_21_an_endorser_whose_own_accreditation_has_expired() -> None:
    compiled = plan(leaf("a", endorsed_by=[endorsed(accredited_by=frozenset({HEAD}))]))
    accredited = endorsement(BOARD, "2026-01-01", by=HEAD, until="2026-11-22T00:00:00Z", kind=Kind.ACCREDIT, id="acc")
    said = [endorsement(badge("a"), id="said"), accredited]
    assert states(compiled, facts(award("a"), endorsements=said), "2026-11-21", TODAY) == [COMPLETE, NOT]
    answer = asked(compiled, facts(award("a"), endorsements=said))
    assert answer.reasons("a") == [(ReasonCode.ENDORSER_NOT_ACCREDITED, "a"), (ReasonCode.NOT_ENDORSED, "a")]
    before = asked(compiled, facts(award("a"), endorsements=said), "2026-11-21")
    assert before.nodes["a"].witnesses[0].accreditations == ("urn:endorsement:acc",)


# Amounts.


def test_case_22_a_tenth_and_two_tenths_are_three_tenths() -> None:
    compiled = plan(leaf("a", ECTS="0.1"), leaf("b", ECTS="0.2"), ects("r", "0.3", "a", "b"))
    assert asked(compiled, facts(award("a"), award("b"))).state is COMPLETE


def test_case_23_just_below_and_a_renewed_badge_does_not_add_twice() -> None:
    compiled = plan(leaf("a", ECTS="29.999999"), leaf("b", ECTS="0.000001"), ects("r", "30", "a", "b"))
    renewed = facts(award("a", "2025-01-01", id="1"), award("a", "2026-01-01", id="2"))
    answer = asked(compiled, renewed)
    assert (answer.state, answer.progress) == (NOT, Fraction(29_999_999, 30_000_000))
    assert answer.witnesses("a") == ["1"]


def test_case_24_a_window_of_24_months_that_only_a_later_subset_fits() -> None:
    compiled = plan(*map(leaf, "abc"), AtLeast("two", 2, ("a", "b", "c")), Window("r", "two", Length(months=24)))
    early, middle, late = award("a", "2022-01-10"), award("b", "2024-01-10"), award("c", "2026-01-09T14:59:59Z")
    assert asked(compiled, facts(early, middle)).state is NOT  # the end is not in it
    answer = asked(compiled, facts(early, middle, late))
    assert (answer.state, answer.witnesses("b"), answer.witnesses("c")) == (COMPLETE, ["b"], ["c"])
    assert answer.nodes["r"].window == window("2024-01-10", "2026-01-10")
    assert answer.reasons("a") == [(ReasonCode.OUTSIDE_WINDOW, "a")]
    assert history(compiled, facts(early, middle, late), day(TODAY)).ever_complete == late.awarded_at


GRADE = Iri("https://univ.example/achievements/a#grade")


def graded(*values: str, scale: tuple[str, ...] = ("D", "C", "B", "A")) -> Facts:
    return facts(replace(award("a"), results=tuple(Result(GRADE, value, scale) for value in values)))


def test_case_25_a_level_is_as_high_as_its_scale_says_and_none_is_too_low() -> None:
    compiled = plan(guarded("a", level=(Level(GRADE, "B"),)))
    assert [asked(compiled, graded(value)).state for value in "DCBA"] == [NOT, NOT, COMPLETE, COMPLETE]
    for known in (graded("C"), graded(), graded("S"), facts(award("a"))):
        assert asked(compiled, known).reasons("a") == [(ReasonCode.LEVEL_TOO_LOW, "a")]
    assert asked(compiled, graded("C")).nodes["a"].reasons[0].values == {"found": "C", "wanted": "B"}
    score = plan(guarded("a", level=(Level(GRADE, "9"),)))
    assert [asked(score, graded(value, scale=())).state for value in ("8.9", "9.0", "10")] == [NOT, COMPLETE, COMPLETE]


def test_case_26_a_waiver_holds_until_it_ends() -> None:
    compiled = plan(leaf("a"), leaf("b"), all_of("r", "a", "b"))
    known = holding(award("a"), waivers=(waiver("b", "2026-05-01", "2026-11-22"),))
    assert states(compiled, known, "2026-04-30", "2026-05-01", "2026-11-21", TODAY) == [NOT, COMPLETE, COMPLETE, NOT]
    during, later = asked(compiled, known, "2026-11-21"), asked(compiled, known)
    assert (during.nodes["b"].waived, during.witnesses("b")) == (known.waivers[0], [])
    assert later.reasons("b")[0] == (ReasonCode.WAIVER_EXPIRED, None)
    assert history(compiled, known, day(TODAY)) == History(day("2026-05-01"), currently_complete=False)


# Whose, and when.


def test_case_27_one_uuid_from_two_issuers_is_not_one_achievement() -> None:
    """Who means the same by an HTTPS address wrote it there; a UUID anybody may have written."""
    uuid = Iri("urn:uuid:6a0e1c2e-5c1b-4d6e-9a53-0c7b6a7f8a11")
    anyone, named = Leaf("a", (uuid,)), Leaf("a", (uuid,), Guards(issued_by=frozenset({UNIVERSITY})))
    assert codes(anyone) == ["ISSUER_RULE_NEEDED"]
    assert codes(named) == []
    theirs = replace(award("a", issuer=HEAD), achievement=uuid)
    ours = replace(award("a", id="ours"), achievement=uuid)
    answer = asked(plan(named), facts(theirs))
    assert (answer.state, answer.reasons("a")) == (NOT, [(ReasonCode.WRONG_ISSUER, "a")])
    assert asked(plan(named), facts(theirs, ours)).witnesses("a") == ["ours"]


def test_case_30_ends_are_not_in_it_and_a_fiscal_year_is_one_of_japan() -> None:
    until = award("a", until="2026-11-22T00:00:00Z")
    assert states(plan(leaf("a")), facts(until), "2026-11-21T23:59:59Z", "2026-11-22T00:00:00Z") == [COMPLETE, NOT]
    assert instant("2026-11-22T09:00:00+09:00") == until.span.until
    year = Span(instant("2026-04-01T00:00:00+09:00"), instant("2027-04-01T00:00:00+09:00"))
    compiled = plan(leaf("a", between=year))
    days = {
        "2026-03-31T23:59:59+09:00": NOT,
        "2026-04-01T00:00:00+09:00": COMPLETE,
        "2027-03-31T23:59:59+09:00": COMPLETE,
        "2027-04-01T00:00:00+09:00": NOT,
    }
    for text, expected in days.items():
        known = facts(award("a", instant(text)))
        assert evaluate(compiled, known, day("2027-06-01")).state is expected
        if expected is NOT:
            assert asked(compiled, known, "2027-06-01").reasons("a") == [(ReasonCode.OUTSIDE_WINDOW, "a")]


# What is shown.


def test_case_31_what_is_not_complete_shows_no_hundred_percent() -> None:
    names = [f"n{i}" for i in range(250)]
    compiled = plan(*map(leaf, names), all_of("r", *names))
    answer = asked(compiled, facts(*map(award, names[:-1])))
    assert (answer.progress, percent(answer.progress)) == (Fraction(996, 1000), 99)
    assert percent(asked(compiled, facts(*map(award, names))).progress) == 100


def test_case_32_awards_in_any_order_give_the_same_answer_and_the_same_witness() -> None:
    compiled = plan(
        *(leaf(f"{group}-{name}", name) for group in "xy" for name in "ab"),
        *(any_of(group, f"{group}-a", f"{group}-b") for group in "xy"),
        exclusive("r", "x", "y"),
    )
    awards = [award("a", id="2"), award("a", id="1"), award("b", "2026-03-01"), award("c")]
    answers = [asked(compiled, facts(*order)) for order in permutations(awards)]
    assert answers[0].state is COMPLETE
    assert all(answer == answers[0] for answer in answers)


def test_case_36_a_cohort_is_answered_from_one_plan() -> None:
    """1,000 learners on 126 nodes. (Times: `bench/pathway.py`.)"""
    names = [f"n{i}" for i in range(100)]
    parts = [tuple(names[i : i + 5]) for i in range(0, 100, 4)]
    groups = [AtLeast(f"g{i}", min(3, len(part)), part) for i, part in enumerate(parts)]
    compiled = plan(*map(leaf, names), *groups, AtLeast("r", 20, tuple(each.id for each in groups)))
    assert len(compiled.nodes) == 126
    held = [[names[i] for i in range(100) if (i * 7 + learner) % 10 < learner % 11] for learner in range(1_000)]
    states = [evaluate(compiled, facts(*map(award, each)), day(TODAY)).state for each in held]
    expected = [sum(len(set(part) & set(each)) >= min(3, len(part)) for part in parts) >= 20 for each in held]
    assert [state is COMPLETE for state in states] == expected
    assert 0 < sum(expected) < 1_000
