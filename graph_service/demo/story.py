"""The story, in the order of its days (2026): who does what, as whom."""

from __future__ import annotations

from decimal import Decimal

from graph_service.demo import konan, yamate
from graph_service.demo.courses import BY_SLUG, COURSES, MID_CAREER, TRAINING
from graph_service.demo.earning import Consent
from graph_service.demo.invitations import invite_heads
from graph_service.demo.pathways import (
    FIFTEEN_NAME,
    MID_CAREER_NAME,
    REFRESHER_NAME,
    STEP_UP_NAME,
    course_pathway,
    fifteen,
    mid_career,
    refresher,
    step_up,
)
from graph_service.demo.people import DESKS, INVENTED, OFFICERS, PARTIES
from graph_service.demo.stage import ABILITY, ATTENDANCE, KNOWLEDGE, STACK, TASK, Stage, content
from graph_service.demo.teachers import KONAN, MINATO, TEACHERS, YAMATE
from graph_service.demo.text import both
from graph_service.domain.endorsement import Ended, Kind
from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal
from graph_service.domain.profile import ProfileDraft
from graph_service.domain.recognition import Attribute, Recognition, Step, Unit
from graph_service.domain.time import Instant, instant
from graph_service.services import (
    access,
    achievements,
    award_credentials,
    awarding,
    closing,
    consents,
    display,
    enrolling,
    equivalences,
    founding,
    learners,
    profiles,
    publishing,
    requests,
    statements,
    trusting,
    waiving,
)
from graph_service.services.call import Call
from graph_service.services.publishing import version_id

CONSENTED_UNTIL = "2036-03-31T15:00:00Z"


async def tell(stage: Stage) -> None:
    """Play everything, day by day."""
    await found(stage)
    await appoint(stage)
    await publish_badges(stage)
    await build_pathways(stage)
    await register_teachers(stage)
    await issue_lists(stage, "05-01")
    await issue_lists(stage, "06-01")
    await endorse_each_other(stage)
    await endorse_courses(stage)
    await recognise(stage)
    await claim_equivalences(stage)
    await issue_lists(stage, "07-01")
    await issue_lists(stage, "08-01")
    await endorse_on_request(stage, "crisis", "08-03")
    await endorse_until_november(stage)
    await issue_lists(stage, "09-01")
    await revise_courses(stage)
    await revise_the_refresher(stage)
    await issue_lists(stage, "10-01")
    await waive_presentations(stage)
    await issue_lists(stage, "11-01")
    await recommend(stage)
    await leave_requests_open(stage)
    await sign_awards(stage)
    await take_back(stage)
    await consent(stage)
    await invite_heads(stage, first_ability(stage, "exactly-five"), first_ability(stage, "both-ways"))
    await state_completions(stage)
    await trust(stage)


async def found(stage: Stage) -> None:
    """1 April: the installation and its profiles."""
    first = Call(founding.FOUNDER, instant("2026-04-01T00:00:00Z"), idempotency_key="demo-0")
    await founding.found_demo(stage.world, first, persona="operator")
    for key, party in PARTIES.items():
        draft = ProfileDraft(
            both(party.name),
            description=both(INVENTED),
            url=f"https://{party.slug}.example/",
            slug=party.slug,
            part_of=stage.parties[party.part_of] if party.part_of else None,
            kind=party.kind,
        )
        stage.parties[key] = await profiles.create(stage.world, await stage.as_("operator", "04-01"), draft)


async def appoint(stage: Stage) -> None:
    """2 April: the officers and their roles."""
    for officer in OFFICERS:
        name = both(officer.sees)
        call = await stage.as_("operator", "04-02")
        principal = await access.register_persona(stage.world, call, persona=officer.persona, name=name)
        for role in officer.roles:
            call = await stage.as_("operator", "04-02")
            profile = stage.parties[officer.at]
            await access.grant_role(stage.world, call, principal=principal, profile=profile, role=role)


async def publish_badges(stage: Stage) -> None:
    """10 April: knowledge, task and ability badges of the university and of another; attendance and stacks."""
    for course in COURSES:
        title, english = course.title
        parts = {f"{course.slug}/{n}": (piece, KNOWLEDGE) for n, piece in enumerate(course.pieces, 1)}
        parts[f"{course.slug}/task"] = (("最終課題", "Final task"), TASK)
        for badge, ((part, in_english), kind) in parts.items():
            name = (f"{title}：{part}", f"{english}: {in_english}")
            await stage.publish("university", badge, name, kind, course.field)
        await stage.publish("university", course.slug, course.title, ABILITY, course.field)
    face_to_face = ("中堅研（対面研修）", "Mid-career training, face to face")
    await stage.publish("board", "attendance", face_to_face, ATTENDANCE, TRAINING)
    await stage.publish("board", "mid-career", MID_CAREER_NAME, STACK, TRAINING)
    await stage.publish("yamate", "meeting", ("授業研究会", "Lesson study meeting"), ATTENDANCE, TRAINING)
    await stage.publish("yamate", "step-up", STEP_UP_NAME, STACK, TRAINING)
    await stage.publish("university", "presentation", ("実践の発表", "Presenting one's practice"), ATTENDANCE, TRAINING)
    await stage.publish("university", "refresher", REFRESHER_NAME, STACK, TRAINING)
    await stage.publish("university", "fifteen", FIFTEEN_NAME, STACK, TRAINING)
    for badge, name in (
        ("saikai-language", ("日本語教育入門", "Introduction to teaching Japanese")),
        ("saikai-support", ("ことばの支援の実践", "Supporting language in practice")),
    ):
        await stage.publish("saikai", badge, name, ABILITY, BY_SLUG["language"].field)


async def build_pathways(stage: Stage) -> None:
    """15 April: a stack for each ability badge; above them みなと市's 中堅研, やまて市's stack and the university's."""
    for course in COURSES:
        definition = course_pathway(course, stage.badges)
        stage.pathways[course.slug] = await stage.build("university-editor", "university", course.title, definition)
    definition = mid_career(stage.badges, stage.parties["board"])
    stage.pathways["mid-career"] = await stage.build("board-editor", "board", MID_CAREER_NAME, definition)
    inner = Iri(f"{stage.pathways['data']}/versions/1")
    definition = step_up(stage.badges, stage.parties, inner)
    stage.pathways["step-up"] = await stage.build("yamate-officer", "yamate", STEP_UP_NAME, definition)
    definition = refresher(stage.badges, stage.parties["university"], 1)
    stage.pathways["refresher"] = await stage.build("university-editor", "university", REFRESHER_NAME, definition)
    definition = fifteen(stage.badges)
    stage.pathways["fifteen"] = await stage.build("university-editor", "university", FIFTEEN_NAME, definition)


async def register_teachers(stage: Stage) -> None:
    """20 April: learner records from the rosters; who tells something can be signed in as."""
    for persona, teachers in (("board-trainer", MINATO), ("yamate-officer", YAMATE), ("university-desk", KONAN)):
        call = await stage.as_(persona, "04-20")
        made = await learners.register_learners(stage.world, call, count=len(teachers))
        stage.teachers |= {teacher.slug: learner for teacher, learner in zip(teachers, made, strict=True)}
    for teacher in TEACHERS.values():
        learner = stage.teachers[teacher.slug]
        if teacher.sees:
            name = both(teacher.sees)
            call = await stage.as_("operator", "04-20")
            await access.register_persona(stage.world, call, persona=teacher.slug, name=name, learner=learner)
        else:  # signs in by means of the city, which the demo does not have
            stage.principals[teacher.slug] = Principal(Iri(f"urn:graph-service:demo:{teacher.slug}"), learner=learner)


async def issue_lists(stage: Stage, day: str) -> None:
    """On the first of a month each desk awards what was earned before and is not awarded yet."""
    until = instant(f"2026-{day}T00:00:00Z")
    due = [
        (teacher, earned)
        for teacher in TEACHERS.values()
        for earned in teacher.earned
        if earned.at < until and (teacher.slug, earned) not in stage.awards
    ]
    for party in DESKS:
        mine = [(teacher, earned) for teacher, earned in due if stage.offered_by[earned.badge] == party]
        await stage.award(party, day, mine)


async def endorse_each_other(stage: Stage) -> None:
    """1 June: boards and university endorse each other as issuers, the university also the board's training."""
    for persona, endorser, target, comment in (
        ("board-officer", "board", stage.parties["university"], "本市の研修を担う大学として内容を保証する。"),
        ("university-dean", "university", stage.parties["board"], "共同で研修を設計している教育委員会である。"),
        ("yamate-officer", "yamate", stage.parties["university"], "教員研修の提供者として信頼できる。"),
        ("university-dean", "university", stage.badges["attendance"], "内容は本学のオンライン研修と同等である。"),
    ):
        await stage.offer(persona, endorser, target, "06-01", comment)


async def endorse_courses(stage: Stage) -> None:
    """1 June: みなと市 vouches for the eight courses, but for two ability badges; やまて市 for what it gives units."""
    for slug in MID_CAREER:
        parts = [f"{slug}/{n}" for n, _ in enumerate(BY_SLUG[slug].pieces, 1)]
        for part in (*parts, f"{slug}/task"):
            comment = "本市の育成指標に沿う内容である。"
            await stage.offer("board-officer", "board", stage.badges[part], "06-01", comment)
    for slug in MID_CAREER:
        if slug not in ("crisis", "absence"):
            await endorse_on_request(stage, slug, "06-01")
    for slug in ("special-needs", *yamate.CREDITS):
        if slug != "reflection":
            comment = "本市のステップアップ研修の一部として認める。"
            await stage.offer("yamate-officer", "yamate", stage.badges[slug], "06-01", comment)


async def endorse_on_request(stage: Stage, slug: str, day: str) -> None:
    """The university asks, the board accepts, then signs."""
    target = stage.badges[slug]
    asked = await stage.ask("university-dean", "board", target, day, comment="中堅研の一部として裏書をお願いします。")
    await requests.accept(stage.world, await stage.as_("board-officer", day), endorsement=asked)
    comment = "内容を確認し、本市の中堅教諭研修に相当すると認める。"
    await stage.sign("board-officer", "board", target, asked, day, comment)


async def recognise(stage: Stage) -> None:
    """2 June: みなと市 accredits the university and counts badges as a training; the university vouches for 中堅研."""
    board, university = "board-officer", "university-dean"
    comment = "本市の教員研修を担う機関として認める。"
    await stage.offer(board, "board", stage.parties["university"], "06-02", comment, kind=Kind.ACCREDIT)
    pieces = [stage.badges[f"special-needs/{n}"] for n, _ in enumerate(BY_SLUG["special-needs"].pieces, 1)]
    training = Recognition(
        training=both(("特別支援教育研修", "Training in special needs education")),
        organiser=both(PARTIES["board"].name),
        attribute=Attribute.VOLUNTARY,
        fiscal_years=(2026, 2027),
        unit=Unit.SESSIONS,
        achievements=pieces,
        steps=(Step(1, Decimal(1)), Step(len(pieces), Decimal(2))),
    )
    comment = "学んだ数に応じて、本市の研修として数える。"
    target = stage.badges["special-needs"]
    await stage.offer(board, "board", target, "06-02", comment, kind=Kind.RECOGNISE, recognition=training)
    version = version_id(stage.pathways["mid-career"], 1)
    await stage.offer(university, "university", version, "06-02", "本学の研修の内容と順序に合っている。")


async def claim_equivalences(stage: Stage) -> None:
    """3 June: what counts as the ability badge of the refresher programme, by its university and by another."""
    for persona, claimant, source in (
        ("university-editor", "university", "saikai-language"),
        ("saikai-desk", "saikai", "saikai-support"),
    ):
        said = equivalences.Claim(stage.parties[claimant], stage.badges[source], stage.badges["language"])
        await equivalences.claim(stage.world, await stage.as_(persona, "06-03"), said)


async def endorse_until_november(stage: Stage) -> None:
    """20 August: a colleague endorses a course for a time, which has run out by now."""
    comment = "夏に受講した。十月末までの研究主題に合っている。"
    until = "2026-10-31T14:59:59Z"
    await stage.offer("sato", "sato", stage.badges["guidance"], "08-20", comment, valid_until=until)


async def revise_courses(stage: Stage) -> None:
    """1 September: second versions of two ability badges; what was endorsed are the first."""
    for slug in ("classroom", "partnership"):
        course = BY_SLUG[slug]
        revised = content(course.title, ABILITY, course.field, more="保護者との対話の演習を加えた改訂版。")
        call = await stage.as_("university-desk", "09-01")
        await achievements.revise(stage.world, call, stage.badges[slug], revised)


async def revise_the_refresher(stage: Stage) -> None:
    """1 September: the second version of the refresher programme; the first is closed from October, one stays in it."""
    pathway, editor = stage.pathways["refresher"], "university-editor"
    definition = refresher(stage.badges, stage.parties["university"], 2)
    await publishing.save_draft(
        stage.world, await stage.as_(editor, "09-01"), pathway=pathway, definition=definition, name=both(REFRESHER_NAME)
    )
    await publishing.publish(stage.world, await stage.as_(editor, "09-01"), pathway=pathway)
    first = version_id(pathway, 1)
    await enrolling.enrol(
        stage.world,
        await stage.as_(konan.PINNED, "09-10"),
        pathway=pathway,
        policy=Policy.PINNED,
        version=first,
    )
    october = "2026-09-30T15:00:00Z"
    await closing.close(stage.world, await stage.as_(editor, "09-20"), version=first, since=october)


async def waive_presentations(stage: Stage) -> None:
    """5 October: the university lets two off the presentation, one for a time."""
    for slug, until in konan.WAIVED.items():
        await waiving.waive(
            stage.world,
            await stage.as_("university-editor", "10-05"),
            learner=stage.teachers[slug],
            pathway=stage.pathways["refresher"],
            node="presentation",
            reason="育児休業のため、発表を免除する。",
            until=until,
        )


async def recommend(stage: Stage) -> None:
    """2 November: teachers ask heads and colleagues to recommend an award; a colleague endorses a course as well."""
    for teacher in TEACHERS.values():
        for party in teacher.recommended_by:
            award = first_ability(stage, teacher.slug)
            asked = await stage.ask(teacher.slug, party, award, "11-02", kind=Kind.RECOMMEND)
            await stage.sign(party, party, award, asked, "11-04", "校内での実践にもよく生かしている。")
    await stage.offer("sato", "sato", stage.badges["bullying"], "11-04", "受講して、学年での対応が変わった。")


def first_ability(stage: Stage, teacher: str) -> Iri:
    """Return the award of a teacher's first ability badge."""
    return stage.awards[teacher, TEACHERS[teacher].abilities[0]]


async def leave_requests_open(stage: Stage) -> None:
    """5 November: one request in every state in which a request can stand."""
    world = stage.world
    await stage.ask("university-dean", "board", stage.badges["absence"], "11-05")

    async def ask_head(slug: str) -> Iri:
        comment = "現場での有用性を裏書してください。"
        return await stage.ask("university-dean", "head", stage.badges[slug], "11-05", comment=comment)

    returned, again, withdrawn, accepted = [
        await ask_head(slug) for slug in ("guidance", "bullying", "classroom", "reflection")
    ]
    for each, reason in ((returned, "本校との関わりを書き添えてください。"), (again, "対象の学年を書いてください。")):
        await requests.send_back(world, await stage.as_("head", "11-06"), endorsement=each, reason=reason)
    await requests.withdraw(world, await stage.as_("university-dean", "11-06"), endorsement=withdrawn)
    await requests.accept(world, await stage.as_("head", "11-06"), endorsement=accepted)
    await requests.resubmit(
        world,
        await stage.as_("university-dean", "11-07"),
        endorsement=again,
        comment={"ja": "全学年を対象とする内容です。"},
    )

    open_until = {"asked-too-late": Instant("2026-11-14T00:00:00Z")}
    asked = {}
    for slug in ("asked-the-head", "asked-too-late", "was-declined"):
        award, until = first_ability(stage, slug), open_until.get(slug)
        asked[slug] = await stage.ask(slug, "head", award, "11-07", kind=Kind.RECOMMEND, lapses_at=until)
    await requests.decline(
        world,
        await stage.as_("head", "11-08"),
        endorsement=asked["was-declined"],
        reason="授業を見る機会がなく、推薦できません。",
    )


async def sign_awards(stage: Stage) -> None:
    """8 November: the university signs a few awards, endorsements in them; a teacher shows hers to everybody."""
    taken_back = TEACHERS["badge-revoked"]
    (mistaken,) = (stage.awards[taken_back.slug, earned] for earned in taken_back.earned if earned.ended)
    signed = [first_ability(stage, slug) for slug in ("exactly-five", "both-ways", "all-eight")]
    call = await stage.as_("university-desk", "11-08")
    await award_credentials.issue_many(stage.world, call, awards=[*signed, mistaken], endorsements=True)
    await display.show_award(stage.world, await stage.as_("exactly-five", "11-08"), award=signed[0], shown=True)


async def take_back(stage: Stage) -> None:
    """9 and 10 November: awards are revoked or declared void, endorsements revoked."""
    for teacher in TEACHERS.values():
        for earned in teacher.earned:
            if earned.ended is not None:
                await awarding.revoke_award(
                    stage.world,
                    await stage.as_(DESKS[stage.offered_by[earned.badge]], "11-09"),
                    award=stage.awards[teacher.slug, earned],
                    reason="発行時の確認に誤りがあった。",
                    void=earned.ended is Ended.VOID,
                )
    for badge in ("devices", "devices/1", "absence/3"):
        await stage.revoke("board-officer", "board", stage.badges[badge], "11-10", "内容が古くなった。")
    await stage.revoke("head", "head", first_ability(stage, "one-badge"), "11-10", "本人の申し出による。")


async def consent(stage: Stage) -> None:
    """12 November: teachers let their board, or the university, see how far they are; some do not."""
    cohorts = (("board", "yamate", MINATO), ("yamate", "board", YAMATE), ("university", "board", KONAN))
    for own, other, teachers in cohorts:
        for teacher in teachers:
            if teacher.consent is Consent.NEVER:
                continue
            party = other if teacher.consent is Consent.ELSEWHERE else own
            given = await consents.give(
                stage.world,
                await stage.as_(teacher.slug, "11-12"),
                profile=stage.parties[party],
                until=CONSENTED_UNTIL,
            )
            if teacher.consent is Consent.ENDED:
                await consents.end(stage.world, await stage.as_(teacher.slug, "11-13"), consent=given)


async def state_completions(stage: Stage) -> None:
    """14 November: みなと市 signs that two teachers completed 中堅研: one online, one in both ways."""
    for slug in ("exactly-five", "both-ways"):
        call, learner = await stage.as_("board-trainer", "11-14"), stage.teachers[slug]
        await statements.issue(stage.world, call, pathway=stage.pathways["mid-career"], learner=learner)


async def trust(stage: Stage) -> None:
    """16 November: the boards say on whose word they rely: each on the other, みなと市 on the university as well."""
    for board, trusted in (("board", "university"), ("board", "yamate"), ("yamate", "board")):
        profile, issuer = stage.parties[board], stage.parties[trusted]
        call = await stage.as_("operator", "11-16")
        await trusting.trust(stage.world, call, profile=profile, issuer=issuer)
