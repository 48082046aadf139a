"""What comes in as a file: tables of awards, and pathways of other systems."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri, iri, is_iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.pathway import Definition, Leaf, parse, to_json
from graph_service.domain.time import Instant
from graph_service.errors import InvalidInput, NotFound, PathwayInvalid, Problem
from graph_service.formats import badgr, tables
from graph_service.formats.badgr_file import LANGUAGE
from graph_service.locale import problem_json
from graph_service.pathway import rules
from graph_service.services import achievements, publishing
from graph_service.services.awarding import AwardRow, award_many
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

AWARD_COLUMNS = {
    "holder": ("learner", "learner id", "holder", "受講者", "受講者ID", "受領者", "学習者"),
    "achievement": ("achievement", "achievement id", "badge", "バッジ", "バッジID", "達成"),
    "awardedAt": ("date", "awarded on", "awarded at", "日付", "授与日", "取得日", "修了日"),
}
"""Property of a row → how its column may be headed; width, case, spaces and hyphens do not matter."""


@dataclass(frozen=True)
class Awarded:
    """How many rows were good, and their awards: none after a dry run."""

    rows: int
    awards: tuple[Iri, ...]


async def award_table(world: World, call: Call, *, issuer: str, content: bytes, dry_run: bool = False) -> Awarded:
    """Award what a CSV of learner, achievement and date says (ISSUER): all of it, or nothing.

    Raises what `tables.read` and `award_many` raise; everything that is wrong with rows at once, each problem with its
    line, its column and (as `cell`) the value.
    """
    table = await asyncio.to_thread(tables.read, content, AWARD_COLUMNS)
    rows = tuple(
        AwardRow(row.cells["holder"], row.cells["achievement"], row.cells["awardedAt"], ("line", row.line))
        for row in table.rows
    )
    found: tuple[Problem, ...] = ()
    made: tuple[Iri, ...] = ()
    try:
        made = await award_many(world, call, issuer=issuer, rows=rows, dry_run=dry_run or bool(table.problems))
    except InvalidInput as refused:
        found = refused.problems
    if problems := table.told(found):
        raise InvalidInput(*problems)
    return Awarded(len(rows), made)


def learner_list(content: bytes) -> tuple[str, ...]:
    """Read learners from a table that has a column of them, or from a file with one identifier a line."""
    lines = content.decode("utf-8-sig", errors="replace").split()
    if lines and all(map(is_iri, lines)):
        return tuple(lines)
    table = tables.read(content, {"holder": AWARD_COLUMNS["holder"]})
    if table.problems:
        raise InvalidInput(*table.problems)
    return tuple(row.cells["holder"] for row in table.rows)


class Outcome(StrEnum):
    """What an import did, or in a dry run would do."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"  # the next version
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True)
class Imported:
    """An import. `conflicts`, `losses` and `problems` are of the file: told each time, whatever the outcome.

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
    found = await asyncio.to_thread(badgr.read, document)
    if too_many := rules.size_problems(len(found.definition.nodes)):
        raise PathwayInvalid(*too_many)
    offering, new = iri(owner, ("owner",)), world.mint("pathways", call.at)
    source_key = sha256(f"{owner}\0badgr\0{found.root_element}".encode(errors="backslashreplace")).hexdigest()

    async def judge() -> _Judged:
        call.principal.require("IMPORT_PATHWAY", Side.EDITOR, offering, call.at)
        rows = await world.store.read("pathway/for_import", sourceKey=source_key, ids=[owner, *sorted(found.badges)])
        judged = _Judged(found, offering, rows, f"{world.base_url}/")
        if judged.known.get(owner, {}).get("type") != "Profile":
            raise NotFound("profile", owner, ("owner",))
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
    def known(self) -> Mapping[str, Mapping[str, Any]]:
        """What stands here under an IRI that the file names."""
        return {row["id"]: row for row in self.rows if "id" in row}

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
        """The badges that are not here, and may come: nobody brings identifiers of our own."""
        return tuple(each for each in self.found.badges if each not in self.known and not each.startswith(self.own))

    @cached_property
    def conflicts(self) -> tuple[Problem, ...]:
        """The badges that another profile offers."""
        leaves = [node for node in self.found.definition.nodes if isinstance(node, Leaf)]
        others = [(leaf, self.known.get(leaf.targets[0], {}).get("ownerId", self.owner)) for leaf in leaves]
        return tuple(
            Problem("OFFERED_BY_ANOTHER", {"achievement": leaf.targets[0], "owner": other}, self.found.places[leaf.id])
            for leaf, other in others
            if other != self.owner
        )

    @cached_property
    def forbidding(self) -> tuple[Problem, ...]:
        """What forbids publishing, with its place in the file."""
        known = {Iri(each) for each, row in self.known.items() if row["type"] == "Achievement"}
        broken = rules.check(self.found.definition, achievements={*known, *self.missing}, profiles=frozenset())
        return (*self.found.unsupported, *map(self._placed, broken))

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
            work += publishing.publication(pathway, version + 1, number + 1, found.definition, {}, at)
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
            conflicts=self.conflicts,
            losses=self.found.losses,
            problems=(*self.found.problems, *self.forbidding),
        )


def _says(text: str, definition: Definition) -> bool:
    with suppress(InvalidInput):
        return parse(json.loads(text)) == definition
    return False
