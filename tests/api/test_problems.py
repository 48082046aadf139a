"""What is wrong is told all at once: codes for programs, sentences in two languages for people."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.api.play import Play, content, texts
from tests.api.service import Api, document

BAD_PROFILE = {
    "name": [{"language": "ja", "text": " "}, {"language": "日本語", "text": "名"}, {"language": "JA", "text": "名"}],
    "description": [],
    "url": "javascript:alert(1)",
    "partOf": "the board",
    "slug": "Minato Board",
}
PAST = "2020-01-01T00:00:00Z"


async def test_everything_wrong_with_a_profile(api: Api) -> None:
    assert await api.refused("createProfile", "operator", input=BAD_PROFILE) == [
        ("DUPLICATE_LANGUAGE", "input.name"),
        ("TEXT_EMPTY", "input.name.ja"),
        ("INVALID_LANGUAGE_TAG", "input.name.日本語"),
        ("TEXT_EMPTY", "input.description"),
        ("INVALID_URL", "input.url"),
        ("INVALID_IRI", "input.partOf"),
        ("INVALID_SLUG", "input.slug"),
    ]


async def test_everything_wrong_with_a_request(api: Api) -> None:
    about = {"endorser": "the board", "target": "", "comment": {"language": "?", "text": ""}, "validUntil": "soon"}
    assert await api.refused("requestEndorsement", "dean", input=about, lapsesAt=PAST) == [
        ("INVALID_IRI", "input.endorser"),
        ("INVALID_IRI", "input.target"),
        ("INVALID_LANGUAGE_TAG", "input.comment.?"),
        ("TEXT_EMPTY", "input.comment.?"),
        ("INVALID_INSTANT", "input.validUntil"),
        ("SPAN_EMPTY", "lapsesAt"),
    ]


@pytest.mark.parametrize(
    ("mutation", "persona", "arguments", "problems"),
    [
        (
            "createAchievement",
            "desk",
            {"owner": "me", "input": content("")},
            ["INVALID_IRI", "TEXT_EMPTY", "TEXT_EMPTY", "TEXT_EMPTY"],
        ),
        (
            "awardAchievement",
            "desk",
            {"achievement": "a badge", "holder": "", "awardedAt": "9000-01-01T00:00:00Z", "validUntil": PAST},
            ["INVALID_IRI", "INVALID_IRI", "IN_THE_FUTURE", "SPAN_EMPTY"],
        ),
        (
            "createPathway",
            "editor",
            {"owner": "me", "name": texts("x" * 301), "definition": 5},
            ["INVALID_IRI", "TEXT_TOO_LONG", "WRONG_TYPE"],
        ),
        ("savePathwayDraft", "editor", {"pathway": "x", "name": [], "definition": []}, ["TEXT_EMPTY", "WRONG_TYPE"]),
        (
            "grantRole",
            "board-owner",
            {"principal": "her", "profile": "me", "role": "OPERATOR", "until": PAST},
            ["INVALID_IRI", "INVALID_IRI", "ROLE_NOT_GRANTABLE", "SPAN_EMPTY"],
        ),
        (
            "createApiKey",
            "board-owner",
            {"profile": "me", "name": "\0", "roles": [], "until": "soon"},
            ["INVALID_IRI", "TEXT_CONTROL_CHARACTER", "ROLES_EMPTY", "INVALID_INSTANT"],
        ),
        (
            "issueEndorsement",
            "officer",
            {"endorsement": "x", "comment": {"language": "?", "text": "\0"}},
            ["INVALID_LANGUAGE_TAG", "TEXT_CONTROL_CHARACTER"],
        ),
    ],
)
async def test_everything_wrong_with_other_arguments(
    api: Api, mutation: str, persona: str, arguments: dict[str, Any], problems: list[str]
) -> None:
    found = [code for code, _ in await api.refused(mutation, persona, **arguments)]
    assert sorted(found) == sorted(problems)


@pytest.mark.parametrize("given", [5, True, [], {}, "gestern", "", "2026-02-30T00:00:00Z"])
async def test_what_is_no_instant_is_told(play: Play, api: Api, given: Any) -> None:
    answer = await api.post(
        document("awardAchievement", ["achievement", "holder", "awardedAt"]),
        "desk",
        achievement=play.badge,
        holder=play.learner,
        awardedAt=given,
    )
    assert "INVALID_INSTANT" in answer.text or "INVALID_DOCUMENT" in answer.text


async def test_a_taken_name_is_told_with_its_place(api: Api) -> None:
    taken = {"name": texts("偽の教育委員会"), "slug": "minato-board"}
    assert await api.refused("createProfile", "operator", input=taken) == [("ALREADY_EXISTS", "input.slug")]


@pytest.mark.parametrize(
    ("mutation", "persona", "arguments", "path"),
    [
        ("reviseAchievement", "desk", {"achievement": "urn:x", "input": content("x")}, "achievement"),
        ("revokeAward", "desk", {"award": "urn:x", "reason": "x"}, "award"),
        ("acceptEndorsement", "officer", {"endorsement": "urn:x"}, "endorsement"),
        ("publishPathwayVersion", "editor", {"pathway": "urn:x"}, "pathway"),
        ("createProfile", "operator", {"input": {"name": texts("x"), "partOf": "urn:x"}}, "input.partOf"),
    ],
)
async def test_an_unknown_id_is_told_with_its_place(
    api: Api, mutation: str, persona: str, arguments: dict[str, Any], path: str
) -> None:
    assert await api.refused(mutation, persona, **arguments) == [("NOT_FOUND", path)]


async def test_unknown_ids_beside_known_ones(play: Play, api: Api) -> None:
    for endorser, target, path in (("urn:x", play.badge, "endorser"), (play.board, "urn:x", "target")):
        about = {"endorser": endorser, "target": target}
        assert await api.refused("requestEndorsement", "dean", input=about) == [("NOT_FOUND", f"input.{path}")]
    award = {"achievement": play.badge, "holder": "urn:x"}
    assert await api.refused("awardAchievement", "desk", **award) == [("NOT_FOUND", "holder")]


async def told(api: Api, language: str) -> list[dict[str, Any]]:
    answer = await api.post(
        document("createProfile", ["input"]), "operator", {"Accept-Language": language}, input=BAD_PROFILE
    )
    return answer.json()["data"]["createProfile"]["problems"]


async def test_sentences_are_in_the_language_of_the_reader(api: Api) -> None:
    english, japanese = await told(api, "en"), await told(api, "fr, ja;q=0.8, en;q=0.5")
    assert [(problem["code"], problem["path"]) for problem in english] == [
        (problem["code"], problem["path"]) for problem in japanese
    ]
    for one, other in zip(english, japanese, strict=True):
        assert re.search("[ぁ-ん]", other["message"] + other["hint"])
        assert one["message"] != other["message"]
        assert one["hint"] != other["hint"]
        assert not re.search(r"\{[a-z]+\}", one["message"] + one["hint"] + other["message"] + other["hint"])


async def test_problems_of_a_query_too(api: Api) -> None:
    for language, word in (("en", "cursor"), ("ja", "カーソル")):
        answer = await api.post(
            '{ profiles(after: "x") { totalCount edges { cursor } } }', None, {"Accept-Language": language}
        )
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "INVALID_CURSOR"
        assert word in error["message"]


async def test_nothing_at_all_is_changed_by_what_is_refused(play: Play, api: Api) -> None:
    endorsement, award = await play.requested(), await play.awarded()
    before = await api.graph()
    await api.refused("issueEndorsement", "officer", endorsement=endorsement, expectedVersion=9)
    await api.refused("declineEndorsement", "officer", endorsement=endorsement, reason="\0")
    await api.refused("revokeAward", "teacher", award=award, reason="x")
    await api.refused("awardAchievement", "desk", achievement=play.badge, holder=play.board)  # found out at commit
    await api.refused("grantRole", "operator", principal="urn:x", profile=play.board, role="OWNER")
    await api.refused("endRole", "operator", principal=play.principals["board-owner"], profile=play.board, role="OWNER")
    await api.refused("createProfile", "operator", input={"name": texts("x"), "partOf": "urn:x"})
    assert await api.graph() == before
