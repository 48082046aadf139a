"""What publishing puts into the graph: every kind of requirement, the output, and the stack that a Ref leaves open."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.domain.result import ResultDescription, ResultType
from graph_service.domain.time import OPEN_END
from graph_service.errors import GraphServiceError, PathwayInvalid
from graph_service.services import achievements, closing, publishing
from tests.casts import Cast, text

NODES = """MATCH (:PathwayVersion {id: $id})-[:HAS_NODE]->(r:Requirement)
RETURN {node: r.nodeId, kind: r.kind, count: r.count, mode: r.mode, length: r.length, prerequisite: r.prerequisite,
        awardCap: r.awardCap, perSourceCap: r.perSourceCap, acceptUnissued: r.acceptUnissued,
        parts: COLLECT { MATCH (r)-[q:REQUIRES]->(p) RETURN p.id ORDER BY q.position },
        accepts: COLLECT { MATCH (r)-[:ACCEPTS]->(a) RETURN a.id }} AS row"""
VERSION = """MATCH (v:PathwayVersion {id: $id})
RETURN {output: v.outputAchievementId, closedFrom: v.closedFrom, until: v.until, definition: v.definition,
        awards: COLLECT { MATCH (v)-[:AWARDS]->(a) RETURN a.id },
        below: COLLECT { MATCH (v)-[:RESTS_ON]->(w) RETURN w.id }} AS row"""


def leaf(id_: str, target: Iri, **more: Any) -> dict[str, Any]:
    return {"id": id_, "kind": "LEAF", "targets": [target], **more}


async def own_badge(cast: Cast, name: str) -> Iri:
    """Publish an achievement that the board offers."""
    desk, draft = cast.member("board-desk", cast.board, Role.ISSUER), AchievementDraft(*[text(name)] * 3)
    return await achievements.create(cast.world, cast.call(desk), cast.board, draft)


async def drafted(cast: Cast, nodes: Sequence[Mapping[str, Any]], **more: Any) -> Iri:
    definition = {"root": nodes[0]["id"], "nodes": nodes, **more}
    return await publishing.create(
        cast.world, cast.call(cast.editor), owner=cast.board, name=text("研修"), definition=definition
    )


async def published(cast: Cast, nodes: Sequence[Mapping[str, Any]], **more: Any) -> Iri:
    return await publishing.publish(cast.world, cast.call(cast.editor), pathway=await drafted(cast, nodes, **more))


async def again(cast: Cast, version: Iri, nodes: Sequence[Mapping[str, Any]], **more: Any) -> Iri:
    """Publish the next version of a pathway."""
    pathway, definition = version.rpartition("/versions/")[0], {"root": nodes[0]["id"], "nodes": nodes, **more}
    await publishing.save_draft(cast.world, cast.call(cast.editor), pathway=pathway, definition=definition)
    return await publishing.publish(cast.world, cast.call(cast.editor), pathway=pathway)


async def problems(cast: Cast, nodes: Sequence[Mapping[str, Any]], **more: Any) -> list[tuple[str, str]]:
    """Return what forbids publishing; checking says the same."""
    pathway = await drafted(cast, nodes, **more)
    with pytest.raises(PathwayInvalid) as refused:
        await publishing.publish(cast.world, cast.call(cast.editor), pathway=pathway)
    assert await publishing.check_draft(cast.world, cast.call(cast.editor), pathway=pathway) == refused.value.problems
    return [(each.code, ".".join(map(str, each.path))) for each in refused.value.problems]


async def version_of(cast: Cast, id_: Iri) -> dict[str, Any]:
    (row,) = await cast.world.store.run("version", VERSION, {"id": id_})
    return row  # type: ignore[no-any-return]


async def test_every_kind_of_requirement_is_in_the_graph(cast: Cast) -> None:
    a, b, c, d = [await cast.achievement(name) for name in "甲乙丙丁"]
    below = await published(cast, [leaf("only", a)])
    nodes = [
        {"id": "root", "kind": "ALL", "parts": ["ordered", "advised", "once", "held", "stack"]},
        {"id": "ordered", "kind": "AFTER", "prerequisite": "first", "part": "recent", "mode": "STRICT"},
        {"id": "advised", "kind": "AFTER", "prerequisite": "first", "part": "sum"},
        {"id": "first", "kind": "ANY", "parts": ["one"]},
        leaf("one", a),
        {"id": "recent", "kind": "WINDOW", "part": "late", "length": "P1Y6M"},
        leaf("late", b),
        {
            "id": "sum",
            "kind": "CREDITS",
            "unit": "ECTS",
            "threshold": "4",
            "perSourceCap": "1.5",
            "parts": ["x", "y", "z"],
        },
        leaf("x", a, credits={"ECTS": "3"}),
        leaf("y", b, credits={"ECTS": "3"}),
        leaf("z", c, credits={"ECTS": "1"}),
        {"id": "once", "kind": "ALL", "parts": ["p", "q"], "awardCap": 1},
        leaf("p", a),
        leaf("q", a),
        {"id": "held", "kind": "REF", "achievement": d},
        {"id": "stack", "kind": "REF", "pathwayVersion": below},
    ]
    version = await published(cast, nodes)
    rows = await cast.world.store.run("nodes", NODES, {"id": version})
    found = {row["node"]: {name: value for name, value in row.items() if value not in (None, [])} for row in rows}
    at = f"{version}#"

    def said(node: str) -> dict[str, Any]:
        return {name: value for name, value in found[node].items() if name not in ("node", "kind")}

    assert said("ordered") == {
        "count": 2,
        "mode": "STRICT",
        "prerequisite": f"{at}first",
        "parts": [f"{at}first", f"{at}recent"],
    }
    assert (said("advised")["count"], said("advised")["mode"]) == (1, "ADVISE")
    assert said("recent") == {"count": 1, "length": "P18M", "parts": [f"{at}late"]}
    assert said("sum")["perSourceCap"] == "1.5"
    assert said("sum")["count"] == 3  # 1.5 + 1.5 + 1
    assert said("once") == {"count": 2, "awardCap": 1, "parts": [f"{at}p", f"{at}q"]}
    assert said("held") == {"count": 1, "acceptUnissued": False, "accepts": [d]}
    assert said("stack") == {"count": 1, "parts": [f"{below}#only"]}
    stored = await version_of(cast, version)
    assert (stored["below"], stored["closedFrom"], stored["until"]) == ([below], OPEN_END, OPEN_END)
    assert (stored["output"], stored["awards"]) == (None, [])


async def test_an_output_is_linked_and_offered_by_the_owner(cast: Cast) -> None:
    output = await own_badge(cast, "修了")
    nodes = [leaf("only", cast.badge)]
    version = await published(cast, nodes, output={"achievement": output})
    stored = await version_of(cast, version)
    assert (stored["output"], stored["awards"]) == (output, [output])
    for other in (cast.badge, Iri("https://elsewhere.example/badge")):
        refused = await problems(cast, nodes, output={"achievement": other})
        assert ("OUTPUT_NOT_OFFERED", "output.achievement") in refused


async def test_a_stack_that_is_left_open_is_pinned_when_published(cast: Cast) -> None:
    output = await own_badge(cast, "能力")
    ref = [{"id": "ref", "kind": "REF", "achievement": output, "acceptUnissued": True}]
    assert await problems(cast, ref) == [("UNKNOWN_STACK", "nodes.0.achievement")]
    first = await published(cast, [leaf("only", cast.badge)], output={"achievement": output})
    newest = await again(cast, first, [leaf("only", cast.badge)], output={"achievement": output})
    version = await published(cast, ref)
    stored = await version_of(cast, version)
    assert json.loads(stored["definition"])["nodes"][0]["pathwayVersion"] == newest
    assert stored["below"] == [newest]
    at = f"{version}#ref"
    rows = await cast.world.store.run("nodes", NODES, {"id": version})
    assert {row["node"]: (row["kind"], row["parts"], row["accepts"], row["acceptUnissued"]) for row in rows} == {
        "ref": ("ANY", [f"{at}/award", f"{at}/stack"], [], True),
        "ref/award": ("LEAF", [], [output], None),
        "ref/stack": ("REF", [f"{newest}#only"], [], None),
    }
    above = await published(cast, [{"id": "above", "kind": "REF", "pathwayVersion": version}])
    (row,) = await cast.world.store.run("nodes", NODES, {"id": above})
    assert row["parts"] == [at]
    await published(cast, [leaf("other", cast.badge)], output={"achievement": output})
    assert await problems(cast, ref) == [("AMBIGUOUS_STACK", "nodes.0.achievement")]
    await published(cast, [{**ref[0], "pathwayVersion": newest}])  # who names it is not asked


async def test_a_cycle_over_outputs_is_refused_with_its_way(cast: Cast) -> None:
    one, two, three = [await own_badge(cast, name) for name in "一二三"]
    below = await published(cast, [leaf("only", one)], output={"achievement": two})
    ref = [{"id": "stack", "kind": "REF", "pathwayVersion": below}]
    await published(cast, ref, output={"achievement": three})  # three is made of one, through what it rests on
    assert await problems(cast, [leaf("only", three)], output={"achievement": one}) == [
        ("CYCLE_OF_ACHIEVEMENTS", "nodes.0.targets.0")
    ]
    assert await problems(cast, [leaf("only", one)], output={"achievement": one}) == [
        ("CYCLE_OF_ACHIEVEMENTS", "nodes.0.targets.0")
    ]


async def test_every_version_that_has_not_ended_says_what_an_output_is_made_of(cast: Cast) -> None:
    one, two = [await own_badge(cast, name) for name in "壱弐"]
    first = await published(cast, [leaf("only", one)], output={"achievement": two})
    await again(cast, first, [leaf("only", cast.badge)], output={"achievement": two})
    turned = [leaf("only", two)]
    cycle = [("CYCLE_OF_ACHIEVEMENTS", "nodes.0.targets.0")]
    assert await problems(cast, turned, output={"achievement": one}) == cycle
    await closing.close(cast.world, cast.call(cast.editor), version=first)
    assert await problems(cast, turned, output={"achievement": one}) == cycle
    await closing.end(cast.world, cast.call(cast.editor), version=first)
    await published(cast, turned, output={"achievement": one})


async def test_of_two_versions_that_are_each_made_of_the_other_one_is_published(cast: Cast) -> None:
    for _ in range(10):
        one, two = [await own_badge(cast, name) for name in "甲乙"]
        drafts = [
            await drafted(cast, [leaf("only", part)], output={"achievement": whole})
            for part, whole in ((one, two), (two, one))
        ]
        outcomes = await asyncio.gather(
            *(publishing.publish(cast.world, cast.call(cast.editor), pathway=draft) for draft in drafts),
            return_exceptions=True,
        )
        codes = [each.problems[0].code for each in outcomes if isinstance(each, GraphServiceError)]
        assert codes == ["CYCLE_OF_ACHIEVEMENTS"], outcomes


async def test_versions_with_outputs_that_have_nothing_to_do_with_each_other_are_all_published(cast: Cast) -> None:
    drafts = [
        await drafted(cast, [leaf("only", cast.badge)], output={"achievement": await own_badge(cast, name)})
        for name in "東西南"
    ]
    await asyncio.gather(*(publishing.publish(cast.world, cast.call(cast.editor), pathway=draft) for draft in drafts))


async def test_who_is_trusted_is_known_here(cast: Cast) -> None:
    nodes = [leaf("only", cast.badge)]
    await published(cast, nodes, trusts=[cast.university])
    refused = await problems(cast, nodes, trusts=["https://nobody.example"])
    assert [code for code, _ in refused] == ["UNKNOWN_PROFILE"]


async def test_a_level_is_one_that_the_achievement_describes(cast: Cast) -> None:
    level = ResultDescription("level", "到達度", ResultType.PERFORMANCE_LEVEL, ("C", "B", "A"))
    draft = AchievementDraft(*[text("学級経営")] * 3, results=(level,))
    desk = cast.member("board-desk", cast.board, Role.ISSUER)
    badge = await achievements.create(cast.world, cast.call(desk), cast.board, draft)

    def asked(result: str, at_least: str) -> list[dict[str, Any]]:
        return [leaf("only", badge, guards={"level": [{"result": result, "atLeast": at_least}]})]

    await published(cast, asked(f"{badge}#level", "B"))
    place = "nodes.0.guards.level.0"
    assert await problems(cast, asked(f"{badge}#other", "B")) == [("UNKNOWN_RESULT", f"{place}.result")]
    assert await problems(cast, asked(f"{badge}#level", "S")) == [("NOT_ONE_OF", f"{place}.atLeast")]


async def test_a_version_that_has_ended_is_not_rested_on_anew(cast: Cast) -> None:
    below = await published(cast, [leaf("only", cast.badge)])
    await closing.end(cast.world, cast.call(cast.editor), version=below)
    ref = [{"id": "stack", "kind": "REF", "pathwayVersion": below}]
    assert await problems(cast, ref) == [("PATHWAY_VERSION_ENDED", "nodes.0.pathwayVersion")]


async def test_a_version_that_closed_can_still_be_rested_on(cast: Cast) -> None:
    below = await published(cast, [leaf("only", cast.badge)])
    await closing.close(cast.world, cast.call(cast.editor), version=below)
    version = await published(cast, [{"id": "stack", "kind": "REF", "pathwayVersion": below}])
    assert (await version_of(cast, version))["below"] == [below]
