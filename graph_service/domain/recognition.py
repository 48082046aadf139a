"""What a profile counts as a training: the data of an endorsement of kind RECOGNISE, and its published document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.pathway import exact
from graph_service.errors import InvalidInput, Path, Problem

YEARS = range(2000, 2101)
MAX_ACHIEVEMENTS = 200


class Attribute(StrEnum):
    """How somebody comes to a training (研修属性 of the national platform)."""

    VOLUNTARY = "VOLUNTARY"  # 希望
    MANDATORY = "MANDATORY"  # 悉皆
    NOMINATED = "NOMINATED"  # 指名
    RECOMMENDED = "RECOMMENDED"  # 推薦
    OTHER = "OTHER"  # その他


class Unit(StrEnum):
    """In what a training is counted."""

    SESSIONS = "SESSIONS"  # 回
    DAYS = "DAYS"  # 日
    HOURS = "HOURS"  # 時間
    CREDITS = "CREDITS"  # 単位


@dataclass(frozen=True, slots=True)
class Step:
    """So many different badges of the set are worth so much, in all."""

    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """A training as it is recognised: worth `amount`, or what `steps` say of different badges of `achievements`.

    Raises InvalidInput: NO_FISCAL_YEAR, INVALID_FISCAL_YEAR, AMOUNT_OR_STEPS, AMOUNT_NOT_POSITIVE, STEPS_NOT_RISING,
    STEPS_BEYOND_REACH, LIMIT_EXCEEDED.
    """

    training: LanguageMap
    organiser: LanguageMap
    attribute: Attribute
    fiscal_years: Sequence[int]  # those in which it counts; 2026: April 2026 to March 2027
    unit: Unit
    amount: Decimal | None = None
    achievements: Sequence[Iri] = ()
    steps: Sequence[Step] = ()
    path: Path = ()  # where it stands in the input

    def __post_init__(self) -> None:
        """Hold it against every rule at once."""
        if problems := [*self._of_years(), *self._of_worth()]:
            raise InvalidInput(*(problem.under(*self.path) for problem in problems))

    def _of_years(self) -> list[Problem]:
        if not self.fiscal_years:
            return [Problem("NO_FISCAL_YEAR", {}, ("fiscalYears",))]
        return [
            Problem(
                "INVALID_FISCAL_YEAR",
                {"value": year, "first": YEARS[0], "last": YEARS[-1]},
                ("fiscalYears", position),
            )
            for position, year in enumerate(self.fiscal_years)
            if year not in YEARS
        ]

    def _of_worth(self) -> list[Problem]:
        if (self.amount is None) is not bool(self.steps) or bool(self.steps) is not bool(self.achievements):
            return [Problem("AMOUNT_OR_STEPS", {}, ("amount",))]
        if self.amount is not None:
            return [] if self.amount > 0 else [Problem("AMOUNT_NOT_POSITIVE", {}, ("amount",))]
        found = len(set(self.achievements))
        if found > MAX_ACHIEVEMENTS:
            values = {"what": "achievements", "limit": MAX_ACHIEVEMENTS}
            return [Problem("LIMIT_EXCEEDED", values, ("achievements",))]
        problems = []
        start = Step(0, Decimal(0))
        for position, (below, step) in enumerate(pairwise((start, *self.steps))):
            if step.count <= below.count or step.amount <= below.amount:
                problems.append(Problem("STEPS_NOT_RISING", {"count": step.count}, ("steps", position)))
        if self.steps[-1].count > found:
            values = {"count": self.steps[-1].count, "found": found}
            problems.append(Problem("STEPS_BEYOND_REACH", values, ("steps", len(self.steps) - 1)))
        return problems

    def document(self) -> dict[str, object]:
        """Return it as it is published; who publishes it puts its `id` in front."""
        document: dict[str, object] = {
            "type": "Recognition",
            "training": dict(self.training),
            "organiser": dict(self.organiser),
            "attribute": self.attribute,
            "fiscalYears": sorted(set(self.fiscal_years)),
            "unit": self.unit,
        }
        if self.amount is not None:
            return {**document, "amount": exact(self.amount)}
        steps = [{"count": step.count, "amount": exact(step.amount)} for step in self.steps]
        return {**document, "achievements": list(dict.fromkeys(self.achievements)), "steps": steps}
