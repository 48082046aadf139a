"""Keys and where they are published: Multikey and controlled identifier documents (W3C CID 1.0)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph_service.endorse import contexts, multibase
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import names, objects
from graph_service.errors import CredentialError, Problem

PUBLISHED_TEST_KEYS = frozenset(
    {
        "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",  # Open Badges implementation guide and validator
        "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",  # W3C vc-di-eddsa
        "z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7",  # W3C vc-di-eddsa, proof sets and chains
        "z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E",
        "z6MkmEq87wkHCYnWnNZkigeDMGTN7oUw1upkhzd77KuXERS1",
        "z6Mkm1S51iPHJvDEkJ9MRtxJmT8Pqo6wHipAFwBAjN83vntT",
    }
)
"""Keys whose private half is printed in a standard: anybody can sign with them."""

_ED25519_PUBLIC = b"\xed\x01"  # Multikey header (§2.2.4)
_KEY_TYPES = ("Multikey", "Ed25519VerificationKey2020")
_DID_WEB = re.compile(r"did:web:([A-Za-z0-9.-]+(?:%3A\d{1,5})?)((?::(?!\.+(?::|\Z))[A-Za-z0-9._~-]+)*)\Z")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An Ed25519 key: the seed is secret and stays out of every text."""

    multibase: str  # the public half
    seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as its controller publishes it. A revoked one voids every proof made with it."""

    multibase: str
    expires: str | None = None
    revoked: str | None = None


def generate(entropy: bytes) -> KeyPair:
    """Make a key from 32 bytes of entropy. Raises ValueError for any other length."""
    public = Ed25519PrivateKey.from_private_bytes(entropy).public_key().public_bytes_raw()
    return KeyPair(multibase.encode(_ED25519_PUBLIC + public), entropy)


def decode(public_key_multibase: str) -> bytes:
    """Return the 32 bytes of an Ed25519 Multikey (§2.2.4). Raises CredentialError (INVALID_MULTIKEY)."""
    key = multibase.decode(public_key_multibase)
    if len(key) != 34 or not key.startswith(_ED25519_PUBLIC):
        raise CredentialError(Problem("INVALID_MULTIKEY", {"value": public_key_multibase}))
    return key[2:]


def method_id(issuer: str, public_key_multibase: str) -> str:
    """Return the verification method of an issuer's key; its fragment is the key, as some need it."""
    return f"{issuer}#{public_key_multibase}"


def document(profile: Document, keys: Iterable[PublicKey]) -> Document:
    """Return a Profile object with its keys: a controlled identifier document (§2.1).

    Retired keys stay in it, so that what they signed still verifies; a revoked one asserts nothing any more.
    """
    controller = profile["id"]
    methods, asserting = [], []
    for key in keys:
        method = _method(controller, key.multibase)
        methods.append({**method, "revoked": key.revoked} if key.revoked else method)
        asserting += [] if key.revoked else [method["id"]]
    return {
        "@context": [contexts.CONTROLLED_IDENTIFIERS, contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
        **profile,
        "verificationMethod": methods,
        "assertionMethod": asserting,
    }


def controller_of(verification_method: str) -> str:
    """Return the address of the document that must hold a verification method."""
    return verification_method.partition("#")[0]


def location(controller: str) -> str:
    """Return the URL at which a controller's document lies: its own address, or what did:web makes of it.

    Raises CredentialError (INVALID_VERIFICATION_METHOD_URL) for a malformed did:web.
    """
    if not controller.startswith("did:web:"):
        return controller
    if not (found := _DID_WEB.match(controller)):
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD_URL", {"value": controller[:200]}))
    host, path = found[1].replace("%3A", ":"), found[2].replace(":", "/")
    return f"https://{host}{path or '/.well-known'}/did.json"


def of_did_key(controller: str) -> Document | None:
    """Return the document of a did:key, which needs no looking up; None for any other controller."""
    if not controller.startswith("did:key:"):
        return None
    method = _method(controller, controller.removeprefix("did:key:"))
    return {"id": controller, "verificationMethod": [method], "assertionMethod": [method["id"]]}


def find(document: Document, verification_method: str) -> PublicKey:
    """Return a key from its controller's document: retrieve a verification method for assertions (§3.3).

    Raises CredentialError: INVALID_VERIFICATION_METHOD_URL, INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID,
    INVALID_VERIFICATION_METHOD, INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD, INVALID_MULTIKEY.
    """
    controller, _, fragment = verification_method.partition("#")
    if not fragment and controller.startswith("did:key:"):  # has one key, and is often written without it
        fragment = controller.removeprefix("did:key:")
    if not fragment:
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD_URL", {"value": verification_method[:200]}))
    if document.get("id") != controller:
        raise CredentialError(Problem("INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID", {"expected": controller[:200]}))
    spellings = (f"{controller}#{fragment}", f"#{fragment}")
    asserting = document.get("assertionMethod")
    found = [
        method
        for method in (*objects(document.get("verificationMethod")), *objects(asserting))
        if method.get("id") in spellings
    ]
    if not found or any(method != found[0] for method in found) or found[0].get("controller") != controller:
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD", {"value": verification_method[:200]}))
    if found[0] not in objects(asserting) and not set(names(asserting)) & set(spellings):
        raise CredentialError(
            Problem("INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD", {"value": verification_method[:200]})
        )
    return _public_key(found[0])


def _method(controller: str, key: str) -> Document:
    name = method_id(controller, key)
    return {"id": name, "type": "Multikey", "controller": controller, "publicKeyMultibase": key}


def _public_key(method: Document) -> PublicKey:
    key, expires, revoked = (method.get(member) for member in ("publicKeyMultibase", "expires", "revoked"))
    if method.get("type") not in _KEY_TYPES or not isinstance(key, str):
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD", {"value": str(method.get("id"))[:200]}))
    decode(key)
    return PublicKey(key, None if expires is None else str(expires), None if revoked is None else str(revoked))
