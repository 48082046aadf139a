"""A pathway from draft to published version, everything that forbids publishing, and a learner's progress."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from graph_service.pathway import rules
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


# references and credits


def referring(id_: str, version: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "kind": "REF", "pathwayVersion": version, **more}


def stacked(*versions: str, leaves: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """All of these versions and leaves."""
    nodes = [*(referring(f"ref-{number}", version) for number, version in enumerate(versions)), *leaves]
    return {"root": "all", "nodes": [group("all", *(node["id"] for node in nodes)), *nodes]}


async def published(play: Play, api: Api, definition: dict[str, Any]) -> str:
    """Publish a pathway and return its version."""
    pathway = await play.drafted(definition)
    return (await api.do("publishPathwayVersion", "editor", pathway=pathway))["pathwayVersion"]["id"]


STRUCTURE = """query($id: ID!) { pathwayVersion(id: $id) { supports { id }
    nodes { nodeId kind name(language: "en") count unit threshold credits parts accepts { id } pathwayVersion { id } } } }"""


async def test_everybody_can_read_what_a_published_version_asks_for(play: Play, api: Api) -> None:
    first, second = await play.achievement(), await play.achievement()
    below = await published(play, api, {"root": "one", "nodes": [leaf("one", first)]})
    worth = [leaf("a", first, credits={"ECTS": "1.50"}), leaf("b", second, credits={"ECTS": "0.5"})]
    total = {"id": "sum", "kind": "CREDITS", "unit": "ECTS", "threshold": "2.00", "parts": ["a", "b"]}
    basics = referring("basics", below, name={"ja": "基礎", "en": "Basics"})
    version = await published(
        play, api, {"root": "all", "nodes": [group("all", "sum", "basics"), total, basics, *worth]}
    )
    answer = (await api.ask(STRUCTURE, id=version))["pathwayVersion"]
    nodes = {node.pop("nodeId"): {name: each for name, each in node.items() if each} for node in answer["nodes"]}
    assert nodes == {
        "all": {"kind": "ALL", "count": 2, "parts": [f"{version}#sum", f"{version}#basics"]},
        "sum": {
            "kind": "CREDITS",
            "count": 2,
            "unit": "ECTS",
            "threshold": "2.00",
            "parts": [f"{version}#a", f"{version}#b"],
        },
        "basics": {
            "kind": "REF",
            "name": "Basics",
            "count": 1,
            "parts": [f"{below}#one"],
            "pathwayVersion": {"id": below},
        },
        "a": {"kind": "LEAF", "count": 1, "credits": ["1.50 ECTS"], "accepts": [{"id": first}]},
        "b": {"kind": "LEAF", "count": 1, "credits": ["0.5 ECTS"], "accepts": [{"id": second}]},
    }


async def test_a_version_knows_all_that_rests_on_it(play: Play, api: Api) -> None:
    bottom = await published(play, api, play.definition())
    middle = await published(play, api, stacked(bottom))
    top = await published(play, api, stacked(middle))
    await play.drafted(stacked(bottom))  # a draft rests on nothing yet
    supports = [(await api.ask(STRUCTURE, id=each))["pathwayVersion"]["supports"] for each in (bottom, middle, top)]
    assert [sorted(each["id"] for each in found) for found in supports] == [sorted([middle, top]), [top], []]


NODES = """query($pathway: ID!, $learner: ID!) { progress(pathway: $pathway, learner: $learner) { state fraction
    nodes { id kind name(language: "en") held required filled missing parts targets pathwayVersion
            credits { unit required earned missing } reasons { code } } } }"""


async def test_a_stack_is_as_complete_as_the_versions_that_it_rests_on(play: Play, api: Api) -> None:
    first, second = await play.achievement(), await play.achievement()
    bottom = await published(play, api, {"root": "one", "nodes": [leaf("one", first, name={"en": "First"})]})
    worth = [leaf("a", first, credits={"ECTS": "0.1"}), leaf("b", second, credits={"ECTS": "0.2"})]
    total = {"id": "sum", "kind": "CREDITS", "unit": "ECTS", "threshold": "0.3", "parts": ["a", "b"]}
    middle = await published(
        play, api, {"root": "all", "nodes": [group("all", "ref", "sum"), referring("ref", bottom), total, *worth]}
    )
    pathway = await play.drafted(stacked(bottom, middle))
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    await play.awarded(first)

    api.ran.clear()
    progress = (await api.ask(NODES, "teacher", pathway=pathway, learner=play.learner))["progress"]
    assert sorted(api.ran) == ["facts/progress", "pathway/versions", "principal/by_persona"]
    assert (progress["state"], progress["fraction"]) == ("NOT", "5/6")  # (1 + (1 + 1/3) / 2) / 2
    nodes = {node["id"]: node for node in progress["nodes"]}
    assert set(nodes) == {
        *("all", "ref-0", "ref-1", f"{bottom}#one"),
        *(f"{middle}#{id_}" for id_ in ("all", "ref", "sum", "a", "b")),
    }
    shared = nodes[f"{bottom}#one"]
    assert (shared["kind"], shared["name"], shared["held"], shared["targets"]) == ("LEAF", "First", True, [first])
    assert [nodes[id_]["parts"] for id_ in ("ref-0", f"{middle}#ref")] == [[f"{bottom}#one"]] * 2
    assert (nodes["ref-1"]["kind"], nodes["ref-1"]["pathwayVersion"], nodes["ref-1"]["missing"]) == ("REF", middle, 1)
    assert nodes[f"{middle}#sum"]["credits"] == {"unit": "ECTS", "required": "0.3", "earned": "0.1", "missing": "0.2"}
    assert [reason["code"] for reason in nodes[f"{middle}#b"]["reasons"]] == ["NOT_HELD"]

    await play.awarded(second)
    progress = (await api.ask(NODES, "teacher", pathway=pathway, learner=play.learner))["progress"]
    assert (progress["state"], progress["fraction"]) == ("COMPLETE", "1")


async def test_a_reference_stays_at_its_version(play: Play, api: Api) -> None:
    below = await play.drafted({"root": "one", "nodes": [leaf("one", play.badge)]})
    version = (await api.do("publishPathwayVersion", "editor", pathway=below))["pathwayVersion"]["id"]
    pathway = await play.drafted(stacked(version))
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    await api.do("savePathwayDraft", "editor", pathway=below, definition=play.definition(await play.achievement()))
    await api.do("publishPathwayVersion", "editor", pathway=below)
    progress = (await api.ask(NODES, "teacher", pathway=pathway, learner=play.learner))["progress"]
    assert progress["state"] == "COMPLETE"


async def test_only_published_versions_can_be_referred_to(play: Play, api: Api) -> None:
    other = await play.drafted()
    pathway = await play.drafted()
    names = [f"{pathway}/versions/1", f"{other}/versions/1", pathway, "urn:unknown"]  # its own draft first
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition=stacked(*names))
    assert await api.refused("publishPathwayVersion", "editor", pathway=pathway) == [
        ("UNKNOWN_PATHWAY_VERSION", f"nodes.{place}.pathwayVersion") for place in (1, 2, 3, 4)
    ]


async def test_a_way_of_references_ends_somewhere(play: Play, api: Api) -> None:
    version = await published(play, api, play.definition())
    for _ in range(8):
        version = await published(play, api, stacked(version))
    pathway = await play.drafted(stacked(version))
    assert await api.refused("publishPathwayVersion", "editor", pathway=pathway) == [
        ("REFERENCES_TOO_DEEP", "nodes.1.pathwayVersion")
    ]


async def test_versions_that_are_too_large_together_are_not_even_read(
    play: Play, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    bottom = await published(play, api, play.definition())  # two requirements
    top = await published(play, api, stacked(bottom))  # two more
    for limit, readable in ((4, True), (3, False)):
        rows = await api.world.store.read("pathway/referenced", ids=[top, "urn:unknown"], limit=limit)
        assert [(row["nodes"], row["definition"] is not None) for row in rows] == [(4, readable)] * 2
    pathway = await play.drafted(stacked(top, "urn:unknown"))  # three of its own
    for limit in (3, 6):
        monkeypatch.setattr(rules, "MAX_NODES", limit)
        assert await api.refused("publishPathwayVersion", "editor", pathway=pathway) == [("TOO_MANY_NODES", "nodes")]


async def test_what_is_wrong_with_credits_and_windows_is_told_at_once(play: Play, api: Api) -> None:
    def worth(id_: str, amount: str, **awarded: str) -> dict[str, Any]:
        return leaf(id_, play.badge, credits={"ECTS": amount}, guards={"awardedBetween": awarded})

    total = {"id": "sum", "kind": "CREDITS", "unit": "ECTS", "threshold": "10", "parts": ["a", "b"]}
    other = {"id": "other", "kind": "CREDITS", "unit": "hours", "threshold": "0", "parts": ["a", "sum"]}
    turned = {"since": "2026-04-01T00:00:00+09:00", "until": "2026-03-31T15:00:00Z"}  # the same instant
    nodes = [group("all", "sum", "other"), total, other, worth("a", "0"), worth("b", "9.999999", **turned)]
    pathway = await play.drafted({"root": "all", "nodes": nodes})
    assert set(await api.refused("publishPathwayVersion", "editor", pathway=pathway)) == {
        ("UNSATISFIABLE_CREDITS", "nodes.1.threshold"),
        ("CREDITS_TOO_LOW", "nodes.2.threshold"),
        ("PART_WITHOUT_CREDITS", "nodes.2.parts.0"),
        ("PART_NOT_A_LEAF", "nodes.2.parts.1"),
        ("CREDITS_TOO_LOW", "nodes.3.credits.ECTS"),
        ("EMPTY_WINDOW", "nodes.3.guards.awardedBetween"),
        ("SPAN_EMPTY", "nodes.4.guards.awardedBetween"),
    }


async def test_a_badge_awarded_outside_the_window_says_so(play: Play, api: Api) -> None:
    guards = {"awardedBetween": {"since": "2030-04-01T00:00:00Z"}}
    badge = await play.achievement()
    award = await play.awarded(badge)
    pathway = await play.drafted({"root": "late", "nodes": [leaf("late", badge, guards=guards)]})
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    progress = (await api.ask(PROGRESS, "teacher", pathway=pathway, learner=play.learner))["progress"]
    ((reason,),) = [node["reasons"] for node in progress["nodes"]]
    assert (reason["code"], reason["award"]) == ("OUTSIDE_WINDOW", award)
    assert "2030-04-01T00:00:00Z" in reason["message"]
