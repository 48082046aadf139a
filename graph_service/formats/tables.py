"""Tables as offices send them: CSV in the usual encodings, with the usual separators, headed in several languages.

A place in a table is `("line", number, heading)`: the line of the file on which the row begins, and the column as
it is headed there, or its number if nothing heads it. What is wrong with a row as a whole has no heading.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from graph_service.domain.language import text_problems
from graph_service.errors import InvalidInput, LimitExceeded, Path, Problem
from graph_service.formats import MAX_BYTES

MAX_ROWS = 5_000
MAX_CELL = 2_000
SHOWN = 200
"""As much of a cell as a problem repeats."""

csv.field_size_limit(MAX_BYTES)  # a longer cell is told as MAX_CELL has it, and a mark without an end as that

_SEPARATORS = ",;\t"
_SPACES = " \t\r\n\u00a0\u3000"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it begins, and its cells by the name of the column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read. A row with more cells than columns is a problem and not among `rows`."""

    headings: Mapping[str, str]  # name of a column → how it is headed
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    def told(self, found: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return all problems in the order of the file, one for each place, with the value that stands there as `cell`.

        `found`: those that others find in the rows, at `("line", number, name of the column)`. One without a line is
        told if nothing else is.
        """
        told: dict[Path, Problem] = {problem.path: problem for problem in self.problems}
        cells = {row.line: row.cells for row in self.rows}
        for problem in found:
            match problem.path:
                case ("line", int(line), str(name)):
                    place: Path = ("line", line, self.headings[name])
                    told.setdefault(place, _of_cell(problem, place, cells[line][name]))
                case ("line", int(line)):
                    told.setdefault(problem.path, _of_cell(problem, problem.path, ", ".join(cells[line].values())))
                case _ if not told:
                    return (problem,)
        return tuple(sorted(told.values(), key=lambda problem: problem.path[1:2]))


def read(content: bytes, columns: Mapping[str, Sequence[str]]) -> Table:
    """Read a table. `columns`: name → what such a column may be headed with; all are needed, others are left out.

    Raises LimitExceeded, and InvalidInput if it has no such head: NOT_TEXT, NO_HEADINGS, MISSING_COLUMN,
    DUPLICATE_COLUMN. What is wrong with rows is in the answer: TOO_MANY_CELLS, BROKEN_QUOTES, TEXT_EMPTY,
    TEXT_TOO_LONG, TEXT_CONTROL_CHARACTER.
    """
    if len(content) > MAX_BYTES:
        raise LimitExceeded("bytes", MAX_BYTES)
    text = _text(content)
    separator = max(_SEPARATORS, key=lambda each: len(set(_names(_head(text, each), columns))))
    names = _names(head := _head(text, separator), columns)
    if problems := list(_head_problems(head, names, columns)):
        raise InvalidInput(*problems)
    headings = {name: heading for name, heading in zip(names, head, strict=True) if name}
    rows: list[Row] = []
    try:
        for line, cells in islice(_records(text, separator), 1, None):
            if len(rows) == MAX_ROWS:
                raise LimitExceeded("rows", MAX_ROWS)
            if surplus := [(str(n), cell) for n, cell in enumerate(cells, 1) if n > len(names) and cell]:
                column, cell = surplus[0]
                problems.append(
                    _of_cell(Problem("TOO_MANY_CELLS", {"columns": len(names)}), ("line", line, column), cell)
                )
                continue
            given = dict(zip(names, cells, strict=False))
            rows.append(row := Row(line, {name: given.get(name, "") for name in columns}))
            problems.extend(_cell_problems(row, headings))
    except InvalidInput as broken:
        problems.extend(broken.problems)
    return Table(headings, tuple(rows), tuple(problems))


def _text(content: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark, UTF-16 with one, or CP932 (Shift-JIS as Windows has it)."""
    marked = next((encoding for mark, encoding in _BOMS.items() if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp932"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            position = error.start
    raise InvalidInput(Problem("NOT_TEXT", {"position": position}))


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that are not blank, each with the line on which it begins. Raises InvalidInput."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for record in reader:
            cells = [cell.strip(_SPACES) for cell in record]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise InvalidInput(Problem("BROKEN_QUOTES", {}, ("line", line))) from None


def _head(text: str, separator: str) -> list[str]:
    with suppress(InvalidInput):  # quotes are broken if read with another separator than they were written with
        return next((cells for _, cells in _records(text, separator)), [])
    return []


def _names(head: Sequence[str], columns: Mapping[str, Sequence[str]]) -> list[str | None]:
    """Return the names of the columns by position; None for those that nobody asked for."""
    known = {_folded(heading): name for name, headings in columns.items() for heading in headings}
    return [known.get(_folded(heading)) for heading in head]


def _folded(heading: str) -> str:
    return re.sub(r"[\s_-]", "", unicodedata.normalize("NFKC", heading).casefold())


def _head_problems(
    head: Sequence[str], names: Sequence[str | None], columns: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    if not head:
        yield Problem("NO_HEADINGS", {}, ("line", 1))
        return
    for name, headings in columns.items():
        if name not in names:
            values = {"headings": ", ".join(headings), "found": ", ".join(head)[:SHOWN]}
            yield Problem("MISSING_COLUMN", values, ("line", 1))
        if names.count(name) > 1:
            yield Problem("DUPLICATE_COLUMN", {"heading": head[names.index(name)][:SHOWN]}, ("line", 1))


def _cell_problems(row: Row, headings: Mapping[str, str]) -> Iterator[Problem]:
    for name, cell in row.cells.items():
        place: Path = ("line", row.line, headings[name])
        yield from (_of_cell(problem, place, cell) for problem in text_problems(cell, limit=MAX_CELL))


def _of_cell(problem: Problem, place: Path, cell: str) -> Problem:
    return Problem(problem.code, {**problem.values, "cell": cell[:SHOWN]}, place)
