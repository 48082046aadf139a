"""`graph-service verify` on what somebody else's software issued, without any service of ours."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.peer import SAMPLE, Peer
from tests.conformance.shared import needs_shared
from tests.e2e.processes import COMMAND, environment

pytestmark = [pytest.mark.node, needs_shared]

CREATED = "2026-09-02T00:00:00Z"
Verify = Callable[[Any], tuple[int, dict[str, Any]]]


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """Run the command with the peer's controller documents; return exit code and report."""
    settings = {name: text for name, text in environment(tmp_path).items() if "NEO4J" not in name}

    def run(document: Any) -> tuple[int, dict[str, Any]]:
        words = [*COMMAND, "verify", "-", "--docs", str(SAMPLE / "docs.json"), "--at", CREATED, "--json"]
        done = subprocess.run(
            words, env=settings, input=json.dumps(document), capture_output=True, text=True, timeout=60, check=False
        )
        assert not done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


def issued(peer: Peer, **changes: Any) -> Any:
    """Return the peer's sample endorsement, signed by the peer."""
    unsigned = json.loads((SAMPLE / "endorsement.json").read_text()) | changes
    unsigned = {name: value for name, value in unsigned.items() if value is not None}
    return peer.issue([unsigned], SAMPLE / "key-board.json", CREATED)[0]


def test_without_status_it_holds(peer: Peer, verify: Verify) -> None:
    code, report = verify(issued(peer, credentialStatus=None))
    assert (code, report["authentic"], report["current"], report["aboutSubject"]) == (0, "ok", "ok", "ok")


def test_with_a_foreign_status_it_is_authentic_and_its_status_unknown(peer: Peer, verify: Verify) -> None:
    code, report = verify(issued(peer))
    assert (code, report["authentic"], report["current"]) == (3, "ok", "unknown")
    assert [check["code"] for check in report["checks"] if check["outcome"] != "ok"] == ["STATUS_RETRIEVAL_ERROR"]


def test_one_changed_letter_fails(peer: Peer, verify: Verify) -> None:
    signed = issued(peer, credentialStatus=None)
    signed["name"] = signed["name"].swapcase()
    assert verify(signed)[0] == 1
