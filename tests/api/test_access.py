"""Who asks: API keys in production, personas in development; roles, and who gives them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from graph_service.domain.time import later
from graph_service.services import access
from tests.api.play import Play, texts
from tests.api.service import Api

VIEWER = {"query": "{ viewer { kind readsFor } }"}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def key(play: Play, *roles: str, **arguments: Any) -> str:
    """Return the secret of a new API key of the board."""
    made = await play.api.do(
        "createApiKey", "board-owner", profile=play.board, name="研修管理システム", roles=roles, **arguments
    )
    return made["secret"]


async def test_a_key_speaks_for_its_roles_at_its_profile(play: Play, production: httpx.AsyncClient) -> None:
    headers = bearer(await key(play, "ENDORSER"))
    who = (await production.post("/graphql", json=VIEWER, headers=headers)).json()
    assert who["data"]["viewer"] == {"kind": "MEMBER", "readsFor": [play.board]}
    accept = """mutation($id: ID!) { acceptEndorsement(endorsement: $id) {
        ... on EndorsementSuccess { endorsement { state } } ... on Problems { problems { code } } } }"""
    body = {"query": accept, "variables": {"id": await play.requested()}}
    answer = (await production.post("/graphql", json=body, headers=headers)).json()
    assert answer["data"]["acceptEndorsement"] == {"endorsement": {"state": "ACCEPTED"}}


async def test_only_a_hash_of_a_key_is_kept(play: Play, api: Api) -> None:
    secret = await key(play, "VIEWER")
    nodes, relationships = await api.graph()
    assert secret.startswith("gsk_")
    assert not any(secret in each for each in (*nodes, *relationships))


async def test_a_key_ends(play: Play, api: Api, production: httpx.AsyncClient) -> None:
    headers = bearer(await key(play, "VIEWER", until=later(api.clock.at, seconds=3)))
    statuses = [(await production.post("/graphql", json=VIEWER, headers=headers)).status_code for _ in range(3)]
    assert statuses == [200, 401, 401]


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer gsk_wrong",
        "Bearer nonsense",
        "Bearer",
        "Bearer ",
        "Basic Z3NrX3dyb25n",
        "gsk_wrong",
        "",
        "Bearer gsk_'}) RETURN 1 //",
        "Bearer gsk_" + "x" * 5000,
    ],
)
async def test_bad_credentials_are_not_none(production: httpx.AsyncClient, authorization: str) -> None:
    answer = await production.post("/graphql", json=VIEWER, headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (401, "NOT_AUTHENTICATED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_without_credentials_one_is_the_public(production: httpx.AsyncClient) -> None:
    answer = (await production.post("/graphql", json=VIEWER)).json()
    assert answer == {"data": {"viewer": {"kind": "PUBLIC", "readsFor": []}}}


@pytest.mark.parametrize("persona", ["operator", "nobody", ""])
async def test_production_knows_no_personas(production: httpx.AsyncClient, persona: str) -> None:
    for send in (production.post("/graphql", json=VIEWER, headers={"X-Persona": persona}),):
        answer = await send
        assert (answer.status_code, answer.json()["code"]) == (401, "PERSONA_REFUSED")
    answer = await production.get("/profiles/minato-board", headers={"X-Persona": persona})
    assert (answer.status_code, answer.json()["code"]) == (401, "PERSONA_REFUSED")


async def test_development_knows_those_it_has(api: Api) -> None:
    refused = await api.post(VIEWER["query"], "nobody")
    assert (refused.status_code, refused.json()["code"]) == (401, "PERSONA_UNKNOWN")
    assert (await api.ask(VIEWER["query"], "operator"))["viewer"]["kind"] == "OPERATOR"


async def test_a_role_is_given_and_ended(play: Play, api: Api) -> None:
    newcomer = await play.persona(f"newcomer-{play.number()}")
    name = f"newcomer-{play.counted}"
    role = {"principal": newcomer, "profile": play.board, "role": "ENDORSER"}
    endorsement = await play.requested()
    assert await api.refused("acceptEndorsement", name, endorsement=endorsement) == [("NOT_FOUND", "endorsement")]
    assert (await api.do("grantRole", "board-owner", **role))["principal"] == newcomer
    await api.do("acceptEndorsement", name, endorsement=endorsement)
    await api.do("endRole", "board-owner", **role)
    assert await api.refused("withdrawEndorsement", name, endorsement=endorsement) == [("NOT_FOUND", "endorsement")]
    assert await api.refused("endRole", "board-owner", **role) == [("NOT_FOUND", "role")]


async def test_a_role_ends_by_itself(play: Play, api: Api) -> None:
    newcomer = await play.persona(f"guest-{play.number()}")
    end = later(api.clock.at, seconds=3)
    role = {"principal": newcomer, "profile": play.board, "role": "VIEWER", "until": end}
    await api.do("grantRole", "board-owner", **role)
    kinds = [(await api.ask(VIEWER["query"], f"guest-{play.counted}"))["viewer"]["kind"] for _ in range(2)]
    assert kinds == ["MEMBER", "PUBLIC"]


async def test_the_last_owner_stays(play: Play, api: Api) -> None:
    input_ = {"name": texts("新設校"), "slug": f"new-school-{play.number()}"}
    school = (await api.do("createProfile", "operator", input=input_))["profile"]["id"]
    one, two = play.principals["head"], play.principals["dean"]
    for principal in (one, two):
        await api.do("grantRole", "operator", principal=principal, profile=school, role="OWNER")
    await api.do("endRole", "head", principal=one, profile=school, role="OWNER")
    for persona in ("dean", "operator"):
        problems = await api.refused("endRole", persona, principal=two, profile=school, role="OWNER")
        assert problems == [("LAST_OWNER", "principal")]


async def test_the_last_operator_stays(play: Play, api: Api) -> None:
    viewer = await api.ask("{ viewer { readsFor } }", "operator")
    (service,) = viewer["viewer"]["readsFor"]
    query = "{ viewer { kind } }"
    operator = (await access.by_persona(api.world, "operator", api.clock.at)).id
    problems = await api.refused("endRole", "operator", principal=operator, profile=service, role="OPERATOR")
    assert problems == [("LAST_OPERATOR", "principal")]
    assert (await api.ask(query, "operator"))["viewer"]["kind"] == "OPERATOR"


async def test_nobody_is_made_an_operator(play: Play, api: Api) -> None:
    for persona in ("board-owner", "operator"):
        role = {"principal": play.principals["head"], "profile": play.board, "role": "OPERATOR"}
        assert await api.refused("grantRole", persona, **role) == [("ROLE_NOT_GRANTABLE", "role")]
        problems = await api.refused("createApiKey", persona, profile=play.board, name="x", roles=["OPERATOR"])
        assert problems == [("ROLE_NOT_GRANTABLE", "roles")]


async def test_roles_are_for_principals_and_profiles_that_exist(play: Play, api: Api) -> None:
    for principal, profile in (("urn:x", play.board), (play.board, play.board), (play.principals["head"], "urn:x")):
        role = {"principal": principal, "profile": profile, "role": "VIEWER"}
        assert await api.refused("grantRole", "operator", **role) == [("NOT_FOUND", "principal")]
    problems = await api.refused("createApiKey", "operator", profile="urn:x", name="x", roles=["VIEWER"])
    assert problems == [("NOT_FOUND", "profile")]
