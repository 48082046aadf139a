"""Tables: every usual encoding and separator reads alike, and every place is that of the file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.errors import InvalidInput, LimitExceeded, Problem
from graph_service.formats import MAX_BYTES, tables
from graph_service.formats.tables import Table, read

COLUMNS = {"who": ("learner", "受講者"), "what": ("badge", "バッジ"), "when": ("awarded on", "日付")}
HEAD = "受講者,バッジ,日付\n"


def refused(content: bytes) -> list[str]:
    with pytest.raises(InvalidInput) as wrong:
        read(content, COLUMNS)
    return [problem.code for problem in wrong.value.problems]


def cells(table: Table) -> list[tuple[str, ...]]:
    assert table.problems == ()
    return [tuple(row.cells.values()) for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom", "cp932"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends_read_alike(encoding: str, separator: str, line_end: str) -> None:
    lines = ["受講者,バッジ,日付", "髙橋,危機管理①,令和8年4月1日", "", "佐藤,表示～確認,2026/4/2"]
    text = line_end.join(lines).replace(",", separator)
    content = b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-bom" else text.encode(encoding)
    table = read(content, COLUMNS)
    assert cells(table) == [("髙橋", "危機管理①", "令和8年4月1日"), ("佐藤", "表示～確認", "2026/4/2")]
    assert [row.line for row in table.rows] == [2, 4]


def test_headings_in_any_width_case_and_order() -> None:
    table = read("Awarded-On,氏名, ｌｅａｒｎｅｒ ,BADGE\n1,2,3,4\n".encode(), COLUMNS)
    assert cells(table) == [("3", "4", "1")]
    assert table.headings == {"when": "Awarded-On", "who": "ｌｅａｒｎｅｒ", "what": "BADGE"}


def test_a_cell_may_hold_separators_quotes_and_line_breaks() -> None:
    table = read(f'{HEAD}"a,""b""\r\nc",d,e\nf,g,h\n'.encode(), COLUMNS)
    assert cells(table) == [('a,"b"\r\nc', "d", "e"), ("f", "g", "h")]
    assert [row.line for row in table.rows] == [2, 4]


def test_blank_rows_and_blank_cells_behind_the_columns_say_nothing() -> None:
    assert cells(read(f"\n{HEAD}\n,,\n a ,\u3000b,c,,,\n\n".encode(), COLUMNS)) == [("a", "b", "c")]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ["NO_HEADINGS"]),
        (b"\n \n", ["NO_HEADINGS"]),
        (b"learner,name\n", ["MISSING_COLUMN", "MISSING_COLUMN"]),
        ("learner,受講者,badge,日付\n".encode(), ["DUPLICATE_COLUMN"]),
        (b"learner,badge\x81", ["NOT_TEXT"]),
        (b"\xef\xbb\xbflearner\x82\xa0", ["NOT_TEXT"]),
        (b"\xff\xfel", ["NOT_TEXT"]),
    ],
)
def test_what_cannot_be_a_table(content: bytes, codes: list[str]) -> None:
    assert refused(content) == codes


def test_every_row_that_is_wrong_is_told() -> None:
    table = read(f'{HEAD}a,b\nc,d,e,f\n"\n",h,\x01\n{"x" * 2001},y,z\ni,"j"k,l\nm,n,o\n'.encode(), COLUMNS)
    assert [(p.code, p.path, p.values.get("cell")) for p in table.told(())] == [
        ("TEXT_EMPTY", ("line", 2, "日付"), ""),
        ("TOO_MANY_CELLS", ("line", 3, "4"), "f"),
        ("TEXT_EMPTY", ("line", 4, "受講者"), ""),
        ("TEXT_CONTROL_CHARACTER", ("line", 4, "日付"), "\x01"),
        ("TEXT_TOO_LONG", ("line", 6, "受講者"), "x" * 200),
        ("BROKEN_QUOTES", ("line", 7), None),
    ]
    assert [row.line for row in table.rows] == [2, 4, 6]


def test_problems_of_others_are_placed_in_the_file_and_told_once() -> None:
    table = read(f"{HEAD}a,,c\nd,e,f\n".encode(), COLUMNS)
    found = [
        Problem("NOT_FOUND", {"id": "d"}, ("line", 3, "who")),
        Problem("INVALID_IRI", {}, ("line", 2, "what")),  # empty, as was told already
        Problem("DUPLICATE_ROW", {}, ("line", 3)),
        Problem("NO_ROWS", {}, ("rows",)),
    ]
    assert [(p.code, p.path, p.values["cell"]) for p in table.told(found)] == [
        ("TEXT_EMPTY", ("line", 2, "バッジ"), ""),
        ("NOT_FOUND", ("line", 3, "受講者"), "d"),
        ("DUPLICATE_ROW", ("line", 3), "d, e, f"),
    ]


@pytest.mark.parametrize("length", [131_072, 131_073, 1_000_000])
def test_a_long_cell_is_told_and_the_rows_behind_it_are_read(length: int) -> None:
    table = read(f"{HEAD}{'x' * length},b,c\na,b,c,\n".encode(), COLUMNS)
    assert [(p.code, p.path, p.values["length"]) for p in table.problems] == [
        ("TEXT_TOO_LONG", ("line", 2, "受講者"), length)
    ]
    assert [row.line for row in table.rows] == [2, 3]


def test_a_mark_that_is_never_closed_is_that_however_long_the_rest() -> None:
    table = read((HEAD + 'a,"b,c\n' + "d,e,f\n" * 40_000).encode(), COLUMNS)
    assert [(p.code, p.path) for p in table.problems] == [("BROKEN_QUOTES", ("line", 2))]


def test_limits() -> None:
    row = "a,b,c\n"
    assert len(read((HEAD + row * tables.MAX_ROWS).encode(), COLUMNS).rows) == tables.MAX_ROWS
    for content in ((HEAD + row * (tables.MAX_ROWS + 1)).encode(), b" " * (MAX_BYTES + 1)):
        with pytest.raises(LimitExceeded):
            read(content, COLUMNS)


# What every encoding can write and reads back. A cell is given without spaces around it, and is not empty.
letters = st.characters(codec="cp932", exclude_categories=["Cc", "Co"], exclude_characters="¢£¬‖−〜")
written = st.text(letters | st.sampled_from(",;\"'\t\n日本表"), min_size=1, max_size=12).filter(
    lambda cell: cell == cell.strip(" \t\r\n\u00a0\u3000")
)


@given(st.lists(st.tuples(written, written, written), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_is_read_in_every_encoding(rows: list[tuple[str, str, str]], separator: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows([("受講者", "バッジ", "日付"), *rows])
    tables_read = [read(file.getvalue().encode(encoding), COLUMNS) for encoding in ("utf-8-sig", "cp932", "utf-16")]
    assert [cells(table) for table in tables_read] == [rows] * 3
