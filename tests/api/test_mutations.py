"""What holds for every mutation: who may, what it leaves behind, and what a repetition does."""

from __future__ import annotations

from typing import Any

import pytest

from graph_service.schema import SCHEMA
from tests.api.mutations import MUTATIONS
from tests.api.play import Play
from tests.api.service import Api

CHANGING = [name for name in MUTATIONS if name != "checkPathwayDraft"]
VERSIONED = [name for name in MUTATIONS if "expectedVersion" in SCHEMA.graphql.mutation_type.fields[name].args]  # type: ignore[union-attr]


def test_every_mutation_is_tried() -> None:
    assert SCHEMA.graphql.mutation_type is not None
    assert MUTATIONS.keys() == SCHEMA.graphql.mutation_type.fields.keys()


@pytest.mark.parametrize("name", MUTATIONS)
async def test_only_those_who_may_do_it(play: Play, api: Api, name: str) -> None:
    arguments = await MUTATIONS[name].arguments(play)
    for persona in {None, "teacher", "stranger"} - {MUTATIONS[name].persona}:
        if (name, persona) in (("registerLearner", "stranger"), ("registerLearners", "stranger")):
            continue  # who awards elsewhere registers learners too
        problems = await api.refused(name, persona, **arguments)
        assert problems[0][0] in ("NOT_PERMITTED", "NOT_FOUND")
    await api.do(name, MUTATIONS[name].persona, **arguments)


@pytest.mark.parametrize("name", CHANGING)
async def test_it_is_done_once_and_leaves_one_event(play: Play, api: Api, name: str) -> None:
    arguments = await MUTATIONS[name].arguments(play) | {"idempotencyKey": f"'; MATCH (n) DETACH DELETE n // 𠮷 {name}"}
    before = await api.events()
    first = await api.do(name, MUTATIONS[name].persona, **arguments)
    assert len(await api.events()) == len(before) + 1
    done = await api.size()
    again = await api.do(name, MUTATIONS[name].persona, **arguments)
    assert again == first | ({"secret": None} if name == "createApiKey" else {})
    assert await api.size() == done


@pytest.mark.parametrize("name", [name for name in CHANGING if name != "registerLearner"])
async def test_a_key_of_another_request_is_refused(play: Play, api: Api, name: str) -> None:
    arguments = await MUTATIONS[name].arguments(play) | {"idempotencyKey": f"first {name}"}
    await api.do(name, MUTATIONS[name].persona, **arguments)
    problems = await api.refused(name, MUTATIONS[name].persona, **_changed(arguments))
    assert problems == [("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")]


async def test_what_is_left_out_is_not_another_request(play: Play, api: Api) -> None:
    """Defaults follow the clock, which has moved on when a request comes again."""
    for name, persona, arguments in (
        ("requestEndorsement", "dean", {"input": {"endorser": play.board, "target": play.badge}}),
        ("awardAchievement", "desk", {"achievement": play.badge, "holder": play.learner}),
        ("createApiKey", "board-owner", {"profile": play.board, "name": "x", "roles": ["VIEWER"]}),
    ):
        for _ in range(2):
            await api.do(name, persona, **arguments, idempotencyKey="defaults")


async def test_events_hold_no_text_of_anybody(play: Play, api: Api) -> None:
    secret = "本人だけの事情"
    award, comment = await play.awarded(), {"language": "ja", "text": secret}
    about = {"endorser": play.school, "target": award, "kind": "RECOMMEND", "comment": comment}
    asked = await api.do("requestEndorsement", "teacher", input=about, idempotencyKey=secret)
    await api.do("declineEndorsement", "head", endorsement=asked["endorsement"]["id"], reason=secret)
    await api.do("revokeAward", "desk", award=award, reason=secret)
    events = await api.world.store.run("events", "MATCH (e:Event) RETURN properties(e) AS row", {})
    assert secret not in str(events)


async def test_a_key_belongs_to_one_principal_and_one_action(play: Play, api: Api) -> None:
    one, other = await play.requested(), await play.requested()
    await api.do("acceptEndorsement", "officer", endorsement=one, idempotencyKey="shared")
    await api.do("declineEndorsement", "officer", endorsement=other, reason="担当ではない。", idempotencyKey="shared")
    learners = [
        (await api.do("registerLearner", persona, idempotencyKey="shared"))["learner"]["id"]
        for persona in ("desk", "stranger", "desk")
    ]
    assert learners[0] == learners[2] != learners[1]


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_has_1_to_200_characters(api: Api, key: str) -> None:
    problems = await api.refused("registerLearner", "desk", idempotencyKey=key)
    assert problems == [("IDEMPOTENCY_KEY_LENGTH", "idempotencyKey")]


@pytest.mark.parametrize("name", VERSIONED)
async def test_it_changes_only_the_version_that_was_seen(play: Play, api: Api, name: str) -> None:
    arguments, persona = await MUTATIONS[name].arguments(play), MUTATIONS[name].persona
    of, id_ = next(iter(arguments.items()))
    found = await api.ask(f"query($id: ID!) {{ {of}(id: $id) {{ version }} }}", persona, id=id_)
    version = found[of]["version"]
    for wrong in (version - 1, version + 1):
        assert await api.refused(name, persona, **arguments, expectedVersion=wrong) == [("STALE_VERSION", "")]
    await api.do(name, persona, **arguments, expectedVersion=version)


def _changed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments of which the first text or number is another one."""
    name, value = next(iter(arguments.items()))
    if isinstance(value, int):
        return arguments | {name: value + 1}
    if isinstance(value, str):
        return arguments | {name: f"{value}x"}
    if isinstance(value, dict):
        return arguments | {name: _changed(value)}
    first, *others = value
    return arguments | {name: [_changed({"": first})[""], *others]}
