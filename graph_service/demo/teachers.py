"""Thirty invented teachers, each in one state of the story; the slug says which."""

from __future__ import annotations

from dataclasses import dataclass, field

FIVE = ("crisis", "reflection", "special-needs", "guidance", "bullying")


@dataclass(frozen=True)
class Teacher:
    """A teacher: ability badges earned by month-day of 2026, the day of face-to-face training, recommended or not."""

    slug: str
    abilities: dict[str, str] = field(default_factory=dict)
    face_to_face: str | None = None
    knowledge: tuple[tuple[str, int], ...] = ()  # course, how many of its pieces
    recommended: bool = False
    expires: dict[str, str] = field(default_factory=dict)  # ability → instant
    revoked: tuple[str, ...] = ()
    voided: tuple[str, ...] = ()


def on(day: str, *courses: str) -> dict[str, str]:
    """Return the courses, all earned on one day."""
    return dict.fromkeys(courses, day)


TEACHERS = (
    # complete
    Teacher("exactly-five", on("07-01", *FIVE), recommended=True),
    Teacher("six-of-eight", on("07-02", *FIVE, "classroom"), recommended=True),
    Teacher("all-eight", on("07-03", *FIVE, "classroom", "absence", "devices"), recommended=True),
    Teacher("face-to-face", face_to_face="08-20"),
    Teacher("both-ways", on("07-06", *FIVE), face_to_face="08-20", recommended=True),
    Teacher(
        "before-the-revision",
        on("08-10", "crisis", "reflection", "special-needs", "guidance", "classroom"),
        recommended=True,
    ),
    Teacher("earned-before-endorsed", on("05-20", *FIVE), recommended=True),
    Teacher(
        "later-half",
        {**on("07-08", "reflection", "guidance"), **on("10-20", "crisis", "special-needs", "bullying")},
        recommended=True,
    ),
    Teacher("face-to-face-in-spring", face_to_face="05-12"),
    Teacher("face-to-face-in-autumn", face_to_face="10-08"),
    # was complete
    Teacher(
        "endorsement-revoked",
        on("07-10", "crisis", "reflection", "special-needs", "guidance", "devices"),
        recommended=True,
    ),
    Teacher("badge-expired", on("07-11", *FIVE), expires={"bullying": "2026-10-31T14:59:59Z"}, recommended=True),
    Teacher("badge-revoked", on("07-12", *FIVE), revoked=("guidance",)),
    # not complete, each for another reason
    Teacher("badge-void", on("07-13", *FIVE), voided=("special-needs",)),
    Teacher(
        "without-crisis",
        on("07-14", "reflection", "special-needs", "guidance", "bullying", "classroom"),
        recommended=True,
    ),
    Teacher("four-of-five", on("07-15", "crisis", "reflection", "special-needs", "guidance"), recommended=True),
    Teacher(
        "not-endorsed", on("07-16", "crisis", "reflection", "special-needs", "guidance", "absence"), recommended=True
    ),
    Teacher(
        "after-the-revision",
        on("09-10", "crisis", "reflection", "special-needs", "guidance", "classroom"),
        recommended=True,
    ),
    Teacher("only-crisis", on("08-08", "crisis"), recommended=True),
    Teacher("one-badge", on("06-20", "reflection"), recommended=True),
    Teacher("two-badges", on("06-21", "reflection", "bullying"), recommended=True),
    Teacher("three-badges", on("06-22", "reflection", "bullying", "guidance"), recommended=True),
    # knowledge only
    Teacher("all-pieces-no-task", knowledge=(("crisis", 4),)),
    Teacher("half-the-pieces", knowledge=(("crisis", 2), ("reflection", 1))),
    Teacher("many-pieces", knowledge=(("crisis", 3), ("special-needs", 3), ("bullying", 3), ("classroom", 3))),
    Teacher("first-piece", knowledge=(("absence", 1),)),
    # nothing yet
    Teacher("registered-only"),
    Teacher("asked-the-head", on("07-20", "reflection")),
    Teacher("asked-too-late", on("06-23", "guidance")),
    Teacher("was-declined", on("06-24", "guidance")),
)
