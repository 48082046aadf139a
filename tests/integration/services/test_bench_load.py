"""The neutral data set of the comparison with the peer, loaded as the services would have written it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import pytest

from graph_service.domain.policy import Membership, Principal, Role
from graph_service.errors import Conflict, InvalidInput
from graph_service.schema import Api, trusted
from graph_service.services import bench_load, founding
from graph_service.services.access import service_profile
from graph_service.services.bench_load import BATCHES
from graph_service.services.call import Call, World
from graph_service.settings import Settings
from graph_service.store import Endpoint
from tests.casts import ALWAYS, START, empty_world

BASE = "https://badges.example"
ISSUED = "2025-03-01T00:00:00Z"


def iri(kind: str, name: object = 0) -> str:
    return f"{BASE}/{kind}/{name}"


def profile(number: int, kind: str) -> dict[str, Any]:
    id_ = iri("profiles", number)
    return {"id": id_, "kind": kind, "name": f"機関 {number}", "url": "https://p.example/", "description": "機関です。"}


def achievement(number: int, name: str) -> dict[str, Any]:
    told = {"name": name, "description": "証明する。", "tags": ["医療", "看護"]}
    return {"id": iri("achievements", number), "issuer": iri("profiles", 1), **told}


def cell(row: int, column: int) -> dict[str, Any]:
    said = {"indicator": f"指標 {row}", "stage": f"段階 {column}", "statement": "示す。"}
    return {"id": iri("frameworks", f"0/{row}-{column}"), "row": row, "col": column, **said}


def version(number: int) -> dict[str, Any]:
    id_ = iri("pathways", f"0/v{number}")

    def node(name: str, kind: str, parent: str | None, position: int, **more: Any) -> dict[str, Any]:
        of = f"{id_}/{parent}" if parent else None
        told = {"kind": kind, "parent": of, "position": position, "need": 0, "target": None, "title": ""}
        return {"id": f"{id_}/{name}", **told, **more}

    nodes = [
        node("n0", "all", None, 0, title="修了要件"),
        node("n1", "atLeast", "n0", 1, need=1, title="群"),
        node("n2", "leaf", "n1", 2, target=iri("achievements", 0)),
        node("n3", "leaf", "n1", 3, target=iri("achievements", 1)),
    ]
    return {"id": id_, "number": number, "publishedAt": "2024-04-01T00:00:00Z", "nodes": nodes}


def award(number: int, status: str) -> dict[str, Any]:
    of = {"learner": iri("learners"), "achievement": iri("achievements"), "status": status}
    return {"id": iri("awards", number), "awardedAt": ISSUED, "validUntil": None, **of}


def endorsement(number: int, target: str, *, by: int = 0, status: str = "active") -> dict[str, Any]:
    said = {"comment": "推奨します。", "status": status, "issuedAt": ISSUED}
    return {"id": iri("endorsements", number), "endorser": iri("profiles", by), "target": target, **said}


DATA: Mapping[str, list[dict[str, Any]]] = {
    "profiles": [profile(0, "board"), profile(1, "issuer")],
    "achievements": [achievement(0, "医療 初級 第2期"), achievement(1, "医療 初級")],
    "frameworks": [{"id": iri("frameworks"), "name": "枠組み", "cells": [cell(0, 0), cell(0, 1), cell(1, 0)]}],
    "alignments": [{"achievement": iri("achievements", n), "cell": iri("frameworks", "0/0-1")} for n in (0, 1)],
    "pathways": [
        {"id": iri("pathways"), "name": "履修の道", "owner": iri("profiles", 1), "versions": [version(1), version(2)]}
    ],
    "learners": [{"id": iri("learners"), "name": "学習者"}],
    "awards": [award(0, "valid"), award(1, "revoked")],
    "endorsements": [
        endorsement(0, iri("achievements")),
        endorsement(1, iri("achievements"), by=1),
        endorsement(2, iri("awards"), status="withdrawn"),
        endorsement(3, iri("profiles", 1)),
    ],
}


@pytest.fixture
async def world(engine: Endpoint) -> AsyncIterator[World]:
    async with empty_world(engine) as world:
        yield world


async def loaded(world: World, data: Mapping[str, Iterable[Any]] = DATA) -> dict[str, int]:
    return {
        kind: count async for kind, count in bench_load.load(world, Call(founding.FOUNDER, START), data.__getitem__)
    }


async def asked(world: World, document: str, **variables: object) -> Any:
    operates = (Membership(Role.OPERATOR, service_profile(world), ALWAYS),)
    call = Call(Principal(founding.FOUNDER.id, operates), START)
    return await Api.of(world, trusted(Settings())).ask(document, call, "ja", **variables)


async def test_every_row_is_loaded_and_told(world: World) -> None:
    assert await loaded(world) == {kind: len(DATA[kind]) for kind in BATCHES}
    assert await world.store.read("delivery/waiting", to="numbers", after="", limit=1) == []


async def test_names_are_in_order_and_found(world: World) -> None:
    await loaded(world)
    answer = await asked(
        world,
        """{ achievements { edges { node { name fieldOfStudy owner { kind } cells { text item { name } } } } }
             found: achievements(nameContains: "第2") { totalCount } search(text: "枠組み") { id } }""",
    )
    names = [edge["node"]["name"] for edge in answer["achievements"]["edges"]]
    assert names == ["医療 初級", "医療 初級 第2期"]
    assert answer["achievements"]["edges"][0]["node"] | {"name": ""} == {
        "name": "",
        "fieldOfStudy": "医療・看護",
        "owner": {"kind": "OTHER"},
        "cells": [{"text": "示す。", "item": {"name": "指標 0"}}],
    }
    assert (answer["found"]["totalCount"], answer["search"]) == (1, [{"id": iri("frameworks")}])


async def test_what_was_taken_back_has_ended(world: World) -> None:
    await loaded(world)
    answer = await asked(
        world,
        """query ($award: ID!, $achievement: ID!) {
             award(id: $award) { ended until endorsements { totalCount } }
             achievement(id: $achievement) { awards(order: ID) { edges { node { id ended } } }
               endorsements(endorserKind: BOARD) { totalCount edges { node { state endorser { id } } } } }
             endorsements(state: REVOKED) { edges { node { ended until } } } }""",
        award=iri("awards", 1),
        achievement=iri("achievements"),
    )
    assert answer["award"] == {"ended": "REVOKED", "until": START, "endorsements": {"totalCount": 0}}
    awards = [(edge["node"]["id"], edge["node"]["ended"]) for edge in answer["achievement"]["awards"]["edges"]]
    assert awards == [(iri("awards", 0), None), (iri("awards", 1), "REVOKED")]
    by_boards = {"node": {"state": "ISSUED", "endorser": {"id": iri("profiles", 0)}}}
    assert answer["achievement"]["endorsements"] == {"totalCount": 1, "edges": [by_boards]}
    assert answer["endorsements"]["edges"] == [{"node": {"ended": "REVOKED", "until": START}}]


async def test_a_pathway_is_told_as_one_that_was_published(world: World) -> None:
    await loaded(world)
    answer = await asked(
        world,
        """query ($id: ID!) { pathwayVersion(id: $id) { state number pathway { number current { id } }
             nodes { nodeId kind count parts accepts { id } } } }""",
        id=iri("pathways", "0/v2"),
    )
    whole = answer["pathwayVersion"]
    assert (whole["state"], whole["number"]) == ("PUBLISHED", 2)
    assert whole["pathway"] == {"number": 2, "current": {"id": iri("pathways", "0/v2")}}
    root, group, leaf, _ = whole["nodes"]
    assert (root["kind"], root["count"], root["parts"]) == ("ALL", 1, [iri("pathways", "0/v2/n1")])
    assert (group["kind"], group["count"]) == ("AT_LEAST", 1)
    assert leaf == {"nodeId": "n2", "kind": "LEAF", "count": 1, "parts": [], "accepts": [{"id": iri("achievements")}]}


async def test_a_database_with_data_is_refused(world: World) -> None:
    await loaded(world)
    with pytest.raises(Conflict) as refused:
        await loaded(world)
    assert refused.value.code == "DATABASE_NOT_EMPTY"


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("achievements", {"id": iri("achievements", 9)}),
        ("awards", award(9, "valid") | {"achievement": "urn:none"}),
        ("pathways", {"id": iri("pathways"), "name": "道", "owner": iri("profiles", 1), "versions": [None]}),
        ("learners", "a text"),
    ],
)
async def test_what_is_no_row_of_the_data_set_is_refused(world: World, kind: str, row: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        await loaded(world, {**DATA, kind: [row]})
    assert [(problem.code, problem.values["kind"]) for problem in refused.value.problems] == [("BENCH_DATA", kind)]


async def test_a_framework_without_any_profile_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        await loaded(world, {**DATA, "profiles": [], "achievements": []})
    assert [(problem.code, problem.values["kind"]) for problem in refused.value.problems] == [
        ("BENCH_DATA", "frameworks")
    ]


async def test_a_line_that_is_no_json_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        await loaded(world, {**DATA, "profiles": map(json.loads, ["{"])})
    assert [(problem.code, problem.values["kind"]) for problem in refused.value.problems] == [
        ("BENCH_DATA", "profiles")
    ]
