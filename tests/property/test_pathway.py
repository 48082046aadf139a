"""The engine against a slow reading of the rules, on random pathways, facts and instants.

Time is a few ticks, so the slow reading can ask about every instant there is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.domain.endorsement import Kind, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import (
    AtLeast,
    Definition,
    EndorsedBy,
    Guards,
    Leaf,
    Node,
    ValidAt,
    Versions,
    When,
    parse,
    to_json,
)
from graph_service.domain.time import Instant, Span
from graph_service.pathway import rules
from graph_service.pathway.evaluate import CompletionState, evaluate, history, percent
from graph_service.pathway.explain import explain
from graph_service.pathway.facts import Award, Endorsement, Facts, by_target
from graph_service.pathway.guards import counts
from graph_service.pathway.plan import Plan, compile_plan

TICKS = [Instant(f"2026-04-{1 + tick // 2:02}T{tick % 2 * 12:02}:00:00Z") for tick in range(8)]  # two a day
BADGES = [Iri(f"https://a.example/{name}") for name in "abcd"]
PROFILES = [Iri(f"https://{name}.example") for name in ("board", "head", "university")]


patient = settings(deadline=None)  # the slow reading is slow

# random pathways and facts

instants = st.sampled_from(TICKS)
spans = st.builds(Span, instants, st.sampled_from([Instant("2027-01-01T00:00:00Z"), *TICKS]))
versions = st.sampled_from([1, 1, 2, None])
profiles = st.frozensets(st.sampled_from(PROFILES), min_size=1)


@st.composite
def endorsed_by(draw: st.DrawFn) -> EndorsedBy:
    named = draw(profiles)
    return EndorsedBy(
        profiles=named,
        kinds=draw(st.frozensets(st.sampled_from(Kind), min_size=1)),
        on=draw(st.sampled_from(TargetType)),
        min_count=draw(st.integers(1, len(named))),
        when=draw(st.sampled_from(When)),
        versions=draw(st.sampled_from(Versions)),
    )


guards = st.builds(Guards, valid_at=st.sampled_from(ValidAt)) | st.builds(
    Guards,
    issued_by=st.none() | profiles,
    endorsed_by=st.lists(endorsed_by(), max_size=2).map(tuple),
    valid_at=st.sampled_from(ValidAt),
)
names = st.none() | st.just(LanguageMap({"ja": "名", "en": "name"}))


@st.composite
def definitions(draw: st.DrawFn, conditions: st.SearchStrategy[Guards] = guards) -> Definition:
    """Leaves, then groups over anything before them; only what the last one reaches is kept."""
    targets = st.lists(st.sampled_from(BADGES), min_size=1, max_size=3, unique=True).map(tuple)
    nodes: list[Node] = [
        Leaf(f"leaf{i}", draw(targets), draw(conditions), draw(st.sampled_from([1, 1, 1, 2])), draw(names))
        for i in range(draw(st.integers(1, 5)))
    ]
    for i in range(draw(st.integers(0, 5))):
        parts = draw(st.lists(st.sampled_from([node.id for node in nodes]), min_size=1, max_size=4, unique=True))
        nodes.append(AtLeast(f"group{i}", draw(st.integers(1, len(parts))), tuple(parts), draw(names)))
    return Definition(reached(nodes), nodes[-1].id)


def reached(nodes: list[Node]) -> tuple[Node, ...]:
    wanted = {nodes[-1].id}
    for node in reversed(nodes):
        if node.id in wanted and isinstance(node, AtLeast):
            wanted.update(node.parts)
    return tuple(node for node in nodes if node.id in wanted)


@st.composite
def endorsements(draw: st.DrawFn, targets: Sequence[Iri]) -> Endorsement:
    return Endorsement(
        id=Iri(f"urn:endorsement:{draw(st.integers(0, 99))}"),
        kind=draw(st.sampled_from(Kind)),
        endorser=draw(st.sampled_from(PROFILES)),
        target=draw(st.sampled_from(targets)),
        span=draw(spans),
        number=draw(versions),
    )


@st.composite
def awards(draw: st.DrawFn) -> Award:
    id_ = Iri(f"urn:award:{draw(st.integers(0, 99))}")
    return Award(
        id=id_,
        achievement=draw(st.sampled_from(BADGES)),
        issuer=draw(st.sampled_from(PROFILES)),
        awarded_at=draw(instants),
        span=draw(spans),
        number=draw(versions),
        endorsements=tuple(draw(st.lists(endorsements([id_]), max_size=2, unique_by=identity))),
    )


def identity(fact: Award | Endorsement) -> Iri:
    return fact.id


facts = st.builds(
    Facts,
    st.lists(awards(), max_size=8, unique_by=identity).map(tuple),
    st.lists(endorsements([*BADGES, *PROFILES]), max_size=10, unique_by=identity).map(by_target),
)


# the slow reading


def slow_counts(leaf: Leaf, award: Award, known: Facts, at: Instant) -> bool:
    if award.achievement not in leaf.targets or award.awarded_at > at or award.span.since > at:
        return False
    began = max(award.awarded_at, award.span.since)
    if not award.span.holds(began if leaf.guards.valid_at is ValidAt.AT_AWARD else at):
        return False
    if leaf.guards.issued_by is not None and award.issuer not in leaf.guards.issued_by:
        return False
    return all(slow_endorsed(guard, award, known, at) for guard in leaf.guards.endorsed_by)


def slow_endorsed(guard: EndorsedBy, award: Award, known: Facts, at: Instant) -> bool:
    every = [e for found in known.endorsements.values() for e in found] + list(award.endorsements)
    target = {"ACHIEVEMENT": award.achievement, "PROFILE": award.issuer, "AWARD": award.id}[guard.on.name]
    speaking = set()
    for e in every:
        moment = at if guard.when is When.NOW else award.awarded_at
        version_fits = guard.versions is Versions.ANY or e.number == award.number or guard.on.name != "ACHIEVEMENT"
        if e.target == target and e.kind in guard.kinds and e.span.holds(moment) and version_fits:
            speaking.add(e.endorser)
    return len(speaking & guard.profiles) >= guard.min_count


def slow_leaf(leaf: Leaf, known: Facts, at: Instant) -> bool:
    days = {award.awarded_at[:10] for award in known.awards if slow_counts(leaf, award, known, at)}
    return len(days) >= leaf.times


def slow_value(definition: Definition, node_id: str | None, leaves: set[str]) -> Fraction:
    node = next(node for node in definition.nodes if node.id == node_id)
    if isinstance(node, Leaf):
        return Fraction(node.id in leaves)
    values = [slow_value(definition, part, leaves) for part in node.parts]
    return max(sum(chosen, Fraction(0)) / node.count for chosen in combinations(values, node.count))


def slow_satisfied(definition: Definition, node_id: str | None, leaves: set[str]) -> bool:
    node = next(node for node in definition.nodes if node.id == node_id)
    if isinstance(node, Leaf):
        return node.id in leaves
    return sum(slow_satisfied(definition, part, leaves) for part in node.parts) >= node.count


def slow_story(definition: Definition, known: Facts) -> dict[Instant, set[str]]:
    """The leaves that hold at every tick; under AT_COMPLETION those too that held when the root did."""
    kept: set[str] = set()
    story = {}
    leaves = [node for node in definition.nodes if isinstance(node, Leaf)]
    for tick in TICKS:
        holding = {leaf.id for leaf in leaves if slow_leaf(leaf, known, tick)} | kept
        story[tick] = holding
        if slow_satisfied(definition, definition.root, holding):
            kept |= {leaf.id for leaf in leaves if leaf.guards.valid_at is ValidAt.AT_COMPLETION} & holding
    return story


def compiled(definition: Definition) -> Plan:
    assert rules.check(definition, achievements=definition.targets, profiles=definition.profiles) == ()
    return compile_plan(definition, "digest")


# what must be so


@patient
@given(definitions(), facts, instants)
def test_every_node_has_the_value_of_the_slow_reading(definition: Definition, known: Facts, at: Instant) -> None:
    plan = compiled(definition)
    completion = evaluate(plan, known, at)
    holding = slow_story(definition, known)[at]
    assert {node.id: completion.value(i) for i, node in enumerate(plan.nodes)} == {
        node.id: slow_value(definition, node.id, holding) for node in plan.nodes
    }


@patient
@given(definitions(), facts, instants)
def test_progress_is_one_exactly_when_complete(definition: Definition, known: Facts, at: Instant) -> None:
    completion = evaluate(compiled(definition), known, at)
    satisfied = slow_satisfied(definition, definition.root, slow_story(definition, known)[at])
    assert (completion.progress == 1) is satisfied
    assert (completion.state is CompletionState.COMPLETE) is satisfied
    assert (percent(completion.progress) == 100) is satisfied


@patient
@given(definitions(), facts, instants)
def test_ever_complete_is_the_first_tick_at_which_it_was(definition: Definition, known: Facts, at: Instant) -> None:
    plan = compiled(definition)
    complete = [t for t in TICKS if t <= at and evaluate(plan, known, t).state is CompletionState.COMPLETE]
    found = history(plan, known, at)
    assert found.ever_complete == (complete[0] if complete else None)
    assert found.currently_complete is (at in complete)


@patient
@given(definitions(), facts, instants, awards(), endorsements([*BADGES, *PROFILES]))
def test_more_facts_never_lower_anything(
    definition: Definition, known: Facts, at: Instant, award: Award, endorsement: Endorsement
) -> None:
    plan = compiled(definition)
    before = evaluate(plan, known, at)
    for more in (known.supposing(awards=[award]), known.supposing(endorsements=[endorsement])):
        after = evaluate(plan, more, at)
        assert all(after.value(i) >= before.value(i) for i in range(len(plan.nodes)))
        first = history(plan, known, at).ever_complete
        assert first is None or (history(plan, more, at).ever_complete or "9") <= first


@patient
@given(definitions(), facts, instants, st.randoms(use_true_random=False))
def test_order_changes_neither_value_nor_proof(
    definition: Definition, known: Facts, at: Instant, chance: Random
) -> None:
    def shuffled(items: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(chance.sample(items, len(items)))

    one, other = compiled(definition), compiled(Definition(shuffled(definition.nodes), definition.root))
    unordered = Facts(shuffled(known.awards), {t: shuffled(found) for t, found in known.endorsements.items()})
    proofs = [
        {proved.node.id: proved for proved in explain(plan, given_facts, evaluate(plan, given_facts, at)).nodes}
        for plan, given_facts in ((one, known), (other, unordered))
    ]
    assert proofs[0] == proofs[1]


@patient
@given(definitions(st.just(Guards())), facts, instants)
def test_all_of_single_leaves_is_done_out_of_total(definition: Definition, known: Facts, at: Instant) -> None:
    leaves = [node for node in definition.nodes if isinstance(node, Leaf)]
    plan = compiled(Definition((*leaves, AtLeast("all", len(leaves), tuple(leaf.id for leaf in leaves))), "all"))
    done = sum(slow_leaf(leaf, known, at) for leaf in leaves)
    assert evaluate(plan, known, at).progress == Fraction(done, len(leaves))


@patient
@given(definitions(), facts, instants)
def test_a_proof_bears_out_what_was_evaluated(definition: Definition, known: Facts, at: Instant) -> None:
    plan = compiled(definition)
    completion = evaluate(plan, known, at)
    by_id = {award.id: award for award in known.awards}
    for proved in explain(plan, known, completion).nodes:
        assert proved.complete is (proved.missing == 0) is (proved.progress == 1)
        if isinstance(proved.node, Leaf):
            assert bool(proved.reasons) is not proved.complete
            moment = proved.remembered or at
            used = [by_id[witness.award] for witness in proved.witnesses]
            assert all(counts(proved.node, award, known, moment) for award in used)
            assert len({award.day for award in used}) == len(used) == proved.held


@patient
@given(definitions())
def test_json_is_read_back_equal(definition: Definition) -> None:
    assert parse(json.loads(json.dumps(to_json(definition)))) == definition
