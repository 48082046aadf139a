"""Issue and verify one endorsement of 2 KB: medians, and how they compare with Digital Bazaar's JavaScript.

    python -m bench.endorse [ROUNDS]

The peer (SHARED_DIR/peers/node-vc) is measured in turns with us, so that the ratios come from one run on one machine;
without it, or without Node.js, only our own medians are printed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph_service.domain.time import Instant
from graph_service.endorse import eddsa_rdfc_2022, jsontext, multibase
from graph_service.endorse.jsontext import Document
from graph_service.endorse.report import Outcome
from graph_service.endorse.verify import judge
from tests.conformance.peer import SAMPLE, NotInstalledError, Peer

TIMES = 200  # a round
CREATED = Instant("2026-09-02T08:00:00Z")


def milliseconds(action: Callable[[], object]) -> float:
    """Return the mean time of a round."""
    started = time.perf_counter()
    for _ in range(TIMES):
        action()
    return (time.perf_counter() - started) / TIMES * 1000


def main(rounds: int) -> None:
    unsigned: Document = json.loads((SAMPLE / "endorsement.json").read_bytes())
    found = json.loads((SAMPLE / "docs.json").read_bytes())
    key = json.loads((SAMPLE / "key-board.json").read_bytes())
    private = Ed25519PrivateKey.from_private_bytes(multibase.decode(key["secretKeyMultibase"])[2:])
    options = eddsa_rdfc_2022.Options(key["id"], CREATED)

    def issue() -> Document:
        draft = eddsa_rdfc_2022.begin(unsigned, options)
        return draft.finish(private.sign(draft.data))

    text = jsontext.write(issue())

    def verify() -> Outcome:
        return judge(text, found, CREATED).authentic

    if verify() is not Outcome.OK:
        raise SystemExit("what was issued does not verify")
    times: dict[str, list[float]] = {"issue": [], "verify": [], "peer issue": [], "peer verify": []}
    with tempfile.TemporaryDirectory() as folder:
        peer = installed(Path(folder))
        for _ in range(rounds):
            times["issue"].append(milliseconds(issue))
            times["verify"].append(milliseconds(verify))
            if peer:
                files = [
                    "--key",
                    "sample/key-board.json",
                    "--doc",
                    "sample/endorsement.json",
                    "--docs",
                    "sample/docs.json",
                ]
                theirs = json.loads(peer.run("bench.mjs", *files, "--n", str(TIMES), "--rounds", "1"))
                times["peer issue"].append(theirs["issue_ms"])
                times["peer verify"].append(theirs["verify_ms"])
    for name in ("issue", "verify"):
        ours, theirs = times[name], times[f"peer {name}"]
        ratio = f"   peer {median(theirs):.2f} ms, {median(theirs) / median(ours):.1f} times ours" if theirs else ""
        print(f"{name:8}{median(ours):.2f} ms{ratio}")


def installed(folder: Path) -> Peer | None:
    """Return the peer, if it can be had."""
    try:
        return Peer.install(folder)
    except NotInstalledError as reason:
        print(reason, file=sys.stderr)
        return None


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
