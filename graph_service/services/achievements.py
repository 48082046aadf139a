"""Achievements: what a profile offers, published version by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple

from graph_service.domain import search
from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.search import SearchType
from graph_service.domain.sorting import by_name
from graph_service.domain.time import Instant
from graph_service.endorse import credential
from graph_service.errors import NotFound, StaleVersion
from graph_service.services import award_results
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def create(world: World, call: Call, owner: Iri, draft: AchievementDraft) -> Iri:
    """Publish a new achievement that a profile offers (ISSUER)."""
    new = world.mint("achievements", call.at)

    async def decide() -> Decision:
        call.principal.require("CREATE_ACHIEVEMENT", Side.ISSUER, owner, call.at)
        write = creation(world, owner, {new: draft}, call.at)
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
        properties, version = _published(world, Iri(achievement), found["number"] + 1, draft, call.at)
        write = Write(
            "achievement/revise",
            {"id": achievement, "version": found["version"], "achievement": properties, "published": version},
            otherwise=StaleVersion(achievement, found["version"]),
        )
        return Decision([write], (Iri(achievement),), (Iri(achievement),), Side.ISSUER)

    request = {"achievement": achievement, "expected": expected, **_request(draft)}
    (revised,) = await act(world, call, "REVISE_ACHIEVEMENT", request, decide)
    return revised


def creation(world: World, owner: Iri, drafts: Mapping[Iri, AchievementDraft], at: Instant) -> Write:
    """Return the write that publishes new achievements of one profile."""
    new = []
    for achievement, draft in drafts.items():
        properties, version = _published(world, achievement, 1, draft, at)
        own = {"id": achievement, "ownerId": owner, "createdAt": at}
        new.append({"achievement": {**properties, **own}, "published": version})
    parameters = {"ownerId": owner, "achievements": new}
    return Write("achievement/create", parameters, otherwise=NotFound("profile", owner, ("owner",)))


def _published(
    world: World, achievement: Iri, number: int, draft: AchievementDraft, at: Instant
) -> tuple[dict[str, object], dict[str, object]]:
    """Return the properties of an achievement and of the version that now stands."""
    language, field = draft.name.base, draft.field_of_study
    results = award_results.addressed(draft.results, achievement)
    published = credential.published_achievement(
        credential.Achievement(
            id=achievement,
            version=number,
            language=language,
            name=draft.name.text,
            description=draft.description.choose(language)[1],
            criteria=draft.criteria.choose(language)[1],
            achievement_type=draft.achievement_type,
            field_of_study=field.choose(language)[1] if field else "",
            image=f"{achievement}/image" if achievement.startswith(f"{world.base_url}/") else "",  # drawn here
            results=results,
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
        "fieldOfStudy": field.choose(language)[1] if field else None,
        "fieldOfStudyMap": field.to_json() if field else None,
        "resultDescriptions": award_results.stored(results),
        "skName": by_name(draft.name.text, achievement),
        **search.fields(SearchType.ACHIEVEMENT, draft.name.values()),
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
        "fieldOfStudy": dict(draft.field_of_study or {}),
        **({"results": [astuple(each) for each in draft.results]} if draft.results else {}),
    }
