"""Badgr exports: what each part becomes, what is told about it, and what cannot be read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

import pytest

from graph_service.domain.pathway import NodeKind
from graph_service.errors import GraphServiceError, InvalidInput, LimitExceeded, Problem
from graph_service.formats import badgr, json_file
from graph_service.formats.refusals import MAX_LISTED, MAX_REFUSED, counted, listed
from graph_service.pathway import rules
from tests.badgr_reading import Element

ALL = {"@type": "all"}


def at_least(count: int) -> Element:
    return {"@type": "atLeastN", "requiredCount": count}


def badge(name: str) -> Element:
    return {"badgeUrl": f"https://badges.example/{name}"}


def element(
    id: str, *children: Element, badges: Iterable[str] = "", before: Iterable[str] = (), **changes: Any
) -> Element:
    """An element that requires its children, badges, and elements before it."""
    rules = {
        "childElementRequirements": {"countRule": changes.pop("children_rule", ALL)},
        "nonChildElementRequirements": {"countRule": changes.pop("before_rule", ALL), "elementIds": list(before)},
        "badgeRequirements": {"countRule": changes.pop("rule", ALL), "requiredBadges": [badge(b) for b in badges]},
        "shortcutBadges": [badge(b) for b in changes.pop("shortcuts", "")],
        "allowCompletionBadgeShortcut": changes.pop("shortcut", True),
    } | changes.pop("requirements", {})
    return {
        "elementId": id,
        "name": f"The {id}",
        "completionBadge": None,
        "requirements": rules,
        "requiredForParentCompletion": True,
        "children": list(children),
    } | changes


def read(export: object) -> badgr.Found:
    return badgr.read(json.dumps(export).encode(), limit=rules.MAX_NODES)


def groups(found: badgr.Found) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return count and parts of every node that is not a leaf."""
    return {n.id: (n.count, n.parts) for n in found.definition.nodes if n.kind is not NodeKind.LEAF}  # type: ignore[union-attr]


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, ".".join(map(str, problem.path))) for problem in problems if problem.code != "EMPTY_PART"]


def refused(content: bytes) -> list[tuple[str, str]]:
    started = time.monotonic()
    with pytest.raises(GraphServiceError) as wrong:
        badgr.read(content, limit=rules.MAX_NODES)
    assert time.monotonic() - started < 20  # bounded, however slow the machine
    return told(wrong.value.problems)


def test_an_element_is_all_of_its_parts() -> None:
    found = read(
        element(
            "root",
            element("a", badges="xy", rule=at_least(1)),
            element("b", badges="z", before=("a", "root2")),
            element("root2", badges="x"),
            badges="w",
            children_rule=at_least(2),
        )
    )
    assert groups(found) == {
        "root": (2, ("root.children", "root.badges")),
        "root.children": (2, ("a", "b", "root2")),
        "root.badges": (1, ("w",)),
        "a": (1, ("a.badges",)),
        "a.badges": (1, ("x", "y")),
        "b": (2, ("b.badges", "b.before")),
        "b.badges": (1, ("z",)),
        "b.before": (2, ("a", "root2")),
        "root2": (1, ("root2.badges",)),
        "root2.badges": (1, ("x",)),
    }
    assert [node.id for node in found.definition.nodes if node.kind is NodeKind.LEAF] == ["w", "x", "y", "z"]
    assert told(found.losses) == [("PREREQUISITE_AS_CONDITION", "children.1.requirements.nonChildElementRequirements")]
    assert (found.problems, found.unsupported) == ((), ())
    assert found.places["b.before"] == ("children", 1, "requirements", "nonChildElementRequirements")
    assert rules.check(found.definition, achievements=found.badges.keys(), profiles=frozenset()) == ()


def test_shortcuts_stand_beside_the_rule() -> None:
    found = read(element("root", badges="x", shortcuts="y", completionBadge=badge("c") | {"name": "Done"}))
    assert groups(found)["root"] == (1, ("c", "y", "root.rule"))
    assert groups(found)["root.rule"] == (1, ("root.badges",))
    assert {each: name.text for each, name in found.badges.items()} == {
        "https://badges.example/c": "Done",
        "https://badges.example/y": "https://badges.example/y",
        "https://badges.example/x": "https://badges.example/x",
    }


def test_a_completion_badge_that_is_no_shortcut_is_not_carried() -> None:
    found = read(element("root", badges="x", completionBadge=badge("c"), shortcut=False))
    assert groups(found) == {"root": (1, ("root.badges",)), "root.badges": (1, ("x",))}
    assert told(found.losses) == [("NOT_CARRIED", "completionBadge")]
    assert found.badges.keys() == {"https://badges.example/x"}


def test_what_requires_nothing_adds_nothing_and_is_told() -> None:
    found = read(
        element(
            "root",
            element("empty", element("hollow")),
            element("optional", badges="o", requiredForParentCompletion=False),
            element("free", badges="x", rule=at_least(0), shortcuts="s"),
            element("none", badges="z", before=("empty",), before_rule=at_least(1), children_rule=at_least(3)),
            badges="yy",
        )
    )
    assert groups(found) == {
        "root": (2, ("root.children", "root.badges")),
        "root.children": (2, ("free", "none")),
        "root.badges": (1, ("y",)),
        "free": (1, ("s",)),
        "none": (1, ("none.badges",)),
        "none.badges": (1, ("z",)),
    }
    assert told(found.losses) == [
        ("REPEATED_PART", "requirements.badgeRequirements.requiredBadges.1"),
        ("OPTIONAL_ELEMENT", "children.1"),
        ("OPTIONAL_PART", "children.2.requirements.badgeRequirements"),
        ("PREREQUISITE_AS_CONDITION", "children.3.requirements.nonChildElementRequirements"),
    ]
    assert told(found.problems) == [
        ("EMPTY_ELEMENT", "children.0"),
        ("EMPTY_ELEMENT", "children.0.children.0"),
        ("ONLY_SHORTCUTS", "children.2"),
        ("COUNT_OF_NOTHING", "children.3.requirements.childElementRequirements"),
    ]
    empty = [problem for problem in found.losses if problem.code == "EMPTY_PART"]
    assert ("children", 0, "children", 0, "requirements", "badgeRequirements") in [problem.path for problem in empty]


def test_an_optional_element_that_comes_before_another_is_kept() -> None:
    optional = element("optional", badges="x", requiredForParentCompletion=False)
    found = read(element("root", optional, badges="y", before=("optional",)))
    assert groups(found)["root.before"] == (1, ("optional",))
    assert "root.children" not in groups(found)


def test_ids_become_node_ids_where_they_fit() -> None:
    odd = element("要素 1", badges="x")
    found = read(element("https://x.example/#root", odd, element("x", badges="y"), element("y.badges", badges="z")))
    ids = [node.id for node in found.definition.nodes]
    assert len(set(ids)) == len(ids)
    assert [code for code, _ in told(found.losses)] == ["RENAMED_ELEMENT", "RENAMED_ELEMENT"]
    assert found.root_element == "https://x.example/#root"
    assert rules.check(found.definition, achievements=found.badges.keys(), profiles=frozenset()) == ()
    assert read(element("要素 1", badges="x")).definition.root in ids  # the same id each time


def test_what_is_not_known_is_told() -> None:
    found = read(
        element(
            "root",
            badges="x",
            description="What it is.",
            alignmentUrl="https://x.example/a",
            shortCode=None,
            colour={"dark": [], "deep": {}},
            requirements={
                "experienceRequirements": {"countRule": at_least(1), "experiences": ["e"]},
                "nothingRequirements": {"countRule": at_least(0), "list": []},
            },
            completionBadge=badge("c") | {"image": "https://x.example/i"},
        )
    )
    assert told(found.losses) == [
        ("NOT_CARRIED", "completionBadge.image"),
        ("NOT_CARRIED", "description"),
        ("NOT_CARRIED", "alignmentUrl"),
    ]
    assert told(found.unsupported) == [("UNSUPPORTED_REQUIREMENT", "requirements.experienceRequirements")]


def test_a_prerequisite_that_is_not_in_the_file_must_not_be_forgotten() -> None:
    found = read(element("root", badges="x", before=("elsewhere",)))
    assert told(found.unsupported) == [("UNKNOWN_ELEMENT", "requirements.nonChildElementRequirements.elementIds.0")]


def test_cycles_are_read_and_left_to_the_rules_of_publishing() -> None:
    found = read(element("root", element("a", badges="x", before=("b",)), element("b", badges="y", before=("a",))))
    broken = rules.check(found.definition, achievements=found.badges.keys(), profiles=frozenset())
    assert [problem.code for problem in broken] == ["CYCLE"]
    assert "a" in str(broken[0].values["way"])
    only = read(element("root", element("a", before=("b",)), element("b", before=("a",)), badges="x"))
    assert told(only.problems) == [("EMPTY_ELEMENT", "children.0"), ("EMPTY_ELEMENT", "children.1")]


def test_the_envelope_of_the_servers() -> None:
    found = read({"status": {"success": True, "description": "ok"}, "result": [element("root", badges="x")]})
    assert found.places["root"] == ("result", 0)
    assert refused(json.dumps({"result": []}).encode()) == [("MISSING_MEMBER", "")]


@pytest.mark.parametrize(
    ("export", "problems"),
    [
        ([], [("WRONG_TYPE", "")]),
        ({}, [("MISSING_MEMBER", "")]),
        (element("root"), [("EMPTY_ELEMENT", "")]),
        (element("root", element("a", badges="x"), element("a", badges="y")), [("DUPLICATE_ELEMENT", "children.1.elementId")]),
        (
            element(
                "root",
                element(7, name=["x"], requiredForParentCompletion="yes"),  # type: ignore[arg-type]
                "child",  # type: ignore[arg-type]
                badges="x",
                completionBadge="https://badges.example/c",
                shortcut="true",
            ),
            [
                ("WRONG_TYPE", "requirements.allowCompletionBadgeShortcut"),
                ("WRONG_TYPE", "completionBadge"),
                ("WRONG_TYPE", "children.0.elementId"),
                ("WRONG_TYPE", "children.0.name"),
                ("WRONG_TYPE", "children.0.requiredForParentCompletion"),
                ("WRONG_TYPE", "children.1"),
            ],
        ),
        (
            element(
                "root",
                requirements={
                    "childElementRequirements": [],
                    "badgeRequirements": {
                        "countRule": {"@type": "some"},
                        "requiredBadges": [{}, {"badgeUrl": "not an address"}, {"badgeUrl": 1}],
                    },
                    "nonChildElementRequirements": {"countRule": at_least(-1), "elementIds": [None]},
                    "shortcutBadges": {},
                },
            ),
            [
                ("WRONG_TYPE", "requirements.childElementRequirements"),
                ("MISSING_MEMBER", "requirements.badgeRequirements.requiredBadges.0"),
                ("INVALID_IRI", "requirements.badgeRequirements.requiredBadges.1.badgeUrl"),
                ("WRONG_TYPE", "requirements.badgeRequirements.requiredBadges.2.badgeUrl"),
                ("NOT_ONE_OF", "requirements.badgeRequirements.countRule.@type"),
                ("WRONG_TYPE", "requirements.nonChildElementRequirements.elementIds.0"),
                ("COUNT_TOO_LOW", "requirements.nonChildElementRequirements.countRule.requiredCount"),
                ("WRONG_TYPE", "requirements.shortcutBadges"),
            ],
        ),
        (element("root", badges="x", rule={"@type": "atLeastN"}), [("MISSING_MEMBER", "requirements.badgeRequirements.countRule")]),
        (element("root", badges="x", name="a\x00b"), [("TEXT_CONTROL_CHARACTER", "name.und")]),
    ],
)  # fmt: skip
def test_everything_that_is_malformed_is_told_at_once(export: object, problems: list[tuple[str, str]]) -> None:
    assert sorted(refused(json.dumps(export).encode())) == sorted(problems)


def nested(levels: int) -> bytes:
    return b'{"children": [' * levels + b"]}" * levels


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"", [("INVALID_JSON", "")]),
        (b"{", [("INVALID_JSON", "")]),
        (b'{"a": "\\', [("INVALID_JSON", "")]),
        (b'"\xff"', [("NOT_UTF8", "")]),
        (b'{"elementId": "a", "elementId": "b"}', [("DUPLICATE_KEY", "")]),
        (b'{"elementId": NaN}', [("NUMBER_OUT_OF_RANGE", "")]),
        (b'{"elementId": ' + b"9" * 5_000 + b"}", [("NUMBER_OUT_OF_RANGE", "")]),
        (b"\n\n" + nested(10_000), [("TOO_DEEP", "line.3")]),
        (b"[" * 1_000_000, [("TOO_DEEP", "line.1")]),
        (b" " * (2**24 + 1), [("LIMIT_EXCEEDED", "")]),
    ],
    ids=str,
)
def test_what_is_not_json_as_we_take_it(content: bytes, problems: list[tuple[str, str]]) -> None:
    assert refused(content) == problems


@pytest.mark.parametrize(
    ("content", "what", "limit"),
    [
        (json.dumps(element("root", *[{"elementId": f"e{n}"} for n in range(rules.MAX_NODES)])), "elements", rules.MAX_NODES),
        ('{"children": [' + '{"elementId":1},' * rules.MAX_NODES + "{}]}", "elements", rules.MAX_NODES),
        (json.dumps(element("root", badges=map(str, range(rules.MAX_NODES + 1)))), "badges", rules.MAX_NODES),
        ("[" + "[]," * 5_000_000 + "[]]", "tokens", json_file.MAX_TOKENS),
        ("[" + "1," * 5_000_000 + "1]", "tokens", json_file.MAX_TOKENS),
        (json.dumps(element("root", requirements={"shortcutBadges": [0] * MAX_REFUSED * 2})), "problems", MAX_REFUSED),
    ],
    ids=["elements", "faulty elements", "badges", "lists", "numbers", "problems"],
)  # fmt: skip
def test_what_is_too_much_is_not_read_to_its_end(content: str, what: str, limit: int) -> None:
    with pytest.raises(LimitExceeded) as wrong:
        badgr.read(content.encode(), limit=rules.MAX_NODES)
    assert wrong.value.problems[0].values == {"what": what, "limit": limit}


def test_of_many_problems_the_first_are_listed_and_the_others_counted() -> None:
    faulty = element("root", *[{"elementId": 1}] * 300, badges="x")  # type: ignore[list-item]
    with pytest.raises(InvalidInput) as wrong:
        read(faulty)
    *first, more = wrong.value.problems
    assert told(tuple(first)) == [("WRONG_TYPE", f"children.{n}.elementId") for n in range(MAX_LISTED)]
    assert (more.code, more.values) == ("MORE_PROBLEMS", {"count": 300 - MAX_LISTED})
    assert counted(wrong.value.problems) == 300
    few = tuple(first)
    assert (listed(few), counted(few)) == (few, MAX_LISTED)


def test_a_long_id_is_not_repeated_whole() -> None:
    found = read(element("root", element("e" * 10_000, badges="xx", name=None), before=("e" * 10_000,) * 2))
    assert {"RENAMED_ELEMENT", "REPEATED_PART"} < {code for code, _ in told(found.losses)}
    assert max(len(str(value)) for problem in found.losses for value in problem.values.values()) == 300


def test_as_deep_as_is_allowed() -> None:
    deepest = element("e0", badges="x")
    for level in range(1, 60):
        deepest = element(f"e{level}", deepest)
    found = read(deepest)
    broken = rules.check(found.definition, achievements=found.badges.keys(), profiles=frozenset())
    assert [problem.code for problem in broken] == ["TOO_DEEP"]


def test_many_elements_take_linear_time() -> None:
    started = time.monotonic()
    chain = [element(f"e{n}", badges="x", before=(f"e{n + 1}",)) for n in range(3_000)]
    found = read(element("root", *chain, element("e3000", badges="x")))
    assert len(found.definition.nodes) > rules.MAX_NODES
    assert time.monotonic() - started < 20
