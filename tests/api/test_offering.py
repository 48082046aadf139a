"""What a profile offers, who earns it, and how an award ends."""

from __future__ import annotations

from tests.api.play import Play, content, texts
from tests.api.service import Api

LATER = "2027-03-31T15:00:00Z"


async def test_a_profile_with_its_key(play: Play, api: Api) -> None:
    made = await api.do(
        "createProfile",
        "operator",
        input={
            "name": [{"language": "ja", "text": "みなと市立図書館"}, {"language": "en", "text": "Minato Library"}],
            "description": texts("市の図書館。"),
            "url": "https://library.example/",
            "partOf": play.board,
            "slug": "minato-library",
        },
    )
    profile = made["profile"]
    assert profile["id"] == f"{api.world.base_url}/profiles/minato-library"
    assert [name["language"] for name in profile["nameMap"]] == ["ja", "en"]
    assert (profile["name"], profile["url"]) == ("みなと市立図書館", "https://library.example/")
    assert (profile["descriptionMap"], profile["partOf"]) == (texts("市の図書館。"), [{"id": play.board}])
    assert [key["state"] for key in profile["keys"]] == ["ACTIVE"]
    assert [version["number"] for version in profile["versions"]] == [1]


async def test_a_profile_without_a_slug_gets_an_identifier(api: Api) -> None:
    made = await api.do("createProfile", "operator", input={"name": texts("名前だけ")})
    assert len(made["profile"]["id"].rpartition("/")[2]) == 26


async def test_an_achievement_and_its_next_version(play: Play, api: Api) -> None:
    first = await api.do(
        "createAchievement",
        "desk",
        owner=play.university,
        input={**content("学級経営の基礎"), "achievementType": "MICRO_CREDENTIAL", "fieldOfStudy": texts("学級経営")},
    )
    achievement = first["achievement"]
    assert (achievement["name"], achievement["achievementType"]) == ("学級経営の基礎", "MICRO_CREDENTIAL")
    assert (achievement["number"], achievement["owner"]) == (1, {"id": play.university})
    assert achievement["fieldOfStudyMap"] == texts("学級経営")

    second = await api.do("reviseAchievement", "desk", achievement=achievement["id"], input=content("学級経営の実際"))
    revised = second["achievement"]
    assert (revised["id"], revised["number"], revised["version"]) == (achievement["id"], 2, 2)
    assert (revised["name"], revised["achievementType"], revised["fieldOfStudyMap"]) == ("学級経営の実際", "BADGE", [])
    assert revised["digest"] != achievement["digest"]


async def test_a_learner_is_a_pseudonym(api: Api) -> None:
    learner = (await api.do("registerLearner", "desk"))["learner"]
    assert (learner["id"].startswith("urn:uuid:"), learner["createdAt"]) == (True, api.clock.at)


async def test_many_learners_are_registered_at_once(api: Api) -> None:
    learners = (await api.do("registerLearners", "desk", count=30))["learners"]
    assert len(set(learners)) == 30
    (found,) = await api.world.store.run(
        "learners", "MATCH (l:Learner) WHERE l.id IN $ids RETURN count(l) AS row", {"ids": learners}
    )
    assert found == 30
    for count in (0, -1, 1001):
        assert await api.refused("registerLearners", "desk", count=count) == [("COUNT_OUT_OF_RANGE", "count")]


async def test_an_award_of_the_day_it_was_earned(play: Play, api: Api) -> None:
    made = await api.do(
        "awardAchievement",
        "desk",
        achievement=play.badge,
        holder=play.learner,
        awardedAt="2026-03-01T09:00:00+09:00",
        validUntil=LATER,
    )
    award = made["award"]
    assert (award["awardedAt"], award["since"], award["until"]) == (
        "2026-03-01T00:00:00Z",
        "2026-03-01T00:00:00Z",
        LATER,
    )
    assert (award["holder"], award["issuer"]) == ({"id": play.learner}, {"id": play.university})


async def test_an_award_names_the_version_that_stood(play: Play, api: Api) -> None:
    badge = await play.achievement()
    first = await play.awarded(badge)
    await api.do("reviseAchievement", "desk", achievement=badge, input=content("改訂版"))
    numbers = [
        (await api.ask("query($id: ID!) { award(id: $id) { number } }", "desk", id=award))["award"]["number"]
        for award in (first, await play.awarded(badge))
    ]
    assert numbers == [1, 2]


async def test_an_award_is_ended_once(play: Play, api: Api) -> None:
    award = await play.awarded()
    ended = (await api.do("revokeAward", "desk", award=award, reason="受講の取消し。"))["award"]
    assert (ended["ended"], ended["until"], ended["reason"]) == ("REVOKED", ended["endedAt"], "受講の取消し。")
    assert await api.refused("revokeAward", "desk", award=award, reason="再") == [("ALREADY_ENDED", "award")]


async def test_an_award_made_in_error_was_never_valid(play: Play, api: Api) -> None:
    voided = (await api.do("revokeAward", "desk", award=await play.awarded(), reason="別人。", void=True))["award"]
    assert (voided["ended"], voided["until"]) == ("VOID", voided["since"])
