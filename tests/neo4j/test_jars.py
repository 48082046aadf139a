"""Nothing but the listed jars is run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.neo4j import HERE, RELEASES, differences


def sums(jars: Path) -> str:
    return "".join(f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n" for jar in jars.iterdir())


def test_a_changed_a_missing_and_an_added_jar_are_named(tmp_path: Path) -> None:
    for name in ("changed.jar", "missing.jar", "same.jar"):
        (tmp_path / name).write_text(name)
    listed = sums(tmp_path)
    assert differences(tmp_path, listed) == []
    (tmp_path / "changed.jar").write_text("something else")
    (tmp_path / "missing.jar").unlink()
    (tmp_path / "added.jar").touch()
    assert differences(tmp_path, listed) == ["added.jar", "changed.jar", "missing.jar"]


@pytest.mark.parametrize("version", RELEASES)
def test_every_release_has_a_list_with_its_server(version: str) -> None:
    assert f"  neo4j-{version}.jar\n" in (HERE / f"{version}.sha256").read_text()
