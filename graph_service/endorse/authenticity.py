"""Who signed it: key, proof and issuer of a credential (VC Data Integrity 1.0, §4.4 to §4.6; OB 3.0, §8.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from graph_service.domain.time import instant
from graph_service.endorse import controller, eddsa_rdfc_2022, jsontext, vc_jwt
from graph_service.endorse.controller import controller_of
from graph_service.endorse.embedded import identifier
from graph_service.endorse.evidence import Evidence
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import PublicKey, refuse_test_key
from graph_service.endorse.opening import shape
from graph_service.endorse.plain import objects, placed
from graph_service.endorse.report import Check, Name, checks
from graph_service.endorse.vc_jwt import Token
from graph_service.errors import CredentialError, GraphServiceError, Path, Problem, ProofError


def authenticity(document: Document, token: Token | None, evidence: Evidence) -> Iterator[Check]:
    """Check form, key, proof and issuer of a credential."""
    yield from checks(Name.DOCUMENT, shape(document), evidence.place)
    found = list(_signatures(document, token, evidence))
    for name in (Name.KEY, Name.PROOF, Name.ISSUER):
        yield from checks(name, [problem for of, problem in found if of is name], evidence.place)


def _signatures(document: Document, token: Token | None, evidence: Evidence) -> Iterator[tuple[Name, Problem]]:
    """Check the token that the document came in, and its proofs; a token needs no proof within."""
    there = list(placed(document, "proof"))
    proofs = [(place, proof) for place, proof in there if eddsa_rdfc_2022.is_supported(proof)]
    if token:
        yield from _token(token, evidence)
    elif not proofs:
        others = ", ".join(f"{proof.get('type')} {proof.get('cryptosuite', '')}" for _, proof in there)
        problem = Problem("UNSUPPORTED_PROOF", {"proof": others[:200]}) if there else Problem("PROOF_MISSING")
        yield from _only(Name.PROOF, [problem], ("proof",))
    if proofs:
        yield from _proofs(document, proofs, evidence)


def _only(name: Name, problems: Iterable[Problem], place: Path = ()) -> Iterator[tuple[Name, Problem]]:
    """Say what was found at one check, so that those beside it could not be made."""
    yield from ((name, problem.under(*place)) for problem in problems)
    others = (other for other in (Name.KEY, Name.PROOF, Name.ISSUER) if other is not name)
    yield from ((other, Problem("NOT_CHECKED", {}, place)) for other in others)


def _proofs(
    document: Document, proofs: list[tuple[Path, Document]], evidence: Evidence
) -> Iterator[tuple[Name, Problem]]:
    """Check every proof of a known cryptosuite; others beside it do not matter (VC Data Integrity, §4.5)."""
    for place, proof in proofs:
        yield from _proof(document, place, proof, evidence)
    issuer = identifier(document.get("issuer"))
    controllers = {controller_of(str(proof.get("verificationMethod"))) for _, proof in proofs}
    if issuer not in controllers:
        others = ", ".join(sorted(controllers))
        yield Name.ISSUER, Problem("ISSUER_MISMATCH", {"issuer": issuer, "controller": others}, ("issuer",))


def _proof(document: Document, place: Path, proof: Document, evidence: Evidence) -> Iterator[tuple[Name, Problem]]:
    """Check one proof: its form, its key, the signature."""
    if malformed := eddsa_rdfc_2022.problems(proof):
        yield Name.KEY, Problem("NOT_CHECKED", {}, place)
        yield from ((Name.PROOF, problem.under(*place)) for problem in malformed)
        return
    try:
        key = _key(proof["verificationMethod"], evidence)
    except GraphServiceError as error:
        yield from ((Name.KEY, problem.under(*place, "verificationMethod")) for problem in error.problems)
        yield Name.PROOF, Problem("NOT_CHECKED", {}, place)
        return
    yield from _tried(Name.ISSUER, lambda: refuse_test_key(key), place)
    try:
        eddsa_rdfc_2022.check(document, proof, key, lane=evidence.lane)
    except ProofError as error:
        yield from ((Name.PROOF, problem.under(*place)) for problem in error.problems)
    except GraphServiceError as error:  # the document is not wholly covered
        yield from ((Name.PROOF, problem) for problem in error.problems)


def _token(token: Token, evidence: Evidence) -> Iterator[tuple[Name, Problem]]:
    """Check a token: its form and claims, its key among those that the issuer publishes, the signature."""
    if problems := vc_jwt.problems(token):
        yield from _only(Name.PROOF, problems)
        return
    if not vc_jwt.is_supported(token):
        yield from _only(Name.PROOF, [Problem("UNSUPPORTED_PROOF", {"proof": f"JWT {token.header['alg']}"[:200]})])
        return
    try:
        key = _key(token.header["kid"], evidence, identifier(token.document.get("issuer")))
    except GraphServiceError as error:
        yield from _only(Name.KEY, error.problems)
        return
    yield from _tried(Name.ISSUER, lambda: refuse_test_key(key))
    yield from _tried(Name.PROOF, lambda: vc_jwt.check(token, key, lane=evidence.lane))


def _tried(name: Name, check: Callable[[], None], place: Path = ()) -> Iterator[tuple[Name, Problem]]:
    try:
        check()
    except GraphServiceError as error:
        yield from ((name, problem.under(*place)) for problem in error.problems)


def _key(method: str, evidence: Evidence, issuer: str | None = None) -> PublicKey:
    """Return the key of a verification method: the issuer's, or that of whom its name says to control it.

    Raises CredentialError, InvalidInput, LimitExceeded.
    """
    address = controller_of(method) if issuer is None else issuer
    document = controller.of_did_key(address) or evidence.found.get(address)
    if document is None:
        raise CredentialError(Problem("CONTROLLER_UNAVAILABLE", {"address": address}))
    if isinstance(document, bytes):
        document = jsontext.read(document)
    if not isinstance(document, dict):
        raise CredentialError(Problem("INVALID_CONTROLLED_IDENTIFIER_DOCUMENT", {"address": address}))
    found = controller.find(document, method, issuer)
    if found.revoked:
        raise CredentialError(Problem("KEY_REVOKED", {"revoked": found.revoked}))
    if found.expires and instant(found.expires) <= evidence.at:
        raise CredentialError(Problem("KEY_EXPIRED", {"expires": found.expires}))
    return found.key


def controllers(document: Document, token: Token | None) -> Iterator[str]:
    """Walk the addresses of the controllers whose keys the proofs name; a did:key needs no looking up."""
    addresses = [
        controller_of(proof["verificationMethod"])
        for proof in objects(document.get("proof"))
        if eddsa_rdfc_2022.is_supported(proof) and not eddsa_rdfc_2022.problems(proof)
    ]
    if token and not vc_jwt.problems(token) and vc_jwt.is_supported(token):
        addresses.insert(0, identifier(document["issuer"]))
    yield from (address for address in addresses if not controller.of_did_key(address))
