"""The JSON of a definition."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from graph_service.domain.endorsement import Kind, Standing, TargetType
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import (
    AtLeast,
    Definition,
    EndorsedBy,
    Guards,
    Leaf,
    NodeKind,
    ValidAt,
    Versions,
    When,
)
from graph_service.domain.pathway_json import parse, to_json
from graph_service.errors import InvalidInput, Path
from tests.unit.pathway.building import BOARD, badge, ects, ref, version, window

EVERYTHING = Definition(
    (
        Leaf("plain", (badge("a"), badge("b"))),
        Leaf(
            "guarded",
            (badge("c"),),
            Guards(
                frozenset({BOARD}),
                (
                    EndorsedBy(frozenset({BOARD})),
                    EndorsedBy(
                        frozenset({BOARD}),
                        frozenset(Kind),
                        TargetType.AWARD,
                        1,
                        When.AT_AWARD,
                        Versions.ANY,
                        frozenset({Standing.OWN, Standing.FOREIGN}),
                    ),
                ),
                ValidAt.AT_COMPLETION,
                window(until="2027-04-01"),
            ),
            times=3,
            name=LanguageMap({"ja": "守られた", "en": "guarded"}),
            credits={"ECTS": Decimal("1.50")},
        ),
        AtLeast("two", 2, ("plain", "guarded", "one")),
        AtLeast("one", 1, ("plain", "guarded")),
        ects("sum", "1.5", "guarded"),
        ref("other"),
        AtLeast("root", 4, ("two", "one", "sum", "other"), LanguageMap({"ja": "全部"})),
    ),
    "root",
)


def leaf_json(**more: object) -> dict[str, object]:
    return {"id": "a", "kind": "LEAF", "targets": [badge("a")], **more}


def problems(value: object) -> list[tuple[str, Path]]:
    with pytest.raises(InvalidInput) as refused:
        parse(value)
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_what_is_written_is_read_back_equal() -> None:
    assert parse(json.loads(json.dumps(to_json(EVERYTHING)))) == EVERYTHING


def test_the_order_of_languages_survives() -> None:
    read = parse(to_json(EVERYTHING)).nodes[1].name
    assert read is not None
    assert list(read) == ["ja", "en"]


def test_counts_are_spelled_all_any_or_at_least() -> None:
    nodes: Any = to_json(EVERYTHING)["nodes"]
    assert [(node["kind"], node.get("count")) for node in nodes[2:]] == [
        ("AT_LEAST", 2),
        ("ANY", None),
        ("CREDITS", None),
        ("REF", None),
        ("ALL", None),
    ]


def test_a_leaf_is_a_leaf() -> None:
    assert EVERYTHING.nodes[0].kind is NodeKind.LEAF


@pytest.mark.parametrize(("kind", "count"), [("ALL", 3), ("ANY", 1)])
def test_all_and_any_mean_a_count(kind: str, count: int) -> None:
    read = parse({"root": "r", "nodes": [{"id": "r", "kind": kind, "parts": ["a", "b", "c"]}]})
    assert read.nodes == (AtLeast("r", count, ("a", "b", "c")),)


def test_what_is_left_out_has_the_settled_defaults() -> None:
    read = parse({"root": "a", "nodes": [leaf_json(guards={"endorsedBy": [{"profiles": [BOARD]}]})]})
    asked = EndorsedBy(
        profiles=frozenset({BOARD}),
        kinds=frozenset({Kind.ENDORSE, Kind.RECOGNISE}),
        on=TargetType.ACHIEVEMENT,
        min_count=1,
        when=When.NOW,
        versions=Versions.SAME,
        standings=frozenset({Standing.OWN}),
    )
    assert read.nodes == (Leaf("a", (badge("a"),), Guards(None, (asked,), ValidAt.NOW), times=1),)


@pytest.mark.parametrize("versions", [{}, {"from": None}, None])
def test_a_range_of_versions_without_ends_asks_for_none(versions: object) -> None:
    asked = {"id": "a", "kind": "LEAF", "targets": [badge("a")], "guards": {"version": versions}}
    (found,) = parse({"nodes": [asked]}).nodes
    assert isinstance(found, Leaf)
    assert found.guards.version is None


def test_defaults_are_written_out_so_that_a_published_version_keeps_its_meaning() -> None:
    written: Any = to_json(parse({"root": "a", "nodes": [leaf_json(guards={"endorsedBy": [{"profiles": [BOARD]}]})]}))
    assert written["nodes"][0]["guards"]["endorsedBy"][0] == {
        "profiles": [BOARD],
        "kinds": ["ENDORSE", "RECOGNISE"],
        "on": "ACHIEVEMENT",
        "minCount": 1,
        "when": "NOW",
        "versions": "SAME",
    }


def test_standings_are_written_out_only_if_they_are_not_the_default() -> None:
    """It is the only younger member: what was published before must keep its digest."""
    for given, expected in ((["OWN"], None), (["OWN", "FOREIGN"], ["FOREIGN", "OWN"]), (["FOREIGN"], ["FOREIGN"])):
        guards = {"endorsedBy": [{"profiles": [BOARD], "standings": given}]}
        written: Any = to_json(parse({"root": "a", "nodes": [leaf_json(guards=guards)]}))
        assert written["nodes"][0]["guards"]["endorsedBy"][0].get("standings") == expected


def test_no_condition_can_ask_for_what_the_service_attests() -> None:
    guards = {"endorsedBy": [{"profiles": [BOARD], "standings": ["ATTESTED"]}]}
    place = ("nodes", 0, "guards", "endorsedBy", 0, "standings", 0)
    assert problems({"nodes": [leaf_json(guards=guards)]}) == [("NOT_ONE_OF", place)]


def test_a_draft_may_be_unfinished() -> None:
    assert parse({"nodes": []}) == Definition(())
    assert parse({"root": None, "nodes": [{"id": "r", "kind": "ALL", "parts": []}]}).nodes == (AtLeast("r", 0, ()),)


def test_it_names_its_achievements_and_profiles() -> None:
    assert EVERYTHING.targets == {badge("a"), badge("b"), badge("c")}
    assert EVERYTHING.profiles == {BOARD}
    assert EVERYTHING.references == {version("other")}


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_a_definition_is_an_object(value: object) -> None:
    assert problems(value) == [("WRONG_TYPE", ())]


def test_every_problem_is_listed_with_its_path() -> None:
    value = {
        "root": 3,
        "colour": "red",
        "nodes": [
            {"id": "no spaces", "kind": "LEAF", "targets": ["not an iri", 5], "times": True, "parts": []},
            {"id": "b", "kind": "AT_LEAST", "parts": "a"},
            {"kind": "NONE", "id": 7},
            "c",
        ],
    }
    assert sorted(problems(value), key=str) == sorted(
        [
            ("UNKNOWN_MEMBER", ()),
            ("WRONG_TYPE", ("root",)),
            ("UNKNOWN_MEMBER", ("nodes", 0)),
            ("INVALID_NODE_ID", ("nodes", 0, "id")),
            ("INVALID_IRI", ("nodes", 0, "targets", 0)),
            ("WRONG_TYPE", ("nodes", 0, "targets", 1)),
            ("WRONG_TYPE", ("nodes", 0, "times")),
            ("MISSING_MEMBER", ("nodes", 1)),
            ("WRONG_TYPE", ("nodes", 1, "parts")),
            ("NOT_ONE_OF", ("nodes", 2, "kind")),
            ("WRONG_TYPE", ("nodes", 2, "id")),
            ("WRONG_TYPE", ("nodes", 3)),
        ],
        key=str,
    )


def test_problems_inside_guards_and_names_are_listed_too() -> None:
    guards = {
        "issuedBy": ["x"],
        "validAt": "SOMETIME",
        "colour": 3,
        "awardedBetween": {"since": "2026-04-01", "until": 5, "at": "2026-04-01T00:00:00Z"},
        "endorsedBy": [{"kinds": ["LIKE"], "on": "Achievement", "minCount": 1.0, "when": 1, "versions": "OLD"}],
    }
    place = ("nodes", 0, "guards")
    assert sorted(problems({"nodes": [leaf_json(guards=guards, name={"ja": 1, "??": "x"})]}), key=str) == sorted(
        [
            ("WRONG_TYPE", ("nodes", 0, "name", "ja")),
            ("UNKNOWN_MEMBER", place),
            ("INVALID_IRI", (*place, "issuedBy", 0)),
            ("NOT_ONE_OF", (*place, "validAt")),
            ("INVALID_INSTANT", (*place, "awardedBetween", "since")),
            ("WRONG_TYPE", (*place, "awardedBetween", "until")),
            ("UNKNOWN_MEMBER", (*place, "awardedBetween")),
            ("MISSING_MEMBER", (*place, "endorsedBy", 0)),
            ("NOT_ONE_OF", (*place, "endorsedBy", 0, "kinds", 0)),
            ("NOT_ONE_OF", (*place, "endorsedBy", 0, "on")),
            ("WRONG_TYPE", (*place, "endorsedBy", 0, "minCount")),
            ("WRONG_TYPE", (*place, "endorsedBy", 0, "when")),
            ("NOT_ONE_OF", (*place, "endorsedBy", 0, "versions")),
        ],
        key=str,
    )


def test_a_name_is_a_map_of_languages() -> None:
    assert problems({"nodes": [leaf_json(name="x")]}) == [("WRONG_TYPE", ("nodes", 0, "name"))]
    assert problems({"nodes": [leaf_json(name={"??": "x"})]}) == [("INVALID_LANGUAGE_TAG", ("nodes", 0, "name", "??"))]
