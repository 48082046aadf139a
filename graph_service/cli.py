"""The command line: serve, demo, init, check, export, verify.

Exit codes: 0 done; 1 something failed; 2 wrong usage or configuration; 3 (verify) something is unknown;
4 a part we depend on does not answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import uvicorn

from graph_service import app as composition
from graph_service import demo as invented
from graph_service.domain.time import instant
from graph_service.endorse import contexts
from graph_service.errors import ConfigurationError, GraphServiceError, Problem, Unavailable
from graph_service.locale import preferred, sentence
from graph_service.services import exporting, founding, verification
from graph_service.services.call import World
from graph_service.settings import Mode, Settings
from graph_service.store import local_engine, statements
from graph_service.web.health import Readiness

DEFAULT_PORT = 8000

commands = typer.Typer(add_completion=False, no_args_is_help=True, help="Endorsement and pathway graph service for open badges.")
exports = typer.Typer(no_args_is_help=True, help="Write what the service holds to standard output.")
commands.add_typer(exports, name="export")

PortOption = Annotated[int | None, typer.Option(help="Port on the host; 8000 or the next free one if not given.")]


def main() -> None:
    """Run the command line; errors of the tree become sentences and exit codes."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        commands()
    except GraphServiceError as error:
        complain(error)


def complain(error: GraphServiceError) -> NoReturn:
    """Print every problem of an error with what to do next, and exit."""
    language = preferred(os.environ.get("LC_ALL") or os.environ.get("LANG", "").replace("_", "-").split(".")[0])
    for problem in error.problems:
        message, hint = sentence(problem, language)
        where = ".".join(str(step) for step in problem.path)
        print(f"{problem.code}: {where + ': ' if where else ''}{message}\n  {hint}".rstrip(), file=sys.stderr)
    sys.exit(2 if isinstance(error, ConfigurationError) else 4 if isinstance(error, Unavailable) else 1)


def settings(**changes: Any) -> Settings:
    """Read the environment, with changes that options of a command make."""
    environment = dict(os.environ) | {f"GRAPH_SERVICE_{name.upper()}": str(value) for name, value in changes.items() if value is not None}
    return Settings.from_environment(environment)


@commands.command()
def serve(port: PortOption = None) -> None:
    """Serve the API and the published documents until interrupted."""
    chosen = settings(port=port)
    run(_serve(chosen, _no_preparation))


@commands.command()
def demo(
    port: PortOption = None,
    reset: Annotated[bool, typer.Option("--reset", help="Throw the demo data away and begin anew.")] = False,  # noqa: FBT002 (an option)
) -> None:
    """Serve invented data in development mode: try everything without setting anything up."""
    environment = {"GRAPH_SERVICE_MODE": Mode.DEVELOPMENT} | dict(os.environ)
    if port is not None:
        environment["GRAPH_SERVICE_PORT"] = str(port)
    chosen = Settings.from_environment(environment)
    if reset:
        invented.reset(chosen)

    async def play(world: World, address: str) -> None:
        await invented.play(world)
        print(await invented.links(world, address), flush=True)

    run(_serve(chosen, play))


@commands.command()
def init() -> None:
    """Prepare a new installation: migrate, make the service's own profile and print one OPERATOR key, once."""

    async def work() -> None:
        async with _prepared(settings()) as world:
            print(await founding.found(world, composition.now()))

    run(work())


@commands.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,  # noqa: FBT002 (an option)
) -> None:
    """Check the installation: settings, statements, pinned contexts, database and migrations."""
    chosen = settings()

    async def work() -> dict[str, object]:
        contexts.check()
        found: dict[str, object] = {"statements": len(statements.load()), "contexts": len(contexts.CONTEXTS)}
        async with _prepared(chosen) as world:
            await world.store.ping()
        return found | {"database": "ok", "settings": chosen.masked()}

    found = run(work())
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        for line in [f"{k} = {v}" for k, v in value.items()] if isinstance(value, Mapping) else [str(value)]:
            print(f"{name:12} {line}")


@exports.command("credentials")
def export_credentials() -> None:
    """Write every endorsement credential, one compact JSON a line, as signed."""

    async def work() -> None:
        async with _reading(settings()) as world:
            async for line in exporting.credentials(world):
                print(line)

    run(work())


@exports.command("controllers")
def export_controllers() -> None:
    """Write one JSON object {controller id: controlled identifier document}."""

    async def work() -> None:
        async with _reading(settings()) as world:
            print(json.dumps(await exporting.controllers(world, composition.now()), ensure_ascii=False, separators=(",", ":")))

    run(work())


@commands.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A signed credential; `-` reads standard input.")],
    docs: Annotated[Path | None, typer.Option(help="JSON object {controller id: controller document}.")] = None,
    at: Annotated[str | None, typer.Option(help="Instant at which to judge, e.g. 2026-11-21T07:46:40Z; default now.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,  # noqa: FBT002 (an option)
) -> None:
    """Verify a credential: 0 authentic, current and about its subject; 1 something failed; 3 something is unknown."""
    judged_at = instant(at, ("at",)) if at else composition.now()
    document = sys.stdin.buffer.read() if str(file) == "-" else _bytes(file)
    given = verification.read_controllers(_bytes(docs)) if docs else {}

    async def work() -> verification.Report:
        async with composition.at_hand(settings()) as world:
            return await verification.verify(world, document, judged_at, given)

    report = run(work())
    print(json.dumps(verification.as_json(report), ensure_ascii=False) if as_json else verification.as_text(report))
    sys.exit(report.exit_code)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as cause:
        raise ConfigurationError(Problem("FILE_UNREADABLE", {"file": str(file), "cause": type(cause).__name__})) from None


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run one command's work."""
    return asyncio.run(work)


Play = Callable[[World, str], Awaitable[None]]


async def _no_preparation(world: World, address: str) -> None:
    return


async def _serve(chosen: Settings, play: Play) -> None:
    listening = _listen(chosen)
    address = f"http://{chosen.host}:{listening.getsockname()[1]}"
    async with composition.opened(chosen) as world:
        readiness = Readiness(world.store)
        server = _Server(
            uvicorn.Config(
                composition.build(world, chosen, readiness),
                log_level="warning",
                timeout_graceful_shutdown=10,
                server_header=False,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        preparing = asyncio.create_task(_prepare(world, readiness, play, address))
        done, _ = await asyncio.wait({serving, preparing}, return_when=asyncio.FIRST_COMPLETED)
        if preparing in done and (failed := preparing.exception()) is not None:
            server.should_exit = True
            await serving
            raise failed
        await serving
        preparing.cancel()


async def _prepare(world: World, readiness: Readiness, play: Play, address: str) -> None:
    await composition.prepare(world, readiness)
    await play(world, address)
    print(f"READY {address}", flush=True)


class _Server(uvicorn.Server):
    """Stops in order on SIGTERM and SIGINT without killing the process itself, so that the engine is closed after it."""

    def handle_exit(self, sig: int, frame: object) -> None:
        self.should_exit = True
        signal.signal(sig, signal.SIG_DFL)  # a second one ends at once


def _listen(chosen: Settings) -> socket.socket:
    """Bind the port that was asked for, or 8000 or the next free one."""
    wanted = [chosen.port] if chosen.port is not None else range(DEFAULT_PORT, DEFAULT_PORT + 100)
    for port in wanted:
        listening = socket.socket(socket.AF_INET6 if ":" in chosen.host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((chosen.host, port))
            listening.listen(512)
        except OSError:
            listening.close()
        else:
            return listening
    raise ConfigurationError(Problem("PORT_TAKEN", {"host": chosen.host, "port": wanted[0]}))
