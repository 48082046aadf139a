"""Proofs: which award fills which leaf, and why another one does not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest

from graph_service.domain.endorsement import Ended, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import AtLeast, Leaf, ValidAt, Versions, When
from graph_service.domain.time import Span
from graph_service.pathway.evaluate import evaluate
from graph_service.pathway.explain import Proof, ProofNode, Witness, explain
from graph_service.pathway.facts import Award, Endorsement, Facts
from graph_service.pathway.plan import Plan
from graph_service.pathway.reasons import DISTANCE, Reason, ReasonCode
from tests.unit.pathway.building import (
    BOARD,
    UNIVERSITY,
    all_of,
    any_of,
    award,
    badge,
    day,
    endorsed,
    endorsement,
    facts,
    leaf,
    plan,
    profile,
    window,
)

TODAY = "2026-11-21"
HEAD = profile("head")


def proof(compiled: Plan, known: Facts, at: str = TODAY) -> Proof:
    return explain(compiled, known, evaluate(compiled, known, day(at)))


def of_leaf(asked: Leaf, *awards: Award, endorsements: list[Endorsement] | None = None, at: str = TODAY) -> ProofNode:
    return proof(plan(asked), facts(*awards, endorsements=endorsements or []), at).nodes[-1]


def codes(node: ProofNode) -> list[ReasonCode]:
    return [reason.code for reason in node.reasons]


# the shape


def test_a_shared_node_stands_once_and_parts_are_named_by_id() -> None:
    compiled = plan(leaf("a"), leaf("b"), all_of("x", "a", "b"), any_of("y", "a", "x"), all_of("r", "x", "y"))
    nodes = proof(compiled, Facts()).nodes
    assert {node.node.id: node.parts for node in nodes} == {
        "a": (),
        "b": (),
        "x": ("a", "b"),
        "y": ("a", "x"),
        "r": ("x", "y"),
    }
    assert nodes[-1].node.id == "r"


def test_a_group_says_required_held_and_missing() -> None:
    compiled = plan(*(leaf(name) for name in "abcd"), AtLeast("r", 3, ("a", "b", "c", "d")))
    root = proof(compiled, facts(award("a"))).nodes[-1]
    assert (root.required, root.held, root.missing, root.complete, root.progress) == (
        3,
        1,
        2,
        False,
        Fraction(1, 3),
    )


def test_a_group_with_more_than_asked_misses_nothing() -> None:
    compiled = plan(leaf("a"), leaf("b"), any_of("r", "a", "b"))
    root = proof(compiled, facts(award("a"), award("b"))).nodes[-1]
    assert (root.required, root.held, root.missing, root.complete) == (1, 2, 0, True)


# why it holds


def test_the_witness_is_the_earliest_award_then_the_least_id_in_whatever_order_they_come() -> None:
    awards = [award("a", "2026-05-01", id="1"), award("b", id="3"), award("a", id="2")]
    for order in permutations(awards):
        node = of_leaf(leaf("either", "a", "b"), *order)
        assert node.witnesses == (Witness(awards[2].id, badge("a"), awards[2].awarded_at, ()),)
        assert (node.required, node.held, node.missing, node.reasons) == (1, 1, 0, ())


def test_an_expired_award_is_no_witness_for_a_renewed_one() -> None:
    old, new = award("a", "2020-01-01", until="2021-01-01", id="old"), award("a", id="new")
    assert [witness.award for witness in of_leaf(leaf("a"), old, new).witnesses] == [new.id]


def test_a_witness_names_the_endorsements_that_its_guards_asked_for() -> None:
    given = [
        endorsement(badge("a"), "2026-02-01", by=BOARD, id="later"),
        endorsement(badge("a"), "2026-01-01", by=BOARD, id="b"),
        endorsement(badge("a"), "2026-01-01", by=BOARD, id="a"),
        endorsement(badge("a"), "2026-03-01", by=HEAD, id="head"),
    ]
    one, two = endorsed(BOARD, HEAD), endorsed(BOARD, HEAD, min_count=2)
    for order in permutations(given):
        used = [
            of_leaf(leaf("a", endorsed_by=[guard]), award("a"), endorsements=list(order)).witnesses[0].endorsements
            for guard in (one, two)
        ]
        assert used == [("urn:endorsement:a",), ("urn:endorsement:a", "urn:endorsement:head")]


def test_a_repeated_badge_has_a_witness_a_day() -> None:
    awards = [award("a", f"2026-04-0{n}T0{n}:00:00Z", id=str(n)) for n in (1, 2, 3)]
    again = award("a", "2026-04-01T09:00:00Z", id="again")
    node = of_leaf(leaf("a", times=2), again, *awards)
    assert [witness.award for witness in node.witnesses] == [awards[0].id, awards[1].id]


def test_a_remembered_leaf_shows_the_award_of_that_time() -> None:
    compiled = plan(leaf("a", valid_at=ValidAt.AT_COMPLETION), leaf("b"), all_of("r", "a", "b"))
    brief = award("a", "2026-04-01", until="2026-06-01")
    node = proof(compiled, facts(brief, award("b", "2026-05-01"))).nodes[0]
    assert (node.complete, node.remembered) == (True, day("2026-05-01"))
    assert [witness.award for witness in node.witnesses] == [brief.id]


def test_a_leaf_that_still_holds_is_not_called_remembered() -> None:
    node = of_leaf(leaf("a", valid_at=ValidAt.AT_COMPLETION), award("a"))
    assert (node.complete, node.remembered) == (True, None)


# why it does not


def test_nothing_held() -> None:
    assert of_leaf(leaf("a"), award("b")).reasons == (Reason(ReasonCode.NOT_HELD),)


def test_an_award_of_later_is_not_known_yet() -> None:
    assert codes(of_leaf(leaf("a"), award("a", "2026-12-01"))) == [ReasonCode.NOT_HELD]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (
            award("a", since="2027-01-01"),
            Reason(ReasonCode.NOT_YET_VALID, values={"since": day("2027-01-01")}),
        ),
        (award("a", until="2026-10-01"), Reason(ReasonCode.EXPIRED, values={"until": day("2026-10-01")})),
        (
            award("a", until="2026-10-01", ended=Ended.REVOKED, reason="mistake"),
            Reason(ReasonCode.REVOKED, values={"until": day("2026-10-01"), "reason": "mistake"}),
        ),
        (
            award("a", until="2026-04-01", ended=Ended.VOID, reason="fraud"),
            Reason(ReasonCode.VOID, values={"reason": "fraud"}),
        ),
    ],
)
def test_an_award_that_is_not_valid_says_why(held: Award, expected: Reason) -> None:
    assert of_leaf(leaf("a"), held).reasons == (replace(expected, award=held.id),)


def test_under_at_award_only_what_never_began_is_missing() -> None:
    asked = leaf("a", valid_at=ValidAt.AT_AWARD)
    assert codes(of_leaf(asked, award("a", since="2027-01-01"))) == [ReasonCode.NOT_YET_VALID]
    assert codes(of_leaf(asked, award("a", until="2026-04-01", ended=Ended.VOID))) == [ReasonCode.VOID]
    assert codes(of_leaf(asked, award("a", until="2026-03-01"))) == [ReasonCode.EXPIRED]


def test_another_issuer() -> None:
    found = of_leaf(leaf("a", issued_by=[HEAD, BOARD]), award("a")).reasons
    assert found == (
        Reason(ReasonCode.WRONG_ISSUER, award("a").id, wanted=(BOARD, HEAD), values={"found": UNIVERSITY}),
    )


@pytest.mark.parametrize(
    ("asked", "since", "until"),
    [
        (window("2026-05-01", "2026-06-01"), day("2026-05-01"), day("2026-06-01")),
        (window(since="2026-05-01"), day("2026-05-01"), "…"),
        (window(until="2026-04-01"), "…", day("2026-04-01")),
    ],
)
def test_an_award_outside_the_window_says_when_it_was_and_when_it_had_to_be(
    asked: Span, since: str, until: str
) -> None:
    expected = {"found": day("2026-04-01"), "since": since, "until": until}
    found = of_leaf(leaf("a", between=asked), award("a", "2026-04-01")).reasons
    assert found == (Reason(ReasonCode.OUTSIDE_WINDOW, award("a").id, values=expected),)


def test_what_can_be_renewed_is_nearer_than_what_came_at_the_wrong_time() -> None:
    late, expired = award("a", "2026-06-01", id="late"), award("a", "2026-04-01", until="2026-05-01", id="expired")
    found = of_leaf(leaf("a", between=window(until="2026-05-01")), late, expired).reasons
    assert [(reason.award, reason.code) for reason in found] == [
        (expired.id, ReasonCode.EXPIRED),
        (late.id, ReasonCode.OUTSIDE_WINDOW),
    ]


def test_no_endorsement_names_who_is_wanted_and_how_many_are_missing() -> None:
    guard = endorsed(BOARD, HEAD, profile("third"), min_count=2)
    given = [endorsement(badge("a"), by=HEAD)]
    found = of_leaf(leaf("a", endorsed_by=[guard]), award("a"), endorsements=given).reasons
    wanted = (BOARD, profile("third"))
    assert found == (Reason(ReasonCode.NOT_ENDORSED, award("a").id, wanted=wanted, values={"missing": 1}),)


@pytest.mark.parametrize(
    ("given", "code", "values"),
    [
        (endorsement(badge("a"), "2026-12-01"), "ENDORSEMENT_NOT_YET_VALID", {"since": day("2026-12-01")}),
        (endorsement(badge("a"), until="2026-10-01"), "ENDORSEMENT_EXPIRED", {"until": day("2026-10-01")}),
        (
            endorsement(badge("a"), until="2026-10-01", ended=Ended.REVOKED),
            "ENDORSEMENT_REVOKED",
            {"until": day("2026-10-01"), "reason": "-"},
        ),
        (endorsement(badge("a"), until="2026-01-01", ended=Ended.VOID), "ENDORSEMENT_VOID", {"reason": "-"}),
        (endorsement(badge("a"), number=2), "ENDORSED_OTHER_VERSION", {"endorsed": 2, "held": 1}),
    ],
)
def test_an_endorsement_that_nearly_counts_is_shown_before_its_lack(
    given: Endorsement, code: str, values: dict[str, object]
) -> None:
    found = of_leaf(leaf("a", endorsed_by=[endorsed()]), award("a"), endorsements=[given]).reasons
    lack = Reason(ReasonCode.NOT_ENDORSED, award("a").id, wanted=(BOARD,), values={"missing": 1})
    assert found == (Reason(ReasonCode(code), award("a").id, given.id, (BOARD,), values), lack)


def test_an_endorsement_that_came_after_the_award_is_a_near_miss_under_at_award() -> None:
    guard = endorsed(when=When.AT_AWARD, versions=Versions.ANY)
    given = [endorsement(badge("a"), "2026-05-01")]
    found = of_leaf(leaf("a", endorsed_by=[guard]), award("a", "2026-04-01"), endorsements=given)
    assert codes(found) == [ReasonCode.ENDORSEMENT_NOT_YET_VALID, ReasonCode.NOT_ENDORSED]


def test_an_old_endorsement_of_an_endorser_who_still_endorses_is_not_mentioned() -> None:
    given = [endorsement(badge("a"), "2025-01-01", until="2025-06-01"), endorsement(badge("a"))]
    guard = endorsed(BOARD, HEAD, min_count=2)
    assert codes(of_leaf(leaf("a", endorsed_by=[guard]), award("a"), endorsements=given)) == [ReasonCode.NOT_ENDORSED]


def test_too_few_days() -> None:
    awards = [
        award("a", id="1"),
        award("a", "2026-05-01", id="2"),
        award("a", "2026-06-01", until="2026-07-01", id="3"),
    ]
    node = of_leaf(leaf("a", times=3), *awards)
    assert node.reasons == (
        Reason(ReasonCode.TOO_FEW_TIMES, values={"held": 2, "times": 3}),
        Reason(ReasonCode.EXPIRED, awards[2].id, values={"until": day("2026-07-01")}),
    )
    assert (node.required, node.held, node.missing) == (3, 2, 1)


def test_near_misses_come_first_award_by_award() -> None:
    expired = award("a", "2026-01-01", until="2026-02-01", id="expired")
    unendorsed = award("a", "2026-03-01", id="unendorsed")
    both = award("a", "2026-02-01", issuer=HEAD, id="both")
    asked = leaf("a", issued_by=[UNIVERSITY], endorsed_by=[endorsed()])
    found = of_leaf(asked, expired, both, unendorsed).reasons
    assert [(reason.award, reason.code) for reason in found] == [
        (unendorsed.id, ReasonCode.NOT_ENDORSED),
        (both.id, ReasonCode.NOT_ENDORSED),
        (both.id, ReasonCode.WRONG_ISSUER),
        (expired.id, ReasonCode.NOT_ENDORSED),
        (expired.id, ReasonCode.EXPIRED),
    ]


def test_every_reason_has_its_place() -> None:
    assert sorted(DISTANCE, key=lambda code: DISTANCE[code]) == list(ReasonCode)


def test_an_endorsed_issuer_where_the_award_was_asked_for() -> None:
    given = [endorsement(UNIVERSITY)]
    guard = endorsed(BOARD, on=TargetType.AWARD)
    found = of_leaf(leaf("a", endorsed_by=[guard]), award("a"), endorsements=given)
    assert codes(found) == [ReasonCode.NOT_ENDORSED]


def test_at_an_earlier_instant_the_old_proof_comes_back() -> None:
    revoked = award("a", "2026-04-01", until="2026-10-01", ended=Ended.REVOKED)
    assert of_leaf(leaf("a"), revoked, at="2026-09-30").witnesses == (
        Witness(revoked.id, badge("a"), revoked.awarded_at, ()),
    )
    assert codes(of_leaf(leaf("a"), revoked)) == [ReasonCode.REVOKED]


def test_witness_ids_are_iris_of_the_facts() -> None:
    used = of_leaf(leaf("a"), award("a")).witnesses[0]
    assert used.award == Iri("https://univ.example/awards/a")
