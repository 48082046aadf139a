"""What anybody may fetch: signed credentials, issuers with their keys, published versions, status lists."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from graph_service.endorse.keys import PublicKey
from graph_service.settings import Mode
from tests.api.play import Play, content
from tests.api.service import Api, serving


@pytest.fixture(scope="module")
async def issued(play: Play) -> dict[str, Any]:
    """A signed endorsement of a badge."""
    return await play.issued()


@pytest.fixture(scope="module")
def addresses(play: Play, issued: dict[str, Any]) -> dict[str, str]:
    """One address of each kind."""
    document = json.loads(issued["credential"]["bytes"])
    method = document["proof"][0]["verificationMethod"]
    return {
        "credential": issued["credential"]["id"],
        "status": document["credentialStatus"]["statusListCredential"],
        "issuer": play.board,
        "profile version": f"{play.board}/versions/1",
        "achievement": play.badge,
        "achievement version": f"{play.badge}/versions/1",
        "kind": document["credentialSubject"]["type"][1],
        "did": f"{play.board}/did.json",
        "keys": f"{play.board}/jwks.json",
        "every key": "/.well-known/jwks.json",
        "key": f"{play.board}/keys/{PublicKey.read(method.rpartition('#')[2]).thumbprint}",
    }


KINDS = {
    "credential": ("application/vc", "public, max-age=300"),
    "status": ("application/vc", "public, max-age=300"),
    "issuer": ("application/ld+json", "public, max-age=300"),
    "profile version": ("application/ld+json", "public, max-age=31536000, immutable"),
    "achievement": ("application/ld+json", "public, max-age=300"),
    "achievement version": ("application/ld+json", "public, max-age=31536000, immutable"),
    "kind": ("application/ld+json", "public, max-age=86400"),
    "did": ("application/did+ld+json", "public, max-age=300"),
    "keys": ("application/jwk-set+json", "public, max-age=300"),
    "every key": ("application/jwk-set+json", "public, max-age=300"),
    "key": ("application/jwk+json", "public, max-age=300"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_document_is_public_and_cached_by_its_digest(api: Api, addresses: dict[str, str], kind: str) -> None:
    found = await api.get(addresses[kind])
    media_type, cache = KINDS[kind]
    assert (found.status_code, found.headers["Content-Type"], found.headers["Cache-Control"]) == (
        200,
        media_type,
        cache,
    )
    assert found.headers["ETag"] == f'"{sha256(found.content).hexdigest()}"'
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert len(found.headers["X-Request-Id"]) == 16


@pytest.mark.parametrize("kind", KINDS)
async def test_what_one_has_already_is_not_sent_again(api: Api, addresses: dict[str, str], kind: str) -> None:
    etag = (await api.get(addresses[kind])).headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        found = await api.get(addresses[kind], **{"If-None-Match": known})
        assert (found.status_code, found.content, found.headers["ETag"]) == (304, b"", etag)
    assert (await api.get(addresses[kind], **{"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
async def test_head_answers_like_get_without_a_body(api: Api, addresses: dict[str, str], kind: str) -> None:
    path = addresses[kind].removeprefix(api.world.base_url)
    get, head = await api.client.get(path), await api.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "x-request-id": ""} == {**get.headers, "x-request-id": ""}


async def test_a_credential_is_served_byte_for_byte(api: Api, issued: dict[str, Any]) -> None:
    found = await api.get(issued["credential"]["id"])
    assert found.text == issued["credential"]["bytes"]
    assert found.headers["ETag"] == f'"{issued["credential"]["digest"]}"'


async def test_an_issuer_publishes_the_key_that_signed(api: Api, play: Play, issued: dict[str, Any]) -> None:
    issuer = (await api.get(play.board)).json()
    method = json.loads(issued["credential"]["bytes"])["proof"][0]["verificationMethod"]
    assert (issuer["id"], issuer["name"]) == (play.board, "みなと市教育委員会")
    multikey, jwk = issuer["verificationMethod"]
    assert (multikey["id"], multikey["type"], jwk["type"]) == (method, "Multikey", "JsonWebKey")
    assert issuer["assertionMethod"] == [method, jwk["id"]]


async def test_a_version_never_changes_and_the_address_itself_is_the_newest(play: Play, api: Api) -> None:
    badge = await play.achievement("初版")
    first = await api.get(f"{badge}/versions/1")
    await api.do("reviseAchievement", "desk", achievement=badge, input=content("第二版"))
    assert (await api.get(f"{badge}/versions/1")).content == first.content
    newest, second = await api.get(badge), await api.get(f"{badge}/versions/2")
    assert newest.content == second.content != first.content
    assert (first.json()["name"], second.json()["name"]) == ("初版", "第二版")


async def test_a_status_list_is_signed_anew_when_it_changed(play: Play, api: Api) -> None:
    issued = await play.issued()
    address = json.loads(issued["credential"]["bytes"])["credentialStatus"]["statusListCredential"]
    before, again = await api.get(address), await api.get(address)
    assert before.content == again.content
    events = len(await api.events())
    await api.do("revokeEndorsement", "officer", endorsement=issued["id"], reason="内容が古い。")
    after = await api.get(address)
    assert after.json()["credentialSubject"]["encodedList"] != before.json()["credentialSubject"]["encodedList"]
    assert (await api.events())[events:] == ["ENDORSEMENT_REVOKE", "SIGN_STATUS_LIST"]


async def test_the_credential_stays_when_it_is_revoked(play: Play, api: Api) -> None:
    issued = await play.issued()
    await api.do("revokeEndorsement", "officer", endorsement=issued["id"], reason="内容が古い。")
    assert (await api.get(issued["credential"]["id"])).text == issued["credential"]["bytes"]


@pytest.mark.parametrize(
    "path",
    [
        "/credentials/01K00000000000000000000000",
        "/status/none",
        "/profiles/none",
        "/profiles/none/versions/1",
        "/profiles/none/did.json",
        "/profiles/none/jwks.json",
        "/profiles/none/keys/none",
        "/profiles/minato-board/keys/none",
        "/profiles/minato-board/keys/",
        "/profiles/minato-board/versions/2",
        "/profiles/minato-board/versions/0",
        "/profiles/minato-board/versions/01",
        "/profiles/minato-board/versions/99999999999999999999999",
        "/profiles/minato-board/versions/-1",
        "/achievements/none",
        "/achievements/none/versions/1",
        "/kinds/NONE",
        "/kinds/endorse",
        "/profiles/%00",
        "/profiles/%ff%fe",
        "/profiles/𠮷野家",
        "/profiles/'}) DETACH DELETE n -- ",
        "/achievements/..",
        "/profiles/" + "x" * 5000,
    ],
)
async def test_what_is_not_there(api: Api, path: str) -> None:
    found = await api.get(path)
    assert (found.status_code, found.headers["Content-Type"]) == (404, "application/problem+json")
    assert found.json()["code"] in ("NOT_FOUND", "NO_SUCH_ADDRESS")


async def test_a_learner_is_not_a_document_and_nothing_is_at_the_address_of_another(play: Play, api: Api) -> None:
    pathway, badge = await play.published(), f"?id={play.badge}"
    wrong = (
        f"/achievements/{pathway.rpartition('/')[2]}",
        f"/profiles/{play.learner}",
        "/achievements",
        f"/profiles{badge}",
    )
    for address in (*wrong, f"/achievements/x{badge}", f"/status/x{badge}", f"/credentials/x{badge}"):
        assert (await api.get(address)).status_code == 404


async def test_documents_wait_for_the_database(api: Api, addresses: dict[str, str]) -> None:
    async with serving(api.world, Mode.PRODUCTION, api.clock, migrated=False) as early:
        for kind in KINDS.keys() - {"kind"}:
            found = await early.get(addresses[kind].removeprefix(api.world.base_url))
            assert (found.status_code, found.json()["code"]) == (503, "UNAVAILABLE")
            assert found.headers["Retry-After"] == "2"
