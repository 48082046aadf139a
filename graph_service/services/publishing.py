"""Pathways: drafts that may be anything, and published versions that never change."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeGuard

from graph_service.domain import search
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway import (
    After,
    AtLeast,
    Credits,
    Definition,
    Leaf,
    Mode,
    Node,
    Ref,
    Window,
    exact,
    fewest,
    requirement_id,
)
from graph_service.domain.pathway_json import length_text, parse, to_json
from graph_service.domain.pathway_version import Action, State
from graph_service.domain.search import SearchType
from graph_service.domain.sorting import by_name
from graph_service.domain.time import OPEN_END, Instant
from graph_service.errors import Conflict, InvalidInput, NotFound, Overtaken, PathwayInvalid, Problem, StaleVersion
from graph_service.pathway import rules
from graph_service.pathway.lifecycle import PATHWAY_VERSION
from graph_service.pathway.plan import Definitions, parts_of, placed, spelled_out
from graph_service.pathway.rules.draft import Links
from graph_service.services.award_results import descriptions
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def create(world: World, call: Call, *, owner: Iri, name: LanguageMap, definition: Mapping[str, object]) -> Iri:
    """Make a pathway with its first draft (EDITOR of `owner`)."""
    new = world.mint("pathways", call.at)

    async def decide() -> Decision:
        PATHWAY_VERSION.next(None, Action.SAVE, call.principal.sides(owner, call.at))
        write = creation(new, owner, name, definition, call.at)
        return Decision([write], (new, owner), (new,), Side.EDITOR)

    request = {"owner": owner, "name": dict(name), "definition": definition}
    (made,) = await act(world, call, "CREATE_PATHWAY", request, decide)
    return made


async def save_draft(
    world: World,
    call: Call,
    *,
    pathway: str,
    definition: Mapping[str, object],
    name: LanguageMap | None = None,
    expected: int | None = None,
) -> Iri:
    """Save the draft of the next version (EDITOR). A draft may break every rule; publishing tells."""

    async def decide() -> Decision:
        found = await _load(world, call, pathway, expected)
        before = State.DRAFT if found["draft"] else None
        PATHWAY_VERSION.next(before, Action.SAVE, call.principal.sides(found["ownerId"], call.at))
        write = saving(Iri(pathway), found, name, definition)
        return Decision([write], (Iri(pathway),), (Iri(pathway),), Side.EDITOR)

    request = {"pathway": pathway, "definition": definition, "name": dict(name or {}), "expected": expected}
    (saved,) = await act(world, call, "SAVE_PATHWAY_DRAFT", request, decide)
    return saved


async def check_draft(world: World, call: Call, *, pathway: str) -> tuple[Problem, ...]:
    """Return every problem that forbids publishing the draft (EDITOR); none if it may be published."""
    found = await _load(world, call, pathway, None)
    call.principal.require("CHECK_PATHWAY_DRAFT", Side.EDITOR, found["ownerId"], call.at)
    try:
        await _checked(world, found, call.at)
    except InvalidInput as refused:
        return refused.problems
    return ()


async def publish(world: World, call: Call, *, pathway: str, expected: int | None = None) -> Iri:
    """Publish the draft as the newest version (EDITOR). Raises PathwayInvalid with every problem of the draft."""

    async def decide() -> Decision:
        (outputs,) = await world.store.read("installation/outputs")  # before it is judged what they are made of
        found, definition, referenced = await publishable(world, call, pathway, expected)
        number = found["draft"][0]["number"]
        version, name = version_id(Iri(pathway), number), LanguageMap.from_json(found["nameMap"])
        work = await asyncio.to_thread(
            publication, Iri(pathway), name, found["version"], number, definition, referenced, call.at
        )
        alone = Write("installation/count_output", {"outputs": outputs}, otherwise=Overtaken(pathway))
        work = [alone, *work] if definition.output else work
        return Decision(work, (Iri(pathway), version), (version,), Side.EDITOR)

    request = {"pathway": pathway, "expected": expected}
    (made,) = await act(world, call, "PUBLISH_PATHWAY_VERSION", request, decide)
    return made


async def publishable(
    world: World, call: Call, pathway: str, expected: int | None = None
) -> tuple[Mapping[str, Any], Definition, Definitions]:
    """Return a pathway with its draft, and what that rests on, if it may be published (EDITOR); raises as `publish`."""
    found = await _load(world, call, pathway, expected)
    PATHWAY_VERSION.next(State.DRAFT, Action.PUBLISH, call.principal.sides(found["ownerId"], call.at))
    return found, *await _checked(world, found, call.at)


async def _load(world: World, call: Call, pathway: str, expected: int | None) -> Mapping[str, Any]:
    rows = await world.store.read("pathway/for_action", id=pathway)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("pathway", pathway, ("pathway",))
    found: Mapping[str, Any] = rows[0]
    if expected is not None and expected != found["version"]:
        raise StaleVersion(pathway, expected)
    return found


async def _checked(world: World, found: Mapping[str, Any], at: Instant) -> tuple[Definition, Definitions]:
    """Read the draft and what it rests on, and hold it against every rule. Raises PathwayInvalid with all problems."""
    if not found["draft"]:
        raise Conflict(Problem("NO_DRAFT", {"id": found["id"]}, ("pathway",)))
    try:
        definition = await asyncio.to_thread(_parsed, found["draft"][0]["definition"])
    except InvalidInput as refused:
        raise PathwayInvalid(*refused.problems) from None
    stacks = await _stacks(world, definition)
    definition = _pinned(definition, stacks)
    output = {definition.output.achievement} if definition.output else set()
    known = await world.store.read("pathway/known", ids=sorted(definition.targets | definition.profiles | output))
    referenced, ended = await _referenced(world, definition, at) if definition.references else ({}, frozenset())
    problems = await asyncio.to_thread(
        rules.check,
        definition,
        achievements={row["id"] for row in known if row["type"] == "Achievement"},
        profiles={row["id"] for row in known if row["type"] == "Profile"},
        referenced=referenced,
        stacks=stacks,
        offered={row["id"] for row in known if row["type"] == "Achievement" and row["ownerId"] == found["ownerId"]},
        made_of=await _made_of(world, output, at),
        described={row["id"]: descriptions(row["resultDescriptions"]) for row in known if row["type"] == "Achievement"},
        ended=ended,
    )
    if problems:
        raise PathwayInvalid(*problems)
    return definition, referenced


def _parsed(text: str) -> Definition:
    return parse(json.loads(text))


async def pinned(world: World, definition: Definition) -> Definition:
    """Return a draft with the versions named that publishing would name; a published version is as it is."""
    return _pinned(definition, await _stacks(world, definition))


async def _stacks(world: World, definition: Definition) -> Links:
    """Load for each achievement that counts unissued, without saying where, the newest versions whose output it is."""
    open_ = {ref.achievement for ref in definition.nodes if _is_open(ref)}
    found: dict[Iri, set[Iri]] = {}
    for row in await world.store.read("pathway/stacks", achievements=sorted(filter(None, open_))) if open_ else ():
        found.setdefault(row["output"], set()).add(row["version"])
    return found


def _is_open(node: Node) -> TypeGuard[Ref]:
    return isinstance(node, Ref) and node.accept_unissued and node.pathway_version is None


def _pinned(definition: Definition, stacks: Links) -> Definition:
    """Name the version where a Ref leaves it open and there is just one."""

    def named(node: Node) -> Node:
        if _is_open(node) and len(versions := stacks.get(node.achievement or Iri(""), frozenset())) == 1:
            return replace(node, pathway_version=min(versions))
        return node

    return replace(definition, nodes=tuple(map(named, definition.nodes)))


async def _made_of(world: World, output: Collection[Iri], at: Instant) -> Links:
    """Load what an achievement is part of, through however many outputs: each with those of its parts on such a way."""
    found: dict[Iri, set[Iri]] = {}
    seen, parts = set(output), set(output)
    while parts:
        rows = await world.store.read("pathway/outputs", parts=sorted(parts), at=at)
        for row in rows:
            found.setdefault(row["output"], set()).add(row["part"])
        parts = {row["output"] for row in rows} - seen
        seen |= parts
    return found


async def _referenced(world: World, definition: Definition, at: Instant) -> tuple[Definitions, Set[Iri]]:
    """Load the published versions that a definition rests on, and say which have ended.

    Raises PathwayInvalid if they are too many nodes.
    """
    ids = sorted(definition.references)
    rows = await world.store.read("pathway/referenced", ids=ids, limit=rules.MAX_NODES)
    if any(row["definition"] is None for row in rows):
        raise PathwayInvalid(*rules.size_problems(len(definition.nodes) + rows[0]["nodes"]))
    found = {Iri(row["id"]): await asyncio.to_thread(_parsed, row["definition"]) for row in rows}
    return found, {row["id"] for row in rows if row["until"] <= at}


def creation(
    new: Iri, owner: Iri, name: LanguageMap, definition: Mapping[str, object], at: Instant, **more: object
) -> Write:
    """Return the write that makes a pathway with its first draft; `more`: further properties."""
    pathway = {
        "id": new,
        "ownerId": owner,
        "number": 0,
        "shown": False,
        "readers": [owner],
        "createdAt": at,
        **_named(name, new),
        **more,
    }
    return Write(
        "pathway/create",
        {"ownerId": owner, "pathway": pathway, "draft": _draft(new, owner, 1, definition)},
        otherwise=NotFound("profile", owner, ("owner",)),
    )


def saving(pathway: Iri, found: Mapping[str, Any], name: LanguageMap | None, definition: Mapping[str, object]) -> Write:
    """Return the write that saves the draft of the next version of a loaded pathway."""
    draft = _draft(pathway, found["ownerId"], found["number"] + 1, definition)
    changes = _named(name, pathway) if name else {}
    if name and found["number"]:  # published before
        changes |= _searchable(name)
    return Write(
        "pathway/save_draft",
        {
            "id": pathway,
            "version": found["version"],
            "pathway": changes,
            "draftId": draft["id"],
            "draft": draft,
        },
        otherwise=StaleVersion(pathway, found["version"]),
    )


def publication(
    pathway: Iri,
    name: LanguageMap,
    expected: int,
    number: int,
    definition: Definition,
    referenced: Definitions,
    at: Instant,
) -> Sequence[Write]:
    """Return the writes that publish the draft `number` of a pathway in which no rule is broken."""
    text = json.dumps(to_json(definition), ensure_ascii=False, separators=(",", ":"))
    published = {
        "state": "PUBLISHED",
        "shown": True,
        "definition": text,
        "digest": sha256(text.encode()).hexdigest(),
        "publishedAt": at,
        "since": at,
        "closedFrom": OPEN_END,
        "until": OPEN_END,
        "outputAchievementId": definition.output.achievement if definition.output else None,
    }
    version = version_id(pathway, number)
    publish = Write(
        "pathway/publish",
        {
            "id": pathway,
            "version": expected,
            "draftId": version,
            "pathway": {"number": number, "shown": True, **_searchable(name)},
            "published": published,
        },
        otherwise=StaleVersion(pathway, expected),
    )
    return [publish, *_nodes(version, definition, referenced)]


def version_id(pathway: Iri, number: int) -> Iri:
    """Return the identifier of a version of a pathway."""
    return Iri(f"{pathway}/versions/{number}")


def pathway_of(version: Iri) -> Iri:
    """Return the pathway that a version is of."""
    return Iri(version.rpartition("/versions/")[0])


def _named(name: LanguageMap, pathway: Iri) -> dict[str, object]:
    return {"name": name.text, "nameMap": name.to_json(), "language": name.base, "skName": by_name(name.text, pathway)}


def _searchable(name: LanguageMap) -> dict[str, object]:
    """Return by what a pathway is found, once it was published."""
    return search.fields(SearchType.PATHWAY, name.values())


def _draft(pathway: Iri, owner: Iri, number: int, definition: Mapping[str, object]) -> dict[str, object]:
    return {
        "id": version_id(pathway, number),
        "pathwayId": pathway,
        "ownerId": owner,
        "number": number,
        "state": "DRAFT",
        "definition": json.dumps(definition, ensure_ascii=False, separators=(",", ":")),
        "readers": [owner],
    }


def _nodes(version: Iri, definition: Definition, referenced: Definitions) -> Sequence[Write]:
    """Return the writes that put the requirements of a version into the graph, and link it to what it rests on.

    They are those of the proof: a reference to an achievement is what it stands for.
    """
    written = tuple(spelled_out(definition))
    worth = {node.id: node.credits for node in written if isinstance(node, Leaf)}
    refs = (node for node in definition.nodes if isinstance(node, Ref) and node.achievement)
    unissued = {ref.id: ref.accept_unissued for ref in refs}
    nodes = [placed(node, version) for node in written]
    parts = [list(parts_of(node, referenced)) for node in nodes]
    requirements = [
        {**_requirement(version, position, node, worth), "acceptUnissued": unissued.get(node.id), "parts": its}
        for position, (node, its) in enumerate(zip(written, parts, strict=True))
    ]
    output = [definition.output.achievement] if definition.output else []
    links = [
        {"whole": node.id, "part": part, "position": position}
        for node, its in zip(nodes, parts, strict=True)
        for position, part in enumerate(its)
    ]
    targets = [
        {"leaf": node.id, "target": target} for node in nodes if isinstance(node, Leaf) for target in node.targets
    ]
    return [
        Write("pathway/add_requirements", {"versionId": version, "requirements": requirements}),
        Write("pathway/link_parts", {"links": links}),
        Write("pathway/link_targets", {"links": targets}),
        Write("pathway/link_versions", {"versionId": version, "below": sorted(referenced)}),
        Write("pathway/link_output", {"versionId": version, "output": output}),
    ]


def _requirement(
    version: Iri, position: int, node: Node, worth: Mapping[str, Mapping[str, Decimal]]
) -> dict[str, object]:
    stored: dict[str, object] = {
        "id": requirement_id(version, node.id),
        "nodeId": node.id,
        "kind": node.kind.name,
        "count": 1,
        "position": position,
    }
    if node.name is not None:
        stored |= {"name": node.name.text, "nameMap": node.name.to_json(), "language": node.name.base}
    match node:
        case Leaf():
            stored |= {"count": node.times, "credits": [f"{exact(each)} {unit}" for unit, each in node.credits.items()]}
        case AtLeast():
            stored |= {"count": node.count, "awardCap": node.award_cap}
        case Credits():
            cap = node.source_cap
            amounts = (min(amount, cap or amount) for amount in (worth[part][node.unit] for part in node.parts))
            stored |= {"count": fewest(amounts, node.threshold), "unit": node.unit, "threshold": exact(node.threshold)}
            stored |= {"perSourceCap": cap and exact(cap)}
        case Window():
            stored["length"] = length_text(node.length)
        case After():
            stored |= {"count": 1 if node.mode is Mode.ADVISE else 2, "mode": node.mode}
            stored["prerequisite"] = requirement_id(version, node.prerequisite)
    return stored
