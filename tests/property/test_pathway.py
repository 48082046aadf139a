"""The engine against a slow reading of the rules (`tests/brute_force.py`), on random pathways, facts and instants.

`PATHWAYS=500` says how many of them each test takes, or the most important ones four times; every run takes others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_service.domain.pathway import AtLeast, Leaf, Window
from graph_service.domain.pathway_json import parse, to_json
from graph_service.domain.time import Instant
from graph_service.pathway.evaluate import Completion, CompletionState, depends_on, evaluate, history, percent
from graph_service.pathway.explain import ProofNode, explain
from graph_service.pathway.facts import Facts
from graph_service.pathway.next_steps import next_steps
from graph_service.pathway.plan import Plan
from tests import brute_force
from tests.property.pathways import (
    BADGES,
    NEVER,
    OUTPUTS,
    PROFILES,
    TICKS,
    UNIT,
    Case,
    Json,
    Stack,
    any_leaves,
    asked_at,
    awards,
    bare_leaves,
    cases,
    equivalences,
    facts,
    forgetful,
    identity,
    instants,
    pairs,
    shared,
    side_by_side,
    stack_of,
    stacks,
)
from tests.unit.pathway.building import award_of, endorsement_of, equivalence_of, facts_of, waiver_of

PATHWAYS = int(os.environ.get("PATHWAYS", "20"))

patient = settings(  # drawing a pathway takes long, reading it slowly too
    deadline=None, max_examples=PATHWAYS, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
thorough = settings(patient, max_examples=4 * PATHWAYS)

Verdicts = Mapping[str, brute_force.Verdict]


def completed(case: Case) -> Completion:
    return evaluate(case.stack.plan(), facts_of(case.facts), Instant(case.at))


def verdicts(completion: Completion) -> Verdicts:
    return {
        node.id: brute_force.Verdict(completion.holds(number), completion.value(number))
        for number, node in enumerate(completion.plan.nodes)
    }


def assert_it_is_what_the_slow_reading_says(case: Case) -> None:
    definition, versions = case.stack
    expected = brute_force.judge(definition, case.facts, case.at, versions)
    completion = completed(case)
    found = verdicts(completion)
    assert {id_: found[id_] for id_ in expected} == expected
    for ways in brute_force.assignments(definition, case.facts, case.at, versions).values():
        assert any(way.items() <= found.items() for way in ways)
    assert all(verdict.held is (verdict.progress == 1) for verdict in found.values())
    assert completion.progress == expected[definition["root"]].progress
    complete = expected[definition["root"]].held
    assert (completion.state is CompletionState.COMPLETE) is (percent(completion.progress) == 100) is complete


# Against the slow reading.


@thorough
@given(cases())
def test_every_node_is_what_the_slow_reading_says(case: Case) -> None:
    assert_it_is_what_the_slow_reading_says(case)


brief_leaves = st.builds(
    lambda badge, mode: {"kind": "LEAF", "targets": [badge], "guards": {"validAt": mode}},
    st.sampled_from(BADGES),
    st.sampled_from(["NOW", "AT_COMPLETION", "AT_COMPLETION"]),
)


@st.composite
def brief(draw: st.DrawFn) -> Case:
    """Awards that lapse soon, leaves that remember."""
    stack = draw(stacks(brief_leaves))
    held = []
    for award in draw(st.lists(awards(), min_size=4, max_size=7, unique_by=identity)):
        begun = draw(st.integers(0, len(TICKS) - 2))
        ended = draw(st.integers(begun + 1, min(begun + 3, len(TICKS) - 1)))
        lapse = {"awardedAt": TICKS[begun], "since": TICKS[begun], "until": TICKS[ended], "unverified": None}
        held.append({**award, **lapse})
    return Case(stack, {**draw(facts(stack)), "awards": held}, draw(asked_at))


@thorough
@given(brief())
def test_what_is_remembered_is_what_the_slow_reading_remembers(case: Case) -> None:
    assert_it_is_what_the_slow_reading_says(case)


@st.composite
def linked(draw: st.DrawFn) -> Case:
    """A sum of credits over badges, of which few are held, and a way of claims from those to the others."""
    way = [*BADGES, OUTPUTS[0]]
    guards = st.sampled_from([{}, {}, {"endorsedBy": [{"profiles": PROFILES}]}])
    leaves = [
        {"id": f"n{i}", "kind": "LEAF", "targets": [badge], "guards": draw(guards), "credits": {UNIT: "1"}}
        for i, badge in enumerate(way)
    ]
    root = {"id": "root", "kind": "CREDITS", "unit": UNIT, "threshold": "5", "parts": [leaf["id"] for leaf in leaves]}
    trusts = draw(st.sampled_from([PROFILES, PROFILES[:1]]))
    stack = Stack({"root": "root", "nodes": [*leaves, root], "trusts": trusts}, {})
    steps = [
        {**draw(equivalences()), "id": f"urn:equivalence:{i}", "source": source, "target": target, "unverified": None}
        for i, (source, target) in enumerate(pairwise(way))
    ]
    more = draw(st.lists(equivalences(), max_size=3, unique_by=identity))
    known = draw(facts(stack))
    held = [{**award, "achievement": BADGES[0]} for award in known["awards"]]
    claims = [*steps, *({**each, "id": f"{each['id']}:more"} for each in more)]
    said = {"kind": "ENDORSE", "standing": "OWN", "unverified": None, "since": TICKS[0], "until": NEVER}
    endorsed = [{**each, **said, "target": draw(st.sampled_from(way))} for each in known["endorsements"]]
    changed = {"awards": held, "equivalences": claims, "endorsements": endorsed}
    return Case(stack, {**known, **changed}, draw(asked_at))


@thorough
@given(linked())
def test_what_counts_as_something_else_is_what_the_slow_reading_says(case: Case) -> None:
    assert_it_is_what_the_slow_reading_says(case)


@thorough
@given(st.one_of(cases(), brief()))
def test_ever_complete_is_the_first_instant_at_which_it_was(case: Case) -> None:
    definition, versions = case.stack
    found = history(case.stack.plan(), facts_of(case.facts), Instant(case.at))
    assert found.ever_complete == brute_force.first_complete(definition, case.facts, case.at, versions)
    assert found.currently_complete is (completed(case).state is CompletionState.COMPLETE)


# What could not be verified.


def in_doubt(case: Case) -> Case:
    """Return the case with every other fact unverified."""

    def doubted(found: Sequence[Json]) -> list[Json]:
        return [{**each, "unverified": "unreachable" if sum(map(ord, each["id"])) % 2 else None} for each in found]

    known = {name: doubted(found) for name, found in case.facts.items() if name != "waivers"}
    known["awards"] = [{**award, "endorsements": doubted(award["endorsements"])} for award in known["awards"]]
    return case._replace(facts={**case.facts, **known})


def believing(case: Case, believed: Sequence[str]) -> Completion:
    """Return what it comes to if of the unverified facts these are sound, and the others are not."""
    return completed(case._replace(facts=brute_force.resolved(case.facts, believed)))


STATES = {
    (True, True): CompletionState.COMPLETE,
    (False, True): CompletionState.DEPENDS,
    (False, False): CompletionState.NOT,
}


@patient
@given(cases().map(in_doubt), st.randoms(use_true_random=False))
def test_the_bounds_hold_whatever_turns_out_and_are_reached(case: Case, chance: Random) -> None:
    definition, versions = case.stack
    completion = completed(case)
    lower, upper = brute_force.bounds(definition, case.facts, case.at, versions)
    assert (completion.progress, completion.upper.progress) == (lower.progress, upper.progress)
    assert completion.state is STATES[lower.held, upper.held]
    doubts = brute_force.unverified(case.facts)
    assert believing(case, []).progress == lower.progress
    assert believing(case, doubts).progress == upper.progress
    for _ in range(8):
        some = chance.sample(doubts, chance.randint(0, len(doubts)))
        assert lower.progress <= believing(case, some).progress <= upper.progress


@patient
@given(cases().map(in_doubt))
def test_it_depends_on_what_would_complete_it_and_on_nothing_more(case: Case) -> None:
    completion = completed(case)
    found = depends_on(completion.plan, facts_of(case.facts), completion)
    if completion.state is not CompletionState.DEPENDS:
        assert found == ()
        return
    assert set(found) <= set(brute_force.unverified(case.facts))
    assert believing(case, found).state is CompletionState.COMPLETE
    for left_out in found:
        assert believing(case, [each for each in found if each != left_out]).state is not CompletionState.COMPLETE


# More is never less, and order is nothing.


def choosing(plan: Plan) -> set[str]:
    """Return what lies below a window or a capped group: what fills it best may change, whatever the whole comes to."""
    found: set[int] = set()
    for number in reversed(range(len(plan.nodes))):  # wholes before parts
        node = plan.nodes[number]
        if number in found or isinstance(node, Window) or (isinstance(node, AtLeast) and node.award_cap):
            found.update(plan.parts[number])
    return {plan.nodes[number].id for number in found}


@st.composite
def more(draw: st.DrawFn, case: Case) -> Facts:
    """Return the facts of a case with one more."""
    known = facts_of(case.facts)
    nodes = case.stack.waivable()
    match draw(st.sampled_from(["award", "endorsement", "equivalence", "waiver"])):
        case "award":
            return known.supposing(awards=[award_of(draw(awards()))])
        case "endorsement":
            return known.supposing(endorsements=[endorsement_of(draw(shared))])
        case "equivalence":
            return replace(known, equivalences=(*known.equivalences, equivalence_of(draw(equivalences()))))
        case _ if nodes:
            waiver = {"id": "urn:waiver:more", "node": draw(st.sampled_from(nodes)), "since": TICKS[0]}
            return replace(known, waivers=(*known.waivers, waiver_of({**waiver, "until": draw(instants)})))
    return known


@thorough
@given(st.one_of(cases(), brief()), st.data())
def test_more_facts_never_lower_anything(case: Case, data: st.DataObject) -> None:
    plan, at, few = case.stack.plan(), Instant(case.at), facts_of(case.facts)
    many = data.draw(more(case))
    before, after = evaluate(plan, few, at), evaluate(plan, many, at)
    free = choosing(plan)
    for number, node in enumerate(plan.nodes):
        assert node.id in free or after.value(number) >= before.value(number)
    assert after.upper.progress >= before.upper.progress
    first = history(plan, few, at).ever_complete
    assert first is None or (history(plan, many, at).ever_complete or "9") <= first


def turned(case: Case, chance: Random) -> Case:
    """Return the case with nodes, parts and facts in another order. The order of slots is an order of filling."""

    def shuffled(items: Any) -> Any:
        return chance.sample(items, len(items))

    def other(definition: Json) -> Json:
        filled = {part for node in definition["nodes"] if "awardCap" in node for part in (node["id"], *node["parts"])}
        nodes = [
            {**node, "parts": shuffled(node["parts"])} if "parts" in node and node["id"] not in filled else node
            for node in definition["nodes"]
        ]
        return {**definition, "nodes": shuffled(nodes)}

    versions = {version: other(case.stack.versions[version]) for version in shuffled(list(case.stack.versions))}
    known = {name: shuffled(each) for name, each in case.facts.items()}
    return Case(Stack(other(case.stack.definition), versions), known, case.at)


@patient
@given(cases(), st.randoms(use_true_random=False))
def test_order_changes_neither_value_nor_proof(case: Case, chance: Random) -> None:
    def proved(one: Case) -> dict[str, ProofNode]:
        plan, known = one.stack.plan(), facts_of(one.facts)
        nodes = explain(plan, known, evaluate(plan, known, Instant(one.at))).nodes
        return {each.node.id: each for each in nodes}

    def unordered(node: ProofNode) -> tuple[object, ...]:
        return replace(node, node=None, parts=()), set(node.parts)  # type: ignore[arg-type]

    here, there = proved(case), proved(turned(case, chance))
    assert {id_: unordered(each) for id_, each in here.items()} == {id_: unordered(each) for id_, each in there.items()}


# What each kind of node means, said with others.


@st.composite
def ordered(draw: st.DrawFn) -> tuple[Case, Case]:
    """Return two pathways, the second of which is to come after the first."""
    first, second = draw(pairs(any_leaves.map(forgetful)))
    known, at = {**draw(facts(first)), "waivers": []}, draw(asked_at)
    return Case(first, known, at), Case(second, known, at)


@patient
@given(ordered())
def test_the_modes_of_after_differ_as_they_are_written(both: tuple[Case, Case]) -> None:
    first, second = both
    began = history(first.stack.plan(), facts_of(first.facts), Instant(first.at)).ever_complete
    since = [award for award in first.facts["awards"] if began and award["awardedAt"] >= began]
    p, r, strict = (
        completed(each).progress for each in (first, second, second._replace(facts={**first.facts, "awards": since}))
    )
    for mode, expected in {"ADVISE": r, "GATE": (p + r) / 2, "STRICT": (p + strict) / 2}.items():
        after = {"kind": "AFTER", "prerequisite": "first", "part": "second", "mode": mode}
        whole = side_by_side(first.stack, second.stack, after)
        assert completed(Case(whole, first.facts, first.at)).progress == expected, mode


@patient
@given(cases())
def test_what_is_referenced_is_as_complete_as_it_is_alone(case: Case) -> None:
    known = {**case.facts, "waivers": []}
    for version, definition in case.stack.versions.items():
        alone = stack_of(definition, case.stack.versions)
        whole = {"root": "only", "nodes": [{"id": "only", "kind": "REF", "pathwayVersion": version}]}
        found = verdicts(completed(Case(stack_of(whole, case.stack.versions), known, case.at)))
        for id_, verdict in verdicts(completed(Case(alone, known, case.at))).items():
            assert found[id_ if "#" in id_ else f"{version}#{id_}"] == verdict


def has_leaves(stack: Stack) -> bool:
    return any(node["kind"] == "LEAF" for node in stack.definition["nodes"])


@patient
@given(cases(stacks(any_leaves.map(forgetful)).filter(has_leaves)))
def test_all_of_single_leaves_is_done_out_of_total(case: Case) -> None:
    singles = [node for node in case.stack.definition["nodes"] if node["kind"] == "LEAF"]
    root = {"id": "all", "kind": "ALL", "parts": [leaf["id"] for leaf in singles]}
    whole = Stack({"root": "all", "nodes": [*singles, root], "trusts": PROFILES}, {})
    known = {**case.facts, "waivers": []}
    done = [
        completed(Case(Stack({"root": leaf["id"], "nodes": [leaf], "trusts": PROFILES}, {}), known, case.at))
        for leaf in singles
    ]
    assert completed(Case(whole, known, case.at)).progress == Fraction(
        sum(each.progress for each in done), len(singles)
    )


# Proofs and next steps.


@patient
@given(cases())
def test_a_proof_bears_out_what_was_evaluated(case: Case) -> None:
    completion = completed(case)
    known, found = {each["id"]: each for each in case.facts["awards"]}, verdicts(completion)
    proof = {each.node.id: each for each in explain(completion.plan, facts_of(case.facts), completion).nodes}
    assert {id_: (each.complete, each.progress) for id_, each in proof.items()} == found
    for node in proof.values():
        assert node.complete or node.missing > 0
        if isinstance(node.node, Leaf):
            assert bool(node.reasons) is not node.complete
            assert node.held == len({each.award for each in node.witnesses}) <= node.required
            assert node.waived or node.complete is (node.held == node.required)
            assert all(known[each.award]["awardedAt"] <= case.at for each in node.witnesses)
            assert not any(known[each.award]["unverified"] for each in node.witnesses)
        if node.balance and not node.waived:
            assert min(1, Fraction(node.balance.earned) / Fraction(node.balance.required)) == node.progress


def looks_back(stack: Stack) -> bool:
    return any(node.get("mode") == "STRICT" for _, node in stack.nodes())


@patient
@given(cases(stacks(any_leaves.map(forgetful)).filter(lambda stack: not looks_back(stack))))
def test_the_witnesses_alone_make_it_as_complete(case: Case) -> None:
    completion = completed(case)
    proof = explain(completion.plan, facts_of(case.facts), completion).nodes
    used = {witness.award for node in proof for witness in node.witnesses}
    awards = [award for award in case.facts["awards"] if award["id"] in used]
    assert completed(case._replace(facts={**case.facts, "awards": awards})).progress == completion.progress


def supposing(case: Case, achievements: Iterable[str]) -> Case:
    """Return the case with one award more of each achievement, made at the instant that is asked about."""
    bare: Json = {"issuer": PROFILES[0], "number": 1, "endorsements": [], "results": [], "evidence": []}
    awards = [
        {
            **bare,
            "id": f"urn:award:next-{i}",
            "achievement": each,
            "awardedAt": case.at,
            "since": case.at,
            "until": NEVER,
        }
        for i, each in enumerate(achievements)
    ]
    return case._replace(facts={**case.facts, "awards": [*case.facts["awards"], *awards]})


def is_complete(case: Case) -> bool:
    definition, versions = case.stack
    return brute_force.judge(definition, case.facts, case.at, versions)[definition["root"]].held


@patient
@given(cases(stacks(bare_leaves)))
def test_the_cheapest_plan_completes_and_an_exact_one_is_the_least_that_does(case: Case) -> None:
    found = next_steps(completed(case))
    plan = [step.achievement for step in found.plan]
    if found.remaining is None:  # what has to come one after another cannot come at once
        assert not is_complete(supposing(case, [*BADGES, *OUTPUTS] * 3))
        return
    assert found.remaining == len(plan)
    assert is_complete(supposing(case, plan))
    assert bool(found.frontier) is bool(plan)
    if found.exact:
        for count in range(min(len(plan), 4)):  # all ways with fewer awards; five and more take too long
            assert not any(map(is_complete, (supposing(case, some) for some in every(count))))


def every(count: int) -> Iterator[tuple[str, ...]]:
    return combinations_with_replacement([*BADGES, *OUTPUTS], count)


# JSON.


@patient
@given(stacks())
def test_json_is_read_back_equal(stack: Stack) -> None:
    for asked in (stack.definition, *stack.versions.values()):
        definition = parse(asked)
        written = json.loads(json.dumps(to_json(definition)))
        assert parse(written) == definition
        for given_node, node in zip(asked["nodes"], written["nodes"], strict=True):
            kept = [name for name in given_node if name not in ("kind", "count", "guards", "length")]
            assert {name: node[name] for name in kept} == {name: given_node[name] for name in kept}
