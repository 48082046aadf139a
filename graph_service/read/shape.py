"""From rows to the answer: functions made once for a selection, so that nothing is looked up row by row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import gt, itemgetter, lt
from typing import Any, NamedTuple, TypeGuard, cast

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


class _Page(NamedTuple):
    """A page of rows in the order of the list; `earlier` and `later` tell whether there are more beyond it."""

    rows: Sequence[Row]
    total: int
    earlier: bool
    later: bool
    cursors: Callable[[Sequence[Row]], list[str]]


_INFO: Mapping[str, Callable[[_Page], object]] = {  # Relay cursor connections §5
    "hasNextPage": lambda page: page.later,
    "hasPreviousPage": lambda page: page.earlier,
    "startCursor": lambda page: next(iter(page.cursors(page.rows[:1])), None),
    "endCursor": lambda page: next(iter(page.cursors(page.rows[-1:])), None),
    "__typename": lambda _: "PageInfo",
}


@dataclass(frozen=True, slots=True)
class _Shaper:
    fragments: Mapping[str, Fragment]
    cursors: Cursors

    def found(self, selection: Selection) -> Found:
        """Return what makes the answer of a field."""
        if selection.arity is Arity.PAGE:
            return self.page(selection)
        node = self.node(selection.branches, places(selection.found))
        if selection.arity is Arity.MANY:
            return lambda rows, _, asked: [node(row, asked) for row in rows]
        if selection.arity is Arity.ONE:
            return lambda rows, _, asked: node(rows[0], asked) if rows and rows[0] is not None else None

        def each(rows: Sequence[Row], _: int, asked: Asked) -> list[Any]:
            by_id = {row["id"]: row for row in rows if row is not None}
            ids = selection.value("ids", asked.values)
            return [node(by_id[each], asked) if each in by_id else None for each in ids]

        return each

    def node(self, branches: Sequence[Branch], names: Mapping[Part, str]) -> Made:
        """Return what makes the object of a node, by its type where there are several."""
        by_type = {branch.type: self.fields(branch, names) for branch in branches}
        if len(by_type) == 1:
            return next(iter(by_type.values()))
        return lambda row, asked: by_type[row["type"]](row, asked)

    def fields(self, branch: Branch, names: Mapping[Part, str]) -> Made:
        """Return what makes the object of a node: plain values at one go, then the others in their places."""
        columns = [(entry.key, entry.name if _is_plain(entry) else "id") for entry in branch.entries]
        made = [(entry.key, self.made(entry, names)) for entry in branch.entries if not _is_plain(entry)]
        required = [leaf.name for leaf in branch.entries if _is_plain(leaf) and leaf.required]

        def fields(row: Row, asked: Asked) -> dict[str, Any]:
            answer = {key: row[column] for key, column in columns}
            if None in answer.values():
                for name in required:
                    _present(row[name], name)
            for key, make in made:
                answer[key] = make(row, asked)
            return answer

        return fields

    def made(self, entry: Leaf | Constant | Part, names: Mapping[Part, str]) -> Made:
        match entry:
            case Constant(value=value):
                return lambda _row, _asked: value
            case Leaf(name=name):
                made = _leaf(entry)
            case Part():
                name, found = entry.selection.field, self.found(entry.selection)
                rows, count = f"p{names[entry]}", f"c{names[entry]}"
                made = lambda row, asked: found(row.get(rows, ()), row.get(count, 0), asked)  # noqa: E731
                if entry.selection.arity is not Arity.ONE:  # a list is never null
                    return made
        return (lambda row, asked: _present(made(row, asked), name)) if entry.required else made

    def page(self, selection: Selection) -> Found:
        """Return what makes a connection.

        Where the list is bounded at its far end too, that is done here, by code point as the indexes do: Neo4j
        takes two bounds of one key for an empty range when UTF-16 orders them the other way round (﨑, 😀).
        """
        if all(isinstance(entry, Total) for entry in selection.page):
            totals = [entry.key for entry in selection.page]
            return lambda _rows, total, _asked: dict.fromkeys(totals, total)
        order = cast(Order, self.fragments[selection.field].order(selection.order, selection.given))
        sort_key, backward = itemgetter(order.keys[-1]), selection.backward
        near, far = ("before", "after") if backward else ("after", "before")
        started, bounded = near in selection.given, far in selection.given  # a cursor's node lay beside the page
        inside = lt if order.descending == backward else gt
        names = places(selection.found)
        made = [(entry.key, self.page_entry(entry, names)) for entry in selection.page]

        def page(rows: Sequence[Row], total: int, asked: Asked) -> dict[str, Any]:
            def signed() -> ListCursors:
                return self.cursors.of(selection.field, order.name, selection.filters(asked.values))

            if bounded:
                end = signed().read(selection.value(far, asked.values), far)
                rows = [row for row in rows if inside(sort_key(row), end)]
            size = selection.size(asked.values)
            more, rows = len(rows) > size, rows[:size]
            page = _Page(
                rows=rows[::-1] if backward else rows,
                total=total,
                earlier=more if backward else started,
                later=started if backward else more,
                cursors=lambda rows: signed().write([sort_key(row) for row in rows]),
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
                return lambda page, _asked: {key: _INFO[name](page) for key, name in pairs}
        columns = [(each.key, self.column(each, names)) for each in entry.entries]

        def edges(page: _Page, asked: Asked) -> list[dict[str, Any]]:
            made = [(key, make(page, asked)) for key, make in columns]
            return [{key: values[place] for key, values in made} for place in range(len(page.rows))]

        return edges

    def column(
        self, entry: Nodes | Cursor | Constant, names: Mapping[Part, str]
    ) -> Callable[[_Page, Asked], list[Any]]:
        """Return what makes one field of all edges of a page."""
        match entry:
            case Constant(value=value):
                return lambda page, _asked: [value] * len(page.rows)
            case Cursor():
                return lambda page, _asked: page.cursors(page.rows)
            case Nodes():
                node = self.node(entry.branches, names)
                return lambda page, asked: [node(row, asked) for row in page.rows]


def _is_plain(entry: Leaf | Constant | Part) -> TypeGuard[Leaf]:
    return isinstance(entry, Leaf) and entry.reading is Reading.PLAIN


def _present(value: Any, name: str) -> Any:
    if value is None:
        raise RuntimeError(f"{name} is null in the graph")
    return value


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
        case Reading.RECORDS:
            return lambda row, _: _records(row[name], pairs, leaf.type)


@lru_cache(maxsize=4096)
def _read(stored: str) -> LanguageMap:
    return LanguageMap.from_json(stored)


def _chosen(stored: str | None, language: Any) -> str | None:
    return None if stored is None else _read(stored).choose(language)[1]


def _texts(stored: str | None, pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    texts = _read(stored).items() if stored is not None else ()
    told = ({"language": tag, "text": text, "__typename": "LanguageText"} for tag, text in texts)
    return [{key: each[name] for key, name in pairs} for each in told]


def _records(stored: str | None, pairs: Sequence[tuple[str, str]], type_: str) -> list[dict[str, Any]]:
    told = ({**each, "__typename": type_} for each in json.loads(stored or "[]"))
    return [{key: each[name] for key, name in pairs} for each in told]
