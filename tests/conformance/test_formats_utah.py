"""A university's real pathway: fifteen elements, 92 badges, most of them in several elements."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span
from graph_service.formats import badgr
from graph_service.pathway import rules
from graph_service.pathway.evaluate import CompletionState, evaluate
from graph_service.pathway.facts import Award, Facts
from graph_service.pathway.plan import compile_plan
from tests.badgr_reading import Reading, badges, every
from tests.conformance.shared import UTAH

pytestmark = pytest.mark.skipif(not UTAH.is_file(), reason="SHARED_DIR is not there")

AT = Instant("2026-04-01T00:00:00Z")


@pytest.fixture(scope="module")
def found() -> badgr.Found:
    return badgr.read(UTAH.read_bytes(), limit=rules.MAX_NODES)


@pytest.fixture(scope="module")
def export() -> dict[str, object]:
    return json.loads(UTAH.read_bytes())


def test_elements_and_badges(found: badgr.Found, export: dict[str, object]) -> None:
    elements = list(every(export))
    named = Counter(badge for element in elements for badge in badges(element))
    completing = {element["completionBadge"]["badgeUrl"] for element in elements if element["completionBadge"]}
    assert (len(elements), len(named), len(completing)) == (15, 92, 4)
    assert sum(times > 1 for times in named.values()) == 84
    assert found.badges.keys() == named.keys()
    assert {element["elementId"] for element in elements} <= {node.id for node in found.definition.nodes}
    assert found.name.text == export["name"]


def test_it_may_be_published(found: badgr.Found) -> None:
    assert (found.problems, found.unsupported) == ((), ())
    assert rules.check(found.definition, achievements=found.badges.keys(), profiles=frozenset()) == ()


def test_every_empty_and_every_uncarried_part_is_told_with_its_place(found: badgr.Found, export: dict) -> None:
    lists = {"badgeRequirements": "requiredBadges", "nonChildElementRequirements": "elementIds"}
    expected = Counter()
    for element in every(export):
        rule = element["requirements"]
        expected["EMPTY_PART"] += sum(not rule[part][name] for part, name in lists.items()) + (not element["children"])
        expected["PREREQUISITE_AS_CONDITION"] += bool(rule["nonChildElementRequirements"]["elementIds"])
        texts = ("shortCode", "description", "alignmentUrl", "frameworkName", "targetCode")
        expected["NOT_CARRIED"] += sum(bool(element[name]) for name in texts)
    assert Counter(problem.code for problem in found.losses) == expected
    for problem in found.losses:
        place = export
        for step in problem.path:
            place = place[step]  # type: ignore[index]
        assert place is not None


def test_a_thousand_random_learners_agree_with_a_reading_of_the_file(
    found: badgr.Found, export: dict[str, object]
) -> None:
    plan, random = compile_plan(found.definition, "utah"), Random(1)
    states: Counter[CompletionState] = Counter()
    for _ in range(1_000):
        held = random.sample(sorted(found.badges), random.randint(0, len(found.badges)))
        awards = [Award(Iri(f"urn:x:{n}"), badge, Iri("urn:x:issuer"), AT, Span(AT)) for n, badge in enumerate(held)]
        completion, reading = evaluate(plan, Facts(tuple(awards)), AT), Reading(export, held)
        numbers = {node.id: number for number, node in enumerate(plan.nodes)}
        for element in reading.elements:
            assert completion.value(numbers[element]) == reading.progress(element), element
            assert completion.holds(numbers[element]) == (reading.progress(element) == 1), element
        assert completion.progress == reading.progress(found.root_element)
        states[completion.state] += 1
    assert all(states[state] > 50 for state in (CompletionState.COMPLETE, CompletionState.NOT)), states
