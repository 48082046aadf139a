"""A small cast made through the services: a board, a university, a school head, badges, teachers."""

from __future__ import annotations

import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.domain.profile import ProfileDraft
from graph_service.domain.time import Instant, Span, instant, later
from graph_service.envelope import Envelope
from graph_service.services import achievements, awarding, founding, learners, profiles, proposing
from graph_service.services.access import service_profile
from graph_service.services.call import Call, World
from graph_service.services.proposing import Proposal
from graph_service.store import Endpoint, Store
from tests.engines import wipe

BASE = "https://graph-service.example"
START = instant("2026-04-01T00:00:00Z")
ALWAYS = Span(instant("2020-01-01T00:00:00Z"))


@asynccontextmanager
async def empty_world(engine: Endpoint, **options: object) -> AsyncIterator[World]:
    """Open a world over an emptied, migrated and founded database."""
    await wipe(engine)
    store = Store.open(engine, **options)  # type: ignore[arg-type]
    try:
        await store.migrate(base_url=BASE, at=START)
        world = World(store, Envelope(b"k" * 32), BASE, random.Random(7).randbytes, secrets.token_bytes)
        await founding.found(world, START)
        yield world
    finally:
        await store.close()


def text(words: str) -> LanguageMap:
    """Return a Japanese text."""
    return LanguageMap({"ja": words})


@dataclass
class Cast:
    """Who plays. Principals are made here: how they sign in is tested elsewhere."""

    world: World
    at: Instant = START
    board: Iri = Iri("")
    university: Iri = Iri("")
    badge: Iri = Iri("")
    learner: Iri = Iri("")
    award: Iri = Iri("")
    steps: int = field(default=0)

    def call(self, principal: Principal, at: Instant | None = None) -> Call:
        """Return a call, one second after the call before."""
        self.steps += 1
        return Call(principal, at or later(self.at, seconds=self.steps))

    @property
    def operator(self) -> Principal:
        """Who runs the service."""
        return Principal(Iri("urn:x:operator"), (Membership(Role.OPERATOR, service_profile(self.world), ALWAYS),))

    @property
    def officer(self) -> Principal:
        """Who endorses for the board."""
        return self.member("officer", self.board, Role.ENDORSER)

    @property
    def dean(self) -> Principal:
        """Who asks and endorses for the university."""
        return self.member("dean", self.university, Role.ENDORSER)

    @property
    def desk(self) -> Principal:
        """Who awards for the university."""
        return self.member("desk", self.university, Role.ISSUER)

    @property
    def editor(self) -> Principal:
        """Who writes the board's pathways."""
        return self.member("editor", self.board, Role.EDITOR)

    @property
    def teacher(self) -> Principal:
        """The holder of the award."""
        return Principal(Iri("urn:x:teacher"), learner=self.learner)

    def member(self, name: str, profile: Iri, *roles: Role) -> Principal:
        """Return somebody with roles at a profile."""
        return Principal(Iri(f"urn:x:{name}"), tuple(Membership(role, profile, ALWAYS) for role in roles))

    async def profile(self, slug: str, name: str) -> Iri:
        """Make a profile."""
        return await profiles.create(self.world, self.call(self.operator), ProfileDraft(text(name), slug=slug))

    async def achievement(self, name: str) -> Iri:
        """Publish a badge of the university."""
        draft = AchievementDraft(text(name), text(name), text(name))
        return await achievements.create(self.world, self.call(self.desk), self.university, draft)

    async def awarded(self, achievement: Iri) -> Iri:
        """Award a badge to the teacher."""
        return await awarding.award(self.world, self.call(self.desk), achievement=achievement, holder=self.learner)

    async def revise(self, achievement: Iri) -> None:
        """Publish the next version of a badge."""
        draft = AchievementDraft(text("改訂版"), text("改訂版"), text("改訂版"))
        await achievements.revise(self.world, self.call(self.desk), achievement, draft)

    async def request(self, target: Iri | None = None, kind: Kind = Kind.ENDORSE, **changes: object) -> Iri:
        """Ask the board to endorse the badge."""
        proposal = replace(Proposal(self.board, target or self.badge, kind, {"ja": "裏書をお願いします。"}), **changes)  # type: ignore[arg-type]
        return await proposing.request(self.world, self.call(self.dean), proposal)


async def gather_cast(world: World) -> Cast:
    """Make the cast: one badge, and one teacher who holds it."""
    cast = Cast(world)
    cast.board = await cast.profile("minato-board", "みなと市教育委員会")
    cast.university = await cast.profile("konan-university", "港南教育大学")
    cast.badge = await cast.achievement("学校の危機管理")
    cast.learner = await learners.register_learner(world, cast.call(cast.desk))
    cast.award = await awarding.award(world, cast.call(cast.desk), achievement=cast.badge, holder=cast.learner)
    return cast
