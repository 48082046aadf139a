"""docs/tutorial.md, done as it is written, against a demo that was just started.

A `graphql` block is sent as the persona of its first line and must answer the `json` block after it; a `console`
block is run, and must print what stands below its command; a `csv NAME` block is saved as a file. `<name>` takes
what stands in its place the first time and means that from then on; `…` is anything.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.processes import Running, environment, running

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"<([a-z]+)>")


@dataclass
class Reader:
    """Does what the tutorial says."""

    service: Running
    directory: Path
    named: dict[str, str] = field(default_factory=dict)

    def filled(self, text: str) -> str:
        return NAME.sub(lambda found: self.named[found[1]], text)

    def graphql(self, document: str) -> Any:
        persona = re.match(r"# as (\S+)\n", document)
        answer = self.service.ask(self.filled(document), persona[1] if persona else None).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def compare(self, expected: Any, found: Any) -> None:
        """Hold an answer against what the page shows; every member that is shown must be there, and no other."""
        if isinstance(expected, dict):
            assert expected.keys() == found.keys(), (expected, found)
            for name, value in expected.items():
                self.compare(value, found[name])
        elif isinstance(expected, list):
            assert len(expected) == len(found), (expected, found)
            for one, other in zip(expected, found, strict=True):
                self.compare(one, other)
        elif isinstance(expected, str) and (name := NAME.fullmatch(expected)):
            assert self.named.setdefault(name[1], found) == found
        else:
            assert expected in ("…", found), (expected, found)

    def console(self, text: str) -> None:
        """Run commands; what a command prints must match the lines below it."""
        for block in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, shown = block.partition("\n")
            program, *words = shlex.split(self.filled(command))
            assert program == "graph-service"
            ran = self.service.command(*[self.placed(word) for word in words])
            pattern = re.escape(self.filled(shown).strip()).replace("…", ".*?")
            assert re.fullmatch(pattern, ran.stdout.strip(), re.DOTALL), (command, ran.stdout, ran.stderr)

    def placed(self, word: str) -> str:
        return str(self.directory / word) if re.search(r"\.(csv|json|txt)$", word) else word


@pytest.mark.embedded
def test_the_tutorial_works_as_written(tmp_path: Path) -> None:
    with running(environment(tmp_path / "data"), "demo") as service:
        reader, answer = Reader(service, tmp_path), None
        for language, name, content in BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")):
            if language == "graphql":
                answer = reader.graphql(content)
            elif language == "json" and not name:
                reader.compare(json.loads(content), answer)
            elif language == "console":
                reader.console(content)
            else:
                (tmp_path / name).write_text(reader.filled(content), encoding="utf-8")
