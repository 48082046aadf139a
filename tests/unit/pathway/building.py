"""Small builders for pathways and facts: a day is `2026-04-01`, a badge or profile a short name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from graph_service.domain.endorsement import Ended, Kind, Standing
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import (
    AtLeast,
    Credits,
    Definition,
    EndorsedBy,
    Guards,
    Leaf,
    Node,
    Ref,
    ValidAt,
)
from graph_service.domain.time import OPEN_END, OPEN_START, Instant, Span
from graph_service.pathway.facts import Award, Endorsement, Equivalence, Facts, Result, Waiver, by_target
from graph_service.pathway.plan import NONE, Definitions, Plan, compile_plan


def badge(name: str) -> Iri:
    return Iri(f"https://univ.example/achievements/{name}")


def profile(name: str) -> Iri:
    return Iri(f"https://{name}.example")


BOARD = profile("board")
UNIVERSITY = profile("university")


def day(text: str) -> Instant:
    return Instant(text if len(text) == 20 else f"{text}T00:00:00Z")


def leaf(
    id: str,
    *targets: str,
    times: int = 1,
    issued_by: Iterable[Iri] | None = None,
    endorsed_by: Iterable[EndorsedBy] = (),
    valid_at: ValidAt = ValidAt.NOW,
    between: Span | None = None,
    **credits: str,
) -> Leaf:
    """A leaf for the badges `targets`, or for the badge of its own name. What it is worth: `ECTS="1.5"`."""
    guards = Guards(None if issued_by is None else frozenset(issued_by), tuple(endorsed_by), valid_at, between)
    worth = {unit: Decimal(amount) for unit, amount in credits.items()}
    return Leaf(id, tuple(badge(target) for target in targets or (id,)), guards, times, credits=worth)


def window(since: str = OPEN_START, until: str = OPEN_END) -> Span:
    return Span(day(since), day(until))


def all_of(id: str, *parts: str) -> AtLeast:
    return AtLeast(id, len(parts), parts)


def any_of(id: str, *parts: str) -> AtLeast:
    return AtLeast(id, 1, parts)


def ects(id: str, threshold: str, *parts: str) -> Credits:
    return Credits(id, "ECTS", Decimal(threshold), parts)


def version(name: str) -> Iri:
    return Iri(f"https://univ.example/pathways/{name}/versions/1")


def ref(name: str, id: str = "") -> Ref:
    """A reference to the version `version(name)`."""
    return Ref(id or name, version(name))


def endorsed(*profiles: Iri, **more: object) -> EndorsedBy:
    return EndorsedBy(frozenset(profiles or {BOARD}), **more)  # type: ignore[arg-type]


def definition(*nodes: Node) -> Definition:
    """The last node is the root."""
    return Definition(nodes, nodes[-1].id)


def plan(*nodes: Node, referenced: Definitions = NONE) -> Plan:
    return compile_plan(definition(*nodes), "digest", referenced)


def award(
    name: str,
    on: str = "2026-04-01",
    *,
    id: str = "",
    since: str = "",
    until: str = OPEN_END,
    issuer: Iri = UNIVERSITY,
    number: int | None = 1,
    ended: Ended | None = None,
    reason: str | None = None,
    endorsements: Iterable[Endorsement] = (),
) -> Award:
    return Award(
        Iri(f"https://univ.example/awards/{id or name}"),
        badge(name),
        issuer,
        day(on),
        Span(day(since or on), day(until)),
        number,
        ended,
        reason,
        tuple(endorsements),
    )


def endorsement(
    target: Iri,
    since: str = "2026-01-01",
    *,
    by: Iri = BOARD,
    until: str = OPEN_END,
    number: int | None = 1,
    kind: Kind = Kind.ENDORSE,
    ended: Ended | None = None,
    standing: Standing = Standing.OWN,
    id: str = "",
) -> Endorsement:
    return Endorsement(
        id=Iri(f"urn:endorsement:{id or f'{by}-{target}-{since}'}"),
        kind=kind,
        endorser=by,
        target=target,
        span=Span(day(since), day(until)),
        number=number,
        ended=ended,
        standing=standing,
    )


def endorsement_of(plain: Mapping[str, Any]) -> Endorsement:
    """Read an endorsement as `tests.brute_force` takes it."""
    return Endorsement(
        id=Iri(plain["id"]),
        kind=Kind[plain["kind"]],
        endorser=Iri(plain["endorser"]),
        target=Iri(plain["target"]),
        span=Span(Instant(plain["since"]), Instant(plain["until"])),
        number=plain["number"],
        standing=Standing[plain["standing"]],
        unverified=plain.get("unverified"),
    )


def award_of(plain: Mapping[str, Any]) -> Award:
    """Read an award as `tests.brute_force` takes it."""
    return Award(
        id=Iri(plain["id"]),
        achievement=Iri(plain["achievement"]),
        issuer=Iri(plain["issuer"]),
        awarded_at=Instant(plain["awardedAt"]),
        span=Span(Instant(plain["since"]), Instant(plain["until"])),
        number=plain["number"],
        endorsements=tuple(endorsement_of(each) for each in plain["endorsements"]),
        results=tuple(Result(each["description"], each["value"], tuple(each["scale"])) for each in plain["results"]),
        evidence=frozenset(plain["evidence"]),
        unverified=plain.get("unverified"),
    )


def equivalence_of(plain: Mapping[str, Any]) -> Equivalence:
    """Read a claim of equivalence as `tests.brute_force` takes it."""
    return Equivalence(
        id=Iri(plain["id"]),
        source=Iri(plain["source"]),
        target=Iri(plain["target"]),
        claimant=Iri(plain["claimant"]),
        span=Span(Instant(plain["since"]), Instant(plain["until"])),
        factor=Decimal(plain["factor"]),
        unverified=plain.get("unverified"),
    )


def waiver_of(plain: Mapping[str, Any]) -> Waiver:
    """Read a waiver as `tests.brute_force` takes it."""
    span = Span(Instant(plain["since"]), Instant(plain["until"]))
    return Waiver(Iri(plain["id"]), plain["node"], BOARD, span)


def facts_of(plain: Mapping[str, Any]) -> Facts:
    """Read facts as `tests.brute_force` takes them."""
    return Facts(
        awards=tuple(map(award_of, plain["awards"])),
        endorsements=by_target(map(endorsement_of, plain["endorsements"])),
        waivers=tuple(map(waiver_of, plain["waivers"])),
        equivalences=tuple(map(equivalence_of, plain["equivalences"])),
    )


def facts(*awards: Award, endorsements: Iterable[Endorsement] = ()) -> Facts:
    return Facts(awards, by_target(endorsements))


def equivalence(
    source: str,
    target: str,
    factor: str = "1",
    *,
    by: Iri = BOARD,
    since: str = "2026-01-01",
    until: str = OPEN_END,
    unverified: str | None = None,
) -> Equivalence:
    """The claim `urn:equivalence:<source>-<target>`."""
    span = Span(day(since), day(until))
    id_ = Iri(f"urn:equivalence:{source}-{target}")
    return Equivalence(id_, badge(source), badge(target), by, span, Decimal(factor), unverified=unverified)


def waiver(node: str, since: str = "2026-01-01", until: str = OPEN_END) -> Waiver:
    """The waiver `urn:waiver:<node>-<since>`."""
    return Waiver(Iri(f"urn:waiver:{node}-{since}"), node, BOARD, Span(day(since), day(until)))


def trusting(*nodes: Node, claimants: Iterable[Iri] = (BOARD,)) -> Plan:
    """A plan in which the claims of equivalence of `claimants` count."""
    return compile_plan(replace(definition(*nodes), trusts=frozenset(claimants)), "digest")
