"""A pathway from draft to published version, everything that forbids publishing, and a learner's progress."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.play import Play, texts
from tests.api.service import Api

PROGRESS = """query($pathway: ID!, $learner: ID!, $at: Instant) { progress(pathway: $pathway, learner: $learner, at: $at) {
    pathwayVersion state percentage fraction everComplete currentlyComplete
    nodes { id held required filled missing parts witnesses { award achievement endorsements }
            reasons { code message award wanted } } } }"""


async def test_draft_check_publish_and_the_next_version(play: Play, api: Api) -> None:
    pathway = await play.drafted({"nodes": []})
    saved = await api.do(
        "savePathwayDraft", "editor", pathway=pathway, name=texts("中堅研 2026"), definition=play.definition()
    )
    assert (saved["pathway"]["name"], saved["pathway"]["number"], saved["pathway"]["version"]) == ("中堅研 2026", 0, 2)
    assert (await api.do("checkPathwayDraft", "editor", pathway=pathway))["problems"] == []

    published = (await api.do("publishPathwayVersion", "editor", pathway=pathway))["pathwayVersion"]
    assert (published["id"], published["state"]) == (f"{pathway}/versions/1", "PUBLISHED")
    assert [(node["nodeId"], node["kind"]) for node in published["nodes"]] == [("all", "ALL"), ("leaf-0", "LEAF")]
    assert published["nodes"][0]["parts"] == [f"{pathway}/versions/1#leaf-0"]
    assert published["nodes"][1]["accepts"] == [{"id": play.badge}]

    assert await api.refused("publishPathwayVersion", "editor", pathway=pathway) == [("NO_DRAFT", "pathway")]
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition=play.definition())
    second = (await api.do("publishPathwayVersion", "editor", pathway=pathway))["pathwayVersion"]
    assert (second["number"], second["digest"]) == (2, published["digest"])  # the same definition


def leaf(id_: str, *targets: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "kind": "LEAF", "targets": targets, **more}


def group(id_: str, *parts: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "kind": "ALL", "parts": parts, **more}


async def test_checking_and_publishing_list_all_problems(play: Play, api: Api) -> None:
    nobody = {"endorsedBy": [{"profiles": ["urn:nobody"]}]}
    nodes = [
        group("a", "b"),
        group("b", "a", "missing"),
        group("some", "one", "two", kind="AT_LEAST", count=3),
        leaf("one", play.badge, "urn:unknown", times=0),
        leaf("two", play.badge, guards=nobody),
        leaf("two"),
        group("empty"),
    ]
    pathway = await play.drafted({"root": "some", "nodes": nodes})
    expected = {
        ("CYCLE", "nodes.1.parts"),
        ("DANGLING_PART", "nodes.1.parts.1"),
        ("UNSATISFIABLE_COUNT", "nodes.2.count"),
        ("DANGLING_TARGET", "nodes.3.targets.1"),
        ("COUNT_TOO_LOW", "nodes.3.times"),
        ("UNKNOWN_PROFILE", "nodes.4.guards.endorsedBy.0.profiles"),
        ("DUPLICATE_NODE", "nodes.5.id"),
        ("EMPTY_LEAF", "nodes.5.targets"),
        ("EMPTY_GROUP", "nodes.6.parts"),
        ("UNREACHABLE", "nodes.0"),
        ("UNREACHABLE", "nodes.1"),
        ("UNREACHABLE", "nodes.6"),
    }
    assert set(await api.refused("publishPathwayVersion", "editor", pathway=pathway)) == expected
    before = await api.size()
    report = await api.do("checkPathwayDraft", "editor", pathway=pathway)
    assert {(problem["code"], ".".join(problem["path"])) for problem in report["problems"]} == expected
    assert await api.size() == before


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"count": 3}, ("UNSATISFIABLE_COUNT", "nodes.0.count")),  # three of two
        ({"count": 0}, ("COUNT_TOO_LOW", "nodes.0.count")),
        ({"count": -1}, ("COUNT_TOO_LOW", "nodes.0.count")),
        ({"count": 1.0}, ("WRONG_TYPE", "nodes.0.count")),
        ({"count": "1"}, ("WRONG_TYPE", "nodes.0.count")),
        ({"count": None}, ("MISSING_MEMBER", "nodes.0")),
        ({"parts": ["one", "one"]}, ("DUPLICATE_PART", "nodes.0.parts.1")),
        ({"parts": ["one", "root"]}, ("SELF_REFERENCE", "nodes.0.parts.1")),
        ({"kind": "NONE"}, ("NOT_ONE_OF", "nodes.0.kind")),
        ({"cout": 1}, ("UNKNOWN_MEMBER", "nodes.0")),
    ],
)
async def test_one_thing_wrong_is_told_with_its_place(
    play: Play, api: Api, changes: dict[str, Any], problem: tuple[str, str]
) -> None:
    root = {"id": "root", "kind": "AT_LEAST", "count": 1, "parts": ["one", "two"]} | changes
    pathway = await play.drafted({"root": "root", "nodes": [root, leaf("one", play.badge), leaf("two", play.badge)]})
    assert problem in await api.refused("publishPathwayVersion", "editor", pathway=pathway)


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ("[]", ("WRONG_TYPE", "definition")),
        ('"text"', ("WRONG_TYPE", "definition")),
        ('{"nodes": [{"times": 9223372036854775808}]}', ("NUMBER_OUT_OF_RANGE", "definition.nodes.0.times")),
        ('{"nodes": [{"times": 1e300}]}', ("NUMBER_OUT_OF_RANGE", "definition.nodes.0.times")),
        ('{"a":' * 100 + "1" + "}" * 100, ("TOO_DEEP", ".".join(["definition", *"a" * 32]))),
    ],
)
async def test_what_no_draft_can_hold(play: Play, api: Api, definition: str, problem: tuple[str, str]) -> None:
    given = json.loads(definition)
    assert await api.refused("savePathwayDraft", "editor", pathway=await play.drafted(), definition=given) == [problem]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 30, "9" * 5_000])
async def test_numbers_in_a_document_are_held_to_the_same(play: Play, api: Api, number: str) -> None:
    query = """mutation { savePathwayDraft(pathway: "%s", definition: {times: %s}) { ... on Problems { problems { code path } } } }"""
    answer = await api.ask(query % (await play.drafted(), number), "editor")
    problem = {"code": "NUMBER_OUT_OF_RANGE", "path": ["definition", "times"]}
    assert answer["savePathwayDraft"] == {"problems": [problem]}


async def test_progress_says_what_fills_and_what_is_missing(play: Play, api: Api) -> None:
    badge, other = await play.achievement(), await play.achievement("不登校の理解")
    endorsed, award = await play.issued(badge), await play.awarded(badge)
    pathway = await play.published(badge, other)
    progress = (await api.ask(PROGRESS, "teacher", pathway=pathway, learner=play.learner))["progress"]
    assert (progress["state"], progress["percentage"], progress["everComplete"]) == ("NOT", 50, None)
    nodes = {node["id"]: node for node in progress["nodes"]}
    assert nodes["leaf-0"]["witnesses"] == [{"award": award, "achievement": badge, "endorsements": [endorsed["id"]]}]
    assert [reason["code"] for reason in nodes["leaf-1"]["reasons"]] == ["NOT_HELD"]
    assert (nodes["all"]["required"], nodes["all"]["filled"], nodes["all"]["missing"]) == (2, 1, 1)

    await play.awarded(other)
    signed = await play.issued(other)
    progress = (await api.ask(PROGRESS, "teacher", pathway=pathway, learner=play.learner))["progress"]
    assert (progress["state"], progress["percentage"], progress["everComplete"]) == ("COMPLETE", 100, signed["since"])


async def test_progress_follows_a_revocation_and_remembers(play: Play, api: Api) -> None:
    badge = await play.achievement()
    await play.awarded(badge)
    signed, pathway = await play.issued(badge), await play.published(badge)
    complete = api.clock()
    await api.do("revokeEndorsement", "officer", endorsement=signed["id"], reason="内容が古い。")
    now, earlier = [
        (await api.ask(PROGRESS, "teacher", pathway=pathway, learner=play.learner, at=at))["progress"]
        for at in (None, complete)
    ]
    assert (now["state"], now["currentlyComplete"], now["everComplete"]) == ("NOT", False, signed["since"])
    assert (earlier["state"], earlier["currentlyComplete"]) == ("COMPLETE", True)
    reasons = [reason["code"] for node in now["nodes"] for reason in node["reasons"]]
    assert reasons == ["ENDORSEMENT_REVOKED", "NOT_ENDORSED"]


async def test_progress_is_of_the_newest_version_at_once(play: Play, api: Api) -> None:
    badge = await play.achievement()
    await play.awarded(badge)
    pathway = await play.published(badge)
    await api.ask(PROGRESS, "teacher", pathway=pathway, learner=play.learner)
    wanted = leaf("only", badge)
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition={"root": "only", "nodes": [wanted]})
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    progress = (await api.ask(PROGRESS, "teacher", pathway=pathway, learner=play.learner))["progress"]
    assert (progress["pathwayVersion"], progress["state"]) == (f"{pathway}/versions/2", "COMPLETE")


@pytest.mark.parametrize("at", ["yesterday", "2026-04-01", "2026-04-01T00:00:00", 5, True])
async def test_an_instant_has_an_offset(play: Play, api: Api, at: Any) -> None:
    codes = await api.codes(PROGRESS, "teacher", pathway="urn:x", learner=play.learner, at=at)
    assert codes in (["INVALID_INSTANT"], ["INVALID_DOCUMENT"])


async def test_a_draft_has_no_progress(play: Play, api: Api) -> None:
    codes = await api.codes(PROGRESS, "teacher", pathway=await play.drafted(), learner=play.learner)
    assert codes == ["NOT_FOUND"]
