"""Answering an invitation with a credential of one's own: verified, fitted to what was asked, kept as it was signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.domain.credential_form import CredentialForm
from graph_service.domain.endorsement import Action, Kind, Standing, TargetType
from graph_service.domain.iri import Iri, is_iri
from graph_service.domain.language import LanguageMap, text_problems
from graph_service.domain.sorting import by_name
from graph_service.domain.time import OPEN_END, Instant, Span, instant
from graph_service.endorse import jsontext
from graph_service.endorse.embedded import identifier
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import names, objects
from graph_service.endorse.report import Check, Outcome, Report
from graph_service.errors import Conflict, CredentialError, Problem
from graph_service.services import credentials, display, verification
from graph_service.services.answering import NAME_LIMIT, acting, answered, check_address, opened, using
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.issuing import kind_iri
from graph_service.services.matters import content_digest, judge, load, moving, same_target
from graph_service.services.signing import Signed
from graph_service.store import Write


async def hand_in(world: World, call: Call, code: str, *, address: str, document: bytes, seen: int) -> Iri:
    """Take a person's own signed credential for the answer (FOREIGN), and keep it exactly as received.

    Only issuers whose keys are known here are taken, and no profile of this service (ISSUER_IS_HERE): what is signed
    with its key, stolen perhaps, and not issued by it has no status with which it could end. Raises what
    `answering.look` raises, InvalidInput (INVITATION_OTHER_ADDRESS), CredentialError with all that is wrong, and
    Conflict (TARGET_CHANGED) if it names no content and another version stands than the one that was `seen`.
    """
    row = await opened(world, call.at, code)
    check_address(world, row, address)
    handed = _read(await verification.verify(verification.Sources(world), document, call.at), document)
    known = await world.store.read("profile/known", id=handed.issuer)
    misfits = [*_misfits(world, row, handed), *_ours(known)]
    if misfits:
        raise CredentialError(*(problem.under("credential") for problem in misfits))
    answering = acting(world, call, row)

    async def decide() -> Decision:
        found = await load(world, answering, row["endorsement"], None)
        after, sides = judge(found, answering, Action.ISSUE)
        kept = {"documentId": handed.id, "form": CredentialForm.DATA_INTEGRITY, "at": call.at}
        if await world.store.read("credential/by_document", **kept):
            raise Conflict(Problem("CREDENTIAL_KEPT_ALREADY", {"id": handed.id}, ("credential",)))
        target = found["target"]
        same_target(target, row["target"]["number"] if handed.digest else seen)
        readers = [each for each in (handed.issuer, found["ownerId"], found["holderId"]) if each]
        changes = {
            "state": after,
            "standing": Standing.FOREIGN,
            "endorserId": handed.issuer,
            "comment": handed.comment,
            "language": None,
            "targetNumber": target["number"] if handed.digest else None,
            "targetDigest": handed.digest,
            "since": handed.span.since,
            "until": handed.span.until,
            "issuedAt": call.at,
            "credentialId": handed.id,
            "shown": target["shown"],
            "readers": readers,
        }
        statement = credentials.Statement(
            id=Iri(found["id"]),
            type="Endorsement",
            document=handed.id,
            issuer=handed.issuer,
            shown=target["shown"],
            readers=readers,
        )
        work = [
            moving(found, changes),
            *await _elsewhere(world, handed, call.at),
            Write("invitation/signed", {"id": found["id"], "endorserId": handed.issuer}),
            credentials.keep(statement, [Signed(CredentialForm.DATA_INTEGRITY, document, handed.key)], call.at),
            *_settled(found, call.at),
            using(row, call.at),
        ]
        about = (Iri(found["id"]), handed.issuer, Iri(target["id"]))
        return Decision(work, tuple(dict.fromkeys(about)), (Iri(found["id"]),), "+".join(sorted(sides)))

    asked = {"endorsement": row["endorsement"], "credential": handed.id}
    (done,) = await answered(world, call, code, act(world, answering, "ENDORSEMENT_ISSUE", asked, decide))
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handed:
    """A credential that was handed in and verified."""

    id: Iri
    issuer: Iri
    issuer_name: str
    key: Iri
    types: list[str]
    subjects: list[Document]
    span: Span

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


def _read(report: Report, content: bytes) -> _Handed:
    """Read a credential that was verified. Raises CredentialError with every check that it did not pass."""
    if problems := list(_failures(report)):
        raise CredentialError(*problems)
    if not content.lstrip().startswith(b"{"):  # its page and its other form would have to be made of it
        raise CredentialError(Problem("UNSUPPORTED_FORM", {"form": CredentialForm.JWT}, ("credential",)))
    document: Document = jsontext.read(content)
    issuer = document["issuer"]
    name = issuer.get("name") if isinstance(issuer, dict) else None
    known_as = name if isinstance(name, str) and not [*text_problems(name, limit=NAME_LIMIT)] else report.issuer
    since = document.get("validFrom") or document["issuanceDate"]
    until = document.get("validUntil") or document.get("expirationDate") or OPEN_END
    return _Handed(
        id=Iri(report.id),
        issuer=Iri(report.issuer),
        issuer_name=known_as,
        key=Iri(str(objects(document["proof"])[0]["verificationMethod"])),
        types=names(document["type"]),
        subjects=objects(document["credentialSubject"]),
        span=Span(instant(since), instant(until)),
    )


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


def _misfits(world: World, row: Mapping[str, Any], handed: _Handed) -> Iterator[Problem]:
    """List why a good credential is not an answer to this invitation."""
    target, kind = row["target"], kind_iri(world, Kind(row["kind"]))
    subjects = [identifier(each) for each in handed.subjects]
    said = {each for subject in handed.subjects for each in names(subject.get("type"))}
    ours = {each for each in said if each.startswith(f"{world.base_url}/kinds/")}
    meant = ours or {kind_iri(world, Kind.ENDORSE)}  # what any endorsement says at least
    place = ("credentialSubject",)
    if "EndorsementCredential" not in handed.types:
        yield Problem("UNSUPPORTED_TYPE", {"type": ", ".join(handed.types)[:200]}, ("type",))
    if subjects != [target["id"]]:
        yield Problem("SUBJECT_MISMATCH", {"subject": ", ".join(subjects)[:200], "about": target["id"]}, place)
    if meant != {kind}:
        yield Problem("KIND_MISMATCH", {"kind": ", ".join(sorted(meant))[:200], "asked": kind}, place)
    if handed.digest not in (None, content_digest(target)):
        yield Problem("CONTENT_MISMATCH", {"target": target["id"]}, place)
    if row["did"] not in (None, handed.issuer):
        yield Problem("ISSUER_NOT_INVITED", {"issuer": handed.issuer[:200], "did": row["did"]}, ("issuer",))
    if handed.issuer in (row["ownerId"], target["id"]):
        yield Problem("SELF_ENDORSEMENT", {"endorser": handed.issuer}, ("issuer",))
    if not is_iri(handed.id) or handed.id.startswith(f"{world.base_url}/"):  # it would be served as if it were ours
        yield Problem("ID_NOT_YOURS", {"id": handed.id[:200]}, ("id",))
    if handed.comment:
        yield from text_problems(handed.comment, place)


def _ours(known: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Tell that the issuer is a profile of this service: it endorses here, where it can also revoke."""
    for profile in known:
        if not profile["foreign"]:
            yield Problem("ISSUER_IS_HERE", {"issuer": profile["id"]}, ("issuer",))


def _settled(found: Mapping[str, Any], at: Instant) -> list[Write]:
    """Return the writes that take an award back from the service, which no longer is who is asked about it."""
    target = found["target"]
    if target["type"] != TargetType.AWARD:
        return []
    return display.taking_back(Iri(target["id"]), found["endorserId"], Iri(found["id"]), at)


async def _elsewhere(world: World, handed: _Handed, at: Instant) -> list[Write]:
    """Return the write that makes a node for an issuer who has none here: a name, and nobody who speaks for it."""
    if await world.store.read("profile/known", id=handed.issuer):
        return []
    name = LanguageMap({"und": handed.issuer_name})
    profile = {
        "id": handed.issuer,
        "name": name.text,
        "nameMap": name.to_json(),
        "language": name.base,
        "skName": by_name(name.text, handed.issuer),
        "createdAt": at,
    }
    return [Write("profile/create_foreign", {"profile": profile})]
