"""The life of a pathway version: state and the actions that move it."""

from __future__ import annotations

from enum import StrEnum

from graph_service.domain.time import Instant


class State(StrEnum):
    """Where a version stands. CLOSED and ENDED are derived on read from `closedFrom` and `until`, and never written."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"  # never changes again
    CLOSED = "CLOSED"  # only who began before goes on in it
    ENDED = "ENDED"  # only who had completed it has


class Action(StrEnum):
    """What somebody does to a version."""

    SAVE = "SAVE"
    PUBLISH = "PUBLISH"
    CLOSE = "CLOSE"
    END = "END"


def state_at(at: Instant, *, closed_from: Instant, until: Instant) -> State:
    """Return the state of a published version at an instant."""
    if at >= until:
        return State.ENDED
    return State.CLOSED if at >= closed_from else State.PUBLISHED
