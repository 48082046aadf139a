"""Many reports as a table: one row each, for terminals and spreadsheets."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from graph_service.domain.time import Instant
from graph_service.endorse.report import Outcome, Report
from graph_service.endorse.summary import summary

COLUMNS = (
    "verdict",
    "source",
    "id",
    "kind",
    "name",
    "issuer",
    "issuerName",
    "authentic",
    "current",
    "aboutSubject",
    "trusted",
    "hosted",
    "codes",
    "checkedAt",
    "sha256",
)
_MAX_CELL = 2_000
_FORMULA = "=+-@＝＋－＠"  # what a spreadsheet takes for the beginning of a formula, in full width as well
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")

Row = Mapping[str, str]


def row(source: str, sha256: str, report: Report, at: Instant, language: str) -> Row:
    """Return one report as a row. `codes` names everything that is not ok; in what it carries, with its place."""
    said = summary(report.document, language)
    cells = (
        report.verdict,
        source,
        report.id,
        said.kind if report.document else "",
        said.name or said.achievement_name,
        report.issuer or said.issuer,
        said.issuer_name,
        report.authentic,
        report.current,
        report.about_subject,
        "" if report.trusted is None else str(report.trusted).lower(),
        report.hosted or "",
        " ".join(dict.fromkeys(_codes(report))),
        at,
        sha256,
    )
    return dict(zip(COLUMNS, map(str, cells), strict=True))


def _codes(report: Report, place: str = "") -> Iterator[str]:
    yield from (f"{place}{check.code}" for check in report.checks if check.outcome is not Outcome.OK)
    for number, each in enumerate(report.embedded):
        yield from _codes(each, f"{place}endorsement[{number}]:")


def to_csv(rows: Iterable[Row]) -> bytes:
    """Write rows as spreadsheets read them: UTF-8 with a byte order mark, all quoted, no cell a formula."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([[_cell(each[name]) for name in COLUMNS] for each in rows])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _cell(text: str) -> str:
    """Return text on one line; before what would be a formula stands an apostrophe."""
    line = _BREAKS.sub(" ", text)[:_MAX_CELL].strip()
    return f"'{line}" if line.startswith(tuple(_FORMULA)) else line
