"""What a description of results may say."""

from __future__ import annotations

from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.result import MAX_RESULTS, MAX_VALUES, ResultDescription, ResultType, address, described
from graph_service.errors import InvalidInput

BADGE = Iri("https://univ.example/achievements/1")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"id": "Not a slug"}, [("INVALID_SLUG", ("id",))]),
        ({"id": "urn:with space"}, [("INVALID_IRI", ("id",))]),
        ({"name": ""}, [("TEXT_EMPTY", ("name",))]),
        ({"allowed": ("A", "A", "")}, [("DUPLICATE_VALUE", ("allowedValue", 1)), ("TEXT_EMPTY", ("allowedValue", 2))]),
        ({"allowed": ("A",), "most": "9"}, [("VALUES_OR_RANGE", ("allowedValue",))]),
        ({"allowed": tuple(map(str, range(MAX_VALUES + 1)))}, [("LIMIT_EXCEEDED", ("allowedValue",))]),
        ({"least": "2", "most": "1"}, [("VALUE_RANGE_EMPTY", ("valueMax",))]),
        ({"least": "two"}, [("INVALID_DECIMAL", ("valueMin",))]),
        ({"allowed": ("B", "A"), "required": "C"}, [("NOT_ONE_OF", ("requiredValue",))]),
        ({"most": "10", "required": "11"}, [("VALUE_OUT_OF_RANGE", ("requiredValue",))]),
        ({"result_type": ResultType.PERCENT, "required": "most"}, [("INVALID_DECIMAL", ("requiredValue",))]),
    ],
)
def test_what_is_wrong_is_told_with_its_place(changes: dict[str, Any], problems: list[tuple[str, Any]]) -> None:
    with pytest.raises(InvalidInput) as refused:
        described([ResultDescription(**{"id": "level", "name": "到達度", **changes})], ("at",))
    assert [(each.code, each.path) for each in refused.value.problems] == [
        (code, ("at", 0, *path)) for code, path in problems
    ]


def test_so_many_results_and_no_more() -> None:
    many = [ResultDescription(f"r{number}", "結果") for number in range(MAX_RESULTS)]
    assert len(described(many)) == MAX_RESULTS
    with pytest.raises(InvalidInput) as refused:
        described([*many, ResultDescription("one-more", "結果")])
    assert refused.value.code == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("description", "value"),
    [
        (ResultDescription("r", "結果", ResultType.LETTER_GRADE, ("C", "B", "A")), "C"),
        (ResultDescription("r", "結果", least="0", most="1"), "0"),
        (ResultDescription("r", "結果", least="0", most="1"), "1.000000"),
        (ResultDescription("r", "結果", ResultType.RAW_SCORE), "123456789"),
        (ResultDescription("r", "結果", ResultType.LETTER_GRADE), "秀"),
    ],
)
def test_what_can_be_reached(description: ResultDescription, value: str) -> None:
    assert description.judge(value) == value


def test_a_slug_stands_below_the_achievement() -> None:
    assert address("level", BADGE) == f"{BADGE}#level"
    assert address("urn:x:level", BADGE) == "urn:x:level"
