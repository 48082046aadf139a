"""The key of a token: looked for where its issuer alone can publish (OB 3.0, §8.2.4, and its implementation guide).

A header says which key, never whose. So `kid` and `jwk` only pick among the keys in the issuer's own document, at the
`kid` if that lies beneath the issuer's own address, and in the JWK set of the issuer's host. `jku`, `x5u` and a `kid`
of another origin are never looked up: anybody can put a key at an address of his own.

A host may have many issuers, who all write into its set and beneath its root. And whatever place a key was found in,
what the issuer's own document says against it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from graph_service.endorse import controller, jsontext
from graph_service.endorse.controller import PublishedKey
from graph_service.endorse.evidence import Absent, Found, lying, why_not
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import PublicKey
from graph_service.endorse.plain import objects
from graph_service.errors import CredentialError, GraphServiceError, Problem

_AUTHORITY = re.compile(r"https://[^/?#@\\\s]+")
_ROOT = re.compile(_AUTHORITY.pattern + r"/?\Z")
_ONE_OF_MANY = re.compile(_AUTHORITY.pattern + r"/[^?#]+\Z")  # of the issuers of a host
_BENEATH = re.compile(r"(?:/(?!\.+(?:/|\Z))[A-Za-z0-9._~:@=-]+)+\Z")  # no step back, nothing to decode
# What is said of the very key: no other place can make it good.
_FINAL = {"INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD", "PRIVATE_KEY_PUBLISHED", "UNSUITABLE_KEY"}
# There is something else, so the issuer has no controlled identifier document.
_NO_DOCUMENT = {"NOT_UTF8", "INVALID_JSON", "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT"}
_NOT_THERE = (404, 410)
_MAKING_THE_KEY = ("kty", "crv", "x", "y", "n", "e")  # members of a JWK


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
    """Try the places one by one, until one has the key or refuses it; none but the issuer if that is out of reach."""
    for address in _places(header, issuer):
        result: PublishedKey | GraphServiceError
        try:
            result = _at(address, header, issuer, found)
        except GraphServiceError as error:
            result = error
        yield address, result
        if isinstance(result, PublishedKey) or result.code in _FINAL:
            return
        if address == issuer and not _may_be_elsewhere(issuer, found):
            return


def _may_be_elsewhere(issuer: str, found: Found) -> bool:
    """Tell whether the issuer's own document is known, or known to be none: it might speak against a key."""
    absent = found.get(issuer)
    if isinstance(absent, Absent):
        return absent.values.get("status") in _NOT_THERE
    try:
        opened(issuer, found)
    except GraphServiceError as error:
        return error.code in _NO_DOCUMENT
    return True


def _at(address: str, header: Document, issuer: str, found: Found) -> PublishedKey:
    """Return the key that is meant from one place. Raises CredentialError, LimitExceeded."""
    document = opened(address, found)
    if address == issuer:
        return _at_issuer(document, header, issuer)
    if address == header.get("kid"):  # one JWK, whatever name it has there
        document = {"keys": [{"iss": issuer, **document, "kid": address}]}
    return _as_issuer_says(_in_set(document, header, issuer), issuer, found)


def _places(header: Document, issuer: str) -> Iterator[str]:
    yield issuer
    if authority := _AUTHORITY.match(issuer):
        kid, own = str(header.get("kid")), issuer.rstrip("/")
        if _ONE_OF_MANY.match(own) and kid.startswith(own) and _BENEATH.match(kid, len(own)):
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
    methods, kid = _methods(document), header.get("kid", "")
    if not any(method.get("id") == kid for method in methods):
        meant = [method for method in methods if any(_is_meant(header, jwk) for jwk in _keys(method))]
        if meant:
            return _worst(document, meant, issuer)
    return controller.find(document, kid, issuer)


def _in_set(document: Document, header: Document, issuer: str) -> PublicKey:
    """Find a key in a JWK set (RFC 7517, §5), in which `iss` says whose it is; it need not where there is one issuer.

    Raises CredentialError.
    """
    whose = issuer if _ROOT.match(issuer) else None
    own = [jwk for jwk in objects(document.get("keys")) if jwk.get("iss", whose) == issuer and _is_meant(header, jwk)]
    keys = {PublicKey.from_jwk(jwk) for jwk in own}
    if len(keys) != 1:
        raise CredentialError(Problem("INVALID_VERIFICATION_METHOD", {"value": str(header.get("kid", "jwk"))[:200]}))
    return keys.pop()


def _as_issuer_says(key: PublicKey, issuer: str, found: Found) -> PublishedKey:
    """Return a key of another place with what the issuer's own document says of it, under whatever name it is there.

    Raises what `controller.find` raises.
    """
    try:
        document = opened(issuer, found)
    except GraphServiceError:  # there is none
        return PublishedKey(key)
    same = [method for method in _methods(document) if key.thumbprint in map(_thumbprint, _keys(method))]
    return _worst(document, same, issuer) if same else PublishedKey(key)


def _worst(document: Document, methods: list[Document], issuer: str) -> PublishedKey:
    """Return the key of several methods that have the same: revoked if one is, else as the first to expire.

    Raises what `controller.find` raises.
    """
    several = [controller.find(document, str(method.get("id")), issuer) for method in methods]
    return min(several, key=lambda one: (not one.revoked, one.expires is None, one.expires or ""))


def _methods(document: Document) -> list[Document]:
    return objects(document.get("verificationMethod")) + objects(document.get("assertionMethod"))


def _keys(method: Document) -> list[Document]:
    """Return the keys of a verification method as JWKs, as far as they can be read."""
    jwks, text = objects(method.get("publicKeyJwk")), method.get("publicKeyMultibase")
    if isinstance(text, str):
        with suppress(GraphServiceError):
            jwks.append(PublicKey.read(text).jwk())
    return jwks


def _thumbprint(jwk: Document) -> str | None:
    """Return the thumbprint of a JWK, even of one that may not be used."""
    with suppress(GraphServiceError):
        return PublicKey.from_jwk({member: jwk[member] for member in _MAKING_THE_KEY if member in jwk}).thumbprint
    return None


def _is_meant(header: Document, jwk: Document) -> bool:
    """Tell whether a header means this key: by its name, by its thumbprint (RFC 7638), or by itself."""
    kid = header.get("kid")
    if kid is not None and jwk.get("kid") == kid:
        return True
    with suppress(GraphServiceError):
        key = PublicKey.from_jwk(jwk)
        return key.thumbprint == kid or ("jwk" in header and key == PublicKey.from_jwk(header["jwk"]))
    return False
