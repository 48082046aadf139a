"""What a definition must fulfil to be published. One small function a rule; every problem is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from types import MappingProxyType

import networkx as nx

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Definition, Node
from graph_service.errors import Problem
from graph_service.pathway.plan import NONE, Definitions, joined, parts_of
from graph_service.pathway.rules import counts, leaves, scopes, stacks, tree
from graph_service.pathway.rules.draft import Described, Draft, Links

MAX_NODES = 5_000
NO_LINKS: Links = MappingProxyType({})
NOT_DESCRIBED: Described = MappingProxyType({})

RULES: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    tree.root_exists,
    tree.ids_differ,
    tree.parts_exist,
    tree.parts_differ,
    tree.groups_have_parts,
    counts.counts_can_be_met,
    counts.amounts_are_positive,
    counts.credits_come_from_leaves,
    counts.thresholds_can_be_met,
    leaves.targets_exist,
    leaves.targets_differ,
    leaves.uuids_have_an_issuer,
    leaves.guards_are_not_empty,
    leaves.levels_can_be_reached,
    leaves.version_ranges_are_not_empty,
    leaves.windows_have_an_end,
    leaves.guards_name_known_profiles,
    stacks.refs_name_one_thing,
    stacks.stacks_are_known,
    stacks.references_are_published,
    stacks.references_are_not_too_deep,
    stacks.output_is_offered,
    stacks.no_cycle_of_achievements,
    tree.nothing_contains_itself,
    tree.no_cycles,
    tree.everything_is_reached,
    tree.not_too_deep,
    scopes.scopes_do_not_overlap,
    scopes.nothing_is_remembered_in_a_scope,
    scopes.windows_do_not_nest,
    scopes.windows_are_small,
    scopes.caps_can_be_decided,
)


def check(
    definition: Definition,
    *,
    achievements: Set[Iri],
    profiles: Set[Iri],
    referenced: Definitions = NONE,
    stacks: Links = NO_LINKS,
    offered: Set[Iri] = frozenset(),
    made_of: Links = NO_LINKS,
    described: Described = NOT_DESCRIBED,
    ended: Set[Iri] = frozenset(),
) -> tuple[Problem, ...]:
    """Return everything that forbids publishing `definition`; nothing means that it may be published.

    `achievements` and `profiles` are those that are known to exist, `referenced` the published versions that it
    rests on; `definition.targets`, `.profiles` and `.references` say which ones to look for. A published version
    rests on nothing that was published later, so references cannot lead back. Each problem's path leads into the
    definition's JSON.

    `stacks`: for the achievement of each Ref that accepts it unissued but names no version, the newest published
    version of every pathway that has it as its output; where there is one, it is named before this is asked.
    `offered`: what the owner of the pathway offers. `made_of`: for outputs of published pathways, what their versions
    that have not ended ask for; enough of them to find every way from a target to the output. `described`: the results
    that achievements describe; of one that is missing there nothing is known. `ended`: those of the versions named that
    have ended.
    """
    nodes = joined(definition, referenced)
    if too_many := size_problems(len(nodes)):  # nothing else is looked at: cost stays bounded
        return too_many
    draft = Draft(
        definition=definition,
        achievements=achievements,
        profiles=profiles,
        referenced=referenced,
        stacks=stacks,
        offered=offered,
        made_of=made_of,
        described=described,
        ended=ended,
        nodes={node.id: node for node in nodes},
        graph=_graph(nodes, referenced),
    )
    problems = tuple(problem for rule in RULES for problem in rule(draft))
    return problems or tuple(counts.progress_can_be_written(draft))


def size_problems(count: int) -> tuple[Problem, ...]:
    """Tell whether so many nodes are too many: those of the definition and of all that it rests on."""
    return (Problem("TOO_MANY_NODES", {"count": count, "limit": MAX_NODES}, ("nodes",)),) if count > MAX_NODES else ()


def _graph(nodes: Sequence[Node], referenced: Definitions) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(node.id for node in nodes)
    for node in nodes:
        graph.add_edges_from((node.id, part) for part in parts_of(node, referenced) if part in graph)
    return graph
