"""Values that fit the schema and mean nothing: each is answered, none is a fault of ours."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLScalarType, is_list_type, is_non_null_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_service.schema import SCHEMA
from tests.api.play import Play
from tests.api.service import Api, document

EXAMPLES = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
IDS = st.sampled_from(
    [f"https://graph-service.example/{path}" for path in ("profiles/minato-board", "profiles/service", "profiles/")]
)
INSTANTS = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXT | IDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.sampled_from(["root", "nodes", "id"]), inner, max_size=3),
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


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw a mutation with arguments."""
    assert SCHEMA.graphql.mutation_type is not None
    name = draw(st.sampled_from(sorted(SCHEMA.graphql.mutation_type.fields)))
    arguments = SCHEMA.graphql.mutation_type.fields[name].args
    chosen = {key for key, each in arguments.items() if is_non_null_type(each.type) or draw(st.booleans())}
    return name, {key: draw(values(arguments[key].type)) for key in sorted(chosen)}


@EXAMPLES
@given(drawn=mutations(), persona=st.sampled_from(["operator", "desk", "officer", "editor", "board-owner", "teacher"]))
async def test_mutations(play: Play, api: Api, drawn: tuple[str, dict[str, Any]], persona: str) -> None:
    name, arguments = drawn
    before = len(await api.events())
    answer = await api.post(document(name, arguments), persona, **arguments)
    assert answer.status_code in (200, 400)
    assert "INTERNAL" not in answer.text
    made = answer.status_code == 200 and f"{name}\":{{\"__typename\":\"Problems\"" not in answer.text
    assert len(await api.events()) - before in ((0, 1) if made else (0,))


QUERIES = {
    "progress(pathway: $a, learner: $b, at: $at) { state percentage nodes { id } }": "$a: ID!, $b: ID!, $at: Instant",
    "verify(document: $text, at: $at) { authentic checks { code message } }": "$text: String!, $at: Instant",
    "nodes(ids: $ids) { id }": "$ids: [ID!]!",
    "endorsements(of: $a, by: $b, kind: ENDORSE, first: $n, after: $text) { totalCount edges { cursor } }": "$a: ID, $b: ID, $n: Int, $text: String",
    "achievements(owner: $a, last: $n, before: $text) { edges { node { name(language: $text) } } }": "$a: ID, $n: Int, $text: String",
}
VARIABLES = {"a": IDS | TEXT, "b": IDS | TEXT, "at": INSTANTS | ANYTHING, "text": TEXT, "ids": st.lists(IDS | TEXT, max_size=5), "n": st.integers(-5, 105)}


@EXAMPLES
@given(data=st.data(), query=st.sampled_from(list(QUERIES)))
async def test_queries(api: Api, data: st.DataObject, query: str) -> None:
    declared = QUERIES[query]
    variables = {name: data.draw(drawn, name) for name, drawn in VARIABLES.items() if f"${name}:" in declared}
    answer = await api.post(f"query({declared}) {{ {query} }}", "operator", **variables)
    assert answer.status_code == 200
    assert "INTERNAL" not in answer.text
