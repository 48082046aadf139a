"""Results of an award, how an achievement describes them, and evidence (OB 3.0 §B.1.19–20, §B.1.10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri, is_iri
from graph_service.domain.language import text_problems
from graph_service.domain.pathway_json import decimal
from graph_service.domain.profile import slug
from graph_service.errors import InvalidInput, Path, Problem

VALUE_LIMIT = 64
MAX_RESULTS = 20
"""How many results an achievement describes at most."""
MAX_EVIDENCE = 20
MAX_VALUES = 100


class ResultType(StrEnum):
    """What a result is (OB 3.0 §B.1.21): those types that need no rubric."""

    GRADE_POINT_AVERAGE = "GradePointAverage"
    LETTER_GRADE = "LetterGrade"
    PERCENT = "Percent"
    PERFORMANCE_LEVEL = "PerformanceLevel"
    PREDICTED_SCORE = "PredictedScore"
    RAW_SCORE = "RawScore"
    RESULT = "Result"
    SCALED_SCORE = "ScaledScore"


NUMBERS = frozenset(ResultType) - {ResultType.LETTER_GRADE, ResultType.PERFORMANCE_LEVEL, ResultType.RESULT}
"""The types whose values are numbers, unless the description lists values."""


def address(id: str, achievement: Iri) -> Iri:
    """Return the identifier of a description in the published version of an achievement: an IRI, or `id` below it."""
    return Iri(id if is_iri(id) else f"{achievement}#{id}")


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """A possible result: one of `allowed` (low to high), or a number between `least` and `most`; `required` to pass.

    `id` is an IRI, or a slug (`address`). The levels that pathways ask for name it, so that it stays when other things
    change.
    """

    id: str
    name: str
    result_type: ResultType = ResultType.RESULT
    allowed: tuple[str, ...] = ()
    least: str | None = None
    most: str | None = None
    required: str | None = None

    def check(self, path: Path = ()) -> None:
        """Raise InvalidInput with everything that is wrong with the description itself."""
        with Intake() as take:
            take(iri if ":" in self.id else slug, self.id, (*path, "id"))
            take.add(text_problems(self.name, (*path, "name"), limit=300))
            take.add(self._list_problems((*path, "allowedValue")))
            least, most = (
                None if text is None else take(decimal, text, (*path, name))
                for name, text in (("valueMin", self.least), ("valueMax", self.most))
            )
            if least is not None and most is not None and least > most:
                take.add([Problem("VALUE_RANGE_EMPTY", {"least": least, "most": most}, (*path, "valueMax"))])
        if self.required is not None:
            self.judge(self.required, (*path, "requiredValue"))

    def judge(self, value: str, path: Path = ()) -> str:
        """Return a value that can be reached. Raises InvalidInput: NOT_ONE_OF, VALUE_OUT_OF_RANGE, INVALID_DECIMAL."""
        if self.allowed:
            if value not in self.allowed:
                values = {"value": value[:VALUE_LIMIT], "allowed": ", ".join(self.allowed)}
                raise InvalidInput(Problem("NOT_ONE_OF", values, path))
            return value
        if self.least is None and self.most is None and self.result_type not in NUMBERS:
            if problems := tuple(text_problems(value, path, limit=VALUE_LIMIT)):
                raise InvalidInput(*problems)
            return value
        least, most = Decimal(self.least or 0), Decimal(self.most or "Infinity")
        if not least <= decimal(value, path) <= most:
            values = {"value": value, "least": self.least or "0", "most": self.most or "-"}
            raise InvalidInput(Problem("VALUE_OUT_OF_RANGE", values, path))
        return value

    def _list_problems(self, path: Path) -> Iterator[Problem]:
        if self.allowed and (self.least is not None or self.most is not None):
            yield Problem("VALUES_OR_RANGE", {"id": self.id[:VALUE_LIMIT]}, path)
        if len(self.allowed) > MAX_VALUES:
            yield Problem("LIMIT_EXCEEDED", {"what": "values", "limit": MAX_VALUES}, path)
            return
        for position, value in enumerate(self.allowed):
            yield from text_problems(value, (*path, position), limit=VALUE_LIMIT)
            if value in self.allowed[:position]:
                yield Problem("DUPLICATE_VALUE", {"value": value[:VALUE_LIMIT]}, (*path, position))


@dataclass(frozen=True, slots=True)
class Result:
    """What somebody reached: a value under the description of this id."""

    description: str
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that somebody reached it, and where it lies. `genre`: its kind, which pathways ask for."""

    name: str
    url: str | None = None
    genre: str | None = None
    description: str | None = None


def described(given: Sequence[ResultDescription], path: Path = ()) -> tuple[ResultDescription, ...]:
    """Return the descriptions of an achievement. Raises InvalidInput with everything that is wrong with each."""
    with Intake() as take:
        if len(given) > MAX_RESULTS:
            take.add([Problem("LIMIT_EXCEEDED", {"what": "results", "limit": MAX_RESULTS}, path)])
        for position, each in enumerate(given):
            take(each.check, (*path, position))
    return tuple(given)
