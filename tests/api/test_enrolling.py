"""Who sees enrolments, waivers and equivalences; where a version stands; results and evidence as they are read."""

from __future__ import annotations

from typing import Any

import pytest

from graph_service.domain.time import later
from tests.api.mutations import MUTATIONS, REACHED
from tests.api.play import Play
from tests.api.service import Api

OWN = """query($id: ID!, $learner: ID!, $pathway: ID!) { %s(id: $id) { since } node(id: $id) { __typename id }
    nodes(ids: [$id]) { id } learner(id: $learner) { mine: %ss(first: 100) { edges { node { id } } } }
    pathway(id: $pathway) { ours: %ss(first: 100) { totalCount edges { node { id } } } } }"""
SEEING = ["teacher", "editor", "officer", "operator"]  # the learner, and who reads for the pathway's owner
BLIND = [None, "desk", "dean", "stranger"]
STATE = "query($id: ID!) { pathwayVersion(id: $id) { state closedFrom until } }"


@pytest.mark.parametrize("what", ["enrolment", "waiver"])
async def test_learner_and_owner_see_it_and_nobody_else(play: Play, api: Api, what: str) -> None:
    enrol = await MUTATIONS["enrol"].arguments(play)
    pathway = enrol["pathway"]
    made = await api.do("enrol", "teacher", **enrol)
    if what == "waiver":
        exempt = {"learner": play.learner, "pathway": pathway, "node": "leaf-0", "reason": "旧課程で修了。"}
        made = await api.do("waive", "editor", **exempt)
    ids = {"id": made[what]["id"], "learner": play.learner, "pathway": pathway}
    for persona in (*SEEING, *BLIND):
        answer = await api.ask(OWN % (what, what, what), persona, **ids)
        may = persona in SEEING
        found = [answer[what], answer["node"], answer["nodes"][0]]
        assert [each is not None for each in found] == [may] * 3, persona
        assert answer["pathway"]["ours"]["totalCount"] == int(may)
        if answer["learner"]:
            assert (ids["id"] in {edge["node"]["id"] for edge in answer["learner"]["mine"]["edges"]}) is may


async def test_a_claim_is_for_everybody_but_why_it_ended(play: Play, api: Api) -> None:
    source = await play.achievement()
    claim = {"claimant": play.board, "from": source, "to": play.badge}
    made = (await api.do("claimEquivalence", "editor", input=claim))["equivalence"]
    await api.do("endEquivalence", "editor", equivalence=made["id"], reason="見直し。")
    query = """query($id: ID!, $source: ID!, $target: ID!, $board: ID!) { equivalence(id: $id) { factor ended reason }
        node(id: $id) { __typename } profile(id: $board) { equivalencesClaimed(first: 100) { edges { node { id } } } }
        source: achievement(id: $source) { countsAs { totalCount edges { node { target { id } claimant { id } } } }
          equivalents { totalCount } }
        target: achievement(id: $target) { equivalents(first: 100) { edges { node { id source { id } } } } } }"""
    ids = {"id": made["id"], "source": source, "target": play.badge, "board": play.board}
    for persona in (None, "stranger", "teacher", "officer", "operator"):
        answer = await api.ask(query, persona, **ids)
        reason = "見直し。" if persona in ("officer", "operator") else None
        assert answer["equivalence"] == {"factor": "1", "ended": "REVOKED", "reason": reason}
        assert answer["node"] == {"__typename": "Equivalence"}
        node = {"target": {"id": play.badge}, "claimant": {"id": play.board}}
        assert answer["source"]["countsAs"] == {"totalCount": 1, "edges": [{"node": node}]}
        assert answer["source"]["equivalents"]["totalCount"] == 0
        assert {"id": made["id"], "source": {"id": source}} in [
            e["node"] for e in answer["target"]["equivalents"]["edges"]
        ]
        assert {"node": {"id": made["id"]}} in answer["profile"]["equivalencesClaimed"]["edges"]


async def test_a_version_closes_and_ends_when_its_time_has_come(play: Play, api: Api) -> None:
    version = f"{await play.published()}/versions/1"
    closed = later(api.clock.at, seconds=5)
    ended = later(closed, seconds=5)
    first = await api.do("closePathwayVersion", "editor", pathwayVersion=version, **{"from": closed})
    assert first["pathwayVersion"]["state"] == "PUBLISHED"
    await api.do("endPathwayVersion", "editor", pathwayVersion=version, at=ended)
    states = []
    while len(states) < 12:
        found = (await api.ask(STATE, id=version))["pathwayVersion"]
        assert (found["closedFrom"], found["until"]) == (closed, ended)
        wanted = "ENDED" if api.clock.at >= ended else "CLOSED" if api.clock.at >= closed else "PUBLISHED"
        states.append(found["state"])
        assert found["state"] == wanted
    assert list(dict.fromkeys(states)) == ["PUBLISHED", "CLOSED", "ENDED"]
    refused = await api.refused("closePathwayVersion", "editor", pathwayVersion=version)
    assert refused == [("ILLEGAL_TRANSITION", "")]


async def test_a_draft_does_not_close(play: Play, api: Api) -> None:
    version = f"{await play.drafted()}/versions/1"
    assert await api.refused("closePathwayVersion", "editor", pathwayVersion=version) == [("ILLEGAL_TRANSITION", "")]
    problems = await api.refused("closePathwayVersion", "stranger", pathwayVersion=version)
    assert problems == [("NOT_FOUND", "pathwayVersion")]


async def test_results_and_evidence_are_read_as_far_as_the_award_is(play: Play, api: Api) -> None:
    arguments: dict[str, Any] = await MUTATIONS["awardAchievement"].arguments(play)
    award = (await api.do("awardAchievement", "desk", **arguments))["award"]["id"]
    badge = arguments["achievement"]
    query = """query($id: ID!) { award(id: $id) { results { __typename of: description value scale }
        evidence { name url genre } achievement { resultDescriptions { id allowedValue } } } }"""
    assert (await api.ask(query, "officer", id=award))["award"] is None
    found = (await api.ask(query, "teacher", id=award))["award"]
    assert found["results"] == [
        {"__typename": "Result", "of": f"{badge}#level", "value": "A", "scale": ["C", "B", "A"]},
        {"__typename": "Result", "of": f"{badge}#score", "value": "87.5", "scale": []},
    ]
    assert found["evidence"] == [{name: REACHED["evidence"][0][name] for name in ("name", "url", "genre")}]
    described = found["achievement"]["resultDescriptions"]
    assert described == [
        {"id": f"{badge}#level", "allowedValue": ["C", "B", "A"]},
        {"id": f"{badge}#score", "allowedValue": []},
    ]


async def test_all_that_is_wrong_with_a_description_is_told(play: Play, api: Api) -> None:
    (arguments,) = [await MUTATIONS["createAchievement"].arguments(play)]
    level = {"id": "level", "name": "", "allowedValue": ["A"], "valueMin": "x"}
    arguments["input"]["resultDescriptions"] = [level]
    at = "input.resultDescriptions.0"
    assert set(await api.refused("createAchievement", "desk", **arguments)) == {
        ("TEXT_EMPTY", f"{at}.name"),
        ("VALUES_OR_RANGE", f"{at}.allowedValue"),
        ("INVALID_DECIMAL", f"{at}.valueMin"),
    }
