"""Loading Cypher files."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service.errors import ConfigurationError
from graph_service.store.statements import fragments, load

GOOD = "// Finds one.\n// index: profile_id\nMATCH (n:Profile {id: $id}) RETURN n.name AS row\n"


def written(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = root / f"{name.replace('__', '/')}.cypher"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_a_statement_knows_its_name_sentence_index_and_parameters(tmp_path: Path) -> None:
    statement = load(written(tmp_path, profile__one=GOOD))["profile/one"]
    assert (statement.sentence, statement.index) == ("Finds one.", "profile_id")
    assert (statement.text, statement.parameters, statement.writes) == (GOOD, frozenset({"id"}), False)


def test_parameters_in_comments_and_strings_do_not_count(tmp_path: Path) -> None:
    text = GOOD + "// $a\n/* $b */"
    text = text.replace("n.name", "n.name + '$c \\' $d' + \"https://$e\" + $f")
    assert load(written(tmp_path, one=text))["one"].parameters == {"id", "f"}


@pytest.mark.parametrize(
    "clause", ["SET n.a = 1", "REMOVE n.a", "DETACH DELETE n", "CREATE (:A)", "MERGE (:A {id: $id})"]
)
def test_a_statement_that_writes_is_known(tmp_path: Path, clause: str) -> None:
    assert load(written(tmp_path, one=GOOD.replace("RETURN", f"{clause} RETURN")))["one"].writes


def test_exactly_the_parameters_are_given(tmp_path: Path) -> None:
    statement = load(written(tmp_path, one=GOOD))["one"]
    statement.check({"id": 1})
    for given in ({}, {"id": 1, "other": 2}, {"other": 2}):
        with pytest.raises(TypeError):
            statement.check(given)


def test_problems_of_all_files_are_listed_at_once(tmp_path: Path) -> None:
    lines = GOOD.splitlines(keepends=True)
    root = written(
        tmp_path,
        a="".join(lines[1:]),
        b=lines[0] + lines[2],
        c=GOOD.replace(" AS row", ""),
        d=GOOD.replace("Finds one.", "finds one"),
        e=GOOD.replace(":Profile", ""),
        f=GOOD,
    )
    with pytest.raises(ConfigurationError) as raised:
        load(root)
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("CYPHER_NO_SENTENCE", ("a",)),
        ("CYPHER_NO_INDEX", ("b",)),
        ("CYPHER_NO_ROW", ("c",)),
        ("CYPHER_NO_SENTENCE", ("d",)),
        ("CYPHER_FORBIDDEN", ("e",)),
    ]


def test_fragments_are_given_raw_and_are_no_statements(tmp_path: Path) -> None:
    fragment = "// Shown ones.\n// index: none, walks one node\nMATCH (parent)<-[:OF]-(node:Award)\n"
    root = written(tmp_path, read__Query__never=GOOD, **{"read__Achievement.awards": fragment, "one": GOOD})
    assert fragments(root)["Achievement.awards"] == fragment
    assert list(load(root)) == ["one"]


def test_a_forbidden_form_in_a_fragment_is_noticed(tmp_path: Path) -> None:
    fragment = "// Shown ones.\n// index: none, walks one node\nMATCH (parent)<-[:OF*]-(node:Award)\n"
    with pytest.raises(ConfigurationError) as raised:
        load(written(tmp_path, **{"read__Achievement.awards": fragment}))
    assert raised.value.code == "CYPHER_FORBIDDEN"


def test_what_is_loaded_cannot_be_changed(tmp_path: Path) -> None:
    statements = load(written(tmp_path, one=GOOD))
    with pytest.raises(TypeError):
        statements["two"] = statements["one"]  # type: ignore[index]
