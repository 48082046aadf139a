"""Without the executor the same is answered as with it, mistakes and faults among it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from strawberry.types.execution import ExecutionResult

from graph_service.domain.policy import PUBLIC
from graph_service.domain.time import Instant
from graph_service.read.cursor import Cursors
from graph_service.read.fragment import load
from graph_service.schema.build import Schema, build
from graph_service.schema.context import Context
from graph_service.schema.direct import Direct
from graph_service.services.call import Call
from graph_service.services.progress import Plans
from graph_service.services.reads import Reads
from graph_service.store import Endpoint, Store
from graph_service.store.statements import fragments

SCHEMA, EXECUTOR = build(), build()
EXECUTOR._direct = Direct(EXECUTOR.graphql, frozenset())
NOWHERE = Endpoint("bolt://127.0.0.1:9", "neo4j", "nobody listens there")

ASKED = {
    "a fault below null": ("{ profile(id: 1) { id } }", {}),
    "a fault in what is never null": ("{ profiles { edges { node { id } } } }", {}),
    "a cursor of nobody": ('{ profiles(after: "x") { edges { node { id } } } }', {}),
    "both ends": ("query ($n: Int) { profiles(first: $n, last: $n) { edges { node { id } } } }", {"n": 1}),
    "what costs too much": (
        "{ profiles(first: 100) { edges { node { achievements(first: 100) { totalCount } } } } }",
        {},
    ),
    "a variable that is no number": ("query ($n: Int) { profiles(first: $n) { totalCount } }", {"n": "x"}),
    "a variable that is missing": ("query ($id: ID!) { profile(id: $id) { id } }", {}),
    "null for an id that has a default": ('query ($i: ID = "x") { achievement(id: $i) { id } }', {"i": None}),
    "null among ids": ('query ($i: ID = "x") { nodes(ids: [$i]) { id } }', {"i": None}),
    "null for an order": (
        "query ($o: DateOrder = NEWEST) { endorsements(order: $o) { totalCount } }",
        {"o": None},
    ),
    "null for a flag": ("query ($b: Boolean = true) { profile(id: 1) @include(if: $b) { id } }", {"b": None}),
    "too many of one key": ("{ profile(id: 1) {" + "id " * 41 + "} }", {}),
    "too many of one key, in fragments": ("{ profile(id: 1) {" + "...F " * 41 + "} } fragment F on Profile { id }", {}),
    "a field that there is not": ("{ profile(id: 1) { ident } }", {}),
    "no query": ("{ profile", {}),
    "several queries": ("query A { profile(id: 1) { id } } query B { viewer { kind } }", {}),
    "another root": ("{ viewer { kind } profile(id: 1) { id } }", {}),
    "the name of the root": ("{ __typename }", {}),
    "nothing": ("{ profile(id: 1) @skip(if: true) { id } }", {}),
}


@pytest.fixture(scope="module")
async def reads() -> AsyncIterator[Reads]:
    store = Store.open(NOWHERE)
    yield Reads(store, Cursors(b"sixteen bytes key"), load(fragments()))
    await store.close()


async def told(reads: Reads, schema: Schema, document: str, operation: str | None, **variables: Any) -> str:
    call = Call(PUBLIC, Instant("2026-11-21T07:46:40Z"), "request-1")
    context = Context(cast(Any, None), reads, Plans(), call, "en")
    try:
        result: ExecutionResult = await schema.execute(document, variables, context, operation_name=operation)
    except Exception as refused:
        return type(refused).__name__
    return json.dumps({"data": result.data, "errors": [error.formatted for error in result.errors or ()]})


async def test_what_is_kept_is_bounded_by_its_size(reads: Reads) -> None:
    small = Reads(reads.store, reads.cursors, reads.fragments, kept=20_000)
    for n in range(3):
        await told(small, SCHEMA, f"{{ profile(id: 1) {{ {'a' * 9_000}{n}: id }} }}", None)
    await told(small, SCHEMA, "{ profile(id: 1) { id } }", None)
    sizes = [size for _, size in small.compiled.values()]
    assert (len(sizes), sum(sizes) <= 20_000) == (3, True)


@pytest.mark.parametrize("operation", [None, "B", "C"])
@pytest.mark.parametrize("document", ASKED)
async def test_the_executor_says_the_same(reads: Reads, document: str, operation: str | None) -> None:
    text, variables = ASKED[document]
    answer = await told(reads, SCHEMA, text, operation, **variables)
    assert answer == await told(reads, EXECUTOR, text, operation, **variables)
