"""What is recognised as a training, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.recognition import MAX_ACHIEVEMENTS, Attribute, Recognition, Step, Unit
from graph_service.errors import InvalidInput

TRAINING = Recognition(
    training=LanguageMap({"ja": "危機管理研修", "en": "Crisis management"}),
    organiser=LanguageMap({"ja": "みなと市教育委員会"}),
    attribute=Attribute.MANDATORY,
    fiscal_years=(2027, 2026, 2026),
    unit=Unit.DAYS,
    amount=Decimal("1.50"),
    path=("input",),
)
BADGES = tuple(Iri(f"urn:x:{number}") for number in range(9))
STEPS = tuple(Step(count, Decimal(amount)) for count, amount in ((3, 1), (6, 2), (9, 3)))


def test_a_training_that_is_worth_an_amount() -> None:
    assert TRAINING.document() == {
        "type": "Recognition",
        "training": {"ja": "危機管理研修", "en": "Crisis management"},
        "organiser": {"ja": "みなと市教育委員会"},
        "attribute": "MANDATORY",
        "fiscalYears": [2026, 2027],
        "unit": "DAYS",
        "amount": "1.50",
    }


def test_a_training_that_is_worth_what_different_badges_are() -> None:
    document = replace(TRAINING, amount=None, achievements=(*BADGES, BADGES[0]), steps=STEPS).document()
    assert "amount" not in document
    assert document["achievements"] == list(BADGES)
    assert document["steps"] == [{"count": 3, "amount": "1"}, {"count": 6, "amount": "2"}, {"count": 9, "amount": "3"}]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"fiscal_years": ()}, [("NO_FISCAL_YEAR", "input.fiscalYears")]),
        ({"fiscal_years": (2026, 8)}, [("INVALID_FISCAL_YEAR", "input.fiscalYears.1")]),
        ({"amount": None}, [("AMOUNT_OR_STEPS", "input.amount")]),
        ({"amount": Decimal(0)}, [("AMOUNT_NOT_POSITIVE", "input.amount")]),
        ({"steps": STEPS, "achievements": BADGES}, [("AMOUNT_OR_STEPS", "input.amount")]),
        ({"amount": None, "steps": STEPS}, [("AMOUNT_OR_STEPS", "input.amount")]),
        ({"achievements": BADGES}, [("AMOUNT_OR_STEPS", "input.amount")]),
        (
            {"amount": None, "steps": STEPS[::-1], "achievements": BADGES},
            [("STEPS_NOT_RISING", "input.steps.1"), ("STEPS_NOT_RISING", "input.steps.2")],
        ),
        (
            {"amount": None, "steps": (Step(0, Decimal(1)), Step(2, Decimal(1))), "achievements": BADGES},
            [("STEPS_NOT_RISING", "input.steps.0"), ("STEPS_NOT_RISING", "input.steps.1")],
        ),
        (
            {"amount": None, "steps": STEPS, "achievements": (*BADGES[:8], BADGES[0])},
            [("STEPS_BEYOND_REACH", "input.steps.2")],
        ),
        (
            {"amount": None, "steps": STEPS, "achievements": [Iri(f"urn:x:{n}") for n in range(MAX_ACHIEVEMENTS + 1)]},
            [("LIMIT_EXCEEDED", "input.achievements")],
        ),
        (
            {"fiscal_years": (), "amount": None},
            [("NO_FISCAL_YEAR", "input.fiscalYears"), ("AMOUNT_OR_STEPS", "input.amount")],
        ),
    ],
)
def test_every_problem_is_told_with_its_place(changes: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(TRAINING, **changes)
    assert [(each.code, ".".join(map(str, each.path))) for each in refused.value.problems] == problems
