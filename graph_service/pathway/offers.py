"""What is awarded now, and whether one more award of it could count for a leaf, by what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from graph_service.domain.endorsement import TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.time import Span
from graph_service.pathway.equivalences import Chain
from graph_service.pathway.evaluate import Completion
from graph_service.pathway.facts import Award
from graph_service.pathway.guards import counts


@dataclass(frozen=True, slots=True)
class Offer:
    """What is awarded of an achievement now: its newest version, by who offers it."""

    number: int
    issuer: Iri


Offers = Mapping[Iri, Offer]
NO_OFFERS: Offers = MappingProxyType({})


def ways_now(
    achievement: Iri, ways: Mapping[int, Sequence[Chain]], completion: Completion, offers: Offers
) -> dict[int, Chain]:
    """Return for each leaf the best of the `ways` by which one more award of an achievement may count, if one may."""
    found = {
        leaf: next((way for way in some if may_count(leaf, achievement, completion, offers, way.target)), None)
        for leaf, some in ways.items()
    }
    return {leaf: way for leaf, way in found.items() if way}


def may_count(leaf: int, achievement: Iri, completion: Completion, offers: Offers, target: Iri | None = None) -> bool:
    """Tell whether an award of `achievement`, made now in its newest version, may count for a leaf (as `target`).

    Whoever makes it does what is asked of the award itself: its level, its evidence, its time, an endorsement of it.
    What is asked of the achievement and of the issuer is there already, or not. Of an achievement of which `offers` say
    nothing all is possible.
    """
    if (offer := offers.get(achievement)) is None:
        return True
    asked, at = completion.plan.leaves[leaf], completion.at
    guards = replace(
        asked.guards,
        endorsed_by=tuple(each for each in asked.guards.endorsed_by if each.on is not TargetType.AWARD),
        awarded_between=None,
        level=(),
        evidence=frozenset(),
    )
    bare = replace(asked, guards=guards)
    made = Award(achievement, achievement, offer.issuer, at, Span(at), offer.number)
    issuers = guards.issued_by or {offer.issuer}
    return any(counts(bare, replace(made, issuer=issuer), completion.facts, at, target) for issuer in issuers)
