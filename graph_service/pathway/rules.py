"""What a definition must fulfil to be published. One small function a rule; every problem is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from graphlib import TopologicalSorter

import networkx as nx

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import AtLeast, Credits, Definition, Group, Leaf, Node, Ref, exact
from graph_service.domain.time import OPEN_END, OPEN_START, Span
from graph_service.errors import Path, Problem
from graph_service.pathway.plan import NONE, Definitions, joined, parts_of

MAX_NODES = 5_000
MAX_DEPTH = 64
MAX_REFERENCES = 8
"""How many versions may lie on one way of references."""
MAX_TARGETS = 500
MAX_TIMES = 1_000
WAY_ENDS = 8
"""How many nodes at each end of a cycle's way are named."""


@dataclass(frozen=True)
class Draft:
    """A definition about to be published, and what is known to exist."""

    definition: Definition
    achievements: Set[Iri]
    profiles: Set[Iri]
    referenced: Definitions
    graph: nx.DiGraph  # whole → part, by id of joined node; only parts that exist

    def leaves(self) -> Iterator[tuple[Path, Leaf]]:
        """Yield each leaf with its path."""
        for position, node in enumerate(self.definition.nodes):
            if isinstance(node, Leaf):
                yield ("nodes", position), node

    def groups(self) -> Iterator[tuple[Path, Group]]:
        """Yield each group with its path."""
        for position, node in enumerate(self.definition.nodes):
            if isinstance(node, Group):
                yield ("nodes", position), node

    def sums(self) -> Iterator[tuple[Path, Credits]]:
        """Yield each Credits with its path."""
        for path, group in self.groups():
            if isinstance(group, Credits):
                yield path, group

    def references(self) -> Iterator[tuple[Path, Ref]]:
        """Yield each reference with the path of the version that it names."""
        for position, node in enumerate(self.definition.nodes):
            if isinstance(node, Ref):
                yield ("nodes", position, "pathwayVersion"), node


def check(
    definition: Definition, *, achievements: Set[Iri], profiles: Set[Iri], referenced: Definitions = NONE
) -> tuple[Problem, ...]:
    """Return everything that forbids publishing `definition`; nothing means that it may be published.

    `achievements` and `profiles` are those that are known to exist, `referenced` the published versions that it
    rests on; `definition.targets`, `.profiles` and `.references` say which ones to look for. A published version
    rests on nothing that was published later, so references cannot lead back. Each problem's path leads into the
    definition's JSON.
    """
    nodes = joined(definition, referenced)
    if too_many := size_problems(len(nodes)):  # nothing else is looked at: cost stays bounded
        return too_many
    draft = Draft(definition, achievements, profiles, referenced, _graph(nodes, referenced))
    return tuple(problem for rule in RULES for problem in rule(draft))


def size_problems(count: int) -> tuple[Problem, ...]:
    """Tell whether so many nodes are too many: those of the definition and of all that it rests on."""
    return (Problem("TOO_MANY_NODES", {"count": count, "limit": MAX_NODES}, ("nodes",)),) if count > MAX_NODES else ()


def _graph(nodes: Sequence[Node], referenced: Definitions) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(node.id for node in nodes)
    for node in nodes:
        graph.add_edges_from((node.id, part) for part in parts_of(node, referenced) if part in graph)
    return graph


def root_exists(draft: Draft) -> Iterator[Problem]:
    """The root is one of the nodes."""
    if draft.definition.root not in draft.graph:
        yield Problem("MISSING_ROOT", {"root": draft.definition.root or "-"}, ("root",))


def ids_differ(draft: Draft) -> Iterator[Problem]:
    """No two nodes have one id."""
    for position, id_ in _repeated([node.id for node in draft.definition.nodes]):
        yield Problem("DUPLICATE_NODE", {"id": id_}, ("nodes", position, "id"))


def parts_exist(draft: Draft) -> Iterator[Problem]:
    """Every part is a node."""
    for path, group in draft.groups():
        for position, part in enumerate(group.parts):
            if part not in draft.graph:
                yield Problem("DANGLING_PART", {"id": part}, (*path, "parts", position))


def parts_differ(draft: Draft) -> Iterator[Problem]:
    """No part is listed twice in one group."""
    for path, group in draft.groups():
        for position, part in _repeated(group.parts):
            yield Problem("DUPLICATE_PART", {"id": part}, (*path, "parts", position))


def groups_have_parts(draft: Draft) -> Iterator[Problem]:
    """No group is empty: "all of nothing" would be complete before anything is earned."""
    for path, group in draft.groups():
        if not group.parts:
            yield Problem("EMPTY_GROUP", {"id": group.id}, (*path, "parts"))


def counts_can_be_met(draft: Draft) -> Iterator[Problem]:
    """1 ≤ n ≤ k for groups and endorsers, 1 ≤ n for repetitions. What is empty is told by another rule."""
    for path, group in draft.groups():
        if group.parts and isinstance(group, AtLeast):
            yield from _count(group.count, (*path, "count"), len(group.parts))
    for path, leaf in draft.leaves():
        yield from _count(leaf.times, (*path, "times"), MAX_TIMES)
        for position, guard in enumerate(leaf.guards.endorsed_by):
            place = (*path, "guards", "endorsedBy", position, "minCount")
            yield from _count(guard.min_count, place, len(guard.profiles))


def _count(count: int, path: Path, most: int = 0) -> Iterator[Problem]:
    if count < 1:
        yield Problem("COUNT_TOO_LOW", {"count": count}, path)
    elif 0 < most < count:
        yield Problem("UNSATISFIABLE_COUNT", {"count": count, "most": most}, path)


def amounts_are_positive(draft: Draft) -> Iterator[Problem]:
    """The credits of leaves and the thresholds of Credits are more than 0."""
    for path, leaf in draft.leaves():
        for unit, amount in leaf.credits.items():
            yield from _amount(amount, (*path, "credits", unit))
    for path, group in draft.sums():
        yield from _amount(group.threshold, (*path, "threshold"))


def _amount(amount: Decimal, path: Path) -> Iterator[Problem]:
    if amount <= 0:
        yield Problem("CREDITS_TOO_LOW", {"amount": exact(amount)}, path)


def credits_come_from_leaves(draft: Draft) -> Iterator[Problem]:
    """The parts of a Credits are leaves with credits in its unit."""
    nodes = {node.id: node for node in draft.definition.nodes}
    for path, group in draft.sums():
        for position, part in enumerate(group.parts):
            node = nodes.get(part)
            if isinstance(node, Group | Ref):
                yield Problem("PART_NOT_A_LEAF", {"id": part}, (*path, "parts", position))
            elif node and group.unit not in node.credits:
                yield Problem("PART_WITHOUT_CREDITS", {"id": part, "unit": group.unit}, (*path, "parts", position))


def thresholds_can_be_met(draft: Draft) -> Iterator[Problem]:
    """The parts of a Credits reach its threshold together. A part without credits is told by another rule."""
    worth = {leaf.id: leaf.credits for _, leaf in draft.leaves()}
    for path, group in draft.sums():
        parts = set(group.parts)
        amounts = [worth[part][group.unit] for part in parts if group.unit in worth.get(part, {})]
        most = sum(amounts, Decimal(0))
        if parts and len(amounts) == len(parts) and most < group.threshold:
            values = {"threshold": exact(group.threshold), "most": exact(most), "unit": group.unit}
            yield Problem("UNSATISFIABLE_CREDITS", values, (*path, "threshold"))


def targets_exist(draft: Draft) -> Iterator[Problem]:
    """A leaf has targets, not too many, and all are known achievements."""
    for path, leaf in draft.leaves():
        if not leaf.targets:
            yield Problem("EMPTY_LEAF", {"id": leaf.id}, (*path, "targets"))
        if len(leaf.targets) > MAX_TARGETS:
            count = len(leaf.targets)
            yield Problem("TOO_MANY_TARGETS", {"count": count, "limit": MAX_TARGETS}, (*path, "targets"))
        for position, target in enumerate(leaf.targets):
            if target not in draft.achievements:
                yield Problem("DANGLING_TARGET", {"id": target}, (*path, "targets", position))


def targets_differ(draft: Draft) -> Iterator[Problem]:
    """No target is listed twice in one leaf."""
    for path, leaf in draft.leaves():
        for position, target in _repeated(leaf.targets):
            yield Problem("DUPLICATE_TARGET", {"id": target}, (*path, "targets", position))


def guards_are_not_empty(draft: Draft) -> Iterator[Problem]:
    """A guard that names nobody, or no kind or standing of endorsement, could never hold."""
    for path, leaf in draft.leaves():
        for place, profiles in _profiles(leaf):
            if not profiles:
                yield Problem("EMPTY_GUARD", {"id": leaf.id}, (*path, *place))
        for position, guard in enumerate(leaf.guards.endorsed_by):
            for name, asked in (("kinds", guard.kinds), ("standings", guard.standings)):
                if not asked:
                    place = ("guards", "endorsedBy", position, name)
                    yield Problem("EMPTY_GUARD", {"id": leaf.id}, (*path, *place))


def windows_have_an_end(draft: Draft) -> Iterator[Problem]:
    """A window names a beginning or an end, and does not end before it begins."""
    for path, leaf in draft.leaves():
        window, place = leaf.guards.awarded_between, (*path, "guards", "awardedBetween")
        if window == Span(OPEN_START, OPEN_END):
            yield Problem("EMPTY_WINDOW", {"id": leaf.id}, place)
        elif window and window.until <= window.since:
            yield Problem("SPAN_EMPTY", {"since": window.since, "until": window.until}, place)


def guards_name_known_profiles(draft: Draft) -> Iterator[Problem]:
    """Issuers and endorsers are known profiles."""
    for path, leaf in draft.leaves():
        for place, profiles in _profiles(leaf):
            for profile in sorted(profiles - draft.profiles):
                yield Problem("UNKNOWN_PROFILE", {"id": profile}, (*path, *place))


def _profiles(leaf: Leaf) -> Iterator[tuple[Path, frozenset[Iri]]]:
    """Yield the sets of profiles that the guards of a leaf name, each with its path below the leaf."""
    if leaf.guards.issued_by is not None:
        yield ("guards", "issuedBy"), leaf.guards.issued_by
    for position, guard in enumerate(leaf.guards.endorsed_by):
        yield ("guards", "endorsedBy", position, "profiles"), guard.profiles


def nothing_contains_itself(draft: Draft) -> Iterator[Problem]:
    """No group is its own part."""
    for path, group in draft.groups():
        if group.id in group.parts:
            place = (*path, "parts", group.parts.index(group.id))
            yield Problem("SELF_REFERENCE", {"id": group.id}, place)


def no_cycles(draft: Draft) -> Iterator[Problem]:
    """No way along parts leads back to where it began.

    Depth first: a part that is still on the way from the start closes a cycle. Every group that closes one is
    told, with one way round; the first cycle found is not the last.
    """
    closing: dict[str, str] = {}
    way: dict[str, None] = {}
    for whole, part, move in nx.dfs_labeled_edges(draft.graph):
        if move == "forward":
            way[part] = None
        elif move == "reverse":
            del way[part]
        elif part in way and part != whole and whole not in closing:
            names = list(way)
            closing[whole] = _named([*names[names.index(part) :], part])
    for path, group in draft.groups():
        if group.id in closing:
            yield Problem("CYCLE", {"way": closing[group.id]}, (*path, "parts"))


def _named(way: list[str]) -> str:
    shown = way if len(way) <= 2 * WAY_ENDS else [*way[:WAY_ENDS], "…", *way[-WAY_ENDS:]]
    return " → ".join(shown)


def everything_is_reached(draft: Draft) -> Iterator[Problem]:
    """Every node is the root or below it."""
    root = draft.definition.root
    if root not in draft.graph:
        return
    reached = nx.descendants(draft.graph, root) | {root}
    for position, node in enumerate(draft.definition.nodes):
        if node.id not in reached:
            yield Problem("UNREACHABLE", {"id": node.id}, ("nodes", position))


def not_too_deep(draft: Draft) -> Iterator[Problem]:
    """The longest way from a whole down to a leaf, references included, stays within the limit (counted in nodes)."""
    if nx.is_directed_acyclic_graph(draft.graph):
        depth = len(nx.dag_longest_path(draft.graph))
        if depth > MAX_DEPTH:
            yield Problem("TOO_DEEP", {"depth": depth, "limit": MAX_DEPTH}, ("nodes",))


def references_are_published(draft: Draft) -> Iterator[Problem]:
    """Every reference names a published version. The draft's own is none yet, so nothing refers to itself."""
    for path, reference in draft.references():
        if reference.pathway_version not in draft.referenced:
            yield Problem("UNKNOWN_PATHWAY_VERSION", {"id": reference.pathway_version}, path)


def references_are_not_too_deep(draft: Draft) -> Iterator[Problem]:
    """No way of references leads through too many versions."""
    versions = draft.referenced
    depth: dict[Iri, int] = {}
    for version in TopologicalSorter({id_: each.references for id_, each in versions.items()}).static_order():
        depth[version] = 1 + max((depth[each] for each in versions[version].references), default=0)
    for path, reference in draft.references():
        if (found := depth.get(reference.pathway_version or Iri(""), 0)) > MAX_REFERENCES:
            yield Problem("REFERENCES_TOO_DEEP", {"depth": found, "limit": MAX_REFERENCES}, path)


def _repeated(items: Sequence[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for position, item in enumerate(items):
        if item in seen:
            yield position, item
        seen.add(item)


RULES: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    root_exists,
    ids_differ,
    parts_exist,
    parts_differ,
    groups_have_parts,
    counts_can_be_met,
    amounts_are_positive,
    credits_come_from_leaves,
    thresholds_can_be_met,
    targets_exist,
    targets_differ,
    guards_are_not_empty,
    windows_have_an_end,
    guards_name_known_profiles,
    references_are_published,
    references_are_not_too_deep,
    nothing_contains_itself,
    no_cycles,
    everything_is_reached,
    not_too_deep,
)
