"""Invented data: a board, a university, a school head and thirty teachers, played through the services.

Every step is an ordinary action under its own idempotency key: a second start replays them and gets the first
answers, a start that was cut off goes on where it stopped. Ids and dates come from one seed; keys and slots do not.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.demo.story import SEED, Story
from graph_service.domain.iri import Iri
from graph_service.errors import ConfigurationError, Problem
from graph_service.services import publications
from graph_service.services.call import World
from graph_service.settings import DEVELOPMENT_KEY, Settings
from graph_service.store.local_engine import discard

__all__ = ["SEED", "Told", "play", "reset", "showcase"]


@dataclass(frozen=True)
class Told:
    """What to look at in the demo."""

    credential: Iri
    issuer: Iri
    status_list: Iri
    pathway: Iri
    learner: Iri
    persona: str
    earlier: str


async def play(world: World) -> Told:
    """Play the whole story (or what is left of it) and say what to look at."""
    story = Story(world)
    await story.tell()
    teacher = story.teachers["exactly-five"]
    credential, status_list = await publications.addresses(world, story.endorsed[story.abilities["crisis"]])
    return Told(
        credential=credential,
        issuer=story.profiles["board"],
        status_list=status_list,
        pathway=story.stack,
        learner=teacher,
        persona="exactly-five",
        earlier="2026-07-15T00:00:00Z",
    )


def showcase(told: Told, address: str, base_url: str) -> str:
    """Return the text that `make demo` prints: three links and one query, asked now and at an earlier date."""
    links = [f"  {iri.replace(base_url, address)}" for iri in (told.credential, told.issuer, told.status_list)]
    return "\n".join(
        [
            "A signed endorsement, its issuer, and the list that says whether it was revoked:",
            *links,
            f"A teacher's progress toward 中堅研, asked as that teacher ({told.persona}):",
            f"  {curl(told, address)}",
            f"The same asked at {told.earlier}, before the board had endorsed 学校の危機管理:",
            f"  {curl(told, address, told.earlier)}",
        ]
    )


def curl(told: Told, address: str, at: str | None = None) -> str:
    """Return one runnable line that asks for the progress of the demo's teacher."""
    arguments = f'pathway: \\"{told.pathway}\\", learner: \\"{told.learner}\\"' + (f', at: \\"{at}\\"' if at else "")
    query = f"{{ progress({arguments}) {{ state percentage everComplete currentlyComplete }} }}"
    return (
        f"curl -s {address}/graphql -H 'Content-Type: application/json' -H 'X-Persona: {told.persona}' "
        f'-d \'{{"query": "{query}"}}\''
    )


async def reset(settings: Settings) -> None:
    """Throw the demo's data away: what the embedded engine keeps, and nothing else in the directory.

    Raises ConfigurationError: NOT_EMPTY for a database that is not the demo's own, DATA_DIRECTORY_IN_USE.
    """
    key = settings.data / DEVELOPMENT_KEY
    if settings.neo4j_uri is not None or (settings.data.is_dir() and not key.exists()):
        raise ConfigurationError(Problem("NOT_EMPTY"))
    await discard(settings.data)
    key.unlink(missing_ok=True)
