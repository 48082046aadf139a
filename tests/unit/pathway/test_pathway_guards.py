"""Which award counts for a leaf, at which instant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph_service.domain.endorsement import Ended, Kind, Standing, TargetType
from graph_service.domain.pathway import EndorsedBy, Leaf, Level, ValidAt, VersionRange, Versions, When
from graph_service.domain.pathway_json import parse
from graph_service.pathway.facts import Award, Endorsement, Result
from graph_service.pathway.guards import counts
from graph_service.pathway.reasons import reasons
from tests.unit.pathway.building import (
    BOARD,
    UNIVERSITY,
    award,
    badge,
    day,
    endorsed,
    endorsement,
    facts,
    leaf,
    profile,
    window,
)

HEAD, COLLEAGUE = profile("head"), profile("colleague")


def when(asked: Leaf, held: Award, *days: str, endorsements: list[Endorsement] | None = None) -> list[bool]:
    """Whether `held` counts for `asked` on each of `days`; reasons are given exactly when it does not."""
    known = facts(held, endorsements=endorsements or [])
    found = [counts(asked, held, known, day(at)) for at in days]
    assert found == [not reasons(asked, held, known, day(at)) for at in days]
    return found


# validAt


def test_an_award_counts_from_the_instant_of_the_award_to_the_second_of_its_end() -> None:
    held = award("a", "2026-04-01", until="2027-04-01")
    instants = ["2026-03-31T23:59:59Z", "2026-04-01", "2027-03-31T23:59:59Z", "2027-04-01"]
    assert when(leaf("a"), held, *instants) == [False, True, True, False]


def test_validity_that_begins_before_the_award_does_not_make_it_count_earlier() -> None:
    held = award("a", "2026-04-01", since="2026-01-01")
    for mode in ValidAt:
        assert when(leaf("a", valid_at=mode), held, "2026-03-31", "2026-04-01") == [False, True]


def test_validity_that_begins_after_the_award_counts_from_there() -> None:
    held = award("a", "2026-04-01", since="2026-06-01")
    for mode in ValidAt:
        assert when(leaf("a", valid_at=mode), held, "2026-05-31", "2026-06-01") == [False, True]


def test_a_reissued_award_counts_from_its_new_validity_not_from_its_old_date() -> None:
    held = award("a", "2020-04-01", since="2026-06-01", until="2027-06-01")
    assert when(leaf("a", valid_at=ValidAt.AT_AWARD), held, "2021-01-01", "2026-06-01", "2030-01-01") == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("ended", [None, Ended.REVOKED])
def test_what_was_valid_at_award_counts_on_after_it_ends(ended: Ended | None) -> None:
    held = award("a", "2026-04-01", until="2027-04-01", ended=ended)
    assert when(leaf("a"), held, "2026-04-01", "2027-04-01") == [True, False]
    assert when(leaf("a", valid_at=ValidAt.AT_AWARD), held, "2026-03-31", "2026-04-01", "2099-01-01") == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("mode", ValidAt)
def test_what_is_void_never_counts(mode: ValidAt) -> None:
    held = award("a", "2026-04-01", until="2026-04-01", ended=Ended.VOID)
    assert when(leaf("a", valid_at=mode), held, "2026-04-01", "2026-05-01") == [False, False]


def test_a_revocation_lets_the_old_answer_stand() -> None:
    held = award("a", "2026-04-01", until="2026-09-01", ended=Ended.REVOKED)
    assert when(leaf("a"), held, "2026-08-31T23:59:59Z", "2026-09-01") == [True, False]


def test_issued_and_revoked_in_one_second_was_true_for_that_second() -> None:
    held = award("a", "2026-04-01", until="2026-04-01T00:00:01Z", ended=Ended.REVOKED)
    assert when(leaf("a"), held, "2026-04-01", "2026-04-01T00:00:01Z") == [True, False]


# issuedBy


def test_only_named_issuers_count() -> None:
    asked = leaf("a", issued_by=[UNIVERSITY, HEAD])
    assert when(asked, award("a"), "2026-05-01") == [True]
    assert when(asked, award("a", issuer=COLLEAGUE), "2026-05-01") == [False]


# awardedBetween


def test_a_window_has_its_beginning_and_not_its_end() -> None:
    asked = leaf("a", between=window("2026-04-01", "2027-04-01"))
    days = ["2026-03-31T23:59:59Z", "2026-04-01", "2027-03-31T23:59:59Z", "2027-04-01"]
    assert [when(asked, award("a", on), "2028-01-01") for on in days] == [[False], [True], [True], [False]]


def test_a_window_may_be_open_at_one_end() -> None:
    since, until = leaf("a", between=window(since="2026-04-01")), leaf("a", between=window(until="2026-04-01"))
    assert [when(since, award("a", on), "2028-01-01") for on in ("2026-03-31", "2026-04-01")] == [[False], [True]]
    assert [when(until, award("a", on), "2028-01-01") for on in ("2026-03-31", "2026-04-01")] == [[True], [False]]


@pytest.mark.parametrize(
    ("awarded", "counted"),
    [
        ("2026-03-31T14:59:59Z", False),  # 23:59:59 in Tokyo, the last second of 2025年度
        ("2026-03-31T15:00:00Z", True),
        ("2027-03-31T14:59:59Z", True),
        ("2027-03-31T15:00:00Z", False),
    ],
)
def test_a_fiscal_year_begins_and_ends_at_midnight_in_tokyo(awarded: str, counted: bool) -> None:
    ends = {"since": "2026-04-01T00:00:00+09:00", "until": "2027-04-01T00:00:00+09:00"}
    node = {"id": "a", "kind": "LEAF", "targets": [badge("a")], "guards": {"awardedBetween": ends}}
    (asked,) = parse({"nodes": [node]}).nodes
    assert isinstance(asked, Leaf)
    assert when(asked, award("a", awarded), "2028-01-01") == [counted]


def test_a_window_is_about_the_date_that_survives_reissue() -> None:
    reissued = award("a", "2025-05-01", since="2026-05-01")
    assert when(leaf("a", between=window(until="2026-04-01")), reissued, "2026-06-01") == [True]


def test_what_was_awarded_in_the_window_counts_when_it_is_over() -> None:
    held = award("a", "2026-05-01", until="2028-05-01")
    assert when(leaf("a", between=window(until="2027-04-01")), held, "2028-04-30", "2028-05-01") == [True, False]


# who must endorse what, and in which kind


def asked_for(guard: EndorsedBy) -> Leaf:
    return leaf("a", endorsed_by=[guard])


def test_the_achievement_must_be_endorsed_by_a_named_profile() -> None:
    asked = asked_for(endorsed(BOARD, HEAD))
    for by, expected in ((BOARD, True), (HEAD, True), (COLLEAGUE, False)):
        assert when(asked, award("a"), "2026-05-01", endorsements=[endorsement(badge("a"), by=by)]) == [expected]


def test_endorsing_another_achievement_does_not_help() -> None:
    given = [endorsement(badge("b"))]
    assert when(asked_for(endorsed()), award("a"), "2026-05-01", endorsements=given) == [False]


def test_a_recommendation_is_not_an_endorsement_unless_asked_for() -> None:
    given = [endorsement(badge("a"), kind=Kind.RECOMMEND)]
    assert when(asked_for(endorsed()), award("a"), "2026-05-01", endorsements=given) == [False]
    wide = endorsed(kinds=frozenset({Kind.RECOMMEND}))
    assert when(asked_for(wide), award("a"), "2026-05-01", endorsements=given) == [True]


@pytest.mark.parametrize(
    ("standings", "counting"),
    [
        ({}, {Standing.OWN}),
        ({"standings": frozenset({Standing.FOREIGN})}, {Standing.FOREIGN}),
        ({"standings": frozenset({Standing.OWN, Standing.FOREIGN})}, {Standing.OWN, Standing.FOREIGN}),
    ],
)
@pytest.mark.parametrize("standing", Standing)
def test_what_was_signed_elsewhere_counts_where_it_is_asked_for(
    standings: dict[str, frozenset[Standing]], counting: set[Standing], standing: Standing
) -> None:
    given = [endorsement(badge("a"), standing=standing)]
    found = when(asked_for(endorsed(**standings)), award("a"), "2026-05-01", endorsements=given)
    assert found == [standing in counting]
    given = [endorsement(award("a").id, number=None, standing=standing)]
    asked = asked_for(endorsed(on=TargetType.AWARD, **standings))
    assert when(asked, award("a", endorsements=given), "2026-05-01") == [standing in counting]


def test_an_endorsed_issuer_is_not_an_endorsed_award() -> None:
    of_issuer = endorsement(UNIVERSITY, number=None)
    of_award = endorsement(award("a").id, number=None)
    for on, expected in (
        (TargetType.PROFILE, True),
        (TargetType.ACHIEVEMENT, False),
        (TargetType.AWARD, False),
    ):
        given = [of_issuer]
        assert when(asked_for(endorsed(on=on)), award("a"), "2026-05-01", endorsements=given) == [expected]
    assert when(asked_for(endorsed(on=TargetType.AWARD)), award("a", endorsements=[of_award]), "2026-05-01") == [True]
    assert when(asked_for(endorsed(on=TargetType.PROFILE)), award("a", endorsements=[of_award]), "2026-05-01") == [
        False
    ]


def test_two_of_three_endorsers() -> None:
    asked = asked_for(endorsed(BOARD, HEAD, COLLEAGUE, min_count=2))
    given = [
        endorsement(badge("a"), "2026-05-01", by=BOARD),
        endorsement(badge("a"), "2026-06-01", by=COLLEAGUE, until="2026-07-01"),
    ]
    days = ["2026-05-31", "2026-06-01", "2026-07-01"]
    assert when(asked, award("a"), *days, endorsements=given) == [False, True, False]


def test_one_endorser_twice_is_one() -> None:
    given = [endorsement(badge("a"), id="1"), endorsement(badge("a"), id="2")]
    asked = asked_for(endorsed(BOARD, HEAD, min_count=2))
    assert when(asked, award("a"), "2026-05-01", endorsements=given) == [False]


def test_several_guards_must_all_hold() -> None:
    asked = leaf("a", endorsed_by=[endorsed(BOARD), endorsed(HEAD)])
    one = [endorsement(badge("a"), by=BOARD)]
    both = [*one, endorsement(badge("a"), by=HEAD)]
    assert when(asked, award("a"), "2026-05-01", endorsements=one) == [False]
    assert when(asked, award("a"), "2026-05-01", endorsements=both) == [True]


# the instant an endorsement is asked about


def test_an_endorsement_made_later_makes_an_earlier_award_count_until_it_is_withdrawn() -> None:
    given = [endorsement(badge("a"), "2026-06-01", until="2026-09-01", ended=Ended.REVOKED)]
    days = ["2026-05-31", "2026-06-01", "2026-08-31", "2026-09-01"]
    assert when(asked_for(endorsed()), award("a"), *days, endorsements=given) == [False, True, True, False]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-04-01", "2026-04-02", True),
        ("2026-01-01", "2026-04-01", False),
        ("2026-04-02", "2027-01-01", False),
    ],
)
def test_at_award_asks_about_the_instant_of_the_award_alone(since: str, until: str, expected: bool) -> None:
    given = [endorsement(badge("a"), since, until=until)]
    asked = asked_for(endorsed(when=When.AT_AWARD))
    days = ["2026-03-31", "2026-04-01", "2028-01-01"]
    assert when(asked, award("a", "2026-04-01"), *days, endorsements=given) == [False, expected, expected]


def test_at_award_means_the_date_that_survives_reissue() -> None:
    given = [endorsement(badge("a"), "2020-01-01", until="2021-01-01")]
    held = award("a", "2020-06-01", since="2026-01-01")
    asked = asked_for(endorsed(when=When.AT_AWARD))
    assert when(asked, held, "2020-07-01", "2026-01-01", endorsements=given) == [False, True]


def test_a_void_endorsement_never_counts() -> None:
    given = [endorsement(badge("a"), "2026-01-01", until="2026-01-01", ended=Ended.VOID)]
    for guard in (endorsed(), endorsed(when=When.AT_AWARD)):
        assert when(asked_for(guard), award("a"), "2026-01-01", "2026-05-01", endorsements=given) == [
            False,
            False,
        ]


# the version that an endorsement speaks for


@pytest.mark.parametrize(
    ("endorsed_version", "awarded_version", "expected"),
    [(1, 1, True), (1, 2, False), (2, 1, False), (None, None, True), (None, 1, False), (1, None, False)],
)
def test_an_endorsement_speaks_for_awards_of_its_own_version(
    endorsed_version: int | None, awarded_version: int | None, expected: bool
) -> None:
    given = [endorsement(badge("a"), number=endorsed_version)]
    held = award("a", number=awarded_version)
    assert when(asked_for(endorsed()), held, "2026-05-01", endorsements=given) == [expected]
    wide = asked_for(endorsed(versions=Versions.ANY))
    assert when(wide, held, "2026-05-01", endorsements=given) == [True]


def test_versions_are_about_achievements_only() -> None:
    given = [endorsement(UNIVERSITY, number=7)]
    assert when(asked_for(endorsed(on=TargetType.PROFILE)), award("a"), "2026-05-01", endorsements=given) == [True]


# the endorser's own accreditation


@pytest.mark.parametrize("standing", Standing)
def test_an_endorser_counts_while_it_is_accredited(standing: Standing) -> None:
    asked = asked_for(endorsed(BOARD, accredited_by=frozenset({HEAD})))
    given = [
        endorsement(badge("a")),
        endorsement(BOARD, "2026-05-01", by=HEAD, until="2026-09-01", kind=Kind.ACCREDIT, standing=standing),
    ]
    found = when(asked, award("a"), "2026-04-30", "2026-05-01", "2026-09-01", endorsements=given)
    assert found == [False, standing is not Standing.ATTESTED, False]


def test_who_accredits_and_in_which_kind_matters() -> None:
    asked = asked_for(endorsed(BOARD, accredited_by=frozenset({HEAD})))
    for by, kind in ((COLLEAGUE, Kind.ACCREDIT), (HEAD, Kind.ENDORSE)):
        given = [endorsement(badge("a")), endorsement(BOARD, by=by, kind=kind)]
        assert when(asked, award("a"), "2026-05-01", endorsements=given) == [False]


def test_accreditation_is_asked_about_at_the_instant_of_the_guard() -> None:
    asked = asked_for(endorsed(BOARD, accredited_by=frozenset({HEAD}), when=When.AT_AWARD))
    given = [endorsement(badge("a")), endorsement(BOARD, by=HEAD, until="2026-04-02", kind=Kind.ACCREDIT)]
    assert when(asked, award("a", "2026-04-01"), "2026-10-01", endorsements=given) == [True]
    assert when(asked, award("a", "2026-04-02"), "2026-10-01", endorsements=given) == [False]


# results, evidence, versions

GRADE = "https://univ.example/achievements/a#grade"
SCALE = ("C", "B", "A", "S")


def graded(value: str, scale: tuple[str, ...] = SCALE, description: str = GRADE) -> Award:
    return replace(award("a"), results=(Result(description, value, scale),))


def level(at_least: str) -> Leaf:
    asked = leaf("a")
    return replace(asked, guards=replace(asked.guards, level=(Level(GRADE, at_least),)))


@pytest.mark.parametrize(("value", "counted"), [("C", False), ("B", False), ("A", True), ("S", True), ("Z", False)])
def test_a_level_is_judged_by_the_order_of_its_scale(value: str, counted: bool) -> None:
    assert when(level("A"), graded(value), "2026-05-01") == [counted]


def test_a_bound_that_is_not_on_the_scale_is_never_reached() -> None:
    assert when(level("Z"), graded("S"), "2026-05-01") == [False]


@pytest.mark.parametrize(
    ("value", "counted"), [("9", False), ("70", True), ("70.0", True), ("100", True), ("NaN", False), ("good", False)]
)
def test_a_level_without_scale_is_a_number(value: str, counted: bool) -> None:
    assert when(level("70"), graded(value, ()), "2026-05-01") == [counted]


def test_an_award_without_the_result_is_too_low() -> None:
    assert when(level("C"), award("a"), "2026-05-01") == [False]
    assert when(level("C"), graded("S", description="https://univ.example/other"), "2026-05-01") == [False]


def test_every_kind_of_evidence_is_asked_for() -> None:
    asked = leaf("a")
    asked = replace(asked, guards=replace(asked.guards, evidence=frozenset({"video", "report"})))
    for kinds, expected in (({"video"}, False), ({"video", "report", "photo"}, True)):
        assert when(asked, replace(award("a"), evidence=frozenset(kinds)), "2026-05-01") == [expected]


@pytest.mark.parametrize(("number", "counted"), [(1, False), (2, True), (3, True), (4, False), (None, False)])
def test_a_range_of_versions_has_both_its_ends(number: int | None, counted: bool) -> None:
    asked = leaf("a")
    asked = replace(asked, guards=replace(asked.guards, version=VersionRange(2, 3)))
    assert when(asked, award("a", number=number), "2026-05-01") == [counted]
