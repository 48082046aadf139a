"""Levels that an award can reach: what the targets describe says it."""

from __future__ import annotations

import pytest

from graph_service.domain.pathway import Definition, Guards, Leaf, Level
from graph_service.domain.result import ResultDescription, ResultType
from graph_service.errors import Path
from graph_service.pathway import rules
from tests.unit.pathway.building import badge

GRADE = ResultDescription("urn:r:grade", "到達度", ResultType.PERFORMANCE_LEVEL, ("C", "B", "A"))
SCORE = ResultDescription("urn:r:score", "点", ResultType.RAW_SCORE, least="0", most="100")
WORDS = ResultDescription("urn:r:words", "所見")
RESULT: Path = ("nodes", 0, "guards", "level", 0, "result")
AT_LEAST: Path = ("nodes", 0, "guards", "level", 0, "atLeast")


def found(result: str, at_least: str, *described: tuple[ResultDescription, ...]) -> list[tuple[str, Path]]:
    """The problems of a leaf that asks for a level; it has as many targets as there are descriptions of such."""
    targets = {badge(str(position)): each for position, each in enumerate(described)}
    leaf = Leaf("a", tuple(targets), Guards(level=(Level(result, at_least),)))
    given = Definition((leaf,), "a")
    problems = rules.check(given, achievements=targets.keys(), profiles=frozenset(), described=targets)
    return [(problem.code, problem.path) for problem in problems]


@pytest.mark.parametrize(
    ("result", "at_least"),
    [("urn:r:grade", "A"), ("urn:r:grade", "C"), ("urn:r:score", "60"), ("urn:r:score", "99.5"), ("urn:r:words", "3")],
)
def test_a_level_that_can_be_reached(result: str, at_least: str) -> None:
    assert found(result, at_least, (GRADE, SCORE, WORDS)) == []


@pytest.mark.parametrize(
    ("result", "at_least", "problem"),
    [
        ("urn:r:other", "A", ("UNKNOWN_RESULT", RESULT)),
        ("urn:r:grade", "S", ("NOT_ONE_OF", AT_LEAST)),
        ("urn:r:score", "101", ("VALUE_OUT_OF_RANGE", AT_LEAST)),
        ("urn:r:score", "good", ("INVALID_DECIMAL", AT_LEAST)),
        ("urn:r:words", "good", ("INVALID_DECIMAL", AT_LEAST)),  # words are compared as numbers or not at all
    ],
)
def test_a_level_that_nobody_can_reach(result: str, at_least: str, problem: tuple[str, Path]) -> None:
    assert found(result, at_least, (GRADE, SCORE, WORDS)) == [problem]


def test_one_target_that_knows_the_level_is_enough() -> None:
    other = ResultDescription("urn:r:grade", "到達度", ResultType.PERFORMANCE_LEVEL, ("不可", "可"))
    assert found("urn:r:grade", "可", (), (GRADE,), (other,)) == []
    assert found("urn:r:grade", "秀", (), (GRADE,), (other,)) == [("NOT_ONE_OF", AT_LEAST)]
    assert found("urn:r:grade", "A", (), ()) == [("UNKNOWN_RESULT", RESULT)]


def test_of_targets_whose_results_are_not_known_nothing_is_said() -> None:
    leaf = Leaf("a", (badge("a"),), Guards(level=(Level("urn:r:grade", "S"),)))
    assert rules.check(Definition((leaf,), "a"), achievements={badge("a")}, profiles=frozenset()) == ()
