"""`graph-service bench load`: into an empty installation, once."""

from __future__ import annotations

import base64
import json
import re
import secrets
import subprocess
from pathlib import Path

from tests.e2e.processes import COMMAND, environment
from tests.engines import given_neo4j, wipe
from tests.integration.services.test_bench_load import DATA


async def test_the_data_set_is_loaded_once_and_an_operator_made(tmp_path: Path) -> None:
    if given := given_neo4j():
        await wipe(given)
    folder = tmp_path / "set"
    folder.mkdir()
    for kind, rows in DATA.items():
        (folder / f"{kind}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    settings = environment(tmp_path / "data", base_url="https://badges.example", master_key=key)

    def load(folder: Path) -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, "bench", "load", str(folder)]
        return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120, check=False)

    missing, done, again = load(tmp_path), load(folder), load(folder)
    assert (missing.returncode, missing.stderr.split(":")[0]) == (2, "FILE_UNREADABLE")
    assert re.findall(r"gsk_\S+", missing.stdout)  # an operator is made, and told once
    assert "gsk_" not in done.stdout
    assert dict(line.split() for line in done.stdout.splitlines()) == {k: str(len(rows)) for k, rows in DATA.items()}
    assert (again.returncode, again.stderr.split(":")[0]) == (1, "DATABASE_NOT_EMPTY")
