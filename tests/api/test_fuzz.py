"""Values that fit the schema and mean nothing: each is answered, none is a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLScalarType, is_list_type, is_non_null_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_service.schema import SCHEMA
from tests.api.play import ROLES, Play
from tests.api.service import Api, document

EXAMPLES = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
KNOWN = ("board", "university", "badge", "learner", "award", "endorsement", "pathway", "person")
IDS = st.sampled_from(KNOWN).map("known:{}".format)  # the ids themselves are found when a test runs
INSTANTS = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | IDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXT | st.sampled_from(["root", "nodes", "id"]), inner, max_size=3)
    ),
    max_leaves=8,
)
SCALARS = {
    "Boolean": st.booleans(),
    "ID": IDS | TEXT,
    "Instant": INSTANTS | ANYTHING,
    "Int": st.integers(-(2**31), 2**31 - 1),
    "JSON": ANYTHING,
    "String": TEXT,
}


def values(type_: Any) -> st.SearchStrategy[Any]:
    """Return values of an input type, mostly."""
    if is_non_null_type(type_):
        return values(type_.of_type).filter(lambda value: value is not None)
    if is_list_type(type_):
        return st.lists(values(type_.of_type), max_size=3)
    match type_:
        case GraphQLEnumType():
            return st.sampled_from(list(type_.values))
        case GraphQLInputObjectType():
            needed = {name: values(of.type) for name, of in type_.fields.items() if is_non_null_type(of.type)}
            optional = {name: values(of.type) for name, of in type_.fields.items() if name not in needed}
            return st.fixed_dictionaries(needed, optional=optional)
        case GraphQLScalarType():
            return SCALARS[type_.name]
    raise AssertionError(type_)


@pytest.fixture(scope="module")
async def known(play: Play) -> dict[str, str]:
    """Return the ids of what exists, made for this alone where it may be changed."""
    badge = await play.achievement()
    return {
        "board": play.board,
        "university": play.university,
        "badge": badge,
        "learner": play.learner,
        "award": await play.awarded(badge),
        "endorsement": await play.requested(badge),
        "pathway": await play.drafted(),
        "person": play.principals["head"],
    }


def found(value: Any, known: dict[str, str]) -> Any:
    """Return the value with ids in the places of their names."""
    match value:
        case str():
            return known.get(value.removeprefix("known:"), value)
        case list():
            return [found(each, known) for each in value]
        case dict():
            return {name: found(each, known) for name, each in value.items()}
    return value


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw a mutation with arguments."""
    assert SCHEMA.graphql.mutation_type is not None
    name = draw(st.sampled_from(sorted(SCHEMA.graphql.mutation_type.fields)))
    arguments = SCHEMA.graphql.mutation_type.fields[name].args
    chosen = {key for key, each in arguments.items() if is_non_null_type(each.type) or draw(st.booleans())}
    return name, {key: draw(values(arguments[key].type)) for key in sorted(chosen)}


@EXAMPLES
@given(drawn=mutations(), persona=st.sampled_from([*ROLES, "operator", "teacher"]))
async def test_mutations(api: Api, known: dict[str, str], drawn: tuple[str, dict[str, Any]], persona: str) -> None:
    name, arguments = drawn[0], found(drawn[1], known)
    before = await api.size()
    answer = await api.post(document(name, arguments), persona, **arguments)
    assert "INTERNAL" not in answer.text
    result = (answer.json().get("data") or {name: {"__typename": "Problems"}})[name]
    if result["__typename"] == "Problems":
        assert await api.size() == before
    else:
        nothing = name == "checkPathwayDraft" or arguments.get("dryRun") or result.get("outcome") == "UNCHANGED"
        grown = (await api.size())["events"] - before["events"]
        assert grown == (not nothing) or (grown == 0 and name.startswith("set"))  # it may have been set so before


QUERIES = {
    "progress(pathway: $a, learner: $b, at: $at) { state percentage nodes { id } }": "$a: ID!, $b: ID!, $at: Instant",
    "verify(document: $text, at: $at) { authentic checks { code message } }": "$text: String!, $at: Instant",
    "nodes(ids: $ids) { id ... on Profile { name(language: $text) } }": "$ids: [ID!]!, $text: String",
    "endorsements(of: $a, by: $b, kind: ENDORSE, first: $n, after: $text) { totalCount edges { cursor } }": (
        "$a: ID, $b: ID, $n: Int, $text: String"
    ),
    "achievements(owner: $a, last: $n, before: $text) { edges { node { id } } }": "$a: ID, $n: Int, $text: String",
}
VARIABLES = {
    "a": IDS | TEXT,
    "b": IDS | TEXT,
    "at": INSTANTS | ANYTHING,
    "text": TEXT,
    "ids": st.lists(IDS | TEXT, max_size=5),
    "n": st.integers(-5, 105),
}


@EXAMPLES
@given(query=st.sampled_from(list(QUERIES)), drawn=st.fixed_dictionaries(VARIABLES))
async def test_queries(api: Api, known: dict[str, str], query: str, drawn: dict[str, Any]) -> None:
    declared = QUERIES[query]
    variables = {name: value for name, value in found(drawn, known).items() if f"${name}:" in declared}
    answer = await api.post(f"query({declared}) {{ {query} }}", "operator", **variables)
    assert answer.status_code == 200
    assert "INTERNAL" not in answer.text
