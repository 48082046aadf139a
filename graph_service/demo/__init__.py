"""Invented data: two boards, a university, heads, colleagues and their teachers, played through the services.

Every step is an ordinary action under its own idempotency key: a second start replays them and gets the first
answers, a start that was cut off goes on where it stopped. Ids and dates come from one seed; keys and slots do not.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.demo.stage import Stage
from graph_service.demo.story import first_ability, tell
from graph_service.demo.teachers import MINATO, YAMATE
from graph_service.domain.iri import Iri
from graph_service.errors import AlreadyExists, ConfigurationError, KeyReused, Problem, Unavailable
from graph_service.services import publications
from graph_service.services.call import World
from graph_service.settings import DEVELOPMENT_KEY, Settings
from graph_service.store.local_engine import discard

__all__ = ["Told", "play", "reset", "showcase"]

_TRIES = 5


@dataclass(frozen=True)
class Told:
    """What to look at in the demo."""

    credential: Iri
    issuer: Iri
    status_list: Iri
    badge: Iri
    award: Iri
    pathway: Iri
    learner: Iri
    persona: str
    earlier: str


async def play(world: World) -> Told:
    """Play the whole story (or what is left of it) and say what to look at.

    Raises ConfigurationError (DEMO_OF_ANOTHER_VERSION) if the data tell another story than this one.
    """
    stage = await _played(world)
    badge = stage.badges["crisis"]
    credential, status_list = await publications.addresses(world, stage.endorsements["board", badge])
    return Told(
        credential=credential,
        issuer=stage.parties["board"],
        status_list=status_list,
        badge=badge,
        award=first_ability(stage, "exactly-five"),
        pathway=stage.pathways["mid-career"],
        learner=stage.teachers["exactly-five"],
        persona="exactly-five",
        earlier="2026-07-15T00:00:00Z",
    )


async def _played(world: World) -> Stage:
    """Tell the story; if a busy machine does not answer in time, tell it on: what was done is not done again."""
    for left in reversed(range(_TRIES)):
        stage = Stage(world)
        try:
            await tell(stage)
        except (AlreadyExists, KeyReused):
            raise ConfigurationError(Problem("DEMO_OF_ANOTHER_VERSION")) from None
        except Unavailable:
            if not left:
                raise
        else:
            return stage
    raise AssertionError("unreachable")


def showcase(told: Told, address: str, base_url: str) -> str:
    """Return the text that `make demo` prints: links to look at, and one query, asked now and at an earlier date."""

    def links(*iris: Iri) -> list[str]:
        return [f"  {iri.replace(base_url, address)}" for iri in iris]

    online = sum(teacher.took_part_online for teacher in MINATO)
    able = sum(bool(teacher.abilities) for teacher in MINATO)
    return "\n".join(
        [
            f"All data are invented: {len(MINATO)} teachers of みなと市, of whom {online} took part online and {able} "
            f"hold an ability badge, and {len(YAMATE)} of やまて市.",
            "A signed endorsement, its issuer, and the list that says whether it was revoked:",
            *links(told.credential, told.issuer, told.status_list),
            "An award of the badge that it endorses, signed and with endorsements in it; the picture that carries it:",
            *links(told.award, Iri(f"{told.award}.png")),
            "The badge, and the pathway 中堅研 that counts it:",
            *links(told.badge, told.pathway),
            "Who you may be here: teachers, each with something to see, and officers:",
            f"  {address}/personas",
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
