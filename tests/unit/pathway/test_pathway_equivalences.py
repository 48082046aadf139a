"""What an award stands for besides its own achievement, and what could not be checked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from graph_service.domain.pathway import Credits, Definition
from graph_service.pathway.equivalences import chains, leading
from graph_service.pathway.evaluate import CompletionState, History, depends_on, evaluate, history
from graph_service.pathway.facts import Award, Equivalence, Facts
from graph_service.pathway.plan import compile_plan
from tests.unit.pathway.building import (
    BOARD,
    all_of,
    any_of,
    award,
    badge,
    day,
    definition,
    ects,
    endorsed,
    endorsement,
    equivalence,
    facts,
    leaf,
    plan,
    profile,
    ref,
    trusting,
    version,
)

TODAY = day("2026-11-21")
STRANGER = profile("stranger")
ANY = [badge(name) for name in "abcde"]


def held(*awards: Award, claims: tuple[Equivalence, ...]) -> Facts:
    return replace(facts(*awards), equivalences=claims)


# chains


def test_the_largest_factor_goes_before_the_shortest_way() -> None:
    claims = [equivalence("a", "c", "0.5"), equivalence("a", "b", "0.9"), equivalence("b", "c", "0.9")]
    found = {chain.target: chain.factor for chain in chains(claims, ANY)[badge("a")]}
    assert found == {badge("b"): Decimal("0.9"), badge("c"): Decimal("0.81")}


def test_three_claims_may_follow_one_another_and_cycles_are_harmless() -> None:
    claims = [equivalence(*pair) for pair in ("ab", "bc", "cd", "de", "ca")]
    assert {chain.target for chain in chains(claims, ANY)[badge("a")]} == {badge("b"), badge("c"), badge("d")}


def test_of_what_is_alike_the_fewest_steps_then_the_least_ids_are_taken() -> None:
    claims = [equivalence(*pair) for pair in ("ac", "cd", "ab", "bd")]
    ways = {
        chain.target: [claim.id[-3:] for claim in chain.claims] for chain in chains(reversed(claims), ANY)[badge("a")]
    }
    assert ways[badge("d")] == ["a-b", "b-d"]


def test_what_leads_nowhere_is_left_out() -> None:
    claims = [equivalence(*pair) for pair in ("wx", "xy", "yz", "za", "ab", "qp")]
    kept = [claim.id[-3:] for claim in leading(claims, [badge("a")])]
    assert kept == ["x-y", "y-z", "z-a"]
    assert chains(leading(claims, [badge("a")]), [badge("a")]) == chains(claims, [badge("a")])


class Counting(Decimal):
    """A factor that counts how often it was multiplied: how many claims were walked."""

    walked = 0

    def __mul__(self, other: object) -> Decimal:
        Counting.walked += 1
        return super().__mul__(other)  # type: ignore[operator]


def everything_for_everything(count: int) -> tuple[Equivalence, ...]:
    names = [f"n{number}" for number in range(count)]
    claims = (equivalence(source, target) for source in names for target in names if source != target)
    return tuple(replace(claim, factor=Counting(1)) for claim in claims)


def test_however_many_claims_there_are_each_is_walked_once_for_a_target() -> None:
    claims = everything_for_everything(101)
    assert len(claims) > 10_000
    Counting.walked = 0
    assert {chain.claims[0].source for [chain] in chains(claims, [badge("n7")]).values()} == {
        badge(f"n{number}") for number in range(101) if number != 7
    }
    assert Counting.walked <= len(claims)


def test_a_cohort_walks_the_claims_once() -> None:
    claims, compiled = everything_for_everything(20), trusting(leaf("n7"))
    Counting.walked = 0
    evaluate(compiled, held(claims=claims), TODAY)
    once = Counting.walked
    cohort = [held(award(f"n{number}"), claims=claims) for number in range(20)]
    assert [evaluate(compiled, learner, TODAY).progress for learner in cohort] == [1] * 20
    assert Counting.walked == once > 0


# what counts


def test_an_equivalence_counts_from_who_is_trusted_while_it_holds() -> None:
    claims = (equivalence("b", "a", since="2026-05-01", until="2026-07-01"), equivalence("c", "a", by=STRANGER))
    compiled, known = trusting(leaf("a")), held(award("b"), award("c"), claims=claims)
    days = ["2026-04-30", "2026-05-01", "2026-07-01"]
    assert [evaluate(compiled, known, day(at)).progress for at in days] == [0, 1, 0]
    assert history(compiled, known, TODAY) == History(day("2026-05-01"), currently_complete=False)
    assert evaluate(plan(leaf("a")), known, day("2026-05-01")).progress == 0


def test_a_version_trusts_whom_it_trusts_itself() -> None:
    below = definition(leaf("a"))
    known = held(award("b"), claims=(equivalence("b", "a"),))
    for trusts, expected in (((), Fraction(0)), ((BOARD,), Fraction(1))):
        referenced = {version("below"): replace(below, trusts=frozenset(trusts))}
        whole = Definition((ref("below"),), "below", frozenset({STRANGER}))
        assert evaluate(compile_plan(whole, "digest", referenced), known, TODAY).progress == expected


def test_an_endorsement_may_speak_for_what_the_award_stands_for_whatever_version() -> None:
    compiled = trusting(leaf("a", endorsed_by=[endorsed()]))
    known = held(award("b", number=1), claims=(equivalence("b", "a"),))
    for target, number, expected in (("a", 7, 1), ("b", 1, 1), ("b", 7, 0)):
        given = known.supposing(endorsements=[endorsement(badge(target), number=number)])
        assert evaluate(compiled, given, TODAY).progress == expected
        assert history(compiled, given, TODAY).currently_complete is (expected == 1)


def test_a_factor_matters_in_credits_alone_and_the_best_award_counts() -> None:
    compiled = trusting(leaf("a", ECTS="3"), ects("r", "3", "a"))
    known = held(award("b"), claims=(equivalence("b", "a", "0.5"),))
    found = evaluate(compiled, known, TODAY)
    assert (found.holds(0), found.progress) == (True, Fraction(1, 2))
    assert evaluate(compiled, known.supposing(awards=[award("a")]), TODAY).progress == 1


def test_no_source_is_worth_more_than_the_cap() -> None:
    capped = Credits("r", "ECTS", Decimal(4), ("a", "b"), source_cap=Decimal(2))
    compiled = trusting(leaf("a", ECTS="3"), leaf("b", ECTS="3"), capped)
    known = held(award("a"), award("c"), claims=(equivalence("c", "b", "0.5"),))
    assert evaluate(compiled, known, TODAY).progress == Fraction(7, 8)  # 2 + 1.5 of 4


# what could not be checked


def doubtful(name: str, on: str = "2026-04-01") -> Award:
    return replace(award(name, on), unverified="FETCH_FAILED")


def test_what_could_not_be_checked_gives_bounds() -> None:
    compiled = plan(leaf("a"), leaf("b"), leaf("c"), all_of("r", "a", "b", "c"))
    found = evaluate(compiled, facts(award("a"), doubtful("b")), TODAY)
    assert (found.state, found.progress, found.upper.progress) == (CompletionState.NOT, Fraction(1, 3), Fraction(2, 3))
    known = facts(award("a"), doubtful("b"), award("c"))
    assert evaluate(compiled, known, TODAY).state is CompletionState.DEPENDS
    assert history(compiled, known, TODAY) == History(None, currently_complete=False)


def test_it_depends_on_no_more_than_it_takes_and_on_the_earliest() -> None:
    compiled = plan(leaf("a"), leaf("b"), leaf("c"), any_of("either", "b", "c"), all_of("r", "a", "either"))
    known = facts(doubtful("a"), doubtful("c", "2026-05-01"), doubtful("b", "2026-06-01"), doubtful("z"))
    found = evaluate(compiled, known, TODAY)
    assert depends_on(compiled, known, found) == (award("a").id, award("c").id)
    sure = known.supposing(awards=[award("a", id="sure"), award("b", id="sure-too")])
    assert depends_on(compiled, sure, evaluate(compiled, sure, TODAY)) == ()


def test_it_may_depend_on_endorsements_and_on_claims() -> None:
    compiled = trusting(leaf("a", endorsed_by=[endorsed()]))
    claim = equivalence("b", "a", unverified="FETCH_FAILED")
    said = replace(endorsement(badge("a")), unverified="FETCH_FAILED")
    known = held(award("b"), claims=(claim,)).supposing(endorsements=[said])
    found = evaluate(compiled, known, TODAY)
    assert found.state is CompletionState.DEPENDS
    assert set(depends_on(compiled, known, found)) == {claim.id, said.id}
