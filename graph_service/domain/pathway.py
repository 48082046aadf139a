"""The definition of one pathway version: a directed graph of requirements. `pathway_json.py` has its JSON.

A node may be part of several wholes: what is shared is written once. `ALL` and `ANY` are spellings of
"at least n of k" (n = k, n = 1). Earning more never undoes anything, so there is no "not" and no "at most".

Three kinds of node look at the awards below them in their own way: a Window, what comes after STRICT, and an AtLeast
with an `award_cap`. They are scopes: what lies in one lies in no other place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate

from graph_service.domain.endorsement import Kind, Standing, TargetType
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.time import Span

NAME_LIMIT = 300
UNIT_LIMIT = 64
DECIMAL_PLACES = 6
"""Digits after the point of an amount of credits; before it there may be nine."""
COUNTING_KINDS = frozenset({Kind.ENDORSE, Kind.RECOGNISE})
"""The kinds of endorsement that a condition asks for when it names none."""
OWN_ALONE = frozenset({Standing.OWN})
"""The standings that it asks for when it names none."""
COUNTING_STANDINGS = (Standing.OWN, Standing.FOREIGN)
"""Those that it may name: what the service attests for somebody is not their signature."""


class NodeKind(StrEnum):
    """How the JSON spells a node."""

    LEAF = "LEAF"
    ALL = "ALL"
    ANY = "ANY"
    AT_LEAST = "AT_LEAST"
    CREDITS = "CREDITS"
    WINDOW = "WINDOW"
    AFTER = "AFTER"
    REF = "REF"


class When(StrEnum):
    """The instant at which an endorsement must be in force."""

    NOW = "NOW"  # the one asked about: it counts for earlier awards too, and no longer once withdrawn
    AT_AWARD = "AT_AWARD"  # when the award was made


class Versions(StrEnum):
    """Which version of an achievement an endorsement speaks for."""

    SAME = "SAME"  # the version that was awarded
    ANY = "ANY"


class ValidAt(StrEnum):
    """The instant at which an award must be valid. Under the last two, what ends later counts on."""

    NOW = "NOW"  # the one asked about
    AT_AWARD = "AT_AWARD"  # when it was earned
    AT_COMPLETION = "AT_COMPLETION"  # any at which the whole pathway that the leaf stands in was complete


class Mode(StrEnum):
    """What a prerequisite means."""

    ADVISE = "ADVISE"  # earn it first: next steps say so, nothing else does (CTDL `precedes`)
    GATE = "GATE"  # the rest does not count until it holds, whatever the dates
    STRICT = "STRICT"  # besides, only what was awarded once it first held counts


class Issue(StrEnum):
    """What happens when somebody completes a pathway that has an output."""

    OFF = "OFF"
    REVIEW = "REVIEW"  # it waits for an ISSUER of the pathway's owner
    AUTO = "AUTO"  # the output is awarded


class OnLapse(StrEnum):
    """What happens to an output that was awarded when its basis no longer holds. In any case it is marked."""

    KEEP = "KEEP"
    SUSPEND = "SUSPEND"  # it does not count until the basis holds again
    REVOKE = "REVOKE"


@dataclass(frozen=True, slots=True)
class EndorsedBy:
    """At least `min_count` of `profiles` endorse the achievement, its issuer or the award itself.

    `versions` is about endorsements of achievements only; an award names no version of its issuer. Of `standings` any
    one will do: signed here (OWN), or elsewhere and kept here (FOREIGN). With `accredited_by`, an endorser counts only
    while one of those accredits it (an endorsement of the endorser, of the kind ACCREDIT) at the same instant.
    """

    profiles: frozenset[Iri]
    kinds: frozenset[Kind] = COUNTING_KINDS
    on: TargetType = TargetType.ACHIEVEMENT
    min_count: int = 1
    when: When = When.NOW
    versions: Versions = Versions.SAME
    standings: frozenset[Standing] = OWN_ALONE
    accredited_by: frozenset[Iri] = frozenset()


@dataclass(frozen=True, slots=True)
class Level:
    """The result of an award under a result description is `at_least` this or better.

    What is better is said by the order of the description's `allowedValue` (low to high, OB 3.0 §B.1.20), of numbers by
    their size. An award without such a result is too low.
    """

    result: str
    at_least: str


@dataclass(frozen=True, slots=True)
class VersionRange:
    """The versions of an achievement from `first` to `last`, both included; None: no bound."""

    first: int | None = None
    last: int | None = None

    def holds(self, number: int | None) -> bool:
        """Tell whether a version lies in the range; what has no number does not."""
        return number is not None and (self.first or 1) <= number and (self.last is None or number <= self.last)


@dataclass(frozen=True, slots=True)
class Guards:
    """What an award must fulfil to count for a leaf; all of them must hold. None: whoever issued it, whenever.

    `awarded_between` is about `awardedAt`, the date that survives re-issue. `evidence`: kinds (OB 3.0 `genre`) of which
    the award must carry evidence, one of each. `version`: of the achievement that was awarded.
    """

    issued_by: frozenset[Iri] | None = None
    endorsed_by: tuple[EndorsedBy, ...] = ()
    valid_at: ValidAt = ValidAt.NOW
    awarded_between: Span | None = None
    level: tuple[Level, ...] = ()
    evidence: frozenset[str] = frozenset()
    version: VersionRange | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """An award of one of `targets` (achievements); `times` such awards, earned on as many days (in Japan).

    `credits` is what the leaf is worth, by unit, to those Credits that it is part of: once, however often earned.
    """

    id: str
    targets: tuple[Iri, ...]
    guards: Guards = Guards()
    times: int = 1
    name: LanguageMap | None = None
    credits: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def kind(self) -> NodeKind:
        """LEAF."""
        return NodeKind.LEAF


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of `parts` (ids of nodes).

    With `award_cap` k one award fills at most k of the leaves below (1: EXCLUSIVE, more: CAP; None: SHARED, as many as
    there are). Such a group needs all of its parts, leaves or plain groups of leaves, or any number of leaves alone:
    anything else could not be decided in reasonable time.
    """

    id: str
    count: int
    parts: tuple[str, ...]
    name: LanguageMap | None = None
    award_cap: int | None = None

    @property
    def kind(self) -> NodeKind:
        """ALL, ANY or AT_LEAST: the shortest spelling of the count."""
        if self.count == len(self.parts):
            return NodeKind.ALL
        return NodeKind.ANY if self.count == 1 else NodeKind.AT_LEAST


@dataclass(frozen=True, slots=True)
class Credits:
    """Those of `parts` (ids of leaves) that hold are worth `threshold` or more in `unit` together.

    No leaf is worth more than `source_cap`. What counts under an equivalence is worth its factor of that.
    """

    id: str
    unit: str
    threshold: Decimal
    parts: tuple[str, ...]
    name: LanguageMap | None = None
    source_cap: Decimal | None = None

    @property
    def kind(self) -> NodeKind:
        """CREDITS."""
        return NodeKind.CREDITS


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time by the calendar (in Japan): so many months, then so many days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """`part` (id of a node) holds by awards alone that were made within one window of this length, wherever it lies.

    The window is half-open, and `awardedAt` is what lies in it.
    """

    id: str
    part: str
    length: Length
    name: LanguageMap | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The part, alone."""
        return (self.part,)

    @property
    def kind(self) -> NodeKind:
        """WINDOW."""
        return NodeKind.WINDOW


@dataclass(frozen=True, slots=True)
class After:
    """`part` with `prerequisite` before it (ids of nodes), as `mode` says.

    ADVISE: as complete as `part`. GATE: both, in whatever order. STRICT: both, and below `part` only awards count that
    were made at or after the first instant at which `prerequisite` held.
    """

    id: str
    prerequisite: str
    part: str
    mode: Mode = Mode.ADVISE
    name: LanguageMap | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The prerequisite, then the part."""
        return (self.prerequisite, self.part)

    @property
    def kind(self) -> NodeKind:
        """AFTER."""
        return NodeKind.AFTER


@dataclass(frozen=True, slots=True)
class Ref:
    """Another stack: a published pathway version, as complete as its root; or an achievement, if it is held.

    With `accept_unissued` an achievement counts as well once the version holds whose output it is, although nobody has
    awarded it yet. A draft need not name that version; what is published does.
    """

    id: str
    pathway_version: Iri | None = None
    achievement: Iri | None = None
    accept_unissued: bool = False
    name: LanguageMap | None = None

    @property
    def kind(self) -> NodeKind:
        """REF."""
        return NodeKind.REF


Group = AtLeast | Credits | Window | After
Node = Leaf | Group | Ref


@dataclass(frozen=True, slots=True)
class Output:
    """What who completes a pathway is awarded: an achievement that its owner offers."""

    achievement: Iri
    issue: Issue = Issue.OFF
    on_lapse: OnLapse = OnLapse.KEEP


@dataclass(frozen=True, slots=True)
class Definition:
    """A pathway version's requirements. A draft may break every rule of publishing (`pathway/rules.py`).

    `trusts`: the profiles whose claims of equivalence count in it.
    """

    nodes: tuple[Node, ...]
    root: str | None = None
    trusts: frozenset[Iri] = frozenset()
    output: Output | None = None

    @property
    def targets(self) -> frozenset[Iri]:
        """The achievements that are asked for."""
        leaves = frozenset(target for node in self.nodes if isinstance(node, Leaf) for target in node.targets)
        return leaves | {each.achievement for each in self.nodes if isinstance(each, Ref) and each.achievement}

    @property
    def profiles(self) -> frozenset[Iri]:
        """The issuers, endorsers, accreditors and claimants of equivalence that are named."""
        guards = [node.guards for node in self.nodes if isinstance(node, Leaf)]
        endorsers = (guard.profiles | guard.accredited_by for each in guards for guard in each.endorsed_by)
        return self.trusts.union(*(each.issued_by or () for each in guards), *endorsers)

    @property
    def references(self) -> frozenset[Iri]:
        """The pathway versions that are named."""
        return frozenset(each.pathway_version for each in self.nodes if isinstance(each, Ref) and each.pathway_version)


def requirement_id(version: Iri, node: str) -> Iri:
    """Return the identifier of a node outside of its own version."""
    return Iri(f"{version}#{node}")


def fewest(amounts: Iterable[Decimal], wanted: Decimal) -> int:
    """Return how many of `amounts`, the largest first, it takes to reach `wanted`."""
    sums = accumulate(sorted(amounts, reverse=True), initial=Decimal(0))
    return sum(reached < wanted for reached in sums)


def exact(amount: Decimal) -> str:
    """Write an amount with all its digits, without exponent."""
    return format(amount, "f")
