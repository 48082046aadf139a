"""How long evaluation alone takes for 1,000 random learners, and what twice the size costs.

    python -m bench.pathway

The pathway has the shape of Utah State's teacher pathway: 15 elements, 92 badges, most of them shared. It is
read from SHARED_DIR if it lies there, and made up otherwise.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import AtLeast, Definition, EndorsedBy, Guards, Leaf, Node
from graph_service.domain.time import Instant, Span
from graph_service.formats import badgr
from graph_service.pathway.evaluate import evaluate, history
from graph_service.pathway.explain import explain
from graph_service.pathway.facts import Award, Endorsement, Facts, by_target
from graph_service.pathway.plan import Plan, compile_plan

LEARNERS = 1_000
AT = Instant("2026-11-21T00:00:00Z")
BOARD = Iri("https://board.example")
FILE = Path(os.environ.get("SHARED_DIR", "../shared")) / "realdata/ctdl/usu-teaching-excellence.badgr.json"


def document() -> bytes:
    return FILE.read_bytes() if FILE.is_file() else json.dumps(made_up(random.Random(1))).encode()


def made_up(chance: random.Random) -> dict[str, Any]:
    """Fifteen elements in a tree, each with a share of 88 badges; four have a badge of their own."""
    elements = [element(i, chance) for i in range(15)]
    for i in range(1, 15):
        elements[(i - 1) // 2]["children"].append(elements[i])
    return elements[0]


def element(number: int, chance: random.Random) -> dict[str, Any]:
    badges = [{"badgeUrl": f"https://badges.example/{i}"} for i in chance.sample(range(88), chance.randint(3, 30))]
    own = {"badgeUrl": f"https://badges.example/own-{number}"} if number < 4 else None
    every = {"@type": "all"}
    return {
        "elementId": f"e{number}",
        "completionBadge": own,
        "children": [],
        "requirements": {
            "childElementRequirements": {"countRule": every},
            "nonChildElementRequirements": {"countRule": every, "elementIds": []},
            "badgeRequirements": {
                "countRule": {"@type": "atLeastN", "requiredCount": max(1, len(badges) // 4)},
                "requiredBadges": badges,
            },
        },
    }


def twice(once: Definition) -> Definition:
    """Two copies side by side, nothing shared between them."""
    nodes: list[Node] = [AtLeast("both", 2, (f"1-{once.root}", f"2-{once.root}"))]
    for copy in ("1-", "2-"):
        for node in once.nodes:
            if isinstance(node, Leaf):
                nodes.append(replace(node, id=copy + node.id, targets=tuple(Iri(t + copy) for t in node.targets)))
            else:
                nodes.append(replace(node, id=copy + node.id, parts=tuple(copy + part for part in node.parts)))
    return Definition(tuple(nodes), "both")


def endorsed(plain: Definition) -> Definition:
    """The same pathway with a board's endorsement asked for on every badge."""
    guards = Guards(endorsed_by=(EndorsedBy(frozenset({BOARD})),))
    nodes = (replace(node, guards=guards) if isinstance(node, Leaf) else node for node in plain.nodes)
    return Definition(tuple(nodes), plain.root)


def cohort(plan: Plan, chance: random.Random) -> list[Facts]:
    """Learners who hold anything from none to all of the badges; the board endorses nine of ten badges."""
    badges = sorted(plan.achievements)
    span = Span(Instant("2025-04-01T00:00:00Z"))
    endorsements = by_target(
        Endorsement(Iri(f"{badge}#e"), Kind.ENDORSE, BOARD, badge, span) for badge in badges if chance.random() < 0.9
    )
    return [Facts(tuple(awards(badges, chance)), endorsements) for _ in range(LEARNERS)]


def awards(badges: list[Iri], chance: random.Random) -> Iterator[Award]:
    for badge in chance.sample(badges, chance.randint(0, len(badges))):
        at = Instant(f"202{chance.randint(4, 6)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T09:00:00Z")
        yield Award(Iri(f"{badge}#a"), badge, BOARD, at, Span(at))


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of the best of five."""

    def once() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return min(once() for _ in range(5))


def state_and_progress(plan: Plan, learners: list[Facts]) -> float:
    def work() -> None:
        for facts in learners:
            completion = evaluate(plan, facts, AT)
            _ = completion.state, completion.progress

    return seconds(work)


def main() -> None:
    once = badgr.read(document()).definition
    for title, one in (("plain", once), ("every badge endorsed", endorsed(once))):
        plans = compile_plan(one, ""), compile_plan(twice(one), "")
        learners = [cohort(plan, random.Random(2)) for plan in plans]
        single, double = (state_and_progress(plan, group) for plan, group in zip(plans, learners, strict=True))
        nodes, badges = len(plans[0].nodes), len(plans[0].achievements)
        print(f"{title}: {nodes} nodes, {badges} badges, {LEARNERS} learners, best of five")
        print(f"  state and progress {single:.3f} s, at twice the size {double:.3f} s: ratio {double / single:.2f}")
        rest(plans[0], learners[0])


def rest(plan: Plan, learners: list[Facts]) -> None:
    known = seconds(lambda: [history(plan, facts, AT) for facts in learners])
    proofs = seconds(lambda: [explain(plan, facts, evaluate(plan, facts, AT)) for facts in learners])
    print(f"  ever complete {known:.3f} s, proof {proofs:.3f} s")


if __name__ == "__main__":
    main()
