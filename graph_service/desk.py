"""Commands of the issuing desk: import a pathway, award badges, keep endorsements from elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from graph_service.console import (
    JsonOption,
    acting,
    attached,
    content_of,
    language,
    problem_lines,
    profile_named,
    run,
    show,
)
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.errors import Problem
from graph_service.formats import MAX_BYTES
from graph_service.formats.refusals import counted
from graph_service.locale import phrase
from graph_service.services import award_tables, importing, keeping
from graph_service.services.awarding import AwardRow, award_many

DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would happen and write nothing.")]
Owner = Annotated[str, typer.Option(help="Profile whose pathway it becomes: its identifier, or the last part of it.")]
Issuer = Annotated[str, typer.Option(help="Profile that awards: its identifier, or the last part of it.")]


def import_pathway(
    file: Annotated[Path, typer.Argument(help="A Badgr or Canvas Credentials export; `-` reads standard input.")],
    owner: Owner,
    dry_run: DryRun = False,
    as_json: JsonOption = False,
) -> None:
    """Import a pathway and its badges: 0 published; 1 refused, or kept as a draft because of problems."""

    async def work() -> importing.Imported:
        document = content_of(file, MAX_BYTES)
        async with attached() as world:
            profile = profile_named(world, owner)
            call = await acting(world, profile, Role.EDITOR, Role.ISSUER)
            return await importing.import_pathway(world, call, owner=profile, document=document, dry_run=dry_run)

    imported = run(work(), for_machines=as_json)
    if as_json:
        show(importing.as_json(imported, language(), dry_run=dry_run))
    else:
        print("\n".join(_import_lines(imported, dry_run=dry_run)))
    sys.exit(0 if imported.publishable else 1)


def _import_lines(imported: importing.Imported, *, dry_run: bool) -> Iterator[str]:
    for title in ("losses", "conflicts", "problems"):
        problems: Sequence[Problem] = getattr(imported, title)
        if problems:
            yield phrase(f"PHRASE_{title.upper()}", language(), count=counted(problems))
        for problem in problems:
            yield from (f"  {line}" for line in problem_lines(problem))
    yield phrase(f"PHRASE_IMPORT_{imported.outcome}", language(), name=imported.name)
    yield phrase("PHRASE_BADGES", language(), created=len(imported.created), existing=len(imported.existing))
    if not imported.publishable:
        yield phrase("PHRASE_KEPT_AS_DRAFT", language())
    if dry_run:
        yield phrase("PHRASE_DRY_RUN", language())
    elif imported.pathway:
        yield imported.version or imported.pathway


def award(
    issuer: Issuer,
    file: Annotated[
        Path | None, typer.Argument(help="CSV with the columns learner, achievement, date; `-` reads standard input.")
    ] = None,
    learner: Annotated[str | None, typer.Option(help="One learner, in place of a file.")] = None,
    achievement: Annotated[str | None, typer.Option(help="One achievement, in place of a file.")] = None,
    date: Annotated[str | None, typer.Option(help="When it was earned, e.g. 2026-04-01, R8.4.1; default now.")] = None,
    dry_run: DryRun = False,
    as_json: JsonOption = False,
) -> None:
    """Award badges, one or a whole file: all of them, or nothing and every problem. A date is that day in Japan."""
    one = learner is not None and achievement is not None
    if one == (file is not None) or (not one and (learner or achievement or date)):
        raise typer.BadParameter("give a file, or --learner and --achievement")

    async def work() -> award_tables.Awarded:
        content = content_of(file, MAX_BYTES) if file else b""
        async with attached() as world:
            profile = profile_named(world, issuer)
            call = await acting(world, profile, Role.ISSUER)
            if file:
                return await award_tables.award_table(world, call, issuer=profile, content=content, dry_run=dry_run)
            row = AwardRow(str(learner), str(achievement), date)
            return award_tables.Awarded(1, await award_many(world, call, issuer=profile, rows=[row], dry_run=dry_run))

    awarded = run(work(), for_machines=as_json)
    if as_json:
        show({"rows": awarded.rows, "dryRun": dry_run, "awards": awarded.awards})
    else:
        print(phrase("PHRASE_ROWS_GOOD" if dry_run else "PHRASE_AWARDED", language(), count=awarded.rows))
        print(phrase("PHRASE_DRY_RUN", language()) if dry_run else "\n".join(awarded.awards))


def keep(
    credential: Annotated[
        str,
        typer.Argument(help="A signed endorsement, JSON or JWT: a file, `-`, or its https address."),
    ],
    owner: Annotated[str, typer.Option("--for", help="Profile that is endorsed, or that offers what is.")],
    as_json: JsonOption = False,
) -> None:
    """Keep an endorsement that somebody elsewhere signed, once it is verified: 0 kept, or kept already; 1 refused."""

    async def work() -> Iri:
        address = credential if credential.startswith("https://") else None
        document = None if address else content_of(Path(credential), MAX_BYTES)
        async with attached() as world:
            call = await acting(world, profile_named(world, owner), Role.ENDORSER)
            return await keeping.keep(world, call, document=document, url=address)

    kept = run(work(), for_machines=as_json)
    if as_json:
        show({"endorsement": kept})
    else:
        print(kept)
