"""The command line: serve, demo, init, check, export; import, award and keep are in `desk.py`, progress, what-if and
pathway in `advisor.py`, keys in `keyring.py`, verify in `verifier.py`.

Exit codes: 0 done; 1 something failed; 2 wrong usage or configuration; 3 (verify) something is unknown;
4 a part we depend on does not answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
import uvloop

from graph_service import advisor, desk, keyring, signer, verifier
from graph_service import app as composition
from graph_service import demo as invented
from graph_service.console import JsonOption, attached, complain, language, opened, run, settings, show
from graph_service.domain.credential_form import CredentialForm
from graph_service.endorse import contexts, expansion
from graph_service.errors import AlreadyExists, ConfigurationError, GraphServiceError, Problem
from graph_service.locale import phrase
from graph_service.schema import trusted
from graph_service.schema.request import MAX_BODY
from graph_service.services import bench_load, completions, exporting, founding, searching
from graph_service.services.call import Call, World
from graph_service.services.judging import Memory
from graph_service.settings import Mode, Settings
from graph_service.store import statements
from graph_service.web.health import Readiness

DEFAULT_PORT = 8000

commands = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Endorsement and pathway graph service for open badges."
)
exports = typer.Typer(no_args_is_help=True, help="Write what the service holds to standard output.")
commands.add_typer(exports, name="export")
kept = typer.Typer(no_args_is_help=True, help="Completions that are kept for lists.")
commands.add_typer(kept, name="completions")
benches = typer.Typer(no_args_is_help=True, help="Data to measure with.")
commands.add_typer(benches, name="bench")

PortOption = Annotated[int | None, typer.Option(help="Port on the host; 8000 or the next free one if not given.")]


def main() -> None:
    """Run the command line; errors of the tree become sentences and exit codes."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        commands()
    except GraphServiceError as error:
        complain(error)


@commands.command()
def serve(port: PortOption = None) -> None:
    """Serve the API and the published documents until interrupted."""

    async def nothing(world: World, address: str) -> None:
        return

    _until_stopped(_serve(settings(port).completed(), nothing))


@commands.command()
def demo(
    port: PortOption = None,
    reset: Annotated[bool, typer.Option("--reset", help="Throw the demo data away and begin anew.")] = False,
) -> None:
    """Serve invented data in development mode: try everything without setting anything up."""
    chosen = settings(port, mode=Mode.DEVELOPMENT).completed()
    if reset:
        asyncio.run(invented.reset(chosen))

    async def play(world: World, address: str) -> None:
        print(invented.showcase(await invented.play(world), address, world.base_url), flush=True)

    _until_stopped(_serve(chosen, play))


@commands.command("signer")
def serve_signer(
    at: Annotated[Path, typer.Option("--socket", help="Unix socket to listen on: this user and group may sign.")],
    keys: Annotated[Path, typer.Option("--keys", help="Directory of the private keys; made if there is none.")],
) -> None:
    """Make and hold private keys, and sign with them for a service whose GRAPH_SERVICE_SIGNER is the socket."""
    app = signer.build(signer.KeyFolder.opened(keys, secrets.token_bytes))

    async def work() -> None:
        with _listening(at) as listening:
            print(f"READY {at}", flush=True)
            await _server(app).serve(sockets=[listening])

    asyncio.run(work())


@contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    """Listen on a Unix socket of mode 0660, and take it away at the end; one that nobody listens on makes room."""
    listening, before = socket.socket(socket.AF_UNIX), os.umask(0o117)
    try:
        if path.is_socket() and not _answers(path):  # its process was killed
            path.unlink()
        listening.bind(str(path))
        listening.listen(512)
    except OSError:
        raise ConfigurationError(Problem("SOCKET_TAKEN", {"socket": str(path)})) from None
    finally:
        os.umask(before)
    try:
        yield listening
    finally:
        path.unlink(missing_ok=True)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        return asking.connect_ex(str(path)) == 0


@commands.command()
def init() -> None:
    """Prepare a new installation: migrate, make the service's own profile and print one OPERATOR key, once."""

    async def work() -> None:
        async with composition.opened(settings().completed()) as world:
            at = composition.now()
            await world.store.migrate(base_url=world.base_url, at=at)
            print(await founding.found(world, at))

    asyncio.run(work())


@commands.command()
def check(as_json: JsonOption = False) -> None:
    """Check what is installed and configured: settings, statements, pinned contexts, and that the database answers."""
    chosen = settings()
    found: dict[str, object] = {
        "statements": len(statements.load()),
        "contexts": _pinned(),
        "documents": len(trusted(chosen).texts),
        "database": asyncio.run(_database(chosen)),
        "settings": chosen.masked(),
        "serving": _readiness(chosen),
    }
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        for line in [f"{k}={v}" for k, v in value.items()] if isinstance(value, dict) else [value]:
            print(f"{name:12}{line}")


def _pinned() -> int:
    """Count the pinned contexts. Raises ConfigurationError if a file or the JSON-LD library is not what was tested."""
    if problems := [*contexts.check(), *expansion.check()]:
        raise ConfigurationError(*problems)
    return len(contexts.PINNED)


def _readiness(chosen: Settings) -> str:
    """Say whether one could serve. What is configured must be right; what is not configured at all is no mistake."""
    untouched = chosen == replace(Settings(), data=chosen.data)
    if not untouched:
        chosen.completed()
    return "not configured yet (see docs/operations.md, or try graph-service demo)" if untouched else "ready"


async def _database(chosen: Settings) -> str:
    """Ask the database that would be used to answer; an engine of our own writes nothing for that."""
    async with composition.answering(chosen) as store:
        await store.ping()
        return "ok"


class Form(StrEnum):
    """In which form signed documents are written: `CredentialForm` as it is spelled in a command."""

    DATA_INTEGRITY = "data-integrity"
    JWT = "jwt"


@exports.command("credentials")
def export_credentials(
    form: Annotated[Form, typer.Option(help="JSON with a proof in it, or compact JWS.")] = Form.DATA_INTEGRITY,
) -> None:
    """Write the credential of every endorsement and award that was signed, one a line; the private and hidden too."""

    async def work() -> None:
        async with attached() as world:
            async for line in exporting.credentials(world, CredentialForm[form.name]):
                print(line)

    asyncio.run(work())


@exports.command("controllers")
def export_controllers() -> None:
    """Write one JSON object {controller id: controlled identifier document}."""

    async def work() -> None:
        async with attached() as world:
            print(json.dumps(await exporting.controllers(world), ensure_ascii=False, separators=(",", ":")))

    asyncio.run(work())


@kept.command("rebuild")
def rebuild_completions(as_json: JsonOption = False) -> None:
    """Throw the kept completions away and make them anew; outputs that are due are awarded."""

    async def work() -> int:
        async with attached() as world:
            return await completions.rebuild(world, Memory(), composition.now)

    count = run(work(), for_machines=as_json)
    if as_json:
        show({"judged": count})
    else:
        print(phrase("PHRASE_COMPLETIONS_REBUILT", language(), count=count))


@benches.command("load")
def load_bench(
    folder: Annotated[Path, typer.Argument(help="The JSONL files that bench/peer.py makes.")],
) -> None:
    """Load the neutral data set into an empty database, migrated first; print an OPERATOR key unless there is one."""

    async def work() -> None:
        async with composition.opened(settings().completed()) as world:
            at = composition.now()
            await world.store.migrate(base_url=world.base_url, at=at)
            await searching.fill(world)  # while there is little: what is loaded has it
            with suppress(AlreadyExists):
                print(await founding.found(world, at), flush=True)
            async for kind, count in bench_load.load(world, Call(founding.FOUNDER, at), rows):
                print(f"{kind:14}{count:8}", flush=True)

    def rows(kind: str) -> Iterator[dict[str, Any]]:
        with opened(folder / f"{kind}.jsonl") as lines:
            yield from map(json.loads, lines)

    asyncio.run(work())


commands.command("verify")(verifier.verify)
commands.command("import")(desk.import_pathway)
commands.command("award")(desk.award)
commands.command("progress")(advisor.progress)
commands.command("what-if")(advisor.what_if)
commands.command("keep")(desk.keep)
commands.add_typer(advisor.commands, name="pathway")
commands.add_typer(keyring.commands, name="keys")


def _until_stopped(service: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(service)


async def _serve(chosen: Settings, play: Callable[[World, str], Awaitable[None]]) -> None:
    """Serve at once; migrate and play beside it, and stop serving if that finds a wrong configuration."""
    listening = _listen(chosen)
    address = f"http://{chosen.host}:{listening.getsockname()[1]}"
    async with composition.opened(chosen) as world:
        readiness = Readiness(world.store)
        app = composition.build(world, chosen, readiness)
        server = _server(app)

        async def prepare() -> None:
            await composition.prepare(world, readiness)
            await play(world, address)
            print(f"READY {address}", flush=True)
            linked = world.base_url if chosen.mode is Mode.PRODUCTION else address
            await asyncio.gather(
                composition.deliver(world, linked), composition.recheck(world), composition.complete(world)
            )

        preparing = asyncio.create_task(_ending(server, prepare()))
        await server.serve(sockets=[listening])
        preparing.cancel()
        with suppress(asyncio.CancelledError):
            await preparing


async def _ending(server: uvicorn.Server, work: Awaitable[None]) -> None:
    """Await `work`; if it fails, stop the server."""
    try:
        await work
    except BaseException:
        server.should_exit = True
        raise


def _server(app: Callable[..., Any]) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=10,
            server_header=False,
            ws_max_size=MAX_BODY,
            ws_per_message_deflate=False,  # its memory is more than that of all else on a connection
        )
    )


class _Server(uvicorn.Server):
    """Stops in order on SIGTERM and SIGINT and returns, so that what was opened before it is closed after it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(each)


def _listen(chosen: Settings) -> socket.socket:
    """Bind the port that was asked for, or 8000 or the next free one."""
    wanted = [chosen.port] if chosen.port is not None else list(range(DEFAULT_PORT, DEFAULT_PORT + 100))
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
