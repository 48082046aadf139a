"""Where the standards' own vectors and the JavaScript peer lie."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("SHARED_DIR") or Path(__file__).parents[3] / "shared")
STANDARDS = SHARED / "standards"
VECTORS = STANDARDS / "vectors"
UTAH = SHARED / "realdata" / "ctdl" / "usu-teaching-excellence.badgr.json"

needs_shared = pytest.mark.skipif(not STANDARDS.is_dir(), reason="SHARED_DIR is not there")


def read_json(file: Path) -> Any:
    return json.loads(file.read_bytes())


def controllers(value: Any, found: dict[str, Any] | None = None) -> dict[str, Any]:
    """Publish every key that proofs in a document name as `controller#key`, as their controllers would."""
    found = {} if found is None else found
    if isinstance(value, dict):
        method = value.get("verificationMethod")
        if isinstance(method, str) and "#z" in method:
            controller, _, key = method.partition("#")
            document = found.setdefault(controller, {"id": controller, "verificationMethod": [], "assertionMethod": []})
            multikey = {"id": method, "type": "Multikey", "controller": controller, "publicKeyMultibase": key}
            if multikey not in document["verificationMethod"]:
                document["verificationMethod"].append(multikey)
                document["assertionMethod"].append(method)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        controllers(inner, found)
    return found
