"""The command `verify`: one document in full, many as a table."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from graph_service import app as composition
from graph_service.console import JsonOption, content_of, harmless, language, settings
from graph_service.domain.dates import asked_about
from graph_service.domain.time import Instant
from graph_service.endorse import table
from graph_service.endorse.report import Outcome, Report
from graph_service.endorse.summary import summary
from graph_service.errors import ConfigurationError, GraphServiceError, Problem
from graph_service.formats import MAX_BYTES
from graph_service.locale import phrase, sentence
from graph_service.services import verification, verifying
from graph_service.services.verifying import Handed, Verified
from graph_service.settings import Fetching

_SUFFIXES = {".json", ".jsonld", ".jsonl", ".ndjson", ".jwt", ".txt", ".png", ".svg", ".1ob"}
"""What is looked at in a directory; a file that is named is looked at whatever it is called."""

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE_OR_URL...",
        help="Credentials, pictures that carry one, their https addresses, directories; `-`: standard input.",
    ),
]


def verify(
    files: Files,
    docs: Annotated[Path | None, typer.Option(help="JSON object {controller id: controller document}.")] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing: what others publish stays unknown.")
    ] = False,
    at: Annotated[
        str | None, typer.Option(help="Instant or day at which to judge, e.g. 2026-11-21T07:46:40Z; default now.")
    ] = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="For spreadsheets: a row for each document.")] = False,
) -> None:
    """Verify credentials: 0 authentic, current and about their subject; 1 something failed; 3 something is unknown."""
    chosen = replace(settings(), fetch=Fetching.OFF) if offline else settings()
    handed = [each for file in files for each in _handed(file)]
    if not handed:
        raise ConfigurationError(Problem("NOTHING_TO_VERIFY"))
    try:
        judged_at = asked_about(at, ("at",)) if at else composition.now()
        given = verification.read_controllers(content_of(docs)) if docs else {}
    except GraphServiceError as wrong:  # an option, not the credential
        raise ConfigurationError(*wrong.problems) from None

    async def work() -> list[Verified]:
        async with composition.attached(chosen) as world:
            sources = verification.Sources(world, given, world.door if world else composition.door(chosen))
            return await verifying.verify_all(sources, handed, judged_at)

    verified = asyncio.run(work())
    if as_csv:
        sys.stdout.buffer.write(table.to_csv(verifying.rows(verified, judged_at, language())))
    elif as_json:
        print(json.dumps(_as_json(verified, judged_at), ensure_ascii=False))
    else:
        lines = _report_lines(verified[0].report) if len(verified) == 1 else _table_lines(verified, judged_at)
        print("\n".join(map(harmless, lines)))
    codes = {each.report.exit_code for each in verified}
    sys.exit(next(code for code in (1, 3, 0) if code in codes))


def _handed(file: str) -> Iterator[Handed]:
    """Walk what a word of the command names. Raises ConfigurationError for a file that cannot be read."""
    path = Path(file)
    if file.startswith("https://"):
        yield Handed(file)
    elif path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.suffix.lower() in _SUFFIXES and inner.is_file():
                yield from verifying.several(str(inner), content_of(inner, MAX_BYTES))
    else:
        yield from verifying.several(file, content_of(path, MAX_BYTES))


def _as_json(verified: Sequence[Verified], at: Instant) -> object:
    """Return the report of one document, or a list of those of many."""
    if len(verified) == 1:
        return verification.as_json(verified[0].report, language())
    return verifying.as_json(verified, at, language())["reports"]


def _report_lines(report: Report, indent: str = "") -> Iterator[str]:
    said = summary(report.document, language())
    named = " ".join(filter(None, (said.kind if report.document else "", said.name or said.achievement_name)))
    yield from (f"{indent}{line}" for line in (report.id, named, f"{said.issuer_name} {report.issuer}".strip()) if line)
    for name, outcome in _conclusions(report):
        meaning = phrase(f"WEB_CONCLUSION_{_PHRASES[name]}_{_SAID.get(outcome, outcome.upper())}", language())
        yield f"{indent}{name:14}{outcome:9}{meaning}"
    for check in report.checks:
        message, hint = sentence(Problem(check.code, check.values, check.path), language())
        yield f"{indent}  {check.outcome:8}{check.name:10}{check.code}  {message}".rstrip()
        if hint and check.outcome is not Outcome.OK:
            yield f"{indent}{'':20}{hint}"
    for each in report.embedded:
        yield from _report_lines(each, indent + "    ")


_PHRASES = {
    "authentic": "AUTHENTIC",
    "current": "CURRENT",
    "aboutSubject": "SUBJECT",
    "hosted": "HOSTED",
    "trusted": "TRUSTED",
}
_SAID = {"true": "YES", "false": "NO", "-": "NOT_ASKED"}


def _conclusions(report: Report) -> Iterator[tuple[str, str]]:
    yield "authentic", report.authentic
    yield "current", report.current
    yield "aboutSubject", report.about_subject
    if report.hosted is not None:
        yield "hosted", report.hosted
    yield "trusted", "-" if report.trusted is None else str(report.trusted).lower()


def _table_lines(verified: Sequence[Verified], at: Instant) -> Iterator[str]:
    """Tell one line each, and how many hold."""
    yield f"{'authentic':11}{'current':9}{'about':9}{'trusted':9}source"
    for each in verifying.rows(verified, at, language()):
        outcomes = f"{each['authentic']:11}{each['current']:9}{each['aboutSubject']:9}{each['trusted'] or '-':9}"
        named = (each["source"], each["name"], each["issuerName"] or each["issuer"], each["codes"])
        yield outcomes + "  ".join(filter(None, named))
    codes = Counter(each.report.exit_code for each in verified)
    yield phrase("PHRASE_VERIFIED", language(), count=len(verified), good=codes[0], failed=codes[1], unknown=codes[3])
