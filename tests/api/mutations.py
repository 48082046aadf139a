"""Every mutation: who may do it, and arguments with which it succeeds, nothing optional left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.api.play import Play, content, texts, training
from tests.signers import Person
from tests.unit.formats.test_formats_badgr import element

Arguments = dict[str, Any]
COMMENT = {"language": "ja", "text": "内容を確かめました。"}
LATER = "2027-03-31T15:00:00Z"


@dataclass(frozen=True)
class Mutation:
    """`arguments` makes in the graph what the mutation needs."""

    persona: str
    arguments: Callable[[Play], Awaitable[Arguments]]


async def _profile(play: Play) -> Arguments:
    name = texts("みなと市立青葉中学校")
    slug = f"school-{play.number()}"
    return {
        "input": {
            "name": name,
            "description": name,
            "url": "https://aoba.example/",
            "partOf": play.board,
            "slug": slug,
        }
    }


def _content(text: str) -> Arguments:
    return {**content(text), "fieldOfStudy": texts("学級と学校の経営")}


async def _achievement(play: Play) -> Arguments:
    return {"owner": play.university, "input": {**_content("学級経営の基礎"), "achievementType": "COURSE"}}


async def _revision(play: Play) -> Arguments:
    return {"achievement": await play.achievement(), "input": _content("改訂版")}


async def _nothing(play: Play) -> Arguments:
    return {}


async def _count(play: Play) -> Arguments:
    return {"count": 3}


async def _award(play: Play) -> Arguments:
    days = {"awardedAt": "2026-03-01T00:00:00+09:00", "validUntil": LATER}
    return {"achievement": play.badge, "holder": play.learner, **days}


async def _awards(play: Play) -> Arguments:
    rows = [{"holder": await play.fresh_learner(), "achievement": play.badge, "awardedAt": "2026-03-01"}]
    return {"issuer": play.university, "rows": rows, "dryRun": False}


async def _table(play: Play) -> Arguments:
    table = f"バッジ,日付,受講者\n{play.badge},R8.3.1,{await play.fresh_learner()}"
    return {"table": table, "issuer": play.university, "dryRun": False}


async def _import(play: Play) -> Arguments:
    name = f"pathway-{play.number()}"
    return {"document": element(name, badges=[f"{name}-a", f"{name}-b"]), "owner": play.university, "dryRun": False}


async def _taking_back(play: Play) -> Arguments:
    return {"award": await play.awarded(), "reason": "手続きの誤り。", "void": True}


async def _signing(play: Play) -> Arguments:
    return {"award": await play.awarded(), "endorsements": True}


async def _signing_anew(play: Play) -> Arguments:
    given = await _signing(play)
    await play.api.do("issueAward", "desk", **given)
    return given


async def _signing_many(play: Play) -> Arguments:
    return {"awards": [await play.awarded() for _ in range(2)], "endorsements": False}


async def _proposal(play: Play) -> Arguments:
    about = {"endorser": play.board, "target": play.badge, "kind": "ENDORSE"}
    return {"input": {**about, "comment": COMMENT, "validUntil": LATER}}


async def _request(play: Play) -> Arguments:
    return {**await _proposal(play), "lapsesAt": LATER}


async def _invitation(play: Play) -> Arguments:
    asked = {"target": play.badge, "kind": "ENDORSE", "comment": COMMENT, "validUntil": LATER, "mailLanguage": "ja"}
    return {"input": {**asked, "to": f"kocho-{play.number()}@aoba.example.jp"}, "lapsesAt": LATER}


async def _requested(play: Play) -> Arguments:
    return {"endorsement": await play.requested()}


async def _commented(play: Play) -> Arguments:
    return {"endorsement": await play.requested(), "comment": COMMENT}


async def _reasoned(play: Play) -> Arguments:
    return {"endorsement": await play.requested(), "reason": "もう少し詳しく。"}


async def _returned(play: Play) -> Arguments:
    proposed = (await _proposal(play))["input"] | {"kind": "RECOGNISE", "recognition": training()}
    asked = await play.api.do("requestEndorsement", "dean", input=proposed)
    endorsement = asked["endorsement"]["id"]
    await play.api.do("returnEndorsement", "officer", endorsement=endorsement, reason="もう少し詳しく。")
    return {"endorsement": endorsement, "comment": COMMENT, "recognition": training(amount="2")}


async def _issued(play: Play) -> Arguments:
    return {"endorsement": (await play.issued())["id"], "reason": "内容が古い。", "void": False}


async def _longer(play: Play) -> Arguments:
    return {"endorsement": (await play.issued())["id"], "validUntil": LATER}


async def _earlier(play: Play) -> Arguments:
    badge = await play.achievement()
    endorsed = await play.endorsed(badge)
    await play.revised(badge)
    return {"endorsement": endorsed["id"], "comment": COMMENT, "validUntil": LATER}


async def _hiding(play: Play) -> Arguments:
    return {"endorsement": (await play.issued())["id"], "shown": False}


async def _showing(play: Play) -> Arguments:
    return {"award": await play.awarded(), "shown": True}


async def _policy(play: Play) -> Arguments:
    school = await play.api.do("createProfile", "operator", **await _profile(play))
    return {"profile": school["profile"]["id"], "differentPeople": True, "allowsSelfEndorsement": False}


async def _consent(play: Play) -> Arguments:
    school = await play.api.do("createProfile", "operator", **await _profile(play))
    return {"profile": school["profile"]["id"], "purpose": "PROGRESS", "until": LATER, "textLanguage": "ja"}


async def _consented(play: Play) -> Arguments:
    given = await play.api.do("giveConsent", "teacher", **await _consent(play))
    return {"consent": given["consent"]["id"]}


async def _keeping(play: Play) -> Arguments:
    person = Person.new()
    subject = {"id": play.badge, "type": ["EndorsementSubject"], "endorsementComment": COMMENT["text"]}
    return {"input": {"document": person.sign(person.claim(subject)).decode()}}


async def _kept(play: Play) -> Arguments:
    kept = await play.api.do("keepEndorsement", "dean", **await _keeping(play))
    return {"endorsement": kept["endorsement"]["id"]}


async def _trust(play: Play) -> Arguments:
    return {"input": {"profile": play.board, "issuer": f"https://elsewhere.example/{play.number()}", "until": LATER}}


async def _trusted(play: Play) -> Arguments:
    trusted = await _trust(play)
    await play.api.do("trustIssuer", "board-owner", **trusted)
    return {"input": {"profile": play.board, "issuer": trusted["input"]["issuer"]}}


async def _pathway(play: Play) -> Arguments:
    return {"owner": play.board, "name": texts("中堅研"), "definition": play.definition()}


async def _draft(play: Play) -> Arguments:
    return {"pathway": await play.drafted(), "name": texts("中堅研（改）"), "definition": {"nodes": []}}


async def _drafted(play: Play) -> Arguments:
    return {"pathway": await play.drafted()}


async def _role(play: Play) -> Arguments:
    return {"principal": play.principals["head"], "profile": play.board, "role": "VIEWER", "until": LATER}


async def _ending(play: Play) -> Arguments:
    role = {"principal": play.principals["head"], "profile": play.board, "role": "VIEWER"}
    await play.api.do("grantRole", "board-owner", **role)
    return role


async def _rotation(play: Play) -> Arguments:
    school = await play.api.do("createProfile", "operator", **await _profile(play))
    return {"profile": school["profile"]["id"], "algorithm": "P256"}


async def _signing_key(play: Play) -> Arguments:
    made = await play.api.do("rotateKey", "operator", **await _rotation(play))
    return {"key": made["key"]["id"]}


async def _leaked_key(play: Play) -> Arguments:
    return {**await _signing_key(play), "reason": "端末を紛失した。"}


async def _key(play: Play) -> Arguments:
    return {"profile": play.board, "name": "研修管理システム", "roles": ["VIEWER", "ENDORSER"], "until": LATER}


MUTATIONS = {
    "createProfile": Mutation("operator", _profile),
    "setEndorsementPolicy": Mutation("operator", _policy),
    "createAchievement": Mutation("desk", _achievement),
    "reviseAchievement": Mutation("desk", _revision),
    "registerLearner": Mutation("desk", _nothing),
    "registerLearners": Mutation("desk", _count),
    "awardAchievement": Mutation("desk", _award),
    "awardAchievements": Mutation("desk", _awards),
    "awardTable": Mutation("desk", _table),
    "importPathway": Mutation("publisher", _import),
    "issueAward": Mutation("desk", _signing),
    "reissueAward": Mutation("desk", _signing_anew),
    "issueAwards": Mutation("desk", _signing_many),
    "revokeAward": Mutation("desk", _taking_back),
    "setAwardDisplay": Mutation("teacher", _showing),
    "giveConsent": Mutation("teacher", _consent),
    "endConsent": Mutation("teacher", _consented),
    "requestEndorsement": Mutation("dean", _request),
    "inviteEndorser": Mutation("dean", _invitation),
    "offerEndorsement": Mutation("officer", _proposal),
    "acceptEndorsement": Mutation("officer", _commented),
    "returnEndorsement": Mutation("officer", _reasoned),
    "resubmitEndorsement": Mutation("dean", _returned),
    "declineEndorsement": Mutation("officer", _reasoned),
    "withdrawEndorsement": Mutation("dean", _requested),
    "issueEndorsement": Mutation("officer", _commented),
    "reissueEndorsement": Mutation("officer", _longer),
    "reconfirmEndorsement": Mutation("officer", _earlier),
    "setEndorsementDisplay": Mutation("dean", _hiding),
    "revokeEndorsement": Mutation("officer", _issued),
    "keepEndorsement": Mutation("dean", _keeping),
    "recheckEndorsement": Mutation("dean", _kept),
    "trustIssuer": Mutation("board-owner", _trust),
    "endTrust": Mutation("board-owner", _trusted),
    "createPathway": Mutation("editor", _pathway),
    "savePathwayDraft": Mutation("editor", _draft),
    "checkPathwayDraft": Mutation("editor", _drafted),
    "publishPathwayVersion": Mutation("editor", _drafted),
    "rotateKey": Mutation("operator", _rotation),
    "retireKey": Mutation("operator", _signing_key),
    "markKeyCompromised": Mutation("operator", _leaked_key),
    "grantRole": Mutation("board-owner", _role),
    "endRole": Mutation("board-owner", _ending),
    "createApiKey": Mutation("board-owner", _key),
}
