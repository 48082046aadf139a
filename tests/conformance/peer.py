"""Digital Bazaar's JavaScript as a peer: canonicalizes, issues and verifies in processes of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.shared import SHARED, STANDARDS

SOURCE = SHARED / "peers" / "node-vc"
SAMPLE = SOURCE / "sample"


class NotInstalledError(Exception):
    """The peer cannot be installed here."""


@dataclass(frozen=True)
class Peer:
    """A copy of the peer with its packages installed."""

    folder: Path

    @classmethod
    def install(cls, folder: Path) -> Peer:
        """Copy the peer (shared material is read-only) and install its locked packages."""
        if not shutil.which("npm") or not SOURCE.is_dir():
            raise NotInstalledError("npm or the JavaScript peer of SHARED_DIR is not there")
        shutil.copytree(SOURCE, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        folder.chmod(0o755)
        done = subprocess.run(["npm", "ci"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalledError(f"npm ci failed: {done.stderr[-300:]}")
        return cls(folder)

    def run(self, script: str, *options: str, stdin: str = "") -> str:
        """Run a script; a document that it refuses is an answer, not an error."""
        context = STANDARDS / "contexts" / "ob-v3p0-context-3.0.3.json"
        done = subprocess.run(
            ["node", script, *options],
            cwd=self.folder,
            env={**os.environ, "OB_CONTEXT": str(context)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr, done.stderr
        return done.stdout

    def _lines(self, script: str, documents: Iterable[Any], *options: str) -> list[Any]:
        lines = "".join(json.dumps(document) + "\n" for document in documents)
        return [json.loads(line) for line in self.run(script, "--ndjson", *options, stdin=lines).split("\n") if line]

    def _file(self, name: str, value: Any) -> str:
        file = self.folder / name
        file.write_text(json.dumps(value))
        return str(file)

    def canonical(self, documents: Iterable[Any], contexts: dict[str, Any] | None = None) -> list[str | None]:
        """Return the canonical N-Quads of each document in safe mode; None for what is refused."""
        more = self._file("contexts.json", contexts or {})
        return [answer.get("nquads") for answer in self._lines("canon.mjs", documents, "--contexts", more)]

    def issue(self, documents: Iterable[Any], key: Path, created: str) -> list[Any]:
        return self._lines("issue.mjs", documents, "--key", str(key), "--created", created)

    def verify(
        self, documents: Iterable[Any], found: dict[str, Any], now: str, contexts: dict[str, Any] | None = None
    ) -> list[Any]:
        """Return `{verified, endorsements: [{path, verified}]}` of each document; `contexts` that it does not bring."""
        docs, more = self._file("docs.json", found), self._file("contexts.json", contexts or {})
        return self._lines("verify.mjs", documents, "--docs", docs, "--contexts", more, "--now", now, "--deep")
