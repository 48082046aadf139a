"""What is asked of the database: one statement for each field at the root of a query, however much hangs on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.play import Play
from tests.api.service import Api

DEEP = """query($id: ID!) { profile(id: $id) { name keys { id } achievements(first: 5) { totalCount edges { cursor node {
    nameMap { text } versions { number } endorsements(first: 5) { totalCount edges { node {
    endorser { name } credential { id } target { id ... on Achievement { name owner { name } } } } } } } } } } }"""
SEVERAL = """query($board: ID!, $badge: ID!, $award: ID!) { a: profile(id: $board) { name } achievement(id: $badge) { name }
    awards: node(id: $award) { id } profiles(first: 2) { totalCount edges { node { id } } } viewer { kind } }"""
PROGRESS = """query($pathway: ID!, $learner: ID!, $at: Instant) { progress(pathway: $pathway, learner: $learner, at: $at) {
    state percentage everComplete nodes { held witnesses { award } reasons { code } } } }"""


async def asked(api: Api, query: str, persona: str | None = None, **variables: Any) -> list[str]:
    """Return the names of the statements that a query took."""
    api.ran.clear()
    await api.ask(query, persona, **variables)
    return sorted(api.ran)


async def test_a_deep_question_is_one_statement(play: Play, api: Api) -> None:
    await play.issued()
    assert await asked(api, DEEP, id=play.university) == ["Query.profile"]


async def test_several_root_fields_are_as_many_statements(play: Play, api: Api) -> None:
    variables = {"board": play.board, "badge": play.badge, "award": play.award}
    expected = ["Query.achievement", "Query.node", "Query.profile", "Query.profiles"]
    assert await asked(api, SEVERAL, **variables) == expected
    assert await asked(api, SEVERAL, "teacher", **variables) == [*expected, "principal/by_persona"]


async def test_one_field_under_two_names_is_two_statements(play: Play, api: Api) -> None:
    query = "query($a: ID!, $b: ID!) { a: profile(id: $a) { name } b: profile(id: $b) { name } }"
    assert await asked(api, query, a=play.board, b=play.school) == ["Query.profile"] * 2


async def test_progress_is_one_statement_once_its_pathway_is_known(play: Play, api: Api) -> None:
    pathway = await play.published()
    variables = {"pathway": pathway, "learner": play.learner}
    cold = ["facts/progress", "pathway/versions", "principal/by_persona"]
    warm = ["facts/progress", "principal/by_persona"]
    found = [await asked(api, PROGRESS, "teacher", **variables, at=at) for at in (None, None, "2026-03-01T00:00:00Z")]
    assert found == [cold, warm, warm]


async def test_several_answers_that_are_worked_out(play: Play, api: Api) -> None:
    one, other = await play.published(), await play.published()
    query = """query($one: ID!, $other: ID!, $learner: ID!) { profiles { totalCount }
        a: progress(pathway: $one, learner: $learner) { state } b: progress(pathway: $other, learner: $learner) { state } }"""
    variables = {"one": one, "other": other, "learner": play.learner}
    await api.ask(query, "operator", **variables)
    expected = ["Query.profiles", "facts/progress", "facts/progress", "principal/by_persona"]
    assert await asked(api, query, "operator", **variables) == expected


@pytest.mark.parametrize("query", ["{ viewer { kind } }", "{ __typename }", "{ nothing }", "{"])
async def test_what_the_graph_is_not_asked(api: Api, query: str) -> None:
    api.ran.clear()
    await api.post(query)
    assert api.ran == []


async def test_a_mutation_reads_back_what_it_made_in_one_statement(play: Play, api: Api) -> None:
    endorsement = await play.requested()
    api.ran.clear()
    await api.do("issueEndorsement", "officer", endorsement=endorsement)
    assert [name for name in api.ran if name.startswith("Query.")] == ["Query.endorsement"]
