"""The read road agrees with fields read one by one, whatever is asked and whoever asks."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from random import Random

import pytest
from graphql import build_schema
from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st

from graph_service.schema.build import sdl
from tests.integration.read.conftest import CURSORS, READING, VIEWERS, Asking, codes
from tests.integration.read.data import SHOP, small_graph
from tests.integration.read.documents import Document, made
from tests.integration.read.oracle import Oracle

READS = int(os.environ.get("READS", "150"))
SCHEMA = build_schema(sdl(READING))
IDS = [*small_graph().ids("Achievement", "Award", "Endorsement", "PathwayVersion", "Framework")[::3], SHOP, "urn:none"]

Answers = Callable[[Document, str], Awaitable[tuple[str, str]]]


@pytest.fixture(scope="module")
def answers(ask: Asking) -> Answers:
    """Answer a document for a viewer on both ways."""

    async def run(text: str, parameters: dict[str, object]) -> list[object]:
        return await ask.reads.store.run("oracle", text, parameters)

    oracles = {name: Oracle(run, ask.reads.fragments, CURSORS, ask.context(name).viewer, SCHEMA) for name in VIEWERS}

    async def both(document: Document, viewer: str) -> tuple[str, str]:
        answer = await ask.answer(document.text, viewer, document.variables)
        assume("LIMIT_EXCEEDED" not in codes(answer))
        assert answer.errors is None, answer.errors
        return json.dumps(answer.data), json.dumps(await oracles[viewer](document.text, document.variables))

    return both


SEARCHES = """query ($text: String!) { search(text: $text, first: 3) { id ... on Profile { achievements { totalCount } } }
    one: search(text: "学", types: [PROFILE, PATHWAY]) { name } none: search(text: "級学") { id }
    achievements(nameContains: $text, last: 2) { totalCount edges { cursor node { name } } } }"""


@example(document=Document("{ achievements { edges { node { pathways { id } } } } }", {}), viewer="public")
@example(document=Document(SEARCHES, {"text": "en"}), viewer="board")
@given(
    document=st.integers(0, 2**64).map(lambda seed: made(Random(seed), SCHEMA, IDS)),
    viewer=st.sampled_from(sorted(VIEWERS)),
)
@settings(max_examples=READS, deadline=None, phases=[Phase.explicit, Phase.generate])
async def test_the_answer_is_that_of_each_field_alone(answers: Answers, document: Document, viewer: str) -> None:
    answer, alone = await answers(document, viewer)
    assert answer == alone
