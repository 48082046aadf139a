"""Every Cypher file can be loaded, and what the engines do not share is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service.errors import ConfigurationError
from graph_service.store.migrate import migrations
from graph_service.store.statements import FORMS, code, folder, fragments, load, texts

PACKAGE = Path(__file__).parents[2] / "graph_service"

FORBIDDEN = {
    "unbounded path": (
        "MATCH (a:A {id: $id})-[:T*]->(b) RETURN b.id AS row",
        "MATCH (a:A {id: $id})-[:T|U*2..]->(b) RETURN b.id AS row",
        "MATCH (a:A {id: $id})-[r*..]->(b) RETURN b.id AS row",
        "MATCH (a:A {id: $id})-[:T* {x: 1}]-(b) RETURN b.id AS row",
        "MATCH (a:A {id: $id}) ((x)-[:T]->(y))+ (b) RETURN b.id AS row",
        "MATCH (a:A {id: $id}) ((x)-[:T]->(y) WHERE y.n > 1)* (b) RETURN b.id AS row",
        "MATCH (a:A {id: $id}) ((x)-->(y)){2,} (b) RETURN b.id AS row",
        "MATCH (a:A {id: $id})-[:T]->+(b) RETURN b.id AS row",
        "MATCH (a:A {id: $id})<-[:T]-{0,}(b) RETURN b.id AS row",
    ),
    "id without a label": (
        "MATCH (n {id: $id}) RETURN n.name AS row",
        "MATCH(n {kind: 'x', id: $id}) RETURN n.name AS row",
        "MATCH (a:A)-[:T]->({id: $id}) RETURN a.id AS row",
        "MATCH (n) WHERE n.shown AND n.id = $id RETURN n.name AS row",
        "MATCH (n) WHERE n.id IN $ids RETURN n.name AS row",
        "MERGE (n {id: $id}) RETURN n.id AS row",
    ),
    "SET n = map": (
        "MATCH (n:A {id: $id}) SET n = $map RETURN n.id AS row",
        "MATCH (n:A {id: $id}) SET n.a = 1, n = $map RETURN n.id AS row",
        "MATCH (n:A {id: $id}) SET n += $changes, n = $map RETURN n.id AS row",
    ),
    "DELETE alone": (
        "MATCH (n:A {id: $id}) DELETE n RETURN 1 AS row",
        "MATCH (n:A {id: $id}) NODETACH DELETE n",
    ),
    "CALL without a scope": ("MATCH (n:A {id: $id}) CALL { WITH n RETURN 1 AS x } RETURN x AS row",),
    "language prefix": (
        "CYPHER 25 RETURN 1 AS row",
        "CYPHER 5 RETURN 1 AS row",
        "cypher runtime=slotted RETURN 1 AS row",
    ),
    "path selector": (
        "MATCH p = SHORTEST 1 (a:A {id: $a})-[:T]-{1,4}(b:A {id: $b}) RETURN length(p) AS row",
        "MATCH p = ALL SHORTEST (a:A {id: $a})-[:T]-{1,4}(b:A {id: $b}) RETURN length(p) AS row",
        "MATCH p = ANY (a:A {id: $a})-[:T]-{1,4}(b:A {id: $b}) RETURN length(p) AS row",
        "MATCH ANY 2 (a:A {id: $a})-[:T]-{1,4}(b:A {id: $b}) RETURN b.id AS row",
        "MATCH ACYCLIC (a:A {id: $a})-[:T]-{1,4}(b) RETURN b.id AS row",
    ),
    "dynamic label or type": (
        "CREATE (n:$($label) {id: $id}) RETURN n.id AS row",
        "MATCH (a:A {id: $id})-[:$($type)]->(b) RETURN b.id AS row",
    ),
    "engine's own id": (
        "MATCH (n:A) WHERE id(n) = $id RETURN n.name AS row",
        "MATCH (n:A {id: $id}) RETURN elementId(n) AS row",
    ),
    "NOT IN": (
        "MATCH (n:A {id: $id}) WHERE NOT n.state IN ['X', 'Y'] RETURN n.id AS row",
        "MATCH (n:A {id: $id}) WHERE NOT n.id IN $ids RETURN n.id AS row",
    ),
    "item of a collected list": (
        "MATCH (n:A) RETURN collect(n.id)[0] AS row",
        "MATCH (n:A) RETURN collect(coalesce(n.id, ''))[..2] AS row",
        "MATCH (n:A) RETURN head(collect(n)).id AS row",
    ),
    "clock, chance or native time": (
        "RETURN datetime() AS row",
        "RETURN toString(datetime($at)) AS row",
        "RETURN date() AS row",
        "RETURN localtime() AS row",
        "RETURN timestamp() AS row",
        "RETURN duration({days: 1}) AS row",
        "CREATE (n:A {id: randomUUID()}) RETURN n.id AS row",
    ),
    "clause of Cypher 25 alone": (
        "MATCH (n:A) FILTER n.x > 1 RETURN n.id AS row",
        "MATCH (n:A) LET x = n.y RETURN x AS row",
        "MATCH (n:A) RETURN n NEXT RETURN n.id AS row",
        "WHEN $x THEN { RETURN 1 AS row } ELSE { RETURN 2 AS row }",
    ),
    "degree with an end label": (
        "MATCH (a:A {id: $id}) RETURN COUNT { (a)<-[:T]-(:L) } AS row",
        "MATCH (a:A {id: $id}) RETURN COUNT { (:L)-[:T]->(a) } AS row",
        "MATCH (a:A {id: $id}) RETURN count{(a)-[:T]-(x:L {shown: true})} AS row",
    ),
    "version compared without a lock": (
        "MATCH (n:A {id: $id}) WHERE n.version = $v SET n.version = $v + 1 RETURN n.id AS row",
        "MATCH (n:A {id: $id}) WHERE n.shown AND n.version = $v REMOVE n.lock SET n.x = 1 RETURN n.id AS row",
        "MATCH (n:A {id: $id, version: $v}) REMOVE n.lock SET n.x = 1 RETURN n.id AS row",
    ),
}

ALLOWED = (
    "MATCH (a:A {id: $id})-[:T*1..8]->(b) RETURN b.id AS row",
    "MATCH (a:A {id: $id})-[:T*..3]->(b)-[:U*2]->(c) RETURN b.id AS row",
    "MATCH (a:A {id: $id}) ((x)-[:T]->(y)){1,3} (b) RETURN b.id AS row",
    "MATCH (a:A {id: $id})-[:T]->{,4}(b) RETURN b.id AS row",
    "MATCH p = shortestPath((a:A {id: $a})-[:T*..5]-(b:A {id: $b})) RETURN length(p) AS row",
    "RETURN [x IN $xs | x * 2] AS row",
    "RETURN size($a) * (size($b) + 1) + (2) AS row",
    "MATCH (n:A) WITH collect({id: n.id}) AS c RETURN c[0].id AS row",
    "MATCH (a:A {id: $id})-[:T]->(n) WHERE n.shown RETURN {id: n.id, version: n.version} AS row",
    "MATCH (n:A {id: $id}) SET n += $map, n.a = $a RETURN n.id AS row",
    "MATCH (n:A {id: $id}) DETACH DELETE n RETURN 1 AS row",
    "MATCH (n:A {id: $id}) CALL (n) { RETURN 1 AS x } RETURN x AS row",
    "MATCH (n:A) WHERE any(x IN n.readers WHERE x IN $ids) RETURN n.id AS row",
    "MATCH (a:A {id: $id}) RETURN COUNT { (a)<-[:T]-() } AS row",
    "MATCH (a:A {id: $id}) RETURN COUNT { MATCH (a)<-[:T]-(x:L) WHERE x.shown RETURN x } AS row",
    "MATCH (n:A {id: $id}) RETURN CASE WHEN n.x THEN {a: 1} ELSE {a: 2} END AS row",
    "MATCH (n:A {id: $id}) REMOVE n.lock WITH n WHERE n.version = $v SET n.version = $v + 1 RETURN 1 AS row",
    "MATCH (a:A {id: $id}) CREATE (v:Version:Entity {id: $v, version: 1}) RETURN v.id AS row",
    "RETURN 'DELETE datetime() (n {id: 1})' AS row // SHORTEST",
    "RETURN \"it's // not a comment\" + $x AS row /* CALL { */",
)  # fmt: skip


def forms_in(text: str) -> set[str]:
    return {form.name for form in FORMS if form.pattern.search(code(text))}


def test_every_file_of_the_service_can_be_loaded() -> None:
    names = load().keys() | {f"read/{name}" for name in fragments()}
    files = {name for name, _ in texts(folder()) if not name.startswith("migrations/")}
    assert names == files
    assert migrations()


def test_every_index_that_a_statement_names_is_made_by_a_migration() -> None:
    made = {statement.split()[2] for migration in migrations() for statement in migration.statements}
    named = {statement.name: statement.index.split(", ") for statement in load().values()}
    assert {
        name: missing
        for name, indexes in named.items()
        if not indexes[0].startswith(("none", "all")) and (missing := set(indexes) - made)
    } == {}


def test_every_form_has_samples() -> None:
    assert FORBIDDEN.keys() == {form.name for form in FORMS}


@pytest.mark.parametrize(("form", "text"), [(form, text) for form, several in FORBIDDEN.items() for text in several])
def test_a_forbidden_form_is_noticed(form: str, text: str) -> None:
    assert form in forms_in(text)


@pytest.mark.parametrize("text", ALLOWED)
def test_plain_cypher_is_allowed(text: str) -> None:
    assert forms_in(text) == set()


def test_a_forbidden_form_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.cypher").write_text("// Wrong.\n// index: none\nMATCH (n:A {id: $id}) DELETE n RETURN 1 AS row\n")
    with pytest.raises(ConfigurationError) as raised:
        load(tmp_path)
    [problem] = raised.value.problems
    assert (problem.code, problem.values["form"]) == ("CYPHER_FORBIDDEN", "DELETE alone")


def test_only_the_read_compiler_and_these_rules_hold_cypher() -> None:
    holders = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if "MATCH (" in path.read_text(encoding="utf-8")
    }
    assert holders <= {"read", "store"}
