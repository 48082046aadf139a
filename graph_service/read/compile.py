"""From a selection to one statement, and from its rows to the answer.

The statement of a list, at every level:

    MATCH … WHERE … AND node.skName > $after       its fragment, and where the page starts
    WITH node ORDER BY node.skName LIMIT $size      before anything is read that hangs on the node
    RETURN {id: node.id, p0: COLLECT {…}, c0: COUNT {…}}

Text depends on nothing but the selection without its keys: same shape, same text, one plan in the database. Names are
numbered by their place (`node0_1`, `$kind0_1`); nothing that a client sends becomes text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_service.errors import GraphServiceError, InvalidInput, LimitExceeded, Problem
from graph_service.read.cursor import Cursors
from graph_service.read.fragment import PARAMETER, RESERVED, Fragment, Order
from graph_service.read.selection import (
    MAX_PAGE_SIZE,
    Arity,
    Asked,
    Audience,
    Branch,
    Leaf,
    Part,
    Reading,
    Selection,
    parts,
)
from graph_service.read.shape import Shape, shape_of

LAST = "\U0010ffff"
"""Before this key lies every other: where a list starts from its end."""

_NAME = re.compile(r"(?<![.:$\w])(parent|node)\b")

Value = Callable[[Asked], object]


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled selection."""

    text: str
    parameters: Mapping[str, Value]
    shape: Shape

    def bind(self, asked: Asked) -> dict[str, object]:
        """Return the parameters of the statement.

        Raises InvalidInput or LimitExceeded with every problem: INVALID_CURSOR, PAGE_SIZE_NEGATIVE, LIMIT_EXCEEDED,
        PAGE_FROM_BOTH_ENDS.
        """
        bound: dict[str, object] = {}
        failed: list[GraphServiceError] = []
        for name, value in self.parameters.items():
            try:
                bound[name] = value(asked)
            except (InvalidInput, LimitExceeded) as error:
                failed.append(error)
        if len(failed) > 1:
            raise InvalidInput(*(problem for error in failed for problem in error.problems))
        if failed:
            raise failed[0]
        return bound


def compile_selection(
    selection: Selection, audience: Audience, fragments: Mapping[str, Fragment], cursors: Cursors
) -> Statement:
    """Compile what is asked at the root of a query. The statement answers rows of one column, `row`."""
    writer = _Writer(fragments, audience, cursors)
    text = writer.root(selection)
    return Statement(text, writer.parameters, shape_of(selection, writer.places, cursors))


@dataclass(frozen=True, slots=True)
class _Writer:
    fragments: Mapping[str, Fragment]
    audience: Audience
    cursors: Cursors
    parameters: dict[str, Value] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)

    def root(self, selection: Selection) -> str:
        scope = _Scope(selection, self.fragments[selection.field], self.audience, "")
        rows = f"{self.rows(scope)} AS row"
        if not selection.counted:
            return rows
        total = f"RETURN {{total: {self.count(scope)}}} AS row"
        return f"{total} UNION ALL {rows}" if selection.listed else total

    def rows(self, scope: _Scope) -> str:
        return " ".join([self.finding(scope, scope.page_conditions()), *self.cut(scope), f"RETURN {self.row(scope)}"])
