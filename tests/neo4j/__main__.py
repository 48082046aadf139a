"""`python -m tests.neo4j VERSION -- COMMAND …`: a command beside a real Neo4j; its exit status is ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import asdict

from tests.neo4j import PID_FILE, RELEASES, neo4j


def main() -> int:
    match sys.argv[1:]:
        case [version, "--", *command] if version in RELEASES and command:
            signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
            with neo4j(version) as (endpoint, pid_file):
                prefix = "GRAPH_SERVICE_TEST_NEO4J_"
                named = {prefix + key.upper(): value for key, value in asdict(endpoint).items()}
                named[PID_FILE] = str(pid_file)
                return subprocess.run(command, env=os.environ | named, check=False).returncode
        case _:
            sys.exit(f"usage: python -m tests.neo4j {{{','.join(RELEASES)}}} -- COMMAND …")


if __name__ == "__main__":
    sys.exit(main())
