"""`graph-service verify` on what somebody else's software issued, without any service of ours."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.peer import SAMPLE, Peer
from tests.conformance.shared import STANDARDS, controllers, needs_shared, read_json
from tests.e2e.processes import COMMAND, environment

pytestmark = needs_shared

CREATED = "2026-09-02T00:00:00Z"
Verify = Callable[[Any], tuple[int, dict[str, Any]]]


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """Run the command with the peer's controller documents; return exit code and report."""
    settings = {name: text for name, text in environment(tmp_path).items() if "NEO4J" not in name}

    def run(document: Any) -> tuple[int, dict[str, Any]]:
        words = [*COMMAND, "verify", "-", "--docs", str(SAMPLE / "docs.json"), "--at", CREATED, "--offline", "--json"]
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


@pytest.mark.node
def test_without_status_it_holds(peer: Peer, verify: Verify) -> None:
    code, report = verify(issued(peer, credentialStatus=None))
    assert (code, report["authentic"], report["current"], report["aboutSubject"]) == (0, "ok", "ok", "ok")


@pytest.mark.node
def test_with_a_foreign_status_it_is_authentic_and_its_status_unknown(peer: Peer, verify: Verify) -> None:
    code, report = verify(issued(peer))
    assert (code, report["authentic"], report["current"]) == (3, "ok", "unknown")
    assert [check["code"] for check in report["checks"] if check["outcome"] != "ok"] == ["STATUS_RETRIEVAL_ERROR"]


@pytest.mark.node
def test_one_changed_letter_fails(peer: Peer, verify: Verify) -> None:
    signed = issued(peer, credentialStatus=None)
    signed["name"] = signed["name"].swapcase()
    assert verify(signed)[0] == 1


@pytest.mark.parametrize("number", [3732, 3733, 3734, 3735, 3736])
def test_endorsements_of_the_open_badges_specification(number: int, tmp_path: Path) -> None:
    """All five are well signed; 3733 with the key of another organization than its issuer, state.gov."""
    file = STANDARDS / "examples" / "ob30-spec" / f"v1.4.5-endorsement-{number}.signed.json"
    docs = tmp_path / "docs.json"
    docs.write_text(json.dumps(controllers(read_json(file))))
    at = ["--at", "2019-01-01T00:00:00Z", "--offline", "--json"]
    words = [*COMMAND, "verify", str(file), "--docs", str(docs), *at]
    settings = {name: text for name, text in environment(tmp_path).items() if "NEO4J" not in name}
    done = subprocess.run(words, env=settings, capture_output=True, text=True, timeout=60, check=False)
    report = json.loads(done.stdout)
    outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
    binding = "failed" if number == 3733 else "ok"
    assert (report["authentic"], outcomes["issuer"]) == (binding, binding)
    assert (outcomes["key"], outcomes["proof"], outcomes["dates"], outcomes["status"]) == ("ok", "ok", "ok", "unknown")
    assert (report["current"], report["aboutSubject"]) == ("unknown", "ok")
    assert done.returncode == (1 if number == 3733 else 3)


VALIDATOR = STANDARDS / "examples/ob30-validator"
OFFLINE = ("--offline", "--at", "2024-01-01")


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command as it is typed."""
    settings = {name: text for name, text in environment(tmp_path).items() if "NEO4J" not in name}

    def run(*words: str, stdin: str = "", language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, "verify", *words, *OFFLINE],
            env=settings | {"LC_ALL": language},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(("language", "said"), [("C.UTF-8", "Who signed it"), ("ja_JP.UTF-8", "誰の署名か")])
def test_one_is_told_with_names_conclusions_and_hints(command: Command, language: str, said: str) -> None:
    done = command(str(VALIDATOR / "endorsement-valid.json"), language=language)
    assert done.returncode == 3
    assert all(text in done.stdout for text in ("Example endorsement", "State Department of Education", said))
    assert [line.split()[:2] for line in done.stdout.splitlines()[3:8]] == [
        ["verdict", "unknown"],
        ["authentic", "unknown"],
        ["current", "ok"],
        ["aboutSubject", "ok"],
        ["trusted", "-"],
    ]
    assert "Within its dates, and not revoked." not in done.stdout


def test_many_are_a_line_each_and_the_worst_counts(command: Command) -> None:
    names = [str(VALIDATOR / name) for name in ("endorsement-valid.json", "simple-noproof.json", "simple-jwt.png")]
    done = command(*names)
    head, *lines, last = done.stdout.splitlines()
    assert (done.returncode, head.split()[-1], len(lines)) == (1, "source", 3)
    assert [line.split()[0] for line in lines] == ["unknown", "failed", "unknown"]
    assert last == "3 verified: 0 hold, 1 do not, 2 unknown."
    assert command(*names[::2]).returncode == 3
    found = json.loads(command(*names, "--json").stdout)
    assert [(each["source"], each["authentic"]) for each in found] == list(
        zip(names, ("unknown", "failed", "unknown"), strict=True)
    )


def test_a_directory_and_lines_from_standard_input(command: Command, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.json", "b/c.JSON", "notes.md"):
        file = tmp_path / "in" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes((VALIDATOR / "simple-noproof.json").read_bytes())
    done = command(str(tmp_path / "in"), "--csv")
    rows = list(csv.DictReader(StringIO(done.stdout.removeprefix("\ufeff"))))
    assert [Path(row["source"]).name for row in rows] == ["a.json", "c.JSON"]
    assert done.stderr.startswith("1 files in ")
    line = json.dumps(read_json(VALIDATOR / "endorsement-valid.json"))
    found = json.loads(command("-", "--json", stdin=f"{line}\n\n{line}\n").stdout)
    assert [each["source"] for each in found] == ["-:1", "-:3"]


def test_an_address_is_not_asked_offline(command: Command) -> None:
    done = command("https://badges.invalid/1", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["checks"][0]["code"], found["verdict"]) == (3, "FETCH_OFF", "unknown")
    assert (found["source"], found["sha256"], found["kind"]) == ("https://badges.invalid/1", "", None)
    assert found["at"].startswith("2024-01-01")
    done = command("http://badges.invalid/1", "--json")
    assert (done.returncode, json.loads(done.stdout)["checks"][0]["code"]) == (3, "FETCH_OFF")


def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_it(command: Command, tmp_path: Path) -> None:
    done = command(str(VALIDATOR / "simple-noproof.json"), str(tmp_path / "none.json"), "--csv")
    rows = list(csv.DictReader(StringIO(done.stdout.removeprefix("\ufeff"))))
    assert (done.returncode, [row["verdict"] for row in rows]) == (1, ["failed", "unknown"])
    assert rows[1]["codes"] == "FILE_UNREADABLE"


def test_one_form_of_answer_is_asked_for(command: Command) -> None:
    done = command(str(VALIDATOR / "simple-noproof.json"), "--csv", "--json")
    assert (done.returncode, done.stdout, "ONE_OF_ARGUMENTS" in done.stderr) == (2, "", True)


def test_what_would_steer_a_terminal_is_written_out(command: Command) -> None:
    document = json.dumps({"type": ["VerifiableCredential"], "name": "\u202e\x1b[31mred", "issuer": "x\x07"})
    done = command("-", stdin=document)
    assert done.returncode == 1
    assert not {"\x1b", "\u202e", "\x07"} & set(done.stdout)


def test_nothing_to_verify_is_wrong_usage(command: Command, tmp_path: Path) -> None:
    for words in ((str(tmp_path),), (str(tmp_path / "none.json"),)):
        done = command(*words)
        assert (done.returncode, done.stdout) == (2, "")
