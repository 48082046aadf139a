"""Commands that tell how far learners are, and what something would change: progress, what-if, pathway."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from graph_service.console import (
    JsonOption,
    acting,
    attached,
    content_of,
    harmless,
    language,
    opened,
    problem_lines,
    profile_named,
    run,
    show,
)
from graph_service.domain.dates import asked_about
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import folded, iri
from graph_service.domain.policy import Role
from graph_service.domain.time import Instant
from graph_service.errors import GraphServiceError, InvalidInput, NotFound, Problem
from graph_service.formats import MAX_BYTES
from graph_service.formats.refusals import counted, listed
from graph_service.locale import phrase, problem_json, sentence
from graph_service.pathway.explain import ProofNode
from graph_service.pathway.reasons import Reason
from graph_service.services import award_tables, comparing, draft_files, naming
from graph_service.services.access import service_profile
from graph_service.services.call import Call, World
from graph_service.services.naming import Names
from graph_service.services.progress import Cohort, Plans, Progress, pages
from graph_service.services.what_if import Supposed, SupposedAward, Supposing, what_if_pages

Pathway = Annotated[str, typer.Option(help="The pathway.")]
_LEARNERS = typer.Option(
    "--learners", help="A file of learners: one a line, or a CSV with such a column; `-` reads standard input."
)
Listed = Annotated[Path, _LEARNERS]
At = Annotated[
    str | None, typer.Option(help="Instant asked about, or a date: the end of that day in Japan; default now.")
]
Lines = Annotated[bool, typer.Option("--jsonl", help="For machines: a JSON object for each learner, as they come.")]
Csv = Annotated[bool, typer.Option("--csv", help="For spreadsheets: a row for each learner, as they come.")]
Ending = Annotated[bool, typer.Option("--ending-earlier", help="Suppose that all earlier versions end at once.")]
Owner = Annotated[str, typer.Option(help="Profile whose pathway it is: its identifier, or the last part of it.")]
commands = typer.Typer(help="Drafts and versions of pathways, before they are published.", no_args_is_help=True)

_COLUMNS = ("learner", "state", "percentage", "progress", "pathwayVersion", "everComplete", "problem")


def progress(
    pathway: Pathway,
    learner: Annotated[str | None, typer.Option(help="One learner.")] = None,
    learners: Annotated[Path | None, _LEARNERS] = None,
    at: At = None,
    as_json: JsonOption = False,
    as_lines: Lines = False,
    as_csv: Csv = False,
) -> None:
    """Say how far learners are, and of one learner why: 0 all were found; 1 some do not exist here.

    A list with one learner a line may be of any length: it is read, asked about and answered page by page.
    """
    if (learner is None) == (learners is None):
        raise typer.BadParameter("give --learner or --learners")
    tell = _teller(as_json=as_json, as_lines=as_lines, as_csv=as_csv)
    counted, kept = Counter[str](), list[Cohort]()

    async def work() -> Instant:
        instant = asked_about(at, ("at",)) if at else None
        asked = _listed(learners) if learners else iter([iri(folded(str(learner)), ("learner",))])
        async with attached() as world:
            call = await acting(world, service_profile(world), Role.OPERATOR)
            found = pages(world, Plans(), call, pathway=pathway, learners=asked, at=instant, histories=True)
            async for page in found:
                if learner and page.left_out:
                    raise NotFound("learner", learner, ("learner",))
                counted.update(complete=page.complete, count=len(page.members), missing=len(page.left_out))
                kept.append(page) if as_json else tell(page, await _names(world, call, page) if learner else None)
            return instant or call.at

    asked_at = run(work(), for_machines=as_json or as_lines)
    if as_json:
        show(_cohort_json(kept, proofs=learner is not None))
    elif not (as_lines or as_csv):
        print(phrase("PHRASE_COHORT", language(), complete=counted["complete"], count=counted["count"], at=asked_at))
    sys.exit(1 if counted["missing"] else 0)


def what_if(
    pathway: Pathway,
    learners: Listed,
    endorser: Annotated[str | None, typer.Option(help="Who would endorse --target.")] = None,
    target: Annotated[str | None, typer.Option(help="What would be endorsed.")] = None,
    kind: Annotated[Kind, typer.Option(help="What the endorser would say.")] = Kind.ENDORSE,
    award: Annotated[list[str] | None, typer.Option(help="An achievement that everybody would be awarded.")] = None,
    at: At = None,
    as_lines: Lines = False,
    as_csv: Csv = False,
) -> None:
    """Say who of any number of learners would complete a pathway if something were endorsed, or awarded to all."""
    if (endorser is None) != (target is None) or (endorser is None and not award):
        raise typer.BadParameter("give --endorser and --target, or --award")
    tell = _teller(as_json=False, as_lines=as_lines, as_csv=as_csv)
    counted = Counter[str]()

    async def work() -> None:
        endorsements = [Supposed(iri(endorser, ("endorser",)), iri(str(target), ("target",)), kind)] if endorser else []
        awards = [SupposedAward(iri(each, ("award",))) for each in award or ()]
        instant = asked_about(at, ("at",)) if at else None
        async with attached() as world:
            call = await acting(world, service_profile(world), Role.OPERATOR)
            supposing = Supposing(endorsements, awards)
            async for found in what_if_pages(
                world, Plans(), call, pathway=pathway, learners=_listed(learners), supposing=supposing, at=instant
            ):
                counted.update(
                    count=len(found.before.members), complete=found.before.complete, more=len(found.completing)
                )
                tell(replace(found.after, members=found.completing, left_out=()), None)

    run(work(), for_machines=as_lines)
    if not (as_lines or as_csv):
        print(phrase("PHRASE_WHAT_IF", language(), **{name: counted[name] for name in ("count", "complete", "more")}))


@commands.command("draft")
def draft(
    file: Annotated[Path, typer.Argument(help="A definition, as JSON; `-` reads standard input.")],
    pathway: Pathway,
    owner: Owner,
    as_json: JsonOption = False,
) -> None:
    """Save a definition as the draft of a pathway: 0 it may be published; 1 it is kept, but may not."""

    async def work() -> tuple[Problem, ...]:
        document = content_of(file, MAX_BYTES)
        async with attached() as world:
            editor = await acting(world, profile_named(world, owner), Role.EDITOR)
            return listed(await draft_files.save(world, editor, pathway=pathway, document=document))

    problems = run(work(), for_machines=as_json)
    if as_json:
        told = [problem_json(problem, language()) for problem in problems]
        show({"pathway": pathway, "publishable": not problems, "problems": told})
    else:
        title = phrase("PHRASE_PROBLEMS", language(), count=counted(problems))
        _print((title, *(f"  {line}" for problem in problems for line in problem_lines(problem))) if problems else ())
    sys.exit(1 if problems else 0)


@commands.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="A version of a pathway.")],
    after: Annotated[str, typer.Argument(help="Another, or its draft.")],
    as_json: JsonOption = False,
) -> None:
    """Tell what differs between two versions of a pathway."""

    async def work() -> comparing.Difference:
        async with attached() as world:
            call = await acting(world, service_profile(world), Role.OPERATOR)
            return await comparing.diff(world, call, before=before, after=after)

    found = run(work(), for_machines=as_json)
    told = [(change, found.message(change, language())) for change in found.changes]
    if as_json:
        changes = [
            asdict(change) | {"name": dict(change.name) if change.name else None, "message": message}
            for change, message in told
        ]
        show({"changes": changes})
    for change, message in () if as_json else told:
        print(harmless(" ".join(filter(None, (change.node, found.name(change, language()), message)))))


@commands.command("dry-run")
def dry_run(
    pathway: Pathway, owner: Owner, learners: Listed, ending: Ending = False, as_json: JsonOption = False
) -> None:
    """Check the draft, and say who would gain and who would lose if it were published now; at most 5,000 learners."""

    async def work() -> comparing.DryRun:
        async with attached() as world:
            editor = await acting(world, profile_named(world, owner), Role.EDITOR, Role.OPERATOR)
            return await comparing.publication_dry_run(
                world, Plans(), editor, pathway=pathway, learners=list(_listed(learners)), ending=ending
            )

    found = run(work(), for_machines=as_json)
    gaining, losing = ([each.learner for each in members] for members in (found.gaining, found.losing))
    if as_json:
        show({"gaining": gaining, "losing": losing, "leftOut": found.after.left_out})
        return
    for sign, members in (("+", gaining), ("-", losing)):
        _print(f"{sign} {learner}" for learner in members)
    print(phrase("PHRASE_DRY_RUN_OF_VERSION", language(), gaining=len(gaining), losing=len(losing)))


def _listed(file: Path) -> Iterator[str]:
    """Yield the learners in a file. What is wrong in it, is told with the name of the file."""
    content = opened(file)
    try:
        yield from award_tables.learners_in(content)
    except GraphServiceError as wrong:
        raise InvalidInput(*(problem.under(str(file)) for problem in wrong.problems)) from None


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


async def _names(world: World, call: Call, page: Cohort) -> Names:
    """Return the names of what the requirements ask for by which the learners of a page are judged."""
    nodes = (node for member in page.members for node in member.plan.nodes)
    return await naming.names(world, call, (each for node in nodes for each in naming.things(node)))


def _teller(*, as_json: bool, as_lines: bool, as_csv: bool) -> Callable[[Cohort, Names | None], None]:
    """Return what prints a page of learners as wanted; a table begins with its head, once there is a page.

    With names, people read the proofs as well.
    """
    if as_json + as_lines + as_csv > 1:
        raise typer.BadParameter("give one of --json, --jsonl, --csv")
    if as_lines:
        return lambda page, _: _print(json.dumps(each, ensure_ascii=False) for each in _rows(page))
    if as_csv:
        table = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
        head = iter([dict(zip(_COLUMNS, _COLUMNS, strict=True))])
        return lambda page, _: table.writerows(chain(head, _rows(page)))
    return lambda page, names: _print(_text(page, names))


def _rows(page: Cohort) -> Iterator[dict[str, object]]:
    """Yield what is said of each learner; of one who does not exist here nothing but that."""
    yield from map(_row, page.members)
    missing = dict.fromkeys(_COLUMNS) | {"problem": "NOT_FOUND"}
    yield from (missing | {"learner": learner} for learner in page.left_out)


def _row(member: Progress) -> dict[str, object]:
    said = (member.state, member.percentage, str(member.fraction), member.pathway_version, member.ever_complete)
    return dict(zip(_COLUMNS, (member.learner, *said, None), strict=True))


def _cohort_json(found: Sequence[Cohort], *, proofs: bool) -> dict[str, object]:
    newest = max((page.version for page in found), key=lambda version: version.number)
    return {
        "pathway": found[0].pathway,
        "pathwayVersion": newest.id,
        "at": found[0].at,
        "complete": sum(page.complete for page in found),
        "members": [
            _row(member) | ({"nodes": [_node_json(node) for node in member.nodes]} if proofs else {})
            for page in found
            for member in page.members
        ],
        "leftOut": [learner for page in found for learner in page.left_out],
    }


def _node_json(node: ProofNode) -> dict[str, object]:
    return {
        "id": node.node.id,
        "held": node.complete,
        "progress": str(node.progress),
        "parts": node.parts,
        "waived": node.waived and {"waiver": node.waived.id, "reason": node.waived.reason},
        "witnesses": [
            {"award": each.award, "endorsements": each.endorsements, "equivalences": each.equivalences}
            for each in node.witnesses
        ],
        "reasons": [
            {"code": each.code, "message": _reason(each), "award": each.award, "wanted": each.wanted}
            for each in node.reasons
        ],
    }


def _text(page: Cohort, names: Names | None) -> Iterator[str]:
    for member in page.members:
        yield f"{member.learner}  {member.percentage:3} %  {member.state}"
        for depth, node in () if names is None else _tree(member.nodes):
            name = naming.name_of(node.node, names or {}, language()) or node.node.id
            yield from (harmless("  " * depth + line) for line in _node_lines(node, name))
    for learner in page.left_out:
        yield phrase("PHRASE_NOT_HERE", language(), learner=learner)


def _tree(nodes: Sequence[ProofNode]) -> Iterator[tuple[int, ProofNode]]:
    """Yield the nodes from the root downward, each once, with how deep it lies below the first whole that has it."""
    unseen = {node.node.id: node for node in nodes}
    ahead = [(1, nodes[-1].node.id)]
    while ahead:
        depth, id_ = ahead.pop()
        if (node := unseen.pop(id_, None)) is not None:
            yield depth, node
            ahead += ((depth + 1, part) for part in reversed(node.parts))


def _node_lines(node: ProofNode, name: str) -> Iterator[str]:
    """Say of a requirement whether it holds, and by what else than awards of its own badges, or why not."""
    yield f"[{'x' if node.complete else ' '}] {name}  {node.held}/{node.required}"
    if node.waived:
        yield f"    {phrase('WEB_WAIVED', language())}: {node.waived.reason or ''}  {node.waived.id}"
    for witness in node.witnesses:
        if witness.equivalences:
            claims = " ".join(witness.equivalences)
            yield f"    {phrase('WEB_BY_EQUIVALENCE', language())}: {witness.achievement}  {claims}"
    for reason in node.reasons:
        yield "    " + " ".join((_reason(reason), *reason.wanted))


def _reason(reason: Reason) -> str:
    return sentence(Problem(f"REASON_{reason.code}", reason.values), language())[0]
