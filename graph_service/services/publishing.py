"""Pathways: drafts that may be anything, and published versions that never change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway import AtLeast, Definition, Leaf, Node, parse, to_json
from graph_service.domain.sorting import by_name
from graph_service.domain.time import OPEN_END
from graph_service.errors import Conflict, InvalidInput, NotFound, PathwayInvalid, Problem, StaleVersion
from graph_service.pathway import rules
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def create(world: World, call: Call, *, owner: Iri, name: LanguageMap, definition: Mapping[str, object]) -> Iri:
    """Make a pathway with its first draft (EDITOR of `owner`)."""
    new = world.mint("pathways", call.at)

    async def decide() -> Decision:
        call.principal.require("SAVE_PATHWAY_DRAFT", Side.EDITOR, owner, call.at)
        pathway = {
            "id": new,
            "ownerId": owner,
            "number": 0,
            "shown": False,
            "readers": [owner],
            "createdAt": call.at,
            **_named(name, new),
        }
        write = Write(
            "pathway/create",
            {"ownerId": owner, "pathway": pathway, "draft": _draft(new, owner, 1, definition)},
            otherwise=NotFound("profile", owner, ("owner",)),
        )
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
        call.principal.require("SAVE_PATHWAY_DRAFT", Side.EDITOR, found["ownerId"], call.at)
        draft = _draft(Iri(pathway), found["ownerId"], found["number"] + 1, definition)
        write = Write(
            "pathway/save_draft",
            {
                "id": pathway,
                "version": found["version"],
                "pathway": _named(name, Iri(pathway)) if name else {},
                "draftId": draft["id"],
                "draft": draft,
            },
            otherwise=StaleVersion(pathway, found["version"]),
        )
        return Decision([write], (Iri(pathway),), (Iri(pathway),), Side.EDITOR)

    request = {"pathway": pathway, "definition": definition, "name": dict(name or {}), "expected": expected}
    (saved,) = await act(world, call, "SAVE_PATHWAY_DRAFT", request, decide)
    return saved


async def check_draft(world: World, call: Call, *, pathway: str) -> tuple[Problem, ...]:
    """Return every problem that forbids publishing the draft (EDITOR); none if it may be published."""
    found = await _load(world, call, pathway, None)
    call.principal.require("CHECK_PATHWAY_DRAFT", Side.EDITOR, found["ownerId"], call.at)
    try:
        await _checked(world, found)
    except InvalidInput as refused:
        return refused.problems
    return ()


async def publish(world: World, call: Call, *, pathway: str, expected: int | None = None) -> Iri:
    """Publish the draft as the newest version (EDITOR). Raises PathwayInvalid with every problem of the draft."""

    async def decide() -> Decision:
        found = await _load(world, call, pathway, expected)
        call.principal.require("PUBLISH_PATHWAY_VERSION", Side.EDITOR, found["ownerId"], call.at)
        definition = await _checked(world, found)
        draft = found["draft"][0]
        text = json.dumps(to_json(definition), ensure_ascii=False, separators=(",", ":"))
        published = {
            "state": "PUBLISHED",
            "shown": True,
            "definition": text,
            "digest": sha256(text.encode()).hexdigest(),
            "publishedAt": call.at,
            "since": call.at,
            "until": OPEN_END,
        }
        publication = Write(
            "pathway/publish",
            {
                "id": pathway,
                "version": found["version"],
                "draftId": draft["id"],
                "pathway": {"number": draft["number"], "shown": True},
                "published": published,
            },
            otherwise=StaleVersion(pathway, found["version"]),
        )
        version = Iri(draft["id"])
        return Decision([publication, *_nodes(version, definition)], (Iri(pathway), version), (version,), Side.EDITOR)

    request = {"pathway": pathway, "expected": expected}
    (made,) = await act(world, call, "PUBLISH_PATHWAY_VERSION", request, decide)
    return made


async def _load(world: World, call: Call, pathway: str, expected: int | None) -> Mapping[str, Any]:
    rows = await world.store.read("pathway/for_action", id=pathway)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("pathway", pathway, ("pathway",))
    found: Mapping[str, Any] = rows[0]
    if expected is not None and expected != found["version"]:
        raise StaleVersion(pathway, expected)
    return found


async def _checked(world: World, found: Mapping[str, Any]) -> Definition:
    """Read the draft and hold it against every rule. Raises PathwayInvalid with all problems."""
    if not found["draft"]:
        raise Conflict(Problem("NO_DRAFT", {"id": found["id"]}, ("pathway",)))
    try:
        definition = parse(json.loads(found["draft"][0]["definition"]))
    except InvalidInput as refused:
        raise PathwayInvalid(*refused.problems) from None
    named = sorted(definition.targets | definition.profiles)
    known = await world.store.read("pathway/known", ids=named)
    problems = rules.check(
        definition,
        achievements={row["id"] for row in known if row["type"] == "Achievement"},
        profiles={row["id"] for row in known if row["type"] == "Profile"},
    )
    if problems:
        raise PathwayInvalid(*problems)
    return definition


def _named(name: LanguageMap, pathway: Iri) -> dict[str, object]:
    return {"name": name.text, "nameMap": name.to_json(), "language": name.base, "skName": by_name(name.text, pathway)}


def _draft(pathway: Iri, owner: Iri, number: int, definition: Mapping[str, object]) -> dict[str, object]:
    return {
        "id": f"{pathway}/versions/{number}",
        "pathwayId": pathway,
        "ownerId": owner,
        "number": number,
        "state": "DRAFT",
        "definition": json.dumps(definition, ensure_ascii=False, separators=(",", ":")),
        "readers": [owner],
    }


def _nodes(version: Iri, definition: Definition) -> Sequence[Write]:
    """Return the writes that put the requirements of a version into the graph."""
    requirements = [_requirement(version, position, node) for position, node in enumerate(definition.nodes)]
    parts = [
        {"whole": f"{version}#{node.id}", "part": f"{version}#{part}", "position": position}
        for node in definition.nodes
        if isinstance(node, AtLeast)
        for position, part in enumerate(node.parts)
    ]
    targets = [
        {"leaf": f"{version}#{node.id}", "target": target}
        for node in definition.nodes
        if isinstance(node, Leaf)
        for target in node.targets
    ]
    return [
        Write("pathway/add_requirements", {"versionId": version, "requirements": requirements}),
        Write("pathway/link_parts", {"links": parts}),
        Write("pathway/link_targets", {"links": targets}),
    ]


def _requirement(version: Iri, position: int, node: Node) -> dict[str, object]:
    stored = {
        "id": f"{version}#{node.id}",
        "nodeId": node.id,
        "kind": node.kind.name,
        "count": node.times if isinstance(node, Leaf) else node.count,
        "position": position,
    }
    if node.name is not None:
        stored |= {"name": node.name.text, "nameMap": node.name.to_json(), "language": node.name.base}
    return stored
