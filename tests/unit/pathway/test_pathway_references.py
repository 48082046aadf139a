"""One pathway that rests on published versions of others."""

from __future__ import annotations

from fractions import Fraction

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import AtLeast, Definition, Leaf, Node, Ref, ValidAt
from graph_service.domain.pathway_json import parse, to_json
from graph_service.errors import InvalidInput, Path
from graph_service.pathway import rules
from graph_service.pathway.evaluate import CompletionState, History, evaluate, history
from graph_service.pathway.explain import ProofNode, explain
from graph_service.pathway.facts import Facts
from graph_service.pathway.plan import Definitions, Plan
from tests.unit.pathway.building import (
    BOARD,
    all_of,
    any_of,
    award,
    badge,
    day,
    definition,
    ects,
    endorsed,
    facts,
    leaf,
    plan,
    ref,
    version,
)

TODAY = day("2026-11-21")
PAIR = definition(leaf("a"), leaf("b"), all_of("both", "a", "b"))


def held(*names: str) -> Facts:
    return facts(*(award(name) for name in names))


def progress(compiled: Plan, *names: str) -> Fraction:
    return evaluate(compiled, held(*names), TODAY).progress


# evaluation


def test_a_reference_is_as_complete_as_the_version() -> None:
    compiled = plan(ref("pair"), leaf("c"), all_of("r", "pair", "c"), referenced={version("pair"): PAIR})
    assert [progress(compiled, *names) for names in ("a", "ab", "abc")] == [Fraction(1, 4), Fraction(1, 2), 1]


@pytest.mark.parametrize("below", [PAIR, definition(leaf("a")), definition(leaf("a", ECTS="1"), ects("s", "1", "a"))])
def test_a_reference_may_be_the_root(below: Definition) -> None:
    compiled = plan(ref("other"), referenced={version("other"): below})
    assert evaluate(compiled, held("a", "b"), TODAY).state is CompletionState.COMPLETE
    assert evaluate(compiled, held("b"), TODAY).state is CompletionState.NOT


def test_what_is_shared_through_two_ways_stands_in_the_plan_once() -> None:
    over = definition(ref("pair"), leaf("c"), all_of("x", "pair", "c"))
    referenced = {version("over"): over, version("pair"): PAIR}
    compiled = plan(
        ref("over"), ref("pair"), ref("pair", "again"), all_of("r", "over", "pair", "again"), referenced=referenced
    )
    assert sorted(node.id for node in compiled.nodes) == sorted(
        [
            *("r", "over", "pair", "again"),
            *(f"{version('over')}#{id_}" for id_ in ("pair", "c", "x")),
            *(f"{version('pair')}#{id_}" for id_ in ("a", "b", "both")),
        ]
    )
    assert progress(compiled, "a", "b") == Fraction(5, 6)  # (1/2 + 1 + 1) / 3


def test_one_name_in_two_versions_is_two_nodes() -> None:
    other = definition(leaf("a", "z"), all_of("both", "a"))
    compiled = plan(
        leaf("a"), ref("pair"), ref("other"), all_of("both", "a", "pair", "other"),
        referenced={version("pair"): PAIR, version("other"): other},
    )  # fmt: skip
    assert progress(compiled, "z") == Fraction(1, 3)
    assert progress(compiled, "a", "b", "z") == 1


def test_a_plan_needs_the_facts_of_all_that_it_rests_on() -> None:
    below = definition(leaf("x", endorsed_by=[endorsed()]))
    compiled = plan(ref("below"), leaf("a"), all_of("r", "below", "a"), referenced={version("below"): below})
    assert (compiled.achievements, compiled.endorsers) == ({badge("x"), badge("a")}, {BOARD})


def test_a_diamond_of_references_is_compiled_and_counted_once() -> None:
    referenced: dict[Iri, Definition] = {version("l0"): definition(leaf("a")), version("r0"): definition(leaf("b"))}
    for step in range(1, 8):
        for side in "lr":
            below = [ref(f"{each}{step - 1}") for each in "lr"]
            referenced[version(f"{side}{step}")] = definition(*below, all_of("all", *(node.id for node in below)))
    compiled = plan(ref("l7"), ref("r7"), all_of("r", "l7", "r7"), referenced=referenced)
    assert len(compiled.nodes) == 3 + 7 * 2 * 3 + 2
    assert (progress(compiled, "a"), progress(compiled, "a", "b")) == (Fraction(1, 2), 1)


# AT_COMPLETION keeps its meaning


def test_a_leaf_counts_on_from_when_its_own_version_was_complete() -> None:
    below = definition(leaf("a", valid_at=ValidAt.AT_COMPLETION))
    compiled = plan(ref("below"), leaf("b"), all_of("r", "below", "b"), referenced={version("below"): below})
    known = facts(award("a", "2026-04-01", until="2026-05-01"), award("b", "2026-06-01"))
    completion = evaluate(compiled, known, TODAY)
    assert completion.state is CompletionState.COMPLETE  # "below" was complete in April, and is so for good
    assert history(compiled, known, TODAY) == History(day("2026-06-01"), currently_complete=True)


def test_a_leaf_is_not_kept_by_the_completion_of_what_refers_to_it() -> None:
    below = definition(leaf("a", valid_at=ValidAt.AT_COMPLETION), leaf("b"), all_of("x", "a", "b"))
    compiled = plan(ref("below"), leaf("c"), any_of("r", "below", "c"), referenced={version("below"): below})
    known = facts(award("a", "2026-04-01", until="2026-05-01"), award("c", "2026-04-01"), award("b", "2026-06-01"))
    completion = evaluate(compiled, known, TODAY)
    values = {node.id: completion.value(number) for number, node in enumerate(compiled.nodes)}
    assert (values["r"], values["below"], values[f"{version('below')}#a"]) == (1, Fraction(1, 2), 0)


# proof


def proofs(compiled: Plan, *names: str) -> dict[str, ProofNode]:
    known = held(*names)
    return {node.node.id: node for node in explain(compiled, known, evaluate(compiled, known, TODAY)).nodes}


def test_the_proof_goes_down_into_the_version() -> None:
    found = proofs(plan(ref("pair"), referenced={version("pair"): PAIR}), "a")
    reference, below = found["pair"], found[f"{version('pair')}#both"]
    assert isinstance(reference.node, Ref)
    assert (reference.parts, reference.required, reference.held, reference.missing) == ((below.node.id,), 1, 0, 1)
    assert (reference.progress, reference.complete) == (Fraction(1, 2), False)
    assert below.parts == tuple(f"{version('pair')}#{id_}" for id_ in "ab")
    assert [reason.code for reason in found[f"{version('pair')}#b"].reasons] == ["NOT_HELD"]


# JSON


def test_a_reference_is_read_back_equal() -> None:
    node = {"id": "r", "kind": "REF", "pathwayVersion": version("pair"), "name": {"ja": "基礎"}}
    read = parse({"root": "r", "nodes": [node]})
    assert read.references == {version("pair")}
    assert to_json(read)["nodes"] == [node]
    with pytest.raises(InvalidInput) as refused:
        parse(
            {
                "nodes": [
                    {"id": "a", "kind": "REF", "acceptUnissued": 1},
                    {"id": "b", "kind": "REF", "pathwayVersion": "x"},
                ]
            }
        )
    assert [(p.code, p.path) for p in refused.value.problems] == [
        ("WRONG_TYPE", ("nodes", 0, "acceptUnissued")),
        ("INVALID_IRI", ("nodes", 1, "pathwayVersion")),
    ]


# rules


def found(*nodes: Node, referenced: Definitions) -> list[tuple[str, Path]]:
    given = definition(*nodes)
    known = {"achievements": given.targets, "profiles": given.profiles}
    return [(p.code, p.path) for p in rules.check(given, **known, referenced=referenced)]


def test_what_is_referenced_must_be_published() -> None:
    nodes = (ref("pair"), ref("draft"), all_of("r", "pair", "draft"))
    assert found(*nodes, referenced={version("pair"): PAIR}) == [
        ("UNKNOWN_PATHWAY_VERSION", ("nodes", 1, "pathwayVersion"))
    ]


def test_one_version_may_be_referenced_twice() -> None:
    nodes = (ref("pair"), ref("pair", "again"), all_of("r", "pair", "again"))
    assert found(*nodes, referenced={version("pair"): PAIR}) == []


def tower(height: int) -> dict[Iri, Definition]:
    """Versions `v1`, the lowest, up to `v<height>`, each of which refers to the one below."""
    upper = {version(f"v{step}"): definition(ref(f"v{step - 1}")) for step in range(2, height + 1)}
    return {version("v1"): definition(leaf("a")), **upper}


def test_references_lead_through_eight_versions_at_most() -> None:
    assert found(ref("v8"), referenced=tower(8)) == []
    nodes = (ref("v1"), ref("v9"), all_of("r", "v1", "v9"))
    assert found(*nodes, referenced=tower(9)) == [("REFERENCES_TOO_DEEP", ("nodes", 1, "pathwayVersion"))]


def ladder(depth: int) -> tuple[Node, ...]:
    return (leaf("0"), *(any_of(str(step), str(step - 1)) for step in range(1, depth)))


def test_depth_is_limited_over_everything() -> None:
    nodes = (ref("ladder"), all_of("r", "ladder"))
    assert found(*nodes, referenced={version("ladder"): definition(*ladder(62))}) == []
    assert found(*nodes, referenced={version("ladder"): definition(*ladder(63))}) == [("TOO_DEEP", ("nodes",))]


def test_the_number_of_nodes_is_limited_over_everything() -> None:
    def wide(name: str, nodes: int) -> dict[Iri, Definition]:
        leaves: list[Leaf] = [leaf(f"n{number}", "badge") for number in range(nodes - 1)]
        return {version(name): definition(*leaves, AtLeast("r", 1, tuple(node.id for node in leaves)))}

    nodes = (ref("x"), ref("y"), ref("x", "again"), all_of("r", "x", "y", "again"))
    assert found(*nodes, referenced=wide("x", 4_000) | wide("y", 996)) == []
    assert found(*nodes, referenced=wide("x", 4_000) | wide("y", 997)) == [("TOO_MANY_NODES", ("nodes",))]


def test_a_problem_of_the_draft_is_told_beside_those_of_its_references() -> None:
    nodes = (leaf("lost"), ref("draft"), all_of("r", "draft", "ghost"))
    assert found(*nodes, referenced={}) == [
        ("DANGLING_PART", ("nodes", 2, "parts", 1)),
        ("UNKNOWN_PATHWAY_VERSION", ("nodes", 1, "pathwayVersion")),
        ("UNREACHABLE", ("nodes", 0)),
    ]
