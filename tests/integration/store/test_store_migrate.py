"""Migrations: once, in order, by any number of processes; one base of identifiers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from graph_service.domain.time import OPEN_END
from graph_service.errors import ConfigurationError
from graph_service.store import Endpoint, Store
from graph_service.store.connection import Connection
from graph_service.store.migrate import migrate, migrations
from tests.integration.store.conftest import AT, BASE_URL


async def shown(connection: Connection, what: str) -> list[str]:
    """Return the names of the CONSTRAINTS or INDEXES there are; SHOW stands in no other statement."""
    found = await connection.driver.execute_query(f"SHOW {what} YIELD name RETURN name", database_=connection.database)
    return [record["name"] for record in found.records]


@asynccontextmanager
async def files(root: Path, engine: Endpoint, **texts: str) -> AsyncIterator[Connection]:
    """Write migrations below `root`, as if they were all there are, and open a connection."""
    (root / "migrations").mkdir(exist_ok=True)
    for name, text in texts.items():
        (root / "migrations" / f"{name}.cypher").write_text(f"// Test.\n{text};\n", encoding="utf-8")
    connection = Connection.open(engine)
    try:
        yield connection
    finally:
        for name in await shown(connection, "CONSTRAINTS"):
            if name.startswith("test_"):
                await connection.define("cleanup", f"DROP CONSTRAINT {name} IF EXISTS")
        await connection.close()


def unique(name: str, label: str = "Test") -> str:
    return f"CREATE CONSTRAINT test_{name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"


async def refusal(connection: Connection, root: Path, base_url: str = BASE_URL) -> list[tuple[str, object]]:
    with pytest.raises(ConfigurationError) as raised:
        await migrate(connection, base_url, AT, root)
    return [(problem.code, problem.values.get("name")) for problem in raised.value.problems]


async def test_the_service_s_own_migrations_are_applied_once(store: Store) -> None:
    names = ["0001_unique", "0002_lists", "0003_consents", "0004_imports", "0005_signing_keys", "0006_invitations"]
    names += ["0007_trust", "0008_pathways", "0009_search", "0010_frameworks", "0011_notices"]
    assert await store.migrate(BASE_URL, AT) == tuple(names)
    assert await store.migrate(BASE_URL, AT) == ()
    made = set(await shown(store.connection, "CONSTRAINTS"))
    assert {"entity_id", "event_key", "migration_id"} <= made


async def test_every_engine_has_the_full_text_index(store: Store) -> None:
    await store.migrate(BASE_URL, AT)
    assert "entity_search" in await shown(store.connection, "INDEXES")


async def test_a_new_file_is_applied_alone(database: Endpoint, tmp_path: Path) -> None:
    async with files(tmp_path, database, a=unique("a")) as connection:
        assert await migrate(connection, BASE_URL, AT, tmp_path) == ("a",)
        async with files(tmp_path, database, b=f"{unique('b')};\n{unique('c')}") as other:
            assert await migrate(other, BASE_URL, AT, tmp_path) == ("b",)
            assert {"test_a", "test_b", "test_c"} <= set(await shown(other, "CONSTRAINTS"))


async def test_changed_and_unknown_history_is_refused_at_once(database: Endpoint, tmp_path: Path) -> None:
    async with files(tmp_path, database, a=unique("a"), b=unique("b")) as connection:
        await migrate(connection, BASE_URL, AT, tmp_path)
        (tmp_path / "migrations" / "a.cypher").write_text(f"// Test.\n{unique('z')};\n")
        (tmp_path / "migrations" / "b.cypher").unlink()
        wanted = [("MIGRATION_CHANGED", "a"), ("MIGRATION_UNKNOWN", "b")]
        assert await refusal(connection, tmp_path) == wanted
        assert "test_z" not in await shown(connection, "CONSTRAINTS")


async def test_several_processes_may_start_at_once(database: Endpoint, tmp_path: Path) -> None:
    texts = {f"m{n}": f"{unique(f'a{n}')};\n{unique(f'b{n}')}" for n in range(8)}
    async with files(tmp_path, database, **texts) as one:
        others = [Connection.open(database) for _ in range(4)]
        await asyncio.gather(*(migrate(connection, BASE_URL, AT, tmp_path) for connection in others))
        await asyncio.gather(*(connection.close() for connection in others))
        assert len(await one.read("installation/history")) == len(texts)
        assert await migrate(one, BASE_URL, AT, tmp_path) == ()


@pytest.mark.parametrize("what", ["CONSTRAINT", "INDEX"])
async def test_the_same_may_be_made_by_several_at_once(database: Endpoint, tmp_path: Path, what: str) -> None:
    tail = "REQUIRE n.at_once IS UNIQUE" if what == "CONSTRAINT" else "ON (n.at_once)"
    async with files(tmp_path, database) as connection:
        for n in range(5):
            create = f"CREATE {what} test_once{n} IF NOT EXISTS FOR (n:Test{what}{n}) {tail}"
            await asyncio.gather(*(connection.define("test", create) for _ in range(4)))
            await connection.define("test", f"DROP {what} test_once{n} IF EXISTS")


async def test_another_base_url_is_refused(store: Store) -> None:
    await store.migrate(BASE_URL, AT)
    with pytest.raises(ConfigurationError) as raised:
        await store.migrate("https://other.example", AT)
    [problem] = raised.value.problems
    assert problem.code == "BASE_URL_CHANGED"
    assert problem.values == {"stored": BASE_URL, "given": "https://other.example"}


async def test_a_founded_installation_has_the_key_without_which_nothing_is_locked(store: Store) -> None:
    await store.migrate(BASE_URL, AT)
    text = "MATCH (installation:Installation) RETURN installation.lock AS row"
    assert await store.run("lock", text, {}) == [True]


FORBIDDEN = (
    "CREATE CONSTRAINT a IF NOT EXISTS FOR (n:A) REQUIRE n.id IS NODE KEY",
    "CREATE CONSTRAINT a IF NOT EXISTS FOR (n:A) REQUIRE n.id IS NOT NULL",
    "CREATE CONSTRAINT a IF NOT EXISTS FOR (n:A) REQUIRE n.id IS :: STRING",
    "CREATE CONSTRAINT a FOR (n:A) REQUIRE n.id IS UNIQUE",
    "CREATE FULLTEXT INDEX a IF NOT EXISTS FOR (n:A) ON EACH [n.ft]",
    "CREATE INDEX a IF NOT EXISTS FOR (n:A) ON (n.a) OPTIONS {indexProvider: 'x'}",
    "MATCH (n:A {id: 'a'}) SET n.b = 1",
    "MATCH (n:A) WHERE n.a = true AND n.b IS NULL SET n.c = n.a",
    "MATCH (n:A) DETACH DELETE n WITH 1 AS x MATCH (m:A) WHERE m.a = true AND m.b IS NULL SET m.b = m.a",
    "MATCH (n:A) WHERE n.a = true DELETE n WITH 1 AS x MATCH (m:A) WHERE m.a = true AND m.b IS NULL SET m.b = m.a",
    "MATCH (n:A) remove n.a WITH n MATCH (m:A) MERGE (n)-[:A]->(m)",
)


def test_what_some_engine_refuses_is_no_migration(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    text = "// Test.\n" + "".join(f"{statement};\n" for statement in FORBIDDEN)
    (tmp_path / "migrations" / "a.cypher").write_text(text)
    with pytest.raises(ConfigurationError) as raised:
        migrations(tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["MIGRATION_FORBIDDEN"] * len(FORBIDDEN)


async def test_what_was_here_before_kinds_of_parties_is_of_other_ones(store: Store) -> None:
    await store.migrate(BASE_URL, AT)
    (known,) = [each for each in migrations() if each.name == "0010_frameworks"]
    await store.connection.define(
        "made",
        "CREATE (p:Profile {id: 'old'})-[:MADE]->(:Endorsement {id: 'a'})"
        " CREATE (:Profile {id: 'new', kind: 'BOARD'})-[:MADE]->(:Endorsement {id: 'b', endorserKind: 'BOARD'})",
    )
    for statement in known.statements * 2:  # where it is interrupted, it is done again
        await store.connection.define("filled", statement)
    kinds = "MATCH (p:Profile) RETURN [p.id, p.kind] AS row ORDER BY p.id"
    assert await store.run("kinds", kinds, {}) == [["new", "BOARD"], ["old", "OTHER"]]


async def test_versions_that_were_published_before_are_open(store: Store) -> None:
    await store.migrate(BASE_URL, AT)
    (backfill,) = [each for known in migrations() for each in known.statements if "SET v.closedFrom" in each]
    for id_, more in (
        ("draft", ""),
        ("new", f", until: '{OPEN_END}', closedFrom: '{AT}'"),
        ("old", f", until: '{OPEN_END}'"),
    ):
        await store.connection.define("made", f"CREATE (:PathwayVersion {{id: '{id_}'{more}}})")
    for _ in range(2):  # where it is interrupted, it is done again
        await store.connection.define("backfill", backfill)
    found = "MATCH (v:PathwayVersion) RETURN [v.id, v.closedFrom] AS row ORDER BY v.id"
    assert await store.run("found", found, {}) == [["draft", None], ["new", AT], ["old", OPEN_END]]
