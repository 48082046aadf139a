"""Proofs of equivalences, levels, windows, orders, caps, waivers, and of what could not be checked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from graph_service.domain.endorsement import Kind, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import (
    After,
    AtLeast,
    Guards,
    Leaf,
    Length,
    Level,
    Mode,
    ValidAt,
    VersionRange,
    Window,
)
from graph_service.domain.time import Span
from graph_service.locale import LANGUAGES, catalogue
from graph_service.pathway.evaluate import CompletionState, evaluate
from graph_service.pathway.explain import MAX_CONSUMED, ProofNode, explain
from graph_service.pathway.facts import Award, Endorsement, Facts, Result, by_target
from graph_service.pathway.plan import Plan
from graph_service.pathway.reasons import Reason, ReasonCode
from tests.unit.pathway.building import (
    BOARD,
    UNIVERSITY,
    all_of,
    any_of,
    award,
    badge,
    day,
    ects,
    endorsed,
    endorsement,
    equivalence,
    facts,
    leaf,
    plan,
    profile,
    trusting,
    waiver,
)

TODAY = "2026-11-21"
MINISTRY = profile("ministry")
A, B = leaf("a"), leaf("b")


def proof(compiled: Plan, known: Facts, at: str = TODAY) -> dict[str, ProofNode]:
    completion = evaluate(compiled, known, day(at))
    return {node.node.id: node for node in explain(compiled, known, completion).nodes}


def codes(node: ProofNode) -> list[ReasonCode]:
    return [reason.code for reason in node.reasons]


def witnesses(node: ProofNode) -> list[Iri]:
    return [each.award for each in node.witnesses]


def test_every_reason_has_a_sentence_in_every_language() -> None:
    for language in LANGUAGES:
        assert {f"REASON_{code}" for code in ReasonCode} <= catalogue(language).keys()


# equivalences


def test_a_witness_names_the_claims_by_which_it_counts() -> None:
    claims = (equivalence("z", "y", "0.5"), equivalence("y", "a", "0.5"))
    node = proof(trusting(A), replace(facts(award("z")), equivalences=claims))["a"]
    (witness,) = node.witnesses
    assert (witness.achievement, witness.factor) == (badge("z"), Decimal("0.25"))
    assert witness.equivalences == ("urn:equivalence:z-y", "urn:equivalence:y-a")


def test_an_award_of_a_target_itself_is_worth_most() -> None:
    known = replace(facts(award("z"), award("a", "2026-06-01")), equivalences=(equivalence("z", "a", "0.5"),))
    assert witnesses(proof(trusting(A), known)["a"]) == [award("a").id]


def test_credits_count_the_factor_and_the_cap() -> None:
    worth = leaf("a", ECTS="4"), leaf("b", ECTS="4"), leaf("c", ECTS="1")
    compiled = trusting(*worth, replace(ects("r", "6", "a", "b", "c"), source_cap=Decimal("3")))
    known = replace(facts(award("z"), award("b")), equivalences=(equivalence("z", "a", "0.5"),))
    balance = proof(compiled, known)["r"].balance
    assert balance is not None
    assert (balance.required, balance.earned, balance.missing) == (6, 5, 1)  # 4 × 0.5 + 3


def test_a_claim_of_somebody_else_is_a_near_miss() -> None:
    known = replace(facts(award("z")), equivalences=(equivalence("z", "a", by=MINISTRY),))
    expected = Reason(
        ReasonCode.EQUIVALENCE_NOT_TRUSTED, award("z").id, wanted=(MINISTRY,), equivalence=Iri("urn:equivalence:z-a")
    )
    assert proof(trusting(A), known)["a"].reasons == (expected,)
    assert proof(plan(A), known)["a"].reasons == (expected,)


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        ("2026-01-01", "2026-10-01", ReasonCode.EQUIVALENCE_EXPIRED),
        ("2027-01-01", "2028-01-01", ReasonCode.EQUIVALENCE_NOT_YET_VALID),
        ("2027-01-01", "2027-01-01", ReasonCode.EQUIVALENCE_EXPIRED),  # it never begins
    ],
)
def test_a_claim_of_another_time_is_a_near_miss(since: str, until: str, code: ReasonCode) -> None:
    known = replace(facts(award("z")), equivalences=(equivalence("z", "a", since=since, until=until),))
    (reason,) = proof(trusting(A), known)["a"].reasons
    assert (reason.code, reason.equivalence) == (code, "urn:equivalence:z-a")
    assert reason.values == {"since": day(since), "until": day(until)}


def test_of_renewed_claims_the_latest_is_the_near_miss() -> None:
    ends = ("2026-06-01", "2026-09-01", "2026-03-01")
    claims = [replace(equivalence("z", "a", until=end), id=Iri(f"urn:{i}")) for i, end in enumerate(ends)]
    for order in (claims, claims[::-1]):
        (reason,) = proof(trusting(A), replace(facts(award("z")), equivalences=tuple(order)))["a"].reasons
        assert (reason.code, reason.equivalence) == (ReasonCode.EQUIVALENCE_EXPIRED, "urn:1")


def test_a_claim_that_was_trusted_is_nearer_than_that_of_somebody_else() -> None:
    ended = replace(equivalence("z", "a", "0.5", until="2026-09-01"), id=Iri("urn:ended"))
    known = replace(facts(award("z")), equivalences=(equivalence("z", "a", by=MINISTRY), ended))
    (reason,) = proof(trusting(A), known)["a"].reasons
    assert (reason.code, reason.equivalence) == (ReasonCode.EQUIVALENCE_EXPIRED, "urn:ended")


def test_a_claim_the_other_way_round_is_none() -> None:
    known = replace(facts(award("z")), equivalences=(equivalence("a", "z"),))
    assert codes(proof(trusting(A), known)["a"]) == [ReasonCode.NOT_HELD]


def test_what_stands_for_a_target_says_why_it_does_not_count() -> None:
    known = replace(facts(award("z", until="2026-10-01")), equivalences=(equivalence("z", "a"),))
    assert codes(proof(trusting(A), known)["a"]) == [ReasonCode.EXPIRED]


def test_an_endorsement_of_what_an_award_stands_for_will_do() -> None:
    given = [endorsement(badge("a"), number=7)]
    known = replace(facts(award("z"), endorsements=given), equivalences=(equivalence("z", "a"),))
    (witness,) = proof(trusting(leaf("a", endorsed_by=[endorsed()])), known)["a"].witnesses
    assert witness.endorsements == (given[0].id,)


# guards


def guarded(**guards: object) -> Leaf:
    return Leaf("a", (badge("a"),), Guards(**guards))  # type: ignore[arg-type]


GRADE = Result("urn:grade", "B", ("C", "B", "A"))


@pytest.mark.parametrize(
    ("asked", "held", "code", "values"),
    [
        (guarded(level=(Level("urn:grade", "A"),)), award("a"), "LEVEL_TOO_LOW", {"found": "-", "wanted": "A"}),
        (
            guarded(level=(Level("urn:grade", "A"),)),
            replace(award("a"), results=(GRADE,)),
            "LEVEL_TOO_LOW",
            {"found": "B", "wanted": "A"},
        ),
        (
            guarded(evidence=frozenset({"動画", "文書", "レポート"})),
            replace(award("a"), evidence=frozenset({"文書"})),
            "NO_EVIDENCE",
            {"wanted": "レポート, 動画"},
        ),
        (guarded(version=VersionRange(2)), award("a"), "SUPERSEDED", {"held": 1, "wanted": "2+"}),
        (guarded(version=VersionRange(2, 2)), award("a"), "SUPERSEDED", {"held": 1, "wanted": "2"}),
        (guarded(version=VersionRange(2, 4)), award("a"), "SUPERSEDED", {"held": 1, "wanted": "2–4"}),
        (guarded(version=VersionRange(last=1)), award("a", number=2), "SUPERSEDED", {"held": 2, "wanted": "1"}),
        (guarded(version=VersionRange(1)), award("a", number=None), "SUPERSEDED", {"held": "-", "wanted": "1+"}),
    ],
)
def test_guards_of_the_award_itself(asked: Leaf, held: Award, code: str, values: dict[str, object]) -> None:
    assert proof(plan(asked), facts(held))["a"].reasons == (Reason(ReasonCode(code), held.id, values=values),)


def test_a_result_that_is_enough_has_a_witness() -> None:
    asked = guarded(level=(Level("urn:grade", "B"),))
    assert witnesses(proof(plan(asked), facts(replace(award("a"), results=(GRADE,))))["a"]) == [award("a").id]


ACCREDITED = leaf("a", endorsed_by=[endorsed(accredited_by=frozenset({MINISTRY}))])


def accreditation(**more: object) -> Endorsement:
    return replace(endorsement(BOARD, by=MINISTRY, kind=Kind.ACCREDIT, id="accreditation"), **more)  # type: ignore[arg-type]


def test_a_witness_names_the_accreditation_of_its_endorser() -> None:
    known = facts(award("a"), endorsements=[endorsement(badge("a"), id="e"), accreditation()])
    (witness,) = proof(plan(ACCREDITED), known)["a"].witnesses
    assert (witness.endorsements, witness.accreditations) == (
        ("urn:endorsement:e",),
        ("urn:endorsement:accreditation",),
    )


def test_an_endorser_whose_accreditation_ended_is_a_near_miss() -> None:
    ended = accreditation(span=Span(day("2026-01-01"), day("2026-10-01")))
    known = facts(award("a"), endorsements=[endorsement(badge("a"), id="e"), ended])
    held = award("a").id
    assert proof(plan(ACCREDITED), known)["a"].reasons == (
        Reason(ReasonCode.ENDORSER_NOT_ACCREDITED, held, Iri("urn:endorsement:e"), (MINISTRY,)),
        Reason(ReasonCode.NOT_ENDORSED, held, wanted=(BOARD,), values={"missing": 1}),
    )


# what could not be checked


def unverified(node: ProofNode) -> list[tuple[object, ...]]:
    return [(r.code, r.award, r.endorsement, r.equivalence, r.values) for r in node.reasons]


WHY = {"why": "STATUS_UNAVAILABLE"}
DOUBT = "STATUS_UNAVAILABLE"


def test_an_award_that_could_not_be_checked_would_count() -> None:
    held = replace(award("a"), unverified=DOUBT)
    assert unverified(proof(plan(A), facts(held))["a"]) == [(ReasonCode.UNVERIFIED, held.id, None, None, WHY)]


def test_an_endorsement_that_could_not_be_checked_would_count() -> None:
    given = replace(endorsement(badge("a"), id="e"), unverified=DOUBT)
    compiled, known = plan(leaf("a", endorsed_by=[endorsed()])), facts(award("a"), endorsements=[given])
    assert unverified(proof(compiled, known)["a"]) == [(ReasonCode.UNVERIFIED, award("a").id, given.id, None, WHY)]
    checked = replace(known, endorsements=by_target([given, endorsement(badge("a"), "2026-02-01", id="sure")]))
    assert proof(compiled, checked)["a"].witnesses[0].endorsements == ("urn:endorsement:sure",)


def test_an_endorsement_of_the_award_that_could_not_be_checked() -> None:
    given = replace(endorsement(award("a").id, id="e"), unverified=DOUBT)
    asked = leaf("a", endorsed_by=[endorsed(on=TargetType.AWARD)])
    node = proof(plan(asked), facts(award("a", endorsements=[given])))["a"]
    assert unverified(node) == [(ReasonCode.UNVERIFIED, award("a").id, given.id, None, WHY)]


def test_an_accreditation_that_could_not_be_checked() -> None:
    given = accreditation(unverified=DOUBT)
    known = facts(award("a"), endorsements=[endorsement(badge("a")), given])
    assert unverified(proof(plan(ACCREDITED), known)["a"]) == [
        (ReasonCode.UNVERIFIED, award("a").id, given.id, None, WHY)
    ]


def test_a_claim_that_could_not_be_checked() -> None:
    claim = equivalence("z", "a", unverified=DOUBT)
    node = proof(trusting(A), replace(facts(award("z")), equivalences=(claim,)))["a"]
    assert unverified(node) == [(ReasonCode.UNVERIFIED, award("z").id, None, claim.id, WHY)]


def test_what_would_not_count_anyway_says_that() -> None:
    held = replace(award("a", until="2026-10-01"), unverified=DOUBT)
    assert codes(proof(plan(A), facts(held))["a"]) == [ReasonCode.EXPIRED]


# windows

YEAR = Length(12)


def test_a_window_is_shown_with_what_lies_outside_of_it() -> None:
    compiled = plan(A, B, leaf("c"), all_of("all", "a", "b", "c"), Window("r", "all", YEAR))
    known = facts(award("a", "2024-04-01"), award("b", "2025-06-01"), award("c", "2026-04-01"))
    found = proof(compiled, known)
    window = Span(day("2025-06-01"), day("2026-06-01"))
    assert (found["r"].window, found["r"].progress, found["r"].complete) == (window, Fraction(2, 3), False)
    assert found["a"].reasons == (
        Reason(
            ReasonCode.OUTSIDE_WINDOW,
            award("a").id,
            values={"found": day("2024-04-01"), "since": window.since, "until": window.until},
        ),
    )
    assert witnesses(found["b"]) == [award("b").id]


def test_a_window_that_cannot_begin_is_not_shown() -> None:
    found = proof(plan(A, Window("r", "a", YEAR)), Facts())
    assert (found["r"].window, codes(found["a"])) == (None, [ReasonCode.NOT_HELD])


# orders


def ordered(mode: Mode) -> Plan:
    return plan(A, B, After("r", "a", "b", mode))


@pytest.mark.parametrize("mode", [Mode.GATE, Mode.STRICT])
def test_what_has_to_come_first_locks_the_rest(mode: Mode) -> None:
    root = proof(ordered(mode), facts(award("b")))["r"]
    assert (root.locked_by, root.required, root.missing, root.parts) == ("a", 2, 2 - root.held, ("a", "b"))
    assert root.reasons == (Reason(ReasonCode.LOCKED_BY, node="a"),)


def test_an_advice_locks_nothing() -> None:
    root = proof(ordered(Mode.ADVISE), facts(award("b")))["r"]
    assert (root.complete, root.locked_by, root.required, root.held, root.reasons) == (True, None, 1, 1, ())


def test_below_a_gate_awards_count_for_their_leaves() -> None:
    assert witnesses(proof(ordered(Mode.GATE), facts(award("b")))["b"]) == [award("b").id]


def test_what_comes_strictly_after_waits() -> None:
    node = proof(ordered(Mode.STRICT), facts(award("b")))["b"]
    assert node.reasons == (Reason(ReasonCode.LOCKED_BY, award("b").id, node="a"),)


def test_what_came_before_its_prerequisite_came_too_early() -> None:
    found = proof(ordered(Mode.STRICT), facts(award("b", "2026-04-01"), award("a", "2026-05-01")))
    values = {"found": day("2026-04-01"), "since": day("2026-05-01")}
    assert found["b"].reasons == (Reason(ReasonCode.TOO_EARLY, award("b").id, values=values, node="a"),)
    assert (found["r"].first_held, found["r"].locked_by) == (day("2026-05-01"), None)


def test_what_came_too_early_says_what_else_is_wrong() -> None:
    compiled = plan(A, leaf("b", endorsed_by=[endorsed()]), After("r", "a", "b", Mode.STRICT))
    node = proof(compiled, facts(award("b", "2026-04-01"), award("a", "2026-05-01")))["b"]
    assert codes(node) == [ReasonCode.NOT_ENDORSED, ReasonCode.TOO_EARLY]


def test_what_could_not_be_checked_may_have_come_too_early() -> None:
    early = replace(award("b", "2026-04-01"), unverified="FETCH_FAILED")
    node = proof(ordered(Mode.STRICT), facts(early, award("a", "2026-05-01")))["b"]
    assert codes(node) == [ReasonCode.UNVERIFIED, ReasonCode.TOO_EARLY]
    both = replace(award("a", "2026-03-01"), unverified="FETCH_FAILED")
    assert codes(proof(ordered(Mode.STRICT), facts(early, both))["b"]) == [ReasonCode.UNVERIFIED]


def test_what_was_made_outside_the_window_says_what_else_is_wrong() -> None:
    nodes = (leaf("a"), leaf("b", issued_by=[MINISTRY]), all_of("x", "a", "b"), Window("r", "x", Length(months=1)))
    node = proof(plan(*nodes), facts(award("a", "2026-04-01"), award("b", "2026-06-01")))["b"]
    assert codes(node) == [ReasonCode.WRONG_ISSUER, ReasonCode.OUTSIDE_WINDOW]


def test_a_gate_that_holds_no_more_locks_again() -> None:
    known = facts(award("a", "2026-01-01", until="2026-06-01"), award("b", "2026-05-01"))
    found = proof(ordered(Mode.STRICT), known)
    assert (found["r"].locked_by, found["r"].first_held, found["b"].complete) == ("a", day("2026-01-01"), True)


# caps


def test_an_award_that_went_elsewhere_says_where() -> None:
    either = [Leaf(name, (badge("x"),)) for name in ("one", "two")]
    compiled = plan(*either, AtLeast("r", 2, ("one", "two"), award_cap=1))
    found = proof(compiled, facts(award("x")))
    assert witnesses(found["one"]) == [award("x").id]
    assert found["two"].reasons == (Reason(ReasonCode.CONSUMED_BY, award("x").id, node="one"),)
    assert (found["r"].held, found["r"].missing, found["r"].progress) == (1, 1, Fraction(1, 2))


def test_with_a_cap_of_two_it_names_the_first_of_two_places() -> None:
    places = [Leaf(name, (badge("x"),)) for name in ("one", "two", "three")]
    compiled = plan(*places, AtLeast("r", 3, ("one", "two", "three"), award_cap=2))
    assert [reason.node for reason in proof(compiled, facts(award("x")))["three"].reasons] == ["one"]


def test_of_many_awards_that_went_elsewhere_some_are_named() -> None:
    """Cost: 200 places and 199 awards that fit all of them."""
    places = [Leaf(f"{i:03}", (badge("x"),)) for i in range(200)]
    compiled = plan(*places, all_capped := AtLeast("r", 200, tuple(each.id for each in places), award_cap=1))
    found = proof(compiled, facts(*(award("x", id=f"{i:03}") for i in range(199))))
    (open_,) = (node for node in found.values() if not node.complete and node.node != all_capped)
    assert codes(open_) == [ReasonCode.CONSUMED_BY] * MAX_CONSUMED
    assert [reason.award for reason in open_.reasons] == [award("x", id=f"{i:03}").id for i in range(MAX_CONSUMED)]


# waivers


def test_what_is_waived_says_by_which_waiver() -> None:
    known = Facts(waivers=(waiver("a"),))
    node = proof(plan(A, B, any_of("r", "a", "b")), known)["a"]
    assert (node.complete, node.waived, node.witnesses, node.reasons) == (True, known.waivers[0], (), ())
    assert (node.required, node.held, node.missing) == (1, 0, 0)


def test_a_waived_group_misses_nothing() -> None:
    compiled = plan(leaf("a", ECTS="2"), ects("sum", "2", "a"), B, all_of("x", "a", "b"), all_of("r", "sum", "x"))
    found = proof(compiled, Facts(waivers=(waiver("sum"), waiver("x"))))
    assert [(found[id_].complete, found[id_].missing) for id_ in ("sum", "x")] == [(True, 0), (True, 0)]
    balance = found["sum"].balance
    assert balance is not None
    assert (balance.earned, balance.missing) == (0, 0)


def test_a_waiver_that_ended_is_told_last_but_for_nothing_held() -> None:
    ended = waiver("a", until="2026-10-01")
    compiled = plan(A, B, any_of("r", "a", "b"))
    told = Reason(ReasonCode.WAIVER_EXPIRED, values={"until": day("2026-10-01")}, waiver=ended.id)
    nothing = proof(compiled, Facts(waivers=(ended,)))["a"]
    assert nothing.reasons == (told, Reason(ReasonCode.NOT_HELD))
    expired = proof(compiled, replace(facts(award("a", until="2026-10-01")), waivers=(ended,)))["a"]
    assert codes(expired) == [ReasonCode.EXPIRED, ReasonCode.WAIVER_EXPIRED]


def test_a_group_whose_waiver_ended_says_so() -> None:
    compiled = plan(A, B, all_of("x", "a"), any_of("r", "x", "b"))
    known = Facts(waivers=(waiver("x", until="2026-10-01"), waiver("x", "2026-02-01", "2026-05-01")))
    assert [reason.waiver for reason in proof(compiled, known)["x"].reasons] == ["urn:waiver:x-2026-01-01"]


def test_a_waiver_of_the_future_says_nothing() -> None:
    compiled = plan(A, B, any_of("r", "a", "b"))
    assert codes(proof(compiled, Facts(waivers=(waiver("a", "2027-01-01"),)))["a"]) == [ReasonCode.NOT_HELD]


def test_a_waived_prerequisite_locks_nothing() -> None:
    root = proof(ordered(Mode.STRICT), replace(facts(award("b")), waivers=(waiver("a"),)))["r"]
    assert (root.complete, root.locked_by, root.first_held) == (True, None, day("2026-01-01"))


# what is remembered


def test_of_several_awards_each_is_remembered_by_itself() -> None:
    asked = leaf("a", times=2, valid_at=ValidAt.AT_COMPLETION)
    brief = award("a", "2026-04-01", until="2026-06-01", id="brief")
    other = award("a", "2026-05-01", id="other")
    node = proof(plan(asked), facts(brief, other))["a"]
    assert (node.complete, witnesses(node), node.remembered) == (True, [brief.id, other.id], day("2026-05-01"))


def test_the_proof_agrees_with_the_state() -> None:
    compiled = ordered(Mode.STRICT)
    known = facts(award("a"), award("b", "2026-05-01"))
    assert evaluate(compiled, known, day(TODAY)).state is CompletionState.COMPLETE
    assert all(node.complete and not node.reasons for node in proof(compiled, known).values())


def test_the_issuer_rule_is_about_the_award_that_is_held() -> None:
    known = replace(facts(award("z", issuer=MINISTRY)), equivalences=(equivalence("z", "a"),))
    asked = leaf("a", issued_by=[UNIVERSITY])
    assert codes(proof(trusting(asked), known)["a"]) == [ReasonCode.WRONG_ISSUER]
