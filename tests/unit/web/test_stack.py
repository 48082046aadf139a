"""How a stack is drawn."""

from __future__ import annotations

import json
from typing import Any

from graph_service.web.pages.stack import Standing, named, near_misses, shared, short_of_credits, stack, walk


def badge(node: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"https://x.example/{node['id']}", "nameMap": [{"language": "en", "text": "B"}]}


def version(*nodes: dict[str, Any]) -> dict[str, Any]:
    found = [
        {"nodeId": node["id"], "nameMap": [], "accepts": [badge(node)] if node["kind"] == "LEAF" else []}
        for node in nodes
    ]
    return {"definition": json.dumps({"root": nodes[0]["id"], "nodes": nodes}), "nodes": found}


def step(id: str, *, held: bool, codes: tuple[str, ...] = ()) -> dict[str, Any]:
    wanted = ["https://x.example/p"]
    of = {code: "https://x.example/e" if "ENDORSEMENT" in code else None for code in codes}
    reasons = [
        {"code": code, "message": code, "award": "a", "endorsement": of[code], "wanted": wanted} for code in codes
    ]
    return {"id": id, "held": held, "fraction": "1" if held else "1/2", "reasons": reasons}


def group(id: str, *parts: str) -> dict[str, Any]:
    return {"id": id, "kind": "ALL", "parts": parts}


def leaf(id: str) -> dict[str, Any]:
    return {"id": id, "kind": "LEAF", "guards": {"issuedBy": ["https://x.example/i"]}}


def test_what_is_shared_is_drawn_once_in_full() -> None:
    root = stack(version(group("root", "a", "b"), group("a", "x", "y"), group("b", "x", "a"), leaf("x"), leaf("y")))
    drawn = [(block.id, block.again) for block in walk(root)]
    assert drawn == [("root", False), ("a", False), ("x", False), ("y", False), ("b", False), ("x", True), ("a", True)]
    assert [block.uses for block in walk(root)] == [0, 2, 2, 1, 1, 2, 2]


def test_what_stands_below_something_shared_is_shared() -> None:
    groups = group("root", "a", "b", "y"), group("a", "g", "x"), group("b", "g", "v"), group("g", "z", "w")
    root = stack(version(*groups, *map(leaf, "vwxyz")))
    assert shared(root) == {"https://x.example/z", "https://x.example/w"}


def test_a_stack_that_doubles_at_every_level_stays_small() -> None:
    levels = [group(f"g{n}", f"g{n + 1}", f"h{n + 1}") for n in range(30)]
    others = [group(f"h{n}", f"g{n + 1}", f"h{n + 1}") for n in range(1, 30)]
    root = stack(version(*levels, *others, leaf("g30"), leaf("h30")))
    assert sum(1 for _ in walk(root)) == 1 + 2 * (30 + 29)


def test_what_only_wraps_one_part_is_not_drawn() -> None:
    wrapped = {**group("named", "b"), "name": {"en": "Named"}}
    root = stack(version(group("root", "a"), group("a", "named", "x"), wrapped, group("b", "x"), leaf("x")))
    assert [(block.id, block.again) for block in walk(root)] == [
        ("a", False),
        ("named", False),
        ("x", False),
        ("x", True),
    ]


def test_a_large_stack_unfolds_level_by_level_while_it_fits() -> None:
    groups = [group(f"g{n}", *(f"x{n}-{m}" for m in range(10))) for n in range(10)]
    leaves = [leaf(f"x{n}-{m}") for n in range(10) for m in range(10)]
    root = stack(version(group("root", *(f"g{n}" for n in range(10))), *groups, *leaves))
    assert {block.id for block in walk(root) if block.unfolded} == {"root"}
    small = stack(version(group("root", "a", "x"), group("a", "x", "y"), leaf("x"), leaf("y")))
    assert all(block.unfolded for block in walk(small))


def test_what_another_choice_fills_is_not_missing() -> None:
    parts = {"id": "root", "kind": "ANY", "parts": ["x", "y"]}
    root = stack(
        version(parts, leaf("x"), leaf("y")), [step("root", held=True), step("x", held=True), step("y", held=False)]
    )
    assert [block.standing for block in walk(root)] == [Standing.HELD, Standing.HELD, Standing.SPARE]


def test_what_is_short_of_credits_names_what_would_do() -> None:
    total = {"id": "root", "kind": "CREDITS", "threshold": "3", "unit": "u", "parts": ["x", "y", "z", "w"]}
    worth = {"x": "2.9", "y": "0.1", "z": "0.05", "w": "1"}
    leaves = [{**leaf(part), "credits": {"u": amount}} for part, amount in worth.items()]

    def would_do(missing: str) -> tuple[list[str], bool]:
        balance = {"unit": "u", "required": "3", "earned": "0", "missing": missing}
        proof = [{**step("root", held=False), "credits": balance}, step("x", held=True)]
        proof += [step(part, held=False, codes=("NOT_HELD",)) for part in "yzw"]
        ((_, adding, enough),) = short_of_credits(stack(version(total, *leaves), proof))
        return [block.id for block in adding], enough

    assert would_do("0.1") == (["y", "w"], True)
    assert would_do("1.5") == (["y", "z", "w"], False)
    assert short_of_credits(stack(version(total, *leaves))) == []


def test_a_wrapping_that_is_worth_credits_stays() -> None:
    worth = {**group("a", "x"), "credits": {"u": "1"}}
    assert [block.id for block in walk(stack(version(group("root", "a", "y"), worth, leaf("x"), leaf("y"))))][1] == "a"


def test_the_nearest_miss_comes_first() -> None:
    proof = [
        step("root", held=False),
        step("x", held=False, codes=("REVOKED",)),
        step("y", held=False, codes=("NOT_HELD",)),
        step("z", held=False, codes=("ENDORSEMENT_REVOKED", "NOT_ENDORSED")),
    ]
    root = stack(version(group("root", "x", "y", "z"), leaf("x"), leaf("y"), leaf("z")), proof)
    assert [block.id for block in near_misses(root)] == ["z", "x"]
    assert [reason["code"] for reason in near_misses(root)[0].reasons] == ["ENDORSEMENT_REVOKED"]
    assert [block.standing for block in walk(root)] == [Standing.OPEN, Standing.NEAR, Standing.OPEN, Standing.NEAR]
    assert named(root) == ["https://x.example/i", "https://x.example/p"]


def test_the_same_reason_of_two_awards_is_told_once() -> None:
    proof = [step("x", held=False, codes=("REVOKED", "NOT_ENDORSED", "REVOKED"))]
    assert [reason["code"] for reason in stack(version(leaf("x")), proof).reasons] == ["REVOKED", "NOT_ENDORSED"]


def test_what_comes_first_and_what_lies_in_a_window_are_parts() -> None:
    order = {"id": "order", "kind": "AFTER", "prerequisite": "x", "part": "within", "mode": "GATE"}
    within = {"id": "within", "kind": "WINDOW", "part": "y", "length": "P24M"}
    root = stack(version(order, within, leaf("x"), leaf("y")))
    assert [block.id for block in walk(root)] == ["order", "x", "within", "y"]
    assert [
        stack(version({**within, "length": length}, leaf("y"))).length for length in ("P24M", "P90D", "P6M15D")
    ] == [
        (24, 0),
        (0, 90),
        (6, 15),
    ]


def test_a_group_in_which_a_badge_counts_once_is_no_mere_wrapping() -> None:
    capped = {**group("capped", "x"), "awardCap": 1}
    assert [block.id for block in walk(stack(version(group("root", "capped"), capped, leaf("x"))))] == ["capped", "x"]


def test_a_stack_that_counts_unissued_says_what_keeps_its_badge_from_counting() -> None:
    ref = {"id": "ref", "kind": "REF", "achievement": "https://x.example/a", "acceptUnissued": True}
    proof = [step("root", held=False), step("ref", held=False), step("ref/award", held=False, codes=("EXPIRED",))]
    root = stack(version(group("root", "ref", "x"), ref, leaf("x")), [*proof, step("x", held=False)])
    assert [(block.id, block.standing) for block in near_misses(root)] == [("ref", Standing.NEAR)]
