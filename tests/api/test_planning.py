"""What could be changed and done next, over the API: differences, dry runs, next steps; proofs of every kind."""

from __future__ import annotations

from typing import Any

from tests.api.play import Play
from tests.api.service import Api

DIFF = """query($from: ID!, $to: ID!) { diff(from: $from, to: $to) { code node name member before after message } }"""
DRY_RUN = """query($pathway: ID!, $learners: [ID!]!, $ending: Boolean!) {
    publicationDryRun(pathway: $pathway, learners: $learners, endingEarlier: $ending) {
        before { complete } after { size leftOut pathwayVersion } gaining { learner percentage } losing { learner } } }"""
NEXT = """query($pathways: [ID!]!, $learner: ID!, $limit: Int! = 20) {
    nextSteps(learner: $learner, pathways: $pathways, limit: $limit) {
        achievement name recognisedBy until advances { pathway pathwayVersion step { node missing gain planned } } } }"""
PROGRESS = """query($pathway: ID!, $learner: ID!, $version: ID) {
    progress(pathway: $pathway, learner: $learner, version: $version) {
        state policy pathwayVersion percentage upperPercentage dependsOn everComplete
        nextSteps { required held remaining exact frontier { node targets missing gain until planned } plan { achievement nodes } }
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
    await api.send("giveConsent", "teacher", profile=play.board)  # so that the board knows of them
    waived = await api.do(
        "waive", "editor", learner=play.learner, pathway=pathway, node="waived", reason="前任校で修了した。"
    )
    progress, nodes = await proof(play, pathway, "officer")
    assert (progress["state"], progress["policy"]) == ("COMPLETE", "BEST_OF")
    assert [(each["equivalences"], each["factor"]) for each in nodes["it"]["witnesses"]] == [([made], "0.5")]
    assert (nodes["waived"]["held"], nodes["waived"]["waiver"]) == (True, waived["waiver"]["id"])
    await api.do("endEquivalence", "editor", equivalence=made, reason="誤り")
    _, nodes = await proof(play, pathway)
    assert [each["code"] for each in nodes["it"]["reasons"]] == ["EQUIVALENCE_EXPIRED"]


async def test_one_version_is_asked_about(play: Play, api: Api) -> None:
    pathway = await play.published()
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


async def test_an_enrolment_may_pin_a_version(play: Play, api: Api) -> None:
    pathway = await play.published()
    first = f"{pathway}/versions/1"
    await api.do("enrol", "teacher", pathway=pathway, policy="PINNED", version=first)
    await api.do(
        "savePathwayDraft", "editor", pathway=pathway, definition={"root": "it", "nodes": [leaf("it", play.badge)]}
    )
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    found, _ = await proof(play, pathway)
    assert (found["pathwayVersion"], found["policy"], found["state"]) == (first, "PINNED", "NOT")
    assert found["everComplete"] is not None  # the second version was open as well


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
    await api.send("giveConsent", "teacher", profile=play.board)
    reason = "前任校で修了した。"
    await api.do("waive", "editor", learner=play.learner, pathway=pathway, node="waived", reason=reason)
    expected = {
        "ja": [
            "順序あり",
            "最初の要件が完了してから",
            "1 か月 15 日以内に",
            "もよい期間",
            "同じバッジは 1 回だけ",
            "1 件につき 1 ECTS まで",
            "免除",
            "同等として算入",
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
            "counted as equivalent",
            "With evidence: 実践記録",
            "Next steps",
            "First",
        ],
    }
    for language, words in expected.items():
        page = (await api.get(pathway, "teacher", accept="text/html", **{"accept-language": language})).text
        assert [word for word in words if word not in page] == []
        assert reason not in page
