"""Enrolment: which version of a pathway a learner is judged by."""

from __future__ import annotations

from enum import StrEnum


class Policy(StrEnum):
    """Which of the versions that are open to a learner counts."""

    PINNED = "PINNED"  # the one that the enrolment names, until it ends
    LATEST = "LATEST"  # the newest
    BEST_OF = "BEST_OF"  # the one in which the learner is furthest; also of who is not enrolled
