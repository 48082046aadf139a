"""The stage on which the story is played: who stands on it, and the acts that its chapters repeat."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph_service.demo.crowd import SEED
from graph_service.demo.earning import Earned, Teacher
from graph_service.demo.people import DESKS
from graph_service.demo.text import Text, both
from graph_service.domain.achievement import AchievementDraft, AchievementType
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal
from graph_service.domain.recognition import Recognition
from graph_service.domain.time import Instant, instant, later
from graph_service.services import access, achievements, awarding, issuing, proposing, publishing
from graph_service.services.awarding import AwardRow
from graph_service.services.call import Call, World
from graph_service.services.proposing import Proposal

KNOWLEDGE = AchievementType.BADGE
TASK = AchievementType.COMPETENCY
ABILITY = AchievementType.MICRO_CREDENTIAL
ATTENDANCE = AchievementType.COURSE
STACK = AchievementType.LEARNING_PROGRAM

CRITERIA: Mapping[AchievementType, Text] = {
    KNOWLEDGE: ("動画を視聴し、確認テストに合格する。", "Watch the videos and pass the test."),
    TASK: ("最終課題を提出し、合格する。", "Hand in the final task and pass."),
    ABILITY: ("すべての知識バッジと最終課題のバッジを得る。", "Earn every knowledge badge and that of the final task."),
    ATTENDANCE: ("出席し、ふり返りを提出する。", "Attend, and hand in a reflection."),
    STACK: ("積み上げの条件を満たす。", "Meet the conditions of the pathway."),
}
LIST_LENGTH = 200  # awards; what one act writes well within its deadline


class Stage:
    """A world whose ids come from the seed, and what was made in it so far."""

    def __init__(self, world: World) -> None:
        self.world = replace(world, entropy=random.Random(SEED).randbytes)  # noqa: S311 (ids of demo data, not secrets)
        self.steps = 0
        self.minutes: Counter[str] = Counter()
        self.principals: dict[str, Principal] = {}
        self.parties: dict[str, Iri] = {}
        self.badges: dict[str, Iri] = {}
        self.offered_by: dict[str, str] = {}  # badge → party
        self.pathways: dict[str, Iri] = {}
        self.teachers: dict[str, Iri] = {}
        self.awards: dict[tuple[str, Earned], Iri] = {}
        self.endorsements: dict[tuple[str, Iri], Iri] = {}  # endorsing party, target → endorsement

    async def as_(self, persona: str, day: str) -> Call:
        """Return the call of somebody on a day of 2026, a minute after that day's step before, under the next key."""
        self.steps += 1
        self.minutes[day] += 1
        at = later(instant(f"2026-{day}T00:00:00Z"), seconds=60 * self.minutes[day])
        if persona not in self.principals:
            self.principals[persona] = await access.by_persona(self.world, persona, at)
        return Call(self.principals[persona], at, request_id=f"demo-{self.steps}", idempotency_key=f"demo-{self.steps}")

    async def publish(self, party: str, badge: str, name: Text, kind: AchievementType, field: Text) -> None:
        """Publish what a party offers; `badge` is what the tables call it."""
        call = await self.as_(DESKS[party], "04-10")
        self.offered_by[badge] = party
        self.badges[badge] = await achievements.create(
            self.world, call, self.parties[party], content(name, kind, field)
        )

    async def build(self, persona: str, owner: str, name: Text, definition: Mapping[str, object]) -> Iri:
        """Save and publish a pathway."""
        pathway = await publishing.create(
            self.world,
            await self.as_(persona, "04-15"),
            owner=self.parties[owner],
            name=both(name),
            definition=definition,
        )
        await publishing.publish(self.world, await self.as_(persona, "04-16"), pathway=pathway)
        return pathway

    async def award(self, party: str, day: str, due: Iterable[tuple[Teacher, Earned]]) -> None:
        """Award what is due: from lists, and one by one what no list can say (an end, the same twice on one day)."""
        persona = DESKS[party]
        listed: dict[tuple[str, str, str], tuple[Teacher, Earned]] = {}
        single = []
        for teacher, earned in due:
            place = (teacher.slug, earned.badge, earned.at[:10])
            if earned.until is None and place not in listed:
                listed[place] = (teacher, earned)
            else:
                single.append((teacher, earned))
        entries = list(listed.values())
        for first in range(0, len(entries), LIST_LENGTH):
            part = entries[first : first + LIST_LENGTH]
            rows = [AwardRow(self.teachers[t.slug], self.badges[e.badge], e.at) for t, e in part]
            call = await self.as_(persona, day)
            made = await awarding.award_many(self.world, call, issuer=self.parties[party], rows=rows)
            self.awards |= {(t.slug, e): award for (t, e), award in zip(part, made, strict=True)}
        for teacher, earned in single:
            self.awards[teacher.slug, earned] = await awarding.award(
                self.world,
                await self.as_(persona, day),
                achievement=self.badges[earned.badge],
                holder=self.teachers[teacher.slug],
                awarded_at=earned.at,
                valid_until=earned.until,
            )

    async def offer(
        self,
        persona: str,
        endorser: str,
        target: Iri,
        day: str,
        comment: str,
        *,
        kind: Kind = Kind.ENDORSE,
        valid_until: str | None = None,
        recognition: Recognition | None = None,
    ) -> None:
        """Endorse without being asked."""
        proposal = Proposal(self.parties[endorser], target, kind, {"ja": comment}, valid_until, recognition)
        offered = await proposing.offer(self.world, await self.as_(persona, day), proposal)
        await self.sign(persona, endorser, target, offered, day)

    async def ask(
        self,
        persona: str,
        endorser: str,
        target: Iri,
        day: str,
        *,
        kind: Kind = Kind.ENDORSE,
        comment: str | None = None,
        lapses_at: Instant | None = None,
    ) -> Iri:
        """Ask a party to endorse; return the request."""
        proposal = Proposal(self.parties[endorser], target, kind, {"ja": comment} if comment else None)
        return await proposing.request(self.world, await self.as_(persona, day), proposal, lapses_at=lapses_at)

    async def sign(
        self, persona: str, endorser: str, target: Iri, endorsement: Iri, day: str, comment: str | None = None
    ) -> None:
        """Sign what was asked or offered."""
        self.endorsements[endorser, target] = await issuing.issue(
            self.world,
            await self.as_(persona, day),
            endorsement=endorsement,
            comment={"ja": comment} if comment else None,
        )

    async def revoke(self, persona: str, endorser: str, target: Iri, day: str, reason: str) -> None:
        """Take a signed endorsement back."""
        signed = self.endorsements[endorser, target]
        await issuing.revoke(self.world, await self.as_(persona, day), endorsement=signed, reason=reason)


def content(name: Text, kind: AchievementType, field: Text, *, more: str = "") -> AchievementDraft:
    """Return the content of a badge."""
    japanese, english = name
    shows = (f"「{japanese}」を学び終えたことを示す。{more}", f"Shows that “{english}” was completed.")
    return AchievementDraft(both(name), both(shows), both(CRITERIA[kind]), kind, both(field))
