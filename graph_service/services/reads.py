"""Reading: a question is compiled once for its shape, then each time bound, run as one statement and shaped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_service.read.compile import Statement, compile_selection
from graph_service.read.cursor import Cursors
from graph_service.read.fragment import Fragment, load
from graph_service.read.selection import Asked, Audience, Selection
from graph_service.services.call import World
from graph_service.store import Store
from graph_service.store.statements import fragments

_KEPT = 4_000_000
"""Characters of all statements and selections that are kept, some 2,000 as asked by most: about 30 MB of memory.

Of selections too: the names of an answer, which a statement does not have, may be long.
"""


@dataclass(frozen=True)
class Reads:
    """The read road of one process. Statements are kept by selection and kind of viewer, each with its size.

    The oldest make room.
    """

    store: Store
    cursors: Cursors
    fragments: Mapping[str, Fragment]
    kept: int = _KEPT
    compiled: OrderedDict[tuple[Selection, Audience], tuple[Statement, int]] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, world: World) -> Reads:
        """Prepare the read road. Raises ConfigurationError with every problem of the fragments."""
        return cls(world.store, Cursors(world.envelope.derived("cursor")), load(fragments()))

    async def read(self, selection: Selection, asked: Asked) -> Any:
        """Return the answer to one question, already shaped."""
        statement = self._statement(selection, asked.viewer.audience)
        return statement.shape(await self.store.run(selection.field, statement.text, statement.bind(asked)), asked)

    def _statement(self, selection: Selection, audience: Audience) -> Statement:
        key = (selection, audience)
        if (known := self.compiled.get(key)) is not None:
            self.compiled.move_to_end(key)
            return known[0]
        statement = compile_selection(selection, audience, self.fragments, self.cursors)
        self.compiled[key] = statement, len(statement.text) + len(repr(selection))
        excess = sum(size for _, size in self.compiled.values()) - self.kept
        while excess > 0:
            excess -= self.compiled.popitem(last=False)[1][1]
        return statement
