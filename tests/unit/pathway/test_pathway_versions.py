"""Under which version a learner is judged: PINNED, LATEST and BEST_OF while versions are open, closed and over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Instant
from graph_service.pathway.evaluate import Completion, evaluate, history
from graph_service.pathway.facts import Award, Facts
from graph_service.pathway.versions import Enrolment, Record, Version, began_at, candidates, choose, first_complete
from tests.unit.pathway.building import all_of, award, day, facts, leaf, plan, waiver, window

PLANS = {
    1: plan(leaf("a"), leaf("b"), all_of("all", "a", "b")),
    2: plan(leaf("a"), leaf("b"), leaf("c"), all_of("all", "a", "b", "c")),
    3: plan(leaf("a"), leaf("d"), all_of("all", "a", "d")),
}
BEGINNING = {1: "2026-01-01", 2: "2026-04-01", 3: "2026-07-01"}
NOW = day("2026-10-01")


@dataclass(frozen=True)
class Pathway:
    """Three versions, of which the second asks for more and the third for something else."""

    closed: dict[int, str]
    ended: dict[int, str]
    held: Facts = Facts()
    enrolments: tuple[Enrolment, ...] = ()

    @property
    def versions(self) -> list[Version]:
        return [
            Version(
                Iri(f"urn:v{number}"),
                number,
                "digest",
                window(since, self.ended.get(number, OPEN_END)),
                day(self.closed.get(number, OPEN_END)),
            )
            for number, since in BEGINNING.items()
        ]

    @property
    def record(self) -> Record:
        def began(version: Version) -> Instant | None:
            return began_at(PLANS[version.number], self.held)

        def first(version: Version, at: Instant) -> Instant | None:
            return history(PLANS[version.number], self.held, at).ever_complete

        return Record(began, first, lambda version: self.completion(version, NOW))

    def completion(self, version: Version, at: Instant) -> Completion:
        return evaluate(PLANS[version.number], self.held, at)

    def chosen(self, at: Instant = NOW) -> int:
        return choose(self.versions, self.enrolments, self.record, at).number

    def candidates(self, at: Instant = NOW) -> list[int]:
        return [each.number for each in candidates(self.versions, self.enrolments, self.record, at)]

    def first_complete(self, at: Instant = NOW) -> tuple[Instant, Version] | None:
        chosen = choose(self.versions, self.enrolments, self.record, at)
        return first_complete(self.versions, chosen, self.enrolments, self.record, at)

    def first(self, at: Instant = NOW) -> Instant | None:
        found = self.first_complete(at)
        return found and found[0]

    def first_version(self) -> int | None:
        found = self.first_complete()
        return found and found[1].number


def pathway(
    *awards: Award,
    closed: dict[int, str] | None = None,
    ended: dict[int, str] | None = None,
    policy: Policy | None = None,
    pinned: int = 0,
    since: str = "2026-01-02",
    until: str = OPEN_END,
) -> Pathway:
    enrolment = Enrolment(policy, window(since, until), Iri(f"urn:v{pinned}") if pinned else None) if policy else None
    return Pathway(closed or {}, ended or {}, facts(*awards), (enrolment,) if enrolment else ())


A, B, C, D = award("a", "2026-03-01"), award("b", "2026-03-02"), award("c", "2026-05-01"), award("d", "2026-08-01")


def test_best_of_is_what_is_complete_then_what_is_furthest_then_the_newest() -> None:
    assert pathway(A, B).chosen() == 1  # 2/2 of the first
    assert pathway(A, B, C).chosen() == 2  # both are complete: the newer
    assert pathway(B).chosen() == 1  # 1/2, 1/3, 0
    assert pathway(A).chosen() == 3  # 1/2, 1/3, 1/2
    assert pathway().chosen() == 3


def test_what_may_be_complete_goes_before_what_is_not() -> None:
    assert (
        pathway(A, replace(B, unverified="FETCH_FAILED")).chosen() == 1
    )  # 1/2, as of the third, which is not complete
    assert pathway(A, B, replace(D, unverified="FETCH_FAILED")).chosen() == 1  # complete, whatever comes of it


def test_latest_is_the_newest_that_is_open() -> None:
    assert pathway(A, B, policy=Policy.LATEST).chosen() == 3
    assert pathway(A, B, policy=Policy.LATEST, until="2026-09-01").chosen() == 1  # enrolled no longer
    assert pathway(A, B, policy=Policy.LATEST, ended={3: "2026-09-01"}).chosen() == 2


def test_pinned_is_the_version_named_until_it_ends() -> None:
    assert pathway(A, D, policy=Policy.PINNED, pinned=2).chosen() == 2
    assert pathway(A, D, policy=Policy.PINNED, pinned=2, closed={2: "2026-05-01"}).chosen() == 2
    assert pathway(A, D, policy=Policy.PINNED, pinned=2, ended={2: "2026-10-01"}).chosen() == 3
    assert pathway(A, D, policy=Policy.PINNED, pinned=2, ended={2: "2026-10-02"}).chosen() == 2


@pytest.mark.parametrize(
    ("held", "since", "open_ones"),
    [
        ([], "", [2, 3]),
        ([award("a", "2026-05-31")], "", [1, 2, 3]),
        ([award("a", "2026-06-01")], "", [2, 3]),
        ([award("c", "2026-05-31")], "", [2, 3]),  # the first does not ask for it
        ([], "2026-05-31", [1, 2, 3]),
        ([], "2026-06-01", [2, 3]),
    ],
)
def test_a_closed_version_is_for_those_who_began_before(held: list[Award], since: str, open_ones: list[int]) -> None:
    enrolled = {"policy": Policy.BEST_OF, "since": since} if since else {}
    assert pathway(*held, closed={1: "2026-06-01"}, **enrolled).candidates() == open_ones
    assert pathway(*held, closed={1: "2026-06-01"}, **enrolled).candidates(day("2026-05-30")) == [1, 2]


def test_a_waiver_is_a_beginning_too() -> None:
    spared = pathway(closed={1: "2026-06-01"})
    once = replace(spared, held=Facts(waivers=(waiver("a", "2026-05-31", "2026-06-01"),)))
    assert once.candidates() == [1, 2, 3]
    for other in (waiver("a", "2026-06-01"), waiver("c", "2026-05-31"), waiver("a", "2026-05-31", "2026-05-31")):
        assert replace(spared, held=Facts(waivers=(other,))).candidates() == [2, 3], other


def test_what_waivers_alone_completed_is_not_lost_when_the_version_closes() -> None:
    spared = Facts(waivers=(waiver("a", "2026-03-01"), waiver("b", "2026-03-02")))
    found = replace(pathway(closed={1: "2026-06-01"}), held=spared)
    assert (found.chosen(), found.first()) == (1, day("2026-03-02"))
    ended = replace(found, ended={1: "2026-09-01"})
    assert (ended.chosen(), ended.first()) == (1, day("2026-03-02"))


def test_an_ended_version_is_for_those_who_had_completed_it() -> None:
    assert pathway(A, B, ended={1: "2026-03-03"}).candidates() == [1, 2, 3]
    assert pathway(A, B, ended={1: "2026-03-02"}).candidates() == [2, 3]
    assert pathway(A, ended={1: "2026-06-01"}).candidates() == [2, 3]
    assert pathway(A, B, ended={1: "2026-03-03"}).chosen() == 1


def test_without_any_version_open_it_is_the_newest() -> None:
    ends = dict.fromkeys(BEGINNING, "2026-09-01")
    assert pathway(A, ended=ends).candidates() == []
    assert pathway(A, ended=ends).chosen() == 3
    assert pathway(A).chosen(day("2025-12-31")) == 3  # before the first was published


def test_what_was_complete_once_stays_remembered() -> None:
    lapsed = replace(B, span=window("2026-03-02", "2026-03-20"))
    assert (pathway(A, lapsed).chosen(), pathway(A, lapsed).first()) == (3, day("2026-03-02"))
    pinned = pathway(A, lapsed, policy=Policy.PINNED, pinned=3)
    assert (pinned.first(), pinned.first_version()) == (day("2026-03-02"), 1)
    assert pathway(A, B, closed={1: "2026-02-01"}).first() is None  # the first was closed before they began
    assert pathway(A, B, ended={1: "2026-03-02"}).first() is None  # and here it was over before it was done
    assert pathway(A, B, C, ended={1: "2026-03-02"}).first() == day("2026-05-01")
    assert pathway(A, B).first(day("2025-12-31")) is None
