"""A credential from elsewhere: read after it was verified, fitted to what it is about, kept byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.credential_form import CredentialForm
from graph_service.domain.endorsement import Kind, Standing
from graph_service.domain.iri import Iri, is_iri
from graph_service.domain.language import LanguageMap, text_problems
from graph_service.domain.sorting import by_name
from graph_service.domain.time import Instant, Span, later
from graph_service.endorse import vc_jwt
from graph_service.endorse.controller import controller_of, is_at_host
from graph_service.endorse.embedded import identifier
from graph_service.endorse.jsontext import Document
from graph_service.endorse.opening import unbaked
from graph_service.endorse.plain import names, objects
from graph_service.endorse.report import Check, Outcome, Report
from graph_service.endorse.suites import suite_of
from graph_service.endorse.validity import validity
from graph_service.endorse.vc_jwt import Token
from graph_service.errors import CredentialError, NotFound, Path, Problem
from graph_service.services import credentials
from graph_service.services.answering import NAME_LIMIT
from graph_service.services.call import World
from graph_service.services.issuing import kind_iri
from graph_service.services.matters import content_digest
from graph_service.services.signing import Signed
from graph_service.store import Write

RECHECK_DAYS = 1
"""How long it is good enough that a credential held when it was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A credential that came from elsewhere and was verified."""

    id: Iri
    issuer: Iri
    issuer_name: str
    form: CredentialForm
    key: Iri
    types: Sequence[str]
    subjects: Sequence[Document]
    span: Span
    content: bytes  # exactly as received

    @property
    def comment(self) -> str | None:
        """What it says in words."""
        said = self.subjects[0].get("endorsementComment")
        return said if isinstance(said, str) and said.strip() else None

    @property
    def digest(self) -> str | None:
        """The digest of the content that it says it is about, if it says so."""
        bound = self.subjects[0].get("digestMultibase")
        return bound if isinstance(bound, str) else None

    @property
    def about(self) -> Sequence[str]:
        """What it is about: one id, if it is an endorsement that can be kept."""
        return [identifier(each) for each in self.subjects]

    def meant(self, world: World) -> set[str]:
        """Return the kinds that it names; what any endorsement says at least, if it names none of ours."""
        said = {each for subject in self.subjects for each in names(subject.get("type"))}
        ours = {each for each in said if each.startswith(f"{world.base_url}/kinds/")}
        return ours or {kind_iri(world, Kind.ENDORSE)}


def read(report: Report, content: bytes) -> Received:
    """Read a credential that was verified. Raises CredentialError with every check that it did not pass."""
    if problems := list(_failures(report)):
        raise CredentialError(*problems)
    if unbaked(content) is not content:  # what is kept is what others verify, and not what it was taken out of
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": "image"}, ("credential",)))
    document = report.document or {}
    token = None if content.lstrip().startswith(b"{") else vc_jwt.read(content)
    issuer = document["issuer"]
    name = issuer.get("name") if isinstance(issuer, dict) else None
    known_as = name if isinstance(name, str) and not [*text_problems(name, limit=NAME_LIMIT)] else report.issuer
    return Received(
        id=Iri(report.id),
        issuer=Iri(report.issuer),
        issuer_name=known_as,
        form=CredentialForm.JWT if token else CredentialForm.DATA_INTEGRITY,
        key=_key(document, token, report.issuer),
        types=names(document["type"]),
        subjects=objects(document["credentialSubject"]),
        span=validity(document),
        content=content,
    )


def _key(document: Document, token: Token | None, issuer: str) -> Iri:
    """Return the key that signed a verified credential: of its proofs, the issuer's; others may stand beside it."""
    if token:
        return Iri(str(token.header.get("kid", issuer)))
    known = (proof["verificationMethod"] for proof in objects(document["proof"]) if suite_of(proof))
    return next(Iri(method) for method in known if controller_of(method) == issuer)


def _failures(report: Report) -> Iterator[Problem]:
    """List what does not hold, of the credential and of what it carries; what follows from that is left out."""
    for check in report.checks:
        if check.outcome is not Outcome.OK and check.code != "NOT_CHECKED":
            yield _failure(check, report.issuer)
    for inner in report.embedded:
        yield from _failures(inner)


def _failure(check: Check, issuer: str) -> Problem:
    if check.code == "CONTROLLER_UNAVAILABLE":
        return Problem("ISSUER_NOT_KNOWN_HERE", {"issuer": issuer[:200]}, ("credential", "issuer"))
    return Problem(check.code, check.values, ("credential", *check.path))


def misfits(
    world: World,
    received: Received,
    target: Mapping[str, Any],
    *,
    owner: str,
    kind: Kind | None = None,
    did: str | None = None,
) -> Iterator[Problem]:
    """List why a good credential is not an endorsement of this target by somebody elsewhere.

    `kind`, `did`: what it must say and who must say it, where somebody was asked.
    """
    place, meant = ("credentialSubject",), received.meant(world)
    if "EndorsementCredential" not in received.types:
        yield Problem("UNSUPPORTED_TYPE", {"type": ", ".join(received.types)[:200]}, ("type",))
    if received.about != [target["id"]]:
        values = {"subject": ", ".join(received.about)[:200], "about": target["id"]}
        yield Problem("SUBJECT_MISMATCH", values, place)
    if meant != {kind_iri(world, kind)} if kind else len(meant) != 1:
        asked = kind_iri(world, kind) if kind else ", ".join(Kind)
        yield Problem("KIND_MISMATCH", {"kind": ", ".join(sorted(meant))[:200], "asked": asked}, place)
    if received.digest not in (None, content_digest(target)):
        yield Problem("CONTENT_MISMATCH", {"target": target["id"]}, place)
    if did not in (None, received.issuer):
        yield Problem("ISSUER_NOT_INVITED", {"issuer": received.issuer[:200], "did": did}, ("issuer",))
    if received.issuer in (owner, target["id"]):
        yield Problem("SELF_ENDORSEMENT", {"endorser": received.issuer}, ("issuer",))
    if not _may_be_called(world, received.id, received.issuer):
        yield Problem("ID_NOT_YOURS", {"id": received.id[:200]}, ("id",))
    if received.comment:
        yield from text_problems(received.comment, place)


def _may_be_called(world: World, id: Iri, issuer: Iri) -> bool:
    """Tell whether a credential may be kept under its id, by which alone it is found and served.

    An address names what lies there: it must be at the issuer's own host. Anything else, such as a urn:uuid, belongs to
    the credential that bears it first.
    """
    if not is_iri(id) or id.startswith(f"{world.base_url}/"):
        return False
    return is_at_host(id, issuer) if id.lower().startswith(("http:", "https:")) else True


def ours(known: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Tell that the issuer is a profile of this service: it endorses here, where it can also revoke."""
    for profile in known:
        if not profile["foreign"]:
            yield Problem("ISSUER_IS_HERE", {"issuer": profile["id"]}, ("issuer",))


def properties(received: Received, target: Mapping[str, Any], at: Instant) -> dict[str, object]:
    """Return what an endorsement is that states a credential from elsewhere."""
    return {
        "standing": Standing.FOREIGN,
        "endorserId": received.issuer,
        "comment": received.comment,
        "language": None,
        "targetNumber": target["number"] if received.digest else None,
        "targetDigest": received.digest,
        "since": received.span.since,
        "until": received.span.until,
        "credentialId": received.id,
        "receivedId": received.id,
        **looked_at(at),
    }


def looked_at(at: Instant, worst: Check | None = None) -> dict[str, object]:
    """Return what is remembered of looking at a credential again: when, with what result, and when it last held."""
    outcome, code = (worst.outcome, worst.code) if worst else (Outcome.OK, None)
    held = {} if worst else {"heldAt": at}
    next_check = later(at, days=RECHECK_DAYS)
    return {"checkedAt": at, "checkedOutcome": outcome, "checkedCode": code, "nextCheck": next_check, **held}


def document_write(
    endorsement: Iri,
    received: Received,
    at: Instant,
    *,
    shown: bool,
    readers: Sequence[str],
    earlier: Sequence[Mapping[str, Any]] = (),
) -> Write:
    """Return the write that keeps the bytes as they were received, in place of the `earlier` ones."""
    statement = credentials.Statement(
        id=endorsement,
        type="Endorsement",
        document=received.id,
        issuer=received.issuer,
        shown=shown,
        readers=readers,
    )
    return credentials.keep(statement, [Signed(received.form, received.content, received.key)], at, earlier)


async def elsewhere(
    world: World, id: Iri, name: str, at: Instant, path: Path = ("credential", "issuer")
) -> list[Write]:
    """Return the write that makes a node for somebody who has none here: a name, and nobody who speaks for it.

    Who was known by no more than the id gets the name. Raises NotFound for an address of ours at which there is no
    profile, whatever else lies there.
    """
    known = await world.store.read("profile/known", id=id)
    if known and not (known[0]["foreign"] and known[0]["name"] == id != name):
        return []
    if f"{id}/".startswith(f"{world.base_url}/"):
        raise NotFound("profile", id, path)
    named = LanguageMap({"und": name})
    names = {
        "name": named.text,
        "nameMap": named.to_json(),
        "language": named.base,
        "skName": by_name(named.text, id),
    }
    if known:
        return [Write("profile/name_foreign", {"id": id, "names": names})]
    return [Write("profile/create_foreign", {"profile": {"id": id, "createdAt": at, **names}})]
