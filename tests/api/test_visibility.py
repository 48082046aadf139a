"""Who may see what; what one may not see is answered like what does not exist."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.play import Play
from tests.api.service import Api

SEEING = ["teacher", "head", "desk", "dean", "operator"]  # holder, endorser, issuer, and who runs the service
BLIND = [None, "officer", "editor", "stranger"]
FOUND = """query($endorsement: ID!, $award: ID!, $head: ID!) {
    endorsement(id: $endorsement) { id } node(id: $endorsement) { id } award(id: $award) { endorsements { totalCount } }
    list: endorsements(of: $award) { totalCount edges { node { id } } }
    all: endorsements(kind: RECOMMEND, first: 100) { edges { node { id } } }
    given: profile(id: $head) { endorsementsGiven(first: 100) { edges { node { id credential { bytes } } } } } }"""


@pytest.fixture(scope="module")
async def recommended(play: Play) -> dict[str, Any]:
    """A recommendation of the teacher's award by the head of the school, signed."""
    return await play.recommended()


def seen(answer: dict[str, Any], endorsement: str) -> list[bool]:
    """Return in which places of the answer the endorsement is."""
    lists = (answer["list"], answer["all"], answer["given"]["endorsementsGiven"])
    return [
        answer["endorsement"] is not None,
        answer["node"] is not None,
        answer["award"] is not None and answer["award"]["endorsements"]["totalCount"] == 1,
        answer["list"]["totalCount"] == 1,
        *(endorsement in {edge["node"]["id"] for edge in each["edges"]} for each in lists),
    ]


@pytest.mark.parametrize("persona", [*SEEING, *BLIND])
async def test_an_endorsement_of_an_award_is_as_private_as_the_award(
    play: Play, api: Api, recommended: dict[str, Any], persona: str | None
) -> None:
    ids = {"endorsement": recommended["id"], "award": recommended["targetId"], "head": play.school}
    answer = await api.ask(FOUND, persona, **ids)
    assert seen(answer, recommended["id"]) == [persona in SEEING] * 7


@pytest.mark.parametrize("persona", [*SEEING, *BLIND])
async def test_its_credential_is_there_for_those_alone(
    api: Api, recommended: dict[str, Any], persona: str | None
) -> None:
    found = await api.get(recommended["credential"]["id"], persona)
    unknown = await api.get(recommended["credential"]["id"][:-1] + "_", persona)
    if persona in SEEING:
        assert (found.status_code, found.text) == (200, recommended["credential"]["bytes"])
        assert found.headers["Cache-Control"] == "private, no-store"
    else:
        assert (found.status_code, found.json()["code"]) == (404, "NOT_FOUND")
        assert found.headers.keys() == unknown.headers.keys()


async def test_it_names_nobody(recommended: dict[str, Any], play: Play) -> None:
    assert play.learner not in recommended["credential"]["bytes"]


async def test_an_award_is_for_holder_and_issuer(play: Play, api: Api) -> None:
    award = await play.awarded()
    query = "query($award: ID!, $badge: ID!) { award(id: $award) { id } achievement(id: $badge) { awards(first: 100) { totalCount edges { node { id } } } } }"
    for persona in (None, "officer", "head", "teacher", "desk", "operator"):
        answer = await api.ask(query, persona, award=award, badge=play.badge)
        may = persona in ("teacher", "desk", "operator")
        assert (answer["award"] is not None) is may
        listed = {edge["node"]["id"] for edge in answer["achievement"]["awards"]["edges"]}
        assert (award in listed, answer["achievement"]["awards"]["totalCount"] > 0) == (may, len(listed) > 0)


async def test_a_draft_is_for_its_profile(play: Play, api: Api) -> None:
    pathway = await play.drafted()
    query = """query($pathway: ID!, $version: ID!, $board: ID!) { pathway(id: $pathway) { id } node(id: $pathway) { id }
        pathwayVersion(id: $version) { definition } profile(id: $board) { pathways(last: 100) { edges { node { id } } } } }"""
    for persona in (None, "dean", "teacher", "stranger", "editor", "officer", "operator"):
        answer = await api.ask(query, persona, pathway=pathway, version=f"{pathway}/versions/1", board=play.board)
        listed = {edge["node"]["id"] for edge in answer["profile"]["pathways"]["edges"]}
        found = {answer["pathway"] is not None, answer["node"] is not None, answer["pathwayVersion"] is not None}
        assert found == {pathway in listed} == {persona in ("editor", "officer", "operator")}


async def test_the_next_draft_of_a_published_pathway_is_for_its_profile(play: Play, api: Api) -> None:
    pathway = await play.published()
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition={})
    query = "query($id: ID!) { pathway(id: $id) { number current { number } versions { number state } } }"
    public, own = [(await api.ask(query, persona, id=pathway))["pathway"] for persona in (None, "editor")]
    assert public == {"number": 1, "current": {"number": 1}, "versions": [{"number": 1, "state": "PUBLISHED"}]}
    assert own["versions"] == [{"number": 2, "state": "DRAFT"}, {"number": 1, "state": "PUBLISHED"}]


async def test_progress_is_for_the_learner_and_operators(play: Play, api: Api) -> None:
    pathway = await play.published()
    query = "query($pathway: ID!, $learner: ID!) { progress(pathway: $pathway, learner: $learner) { percentage } }"
    for persona in (None, "desk", "officer", "head", "stranger"):
        for learner in (play.learner, "urn:uuid:00000000-0000-4000-8000-000000000000"):
            assert await api.codes(query, persona, pathway=pathway, learner=learner) == ["NOT_FOUND"]
    for persona in ("teacher", "operator"):
        assert await api.codes(query, persona, pathway=pathway, learner=play.learner) == []


GUESSES = {
    "revokeAward": ("award", {"reason": "推測"}),
    "acceptEndorsement": ("endorsement", {}),
    "issueEndorsement": ("endorsement", {}),
    "revokeEndorsement": ("endorsement", {"reason": "推測"}),
    "savePathwayDraft": ("pathway", {"definition": {}}),
    "checkPathwayDraft": ("pathway", {}),
    "publishPathwayVersion": ("pathway", {}),
}


@pytest.mark.parametrize("mutation", GUESSES)
@pytest.mark.parametrize("persona", [None, "stranger"])
async def test_guessing_ids_tells_nothing(play: Play, api: Api, mutation: str, persona: str | None) -> None:
    argument, more = GUESSES[mutation]
    match argument:
        case "award":
            hidden = play.award
        case "endorsement":
            hidden = await play.requested()
        case _:
            hidden = await play.drafted()
    guesses = [await api.send(mutation, persona, **{argument: id_}, **more) for id_ in (hidden, f"{hidden[:-1]}_")]
    known, unknown = (str(guess).replace(f"{hidden[:-1]}_", hidden) for guess in guesses)
    assert known == unknown


async def test_asking_for_an_endorsement_of_a_hidden_award_tells_nothing(play: Play, api: Api) -> None:
    for endorser in (play.board, "urn:unknown"):
        for target in (play.award, "urn:guessed"):
            asked = {"endorser": endorser, "target": target, "kind": "RECOMMEND"}
            assert await api.refused("requestEndorsement", "stranger", input=asked) == [("NOT_FOUND", "input.target")]


async def test_a_reason_is_for_those_whom_it_concerns(play: Play, api: Api) -> None:
    endorsement = (await play.issued())["id"]
    await api.do("revokeEndorsement", "officer", endorsement=endorsement, reason="内部の事情。")
    query = "query($id: ID!) { endorsement(id: $id) { state reason } }"
    for persona, reason in ((None, None), ("stranger", None), ("dean", "内部の事情。"), ("officer", "内部の事情。")):
        found = await api.ask(query, persona, id=endorsement)
        assert found["endorsement"] == {"state": "REVOKED", "reason": reason}
