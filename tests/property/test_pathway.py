"""The engine against a slow reading of the rules (`tests/brute_force.py`), on random pathways, facts and instants.

Pathways and facts are made as plain JSON: the slow reading takes them as they are. Time is a few ticks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Credits, Definition, Leaf
from graph_service.domain.pathway_json import parse, to_json
from graph_service.domain.time import Instant
from graph_service.pathway import rules
from graph_service.pathway.evaluate import Completion, CompletionState, evaluate, history, percent
from graph_service.pathway.explain import explain
from graph_service.pathway.guards import counts
from graph_service.pathway.plan import Plan, compile_plan
from tests import brute_force
from tests.unit.pathway.building import award_of, endorsement_of, facts_of

Json = dict[str, Any]

TICKS = [f"2026-04-{1 + tick // 2:02}T{tick % 2 * 12:02}:00:00Z" for tick in range(8)]  # two a day
NEVER = "9999-12-31T23:59:59Z"
BADGES = [f"https://a.example/{name}" for name in "abcd"]
PROFILES = [f"https://{name}.example" for name in ("board", "head", "university")]
UNIT = "ECTS"

patient = settings(deadline=None)  # the slow reading is slow


class Stack(NamedTuple):
    """A pathway and the versions that it rests on, as JSON."""

    definition: Json
    versions: Mapping[str, Json]

    def referenced(self) -> dict[Iri, Definition]:
        return {Iri(version): parse(each) for version, each in self.versions.items()}

    def plan(self) -> Plan:
        definition, referenced = parse(self.definition), self.referenced()
        known = {"achievements": definition.targets, "profiles": definition.profiles}
        assert rules.check(definition, **known, referenced=referenced) == ()
        return compile_plan(definition, "digest", referenced)


# random pathways: what is common stands several times, so that enough of them hold

instants = st.sampled_from(TICKS)
asked_at = st.sampled_from([*TICKS, *[TICKS[-1]] * 8])
numbers = st.sampled_from([1, 1, 1, 2, None])
profiles = st.lists(st.sampled_from(PROFILES), min_size=1, unique=True)


@st.composite
def endorsed_by(draw: st.DrawFn) -> Json:
    named = draw(profiles)
    optional = {
        "kinds": st.lists(st.sampled_from(["ENDORSE", "RECOMMEND"]), min_size=1, unique=True),
        "on": st.sampled_from(["ACHIEVEMENT", "PROFILE", "AWARD"]),
        "minCount": st.integers(1, len(named)),
        "when": st.sampled_from(["NOW", "AT_AWARD"]),
        "versions": st.sampled_from(["SAME", "ANY"]),
        "standings": st.lists(st.sampled_from(["OWN", "FOREIGN"]), min_size=1, unique=True),
    }
    return {"profiles": named, **draw(st.fixed_dictionaries({}, optional=optional))}


windows = st.one_of(
    st.fixed_dictionaries({"since": instants}),
    st.fixed_dictionaries({"until": instants}),
    st.lists(instants, min_size=2, max_size=2, unique=True).map(
        lambda ends: dict(zip(("since", "until"), sorted(ends), strict=True))
    ),
)
valid_at = st.sampled_from(["NOW", "AT_AWARD", "AT_COMPLETION"])
guards = st.one_of(
    st.fixed_dictionaries({"validAt": valid_at}),
    st.fixed_dictionaries({"validAt": valid_at}),
    st.fixed_dictionaries({"validAt": valid_at, "awardedBetween": windows}),
    st.fixed_dictionaries({"endorsedBy": st.lists(endorsed_by(), min_size=1, max_size=1)}),
    st.fixed_dictionaries(
        {},
        optional={
            "issuedBy": profiles,
            "endorsedBy": st.lists(endorsed_by(), max_size=2),
            "validAt": valid_at,
            "awardedBetween": windows,
        },
    ),
)
amounts = st.sampled_from(["0.1", "0.2", "0.3", "1", "1.5", "2.50", "0.000001"])
leaves = st.fixed_dictionaries(
    {"kind": st.just("LEAF"), "targets": st.lists(st.sampled_from(BADGES), min_size=1, max_size=3, unique=True)},
    optional={
        "guards": guards,
        "times": st.sampled_from([1, 1, 1, 2]),
        "name": st.just({"ja": "名", "en": "name"}),
        "credits": st.fixed_dictionaries({UNIT: amounts}, optional={"時間": amounts}),
    },
)


def identity(node: Json) -> str:
    return str(node["id"])


@st.composite
def groups(draw: st.DrawFn, before: Sequence[Json]) -> Json:
    """A group over some of what stands before it."""

    def some(nodes: Sequence[Json]) -> list[Json]:
        few = min(len(nodes), 3)
        return draw(st.lists(st.sampled_from(nodes), min_size=few, max_size=4, unique_by=identity))

    worth = [node for node in before if UNIT in node.get("credits", {})]
    if worth and draw(st.integers(0, 2)) == 0:
        parts = some(worth)
        most = sum(Decimal(part["credits"][UNIT]) for part in parts)
        threshold = draw(st.sampled_from([most, Decimal(parts[0]["credits"][UNIT]), min(most, Decimal("0.3"))]))
        made: Json = {"kind": "CREDITS", "unit": UNIT, "threshold": format(threshold, "f")}
    else:
        parts = some(before)
        kind = draw(st.sampled_from(["ALL", "ANY", "AT_LEAST"]))
        made = {"kind": kind, **({"count": draw(st.integers(1, len(parts)))} if kind == "AT_LEAST" else {})}
    return {**made, "parts": [part["id"] for part in parts]}


@st.composite
def definitions(draw: st.DrawFn, versions: Sequence[str] = (), leaves: st.SearchStrategy[Json] = leaves) -> Json:
    """Leaves and references, then groups over anything before them; only what the last one reaches is kept."""
    nodes = [{"id": f"leaf{i}", **draw(leaves)} for i in range(draw(st.sampled_from([1, 2, 3, 4, 5])))]
    named = draw(st.lists(st.sampled_from(versions), min_size=1, max_size=3)) if versions else []
    nodes += [{"id": f"ref{i}", "kind": "REF", "pathwayVersion": version} for i, version in enumerate(named)]
    for i in range(draw(st.sampled_from([0, 1, 2, 3, 4]))):
        nodes.append({"id": f"group{i}", **draw(groups(nodes))})
    return {"root": nodes[-1]["id"], "nodes": reached(nodes)}


def reached(nodes: list[Json]) -> list[Json]:
    wanted = {nodes[-1]["id"]}
    for node in reversed(nodes):
        if node["id"] in wanted:
            wanted.update(node.get("parts", ()))
    return [node for node in nodes if node["id"] in wanted]


@st.composite
def stacks(draw: st.DrawFn, leaves: st.SearchStrategy[Json] = leaves, least: int = 0) -> Stack:
    """A pathway over up to three versions, each of which may rest on those before it."""
    versions: dict[str, Json] = {}
    for i in range(draw(st.sampled_from(range(least, 4)))):
        versions[f"https://a.example/pathways/{i}/versions/1"] = draw(definitions(list(versions), leaves))
    definition = draw(definitions(list(versions), leaves))
    return Stack(definition, {version: versions[version] for version in rested_on(definition, versions)})


def rested_on(definition: Json, versions: Mapping[str, Json]) -> set[str]:
    direct = {node["pathwayVersion"] for node in definition["nodes"] if node["kind"] == "REF"}
    return direct.union(*(rested_on(versions[version], versions) for version in direct))


# random facts

spans = st.fixed_dictionaries(
    {"since": st.sampled_from([*[TICKS[0]] * 8, *TICKS]), "until": st.sampled_from([*[NEVER] * 8, *TICKS])}
)


@st.composite
def endorsements(draw: st.DrawFn, targets: Sequence[str]) -> Json:
    return {
        "id": f"urn:endorsement:{draw(st.integers(0, 99))}",
        "kind": draw(st.sampled_from(["ENDORSE", "ENDORSE", "RECOMMEND"])),
        "standing": draw(st.sampled_from(["OWN", "OWN", "OWN", "FOREIGN", "ATTESTED"])),
        "endorser": draw(st.sampled_from(PROFILES)),
        "target": draw(st.sampled_from(targets)),
        "number": draw(numbers),
        **draw(spans),
    }


@st.composite
def awards(draw: st.DrawFn) -> Json:
    id_ = f"urn:award:{draw(st.integers(0, 99))}"
    return {
        "id": id_,
        "achievement": draw(st.sampled_from(BADGES)),
        "issuer": draw(st.sampled_from(PROFILES)),
        "awardedAt": draw(instants),
        "number": draw(numbers),
        "endorsements": draw(st.lists(endorsements([id_]), max_size=2, unique_by=identity)),
        **draw(spans),
    }


shared = endorsements([*BADGES, *PROFILES])
facts = st.fixed_dictionaries(
    {
        "awards": st.lists(awards(), min_size=2, max_size=8, unique_by=identity),
        "endorsements": st.lists(shared, min_size=2, max_size=10, unique_by=identity),
    }
)


def completed(stack: Stack, known: Json, at: str) -> Completion:
    return evaluate(stack.plan(), facts_of(known), Instant(at))


def verdicts(completion: Completion) -> dict[str, brute_force.Verdict]:
    return {
        node.id: brute_force.Verdict(completion.holds(number), completion.value(number))
        for number, node in enumerate(completion.plan.nodes)
    }


# what must be so


@settings(patient, max_examples=200)
@given(stacks(), facts, asked_at)
def test_every_node_is_what_the_slow_reading_says(stack: Stack, known: Json, at: str) -> None:
    expected = brute_force.judge(stack.definition, known, at, stack.versions)
    completion = completed(stack, known, at)
    assert verdicts(completion) == expected
    complete = expected[stack.definition["root"]].held
    assert (completion.state is CompletionState.COMPLETE) is complete
    assert (completion.progress == 1) is (percent(completion.progress) == 100) is complete


brief_leaves = st.builds(
    lambda badge, mode: {"kind": "LEAF", "targets": [badge], "guards": {"validAt": mode}},
    st.sampled_from(BADGES),
    st.sampled_from(["NOW", "AT_COMPLETION", "AT_COMPLETION"]),
)


@st.composite
def brief_awards(draw: st.DrawFn) -> Json:
    """An award that lapses soon."""
    begun = draw(st.integers(0, len(TICKS) - 2))
    ended = draw(st.integers(begun + 1, min(begun + 3, len(TICKS) - 1)))
    return {**draw(awards()), "awardedAt": TICKS[begun], "since": TICKS[begun], "until": TICKS[ended]}


@settings(patient, max_examples=200)
@given(stacks(brief_leaves, least=1), st.lists(brief_awards(), min_size=5, max_size=8, unique_by=identity), asked_at)
def test_what_is_remembered_is_what_the_slow_reading_remembers(stack: Stack, held: list[Json], at: str) -> None:
    known = {"awards": held, "endorsements": []}
    expected = brute_force.judge(stack.definition, known, at, stack.versions)
    assert verdicts(completed(stack, known, at)) == expected


@patient
@given(stacks(), facts, asked_at)
def test_ever_complete_is_the_first_instant_at_which_it_was(stack: Stack, known: Json, at: str) -> None:
    found = history(stack.plan(), facts_of(known), Instant(at))
    assert found.ever_complete == brute_force.first_complete(stack.definition, known, at, stack.versions)
    assert found.currently_complete is (completed(stack, known, at).state is CompletionState.COMPLETE)


@patient
@given(stacks(), facts, asked_at)
def test_what_is_referenced_is_as_complete_as_it_is_alone(stack: Stack, known: Json, at: str) -> None:
    found = verdicts(completed(stack, known, at))
    for version, definition in stack.versions.items():
        below = {each: stack.versions[each] for each in rested_on(definition, stack.versions)}
        alone = verdicts(completed(Stack(definition, below), known, at))
        for id_, verdict in alone.items():
            assert found[id_ if "#" in id_ else f"{version}#{id_}"] == verdict


@patient
@given(stacks(), facts, asked_at, awards(), shared)
def test_more_facts_never_lower_anything(stack: Stack, known: Json, at: str, award: Json, endorsement: Json) -> None:
    plan, few, instant = stack.plan(), facts_of(known), Instant(at)
    before, first = evaluate(plan, few, instant), history(plan, few, instant).ever_complete
    for more in (
        few.supposing(awards=[award_of(award)]),
        few.supposing(endorsements=[endorsement_of(endorsement)]),
    ):
        after = evaluate(plan, more, instant)
        assert all(after.value(i) >= before.value(i) for i in range(len(plan.nodes)))
        assert first is None or (history(plan, more, instant).ever_complete or "9") <= first


@patient
@given(stacks(), facts, asked_at, st.randoms(use_true_random=False))
def test_order_changes_neither_value_nor_proof(stack: Stack, known: Json, at: str, chance: Random) -> None:
    def shuffled(items: list[Any]) -> list[Any]:
        return chance.sample(items, len(items))

    def turned(definition: Json) -> Json:
        return {**definition, "nodes": shuffled(definition["nodes"])}

    versions = {version: turned(stack.versions[version]) for version in shuffled(list(stack.versions))}
    other = Stack(turned(stack.definition), versions), {name: shuffled(each) for name, each in known.items()}
    proofs = [
        {node.node.id: node for node in explain(plan, found, evaluate(plan, found, Instant(at))).nodes}
        for plan, found in ((each.plan(), facts_of(given)) for each, given in ((stack, known), other))
    ]
    assert proofs[0] == proofs[1]


@patient
@given(definitions(leaves=leaves.map(lambda leaf: {**leaf, "guards": {}})), facts, asked_at)
def test_all_of_single_leaves_is_done_out_of_total(definition: Json, known: Json, at: str) -> None:
    singles = [node for node in definition["nodes"] if node["kind"] == "LEAF"]
    root = {"id": "all", "kind": "ALL", "parts": [leaf["id"] for leaf in singles]}
    stack = Stack({"root": "all", "nodes": [*singles, root]}, {})
    expected = brute_force.judge(stack.definition, known, at)
    done = sum(expected[leaf["id"]].held for leaf in singles)
    assert completed(stack, known, at).progress == Fraction(done, len(singles))


@patient
@given(stacks(), facts, asked_at)
def test_a_proof_bears_out_what_was_evaluated(stack: Stack, known: Json, at: str) -> None:
    plan, found = stack.plan(), facts_of(known)
    by_id = {award.id: award for award in found.awards}
    proved = {node.node.id: node for node in explain(plan, found, evaluate(plan, found, Instant(at))).nodes}
    for node in proved.values():
        assert node.complete is (node.missing == 0) is (node.progress == 1)
        match node.node:
            case Leaf():
                assert bool(node.reasons) is not node.complete
                moment = node.remembered or Instant(at)
                used = [by_id[witness.award] for witness in node.witnesses]
                assert all(counts(node.node, award, found, moment) for award in used)
                assert len({award.day for award in used}) == len(used) == node.held
            case Credits():
                worth = {part: Decimal(proved[part].node.credits[UNIT]) for part in node.parts}
                earned = sum(Fraction(amount) for part, amount in worth.items() if proved[part].complete)
                assert node.balance is not None
                assert node.balance.earned == earned
                assert node.balance.missing == max(0, Fraction(node.balance.required) - earned)
                assert node.held == sum(proved[part].complete for part in node.parts)
            case _:
                assert node.held == sum(proved[part].complete for part in node.parts)


@patient
@given(stacks())
def test_json_is_read_back_equal(stack: Stack) -> None:
    definition = parse(stack.definition)
    written = json.loads(json.dumps(to_json(definition)))
    assert parse(written) == definition
    for given_node, node in zip(stack.definition["nodes"], written["nodes"], strict=True):
        asked = {name: each for name, each in given_node.items() if name in ("credits", "threshold", "pathwayVersion")}
        assert asked.items() <= node.items()
