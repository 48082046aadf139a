"""Signing with a profile's own key: made with the profile, sealed at rest, opened only to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.time import OPEN_END, Instant
from graph_service.endorse import controller, eddsa_rdfc_2022, jsontext
from graph_service.endorse.controller import KeyPair, PublicKey
from graph_service.endorse.credential import Profile
from graph_service.endorse.jsontext import Document
from graph_service.endorse.signer import LocalSigner
from graph_service.errors import Conflict, Problem
from graph_service.services.call import World

ALGORITHM = "Ed25519"
DATA_INTEGRITY = "DATA_INTEGRITY"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed document in one form, as it is kept and served."""

    form: str
    content: bytes
    key: Iri  # verification method


def new_key(world: World, profile: Iri, at: Instant) -> dict[str, object]:
    """Return the properties of a new active key of a profile; the private half is sealed to the key's id."""
    pair = controller.generate(world.secret(32))
    method = controller.method_id(profile, pair.multibase)
    return {
        "id": method,
        "profileId": profile,
        "algorithm": ALGORITHM,
        "publicKeyMultibase": pair.multibase,
        "sealed": world.envelope.seal(pair.seed, method, world.secret(12)),
        "state": "ACTIVE",
        "since": at,
        "until": OPEN_END,
    }


async def forms(
    world: World, issuer: Iri, keys: Sequence[Mapping[str, Any]], document: Document, at: Instant
) -> list[Signed]:
    """Return a document signed in each form, every one verified with the public key before it leaves."""
    content = await signed(world, issuer, keys, document, at)
    return [Signed(DATA_INTEGRITY, content, Iri(_active(keys, issuer, at)["id"]))]


async def signed(
    world: World, issuer: Iri, keys: Sequence[Mapping[str, Any]], document: Document, at: Instant
) -> bytes:
    """Return the signed document as one compact line, after checking our own signature.

    Raises Conflict (NO_ACTIVE_KEY) if the issuer has none, and what `eddsa_rdfc_2022.begin` refuses to sign.
    """
    key = _active(keys, issuer, at)
    signer = LocalSigner(issuer, KeyPair(key["publicKeyMultibase"], world.envelope.open(key["sealed"], key["id"])))
    draft = eddsa_rdfc_2022.begin(document, eddsa_rdfc_2022.Options(signer.verification_method, at))
    done = draft.finish(await signer.sign(draft.data))
    eddsa_rdfc_2022.check(done, done["proof"][0], controller.decode(key["publicKeyMultibase"]))
    return jsontext.write(done)


def _active(keys: Sequence[Mapping[str, Any]], issuer: Iri, at: Instant) -> Mapping[str, Any]:
    key = next((k for k in keys if k["state"] == "ACTIVE" and k["since"] <= at < k["until"]), None)
    if key is None:
        raise Conflict(Problem("NO_ACTIVE_KEY", {"profile": issuer}))
    return key


def digest(content: bytes) -> str:
    """Return the hex SHA-256 of stored bytes: the entity tag under which they are served."""
    return sha256(content).hexdigest()


def speaker(row: Mapping[str, Any], language: str | None = None) -> Profile:
    """Return a loaded profile as it stands in a credential, in one language."""
    _, name = LanguageMap.from_json(row["nameMap"]).choose(language)
    return Profile(Iri(row["id"]), name, row["url"] or "")


def public_keys(rows: Sequence[Mapping[str, Any]]) -> list[PublicKey]:
    """Return loaded keys as their controller publishes them, oldest first; compromised ones are revoked."""
    ordered = sorted(rows, key=lambda row: (row["since"], row["id"]))
    return [
        PublicKey(row["publicKeyMultibase"], revoked=row["until"] if row["state"] == "COMPROMISED" else None)
        for row in ordered
    ]
