"""Kept completions over the API: who sees which, decisions about outputs, and what an award says of its basis."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from graph_service.domain.completion import completion_id
from graph_service.domain.time import later
from tests.api.play import Play, texts
from tests.api.service import Api
from tests.casts import BASE

SEEN = """query($id: ID!, $pathway: ID!, $owner: ID!, $learner: ID!) {
    completion(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id }
    completions(pathway: $pathway) { totalCount edges { node { id } } }
    owned: completions(owner: $owner, first: 100) { edges { node { id } } }
    all: completions(first: 100) { edges { node { id } } }
    pathway(id: $pathway) { completions { totalCount } }
    learner(id: $learner) { completions { totalCount } } }"""
READ = """query($id: ID!) { completion(id: $id) { id state percentage fraction everComplete judgedAt nextChange digest review
    reason holderId learner { id } pathway { id } pathwayVersion { number } award { id } } }"""
LAPSE = "query($id: ID!) { award(id: $id) { basisLapsedSince basisLapsedReason suspendedSince } }"


@dataclass(frozen=True)
class Done:
    """A learner who completed a pathway of the board by an award of the university; its output waits."""

    persona: str
    learner: str
    badge: str
    output: str
    pathway: str

    @property
    def id(self) -> str:
        """The completion's id."""
        return completion_id(BASE, self.pathway, self.learner)


@pytest.fixture
async def done(play: Play, api: Api) -> Done:
    """Who completed a pathway, and whom the board does not know."""
    await role(play, "board-desk", play.board, "ISSUER")
    badge, learner, persona = await play.achievement(), await play.fresh_learner(), f"learner-{play.number()}"
    await play.persona(persona, learner)
    content = {"name": texts("中堅研"), "description": texts("中堅研"), "criteria": texts("中堅研")}
    made = await api.do("createAchievement", "board-desk", owner=play.board, input=content)
    output = made["achievement"]["id"]
    leaf = {"id": "leaf", "kind": "LEAF", "targets": [badge]}
    asked = {"achievement": output, "issue": "REVIEW", "onLapse": "SUSPEND"}
    pathway = await play.drafted({"root": "leaf", "nodes": [leaf], "output": asked})
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    await api.do("awardAchievement", "desk", achievement=badge, holder=learner)
    await play.refreshed()
    return Done(persona, learner, badge, output, pathway)


async def role(play: Play, persona: str, profile: str, name: str) -> None:
    """Make somebody with a role, once."""
    if persona not in play.principals:
        play.principals[persona] = await play.persona(persona)
        given = {"principal": play.principals[persona], "profile": profile, "role": name}
        await play.api.do("grantRole", "operator", **given)


async def seen(play: Play, done: Done, persona: str | None) -> set[bool]:
    """Tell in which places somebody sees the completion: all of them or none."""
    ids = {"id": done.id, "pathway": done.pathway, "owner": play.board, "learner": done.learner}
    answer = await play.api.ask(SEEN, persona, **ids)
    lists = [answer[name] for name in ("completions", "owned", "all")]
    places = [
        answer["completion"] is not None,
        answer["node"] is not None,
        answer["nodes"][0] is not None,
        answer["completions"]["totalCount"] == 1,
        answer["pathway"]["completions"]["totalCount"] == 1,
        *(done.id in {edge["node"]["id"] for edge in each["edges"]} for each in lists),
    ]
    if answer["learner"] is not None:
        places.append(answer["learner"]["completions"]["totalCount"] == 1)
    return set(places)


async def test_a_completion_is_the_learners_until_the_owner_may_know(play: Play, api: Api, done: Done) -> None:
    blind = (None, "stranger", "desk", "board-desk", "officer", "editor")
    for persona in (done.persona, "operator"):
        assert await seen(play, done, persona) == {True}
    for persona in blind:
        assert await seen(play, done, persona) == {False}
    found = (await api.ask(READ, done.persona, id=done.id))["completion"]
    assert (found["state"], found["percentage"], found["fraction"], found["review"]) == (
        "COMPLETE",
        100,
        "1",
        "WAITS_FOR_CONSENT",
    )
    assert (found["holderId"], found["learner"]["id"]) == (done.learner, done.learner)
    assert (found["pathway"]["id"], found["pathwayVersion"]["number"], found["award"]) == (done.pathway, 1, None)
    assert found["nextChange"] is None


async def test_consent_opens_it_as_long_as_it_lasts(play: Play, api: Api, done: Done) -> None:
    given = await api.do("giveConsent", done.persona, profile=play.school)
    assert await seen(play, done, "head") == {True}  # a profile that is not the owner, as for progress
    found = (await api.ask(READ, "head", id=done.id))["completion"]
    assert (found["holderId"], found["learner"], found["reason"]) == (done.learner, None, None)
    await api.do("endConsent", done.persona, consent=given["consent"]["id"])
    assert await seen(play, done, "head") == {False}
    await play.refreshed()
    assert (await api.ask(READ, done.persona, id=done.id))["completion"]["review"] == "WAITS_FOR_CONSENT"


async def test_who_lets_the_owner_see_is_awarded(play: Play, api: Api, done: Done) -> None:
    assert await api.refused("awardCompletion", "board-desk", completion=done.id) == [("NOT_FOUND", "completion")]
    await api.do("giveConsent", done.persona, profile=play.board)
    await play.refreshed()
    query = "query($pathway: ID!) { completions(pathway: $pathway, state: COMPLETE, review: PENDING) { edges { node { id } } } }"
    waiting = await api.ask(query, "board-desk", pathway=done.pathway)
    assert waiting["completions"]["edges"] == [{"node": {"id": done.id}}]
    assert await api.refused("awardCompletion", "officer", completion=done.id) == [("NOT_PERMITTED", "")]
    award = (await api.do("awardCompletion", "board-desk", completion=done.id))["award"]
    assert award["issuer"]["id"] == play.board
    assert await api.refused("awardCompletion", "board-desk", completion=done.id) == [
        ("COMPLETION_NOT_PENDING", "completion")
    ]
    found = (await api.ask(READ, done.persona, id=done.id))["completion"]
    assert (found["review"], found["award"]) == ("AWARDED", {"id": award["id"]})


async def test_a_declined_output_says_why_to_whom_it_concerns(play: Play, api: Api, done: Done) -> None:
    await api.do("giveConsent", done.persona, profile=play.board)
    await api.do("giveConsent", done.persona, profile=play.school)
    await play.refreshed()
    refused = await api.refused("declineCompletion", "board-desk", completion=done.id, reason=" ")
    assert [path for _, path in refused] == ["reason"]
    declined = await api.do("declineCompletion", "board-desk", completion=done.id, reason="面談の後に。")
    assert (declined["completion"]["review"], declined["completion"]["reason"]) == ("DECLINED", "面談の後に。")
    await play.refreshed()
    for persona, reason in ((done.persona, "面談の後に。"), ("board-desk", "面談の後に。"), ("head", None)):
        assert (await api.ask(READ, persona, id=done.id))["completion"]["reason"] == reason


async def test_an_award_says_that_its_basis_lapsed(play: Play, api: Api, done: Done) -> None:
    await api.do("giveConsent", done.persona, profile=play.board)
    await play.refreshed()
    award = (await api.do("awardCompletion", "board-desk", completion=done.id))["award"]["id"]
    await api.do("issueAward", "board-desk", award=award)
    await api.do("setAwardDisplay", done.persona, award=award, shown=True)
    nothing = {"basisLapsedSince": None, "basisLapsedReason": None, "suspendedSince": None}
    assert (await api.ask(LAPSE, done.persona, id=award))["award"] == nothing
    query = "query($id: ID!) { learner(id: $id) { awards { edges { node { id achievement { id } } } } } }"
    held = (await api.ask(query, done.persona, id=done.learner))["learner"]["awards"]["edges"]
    [basis] = [each["node"]["id"] for each in held if each["node"]["achievement"]["id"] == done.badge]
    await api.do("revokeAward", "desk", award=basis, reason="誤り。")
    await play.refreshed()
    found = (await api.ask(LAPSE, done.persona, id=award))["award"]
    assert (found["basisLapsedReason"], found["suspendedSince"]) == ("REVOKED", found["basisLapsedSince"])
    everybody = (await api.ask(LAPSE, None, id=award))["award"]
    assert everybody == {**found, "basisLapsedReason": None}
    page = await api.get(award, None, accept="text/html", **{"accept-language": "en"})
    assert "The award is suspended" in page.text


async def test_after_consent_the_owner_reads_what_was_decided_and_nothing_new(play: Play, api: Api, done: Done) -> None:
    given = await api.do("giveConsent", done.persona, profile=play.board)
    await play.refreshed()
    award = (await api.do("awardCompletion", "board-desk", completion=done.id))["award"]["id"]
    assert (await api.ask(READ, "board-desk", id=done.id))["completion"]["percentage"] == 100
    await api.do("endConsent", done.persona, consent=given["consent"]["id"])
    query = "query($id: ID!) { learner(id: $id) { awards { edges { node { id achievement { id } } } } } }"
    held = (await api.ask(query, done.persona, id=done.learner))["learner"]["awards"]["edges"]
    [basis] = [each["node"]["id"] for each in held if each["node"]["achievement"]["id"] == done.badge]
    await api.do("revokeAward", "desk", award=basis, reason="誤り。")
    await play.refreshed()

    found = (await api.ask(READ, "board-desk", id=done.id))["completion"]
    told = {name: found.pop(name) for name in ("id", "review", "award", "holderId", "pathway")}
    assert told == {
        "id": done.id,
        "review": "AWARDED",
        "award": {"id": award},
        "holderId": done.learner,
        "pathway": {"id": done.pathway},
    }
    assert set(found.values()) == {None}
    filtered = (
        "query($pathway: ID!, $state: CompletionState) { completions(pathway: $pathway, state: $state) { totalCount } }"
    )
    for persona, counts in (("board-desk", (1, 0, 0)), (done.persona, (1, 0, 1)), ("operator", (1, 0, 1))):
        for state, count in zip((None, "COMPLETE", "NOT"), counts, strict=True):
            answer = await api.ask(filtered, persona, pathway=done.pathway, state=state)
            assert answer["completions"]["totalCount"] == count, (persona, state)

    said = (await api.ask(LAPSE, "board-desk", id=award))["award"]  # that the basis lapsed, and not why
    assert (said["basisLapsedReason"], said["suspendedSince"]) == (None, said["basisLapsedSince"])
    assert said["basisLapsedSince"] is not None
    assert (await api.ask(LAPSE, done.persona, id=award))["award"]["basisLapsedReason"] == "REVOKED"


async def test_a_list_is_in_the_order_of_completing(play: Play, api: Api) -> None:
    badge, part = await play.achievement(), await play.achievement()
    leaves = [{"id": f"leaf-{n}", "kind": "LEAF", "targets": [each]} for n, each in enumerate((badge, part))]
    definition = {"root": "all", "nodes": [{"id": "all", "kind": "ALL", "parts": ["leaf-0", "leaf-1"]}, *leaves]}
    named = {"owner": play.university, "name": texts("二つ"), "definition": definition}
    pathway = (await api.do("createPathway", "publisher", **named))["pathway"]["id"]
    await api.do("publishPathwayVersion", "publisher", pathway=pathway)
    first, second, half = [await play.fresh_learner() for _ in range(3)]
    for learner, held, days in ((first, (badge, part), -3), (second, (badge, part), -2), (half, (badge,), -1)):
        for each in held:
            earned = later(api.clock.at, days=days)
            await api.do("awardAchievement", "desk", achievement=each, holder=learner, awardedAt=earned)
    await play.refreshed()
    query = """query($pathway: ID!, $first: Int, $after: String, $order: DateOrder) {
        completions(pathway: $pathway, first: $first, after: $after, order: $order) {
          totalCount pageInfo { endCursor } edges { node { holderId percentage } } } }"""
    page = (await api.ask(query, "operator", pathway=pathway, first=2))["completions"]
    assert [edge["node"]["holderId"] for edge in page["edges"]] == [second, first]
    rest = await api.ask(query, "operator", pathway=pathway, first=2, after=page["pageInfo"]["endCursor"])
    assert rest["completions"]["edges"] == [{"node": {"holderId": half, "percentage": 50}}]
    assert page["totalCount"] == 3
    oldest = (await api.ask(query, "operator", pathway=pathway, order="OLDEST"))["completions"]
    assert [edge["node"]["holderId"] for edge in oldest["edges"]] == [half, first, second]
