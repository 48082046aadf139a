"""What a teacher earned, and when: the words in which the tables of teachers are written.

A badge is named by the slug of its course: `crisis` is the ability badge, `crisis/1` its first piece, `crisis/task`
its final task; `attendance` and `meeting` are the boards' own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graph_service.demo.courses import BY_SLUG
from graph_service.demo.text import Text
from graph_service.domain.endorsement import Ended
from graph_service.domain.time import Instant, later


@dataclass(frozen=True)
class Earned:
    """One award: of which badge, earned when, valid until when, and whether it was taken back."""

    badge: str
    at: Instant
    until: Instant | None = None
    ended: Ended | None = None


class Consent(StrEnum):
    """What a teacher lets the own board see."""

    GIVEN = "GIVEN"
    NEVER = "NEVER"
    ENDED = "ENDED"
    ELSEWHERE = "ELSEWHERE"  # to the board of the other city


@dataclass(frozen=True)
class Teacher:
    """An invented teacher. Who tells something has a sentence about it, and can be signed in as by the slug."""

    slug: str
    sees: Text | None = None
    earned: tuple[Earned, ...] = ()
    recommended_by: tuple[str, ...] = ()
    consent: Consent = Consent.GIVEN

    @property
    def abilities(self) -> tuple[Earned, ...]:
        """The ability badges."""
        return tuple(each for each in self.earned if each.badge in BY_SLUG)

    @property
    def took_part_online(self) -> bool:
        """Tell whether anything of a course was earned."""
        return any(each.badge.partition("/")[0] in BY_SLUG for each in self.earned)


def evening(day: str) -> Instant:
    """Return seven in the evening, Japan time, of a month-day of 2026; an instant is taken as it stands."""
    return Instant(day if "T" in day else f"2026-{day}T10:00:00Z")


def award(badge: str, *days: str, until: str | None = None, ended: Ended | None = None) -> tuple[Earned, ...]:
    """Return awards of one badge, one for each day."""
    end = None if until is None else Instant(until)
    return tuple(Earned(badge, evening(day), end, ended) for day in days)


def pieces(course: str, day: str, count: int | None = None) -> tuple[Earned, ...]:
    """Return the first `count` pieces of a course (all, if not said), one an evening, the last on `day`."""
    last = count or len(BY_SLUG[course].pieces)
    return tuple(Earned(f"{course}/{n}", later(evening(day), days=n - last)) for n in range(1, last + 1))


def task(course: str, day: str) -> tuple[Earned, ...]:
    """Return the final task of a course."""
    return award(f"{course}/task", day)


def ability(course: str, day: str, *, until: str | None = None, ended: Ended | None = None) -> tuple[Earned, ...]:
    """Return an ability badge and what it stands on: all pieces and the final task, earned before that day."""
    before = later(evening(day), days=-1)
    return (*pieces(course, before), *task(course, before), *award(course, day, until=until, ended=ended))


def abilities(day: str, *courses: str) -> tuple[Earned, ...]:
    """Return ability badges that were earned on one day, with what they stand on."""
    return tuple(each for course in courses for each in ability(course, day))
