"""What a pathway rests on (references, stacks), and what it gives (the output)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph_service.domain.iri import Iri
from graph_service.errors import Path, Problem
from graph_service.pathway.rules.draft import Draft, Links, shown

MAX_REFERENCES = 8
"""How many versions may lie on one way of references."""


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


def references_are_published(draft: Draft) -> Iterator[Problem]:
    """Every reference names a published version that has not ended. The draft's own is none yet."""
    for path, version in draft.references():
        if version not in draft.referenced:
            yield Problem("UNKNOWN_PATHWAY_VERSION", {"id": version}, path)
        elif version in draft.ended:
            yield Problem("PATHWAY_VERSION_ENDED", {"id": version}, path)


def references_are_not_too_deep(draft: Draft) -> Iterator[Problem]:
    """No way of references leads through too many versions."""
    depth: dict[Iri, int] = {}
    for version, definition in draft.versions():
        depth[version] = 1 + max((depth[each] for each in definition.references), default=0)
    for path, version in draft.references():
        if (found := depth.get(version, 0)) > MAX_REFERENCES:
            yield Problem("REFERENCES_TOO_DEEP", {"depth": found, "limit": MAX_REFERENCES}, path)


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
            yield Problem("CYCLE_OF_ACHIEVEMENTS", {"way": shown(way)}, path)


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
