"""What could be changed and done next, over the API: differences, dry runs, next steps; proofs of every kind."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from graph_service.pathway import diff, evaluate, explain, next_steps, rules
from tests.api.play import Play, content
from tests.api.service import Api
from tests.api.test_completions import role

DIFF = """query($from: ID!, $to: ID!) { diff(from: $from, to: $to) { code node name member before after message } }"""
DRY_RUN = """query($pathway: ID!, $learners: [ID!]!, $ending: Boolean!) {
    publicationDryRun(pathway: $pathway, learners: $learners, endingEarlier: $ending) {
        before { complete } after { size leftOut pathwayVersion } gaining { learner percentage } losing { learner } } }"""
NEXT = """query($pathways: [ID!]!, $learner: ID!, $limit: Int! = 20) {
    nextSteps(learner: $learner, pathways: $pathways, limit: $limit) {
        achievement name recognisedBy until advances { pathway pathwayVersion step { node missing gain planned } } } }"""
PROGRESS = """query($pathway: ID!, $learner: ID!, $version: ID) {
    progress(pathway: $pathway, learner: $learner, version: $version) {
        state policy pathwayVersion percentage upperPercentage dependsOn everComplete everCompleteVersion
        nextSteps { required held remaining exact frontier { node targets missing gain until planned again } plan { achievement nodes } }
        nodes { id kind held mode lockedBy firstHeld window { since until } waiver waivedUntil parts
            witnesses { award equivalences factor accreditations } reasons { code message node award } } } }"""


def leaf(id_: str, *targets: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "kind": "LEAF", "targets": targets, **more}


async def published(play: Play, *nodes: dict[str, Any], **more: Any) -> str:
    """Publish a pathway of the board; its first node is the root."""
    pathway = await play.drafted({"root": nodes[0]["id"], "nodes": list(nodes), **more})
    await play.api.do("publishPathwayVersion", "editor", pathway=pathway)
    return pathway


async def proof(
    play: Play, pathway: str, persona: str = "teacher", **more: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the progress of the teacher, and its nodes by id."""
    found = (await play.api.ask(PROGRESS, persona, pathway=pathway, learner=play.learner, **more))["progress"]
    return found, {node["id"]: node for node in found["nodes"]}


LONG: list[Callable[..., object]] = [
    diff.diff,
    evaluate.depends_on,
    evaluate.evaluate,
    evaluate.history,
    explain.explain,
    next_steps.next_steps,
    rules.check,
]


@contextmanager
def called_here() -> Iterator[set[object]]:
    """Collect the code that this thread calls: the one of the event loop, in tests over ASGI."""
    found: set[object] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found.add(frame.f_code)

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


async def test_what_may_take_long_is_worked_out_beside_the_event_loop(play: Play, api: Api) -> None:
    with called_here() as called:
        pathway = await published(play, leaf("it", play.badge))
        await proof(play, pathway)
        await api.do("savePathwayDraft", "editor", pathway=pathway, definition={"root": "x", "nodes": [leaf("x")]})
        await api.do("checkPathwayDraft", "editor", pathway=pathway)
        versions = {"from": f"{pathway}/versions/1", "to": f"{pathway}/versions/2"}
        assert (await api.ask(DIFF, "editor", **versions))["diff"]
    assert len(called) > 1000
    assert [each.__name__ for each in LONG if each.__code__ in called] == []


async def test_what_differs_is_told_to_those_who_see_the_draft(play: Play, api: Api) -> None:
    pathway = await published(play, {"id": "all", "kind": "ALL", "parts": ["a"]}, leaf("a", play.badge))
    other = await play.achievement("別の達成")
    draft = {
        "root": "all",
        "nodes": [{"id": "all", "kind": "ALL", "parts": ["a", "b"]}, leaf("a", other), leaf("b", other)],
    }
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition=draft)
    versions = {"from": f"{pathway}/versions/1", "to": f"{pathway}/versions/2"}
    assert await api.codes(DIFF, None, **versions) == ["NOT_FOUND"]
    changes = (await api.ask(DIFF, "editor", **versions))["diff"]
    assert {(each["code"], each["node"], each["member"]) for each in changes} >= {
        ("ADDED", "b", None),
        ("ADDED", "a", "targets"),
        ("REMOVED", "a", "targets"),
    }
    assert all(each["message"] for each in changes)
    assert (await api.ask(DIFF, "editor", **{**versions, "to": versions["from"]}))["diff"] == []


async def test_differences_are_told_with_names(play: Play, api: Api) -> None:
    old, new = await play.achievement("以前の達成"), await play.achievement("新しい達成")
    below = await published(play, leaf("it", new))
    pathway = await published(play, leaf("a", old))
    ref = {"id": "ref", "kind": "REF", "pathwayVersion": f"{below}/versions/1"}
    guards = {"issuedBy": [play.university]}
    root = {"id": "all", "kind": "ALL", "parts": ["a", "ref"]}
    draft = {"root": "all", "nodes": [root, leaf("a", new, guards=guards), ref]}
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition=draft)
    versions = {"from": f"{pathway}/versions/1", "to": f"{pathway}/versions/2"}
    answer = await api.post(DIFF, "editor", {"accept-language": "ja"}, **versions)
    found = {(each["code"], each["node"], each["member"]): each for each in answer.json()["data"]["diff"]}
    gone, come = found["REMOVED", "a", "targets"], found["ADDED", "a", "targets"]
    assert (gone["before"], gone["message"]) == (old, "対象のバッジ から 以前の達成 が外れました。")
    assert (come["after"], come["message"]) == (new, "対象のバッジ に 新しい達成 が加わりました。")
    named = "認める発行者 に 港南教育大学 が加わりました。"
    assert (found["ADDED", "a", "guards.issuedBy"]["message"], come["name"]) == (named, "新しい達成")
    assert found["ADDED", "ref", None]["name"] == "中堅研 第 1 版"


async def test_a_draft_is_compared_as_it_would_be_published(play: Play, api: Api) -> None:
    await role(play, "board-desk", play.board, "ISSUER")
    made = await api.do("createAchievement", "board-desk", owner=play.board, input=content("積み上げの修了"))
    output = made["achievement"]["id"]
    issuing = {"output": {"achievement": output, "issue": "REVIEW"}}
    await published(play, leaf("it", play.badge), **issuing)
    ref = {"id": "ref", "kind": "REF", "achievement": output, "acceptUnissued": True}
    pathway = await published(play, ref)
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition={"root": "ref", "nodes": [ref]})
    versions = {"from": f"{pathway}/versions/1", "to": f"{pathway}/versions/2"}
    assert (await api.ask(DIFF, "editor", **versions))["diff"] == []


async def test_a_dry_run_is_for_who_may_publish_and_about_whom_they_may_see(play: Play, api: Api) -> None:
    pathway = await published(play, leaf("one", await play.achievement("まだない達成")))
    await play.awarded(play.badge)
    await api.do(
        "savePathwayDraft", "editor", pathway=pathway, definition={"root": "it", "nodes": [leaf("it", play.badge)]}
    )
    asked = {"pathway": pathway, "learners": [play.learner], "ending": False}
    assert await api.codes(DRY_RUN, "officer", **asked) == ["NOT_PERMITTED"]
    unseen = (await api.ask(DRY_RUN, "editor", **asked))["publicationDryRun"]
    assert (unseen["gaining"], unseen["after"]["leftOut"]) == ([], 1)
    given = (await api.do("giveConsent", "teacher", profile=play.board))["consent"]["id"]
    before = await api.size()
    seen = (await api.ask(DRY_RUN, "editor", **asked))["publicationDryRun"]
    assert (seen["gaining"], seen["losing"]) == ([{"learner": play.learner, "percentage": 100}], [])
    assert (seen["before"], seen["after"]["pathwayVersion"]) == ({"complete": 0}, f"{pathway}/versions/2")
    assert await api.size() == before
    await api.do("savePathwayDraft", "editor", pathway=pathway, definition={"root": "it", "nodes": []})
    assert await api.codes(DRY_RUN, "editor", **asked) == ["MISSING_ROOT"]
    await api.do("endConsent", "teacher", consent=given)


async def test_next_steps_advance_most_pathways_first(play: Play, api: Api) -> None:
    both, once = await play.achievement("両方で数える"), await play.achievement("片方で数える")
    window = {"awardedBetween": {"until": "2027-04-01T00:00:00+09:00"}}
    one = await published(
        play, {"id": "all", "kind": "ALL", "parts": ["x", "y"]}, leaf("x", both), leaf("y", once, guards=window)
    )
    other = await published(play, leaf("z", both))
    asked = {"pathways": [one, other], "learner": play.learner}
    steps = (await api.ask(NEXT, "teacher", **asked))["nextSteps"]
    assert [(each["achievement"], each["name"]) for each in steps] == [(both, "両方で数える"), (once, "片方で数える")]
    assert [(each["pathway"], each["step"]["node"]) for each in steps[0]["advances"]] == [(one, "x"), (other, "z")]
    assert [each["step"]["gain"] for each in steps[0]["advances"]] == ["1/2", "1"]
    assert (steps[1]["until"], steps[1]["recognisedBy"]) == ("2027-03-31T15:00:00Z", [])
    assert len((await api.ask(NEXT, "teacher", **asked, limit=1))["nextSteps"]) == 1
    assert await api.codes(NEXT, "stranger", **asked) == ["NOT_FOUND"]
    assert await api.codes(NEXT, "teacher", **{**asked, "pathways": []}) == ["NO_PATHWAYS"]
    assert await api.codes(NEXT, "teacher", **asked, limit=101) == ["LIMIT_EXCEEDED"]
    assert await api.codes(NEXT, "teacher", **{**asked, "pathways": [f"{one}/{n}" for n in range(21)]}) == [
        "LIMIT_EXCEEDED"
    ]


async def test_of_one_pathway_the_cheapest_plan_is_told(play: Play, api: Api) -> None:
    a, b, c = [await play.achievement(name) for name in "甲乙丙"]
    root = {"id": "two", "kind": "AT_LEAST", "count": 2, "parts": ["a", "b", "c"]}
    pathway = await published(play, root, leaf("a", a), leaf("b", b, times=2), leaf("c", c))
    await play.awarded(a)
    steps = (await proof(play, pathway))[0]["nextSteps"]
    assert (steps["required"], steps["held"], steps["remaining"], steps["exact"]) == (2, 1, 1, True)
    assert steps["plan"] == [{"achievement": c, "nodes": ["c"]}]
    assert [(each["node"], each["missing"], each["planned"]) for each in steps["frontier"]] == [
        ("c", 1, True),
        ("b", 2, False),
    ]


async def test_what_is_worth_too_little_is_to_be_earned_again(play: Play, api: Api) -> None:
    wanted, source, other = [await play.achievement(name) for name in ("求めるもの", "半分のもの", "別のもの")]
    root = {"id": "all", "kind": "ALL", "parts": ["sum", "other"]}
    worth = {"id": "sum", "kind": "CREDITS", "unit": "ECTS", "threshold": "2", "parts": ["it"]}
    leaves = leaf("it", wanted, credits={"ECTS": "2"}), leaf("other", other)
    pathway = await published(play, root, worth, *leaves, trusts=[play.board])
    await play.awarded(source)
    claim = {"claimant": play.board, "from": source, "to": wanted, "factor": "0.5"}
    await api.do("claimEquivalence", "editor", input=claim)
    progress, nodes = await proof(play, pathway)
    assert (nodes["it"]["held"], nodes["sum"]["held"]) == (True, False)
    again = {each["node"]: each["again"] for each in progress["nextSteps"]["frontier"]}
    assert again == {"it": True, "other": False}
    page = (await api.get(pathway, "teacher", accept="text/html", **{"accept-language": "ja"})).text
    listed = re.findall(r'<li><a href="#([^"]+)">(?:(?!</li>).)*もう一度取得が必要です', page, re.DOTALL)
    assert listed == ["it"]


async def test_a_proof_says_what_comes_first_and_in_which_window(play: Play, api: Api) -> None:
    first, then = await play.achievement("先に取るもの"), await play.achievement("後に取るもの")
    gate = {"id": "after", "kind": "AFTER", "prerequisite": "first", "part": "then", "mode": "GATE"}
    pathway = await published(play, gate, leaf("first", first), leaf("then", then))
    await play.awarded(then)
    progress, nodes = await proof(play, pathway)
    assert (progress["state"], progress["percentage"]) == ("NOT", 50)
    assert (nodes["after"]["kind"], nodes["after"]["mode"], nodes["after"]["lockedBy"]) == ("AFTER", "GATE", "first")
    assert [each["node"] for each in progress["nextSteps"]["frontier"]] == ["first"]

    within = {"id": "within", "kind": "WINDOW", "part": "both", "length": "P1M"}
    both = {"id": "both", "kind": "ALL", "parts": ["first", "then"]}
    pathway = await published(play, within, both, leaf("first", first), leaf("then", then))
    await play.awarded(first)
    progress, nodes = await proof(play, pathway)
    assert (progress["state"], nodes["within"]["window"]) == (
        "COMPLETE",
        {"since": "2026-04-01", "until": "2026-05-01"},
    )


async def test_a_proof_names_waivers_and_equivalences(play: Play, api: Api) -> None:
    wanted, source, missing = [await play.achievement(name) for name in ("求めるもの", "同等のもの", "免除されるもの")]
    root = {"id": "all", "kind": "ALL", "parts": ["it", "waived"]}
    pathway = await published(play, root, leaf("it", wanted), leaf("waived", missing), trusts=[play.board])
    await play.awarded(source)
    claim = {"claimant": play.board, "from": source, "to": wanted, "factor": "0.5"}
    made = (await api.do("claimEquivalence", "editor", input=claim))["equivalence"]["id"]
    given = (await api.do("giveConsent", "teacher", profile=play.board))["consent"][
        "id"
    ]  # so that the board knows of them
    waived = await api.do(
        "waive", "editor", learner=play.learner, pathway=pathway, node="waived", reason="前任校で修了した。"
    )
    progress, nodes = await proof(play, pathway, "officer")
    assert (progress["state"], progress["policy"]) == ("COMPLETE", "BEST_OF")
    assert [(each["equivalences"], each["factor"]) for each in nodes["it"]["witnesses"]] == [([made], "0.5")]
    assert (nodes["waived"]["held"], nodes["waived"]["waiver"]) == (True, waived["waiver"]["id"])
    await api.do("endConsent", "teacher", consent=given)
    await api.do("endEquivalence", "editor", equivalence=made, reason="誤り")
    _, nodes = await proof(play, pathway)
    assert [each["code"] for each in nodes["it"]["reasons"]] == ["EQUIVALENCE_EXPIRED"]


async def test_one_version_is_asked_about(play: Play, api: Api) -> None:
    pathway = await published(play, leaf("it", await play.achievement("まだ取っていないもの")))
    await api.do(
        "savePathwayDraft", "editor", pathway=pathway, definition={"root": "it", "nodes": [leaf("it", play.badge)]}
    )
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    found = {
        number: (await proof(play, pathway, version=f"{pathway}/versions/{number}"))[0]["state"] for number in (1, 2)
    }
    assert found == {1: "NOT", 2: "COMPLETE"}
    assert (await proof(play, pathway))[0]["pathwayVersion"] == f"{pathway}/versions/2"
    wrong = {"pathway": pathway, "learner": play.learner, "version": f"{pathway}/versions/3"}
    assert await api.codes(PROGRESS, "teacher", **wrong) == ["NOT_FOUND"]


async def test_what_would_complete_if_it_were_awarded(play: Play, api: Api) -> None:
    badge, other = await play.achievement(), await play.achievement("もう一つ")
    pathway = await published(
        play, {"id": "all", "kind": "ALL", "parts": ["a", "b"]}, leaf("a", badge), leaf("b", other)
    )
    await play.awarded(badge)
    query = """query($pathway: ID!, $learners: [ID!]!, $supposing: Supposing!) {
        whatIf(pathway: $pathway, learners: $learners, supposing: $supposing) { completing { learner } } }"""
    fresh = await play.fresh_learner()
    question = {"pathway": pathway, "learners": [play.learner, fresh]}
    found = await api.ask(query, "operator", **question, supposing={"awards": [{"achievement": other}]})
    assert found["whatIf"]["completing"] == [{"learner": play.learner}]
    both = [{"achievement": each, "learner": fresh} for each in (badge, other)]
    found = await api.ask(query, "operator", **question, supposing={"awards": both})
    assert found["whatIf"]["completing"] == [{"learner": fresh}]
    assert await api.codes(query, "operator", **question, supposing={}) == ["NOTHING_SUPPOSED"]
    to_another = {"pathway": pathway, "learners": [play.learner], "supposing": {"awards": both}}
    assert await api.codes(query, "operator", **to_another) == ["NOT_ASKED_ABOUT"] * 2
    assert await api.codes(query, "operator", **{**to_another, "learners": ["nobody", "x y"]}) == ["INVALID_IRI"] * 2


async def test_an_enrolment_may_pin_a_version(play: Play, api: Api) -> None:
    pathway = await published(play, leaf("it", await play.achievement("まだ取っていないもの")))
    first = f"{pathway}/versions/1"
    await api.do("enrol", "teacher", pathway=pathway, policy="PINNED", version=first)
    await api.do(
        "savePathwayDraft", "editor", pathway=pathway, definition={"root": "it", "nodes": [leaf("it", play.badge)]}
    )
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    found, _ = await proof(play, pathway)
    assert (found["pathwayVersion"], found["policy"], found["state"]) == (first, "PINNED", "NOT")
    assert (found["everComplete"] is not None, found["everCompleteVersion"]) == (True, f"{pathway}/versions/2")
    page = (await api.get(pathway, "teacher", accept="text/html", **{"accept-language": "en"})).text
    assert "by version 2" in page
    assert "not complete now" not in page


async def test_the_page_of_a_stack_draws_every_kind(play: Play, api: Api) -> None:
    first, then, unissued, source, waived = [
        await play.achievement(name) for name in ("基礎", "応用", "総合", "同等", "免除")
    ]
    nodes = [
        {"id": "all", "kind": "ALL", "parts": ["order", "window", "once", "sum", "waived"]},
        {"id": "order", "kind": "AFTER", "prerequisite": "first", "part": "then", "mode": "STRICT"},
        leaf("first", first),
        leaf("then", then, guards={"evidence": ["実践記録"], "version": {"from": 1}}),
        {"id": "window", "kind": "WINDOW", "part": "recent", "length": "P1M15D"},
        leaf("recent", first),
        {"id": "once", "kind": "ALL", "parts": ["x", "y"], "awardCap": 1},
        leaf("x", unissued),
        leaf("y", source),
        {"id": "sum", "kind": "CREDITS", "unit": "ECTS", "threshold": "2", "perSourceCap": "1", "parts": ["c", "d"]},
        leaf("c", unissued, credits={"ECTS": "2"}),
        leaf("d", then, credits={"ECTS": "2"}),
        leaf("waived", waived),
    ]
    pathway = await published(play, *nodes, trusts=[play.board])
    await play.awarded(first)
    await play.awarded(source)
    claim = {"claimant": play.board, "from": source, "to": unissued}
    await api.do("claimEquivalence", "editor", input=claim)
    given = (await api.do("giveConsent", "teacher", profile=play.board))["consent"]["id"]
    reason = "前任校で修了した。"
    await api.do("waive", "editor", learner=play.learner, pathway=pathway, node="waived", reason=reason)
    await api.do("endConsent", "teacher", consent=given)
    expected = {
        "ja": [
            "順序あり",
            "最初の要件が完了してから",
            "1 か月 15 日以内に",
            "もよい期間",
            "同じバッジは 1 回だけ",
            "1 件につき 1 ECTS まで",
            "免除",
            "」を同等として算入",
            "証拠資料：実践記録",
            "第 1〜 版",
            "次の一歩",
            "先に",
        ],
        "en": [
            "In order",
            "before the first is complete",
            "Within 1 month 15 days",
            "Best window",
            "each badge counts once",
            "1 ECTS each at most",
            "Waived",
            "同等</bdi>, which counts as equivalent",
            "With evidence: 実践記録",
            "Next steps",
            "First",
        ],
    }
    for language, words in expected.items():
        page = (await api.get(pathway, "teacher", accept="text/html", **{"accept-language": language})).text
        assert [word for word in words if word not in page] == []
        assert reason in page
        steps = page.split('class="closest next"')[1].split("</ul>")[0]
        assert 'href="#then"' in steps


async def test_a_badge_that_cannot_count_is_no_next_step(play: Play, api: Api) -> None:
    other, badge = await play.achievement("裏書のないもの"), await play.achievement("裏書のあるもの")
    guards = {"endorsedBy": [{"profiles": [play.board]}]}
    root = {"id": "any", "kind": "ANY", "parts": ["x", "y"]}
    pathway = await published(play, root, leaf("x", other, badge, guards=guards), leaf("y", other, guards=guards))
    assert (await proof(play, pathway))[0]["nextSteps"]["frontier"] == []
    await play.endorsed(badge)
    steps = (await proof(play, pathway))[0]["nextSteps"]
    assert [(each["node"], each["targets"]) for each in steps["frontier"]] == [("x", [badge])]
    suggested = (await api.ask(NEXT, "teacher", pathways=[pathway], learner=play.learner))["nextSteps"]
    assert [each["achievement"] for each in suggested] == [badge]


async def test_a_problem_names_the_argument_and_the_place(play: Play, api: Api) -> None:
    pathway, other = await play.published(), await play.published()
    first = f"{pathway}/versions/1"

    async def places(query: str, persona: str, **arguments: Any) -> list[tuple[str, list[str]]]:
        errors = (await api.post(query, persona, **arguments)).json()["errors"]
        return [(each["extensions"]["code"], each["extensions"].get("argument")) for each in errors]

    gone = f"{pathway}/versions/9"
    assert await places(DIFF, "editor", **{"from": gone, "to": first}) == [("NOT_FOUND", ["from"])]
    assert await places(DIFF, "editor", **{"from": first, "to": gone}) == [("NOT_FOUND", ["to"])]
    two = {"from": first, "to": f"{other}/versions/1"}
    assert await places(DIFF, "editor", **two) == [("TWO_PATHWAYS", ["to"])]
    asked = {"learner": play.learner, "pathways": [pathway, f"{pathway}/none"]}
    assert await places(NEXT, "teacher", **asked) == [("NOT_FOUND", ["pathways", "1"])]
    many = {"learner": play.learner, "pathways": [f"{pathway}/{number}" for number in range(21)]}
    assert await places(NEXT, "teacher", **many) == [("LIMIT_EXCEEDED", ["pathways"])]
    of_other = {"learner": play.learner, "pathway": pathway, "version": f"{other}/versions/1"}
    assert await places(PROGRESS, "teacher", **of_other) == [("VERSION_OF_ANOTHER_PATHWAY", ["version"])]
