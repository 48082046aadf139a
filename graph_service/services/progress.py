"""How far learners are toward a pathway: one statement for the facts, a pure function for the answer.

A learner is a cohort of one. Seen are one's own progress, that of learners who consented to a profile one reads for,
and for OPERATOR everybody's; whoever is left out is counted, and cannot be told from somebody who does not exist.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any

from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.pathway_json import parse
from graph_service.domain.time import Instant
from graph_service.errors import InvalidInput, NotFound, Problem
from graph_service.pathway.evaluate import Completion, CompletionState, depends_on, evaluate, history, percent
from graph_service.pathway.explain import ProofNode, explain
from graph_service.pathway.facts import Award, Endorsement, Facts
from graph_service.pathway.plan import Plan, compile_plan
from graph_service.pathway.versions import Enrolment, Record, Version, began_at, choose, first_complete, in_force
from graph_service.services import facts as reading
from graph_service.services.call import Call, World
from graph_service.services.facts import Compiled, Known
from graph_service.services.publishing import pathway_of

_PLANS = 500
MAX_LEARNERS = 5_000
"""How many learners one question may be about: their facts are read by one statement."""
PAGE = 1_000
"""How many at a time, when there is no end to them."""


@dataclass
class Plans:
    """Compiled pathway versions by digest, and which ones a pathway had when last seen.

    A version never changes, so a plan is never wrong; which versions there are now, the facts say.
    """

    known: OrderedDict[Iri, frozenset[str]] = field(default_factory=OrderedDict)
    compiled: OrderedDict[str, Compiled] = field(default_factory=OrderedDict)

    def of(self, pathway: Iri) -> Mapping[str, Compiled]:
        """Return the plans of the versions that a pathway had when last seen."""
        if pathway not in self.known:
            return {}
        self.known.move_to_end(pathway)
        found = {digest: self.compiled[digest] for digest in self.known[pathway] if digest in self.compiled}
        for digest in found:
            self.compiled.move_to_end(digest)
        return found

    def keep(self, pathway: Iri, compiled: Mapping[str, Compiled]) -> None:
        """Keep plans; those that were not asked for longest make room."""
        self.known[pathway] = frozenset(compiled)
        self.compiled.update(compiled)
        for kept in (self.known, self.compiled):
            while len(kept) > _PLANS:
                kept.popitem(last=False)


@dataclass(frozen=True)
class Progress:
    """The progress of one learner at one instant, under that of `versions` by which the learner is judged.

    Everything is worked out when somebody asks for it, once. `versions` are oldest first, `plans` by digest.
    """

    pathway: Iri
    learner: Iri
    at: Instant
    facts: Facts
    enrolments: tuple[Enrolment, ...]
    versions: tuple[Version, ...]
    plans: Mapping[str, Plan]
    _completions: dict[Version, Completion] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def version(self) -> Version:
        """The version that the answer is about."""
        return choose(self.versions, self.enrolments, self._record, self.at)

    @property
    def pathway_version(self) -> Iri:
        """The id of that version."""
        return self.version.id

    @property
    def policy(self) -> Policy:
        """How that version was chosen: as the learner's enrolment says, or BEST_OF."""
        enrolment = in_force(self.enrolments, self.at)
        return enrolment.policy if enrolment else Policy.BEST_OF

    @property
    def plan(self) -> Plan:
        """The plan of that version."""
        return self.plans[self.version.digest]

    @property
    def completion(self) -> Completion:
        """The state of every node."""
        return self._completion(self.version)

    @property
    def state(self) -> CompletionState:
        """COMPLETE, NOT, or DEPENDS on what could not be checked."""
        return self.completion.state

    @property
    def complete(self) -> bool:
        """Whether it is COMPLETE."""
        return self.state is CompletionState.COMPLETE

    @property
    def fraction(self) -> Fraction:
        """Exact progress; 1 exactly if complete. What could not be checked does not count."""
        return self.completion.progress

    @property
    def percentage(self) -> int:
        """Whole percent, rounded down."""
        return percent(self.fraction)

    @property
    def upper(self) -> Fraction:
        """What the progress would be if all that could not be checked were good."""
        return self.completion.upper.progress

    @cached_property
    def depends_on(self) -> tuple[Iri, ...]:
        """Facts that could not be checked with which it would be complete, none of them needless."""
        return depends_on(self.plan, self.facts, self.completion)

    @cached_property
    def ever_complete(self) -> Instant | None:
        """The first instant at which any version was complete that was ever open to the learner."""
        return self._first_complete and self._first_complete[0]

    @property
    def ever_complete_version(self) -> Iri | None:
        """The version that was complete at that instant."""
        return self._first_complete and self._first_complete[1].id

    @cached_property
    def _first_complete(self) -> tuple[Instant, Version] | None:
        return first_complete(self.versions, self.version, self.enrolments, self._record, self.at)

    @cached_property
    def nodes(self) -> tuple[ProofNode, ...]:
        """The proof: every node once, with witnesses or reasons."""
        return explain(self.plan, self.facts, self.completion).nodes

    def work_out(self, *, histories: bool) -> None:
        """Evaluate it now, e.g. beside the event loop, rather than when somebody looks."""
        _ = self.completion
        if histories:
            _ = self.ever_complete

    def began(self, version: Version) -> Instant | None:
        """Return when the learner began under a version: earned, or was spared, something; None if never."""
        return began_at(self.plans[version.digest], self.facts)

    def supposing(self, *, awards: Iterable[Award] = (), endorsements: Iterable[Endorsement] = ()) -> Progress:
        """Return the progress that it would be with more facts."""
        return replace(self, facts=self.facts.supposing(awards=awards, endorsements=endorsements))

    @property
    def _record(self) -> Record:
        return Record(self.began, self._ever_complete, self._completion)

    def _ever_complete(self, version: Version, at: Instant) -> Instant | None:
        return history(self.plans[version.digest], self.facts, at).ever_complete

    def _completion(self, version: Version) -> Completion:
        if version not in self._completions:
            self._completions[version] = evaluate(self.plans[version.digest], self.facts, self.at)
        return self._completions[version]


@dataclass(frozen=True)
class Cohort:
    """The progress of several learners toward one pathway at one instant, in the order they were asked for.

    Each is judged by their own version. `left_out` are those without consent, and those that do not exist.
    """

    pathway: Iri
    at: Instant
    versions: tuple[Version, ...]
    plans: Mapping[str, Plan]
    members: tuple[Progress, ...]
    left_out: tuple[Iri, ...]
    known: Known

    @property
    def complete(self) -> int:
        """How many members are complete."""
        return sum(member.complete for member in self.members)

    @cached_property
    def by_version(self) -> Mapping[Version, Sequence[Progress]]:
        """The members by the version that they are judged by, the newest version first."""
        found: dict[Version, list[Progress]] = {}
        for member in self.members:
            found.setdefault(member.version, []).append(member)
        return dict(sorted(found.items(), key=lambda each: -each[0].number))

    @property
    def version(self) -> Version:
        """The newest version by which a member is judged; if there are no members, the newest."""
        return next(iter(self.by_version), self.versions[-1])

    @property
    def plan(self) -> Plan:
        """The plan of that version."""
        return self.plans[self.version.digest]

    @cached_property
    def held(self) -> tuple[int, ...]:
        """How many of the members who are judged by that version hold each node of its plan."""
        completions = [member.completion for member in self.by_version.get(self.version, ())]
        return tuple(sum(each.holds(node) for each in completions) for node in range(len(self.plan.nodes)))

    def work_out(self, *, histories: bool) -> None:
        """Evaluate every member now, e.g. beside the event loop, rather than when somebody looks."""
        for member in self.members:
            member.work_out(histories=histories)

    def supposing(self, endorsements: Sequence[Endorsement], awards: Callable[[Iri], Iterable[Award]]) -> Cohort:
        """Return the same cohort with more endorsements, and with more awards of each learner."""
        members = (each.supposing(endorsements=endorsements, awards=awards(each.learner)) for each in self.members)
        return replace(self, members=tuple(members))

    def judged_by(self, versions: Sequence[Version]) -> Cohort:
        """Return the same cohort as if these were the versions that there are."""
        members = tuple(replace(each, versions=tuple(versions)) for each in self.members)
        return replace(self, versions=tuple(versions), members=members)


async def progress(
    world: World,
    plans: Plans,
    call: Call,
    *,
    pathway: str,
    learner: str,
    at: Instant | None = None,
    version: str | None = None,
) -> Progress:
    """Return how far a learner is. To those who may not know, there is no such learner (NotFound)."""
    asked = await cohort(world, plans, call, pathway=pathway, learners=[learner], at=at, version=version)
    if not asked.members:
        raise NotFound("learner", learner, ("learner",))
    return asked.members[0]


async def cohort(
    world: World,
    plans: Plans,
    call: Call,
    *,
    pathway: str,
    learners: Sequence[str],
    at: Instant | None = None,
    version: str | None = None,
    achievements: Collection[str] = (),
    besides: Sequence[Compiled] = (),
) -> Cohort:
    """Return how far those of `learners` are whom the asker may see; somebody named twice counts once.

    Consent is judged at the instant of the request, whatever instant is asked about. With `version` all are judged by
    that one. `achievements` are asked about besides; `besides` are plans that the answer is to be good for as well,
    of what is not published yet. Raises InvalidInput (NO_LEARNERS, TOO_MANY_LEARNERS) and NotFound for the pathway, or
    the version.
    """
    asked = list(dict.fromkeys(Iri(learner) for learner in learners))
    if not asked:
        raise InvalidInput(Problem("NO_LEARNERS", {}, ("learners",)))
    if len(asked) > MAX_LEARNERS:
        values = {"count": len(asked), "limit": MAX_LEARNERS}
        raise InvalidInput(Problem("TOO_MANY_LEARNERS", values, ("learners",)))
    return await _cohort(world, plans, call, Iri(pathway), asked, at or call.at, version, achievements, besides)


async def pages(
    world: World,
    plans: Plans,
    call: Call,
    *,
    pathway: str,
    learners: Iterable[str],
    at: Instant | None = None,
    version: str | None = None,
    achievements: Collection[str] = (),
    histories: bool = False,
) -> AsyncIterator[Cohort]:
    """Yield how far any number of learners are, page by page, worked out; only one page is in memory. Else as `cohort`.

    Somebody named twice counts once in a page.
    """
    listed = iter(learners)
    while asked := list(dict.fromkeys(Iri(learner) for learner in islice(listed, PAGE))):
        page = await _cohort(world, plans, call, Iri(pathway), asked, at or call.at, version, achievements)
        await asyncio.to_thread(page.work_out, histories=histories)
        yield page


async def _cohort(
    world: World,
    plans: Plans,
    call: Call,
    pathway: Iri,
    asked: Sequence[Iri],
    at: Instant,
    version: str | None,
    achievements: Collection[str],
    besides: Sequence[Compiled] = (),
) -> Cohort:
    known, compiled = await _known(world, plans, call, pathway, asked, achievements, besides)
    versions = tuple(each for each in known.versions if version in (None, each.id))
    if version and pathway_of(Iri(version)) != pathway:
        raise InvalidInput(Problem("VERSION_OF_ANOTHER_PATHWAY", {"version": version}, ("version",)))
    if version and not versions:
        raise NotFound("pathwayVersion", version, ("version",))
    if not versions and not besides:
        raise NotFound("pathway", pathway, ("pathway",))
    members = tuple(
        Progress(pathway, each, at, known.learners[each].facts, known.learners[each].enrolments, versions, compiled)
        for each in asked
        if each in known.learners
    )
    left_out = tuple(each for each in asked if each not in known.learners)
    return Cohort(pathway, at, versions, compiled, members, left_out, known)


async def _known(
    world: World,
    plans: Plans,
    call: Call,
    pathway: Iri,
    learners: Sequence[Iri],
    supposed: Collection[str],
    besides: Sequence[Compiled],
) -> tuple[Known, Mapping[str, Plan]]:
    """Return what is known of the learners whom the asker may see, and the plans of all versions by digest."""
    compiled = plans.of(pathway) or await _compiled(world, plans, pathway)
    while True:
        wanted = [*compiled.values(), *besides]
        rows = await reading.rows(world, call, wanted, pathway=pathway, learners=learners, supposed=supposed)
        digests = {each.digest for each in reading.versions(rows)}
        if digests <= compiled.keys():
            break
        compiled = await _compiled(world, plans, pathway)  # another version was published meanwhile
    known = await asyncio.to_thread(reading.known, call, rows, wanted, pathway=pathway)
    return known, {each.plan.digest: each.plan for each in wanted}


async def _compiled(world: World, plans: Plans, pathway: Iri) -> Mapping[str, Compiled]:
    """Compile all published versions of a pathway, and keep them."""
    rows = await world.store.read("pathway/versions", id=pathway)
    compiled = dict[str, Compiled]()
    for row in rows:
        if (kept := plans.compiled.get(row["digest"])) is None:
            kept = await asyncio.to_thread(_compile, row)
        compiled[row["digest"]] = kept
    if compiled:
        plans.keep(pathway, compiled)
    return compiled


def _compile(row: Mapping[str, Any]) -> Compiled:
    below = {Iri(each["id"]): parse(json.loads(each["definition"])) for each in row["restsOn"]}
    return Compiled(compile_plan(parse(json.loads(row["definition"])), row["digest"], below), frozenset(below))
