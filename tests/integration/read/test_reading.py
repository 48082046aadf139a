"""What is asked of the graph, what comes back, and what never does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.read.conftest import READING, Asking
from tests.integration.read.data import ACADEMY, BASE, BOARD, LEARNERS, SECRET, Graph

ACHIEVEMENT = f"{BASE}/achievements/0"


async def test_one_field_of_the_root_is_one_statement(ask: Asking) -> None:
    ask.ran.clear()
    await ask(
        """query ($id: ID!) { a: achievements(first: 3) { totalCount edges { cursor node { name owner { name keys { id } }
             endorsements { totalCount edges { node { target { id ... on Profile { name } } } } } } } }
             b: profile(id: $id) { name } viewer { kind } }""",
        id=ACADEMY,
    )
    assert sorted(ask.ran) == ["Query.achievements", "Query.profile"]


async def test_only_the_count_is_read_when_only_the_count_is_asked(ask: Asking) -> None:
    assert await ask("{ achievements { totalCount } }") == {"achievements": {"totalCount": 9}}


async def test_a_list_of_which_nothing_is_asked_is_answered(ask: Asking) -> None:
    answer = await ask("{ profiles { __typename } achievements { pageInfo @skip(if: true) { endCursor } } }")
    assert answer == {"profiles": {"__typename": "ProfileConnection"}, "achievements": {}}


async def test_one_field_under_two_names_with_different_arguments(ask: Asking) -> None:
    answer = await ask(
        """query ($id: ID!) { profile(id: $id) { one: achievements(first: 1) { edges { node { id } } }
             all: achievements { edges { node { id } } totalCount } ja: name en: name(language: "en") } }""",
        id=ACADEMY,
    )
    profile = answer["profile"]
    assert [len(profile["one"]["edges"]), len(profile["all"]["edges"])] == [1, 8]
    assert (profile["ja"], profile["en"]) == ("𠮷野学院", "𠮷野学院 (en)")


@pytest.mark.parametrize("seen", [True, False])
async def test_skip_and_include_hold_for_the_variables_of_each_request(ask: Asking, seen: bool) -> None:
    document = """query ($id: ID!, $seen: Boolean!) { profile(id: $id) { id name @include(if: $seen)
                  ... @skip(if: $seen) { url } } }"""
    answer = await ask(document, id=ACADEMY, seen=seen)
    assert answer["profile"].keys() == {"id", "name" if seen else "url"}


async def test_a_variable_that_is_not_given_does_not_filter(ask: Asking) -> None:
    document = "query ($kind: EndorsementKind) { endorsements(kind: $kind) { totalCount } }"
    counts = [
        (await ask(document, "operator", **variables))["endorsements"]["totalCount"]
        for variables in ({}, {"kind": None}, {"kind": "ENDORSE"})
    ]
    assert counts == [24, 24, 16]


async def test_the_order_may_come_from_a_variable(ask: Asking) -> None:
    document = "query ($order: DateOrder!) { endorsements(order: $order) { edges { node { id } } } }"
    newest, oldest = [(await ask(document, order=order))["endorsements"]["edges"] for order in ("NEWEST", "OLDEST")]
    assert newest == oldest[::-1] != oldest


async def test_node_finds_everything_that_has_an_address(ask: Asking, graph: Graph) -> None:
    own = ("Profile", "Achievement", "Version", "Award", "Learner", "Endorsement", "Pathway", "PathwayVersion")
    ids = graph.ids(*own, "Framework", "Item", "Stage", "Cell")
    answer = await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", "operator", ids=ids)
    assert [node["id"] for node in answer["nodes"]] == ids


@pytest.mark.parametrize("id_", ["urn:graph-service:principal:1", f"{BASE}/status/1", f"{ACADEMY}#z6Mk", "urn:x"])
async def test_node_finds_nothing_else(ask: Asking, id_: str) -> None:
    assert await ask("query ($id: ID!) { node(id: $id) { id } }", "operator", id=id_) == {"node": None}


async def test_nodes_keeps_order_and_gaps(ask: Asking) -> None:
    ids = ["urn:none", BOARD, ACHIEVEMENT, BOARD, f"{BASE}/awards/0"]
    answer = await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", ids=ids)
    types = [node and node["__typename"] for node in answer["nodes"]]
    assert types == [None, "Profile", "Achievement", "Profile", None]


@pytest.mark.parametrize(
    ("viewer", "awards", "reasons"),
    [("public", 2, 0), ("board", 2, 0), ("learner", 4, 1), ("academy", 8, 1), ("operator", 8, 1)],
)
async def test_awards_are_for_those_who_may_see_them(ask: Asking, viewer: str, awards: int, reasons: int) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Award { id reason } } }"
    answer = await ask(document, viewer, ids=[f"{BASE}/awards/{number}" for number in range(8)])
    found = [node for node in answer["nodes"] if node]
    assert (len(found), sum(node["reason"] is not None for node in found)) == (awards, reasons)


async def test_a_holder_is_hidden_where_the_award_is_not(ask: Asking) -> None:
    document = "query ($id: ID!) { award(id: $id) { id holder { id } } }"
    public, holder = [(await ask(document, viewer, id=f"{BASE}/awards/7"))["award"] for viewer in ("public", "learner")]
    assert (public["holder"], holder["holder"]) == (None, {"id": LEARNERS[1]})


async def test_a_request_that_nobody_answered_has_lapsed(ask: Asking) -> None:
    document = (
        "query ($state: EndorsementState!) { endorsements(state: $state) { totalCount edges { node { state } } } }"
    )
    lapsed, requested = [
        (await ask(document, "operator", state=state))["endorsements"] for state in ("LAPSED", "REQUESTED")
    ]
    assert (lapsed["totalCount"], requested["totalCount"]) == (2, 2)
    assert {edge["node"]["state"] for edge in lapsed["edges"]} == {"LAPSED"}


async def test_texts_come_in_all_languages_or_in_the_one_that_is_asked(ask: Asking) -> None:
    answer = await ask(
        """query ($id: ID!) { achievement(id: $id) { nameMap { language said: text __typename } de: name(language: "de")
             descriptionMap { text } description } }""",
        id=ACHIEVEMENT,
    )
    assert answer["achievement"] == {
        "nameMap": [
            {"language": "ja", "said": "不登校の理解", "__typename": "LanguageText"},
            {"language": "en", "said": "不登校の理解 (en)", "__typename": "LanguageText"},
        ],
        "de": "不登校の理解",
        "descriptionMap": [],
        "description": None,
    }


async def test_a_pathway_version_comes_with_all_its_requirements(ask: Asking) -> None:
    answer = await ask(
        """query ($id: ID!) { pathway(id: $id) { current { state nodes { nodeId kind parts accepts { id } } }
             versions { number } } }""",
        id=f"{BASE}/pathways/0",
    )
    version = f"{BASE}/pathways/0/versions/1"
    assert answer["pathway"]["versions"] == [{"number": 1}]
    nodes = answer["pathway"]["current"]["nodes"]
    assert [node["nodeId"] for node in nodes] == ["root", "a", "b"]
    assert nodes[0]["parts"] == [f"{version}#a", f"{version}#b"]
    assert nodes[1]["accepts"] == [{"id": f"{BASE}/achievements/1"}]


async def test_open_ends_are_null(ask: Asking) -> None:
    answer = await ask("query ($id: ID!) { award(id: $id) { since until ended } }", id=f"{BASE}/awards/3")
    assert answer["award"] == {"since": "2026-11-21T07:46:40Z", "until": None, "ended": None}


async def test_stored_values_come_by_their_name_in_the_schema(ask: Asking) -> None:
    answer = await ask("query ($id: ID!) { achievement(id: $id) { achievementType } }", id=f"{BASE}/achievements/1")
    assert answer["achievement"] == {"achievementType": "MICRO_CREDENTIAL"}


async def test_a_viewer_learns_who_they_are(ask: Asking) -> None:
    assert await ask("{ viewer { kind readsFor } }", "academy") == {"viewer": {"kind": "MEMBER", "readsFor": [ACADEMY]}}


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ("{ achievements(first: -1) { totalCount edges { cursor } } }", ["PAGE_SIZE_NEGATIVE"]),
        ("{ achievements(first: 101) { edges { cursor } } }", ["LIMIT_EXCEEDED"]),
        ("{ achievements(first: 1, last: 1) { edges { cursor } } }", ["PAGE_FROM_BOTH_ENDS"]),
        ('{ achievements(first: -1, after: "x") { edges { cursor } } }', ["INVALID_CURSOR", "PAGE_SIZE_NEGATIVE"]),
        ("{ profiles { edges { node { nope } } } }", ["INVALID_DOCUMENT"]),
        ("{", ["INVALID_DOCUMENT"]),
        ("query ($n: Int!) { achievements(first: $n) { totalCount } }", ["INVALID_DOCUMENT"]),
        ("{ nodes(ids: [" + '"x" ' * 101 + "]) { id } }", ["LIMIT_EXCEEDED"]),
        (
            "{ achievements(first: 100) { edges { node { owner { achievements(first: 100) { totalCount edges { node { id } } } } } } } }",
            ["LIMIT_EXCEEDED"],
        ),
    ],
)
async def test_a_wrong_question_is_answered_with_codes(ask: Asking, document: str, codes: list[str]) -> None:
    ask.ran.clear()
    assert sorted(await ask.codes(document)) == codes
    assert ask.ran == []


async def test_what_all_root_fields_cost_together_is_limited(ask: Asking) -> None:
    one = "achievements(first: 60) { edges { node { endorsements(first: 50) { edges { node { id } } } } } }"
    assert await ask.codes(f"{{ {one} }}") == []
    ask.ran.clear()
    assert set(await ask.codes(f"{{ {one} a: {one} }}")) == {"LIMIT_EXCEEDED"}
    assert ask.ran == []


async def test_no_secret_is_in_any_answer(ask: Asking, graph: Graph) -> None:
    """Ask every type for every one of its values."""
    for name, values in _values().items():
        query = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {{ {' '.join(values)} }} }} }}"
        answer = await ask(query, ids=graph.ids(name, "Endorsement"))
        assert answer["nodes"]
        assert SECRET not in json.dumps(answer)


def _values() -> dict[str, list[str]]:
    """Return the fields of each node that are values of the same type wherever they occur."""
    introspection: Any = READING.introspect()
    types = {type_["name"]: type_ for type_ in introspection["__schema"]["types"]}
    return {
        each["name"]: [
            f"{each['name']}_{field['name']}: {field['name']}"
            for field in types[each["name"]]["fields"]
            if _scalar(field["type"], types)
        ][:5]
        for each in types["Endorsable"]["possibleTypes"]
    }


def _scalar(type_: dict[str, Any], types: dict[str, Any]) -> bool:
    return _scalar(type_["ofType"], types) if type_["ofType"] else types[type_["name"]]["kind"] in ("SCALAR", "ENUM")


FRAMEWORK = f"{BASE}/frameworks/0"


async def test_a_framework_is_told_in_order(ask: Asking) -> None:
    answer = await ask(
        """query ($id: ID!) { framework(id: $id) { setBy { id } items { position } stages { position }
             cells { row column text item { position } stages { position } } } }""",
        id=FRAMEWORK,
    )
    framework = answer["framework"]
    assert framework["setBy"] == {"id": BOARD}
    assert framework["items"] == framework["stages"] == [{"position": 0}, {"position": 1}]
    cells = [
        (cell["row"], cell["column"], [stage["position"] for stage in cell["stages"]]) for cell in framework["cells"]
    ]
    assert cells == [(0, 0, [0]), (0, 1, [0, 1]), (1, 0, [0, 1])]
    assert [cell["item"]["position"] for cell in framework["cells"]] == [0, 0, 1]


async def test_only_what_is_aligned_now_is_told(ask: Asking) -> None:
    document = """query ($id: ID!) { framework(id: $id) { cells { row achievements(first: 9) {
                    totalCount edges { node { id cells { row } } } } } } }"""
    cells = (await ask(document, id=FRAMEWORK))["framework"]["cells"]
    aligned = [{edge["node"]["id"] for edge in cell["achievements"]["edges"]} for cell in cells]
    first, second, third = (f"{BASE}/achievements/{number}" for number in range(3))
    assert aligned == [{first, second}, {first, second}, {second, third}]
    assert {cell["achievements"]["totalCount"] for cell in cells} == {2}


async def test_endorsements_by_one_kind_of_party(ask: Asking) -> None:
    document = "query ($kind: ProfileKind) { endorsements(endorserKind: $kind) { totalCount } }"
    counts = {
        kind: (await ask(document, "operator", kind=kind))["endorsements"]["totalCount"]
        for kind in ("BOARD", "PERSON", "OTHER", "COMPANY", None)
    }
    assert counts == {"BOARD": 8, "PERSON": 8, "OTHER": 8, "COMPANY": 0, None: 24}


async def test_awards_by_id(ask: Asking) -> None:
    document = """query ($id: ID!, $after: String) { achievement(id: $id) { awards(first: 2, after: $after, order: ID) {
                    edges { node { id } } pageInfo { endCursor hasNextPage } } } }"""
    page = (await ask(document, "operator", id=ACHIEVEMENT))["achievement"]["awards"]
    cursor = page["pageInfo"]["endCursor"]
    rest = (await ask(document, "operator", id=ACHIEVEMENT, after=cursor))["achievement"]["awards"]
    ids = [edge["node"]["id"] for each in (page, rest) for edge in each["edges"]]
    assert ids == [f"{BASE}/awards/{number}" for number in (0, 2, 4, 6)]
    assert rest["pageInfo"]["hasNextPage"] is False
