"""What a scanner of GraphQL services finds: the thirteen checks of graphql-cop 1.x, done again (it is on no registry).

What it finds here is meant; docs/api.md lists it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.service import Api

MEANT = {"introspection", "queries by GET"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEEP = "{ __schema { types " + "{ fields { type " * 4 + "{ name }" + " } }" * 4 + " } }"
CIRCLE = "{ __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }"


def data(answer: httpx.Response) -> Any:
    found = answer.json()
    return found.get("data") if isinstance(found, dict) else found


def errors(answer: httpx.Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json()["errors"]
    return found


CHECKS: dict[str, tuple[dict[str, Any], Callable[[httpx.Response], Any]]] = {
    "aliases": ({"json": {"query": "{" + " ".join(f"a{n}: __typename" for n in range(101)) + "}"}}, data),
    "batches": ({"json": [{"query": "{ __typename }"}] * 10}, data),
    "directives": ({"json": {"query": "{ __typename " + "@aa" * 10 + " }"}}, lambda answer: len(errors(answer)) == 10),
    "fields again": ({"json": {"query": "{" + " __typename" * 500 + "}"}}, data),
    "circle of fragments": ({"json": {"query": CIRCLE}}, data),
    "circle of introspection": ({"json": {"query": DEEP}}, data),
    "suggestions": (
        {"json": {"query": "{ __schema { directive } }"}},
        lambda answer: any("Did you mean" in each["message"] for each in errors(answer)),
    ),
    "introspection": ({"json": {"query": "{ __schema { types { name } } }"}}, data),
    "tracing": (
        {"json": {"query": "{ __typename }"}},
        lambda answer: answer.json().get("extensions") or "trace" in answer.text.lower(),
    ),
    "unhandled errors": (
        {"json": {"query": "qwerty cop { abc }"}},
        lambda answer: "exception" in answer.text.lower() or errors(answer)[0]["extensions"].keys() != {"code"},
    ),
    "queries by GET": ({"method": "GET", "params": {"query": "{ __typename }"}}, data),
    "mutations by GET": ({"method": "GET", "params": {"query": "mutation { __typename }"}}, data),
    "queries as a form": ({"content": "query={__typename}", "headers": FORM}, data),
}


@pytest.mark.parametrize("check", CHECKS)
async def test_a_scanner_finds_what_is_meant_and_nothing_else(api: Api, check: str) -> None:
    asked, found = CHECKS[check]
    answer = await api.client.request(**{"method": "POST", "url": "/graphql", **asked})
    assert answer.status_code < 500
    assert bool(found(answer)) is (check in MEANT)


@pytest.mark.parametrize("path", ["/graphiql", "/playground", "/console", "/graphql"])
async def test_a_scanner_finds_no_explorer(api: Api, path: str) -> None:
    answer = await api.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == (400 if path == "/graphql" else 404)
    assert not any(word in answer.text for word in ("graphiql.min", "GraphiQL", "GraphQL Playground"))
