"""The grammar of fragments."""

from __future__ import annotations

import pytest

from graph_service.errors import ConfigurationError
from graph_service.read.fragment import Fragment, load
from graph_service.read.selection import Audience

WHOLE = """\
// Endorsements of one achievement.
// index: endorsement_target_id_sk_date
// order NEWEST: targetId, skDate DESC  // if of
// order NEWEST: skDate DESC
// order OLDEST: skDate ASC
// count: (parent)<-[:ENDORSES]-()
MATCH (parent)<-[:ENDORSES]-(node:Endorsement)
WHERE node.kind = $kind        // if kind
  AND node.shown = true        // for public member
  AND node.state <> 'DRAFT'    // if kind // for operator
"""
VALUE = """\
// Why it ended, for those whom it concerns.
// index: none, one node
RETURN null          // for public
RETURN parent.reason // for member operator
"""


def read(text: str, name: str = "Type.field") -> Fragment:
    return load({name: text})[name]


def texts(fragment: Fragment, given: set[str], audience: Audience) -> list[str]:
    return [line.text for line in fragment.where if line.kept(given, audience)]


def test_a_line_stands_for_its_arguments_and_viewers() -> None:
    fragment = read(WHOLE)
    assert texts(fragment, set(), Audience.PUBLIC) == ["node.shown = true"]
    assert texts(fragment, {"kind"}, Audience.MEMBER) == ["node.kind = $kind", "node.shown = true"]
    assert texts(fragment, {"kind"}, Audience.OPERATOR) == ["node.kind = $kind", "node.state <> 'DRAFT'"]
    assert texts(fragment, set(), Audience.OPERATOR) == []


@pytest.mark.parametrize(
    ("name", "given", "keys", "descending"),
    [
        ("", set(), ("skDate",), True),
        ("NEWEST", {"of"}, ("targetId", "skDate"), True),
        ("OLDEST", {"of"}, ("skDate",), False),
    ],
)
def test_the_first_order_that_applies_is_taken(
    name: str, given: set[str], keys: tuple[str, ...], descending: bool
) -> None:
    order = read(WHOLE).order(name, given)
    assert order is not None
    assert (order.keys, order.descending) == (keys, descending)


def test_an_order_that_is_not_offered_is_not_found() -> None:
    assert read(WHOLE).order("RANDOM", set()) is None


def test_a_value_may_differ_by_viewer() -> None:
    values = read(VALUE).value
    shown = {each: [line.text for line in values if line.kept(set(), each)] for each in Audience}
    assert shown == {"public": ["null"], "member": ["parent.reason"], "operator": ["parent.reason"]}


def test_a_fragment_may_start_from_the_full_text_index() -> None:
    call = "db.index.fulltext.queryNodes('i', $words) YIELD node"
    fragment = read(f"// A.\n// index: i\nCALL {call} // if text\nMATCH (node:A)\nWHERE node.norm CONTAINS $folded")
    assert [(line.text, line.given) for line in fragment.call] == [(call, {"text"})]
    assert [line.text for line in fragment.match] == ["(node:A)"]
    assert read(f"// A.\n// index: i\nCALL {call}\nWHERE node.x = 1").match == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("// A.\n// index: x\nMATCH (node:A) // for publik", "FRAGMENT_LINE"),
        ("// A.\n// index: x\nMATCH (node:A) // only sometimes", "FRAGMENT_LINE"),
        ("// A.\n// index: x\nMATCH (node:A)\nLIMIT 1", "FRAGMENT_LINE"),
        ("// A.\n// index: x\n// order newest: skDate DESC\nMATCH (node:A)", "FRAGMENT_LINE"),
        ("// A.\n// index: x\nMATCH (node:A)\n  AND node.x = 1", "FRAGMENT_BODY"),
        ("// A.\n// index: x\nMATCH (node:A)\nWHERE node.x = 1\nWHERE node.y = 1", "FRAGMENT_BODY"),
        ("// A.\n// index: x\nMATCH (node:A)\nRETURN node", "FRAGMENT_BODY"),
        ("// A.\n// index: x", "FRAGMENT_BODY"),
        ("// A.\n// index: x\nMATCH (node:A)\nCALL p() YIELD node", "FRAGMENT_BODY"),
        ("// A.\n// index: x\nCALL p() YIELD node\nRETURN node", "FRAGMENT_BODY"),
        ("// A.\n// index: x\nMATCH (parent)<-[r:T]-(x)-[:U]->(node:A)", "FRAGMENT_VARIABLE"),
    ],
)
def test_what_is_not_of_the_grammar_stops_the_start(text: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(text)
    assert code in {problem.code for problem in refused.value.problems}


def test_all_problems_of_all_files_are_listed() -> None:
    broken = "// A.\n// index: x\nMATCH (n:A)\nnonsense\nmore nonsense"
    with pytest.raises(ConfigurationError) as refused:
        load({"Type.field": broken, "wrong name": broken})
    codes = [(problem.path, problem.code) for problem in refused.value.problems]
    assert codes == [
        (("Type.field", 4), "FRAGMENT_LINE"),
        (("Type.field", 5), "FRAGMENT_LINE"),
        (("Type.field",), "FRAGMENT_VARIABLE"),
        (("wrong name",), "FRAGMENT_NAME"),
        (("wrong name", 4), "FRAGMENT_LINE"),
        (("wrong name", 5), "FRAGMENT_LINE"),
        (("wrong name",), "FRAGMENT_VARIABLE"),
    ]
