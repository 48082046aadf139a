"""Who signed it: key, proof and issuer of a credential (VC Data Integrity 1.0, §4.4 to §4.6; OB 3.0, §8.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from graph_service.domain.time import Instant, instant
from graph_service.endorse import controller, data_integrity, token_key, vc_jwt
from graph_service.endorse.controller import PublishedKey, controller_of
from graph_service.endorse.data_integrity import Suite
from graph_service.endorse.embedded import identifier
from graph_service.endorse.evidence import Evidence, Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import PublicKey, refuse_test_key
from graph_service.endorse.nquads import iri
from graph_service.endorse.opening import shape
from graph_service.endorse.plain import objects, placed
from graph_service.endorse.report import Check, Name, checks
from graph_service.endorse.suites import suite_of
from graph_service.endorse.vc_jwt import Token
from graph_service.errors import CredentialError, GraphServiceError, Path, Problem, ProofError

MAX_PROOFS = 4  # of one document; each covers all of it, and may cover the others
_CREDENTIALS = "https://www.w3.org/2018/credentials#"
_ENDS = ("validUntil", "credentialStatus")


def authenticity(document: Document, token: Token | None, evidence: Evidence) -> Iterator[Check]:
    """Check form, key, proof and issuer of a credential."""
    yield from checks(Name.DOCUMENT, shape(document, evidence.depth), evidence.place)
    found = list(_signatures(document, token, evidence))
    for name in (Name.KEY, Name.PROOF, Name.ISSUER):
        yield from checks(name, [problem for of, problem in found if of is name], evidence.place)


def _signatures(document: Document, token: Token | None, evidence: Evidence) -> Iterator[tuple[Name, Problem]]:
    """Check the token that the document came in, and its proofs; a token needs no proof within."""
    there = list(placed(document, "proof"))
    proofs = [(place, proof, suite) for place, proof in there if (suite := suite_of(proof))]
    if token:
        yield from _token(token, evidence)
    elif not proofs:
        problem = _unsupported(*(proof for _, proof in there)) if there else Problem("PROOF_MISSING")
        yield from _only(Name.PROOF, [problem], ("proof",))
    if len(there) > MAX_PROOFS:
        problem = Problem("LIMIT_EXCEEDED", {"what": "proofs", "limit": MAX_PROOFS})
        yield from _only(Name.PROOF, [problem], ("proof",))
    elif proofs:
        yield from _proofs(document, proofs, evidence)


def _unsupported(*proofs: Document) -> Problem:
    kinds = ", ".join(f"{proof.get('type')} {proof.get('cryptosuite', '')}".strip() for proof in proofs)
    return Problem("UNSUPPORTED_PROOF", {"proof": kinds[:200]})


def _only(name: Name, problems: Iterable[Problem], place: Path = ()) -> Iterator[tuple[Name, Problem]]:
    """Say what was found at one check, so that those beside it could not be made."""
    yield from ((name, problem.under(*place)) for problem in problems)
    others = (other for other in (Name.KEY, Name.PROOF, Name.ISSUER) if other is not name)
    yield from ((other, Problem("NOT_CHECKED", {}, place)) for other in others)


def _proofs(
    document: Document, proofs: list[tuple[Path, Document, Suite]], evidence: Evidence
) -> Iterator[tuple[Name, Problem]]:
    """Check every proof of a known cryptosuite; others beside it do not matter (VC Data Integrity, §4.5)."""
    for place, proof, suite in proofs:
        yield from _proof(document, place, proof, suite, evidence)
    issuer = identifier(document.get("issuer"))
    controllers = {controller_of(str(proof.get("verificationMethod"))) for _, proof, _ in proofs}
    if issuer not in controllers:
        others = ", ".join(sorted(controllers))
        yield Name.ISSUER, Problem("ISSUER_MISMATCH", {"issuer": issuer, "controller": others}, ("issuer",))


def _proof(
    document: Document, place: Path, proof: Document, suite: Suite, evidence: Evidence
) -> Iterator[tuple[Name, Problem]]:
    """Check one proof: its form, its key, the signature, and that no proof it builds on remains unchecked."""
    if malformed := suite.problems(proof):
        yield Name.KEY, Problem("NOT_CHECKED", {}, place)
        yield from ((Name.PROOF, problem.under(*place)) for problem in malformed)
        return
    try:
        key = _key(proof["verificationMethod"], evidence)
    except GraphServiceError as error:
        yield from ((Name.KEY, problem.under(*place, "verificationMethod")) for problem in error.problems)
        yield Name.PROOF, Problem("NOT_CHECKED", {}, place)
        if controller_of(proof["verificationMethod"]) == identifier(document.get("issuer")):  # so its name says
            yield Name.ISSUER, Problem("NOT_CHECKED", {}, place)
        return
    yield from _tried(Name.ISSUER, lambda: refuse_test_key(key), place)
    try:
        suite.check(document, proof, key, lane=evidence.lane)
        if unchecked := [one for one in data_integrity.previous(document, proof) if suite_of(one) is None]:
            yield Name.PROOF, _unsupported(*unchecked).under(*place, "previousProof")
    except ProofError as error:
        yield from ((Name.PROOF, problem.under(*place)) for problem in error.problems)
    except GraphServiceError as error:  # the document is not wholly covered
        yield from ((Name.PROOF, problem) for problem in error.problems)


def withheld(document: Document, token: Token | None, evidence: Evidence) -> dict[str, list[Problem]]:
    """Say which of the members that end a credential may have been left out, and by which problem that is told.

    They may where the issuer's proofs let a holder choose what to show: only what is mandatory is known to be there.
    """
    issuer = identifier(document.get("issuer"))
    own = [
        (proof, suite)
        for proof in objects(document.get("proof"))[:MAX_PROOFS]
        if (suite := suite_of(proof)) and controller_of(str(proof.get("verificationMethod"))) == issuer
    ]
    if token or any(suite.mandatory is None for _, suite in own):  # all is signed
        return {}
    mandatory: set[str] = set()  # properties of the credential
    of_it = f"{iri(identifier(document))} "
    for proof, suite in own:
        with suppress(GraphServiceError):  # `authenticity` says what is wrong with the proof
            if suite.mandatory and not suite.problems(proof):
                statements = suite.mandatory(document, proof, evidence.lane)
                mandatory |= {line.split(maxsplit=2)[1] for line in statements if line.startswith(of_it)}
    return {
        member: [Problem("MAY_BE_WITHHELD", {"member": member}, (member,))]
        for member in _ENDS
        if own and iri(_CREDENTIALS + member) not in mandatory
    }


def _token(token: Token, evidence: Evidence) -> Iterator[tuple[Name, Problem]]:
    """Check a token: its form and claims, its key among those that the issuer publishes, the signature."""
    if problems := vc_jwt.problems(token):
        yield from _only(Name.PROOF, problems)
        return
    if not vc_jwt.is_supported(token):
        yield from _only(Name.PROOF, [Problem("UNSUPPORTED_PROOF", {"proof": f"JWT {token.header['alg']}"[:200]})])
        return
    try:
        published = token_key.published(token.header, identifier(token.document.get("issuer")), evidence.found)
        key = _in_force(published, evidence.at)
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


def _key(method: str, evidence: Evidence) -> PublicKey:
    """Return the key of a verification method, of whom its name says to control it.

    Raises CredentialError, InvalidInput, LimitExceeded.
    """
    document = token_key.opened(controller_of(method), evidence.found)
    return _in_force(controller.find(document, method), evidence.at)


def _in_force(published: PublishedKey, at: Instant) -> PublicKey:
    """Return a key that is good at an instant. Raises CredentialError (KEY_REVOKED, KEY_EXPIRED), InvalidInput."""
    if published.revoked:
        raise CredentialError(Problem("KEY_REVOKED", {"revoked": published.revoked}))
    if published.expires and instant(published.expires) <= at:
        raise CredentialError(Problem("KEY_EXPIRED", {"expires": published.expires}))
    return published.key


def controllers(document: Document, token: Token | None, found: Found) -> Iterator[str]:
    """Walk the addresses at which the keys that token and proofs name would be looked up."""
    if token and not vc_jwt.problems(token) and vc_jwt.is_supported(token):
        yield from token_key.wanted(token.header, identifier(document["issuer"]), found)
    addresses = [
        controller_of(proof["verificationMethod"])
        for proof in objects(document.get("proof"))[:MAX_PROOFS]
        if (suite := suite_of(proof)) and not suite.problems(proof)
    ]
    yield from filter(controller.can_be_looked_up, addresses)
