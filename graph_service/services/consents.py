"""Consents: a learner lets a profile see something for one purpose until a date, and may end that at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.consent import Purpose
from graph_service.domain.dates import in_japan
from graph_service.domain.endorsement import Ended
from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.sorting import by_date
from graph_service.domain.time import Instant, Span, ending, later
from graph_service.errors import Conflict, NotFound, NotPermitted, Problem, StaleVersion
from graph_service.locale import LANGUAGES, phrase
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

_DAYS = 366


async def give(
    world: World,
    call: Call,
    *,
    profile: str,
    purpose: Purpose = Purpose.PROGRESS,
    until: str | None = None,
    language: str = "ja",
) -> Iri:
    """Let `profile` see one's progress from now on, for a year unless `until` says otherwise (a learner).

    The text that the learner agreed to is kept with the consent, in `language`. Raises Conflict
    (ALREADY_CONSENTED) while an earlier consent to the same profile for the same purpose is in force.
    """
    place, end = _read(call, profile, purpose, until, language)
    learner, given_to, new = place["learnerId"], place["profileId"], world.mint("consents", call.at)

    async def decide() -> Decision:
        before = await _before(world, place)
        if before["inForce"]:
            raise Conflict(Problem("ALREADY_CONSENTED", before["inForce"][0], ("profile",)))
        consent = {
            "id": new,
            "holderId": learner,
            "profileId": given_to,
            "purpose": purpose,
            "text": _wording(purpose, before["nameMap"], end, language),
            "language": language,
            "since": call.at,
            "until": end,
            "skDate": by_date(call.at, new),
            "readers": [learner, given_to],
        }
        write = Write("consent/create", {**place, "consent": consent}, otherwise=StaleVersion(learner, 0))
        return Decision([write], (new, learner, given_to), (new,), Side.HOLDER)

    request = {"profile": profile, "purpose": purpose, "until": until, "language": language}
    (given,) = await act(world, call, "GIVE_CONSENT", request, decide)
    return given


async def wording(
    world: World,
    call: Call,
    *,
    profile: str,
    purpose: Purpose = Purpose.PROGRESS,
    until: str | None = None,
    language: str = "ja",
) -> str:
    """Return the text that `give` would keep, to be read before anything is agreed to."""
    place, end = _read(call, profile, purpose, until, language)
    return _wording(purpose, (await _before(world, place))["nameMap"], end, language)


async def end(world: World, call: Call, *, consent: str) -> Iri:
    """End a consent now (the learner who gave it). Raises Conflict (ALREADY_ENDED) if it has ended."""

    async def decide() -> Decision:
        rows = await world.store.read("consent/for_action", id=consent)
        if not rows or not call.may_see(False, rows[0]["readers"]):  # noqa: FBT003 (a consent is never shown to all)
            raise NotFound("consent", consent, ("consent",))
        found = rows[0]
        if _learner(call, "END_CONSENT") != found["holderId"]:
            raise NotPermitted("END_CONSENT", [Side.HOLDER])
        span = Span(found["since"], found["until"])
        if not span.holds(call.at):
            raise Conflict(Problem("ALREADY_ENDED", {"id": consent, "cause": span.until}, ("consent",)))
        changes = {"until": span.ended(call.at).until, "ended": Ended.REVOKED, "endedAt": call.at}
        write = Write(
            "consent/end",
            {"id": consent, "version": found["version"], "changes": changes},
            otherwise=StaleVersion(consent, found["version"]),
        )
        return Decision([write], (Iri(consent), found["holderId"]), (Iri(consent),), Side.HOLDER)

    (ended,) = await act(world, call, "END_CONSENT", {"consent": consent}, decide)
    return ended


def _read(
    call: Call, profile: str, purpose: Purpose, until: str | None, language: str
) -> tuple[dict[str, Any], Instant]:
    """Return who consents to what, as statements take it, and until when.

    Raises InvalidInput with every problem, and NotPermitted to who is no learner.
    """
    with Intake() as take:
        given_to = take(iri, profile, ("profile",))
        end = take(ending, until, call.at, ("until",), otherwise=later(call.at, days=_DAYS))
        if language not in LANGUAGES:
            values = {"value": language[:64], "allowed": ", ".join(LANGUAGES)}
            take.add([Problem("NOT_ONE_OF", values, ("textLanguage",))])
    place = {"learnerId": _learner(call, "GIVE_CONSENT"), "profileId": given_to, "purpose": purpose, "at": call.at}
    return place, end


async def _before(world: World, place: Mapping[str, object]) -> Mapping[str, Any]:
    rows = await world.store.read("consent/before", **place)
    if not rows:
        raise NotFound("profile", str(place["profileId"]), ("profile",))
    found: Mapping[str, Any] = rows[0]
    return found


def _wording(purpose: Purpose, profile: str, until: Instant, language: str) -> str:
    """Return what a learner agrees to; `profile` is the name of a profile in its languages, as JSON."""
    _, name = LanguageMap.from_json(profile).choose(language)
    return phrase(f"PHRASE_CONSENT_{purpose}", language, profile=name, until=in_japan(until))


def _learner(call: Call, action: str) -> Iri:
    """Return the learner who asks; nobody gives or ends the consent of somebody else."""
    if call.principal.learner is None:
        raise NotPermitted(action, [Side.HOLDER])
    return call.principal.learner
