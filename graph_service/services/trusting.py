"""The trust list of a profile: whose word it relies on, said by itself, for everybody to read; each entry is a span."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.endorsement import Ended
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.sorting import by_date
from graph_service.domain.time import Instant, Span, ending
from graph_service.errors import Conflict, InvalidInput, NotFound, Path, Problem, StaleVersion
from graph_service.services import received
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

_SCHEMES = ("https:", "did:")


async def trust(world: World, call: Call, *, profile: str, issuer: str, until: str | None = None) -> Iri:
    """Take an issuer, here or elsewhere, into the trust list of a profile from now on (its OWNER).

    Who is in it until the same instant stays as it is. Raises Conflict (TRUSTED_ALREADY) if until another one, and
    NotFound for an address of ours that is no profile.
    """
    with Intake() as take:
        trusting, trusted = take(iri, profile, ("input", "profile")), take(_issuer, issuer, ("input", "issuer"))
        end = take(ending, until, call.at, ("input", "until"))
    if trusting == trusted:
        raise InvalidInput(Problem("TRUSTS_ITSELF", {"profile": trusting}, ("input", "issuer")))
    new = Iri(f"{trusting}#trust-{world.ulid(call.at)}")

    async def decide() -> Decision:
        for entry in await _entries(world, call, "TRUST_ISSUER", trusting, trusted):
            if entry["until"] != end:
                raise Conflict(Problem("TRUSTED_ALREADY", {"issuer": trusted, "until": entry["until"]}, ("input",)))
            return Decision([], (), (trusting,), Side.OWNER)
        entry = {
            "id": new,
            "profileId": trusting,
            "issuerId": trusted,
            "since": call.at,
            "until": end,
            "skDate": by_date(call.at, new),
        }
        add = {"profileId": trusting, "issuerId": trusted, "at": call.at, "entry": entry}
        work = [
            *await received.elsewhere(world, trusted, trusted, call.at, ("input", "issuer")),
            Write("trust/add", add, otherwise=StaleVersion(trusting, 0)),
        ]
        return Decision(work, (trusting, trusted), (trusting,), Side.OWNER)

    request = {"profile": profile, "issuer": issuer, "until": until}
    (done,) = await act(world, call, "TRUST_ISSUER", request, decide)
    return done


async def end(world: World, call: Call, *, profile: str, issuer: str) -> Iri:
    """Take an issuer out of the trust list of a profile, as of now (its OWNER). Raises NotFound if it is not in it."""
    with Intake() as take:
        trusting, trusted = take(iri, profile, ("input", "profile")), take(iri, issuer, ("input", "issuer"))

    async def decide() -> Decision:
        entries = await _entries(world, call, "END_TRUST", trusting, trusted)
        if not entries:
            raise NotFound("trusted issuer", trusted, ("input", "issuer"))
        work = [_ending(entry, call.at) for entry in entries]
        return Decision(work, (trusting, trusted), (trusting,), Side.OWNER)

    (done,) = await act(world, call, "END_TRUST", {"profile": profile, "issuer": issuer}, decide)
    return done


async def listed(world: World, profile: Iri, at: Instant) -> frozenset[str]:
    """Return whom a profile trusts at an instant, by its own list. Raises NotFound if there is no such profile."""
    rows = await world.store.read("trust/listed", profileId=profile, at=at)
    if not rows:
        raise NotFound("profile", profile, ("trustedBy",))
    return frozenset(rows[0])


def _issuer(text: str, path: Path) -> Iri:
    """Read the id of an issuer as credentials have it: an https address or a DID. Raises InvalidInput."""
    found = iri(text, path)
    if not found.startswith(_SCHEMES):
        raise InvalidInput(Problem("NOT_AN_ISSUER", {"value": text[:200]}, path))
    return found


async def _entries(world: World, call: Call, action: str, profile: Iri, issuer: Iri) -> list[Mapping[str, Any]]:
    """Load what a profile's list has for an issuer, and judge who may change it. Raises NotFound, NotPermitted."""
    rows = await world.store.read("trust/entry", profileId=profile, issuerId=issuer, at=call.at)
    if not rows or rows[0]["foreign"]:
        raise NotFound("profile", profile, ("input", "profile"))
    call.principal.require(action, Side.OWNER, profile, call.at)
    found: list[Mapping[str, Any]] = rows[0]["entries"]
    return found


def _ending(entry: Mapping[str, Any], at: Instant) -> Write:
    span = Span(entry["since"], entry["until"]).ended(at)
    changes = {"until": span.until, "ended": Ended.REVOKED, "endedAt": at}
    write = {"id": entry["id"], "version": entry["version"], "changes": changes}
    return Write("trust/end", write, otherwise=StaleVersion(entry["id"], entry["version"]))
