"""The command `verify`: one document in full, many as a table."""

from __future__ import annotations

import asyncio
import json
import re
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
from graph_service.endorse.report import Outcome, Report, Verdict
from graph_service.endorse.summary import summary
from graph_service.errors import ConfigurationError, GraphServiceError, Problem
from graph_service.formats import MAX_BYTES
from graph_service.locale import phrase, sentence
from graph_service.services import verification, verify_many
from graph_service.services.verify_many import Handed, Verified
from graph_service.settings import Fetching
from graph_service.web.pages.verdict import CONCLUSIONS, conclusions, verdict_of_any, verdict_of_carried

_LINK = re.compile(r"https?://")
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
    if as_json and as_csv:
        raise ConfigurationError(Problem("ONE_OF_ARGUMENTS", {"names": "--json, --csv"}))
    chosen = replace(settings(), fetch=Fetching.OFF) if offline else settings()
    handed = [each for file in files for each in _handed(file)]
    if not handed:
        raise ConfigurationError(Problem("NOTHING_TO_VERIFY"))
    unreadable = [each.problem for each in handed if each.problem]
    if len(unreadable) == len(handed):
        raise ConfigurationError(*unreadable)
    try:
        judged_at = asked_about(at, ("at",)) if at else composition.now()
        given = verification.read_controllers(content_of(docs)) if docs else {}
    except GraphServiceError as wrong:  # an option, not the credential
        raise ConfigurationError(*wrong.problems) from None

    async def work() -> list[Verified]:
        async with composition.attached(chosen) as world:
            sources = verification.Sources(world, given, world.door if world else composition.door(chosen))
            return await verify_many.verify_all(sources, handed, judged_at)

    verified = asyncio.run(work())
    if as_csv:
        sys.stdout.buffer.write(table.to_csv(verify_many.rows(verified, judged_at, language())))
    elif as_json:
        print(json.dumps(_as_json(verified, judged_at), ensure_ascii=False))
    else:
        lines = _report_lines(verified[0].report) if len(verified) == 1 else _table_lines(verified, judged_at)
        print("\n".join(map(harmless, lines)))
    codes = {each.report.exit_code for each in verified}
    sys.exit(next(code for code in (1, 3, 0) if code in codes))


def _handed(file: str) -> Iterator[Handed]:
    """Walk what a word of the command names."""
    path = Path(file)
    if _LINK.match(file):
        yield Handed(file)
    elif path.is_dir():
        files = [inner for inner in sorted(path.rglob("*")) if inner.is_file()]
        chosen = [inner for inner in files if inner.suffix.lower() in _SUFFIXES]
        for inner in chosen:
            yield from _read(str(inner))
        if left_out := len(files) - len(chosen):
            told = phrase(
                "PHRASE_LEFT_OUT", language(), count=left_out, folder=file, endings=" ".join(sorted(_SUFFIXES))
            )
            print(harmless(told), file=sys.stderr)
    else:
        yield from _read(file)


def _read(file: str) -> Iterator[Handed]:
    """Walk the documents of a file; that it cannot be read is told among what came of the others."""
    try:
        content = content_of(Path(file), MAX_BYTES)
    except ConfigurationError as error:
        yield Handed(file, problem=error.problems[0])
    else:
        yield from verify_many.several(file, content)


def _as_json(verified: Sequence[Verified], at: Instant) -> object:
    """Return the report of one document, or a list of those of many."""
    if len(verified) == 1:
        return verify_many.one_as_json(verified[0], at, language())
    return verify_many.as_json(verified, at, language())["reports"]


def _report_lines(report: Report, carrier: Report | None = None, indent: str = "") -> Iterator[str]:
    said = summary(report.document, language())
    named = " ".join(filter(None, (said.kind if report.document else "", said.name or said.achievement_name)))
    yield from (f"{indent}{line}" for line in (report.id, named, f"{said.issuer_name} {report.issuer}".strip()) if line)
    verdict = verdict_of_carried(report, carrier) if carrier else verdict_of_any(report)
    headline = phrase(f"WEB_VERDICT_{verdict['code']}", language())
    yield f"{indent}{'verdict':14}{report.verdict:9}{headline}"
    outcomes = dict(_outcomes(report))
    for name, _, _, words in conclusions(report):
        meaning = phrase(f"WEB_CONCLUSION_{name}_{words}", language())
        yield f"{indent}{_NAMES[name]:14}{outcomes[_NAMES[name]]:9}{meaning}"
    for check in report.checks:
        message, hint = sentence(check.problem, language())
        yield f"{indent}  {check.outcome:8}{check.name:10}{check.code}  {message}".rstrip()
        if hint and check.outcome is not Outcome.OK:
            yield f"{indent}{'':20}{hint}"
    for each in report.embedded:
        yield from _report_lines(each, report, indent + "    ")


_NAMES = {**CONCLUSIONS, "HOSTED": "hosted", "TRUSTED": "trusted"}


def _outcomes(report: Report) -> Iterator[tuple[str, str]]:
    yield "authentic", report.authentic
    yield "current", report.current
    yield "aboutSubject", report.about_subject
    if report.hosted is not None:
        yield "hosted", report.hosted
    yield "trusted", "-" if report.trusted is None else str(report.trusted).lower()


def _table_lines(verified: Sequence[Verified], at: Instant) -> Iterator[str]:
    """Tell one line each, and how many hold."""
    yield f"{'verdict':9}{'authentic':11}{'current':9}{'about':9}{'trusted':9}source"
    for each in verify_many.rows(verified, at, language()):
        outcomes = f"{each['verdict']:9}{each['authentic']:11}{each['current']:9}{each['aboutSubject']:9}"
        named = (each["source"], each["name"], each["issuerName"] or each["issuer"], each["codes"])
        yield f"{outcomes}{each['trusted'] or '-':9}" + "  ".join(filter(None, named))
    counted = Counter(each.report.verdict for each in verified)
    numbers = {verdict: counted[verdict] for verdict in Verdict}
    yield phrase("PHRASE_VERIFIED", language(), count=len(verified), **numbers)
