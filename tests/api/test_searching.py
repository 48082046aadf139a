"""What was written can be found by its name, as soon as everybody may see it; and what was there before search was."""

from __future__ import annotations

from typing import Any

from graph_service.services import searching
from tests.api.play import Play, content, texts
from tests.api.service import Api
from tests.integration.services.test_import_pathway import sample

QUERY = "query ($text: String!) { search(text: $text) { id __typename } }"
OLD = """MATCH (n:Entity) WHERE n.skName IS NOT NULL SET n.skName = n.name + '|' + n.id REMOVE n.ft, n.norm
    RETURN count(n) AS row"""
LACKING = """MATCH (n:Endorsement|Requirement) REMOVE n.endorserKind, n.parts RETURN count(n) AS row"""
DERIVED = "MATCH (n:Endorsement|Requirement) RETURN [n.id, n.endorserKind, n.parts] AS row"
NOT_YET = "MATCH (i:Installation) REMOVE i.search RETURN i.id AS row"
WRITTEN = "MATCH (n:Entity) WHERE n.skName IS NOT NULL RETURN [n.id, n.skName, n.ft, n.norm] AS row"


async def found(api: Api, text: str, persona: str | None = None) -> list[str]:
    return [each["id"] for each in (await api.ask(QUERY, persona, text=text))["search"]]


async def written(api: Api) -> list[Any]:
    return sorted(await api.world.store.run("written", WRITTEN, {}))


async def test_an_achievement_is_found_by_the_name_that_it_has_now(play: Play, api: Api) -> None:
    achievement = await play.achievement("電子黒板の活用")
    assert await found(api, "電子黒板") == [achievement]
    await api.do("reviseAchievement", "desk", achievement=achievement, input=content("ＩＣＴの活用術"))
    assert await found(api, "電子黒板") == []
    assert await found(api, "ict 活用術") == [achievement]


async def test_whole_words_come_before_parts_of_words(play: Play, api: Api) -> None:
    part, whole = [await play.achievement(name) for name in ("Zebrastart", "Zebra history of arts")]
    assert await found(api, "zebra") == [whole, part]


async def test_a_profile_is_found_in_all_its_languages(api: Api) -> None:
    named = [{"language": "ja", "text": "潮見台図書館"}, {"language": "en", "text": "Shiomidai Library"}]
    profile = (await api.do("createProfile", "operator", input={"name": named}))["profile"]["id"]
    assert await found(api, "潮見台") == await found(api, "library shiomidai") == [profile]


async def test_a_pathway_is_found_once_it_was_published(play: Play, api: Api) -> None:
    pathway = await play.drafted()
    await api.do("savePathwayDraft", "editor", pathway=pathway, name=texts("灯台守の道"), definition=play.definition())
    assert await found(api, "灯台守", "editor") == await found(api, "灯台守", "operator") == []
    await api.do("publishPathwayVersion", "editor", pathway=pathway)
    assert await found(api, "灯台守") == [pathway]
    await api.do(
        "savePathwayDraft", "editor", pathway=pathway, name=texts("岬の道しるべ"), definition=play.definition()
    )
    assert await found(api, "灯台守") == []
    assert await found(api, "岬の道") == [pathway]


async def test_an_imported_pathway_is_found_with_its_badges(api: Api) -> None:
    owner = (await api.ask('{ search(text: "大学", types: PROFILE) { id } }'))["search"][0]["id"]
    arguments = {"owner": owner, "document": sample("searched")}
    imported = await api.do("importPathway", "publisher", **arguments)
    assert imported["pathway"]["id"] in await found(api, "searched-master")


async def test_what_was_there_before_search_was_is_found(play: Play, api: Api) -> None:
    await play.achievement("以前からあるもの")
    before, store = await written(api), api.world.store
    await store.connection.define("test", OLD)
    assert await found(api, "以前からあるもの") == []
    await store.connection.define("test", NOT_YET)
    for _ in range(2):  # the second time, nothing is read but that it was done
        api.ran.clear()
        await searching.fill(api.world)
    assert api.ran == ["search/begun"]
    assert await written(api) == before


async def test_what_endorsements_and_requirements_lack_is_written(play: Play, api: Api) -> None:
    await play.published()
    await play.issued()
    store = api.world.store
    before = sorted(await store.run("derived", DERIVED, {}), key=str)
    assert any(kind for _, kind, _ in before)
    assert any(parts for _, _, parts in before)
    for text in (LACKING, NOT_YET):
        await store.connection.define("test", text)
    await searching.fill(api.world)
    assert sorted(await store.run("derived", DERIVED, {}), key=str) == before


async def test_interrupted_it_writes_only_what_is_not_yet_as_it_should_be(play: Play, api: Api) -> None:
    await play.achievement("書き直さないもの")
    await api.world.store.connection.define("test", NOT_YET)
    await searching.fill(api.world)
    await api.world.store.connection.define("test", NOT_YET)
    api.ran.clear()
    await searching.fill(api.world)
    assert [name for name in api.ran if "fill" in name] == []
