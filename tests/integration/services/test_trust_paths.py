"""Chains of trust, against a search that tries every chain there is; and within bounds on a dense graph."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from graph_service.domain.policy import PUBLIC
from graph_service.domain.time import OPEN_END, Instant
from graph_service.errors import GraphServiceError
from graph_service.services import trust_paths
from graph_service.services.call import Call, World
from graph_service.services.trust_paths import TrustPath
from graph_service.store import Endpoint, Store
from tests.casts import empty_world

AT = Instant("2026-06-01T00:00:00Z")
EARLIER, SOON = "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"
STEPS = 5

DRAW = {
    "profiles": "UNWIND $rows AS row CREATE (p:Profile:Entity {id: row.id, type: 'Profile', shown: true}) RETURN p.id AS row",
    "achievements": """UNWIND $rows AS row
        CREATE (p:Achievement:Entity {id: row.id, type: 'Achievement', shown: true, ownerId: row.ownerId}) RETURN p.id AS row""",
    "parts": """UNWIND $rows AS row MATCH (a:Profile {id: row.a}) MATCH (b:Profile {id: row.b})
        CREATE (a)-[:PART_OF]->(b) RETURN a.id AS row""",
    "entries": """UNWIND $rows AS row MATCH (a:Profile {id: row.by}) MATCH (b:Profile {id: row.of})
        CREATE (a)-[:RELIES_ON]->(x:TrustEntry {id: row.id, type: 'TrustEntry', profileId: row.by, issuerId: row.of,
            since: row.since, until: row.until, shown: row.shown})-[:VOUCHES_FOR]->(b) RETURN x.id AS row""",
    "endorsements": """UNWIND $rows AS row MATCH (a:Profile {id: row.by}) MATCH (b:Profile {id: row.of})
        CREATE (a)-[:MADE]->(x:Endorsement {id: row.id, type: 'Endorsement', endorserId: row.by, targetId: row.about,
            targetType: row.type, since: row.since, until: row.until, shown: row.shown, standing: row.standing,
            kind: 'ENDORSE'})-[:VOUCHES_FOR]->(b) RETURN x.id AS row""",
    "targets": """UNWIND $rows AS row MATCH (x:Endorsement {id: row.id}) MATCH (t:Achievement {id: row.about})
        CREATE (x)-[:ENDORSES]->(t) RETURN x.id AS row""",
}


@dataclass(frozen=True)
class Said:
    """One statement, as the test knows it: who says it, of whom, about what, and whether it counts at AT."""

    id: str
    by: str
    of: str
    about: str
    listed: bool
    counts: bool

    @property
    def rank(self) -> tuple[bool, str]:
        return (not self.listed, self.id)


@dataclass
class Drawing:
    """A graph drawn at random."""

    profiles: list[str]
    achievements: dict[str, str]  # and who offers each
    parts: list[tuple[str, str]]
    said: list[Said]

    @property
    def counting(self) -> list[Said]:
        return [each for each in self.said if each.counts]


def drawn(chance: random.Random, name: object) -> Drawing:
    """Draw a graph of few profiles and many statements, of which some do not count for one reason or another."""
    profiles = [f"urn:{name}:p:{number}" for number in range(chance.randint(2, 8))]
    achievements = {f"urn:{name}:a:{number}": chance.choice(profiles) for number in range(3)}
    parts = [(a, b) for a, b in itertools.permutations(profiles, 2) if chance.random() < 0.1]
    said = []
    for number in range(chance.randint(0, 3 * len(profiles))):
        by, listed, counts = chance.choice(profiles), chance.random() < 0.3, chance.random() < 0.8
        about = chance.choice(profiles if listed else [*profiles, *achievements])
        said.append(Said(f"urn:{name}:s:{number}", by, achievements.get(about, about), about, listed, counts))
    chance.shuffle(said)
    return Drawing(profiles, achievements, parts, said)


async def put(world: World, drawing: Drawing, chance: random.Random) -> None:
    """Put a drawing into the database; what does not count is over, not begun, hidden or attested."""
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in DRAW}
    rows["profiles"] = [{"id": each} for each in drawing.profiles]
    rows["achievements"] = [{"id": each, "ownerId": owner} for each, owner in drawing.achievements.items()]
    rows["parts"] = [{"a": a, "b": b} for a, b in drawing.parts]
    for each in drawing.said:
        about = "Achievement" if each.about in drawing.achievements else "Profile"
        row: dict[str, object] = {"id": each.id, "by": each.by, "of": each.of, "about": each.about, "type": about}
        row |= {"since": EARLIER, "until": OPEN_END, "shown": True, "standing": chance.choice(["OWN", "FOREIGN"])}
        flaws: list[dict[str, object]] = [{"until": SOON}, {"until": AT}, {"since": OPEN_END}, {"shown": False}]
        flaws += [] if each.listed else [{"standing": "ATTESTED"}]
        row |= {} if each.counts else chance.choice(flaws)
        rows["entries" if each.listed else "endorsements"].append(row)
        rows["targets"] += [row] if about == "Achievement" else []
    connection = world.store.connection
    for name, text in DRAW.items():
        for first in range(0, len(rows[name]), 1000):
            batch = {"rows": rows[name][first : first + 1000]}
            await connection.driver.execute_query(text, batch, database_=connection.database)


def every_chain(drawing: Drawing, start: str, end: str, steps: int) -> Iterator[list[Said]]:
    """Yield every chain of statements that leads from a profile to something, of at most so many steps."""
    waiting: list[list[Said]] = [[each] for each in drawing.counting if each.by == start]
    while waiting:
        chain = waiting.pop()
        if end in (chain[-1].about, chain[-1].of if end in drawing.profiles else None):
            yield chain
        if len(chain) < steps:
            waiting += [[*chain, each] for each in drawing.counting if each.by == chain[-1].of and each not in chain]


def expected(drawing: Drawing, start: str, end: str, steps: int) -> list[Said] | None:
    """Return the chain that is the answer."""
    owner = drawing.achievements.get(end, end)

    def rank(chain: Sequence[Said]) -> tuple[Any, ...]:
        back = [each.by for each in reversed(chain)]
        return (len(chain), back[0] == owner, back, [each.rank for each in chain])

    return min(every_chain(drawing, start, end, steps), key=rank, default=None)


def marks(drawing: Drawing, step: Said) -> list[str]:
    """Return the marks of a step."""
    found = ["SELF"] if step.by == step.of else []
    back = [len(chain) for chain in every_chain(drawing, step.of, step.by, STEPS)] if step.by != step.of else []
    if back:
        found.append("MUTUAL" if min(back) == 1 else "RING")
    parents = {each: {b for a, b in drawing.parts if a == each} for each in drawing.profiles}
    one, other = parents[step.by], parents[step.of]
    if step.by != step.of and (one & other or step.of in one or step.by in other):
        found.append("SAME_PARENT")
    return found


def told(path: TrustPath | None) -> list[tuple[str, str, str | None, list[str]]] | None:
    """Return a path as the test compares it."""
    return path and [
        (step.start, step.end, step.endorsement, [str(mark) for mark in step.marks]) for step in path.steps
    ]


@pytest.fixture(scope="module")
async def world(engine: Endpoint) -> AsyncIterator[World]:
    async with empty_world(engine, deadline=60) as world:  # what is measured here is not time
        yield world


async def ask(world: World, start: str, end: str, steps: int = 3, at: Instant = AT) -> TrustPath | None:
    return await trust_paths.path(world, Call(PUBLIC, AT), start=start, end=end, max_steps=steps, at=at)


@pytest.mark.parametrize("seed", range(25))
async def test_it_is_the_chain_that_a_search_of_all_chains_finds(world: World, seed: int) -> None:
    chance = random.Random(seed)
    drawing = drawn(chance, f"drawn-{seed}")
    await put(world, drawing, chance)
    for end in [*drawing.profiles, *drawing.achievements]:
        start, steps = chance.choice(drawing.profiles), chance.randint(1, STEPS)
        if start == end:
            continue
        chain = expected(drawing, start, end, steps)
        wanted = chain and [
            (step.by, step.of, None if step.listed else step.id, marks(drawing, step)) for step in chain
        ]
        if wanted:
            wanted[-1] = (wanted[-1][0], end, *wanted[-1][2:])
        assert told(await ask(world, start, end, steps)) == wanted, (start, end, steps)


async def made(world: World, *said: tuple[str, str], over: Sequence[tuple[str, str]] = ()) -> None:
    """Put a graph of these endorsements of profiles into the database; some are over."""
    pairs = [(by, of, True) for by, of in said] + [(by, of, False) for by, of in over]
    profiles = sorted({each for by, of, _ in pairs for each in (by, of)})
    statements = [Said(f"{by} {of}", by, of, of, False, counts) for by, of, counts in pairs]
    await put(world, Drawing(profiles, {}, [], statements), random.Random(0))


async def test_what_is_over_does_not_keep_a_longer_way_from_being_found(world: World) -> None:
    """`shortestPath` of the embedded engine finds the short one, throws it away and is done."""
    await made(world, ("a", "b"), ("b", "c"), over=[("a", "c")])
    found = await ask(world, "a", "c")
    assert found is not None
    assert [(step.start, step.end) for step in found.steps] == [("a", "b"), ("b", "c")]


class Meanwhile:
    """A store in which something happens just before a statement of a certain name is read."""

    def __init__(self, store: Store, name: str, texts: Sequence[str]) -> None:
        self.store, self.name, self.texts = store, name, list(texts)

    async def read(self, name: str, **parameters: Any) -> list[Any]:
        if name == self.name and self.texts:
            connection = self.store.connection
            await connection.driver.execute_query(self.texts.pop(0), database_=connection.database)
        return await self.store.read(name, **parameters)


async def test_what_is_hidden_meanwhile_is_looked_for_again_and_once(world: World) -> None:
    await made(world, ("j", "k"), ("k", "m"), ("j", "l"), ("l", "m"), ("j", "m"))
    hide = "MATCH (x:Endorsement {{id: '{}'}}) SET x.shown = false"
    one: Any = Meanwhile(world.store, "trust/steps", [hide.format("j m")])
    found = await ask(replace(world, store=one), "j", "m")
    assert found is not None
    assert [step.end for step in found.steps] == ["k", "m"]
    two: Any = Meanwhile(world.store, "trust/steps", [hide.format("j k"), hide.format("l m")])
    assert await ask(replace(world, store=two), "j", "m") is None


async def test_an_earlier_instant_has_its_own_answer(world: World) -> None:
    await made(world, ("d", "e"))
    assert await ask(world, "d", "e", at=Instant("2025-12-31T23:59:59Z")) is None
    assert await ask(world, "d", "e", at=Instant(EARLIER)) is not None


async def test_a_way_to_oneself_has_no_steps(world: World) -> None:
    await made(world, ("f", "g"))
    found = await ask(world, "f", "f")
    assert found is not None
    assert (found.steps, found.cut) == ((), False)


async def test_what_cannot_be_asked(world: World) -> None:
    await made(world, ("h", "i"))
    for start, end, steps, code in (
        ("h", "i", 0, "STEPS_OUT_OF_RANGE"),
        ("h", "i", 6, "STEPS_OUT_OF_RANGE"),
        ("h", "nowhere", 3, "NOT_FOUND"),
        ("nobody", "i", 3, "NOT_FOUND"),
    ):
        with pytest.raises(GraphServiceError) as error:
            await ask(world, start, end, steps)
        assert error.value.code == code


async def test_a_dense_graph_is_answered_within_bounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 profiles of which each endorses 100 others: 20,000 endorsements, and one profile that nobody reaches."""
    profiles = [f"urn:p:{number:03}" for number in range(200)]
    pairs = [(by, profiles[(n + k) % 200]) for n, by in enumerate(profiles) for k in range(1, 101)]
    await made(world, *pairs, ("urn:p:alone", "urn:p:far"))
    near, far, none = [await ask(world, profiles[0], end, 5) for end in (profiles[50], profiles[150], "urn:p:far")]
    assert near is not None
    assert far is not None
    assert ([step.end for step in far.steps], far.cut) == (["urn:p:050", "urn:p:150"], False)
    assert len(near.steps) == 1
    assert none is None
    monkeypatch.setattr(trust_paths, "MOST", 500)
    unknown = await ask(world, profiles[0], "urn:p:far", 5)
    assert unknown is not None
    assert (unknown.steps, unknown.cut) == ((), True)
