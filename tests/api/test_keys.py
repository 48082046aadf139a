"""Keys of a profile: made, replaced, retired, compromised; what they signed, and what others see of them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from tests.api.play import Play, texts
from tests.api.service import Api
from tests.api.test_verifying import conclusions, verdict
from tests.conformance.peer import Peer

KEYS = "query($id: ID!) { profile(id: $id) { keys { id algorithm state since until reason } } }"
SIGNED = (
    """query($id: ID!, $form: CredentialForm) { endorsement(id: $id) { credential(form: $form) { id form bytes } } }"""
)
BY_KEY = "query($id: ID!) { key(id: $id) { state credentials { totalCount edges { node { id form keyId } } } } }"
JWS = {"ED25519": "EdDSA", "P256": "ES256", "RSA": "RS256"}


@dataclass
class School:
    """A profile with an owner and an endorser of its own, made for one test."""

    play: Play
    id: str

    @property
    def api(self) -> Api:
        return self.play.api

    async def rotate(self, algorithm: str) -> dict[str, Any]:
        return (await self.api.do("rotateKey", "board-owner", profile=self.id, algorithm=algorithm))["key"]

    async def keys(self, persona: str | None = None) -> list[dict[str, Any]]:
        return (await self.api.ask(KEYS, persona, id=self.id))["profile"]["keys"]

    async def states(self) -> list[tuple[str, str]]:
        """Each key's algorithm and state, in the order of their names."""
        return sorted((key["algorithm"], key["state"]) for key in await self.keys())

    async def issued(self) -> str:
        """Let the school endorse a badge; return the endorsement."""
        about = {"endorser": self.id, "target": self.play.badge, "kind": "ENDORSE"}
        asked = await self.api.do("requestEndorsement", "dean", input=about)
        id_ = asked["endorsement"]["id"]
        await self.api.do("issueEndorsement", "officer", endorsement=id_)
        return id_

    async def signed(self, endorsement: str, form: str = "DATA_INTEGRITY") -> str:
        """Return an endorsement's document as it stands."""
        found = await self.api.ask(SIGNED, id=endorsement, form=form)
        assert found["endorsement"]["credential"]["form"] == form
        return found["endorsement"]["credential"]["bytes"]

    async def key_checks(self, document: str) -> dict[str, str]:
        """Return the outcome of the checks of key and proof, or the code of what is wrong."""
        checks = (await verdict(self.api, document))["checks"]
        return {each["name"]: each["code"] or each["outcome"] for each in checks if each["name"] in ("key", "proof")}


@pytest.fixture
async def school(play: Play) -> School:
    slug = f"keyed-{play.number()}"
    made = await play.api.do("createProfile", "operator", input={"name": texts("鍵の学校"), "slug": slug})
    school = made["profile"]["id"]
    for persona, role in (("board-owner", "OWNER"), ("officer", "ENDORSER")):
        await play.api.do("grantRole", "operator", principal=play.principals[persona], profile=school, role=role)
    return School(play, school)


def verified(token: str, jwks: dict[str, Any], algorithm: str) -> dict[str, Any]:
    """Verify a JWT as somebody else would: with PyJWT and the key that the issuer publishes."""
    header = jwt.get_unverified_header(token)
    (key,) = [each for each in jwt.PyJWKSet.from_dict(jwks).keys if each.key_id == header["kid"]]
    options: Any = {"verify_exp": False, "verify_nbf": False, "verify_aud": False}  # the clock of the tests is another
    assert header == {"alg": algorithm, "kid": header["kid"], "typ": "JWT"}
    return jwt.decode(token, key, [algorithm], options=options)


@pytest.mark.parametrize("algorithm", ["ED25519", "P256", "RSA"])
async def test_others_verify_jwts_with_the_key_that_is_published(school: School, algorithm: str) -> None:
    if algorithm != "ED25519":
        await school.rotate(algorithm)
    token = await school.signed(await school.issued(), "JWT")
    kid = jwt.get_unverified_header(token)["kid"]
    jwks = (await school.api.get(f"{school.id}/jwks.json")).json()
    everything = (await school.api.get("/.well-known/jwks.json")).json()
    claims = verified(token, jwks, JWS[algorithm])
    assert claims == verified(token, everything, JWS[algorithm])
    assert claims["iss"] == claims["issuer"]["id"] == school.id
    assert claims["jti"] == claims["id"]
    bare = (await school.api.get(kid)).json()
    assert bare in jwks["keys"]
    assert (bare["kid"], bare["alg"], bare["use"], bare["iss"]) == (kid, JWS[algorithm], "sig", school.id)
    assert conclusions(await verdict(school.api, token)) == ("OK", "OK", "OK")


@pytest.mark.parametrize("algorithm", ["ED25519", "P256", "RSA"])
async def test_after_a_rotation_what_was_signed_before_holds(school: School, algorithm: str) -> None:
    if algorithm != "ED25519":
        await school.rotate(algorithm)
    before = await school.issued()
    new = await school.rotate(algorithm)
    assert (new["algorithm"], new["state"], new["until"]) == (algorithm, "ACTIVE", None)
    states = await school.states()
    assert states.count((algorithm, "ACTIVE")) == states.count((algorithm, "RETIRED")) == 1
    after = await school.issued()
    for form in ("DATA_INTEGRITY", "JWT"):
        for endorsement in (before, after):
            assert conclusions(await verdict(school.api, await school.signed(endorsement, form))) == ("OK",) * 3
    first, second = [await school.signed(each, "JWT") for each in (before, after)]
    jwks = (await school.api.get(f"{school.id}/jwks.json")).json()
    assert verified(first, jwks, JWS[algorithm])
    assert verified(second, jwks, JWS[algorithm])
    assert jwt.get_unverified_header(first)["kid"] != jwt.get_unverified_header(second)["kid"]


@pytest.mark.node
async def test_a_peer_agrees_about_rotated_and_compromised_keys(school: School, peer: Peer) -> None:
    before = await school.issued()
    await school.rotate("ED25519")
    await school.rotate("P256")
    documents = [json.loads(await school.signed(each)) for each in (before, await school.issued())]

    async def verdicts() -> list[bool]:
        served = (await school.api.get(school.id)).json()
        answers = peer.verify(documents, {school.id: served}, school.api.clock.at)
        return [answer["verified"] for answer in answers]

    assert await verdicts() == [True, True]
    method = documents[0]["proof"][0]["verificationMethod"]
    await school.api.do("markKeyCompromised", "board-owner", key=method, reason="紛失。")
    assert await verdicts() == [False, True]


async def test_one_jwt_key_takes_the_place_of_the_other(school: School) -> None:
    await school.rotate("P256")
    await school.rotate("RSA")
    assert await school.states() == [("ED25519", "ACTIVE"), ("P256", "RETIRED"), ("RSA", "ACTIVE")]


async def test_without_a_jwt_key_the_ed25519_key_signs_both(school: School) -> None:
    key = await school.rotate("P256")
    retired = (await school.api.do("retireKey", "board-owner", key=key["id"]))["key"]
    assert (retired["state"], retired["until"] > retired["since"]) == ("RETIRED", True)
    token = await school.signed(await school.issued(), "JWT")
    assert jwt.get_unverified_header(token)["alg"] == "EdDSA"


async def test_what_cannot_be_retired(school: School) -> None:
    (own,) = await school.keys()
    refused = await school.api.refused("retireKey", "board-owner", key=own["id"])
    assert refused == [("LAST_SIGNING_KEY", "key")]
    key = await school.rotate("P256")
    await school.api.do("retireKey", "board-owner", key=key["id"])
    assert await school.api.refused("retireKey", "board-owner", key=key["id"]) == [("ILLEGAL_TRANSITION", "")]
    for mutation in ("retireKey", "markKeyCompromised"):
        reason = {"reason": "紛失。"} if mutation == "markKeyCompromised" else {}
        for persona, code in (("stranger", "NOT_PERMITTED"), ("officer", "NOT_PERMITTED"), (None, "NOT_PERMITTED")):
            assert (await school.api.refused(mutation, persona, key=own["id"], **reason))[0][0] == code
        assert await school.api.refused(mutation, "operator", key="urn:x:none", **reason) == [("NOT_FOUND", "key")]
    assert await school.api.refused("rotateKey", "operator", profile="urn:x:none", algorithm="RSA") == [
        ("NOT_FOUND", "profile")
    ]


async def test_what_a_compromised_key_signed_is_void_at_once(school: School) -> None:
    endorsement = await school.issued()
    documents = [await school.signed(endorsement, form) for form in ("DATA_INTEGRITY", "JWT")]
    kid = jwt.get_unverified_header(documents[1])["kid"]
    listed = json.loads(documents[0])["credentialStatus"]["statusListCredential"]
    before = (await school.api.get(listed)).json()
    (own,) = await school.keys()
    events = len(await school.api.events())

    voided = await school.api.do("markKeyCompromised", "board-owner", key=own["id"], reason="端末を紛失した。")
    assert (await school.api.events())[events:] == ["MARK_KEY_COMPROMISED"]
    assert (voided["key"]["state"], voided["key"]["reason"]) == ("COMPROMISED", "端末を紛失した。")
    assert voided["key"]["until"] is not None
    assert await school.states() == [("ED25519", "ACTIVE"), ("ED25519", "COMPROMISED")]
    for document in documents:
        assert await school.key_checks(document) == {"key": "KEY_REVOKED", "proof": "NOT_CHECKED"}
        assert (await verdict(school.api, document))["authentic"] == "FAILED"

    after = (await school.api.get(listed)).json()
    assert before["proof"][0]["verificationMethod"] == own["id"] != after["proof"][0]["verificationMethod"]
    controller = (await school.api.get(school.id)).json()
    revoked = {each["id"]: each.get("revoked") for each in controller["verificationMethod"]}
    assert revoked[own["id"]] == revoked[kid] == voided["key"]["until"]
    assert not {own["id"], kid} & set(controller["assertionMethod"])
    assert (await school.api.get(kid)).status_code == 404
    for address in (f"{school.id}/jwks.json", "/.well-known/jwks.json"):
        assert kid not in [each["kid"] for each in (await school.api.get(address)).json()["keys"]]


async def test_one_sees_what_is_to_be_signed_anew_and_signs_it(school: School) -> None:
    endorsement, _ = await school.issued(), await school.issued()
    (own,) = await school.keys()
    await school.api.do("markKeyCompromised", "board-owner", key=own["id"], reason="紛失。")
    found = (await school.api.ask(BY_KEY, id=own["id"]))["key"]
    assert (found["state"], found["credentials"]["totalCount"]) == ("COMPROMISED", 4)
    assert {each["node"]["form"] for each in found["credentials"]["edges"]} == {"DATA_INTEGRITY", "JWT"}
    assert {each["node"]["keyId"] for each in found["credentials"]["edges"]} == {own["id"]}
    await school.api.do("reissueEndorsement", "officer", endorsement=endorsement)
    assert (await school.api.ask(BY_KEY, id=own["id"]))["key"]["credentials"]["totalCount"] == 2
    for form in ("DATA_INTEGRITY", "JWT"):
        document = await school.signed(endorsement, form)
        assert (await verdict(school.api, document))["authentic"] == "OK"


async def test_a_private_document_is_not_told_by_its_key(play: Play, api: Api) -> None:
    document = json.loads((await play.recommended())["credential"]["bytes"])
    key = document["proof"][0]["verificationMethod"]
    seen = {}
    for persona in (None, "head"):
        edges = (await api.ask(BY_KEY, persona, id=key))["key"]["credentials"]["edges"]
        seen[persona] = {each["node"]["id"] for each in edges}
    assert document["id"] in seen["head"] - seen[None]


async def test_a_retired_key_may_turn_out_to_be_compromised(school: School) -> None:
    (own,) = await school.keys()
    document = await school.signed(await school.issued())
    new = await school.rotate("ED25519")
    await school.api.do("markKeyCompromised", "operator", key=own["id"], reason="漏えい。")
    assert await school.states() == [("ED25519", "ACTIVE"), ("ED25519", "COMPROMISED")]
    assert next(key["id"] for key in await school.keys() if key["state"] == "ACTIVE") == new["id"]
    assert (await school.key_checks(document))["key"] == "KEY_REVOKED"
    again = {"key": own["id"], "reason": "もう一度。"}
    assert await school.api.refused("markKeyCompromised", "operator", **again) == [("ILLEGAL_TRANSITION", "")]


async def test_why_is_for_those_who_read_for_the_profile(school: School) -> None:
    (own,) = await school.keys()
    await school.api.do("markKeyCompromised", "operator", key=own["id"], reason="本人だけの事情")
    reasons = {
        persona: [key["reason"] for key in await school.keys(persona) if key["reason"]]
        for persona in (None, "stranger", "officer", "operator")
    }
    assert reasons == {None: [], "stranger": [], "officer": ["本人だけの事情"], "operator": ["本人だけの事情"]}


async def test_no_private_key_lies_open(school: School) -> None:
    for algorithm in ("ED25519", "P256", "RSA"):
        await school.rotate(algorithm)
    query = "MATCH (k:Key) WHERE k.profileId = $id RETURN {id: k.id, algorithm: k.algorithm, sealed: k.sealed} AS row"
    rows = await school.api.world.store.run("keys", query, {"id": school.id})
    assert sorted(row["algorithm"] for row in rows) == ["Ed25519", "Ed25519", "P-256", "RSA"]
    for row in rows:
        secret = school.api.world.envelope.open(row["sealed"], row["id"])
        nodes, _ = await school.api.graph()
        spellings = (repr(secret)[2:-1], secret.hex(), *_spelled(secret, "+/"), *_spelled(secret, "-_"))
        assert not any(spelling in node for node in nodes for spelling in spellings)


def _spelled(secret: bytes, others: str) -> list[str]:
    """Return what of the middle of a secret stands in base64 of something that holds it, wherever in it that begins."""
    return [base64.b64encode(secret[skipped:], others.encode()).decode()[:40] for skipped in range(3)]


async def test_a_did_document_has_the_same_keys(school: School) -> None:
    await school.rotate("P256")
    found = await school.api.get(f"{school.id}/did.json")
    document, controller = found.json(), (await school.api.get(school.id)).json()
    assert document["id"] == f"did:web:graph-service.example:profiles:{school.id.rpartition('/')[2]}"
    assert document["alsoKnownAs"] == [school.id]

    def material(of: dict[str, Any]) -> list[str]:
        return [str(each.get("publicKeyMultibase") or each["publicKeyJwk"]["x"]) for each in of["verificationMethod"]]

    assert material(document) == material(controller)
    assert all(each["controller"] == document["id"] for each in document["verificationMethod"])
    assert all(each["controller"] == school.id for each in controller["verificationMethod"])
