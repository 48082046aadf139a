"""Tables of awards, and lists of learners, as files."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from graph_service.domain.iri import Iri, folded, is_iri
from graph_service.domain.lifecycle import Side
from graph_service.errors import InvalidInput, Problem
from graph_service.formats import tables
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


def learner_list(content: bytes) -> tuple[str, ...]:
    """Read learners from a table that has a column of them, or from a file with one identifier a line.

    Raises what `tables.read` raises, and InvalidInput: what is wrong with rows, NO_LEARNERS.
    """
    lines = content.decode("utf-8-sig", errors="replace").split()
    if lines and all(map(is_iri, lines)):
        return tuple(map(folded, lines))
    table = tables.read(content, {"holder": AWARD_COLUMNS["holder"]})
    if problems := table.problems or (() if table.rows else (Problem("NO_LEARNERS", {}, ("line", 1)),)):
        raise InvalidInput(*problems)
    return tuple(folded(row.cells["holder"]) for row in table.rows)
