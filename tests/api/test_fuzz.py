"""Values that fit the schema and mean nothing: each is answered, none is a fault of ours."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLScalarType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_service.schema import SCHEMA
from tests.api.play import ROLES, Play
from tests.api.service import Api, document

EXAMPLES = settings(
    max_examples=int(os.environ.get("FUZZ", "30")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

INSIDE = re.compile(r"INTERNAL|Traceback|graph_service|strawberry|starlette|Neo\.|neo4j|ArcadeDB|MATCH \(|\.py\b")
"""What nobody outside is to read."""
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


def leaks(answer: httpx.Response, given: Any = "") -> list[str]:
    """Return what tells of our inside, but for what was given."""
    return [each for each in INSIDE.findall(answer.text) if each not in json.dumps(given, ensure_ascii=False)]


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
    assert not leaks(answer, arguments)
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
    assert not leaks(answer, drawn)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw a query of one root with arguments, and of every value that its answer has, two levels deep."""
    root = draw(st.sampled_from(sorted(SCHEMA.graphql.query_type.fields.items())))
    variables: dict[str, Any] = {}
    declared: list[str] = []

    def asked(name: str, field: Any, below: int) -> str:
        given = []
        for each, argument in field.args.items():
            if is_required_argument(argument) or draw(st.integers(0, 3)) == 0:
                variable = f"v{len(variables)}"
                variables[variable] = draw(values(argument.type))
                declared.append(f"${variable}: {argument.type}")
                given.append(f"{each}: ${variable}")
        arguments = f"({', '.join(given)})" if given else ""
        type_ = get_named_type(field.type)
        if is_leaf_type(type_):
            return f"{name}{arguments}"
        inner = [
            asked(each, of, below - 1)
            for each, of in getattr(type_, "fields", {}).items()
            if is_leaf_type(get_named_type(of.type)) or (below and draw(st.integers(0, 5)) == 0)
        ]
        return f"{name}{arguments} {{ __typename {' '.join(inner)} }}"

    body = asked(*root, below=2)
    heading = f"({', '.join(declared)})" if declared else ""
    return f"query{heading} {{ {body} }}", variables


@EXAMPLES
@given(drawn=documents(), persona=st.sampled_from([None, "operator", "teacher"]))
async def test_documents(
    api: Api, known: dict[str, str], drawn: tuple[str, dict[str, Any]], persona: str | None
) -> None:
    text, variables = drawn[0], found(drawn[1], known)
    answer = await api.post(text, persona, **variables)
    assert answer.status_code == 200
    assert not leaks(answer, variables)


ASKING = b'{"query": "{ profiles { edges { node { id } } } }", "variables": {"a": [1, null]}}'
BODIES = (
    st.binary(max_size=200)
    | ANYTHING.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries(
        {},
        optional={
            "query": ANYTHING | st.sampled_from(["{ viewer { kind } }", "mutation { a }", "subscription { a }"]),
            "documentId": ANYTHING,
            "operationName": ANYTHING,
            "variables": ANYTHING,
            "extensions": ANYTHING,
        },
    ).map(lambda value: json.dumps(value).encode())
    | st.tuples(st.integers(0, len(ASKING)), st.binary(max_size=5)).map(
        lambda cut: ASKING[: cut[0]] + cut[1] + ASKING[cut[0] + 1 :]
    )
)
LATIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=40)
MEDIA = st.sampled_from(["application/json", "application/graphql-response+json", "text/html", "*/*;q=0.5"])
HEADERS = {
    "Content-Type": st.just("application/json") | MEDIA | LATIN,
    "Accept": MEDIA | LATIN,
    "Accept-Language": st.just("ja") | LATIN,
    "Authorization": LATIN | LATIN.map("Bearer {}".format),
    "If-None-Match": st.just("*") | LATIN,
    "X-Persona": st.just("operator") | LATIN,
}


@EXAMPLES
@given(body=BODIES, headers=st.fixed_dictionaries({}, optional=HEADERS))
async def test_requests(api: Api, body: bytes, headers: dict[str, str]) -> None:
    encoded = {name: value.strip().encode("latin-1") for name, value in headers.items()}
    for method, sent in (("POST", {"content": body}), ("GET", {"params": {"query": body, "variables": body}})):
        answer = await api.client.request(method, "/graphql", headers=encoded, **sent)  # type: ignore[arg-type]
        assert answer.status_code in (200, 304, 400, 401, 405)
        assert not leaks(answer, [body.decode("latin-1"), headers])
