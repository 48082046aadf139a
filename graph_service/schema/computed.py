"""Answers that are worked out, not read: progress and verification."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated

import strawberry
from strawberry.types.nodes import SelectedField, Selection

from graph_service.domain.dates import day_in_japan
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import After, Leaf, Ref, exact
from graph_service.domain.time import OPEN_END, Instant, Span, instant
from graph_service.endorse import report as reports
from graph_service.endorse.summary import summary
from graph_service.errors import InvalidInput, LimitExceeded, Problem
from graph_service.locale import sentence
from graph_service.pathway import explain, reasons
from graph_service.pathway import next_steps as steps
from graph_service.pathway.evaluate import percent
from graph_service.read.selection import MAX_PAGE_SIZE
from graph_service.schema import types
from graph_service.schema.shaped import Request
from graph_service.services import advising, comparing, trusting, verification, what_if
from graph_service.services import progress as service

Pathway = Annotated[strawberry.ID, strawberry.argument(description="The pathway.")]
PathwayVersion = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="One version to be judged by; if not given, the one that counts for the learner."),
]
At = Annotated[types.Instant | None, strawberry.argument(description="Instant to ask about; now if not given.")]
_HISTORY = {"everComplete", "everCompleteVersion"}
_VERIFICATION = 500
NEXT_STEPS = 500
"""What one costs of the budget of a request."""

CompletionState = types.CompletionState
ReasonCode = strawberry.enum(
    reasons.ReasonCode, name="ReasonCode", description="Why a requirement is open, nearest miss first."
)


@strawberry.type(description="An award that fills a leaf, and the endorsements that its guards asked for.")
class Witness:
    """An award that fills a leaf."""

    award: strawberry.ID = strawberry.field(description="The award.")
    achievement: strawberry.ID = strawberry.field(description="What it is an award of.")
    awarded_on: str = strawberry.field(
        description="The day of the award in Japan, `2026-07-01`; never the time of day."
    )
    endorsements: list[strawberry.ID] = strawberry.field(description="The endorsements that made it count.")
    accreditations: list[strawberry.ID] = strawberry.field(
        description="The accreditations of their endorsers that were asked for."
    )
    equivalences: list[strawberry.ID] = strawberry.field(
        description="The claims by which it counts, one after the other; none if it is of a target itself."
    )
    factor: str = strawberry.field(description="What share of the leaf it is worth in credits, as exact decimal text.")


@strawberry.type(description="A span of days in Japan.")
class Days:
    """A span of days."""

    since: str = strawberry.field(description="The first day, `2026-07-01`.")
    until: str = strawberry.field(description="The day on which it ends.")


@strawberry.type(description="One reason why a requirement is open.")
class Reason:
    """One reason why a requirement is open."""

    code: ReasonCode = strawberry.field(description="Stable code.")  # type: ignore[valid-type]
    message: str = strawberry.field(description="The reason as a sentence, in the interface language.")
    award: strawberry.ID | None = strawberry.field(description="The award that nearly counts.")
    endorsement: strawberry.ID | None = strawberry.field(description="The endorsement that nearly counts.")
    equivalence: strawberry.ID | None = strawberry.field(description="The claim of equivalence that nearly counts.")
    waiver: strawberry.ID | None = strawberry.field(description="The waiver that does not count.")
    node: str | None = strawberry.field(
        description="The requirement that comes first (LOCKED_BY, TOO_EARLY), or that the award fills (CONSUMED_BY)."
    )
    wanted: list[strawberry.ID] = strawberry.field(description="Profiles of which one or more would mend it.")


@strawberry.type(description="What a sum of credits needs and has, as exact decimal text.")
class CreditBalance:
    """What a sum of credits needs and has."""

    unit: str = strawberry.field(description="Unit of the credits.")
    required: str = strawberry.field(description="How many are needed.")
    earned: str = strawberry.field(description="How many the parts that hold are worth.")
    missing: str = strawberry.field(description="How many are still missing; `0` exactly if it holds.")


@strawberry.type(description="One requirement of the pathway version and how far it is.")
class ProofNode:
    """One requirement and how far it is."""

    names: strawberry.Private[LanguageMap | None]
    id: str = strawberry.field(
        description="The node's id within the version; below a reference that of its requirement, `<version>#<node>`."
    )
    kind: types.RequirementKind = strawberry.field(description="When it is met.")
    held: bool = strawberry.field(description="Whether it holds.")
    fraction: str = strawberry.field(description="Exact progress, e.g. `9/10`; `1` exactly if it holds.")
    required: int = strawberry.field(
        description="How many parts (of a leaf: awards) it needs; of credits, the fewest parts that can do."
    )
    filled: int = strawberry.field(description="How many of them hold.")
    missing: int = strawberry.field(description="How many more it needs; of credits, the fewest parts that can do.")
    credits: CreditBalance | None = strawberry.field(description="What it needs and has, if it adds up credits.")
    targets: list[strawberry.ID] = strawberry.field(description="Achievements of which an award fills it, of a leaf.")
    pathway_version: strawberry.ID | None = strawberry.field(description="The version that it refers to, if it does.")
    mode: types.PrerequisiteMode | None = strawberry.field(description="What its prerequisite means, if it has one.")
    locked_by: str | None = strawberry.field(description="The prerequisite that it waits for, if it does.")
    first_held: types.Instant | None = strawberry.field(
        description="Under STRICT: when the prerequisite first held; only awards from then on count."
    )
    window: Days | None = strawberry.field(description="The best window, if it asks for one: in which the awards lie.")
    waiver: strawberry.ID | None = strawberry.field(description="The waiver by which it holds, whatever is earned.")
    waived_until: types.Instant | None = strawberry.field(description="Until when that holds.")
    remembered: types.Instant | None = strawberry.field(
        description="Under AT_COMPLETION: the instant that is remembered, if it no longer holds by itself."
    )
    parts: list[str] = strawberry.field(
        description="Ids of its parts, a prerequisite first; a shared node stands in the list once."
    )
    witnesses: list[Witness] = strawberry.field(description="What fills it, if it is a leaf, or does so in part.")
    reasons: list[Reason] = strawberry.field(description="What keeps it open, nearest first.")

    @strawberry.field(description="Its name, if it has one.")
    def name(self, language: types.Language = None) -> str | None:
        """Return the name in a language."""
        return self.names.choose(language)[1] if self.names else None


@strawberry.type(description="An open leaf on which the learner may work now: what has to come first, holds.")
class NextStep:
    """An open leaf on which the learner may work now."""

    names: strawberry.Private[LanguageMap | None]
    node: str = strawberry.field(description="The leaf's id, as in the proof.")
    targets: list[strawberry.ID] = strawberry.field(description="Achievements of which an award fills it.")
    missing: int = strawberry.field(description="How many awards it still needs.")
    gain: str | None = strawberry.field(
        description="What share of the whole one more award brings at once, exact, e.g. `1/10`; null if not worked out."
    )
    until: types.Instant | None = strawberry.field(description="From when on awards no longer count for it.")
    planned: bool = strawberry.field(description="Whether it is part of the cheapest plan.")
    again: bool = strawberry.field(
        description="Whether there is an award, and another one is needed: a window has passed it by, or it is worth "
        "too little."
    )

    @strawberry.field(description="Its name, if it has one.")
    def name(self, language: types.Language = None) -> str | None:
        """Return the name in a language."""
        return self.names.choose(language)[1] if self.names else None


@strawberry.type(description="One award of the cheapest plan.")
class PlannedAward:
    """One award of the cheapest plan."""

    achievement: strawberry.ID = strawberry.field(description="What would be earned; other targets may do as well.")
    nodes: list[str] = strawberry.field(description="The leaves that it helps to fill.")


@strawberry.type(description="What to work on now, and the fewest further awards that would complete the pathway.")
class NextSteps:
    """What to work on now, and the cheapest plan for all that is left."""

    frontier: list[NextStep] = strawberry.field(description="The leaves to work on now, what brings most first.")
    plan: list[PlannedAward] = strawberry.field(description="The cheapest plan; empty if there is none.")
    required: int | None = strawberry.field(description="How many awards completion by that plan takes.")
    held: int = strawberry.field(description="How many of them are there.")
    remaining: int | None = strawberry.field(
        description="How many are not; null if no further award can complete the pathway."
    )
    exact: bool = strawberry.field(
        description="Whether no fewer will do; else `remaining` is an estimate, and fewer may."
    )


@strawberry.type(description="How far one learner is toward one pathway version at one instant.")
class Progress:
    """How far one learner is toward a pathway."""

    of: strawberry.Private[service.Progress]

    @strawberry.field(description="The pathway.")
    def pathway(self) -> strawberry.ID:
        """Return the pathway."""
        return strawberry.ID(self.of.pathway)

    @strawberry.field(description="The version that the answer is about: the one that was asked, or counts.")
    def pathway_version(self) -> strawberry.ID:
        """Return the version."""
        return strawberry.ID(self.of.pathway_version)

    @strawberry.field(description="How the version that counts was chosen, as the learner's enrolment says.")
    def policy(self) -> types.EnrolmentPolicy:
        """Return the policy."""
        return self.of.policy

    @strawberry.field(description="The learner.")
    def learner(self) -> strawberry.ID:
        """Return the learner."""
        return strawberry.ID(self.of.learner)

    @strawberry.field(description="The instant that the answer is about.")
    def at(self) -> types.Instant:
        """Return the instant."""
        return types.Instant(self.of.at)

    @strawberry.field(description="Whether it is complete at that instant.")
    def state(self) -> CompletionState:
        """Return the state."""
        return self.of.state

    @strawberry.field(description="Whole percent, rounded down; 100 only if complete.")
    def percentage(self) -> int:
        """Return the percentage."""
        return self.of.percentage

    @strawberry.field(description="Exact progress, e.g. `9/10`; `1` exactly if complete.")
    def fraction(self) -> str:
        """Return the fraction as text: its numbers may be larger than GraphQL's."""
        return str(self.of.fraction)

    @strawberry.field(description="What the percentage would be if all were good that could not be checked.")
    def upper_percentage(self) -> int:
        """Return the percentage."""
        return percent(self.of.upper)

    @strawberry.field(
        description="If it DEPENDS: endorsements, awards and claims that could not be checked, with which it is "
        "complete, none of them needless."
    )
    async def depends_on(self) -> list[strawberry.ID]:
        """Work out what it depends on, beside the event loop."""
        return _ids(await asyncio.to_thread(lambda: self.of.depends_on))

    @strawberry.field(
        description="The first instant at which it was complete, in any version that was ever open to the learner; "
        "null if it never was. What was voided never counted."
    )
    def ever_complete(self) -> types.Instant | None:
        """Return since when."""
        first = self.of.ever_complete
        return types.Instant(first) if first else None

    @strawberry.field(
        description="The version that was complete then. If it is another one than `pathwayVersion`, the learner need "
        "never have been complete under the rules by which they are judged now."
    )
    def ever_complete_version(self) -> strawberry.ID | None:
        """Return the version."""
        return _id(self.of.ever_complete_version)

    @strawberry.field(description="Whether it is complete at the instant asked about.")
    def currently_complete(self) -> bool:
        """Tell whether it is complete."""
        return self.of.complete

    @strawberry.field(description="The proof: every requirement once, parts before wholes, the root last.")
    async def nodes(self, info: Request) -> list[ProofNode]:
        """Work out the proof, beside the event loop. Of a cohort every one is paid for."""
        info.context.budget.spend(len(self.of.plan.nodes))
        return await asyncio.to_thread(lambda: [_node(node, info.context.language) for node in self.of.nodes])

    @strawberry.field(
        description="What to do next, by what could be checked. A leaf is listed only if an award that is made now, in "
        "the newest version of an achievement, may count: what others must have said of the achievement or of its "
        "issuer is there already."
    )
    async def next_steps(
        self,
        info: Request,
        limit: Annotated[int, strawberry.argument(description="How many leaves to list, at most 100.")] = 20,
    ) -> NextSteps:
        """Work out what to do next, beside the event loop. Of a cohort every one is paid for."""
        info.context.budget.spend(NEXT_STEPS)
        (found,) = await advising.next_steps(info.context.world, [self.of])
        return NextSteps(
            frontier=[step(each) for each in found.frontier[: limited(limit)]],
            plan=[
                PlannedAward(achievement=strawberry.ID(each.achievement), nodes=list(each.nodes)) for each in found.plan
            ],
            required=found.required,
            held=found.held,
            remaining=found.remaining,
            exact=found.exact,
        )


def step(found: steps.NextStep) -> NextStep:
    """Show a next step."""
    return NextStep(
        names=found.name,
        node=found.node,
        targets=_ids(found.targets),
        missing=found.missing,
        gain=None if found.gain is None else str(found.gain),
        until=_instant(found.until),
        planned=found.planned,
        again=found.again,
    )


def _node(node: explain.ProofNode, language: str) -> ProofNode:
    return ProofNode(
        names=node.node.name,
        id=node.node.id,
        kind=node.node.kind,
        held=node.complete,
        fraction=str(node.progress),
        required=node.required,
        filled=node.held,
        missing=node.missing,
        credits=_balance(node.balance) if node.balance else None,
        targets=_ids(node.node.targets) if isinstance(node.node, Leaf) else [],
        pathway_version=_id(node.node.pathway_version) if isinstance(node.node, Ref) else None,
        mode=node.node.mode if isinstance(node.node, After) else None,
        locked_by=node.locked_by,
        first_held=_instant(node.first_held),
        window=_days(node.window) if node.window else None,
        waiver=_id(node.waived.id) if node.waived else None,
        waived_until=_instant(node.waived.span.until) if node.waived else None,
        remembered=_instant(node.remembered),
        parts=list(node.parts),
        witnesses=[
            Witness(
                award=strawberry.ID(w.award),
                achievement=strawberry.ID(w.achievement),
                awarded_on=day_in_japan(w.awarded_at),
                endorsements=_ids(w.endorsements),
                accreditations=_ids(w.accreditations),
                equivalences=_ids(w.equivalences),
                factor=exact(w.factor),
            )
            for w in node.witnesses
        ],
        reasons=[_reason(reason, language) for reason in node.reasons],
    )


def _ids(given: Iterable[Iri]) -> list[strawberry.ID]:
    return [strawberry.ID(each) for each in given]


def _id(given: Iri | None) -> strawberry.ID | None:
    return strawberry.ID(given) if given else None


def _instant(at: Instant | None) -> types.Instant | None:
    return types.Instant(at) if at and at != OPEN_END else None


def _days(span: Span) -> Days:
    return Days(since=day_in_japan(span.since), until=day_in_japan(span.until))


def _balance(balance: explain.Balance) -> CreditBalance:
    return CreditBalance(
        unit=balance.unit,
        required=exact(balance.required),
        earned=exact(balance.earned),
        missing=exact(balance.missing),
    )


def _reason(reason: reasons.Reason, language: str) -> Reason:
    return Reason(
        code=reason.code,
        message=sentence(Problem(f"REASON_{reason.code}", reason.values), language)[0],
        award=_id(reason.award),
        endorsement=_id(reason.endorsement),
        equivalence=_id(reason.equivalence),
        waiver=_id(reason.waiver),
        node=reason.node,
        wanted=_ids(reason.wanted),
    )


@strawberry.type(description="One thing that was looked at when verifying.")
class Check:
    """One thing that was looked at."""

    name: str = strawberry.field(
        description="What was checked: document, key, proof, issuer, dates, status, subject, hosted."
    )
    outcome: types.Outcome = strawberry.field(description="What it came to.")
    code: str = strawberry.field(description="Stable code.")
    message: str = strawberry.field(description="The finding as a sentence, in the interface language.")
    hint: str = strawberry.field(description="What to do next; empty if nothing is to be done.")
    path: list[str] = strawberry.field(description="The place in the document.")


@strawberry.type(description="What is known of a credential: separate conclusions, never one yes or no.")
class VerificationReport:
    """What is known of a credential."""

    id: str = strawberry.field(description="The credential's id, as it says itself.")
    issuer: str = strawberry.field(description="Its issuer, as it says itself.")
    name: str | None = strawberry.field(description="What it is called, or the badge in it, as it says itself.")
    issuer_name: str | None = strawberry.field(description="What its issuer is called, as it says itself.")
    verdict: types.Verdict = strawberry.field(
        description="All of the conclusions in one word, with those on what is embedded. Trust is no part of it."
    )
    authentic: types.Outcome = strawberry.field(description="Whether that issuer signed all of it.")
    current: types.Outcome = strawberry.field(description="Whether it holds at the instant asked about.")
    about_subject: types.Outcome = strawberry.field(description="Whether it speaks of what it is embedded in.")
    trusted: bool | None = strawberry.field(
        description="Whether it is authentic and its issuer in the trust list asked about; null if none was."
    )
    hosted: types.Outcome | None = strawberry.field(
        description="Of an unsigned badge (Open Badges 2.0): whether the issuer's own site says the same. "
        "Less than authentic; null of every other."
    )
    checks: list[Check] = strawberry.field(description="Everything that was looked at.")
    embedded: list[VerificationReport] = strawberry.field(description="Endorsements inside, each verified for itself.")


def _report(found: verification.Report, language: str) -> VerificationReport:
    said = summary(found.document, language)
    return VerificationReport(
        id=found.id,
        issuer=found.issuer,
        name=said.name or said.achievement_name or None,
        issuer_name=said.issuer_name or None,
        verdict=found.verdict,
        authentic=found.authentic,
        current=found.current,
        about_subject=found.about_subject,
        trusted=found.trusted,
        hosted=found.hosted,
        checks=[_check(check, language) for check in found.checks],
        embedded=[_report(each, language) for each in found.embedded],
    )


def _check(check: reports.Check, language: str) -> Check:
    message, hint = sentence(check.problem, language)
    return Check(
        name=check.name,
        outcome=check.outcome,
        code=check.code,
        message=message,
        hint=hint,
        path=[str(step) for step in check.path],
    )


@strawberry.type
class ComputedQuery:
    """Root fields that are worked out."""

    @strawberry.field(
        description="How far a learner is: for the learner, for whom the learner consented to, and for OPERATOR."
    )
    async def progress(
        self,
        info: Request,
        pathway: Pathway,
        learner: Annotated[strawberry.ID, strawberry.argument(description="The learner.")],
        at: At = None,
        version: PathwayVersion = None,
    ) -> Progress:
        """Return the progress of a learner."""
        found = await service.progress(
            info.context.world,
            info.context.plans,
            info.context.call(),
            pathway=pathway,
            learner=learner,
            at=asked_at(at),
            version=version,
        )
        await worked_out(info, found)
        return Progress(of=found)

    @strawberry.field(
        description="Verify a credential, ours or foreign. What is said of it by others (keys, status) is looked up."
    )
    async def verify(
        self,
        info: Request,
        document: Annotated[
            str | None, strawberry.argument(description="The signed credential, byte for byte.")
        ] = None,
        credential: Annotated[
            strawberry.ID | None, strawberry.argument(description="Instead: the id of one that is kept here.")
        ] = None,
        url: Annotated[
            str | None, strawberry.argument(description="Instead: the https address at which one lies.")
        ] = None,
        at: Annotated[
            types.Instant | None, strawberry.argument(description="Instant at which to judge; now if not given.")
        ] = None,
        trusted_by: Annotated[
            strawberry.ID | None, strawberry.argument(description="A profile: is the issuer in its trust list?")
        ] = None,
    ) -> VerificationReport:
        """Return what is known of a credential."""
        if [document, credential, url].count(None) != 2:
            raise InvalidInput(Problem("ONE_OF_ARGUMENTS", {"names": "document, credential, url"}))
        info.context.budget.spend(_VERIFICATION)
        sources, judged_at = info.context.sources, asked_at(at) or info.context.at
        trusted = None
        if trusted_by is not None:
            trusted = await trusting.listed(info.context.world, iri(trusted_by, ("trustedBy",)), judged_at)
        if document is not None:
            found = await verification.verify(sources, document.encode(), judged_at, trusted=trusted)
        elif url is not None:
            found = await verification.verify_at(sources, url, judged_at, trusted=trusted)
        else:
            kept, call = Iri(str(credential)), info.context.call()
            found = await verification.verify_held(sources, call, kept, judged_at, trusted=trusted)
        return _report(found, info.context.language)


async def worked_out(
    info: Request, found: service.Progress | service.Cohort | what_if.WhatIf | comparing.DryRun
) -> None:
    """Evaluate beside the event loop, with the histories if those are asked for."""
    histories = not _HISTORY.isdisjoint(_names(info.selected_fields))
    await asyncio.to_thread(found.work_out, histories=histories)


def _names(selections: Iterable[Selection]) -> set[str]:
    """Return the names of all fields that are asked for below."""
    found: set[str] = set()
    for each in selections:
        found |= {each.name} | _names(each.selections) if isinstance(each, SelectedField) else _names(each.selections)
    return found


def limited(limit: int) -> int:
    """Return how many to list. Raises InvalidInput (PAGE_SIZE_NEGATIVE) and LimitExceeded."""
    if limit < 0:
        raise InvalidInput(Problem("PAGE_SIZE_NEGATIVE", {"size": limit}, ("limit",)))
    if limit > MAX_PAGE_SIZE:
        raise LimitExceeded("page size", MAX_PAGE_SIZE, ("limit",))
    return limit


def asked_at(text: str | None) -> Instant | None:
    """Read the instant to ask about; None if none is given. Raises InvalidInput."""
    return None if text is None else instant(text, ("at",))
