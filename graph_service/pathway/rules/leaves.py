"""What leaves ask for: targets that exist, and guards that can hold."""

from __future__ import annotations

from collections.abc import Iterator, Set

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Leaf, Length, Node, Window
from graph_service.domain.pathway_json import decimal
from graph_service.domain.result import ResultDescription
from graph_service.domain.time import OPEN_END, OPEN_START, Span
from graph_service.errors import InvalidInput, Path, Problem
from graph_service.pathway.rules.counts import within
from graph_service.pathway.rules.draft import Draft, repeated

MAX_TARGETS = 500


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
        for position, target in repeated(leaf.targets):
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


def levels_can_be_reached(draft: Draft) -> Iterator[Problem]:
    """What a level asks for is a result that some target describes, and a value that it can have there."""
    for path, leaf in draft.leaves():
        if not leaf.targets or not draft.described.keys() >= set(leaf.targets):  # told by another rule, or not known
            continue
        described = [each for target in leaf.targets for each in draft.described[target]]
        for position, level in enumerate(leaf.guards.level):
            place = (*path, "guards", "level", position)
            refused = [_refused(each, level.at_least, place) for each in described if each.id == level.result]
            if refused:
                yield from min(refused, key=len)
            else:
                yield Problem("UNKNOWN_RESULT", {"id": level.result}, (*place, "result"))


def _refused(description: ResultDescription, bound: str, path: Path) -> tuple[Problem, ...]:
    """Return why no value under a description is as high as `bound`; without a list they are compared as numbers."""
    try:
        if not description.allowed:
            decimal(bound, (*path, "atLeast"))
        description.judge(bound, (*path, "atLeast"))
    except InvalidInput as refused:
        return refused.problems
    return ()


def version_ranges_are_not_empty(draft: Draft) -> Iterator[Problem]:
    """A range of versions begins at 1 or later, and does not end before it begins."""
    for path, leaf in draft.leaves():
        if (versions := leaf.guards.version) is None:
            continue
        place, first, last = (*path, "guards", "version"), versions.first, versions.last
        for name, end in (("from", first), ("to", last)):
            if end is not None:
                yield from within(end, (*place, name))
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
