"""A small graph with everything that reading can meet: equal names, names beyond the BMP, all states, secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from neo4j import AsyncGraphDatabase

from graph_service.domain import search
from graph_service.domain.iri import Iri
from graph_service.domain.search import SearchType
from graph_service.domain.sorting import by_date, by_name
from graph_service.domain.time import OPEN_END, Instant
from graph_service.store import Endpoint

AT = Instant("2026-11-21T07:46:40Z")
START, LATER = Instant("2026-04-01T00:00:00Z"), Instant("2027-04-01T00:00:00Z")
BASE = "https://graph-service.example"
BOARD, ACADEMY, SHOP = (f"{BASE}/profiles/{slug}" for slug in ("board", "academy", "shop"))
LEARNERS = [f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in range(3)]
NAMES = (
    "不登校の理解",
    "不登校の理解",
    "𠮷野家の接客",
    "😀 初級",
    "😀 初級",
    "﨑の研究",
    "Ｐｙｔｈｏｎ",
    "python",
    "学級経営",
)
STATES = ("REQUESTED", "RETURNED", "ACCEPTED", "ISSUED", "ISSUED", "DECLINED", "WITHDRAWN", "REVOKED")
SECRET = "must never be read"
LEVEL = f"{BASE}/achievements/1#level"
DESCRIBED = json.dumps(
    [
        {
            "id": LEVEL,
            "name": "到達度",
            "resultType": "PERFORMANCE_LEVEL",
            "allowedValue": ["C", "𠮷"],
            "valueMin": None,
            "valueMax": None,
            "requiredValue": "C",
        }
    ]
)
RESULTS = json.dumps([{"description": LEVEL, "value": "𠮷", "scale": ["C", "𠮷"]}])
EVIDENCE = json.dumps([{"name": "実践報告", "url": "https://aoba.example/", "genre": None, "description": None}] * 2)


@dataclass
class Graph:
    """Nodes by label, and relationships by type."""

    nodes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    links: dict[str, list[tuple[str, str, dict[str, Any]]]] = field(default_factory=dict)

    def add(self, label: str, id_: str, **properties: Any) -> str:
        self.nodes.setdefault(label, []).append({"id": id_, "type": label, "secret": SECRET, **properties})
        return id_

    def link(self, start: str, type_: str, end: str, **properties: Any) -> None:
        self.links.setdefault(type_, []).append((start, end, properties))

    def ids(self, *labels: str) -> list[str]:
        return [node["id"] for label in labels for node in self.nodes[label]]


def named(id_: str, name: str) -> dict[str, Any]:
    texts = json.dumps({"ja": name, "en": f"{name} (en)"}, ensure_ascii=False)
    return {"name": name, "nameMap": texts, "language": "ja", "skName": by_name(name, Iri(id_))}


def searchable(type_: SearchType, name: str) -> dict[str, Any]:
    return search.fields(type_, [name, f"{name} (en)"])


def dated(id_: str, number: int) -> dict[str, Any]:
    # Two nodes share each date, so that pages break inside it.
    at = Instant(f"2026-0{1 + number // 2 % 9}-0{1 + number // 2 % 7}T00:00:00Z")
    return {"skDate": by_date(at, Iri(id_)), "requestedAt": at, "awardedAt": at}


def small_graph() -> Graph:
    graph = Graph()
    for slug, name in (("board", "みなと市教育委員会"), ("academy", "𠮷野学院"), ("shop", "𠮷野学院")):
        profile = graph.add(
            "Profile",
            f"{BASE}/profiles/{slug}",
            shown=True,
            version=1,
            kind="BOARD" if slug == "board" else "OTHER",
            createdAt=AT,
            **named(f"{BASE}/profiles/{slug}", name),
            **searchable(SearchType.PROFILE, name),
        )
        graph.add(
            "Key",
            f"{profile}#z6Mk",
            profileId=profile,
            sealed=SECRET,
            algorithm="Ed25519",
            publicKeyMultibase=f"z{slug}",
            state="ACTIVE",
            since=AT,
            until=OPEN_END,
        )
        graph.link(f"{profile}#z6Mk", "KEY_OF", profile)
    graph.link(SHOP, "PART_OF", ACADEMY)
    for number, name in enumerate(NAMES):
        _achievement(graph, number, name, owner=SHOP if number == 8 else ACADEMY)
    for number, learner in enumerate(LEARNERS):
        graph.add("Learner", learner, shown=False, readers=[learner] + [ACADEMY] * (number == 0), createdAt=AT)
    for number in range(4):
        _consent(graph, number)
    for number in range(8):
        _award(graph, number)
    for number in range(6):
        _equivalence(graph, number)
    _pathway(graph, 0, shown=True)
    _pathway(graph, 1, shown=False)
    _pathway(graph, 2, shown=True)
    _reference(graph, f"{BASE}/pathways/2/versions/1", f"{BASE}/pathways/0/versions/1")
    for number in range(2):
        _framework(graph, number)
    for number in range(6):
        _enrolment(graph, number)
        _waiver(graph, number)
    version = f"{BASE}/pathways/0/versions/1"
    targets = [*graph.ids("Achievement")[:2], ACADEMY, *graph.ids("Award")[:2], version]
    for number, state in enumerate(STATES * 3):
        _endorsement(graph, number, state, targets[number % len(targets)])
    for number in range(8):
        graph.link(f"{BASE}/endorsements/{number + 8}", "CONFIRMS", f"{BASE}/endorsements/{number // 2}")
    graph.add("Principal", "urn:graph-service:principal:1", shown=True, name=SECRET)
    graph.add("StatusList", f"{BASE}/status/1", shown=True)
    return graph


def _achievement(graph: Graph, number: int, name: str, owner: str) -> None:
    id_ = f"{BASE}/achievements/{number}"
    graph.add(
        "Achievement",
        id_,
        shown=True,
        version=1,
        ownerId=owner,
        number=2,
        digest=f"{number:064x}",
        achievementType="MicroCredential" if number % 2 else "Badge",
        createdAt=AT,
        **named(id_, name),
        **searchable(SearchType.ACHIEVEMENT, name),
        **(
            {"description": "説明", "descriptionMap": '{"ja":"説明"}', "resultDescriptions": DESCRIBED}
            if number % 2
            else {}
        ),
    )
    graph.link(owner, "OFFERS", id_)
    for version in (1, 2):
        named_version = graph.add(
            "Version", f"{id_}/versions/{version}", shown=True, number=version, bytes="{}", digest="d", publishedAt=AT
        )
        graph.link(id_, "HAS_VERSION", named_version)


def _consent(graph: Graph, number: int) -> None:
    id_, holder, profile = f"{BASE}/consents/{number}", LEARNERS[number % 2], (ACADEMY, SHOP)[number // 3]
    graph.add(
        "Consent",
        id_,
        shown=False,
        readers=[holder, profile],
        version=1,
        holderId=holder,
        profileId=profile,
        purpose="PROGRESS",
        text="同意します。",
        language="ja",
        since=AT,
        until=Instant(f"2027-0{1 + number}-01T00:00:00Z"),
        skDate=dated(id_, number)["skDate"],
    )
    graph.link(holder, "GAVE", id_)
    graph.link(id_, "GIVEN_TO", profile)


def _equivalence(graph: Graph, number: int) -> None:
    id_, claimant = f"{BASE}/equivalences/{number}", (BOARD, ACADEMY)[number % 2]
    source, target = f"{BASE}/achievements/{number % 3}", f"{BASE}/achievements/{1 + number % 2}"
    graph.add(
        "Equivalence",
        id_,
        shown=True,
        readers=[claimant],
        version=1,
        sourceId=source,
        targetId=target,
        claimantId=claimant,
        factor="0.5",
        since=AT,
        until=OPEN_END if number < 3 else AT,
        skDate=dated(id_, number)["skDate"],
        **({"pathwayId": f"{BASE}/pathways/{number % 3}"} if number % 2 else {}),
        **({"ended": "REVOKED", "endedAt": AT, "reason": SECRET} if number >= 3 else {}),
    )
    graph.link(id_, "FROM_ACHIEVEMENT", source)
    graph.link(id_, "TO_ACHIEVEMENT", target)
    graph.link(id_, "CLAIMED_BY", claimant)


def _framework(graph: Graph, number: int) -> None:
    """Make a framework of two items and two stages; its last cell spans both, and some alignments are not of now."""
    id_, name = f"{BASE}/frameworks/{number}", "教員育成指標"
    found = searchable(SearchType.FRAMEWORK, name)
    graph.add("Framework", id_, shown=True, version=1, createdAt=AT, **named(id_, name), **found)
    graph.link(id_, "SET_BY", BOARD)
    for kind in ("Item", "Stage"):
        for position in (1, 0):
            part = graph.add(
                kind, f"{id_}#{kind}-{position}", shown=True, position=position, **named(id_, f"{kind} {position}")
            )
            graph.link(id_, f"HAS_{kind.upper()}", part)
    for row, column in ((1, 0), (0, 1), (0, 0)):
        texts = {"text": "示す。", "textMap": '{"ja":"示す。"}'}
        cell = graph.add("Cell", f"{id_}#{row}-{column}", shown=True, frameworkId=id_, row=row, column=column, **texts)
        graph.link(id_, "HAS_CELL", cell)
        graph.link(cell, "AT_ITEM", f"{id_}#Item-{row}")
        for stage in {column, row}:
            graph.link(cell, "AT_STAGE", f"{id_}#Stage-{stage}")
        for aligned, span in enumerate(((AT, OPEN_END), (START, OPEN_END), (START, AT), (LATER, OPEN_END))):
            since, until = span
            graph.link(f"{BASE}/achievements/{aligned + row}", "ALIGNED_WITH", cell, since=since, until=until)


def _enrolment(graph: Graph, number: int) -> None:
    id_, learner, pathway = f"{BASE}/enrolments/{number}", LEARNERS[number % 3], f"{BASE}/pathways/{number % 2}"
    graph.add(
        "Enrolment",
        id_,
        shown=False,
        readers=[learner, BOARD],
        version=1,
        learnerId=learner,
        pathwayId=pathway,
        ownerId=BOARD,
        policy=("BEST_OF", "PINNED")[number % 2],
        since=AT,
        until=OPEN_END,
        skDate=dated(id_, number)["skDate"],
        **({"versionId": f"{pathway}/versions/{1 + number // 3}"} if number % 2 else {}),
    )
    graph.link(id_, "OF_LEARNER", learner)
    graph.link(id_, "IN_PATHWAY", pathway)


def _waiver(graph: Graph, number: int) -> None:
    id_, learner, pathway = f"{BASE}/waivers/{number}", LEARNERS[number % 2], f"{BASE}/pathways/{number % 3}"
    graph.add(
        "Waiver",
        id_,
        shown=False,
        readers=[learner, BOARD],
        version=1,
        learnerId=learner,
        pathwayId=pathway,
        ownerId=BOARD,
        node="a",
        reason="旧課程で修了。",
        since=AT,
        until=Instant(f"2027-0{1 + number}-01T00:00:00Z"),
        skDate=dated(id_, number)["skDate"],
    )
    graph.link(id_, "OF_LEARNER", learner)
    graph.link(id_, "IN_PATHWAY", pathway)


def _award(graph: Graph, number: int) -> None:
    id_, of, holder = f"{BASE}/awards/{number}", f"{BASE}/achievements/{number % 2}", LEARNERS[number % 3]
    graph.add(
        "Award",
        id_,
        shown=number % 4 == 3,
        readers=[ACADEMY, holder],
        version=1,
        achievementId=of,
        ownerId=ACADEMY,
        holderId=holder,
        number=1,
        since=AT,
        until=OPEN_END,
        **dated(id_, number),
        **({"ended": "REVOKED", "endedAt": AT, "reason": SECRET} if number == 7 else {}),
        **({"results": RESULTS, "evidence": EVIDENCE} if number % 2 else {}),
    )
    graph.link(id_, "OF", of)
    graph.link(id_, "HELD_BY", holder)
    graph.link(id_, "ISSUED_BY", ACADEMY)


def _endorsement(graph: Graph, number: int, state: str, target: str) -> None:
    id_ = f"{BASE}/endorsements/{number}"
    issued = state in ("ISSUED", "REVOKED")
    shown, hidden = issued and "/awards/" not in target, number % 5 == 3
    type_ = next(label for label in ("Profile", "Achievement", "Award", "PathwayVersion") if target in graph.ids(label))
    graph.add(
        "Endorsement",
        id_,
        kind="RECOMMEND" if number % 3 == 0 else "ENDORSE",
        state=state,
        endorserId=BOARD,
        endorserKind=("BOARD", "PERSON", "OTHER")[number % 3],
        targetId=target,
        targetType=type_,
        targetNumber=1 + number % 2,
        ownerId=ACADEMY,
        hidden=hidden,
        shown=shown and not hidden,
        readers=[BOARD, ACADEMY],
        requestUntil=AT if number < 8 else OPEN_END,
        comment=f"所見 {number}",
        language="ja",
        version=1,
        since=AT if issued else OPEN_END,
        until=OPEN_END,
        **dated(id_, number),
        **({"reason": SECRET} if state in ("RETURNED", "DECLINED", "REVOKED") else {}),
    )
    graph.link(BOARD, "MADE", id_)
    graph.link(id_, "ENDORSES", target)
    if issued:
        graph.add(
            "Credential",
            f"{id_}#di.1",
            documentId=id_,
            form="DATA_INTEGRITY",
            bytes="{}",
            digest="d",
            since=AT,
            until=OPEN_END,
            shown=shown,
            readers=[BOARD, ACADEMY],
        )
        graph.link(f"{id_}#di.1", "STATES", id_)


def _pathway(graph: Graph, number: int, *, shown: bool) -> None:
    id_, positions = f"{BASE}/pathways/{number}", count()
    graph.add(
        "Pathway",
        id_,
        shown=shown,
        readers=[BOARD],
        ownerId=BOARD,
        number=int(shown),
        version=1,
        createdAt=AT,
        **named(id_, "中堅研"),
        **(searchable(SearchType.PATHWAY, "中堅研") if shown else {}),
    )
    graph.link(BOARD, "OWNS", id_)
    for version in (1, 2):
        published = shown and version == 1
        version_id = graph.add(
            "PathwayVersion",
            f"{id_}/versions/{version}",
            shown=published,
            readers=[BOARD],
            pathwayId=id_,
            ownerId=BOARD,
            number=version,
            state="PUBLISHED" if published else "DRAFT",
            definition="{}",
            **({"digest": "d", "publishedAt": AT, "since": AT, "until": OPEN_END} if published else {}),
            **({"closedFrom": AT if number else OPEN_END} if published else {}),
        )
        graph.link(id_, "HAS_VERSION", version_id)
        if published:
            graph.link(version_id, "AWARDS", f"{BASE}/achievements/{number}")
        if published:
            _requirements(graph, version_id, positions)


def _requirements(graph: Graph, version: str, positions: count[int]) -> None:
    for name in ("root", "a", "b"):
        node = graph.add(
            "Requirement",
            f"{version}#{name}",
            nodeId=name,
            kind="ALL" if name == "root" else "LEAF",
            count=1,
            position=next(positions),
            parts=[f"{version}#a", f"{version}#b"] if name == "root" else [],
            **(named(f"{version}#{name}", "修了") if name == "root" else {}),
        )
        graph.link(version, "HAS_NODE", node)
        if name != "root":
            graph.link(f"{version}#root", "REQUIRES", node, position=next(positions))
            graph.link(node, "ACCEPTS", f"{BASE}/achievements/{len(name)}")


def _reference(graph: Graph, version: str, to: str) -> None:
    """Let a version refer to another one. So does its draft, which nobody else may know of."""
    node = graph.add(
        "Requirement", f"{version}#ref", nodeId="ref", kind="REF", count=1, position=99, parts=[f"{to}#root"]
    )
    graph.link(version, "HAS_NODE", node)
    graph.link(node, "REQUIRES", f"{to}#root", position=0)
    graph.link(version, "RESTS_ON", to)
    graph.link(version.replace("/versions/1", "/versions/2"), "RESTS_ON", to)


ADDRESSED = {"Key", "Credential", "Requirement"}


async def load(endpoint: Endpoint, graph: Graph) -> None:
    """Write a graph with plain Cypher."""
    async with AsyncGraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password)) as driver:

        async def run(text: str, **parameters: Any) -> None:
            await driver.execute_query(text, parameters, database_=endpoint.database)

        for label, nodes in graph.nodes.items():
            labels = label if label in ADDRESSED else f"{label}:Entity"
            await run(f"UNWIND $nodes AS node CREATE (n:{labels}) SET n += node", nodes=nodes)
        label_of = {node["id"]: label for label, nodes in graph.nodes.items() for node in nodes}
        for type_, links in graph.links.items():
            for start, end in {(label_of[start], label_of[end]) for start, end, _ in links}:
                rows = [
                    {"start": s, "end": e, "properties": p}
                    for s, e, p in links
                    if (label_of[s], label_of[e]) == (start, end)
                ]
                await run(
                    f"UNWIND $rows AS row MATCH (a:{start} {{id: row.start}}) MATCH (b:{end} {{id: row.end}}) "
                    f"CREATE (a)-[r:{type_}]->(b) SET r += row.properties",
                    rows=rows,
                )
