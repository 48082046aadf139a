"""What another version of a pathway would change: its definition, and for learners."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Definition
from graph_service.domain.pathway_json import parse
from graph_service.domain.time import Span
from graph_service.errors import InvalidInput, NotFound, Problem
from graph_service.pathway.diff import Change
from graph_service.pathway.diff import diff as compare
from graph_service.pathway.plan import compile_plan
from graph_service.pathway.rules import size_problems
from graph_service.pathway.versions import Version
from graph_service.services.call import Call, World
from graph_service.services.facts import Compiled
from graph_service.services.progress import Cohort, Plans, Progress, cohort
from graph_service.services.publishing import pathway_of, pinned, publishable, version_id

DRAFT = "draft"
"""What stands in the place of the digest that a draft does not have yet."""


async def diff(world: World, call: Call, *, before: str, after: str) -> tuple[Change, ...]:
    """Return what differs between two versions of pathways, drafts among them for who may see those.

    A draft is compared as it would be published. Raises NotFound, and InvalidInput for a draft that is no definition,
    or of more nodes than can be published, and for versions of two pathways (TWO_PATHWAYS).
    """
    rows = {row["id"]: row for row in await world.store.read("pathway/definitions", ids=[before, after])}

    def text(version: str, argument: str) -> str:
        row = rows.get(version)
        if row is None or not call.may_see(row["shown"], row["readers"]):
            raise NotFound("pathwayVersion", version, (argument,))
        if pathway_of(Iri(version)) != pathway_of(Iri(before)):
            raise InvalidInput(Problem("TWO_PATHWAYS", {}, (argument,)))
        return str(row["definition"])

    found = await asyncio.to_thread(_parsed, text(before, "from"), text(after, "to"))
    return await asyncio.to_thread(compare, *[await pinned(world, each) for each in found])


def _parsed(*texts: str) -> Sequence[Definition]:
    found = [parse(json.loads(text)) for text in texts]
    if too_many := size_problems(max(len(each.nodes) for each in found)):
        raise InvalidInput(*too_many)
    return found


@dataclass(frozen=True)
class DryRun:
    """A cohort as it is (None if nothing is published yet), and as it would be once the draft is published."""

    before: Cohort | None
    after: Cohort

    @cached_property
    def gaining(self) -> tuple[Progress, ...]:
        """Who is not complete and would be, as they would be then."""
        return tuple(each for each in self.after.members if each.complete and each.learner not in self._complete)

    @cached_property
    def losing(self) -> tuple[Progress, ...]:
        """Who is complete and would not be, as they would be then."""
        return tuple(each for each in self.after.members if not each.complete and each.learner in self._complete)

    def work_out(self, *, histories: bool) -> None:
        """Evaluate every member now, e.g. beside the event loop, rather than when somebody looks."""
        for each in filter(None, (self.before, self.after)):
            each.work_out(histories=histories)

    @cached_property
    def _complete(self) -> frozenset[Iri]:
        return frozenset(each.learner for each in self.before.members if each.complete) if self.before else frozenset()


async def publication_dry_run(
    world: World, plans: Plans, call: Call, *, pathway: str, learners: Sequence[str], ending: bool = False
) -> DryRun:
    """Return a cohort as it is, and as it would be if the draft were published now (EDITOR of the owner).

    Versions are chosen as ever: who is judged by the best of them loses nothing, unless the earlier ones end at once
    (`ending`). Whose progress one may see is as for `cohort`. Raises what `publish` raises, and what `cohort` does.
    """
    found, definition, referenced = await publishable(world, call, pathway)
    number = found["draft"][0]["number"]
    plan = await asyncio.to_thread(compile_plan, definition, DRAFT, referenced)
    before = await cohort(
        world,
        plans,
        call,
        pathway=pathway,
        learners=learners,
        besides=[Compiled(plan, frozenset(referenced))],
    )
    draft = Version(version_id(Iri(pathway), number), number, DRAFT, Span(call.at))
    versions = [replace(each, span=each.span.ended(call.at)) if ending else each for each in before.versions]
    return DryRun(before if versions else None, before.judged_by((*versions, draft)))
