"""Who may see what was said: an endorsement hidden or shown, an award shown to everybody or shared with a profile.

What is signed about an award is as visible as the award: its endorsements, their documents, and its own. Each change of
the award or of one of these endorsements brings them along in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.endorsement import Action, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.time import Instant
from graph_service.errors import NotPermitted, StaleVersion
from graph_service.services.awarding import load_award
from graph_service.services.call import Call, Decision, World, act
from graph_service.services.matters import judge, load, moving
from graph_service.store import Write


async def show_endorsement(
    world: World, call: Call, *, endorsement: str, shown: bool, expected: int | None = None
) -> Iri:
    """Show a signed endorsement to everybody who may see its target, or hide it (endorsed side, or holder).

    Hidden, it is left out of lists, counts and awards; its document stays where it is, and it counts as before.
    """

    async def decide() -> Decision:
        found = await load(world, call, endorsement, expected)
        _, sides = judge(found, call, Action.SHOW if shown else Action.HIDE)
        changes = {"hidden": not shown, "shown": shown and found["target"]["shown"]}
        work = [] if found["hidden"] == (not shown) else [moving(found, changes), *following(found)]
        return Decision(work, (Iri(endorsement),), (Iri(endorsement),), "+".join(sorted(sides)))

    asked = {"endorsement": endorsement, "shown": shown, "expected": expected}
    (changed,) = await act(world, call, "ENDORSEMENT_SHOW" if shown else "ENDORSEMENT_HIDE", asked, decide)
    return changed


async def show_award(world: World, call: Call, *, award: str, shown: bool, expected: int | None = None) -> Iri:
    """Show an award, and what is signed about it, to everybody, or only to those it concerns (its holder)."""

    async def decide() -> Decision:
        found = await load_award(world, call, award)
        if call.principal.learner is None or call.principal.learner != found["holderId"]:
            raise NotPermitted("SET_AWARD_DISPLAY", [Side.HOLDER])
        if expected is not None and expected != found["version"]:
            raise StaleVersion(award, expected)
        if found["shown"] is shown:
            return Decision([], (Iri(award),), (Iri(award),), Side.HOLDER)
        write = Write(
            "award/show",
            {"id": award, "version": found["version"], "shown": shown},
            otherwise=StaleVersion(award, found["version"]),
        )
        return Decision([write, *following_award(Iri(award))], (Iri(award),), (Iri(award),), Side.HOLDER)

    (changed,) = await act(
        world, call, "SET_AWARD_DISPLAY", {"award": award, "shown": shown, "expected": expected}, decide
    )
    return changed


def sharing(award: Iri, reader: Iri) -> list[Write]:
    """Return the writes that let one more profile read an award."""
    return [Write("award/share", {"id": award, "reader": reader}), *following_award(award)]


def taking_back(award: Iri, reader: Iri, endorsement: Iri, at: Instant) -> list[Write]:
    """Return the writes that take an award back from a profile, unless another endorsement stands between them."""
    unshare = {"id": award, "reader": reader, "endorsementId": endorsement, "at": at}
    return [Write("award/unshare", unshare), *following_award(award)]


def following(found: Mapping[str, Any]) -> list[Write]:
    """Return the writes that make a loaded endorsement as visible as the award that it is about, if it is about one."""
    return following_award(Iri(found["target"]["id"])) if found["target"]["type"] == TargetType.AWARD else []


def following_award(award: Iri) -> list[Write]:
    """Return the writes that make everything that is signed about an award as visible as the award itself.

    That of the endorsements comes first: it makes whoever else does this wait, before the award is read.
    """
    return [Write("award/follow_endorsements", {"id": award}), Write("award/follow", {"id": award})]
