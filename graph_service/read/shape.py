"""From rows to the answer: functions made once for a selection, so that nothing is looked up row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, cast

from graph_service.domain.language import LanguageMap
from graph_service.domain.time import OPEN_END
from graph_service.read.cursor import Cursors, ListCursors
from graph_service.read.fragment import Fragment, Order
from graph_service.read.selection import (
    Arity,
    Asked,
    Branch,
    Constant,
    Cursor,
    Edges,
    Leaf,
    Nodes,
    PageInfo,
    Part,
    Reading,
    Selection,
    Total,
    places,
)

Row = Mapping[str, Any]
Shape = Callable[[Sequence[Any], Asked], Any]
"""Makes the answer from the rows of a statement."""
Found = Callable[[Sequence[Row], int, Asked], Any]
"""Makes the answer of a field from the nodes it found, and from how many there are in all."""
Made = Callable[[Row, Asked], Any]
"""Makes one value of the answer from the row of a node."""


def shape_of(selection: Selection, fragments: Mapping[str, Fragment], cursors: Cursors) -> Shape:
    """Return what makes the answer from the rows of the compiled selection."""
    found = _Shaper(fragments, cursors).found(selection)
    if not selection.counted:
        return lambda rows, asked: found(rows, 0, asked)
    return lambda rows, asked: found(rows[1:], rows[0]["total"], asked)


@dataclass(frozen=True)
class _Page:
    """A page of rows in the order of the list; `earlier` and `later` tell whether there are more beyond it."""

    rows: Sequence[Row]
    total: int
    earlier: bool
    later: bool
    sort_key: Callable[[Row], str]
    sign: Callable[[], ListCursors]

    @cached_property
    def signed(self) -> ListCursors:
        """The cursors of this list; most questions want none."""
        return self.sign()

    def cursor(self, row: Row) -> str:
        """Return the cursor of a row."""
        return self.signed.write(self.sort_key(row))

    def info(self, name: str) -> object:
        """Return a field of PageInfo (Relay cursor connections §5)."""
        match name:
            case "hasNextPage":
                return self.later
            case "hasPreviousPage":
                return self.earlier
            case "startCursor":
                return self.cursor(self.rows[0]) if self.rows else None
            case "endCursor":
                return self.cursor(self.rows[-1]) if self.rows else None
        return "PageInfo"


@dataclass(frozen=True, slots=True)
class _Shaper:
    fragments: Mapping[str, Fragment]
    cursors: Cursors

    def found(self, selection: Selection) -> Found:
        if selection.arity is Arity.PAGE:
            return self.page(selection)
        node = self.node(selection.branches, places(selection.found))
        if selection.arity is Arity.MANY:
            return lambda rows, _, asked: [node(row, asked) for row in rows]
        if selection.arity is Arity.ONE:
            return lambda rows, _, asked: node(rows[0], asked) if rows and rows[0] is not None else None

        def each(rows: Sequence[Row], _: int, asked: Asked) -> list[Any]:
            by_id = {row["id"]: row for row in rows if row is not None}
            return [node(by_id[id_], asked) if id_ in by_id else None for id_ in selection.value("ids", asked.values)]

        return each

    def node(self, branches: Sequence[Branch], names: Mapping[Part, str]) -> Made:
        by_type = {branch.type: self.fields(branch, names) for branch in branches}
        if len(by_type) == 1:
            return next(iter(by_type.values()))
        return lambda row, asked: by_type[row["type"]](row, asked)

    def fields(self, branch: Branch, names: Mapping[Part, str]) -> Made:
        made = [(entry.key, self.entry(entry, names)) for entry in branch.entries]
        return lambda row, asked: {key: make(row, asked) for key, make in made}

    def entry(self, entry: Leaf | Constant | Part, names: Mapping[Part, str]) -> Made:
        match entry:
            case Constant(value=value):
                return lambda _row, _asked: value
            case Leaf():
                return _required(entry.name, _leaf(entry)) if entry.required else _leaf(entry)
        found, rows, count = self.found(entry.selection), "p" + names[entry], "c" + names[entry]
        made: Made = lambda row, asked: found(row.get(rows, ()), row.get(count, 0), asked)  # noqa: E731
        return _required(entry.selection.field, made) if entry.required else made

    def page(self, selection: Selection) -> Found:
        order = cast(Order, self.fragments[selection.field].order(selection.order, selection.given))
        sort_key, backward = itemgetter(order.keys[-1]), selection.backward
        start = "before" if backward else "after"
        names = places(selection.found)
        made = [(entry.key, self.page_entry(entry, names)) for entry in selection.page]

        def page(rows: Sequence[Row], total: int, asked: Asked) -> dict[str, Any]:
            size = selection.size(asked.values)
            # The node of a cursor lay on the near side of the page.
            near, far = selection.value(start, asked.values) is not None, len(rows) > size
            page = _Page(
                rows=rows[:size][::-1] if backward else rows[:size],
                total=total,
                earlier=far if backward else near,
                later=near if backward else far,
                sort_key=sort_key,
                sign=lambda: self.cursors.of(selection.field, order.name, selection.filters(asked.values)),
            )
            return {key: make(page, asked) for key, make in made}

        return page

    def page_entry(
        self, entry: Edges | PageInfo | Total | Constant, names: Mapping[Part, str]
    ) -> Callable[[_Page, Asked], Any]:
        match entry:
            case Constant(value=value):
                return lambda _page, _asked: value
            case Total():
                return lambda page, _asked: page.total
            case PageInfo(pairs=pairs):
                return lambda page, _asked: {key: page.info(name) for key, name in pairs}
        made = [(each.key, self.edge_entry(each, names)) for each in entry.entries]
        return lambda page, asked: [{key: make(page, row, asked) for key, make in made} for row in page.rows]

    def edge_entry(
        self, entry: Nodes | Cursor | Constant, names: Mapping[Part, str]
    ) -> Callable[[_Page, Row, Asked], Any]:
        match entry:
            case Constant(value=value):
                return lambda _page, _row, _asked: value
            case Cursor():
                return lambda page, row, _asked: page.cursor(row)
        node = self.node(entry.branches, names)
        return lambda _page, row, asked: node(row, asked)


def _required(name: str, made: Made) -> Made:
    def required(row: Row, asked: Asked) -> Any:
        if (value := made(row, asked)) is None:
            raise RuntimeError(f"{name} is null in the graph")
        return value

    return required


def _leaf(leaf: Leaf) -> Made:
    name, pairs = leaf.property, leaf.pairs
    match leaf.reading:
        case Reading.PLAIN:
            return lambda row, _: row[name]
        case Reading.ENUM:
            names = dict(pairs)
            return lambda row, _: names.get(row[name])
        case Reading.OPEN:
            return lambda row, _: None if row[name] == OPEN_END else row[name]
        case Reading.TEXT:
            return lambda row, asked: _chosen(row[name], asked.values[leaf.slot])
        case Reading.TEXTS:
            return lambda row, _: _texts(row[name], pairs)


@lru_cache(maxsize=4096)
def _read(stored: str) -> LanguageMap:
    return LanguageMap.from_json(stored)


def _chosen(stored: str | None, language: Any) -> str | None:
    return None if stored is None else _read(stored).choose(language)[1]


def _texts(stored: str | None, pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    texts = _read(stored).items() if stored is not None else ()
    told = ({"language": tag, "text": text, "__typename": "LanguageText"} for tag, text in texts)
    return [{key: each[name] for key, name in pairs} for each in told]
