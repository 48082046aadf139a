"""What the commands share: settings from the environment, the running service, who acts, and how problems look."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import unicodedata
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, BinaryIO, NoReturn, TypeVar

import typer

from graph_service import app as composition
from graph_service.domain.iri import Iri, is_iri
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.domain.profile import slug
from graph_service.domain.time import Span
from graph_service.errors import ConfigurationError, GraphServiceError, Problem, Unavailable
from graph_service.locale import phrase, preferred, problem_json, sentence
from graph_service.services import founding
from graph_service.services.call import Call, World
from graph_service.settings import Settings
from graph_service.store.local_engine import LocalEngine

JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]

CONSOLE = Iri("urn:graph-service:principal:console")
"""Who acts in a command: the person at the machine that holds database and master key."""

_STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")

T = TypeVar("T")


def language() -> str:
    """Return the interface language of the terminal."""
    return preferred((os.environ.get("LC_ALL") or os.environ.get("LANG") or "").replace("_", "-").split(".")[0])


def settings(port: int | None = None, **defaults: str) -> Settings:
    """Read the environment; an option of a command goes before it, its defaults after it."""
    environment = {f"GRAPH_SERVICE_{name.upper()}": value for name, value in defaults.items()} | dict(os.environ)
    if port is not None:
        environment["GRAPH_SERVICE_PORT"] = str(port)
    return Settings.from_environment(environment)


@asynccontextmanager
async def attached() -> AsyncIterator[World]:
    """Join the running service, or for this one command start the engine on its data."""
    chosen = settings()
    async with composition.attached(chosen) as world:
        if world is not None:
            yield world
            return
    if not chosen.data.is_dir():
        raise ConfigurationError(Problem("NO_SERVICE_HERE", {"data": str(chosen.data)}))
    async with LocalEngine(chosen.data), composition.attached(chosen) as world:
        if world is None:
            raise Unavailable("database")
        yield world


async def acting(world: World, profile: Iri, *roles: Role) -> Call:
    """Return a call of the console with roles at one profile. Raises ConfigurationError without the master key."""
    await founding.check_master_key(world)
    at = composition.now()
    return Call(Principal(CONSOLE, tuple(Membership(role, profile, Span(at)) for role in roles)), at)


def profile_named(world: World, given: str) -> Iri:
    """Return the profile that is given by its identifier or the last part of it. Raises InvalidInput."""
    return Iri(given) if is_iri(given) else Iri(f"{world.base_url}/profiles/{slug(given)}")


def content_of(file: Path, limit: int = -1) -> bytes:
    """Read a file, or standard input for `-`; of one that is too large a byte more than `limit`."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(limit + 1 if limit >= 0 else -1)
        with opened(file) as content:
            return content.read(limit + 1 if limit >= 0 else -1)
    except OSError as cause:
        raise _unreadable(file, cause) from None


def opened(file: Path) -> BinaryIO:
    """Open a file, or standard input for `-`, to be read as it is needed."""
    try:
        return sys.stdin.buffer if str(file) == "-" else file.open("rb")
    except OSError as cause:
        raise _unreadable(file, cause) from None


def _unreadable(file: Path, cause: OSError) -> ConfigurationError:
    return ConfigurationError(Problem("FILE_UNREADABLE", {"file": str(file), "cause": type(cause).__name__}))


def run(work: Coroutine[Any, Any, T], *, for_machines: bool) -> T:
    """Do the work of a command; for machines, what is wrong is one JSON object `{"problems": [...]}` as well."""
    try:
        return asyncio.run(work)
    except GraphServiceError as error:
        if not for_machines:
            raise
        show({"problems": [problem_json(problem, language()) for problem in error.problems]})
        sys.exit(exit_code(error))


def show(answer: Mapping[str, object]) -> None:
    """Print one JSON object."""
    print(json.dumps(answer, ensure_ascii=False))


def complain(error: GraphServiceError) -> NoReturn:
    """Print every problem of an error with what to do next, and exit."""
    for problem in error.problems:
        print("\n".join(problem_lines(problem)), file=sys.stderr)
    sys.exit(exit_code(error))


def problem_lines(problem: Problem) -> list[str]:
    """Return a problem for people: place, code and message, and on the next line what to do."""
    message, hint = sentence(problem, language())
    place = place_of(problem)
    lines = [f"{place + ': ' if place else ''}{problem.code}: {message}", *([f"  {hint}"] if hint else [])]
    return [harmless(line) for line in lines]


def harmless(text: str) -> str:
    """Return text for a terminal: what would steer it, or turn the direction of writing, is written as `\\x1b`."""
    return "".join(
        each.encode("unicode_escape").decode() if unicodedata.category(each) in _STEERING else each for each in text
    )


def place_of(problem: Problem) -> str:
    """Return the place of a problem for people: line, column and value in a table, the way from the root in JSON.

    Where several files may be meant, that of the file comes first.
    """
    match problem.path:
        case (str(file), "line", int(), *_):
            return f"{file}: {place_of(replace(problem, path=problem.path[1:]))}"
        case ("line", line, column):
            return phrase("PHRASE_CELL", language(), line=line, column=column, value=problem.values.get("cell", ""))
        case ("line", line):
            return phrase("PHRASE_LINE", language(), line=line)
    return ".".join(str(step) for step in problem.path)


def exit_code(error: GraphServiceError) -> int:
    """Return what a command ends with (docs/operations.md)."""
    return 2 if isinstance(error, ConfigurationError) else 4 if isinstance(error, Unavailable) else 1
