"""The story, in the order of its days (2026): who does what, as whom, at which instant."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from graph_service.demo.courses import COURSES
from graph_service.demo.pathways import course_pathway, stack_pathway
from graph_service.demo.teachers import TEACHERS, Teacher
from graph_service.domain.achievement import AchievementDraft, AchievementType
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.policy import Principal, Role
from graph_service.domain.profile import ProfileDraft
from graph_service.domain.time import Instant, instant, later
from graph_service.services import (
    access,
    achievements,
    awarding,
    founding,
    issuing,
    learners,
    profiles,
    publishing,
    requests,
)
from graph_service.services.call import Call, World
from graph_service.services.requests import Proposal

SEED = 20261121

PROFILES = {
    "board": ("minato-board", "みなと市教育委員会", "Minato City Board of Education"),
    "university": ("konan-university", "港南教育大学", "Konan University of Education"),
    "head": ("aoba-head", "みなと市立青葉中学校長", "Head of Aoba Junior High School, Minato"),
}

ROLES = {
    "board-owner": ("board", Role.OWNER),
    "board-officer": ("board", Role.ENDORSER),
    "board-trainer": ("board", Role.ISSUER),
    "board-editor": ("board", Role.EDITOR),
    "university-owner": ("university", Role.OWNER),
    "university-desk": ("university", Role.ISSUER),
    "university-dean": ("university", Role.ENDORSER),
    "university-editor": ("university", Role.EDITOR),
    "head": ("head", Role.ENDORSER),
}


class Story:
    """Plays the story in a world whose ids come from the seed."""

    def __init__(self, world: World) -> None:
        self.world = replace(world, entropy=random.Random(SEED).randbytes)  # noqa: S311 (ids of demo data, not secrets)
        self.steps = 0
        self.principals: dict[str, Principal] = {}
        self.profiles: dict[str, Iri] = {}
        self.teachers: dict[str, Iri] = {}
        self.knowledge: dict[str, list[Iri]] = {}
        self.tasks: dict[str, Iri] = {}
        self.abilities: dict[str, Iri] = {}
        self.awards: dict[tuple[str, str], Iri] = {}
        self.endorsed: dict[Iri, Iri] = {}  # achievement → the board's endorsement of it
        self.stack = Iri("")
        self.attendance = Iri("")

    async def tell(self) -> None:
        """Play everything, day by day."""
        await self.found()
        await self.publish_courses()
        await self.build_pathways()
        for teacher in TEACHERS:
            self.teachers[teacher.slug] = await learners.register_learner(
                self.world, await self.as_("university-desk", "04-20")
            )
            await access.register_persona(
                self.world,
                await self.as_("operator", "04-20"),
                persona=teacher.slug,
                name=teacher.slug,
                learner=self.teachers[teacher.slug],
            )
        await self.award_between("05-01", "05-31")
        await self.endorse_pieces()
        await self.endorse_abilities()
        await self.award_between("06-02", "08-02")
        await self.endorse("crisis", "08-03")
        await self.award_between("08-04", "08-31")
        await self.revise_classroom()
        await self.award_between("09-02", "12-31")
        await self.recommend()
        await self.unfinished_requests()
        await self.take_back()

    async def as_(self, persona: str, day: str) -> Call:
        """Return the call of a persona on a day of 2026, a minute after the step before, under the next key."""
        self.steps += 1
        at = later(instant(f"2026-{day}T00:00:00Z"), seconds=60 * self.steps)
        if persona not in self.principals:
            self.principals[persona] = await access.by_persona(self.world, persona, at)
        return Call(self.principals[persona], at, request_id=f"demo-{self.steps}", idempotency_key=f"demo-{self.steps}")

    async def found(self) -> None:
        """The installation, three profiles, and who acts for them."""
        first = Call(founding.FOUNDER, instant("2026-04-01T00:00:00Z"), idempotency_key="demo-0")
        await founding.found_demo(self.world, first, persona="operator")
        for key, (slug, japanese, english) in PROFILES.items():
            whole = self.profiles["board"] if key == "head" else None
            name = LanguageMap({"ja": japanese, "en": english})
            draft = ProfileDraft(name, url=f"https://{slug}.example/", slug=slug, part_of=whole)
            self.profiles[key] = await profiles.create(self.world, await self.as_("operator", "04-01"), draft)
        for persona, (at, role) in ROLES.items():
            principal = await access.register_persona(
                self.world, await self.as_("operator", "04-02"), persona=persona, name=persona
            )
            await access.grant_role(
                self.world,
                await self.as_("operator", "04-02"),
                principal=principal,
                profile=self.profiles[at],
                role=role,
            )

    async def publish_courses(self) -> None:
        """The university publishes knowledge, task and ability badges; the board its attendance badge."""
        for course in COURSES:
            self.knowledge[course.slug] = [
                await self.publish(
                    "university",
                    "university-desk",
                    f"{course.title}：{piece}",
                    f"{course.english}, part {n}",
                    AchievementType.BADGE,
                )
                for n, piece in enumerate(course.pieces, 1)
            ]
            self.tasks[course.slug] = await self.publish(
                "university",
                "university-desk",
                f"{course.title}：最終課題",
                f"{course.english}, final task",
                AchievementType.BADGE,
            )
            self.abilities[course.slug] = await self.publish(
                "university", "university-desk", course.title, course.english, AchievementType.MICRO_CREDENTIAL
            )
        self.attendance = await self.publish(
            "board",
            "board-trainer",
            "中堅教諭等資質向上研修（対面）",
            "Mid-career training, face to face",
            AchievementType.COURSE,
        )

    async def publish(self, owner: str, persona: str, japanese: str, english: str, kind: AchievementType) -> Iri:
        """Publish one achievement."""
        return await achievements.create(
            self.world, await self.as_(persona, "04-10"), self.profiles[owner], draft(japanese, english, kind)
        )

    async def build_pathways(self) -> None:
        """Each ability badge is the output of its pieces and task; the stack 中堅研 stands above them."""
        for course in COURSES:
            await self.build(
                "university",
                "university-editor",
                course.title,
                course.english,
                course_pathway([*self.knowledge[course.slug], self.tasks[course.slug]]),
            )
        self.stack = await self.build(
            "board",
            "board-editor",
            "中堅研",
            "Mid-career training",
            stack_pathway(self.abilities, self.attendance, self.profiles["board"]),
        )

    async def build(
        self, owner: str, persona: str, japanese: str, english: str, definition: Mapping[str, object]
    ) -> Iri:
        """Save and publish one pathway."""
        name = LanguageMap({"ja": japanese, "en": english})
        pathway = await publishing.create(
            self.world, await self.as_(persona, "04-15"), owner=self.profiles[owner], name=name, definition=definition
        )
        await publishing.publish(self.world, await self.as_(persona, "04-16"), pathway=pathway)
        return pathway

    async def award_between(self, first: str, last: str) -> None:
        """Award everything that teachers earned between two days, in order."""
        earned = [
            (day, teacher, course)
            for teacher in TEACHERS
            for course, day in teacher.abilities.items()
            if first <= day <= last
        ]
        for day, teacher, course in sorted(earned, key=lambda e: (e[0], e[1].slug, e[2])):
            until = teacher.expires.get(course)
            self.awards[teacher.slug, course] = await self.award(
                teacher, self.abilities[course], day, "university-desk", until
            )
        for teacher in TEACHERS:
            if teacher.face_to_face and first <= teacher.face_to_face <= last:
                await self.award(teacher, self.attendance, teacher.face_to_face, "board-trainer")
        if last < "06":
            for teacher in TEACHERS:
                for course, pieces in teacher.knowledge:
                    for piece in self.knowledge[course][:pieces]:
                        await self.award(teacher, piece, last, "university-desk")

    async def award(self, teacher: Teacher, achievement: Iri, day: str, persona: str, until: str | None = None) -> Iri:
        """Make one award."""
        return await awarding.award(
            self.world,
            await self.as_(persona, day),
            achievement=achievement,
            holder=self.teachers[teacher.slug],
            valid_until=Instant(until) if until else None,
        )

    async def endorse_pieces(self) -> None:
        """The board and the university endorse each other, and the board vouches for every piece and task."""
        await self.offer_and_issue(
            "board-officer", "board", self.profiles["university"], "06-01", "本市の研修を担う大学として内容を保証する。"
        )
        await self.offer_and_issue(
            "university-dean",
            "university",
            self.profiles["board"],
            "06-01",
            "共同で研修を設計している教育委員会である。",
        )
        await self.offer_and_issue(
            "university-dean", "university", self.attendance, "06-01", "内容は本学のオンライン研修と同等である。"
        )
        for course in COURSES:
            for piece in (*self.knowledge[course.slug], self.tasks[course.slug]):
                self.endorsed[piece] = await self.offer_and_issue(
                    "board-officer", "board", piece, "06-01", "本市の育成指標に沿う内容である。"
                )

    async def endorse_abilities(self) -> None:
        """The university asks for its ability badges; the board answers all but two at once."""
        for course in COURSES:
            if course.slug not in ("crisis", "absence"):
                await self.endorse(course.slug, "06-01")

    async def endorse(self, course: str, day: str) -> None:
        """The university asks, the board accepts, then signs."""
        asked = await requests.request(
            self.world,
            await self.as_("university-dean", day),
            Proposal(
                self.profiles["board"],
                self.abilities[course],
                Kind.ENDORSE,
                {"ja": "中堅研の一部として裏書をお願いします。"},
            ),
        )
        await requests.accept(self.world, await self.as_("board-officer", day), endorsement=asked)
        comment = {"ja": "内容を確認し、本市の中堅教諭研修に相当すると認める。"}
        self.endorsed[self.abilities[course]] = await issuing.issue(
            self.world, await self.as_("board-officer", day), endorsement=asked, comment=comment
        )

    async def offer_and_issue(self, persona: str, endorser: str, target: Iri, day: str, comment: str) -> Iri:
        """Endorse without being asked."""
        proposal = Proposal(self.profiles[endorser], target, Kind.ENDORSE, {"ja": comment})
        offered = await requests.offer(self.world, await self.as_(persona, day), proposal)
        return await issuing.issue(self.world, await self.as_(persona, day), endorsement=offered)

    async def revise_classroom(self) -> None:
        """The university publishes a second version of one ability badge; the endorsement is of the first."""
        course = next(c for c in COURSES if c.slug == "classroom")
        await achievements.revise(
            self.world,
            await self.as_("university-desk", "09-01"),
            self.abilities["classroom"],
            draft(
                course.title, course.english, AchievementType.MICRO_CREDENTIAL, more="保護者との連携を加えた改訂版。"
            ),
        )

    async def recommend(self) -> None:
        """Teachers ask their head to recommend an award; the head signs."""
        for teacher in TEACHERS:
            if teacher.recommended:
                award = self.awards[teacher.slug, next(iter(teacher.abilities))]
                asked = await self.ask_head(teacher.slug, award, "11-02")
                self.endorsed[award] = await issuing.issue(
                    self.world,
                    await self.as_("head", "11-04"),
                    endorsement=asked,
                    comment={"ja": "校内での実践にもよく生かしている。"},
                )

    async def ask_head(self, teacher: str, award: Iri, day: str, lapses_at: Instant | None = None) -> Iri:
        """A teacher asks the head."""
        proposal = Proposal(self.profiles["head"], award, Kind.RECOMMEND)
        return await requests.request(self.world, await self.as_(teacher, day), proposal, lapses_at=lapses_at)

    async def unfinished_requests(self) -> None:
        """One request in every state in which a request can stand."""
        head, board = self.profiles["head"], self.profiles["board"]
        await requests.request(
            self.world,
            await self.as_("university-dean", "11-05"),
            Proposal(board, self.abilities["absence"], Kind.ENDORSE),
        )
        returned = await self.university_asks(head, "guidance")
        await requests.send_back(
            self.world,
            await self.as_("head", "11-06"),
            endorsement=returned,
            reason="本校との関わりを書き添えてください。",
        )
        again = await self.university_asks(head, "bullying")
        await requests.send_back(
            self.world, await self.as_("head", "11-06"), endorsement=again, reason="対象の学年を書いてください。"
        )
        await requests.resubmit(
            self.world,
            await self.as_("university-dean", "11-07"),
            endorsement=again,
            comment={"ja": "全学年を対象とする内容です。"},
        )
        withdrawn = await self.university_asks(head, "classroom")
        await requests.withdraw(self.world, await self.as_("university-dean", "11-06"), endorsement=withdrawn)
        accepted = await self.university_asks(head, "reflection")
        await requests.accept(self.world, await self.as_("head", "11-06"), endorsement=accepted)
        await self.ask_head("asked-the-head", self.awards["asked-the-head", "reflection"], "11-07")
        await self.ask_head(
            "asked-too-late", self.awards["asked-too-late", "guidance"], "11-07", Instant("2026-11-14T00:00:00Z")
        )
        declined = await self.ask_head("was-declined", self.awards["was-declined", "guidance"], "11-07")
        await requests.decline(
            self.world,
            await self.as_("head", "11-08"),
            endorsement=declined,
            reason="授業を見る機会がなく、推薦できません。",
        )

    async def university_asks(self, endorser: Iri, course: str) -> Iri:
        """The university asks somebody to endorse an ability badge."""
        proposal = Proposal(
            endorser, self.abilities[course], Kind.ENDORSE, {"ja": "現場での有用性を裏書してください。"}
        )
        return await requests.request(self.world, await self.as_("university-dean", "11-05"), proposal)

    async def take_back(self) -> None:
        """Revoked and void awards, revoked endorsements."""
        for teacher in TEACHERS:
            for course in (*teacher.revoked, *teacher.voided):
                await awarding.revoke_award(
                    self.world,
                    await self.as_("university-desk", "11-09"),
                    award=self.awards[teacher.slug, course],
                    reason="発行時の確認に誤りがあった。",
                    void=course in teacher.voided,
                )
        for target in (self.abilities["devices"], self.knowledge["devices"][0], self.knowledge["absence"][2]):
            await self.revoke("board-officer", target, "内容が古くなった。")
        await self.revoke("head", self.awards["one-badge", "reflection"], "本人の申し出による。")

    async def revoke(self, persona: str, target: Iri, reason: str) -> None:
        """Take one signed endorsement back."""
        await issuing.revoke(
            self.world, await self.as_(persona, "11-10"), endorsement=self.endorsed[target], reason=reason
        )


def draft(japanese: str, english: str, kind: AchievementType, more: str = "") -> AchievementDraft:
    """Return the content of a badge."""
    return AchievementDraft(
        name=LanguageMap({"ja": japanese, "en": english}),
        description=LanguageMap(
            {"ja": f"「{japanese}」を学び終えたことを示す。{more}", "en": f"Shows that “{english}” was completed."}
        ),
        criteria=LanguageMap(
            {"ja": "すべての動画を視聴し、確認テストに合格する。", "en": "Watch all videos and pass the test."}
        ),
        achievement_type=kind,
    )
