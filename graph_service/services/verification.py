"""Verifying a credential: the pure judgement of `endorse.verify`, and bringing it what it asks for.

What it asks for is looked up among the documents given, then, if the address is one of our own, in the store and never
over the network, else through the door. What nobody has stays unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit, urlunsplit

from graph_service.domain.credential_form import CredentialForm
from graph_service.domain.iri import Iri
from graph_service.domain.policy import PUBLIC
from graph_service.domain.time import Instant
from graph_service.endorse import controller, jsontext
from graph_service.endorse.evidence import Absent
from graph_service.endorse.jsontext import Document
from graph_service.endorse.report import Name, Report, checks
from graph_service.endorse.summary import summary
from graph_service.endorse.verify import judge, missing
from graph_service.errors import (
    ConfigurationError,
    Conflict,
    CredentialError,
    InvalidInput,
    NotFound,
    Problem,
    Unavailable,
    Unreachable,
)
from graph_service.locale import problem_json
from graph_service.remote.door import CREDENTIALS, DOCUMENTS, MAX_BYTES, Door
from graph_service.services import publications, status
from graph_service.services.call import Call, World
from graph_service.services.turns import leave

__all__ = [
    "Allowance",
    "Report",
    "Sources",
    "as_json",
    "had_and_verified",
    "not_had",
    "read_controllers",
    "verify",
    "verify_at",
    "verify_held",
]

MAX_FETCHED = 40  # addresses that one verification asks for, so that no document sends us all over the web
SECONDS = 15  # for all of them
MAX_FETCHED_TOGETHER = 200  # fetches of all verifications of one request
SECONDS_TOGETHER = 60  # after the first of them, none begins

_ROUNDS = 6  # credential → controller, list → its controller, each in up to three places; what is embedded goes along
_PICTURE_BYTES = 2 << 20

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Allowance:
    """What several verifications may fetch together."""

    left: int = MAX_FETCHED_TOGETHER
    until: float | None = None  # by the clock of the loop

    def take(self) -> bool:
        """Take one fetch, if there is one left and time for it."""
        now = asyncio.get_running_loop().time()
        self.until = self.until or now + SECONDS_TOGETHER
        if self.left <= 0 or now >= self.until:
            return False
        self.left -= 1
        return True


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a verification looks things up: among the documents given, by their address; in our own store; at the door.

    Without a world nothing is our own; without a door nothing is fetched; without an allowance each verification
    fetches what it may fetch alone.
    """

    world: World | None = None
    given: Mapping[str, Document] = field(default_factory=dict)
    door: Door | None = None
    allowance: Allowance | None = None

    @classmethod
    def of(cls, world: World) -> Sources:
        """Return the sources of a service for one request: its own store, then its door."""
        return cls(world, door=world.door, allowance=Allowance())


async def verify(sources: Sources, document: bytes, at: Instant, *, trusted: Collection[str] | None = None) -> Report:
    """Return what is known of a credential at an instant. `trusted`: issuers whom the reader trusts, if known.

    Raises Unavailable if the store does not answer, or too much is being verified already.
    """
    leave()
    return await _verified(sources, document, at, trusted, _Search(sources, at))


async def verify_at(sources: Sources, url: str, at: Instant, *, trusted: Collection[str] | None = None) -> Report:
    """Return what is known of the credential at an address; that it could not be had is a check in the report."""
    return (await had_and_verified(sources, url, at, trusted))[1]


async def had_and_verified(
    sources: Sources, url: str, at: Instant, trusted: Collection[str] | None
) -> tuple[bytes, Report]:
    """Return what lies at an address, empty if it could not be had, and what is known of it."""
    leave()
    search = _Search(sources, at)
    document = await search.credential(url)
    if not isinstance(document, bytes):
        return b"", not_had(Problem(document.code, document.values), trusted)
    search.found.setdefault(url, document)  # that it lies there may be what it rests on
    return document, await _verified(sources, document, at, trusted, search)


def not_had(problem: Problem, trusted: Collection[str] | None) -> Report:
    """Return the report of a document that could not be had."""
    return Report("", "", (), checks(Name.DOCUMENT, [problem]), None if trusted is None else False)


async def verify_held(
    sources: Sources, call: Call, credential: Iri, at: Instant, *, trusted: Collection[str] | None = None
) -> Report:
    """Return what is known of a credential that is kept here. Raises NotFound for those who may not read it."""
    assert sources.world  # noqa: S101 (it is kept there)
    document = await publications.credential(sources.world, call, credential)
    return await verify(sources, document.bytes.encode(), at, trusted=trusted)


async def _verified(
    sources: Sources, document: bytes, at: Instant, trusted: Collection[str] | None, search: _Search
) -> Report:
    for _ in range(_ROUNDS):
        wanted = await _in_turn(sources, missing, document, search.found)
        if not wanted:
            break
        await search.look_up(wanted)
    report = await _in_turn(sources, judge, document, search.found, at, trusted)
    if trusted is not None and report.trusted is None:  # it could not be read
        return replace(report, trusted=False)
    return report


async def _in_turn(sources: Sources, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Do in a thread what keeps a processor busy, up to a second for the largest document."""
    async with sources.world.turns.one() if sources.world else nullcontext():
        return await asyncio.to_thread(work, *arguments, **named)


class _Search:
    """Looks things up for one verification; how much it fetches, and for how long, is bounded."""

    def __init__(self, sources: Sources, at: Instant) -> None:
        self.found: dict[str, bytes | Document | Absent | None] = dict(sources.given)
        self._sources = sources
        self._at = at
        self._left = MAX_FETCHED
        self._until = asyncio.get_running_loop().time() + SECONDS

    async def look_up(self, addresses: Collection[str]) -> None:
        """Look up what lies at addresses; those of others all at once."""
        others = []
        for address in addresses:
            if own := self._own_url(_url(address)):
                self.found[address] = await self._own(own)
            else:
                others.append(address)
        had = await asyncio.gather(*(self._fetched(_url(address)) for address in others))
        self.found.update(zip(others, had, strict=True))

    async def credential(self, url: str) -> bytes | Absent:
        """Return the credential at a URL, or why there is none."""
        if own := self._own_url(url):
            had: bytes | Absent | None = await self._own(own)
            absent = Absent("FETCH_FAILED", {"address": url[:200], "cause": "HTTP 404", "status": 404})
        else:
            had = await self._fetched(url, CREDENTIALS, _PICTURE_BYTES)
            absent = Absent("FETCH_OFF", {"address": url[:200]})
        return absent if had is None else had

    def _own_url(self, url: str) -> str | None:
        """Return one of our own addresses as we write it; None for those of others."""
        if self._sources.world is None:
            return None
        ours = f"{self._sources.world.base_url}/"
        found, start = _spelled(url), _spelled(ours)
        return ours + found.removeprefix(start) if found.startswith(start) else None

    async def _own(self, url: str) -> bytes | None:
        """Return what lies at one of our own addresses."""
        assert self._sources.world  # noqa: S101 (it is our own)
        try:
            return await _published(self._sources.world, url, self._at)
        # The issuer has no key, or its keys are sealed with a master key or held by a signer that is not at hand.
        except (NotFound, Conflict, ConfigurationError):
            return None
        except Unavailable as away:
            if away.code != "SIGNER_UNAVAILABLE":
                raise
            return None

    async def _fetched(self, url: str, accept: str = DOCUMENTS, limit: int = MAX_BYTES) -> bytes | Absent | None:
        """Return what lies at an address of others, or why it was not had; None if nothing is fetched."""
        door, together = self._sources.door, self._sources.allowance
        if door is None:
            return None
        if not self._left:
            return _too_many(url, MAX_FETCHED, SECONDS)
        self._left -= 1
        try:
            if together and not door.has(url, accept, limit=limit) and not together.take():
                return _too_many(url, MAX_FETCHED_TOGETHER, SECONDS_TOGETHER)
            async with asyncio.timeout_at(self._until):
                return await door.fetch(url, accept, limit=limit)
        except TimeoutError:
            return Absent("FETCH_TIMED_OUT", {"address": url[:200], "seconds": SECONDS})
        except Unreachable as error:
            return Absent(error.code, error.problems[0].values)


def _too_many(url: str, limit: int, seconds: int) -> Absent:
    return Absent("FETCH_TOO_MANY", {"address": url[:200], "limit": limit, "seconds": seconds})


def _spelled(url: str) -> str:
    """Return a web address in the spelling that all of one host have in common, without its fragment."""
    with suppress(ValueError):
        parts = urlsplit(url)
        host = parts.netloc.lower().removesuffix(":443")
        return urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
    return url


def _url(address: str) -> str:
    """Return where a document lies: that of a did:web elsewhere than its identifier says."""
    with suppress(CredentialError):
        return controller.location(address)
    return address


async def _published(world: World, url: str, at: Instant) -> bytes | None:
    """Return what everybody may have at one of our own addresses. Raises NotFound, Conflict and what signing raises."""
    address = Iri(url)
    match url.removeprefix(world.base_url).split("/")[1:]:
        case ["status", _]:
            return await status.as_of(world, at, address)
        case ["credentials" | "awards", _]:
            return await _credential(world, url, at)
        case ["profiles", _, "did.json"]:
            found = await publications.did_document(world, address)
        case ["profiles", _, "jwks.json"]:
            found = await publications.key_set(world, address)
        case ["profiles", _, "keys", _]:
            found = await publications.key(world, address)
        case _:
            found = await publications.controller(world, address)
    return found.bytes.encode()


async def _credential(world: World, url: str, at: Instant) -> bytes:
    """Return a credential by its address, in the form that the end of it names. A picture carries the same as JSON."""
    stem, dot, form = url.rpartition(".")
    named = dot and form in ("json", "jwt", "png", "svg")
    wanted = CredentialForm.JWT if form == "jwt" else CredentialForm.DATA_INTEGRITY
    found = await publications.credential(world, Call(PUBLIC, at), Iri(stem if named else url), wanted)
    return found.bytes.encode()


def read_controllers(data: bytes) -> Mapping[str, Document]:
    """Read {controller id: controller document}. Raises InvalidInput (NOT_CONTROLLERS)."""
    value = jsontext.read(data)
    if not isinstance(value, dict) or not all(isinstance(document, dict) for document in value.values()):
        raise InvalidInput(Problem("NOT_CONTROLLERS"))
    return value


def as_json(report: Report, language: str) -> dict[str, Any]:
    """Return a report as JSON has it, with a sentence for each check."""
    said = summary(report.document, language)
    return {
        "id": report.id,
        "issuer": report.issuer,
        "kind": said.kind if report.document else None,
        "name": said.name or said.achievement_name or None,
        "issuerName": said.issuer_name or None,
        "verdict": report.verdict,
        "authentic": report.authentic,
        "current": report.current,
        "aboutSubject": report.about_subject,
        "trusted": report.trusted,
        "hosted": report.hosted,
        "checks": [
            {
                "name": check.name,
                "outcome": check.outcome,
                **problem_json(check.problem, language),
            }
            for check in report.checks
        ],
        "embedded": [as_json(each, language) for each in report.embedded],
    }
