"""Whatever a text holds, it is stored and read back exactly, or refused with a code."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from graph_service.schema import SCHEMA
from tests.api.mutations import MUTATIONS
from tests.api.play import Play, content, texts
from tests.api.service import Api

Place = tuple[str | int, ...]

TEXTS = [
    "'; MATCH (n) DETACH DELETE n //",
    '"}) RETURN 1 //',
    "`backticks` \\` $name {name} %s {0}",
    '+ - && || ! ( ) { } [ ] ^ " ~ * ? : \\ / AND OR NOT TO',
    "<script>alert('1')</script><!-- ]]> &amp; &#0;",
    "右から左\u202eへ\u202c、幅なし\u200b\u2060、結合e\u0301、改行\r\n\t",
    "𠮷野家で𩸽と🧑🏽‍🏫と🇯🇵",
    "\u0085\u2028\u2029\ufeff\ufffd\ue000\U0010fffd",
]
"""Cypher, quotes, names of parameters, Lucene, HTML, direction, characters of two halves, line ends, borders."""

ALL = "".join(TEXTS)
REFUSED = ["", "nul\0", "none\uffff", "last\U0010ffff", "x" * 20_001]

UNFIT = {"TEXT_EMPTY", "TEXT_CONTROL_CHARACTER", "TEXT_TOO_LONG"}
REFUSALS = {
    "ID": {"INVALID_IRI", "NOT_FOUND", "NOT_PERMITTED"},
    "Instant": {"INVALID_INSTANT"},
    "language": {"INVALID_LANGUAGE_TAG"},
    "slug": {"INVALID_SLUG"},
    "textLanguage": {"NOT_ONE_OF"},
    "mailLanguage": {"NOT_ONE_OF"},
    "to": {"INVALID_ADDRESS"},
    "url": {"INVALID_URL"},
    "awardedAt": {"INVALID_DATE"},
    "table": {"NO_HEADINGS", "MISSING_COLUMN"},
    "document": {"INVALID_JSON", "UNSUPPORTED_FORM"},
    "id": {"INVALID_SLUG", "INVALID_IRI"},
    "resultDescription": {"UNKNOWN_RESULT"},
    "requiredValue": {"NOT_ONE_OF"},
    "value": {"NOT_ONE_OF"},
    "allowedValue": UNFIT,  # it is short, and so is a genre
    "genre": UNFIT,
    "node": {"NOT_FOUND"},
    "factor": {"INVALID_DECIMAL"},
}
"""What such a text is not, by type or by name of the field; every other text is taken."""


ELSEWHERE = {"recognition", "valueMin", "valueMax"}
"""What stands in place of something else, or only sometimes; it has a test of its own."""


def places(name: str) -> Iterator[tuple[Place, str]]:
    """Yield the place of every text that a mutation takes, and its type, or its name where it is plain text."""
    assert SCHEMA.graphql.mutation_type is not None
    arguments = SCHEMA.graphql.mutation_type.fields[name].args
    for argument in arguments.keys() - {"idempotencyKey", "recognition"}:
        for place, kind in _places((argument,), arguments[argument].type):
            if (name, *place) != ("keepEndorsement", "input", "url"):  # in place of the document; it has its own test
                yield place, kind


def _places(path: Place, type_: Any) -> Iterator[tuple[Place, str]]:
    named, field_name = get_named_type(type_), str(path[-1])
    path = (*path, 0) if "[" in str(type_) else path
    if isinstance(named, GraphQLInputObjectType):
        for field, of in named.fields.items():
            if field not in ELSEWHERE:
                yield from _places((*path, field), of.type)
    elif named.name in ("ID", "Instant"):
        yield path, named.name
    elif named.name == "String":
        yield path, field_name


def put(arguments: dict[str, Any], place: Place, text: str) -> dict[str, Any]:
    """Return the arguments with another text at a place."""
    changed: Any = copy.deepcopy(arguments)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    assert isinstance(inner[place[-1]], str), f"the arguments of the mutation have no text at {place}"
    inner[place[-1]] = text
    return changed


def everything(value: Any) -> Iterator[str]:
    """Yield all texts of an answer."""
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from everything(each)
        case list():
            for each in value:
                yield from everything(each)


@pytest.mark.parametrize("name", MUTATIONS)
async def test_what_is_no_such_text_is_refused_everywhere(play: Play, api: Api, name: str) -> None:
    arguments = await MUTATIONS[name].arguments(play)
    before = await api.size()
    for place, kind in places(name):
        for text in [*REFUSED, *([ALL] if kind in REFUSALS else [])]:
            result = await api.send(name, MUTATIONS[name].persona, **put(arguments, place, text))
            assert result["__typename"] == "Problems"
            assert {problem["code"] for problem in result["problems"]} <= REFUSALS.get(kind, UNFIT)
    assert await api.size() == before


STORED = [(name, place) for name in MUTATIONS for place, kind in places(name) if kind not in REFUSALS]


@pytest.mark.parametrize(("name", "place"), STORED)
async def test_every_other_text_is_kept_exactly(play: Play, api: Api, name: str, place: Place) -> None:
    text = ALL[:200]  # the shortest limit
    made = await api.do(name, MUTATIONS[name].persona, **put(await MUTATIONS[name].arguments(play), place, text))
    if name == "createApiKey":  # its name is for operators to see
        made = await api.world.store.run("names", "MATCH (p:Principal {id: $principal}) RETURN p.name AS row", made)
    if name == "awardAchievements":
        query = "query($id: ID!) { award(id: $id) { evidence { name description } } }"
        made = await api.ask(query, MUTATIONS[name].persona, id=made["awards"][0])
    assert text in everything(made)


@pytest.mark.parametrize("field", ["training", "organiser"])
async def test_the_texts_of_a_recognition_are_kept_exactly(play: Play, api: Api, field: str) -> None:
    training = {"attribute": "OTHER", "fiscalYears": [2026], "unit": "HOURS", "amount": "1.5"}
    named = {"training": texts("研修"), "organiser": texts("市"), field: texts(ALL[:200])}
    about = {"endorser": play.board, "target": play.badge, "kind": "RECOGNISE", "recognition": training | named}
    made = (await api.do("requestEndorsement", "dean", input=about))["endorsement"]
    assert ALL[:200] in everything(json.loads(made["recognition"])[field])
    for text in REFUSED:
        about["recognition"] = training | named | {field: texts(text)}
        assert {code for code, _ in await api.refused("requestEndorsement", "dean", input=about)} <= UNFIT


@pytest.mark.parametrize("text", TEXTS)
async def test_a_text_comes_back_exactly_in_graph_document_and_credential(play: Play, api: Api, text: str) -> None:
    made = (await api.do("createAchievement", "desk", owner=play.university, input=content(text)))["achievement"]
    for field in ("nameMap", "descriptionMap", "criteriaMap"):
        assert made[field] == texts(text)
    document = (await api.get(made["id"])).json()
    assert (document["name"], document["description"], document["criteria"]["narrative"]) == (text, text, text)
    comment = {"language": "ja", "text": text}
    asked = await api.do("issueEndorsement", "officer", endorsement=await play.requested(made["id"]), comment=comment)
    signed = asked["endorsement"]["credential"]["bytes"]
    assert json.loads(signed)["credentialSubject"]["endorsementComment"] == text
    report = await api.ask("query($d: String!) { verify(document: $d) { authentic current aboutSubject } }", d=signed)
    assert report["verify"] == {"authentic": "OK", "current": "OK", "aboutSubject": "OK"}


async def test_a_draft_comes_back_exactly_and_is_published_only_when_it_is_fit(play: Play, api: Api) -> None:
    hostile = {
        "root": ALL,
        "nodes": [{"id": ALL, "kind": ALL, ALL: None}, {"id": "a", "kind": "LEAF", "targets": [ALL]}],
    }
    pathway = await play.drafted(hostile)
    drafts = await api.ask("query($id: ID!) { pathway(id: $id) { versions { definition } } }", "editor", id=pathway)
    assert json.loads(drafts["pathway"]["versions"][0]["definition"]) == hostile
    problems = await api.refused("publishPathwayVersion", "editor", pathway=pathway)
    assert sorted(problems) == [
        ("INVALID_IRI", "nodes.1.targets.0"),
        ("INVALID_NODE_ID", "nodes.0.id"),
        ("INVALID_NODE_ID", "root"),
        ("NOT_ONE_OF", "nodes.0.kind"),
        ("UNKNOWN_MEMBER", "nodes.0"),
    ]


async def test_names_of_requirements_are_kept_exactly(play: Play, api: Api) -> None:
    leaf = {"id": "a", "kind": "LEAF", "targets": [play.badge], "name": {"ja": ALL[:300]}}
    pathway = await play.drafted({"root": "a", "nodes": [leaf]})
    made = await api.do("publishPathwayVersion", "editor", pathway=pathway)
    assert made["pathwayVersion"]["nodes"][0]["name"] == ALL[:300]


@pytest.mark.parametrize("field", ["node", "profile", "achievement", "award", "learner", "endorsement", "pathway"])
async def test_no_such_id_finds_nothing(api: Api, field: str) -> None:
    for text in [ALL, *REFUSED]:
        found = await api.ask(f"query($id: ID!) {{ {field}(id: $id) {{ id }} }}", "operator", id=text)
        assert found == {field: None}


@pytest.mark.parametrize("text", [*TEXTS, *REFUSED])
async def test_no_such_text_is_a_cursor(api: Api, text: str) -> None:
    query = "query($after: String!) { profiles(after: $after) { edges { cursor } } }"
    assert await api.codes(query, after=text) == ["INVALID_CURSOR"]


@pytest.mark.parametrize(
    "body",
    [
        rb'{"query": "query($id: ID!) { node(id: $id) { id } }", "variables": {"id": "\ud842"}}',
        b'{"query": "query($id: ID!) { node(id: $id) { id } }", "variables": {"id": "\xed\xa1\x82"}}',
    ],
)
async def test_half_a_character_is_not_json(api: Api, body: bytes) -> None:
    answer = await api.client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_JSON")


async def test_half_a_character_is_not_graphql(api: Api) -> None:
    assert await api.codes(r'{ node(id: "\uD842") { id } }') == ["INVALID_DOCUMENT"]
