"""What a learner might earn next, for several pathways at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.sorting import by_name
from graph_service.domain.time import OPEN_END, Instant, Span
from graph_service.errors import InvalidInput, LimitExceeded, NotFound, Problem
from graph_service.pathway.next_steps import NextStep, NextSteps
from graph_service.pathway.next_steps import next_steps as advice
from graph_service.pathway.offers import Offer
from graph_service.services.call import Call, World
from graph_service.services.progress import Plans, Progress, progress

MAX_PATHWAYS = 20


@dataclass(frozen=True)
class Advance:
    """A requirement of a pathway on which an award would count."""

    progress: Progress
    step: NextStep


@dataclass(frozen=True)
class Suggestion:
    """An achievement to earn next. `recognised_by`: who counts it as a training; `until`: no later award counts."""

    achievement: Iri
    name: LanguageMap
    advances: tuple[Advance, ...]
    recognised_by: tuple[Iri, ...]

    @property
    def until(self) -> Instant | None:
        """The first instant from which an award no longer counts somewhere."""
        return min((each.step.until for each in self.advances if each.step.until), default=None)

    @property
    def rank(self) -> tuple[object, ...]:
        """What advances most pathways first, then what is recognised, then what ends soonest, then by name."""
        pathways = {each.progress.pathway for each in self.advances}
        name = by_name(self.name.text, self.achievement)
        return -len(pathways), not self.recognised_by, self.until or OPEN_END, name


async def next_steps(world: World, found: Sequence[Progress]) -> list[NextSteps]:
    """Return for each what to work on now, by what is awarded now, and the cheapest plan for all that is left."""
    claimed = (claim.source for each in found for claim in each.facts.equivalences)
    rows = await world.store.read(
        "achievement/offers", ids=sorted({*claimed, *(target for each in found for target in each.plan.achievements)})
    )
    offers = {row["id"]: Offer(row["number"], row["issuer"]) for row in rows}
    return await asyncio.to_thread(lambda: [advice(each.completion, offers=offers) for each in found])


async def suggestions(
    world: World,
    plans: Plans,
    call: Call,
    *,
    learner: str,
    pathways: Sequence[str],
    at: Instant | None = None,
) -> list[Suggestion]:
    """Return the achievements that would bring a learner on now in any of `pathways`, the best first.

    Who may ask is as for `progress`. Raises InvalidInput (NO_PATHWAYS), LimitExceeded and NotFound with the place.
    """
    asked = list(dict.fromkeys(pathways))
    if not asked:
        raise InvalidInput(Problem("NO_PATHWAYS", {}, ("pathways",)))
    if len(asked) > MAX_PATHWAYS:
        raise LimitExceeded("pathways", MAX_PATHWAYS, ("pathways",))

    async def of(pathway: str) -> Progress:
        try:
            return await progress(world, plans, call, pathway=pathway, learner=learner, at=at)
        except NotFound as missing:
            if missing.problems[0].path != ("pathway",):
                raise
            raise NotFound("pathway", pathway, ("pathways", pathways.index(pathway))) from None

    found = [await of(each) for each in asked]
    ahead = zip(found, await next_steps(world, found), strict=True)
    advances = [Advance(each, step) for each, steps in ahead for step in steps.frontier]
    targets = {target for each in advances for target in each.step.targets}
    rows = await world.store.read("achievement/recognised", ids=sorted(targets))
    made = [
        Suggestion(
            achievement=row["id"],
            name=LanguageMap.from_json(row["nameMap"]),
            advances=tuple(each for each in advances if row["id"] in each.step.targets),
            recognised_by=tuple(
                sorted({each["by"] for each in row["recognised"] if Span(each["since"], each["until"]).holds(call.at)})
            ),
        )
        for row in rows
    ]
    return sorted(made, key=lambda suggestion: suggestion.rank)
