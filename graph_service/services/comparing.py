"""What another version of a pathway would change: its definition, and for learners."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Definition, Node
from graph_service.domain.pathway_json import parse
from graph_service.domain.time import Span
from graph_service.errors import InvalidInput, NotFound, Problem
from graph_service.locale import catalogue, sentence
from graph_service.pathway.diff import Change
from graph_service.pathway.diff import diff as compare
from graph_service.pathway.plan import compile_plan
from graph_service.pathway.rules import size_problems
from graph_service.pathway.versions import Version
from graph_service.services.call import Call, World
from graph_service.services.facts import Compiled
from graph_service.services.naming import Names, name_of, names, things
from graph_service.services.progress import Cohort, Plans, Progress, cohort
from graph_service.services.publishing import pathway_of, pinned, publishable, version_id

DRAFT = "draft"
"""What stands in the place of the digest that a draft does not have yet."""
_IRI = re.compile(r'(?:\A|(?<="))[^\s":]+:[^\s"]+(?=\Z|")')
"""One that is a value, or a string of a value that is JSON."""


@dataclass(frozen=True)
class Difference:
    """What differs between two versions; their nodes by id, and the names of the things that the changes speak of."""

    changes: tuple[Change, ...]
    nodes: Mapping[str, Node]
    names: Names

    def name(self, change: Change, language: str | None) -> str | None:
        """Return what the requirement is called that has changed, or what it asks for."""
        return None if change.node is None else name_of(self.nodes[change.node], self.names, language)

    def message(self, change: Change, language: str) -> str:
        """Return a change as a sentence for people: with names in place of ids, where there are any."""
        values = {
            "member": _wording(change.member or "-", language),
            "before": self._shown(change, change.before, language),
            "after": self._shown(change, change.after, language),
        }
        return sentence(Problem(change.wording, values), language)[0]

    def _shown(self, change: Change, value: str | None, language: str) -> str:
        if value is None:
            return "-"
        if change.is_of_nodes and value in self.nodes:
            return name_of(self.nodes[value], self.names, language) or value
        return _IRI.sub(lambda found: self._named(found.group(), language), value)

    def _named(self, id: str, language: str) -> str:
        return self.names[id].choose(language)[1] if id in self.names else id


def _wording(member: str, language: str) -> str:
    """Return what a member of a definition is called; of names and credits with their language or unit. Else itself."""
    told = catalogue(language)
    whole, _, part = member.partition(".")
    found = told.get(f"MEMBER_{member.replace('.', '_').upper()}") or told.get(f"MEMBER_{whole.upper()}")
    return found["message"].format(part=part) if found else member


async def diff(world: World, call: Call, *, before: str, after: str) -> Difference:
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
    old, new = [await pinned(world, each) for each in found]
    changes = await asyncio.to_thread(compare, old, new)
    nodes = {node.id: node for node in (*old.nodes, *new.nodes)}
    return Difference(changes, nodes, await names(world, call, _spoken_of(changes, nodes)))


def _spoken_of(changes: Sequence[Change], nodes: Mapping[str, Node]) -> Iterator[str]:
    """Yield the ids of the things that changes tell of, and of those by which their requirements are known."""
    for change in changes:
        for told in filter(None, (change.node, change.before, change.after)):
            yield from things(nodes[told]) if told in nodes else _IRI.findall(told)


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
