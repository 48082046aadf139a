"""How far learners are toward a pathway: one statement for the facts, a pure function for the answer.

A learner is a cohort of one. Seen are one's own progress, that of learners who consented to a profile one reads for,
and for OPERATOR everybody's; whoever is left out is counted, and cannot be told from somebody who does not exist.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from graph_service.domain.endorsement import Ended, Kind, Standing, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway_json import parse
from graph_service.domain.time import Instant, Span
from graph_service.errors import InvalidInput, NotFound, Problem
from graph_service.pathway.evaluate import Completion, CompletionState, History, evaluate, history, percent
from graph_service.pathway.explain import ProofNode, explain
from graph_service.pathway.facts import Award, Endorsement, Facts, by_target
from graph_service.pathway.plan import Plan, compile_plan
from graph_service.services.call import Call, World

_PLANS = 500
MAX_LEARNERS = 5_000
"""How many learners one question may be about: their facts are read by one statement."""


@dataclass
class Plans:
    """Compiled pathway versions by digest, and which version of a pathway was the newest when last seen.

    A version never changes, so a plan is never wrong; that another version is the newest now, the facts say.
    """

    newest: OrderedDict[Iri, str] = field(default_factory=OrderedDict)
    compiled: OrderedDict[str, Plan] = field(default_factory=OrderedDict)

    def get(self, pathway: Iri) -> Plan | None:
        """Return the plan of the version that was the newest when last seen."""
        digest = self.newest.get(pathway, "")
        if digest in self.compiled:
            self.compiled.move_to_end(digest)
        return self.compiled.get(digest)

    def keep(self, pathway: Iri, plan: Plan) -> Plan:
        """Keep a plan; the one that was not asked for longest makes room."""
        self.newest[pathway] = plan.digest
        self.compiled[plan.digest] = plan
        for kept in (self.newest, self.compiled):
            if len(kept) > _PLANS:
                kept.popitem(last=False)
        return plan


@dataclass(frozen=True)
class Progress:
    """The progress of one learner at one instant. History and proof are worked out when somebody asks for them."""

    pathway: Iri
    pathway_version: Iri
    learner: Iri
    at: Instant
    plan: Plan
    facts: Facts

    @cached_property
    def completion(self) -> Completion:
        """The state of every node."""
        return evaluate(self.plan, self.facts, self.at)

    @cached_property
    def history(self) -> History:
        """Since when the pathway was ever complete, and whether it is now."""
        return history(self.plan, self.facts, self.at)

    @property
    def state(self) -> CompletionState:
        """COMPLETE or NOT."""
        return self.completion.state

    @property
    def fraction(self) -> Fraction:
        """Exact progress; 1 exactly if complete."""
        return self.completion.progress

    @property
    def percentage(self) -> int:
        """Whole percent, rounded down."""
        return percent(self.fraction)

    @cached_property
    def nodes(self) -> tuple[ProofNode, ...]:
        """The proof: every node once, with witnesses or reasons."""
        return explain(self.plan, self.facts, self.completion).nodes


@dataclass(frozen=True)
class Cohort:
    """The progress of several learners toward one pathway version at one instant, in the order they were asked for.

    `left_out` are those without consent, and those that do not exist.
    """

    pathway: Iri
    pathway_version: Iri
    at: Instant
    plan: Plan
    members: tuple[Progress, ...]
    left_out: tuple[Iri, ...]
    newest: Mapping[Iri, int]
    """Of the achievements that were asked about besides: the number of the newest version."""

    @property
    def complete(self) -> int:
        """How many members are complete."""
        return sum(member.state is CompletionState.COMPLETE for member in self.members)

    @cached_property
    def held(self) -> tuple[int, ...]:
        """How many members hold each node of the plan."""
        return tuple(sum(each.completion.holds(node) for each in self.members) for node in range(len(self.plan.nodes)))

    def work_out(self, *, histories: bool) -> None:
        """Evaluate every member now, e.g. beside the event loop, rather than when somebody looks."""
        for member in self.members:
            _ = member.completion
            if histories:
                _ = member.history

    def supposing(self, endorsements: Sequence[Endorsement]) -> Cohort:
        """Return the same cohort with more endorsements."""
        supposed = (replace(each, facts=each.facts.supposing(endorsements=endorsements)) for each in self.members)
        return replace(self, members=tuple(supposed))


async def progress(
    world: World, plans: Plans, call: Call, *, pathway: str, learner: str, at: Instant | None = None
) -> Progress:
    """Return how far a learner is. To those who may not know, there is no such learner (NotFound)."""
    asked = await cohort(world, plans, call, pathway=pathway, learners=[learner], at=at)
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
    achievements: Collection[str] = (),
) -> Cohort:
    """Return how far those of `learners` are whom the asker may see; somebody named twice counts once.

    Consent is judged at the instant of the request, whatever instant is asked about. Raises InvalidInput
    (NO_LEARNERS, TOO_MANY_LEARNERS) and NotFound for the pathway.
    """
    asked = list(dict.fromkeys(Iri(learner) for learner in learners))
    if not asked:
        raise InvalidInput(Problem("NO_LEARNERS", {}, ("learners",)))
    if len(asked) > MAX_LEARNERS:
        values = {"count": len(asked), "limit": MAX_LEARNERS}
        raise InvalidInput(Problem("TOO_MANY_LEARNERS", values, ("learners",)))
    question = {"readers": call.principal.readers(call.at), "supposed": sorted(achievements), "learners": asked}
    plan = plans.get(Iri(pathway)) or plans.keep(Iri(pathway), await _plan(world, pathway))
    while True:
        rows = await _facts(world, plan, pathway, question)
        version = next((row for row in rows if "version" in row), None)
        if version is not None and version["digest"] == plan.digest:
            break
        plan = plans.keep(Iri(pathway), await _plan(world, pathway))  # another version was published meanwhile
    shared = by_target(_endorsement(row) for row in rows if "endorsement" in row)
    seen = {row["learner"]: row["awards"] for row in rows if "learner" in row and _may_see(call, row)}
    number, instant = Iri(version["version"]), at or call.at
    members = (
        Progress(Iri(pathway), number, each, instant, plan, Facts(tuple(_award(row) for row in seen[each]), shared))
        for each in asked
        if each in seen
    )
    return Cohort(
        pathway=Iri(pathway),
        pathway_version=number,
        at=instant,
        plan=plan,
        members=tuple(members),
        left_out=tuple(each for each in asked if each not in seen),
        newest={row["achievement"]: row["newest"] for row in rows if "newest" in row},
    )


def _may_see(call: Call, row: Mapping[str, Any]) -> bool:
    """Tell whether the asker may know the progress of a learner: the own one, with consent, or all of them."""
    consented = any(Span(each["since"], each["until"]).holds(call.at) for each in row["consents"])
    return consented or row["learner"] == call.principal.learner or call.principal.operates(call.at)


async def _plan(world: World, pathway: str) -> Plan:
    rows = await world.store.read("pathway/current", id=pathway)
    if not rows:
        raise NotFound("pathway", pathway, ("pathway",))
    referenced = {Iri(each["id"]): parse(json.loads(each["definition"])) for each in rows[0]["restsOn"]}
    return compile_plan(parse(json.loads(rows[0]["definition"])), rows[0]["digest"], referenced)


async def _facts(world: World, plan: Plan, pathway: str, question: Mapping[str, object]) -> list[Any]:
    endorsers = sorted(plan.endorsers)
    return await world.store.read(
        "facts/progress",
        pathwayId=pathway,
        achievements=sorted(plan.achievements),
        endorsers=endorsers if TargetType.ACHIEVEMENT in plan.target_types else [],
        endorsersOfIssuers=endorsers if TargetType.PROFILE in plan.target_types else [],
        endorsersOfAwards=endorsers if TargetType.AWARD in plan.target_types else [],
        **question,
    )


def _award(row: Mapping[str, Any]) -> Award:
    return Award(
        id=row["id"],
        achievement=row["achievement"],
        issuer=row["issuer"],
        awarded_at=row["awardedAt"],
        span=Span(row["since"], row["until"]),
        number=row["number"],
        ended=Ended(row["ended"]) if row["ended"] else None,
        reason=row["reason"],
        endorsements=tuple(map(_endorsement, row["endorsements"])),
    )


def _endorsement(row: Mapping[str, Any]) -> Endorsement:
    return Endorsement(
        id=row["endorsement"],
        kind=Kind(row["kind"]),
        endorser=row["endorser"],
        target=row["target"],
        span=Span(row["since"], row["until"]),
        number=row["number"],
        ended=Ended(row["ended"]) if row["ended"] else None,
        reason=row["reason"],
        standing=Standing(row["standing"] or Standing.OWN),
    )
