"""Credentials as JSON Web Tokens by the rules of Open Badges 3.0 (§8.2), which are older than VC-JOSE-COSE.

The payload is the credential itself with the claims `iss`, `sub`, `jti`, `nbf` and `exp` beside its members, which
say the same again. The private key is never here: `begin` says which bytes are to be signed, `finish` puts the
signature behind them. Nobody is believed because of what the header says: the key comes from the issuer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph_service.domain.time import instant, to_datetime
from graph_service.endorse import base64url, jsontext
from graph_service.endorse.embedded import carried, identifier
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PublicKey
from graph_service.endorse.plain import Purpose, objects
from graph_service.errors import CredentialError, GraphServiceError, LimitExceeded, Problem, ProofError

MAX_TEXT = 2 * jsontext.MAX_BYTES
TYPES = ("JWT", "vc+jwt")  # what others sign may say either; by Open Badges it says the first

_CLAIMS = {"iss": "issuer", "sub": "credentialSubject", "jti": "id", "nbf": "validFrom", "exp": "validUntil"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A token that waits for a signature over `data`, its header and payload."""

    data: bytes

    def finish(self, signature: bytes) -> str:
        """Return the token in compact form (RFC 7515, §7.1)."""
        return f"{self.data.decode()}.{base64url.encode(signature)}"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was read; nothing about it is verified."""

    header: Document
    document: Document  # the credential, without the claims
    claims: Document
    data: bytes
    signature: bytes


def begin(document: Document, kid: str, algorithm: Algorithm, *, lane: Lane = SAFE) -> Draft:
    """Prepare the token of an unsigned document; `kid` is where the key lies as a JWK.

    Raises ProofError: PROOF_GENERATION_ERROR if it has a proof, a claim or embedded tokens already, MISSING_MEMBER;
    CredentialError with the places of everything that a Data Integrity proof would not cover either, so that both
    forms say the same; InvalidInput for dates that are none.
    """
    embedded = [place for place, _, _ in carried(document) if place[-2] == "endorsementJwt"]
    if refused := [*((member,) for member in ("proof", *_CLAIMS) if member in document), *embedded]:
        raise ProofError(*(Problem("PROOF_GENERATION_ERROR", {"member": str(path[-1])}, path) for path in refused))
    lane.quads(document, Purpose.SIGN)
    claims = _claims(document)
    if missing := _missing(claims):
        raise ProofError(*missing)
    header = {"alg": algorithm.jws, "kid": kid, "typ": TYPES[0]}
    return Draft(b".".join(_part(part) for part in (header, {**document, **claims})))


def read(jws: bytes | str) -> Token:
    """Take a token apart.

    Raises CredentialError (MALFORMED_PROOF_ERROR, UNSUPPORTED_FORM and those of `jsontext.read`); LimitExceeded.
    """
    text = jws if isinstance(jws, str) else jws.decode("ascii", "replace")
    if len(text) > MAX_TEXT:
        raise LimitExceeded("bytes", MAX_TEXT)
    parts = text.strip().split(".")
    if len(parts) != 3:
        raise CredentialError(Problem("MALFORMED_PROOF_ERROR", {"member": "."}))
    header, payload = (_object(part, name) for part, name in zip(parts, ("header", "payload"), strict=False))
    if "vc" in payload:  # how VC Data Model 1.1 was put into tokens
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": "VC-JWT 1.1"}))
    document = {member: value for member, value in payload.items() if member not in _CLAIMS}
    claims = {member: value for member, value in payload.items() if member in _CLAIMS}
    return Token(header, document, claims, ".".join(parts[:2]).encode(), _bytes(parts[2], "signature"))


def problems(token: Token) -> list[Problem]:
    """List what is wrong with the form of a token, before any cryptography."""
    found = [
        Problem("MALFORMED_PROOF_ERROR", {"member": member})
        for member in sorted(token.header.keys() | {"alg"})
        if not _is_well_formed(member, token.header.get(member))
    ]
    try:
        expected = _claims(token.document)
    except GraphServiceError as error:
        return found + list(error.problems)
    found += _missing(expected)
    return found + [
        Problem("CLAIM_MISMATCH", {"claim": claim, "member": _CLAIMS[claim]}, (claim,))
        for claim in _CLAIMS
        if _exactly(token.claims.get(claim, ...)) != _exactly(expected.get(claim, ...))
    ]


def is_supported(token: Token) -> bool:
    """Tell whether a token without problems has an `alg` that we know, and a `kid` by which to find its key."""
    known = any(token.header.get("alg") in algorithm.jws_names for algorithm in Algorithm)
    return known and "kid" in token.header


def check(token: Token, key: PublicKey, *, lane: Lane = SAFE) -> None:
    """Verify a token with the issuer's key.

    Raises ProofError: the problems of its form; PROOF_VERIFICATION_ERROR, also for another `alg` or `jwk` than that of
    the key. Raises CredentialError for a document that does not mean the same to every reader.
    """
    if found := problems(token):
        raise ProofError(*found)
    if token.header.get("alg") not in key.algorithm.jws_names:
        raise ProofError(Problem("PROOF_VERIFICATION_ERROR", {}, ("alg",)))
    if "jwk" in token.header and PublicKey.from_jwk(token.header["jwk"]) != key:
        raise ProofError(Problem("PROOF_VERIFICATION_ERROR", {}, ("jwk",)))
    key.verify(token.signature, token.data)
    lane.quads({member: value for member, value in token.document.items() if member != "proof"}, Purpose.VERIFY)


def _claims(document: Document) -> Document:
    """Return the claims that say again what members of the credential say (§8.2.4.2). Raises InvalidInput."""
    subjects = objects(document.get("credentialSubject"))
    claims = {
        "iss": identifier(document.get("issuer")),
        "sub": identifier(subjects[0]) if len(subjects) == 1 else "",
        "jti": identifier(document.get("id")),
        "nbf": _seconds(document, "validFrom"),
        "exp": _seconds(document, "validUntil"),
    }
    return {claim: value for claim, value in claims.items() if value not in ("", None)}


def _exactly(value: Any) -> tuple[type, Any]:
    """Return a value that equals no other; in Python 1 equals 1.0 and True."""
    return type(value), value


def _missing(claims: Document) -> list[Problem]:
    """List members without which a claim that Open Badges demands has nothing to say."""
    return [
        Problem("MISSING_MEMBER", {"member": _CLAIMS[claim]}, (_CLAIMS[claim],))
        for claim in ("iss", "jti", "nbf")
        if claim not in claims
    ]


def _seconds(document: Document, member: str) -> int | None:
    if member not in document:
        return None
    return int(to_datetime(instant(str(document[member]), (member,))).timestamp())


def _is_well_formed(member: str, value: Any) -> bool:
    """Tell whether a member of the header may be there and be this; Open Badges knows these four (§8.2.4.1)."""
    match member:
        case "alg":
            return isinstance(value, str) and not value.lower().startswith(("none", "hs"))  # what anybody can make
        case "typ":
            return value in TYPES
        case "kid":
            return isinstance(value, str) and bool(value)
        case _:
            return member == "jwk" and isinstance(value, dict)


def _part(value: Document) -> bytes:
    return base64url.encode(jsontext.write(value)).encode()


def _bytes(part: str, name: str) -> bytes:
    try:
        return base64url.decode(part)
    except ValueError:
        raise CredentialError(Problem("MALFORMED_PROOF_ERROR", {"member": name})) from None


def _object(part: str, name: str) -> Document:
    value = jsontext.read(_bytes(part, name))
    if not isinstance(value, dict):
        raise CredentialError(Problem("MALFORMED_PROOF_ERROR", {"member": name}))
    return value
