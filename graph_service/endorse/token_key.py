"""The key of a token: looked for where its issuer alone can publish (OB 3.0, §8.2.4, and its implementation guide).

A header says which key, never whose. So `kid` and `jwk` only pick among the keys in the issuer's own document, at the
`kid` if that lies beneath the issuer's own address, and in the JWK set of the issuer's host. `jku`, `x5u` and a `kid`
of another origin are never looked up: anybody can put a key at an address of his own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from graph_service.endorse import controller, jsontext
from graph_service.endorse.controller import PublishedKey
from graph_service.endorse.evidence import Found, lying, why_not
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import PublicKey
from graph_service.endorse.plain import objects
from graph_service.errors import CredentialError, GraphServiceError, Problem

_AUTHORITY = re.compile(r"https://[^/?#@\\\s]+")
_BENEATH = re.compile(r"(?:/(?!\.+(?:/|\Z))[A-Za-z0-9._~:@=-]+)+\Z")  # no step back, nothing to decode
# What is said of the very key: no other place can make it good.
_FINAL = {"INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD", "PRIVATE_KEY_PUBLISHED", "UNSUITABLE_KEY"}


def published(header: Document, issuer: str, found: Found) -> PublishedKey:
    """Return the key that a header means, from the first place of the issuer that has it.

    Raises CredentialError: KEY_NOT_NAMED; CONTROLLER_UNAVAILABLE if it may lie where nothing could be had; else what
    is wrong at the first place.
    """
    if header.keys().isdisjoint({"kid", "jwk"}):
        raise CredentialError(Problem("KEY_NOT_NAMED"))
    errors: list[GraphServiceError] = []
    for _, result in _search(header, issuer, found):
        if isinstance(result, PublishedKey):
            return result
        errors.append(result)
    final = [error for error in errors if error.code in _FINAL]
    unsure = [error for error in errors if error.code in ("CONTROLLER_UNAVAILABLE", "UNSUPPORTED_CONTROLLER")]
    raise (final or unsure or errors)[0]


def wanted(header: Document, issuer: str, found: Found) -> Iterator[str]:
    """Walk the addresses where the key would be looked for, up to the first at which nobody has looked."""
    if not header.keys().isdisjoint({"kid", "jwk"}):
        for address, _ in _search(header, issuer, found):
            if controller.can_be_looked_up(address):
                yield address
                if address not in found:
                    return


def _search(header: Document, issuer: str, found: Found) -> Iterator[tuple[str, PublishedKey | GraphServiceError]]:
    """Try the places one by one, until one has the key or refuses it."""
    for address in _places(header, issuer):
        result: PublishedKey | GraphServiceError
        try:
            result = _at(address, header, issuer, found)
        except GraphServiceError as error:
            result = error
        yield address, result
        if isinstance(result, PublishedKey) or result.code in _FINAL:
            return


def _at(address: str, header: Document, issuer: str, found: Found) -> PublishedKey:
    """Return the key that is meant from one place. Raises CredentialError, LimitExceeded."""
    document = opened(address, found)
    if address == issuer:
        return _at_issuer(document, header, issuer)
    if address == header.get("kid"):  # one JWK, whatever name it has there
        document = {"keys": [{**document, "kid": address}]}
    return _in_set(document, header, issuer)


def _places(header: Document, issuer: str) -> Iterator[str]:
    yield issuer
    if authority := _AUTHORITY.match(issuer):
        kid, own = str(header.get("kid")), issuer.rstrip("/")
        if kid.startswith(own) and _BENEATH.match(kid, len(own)):
            yield kid
        yield f"{authority[0]}/.well-known/jwks.json"


def opened(address: str, found: Found) -> Document:
    """Return the document of a controller.

    Raises CredentialError: CONTROLLER_UNAVAILABLE, UNSUPPORTED_CONTROLLER, INVALID_CONTROLLED_IDENTIFIER_DOCUMENT and
    those of `jsontext.read`; LimitExceeded.
    """
    document = controller.of_did_key(address) or lying(found, address)
    if document is None and not controller.can_be_looked_up(address):
        raise CredentialError(Problem("UNSUPPORTED_CONTROLLER", {"address": address[:200]}))
    if document is None:
        raise CredentialError(Problem("CONTROLLER_UNAVAILABLE", why_not(found, address)))
    if isinstance(document, bytes):
        document = jsontext.read(document)
    if not isinstance(document, dict):
        raise CredentialError(Problem("INVALID_CONTROLLED_IDENTIFIER_DOCUMENT", {"address": address}))
    return document


def _at_issuer(document: Document, header: Document, issuer: str) -> PublishedKey:
    """Find the method that a header means by its id, or by the key in it. Raises what `controller.find` raises."""
    methods = objects(document.get("verificationMethod")) + objects(document.get("assertionMethod"))
    kid = header.get("kid", "")
    if not any(method.get("id") == kid for method in methods):
        meant = [method for method in methods if _is_meant(header, _keys(method))]
        meant.sort(key=lambda method: "revoked" not in method)
        kid = str(meant[0].get("id")) if meant else kid
    return controller.find(document, kid, issuer)


def _in_set(document: Document, header: Document, issuer: str) -> PublishedKey:
    """Find a key in a JWK set (RFC 7517, §5), in which `iss` may say whose it is. Raises CredentialError."""
    several = objects(document.get("keys"))
    own = [jwk for jwk in several if jwk.get("iss", issuer) == issuer and _is_meant(header, [jwk])]
    keys = {PublicKey.from_jwk(jwk) for jwk in own}
    if len(keys) != 1:
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD", {"value": str(header.get("kid", "jwk"))[:200]}))
    return PublishedKey(keys.pop())


def _keys(method: Document) -> list[Document]:
    """Return the key of a verification method as a JWK, if it can be read."""
    text = method.get("publicKeyMultibase")
    with suppress(GraphServiceError):
        return [PublicKey.read(text).jwk()] if isinstance(text, str) else objects(method.get("publicKeyJwk"))
    return []


def _is_meant(header: Document, jwks: Iterable[Document]) -> bool:
    """Tell whether a header means one of these keys: by its name, by its thumbprint (RFC 7638), or by itself."""
    kid = header.get("kid")
    for jwk in jwks:
        if kid is not None and jwk.get("kid") == kid:
            return True
        with suppress(GraphServiceError):
            key = PublicKey.from_jwk(jwk)
            if key.thumbprint == kid or ("jwk" in header and key == PublicKey.from_jwk(header["jwk"])):
                return True
    return False
