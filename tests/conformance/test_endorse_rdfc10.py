"""RDFC-1.0 against the W3C test suite, every entry of its manifest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph_service.endorse import rdfc10
from graph_service.endorse.nquads import Quad
from graph_service.errors import LimitExceeded
from tests.conformance.nquads_reader import read
from tests.conformance.shared import VECTORS, needs_shared, read_json

FOLDER = VECTORS / "rdf-canon"
MANIFEST = FOLDER / "manifest.jsonld"
ENTRIES: list[dict[str, Any]] = read_json(MANIFEST)["entries"] if MANIFEST.exists() else []

pytestmark = needs_shared


def entries(kind: str) -> list[Any]:
    return [pytest.param(entry, id=entry["id"]) for entry in ENTRIES if entry["type"] == f"rdfc:{kind}"]


def dataset(entry: dict[str, Any]) -> list[Quad]:
    return list(dict.fromkeys(read((FOLDER / entry["action"]).read_bytes().decode())))


def algorithm(entry: dict[str, Any]) -> str:
    return str(entry.get("hashAlgorithm", "SHA256")).lower()


def test_the_manifest_is_whole() -> None:
    assert [len(entries(f"RDFC10{kind}Test")) for kind in ("Eval", "NegativeEval", "Map")] == [64, 1, 21]


@pytest.mark.parametrize("entry", entries("RDFC10EvalTest"))
def test_canonical_form(entry: dict[str, Any]) -> None:
    expected = (FOLDER / entry["result"]).read_bytes().decode()
    assert rdfc10.canonicalize(dataset(entry), algorithm=algorithm(entry)) == expected


@pytest.mark.parametrize("entry", entries("RDFC10MapTest"))
def test_canonical_names(entry: dict[str, Any]) -> None:
    names = rdfc10.label(dataset(entry), algorithm=algorithm(entry))
    assert {old[2:]: new[2:] for old, new in names.items()} == json.loads((FOLDER / entry["result"]).read_bytes())


@pytest.mark.parametrize("entry", entries("RDFC10NegativeEvalTest"))
@pytest.mark.parametrize("budget", [rdfc10.SIGNER, rdfc10.VERIFIER])
def test_poison_is_refused(entry: dict[str, Any], budget: rdfc10.Budget) -> None:
    with pytest.raises(LimitExceeded):
        rdfc10.canonicalize(dataset(entry), budget)
