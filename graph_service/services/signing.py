"""Signing with a profile's own keys: sealed at rest and opened only to sign, or held by a signer (remote/signer.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from graph_service.domain.credential_form import CredentialForm
from graph_service.domain.iri import Iri
from graph_service.domain.key import State
from graph_service.domain.language import LanguageMap
from graph_service.domain.time import OPEN_END, Instant
from graph_service.endorse import controller, eddsa_rdfc_2022, jsontext, vc_jwt
from graph_service.endorse.controller import PublishedKey
from graph_service.endorse.credential import Profile
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PrivateKey, PublicKey, refuse_test_key
from graph_service.endorse.signer import LocalSigner, Signer
from graph_service.errors import ConfigurationError, Conflict, Problem
from graph_service.remote.signer import RemoteSigner
from graph_service.services.call import World


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed document in one form, as it is kept and served."""

    form: CredentialForm
    content: bytes
    key: Iri  # verification method


async def new_key(
    world: World, profile: Iri, at: Instant, algorithm: Algorithm = Algorithm.ED25519
) -> dict[str, object]:
    """Return the properties of a new active key of a profile; the private half is sealed to its id, or at the signer.

    Raises Unavailable (SIGNER_UNAVAILABLE), CredentialError for a key that the signer should not have given.
    """
    sealed = None
    if world.remote_keys:
        public = await world.remote_keys.make(algorithm)
        refuse_test_key(public)
    else:
        entropy = world.secret(algorithm.entropy)
        private = await asyncio.to_thread(PrivateKey.generate, algorithm, entropy)  # up to seconds for RSA
        public = private.public
        sealed = world.envelope.seal(private.secret, controller.method_id(profile, public), world.secret(12))
    return {
        "id": controller.method_id(profile, public),
        "profileId": profile,
        "algorithm": algorithm,
        "publicKeyMultibase": public.multibase,
        "sealed": sealed,
        "state": State.ACTIVE,
        "since": at,
        "until": OPEN_END,
    }


async def forms(
    world: World, issuer: Iri, keys: Sequence[Mapping[str, Any]], document: Document, at: Instant
) -> list[Signed]:
    """Return a document signed in each form, every one verified with the public key before it leaves.

    JWTs are signed with the issuer's P-256 or RSA key if it has one, else with its Ed25519 key. Raises as `signed`.
    """
    own, for_tokens = _active(keys, issuer)
    return [
        Signed(CredentialForm.DATA_INTEGRITY, await signed(world, issuer, keys, document, at), Iri(own["id"])),
        Signed(CredentialForm.JWT, await _token(world, issuer, for_tokens, document), Iri(for_tokens["id"])),
    ]


async def signed(
    world: World, issuer: Iri, keys: Sequence[Mapping[str, Any]], document: Document, at: Instant
) -> bytes:
    """Return a document with a Data Integrity proof as one compact line, after checking our own signature.

    Raises Conflict (NO_ACTIVE_KEY, SIGNER_LACKS_KEY), Unavailable (SIGNER_UNAVAILABLE), ConfigurationError if the key
    cannot be used here, and what `eddsa_rdfc_2022.begin` refuses to sign.
    """
    own, _ = _active(keys, issuer)
    signer = _signer(world, issuer, own)
    draft = eddsa_rdfc_2022.begin(document, eddsa_rdfc_2022.Options(signer.verification_method, at))
    done = draft.finish(await signer.sign(draft.data))
    eddsa_rdfc_2022.check(done, done["proof"][0], signer.key)
    return jsontext.write(done)


async def _token(world: World, issuer: Iri, row: Mapping[str, Any], document: Document) -> bytes:
    """Return a document as a JWT, after checking our own signature."""
    signer = _signer(world, issuer, row)
    draft = vc_jwt.begin(document, controller.kid(issuer, signer.key), Algorithm(signer.key.algorithm))
    content = draft.finish(await signer.sign(draft.data)).encode()
    vc_jwt.check(vc_jwt.read(content), signer.key)
    return content


def _active(keys: Sequence[Mapping[str, Any]], issuer: Iri) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the key that signs Data Integrity proofs and the one that signs JWTs: the same if there is no other."""
    active = {row["algorithm"]: row for row in keys if row["state"] == State.ACTIVE}
    own = active.pop(Algorithm.ED25519, None)
    if own is None:
        raise Conflict(Problem("NO_ACTIVE_KEY", {"profile": issuer}))
    return own, next(iter(active.values()), own)


def _signer(world: World, issuer: Iri, row: Mapping[str, Any]) -> Signer:
    """Return what signs with a loaded key. Raises ConfigurationError (MASTER_KEY_WRONG, SIGNER_NEEDED)."""
    public = PublicKey.read(row["publicKeyMultibase"])
    if row["sealed"] is not None:
        secret = world.envelope.open(row["sealed"], row["id"])
        return LocalSigner(issuer, PrivateKey.read(Algorithm(public.algorithm), secret))
    if world.remote_keys is None:
        raise ConfigurationError(Problem("SIGNER_NEEDED", {"key": row["id"]}))
    return RemoteSigner(world.remote_keys, public, row["id"])


def digest(content: bytes) -> str:
    """Return the hex SHA-256 of stored bytes: the entity tag under which they are served."""
    return sha256(content).hexdigest()


def speaker(row: Mapping[str, Any], language: str | None = None) -> Profile:
    """Return a loaded profile as it stands in a credential, in one language."""
    _, name = LanguageMap.from_json(row["nameMap"]).choose(language)
    return Profile(Iri(row["id"]), name, row["url"] or "")


def public_keys(rows: Sequence[Mapping[str, Any]]) -> list[PublishedKey]:
    """Return loaded keys as their controller publishes them, oldest first; compromised ones are revoked."""
    ordered = sorted(rows, key=lambda row: (row["since"], row["id"]))
    return [PublishedKey(PublicKey.read(row["publicKeyMultibase"]), revoked=_revoked(row)) for row in ordered]


def _revoked(row: Mapping[str, Any]) -> str | None:
    return row["until"] if row["state"] == State.COMPROMISED else None
