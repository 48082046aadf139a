"""Who plays, made through the API: a board endorses what a university offers, a teacher holds an award of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.services import access, completions
from graph_service.services.call import Call
from graph_service.services.judging import Memory
from tests.api.service import Api

ROLES = {
    "board-owner": ("board", "OWNER"),
    "officer": ("board", "ENDORSER"),
    "editor": ("board", "EDITOR"),
    "university-owner": ("university", "OWNER"),
    "dean": ("university", "ENDORSER"),
    "desk": ("university", "ISSUER"),
    "publisher": ("university", "EDITOR", "ISSUER"),
    "head": ("school", "ENDORSER"),
    "stranger": ("elsewhere", "ENDORSER", "ISSUER", "EDITOR", "OWNER", "VIEWER"),
}
"""What everybody is, and where. The teacher has no role; the operator runs the service."""


def texts(text: str) -> list[dict[str, str]]:
    """Return a text in Japanese as the API takes it."""
    return [{"language": "ja", "text": text}]


def training(**changes: Any) -> dict[str, Any]:
    """Return what is recognised as a training."""
    worth = {"unit": "DAYS", "amount": "1.5"}
    named = {"training": texts("中堅教諭等資質向上研修"), "organiser": texts("みなと市教育委員会")}
    return {**named, "attribute": "MANDATORY", "fiscalYears": [2026, 2027], **worth, **changes}


def content(text: str) -> dict[str, Any]:
    """Return the content of an achievement."""
    return {"name": texts(text), "description": texts(text), "criteria": texts(text)}


@dataclass
class Play:
    """The cast, and short ways to make what a test needs."""

    api: Api
    board: str
    university: str
    school: str
    elsewhere: str
    principals: dict[str, str]
    badge: str = ""
    learner: str = ""
    award: str = ""
    counted: int = 0
    memory: Memory = field(default_factory=Memory)

    def number(self) -> int:
        """Return a number that was not returned before."""
        self.counted += 1
        return self.counted

    async def achievement(self, name: str = "学校の危機管理") -> str:
        """Publish an achievement of the university."""
        made = await self.api.do("createAchievement", "desk", owner=self.university, input=content(name))
        return made["achievement"]["id"]

    async def awarded(self, achievement: str | None = None) -> str:
        """Award an achievement to the teacher."""
        made = await self.api.do("awardAchievement", "desk", achievement=achievement or self.badge, holder=self.learner)
        return made["award"]["id"]

    async def fresh_learner(self) -> str:
        """Make a learner who holds nothing."""
        return (await self.api.do("registerLearner", "desk"))["learner"]["id"]

    async def requested(self, target: str | None = None) -> str:
        """Ask the board for an endorsement of the badge."""
        made = await self.api.do(
            "requestEndorsement",
            "dean",
            input={
                "endorser": self.board,
                "target": target or self.badge,
                "comment": {"language": "ja", "text": "裏書をお願いします。"},
            },
        )
        return made["endorsement"]["id"]

    async def revised(self, achievement: str) -> None:
        """Publish the next version of an achievement."""
        await self.api.do("reviseAchievement", "desk", achievement=achievement, input=content("改訂版"))

    async def offered(self, target: str, persona: str = "officer", endorser: str = "") -> str:
        """Let the board, or another endorser, prepare an endorsement without being asked."""
        proposal = {"endorser": endorser or self.board, "target": target}
        return (await self.api.do("offerEndorsement", persona, input=proposal))["endorsement"]["id"]

    async def endorsed(self, target: str, persona: str = "officer", endorser: str = "") -> dict[str, Any]:
        """Let the board, or another endorser, endorse without being asked."""
        offered = await self.offered(target, persona, endorser)
        return (await self.api.do("issueEndorsement", persona, endorsement=offered))["endorsement"]

    async def issued(self, target: str | None = None) -> dict[str, Any]:
        """Let the board sign an endorsement of the badge."""
        made = await self.api.do("issueEndorsement", "officer", endorsement=await self.requested(target))
        return made["endorsement"]

    async def recommended(self) -> dict[str, Any]:
        """Let the school's head recommend the teacher, who asked for it: an endorsement of a private award."""
        asked = await self.api.do(
            "requestEndorsement",
            "teacher",
            input={"endorser": self.school, "target": await self.awarded(), "kind": "RECOMMEND"},
        )
        made = await self.api.do("issueEndorsement", "head", endorsement=asked["endorsement"]["id"])
        return made["endorsement"]

    def definition(self, *targets: str) -> dict[str, Any]:
        """Return a pathway: all of these achievements, each endorsed by the board."""
        guards = {"endorsedBy": [{"profiles": [self.board]}]}
        leaves = [
            {"id": f"leaf-{number}", "kind": "LEAF", "targets": [target], "guards": guards}
            for number, target in enumerate(targets or (self.badge,))
        ]
        root = {"id": "all", "kind": "ALL", "parts": [leaf["id"] for leaf in leaves]}
        return {"root": "all", "nodes": [root, *leaves]}

    async def drafted(self, definition: dict[str, Any] | None = None) -> str:
        """Make a pathway of the board with a draft."""
        made = await self.api.do(
            "createPathway",
            "editor",
            owner=self.board,
            name=texts("中堅研"),
            definition=self.definition() if definition is None else definition,
        )
        return made["pathway"]["id"]

    async def published(self, *targets: str) -> str:
        """Make a pathway of the board and publish it."""
        pathway = await self.drafted(self.definition(*targets))
        await self.api.do("publishPathwayVersion", "editor", pathway=pathway)
        return pathway

    async def refreshed(self) -> None:
        """Let completions follow what happened, as the service does every few seconds."""
        await completions.refresh(self.api.world, self.memory, self.api.clock)

    async def persona(self, name: str, learner: str | None = None) -> str:
        """Make somebody whom development mode signs in by name."""
        operator = await access.by_persona(self.api.world, "operator", self.api.clock.at)
        call = Call(operator, self.api.clock())
        return await access.register_persona(
            self.api.world,
            call,
            persona=name,
            name=LanguageMap({"en": name}),
            learner=Iri(learner) if learner else None,
        )


async def gathered(api: Api) -> Play:
    """Make the cast."""
    profiles = {
        "board": ("minato-board", "みなと市教育委員会"),
        "university": ("konan-university", "港南教育大学"),
        "school": ("aoba-school", "青葉中学校"),
        "elsewhere": ("yamate-board", "やまて市教育委員会"),
    }
    made = {
        key: (await api.do("createProfile", "operator", input={"name": texts(name), "slug": slug}))["profile"]["id"]
        for key, (slug, name) in profiles.items()
    }
    play = Play(api, principals={}, **made)
    for persona, (at, *roles) in ROLES.items():
        play.principals[persona] = await play.persona(persona)
        for role in roles:
            await api.do("grantRole", "operator", principal=play.principals[persona], profile=made[at], role=role)
    play.badge = await play.achievement()
    play.learner = (await api.do("registerLearner", "desk"))["learner"]["id"]
    play.principals["teacher"] = await play.persona("teacher", play.learner)
    play.award = await play.awarded()
    return play
