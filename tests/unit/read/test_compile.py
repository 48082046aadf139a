"""From a selection to a statement: what becomes text, and what does not."""

from __future__ import annotations

import pytest

from graph_service.domain.time import Instant
from graph_service.errors import InvalidInput
from graph_service.read.compile import Statement, compile_selection
from graph_service.read.cursor import Cursors
from graph_service.read.fragment import load
from graph_service.read.selection import (
    Arity,
    Asked,
    Audience,
    Branch,
    Constant,
    Edges,
    Leaf,
    Nodes,
    PageInfo,
    Part,
    Reading,
    Selection,
    Total,
    Viewer,
)

FRAGMENTS = load(
    {
        "Query.things": "// Things.\n// index: thing_owner_id_sk\n"
        "// order NAME: ownerId, sk ASC // if owner\n// order NAME: sk ASC\n"
        "MATCH (node:Thing)\nWHERE node.ownerId = $owner // if owner\n  AND node.shown = true // for public",
        "Thing.parts": "// Parts.\n// index: none\n// order NEWEST: sk DESC\n// count: (parent)-[:HAS]->()\n"
        "MATCH (parent)-[:HAS]->(node:Part)\nWHERE node.shown = true // for public",
        "Thing.owner": "// Owner.\n// index: none\nMATCH (parent)<-[:OWNS]-(node:Owner)",
        "Thing.age": "// Age.\n// index: none\nRETURN $at + parent.born",
        "Thing.secret": "// Secret.\n// index: none\nRETURN parent.secret // for member",
        "Query.named": "// Named.\n// index: i\n// order NAME: sk ASC\n"
        "CALL i($words) YIELD node // if nameContains\nMATCH (node:Thing)\n"
        "WHERE node.norm CONTAINS $folded // if nameContains",
        "Query.best": "// Best.\n// index: i\nCALL i($words) YIELD node, score\nWHERE node.norm CONTAINS $folded",
        "Thing.liked": "// Liked.\n// index: none\n// order NAME: sk ASC\n"
        "MATCH (parent)-[link:LIKES]->(node:Thing)\nWHERE link.until > $at",
        "Part.of": "// Whole.\n// index: none\nMATCH (parent)<-[:HAS]-(node:Thing|Box)",
    }
)
CURSORS = Cursors(b"sixteen bytes key")
AT = Instant("2026-11-21T07:46:40Z")


def things(*entries: Leaf | Constant | Part, total: int = False, **given: int) -> Selection:
    edges = Edges("edges", (Nodes("node", (Branch("Thing", entries),)),))
    page = (edges, Total("totalCount")) if total else (edges,)
    return Selection("Query.things", Arity.PAGE, tuple(given.items()), page=page)


def parts(key: str = "parts", *leaves: str, **given: int) -> Part:
    branch = Branch("Part", tuple(Leaf(leaf, leaf) for leaf in leaves))
    edges = Edges("edges", (Nodes("node", (branch,)),))
    return Part(key, True, Selection("Thing.parts", Arity.PAGE, tuple(given.items()), page=(edges,)))


OWNER = Part("owner", True, Selection("Thing.owner", Arity.ONE, branches=(Branch("Owner", (Leaf("id", "id"),)),)))


def compiled(selection: Selection, audience: Audience = Audience.PUBLIC) -> Statement:
    return compile_selection(selection, audience, FRAGMENTS, CURSORS)


def bound(selection: Selection, *values: object) -> dict[str, object]:
    return compiled(selection).bind(Asked(values, Viewer(), AT))


def test_a_page_is_cut_before_anything_is_read_that_hangs_on_it() -> None:
    assert compiled(things(Leaf("name", "name"), OWNER, owner=0)).text == (
        "MATCH (node:Thing) WHERE node.ownerId = $owner AND node.shown = true AND node.sk > $after "
        "WITH node ORDER BY node.ownerId, node.sk LIMIT $size "
        "RETURN {id: node.id, name: node.name, "
        "p0: COLLECT { MATCH (node)<-[:OWNS]-(node0:Owner) RETURN {id: node0.id} }} AS row"
    )


def test_a_page_from_its_end_turns_order_and_start() -> None:
    text = compiled(things(Leaf("name", "name"), last=0)).text
    assert "node.sk < $before WITH node ORDER BY node.sk DESC LIMIT $size" in text


def test_text_knows_neither_names_nor_order_nor_values_of_the_answer() -> None:
    one = things(Leaf("a", "name"), parts("x", "id", "name", first=0), OWNER, Leaf("b", "born"), first=1)
    other = things(Leaf("born", "born"), OWNER, parts("y", "name", "id", first=3), Leaf("n", "name"), first=0)
    assert one != other
    assert compiled(one).text == compiled(other).text


def test_two_questions_of_one_form_keep_their_own_values() -> None:
    selection = things(parts("x", "id", first=0), parts("y", "id", first=1))
    sizes = {name: value for name, value in bound(selection, 3, 5).items() if name.startswith("size")}
    assert sizes == {"size": 20, "size0": 3, "size1": 5}


@pytest.mark.parametrize(
    ("name", "size", "keyed"), [("hasNextPage", 21, False), ("endCursor", 21, True), ("startCursor", 21, True)]
)
def test_no_more_is_read_than_the_page_is_asked_for(name: str, size: int, keyed: bool) -> None:
    page = (*things(Leaf("name", "name")).page, PageInfo("pageInfo", ((name, name),)))
    selection = Selection("Query.things", Arity.PAGE, page=page)
    assert bound(selection)["size"] == size
    assert ("sk: node.sk" in compiled(selection).text) == keyed


def test_where_both_ends_are_given_the_sort_keys_are_read() -> None:
    assert "sk: node.sk" in compiled(things(Leaf("name", "name"), after=0, before=1)).text


def test_what_is_asked_twice_alike_is_read_once() -> None:
    edges = Edges("more", (Nodes("node", (Branch("Thing", (OWNER,)),)),))
    selection = Selection("Query.things", Arity.PAGE, page=(*things(OWNER).page, edges))
    assert compiled(selection).text.count("COLLECT") == 1


def test_a_count_costs_nothing_unless_it_is_asked() -> None:
    assert "COUNT" not in compiled(things(Leaf("name", "name"))).text


def test_a_count_at_the_root_is_one_more_row() -> None:
    text = compiled(things(Leaf("name", "name"), total=True), Audience.OPERATOR).text
    assert text.startswith("RETURN {total: COUNT { MATCH (node:Thing) }} AS row UNION ALL MATCH (node:Thing)")


def test_a_count_by_owner_goes_through_the_whole_index() -> None:
    text = compiled(things(Leaf("name", "name"), total=True, owner=0), Audience.OPERATOR).text
    assert "COUNT { MATCH (node:Thing) WHERE node.ownerId = $owner AND node.sk > '' }" in text


@pytest.mark.parametrize(
    ("audience", "count"),
    [
        (Audience.OPERATOR, "COUNT { (node)-[:HAS]->() }"),
        (Audience.PUBLIC, "COUNT { MATCH (node)-[:HAS]->(node0:Part) WHERE node0.shown = true }"),
    ],
)
def test_a_degree_is_taken_where_nothing_is_left_out(audience: Audience, count: str) -> None:
    counted = Part("parts", True, Selection("Thing.parts", Arity.PAGE, page=(Total("n"),)))
    assert f"c0: {count}" in compiled(things(counted), audience).text


def test_a_relationship_has_a_name_of_its_own_at_every_level() -> None:
    def liked(*entries: Leaf | Part) -> Part:
        return Part("liked", True, Selection("Thing.liked", Arity.MANY, branches=(Branch("Thing", entries),)))

    text = compiled(things(liked(liked(Leaf("id", "id"))))).text
    assert "MATCH (node)-[link0:LIKES]->(node0:Thing) WHERE link0.until > $at" in text
    assert "MATCH (node0)-[link0_0:LIKES]->(node0_0:Thing) WHERE link0_0.until > $at" in text


def test_an_expression_stands_where_the_property_would() -> None:
    assert "age: $at + node.born" in compiled(things(Leaf("age", "age"))).text
    assert bound(things(Leaf("age", "age")))["at"] == AT


@pytest.mark.parametrize(("audience", "read"), [(Audience.MEMBER, "node.secret"), (Audience.PUBLIC, "null")])
def test_an_expression_that_is_not_for_the_viewer_is_null(audience: Audience, read: str) -> None:
    assert f"secret: {read}" in compiled(things(Leaf("secret", "secret", required=False)), audience).text


def test_types_are_told_apart_by_their_property() -> None:
    whole = Selection(
        "Part.of", Arity.ONE, branches=(Branch("Thing", (Leaf("id", "id"),)), Branch("Box", (Leaf("size", "size"),)))
    )
    text = compiled(Selection("Part.of", Arity.ONE, branches=whole.branches)).text
    assert text.endswith(
        "RETURN CASE node.type WHEN 'Box' THEN {id: node.id, size: node.size, type: node.type} "
        "WHEN 'Thing' THEN {id: node.id, type: node.type} END AS row"
    )


THING = (Branch("Thing", (Leaf("id", "id"),)),)
BEST = Selection("Query.best", Arity.MANY, (("text", 0), ("types", 1), ("first", 2)), branches=THING)


def test_what_is_searched_for_comes_from_the_index_in_its_order() -> None:
    assert compiled(BEST).text == (
        "CALL i($words) YIELD node, score WHERE node.norm CONTAINS $folded"
        " WITH node, score ORDER BY score DESC, elementId(node) LIMIT $size RETURN {id: node.id} AS row"
    )
    values = bound(BEST, "Ａ", ["Thing"], 3)
    assert values == {"words": "+(typeThing)^0 +x0061 wx0061^10", "folded": "a", "size": 3}
    assert bound(Selection("Query.best", Arity.MANY, (("text", 0),), branches=THING), "a")["size"] == 20


@pytest.mark.parametrize(
    ("given", "start"), [({"nameContains": 0}, "CALL i($words) YIELD node"), ({}, "MATCH (node:Thing)")]
)
def test_a_list_starts_from_the_index_only_if_a_text_is_given(given: dict[str, int], start: str) -> None:
    page = (Edges("edges", (Nodes("node", THING),)),)
    text = compiled(Selection("Query.named", Arity.PAGE, tuple(given.items()), page=page)).text
    contains = "node.norm CONTAINS $folded AND " if given else ""
    assert text.startswith(f"{start} WHERE {contains}node.sk > $after WITH node ORDER BY node.sk LIMIT $size")


def test_a_list_by_a_text_costs_more_than_its_page() -> None:
    plain, sought = (Selection("Query.named", Arity.PAGE, args) for args in ((), (("nameContains", 0),)))
    assert (plain.cost(()), sought.cost(("a",))) == (20, 520)


def test_what_cannot_be_searched_for_is_listed_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        bound(BEST, " ", None, 101)
    found = [(problem.code, problem.path) for problem in refused.value.problems]
    assert sorted(found) == [("LIMIT_EXCEEDED", ("first",)), ("TEXT_EMPTY", ("text",))]


@pytest.mark.parametrize(
    ("given", "values", "codes"),
    [
        ({"first": 0}, (-1,), ["PAGE_SIZE_NEGATIVE"]),
        ({"first": 0}, (101,), ["LIMIT_EXCEEDED"]),
        ({"first": 0, "last": 1}, (1, 1), ["PAGE_FROM_BOTH_ENDS"]),
        (
            {"first": 0, "after": 1, "before": 2},
            (-1, "x", "y"),
            ["INVALID_CURSOR", "INVALID_CURSOR", "PAGE_SIZE_NEGATIVE"],
        ),
    ],
)
def test_every_bad_value_is_listed(given: dict[str, int], values: tuple[object, ...], codes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        bound(things(Leaf("id", "id"), **given), *values)
    assert sorted(problem.code for problem in refused.value.problems) == codes


def test_a_shape_makes_the_answer_in_the_words_of_the_question() -> None:
    selection = things(
        Constant("kind", "Thing"),
        Leaf("called", "name"),
        Leaf("other", "name", reading=Reading.TEXT, slot=0),
        parts("bits", "id"),
        total=True,
    )
    selection = Selection(
        "Query.things", Arity.PAGE, page=(*selection.page, PageInfo("info", (("more", "hasNextPage"),)))
    )
    node = {"id": "1", "sk": "a|1", "name": "名", "nameMap": '{"ja":"名","en":"name"}', "p0": [{"id": "2"}]}
    asked = Asked(("en",), Viewer(), AT)
    answer = compiled(selection).shape([{"total": 7}, node], asked)
    thing = {"kind": "Thing", "called": "名", "other": "name", "bits": {"edges": [{"node": {"id": "2"}}]}}
    assert answer == {"edges": [{"node": thing}], "totalCount": 7, "info": {"more": False}}


def test_a_value_that_must_not_be_null_is_never_answered_as_null() -> None:
    statement = compiled(things(Leaf("name", "name")))
    with pytest.raises(RuntimeError, match="name"):
        statement.shape([{"id": "1", "sk": "a", "name": None}], Asked((), Viewer(), AT))
