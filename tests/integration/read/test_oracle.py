"""The read road agrees with fields read one by one, whatever is asked and whoever asks."""

from __future__ import annotations

import json

import pytest
from graphql import build_schema
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.schema.build import sdl
from tests.integration.read.conftest import CURSORS, READING, VIEWERS, Asking
from tests.integration.read.data import SHOP, small_graph
from tests.integration.read.documents import Document, documents
from tests.integration.read.oracle import Oracle

SCHEMA = build_schema(sdl(READING))
IDS = [*small_graph().ids("Achievement", "Award", "Endorsement", "PathwayVersion")[::3], SHOP, "urn:none"]


@pytest.fixture(scope="module")
def oracles(ask: Asking) -> dict[str, Oracle]:
    async def run(text: str, parameters: dict[str, object]) -> list[object]:
        return await ask.reads.store.run("oracle", text, parameters)

    viewers = {name: ask.context(name).viewer for name in VIEWERS}
    return {name: Oracle(run, ask.reads.fragments, CURSORS, viewer, SCHEMA) for name, viewer in viewers.items()}


@given(document=documents(SCHEMA, IDS), viewer=st.sampled_from(sorted(VIEWERS)))
@settings(max_examples=150, deadline=None)
async def test_the_answer_is_that_of_each_field_alone(
    ask: Asking, oracles: dict[str, Oracle], document: Document, viewer: str
) -> None:
    answer = await ask(document.text, viewer, **document.variables)
    assert json.dumps(answer) == json.dumps(await oracles[viewer](document.text, document.variables))
