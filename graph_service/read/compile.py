"""From a selection to one statement.

The statement of a list, at every level:

    MATCH … WHERE … AND node.skName > $after        its fragment, and where the page starts
    WITH node ORDER BY node.skName LIMIT $size      before anything is read that hangs on the nodes
    RETURN {id: node.id, p0: COLLECT {…}, c0: COUNT {…}}

The text depends on nothing but the shape of the selection: whatever the answer calls things and in whatever
order they are asked, the database sees one text and keeps one plan. Names are numbered by their place
(`node0_1`, `$kind0_1`); nothing that a client sends becomes text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from graph_service.domain.search import query, sought
from graph_service.errors import GraphServiceError, InvalidInput, LimitExceeded, Problem
from graph_service.read.cursor import Cursors
from graph_service.read.fragment import Fragment, Line, Order
from graph_service.read.selection import (
    MAX_PAGE_SIZE,
    Arity,
    Asked,
    Audience,
    Branch,
    Part,
    Selection,
    places,
    properties,
)
from graph_service.read.shape import Shape, shape_of

FIRST, LAST = "", "\U0010ffff"
"""Before and after every sort key: where a list starts, read from either end."""

MOST = 5_000
"""Nodes of a list that has no pages: as many as a pathway version may have (`pathway/rules.py`)."""

_NAME = re.compile(r"(?<![.:$\w])(parent|node|link)\b")
_PARAMETER = re.compile(r"\$(\w+)")

Value = Callable[[Asked], object]
_ALWAYS: Mapping[str, Value] = {"viewer": lambda asked: list(asked.viewer.ids), "at": lambda asked: asked.at}


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled selection: its text, where its parameters come from, and how its rows become the answer."""

    text: str
    parameters: Mapping[str, Value]
    shape: Shape

    def bind(self, asked: Asked) -> dict[str, object]:
        """Return the parameters of the statement.

        Raises InvalidInput: INVALID_CURSOR, PAGE_SIZE_NEGATIVE, PAGE_FROM_BOTH_ENDS, LIMIT_EXCEEDED, and what
        `search.sought` finds wrong with a text.
        """
        bound: dict[str, object] = {}
        problems: list[Problem] = []
        for name, value in self.parameters.items():
            try:
                bound[name] = value(asked)
            except GraphServiceError as error:
                problems += (each for each in error.problems if each not in problems)
        if problems:
            raise InvalidInput(*problems)
        return bound


def compile_selection(
    selection: Selection, audience: Audience, fragments: Mapping[str, Fragment], cursors: Cursors
) -> Statement:
    """Compile what is asked at the root of a query. The statement answers rows of one column, `row`."""
    writer = _Writer(fragments, audience, cursors)
    texts = []
    if selection.counted:
        texts.append(f"RETURN {{total: {writer.count(selection, '', '')}}} AS row")
    if selection.listed:
        texts.append(f"{writer.rows(selection, '', '')} AS row")
    shape = shape_of(selection, fragments, cursors)
    return Statement(" UNION ALL ".join(texts), writer.parameters, shape)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the text. `path` is the place of a selection, `above` that of the one that it is part of."""

    fragments: Mapping[str, Fragment]
    audience: Audience
    cursors: Cursors
    parameters: dict[str, Value] = field(default_factory=dict)

    def rows(self, selection: Selection, path: str, above: str) -> str:
        """Write what finds the nodes, cuts the list to the page and returns a row for each."""
        order = self.fragments[selection.field].order(selection.order, selection.given)
        bounds = [self.start(selection, cast(Order, order), path)] if selection.arity is Arity.PAGE else []
        found = self.found(selection, bounds, path, above)
        return f"{found}{self.cut(selection, order, path)} RETURN {self.node(selection, order, path)}"

    def count(self, selection: Selection, path: str, above: str) -> str:
        """Write how many nodes there are in all: by degree where that is the same, else through the index."""
        fragment = self.fragments[selection.field]
        if fragment.count and not any(line.depends for line in self.kept(selection, fragment.where)):
            return f"COUNT {{ {self.renamed(fragment.count, selection, path, above)} }}"
        order = fragment.order(selection.order, selection.given)
        # The database takes an index over several properties only when there is a condition on each.
        through = [f"node{path}.{order.keys[-1]} > ''"] if order and len(order.keys) > 1 else []
        ending = f" RETURN node{path}" if self.kept(selection, fragment.call) else ""  # only a MATCH needs none
        return f"COUNT {{ {self.found(selection, through, path, above)}{ending} }}"

    def found(self, selection: Selection, bounds: Sequence[str], path: str, above: str) -> str:
        """Write MATCH, or what stands for it, and WHERE."""
        fragment = self.fragments[selection.field]
        call = [f"CALL {line.text}" for line in self.kept(selection, fragment.call)]
        match = " ".join(call or [f"MATCH {line.text}" for line in self.kept(selection, fragment.match)])
        where = (line.text for line in self.kept(selection, fragment.where))
        conditions = [*(self.renamed(text, selection, path, above) for text in where), *bounds]
        found = self.renamed(match, selection, path, above)
        return f"{found} WHERE {' AND '.join(conditions)}" if conditions else found

    def kept(self, selection: Selection | None, lines: Sequence[Line]) -> list[Line]:
        """Return the lines that stand for this question and this kind of viewer."""
        given = selection.given if selection else frozenset[str]()
        return [line for line in lines if line.kept(given, self.audience)]

    def start(self, selection: Selection, order: Order, path: str) -> str:
        """Write where a page starts. Where it ends at the latest is only checked here: see `shape`."""
        near, far = ("before", "after") if selection.backward else ("after", "before")
        upward = order.descending == selection.backward

        def key(argument: str) -> Value:
            def value(asked: Asked) -> str:
                cursor: str | None = selection.value(argument, asked.values)
                if cursor is None:
                    return FIRST if upward else LAST
                filters = selection.filters(asked.values)
                return self.cursors.of(selection.field, order.name, filters).read(cursor, argument)

            return value

        self.parameters[near + path] = key(near)
        if far in selection.given:
            self.parameters[far + path] = key(far)
        return f"node{path}.{order.keys[-1]} {'>' if upward else '<'} ${near}{path}"

    def cut(self, selection: Selection, order: Order | None, path: str) -> str:
        """Write order and limit; they come before the row is made."""
        if selection.arity is Arity.EACH:
            self.parameters["ids" + path] = lambda asked: _ids(selection, asked)
            return ""
        if selection.arity is Arity.ONE and not order:  # no more than one is there
            return ""
        ranked = selection.arity is Arity.MANY and bool(self.fragments[selection.field].call)
        once = "DISTINCT " if selection.arity is Arity.MANY and not ranked else ""  # several ways may lead to a node
        text = f" WITH {once}node{path}"
        if ranked:
            text += f", score ORDER BY score DESC, elementId(node{path})"  # what ties is not looked up
        elif order:
            down = " DESC" if order.descending != selection.backward else ""
            text += f" ORDER BY {', '.join(f'node{path}.{key}{down}' for key in order.keys)}"
        if selection.arity is not Arity.PAGE and not ranked:
            return f"{text} LIMIT {1 if selection.arity is Arity.ONE else MOST}"
        self.parameters["size" + path] = lambda asked: _page_size(selection, asked) + selection.peeks
        return f"{text} LIMIT $size{path}"

    def node(self, selection: Selection, order: Order | None, path: str) -> str:
        """Write the row of a node, by its type where there are several."""
        always = {"id", order.keys[-1]} if order and selection.keyed else {"id"}
        names = places(selection.found)
        types = sorted({branch.type for branch in selection.found})
        if len(types) < 2:
            return self.row(selection.found, always, names, path)
        by_type = {each: [b for b in selection.found if b.type == each] for each in types}
        cases = (f"WHEN '{each}' THEN {self.row(by_type[each], {'id', 'type'}, names, path)}" for each in types)
        return f"CASE node{path}.type {' '.join(cases)} END"

    def row(self, branches: Sequence[Branch], always: Set[str], names: Mapping[Part, str], path: str) -> str:
        """Write the map of a node: its properties, then its parts in their places."""
        cells = [f"{each}: {self.leaf(branches, each, path)}" for each in sorted({*properties(branches), *always})]
        asked = places(branches)
        for part, place in names.items():
            if part in asked:
                cells += self.part(part.selection, place, path)
        return f"{{{', '.join(cells)}}}"

    def leaf(self, branches: Sequence[Branch], name: str, path: str) -> str:
        """Write one value: a property, or an expression that has a file."""
        fragment = self.fragments.get(f"{branches[0].type}.{name}") if branches else None
        if fragment is None:
            return f"node{path}.{name}"
        kept = (line.text for line in self.kept(None, fragment.value))
        return self.renamed(next(kept, "null"), None, "", path)

    def part(self, selection: Selection, place: str, above: str) -> Iterator[str]:
        """Write the rows and the number of nodes beside a node."""
        path = f"{above}_{place}" if above else place
        if selection.listed:
            yield f"p{place}: COLLECT {{ {self.rows(selection, path, above)} }}"
        if selection.counted:
            yield f"c{place}: {self.count(selection, path, above)}"

    def renamed(self, text: str, selection: Selection | None, path: str, above: str) -> str:
        """Number the names of a fragment, and note where its parameters come from."""
        slots = dict(selection.args) if selection else {}

        def parameter(found: re.Match[str]) -> str:
            name = found[1]
            if name in _ALWAYS:
                self.parameters[name] = _ALWAYS[name]
                return found[0]
            if selection and name in _SEARCHED:
                argument = next(each for each in _TEXTS if each in slots)
                self.parameters[name + path] = partial(_SEARCHED[name], selection, argument)
                return f"${name}{path}"
            slot = slots[name]
            self.parameters[name + path] = lambda asked: asked.values[slot]
            return f"${name}{path}"

        names = {"node": f"node{path}", "link": f"link{path}", "parent": f"node{above}"}
        return _PARAMETER.sub(parameter, _NAME.sub(lambda found: names[found[1]], text))


def _words(selection: Selection, argument: str, asked: Asked) -> str:
    return query(_folded(selection, argument, asked), selection.value("types", asked.values))


def _folded(selection: Selection, argument: str, asked: Asked) -> str:
    return sought(selection.value(argument, asked.values), (argument,))


_TEXTS = ("text", "nameContains")  # arguments that say what to search for
_SEARCHED: Mapping[str, Callable[[Selection, str, Asked], str]] = {"words": _words, "folded": _folded}


def _page_size(selection: Selection, asked: Asked) -> int:
    if selection.given >= {"first", "last"}:
        raise InvalidInput(Problem("PAGE_FROM_BOTH_ENDS", {}, ("last",)))
    argument = "last" if selection.backward else "first"
    size = selection.size(asked.values)
    if size < 0:
        raise InvalidInput(Problem("PAGE_SIZE_NEGATIVE", {"size": size}, (argument,)))
    if size > MAX_PAGE_SIZE:
        raise LimitExceeded("page size", MAX_PAGE_SIZE, (argument,))
    return size


def _ids(selection: Selection, asked: Asked) -> list[str]:
    if selection.size(asked.values) > MAX_PAGE_SIZE:
        raise LimitExceeded("ids", MAX_PAGE_SIZE, ("ids",))
    return list(selection.value("ids", asked.values))
