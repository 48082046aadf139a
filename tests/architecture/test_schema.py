"""The schema says what it means, is the one that is committed, and the graph knows an answer to all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_introspection_type,
    is_non_null_type,
    is_specified_scalar_type,
)

from graph_service.domain.search import SearchType
from graph_service.read.fragment import Fragment, load
from graph_service.read.selection import Audience
from graph_service.schema import SCHEMA
from graph_service.schema.build import build, sdl
from graph_service.schema.selection import RECORDS
from graph_service.store.statements import folder, fragments, texts

COMMITTED = Path(__file__).parents[2] / "graph_service/schema/schema.graphql"
READING = build().graphql
FRAGMENTS = load(fragments())

# A node of these is not for everybody; of these, and of nodes of any type, only what the viewer may see is found.
RESTRICTED = {
    "Award",
    "Completion",
    "Consent",
    "Endorsement",
    "Enrolment",
    "Entity",
    "Learner",
    "Pathway",
    "PathwayVersion",
    "Statement",
    "Waiver",
}
MADE = ("Connection", "Edge")
VALUES = ("LanguageText", *RECORDS)
NOT_READ = {"Query.viewer"}
SEARCHED = ("text", "nameContains")  # what `$words` and `$folded` are made of


def fields() -> Iterator[tuple[str, GraphQLField]]:
    """Yield every field that the graph answers."""
    for name, type_ in READING.type_map.items():
        made = name.endswith(MADE) or is_introspection_type(type_) or name in ("PageInfo", "Viewer", *VALUES)
        if isinstance(type_, GraphQLObjectType) and not made:
            yield from ((f"{name}.{each}", field) for each, field in type_.fields.items())


FIELDS = {coordinate: field for coordinate, field in fields() if coordinate not in NOT_READ}


def finds_nodes(field: GraphQLField) -> bool:
    type_ = get_named_type(field.type)
    return is_composite_type(type_) and type_.name not in VALUES


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    """When it is meant to change: write `sdl(SCHEMA)` to the file, and a line in CHANGELOG.md."""
    assert sdl(SCHEMA).splitlines() == COMMITTED.read_text(encoding="utf-8").splitlines()


def test_everything_is_described() -> None:
    bare = []
    for name, type_ in SCHEMA.graphql.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        bare += [] if type_.description else [name]
        bare += [f"{name}.{each}" for each, field in getattr(type_, "fields", {}).items() if not field.description]
    assert bare == []


def test_what_finds_nodes_has_a_fragment_and_every_fragment_a_field() -> None:
    assert FRAGMENTS.keys() <= FIELDS.keys()
    assert {name for name, field in FIELDS.items() if finds_nodes(field)} <= FRAGMENTS.keys()


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_is_what_its_field_needs(name: str) -> None:
    assert bool(FRAGMENTS[name].call or FRAGMENTS[name].match) == finds_nodes(FIELDS[name])
    assert bool(FRAGMENTS[name].orders) or not get_named_type(FIELDS[name].type).name.endswith(MADE)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_arguments_of_a_fragment_are_those_of_its_field(name: str) -> None:
    fragment = FRAGMENTS[name]
    for line in (*fragment.call, *fragment.match, *fragment.where, *fragment.value):
        for used in set(re.findall(r"\$(\w+)", line.text)) - {"viewer", "at"}:
            argument = next(filter(FIELDS[name].args.get, SEARCHED)) if used in ("words", "folded") else used
            required = is_non_null_type(FIELDS[name].args[argument].type)
            assert required or argument in line.given


@pytest.mark.parametrize("name", FRAGMENTS)
def test_orders_of_a_fragment_are_those_of_its_field(name: str) -> None:
    if argument := FIELDS[name].args.get("order"):
        enumeration = get_named_type(argument.type)
        assert isinstance(enumeration, GraphQLEnumType)
        assert {order.name for order in FRAGMENTS[name].orders} == set(enumeration.values)
        assert FRAGMENTS[name].orders[0].name == argument.default_value


def labels(fragment: Fragment) -> set[str]:
    found = (re.search(r"\(node:([\w|]+)\)", line.text) for line in fragment.match)
    return {label for each in found if each for label in each[1].split("|")}


# An endorsement that is hidden stays where its document is.
DOCUMENT_SHOWN = "EXISTS { MATCH (node)<-[:STATES]-(:Credential {documentId: $id, shown: true}) }"
SHOWN = {"Query.endorsementByCredential": DOCUMENT_SHOWN}

# Of completions one sees also those of learners who let one see progress, at the instant of the request (decision 10).
CONSENTED = (
    "EXISTS { MATCH (node)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent)"
    " WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until }"
)
BESIDES = dict.fromkeys(
    ("Query.completion", "Query.completions", "Learner.completions", "Pathway.completions"), f" OR {CONSENTED}"
) | dict.fromkeys(("Query.node", "Query.nodes"), f" OR (node.type = 'Completion' AND {CONSENTED})")

# By which version somebody is judged belongs to progress.
ALSO = {
    "Completion.pathwayVersion": [f"(parent.learnerId IN $viewer OR {CONSENTED.replace('(node)', '(parent)')})"],
}


@pytest.mark.parametrize("name", [name for name, each in FRAGMENTS.items() if labels(each) & RESTRICTED])
def test_what_is_not_for_everybody_is_found_only_by_those_who_may_see_it(name: str) -> None:
    seen = {
        audience: [line.text for line in FRAGMENTS[name].where if line.depends and line.kept(set(), audience)]
        for audience in Audience
    }
    shown = SHOWN.get(name, "node.shown = true")
    assert seen == {
        Audience.PUBLIC: [shown],
        Audience.MEMBER: [
            f"({shown} OR any(r IN node.readers WHERE r IN $viewer){BESIDES.get(name, '')})",
            *ALSO.get(name, []),
        ],
        Audience.OPERATOR: [],
    }


def test_what_can_be_searched_for_has_a_type_that_says_so() -> None:
    types = READING.get_possible_types(READING.type_map["Searchable"])  # type: ignore[arg-type]
    assert {type_.name for type_ in types} == set(SearchType)


def test_a_fragment_starts_from_an_index_that_exists() -> None:
    made = re.findall(
        r"CREATE (?:(?:FULLTEXT )?INDEX|CONSTRAINT) (\w+)", " ".join(text for _, text in texts(folder() / "migrations"))
    )
    for name, text in fragments().items():
        (index,) = re.findall(r"^// index: (.*)$", text, re.MULTILINE)
        assert index.startswith("none, ") or set(index.split(", ")) <= set(made), name


def test_a_page_is_in_the_order_of_an_index() -> None:
    """Unless it walks from one node: few enough to be sorted."""
    keys = re.findall(r"FOR \(n:(\w+)\) ON \(([^)]*)\)", " ".join(text for _, text in texts(folder() / "migrations")))
    indexed = {(label, tuple(each.split(".")[1] for each in listed.split(", "))) for label, listed in keys}
    for name, fragment in FRAGMENTS.items():
        if fragment.orders and "// index: none" not in fragments()[name]:
            (label,) = labels(fragment)
            assert all((label, order.keys) in indexed for order in fragment.orders), name


def test_nothing_secret_has_a_name_in_the_schema() -> None:
    named = {coordinate.split(".")[1] for coordinate in FIELDS}
    assert not named & {
        "sealed",
        "keyHash",
        "hash",
        "readers",
        "shown",
        "persona",
        "learnerId",
        "skName",
        "skDate",
        "lock",
    }
