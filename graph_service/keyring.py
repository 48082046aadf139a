"""Commands for the signing keys of a profile: list, rotate, retire, compromise, and sign anew what a key signed."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Any

import typer

from graph_service import app as composition
from graph_service.console import (
    JsonOption,
    acting,
    attached,
    language,
    problem_lines,
    profile_named,
    run,
    show,
)
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Role
from graph_service.endorse.keys import Algorithm
from graph_service.locale import phrase, problem_json
from graph_service.services import keys, resigning
from graph_service.services.access import service_profile
from graph_service.services.call import Call, World

commands = typer.Typer(no_args_is_help=True, help="The signing keys of a profile.")

ProfileArgument = Annotated[str, typer.Argument(help="The profile: its identifier, or the last part of it.")]
Kind = Annotated[Algorithm, typer.Option(case_sensitive=False, help="Kind of the new key; P-256 and RSA sign JWTs.")]
KeyArgument = Annotated[str, typer.Argument(help="The key: its verification method, as `list` shows it.")]


@commands.command("list")
def list_keys(profile: ProfileArgument, as_json: JsonOption = False) -> None:
    """List the keys of a profile, newest first, each with how many documents stand that it signed."""

    async def work() -> list[Mapping[str, Any]]:
        async with attached() as world:
            return await keys.listed(world, profile_named(world, profile), composition.now())

    found = run(work(), for_machines=as_json)
    _tell({"keys": found}, found, as_json=as_json)


@commands.command()
def rotate(
    profile: ProfileArgument,
    algorithm: Kind = Algorithm.ED25519,
    as_json: JsonOption = False,
) -> None:
    """Give a profile a new key; the one that it used for the same signs no more, and what it signed holds."""

    async def do(world: World, call: Call) -> Iri:
        return await keys.rotate(world, call, profile=profile_named(world, profile), algorithm=algorithm)

    _act(do, as_json=as_json)


@commands.command()
def retire(key: KeyArgument, as_json: JsonOption = False) -> None:
    """Let a JWT key sign no more; JWTs are then signed with the Ed25519 key."""

    async def do(world: World, call: Call) -> Iri:
        return await keys.retire(world, call, key=key)

    _act(do, as_json=as_json)


@commands.command()
def compromise(
    key: KeyArgument,
    reason: Annotated[str, typer.Option(help="Why; kept in the record.")],
    as_json: JsonOption = False,
) -> None:
    """Void everything that was signed with a key, because others may have it; one that signed is replaced."""

    async def do(world: World, call: Call) -> Iri:
        return await keys.compromise(world, call, key=key, reason=reason)

    _act(do, as_json=as_json)


@commands.command("resign")
def sign_anew(key: KeyArgument, as_json: JsonOption = False) -> None:
    """Sign anew, with today's keys, each endorsement and award that stands by a document of this key."""

    async def work() -> list[resigning.Resigned]:
        async with attached() as world:
            profile = await keys.profile_of(world, key)
            call = await acting(world, profile, Role.ENDORSER, Role.ISSUER)
            return [each async for each in resigning.resign(world, call, key=Iri(key))]

    done = run(work(), for_machines=as_json)
    refused = [each for each in done if each.problems]
    if as_json:
        told = {each.id: [problem_json(problem, language()) for problem in each.problems] for each in refused}
        show({"signed": [each.id for each in done if not each.problems], "refused": told})
    else:
        print(phrase("PHRASE_RESIGNED", language(), count=len(done) - len(refused)))
        lines = [line for each in refused for problem in each.problems for line in (each.id, *problem_lines(problem))]
        print("\n".join(lines), file=sys.stderr)
    sys.exit(1 if refused else 0)


def _act(do: Callable[[World, Call], Awaitable[Iri]], *, as_json: bool) -> None:
    """Act as the console, and show the keys of the profile as they stand afterwards."""

    async def work() -> tuple[Iri, list[Mapping[str, Any]]]:
        async with attached() as world:
            call = await acting(world, service_profile(world), Role.OPERATOR)
            key = await do(world, call)
            return key, await keys.listed(world, await keys.profile_of(world, key), call.at)

    key, found = run(work(), for_machines=as_json)
    _tell({"key": key, "keys": found}, found, as_json=as_json)


def _tell(answer: Mapping[str, object], found: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        show(answer)
        return
    for row in found:
        print(phrase("PHRASE_KEY", language(), **row))
