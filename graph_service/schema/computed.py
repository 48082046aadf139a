"""Answers that are worked out, not read: progress and verification."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_service.domain.dates import day_in_japan
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import Leaf, Ref, exact
from graph_service.domain.time import Instant, instant
from graph_service.endorse import report as reports
from graph_service.endorse.summary import summary
from graph_service.errors import InvalidInput, Problem
from graph_service.locale import sentence
from graph_service.pathway import evaluate, explain, guards
from graph_service.schema import types
from graph_service.schema.shaped import Request
from graph_service.services import progress as service
from graph_service.services import trusting, verification

Pathway = Annotated[strawberry.ID, strawberry.argument(description="The pathway, in its newest version.")]
At = Annotated[types.Instant | None, strawberry.argument(description="Instant to ask about; now if not given.")]
_VERIFICATION = 500
"""What one costs of the budget of a request."""

CompletionState = strawberry.enum(
    evaluate.CompletionState, name="CompletionState", description="Whether the root of a pathway holds."
)
ReasonCode = strawberry.enum(
    guards.ReasonCode, name="ReasonCode", description="Why a leaf is open, nearest miss first."
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


@strawberry.type(description="One reason why a leaf is open.")
class Reason:
    """One reason why a leaf is open."""

    code: ReasonCode = strawberry.field(description="Stable code.")  # type: ignore[valid-type]
    message: str = strawberry.field(description="The reason as a sentence, in the interface language.")
    award: strawberry.ID | None = strawberry.field(description="The award that nearly counts.")
    endorsement: strawberry.ID | None = strawberry.field(description="The endorsement that nearly counts.")
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
    parts: list[str] = strawberry.field(description="Ids of its parts; a shared node stands in the list once.")
    witnesses: list[Witness] = strawberry.field(description="What fills it, if it is a leaf that holds.")
    reasons: list[Reason] = strawberry.field(description="What keeps it open, if it is a leaf that does not hold.")

    @strawberry.field(description="Its name, if it has one.")
    def name(self, language: types.Language = None) -> str | None:
        """Return the name in a language."""
        return self.names.choose(language)[1] if self.names else None


@strawberry.type(description="How far one learner is toward one pathway version at one instant.")
class Progress:
    """How far one learner is toward a pathway."""

    of: strawberry.Private[service.Progress]

    @strawberry.field(description="The pathway.")
    def pathway(self) -> strawberry.ID:
        """Return the pathway."""
        return strawberry.ID(self.of.pathway)

    @strawberry.field(description="The version that was asked: the newest.")
    def pathway_version(self) -> strawberry.ID:
        """Return the version."""
        return strawberry.ID(self.of.pathway_version)

    @strawberry.field(description="The learner.")
    def learner(self) -> strawberry.ID:
        """Return the learner."""
        return strawberry.ID(self.of.learner)

    @strawberry.field(description="The instant that the answer is about.")
    def at(self) -> types.Instant:
        """Return the instant."""
        return types.Instant(self.of.at)

    @strawberry.field(description="COMPLETE or NOT at that instant.")
    def state(self) -> CompletionState:  # type: ignore[valid-type]
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

    @strawberry.field(
        description="The first instant at which it was complete; null if it never was. What was voided never counted."
    )
    def ever_complete(self) -> types.Instant | None:
        """Return since when."""
        first = self.of.history.ever_complete
        return types.Instant(first) if first else None

    @strawberry.field(description="Whether it is complete at the instant asked about.")
    def currently_complete(self) -> bool:
        """Tell whether it is complete."""
        return self.of.history.currently_complete

    @strawberry.field(description="The proof: every requirement once, parts before wholes, the root last.")
    def nodes(self, info: Request) -> list[ProofNode]:
        """Return the proof. Of a cohort every one is paid for."""
        info.context.budget.spend(len(self.of.plan.nodes))
        return [_node(node, info.context.language) for node in self.of.nodes]


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
        targets=[strawberry.ID(each) for each in node.node.targets] if isinstance(node.node, Leaf) else [],
        pathway_version=strawberry.ID(node.node.pathway_version)
        if isinstance(node.node, Ref) and node.node.pathway_version
        else None,
        parts=list(node.parts),
        witnesses=[
            Witness(
                award=strawberry.ID(w.award),
                achievement=strawberry.ID(w.achievement),
                awarded_on=day_in_japan(w.awarded_at),
                endorsements=[strawberry.ID(e) for e in w.endorsements],
            )
            for w in node.witnesses
        ],
        reasons=[_reason(reason, language) for reason in node.reasons],
    )


def _balance(balance: explain.Balance) -> CreditBalance:
    return CreditBalance(
        unit=balance.unit,
        required=exact(balance.required),
        earned=exact(balance.earned),
        missing=exact(balance.missing),
    )


def _reason(reason: guards.Reason, language: str) -> Reason:
    return Reason(
        code=reason.code,
        message=sentence(Problem(f"REASON_{reason.code}", reason.values), language)[0],
        award=strawberry.ID(reason.award) if reason.award else None,
        endorsement=strawberry.ID(reason.endorsement) if reason.endorsement else None,
        wanted=[strawberry.ID(profile) for profile in reason.wanted],
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
    ) -> Progress:
        """Return the progress of a learner."""
        return Progress(
            of=await service.progress(
                info.context.world,
                info.context.plans,
                info.context.call(),
                pathway=pathway,
                learner=learner,
                at=asked_at(at),
            )
        )

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


def asked_at(text: str | None) -> Instant | None:
    """Read the instant to ask about; None if none is given. Raises InvalidInput."""
    return None if text is None else instant(text, ("at",))
