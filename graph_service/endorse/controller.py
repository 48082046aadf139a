"""Where keys are published: controlled identifier documents (W3C CID 1.0), did:web documents and JWK sets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from graph_service.endorse import contexts
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PublicKey
from graph_service.endorse.plain import names, objects
from graph_service.errors import CredentialError, Problem

_MULTIKEY_TYPES = ("Multikey", "Ed25519VerificationKey2020")
_JWK_TYPES = ("JsonWebKey", "JsonWebKey2020")
_SECRETS = ("secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk")
_DID_WEB = re.compile(r"did:web:([A-Za-z0-9.-]+(?:%3A\d{1,5})?)((?::(?!\.+(?::|\Z))[A-Za-z0-9._~-]+)*)\Z")

_WEB_ADDRESS = re.compile(
    r"https://(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>\d{1,5}))?(?P<path>(?:/(?!\.+(?:/|\Z))[A-Za-z0-9._~-]+)*)\Z"
)
_IP_ADDRESS = re.compile(r"[0-9.]+\Z")


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key as its controller publishes it. A revoked one voids every proof made with it."""

    key: PublicKey
    expires: str | None = None
    revoked: str | None = None


def method_id(issuer: str, key: PublicKey) -> str:
    """Return the verification method of an issuer's key; the fragment of an Ed25519 key is the key, as some need it."""
    return f"{issuer}#{key.multibase}" if key.algorithm is Algorithm.ED25519 else kid(issuer, key)


def kid(issuer: str, key: PublicKey) -> str:
    """Return the address of a key as a JWK, by which JWTs name it (OB 3.0, §8.2.4.1)."""
    return f"{issuer}/keys/{key.thumbprint}"


def document(profile: Document, keys: Iterable[PublishedKey]) -> Document:
    """Return a Profile object with its keys: a controlled identifier document (§2.1).

    Retired keys stay in it, so that what they signed still verifies; a revoked one asserts nothing any more.
    """
    context = [contexts.CONTROLLED_IDENTIFIERS, contexts.CREDENTIALS_V2, contexts.OPEN_BADGES]
    controller = profile["id"]
    return {"@context": context, **profile, **_methods(controller, keys, f"{controller}/keys/")}


def did_document(profile: str, keys: Iterable[PublishedKey]) -> Document | None:
    """Return the document of a profile's did:web, with the keys of the profile; None if it can have none."""
    if (did := did_web(profile)) is None:
        return None
    context = [contexts.DID, contexts.MULTIKEY, contexts.JWK]
    return {"@context": context, "id": did, "alsoKnownAs": [profile], **_methods(did, keys, f"{did}#")}


def did_web(address: str) -> str | None:
    """Return the did:web whose document lies at `address`/did.json; None if there can be none (did:web, §2.1).

    There can be none without HTTPS, at a bare IP address, or with a path that the method cannot say.
    """
    if not (found := _WEB_ADDRESS.match(address)) or _IP_ADDRESS.match(found["host"]):
        return None
    port = f"%3A{found['port']}" if found["port"] else ""
    return f"did:web:{found['host']}{port}{found['path'].replace('/', ':')}"


def jwk(issuer: str, key: PublicKey) -> Document:
    """Return what lies at the `kid` of a key: a bare JWK with its issuer (OB 3.0 implementation guide)."""
    return {**_named_jwk(key, kid(issuer, key)), "iss": issuer}


def jwk_set(keys: Iterable[tuple[str, PublishedKey]]) -> Document:
    """Return the JWK set (RFC 7517, §5) of one or many issuers, each with its keys; revoked ones are not in it."""
    return {"keys": [jwk(issuer, each.key) for issuer, each in keys if not each.revoked]}


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


def can_be_looked_up(controller: str) -> bool:
    """Tell whether a controller's document lies at a URL; of DIDs we know did:web, and did:key, which needs none."""
    return controller.startswith(("https://", "http://", "did:web:"))


def is_at_host(address: str, controller: str) -> bool:
    """Tell whether an address lies at the host of a controller, over HTTPS; a did:key has none."""
    with suppress(CredentialError, ValueError):  # a malformed did:web, or no URL
        own, other = urlsplit(location(controller)), urlsplit(address)
        return (other.scheme, bool(other.netloc), other.netloc) == ("https", True, own.netloc)
    return False


def of_did_key(controller: str) -> Document | None:
    """Return the document of a did:key, which needs no looking up; None for any other controller."""
    if not controller.startswith("did:key:"):
        return None
    key = controller.removeprefix("did:key:")
    name = f"{controller}#{key}"
    method = {"id": name, "type": "Multikey", "controller": controller, "publicKeyMultibase": key}
    return {"id": controller, "verificationMethod": [method], "assertionMethod": [name]}


def find(document: Document, verification_method: str, controller: str | None = None) -> PublishedKey:
    """Return a key from its controller's document: retrieve a verification method for assertions (§3.3).

    A Data Integrity proof names the controller before the `#` of the method. The `kid` of a JWT need not, so its
    `controller` is given: the issuer.

    Raises CredentialError: INVALID_VERIFICATION_METHOD_URL, INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID,
    INVALID_VERIFICATION_METHOD, INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD, and those of `keys.PublicKey`.
    """
    named, _, fragment = verification_method.partition("#")
    if not fragment and named.startswith("did:key:"):  # has one key, and is often written without it
        fragment = named.removeprefix("did:key:")
    if not fragment and controller is None:
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD_URL", {"value": verification_method[:200]}))
    controller = named if controller is None else controller
    if document.get("id") != controller:
        raise CredentialError(Problem("INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID", {"expected": controller[:200]}))
    spellings = {f"{named}#{fragment}" if fragment else named}
    if fragment and named == controller:
        spellings.add(f"#{fragment}")
    asserting = document.get("assertionMethod")
    found = [
        method
        for method in (*objects(document.get("verificationMethod")), *objects(asserting))
        if isinstance(name := method.get("id"), str) and name in spellings
    ]
    if not found or any(method != found[0] for method in found) or found[0].get("controller") != controller:
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD", {"value": verification_method[:200]}))
    asserts = found[0] in objects(asserting) or not spellings.isdisjoint(names(asserting))
    if not asserts and not found[0].get("revoked"):  # that it is revoked says more, and whoever asks must look
        raise CredentialError(
            Problem("INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD", {"value": verification_method[:200]})
        )
    return _published(found[0])


def _methods(controller: str, keys: Iterable[PublishedKey], jwk_prefix: str) -> Document:
    """Return the members that hold keys: every key as a JsonWebKey, those of Ed25519 as a Multikey before it."""
    methods, asserting = [], []
    for published in keys:
        key, revoked = published.key, {"revoked": published.revoked} if published.revoked else {}
        material: list[tuple[str, Document]] = [
            (f"{jwk_prefix}{key.thumbprint}", {"type": "JsonWebKey", "publicKeyJwk": _named_jwk(key, key.thumbprint)})
        ]
        if key.algorithm is Algorithm.ED25519:
            multikey = {"type": "Multikey", "publicKeyMultibase": key.multibase}
            material.insert(0, (method_id(controller, key), multikey))
        methods += [{"id": name, "controller": controller, **value, **revoked} for name, value in material]
        asserting += [] if published.revoked else [name for name, _ in material]
    return {"verificationMethod": methods, "assertionMethod": asserting}


def _named_jwk(key: PublicKey, name: str) -> Document:
    return {**key.jwk(), "kid": name, "alg": key.algorithm.jws, "use": "sig"}


def _published(method: Document) -> PublishedKey:
    """Read a verification method. Raises CredentialError (INVALID_VERIFICATION_METHOD and those of PublicKey)."""
    if any(secret in method for secret in _SECRETS):
        raise CredentialError(Problem("PRIVATE_KEY_PUBLISHED"))
    text, jwk = method.get("publicKeyMultibase"), method.get("publicKeyJwk")
    if method.get("type") in _MULTIKEY_TYPES and isinstance(text, str) and jwk is None:
        key = PublicKey.read(text)
    elif method.get("type") in _JWK_TYPES and isinstance(jwk, dict) and text is None:
        key = PublicKey.from_jwk(jwk)
    else:
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD", {"value": str(method.get("id"))[:200]}))
    expires, revoked = (None if method.get(end) is None else str(method[end]) for end in ("expires", "revoked"))
    return PublishedKey(key, expires, revoked)
