"""A small world with something of everything that a page may have to show, made through the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from graph_service.domain.achievement import AchievementDraft, AchievementType
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.policy import PUBLIC, Role
from graph_service.domain.profile import ProfileDraft
from graph_service.domain.recognition import Attribute, Recognition, Step, Unit
from graph_service.domain.time import Instant
from graph_service.services import (
    access,
    achievements,
    award_credentials,
    awarding,
    display,
    handing_in,
    inviting,
    issuing,
    keys,
    learners,
    profiles,
    proposing,
    publications,
    publishing,
)
from graph_service.services.call import World
from graph_service.services.inviting import Invitation
from graph_service.services.proposing import Proposal
from graph_service.services.publishing import version_id
from tests.casts import Cast
from tests.signers import Person

HOSTILE = {
    "script": "<script>document.title='stolen'</script><img src=x onerror=alert(1)>",
    "braces": "{{ 7 * 7 }} {name} %s ${x}",
    "override": "\u202egnp.exe\u202c \u202eRTL override",
    "arabic": "شارة المعلم (إدارة الأزمات)",
    "unbroken": "W" * 300,
    "kana": "ﾊﾝｶｸｶﾅ" * 40,
    "emoji": "👩🏽‍🏫🏆🧑‍🤝‍🧑 先生バッジ 🇯🇵",
    "zalgo": "Z" + "\u0351\u0317\u0306\u0332" * 12 + "algo" + "\u0324\u0316\u035c" * 12,
}


@dataclass
class Gallery:
    """Where to look: paths by a telling name, and the personas who may look."""

    world: World
    cast: Cast
    paths: dict[str, str] = field(default_factory=dict)
    badges: dict[str, Iri] = field(default_factory=dict)
    learners: dict[str, Iri] = field(default_factory=dict)
    pathways: dict[str, Iri] = field(default_factory=dict)

    def show(self, name: str, iri: str) -> None:
        self.paths[name] = iri.removeprefix(self.world.base_url)

    async def badge(self, key: str, name: str | LanguageMap, kind: AchievementType = AchievementType.BADGE) -> Iri:
        names = LanguageMap({"ja": name}) if isinstance(name, str) else name
        draft = AchievementDraft(names, names, names, kind, LanguageMap({"ja": "学校経営", "en": "School management"}))
        cast = self.cast
        self.badges[key] = await achievements.create(self.world, cast.call(cast.desk), cast.university, draft)
        return self.badges[key]

    async def endorsed(self, target: Iri, comment: str = "内容を確認しました。", until: str | None = None) -> Iri:
        """Let the board endorse; return the endorsement."""
        cast = self.cast
        proposal = Proposal(cast.board, target, Kind.ENDORSE, {"ja": comment}, until)
        offered = await proposing.offer(self.world, cast.call(cast.officer), proposal)
        return await issuing.issue(self.world, cast.call(cast.officer), endorsement=offered)

    async def credential(self, name: str, endorsement: Iri) -> None:
        self.show(name, (await publications.addresses(self.world, endorsement))[0])

    async def pathway(self, name: str, names: LanguageMap, definition: dict[str, Any]) -> Iri:
        cast = self.cast
        made = await publishing.create(
            self.world, cast.call(cast.editor), owner=cast.board, name=names, definition=definition
        )
        await publishing.publish(self.world, cast.call(cast.editor), pathway=made)
        self.show(name, made)
        self.pathways[name] = made
        return made

    async def teacher(self, persona: str, *badges: str) -> None:
        cast = self.cast
        learner = await learners.register_learner(self.world, cast.call(cast.desk))
        for badge in badges:
            await awarding.award(self.world, cast.call(cast.desk), achievement=self.badges[badge], holder=learner)
        self.learners[persona] = learner
        await access.register_persona(
            self.world,
            cast.call(cast.operator),
            persona=persona,
            name=LanguageMap({"ja": f"教員 {persona}"}),
            learner=learner,
        )


async def hang(world: World) -> Gallery:
    """Make it all."""
    cast = Cast(world)
    gallery = Gallery(world, cast)
    board = LanguageMap({"ja": "みなと市教育委員会", "en": "Minato City Board of Education"})
    university = LanguageMap({"ja": "港南教育大学", "en": "Konan University of Education"})
    cast.board = await profiles.create(world, cast.call(cast.operator), ProfileDraft(board, slug="minato-board"))
    cast.university = await profiles.create(world, cast.call(cast.operator), ProfileDraft(university, slug="konan"))
    officer = await access.register_persona(
        world,
        cast.call(cast.operator),
        persona="officer",
        name=LanguageMap({"ja": "裏書担当", "en": "Endorsing officer"}),
    )
    await access.grant_role(world, cast.call(cast.operator), principal=officer, profile=cast.board, role=Role.ENDORSER)
    await _credentials(gallery)
    await _awards(gallery)
    await _hostile(gallery)
    await _stacks(gallery)
    await _terms(gallery)
    await _doubts(gallery)
    gallery.paths |= {"start": "/", "personas": "/personas", "verify": "/verify"}
    gallery.paths["missing"] = "/achievements/01AAAAAAAAAAAAAAAAAAAAAAAA"
    return gallery


async def _credentials(gallery: Gallery) -> None:
    """An endorsement in every state in which it may be shown."""
    world, cast = gallery.world, gallery.cast
    names = LanguageMap({"ja": "学校の危機管理", "en": "Crisis management in schools"})
    valid = await gallery.badge("crisis", names, AchievementType.MICRO_CREDENTIAL)
    gallery.show("badge", valid)
    await gallery.credential("valid", await gallery.endorsed(valid))
    await gallery.credential("of a profile", await gallery.endorsed(cast.university))
    expiring = await gallery.badge("expiring", "期限のある裏書のバッジ")
    await gallery.credential("expired", await gallery.endorsed(expiring, until="2026-09-30T14:59:59Z"))
    gallery.show("badge, expired endorsement", expiring)
    taken_back = await gallery.badge("revoked", "失効した裏書のバッジ")
    endorsement = await gallery.endorsed(taken_back)
    await issuing.revoke(world, cast.call(cast.officer), endorsement=endorsement, reason="内容が古くなった。")
    await gallery.credential("revoked", endorsement)
    gallery.show("badge, revoked endorsement", taken_back)
    revised = await gallery.badge("revised", "改訂されたバッジ")
    await gallery.credential("earlier version", await gallery.endorsed(revised))
    draft = AchievementDraft(*[LanguageMap({"ja": "改訂されたバッジ"})] * 3)
    await achievements.revise(world, cast.call(cast.desk), revised, draft)
    gallery.show("badge, earlier version", revised)


async def _awards(gallery: Gallery) -> None:
    """A signed award that everybody sees, with endorsements in it, and one that was taken back."""
    world, cast = gallery.world, gallery.cast
    await gallery.teacher("proud")
    cast.learner = gallery.learners["proud"]
    for name in ("award", "award, revoked"):
        award = await awarding.award(
            world, cast.call(cast.desk), achievement=gallery.badges["crisis"], holder=cast.learner
        )
        asked = Proposal(cast.board, award, Kind.RECOMMEND, {"ja": "校内研修でも成果を広めています。"})
        recommendation = await proposing.request(world, cast.call(cast.teacher), asked)
        await issuing.issue(world, cast.call(cast.officer), endorsement=recommendation)
        await award_credentials.issue(world, cast.call(cast.desk), award=award, endorsements=True)
        await display.show_award(world, cast.call(cast.teacher), award=award, shown=True)
        gallery.show(name, award)
    await awarding.revoke_award(world, cast.call(cast.desk), award=award, reason="成績の集計に誤りがあった。")


async def _terms(gallery: Gallery) -> None:
    """A training that is recognised, and words of others on a pathway: on its own behalf, and of the version before."""
    world, cast = gallery.world, gallery.cast
    training = Recognition(
        training=LanguageMap({"ja": "中堅教諭等資質向上研修", "en": "Mid-career training"}),
        organiser=LanguageMap({"ja": "みなと市教育委員会", "en": "Minato City Board of Education"}),
        attribute=Attribute.MANDATORY,
        fiscal_years=(2026, 2027),
        unit=Unit.DAYS,
        achievements=[gallery.badges["crisis"], gallery.badges["revised"]],
        steps=[Step(1, Decimal("0.5")), Step(2, Decimal("1.5"))],
    )
    comment = {"ja": "対面研修の一部に代えることができます。"}
    proposal = Proposal(cast.board, gallery.badges["crisis"], Kind.RECOGNISE, comment, recognition=training)
    offered = await proposing.offer(world, cast.call(cast.officer), proposal)
    await gallery.credential("recognition", await issuing.issue(world, cast.call(cast.officer), endorsement=offered))
    version = version_id(gallery.pathways["pathway"], 1)
    offered = await proposing.offer(
        world, cast.call(cast.dean), Proposal(cast.university, version, Kind.ENDORSE, {"ja": "順序も内容も適切です。"})
    )
    await gallery.credential("of a pathway", await issuing.issue(world, cast.call(cast.dean), endorsement=offered))
    await profiles.set_endorsement_policy(
        world, cast.call(cast.operator), profile=cast.board, different_people=False, allows_self_endorsement=True
    )
    await gallery.endorsed(version, "本市が自ら設けた道筋です。")


async def _doubts(gallery: Gallery) -> None:
    """What is not to be relied on: a name that somebody gives, a compromised key; and an award that nobody signed."""
    world, cast = gallery.world, gallery.cast
    claimed = await gallery.badge("claimed", "自称の裏書と漏れた鍵のバッジ")
    gallery.show("badge, doubtful", claimed)
    person = Person.new("みなと市教育委員会")
    asked = Invitation(target=claimed, kind=Kind.ENDORSE, to=person.did)
    invited = await inviting.invite(world, cast.call(cast.dean), asked)
    claim = {"id": claimed, "type": ["EndorsementSubject"], "endorsementComment": "本市の研修と認めます。"}
    document, public = person.claim(claim), cast.call(PUBLIC)
    signed = person.sign(document)
    await handing_in.hand_in(world, public, str(invited.secret), address="", document=signed, seen=1)
    gallery.paths["of somebody elsewhere"] = f"/credentials?id={document['id']}"
    names = LanguageMap({"ja": "うしお市教育委員会", "en": "Ushio City Board of Education"})
    other = await profiles.create(world, cast.call(cast.operator), ProfileDraft(names))
    captain = cast.member("captain", other, Role.ENDORSER)
    offered = await proposing.offer(world, cast.call(captain), Proposal(other, claimed, Kind.ENDORSE, None))
    await gallery.credential("key compromised", await issuing.issue(world, cast.call(captain), endorsement=offered))
    (key,) = await keys.listed(world, other, cast.call(captain).at)
    await keys.compromise(world, cast.call(cast.operator), key=key["id"], reason="端末を紛失した。")
    award = await awarding.award(world, cast.call(cast.desk), achievement=claimed, holder=gallery.learners["proud"])
    gallery.show("award, unsigned", award)


async def _hostile(gallery: Gallery) -> None:
    """Names that mean no good, everywhere that a name is shown."""
    for key, name in HOSTILE.items():
        gallery.show(f"hostile badge: {key}", await gallery.badge(key, name))
    endorsement = await gallery.endorsed(gallery.badges["script"], comment=HOSTILE["script"])
    await gallery.credential("hostile: script", endorsement)
    await gallery.credential("hostile: unbroken", await gallery.endorsed(gallery.badges["unbroken"], "W" * 900))
    leaves = [{"id": key, "kind": "LEAF", "targets": [gallery.badges[key]]} for key in HOSTILE]
    groups = [
        {
            "id": f"level-{n}",
            "kind": "ALL",
            "parts": [f"level-{n + 1}" if n < 6 else "script"],
            "name": {"en": "W" * 300},
        }
        for n in range(7)
    ]
    definition = {"root": "all", "nodes": [
        {"id": "all", "kind": "AT_LEAST", "count": 3, "parts": [*HOSTILE, "level-0"], "name": {"ja": HOSTILE["script"]}},
        *groups,
        *leaves,
    ]}  # fmt: skip
    await gallery.pathway("hostile pathway", LanguageMap({"ja": HOSTILE["unbroken"]}), definition)


async def _stacks(gallery: Gallery) -> None:
    """The stack of the story in small, and one as large as the largest real one, with teachers in every state."""
    guard = {"endorsedBy": [{"profiles": [gallery.cast.board]}]}
    keys = ("crisis", "expiring", "revoked", "revised")
    leaves = [{"id": key, "kind": "LEAF", "targets": [gallery.badges[key]], "guards": guard} for key in keys]
    attendance = await gallery.badge(
        "attendance", LanguageMap({"ja": "対面研修", "en": "Face to face"}), AchievementType.COURSE
    )
    definition = {"root": "either", "nodes": [
        {"id": "either", "kind": "ANY", "parts": ["attendance", "online"]},
        {"id": "attendance", "kind": "LEAF", "targets": [attendance]},
        {"id": "online", "kind": "ALL", "parts": ["some", "crisis"], "name": {"ja": "オンライン", "en": "Online"}},
        {"id": "some", "kind": "AT_LEAST", "count": 2, "parts": keys, "name": {"ja": "4つのうち2つ", "en": "2 of 4"}},
        *leaves,
    ]}  # fmt: skip
    stack = LanguageMap({"ja": "中堅研", "en": "Mid-career training"})
    await gallery.pathway("pathway", stack, definition)
    await gallery.teacher("nothing-yet")
    await gallery.teacher("face-to-face", "attendance")
    await gallery.teacher("nearly", "crisis", "revoked", "expiring")
    await gallery.teacher("complete", "crisis", "revised", "attendance")
    pieces = [await gallery.badge(f"piece-{n}", f"知識バッジ {n}：単元 {n}") for n in range(90)]
    leaves = [{"id": f"piece-{n}", "kind": "LEAF", "targets": [piece]} for n, piece in enumerate(pieces)]
    groups = [
        {"id": f"group-{g}", "kind": "ALL", "parts": [f"piece-{(g * 6 + n) % 90}" for n in range(12)]}
        for g in range(15)
    ]
    root = {"id": "root", "kind": "AT_LEAST", "count": 10, "parts": [group["id"] for group in groups]}
    definition = {"root": "root", "nodes": [root, *groups, *leaves]}
    await gallery.pathway("large pathway", LanguageMap({"ja": "15 の要素と 90 のバッジ"}), definition)
    await gallery.teacher("on-the-way", *(f"piece-{n}" for n in range(60)))


AT = Instant("2026-11-21T07:46:40Z")
