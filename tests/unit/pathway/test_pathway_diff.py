"""What differs between two definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import (
    After,
    AtLeast,
    Definition,
    Guards,
    Issue,
    Leaf,
    Length,
    Level,
    Mode,
    Node,
    Output,
    Ref,
    ValidAt,
    VersionRange,
    Window,
)
from graph_service.domain.pathway_json import to_json
from graph_service.domain.time import Instant, Span
from graph_service.locale import LANGUAGES, catalogue
from graph_service.pathway.diff import Change, ChangeCode, diff
from graph_service.services.comparing import Difference
from tests.unit.pathway.building import BOARD, UNIVERSITY, all_of, any_of, badge, definition, ects, endorsed, leaf

ADDED, REMOVED, CHANGED, MOVED, REORDERED = ChangeCode

A, B, C = leaf("a"), leaf("b"), leaf("c")


def told(before: Definition, after: Definition) -> list[tuple[str | None, ...]]:
    return [(c.code, c.node, c.member, c.before, c.after) for c in diff(before, after)]


def between(*pairs: tuple[Node, Node]) -> list[tuple[str | None, ...]]:
    """What differs of nodes that both definitions have; the root is the last."""
    before, after = zip(*pairs, strict=True)
    return told(definition(*before), definition(*after))


def test_a_definition_does_not_differ_from_itself() -> None:
    assert diff(definition(A, B, all_of("r", "a", "b")), definition(B, A, all_of("r", "a", "b"))) == ()


def test_what_came_and_what_went() -> None:
    before, after = definition(A, B, all_of("r", "a", "b")), definition(A, C, all_of("r", "a", "c"))
    assert told(before, after) == [
        (ADDED, "c", None, None, None),
        (REMOVED, "r", "parts", "b", None),
        (ADDED, "r", "parts", None, "c"),
        (REMOVED, "b", None, None, None),
    ]


def test_each_change_names_its_node() -> None:
    named = replace(A, name=LanguageMap({"ja": "基礎"}))
    assert diff(definition(named), definition(replace(named, times=2))) == (
        Change(CHANGED, "a", named.name, "times", "1", "2"),
    )
    assert diff(definition(A), definition(named)) == (Change(CHANGED, "a", named.name, "name.ja", None, "基礎"),)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (A, replace(A, targets=(badge("b"),)), [("REMOVED", "targets", badge("a"), None), ("ADDED", "targets", None, badge("b"))]),
        (A, leaf("a", valid_at=ValidAt.AT_AWARD), [("CHANGED", "guards.validAt", "NOW", "AT_AWARD")]),
        (A, leaf("a", issued_by=[BOARD]), [("ADDED", "guards.issuedBy", None, BOARD)]),
        (leaf("a", ECTS="1"), leaf("a", ECTS="1.5"), [("CHANGED", "credits.ECTS", "1", "1.5")]),
        (A, replace(A, guards=Guards(evidence=frozenset({"動画"}))), [("ADDED", "guards.evidence", None, "動画")]),
    ],
)  # fmt: skip
def test_members_of_a_leaf(old: Leaf, new: Leaf, expected: list[tuple[str | None, ...]]) -> None:
    assert between((old, new)) == [(code, "a", *rest) for code, *rest in expected]


def test_a_guard_is_told_as_a_whole() -> None:
    ((code, node, member, before, after),) = between((A, leaf("a", endorsed_by=[endorsed()])))
    assert (code, node, member, before) == (CHANGED, "a", "guards.endorsedBy", "[]")
    assert after is not None
    assert '"profiles": ["https://board.example"]' in after


def test_another_count_is_another_kind() -> None:
    two = AtLeast("r", 2, ("a", "b", "c"))
    assert between((A, A), (B, B), (C, C), (two, any_of("r", "a", "b", "c"))) == [
        (CHANGED, "r", "kind", "AT_LEAST", "ANY"),
        (CHANGED, "r", "count", "2", None),
    ]


def test_more_of_all_is_still_all() -> None:
    assert between((A, A), (B, B), (all_of("r", "a"), all_of("r", "a", "b"))) == [(ADDED, "r", "parts", None, "b")]


def test_a_part_that_changes_its_whole_has_moved() -> None:
    before = definition(A, B, C, all_of("x", "a", "b"), all_of("y", "c"), any_of("r", "x", "y"))
    after = definition(A, B, C, all_of("x", "a"), all_of("y", "b", "c"), any_of("r", "x", "y"))
    assert told(before, after) == [(MOVED, "b", "parts", "x", "y")]


def test_a_part_may_move_into_what_is_new() -> None:
    before, after = definition(A, all_of("r", "a")), definition(A, Window("w", "a", Length(12)), all_of("r", "w"))
    assert told(before, after) == [
        (MOVED, "a", "parts", "r", "w"),
        (ADDED, "w", None, None, None),
        (ADDED, "r", "parts", None, "w"),
    ]


def test_what_is_shared_once_more_has_not_moved() -> None:
    before = definition(A, B, all_of("x", "b"), all_of("r", "a", "x"))
    after = definition(A, B, all_of("x", "a", "b"), all_of("r", "a", "x"))
    assert told(before, after) == [(ADDED, "x", "parts", None, "a")]


def test_another_order_of_parts_is_told_as_that() -> None:
    nodes = ((A, A), (B, B))
    assert between(*nodes, (all_of("r", "a", "b"), all_of("r", "b", "a"))) == [(REORDERED, "r", "parts", None, None)]


def test_an_order_that_is_turned_round_is_more_than_another_order() -> None:
    nodes = ((A, A), (B, B))
    assert between(*nodes, (After("r", "a", "b"), After("r", "b", "a", Mode.GATE))) == [
        (CHANGED, "r", "prerequisite", "a", "b"),
        (CHANGED, "r", "part", "b", "a"),
        (CHANGED, "r", "mode", "ADVISE", "GATE"),
    ]


def test_lengths_and_caps() -> None:
    worth = leaf("a", ECTS="3")
    capped = replace(ects("s", "2", "a"), source_cap=Decimal("2.5"))
    assert between((worth, worth), (ects("s", "2", "a"), capped)) == [(CHANGED, "s", "perSourceCap", None, "2.5")]
    windows = Window("w", "a", Length(12)), Window("w", "a", Length(0, 90))
    assert between((A, A), windows) == [(CHANGED, "w", "length", "P12M", "P90D")]


def test_what_is_said_of_the_whole_comes_first() -> None:
    before = replace(definition(A, B, all_of("r", "a", "b")), trusts=frozenset({BOARD}), output=Output(badge("o")))
    after = replace(before, root="a", trusts=frozenset({UNIVERSITY}), output=Output(badge("o"), Issue.AUTO))
    assert told(before, after) == [
        (CHANGED, None, "root", "r", "a"),
        (REMOVED, None, "trusts", BOARD, None),
        (ADDED, None, "trusts", None, UNIVERSITY),
        (CHANGED, None, "output.issue", "OFF", "AUTO"),
    ]


def test_drafts_that_break_rules_can_be_compared() -> None:
    broken = Definition((A, A, all_of("r", "r", "ghost", "ghost")), None)
    assert diff(broken, broken) == ()
    assert {change.code for change in diff(broken, definition(A))} == {CHANGED, REMOVED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_has_a_sentence(language: str) -> None:
    members = {(code, member) for code in ChangeCode for member in (None, "parts")}
    codes = {
        Change(code, "a", member=member).wording
        for code, member in members - {(c, None) for c in (CHANGED, MOVED, REORDERED)}
    }
    assert codes <= catalogue(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_said_before_or_is_not_said_now_is_told_in_words(language: str) -> None:
    for both in ({"before": "2"}, {"after": "2"}, {"before": "2", "after": "3"}):
        told = Difference((), {}, {}).message(Change(CHANGED, "r", member="count", **both), language)
        assert "2" in told
        assert "None" not in told
        assert "{" not in told


def called(text: str) -> LanguageMap:
    return LanguageMap({"ja": text, "en": text.upper()})


def test_sentences_have_names_in_place_of_ids() -> None:
    guarded = leaf("a", endorsed_by=[endorsed()])
    before, after = definition(A, all_of("r", "a")), definition(guarded, C, all_of("r", "a", "c"))
    nodes = {node.id: node for node in (*before.nodes, *after.nodes)}
    found = Difference(diff(before, after), nodes, {badge("c"): called("c の印"), BOARD: called("board の印")})
    told = {(change.node, change.member): (change, found.message(change, "ja")) for change in found.changes}
    change, message = told["r", "parts"]
    assert (change.after, message) == ("c", "下の要件 に c の印 が加わりました。")
    change, message = told["a", "guards.endorsedBy"]
    assert f'"profiles": ["{BOARD}"]' in str(change.after)
    assert '"profiles": ["board の印"]' in message
    change, _ = told["c", None]
    assert (found.name(change, "en"), change.name) == ("C の印".upper(), None)
    assert found.name(told["a", "guards.endorsedBy"][0], "ja") is None  # nobody may tell what its badge is called


def test_what_only_looks_like_a_requirement_is_left_as_it_is() -> None:
    two = replace(A, id="2", name=called("二つ目"))
    change = Change(CHANGED, "r", member="count", before="2", after="3")
    assert "二つ目" not in Difference((change,), {"2": two}, {}).message(change, "ja")


def members(value: Mapping[str, object], *above: str) -> Iterator[str]:
    for name, each in value.items():
        yield from members(each, *above, name) if isinstance(each, dict) else [".".join((*above, name))]


def test_every_member_has_a_name() -> None:
    span = Span(Instant("2026-04-01T00:00:00Z"), Instant("2027-04-01T00:00:00Z"))
    guards = Guards(
        frozenset({BOARD}),
        (endorsed(),),
        awarded_between=span,
        level=(Level(badge("l"), "B"),),
        evidence=frozenset({"動画"}),
        version=VersionRange(1, 2),
    )
    everything = definition(
        Leaf("leaf", (badge("a"),), guards, name=called("名"), credits={"ECTS": Decimal(1)}),
        Ref("version", pathway_version=badge("v")),
        Ref("ref", achievement=badge("s"), accept_unissued=True),
        Window("window", "leaf", Length(12)),
        After("after", "leaf", "ref"),
        replace(ects("sum", "2", "leaf"), source_cap=Decimal(1)),
        AtLeast("some", 2, ("leaf", "ref", "after"), award_cap=1),
    )
    value = to_json(replace(everything, trusts=frozenset({BOARD}), output=Output(badge("o"))))
    nodes = value.pop("nodes")
    assert isinstance(nodes, list)
    found = {member for each in (value, *nodes) for member in members(each)} - {"id"}
    assert {"guards.validAt", "credits.ECTS", "name.ja", "output.onLapse", "perSourceCap"} <= found
    for member in found:
        message = Difference((), {}, {}).message(Change(ADDED, None, member=member, after="1"), "ja")
        assert member not in message
        assert "{" not in message


def test_a_member_without_a_name_is_told_by_its_path() -> None:
    message = Difference((), {}, {}).message(Change(ADDED, None, member="guards.later", after="1"), "ja")
    assert message == "guards.later に 1 が加わりました。"
