"""Credentials as JSON Web Tokens by the rules of Open Badges 3.0 (§8.2), which are older than VC-JOSE-COSE.

The payload is the credential itself with the claims `iss`, `sub`, `jti`, `nbf` and `exp` beside its members, which
say the same again. By the VC Data Model 1.1 (§6.3.1) the credential stands in the claim `vc`, and the others may say
what is left out there. The private key is never here: `begin` says which bytes are to be signed, `finish` puts the
signature behind them. Nobody is believed because of what the header says: the key comes from the issuer.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graph_service.domain.time import from_datetime, instant, to_datetime
from graph_service.endorse import base64url, jsontext
from graph_service.endorse.contexts import CREDENTIALS_V2
from graph_service.endorse.embedded import carried, identifier
from graph_service.endorse.expansion import SAFE, Lane
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, ForeignAlgorithm, PublicKey
from graph_service.endorse.plain import MAX_PROBLEMS, Purpose, objects
from graph_service.errors import CredentialError, GraphServiceError, LimitExceeded, Problem, ProofError

MAX_TEXT = 2 * jsontext.MAX_BYTES
TYPES = ("JWT", "vc+jwt")  # what others sign may say either; by Open Badges it says the first

_CLAIMS = {"iss": "issuer", "sub": "credentialSubject", "jti": "id", "nbf": "validFrom", "exp": "validUntil"}
_DATES = {"nbf": ("issuanceDate", "validFrom"), "exp": ("expirationDate", "validUntil")}  # of either data model
_BESIDE = {"iat", "aud"}  # claims of RFC 7519 that say nothing about the credential


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
    document: Document  # the credential: what is signed, and what the claims say in its place
    claims: Document
    beside: tuple[str, ...]  # members that are neither claims nor in `vc`
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
    claims = {member: payload.pop(member) for member in (*_CLAIMS, *_BESIDE) if member in payload}
    data, signature = ".".join(parts[:2]).encode(), _bytes(parts[2], "signature")
    if "vc" not in payload:
        return Token(header, payload, claims, (), data, signature)
    credential = payload.pop("vc")
    if not isinstance(credential, dict):
        raise CredentialError(Problem("MALFORMED_PROOF_ERROR", {"member": "vc"}))
    return Token(header, _filled(credential, claims), claims, tuple(payload), data, signature)


def problems(token: Token) -> list[Problem]:
    """List what is wrong with the form of a token, before any cryptography.

    A claim may not contradict the credential; one that is not there contradicts nothing.
    """
    found = [
        Problem("MALFORMED_PROOF_ERROR", {"member": member[:64]})
        for member in sorted(token.header.keys() | {"alg"})
        if not _is_well_formed(member, token.header.get(member))
    ][:MAX_PROBLEMS]
    try:
        expected = _claims(token.document)
    except GraphServiceError as error:
        return found + list(error.problems)
    found += _missing(expected)
    found += [
        Problem("DATA_LOSS_DETECTION_ERROR", {"what": member[:200]}, (member,))
        for member in token.beside[:MAX_PROBLEMS]
    ]
    return found + [
        Problem("CLAIM_MISMATCH", {"claim": claim, "member": _CLAIMS[claim]}, (claim,))
        for claim in _CLAIMS
        if claim in token.claims and _exactly(token.claims[claim]) != _exactly(expected.get(claim, ...))
    ]


def is_supported(token: Token) -> bool:
    """Tell whether a token without problems has an `alg` that we know."""
    return any(token.header.get("alg") in algorithm.jws_names for algorithm in (*Algorithm, *ForeignAlgorithm))


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
        "nbf": _seconds(document, "nbf"),
        "exp": _seconds(document, "exp"),
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


def _seconds(document: Document, claim: str) -> int | None:
    member = next((member for member in _DATES[claim] if member in document), None)
    return None if member is None else int(to_datetime(instant(str(document[member]), (member,))).timestamp())


def _filled(credential: Document, claims: Document) -> Document:
    """Return a credential of the claim `vc` with what only the other claims say (VC Data Model 1.1, §6.3.1)."""
    filled = dict(credential)
    first = not isinstance(credential.get("@context"), list) or credential["@context"][:1] != [CREDENTIALS_V2]
    for claim, value in claims.items():
        member = _CLAIMS.get(claim, "")
        if claim in _DATES and filled.keys().isdisjoint(_DATES[claim]) and type(value) is int:
            with suppress(OverflowError, ValueError, OSError):
                moment = from_datetime(datetime.fromtimestamp(value, UTC))
                filled[_DATES[claim][0] if first else member] = moment
        elif claim in ("iss", "jti") and isinstance(value, str):
            filled.setdefault(member, value)
    subject = filled.get(_CLAIMS["sub"])
    if isinstance(subject, dict) and "id" not in subject and isinstance(claims.get("sub"), str):
        filled[_CLAIMS["sub"]] = {"id": claims["sub"], **subject}
    return filled


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
