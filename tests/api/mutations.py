"""Every mutation: who may do it, and arguments with which it succeeds, nothing optional left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from graph_service.domain.completion import completion_id
from tests.api.play import Play, content, texts, training
from tests.casts import BASE
from tests.signers import Person
from tests.unit.formats.test_formats_badgr import element

Arguments = dict[str, Any]
COMMENT = {"language": "ja", "text": "内容を確かめました。"}
LATER = "2027-03-31T15:00:00Z"
LEVEL = {
    "id": "level",
    "name": "到達度",
    "resultType": "PERFORMANCE_LEVEL",
    "allowedValue": ["C", "B", "A"],
    "requiredValue": "B",
}
SCORE = {"id": "score", "name": "得点", "resultType": "RAW_SCORE", "valueMin": "0", "valueMax": "100"}
REACHED = {
    "results": [{"resultDescription": "level", "value": "A"}, {"resultDescription": "score", "value": "87.5"}],
    "evidence": [
        {"name": "実践報告", "url": "https://aoba.example/report", "genre": "Report", "description": "授業の記録"}
    ],
}


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
            "kind": "SCHOOL",
            "description": name,
            "url": "https://aoba.example/",
            "partOf": play.board,
            "slug": slug,
        }
    }


def _content(text: str) -> Arguments:
    return {**content(text), "fieldOfStudy": texts("学級と学校の経営"), "resultDescriptions": [LEVEL, SCORE]}


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
    return {"achievement": await _graded(play), "holder": play.learner, **days, **REACHED}


async def _graded(play: Play) -> str:
    made = await play.api.do("createAchievement", "desk", owner=play.university, input=_content("学級経営の基礎"))
    return made["achievement"]["id"]


async def _awards(play: Play) -> Arguments:
    earned = {"achievement": await _graded(play), "awardedAt": "2026-03-01", **REACHED}
    rows = [{"holder": await play.fresh_learner(), **earned}]
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


async def _complete(play: Play) -> Arguments:
    badge = await play.achievement()
    await play.api.do("issueAward", "desk", award=await play.awarded(badge))
    leaf = {"id": "leaf", "kind": "LEAF", "targets": [badge]}
    definition = {"root": "leaf", "nodes": [leaf]}
    named = {"owner": play.university, "name": texts("学校の危機管理"), "definition": definition}
    pathway = (await play.api.do("createPathway", "publisher", **named))["pathway"]["id"]
    await play.api.do("publishPathwayVersion", "publisher", pathway=pathway)
    return {"pathway": pathway, "learner": play.learner}


async def _stated(play: Play) -> Arguments:
    made = await play.api.do("issueStatement", "desk", **await _complete(play))
    return {"statement": made["statement"]["id"], "reason": "手続きの誤り。", "void": True}


async def _completion(play: Play) -> Arguments:
    """Let a new learner complete a pathway of the university whose output waits for a decision."""
    badge, output, learner = await play.achievement(), await play.achievement(), await play.fresh_learner()
    leaf = {"id": "leaf", "kind": "LEAF", "targets": [badge]}
    definition = {"root": "leaf", "nodes": [leaf], "output": {"achievement": output, "issue": "REVIEW"}}
    named = {"owner": play.university, "name": texts("学校の危機管理"), "definition": definition}
    pathway = (await play.api.do("createPathway", "publisher", **named))["pathway"]["id"]
    await play.api.do("publishPathwayVersion", "publisher", pathway=pathway)
    await play.api.do("awardAchievement", "desk", achievement=badge, holder=learner)
    await play.refreshed()
    return {"completion": completion_id(BASE, pathway, learner)}


async def _declining(play: Play) -> Arguments:
    return {**await _completion(play), "reason": "面談の後に。"}


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


async def _version(play: Play) -> Arguments:
    return {"pathwayVersion": f"{await play.published()}/versions/1"}


async def _closing(play: Play) -> Arguments:
    return {**await _version(play), "from": LATER}


async def _ending_version(play: Play) -> Arguments:
    return {**await _version(play), "at": LATER}


async def _enrolling(play: Play) -> Arguments:
    pathway = await play.published()
    chosen = {"policy": "PINNED", "version": f"{pathway}/versions/1"}
    return {"pathway": pathway, "learner": play.learner, **chosen}


async def _enrolled(play: Play) -> Arguments:
    made = await play.api.do("enrol", "teacher", **await _enrolling(play))
    return {"enrolment": made["enrolment"]["id"]}


async def _waiving(play: Play) -> Arguments:
    enrolling = await _enrolling(play)
    await play.api.do("enrol", "teacher", **enrolling)
    exempt = {"pathway": enrolling["pathway"], "node": "leaf-0", "reason": "旧課程で修了。", "until": LATER}
    return {"learner": play.learner, **exempt}


async def _waived(play: Play) -> Arguments:
    made = await play.api.do("waive", "editor", **await _waiving(play))
    return {"waiver": made["waiver"]["id"], "reason": "取り消し。"}


async def _claiming(play: Play) -> Arguments:
    claim = {"from": await play.achievement(), "to": play.badge, "factor": "0.5", "pathway": await play.published()}
    return {"input": {"claimant": play.board, **claim, "since": LATER, "until": "2028-03-31T15:00:00Z"}}


async def _claimed(play: Play) -> Arguments:
    made = await play.api.do("claimEquivalence", "editor", **await _claiming(play))
    return {"equivalence": made["equivalence"]["id"], "reason": "見直し。"}


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
    "awardCompletion": Mutation("desk", _completion),
    "declineCompletion": Mutation("desk", _declining),
    "issueStatement": Mutation("desk", _complete),
    "revokeStatement": Mutation("desk", _stated),
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
    "closePathwayVersion": Mutation("editor", _closing),
    "endPathwayVersion": Mutation("editor", _ending_version),
    "enrol": Mutation("teacher", _enrolling),
    "endEnrolment": Mutation("teacher", _enrolled),
    "waive": Mutation("editor", _waiving),
    "endWaiver": Mutation("editor", _waived),
    "claimEquivalence": Mutation("editor", _claiming),
    "endEquivalence": Mutation("editor", _claimed),
    "rotateKey": Mutation("operator", _rotation),
    "retireKey": Mutation("operator", _signing_key),
    "markKeyCompromised": Mutation("operator", _leaked_key),
    "grantRole": Mutation("board-owner", _role),
    "endRole": Mutation("board-owner", _ending),
    "createApiKey": Mutation("board-owner", _key),
}
