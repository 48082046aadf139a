"""Tables of awards, and lists of learners, as files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from graph_service.domain.iri import Iri, folded, iri, is_iri
from graph_service.domain.lifecycle import Side
from graph_service.errors import InvalidInput, Problem
from graph_service.formats import MAX_BYTES, tables
from graph_service.services.awarding import AwardRow, award_many
from graph_service.services.call import Call, World

AWARD_COLUMNS = {
    "holder": ("learner", "learner id", "holder", "受講者", "受講者ID", "受領者", "学習者"),
    "achievement": ("achievement", "achievement id", "badge", "バッジ", "バッジID", "達成"),
    "awardedAt": ("date", "awarded on", "awarded at", "日付", "授与日", "取得日", "修了日"),
}
"""Property of a row → how its column may be headed; width, case, spaces and hyphens do not matter."""


@dataclass(frozen=True)
class Awarded:
    """How many rows were good, and their awards: none after a dry run."""

    rows: int
    awards: tuple[Iri, ...]


async def award_table(world: World, call: Call, *, issuer: str, content: bytes, dry_run: bool = False) -> Awarded:
    """Award what a CSV of learner, achievement and date says (ISSUER): all of it, or nothing.

    Raises what `tables.read` and `award_many` raise; everything that is wrong with rows at once, each problem with its
    line, its column and (as `cell`) the value.
    """
    call.principal.require("AWARD_ACHIEVEMENTS", Side.ISSUER, Iri(issuer), call.at)
    table = await asyncio.to_thread(tables.read, content, AWARD_COLUMNS)
    rows = tuple(
        AwardRow(row.cells["holder"], row.cells["achievement"], row.cells["awardedAt"], ("line", row.line))
        for row in table.rows
    )
    found: tuple[Problem, ...] = ()
    made: tuple[Iri, ...] = ()
    try:
        made = await award_many(world, call, issuer=issuer, rows=rows, dry_run=dry_run or bool(table.problems))
    except InvalidInput as refused:
        found = refused.problems
    if problems := table.told(found):
        raise InvalidInput(*problems)
    return Awarded(len(rows), made)


def learners_in(file: BinaryIO) -> Iterator[str]:
    """Yield the learners of a list with one a line, however long, as it is read; or those of a table that has them.

    Raises InvalidInput: INVALID_IRI in a list; of a table what `tables.read` raises, what is wrong with rows and
    NO_LEARNERS.
    """
    first = next((line for line in file if line.strip()), b"")
    if is_iri(_word(first)):
        for number, line in enumerate(chain((first,), file), 1):
            if word := _word(line):
                yield iri(folded(word), ("line", number))
        return
    table = tables.read(first + file.read(MAX_BYTES + 1), {"holder": AWARD_COLUMNS["holder"]})
    if problems := table.problems or (() if table.rows else (Problem("NO_LEARNERS", {}, ("line", 1)),)):
        raise InvalidInput(*problems)
    yield from (folded(row.cells["holder"]) for row in table.rows)


def _word(line: bytes) -> str:
    return line.decode("utf-8-sig", errors="replace").strip()
