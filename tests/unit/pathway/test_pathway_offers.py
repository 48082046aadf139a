"""Only what is awarded now, and would count, is a next step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph_service.domain.endorsement import TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Leaf, Level, Node, VersionRange
from graph_service.pathway.evaluate import evaluate
from graph_service.pathway.facts import Endorsement, Facts
from graph_service.pathway.next_steps import NextSteps, next_steps
from graph_service.pathway.offers import Offer
from tests.unit.pathway.building import (
    OPEN_END,
    UNIVERSITY,
    all_of,
    any_of,
    award,
    badge,
    day,
    endorsed,
    endorsement,
    equivalence,
    facts,
    leaf,
    plan,
    profile,
    trusting,
)

TODAY = day("2026-11-21")
A = badge("a")
OFFERS = {badge(name): Offer(2, UNIVERSITY) for name in "abcd"}
BY_BOARD = endorsed(on=TargetType.ACHIEVEMENT)
ENDORSED = leaf("a", endorsed_by=[BY_BOARD])
B = leaf("b")


def ahead(*nodes: Node, known: Facts | None = None) -> NextSteps:
    return next_steps(evaluate(plan(*nodes), known or facts(), TODAY), OFFERS)


def frontier(found: NextSteps) -> list[str]:
    return sorted(step.node for step in found.frontier)


def said(target: Iri = A, since: str = "2026-01-01", until: str = OPEN_END, number: int = 2) -> Endorsement:
    return endorsement(target, since, until=until, number=number)


def test_a_badge_that_nobody_endorsed_is_no_next_step_even_if_it_is_held() -> None:
    for known in (facts(), facts(award("a"))):
        found = ahead(ENDORSED, B, any_of("r", "a", "b"), known=known)
        assert (frontier(found), found.remaining) == (["b"], 1)
        nothing = ahead(ENDORSED, B, all_of("r", "a", "b"), known=known)
        assert (frontier(nothing), nothing.remaining) == (["b"], None)


@pytest.mark.parametrize(
    ("by", "next_"),
    [
        (said(), ["a"]),
        (said(number=1), []),
        (said(until="2026-10-01"), []),
        (said(since="2026-12-01"), []),
        (replace(said(), unverified="STATUS_UNAVAILABLE"), []),
    ],
)
def test_it_is_one_once_its_newest_version_is_endorsed(by: Endorsement, next_: list[str]) -> None:
    assert frontier(ahead(ENDORSED, known=facts(endorsements=[by]))) == next_


def test_an_endorsement_of_who_issues_it_is_there_already_too() -> None:
    asked = endorsed(on=TargetType.PROFILE)
    other = profile("other")
    named = leaf("a", endorsed_by=[asked], issued_by=[other])
    for compiled, issuer in ((leaf("a", endorsed_by=[asked]), UNIVERSITY), (named, other)):
        assert frontier(ahead(compiled, known=facts(endorsements=[said(issuer)]))) == ["a"]
    assert frontier(ahead(named, known=facts(endorsements=[said(UNIVERSITY)]))) == []


def test_what_is_asked_of_the_award_can_be_done() -> None:
    asked = endorsed(on=TargetType.AWARD)
    levels = replace(ENDORSED.guards, endorsed_by=(asked,), level=(Level("x", "3"),), evidence=frozenset({"report"}))
    assert frontier(ahead(replace(ENDORSED, guards=levels))) == ["a"]


def test_a_version_that_is_no_longer_awarded_is_no_next_step() -> None:
    def of(first: int | None, last: int | None) -> Leaf:
        return replace(B, guards=replace(B.guards, version=VersionRange(first, last)))

    assert [frontier(ahead(of(*versions))) for versions in ((None, 1), (2, 2), (3, None))] == [[], ["b"], []]


def test_of_several_targets_those_are_named_that_would_count() -> None:
    either = leaf("x", "a", "b", endorsed_by=[BY_BOARD])
    found = ahead(either, known=facts(endorsements=[said(badge("b"))]))
    assert [step.targets for step in found.frontier] == [(badge("b"),)]
    assert [each.achievement for each in found.plan] == [badge("b")]


def test_what_counts_as_an_endorsed_badge_may_be_earned() -> None:
    compiled = trusting(ENDORSED)
    known = replace(facts(endorsements=[said(number=1)]), equivalences=(equivalence("c", "a"),))
    found = next_steps(evaluate(compiled, known, TODAY), OFFERS)
    assert [each.achievement for each in found.plan] == [badge("c")]


def test_of_what_nothing_is_known_everything_is_possible() -> None:
    found = next_steps(evaluate(plan(ENDORSED), facts(), TODAY))
    assert frontier(found) == ["a"]
