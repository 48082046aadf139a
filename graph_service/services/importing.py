"""Pathways of other systems, as files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway import Definition, Leaf
from graph_service.domain.pathway_json import parse, to_json
from graph_service.domain.time import Instant
from graph_service.errors import InvalidInput, NotFound, PathwayInvalid, Problem
from graph_service.formats import badgr
from graph_service.formats.badgr_file import LANGUAGE
from graph_service.formats.refusals import listed
from graph_service.locale import problem_json
from graph_service.pathway import rules
from graph_service.services import achievements, publishing
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


class Outcome(StrEnum):
    """What an import did, or in a dry run would do."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"  # the next version
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True)
class Imported:
    """An import. `conflicts`, `losses` and `problems` are of the file: told each time, whatever the outcome.

    Of each the first are listed, and how many more there are (MORE_PROBLEMS).

    `pathway` is None in a dry run of what is not here yet; `version` is the published one that says what the file
    says (or would), None if problems forbid publishing: then it is kept as a draft.
    """

    outcome: Outcome
    name: str
    pathway: Iri | None
    version: Iri | None
    publishable: bool
    created: tuple[Iri, ...]  # achievements that the owner offers from now on
    existing: tuple[Iri, ...]  # those that were here
    conflicts: tuple[Problem, ...]  # those that another profile offers: they count, awarded by anybody
    losses: tuple[Problem, ...]
    problems: tuple[Problem, ...]


def as_json(imported: Imported, language: str, *, dry_run: bool) -> dict[str, object]:
    """Return an import as JSON, its problems with their sentences."""
    told = {
        kind: [problem_json(problem, language) for problem in problems]
        for kind, problems in {
            "conflicts": imported.conflicts,
            "losses": imported.losses,
            "problems": imported.problems,
        }.items()
    }
    return {
        "outcome": imported.outcome,
        "dryRun": dry_run,
        "name": imported.name,
        "pathway": imported.pathway,
        "version": imported.version,
        "publishable": imported.publishable,
        "achievements": {"created": imported.created, "existing": imported.existing},
        **told,
    }


async def import_pathway(world: World, call: Call, *, owner: str, document: bytes, dry_run: bool = False) -> Imported:
    """Import a Badgr or Canvas pathway as one of `owner` (EDITOR, and ISSUER for badges that are not here yet).

    Badges keep their own IRI and become achievements that the owner offers. The pathway is known again by its owner
    and the id of its root element: the same file changes nothing and leaves no event, another one makes the next
    version. It is published unless problems forbid that. Nothing at all is written if the file is malformed:
    raises what `badgr.read` raises, and PathwayInvalid (TOO_MANY_NODES).
    """
    offering, new = iri(owner, ("owner",)), world.mint("pathways", call.at)
    call.principal.require("IMPORT_PATHWAY", Side.EDITOR, offering, call.at)  # before anything is read
    found = await asyncio.to_thread(badgr.read, document, limit=rules.MAX_NODES)
    if too_many := rules.size_problems(len(found.definition.nodes)):
        raise PathwayInvalid(*too_many)
    source_key = sha256(f"{owner}\0badgr\0{found.root_element}".encode(errors="backslashreplace")).hexdigest()

    async def judge() -> _Judged:
        named = {"sourceKey": source_key, "owner": owner, "badges": sorted(found.badges)}
        rows = await world.store.read("pathway/for_import", **named)
        if not any("owner" in row for row in rows):
            raise NotFound("profile", owner, ("owner",))
        judged = _Judged(found, offering, rows, f"{world.base_url}/")
        if judged.missing:
            call.principal.require("IMPORT_PATHWAY", Side.ISSUER, offering, call.at)
        return judged

    judged: _Judged | None = None

    async def decide() -> Decision:
        nonlocal judged
        judged = await judge()
        pathway = judged.pathway or new
        results = (pathway, judged.version(pathway), *judged.missing)
        return Decision(judged.work(world, pathway, call.at, source_key), (pathway, offering), results, Side.EDITOR)

    if dry_run:
        judged = await judge()
        return judged.answer(judged.outcome, judged.pathway, judged.missing)
    request = {"owner": owner, "document": sha256(document).hexdigest()}
    pathway, version, *created = await act(world, call, "IMPORT_PATHWAY", request, decide)
    if judged is not None:
        return judged.answer(judged.outcome, pathway, created)
    first = version == publishing.version_id(pathway, 1)  # it was done before, under the same key
    return (await judge()).answer(Outcome.CREATED if first else Outcome.UPDATED, pathway, created)


@dataclass(frozen=True)
class _Judged:
    """What was read beside what is here."""

    found: badgr.Found
    owner: Iri
    rows: Sequence[Mapping[str, Any]]
    own: str  # what our own identifiers begin with

    @cached_property
    def known(self) -> Mapping[str, str]:
        """The badges that are achievements here, and who offers them."""
        return {row["id"]: row["offeredBy"] for row in self.rows if row.get("offeredBy")}

    @cached_property
    def taken(self) -> Set[str]:
        """The badges that cannot become achievements: they name something else here, or are identifiers of our own.

        What they name is nobody's business, nor which of our own exist.
        """
        others = {row["id"] for row in self.rows if "id" in row} - self.known.keys()
        return others | {each for each in self.found.badges if each.startswith(self.own) and each not in self.known}

    @cached_property
    def stored(self) -> Mapping[str, Any] | None:
        """What an earlier import made of the pathway."""
        return next((row for row in self.rows if "pathway" in row), None)

    @property
    def pathway(self) -> Iri | None:
        """The pathway, if it is here."""
        return Iri(self.stored["pathway"]) if self.stored else None

    def version(self, pathway: Iri) -> Iri:
        """Return the version that says what the file says, or will."""
        number = self.stored["number"] if self.stored else 0
        return publishing.version_id(pathway, number if self.outcome is Outcome.UNCHANGED else number + 1)

    @cached_property
    def missing(self) -> tuple[Iri, ...]:
        """The badges that are not here, and may come."""
        return tuple(each for each in self.found.badges if each not in self.known and each not in self.taken)

    @cached_property
    def leaves(self) -> Sequence[Leaf]:
        """The nodes that stand for badges."""
        return [node for node in self.found.definition.nodes if isinstance(node, Leaf)]

    @cached_property
    def conflicts(self) -> tuple[Problem, ...]:
        """The badges that another profile offers."""
        others = [(leaf, self.known.get(leaf.targets[0], self.owner)) for leaf in self.leaves]
        return tuple(
            Problem("OFFERED_BY_ANOTHER", {"achievement": leaf.targets[0], "owner": other}, self.found.places[leaf.id])
            for leaf, other in others
            if other != self.owner
        )

    @cached_property
    def forbidding(self) -> tuple[Problem, ...]:
        """What forbids publishing, with its place in the file."""
        broken = rules.check(self.found.definition, achievements=self.found.badges.keys(), profiles=frozenset())
        taken = [
            Problem("IDENTIFIER_TAKEN", {"id": leaf.targets[0]}, self.found.places[leaf.id])
            for leaf in self.leaves
            if leaf.targets[0] in self.taken
        ]
        return (*self.found.unsupported, *taken, *map(self._placed, broken))

    def _placed(self, problem: Problem) -> Problem:
        match problem.path:
            case ("nodes", int(position), *_):
                node = self.found.definition.nodes[position]
                return Problem(problem.code, problem.values, self.found.places[node.id])
        return Problem(problem.code, problem.values)

    @cached_property
    def outcome(self) -> Outcome:
        """What is to be done."""
        if self.stored is None:
            return Outcome.CREATED
        texts = self.stored["draft" if self.forbidding else "published"]
        same_name = LanguageMap.from_json(self.stored["nameMap"]) == self.found.name
        same = same_name and not self.missing and any(_says(text, self.found.definition) for text in texts)
        return Outcome.UNCHANGED if same else Outcome.UPDATED

    def work(self, world: World, pathway: Iri, at: Instant, source_key: str) -> Sequence[Write]:
        """Return what is to be written."""
        if self.outcome is Outcome.UNCHANGED:
            return []
        found, definition = self.found, to_json(self.found.definition)
        drafts = {badge: self._draft(badge) for badge in self.missing}
        work = [achievements.creation(world, self.owner, drafts, at)] if drafts else []
        if self.stored is None:
            work.append(publishing.creation(pathway, self.owner, found.name, definition, at, sourceKey=source_key))
        else:
            work.append(publishing.saving(pathway, self.stored, found.name, definition))
        if not self.forbidding:
            version, number = (self.stored["version"], self.stored["number"]) if self.stored else (0, 0)
            work += publishing.publication(pathway, found.name, version + 1, number + 1, found.definition, {}, at)
        return work

    def _draft(self, badge: Iri) -> AchievementDraft:
        """Return what is known of a badge: its name. Its own address says the rest."""
        address = LanguageMap({LANGUAGE: badge})
        return AchievementDraft(name=self.found.badges[badge], description=address, criteria=address)

    def answer(self, outcome: Outcome, pathway: Iri | None, created: Sequence[Iri]) -> Imported:
        """Return what an import answers; `pathway`: where it is now."""
        return Imported(
            outcome=outcome,
            name=self.found.name.text,
            pathway=pathway,
            version=self.version(pathway) if pathway and not self.forbidding else None,
            publishable=not self.forbidding,
            created=tuple(created),
            existing=tuple(badge for badge in self.found.badges if badge in self.known and badge not in created),
            conflicts=listed(self.conflicts),
            losses=listed(self.found.losses),
            problems=listed((*self.forbidding, *self.found.problems)),
        )


def _says(text: str, definition: Definition) -> bool:
    with suppress(InvalidInput):
        return parse(json.loads(text)) == definition
    return False
