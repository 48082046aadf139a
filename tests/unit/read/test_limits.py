"""How large a document may be."""

from __future__ import annotations

from typing import Any, cast

import pytest

from graph_service.domain.policy import PUBLIC
from graph_service.domain.time import Instant
from graph_service.schema.build import build
from graph_service.schema.context import Context
from graph_service.services.call import Call
from graph_service.services.progress import Plans

SCHEMA = build()
NOTHING = cast(Any, None)  # these documents are refused before anything is read


async def codes(document: str) -> list[str]:
    call = Call(PUBLIC, Instant("2026-11-21T07:46:40Z"))
    context = Context(NOTHING, NOTHING, Plans(), call, "en")
    result = await SCHEMA.execute(document, context_value=context)
    return [error.extensions["code"] for error in result.errors or () if error.extensions]


def deep(levels: int) -> str:
    return "{ profile(id: 1) " + "{ partOf " * (levels - 2) + "{ id }" + " }" * (levels - 1)


def bomb(fragments: int) -> str:
    """Fragments of which each spreads the next one twice, in different fields."""
    inner = "\n".join(
        f"fragment F{n} on Profile {{ partOf {{ ...F{n + 1} }} keys {{ id }} versions {{ of {{ ...F{n + 1} }} }} }}"
        for n in range(fragments)
    )
    return f"{{ profile(id: 1) {{ ...F0 }} }}\n{inner}\nfragment F{fragments} on Profile {{ id }}"


WITHIN = {
    "aliases": "{ viewer {" + " ".join(f"a{n}: kind" for n in range(15)) + "} }",
    "directives": "{ viewer {" + "kind @include(if: true) " * 8 + "} }",
    "roots": "{" + " ".join("__typename" for _ in range(10)) + "}",
    "introspection": "{ __schema { types { fields { type { ofType { ofType { ofType { ofType { name } } } } } } } } }",
}
BEYOND = {
    "depth": deep(13),
    "aliases": "{ viewer {" + " ".join(f"a{n}: kind" for n in range(16)) + "} }",
    "directives": "{" + " ".join("__typename @include(if: true)" for _ in range(9)) + "}",
    "roots": "{" + " ".join("__typename" for _ in range(11)) + "}",
    "one key": "{ profile(id: 1) { keys { " + "id " * 41 + "} } }",
    "one key, by fragments": "{ profile(id: 1) { ...K ... { " + "...K " * 40 + "} } } fragment K on Profile { id }",
    "fragments": bomb(40),
    "aliases in a fragment": "{ profile(id: 1) { ...A } } fragment A on Profile { ...B ...B ...B ...B ...B ...B }"
    " fragment B on Profile { a: id b: id c: id }",
}


@pytest.mark.parametrize("document", WITHIN.values(), ids=WITHIN)
async def test_what_is_within_the_limits_is_answered(document: str) -> None:
    assert await codes(document) == []


@pytest.mark.parametrize("document", BEYOND.values(), ids=BEYOND)
async def test_what_is_beyond_a_limit_is_refused(document: str) -> None:
    assert "LIMIT_EXCEEDED" in await codes(document)


async def test_all_limits_that_are_exceeded_are_named() -> None:
    document = "{" + " ".join(f"a{n}: __typename" for n in range(16)) + "}"
    assert await codes(document) == ["LIMIT_EXCEEDED", "LIMIT_EXCEEDED"]  # aliases, and fields of the root


async def test_a_document_of_too_many_words_is_not_even_read() -> None:
    assert await codes("{" + "__typename " * 2_000 + "}") == ["INVALID_DOCUMENT"]


async def test_fragments_in_a_circle_are_refused() -> None:
    document = "{ profile(id: 1) { ...A } } fragment A on Profile { ...B } fragment B on Profile { ...A }"
    assert await codes(document) == ["INVALID_DOCUMENT"]


async def test_names_are_not_suggested() -> None:
    context = Context(NOTHING, NOTHING, Plans(), Call(PUBLIC, Instant("2026-11-21T07:46:40Z")), "en")
    result = await SCHEMA.execute("{ profil }", context_value=context)
    assert [("Did you mean" in error.message, "profile" in error.message) for error in result.errors or ()] == [
        (False, False)
    ]
