"""Who may see what was said: an endorsement hidden or shown, an award shown to everybody or shared with a profile.

What is stated of an award is as visible as the award: its endorsements that were signed, the documents of these and its
own. Each change of the award brings them along in the same transaction.
"""

from __future__ import annotations

from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.time import Instant
from graph_service.errors import NotFound, NotPermitted, StaleVersion
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def show_award(world: World, call: Call, *, award: str, shown: bool, expected: int | None = None) -> Iri:
    """Show an award, and what is signed about it, to everybody, or only to those it concerns (its holder)."""

    async def decide() -> Decision:
        rows = await world.store.read("award/for_action", id=award)
        if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
            raise NotFound("award", award, ("award",))
        found = rows[0]
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
        return Decision([write, *following(Iri(award))], (Iri(award),), (Iri(award),), Side.HOLDER)

    (changed,) = await act(
        world, call, "SET_AWARD_DISPLAY", {"award": award, "shown": shown, "expected": expected}, decide
    )
    return changed


def sharing(award: Iri, reader: Iri) -> list[Write]:
    """Return the writes that let one more profile read an award."""
    return [Write("award/share", {"id": award, "reader": reader}), *following(award)]


def taking_back(award: Iri, reader: Iri, endorsement: Iri, at: Instant) -> list[Write]:
    """Return the writes that take an award back from a profile, unless another endorsement stands between them."""
    unshare = {"id": award, "reader": reader, "endorsementId": endorsement, "at": at}
    return [Write("award/unshare", unshare), *following(award)]


def following(award: Iri) -> list[Write]:
    """Return the writes that make everything that is signed about an award as visible as the award itself.

    That of the endorsements comes first: it makes whoever else does this wait, before the award is read.
    """
    return [Write("award/follow_endorsements", {"id": award}), Write("award/follow", {"id": award})]
