"""Progress of a cohort for those who may see it, and what it would be, over the API."""

from __future__ import annotations

from typing import Any

from tests.api.play import Play
from tests.api.service import Api

COHORT = """query($pathway: ID!, $learners: [ID!]!, $at: Instant) {
    cohortProgress(pathway: $pathway, learners: $learners, at: $at) {
        pathway pathwayVersion at size leftOut complete nodes { id kind held }
        members { learner state percentage everComplete nodes { id held reasons { code } } } } }"""
WHAT_IF = """query($pathway: ID!, $learners: [ID!]!, $supposing: Supposing!) {
    whatIf(pathway: $pathway, learners: $learners, supposing: $supposing) {
        before { complete } after { complete size } completing { learner state percentage } } }"""
CONSENTS = """query($id: ID!, $after: Instant) { profile(id: $id) {
    consents(first: 100, endingAfter: $after) { totalCount edges { node { holderId until } } } } }"""


async def asked(api: Api, query: str, persona: str | None, field: str, **variables: Any) -> dict[str, Any]:
    return (await api.ask(query, persona, **variables))[field]


async def test_a_board_sees_whom_it_may_by_one_statement(play: Play, api: Api) -> None:
    badge = await play.achievement()
    pathway = await play.published(badge)
    await play.awarded(badge)
    other = (await api.do("registerLearner", "desk"))["learner"]["id"]
    question = {"pathway": pathway, "learners": [play.learner, other, play.learner]}
    nobody = await asked(api, COHORT, "officer", "cohortProgress", **question)
    assert (nobody["size"], nobody["leftOut"], nobody["members"]) == (0, 2, [])

    text = "query($to: ID!, $until: Instant) { consentText(profile: $to, until: $until) }"
    shown = await api.ask(text, "teacher", to=play.board, until="2027-03-31T15:00:00Z")
    given = await api.do("giveConsent", "teacher", profile=play.board, until="2027-03-31T15:00:00Z")
    assert given["consent"]["text"] == shown["consentText"]
    assert "みなと市教育委員会" in given["consent"]["text"]
    assert "2027-04-01 00:00（日本時間）" in given["consent"]["text"]
    assert await api.codes(text, "officer", to=play.board) == ["NOT_PERMITTED"]
    api.ran.clear()
    seen = await asked(api, COHORT, "officer", "cohortProgress", **question)
    assert sorted(api.ran) == ["facts/progress", "principal/by_persona"]
    assert (seen["size"], seen["leftOut"], seen["complete"]) == (1, 1, 0)
    assert seen["nodes"] == [{"id": "leaf-0", "kind": "LEAF", "held": 0}, {"id": "all", "kind": "ALL", "held": 0}]
    (member,) = seen["members"]
    assert (member["learner"], member["state"]) == (play.learner, "NOT")
    assert member["nodes"][0]["reasons"] == [{"code": "NOT_ENDORSED"}]

    supposing = {"endorsements": [{"endorser": play.board, "target": badge}]}
    api.ran.clear()
    supposed = await asked(api, WHAT_IF, "officer", "whatIf", **question, supposing=supposing)
    assert sorted(api.ran) == ["facts/progress", "principal/by_persona"]
    assert supposed["completing"] == [{"learner": play.learner, "state": "COMPLETE", "percentage": 100}]
    assert (supposed["before"], supposed["after"]) == ({"complete": 0}, {"complete": 1, "size": 1})

    until = given["consent"]["until"]
    listed = await asked(api, CONSENTS, "officer", "profile", id=play.board, after=api.clock.at)
    assert listed["consents"]["edges"] == [{"node": {"holderId": play.learner, "until": until}}]
    assert (await asked(api, CONSENTS, "dean", "profile", id=play.board))["consents"]["totalCount"] == 0
    await api.do("endConsent", "teacher", consent=given["consent"]["id"])
    ended = await asked(api, CONSENTS, "officer", "profile", id=play.board, after=api.clock.at)
    assert ended["consents"]["totalCount"] == 0
    assert (await asked(api, COHORT, "officer", "cohortProgress", **question))["leftOut"] == 2


async def test_what_is_wrong_is_listed_with_its_place(play: Play, api: Api) -> None:
    pathway = await play.published()
    wrong = [{"endorser": "no iri", "target": "nor this"}, {"endorser": play.school, "target": play.badge}]
    question = {"pathway": pathway, "learners": [play.learner]}
    answer = (await api.post(WHAT_IF, "operator", **question, supposing={"endorsements": wrong})).json()
    paths = [".".join(error["extensions"]["argument"]) for error in answer["errors"]]
    assert paths == ["supposing.endorsements.0.endorser", "supposing.endorsements.0.target"]
    supposing = {"endorsements": wrong[1:], "awards": [{"achievement": await play.achievement("ほかの達成")}]}
    found = await api.codes(WHAT_IF, "operator", **question, supposing=supposing)
    assert found == ["NO_SUCH_CONDITION", "NO_SUCH_REQUIREMENT"]
    assert await api.codes(COHORT, "operator", pathway=pathway, learners=[]) == ["NO_LEARNERS"]
    assert await api.codes(COHORT, "operator", pathway="urn:x:none", learners=[play.learner]) == ["NOT_FOUND"]


async def test_the_proof_of_a_large_cohort_is_paid_for(play: Play, api: Api) -> None:
    badges = [play.badge]
    guards = {"endorsedBy": [{"profiles": [play.board]}]}
    leaves = [{"id": f"leaf-{n}", "kind": "LEAF", "targets": badges, "guards": guards} for n in range(200)]
    root = {"id": "all", "kind": "ALL", "parts": [leaf["id"] for leaf in leaves]}
    pathway = await play.drafted({"root": "all", "nodes": [root, *leaves]})
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    learners = (await api.do("registerLearners", "desk", count=25))["learners"]
    assert await api.codes(COHORT, "operator", pathway=pathway, learners=learners) == ["LIMIT_EXCEEDED"]
    without = COHORT.replace("nodes { id held reasons { code } }", "")
    assert (await asked(api, without, "operator", "cohortProgress", pathway=pathway, learners=learners))["size"] == 25
