"""The facts of some learners for the versions of one pathway, read by one statement."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from graph_service.domain.endorsement import Ended, Kind, Standing, TargetType
from graph_service.domain.enrolment import Policy
from graph_service.domain.iri import Iri
from graph_service.domain.pathway import requirement_id
from graph_service.domain.time import Instant, Span
from graph_service.errors import DeadlineExceeded, Unavailable
from graph_service.pathway.equivalences import leading
from graph_service.pathway.facts import Award, Endorsement, Equivalence, Facts, Result, Waiver, by_target
from graph_service.pathway.plan import Plan
from graph_service.pathway.versions import Enrolment, Version
from graph_service.services.call import Call, World
from graph_service.services.publishing import pathway_of


@dataclass(frozen=True)
class Compiled:
    """A version's plan, and the versions that it rests on."""

    plan: Plan
    below: frozenset[Iri]


@dataclass(frozen=True)
class Learner:
    """What is known of one learner."""

    facts: Facts
    enrolments: tuple[Enrolment, ...]


@dataclass(frozen=True)
class Known:
    """What one statement answered, of the learners whom the asker may see.

    Of supposed achievements: the number of the newest version, and the owner. `claimed`: what claims of equivalence
    are about.
    """

    versions: tuple[Version, ...]
    learners: Mapping[Iri, Learner]
    newest: Mapping[Iri, int]
    owners: Mapping[Iri, Iri]
    claimed: frozenset[Iri]


async def rows(
    world: World,
    call: Call,
    compiled: Collection[Compiled],
    *,
    pathway: str,
    learners: Sequence[str],
    supposed: Collection[str],
) -> list[Any]:
    """Return the rows that `known` reads. What is asked for is what any of the plans needs."""
    plans = [each.plan for each in compiled]
    types = frozenset[TargetType]().union(*(each.target_types for each in plans))
    endorsers = _all(each.endorsers for each in plans)
    issuers = endorsers if TargetType.PROFILE in types else []
    return await world.store.read(
        "facts/progress",
        pathwayId=pathway,
        pathwayIds=sorted({Iri(pathway), *(pathway_of(version) for each in compiled for version in each.below)}),
        achievements=_all(each.achievements for each in plans),
        trusts=_all(each.trusts for each in plans),
        endorsers=endorsers,
        endorsersOfIssuers=issuers,
        endorsersOfProfiles=sorted({*issuers, *_all(each.accreditors for each in plans)}),
        endorsersOfAwards=endorsers if TargetType.AWARD in types else [],
        readers=call.principal.readers(call.at),
        supposed=sorted(supposed),
        learners=list(learners),
    )


def _all(sets: Iterator[frozenset[Iri]]) -> list[Iri]:
    return sorted(frozenset[Iri]().union(*sets))


def known(call: Call, rows: Sequence[Mapping[str, Any]], compiled: Collection[Compiled], *, pathway: Iri) -> Known:
    """Read the rows. Of claims of equivalence only those are kept that lead to what any of the plans asks for."""
    below = frozenset[Iri]().union(*(each.below for each in compiled))
    targets = frozenset[Iri]().union(*(each.plan.achievements for each in compiled))
    shared = Facts(
        endorsements=by_target(_endorsement(row) for row in rows if "endorsement" in row),
        equivalences=leading((_equivalence(row) for row in rows if "equivalence" in row), targets),
    )
    places: dict[Iri, list[Iri | None]] = {pathway: [None]}
    for version in below:
        places.setdefault(pathway_of(version), []).append(version)
    return Known(
        versions=tuple(sorted(versions(rows), key=lambda version: version.number)),
        learners={
            row["learner"]: _learner(row, shared, places) for row in rows if "learner" in row and _may_see(call, row)
        },
        newest={row["achievement"]: row["newest"] for row in rows if "newest" in row},
        owners={row["achievement"]: row["issuer"] for row in rows if "newest" in row},
        claimed=frozenset(claim.source for claim in shared.equivalences),
    )


def versions(rows: Sequence[Mapping[str, Any]]) -> Iterator[Version]:
    """Yield the published versions among the rows."""
    for row in rows:
        if "version" in row and "digest" in row:
            span = Span(row["since"], row["until"])
            yield Version(row["version"], row["number"], row["digest"], span, row["closedFrom"] or row["until"])


def _may_see(call: Call, row: Mapping[str, Any]) -> bool:
    """Tell whether the asker may know the progress of a learner: the own one, with consent, or all of them."""
    consented = any(Span(each["since"], each["until"]).holds(call.at) for each in row["consents"])
    return consented or row["learner"] == call.principal.learner or call.principal.operates(call.at)


def _learner(row: Mapping[str, Any], shared: Facts, places: Mapping[Iri, Sequence[Iri | None]]) -> Learner:
    facts = replace(
        shared,
        awards=tuple(map(_award, row["awards"])),
        waivers=tuple(waiver for each in row["waivers"] for waiver in _waivers(each, places)),
    )
    return Learner(facts, tuple(map(_enrolment, row["enrolments"])))


def _enrolment(row: Mapping[str, Any]) -> Enrolment:
    return Enrolment(Policy(row["policy"]), Span(row["since"], row["until"]), row["version"])


def _award(row: Mapping[str, Any]) -> Award:
    return Award(
        id=row["id"],
        achievement=row["achievement"],
        issuer=row["issuer"],
        awarded_at=row["awardedAt"],
        span=Span(row["since"], row["until"]),
        number=row["number"],
        ended=Ended(row["ended"]) if row["ended"] else None,
        reason=row["reason"],
        endorsements=tuple(map(_endorsement, row["endorsements"])),
        results=tuple(map(_result, json.loads(row["results"] or "[]"))),
        evidence=frozenset(row["evidence"] or ()),
        suspensions=tuple(Span(*map(Instant, each.split("/"))) for each in row["suspensions"] or ()),
    )


def _result(row: Mapping[str, Any]) -> Result:
    return Result(row["description"], row["value"], tuple(row["scale"]))


def _endorsement(row: Mapping[str, Any]) -> Endorsement:
    return Endorsement(
        id=row["endorsement"],
        kind=Kind(row["kind"]),
        endorser=row["endorser"],
        target=row["target"],
        span=Span(row["since"], row["until"]),
        number=row["number"],
        ended=Ended(row["ended"]) if row["ended"] else None,
        reason=row["reason"],
        standing=Standing(row["standing"] or Standing.OWN),
        unverified=(row["code"] or "-") if row["outcome"] == "unknown" and not row["ended"] else None,
    )


def _equivalence(row: Mapping[str, Any]) -> Equivalence:
    return Equivalence(
        id=row["equivalence"],
        source=row["source"],
        target=row["target"],
        claimant=row["claimant"],
        span=Span(row["since"], row["until"]),
        factor=Decimal(row["factor"]),
        pathway=row["pathway"],
    )


def _waivers(row: Mapping[str, Any], places: Mapping[Iri, Sequence[Iri | None]]) -> Iterator[Waiver]:
    """Yield a waiver in every place where its node may stand: in the pathway itself, and in versions of it below."""
    for version in places[row["pathway"]]:
        node = requirement_id(version, row["node"]) if version else row["node"]
        yield Waiver(row["id"], node, row["by"], Span(row["since"], row["until"]), row["reason"])


_LISTS = (
    "pathwayIds",
    "achievements",
    "trusts",
    "endorsers",
    "endorsersOfIssuers",
    "endorsersOfProfiles",
    "endorsersOfAwards",
    "readers",
    "supposed",
    "learners",
)


async def plan_ahead(world: World) -> None:
    """Ask about nobody: Neo4j plans this largest of all statements for seconds, and nobody has to wait for that."""
    nobody = "urn:graph-service:nobody"
    with suppress(DeadlineExceeded, Unavailable):  # it goes on planning
        await world.store.read("facts/progress", pathwayId=nobody, **{name: [nobody] for name in _LISTS})
