"""What forbids publishing references, outputs, guards and trust: whatever names something beyond the definition."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from decimal import Decimal

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Definition, Guards, Leaf, Level, Node, Output, Ref, VersionRange
from graph_service.errors import Path, Problem
from graph_service.pathway import rules
from tests.unit.pathway.building import (
    BOARD,
    UNIVERSITY,
    all_of,
    badge,
    definition,
    ects,
    endorsed,
    leaf,
    profile,
    ref,
    version,
)

UUID = Iri("urn:uuid:0b2f1f1c-6f4f-4c39-9a43-7d8f7a4d1f00")
OTHER = badge("other")


def check(given: Definition, **more: object) -> tuple[Problem, ...]:
    known = {"achievements": given.targets, "profiles": given.profiles}
    return rules.check(given, **{**known, **more})  # type: ignore[arg-type]


def found(*nodes: Node, **more: object) -> list[tuple[str, Path]]:
    return [(p.code, p.path) for p in check(definition(*nodes), **more)]


# credits that one leaf brings at most


def test_what_counts_of_one_leaf_is_more_than_nothing() -> None:
    capped = replace(ects("r", "1", "a"), source_cap=Decimal(0))
    assert ("CREDITS_TOO_LOW", ("nodes", 1, "perSourceCap")) in found(leaf("a", ECTS="2"), capped)


@pytest.mark.parametrize(("cap", "reachable"), [("1.5", True), ("1.499999", False), ("9", True)])
def test_a_threshold_is_reachable_with_what_counts_of_each_leaf(cap: str, reachable: bool) -> None:
    nodes = (leaf("a", ECTS="2"), leaf("b", ECTS="2"), replace(ects("r", "3", "a", "b"), source_cap=Decimal(cap)))
    assert found(*nodes) == ([] if reachable else [("UNSATISFIABLE_CREDITS", ("nodes", 2, "threshold"))])


# guards


def guarded(**guards: object) -> Leaf:
    return Leaf("a", (badge("a"),), Guards(**guards))  # type: ignore[arg-type]


@pytest.mark.parametrize(("level", "place"), [(Level("", "A"), "result"), (Level("urn:r", " "), "atLeast")])
def test_a_level_says_of_what_and_how_high(level: Level, place: str) -> None:
    assert found(guarded(level=(level,))) == [("EMPTY_GUARD", ("nodes", 0, "guards", "level", 0, place))]
    assert found(guarded(level=(Level("urn:r", "A"),))) == []


@pytest.mark.parametrize("first", [None, 1, 2])
@pytest.mark.parametrize("last", [None, 2, 3])
def test_versions_may_be_bounded_on_either_side(first: int | None, last: int | None) -> None:
    assert found(guarded(version=VersionRange(first, last))) == []


def test_a_range_of_versions_is_not_empty() -> None:
    place = ("nodes", 0, "guards", "version")
    assert found(guarded(version=VersionRange(3, 2))) == [("VERSIONS_EMPTY", place)]
    assert found(guarded(version=VersionRange(0))) == [("COUNT_TOO_LOW", (*place, "from"))]
    assert found(guarded(version=VersionRange(last=0))) == [("COUNT_TOO_LOW", (*place, "to"))]


def test_accreditors_must_be_known_profiles() -> None:
    guard = endorsed(BOARD, accredited_by=frozenset({UNIVERSITY, profile("stranger")}))
    told = check(definition(leaf("a", endorsed_by=[guard])), profiles={BOARD, UNIVERSITY})
    assert [(p.code, p.path, p.values["id"]) for p in told] == [
        ("UNKNOWN_PROFILE", ("nodes", 0, "guards", "endorsedBy", 0, "accreditedBy"), profile("stranger"))
    ]


def test_nobody_need_accredit() -> None:
    assert found(leaf("a", endorsed_by=[endorsed()])) == []


def test_whose_claims_are_trusted_must_be_a_known_profile() -> None:
    given = replace(definition(leaf("a")), trusts=frozenset({UNIVERSITY, profile("stranger")}))
    told = check(given, profiles={UNIVERSITY})
    assert [(p.code, p.path, p.values["id"]) for p in told] == [("UNKNOWN_PROFILE", ("trusts",), profile("stranger"))]
    assert check(given) == ()


# a UUID says nothing of who meant it


def test_a_uuid_is_asked_for_from_somebody() -> None:
    anonymous = Leaf("a", (badge("a"), UUID))
    assert found(anonymous) == [("ISSUER_RULE_NEEDED", ("nodes", 0, "targets", 1))]
    assert found(replace(anonymous, guards=Guards(frozenset({BOARD})))) == []
    assert found(replace(anonymous, targets=(Iri(UUID.upper()),))) == [
        ("ISSUER_RULE_NEEDED", ("nodes", 0, "targets", 0))
    ]


def test_a_reference_to_a_uuid_has_no_issuer_rule() -> None:
    assert found(Ref("r", achievement=UUID)) == [("ISSUER_RULE_NEEDED", ("nodes", 0, "achievement"))]


# references


def test_a_reference_names_something() -> None:
    assert found(Ref("r")) == [("EMPTY_REF", ("nodes", 0))]
    assert found(Ref("r", accept_unissued=True)) == [("MISSING_MEMBER", ("nodes", 0))]


def test_a_reference_names_one_thing() -> None:
    stack = {version("v"): definition(leaf("a"))}
    assert found(Ref("r", version("v"), OTHER), referenced=stack) == [("REF_OF_TWO", ("nodes", 0))]
    assert found(Ref("r", version("v"), None, True), referenced=stack) == [("MISSING_MEMBER", ("nodes", 0))]
    assert found(ref("v"), referenced=stack) == []


def test_an_achievement_that_is_referred_to_must_be_known() -> None:
    assert found(Ref("r", achievement=OTHER)) == []
    assert found(Ref("r", achievement=OTHER), achievements=set()) == [("DANGLING_TARGET", ("nodes", 0, "achievement"))]


UNISSUED = Ref("r", achievement=OTHER, accept_unissued=True)


@pytest.mark.parametrize(
    ("stacks", "expected"),
    [
        (set(), [("UNKNOWN_STACK", ("nodes", 0, "achievement"))]),
        ({version("v")}, []),
        ({version("v"), version("w")}, [("AMBIGUOUS_STACK", ("nodes", 0, "achievement"))]),
    ],
)
def test_what_counts_unissued_is_the_output_of_one_pathway(stacks: Set[Iri], expected: list[tuple[str, Path]]) -> None:
    assert found(UNISSUED, stacks={OTHER: stacks}) == expected


@pytest.mark.parametrize("output", [None, Output(badge("a"))])
def test_a_version_that_is_named_must_have_that_output(output: Output | None) -> None:
    named = replace(UNISSUED, pathway_version=version("v"))
    wrong = replace(definition(leaf("a")), output=output)
    right = replace(wrong, output=Output(OTHER))
    assert found(named, referenced={version("v"): right}) == []
    assert found(named, referenced={version("v"): wrong}) == [("UNKNOWN_STACK", ("nodes", 0, "pathwayVersion"))]
    assert found(named) == [("UNKNOWN_PATHWAY_VERSION", ("nodes", 0, "pathwayVersion"))]


def test_what_counts_unissued_stands_for_three_nodes() -> None:
    nodes = [replace(UNISSUED, id=f"r{i}", pathway_version=version("v")) for i in range(1_700)]
    stack = {version("v"): replace(definition(leaf("a")), output=Output(OTHER))}
    many = [*nodes, all_of("all", *(node.id for node in nodes))]
    assert found(*many, referenced=stack) == [("TOO_MANY_NODES", ("nodes",))]
    few = [*nodes[:1_000], all_of("all", *(node.id for node in nodes[:1_000]))]
    assert found(*few, referenced=stack) == []


# output

OUTPUT = badge("output")


def leading(*targets: str, output: Iri = OUTPUT) -> Definition:
    return replace(definition(leaf("a", *targets)), output=Output(output))


def test_the_output_is_offered_by_the_owner() -> None:
    assert check(leading("x"), offered={OUTPUT}) == ()
    (problem,) = check(leading("x"))
    assert (problem.code, problem.path) == ("OUTPUT_NOT_OFFERED", ("output", "achievement"))
    assert problem.values == {"id": OUTPUT}


def cycles(given: Definition, **more: object) -> list[tuple[Path, object]]:
    told = check(given, offered={OUTPUT}, **more)
    return [(p.path, p.values["way"]) for p in told if p.code == "CYCLE_OF_ACHIEVEMENTS"]


def way(*names: str) -> str:
    return " → ".join(badge(name) for name in names)


def test_nothing_is_made_of_itself() -> None:
    assert cycles(leading("x", "output")) == [(("nodes", 0, "targets", 1), way("output", "output"))]


def test_a_cycle_over_other_pathways_is_told_with_its_way() -> None:
    made_of = {badge("x"): {badge("y"), badge("z")}, badge("y"): {OUTPUT}, badge("q"): {badge("x")}}
    assert cycles(leading("p", "x"), made_of=made_of) == [
        (("nodes", 0, "targets", 1), way("output", "x", "y", "output"))
    ]
    assert cycles(leading("p", "z"), made_of=made_of) == []


def test_the_way_is_a_shortest_one_and_each_target_is_told() -> None:
    made_of = {badge("x"): {badge("y"), OUTPUT}, badge("y"): {badge("x")}}
    assert cycles(leading("x", "y"), made_of=made_of) == [
        (("nodes", 0, "targets", 0), way("output", "x", "output")),
        (("nodes", 0, "targets", 1), way("output", "y", "x", "output")),
    ]


def test_what_the_output_was_made_of_before_does_not_matter() -> None:
    assert cycles(leading("x"), made_of={OUTPUT: {badge("y")}, badge("y"): {badge("x")}}) == []


def test_other_cycles_are_not_ours() -> None:
    assert cycles(leading("x"), made_of={badge("x"): {badge("y")}, badge("y"): {badge("x")}}) == []


def test_a_cycle_through_a_version_is_told_at_the_output() -> None:
    given = replace(definition(ref("v")), output=Output(OUTPUT))
    below = {version("v"): definition(leaf("a", "x"))}
    made_of = {badge("x"): {OUTPUT}}
    assert cycles(given, referenced=below, made_of=made_of) == [
        (("output", "achievement"), way("output", "x", "output"))
    ]


def test_a_cycle_through_a_reference_to_an_achievement() -> None:
    given = replace(definition(Ref("r", achievement=OUTPUT)), output=Output(OUTPUT))
    assert cycles(given) == [(("nodes", 0, "achievement"), way("output", "output"))]


def test_a_long_cycle_is_named_by_its_ends() -> None:
    chain = {badge(f"n{i}"): {badge(f"n{i + 1}")} for i in range(1_000)} | {badge("n1000"): {OUTPUT}}
    ((_, told),) = cycles(leading("n0"), made_of=chain)
    names = str(told).split(" → ")
    assert (len(names), names[0], names[8], names[-1]) == (17, OUTPUT, "…", OUTPUT)
