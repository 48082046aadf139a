"""The other teachers of みなと市, who tell something only together: who is who comes from the seed."""

from __future__ import annotations

import random

from graph_service.demo.courses import COURSES
from graph_service.demo.earning import Consent, Earned, Teacher, award, pieces

SEED = 20261121

ONLY_FACE_TO_FACE = {"05-12": 61, "06-16": 58, "08-20": 76, "10-08": 44}
"""Day of the face-to-face training → how many came who took nothing online."""
ONLINE_THEN_FACE_TO_FACE = {"08-20": 7, "10-08": 5}
ONLINE_PIECES = 7
NOTHING_YET = 60


def crowd(first: int) -> tuple[Teacher, ...]:
    """Return the others; their slugs are numbers from `first` on."""
    chance = random.Random(SEED)  # noqa: S311 (who is who in invented data, no secret)
    records = [
        *(award("attendance", day) for day, seats in ONLY_FACE_TO_FACE.items() for _ in range(seats)),
        *(
            (*_some_pieces(chance), *award("attendance", day))
            for day, seats in ONLINE_THEN_FACE_TO_FACE.items()
            for _ in range(seats)
        ),
        *(_some_pieces(chance) for _ in range(ONLINE_PIECES)),
        *(() for _ in range(NOTHING_YET)),
    ]
    chance.shuffle(records)
    return tuple(
        Teacher(f"teacher-{number}", earned=earned, consent=Consent.GIVEN if earned else Consent.NEVER)
        for number, earned in enumerate(records, first)
    )


def _some_pieces(chance: random.Random) -> tuple[Earned, ...]:
    """Return the beginnings of one to three courses, in June and July; never a final task."""
    begun = chance.sample(COURSES, chance.randint(1, 3))
    return tuple(
        each
        for course in begun
        for each in pieces(course.slug, f"{chance.choice(('06', '07'))}-{chance.randint(10, 28)}", chance.randint(1, 3))
    )
