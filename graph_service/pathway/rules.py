"""What a definition must fulfil to be published. One small function a rule; every problem is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from graphlib import TopologicalSorter
from types import MappingProxyType

import networkx as nx

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import (
    After,
    AtLeast,
    Credits,
    Definition,
    Group,
    Leaf,
    Length,
    Node,
    Ref,
    ValidAt,
    Window,
    exact,
)
from graph_service.domain.time import OPEN_END, OPEN_START, Span
from graph_service.errors import Path, Problem
from graph_service.pathway.plan import NONE, Definitions, joined, parts_of
from graph_service.pathway.scopes import scoped

MAX_NODES = 5_000
MAX_DEPTH = 64
MAX_REFERENCES = 8
"""How many versions may lie on one way of references."""
MAX_TARGETS = 500
MAX_TIMES = 1_000
WAY_ENDS = 8
"""How many nodes at each end of a cycle's way are named."""


Links = Mapping[Iri, Set[Iri]]
NO_LINKS: Links = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A definition about to be published, and what is known to exist."""

    definition: Definition
    achievements: Set[Iri]
    profiles: Set[Iri]
    referenced: Definitions
    stacks: Links
    offered: Set[Iri]
    made_of: Links
    nodes: Mapping[str, Node]  # joined, by id
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

    def refs(self) -> Iterator[tuple[Path, Ref]]:
        """Yield each Ref with its path."""
        for position, node in enumerate(self.definition.nodes):
            if isinstance(node, Ref):
                yield ("nodes", position), node

    def references(self) -> Iterator[tuple[Path, Iri]]:
        """Yield each version that is named, with its path."""
        for path, ref in self.refs():
            if ref.pathway_version:
                yield (*path, "pathwayVersion"), ref.pathway_version

    def targets(self) -> Iterator[tuple[Path, Iri]]:
        """Yield each achievement that is asked for, with its path."""
        for path, leaf in self.leaves():
            for position, target in enumerate(leaf.targets):
                yield (*path, "targets", position), target
        for path, ref in self.refs():
            if ref.achievement:
                yield (*path, "achievement"), ref.achievement


def check(
    definition: Definition,
    *,
    achievements: Set[Iri],
    profiles: Set[Iri],
    referenced: Definitions = NONE,
    stacks: Links = NO_LINKS,
    offered: Set[Iri] = frozenset(),
    made_of: Links = NO_LINKS,
) -> tuple[Problem, ...]:
    """Return everything that forbids publishing `definition`; nothing means that it may be published.

    `achievements` and `profiles` are those that are known to exist, `referenced` the published versions that it
    rests on; `definition.targets`, `.profiles` and `.references` say which ones to look for. A published version
    rests on nothing that was published later, so references cannot lead back. Each problem's path leads into the
    definition's JSON.

    `stacks`: for the achievement of each Ref that accepts it unissued but names no version, the newest published
    version of every pathway that has it as its output; where there is one, it is named before this is asked.
    `offered`: what the owner of the pathway offers. `made_of`: for outputs of published pathways, what their newest
    versions ask for; enough of them to find every way from a target to the output.
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
        nodes={node.id: node for node in nodes},
        graph=_graph(nodes, referenced),
    )
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


def _named_parts(group: Group) -> Iterator[tuple[Path, str]]:
    """Yield the parts of a group, each with its path below the group."""
    match group:
        case Window():
            yield ("part",), group.part
        case After():
            yield from ((("prerequisite",), group.prerequisite), (("part",), group.part))
        case _:
            yield from ((("parts", position), part) for position, part in enumerate(group.parts))


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
        for place, part in _named_parts(group):
            if part not in draft.graph:
                yield Problem("DANGLING_PART", {"id": part}, (*path, *place))


def parts_differ(draft: Draft) -> Iterator[Problem]:
    """No part is listed twice in one group."""
    for path, group in draft.groups():
        places = [place for place, _ in _named_parts(group)]
        for position, part in _repeated(group.parts):
            yield Problem("DUPLICATE_PART", {"id": part}, (*path, *places[position]))


def groups_have_parts(draft: Draft) -> Iterator[Problem]:
    """No group is empty: "all of nothing" would be complete before anything is earned."""
    for path, group in draft.groups():
        if not group.parts:
            yield Problem("EMPTY_GROUP", {"id": group.id}, (*path, "parts"))


def counts_can_be_met(draft: Draft) -> Iterator[Problem]:
    """1 ≤ n ≤ k for groups and endorsers, 1 ≤ n for the rest. What is empty is told by another rule."""
    for path, group in draft.groups():
        if group.parts and isinstance(group, AtLeast):
            yield from _count(group.count, (*path, "count"), len(group.parts))
        if isinstance(group, AtLeast) and group.award_cap is not None:
            yield from _count(group.award_cap, (*path, "awardCap"))
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
    """The credits of leaves, the thresholds of Credits and what they count of one leaf are more than 0."""
    for path, leaf in draft.leaves():
        for unit, amount in leaf.credits.items():
            yield from _amount(amount, (*path, "credits", unit))
    for path, group in draft.sums():
        yield from _amount(group.threshold, (*path, "threshold"))
        if group.source_cap is not None:
            yield from _amount(group.source_cap, (*path, "perSourceCap"))


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
        cap = group.source_cap
        most = sum((amount if cap is None else min(cap, amount) for amount in amounts), Decimal(0))
        if parts and len(amounts) == len(parts) and most < group.threshold:
            values = {"threshold": exact(group.threshold), "most": exact(most), "unit": group.unit}
            yield Problem("UNSATISFIABLE_CREDITS", values, (*path, "threshold"))


def targets_exist(draft: Draft) -> Iterator[Problem]:
    """A leaf has targets, not too many, and all that is asked for are known achievements."""
    for path, leaf in draft.leaves():
        if not leaf.targets:
            yield Problem("EMPTY_LEAF", {"id": leaf.id}, (*path, "targets"))
        if len(leaf.targets) > MAX_TARGETS:
            count = len(leaf.targets)
            yield Problem("TOO_MANY_TARGETS", {"count": count, "limit": MAX_TARGETS}, (*path, "targets"))
    for path, target in draft.targets():
        if target not in draft.achievements:
            yield Problem("DANGLING_TARGET", {"id": target}, path)


def targets_differ(draft: Draft) -> Iterator[Problem]:
    """No target is listed twice in one leaf."""
    for path, leaf in draft.leaves():
        for position, target in _repeated(leaf.targets):
            yield Problem("DUPLICATE_TARGET", {"id": target}, (*path, "targets", position))


def uuids_have_an_issuer(draft: Draft) -> Iterator[Problem]:
    """What has a UUID for its name is asked for from somebody: two issuers with one UUID may mean two things."""
    ruled = {("nodes", position) for position, node in enumerate(draft.definition.nodes) if _issuer_is_named(node)}
    for path, target in draft.targets():
        if target.lower().startswith("urn:uuid:") and path[:2] not in ruled:
            yield Problem("ISSUER_RULE_NEEDED", {"id": target}, path)


def _issuer_is_named(node: Node) -> bool:
    return isinstance(node, Leaf) and node.guards.issued_by is not None


def guards_are_not_empty(draft: Draft) -> Iterator[Problem]:
    """A guard that names nobody, nothing, or no kind or standing of endorsement, could never hold."""
    for path, leaf in draft.leaves():
        for place, profiles in _profiles(leaf):
            if not profiles:
                yield Problem("EMPTY_GUARD", {"id": leaf.id}, (*path, *place))
        for position, guard in enumerate(leaf.guards.endorsed_by):
            for name, asked in (("kinds", guard.kinds), ("standings", guard.standings)):
                if not asked:
                    place = ("guards", "endorsedBy", position, name)
                    yield Problem("EMPTY_GUARD", {"id": leaf.id}, (*path, *place))
        for position, level in enumerate(leaf.guards.level):
            for name, text in (("result", level.result), ("atLeast", level.at_least)):
                if not text.strip():
                    yield Problem("EMPTY_GUARD", {"id": leaf.id}, (*path, "guards", "level", position, name))


def version_ranges_are_not_empty(draft: Draft) -> Iterator[Problem]:
    """A range of versions begins at 1 or later, and does not end before it begins."""
    for path, leaf in draft.leaves():
        if (versions := leaf.guards.version) is None:
            continue
        place, first, last = (*path, "guards", "version"), versions.first, versions.last
        for name, end in (("from", first), ("to", last)):
            if end is not None:
                yield from _count(end, (*place, name))
        if first is not None and last is not None and last < first:
            yield Problem("VERSIONS_EMPTY", {"first": first, "last": last}, place)


def windows_have_an_end(draft: Draft) -> Iterator[Problem]:
    """A window of a leaf names a beginning or an end, and does not end before it begins; others have a length."""
    for path, group in draft.groups():
        if isinstance(group, Window) and group.length == Length():
            yield Problem("NO_LENGTH", {"id": group.id}, (*path, "length"))
    for path, leaf in draft.leaves():
        window, place = leaf.guards.awarded_between, (*path, "guards", "awardedBetween")
        if window == Span(OPEN_START, OPEN_END):
            yield Problem("EMPTY_WINDOW", {"id": leaf.id}, place)
        elif window and window.until <= window.since:
            yield Problem("SPAN_EMPTY", {"since": window.since, "until": window.until}, place)


def guards_name_known_profiles(draft: Draft) -> Iterator[Problem]:
    """Issuers, endorsers, accreditors and those whose claims of equivalence are trusted are known profiles."""
    for path, leaf in draft.leaves():
        for place, profiles in (*_profiles(leaf), *_accreditors(leaf)):
            yield from _unknown(profiles - draft.profiles, (*path, *place))
    yield from _unknown(draft.definition.trusts - draft.profiles, ("trusts",))


def _unknown(profiles: Set[Iri], path: Path) -> Iterator[Problem]:
    return (Problem("UNKNOWN_PROFILE", {"id": profile}, path) for profile in sorted(profiles))


def _profiles(leaf: Leaf) -> Iterator[tuple[Path, frozenset[Iri]]]:
    """Yield the sets of profiles that the guards of a leaf name, each with its path below the leaf."""
    if leaf.guards.issued_by is not None:
        yield ("guards", "issuedBy"), leaf.guards.issued_by
    for position, guard in enumerate(leaf.guards.endorsed_by):
        yield ("guards", "endorsedBy", position, "profiles"), guard.profiles


def _accreditors(leaf: Leaf) -> Iterator[tuple[Path, frozenset[Iri]]]:
    """Yield those who accredit the endorsers, the same way; nobody means that it is not asked for."""
    for position, guard in enumerate(leaf.guards.endorsed_by):
        yield ("guards", "endorsedBy", position, "accreditedBy"), guard.accredited_by


def nothing_contains_itself(draft: Draft) -> Iterator[Problem]:
    """No group is its own part."""
    for path, group in draft.groups():
        for place, part in _named_parts(group):
            if part == group.id:
                yield Problem("SELF_REFERENCE", {"id": group.id}, (*path, *place))
                break


def no_cycles(draft: Draft) -> Iterator[Problem]:
    """No way along parts and prerequisites leads back to where it began.

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
            listed = isinstance(group, AtLeast | Credits)
            yield Problem("CYCLE", {"way": closing[group.id]}, (*path, "parts") if listed else path)


def _named(way: Sequence[str]) -> str:
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


def scopes_do_not_overlap(draft: Draft) -> Iterator[Problem]:
    """What lies in a scope (below a Window, after STRICT, below an `awardCap`) lies in no other place.

    A part that two versions lead to is told at the reference that leads there.
    """
    _, twice = _scopes(draft)
    for part, path in twice:
        yield Problem("PART_OF_TWO_SCOPES", {"id": part}, path)


def _scopes(draft: Draft) -> tuple[Mapping[str, str | None], Sequence[tuple[str, Path]]]:
    """Return for each node in whose scope it lies, and the parts that lie in two, each with its second place.

    Wholes before parts: the innermost scope of a part is the whole that leads to it, or the whole's own.
    """
    found: dict[str, str | None] = {draft.definition.root or "": None}
    twice: list[tuple[str, Path]] = []
    groups = {group.id: path for path, group in draft.groups()}
    places: dict[str, Path] = groups | {ref.id: (*path, "pathwayVersion") for path, ref in draft.refs()}
    for whole in _wholes_first(draft):
        if whole not in found:  # told by another rule
            continue
        inside = scoped(draft.nodes[whole])
        for place, part in _edges(draft, whole, named=whole in groups):
            scope = whole if part in inside else found[whole]
            if found.setdefault(part, scope) != scope:
                twice.append((part, (*places[whole], *place)))
            places.setdefault(part, places[whole])
    return found, twice


def _edges(draft: Draft, whole: str, *, named: bool) -> Iterator[tuple[Path, str]]:
    """Yield the parts of a joined node; where the draft names them, each with its path below the node."""
    node = draft.nodes[whole]
    if named and isinstance(node, Group):
        yield from ((place, part) for place, part in _named_parts(node) if part in draft.graph)
    else:
        yield from (((), part) for part in draft.graph[whole])


def _wholes_first(draft: Draft) -> Sequence[str]:
    """Return the joined nodes in topological order; none if there is a cycle, which another rule tells."""
    return list(nx.topological_sort(draft.graph)) if nx.is_directed_acyclic_graph(draft.graph) else []


def nothing_is_remembered_in_a_scope(draft: Draft) -> Iterator[Problem]:
    """A version that remembers its own completion (AT_COMPLETION), or rests on one, does not lie in a scope."""
    remembering: set[Iri] = set()
    for version, definition in _versions_below_first(draft):
        if definition.references & remembering or any(map(_remembers, definition.nodes)):
            remembering.add(version)
    found, _ = _scopes(draft)
    for path, ref in draft.refs():
        if ref.pathway_version in remembering and found.get(ref.id) is not None:
            values = {"id": ref.id, "scope": found[ref.id]}
            yield Problem("REMEMBERS_IN_A_SCOPE", values, (*path, "pathwayVersion"))


def _remembers(node: Node) -> bool:
    return isinstance(node, Leaf) and node.guards.valid_at is ValidAt.AT_COMPLETION


def windows_do_not_nest(draft: Draft) -> Iterator[Problem]:
    """No Window lies below another one, references included."""
    above: dict[str, str] = {}
    paths = {group.id: path for path, group in draft.groups()}
    for whole in _wholes_first(draft):
        is_window = isinstance(draft.nodes[whole], Window)
        if is_window and above.get(whole) in paths:
            values = {"id": whole, "window": above[whole]}
            yield Problem("WINDOW_IN_WINDOW", values, (*paths[above[whole]], "part"))
        for part in draft.graph[whole]:
            if is_window or whole in above:
                above.setdefault(part, above.get(whole, whole))


def caps_can_be_decided(draft: Draft) -> Iterator[Problem]:
    """Below an `awardCap` are leaves, each asked for once and in one place.

    They are the parts, however many of them are needed; or, where all parts are needed, parts of plain groups too.
    Beyond that, who may fill what is NP-hard to decide.
    """
    looked_at: set[str] = set()
    for path, group in draft.groups():
        if not isinstance(group, AtLeast) or group.award_cap is None:
            continue
        filled: set[str] = set()
        for place, part in _named_parts(group):
            if part in draft.nodes and part not in looked_at:  # else told by another rule
                slots = _slots(draft, group, part)
                if filled & slots or not all(_is_slot(draft, slot) for slot in slots):
                    yield Problem("CAP_TOO_COMPLEX", {"id": part}, (*path, *place))
                filled |= slots
            looked_at.add(part)


def _slots(draft: Draft, group: AtLeast, part: str) -> set[str]:
    """Return what is to be filled for a part of a group with an `awardCap`."""
    node = draft.nodes[part]
    if isinstance(node, AtLeast) and node.award_cap is None and group.count == len(group.parts):
        return set(node.parts)
    return {part}


def _is_slot(draft: Draft, part: str) -> bool:
    """Tell whether a part is a leaf that one award fills. What is no node is told by another rule."""
    node = draft.nodes.get(part)
    return node is None or (isinstance(node, Leaf) and node.times <= 1)


def refs_name_one_thing(draft: Draft) -> Iterator[Problem]:
    """A Ref names a version or an achievement; both where the achievement counts unissued, and only there."""
    for path, ref in draft.refs():
        if ref.accept_unissued and not ref.achievement:
            yield Problem("MISSING_MEMBER", {"member": "achievement"}, path)
        elif not ref.achievement and not ref.pathway_version:
            yield Problem("EMPTY_REF", {"id": ref.id}, path)
        elif ref.achievement and ref.pathway_version and not ref.accept_unissued:
            yield Problem("REF_OF_TWO", {"id": ref.id}, path)


def stacks_are_known(draft: Draft) -> Iterator[Problem]:
    """What counts unissued is the output of one pathway: of the version that is named, or of one that can be."""
    for path, ref in draft.refs():
        if not ref.achievement or not ref.accept_unissued:
            continue
        if ref.pathway_version is None:
            stacks = draft.stacks.get(ref.achievement, frozenset())
            if not stacks:
                yield Problem("UNKNOWN_STACK", {"id": ref.achievement}, (*path, "achievement"))
            elif len(stacks) > 1:
                values = {"id": ref.achievement, "versions": ", ".join(sorted(stacks))}
                yield Problem("AMBIGUOUS_STACK", values, (*path, "achievement"))
        elif ref.pathway_version in draft.referenced:
            output = draft.referenced[ref.pathway_version].output
            if output is None or output.achievement != ref.achievement:
                yield Problem("UNKNOWN_STACK", {"id": ref.achievement}, (*path, "pathwayVersion"))


def output_is_offered(draft: Draft) -> Iterator[Problem]:
    """The output is an achievement that the owner of the pathway offers."""
    output = draft.definition.output
    if output and output.achievement not in draft.offered:
        yield Problem("OUTPUT_NOT_OFFERED", {"id": output.achievement}, ("output", "achievement"))


def no_cycle_of_achievements(draft: Draft) -> Iterator[Problem]:
    """The output is not among what it is made of, however many pathways lie between. Told at each own target."""
    if (output := draft.definition.output) is None:
        return
    onward = _onward(output.achievement, draft.made_of)
    places: dict[Iri, Path] = {}
    for path, target in draft.targets():
        places.setdefault(target, path)
    for version in draft.referenced.values():
        for target in sorted(version.targets):
            places.setdefault(target, ("output", "achievement"))
    for target, path in places.items():
        if target in onward:
            way = [output.achievement, target]
            while way[-1] != output.achievement:
                way.append(onward[Iri(way[-1])])
            yield Problem("CYCLE_OF_ACHIEVEMENTS", {"way": _named(way)}, path)


def _onward(output: Iri, made_of: Links) -> Mapping[Iri, Iri]:
    """Return for each achievement that `output` is part of the next one on a shortest way there."""
    wholes: dict[Iri, list[Iri]] = {}
    for whole in sorted(made_of):
        for part in made_of[whole]:
            wholes.setdefault(part, []).append(whole)
    onward = {output: output}
    reached = [output]
    for part in reached:
        for whole in wholes.get(part, ()):
            if whole not in onward:
                onward[whole] = part
                reached.append(whole)
    return onward


def references_are_published(draft: Draft) -> Iterator[Problem]:
    """Every reference names a published version. The draft's own is none yet, so nothing refers to itself."""
    for path, version in draft.references():
        if version not in draft.referenced:
            yield Problem("UNKNOWN_PATHWAY_VERSION", {"id": version}, path)


def references_are_not_too_deep(draft: Draft) -> Iterator[Problem]:
    """No way of references leads through too many versions."""
    depth: dict[Iri, int] = {}
    for version, definition in _versions_below_first(draft):
        depth[version] = 1 + max((depth[each] for each in definition.references), default=0)
    for path, version in draft.references():
        if (found := depth.get(version, 0)) > MAX_REFERENCES:
            yield Problem("REFERENCES_TOO_DEEP", {"depth": found, "limit": MAX_REFERENCES}, path)


def _versions_below_first(draft: Draft) -> Iterator[tuple[Iri, Definition]]:
    """Yield the versions that the draft rests on, each after those that it rests on."""
    below = {id_: each.references for id_, each in draft.referenced.items()}
    return ((id_, draft.referenced[id_]) for id_ in TopologicalSorter(below).static_order())


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
    uuids_have_an_issuer,
    guards_are_not_empty,
    version_ranges_are_not_empty,
    windows_have_an_end,
    guards_name_known_profiles,
    refs_name_one_thing,
    stacks_are_known,
    references_are_published,
    references_are_not_too_deep,
    output_is_offered,
    no_cycle_of_achievements,
    nothing_contains_itself,
    no_cycles,
    everything_is_reached,
    not_too_deep,
    scopes_do_not_overlap,
    nothing_is_remembered_in_a_scope,
    windows_do_not_nest,
    caps_can_be_decided,
)
