"""How far a learner is toward a pathway: one statement for the facts, a pure function for the answer."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from graph_service.domain.endorsement import Ended, Kind, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import parse
from graph_service.domain.time import Instant, Span
from graph_service.errors import NotFound
from graph_service.pathway.evaluate import Completion, CompletionState, History, evaluate, history, percent
from graph_service.pathway.explain import ProofNode, explain
from graph_service.pathway.facts import Award, Endorsement, Facts, by_target
from graph_service.pathway.plan import Plan, compile_plan
from graph_service.services.call import Call, World

_PLANS = 500


@dataclass
class Plans:
    """Compiled pathway versions by digest, and which version of a pathway was the newest when last seen.

    A version never changes, so a plan is never wrong; that another version is the newest now, the facts say.
    """

    newest: dict[Iri, str] = field(default_factory=dict)
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
        if len(self.compiled) > _PLANS:
            dropped, _ = self.compiled.popitem(last=False)
            self.newest = {each: digest for each, digest in self.newest.items() if digest != dropped}
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


async def progress(
    world: World, plans: Plans, call: Call, *, pathway: str, learner: str, at: Instant | None = None
) -> Progress:
    """Return how far a learner is (the learner, or OPERATOR). To everybody else there is no such learner."""
    if call.principal.learner != learner and not call.principal.operates(call.at):
        raise NotFound("learner", learner, ("learner",))
    plan = plans.get(Iri(pathway)) or plans.keep(Iri(pathway), await _plan(world, pathway))
    rows = await _facts(world, plan, pathway, [learner])
    version = next((row for row in rows if "version" in row), None)
    if version is None or version["digest"] != plan.digest:  # another version was published meanwhile
        plan = plans.keep(Iri(pathway), await _plan(world, pathway))
        rows = await _facts(world, plan, pathway, [learner])
        version = next(row for row in rows if "version" in row)
    shared = by_target(_endorsement(row) for row in rows if "endorsement" in row)
    held = next((row["awards"] for row in rows if "learner" in row), None)
    if held is None:
        raise NotFound("learner", learner, ("learner",))
    facts = Facts(tuple(_award(row) for row in held), shared)
    return Progress(Iri(pathway), Iri(version["version"]), Iri(learner), at or call.at, plan, facts)


async def _plan(world: World, pathway: str) -> Plan:
    rows = await world.store.read("pathway/current", id=pathway)
    if not rows:
        raise NotFound("pathway", pathway, ("pathway",))
    return compile_plan(parse(json.loads(rows[0]["definition"])), rows[0]["digest"])


async def _facts(world: World, plan: Plan, pathway: str, learners: Sequence[str]) -> list[Any]:
    endorsers = sorted(plan.endorsers)
    return await world.store.read(
        "facts/progress",
        pathwayId=pathway,
        achievements=sorted(plan.achievements),
        endorsers=endorsers if TargetType.ACHIEVEMENT in plan.target_types else [],
        endorsersOfIssuers=endorsers if TargetType.PROFILE in plan.target_types else [],
        endorsersOfAwards=endorsers if TargetType.AWARD in plan.target_types else [],
        learners=list(learners),
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
        endorsements=tuple(_endorsement(e) for e in row["endorsements"]),
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
    )
