"""Completions judged anew: the progress of some learners as it is now, and what that means for the output.

Whether the owner of a pathway may learn of a completion decides whether there is an output (decision 24): it may if its
own awards alone complete the pathway, or the learner chose to enrol, or lets it see progress.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from graph_service.domain.completion import Review
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Issue, Output
from graph_service.domain.pathway_json import parse
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.domain.sorting import by_date
from graph_service.domain.time import OPEN_END, OPEN_START, Instant, Span
from graph_service.pathway.counting import Reach, reach
from graph_service.pathway.evaluate import CompletionState
from graph_service.pathway.facts import Facts
from graph_service.pathway.reasons import DISTANCE, ReasonCode
from graph_service.services.access import service_profile
from graph_service.services.call import Call, World
from graph_service.services.progress import Cohort, Plans, Progress, cohort

JUDGE = Iri("urn:graph-service:judge")
"""Who judges completions and awards outputs: nobody asks for that, what happened does. No sign-in leads here."""

_OUTPUTS = 500


@dataclass
class Memory:
    """What one process remembers between two rounds; all of it may be forgotten."""

    plans: Plans = field(default_factory=Plans)
    outputs: OrderedDict[str, Output | None] = field(default_factory=OrderedDict)


@dataclass(frozen=True)
class Judged:
    """A completion as it is at the instant of `member`. `owner`: of the pathway, who awards the output."""

    id: Iri
    version: int
    owner: Iri
    member: Progress
    output: Output | None
    matter: Mapping[str, Any]
    exists: bool  # there is a first fact, or an enrolment
    next_change: Instant

    @property
    def lapsed(self) -> bool:
        """Tell whether the basis does not hold; what depends on something unknown has not lapsed."""
        return self.member.state is CompletionState.NOT

    @property
    def decided(self) -> Mapping[str, Any] | None:
        """What was decided about the output of this version; else, unless another is to be decided, the last time."""
        decisions: list[Mapping[str, Any]] = sorted(self.matter["decided"], key=lambda each: each["at"])
        own = [each for each in decisions if each["pathwayVersion"] == self.member.pathway_version]
        if own or self._open is not None:
            return own[0] if own else None
        return decisions[-1] if decisions else None

    @cached_property
    def review(self) -> Review | None:
        """What becomes of the output. PENDING under AUTO: it is to be awarded now."""
        return Review(self.decided["review"]) if self.decided else self._open

    @cached_property
    def _open(self) -> Review | None:
        """What would become of the output if nothing had been decided."""
        if self.output is None or self.output.issue is Issue.OFF or not self.member.complete or self._holds_one:
            return None
        return Review.PENDING if self.told.complete else Review.WAITS_FOR_CONSENT

    @cached_property
    def told(self) -> Progress:
        """What an output may tell the owner: everything, if the learner chose so, else what its own awards come to."""
        enrolled = [each for each in self.matter["enrolments"] if each["byLearner"]]
        if any_holds([*self.matter["consents"], *enrolled], self.member.at):
            return self.member
        return replace(alone(self.owner, self.member), versions=(self.member.version,))

    @property
    def _holds_one(self) -> bool:
        held = (each for each in self.matter["held"] if self.output and each["achievement"] == self.output.achievement)
        return any_holds(held, self.member.at)

    @property
    def reason(self) -> ReasonCode:
        """The nearest miss of all requirements that are open."""
        found = (reason.code for node in self.member.nodes for reason in node.reasons)
        return min(found, key=lambda code: DISTANCE[code], default=ReasonCode.NOT_HELD)

    def kept(self) -> dict[str, object]:
        """Return what is kept of it."""
        member, decided = self.member, self.decided or {}
        matters = self.review in (Review.PENDING, Review.AWARDED, Review.DECLINED)
        first = (self.told if matters else member).ever_complete  # the owner sees in which order completions stand
        return {
            "versionId": member.pathway_version,
            "digest": member.version.digest,
            "judgedAt": member.at,
            "state": member.state,
            "fraction": str(member.fraction),
            "percentage": member.percentage,
            "everComplete": member.ever_complete,
            "nextChange": self.next_change,
            "review": self.review,
            "awardId": decided.get("award"),
            "reason": decided.get("reason"),
            "skDate": by_date(first or decided.get("at", OPEN_START), self.id),
            "readers": [member.learner, *([self.owner] if matters else [])],
        }


def alone(owner: Iri, member: Progress) -> Progress:
    """Return the progress that it would be by the awards of the pathway's owner alone."""
    own = tuple(award for award in member.facts.awards if award.issuer == owner)
    return replace(member, facts=replace(member.facts, awards=own))


def judging(world: World, at: Instant) -> Call:
    """Return the call in which completions are judged: it sees what everybody holds."""
    return Call(Principal(JUDGE, (Membership(Role.OPERATOR, service_profile(world), Span(at)),)), at)


def issuing_for(owner: Iri, at: Instant, key: str | None = None) -> Call:
    """Return the call in which an output is awarded or marked for the owner of a pathway; `key`: for idempotency."""
    return Call(Principal(JUDGE, (Membership(Role.ISSUER, owner, Span(at)),)), at, idempotency_key=key)


async def judge(
    world: World, memory: Memory, pathway: Iri, rows: Sequence[Mapping[str, Any]], at: Instant
) -> list[Judged]:
    """Judge completions of one pathway. `rows`: id, version, learner and owner of each; a few statements in all."""
    learners = [row["learner"] for row in rows]
    found = await cohort(world, memory.plans, judging(world, at), pathway=pathway, learners=learners, at=at)
    await asyncio.to_thread(found.work_out, histories=True)
    outputs = await _outputs(world, memory, found.members)
    known = await world.store.read(
        "output/matters",
        pathway=pathway,
        owner=rows[0]["owner"],
        learners=learners,
        achievements=sorted({each.achievement for each in outputs.values() if each}),
    )
    by_learner, matters = {row["learner"]: row for row in rows}, {row["learner"]: row for row in known}

    def judged() -> list[Judged]:
        shared = _shared(found, at)
        made = [
            _judged(by_learner[member.learner], member, outputs[member.version.digest], matters[member.learner], shared)
            for member in found.members
        ]
        for each in made:
            _ = each.kept()
        return made

    return await asyncio.to_thread(judged)


def _judged(
    row: Mapping[str, Any], member: Progress, output: Output | None, matter: Mapping[str, Any], shared: _Shared
) -> Judged:
    begun = any(each.leaves(award) for award in member.facts.awards for each in shared.reached)
    return Judged(
        id=row["id"],
        version=row["version"],
        owner=row["owner"],
        member=member,
        output=output,
        matter=matter,
        exists=begun or bool(matter["enrolments"]),
        next_change=min((shared.next_change, *_changes(_spans(member.facts, matter), member.at))),
    )


@dataclass(frozen=True)
class _Shared:
    """What is the same for all learners of a pathway: which awards count at all, and when something may change."""

    reached: Sequence[Reach] = ()
    next_change: Instant = OPEN_END


def _shared(found: Cohort, at: Instant) -> _Shared:
    if not found.members:
        return _Shared()
    facts = found.members[0].facts
    spans = [each.span for several in facts.endorsements.values() for each in several]
    spans += [each.span for each in facts.equivalences]
    spans += [span for each in found.versions for span in (each.span, Span(each.closed_from))]
    reached = [reach(plan, facts.equivalences) for plan in found.plans.values()]
    return _Shared(reached, min(_changes(spans, at), default=OPEN_END))


def _spans(facts: Facts, matter: Mapping[str, Any]) -> Iterator[Span]:
    """Yield the spans of what is known of one learner."""
    for award in facts.awards:
        yield award.span
        yield from award.suspensions
        yield from (each.span for each in award.endorsements)
    yield from (each.span for each in facts.waivers)
    kept = (*matter["consents"], *matter["enrolments"], *matter["held"])
    yield from (Span(each["since"], each["until"]) for each in kept)


def _changes(spans: Iterable[Span], at: Instant) -> Iterator[Instant]:
    """Yield the instants after `at` at which a span begins or ends."""
    return (moment for span in spans for moment in (span.since, span.until) if moment > at)


async def _outputs(world: World, memory: Memory, members: Iterable[Progress]) -> Mapping[str, Output | None]:
    """Return the output of each version that a member is judged under, by its digest."""
    versions = {member.version.digest: member.pathway_version for member in members}
    missing = sorted(version for digest, version in versions.items() if digest not in memory.outputs)
    for row in await world.store.read("output/definitions", ids=missing) if missing else []:
        memory.outputs[row["digest"]] = parse(json.loads(row["definition"])).output
    found = {digest: memory.outputs[digest] for digest in versions}
    while len(memory.outputs) > _OUTPUTS:
        memory.outputs.popitem(last=False)
    return found


def any_holds(spans: Iterable[Mapping[str, Any]], at: Instant) -> bool:
    """Tell whether any of the spans, as they are stored, holds at an instant."""
    return any(Span(each["since"], each["until"]).holds(at) for each in spans)
