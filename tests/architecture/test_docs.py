"""What the documents tell people to send is what the API understands; the tutorial is run by tests/e2e."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from graph_service.schema import SCHEMA

DOCS = Path(__file__).parents[2] / "docs"
ACTS = re.compile(r"`([a-z]+[A-Z][A-Za-z]+)(?:\(|`)")


@pytest.mark.parametrize("page", ["api.md", "endorsing.md", "pathways.md"])
def test_what_a_page_shows_can_be_sent(page: str) -> None:
    blocks = re.findall(r"```graphql\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.S)
    assert blocks
    assert [error for block in blocks for error in validate(SCHEMA.graphql, parse(block))] == []


@pytest.mark.parametrize("page", ["api.md", "endorsing.md", "pathways.md", "operations.md"])
def test_every_act_that_is_named_exists(page: str) -> None:
    fields = {field for type_ in SCHEMA.graphql.type_map.values() for field in getattr(type_, "fields", ())}
    arguments = {
        name
        for field in SCHEMA.graphql.mutation_type.fields.values()
        for name in field.args  # type: ignore[union-attr]
    }
    named = set(ACTS.findall((DOCS / page).read_text(encoding="utf-8")))
    assert (
        named - fields - arguments - {"documentId", "dryRun", "isPartOf", "onLapse", "operationName", "validFrom"}
        == set()
    )
