"""Achievements: what a profile offers, published version by version."""

from __future__ import annotations

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.sorting import by_name
from graph_service.domain.time import Instant
from graph_service.endorse import credential
from graph_service.errors import NotFound, StaleVersion
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def create(world: World, call: Call, owner: Iri, draft: AchievementDraft) -> Iri:
    """Publish a new achievement that a profile offers (ISSUER)."""
    new = world.mint("achievements", call.at)

    async def decide() -> Decision:
        call.principal.require("CREATE_ACHIEVEMENT", Side.ISSUER, owner, call.at)
        properties, version = _published(new, 1, draft, call.at)
        parameters = {
            "ownerId": owner,
            "achievement": {**properties, "id": new, "ownerId": owner, "createdAt": call.at},
            "published": version,
        }
        write = Write("achievement/create", parameters, otherwise=NotFound("profile", owner, ("owner",)))
        return Decision([write], (new, owner), (new,), Side.ISSUER)

    (made,) = await act(world, call, "CREATE_ACHIEVEMENT", {"owner": owner, **_request(draft)}, decide)
    return made


async def revise(
    world: World, call: Call, achievement: str, draft: AchievementDraft, *, expected: int | None = None
) -> Iri:
    """Publish the next version of an achievement (ISSUER); awards and endorsements keep naming theirs."""

    async def decide() -> Decision:
        rows = await world.store.read("achievement/for_action", id=achievement)
        if not rows:
            raise NotFound("achievement", achievement, ("achievement",))
        found = rows[0]
        call.principal.require("REVISE_ACHIEVEMENT", Side.ISSUER, found["ownerId"], call.at)
        if expected is not None and expected != found["version"]:
            raise StaleVersion(achievement, expected)
        properties, version = _published(Iri(achievement), found["number"] + 1, draft, call.at)
        write = Write(
            "achievement/revise",
            {"id": achievement, "version": found["version"], "achievement": properties, "published": version},
            otherwise=StaleVersion(achievement, found["version"]),
        )
        return Decision([write], (Iri(achievement),), (Iri(achievement),), Side.ISSUER)

    request = {"achievement": achievement, "expected": expected, **_request(draft)}
    (revised,) = await act(world, call, "REVISE_ACHIEVEMENT", request, decide)
    return revised


def _published(
    achievement: Iri, number: int, draft: AchievementDraft, at: Instant
) -> tuple[dict[str, object], dict[str, object]]:
    """Return the properties of an achievement and of the version that now stands."""
    language = draft.name.base
    published = credential.published_achievement(
        credential.Achievement(
            id=achievement,
            version=number,
            language=language,
            name=draft.name.text,
            description=draft.description.choose(language)[1],
            criteria=draft.criteria.choose(language)[1],
            achievement_type=draft.achievement_type,
        )
    )
    properties: dict[str, object] = {
        "name": draft.name.text,
        "nameMap": draft.name.to_json(),
        "language": language,
        "description": draft.description.choose(language)[1],
        "descriptionMap": draft.description.to_json(),
        "criteria": draft.criteria.choose(language)[1],
        "criteriaMap": draft.criteria.to_json(),
        "achievementType": draft.achievement_type,
        "skName": by_name(draft.name.text, achievement),
        "number": number,
        "digest": published.digest,
    }
    version = {
        "id": f"{achievement}/versions/{number}",
        "number": number,
        "bytes": published.bytes.decode(),
        "digest": published.digest,
        "language": language,
        "publishedAt": at,
    }
    return properties, version


def _request(draft: AchievementDraft) -> dict[str, object]:
    return {
        "name": dict(draft.name),
        "description": dict(draft.description),
        "criteria": dict(draft.criteria),
        "achievementType": draft.achievement_type,
    }
