"""The life cycle of a pathway version: one table of state × action × side."""

from __future__ import annotations

from graph_service.domain.lifecycle import Lifecycle, Side
from graph_service.domain.pathway_version import Action, State

_EDITOR = frozenset({Side.EDITOR})

PATHWAY_VERSION: Lifecycle[State, Action] = Lifecycle(
    {
        (None, Action.SAVE): (_EDITOR, State.DRAFT),
        (State.DRAFT, Action.SAVE): (_EDITOR, State.DRAFT),
        (State.DRAFT, Action.PUBLISH): (_EDITOR, State.PUBLISHED),
        (State.PUBLISHED, Action.CLOSE): (_EDITOR, State.CLOSED),
        (State.PUBLISHED, Action.END): (_EDITOR, State.ENDED),
        (State.CLOSED, Action.END): (_EDITOR, State.ENDED),
    }
)
