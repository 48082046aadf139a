"""A signing key of a profile: where it stands and the actions that move it."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Whether a key signs, and whether what it signed holds."""

    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"
    COMPROMISED = "COMPROMISED"


class Action(StrEnum):
    """What somebody does to a key."""

    ROTATE = "ROTATE"
    RETIRE = "RETIRE"
    COMPROMISE = "COMPROMISE"
