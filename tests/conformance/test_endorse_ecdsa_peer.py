"""We verify what Digital Bazaar's JavaScript signs with ecdsa-rdfc-2019 and derives with ecdsa-sd-2023."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph_service.endorse import contexts, credential
from graph_service.endorse.jsontext import Document
from graph_service.endorse.verify import judge
from tests.conformance.generated import HOW_MANY, claims
from tests.unit.endorse.building import NOW, achievement_credential, endorsement

pytestmark = pytest.mark.node

SOURCE = Path(__file__).parent / "node-ecdsa"
Issue = Callable[..., list[Document]]
ENDS = ["/validUntil", "/credentialStatus"]


@pytest.fixture(scope="module")
def issue(tmp_path_factory: pytest.TempPathFactory) -> Issue:
    """What issues documents, installed once."""
    if not shutil.which("npm"):
        pytest.skip("npm is not there")
    folder = tmp_path_factory.mktemp("node-ecdsa") / "peer"
    shutil.copytree(SOURCE, folder)
    done = subprocess.run(["npm", "ci"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm ci failed: {done.stderr[-300:]}")
    (folder / "contexts.json").write_text(json.dumps({address: contexts.load(address) for address in contexts.PINNED}))

    def issue(documents: list[Document], cryptosuite: str, **how: Any) -> list[Document]:
        question = {"cryptosuite": cryptosuite, "curve": "P-256", "mandatory": [], "shown": [], **how}
        lines = "".join(json.dumps({**question, "document": document}) + "\n" for document in documents)
        command = ["node", "issue.mjs", "contexts.json"]
        done = subprocess.run(command, cwd=folder, input=lines, capture_output=True, text=True, check=False)
        assert not done.stderr, done.stderr
        return [json.loads(line) for line in done.stdout.split("\n") if line]

    return issue


def is_proven(document: Document) -> bool:
    """Tell whether key, proof and issuer hold; how much is shown is another question."""
    checks = [check for check in judge(document, {}, NOW).checks if check.name in ("key", "proof", "issuer")]
    return [check.code for check in checks] == ["KEY_OK", "PROOF_OK", "ISSUER_OK"]


@pytest.mark.parametrize("curve", ["P-256", "P-384"])
def test_what_it_signs_is_authentic_and_what_somebody_changed_is_not(issue: Issue, curve: str) -> None:
    unsigned = [credential.endorsement(claim) for claim in claims(HOW_MANY, 4)]
    for document in issue(unsigned, "ecdsa-rdfc-2019", curve=curve):
        assert judge(document, {}, NOW).authentic == "ok"
        assert judge({**document, "name": document["name"] + "!"}, {}, NOW).authentic == "failed"


BADGE = achievement_credential(
    validUntil="2031-09-01T00:00:00Z",
    credentialStatus=endorsement()["credentialStatus"],
    evidence=[{"type": ["Evidence"], "name": name} for name in ("授業の記録", "発表", "😀", "\uff01")],
    name="修了証",
)
ACHIEVEMENT = "/credentialSubject/achievement"
WAYS: list[tuple[list[str], list[str]]] = [
    (["/issuer", "/validFrom", *ENDS], ["/name"]),
    (ENDS, ["/issuer", "/validFrom", "/name", "/credentialSubject"]),
    (
        ["/issuer", "/validFrom", "/credentialSubject/type", *ENDS],
        ["/evidence/1", "/evidence/3", f"{ACHIEVEMENT}/name"],
    ),
    (["/issuer", "/validFrom", *ENDS], [f"{ACHIEVEMENT}/criteria/narrative", "/evidence/0/name", "/evidence/2"]),
    (["/issuer", "/validFrom", "/credentialSubject", "/evidence", *ENDS], ["/name"]),
]


@pytest.mark.parametrize(("mandatory", "shown"), WAYS)
def test_what_it_derives_is_authentic(issue: Issue, mandatory: list[str], shown: list[str]) -> None:
    (document,) = issue([BADGE], "ecdsa-sd-2023", mandatory=mandatory, shown=[*shown, "/credentialSubject/type"])
    assert is_proven(document)
    assert "MAY_BE_WITHHELD" not in {check.code for check in judge(document, {}, NOW).checks}
    assert [changed for changed in tampered(document) if is_proven(changed)] == []


def test_ends_that_it_leaves_out_are_unknown(issue: Issue) -> None:
    shown = ["/issuer", "/validFrom", "/credentialSubject"]
    for mandatory, withheld in (([], {"dates", "status"}), (ENDS[:1], {"status"}), (ENDS[1:], {"dates"})):
        (document,) = issue([BADGE], "ecdsa-sd-2023", mandatory=mandatory, shown=shown)
        report = judge(document, {}, NOW)
        assert {check.name for check in report.checks if check.code == "MAY_BE_WITHHELD"} == withheld
        assert (report.authentic, report.current) == ("ok", "unknown")


def tampered(document: Document) -> list[Document]:
    """The document with each of its texts changed, and with each of its values left out; but for contexts."""
    found = []
    for path in paths({member: value for member, value in document.items() if member != "@context"}):
        for drops in (False, True):
            changed = copy.deepcopy(document)
            node: Any = changed
            for step in path[:-1]:
                node = node[step]
            if drops:
                del node[path[-1]]
            elif isinstance(node[path[-1]], str):
                node[path[-1]] += "x"
            found.append(changed)
    return [changed for changed in found if changed != document]


def paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    several = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [(*path, key) for key, _ in several] + [
        deep for key, child in several for deep in paths(child, (*path, key))
    ]
