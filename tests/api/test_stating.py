"""Statements of completion: who may make one, what it carries, who may read it, what supersedes it and what ends it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.api.mutations import LATER
from tests.api.play import Play, content, texts
from tests.api.service import Api
from tests.casts import BASE

HTML = {"accept": "text/html", "accept-language": "ja"}
STATEMENT = """query ($id: ID!) { statement(id: $id) { id issuedAt ended holder { id } issuer { id } awards { id }
    pathwayVersion { number } credential { since bytes } } }"""
VERDICT = """query ($id: ID!) { verify(credential: $id) { verdict checks { code } embedded { id verdict } } }"""


def leaf(name: str, target: str) -> dict[str, Any]:
    return {"id": name, "kind": "LEAF", "targets": [target]}


def both(*parts: str) -> dict[str, Any]:
    return {"id": "all", "kind": "ALL", "parts": list(parts)}


async def pathway(play: Play, *nodes: dict[str, Any], **definition: Any) -> str:
    """Publish a pathway of the university; the first node is its root."""
    asked = {"root": nodes[0]["id"], "nodes": list(nodes), **definition}
    named = {"owner": play.university, "name": texts("中堅研"), "definition": asked}
    made = (await play.api.do("createPathway", "publisher", **named))["pathway"]["id"]
    await play.api.do("publishPathwayVersion", "publisher", pathway=made)
    return str(made)


async def learner(play: Play) -> tuple[str, str]:
    """Return a persona and the learner that it is."""
    made = await play.fresh_learner()
    name = f"teacher-{play.number()}"
    await play.persona(name, made)
    return name, made


async def awarded(play: Play, badge: str, holder: str, persona: str = "desk", *, signed: bool = True) -> str:
    award = (await play.api.do("awardAchievement", persona, achievement=badge, holder=holder))["award"]["id"]
    if signed:
        await play.api.do("issueAward", persona, award=award)
    return str(award)


async def elsewhere(play: Play) -> str:
    """Publish a badge of somebody else."""
    made = await play.api.do("createAchievement", "stranger", owner=play.elsewhere, input=content("他市の研修"))
    return str(made["achievement"]["id"])


async def stated(play: Play, on: str, of: str) -> dict[str, Any]:
    made = (await play.api.do("issueStatement", "desk", pathway=on, learner=of))["statement"]
    return dict(made)


def signed(statement: dict[str, Any]) -> Any:
    return json.loads(statement["credential"]["bytes"])


def subject(statement: dict[str, Any]) -> dict[str, Any]:
    return dict(signed(statement)["credentialSubject"])


def associated(statement: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    listed = subject(statement)["association"]
    return [(each["sourceId"], each["targetId"]) for each in listed if each["associationType"] == kind]


async def test_it_carries_what_is_signed_and_names_the_rest(play: Play, api: Api) -> None:
    one, other = await play.achievement("学級経営"), await play.achievement("生徒指導")
    on = await pathway(play, both("a", "b"), leaf("a", one), leaf("b", other))
    teacher, holder = await learner(play)
    first = await awarded(play, one, holder)
    second = await awarded(play, other, holder, signed=False)
    made = await stated(play, on, holder)
    assert [each["id"] for each in made["awards"]] == [first, second]
    assert (made["holder"], made["issuer"]["id"]) == ({"id": holder}, play.university)
    assert signed(made)["name"] == "修了証明：中堅研"
    assert [each["id"] for each in subject(made)["verifiableCredential"]] == [first]
    assert [each["id"] for each in subject(made)["achievement"]] == [other, on]
    assert associated(made, "isPartOf") == [(one, on), (other, on)]
    report = (await api.ask(VERDICT, "desk", id=made["id"]))["verify"]
    assert (report["verdict"], report["embedded"]) == ("GOOD", [{"id": first, "verdict": "GOOD"}])
    listed = "query ($id: ID!) { learner(id: $id) { statements { totalCount edges { node { id } } } } }"
    own = (await api.ask(listed, teacher, id=holder))["learner"]["statements"]
    assert own == {"totalCount": 1, "edges": [{"node": {"id": made["id"]}}]}


async def test_an_output_stands_for_the_pathway(play: Play) -> None:
    badge, output = await play.achievement(), await play.achievement("中堅研修了")
    on = await pathway(play, leaf("a", badge), output={"achievement": output})
    _, holder = await learner(play)
    await awarded(play, badge, holder)
    made = await stated(play, on, holder)
    assert associated(made, "isPartOf") == [(badge, output)]
    assert [(each["id"], each["name"]) for each in subject(made)["achievement"]] == [(output, "中堅研修了")]


async def test_what_had_to_come_first_precedes(play: Play) -> None:
    first, then = await play.achievement(), await play.achievement()
    strict = {"id": "after", "kind": "AFTER", "prerequisite": "a", "part": "b", "mode": "STRICT"}
    on = await pathway(play, strict, leaf("a", first), leaf("b", then))
    _, holder = await learner(play)
    await awarded(play, first, holder)
    await awarded(play, then, holder)
    made = await stated(play, on, holder)
    assert associated(made, "precedes") == [(first, then)]
    assert associated(made, "isPartOf") == [(first, on), (then, on)]


async def test_holder_and_owner_read_it_and_nobody_else(play: Play, api: Api) -> None:
    badge = await play.achievement("不登校の理解")
    on = await pathway(play, leaf("a", badge))
    teacher, holder = await learner(play)
    award = await awarded(play, badge, holder)
    made = await stated(play, on, holder)
    path = made["id"].removeprefix(BASE)
    types = {"": "application/vc", ".json": "application/vc", ".jwt": "text/plain; charset=utf-8"}
    for persona in (teacher, "desk"):
        for form, media_type in types.items():
            answer = await api.get(path + form, persona)
            assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
            assert answer.headers["cache-control"] == "private, no-store"
        assert (await api.get(path, persona)).text == made["credential"]["bytes"]
        page = (await api.get(path, persona, **HTML)).text
        assert "修了証明：中堅研" in page
        assert "不登校の理解" in page
        assert f'{award.removeprefix(BASE)}"' in page
        assert (await api.ask(STATEMENT, persona, id=made["id"]))["statement"]["id"] == made["id"]
    assert f'{path}"' in (await api.get(on, teacher, **HTML)).text  # the pathway leads to it
    assert f'{path}"' not in (await api.get(on, "teacher", **HTML)).text
    for stranger in (None, "stranger", "officer", "teacher"):
        assert (await api.get(path, stranger)).status_code == 404
        assert (await api.get(path, stranger, **HTML)).status_code == 404
        assert (await api.ask(STATEMENT, stranger, id=made["id"]))["statement"] is None
        assert await api.codes(VERDICT, stranger, id=made["id"]) == ["NOT_FOUND"]


async def test_what_is_open_is_not_stated(play: Play, api: Api) -> None:
    one, other = await play.achievement(), await play.achievement()
    on = await pathway(play, both("a", "b"), leaf("a", one), leaf("b", other))
    teacher, holder = await learner(play)
    await awarded(play, one, holder)
    await api.do("giveConsent", teacher, profile=play.university, purpose="PROGRESS", until=LATER)
    assert await api.refused("issueStatement", "desk", pathway=on, learner=holder) == [("NOT_COMPLETE", "learner")]
    ended = await awarded(play, other, holder)
    await stated(play, on, holder)
    await api.do("revokeAward", "desk", award=ended, reason="誤り。")
    assert await api.refused("issueStatement", "desk", pathway=on, learner=holder) == [("NOT_COMPLETE", "learner")]


async def test_a_statement_has_something_to_carry(play: Play, api: Api) -> None:
    badge = await play.achievement()
    on = await pathway(play, leaf("a", badge))
    _, holder = await learner(play)
    await awarded(play, badge, holder, signed=False)
    assert await api.refused("issueStatement", "desk", pathway=on, learner=holder) == [("NOTHING_SIGNED", "learner")]


async def test_the_owner_may_not_know_of_awards_of_others_unless_the_learner_says_so(play: Play, api: Api) -> None:
    """One badge is somebody else's: without consent the learner cannot be told from one who does not exist."""
    badge = await elsewhere(play)
    on = await pathway(play, leaf("a", badge))
    teacher, holder = await learner(play)
    await awarded(play, badge, holder, "stranger")
    for nobody in (holder, "urn:uuid:00000000-0000-4000-8000-000000000009"):
        assert await api.refused("issueStatement", "desk", pathway=on, learner=nobody) == [("NOT_FOUND", "learner")]
    await api.do("giveConsent", teacher, profile=play.university, purpose="PROGRESS", until=LATER)
    assert len(subject(await stated(play, on, holder))["verifiableCredential"]) == 1


async def test_who_is_enrolled_has_not_let_the_owner_see_progress(play: Play, api: Api) -> None:
    """Neither how much is complete, nor what others awarded."""
    foreign, own = await elsewhere(play), await play.achievement()
    on = await pathway(play, both("a", "b"), leaf("a", foreign), leaf("b", own))
    teacher, holder = await learner(play)
    await api.do("enrol", teacher, pathway=on, policy="BEST_OF")
    for badge, persona in ((own, "desk"), (foreign, "stranger")):
        await awarded(play, badge, holder, persona)
        assert await api.refused("issueStatement", "desk", pathway=on, learner=holder) == [("NOT_FOUND", "learner")]


async def test_without_consent_it_is_made_of_the_owners_awards_alone(play: Play, api: Api) -> None:
    """The first version asks for either badge, the second for the foreign one: that one the learner completed, too."""
    foreign, own = await elsewhere(play), await play.achievement()
    either = {"id": "any", "kind": "ANY", "parts": ["a", "b"]}
    on = await pathway(play, either, leaf("a", foreign), leaf("b", own))
    second = {"root": "a", "nodes": [leaf("a", foreign)]}
    await api.do("savePathwayDraft", "publisher", pathway=on, definition=second)
    await api.do("publishPathwayVersion", "publisher", pathway=on)
    teacher, holder = await learner(play)
    others, ours = await awarded(play, foreign, holder, "stranger"), await awarded(play, own, holder)
    made = (await api.ask(STATEMENT, "desk", id=(await stated(play, on, holder))["id"]))["statement"]
    assert (made["pathwayVersion"]["number"], [each["id"] for each in made["awards"]]) == (1, [ours])
    assert [each["id"] for each in subject(made)["verifiableCredential"]] == [ours]
    assert others not in made["credential"]["bytes"]
    assert foreign not in made["credential"]["bytes"]
    await api.do("giveConsent", teacher, profile=play.university, purpose="PROGRESS", until=LATER)
    await stated(play, on, holder)
    made = (await api.ask(STATEMENT, teacher, id=made["id"]))["statement"]
    assert (made["pathwayVersion"]["number"], [each["id"] for each in made["awards"]]) == (2, [others])
    assert [each["id"] for each in subject(made)["verifiableCredential"]] == [others]


async def test_signed_again_it_supersedes_what_was_signed_before(play: Play, api: Api) -> None:
    one, other = await play.achievement(), await play.achievement()
    on = await pathway(play, {"id": "any", "kind": "ANY", "parts": ["a", "b"]}, leaf("a", one), leaf("b", other))
    _, holder = await learner(play)
    first = await awarded(play, one, holder)
    before = await stated(play, on, holder)
    second = await awarded(play, other, holder)
    after = await stated(play, on, holder)
    assert (after["id"], after["issuedAt"], after["version"]) == (before["id"], before["issuedAt"], 2)
    assert [each["id"] for each in after["awards"]] == [first, second]
    assert signed(after)["validFrom"] > signed(before)["validFrom"]
    assert signed(after)["awardedDate"] == signed(before)["awardedDate"]
    assert signed(after)["credentialStatus"] == signed(before)["credentialStatus"]
    assert (await api.ask(VERDICT, "desk", id=after["id"]))["verify"]["verdict"] == "GOOD"


async def test_one_stands_whoever_asks_at_once(play: Play, api: Api) -> None:
    badge = await play.achievement()
    on = await pathway(play, leaf("a", badge))
    _, holder = await learner(play)
    await awarded(play, badge, holder)
    answers = await asyncio.gather(*(api.send("issueStatement", "desk", pathway=on, learner=holder) for _ in range(5)))
    refused = {each["code"] for answer in answers for each in answer.get("problems", ())}
    assert refused <= {"SIGNED_JUST_NOW"}
    assert len({answer["statement"]["id"] for answer in answers if "statement" in answer}) == 1
    count = "MATCH (s:Statement {holderId: $holder}) RETURN count(s) AS row"
    assert await api.world.store.run("statements", count, {"holder": holder}) == [1]


@pytest.mark.parametrize("void", [False, True])
async def test_taken_back_it_is_revoked_and_the_next_is_another(play: Play, api: Api, void: bool) -> None:
    badge = await play.achievement()
    on = await pathway(play, leaf("a", badge))
    _, holder = await learner(play)
    await awarded(play, badge, holder)
    made = await stated(play, on, holder)
    given = {"statement": made["id"], "reason": "別の人だった。", "void": void}
    ended = (await api.do("revokeStatement", "desk", **given))["statement"]
    assert (ended["ended"], ended["reason"]) == ("VOID" if void else "REVOKED", "別の人だった。")
    report = (await api.ask(VERDICT, "desk", id=made["id"]))["verify"]
    assert report["verdict"] == "FAILED"
    assert "CREDENTIAL_REVOKED" in {check["code"] for check in report["checks"]}
    assert await api.refused("revokeStatement", "desk", **given) == [("ALREADY_ENDED", "statement")]
    assert (await stated(play, on, holder))["id"] != made["id"]
