"""Pathways with an output, and what is kept of who completes them, for the tests of completions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal, Role
from graph_service.domain.time import Instant, later
from graph_service.services import achievements, awarding, completions, learners, publishing
from graph_service.services.judging import Memory
from tests.casts import Cast, text

Row = Mapping[str, Any]
KEPT = "MATCH (c:Completion) WHERE c.learnerId = $id RETURN c {.*} AS row ORDER BY c.pathwayId"
AWARDS = "MATCH (w:Award) WHERE w.holderId = $id AND w.achievementId = $badge RETURN w {.*} AS row ORDER BY w.id"
EVENTS = "MATCH (e:Event)-[:ABOUT]->(x:Entity {id: $id}) RETURN e.action AS row ORDER BY e.at, e.id"


@dataclass
class Stacks:
    """The university and the board, each with badges and pathways of its own."""

    cast: Cast
    memory: Memory = field(default_factory=Memory)

    def officer(self, owner: Iri) -> Principal:
        """Who writes pathways and awards for a profile."""
        return self.cast.member(f"officer of {owner}", owner, Role.EDITOR, Role.ISSUER)

    async def badge(self, owner: Iri, name: str = "研修バッジ") -> Iri:
        """Publish a badge."""
        draft = AchievementDraft(text(name), text(name), text(name))
        return await achievements.create(self.cast.world, self.cast.call(self.officer(owner)), owner, draft)

    async def stack(
        self,
        owner: Iri,
        *targets: Iri,
        output: Iri | None = None,
        issue: str = "AUTO",
        on_lapse: str = "KEEP",
        guards: Mapping[str, object] | None = None,
    ) -> Iri:
        """Publish a pathway: all of these badges."""
        definition = asking(*targets, output=output, issue=issue, on_lapse=on_lapse, guards=guards)
        return await self.published(owner, definition)

    async def published(self, owner: Iri, definition: Mapping[str, object]) -> Iri:
        """Publish a pathway."""
        world, officer = self.cast.world, self.officer(owner)
        call = self.cast.call(officer)
        pathway = await publishing.create(world, call, owner=owner, name=text("研修"), definition=definition)
        await publishing.publish(world, self.cast.call(officer), pathway=pathway)
        return pathway

    async def learner(self) -> Iri:
        """Register a learner."""
        return await learners.register_learner(self.cast.world, self.cast.call(self.cast.desk))

    async def award(self, badge: Iri, learner: Iri, owner: Iri | None = None, until: Instant | None = None) -> Iri:
        """Award a badge, of the university unless another is named."""
        call = self.cast.call(self.officer(owner or self.cast.university))
        return await awarding.award(self.cast.world, call, achievement=badge, holder=learner, valid_until=until)

    def now(self) -> Instant:
        """Return the instant of the last call."""
        return later(self.cast.at, seconds=self.cast.steps)

    def pass_days(self, days: int) -> None:
        """Let time go by."""
        self.cast.steps += days * 86_400

    async def refresh(self) -> int:
        """Follow what happened and judge."""
        return await completions.refresh(self.cast.world, self.memory, self.now)

    async def kept(self, learner: Iri) -> list[Row]:
        """Return what is kept of a learner."""
        return await self.cast.world.store.run("kept", KEPT, {"id": learner})

    async def completion(self, learner: Iri, pathway: Iri) -> Row:
        """Return what is kept of a learner on one pathway."""
        [found] = [row for row in await self.kept(learner) if row["pathwayId"] == pathway]
        return found

    async def awards(self, learner: Iri, badge: Iri) -> list[Row]:
        """Return the awards of a badge that a learner was given."""
        return await self.cast.world.store.run("awards", AWARDS, {"id": learner, "badge": badge})

    async def events(self, about: str) -> list[str]:
        """Return the actions about something, in order of time."""
        return await self.cast.world.store.run("events", EVENTS, {"id": about})


def asking(
    *targets: Iri,
    output: Iri | None = None,
    issue: str = "AUTO",
    on_lapse: str = "KEEP",
    guards: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Return the definition of a pathway that asks for all of these badges."""
    leaves = [
        {"id": f"leaf-{number}", "kind": "LEAF", "targets": [target], **({"guards": guards} if guards else {})}
        for number, target in enumerate(targets)
    ]
    root = {"id": "all", "kind": "ALL", "parts": [leaf["id"] for leaf in leaves]}
    given = {"output": {"achievement": output, "issue": issue, "onLapse": on_lapse}} if output else {}
    return {"root": "all", "nodes": [root, *leaves], **given}
