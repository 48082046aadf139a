"""Mutations: one per action. A function reads the arguments and calls a service; what it returns is read back by id."""

from __future__ import annotations

import json
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from graph_service import errors
from graph_service.domain.consent import Purpose
from graph_service.domain.enrolment import Policy
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.policy import Role
from graph_service.domain.profile import NAME_LIMIT
from graph_service.endorse.keys import Algorithm
from graph_service.schema import results, types
from graph_service.schema.action import action
from graph_service.schema.inputs import (
    AchievementInput,
    AwardInput,
    EndorsementInput,
    EndTrustInput,
    EquivalenceInput,
    EvidenceInput,
    InvitationInput,
    KeepInput,
    LanguageTextInput,
    ProfileInput,
    RecognitionInput,
    ResultInput,
    TrustInput,
    comment_of,
    evidence_of,
    json_object,
    results_of,
    texts,
)
from graph_service.services import (
    access,
    achievements,
    award_credentials,
    award_tables,
    awarding,
    closing,
    consents,
    display,
    enrolling,
    equivalences,
    importing,
    inviting,
    issuing,
    keeping,
    keys,
    learners,
    outputs,
    profiles,
    proposing,
    publishing,
    rechecking,
    requests,
    statements,
    trusting,
    waiving,
)
from graph_service.services.call import Call, World

ID = strawberry.ID
Comment = Annotated[
    LanguageTextInput | None, strawberry.argument(description="The claim, in the language of the credential.")
]
Reason = Annotated[str, strawberry.argument(description="Kept in the record; never part of a credential.")]
Void = Annotated[
    bool, strawberry.argument(description="It was made in error and never true, rather than true until now.")
]
End = Annotated[types.Instant | None, strawberry.argument(description="When it ends; open if not given.")]
Shown = Annotated[bool, strawberry.argument(description="Whether everybody may see it.")]
Carrying = Annotated[
    bool,
    strawberry.argument(
        description="Put the newest signed endorsements into it (at most 20): those in force of the award, of its "
        "issuer, and of the achievement in the version that was awarded."
    ),
]
NewEnd = Annotated[
    types.Instant | None, strawberry.argument(description="When it ends from now on; as before if not given.")
]
DryRun = Annotated[bool, strawberry.argument(description="Tell what would happen and write nothing.")]
From = Annotated[
    types.Instant | None,
    strawberry.argument(name="from", description="From when on; now if not given. It may lie ahead."),
]
EndingAt = Annotated[types.Instant | None, strawberry.argument(description="When; now if not given. It may lie ahead.")]
Table = Annotated[str, strawberry.argument(description="CSV with the columns learner, achievement and date.")]
Document = Annotated[JSON, strawberry.argument(description="The export, as the JSON object that it is.")]
Expected = Annotated[
    int | None, strawberry.argument(description="Refuse with STALE_VERSION unless this is the version that stands.")
]


async def _request(world: World, call: Call, input: EndorsementInput, lapses_at: End = None) -> Iri:
    return await proposing.request(world, call, input.proposal(), lapses_at=lapses_at)


async def _invite(
    world: World,
    call: Call,
    input: InvitationInput,
    lapses_at: Annotated[
        types.Instant | None, strawberry.argument(description="When request and link lapse; in 14 days if not given.")
    ] = None,
) -> inviting.Invited:
    return await inviting.invite(world, call, input.read(), lapses_at=lapses_at)


async def _offer(world: World, call: Call, input: EndorsementInput) -> Iri:
    return await proposing.offer(world, call, input.proposal())


async def _accept(
    world: World, call: Call, endorsement: ID, comment: Comment = None, expected_version: Expected = None
) -> Iri:
    given = comment_of(comment)
    return await requests.accept(world, call, endorsement=endorsement, comment=given, expected=expected_version)


async def _return(world: World, call: Call, endorsement: ID, reason: Reason, expected_version: Expected = None) -> Iri:
    return await requests.send_back(world, call, endorsement=endorsement, reason=reason, expected=expected_version)


async def _resubmit(
    world: World,
    call: Call,
    endorsement: ID,
    comment: Comment = None,
    recognition: Annotated[
        RecognitionInput | None, strawberry.argument(description="The training, mended; as it is if not given.")
    ] = None,
    expected_version: Expected = None,
) -> Iri:
    with Intake() as take:
        mended = take(recognition.read, ("recognition",)) if recognition else None
    return await requests.resubmit(
        world,
        call,
        endorsement=endorsement,
        comment=comment_of(comment),
        recognition=mended,
        expected=expected_version,
    )


async def _reconfirm(
    world: World,
    call: Call,
    endorsement: ID,
    comment: Comment = None,
    valid_until: End = None,
    expected_version: Expected = None,
) -> Iri:
    return await proposing.reconfirm(
        world,
        call,
        endorsement=endorsement,
        comment=comment_of(comment),
        valid_until=valid_until,
        expected=expected_version,
    )


async def _show_endorsement(
    world: World, call: Call, endorsement: ID, shown: Shown, expected_version: Expected = None
) -> Iri:
    return await display.show_endorsement(world, call, endorsement=endorsement, shown=shown, expected=expected_version)


async def _show_award(world: World, call: Call, award: ID, shown: Shown, expected_version: Expected = None) -> Iri:
    return await display.show_award(world, call, award=award, shown=shown, expected=expected_version)


async def _set_policy(
    world: World,
    call: Call,
    profile: ID,
    different_people: Annotated[
        bool, strawberry.argument(description="Who accepts or prepares an endorsement may not be who signs it.")
    ],
    allows_self_endorsement: Annotated[
        bool, strawberry.argument(description="It may endorse what is its own, or what the signer answers for.")
    ],
    expected_version: Expected = None,
) -> Iri:
    return await profiles.set_endorsement_policy(
        world,
        call,
        profile=profile,
        different_people=different_people,
        allows_self_endorsement=allows_self_endorsement,
        expected=expected_version,
    )


async def _decline(world: World, call: Call, endorsement: ID, reason: Reason, expected_version: Expected = None) -> Iri:
    return await requests.decline(world, call, endorsement=endorsement, reason=reason, expected=expected_version)


async def _withdraw(world: World, call: Call, endorsement: ID, expected_version: Expected = None) -> Iri:
    return await requests.withdraw(world, call, endorsement=endorsement, expected=expected_version)


async def _issue(
    world: World, call: Call, endorsement: ID, comment: Comment = None, expected_version: Expected = None
) -> Iri:
    given = comment_of(comment)
    return await issuing.issue(world, call, endorsement=endorsement, comment=given, expected=expected_version)


async def _reissue(
    world: World, call: Call, endorsement: ID, valid_until: NewEnd = None, expected_version: Expected = None
) -> Iri:
    return await issuing.reissue(
        world, call, endorsement=endorsement, valid_until=valid_until, expected=expected_version
    )


async def _revoke(
    world: World, call: Call, endorsement: ID, reason: Reason, void: Void = False, expected_version: Expected = None
) -> Iri:
    return await issuing.revoke(
        world, call, endorsement=endorsement, reason=reason, void=void, expected=expected_version
    )


async def _keep(world: World, call: Call, input: KeepInput) -> Iri:
    document = None if input.document is None else input.document.encode()
    return await keeping.keep(world, call, document=document, url=input.url)


async def _recheck(world: World, call: Call, endorsement: ID) -> Iri:
    return await rechecking.recheck(world, call, endorsement=endorsement)


async def _trust(world: World, call: Call, input: TrustInput) -> Iri:
    return await trusting.trust(world, call, profile=input.profile, issuer=input.issuer, until=input.until)


async def _end_trust(world: World, call: Call, input: EndTrustInput) -> Iri:
    return await trusting.end(world, call, profile=input.profile, issuer=input.issuer)


async def _create_profile(world: World, call: Call, input: ProfileInput) -> Iri:
    return await profiles.create(world, call, input.read())


async def _create_achievement(world: World, call: Call, owner: ID, input: AchievementInput) -> Iri:
    with Intake() as take:
        offering, draft = take(iri, owner, ("owner",)), take(input.read)
    return await achievements.create(world, call, offering, draft)


async def _revise_achievement(
    world: World, call: Call, achievement: ID, input: AchievementInput, expected_version: Expected = None
) -> Iri:
    return await achievements.revise(world, call, achievement, input.read(), expected=expected_version)


async def _register_learner(world: World, call: Call) -> Iri:
    return await learners.register_learner(world, call)


async def _register_learners(world: World, call: Call, count: int) -> tuple[Iri, ...]:
    return await learners.register_learners(world, call, count=count)


async def _award(
    world: World,
    call: Call,
    achievement: ID,
    holder: ID,
    awarded_at: Annotated[
        types.Instant | None, strawberry.argument(description="When it was earned; now if not given.")
    ] = None,
    valid_until: End = None,
    results: Annotated[
        list[ResultInput] | None, strawberry.argument(description="What was reached, as the achievement describes it.")
    ] = None,
    evidence: Annotated[list[EvidenceInput] | None, strawberry.argument(description="What shows it.")] = None,
) -> Iri:
    return await awarding.award(
        world,
        call,
        achievement=achievement,
        holder=holder,
        awarded_at=awarded_at,
        valid_until=valid_until,
        results=results_of(results),
        evidence=evidence_of(evidence),
    )


async def _issue_award(world: World, call: Call, award: ID, endorsements: Carrying = False) -> Iri:
    return await award_credentials.issue(world, call, award=award, endorsements=endorsements)


async def _reissue_award(world: World, call: Call, award: ID, endorsements: Carrying) -> Iri:
    return await award_credentials.reissue(world, call, award=award, endorsements=endorsements)


async def _issue_awards(
    world: World, call: Call, awards: list[ID], endorsements: Carrying = False
) -> award_tables.Awarded:
    issued = await award_credentials.issue_many(world, call, awards=awards, endorsements=endorsements)
    return award_tables.Awarded(len(issued), issued)


async def _award_completion(world: World, call: Call, completion: ID) -> Iri:
    return await outputs.award(world, call, completion=completion)


async def _decline_completion(
    world: World,
    call: Call,
    completion: ID,
    reason: Annotated[str, strawberry.argument(description="Why; the learner reads it.")],
) -> Iri:
    return await outputs.decline(world, call, completion=completion, reason=reason)


async def _issue_statement(world: World, call: Call, pathway: ID, learner: ID) -> Iri:
    return await statements.issue(world, call, pathway=pathway, learner=learner)


async def _revoke_statement(world: World, call: Call, statement: ID, reason: Reason, void: Void = False) -> Iri:
    return await statements.revoke(world, call, statement=statement, reason=reason, void=void)


async def _revoke_award(world: World, call: Call, award: ID, reason: Reason, void: Void = False) -> Iri:
    return await awarding.revoke_award(world, call, award=award, reason=reason, void=void)


async def _give_consent(
    world: World,
    call: Call,
    profile: Annotated[ID, strawberry.argument(description="Who may see it.")],
    purpose: types.Purpose = Purpose.PROGRESS,
    until: Annotated[
        types.Instant | None, strawberry.argument(description="When it ends; in a year if not given.")
    ] = None,
    text_language: Annotated[
        str, strawberry.argument(description="Language of the text that is agreed to: `ja` or `en`.")
    ] = "ja",
) -> Iri:
    return await consents.give(
        world, call, profile=profile, purpose=Purpose(purpose), until=until, language=text_language
    )


async def _end_consent(world: World, call: Call, consent: ID) -> Iri:
    return await consents.end(world, call, consent=consent)


async def _award_many(
    world: World, call: Call, issuer: ID, rows: list[AwardInput], dry_run: DryRun = False
) -> award_tables.Awarded:
    given = [
        awarding.AwardRow(
            row.holder,
            row.achievement,
            row.awarded_at,
            ("rows", position),
            results_of(row.results),
            evidence_of(row.evidence),
        )
        for position, row in enumerate(rows)
    ]
    awards = await awarding.award_many(world, call, issuer=issuer, rows=given, dry_run=dry_run)
    return award_tables.Awarded(len(given), awards)


async def _award_table(
    world: World, call: Call, issuer: ID, table: Table, dry_run: DryRun = False
) -> award_tables.Awarded:
    return await award_tables.award_table(world, call, issuer=issuer, content=table.encode(), dry_run=dry_run)


async def _import_pathway(
    world: World, call: Call, owner: ID, document: Document, dry_run: DryRun = False
) -> importing.Imported:
    content = json.dumps(json_object(document, ("document",))).encode()
    return await importing.import_pathway(world, call, owner=owner, document=content, dry_run=dry_run)


async def _create_pathway(world: World, call: Call, owner: ID, name: list[LanguageTextInput], definition: JSON) -> Iri:
    with Intake() as take:
        owning, named = take(iri, owner, ("owner",)), take(texts, name, ("name",), NAME_LIMIT)
        given = take(json_object, definition, ("definition",))
    return await publishing.create(world, call, owner=owning, name=named, definition=given)


async def _save_draft(
    world: World,
    call: Call,
    pathway: ID,
    definition: JSON,
    name: list[LanguageTextInput] | None = None,
    expected_version: Expected = None,
) -> Iri:
    with Intake() as take:
        named = take(texts, name, ("name",), NAME_LIMIT) if name is not None else None
        given = take(json_object, definition, ("definition",))
    return await publishing.save_draft(
        world, call, pathway=pathway, definition=given, name=named, expected=expected_version
    )


async def _check_draft(world: World, call: Call, pathway: ID) -> tuple[errors.Problem, ...]:
    return await publishing.check_draft(world, call, pathway=pathway)


async def _publish(world: World, call: Call, pathway: ID, expected_version: Expected = None) -> Iri:
    return await publishing.publish(world, call, pathway=pathway, expected=expected_version)


async def _close_version(world: World, call: Call, pathway_version: ID, from_: From = None) -> Iri:
    return await closing.close(world, call, version=pathway_version, since=from_)


async def _end_version(world: World, call: Call, pathway_version: ID, at: EndingAt = None) -> Iri:
    return await closing.end(world, call, version=pathway_version, at=at)


async def _enrol(
    world: World,
    call: Call,
    pathway: ID,
    learner: Annotated[ID | None, strawberry.argument(description="Who; yourself if not given.")] = None,
    policy: types.EnrolmentPolicy = Policy.BEST_OF,
    version: Annotated[
        ID | None, strawberry.argument(description="Under PINNED: the version; the newest open one if not given.")
    ] = None,
) -> Iri:
    return await enrolling.enrol(world, call, pathway=pathway, learner=learner, policy=Policy(policy), version=version)


async def _end_enrolment(world: World, call: Call, enrolment: ID) -> Iri:
    return await enrolling.end(world, call, enrolment=enrolment)


async def _waive(
    world: World,
    call: Call,
    learner: ID,
    pathway: ID,
    node: Annotated[str, strawberry.argument(description="The requirement, by its id in the definition.")],
    reason: Annotated[str, strawberry.argument(description="Why; the learner reads it.")],
    until: End = None,
) -> Iri:
    return await waiving.waive(world, call, learner=learner, pathway=pathway, node=node, reason=reason, until=until)


async def _end_waiver(
    world: World,
    call: Call,
    waiver: ID,
    reason: Annotated[str, strawberry.argument(description="Why; the learner reads it.")],
) -> Iri:
    return await waiving.end(world, call, waiver=waiver, reason=reason)


async def _claim_equivalence(world: World, call: Call, input: EquivalenceInput) -> Iri:
    return await equivalences.claim(world, call, input.read())


async def _end_equivalence(world: World, call: Call, equivalence: ID, reason: Reason) -> Iri:
    return await equivalences.end(world, call, equivalence=equivalence, reason=reason)


async def _grant(world: World, call: Call, principal: ID, profile: ID, role: types.RoleName, until: End = None) -> Iri:
    return await access.grant_role(world, call, principal=principal, profile=profile, role=Role(role), until=until)


async def _end_role(world: World, call: Call, principal: ID, profile: ID, role: types.RoleName) -> Iri:
    return await access.end_role(world, call, principal=principal, profile=profile, role=Role(role))


async def _create_api_key(
    world: World, call: Call, profile: ID, name: str, roles: list[types.RoleName], until: End = None
) -> access.ApiKey:
    given = [Role(role) for role in roles]
    return await access.create_api_key(world, call, profile=profile, name=name, roles=given, until=until)


async def _rotate_key(world: World, call: Call, profile: ID, algorithm: types.KeyAlgorithm) -> Iri:
    return await keys.rotate(world, call, profile=profile, algorithm=Algorithm(algorithm))


async def _retire_key(world: World, call: Call, key: ID) -> Iri:
    return await keys.retire(world, call, key=key)


async def _compromise_key(world: World, call: Call, key: ID, reason: Reason) -> Iri:
    return await keys.compromise(world, call, key=key, reason=reason)


@strawberry.type(description="Everything that changes something. Each mutation leaves exactly one event, or nothing.")
class Mutation:
    """Everything that changes something."""

    request_endorsement = action(
        _request,
        results.EndorsementResult,
        "Ask a profile to endorse something of one's own, or an award one holds. Lapses after 90 days.",
    )
    invite_endorser = action(
        _invite,
        results.InvitationResult,
        "Ask somebody without an account to endorse something of one's own, or an award one holds: by a link that "
        "works once. At most 20 wait for an answer.",
    )
    offer_endorsement = action(_offer, results.EndorsementResult, "Prepare an endorsement that nobody asked for.")
    accept_endorsement = action(
        _accept, results.EndorsementResult, "Accept a request; sign it later with issueEndorsement."
    )
    return_endorsement = action(_return, results.EndorsementResult, "Send a request back and say what to mend.")
    resubmit_endorsement = action(_resubmit, results.EndorsementResult, "Hand a returned request in again.")
    decline_endorsement = action(_decline, results.EndorsementResult, "Decline a request with a reason.")
    withdraw_endorsement = action(
        _withdraw, results.EndorsementResult, "Take back a request, or what was accepted and not signed."
    )
    issue_endorsement = action(
        _issue, results.EndorsementResult, "Sign an endorsement: it becomes a credential that others can verify."
    )
    reissue_endorsement = action(
        _reissue,
        results.EndorsementResult,
        "Sign an endorsement anew with today's key; same id, later validFrom, text and content unchanged.",
    )
    reconfirm_endorsement = action(
        _reconfirm,
        results.EndorsementResult,
        "Prepare the same endorsement of the version that stands now; the earlier one stays. Then issueEndorsement.",
    )
    set_endorsement_display = action(
        _show_endorsement,
        results.EndorsementResult,
        "Keep a signed endorsement of one's own from lists and counts, or show it again; its document stays.",
    )
    revoke_endorsement = action(_revoke, results.EndorsementResult, "Take a signed endorsement back.")
    keep_endorsement = action(
        _keep,
        results.EndorsementResult,
        "Keep what somebody elsewhere signed about something of one's own, or an award one holds, once it is verified; "
        "what has the same id and a later `validFrom` takes the place of what is kept.",
    )
    recheck_endorsement = action(
        _recheck,
        results.EndorsementResult,
        "Ask the issuer of an endorsement that was signed elsewhere whether it still holds; revoked there, it is here.",
    )

    create_profile = action(_create_profile, results.ProfileResult, "Make a profile with its signing key (OPERATOR).")
    set_endorsement_policy = action(
        _set_policy, results.ProfileResult, "Say how a profile endorses: by two people, on its own behalf (OWNER)."
    )
    trust_issuer = action(
        _trust,
        results.ProfileResult,
        "Take an issuer, here or elsewhere, into the trust list of a profile (OWNER); everybody may read the list.",
    )
    end_trust = action(_end_trust, results.ProfileResult, "Take an issuer out of the trust list as of now (OWNER).")
    create_achievement = action(
        _create_achievement, results.AchievementResult, "Publish a new achievement that a profile offers (ISSUER)."
    )
    revise_achievement = action(
        _revise_achievement, results.AchievementResult, "Publish the next version of an achievement (ISSUER)."
    )
    register_learner = action(_register_learner, results.LearnerResult, "Make a pseudonymous learner record (ISSUER).")
    register_learners = action(
        _register_learners, results.LearnersResult, "Make many pseudonymous learner records at once (ISSUER)."
    )
    award_achievement = action(_award, results.AwardResult, "Award an achievement to a learner (ISSUER).")
    set_award_display = action(
        _show_award,
        results.AwardResult,
        "Show an award one holds, with what is signed about it, to everybody, or only to those whom it concerns.",
    )
    issue_award = action(
        _issue_award, results.AwardResult, "Sign an award: it becomes a credential that others can verify (ISSUER)."
    )
    reissue_award = action(
        _reissue_award,
        results.AwardResult,
        "Sign an award anew, with today's key, and with the endorsements in force now or none (ISSUER): the same id, a "
        "later `validFrom`.",
    )
    issue_awards = action(
        _issue_awards,
        results.AwardsResult,
        "Sign up to 100 awards at once (ISSUER), each once: all of them, or nothing and every problem.",
    )
    revoke_award = action(_revoke_award, results.AwardResult, "End an award, signed or not (ISSUER).")
    award_completion = action(
        _award_completion,
        results.AwardResult,
        "Award the output of a pathway to who completed it and waits for that (ISSUER of its owner), once a version.",
    )
    decline_completion = action(
        _decline_completion,
        results.CompletionResult,
        "Decline to award the output of a pathway (ISSUER of its owner); final for this version.",
    )
    issue_statement = action(
        _issue_statement,
        results.StatementResult,
        "State that a learner has completed a pathway, if that is so now (ISSUER of its owner): a learner record (CLR "
        "2.0) that carries the signed awards on which the completion rests. While one stands, it is signed anew.",
    )
    revoke_statement = action(
        _revoke_statement, results.StatementResult, "Take a statement of completion back (ISSUER)."
    )
    give_consent = action(
        _give_consent, results.ConsentResult, "Let a profile see one's progress until a date (the learner)."
    )
    end_consent = action(_end_consent, results.ConsentResult, "End a consent now (the learner who gave it).")

    award_achievements = action(
        _award_many,
        results.AwardsResult,
        "Award what a profile offers to many learners at once (ISSUER): all of it, or nothing and every problem. "
        "Nobody is awarded the same achievement twice on one day.",
    )
    award_table = action(
        _award_table,
        results.AwardsResult,
        "The same from a table; problems tell line and column. A file too large for this goes to POST /imports/awards.",
    )
    import_pathway = action(
        _import_pathway,
        results.PathwayImportResult,
        "Import a pathway with its badges from a Badgr or Canvas Credentials export (EDITOR; ISSUER for new badges). "
        "The same file again changes nothing. What is too large for this goes to POST /imports/pathways.",
    )

    create_pathway = action(_create_pathway, results.PathwayResult, "Make a pathway with its first draft (EDITOR).")
    save_pathway_draft = action(
        _save_draft,
        results.PathwayResult,
        "Save the draft of the next version (EDITOR); it may break every rule until it is published.",
    )
    check_pathway_draft = action(
        _check_draft,
        results.DraftReportResult,
        "List everything that forbids publishing the draft (EDITOR); changes nothing.",
    )
    publish_pathway_version = action(
        _publish,
        results.PathwayVersionResult,
        "Publish the draft as the newest version, which never changes again (EDITOR).",
    )

    close_pathway_version = action(
        _close_version,
        results.PathwayVersionResult,
        "Let nobody begin in a version any more (EDITOR); who began before goes on in it.",
    )
    end_pathway_version = action(
        _end_version,
        results.PathwayVersionResult,
        "End a version (EDITOR): it counts no more, but for those who had completed it.",
    )
    enrol = action(
        _enrol,
        results.EnrolmentResult,
        "Take up a pathway, and say by which version to be judged: as the learner, or (EDITOR or ISSUER of its owner) "
        "for a learner whom the owner registered or awarded, or who consented. The owner sees who is enrolled.",
    )
    end_enrolment = action(
        _end_enrolment,
        results.EnrolmentResult,
        "End an enrolment now (the learner, or EDITOR or ISSUER of the pathway's owner).",
    )
    waive = action(
        _waive,
        results.WaiverResult,
        "Exempt a learner from a requirement (EDITOR of the pathway's owner), in every version that has it.",
    )
    end_waiver = action(_end_waiver, results.WaiverResult, "End a waiver now (EDITOR of the pathway's owner).")
    claim_equivalence = action(
        _claim_equivalence,
        results.EquivalenceResult,
        "Say, for everybody to read, that one achievement counts as another (EDITOR of the claimant). It counts in the "
        "pathways that trust the claimant.",
    )
    end_equivalence = action(
        _end_equivalence, results.EquivalenceResult, "End a claim of equivalence now (EDITOR of the claimant)."
    )

    rotate_key = action(
        _rotate_key,
        results.KeyResult,
        "Give a profile a new signing key (OWNER). The one that it used so far signs no more; what it signed holds.",
    )
    retire_key = action(
        _retire_key, results.KeyResult, "Let a JWT key sign no more (OWNER); JWTs are then signed with the Ed25519 key."
    )
    mark_key_compromised = action(
        _compromise_key,
        results.KeyResult,
        "Void everything that was signed with a key, because others may have it (OWNER). If it signed, it is replaced.",
    )

    grant_role = action(_grant, results.RoleResult, "Give a principal a role at a profile (OWNER).")
    end_role = action(_end_role, results.RoleResult, "End a role now (OWNER). The last OWNER cannot end.")
    create_api_key = action(
        _create_api_key, results.ApiKeyResult, "Give an application a key with roles at one profile (OWNER)."
    )
