"""How long evaluation alone takes: 1,000 random learners, larger and deeper pathways, what looks back, "what if".

    python -m bench.pathway

The pathway has the shape of Utah State's teacher pathway: 15 elements, 92 badges, most of them shared. It is
read from SHARED_DIR if it lies there, and made up otherwise. What is compared is measured in turns; of each the best
time is taken.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import (
    After,
    AtLeast,
    Definition,
    EndorsedBy,
    Guards,
    Leaf,
    Length,
    Mode,
    Node,
    ValidAt,
    Window,
)
from graph_service.domain.time import Instant, Span
from graph_service.formats import badgr
from graph_service.pathway.evaluate import CompletionState, evaluate, history
from graph_service.pathway.explain import explain
from graph_service.pathway.facts import Award, Endorsement, Endorsements, Facts, by_target
from graph_service.pathway.next_steps import next_steps
from graph_service.pathway.plan import Plan, compile_plan
from graph_service.pathway.rules import MAX_NODES

LEARNERS = 1_000
MANY = 10_000
ROUNDS = 3
AT = Instant("2026-11-21T00:00:00Z")
BOARD = Iri("https://board.example")
FILE = Path(os.environ.get("SHARED_DIR", "../shared")) / "realdata/ctdl/usu-teaching-excellence.badgr.json"
Work = Callable[[], object]


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


# Pathways.


def copies(once: Definition, number: int) -> Definition:
    """So many copies side by side, nothing shared between them."""
    nodes: list[Node] = []
    for copy in (f"{i}-" for i in range(number)):
        for node in once.nodes:
            if isinstance(node, Leaf):
                nodes.append(replace(node, id=copy + node.id, targets=tuple(Iri(t + copy) for t in node.targets)))
            elif isinstance(node, AtLeast):
                nodes.append(replace(node, id=copy + node.id, parts=tuple(copy + part for part in node.parts)))
    roots = tuple(f"{i}-{once.root}" for i in range(number))
    return Definition((*nodes, AtLeast("every", number, roots)), "every")


def guarded(plain: Definition, guards: Guards) -> Definition:
    """The same pathway with the same guards on every badge."""
    nodes = (replace(node, guards=guards) if isinstance(node, Leaf) else node for node in plain.nodes)
    return Definition(tuple(nodes), plain.root)


def below(plain: Definition, whole: Node, *more: Node) -> Definition:
    """The same pathway as part of one more node."""
    return Definition((*plain.nodes, *more, whole), whole.id)


def diamonds(depth: int) -> Definition:
    """A chain of diamonds: two nodes on each level, both of which rest on both below; 2^depth ways down."""
    nodes: list[Node] = [Leaf(name, (Iri(f"https://badges.example/{name}"),)) for name in ("left-0", "right-0")]
    for level in range(1, depth):
        parts = (f"left-{level - 1}", f"right-{level - 1}")
        nodes += [AtLeast(f"left-{level}", 2, parts), AtLeast(f"right-{level}", 1, parts)]
    return Definition((*nodes, AtLeast("root", 2, (f"left-{depth - 1}", f"right-{depth - 1}"))), "root")


# Learners.


def endorsements(plan: Plan, chance: random.Random) -> Endorsements:
    """The board endorses nine of ten badges."""
    span = Span(Instant("2025-04-01T00:00:00Z"))
    badges = sorted(plan.achievements)
    return by_target(
        Endorsement(Iri(f"{badge}#e"), Kind.ENDORSE, BOARD, badge, span) for badge in badges if chance.random() < 0.9
    )


def cohort(plan: Plan, chance: random.Random, learners: int = LEARNERS) -> list[Facts]:
    """Learners who hold anything from none to all of the badges."""
    badges, shared = sorted(plan.achievements), endorsements(plan, chance)
    return [Facts(tuple(awards(badges, chance)), shared) for _ in range(learners)]


def awards(badges: list[Iri], chance: random.Random) -> Iterator[Award]:
    for badge in chance.sample(badges, chance.randint(0, len(badges))):
        at = Instant(f"202{chance.randint(4, 6)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T09:00:00Z")
        yield Award(Iri(f"{badge}#a"), badge, BOARD, at, Span(at))


# Measuring.


def in_turns(works: Mapping[str, Work], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the processor time of the best of so many rounds, of each of several works done in turns."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            begun = time.process_time()
            work()
            spent = time.process_time() - begun
            best[name] = min(best.get(name, spent), spent)
    return best


def told(title: str, found: Mapping[str, float]) -> None:
    """Print the times, and the ratio of each to the first."""
    first = next(iter(found.values()))
    print(title)
    for name, spent in found.items():
        print(f"  {name}: {spent:.3f} s, ratio {spent / first:.2f}")


def answered(plan: Plan, learners: list[Facts]) -> Work:
    """State and progress at one instant."""

    def work() -> None:
        for facts in learners:
            completion = evaluate(plan, facts, AT)
            _ = completion.state, completion.progress

    return work


def questions(plan: Plan, learners: list[Facts]) -> dict[str, Work]:
    """All that can be asked of them."""
    some, few = learners[: LEARNERS // 10], learners[: LEARNERS // 100]
    return {
        "state and progress": answered(plan, learners),
        "ever complete": lambda: [history(plan, facts, AT) for facts in learners],
        f"proof, {len(some)} of them": lambda: [explain(plan, facts, evaluate(plan, facts, AT)) for facts in some],
        f"next steps, {len(few)} of them": lambda: [next_steps(evaluate(plan, facts, AT)) for facts in few],
    }


def main() -> None:
    once = badgr.read(document(), limit=MAX_NODES).definition
    endorsed = guarded(once, Guards(endorsed_by=(EndorsedBy(frozenset({BOARD})),)))
    for title, one in (("plain", once), ("every badge endorsed", endorsed)):
        plan = compile_plan(one, "")
        learners = cohort(plan, random.Random(2))
        size = f"{len(plan.nodes)} nodes, {len(plan.achievements)} badges, {LEARNERS} learners"
        told(f"{title}: {size}, best of {ROUNDS}", in_turns(questions(plan, learners)))
    kinds(once)
    sizes(endorsed)
    depths()
    what_if(endorsed)


def kinds(once: Definition) -> None:
    """What looks back, or chooses among awards."""
    root = once.root or ""
    first = Leaf("first", (Iri("https://badges.example/first"),))
    definitions = {
        "plain": once,
        "AT_COMPLETION": guarded(once, Guards(valid_at=ValidAt.AT_COMPLETION)),
        "STRICT": below(once, After("whole", first.id, root, Mode.STRICT), first),
        "WINDOW": below(once, Window("whole", root, Length(months=24))),
        "EXCLUSIVE": exclusive(once),
    }
    works = {}
    for name, each in definitions.items():
        plan = compile_plan(each, "")
        works[name] = answered(plan, cohort(plan, random.Random(2), LEARNERS // 10))
    told(f"kinds of node: {LEARNERS // 10} learners, state and progress", in_turns(works))


def exclusive(once: Definition) -> Definition:
    """The badges of a pathway in groups of ten, two neighbours of which share five; an award fills one place."""
    badges = sorted(once.targets)
    nodes: list[Node] = []
    for i in range(0, len(badges) - 5, 5):
        leaves = [Leaf(f"g{i}-{j}", (badge,)) for j, badge in enumerate(badges[i : i + 10])]
        nodes += [*leaves, AtLeast(f"g{i}", 3, tuple(leaf.id for leaf in leaves))]
    groups = tuple(node.id for node in nodes if isinstance(node, AtLeast))
    return Definition((*nodes, AtLeast("whole", len(groups), groups, award_cap=1)), "whole")


def sizes(once: Definition) -> None:
    """Up to what may be published."""
    most = (MAX_NODES - 1) // len(once.nodes)
    plans = {number: compile_plan(copies(once, number), "") for number in (1, 2, most)}
    works = {
        f"{len(plan.nodes)} nodes": answered(plan, cohort(plan, random.Random(2), LEARNERS // 10))
        for plan in plans.values()
    }
    told(f"sizes: {LEARNERS // 10} learners, every badge endorsed, state and progress", in_turns(works))


def depths() -> None:
    works = {}
    for depth in (32, 64):
        plan = compile_plan(diamonds(depth), "")
        works[f"{depth} levels, {len(plan.nodes)} nodes"] = answered(plan, cohort(plan, random.Random(2)))
    told(f"chain of diamonds: {LEARNERS} learners, state and progress", in_turns(works))


def what_if(once: Definition) -> None:
    """The board endorses what it has not endorsed yet."""
    plan = compile_plan(once, "")
    learners = cohort(plan, random.Random(3), MANY)
    missing = sorted(plan.achievements - learners[0].endorsements.keys())
    span = Span(Instant("2025-04-01T00:00:00Z"))
    supposed = [Endorsement(Iri(f"{badge}#s"), Kind.ENDORSE, BOARD, badge, span) for badge in missing]
    completing = 0

    def work() -> None:
        nonlocal completing
        completing = 0
        for facts in learners:
            if evaluate(plan, facts, AT).state is not CompletionState.COMPLETE:
                then = evaluate(plan, facts.supposing(endorsements=supposed), AT)
                completing += then.state is CompletionState.COMPLETE

    found = in_turns({"as it is": answered(plan, learners), "what if": work}, rounds=1)
    told(f"what if {len(supposed)} more badges were endorsed: {MANY} learners", found)
    print(f"  {completing} of them would complete")


if __name__ == "__main__":
    main()
