"""Random pathways that may be published, and random facts, as plain JSON. Time is a few ticks.

What is common stands several times among the choices, so that enough of the pathways come to hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Any, NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from graph_service.domain.iri import Iri
from graph_service.domain.pathway import Definition
from graph_service.domain.pathway_json import parse
from graph_service.pathway import rules
from graph_service.pathway.plan import Plan, compile_plan
from graph_service.pathway.rules.scopes import MAX_STRICT_IN_WINDOW

Json = dict[str, Any]

TICKS = [  # two that are one day in Japan, ends of months, a month before and after a short one
    "2026-01-30T00:00:00Z",
    "2026-01-30T14:59:59Z",
    "2026-01-30T15:00:00Z",
    "2026-02-27T15:00:00Z",
    "2026-02-28T00:00:00Z",
    "2026-02-28T15:00:00Z",
    "2026-03-30T15:00:00Z",
    "2026-03-31T00:00:00Z",
]
NEVER = "9999-12-31T23:59:59Z"
LENGTHS = ["P1D", "P28D", "P1M", "P1M1D", "P2M"]
BADGES = [f"https://a.example/{name}" for name in "abcd"]
OUTPUTS = [f"https://a.example/output-{number}" for number in range(100)]
"""What versions award, each its own; no leaf asks for it."""
PROFILES = [f"https://{name}.example" for name in ("board", "head", "university")]
UNIT = "ECTS"
GRADE, SCORE = "https://a.example/a#grade", "https://a.example/a#score"
SCALES: Mapping[str, list[str]] = {GRADE: ["C", "B", "A"], SCORE: []}


class Stack(NamedTuple):
    """A pathway and the versions that it rests on, as JSON."""

    definition: Json
    versions: Mapping[str, Json]

    def plan(self) -> Plan:
        definition = parse(self.definition)
        referenced = {Iri(version): parse(each) for version, each in self.versions.items()}
        assume(published(definition, referenced) == ())
        return compile_plan(definition, "digest", referenced)

    def nodes(self) -> Iterator[tuple[str, Json]]:
        """Yield every node with the id that it has from outside."""
        for version, definition in (("", self.definition), *self.versions.items()):
            for node in definition["nodes"]:
                yield (f"{version}#{node['id']}" if version else node["id"]), node

    def waivable(self) -> list[str]:
        """Return the nodes that may be waived: all but the roots."""
        roots = {self.definition["root"], *(f"{version}#{each['root']}" for version, each in self.versions.items())}
        return sorted({id_ for id_, _ in self.nodes()} - roots)


def published(definition: Definition, referenced: Mapping[Iri, Definition]) -> tuple[object, ...]:
    """Return what forbids to publish it."""
    offered = {definition.output.achievement} if definition.output else set()
    return rules.check(
        definition,
        achievements=definition.targets | offered,
        profiles=definition.profiles,
        referenced=referenced,
        offered=offered,
    )


# Leaves.

instants = st.sampled_from(TICKS)
asked_at = st.sampled_from([*TICKS, *[TICKS[-1]] * 8])
numbers = st.sampled_from([1, 1, 1, 2, None])
profiles = st.lists(st.sampled_from(PROFILES), min_size=1, unique=True)
kinds = st.lists(st.sampled_from(["ENDORSE", "RECOMMEND"]), min_size=1, unique=True)


@st.composite
def endorsed_by(draw: st.DrawFn) -> Json:
    named = draw(profiles)
    optional = {
        "kinds": kinds,
        "on": st.sampled_from(["ACHIEVEMENT", "PROFILE", "AWARD"]),
        "minCount": st.integers(1, len(named)),
        "when": st.sampled_from(["NOW", "AT_AWARD"]),
        "versions": st.sampled_from(["SAME", "ANY"]),
        "standings": st.lists(st.sampled_from(["OWN", "FOREIGN"]), min_size=1, unique=True),
        "accreditedBy": profiles,
    }
    return {"profiles": named, **draw(st.fixed_dictionaries({}, optional=optional))}


spans_of_awarding = st.one_of(
    st.fixed_dictionaries({"since": instants}),
    st.fixed_dictionaries({"until": instants}),
    st.lists(instants, min_size=2, max_size=2, unique=True).map(
        lambda ends: dict(zip(("since", "until"), sorted(ends), strict=True))
    ),
)
levels = st.one_of(
    st.fixed_dictionaries({"result": st.just(GRADE), "atLeast": st.sampled_from(["C", "B", "A", "S"])}),
    st.fixed_dictionaries({"result": st.just(SCORE), "atLeast": st.sampled_from(["9", "10", "10.0", "best"])}),
)
ranges = st.sampled_from([{"from": 1}, {"to": 1}, {"from": 2}, {"from": 1, "to": 2}])
valid_at = st.sampled_from(["NOW", "AT_AWARD", "AT_COMPLETION"])
one_endorsement = st.lists(endorsed_by(), min_size=1, max_size=1)
guards = st.one_of(
    st.fixed_dictionaries({"validAt": valid_at}),
    st.fixed_dictionaries({"validAt": valid_at}),
    st.fixed_dictionaries({"validAt": valid_at, "awardedBetween": spans_of_awarding}),
    st.fixed_dictionaries({"endorsedBy": one_endorsement}),
    st.fixed_dictionaries({"level": st.lists(levels, min_size=1, max_size=1)}),
    st.fixed_dictionaries(
        {},
        optional={
            "issuedBy": profiles,
            "endorsedBy": one_endorsement,
            "validAt": valid_at,
            "awardedBetween": spans_of_awarding,
            "evidence": st.just(["report"]),
            "version": ranges,
        },
    ),
)
amounts = st.sampled_from(["0.1", "0.2", "0.3", "1", "1.5", "2.50", "0.000001"])
targets = st.lists(st.sampled_from(BADGES), min_size=1, max_size=3, unique=True)
worth = st.fixed_dictionaries({UNIT: amounts}, optional={"時間": amounts})
bare_leaves = st.fixed_dictionaries({"kind": st.just("LEAF"), "targets": targets}, optional={"credits": worth})
guarded_leaves = st.fixed_dictionaries(
    {"kind": st.just("LEAF"), "targets": targets},
    optional={
        "guards": guards,
        "times": st.sampled_from([1, 1, 1, 2]),
        "name": st.just({"ja": "名", "en": "name"}),
        "credits": worth,
    },
)
any_leaves = st.one_of(bare_leaves, guarded_leaves, guarded_leaves)


def forgetful(leaf: Json) -> Json:
    """Return a leaf that does not ask what was complete once."""
    guards = leaf.get("guards", {})
    if guards.get("validAt") != "AT_COMPLETION":
        return leaf
    return {**leaf, "guards": {name: each for name, each in guards.items() if name != "validAt"}}


# Pathways. What is below a scoping node is drawn for it alone, so that nothing lies in two scopes.


class Growing:
    """A stack while it is drawn. Versions that may be referred to from anywhere are `common`; others have one place."""

    def __init__(self, draw: st.DrawFn, leaves: st.SearchStrategy[Json]) -> None:
        self.draw = draw
        self.leaves = leaves
        self.versions: dict[str, Json] = {}
        self.names = count()
        self.orders = 0  # that may still be STRICT below the window that is being drawn

    def chance(self, of: int) -> bool:
        return bool(self.draw(st.integers(0, of - 1)) == of - 1)

    def version(self, common: Sequence[str] = (), *, windows: bool = True, depth: int = 1) -> str:
        number = next(self.names)
        version = f"https://a.example/pathways/{number}/versions/1"
        output = {"achievement": OUTPUTS[number]}
        self.versions[version] = {**self.definition(common, windows=windows, depth=depth), "output": output}
        return version

    def private(self, *, windows: bool, depth: int) -> str:
        """Draw a version that lies in a scope: nothing in it asks when it was complete."""
        growing = Growing(self.draw, self.leaves.map(forgetful))
        growing.versions, growing.names = self.versions, self.names
        return growing.version(windows=windows, depth=depth)

    def definition(self, common: Sequence[str], *, windows: bool = True, depth: int = 0) -> Json:
        nodes: dict[str, Json] = {}
        root = self.scope(nodes, common, windows=windows, depth=depth)
        trusts = self.draw(st.sampled_from([PROFILES, PROFILES[:1], []]))
        return {"root": root, "nodes": reached(nodes, root), "trusts": trusts}

    def scope(self, nodes: dict[str, Json], common: Sequence[str], *, windows: bool, depth: int) -> str:
        """Draw what lies in one scope: leaves and references, then groups over anything before them."""
        here = [self.add(nodes, self.draw(self.leaves)) for _ in range(self.draw(st.integers(1, 4 - depth)))]
        for version in common:
            if self.chance(2):
                here.append(self.add(nodes, self.reference(version)))
        if 0 < depth < 3 and self.chance(8):
            here.append(self.add(nodes, self.reference(self.private(windows=windows, depth=depth + 1))))
        for _ in range(self.draw(st.sampled_from([0, 1, 2, 3, 4, 4]))):
            made = self.scoping(nodes, here, windows=windows, depth=depth) if self.chance(3) and depth < 2 else None
            here.append(self.add(nodes, made or self.group([nodes[id_] for id_ in here])))
        return here[-1]

    def add(self, nodes: dict[str, Json], node: Json) -> str:
        id_ = f"n{len(nodes)}"
        nodes[id_] = {"id": id_, **node}
        return id_

    def reference(self, version: str) -> Json:
        output = self.versions[version]["output"]["achievement"]
        stack = {"kind": "REF", "pathwayVersion": version}
        unissued = {**stack, "achievement": output, "acceptUnissued": True}
        return self.draw(st.sampled_from([stack, stack, unissued, {"kind": "REF", "achievement": output}]))

    def scoping(self, nodes: dict[str, Json], here: Sequence[str], *, windows: bool, depth: int) -> Json:
        allowed = {"CAPPED": True, "STRICT": windows or self.orders > 0, "WINDOW": windows}
        match self.draw(st.sampled_from([kind for kind, may in allowed.items() if may])):
            case "WINDOW":
                self.orders = MAX_STRICT_IN_WINDOW
                part = self.scope(nodes, [], windows=False, depth=depth + 1)
                return {"kind": "WINDOW", "part": part, "length": self.draw(st.sampled_from(LENGTHS))}
            case "STRICT":
                self.orders -= not windows
                part = self.scope(nodes, [], windows=windows, depth=depth + 1)
                before = self.draw(st.sampled_from(here))
                return {"kind": "AFTER", "prerequisite": before, "part": part, "mode": "STRICT"}
        return self.capped(nodes)

    def capped(self, nodes: dict[str, Json]) -> Json:
        def slots(least: int) -> list[str]:
            leaves = [self.draw(self.leaves) for _ in range(self.draw(st.integers(least, 3)))]
            return [self.add(nodes, {**leaf, "times": 1}) for leaf in leaves]

        cap = {"awardCap": self.draw(st.sampled_from([1, 1, 2]))}
        if self.chance(2):
            return {**self.counted(slots(2)), **cap}
        groups = [self.add(nodes, self.counted(slots(1))) for _ in range(self.draw(st.integers(1, 2)))]
        return {"kind": "ALL", "parts": [*groups, *slots(0)[:1]], **cap}

    def counted(self, parts: Sequence[str]) -> Json:
        kind = self.draw(st.sampled_from(["ALL", "ANY", "AT_LEAST"]))
        counted = {"count": self.draw(st.integers(1, len(parts)))} if kind == "AT_LEAST" else {}
        return {"kind": kind, "parts": list(parts), **counted}

    def group(self, before: Sequence[Json]) -> Json:
        """A group over some of what stands before it."""

        def some(nodes: Sequence[Json]) -> list[str]:
            few = min(len(nodes), 3)
            chosen = st.lists(st.sampled_from(nodes), min_size=few, max_size=4, unique_by=identity)
            return [node["id"] for node in self.draw(chosen)]

        worth = [node for node in before if UNIT in node.get("credits", {})]
        if worth and self.chance(3):
            return self.sum(some(worth), {node["id"]: Decimal(node["credits"][UNIT]) for node in worth})
        if len(before) > 1 and self.chance(4):
            part, prerequisite = some(before)[:2]
            mode = self.draw(st.sampled_from([{}, {"mode": "ADVISE"}, {"mode": "GATE"}]))
            return {"kind": "AFTER", "prerequisite": prerequisite, "part": part, **mode}
        return self.counted(some(before))

    def sum(self, parts: list[str], worth: Mapping[str, Decimal]) -> Json:
        cap = self.draw(st.sampled_from([None, None, Decimal("0.2"), Decimal(1)]))
        capped = [worth[part] if cap is None else min(worth[part], cap) for part in parts]
        threshold = self.draw(st.sampled_from([sum(capped), capped[0], min(sum(capped), Decimal("0.3"))]))
        made: Json = {"kind": "CREDITS", "unit": UNIT, "threshold": format(threshold, "f"), "parts": parts}
        return made if cap is None else {**made, "perSourceCap": format(cap, "f")}


def identity(node: Json) -> str:
    return str(node["id"])


def parts_of(node: Json) -> list[str]:
    return [*node.get("parts", ()), *(node[name] for name in ("prerequisite", "part") if name in node)]


def reached(nodes: Mapping[str, Json], root: str) -> list[Json]:
    wanted = {root}
    for id_ in reversed(list(nodes)):  # parts stand before wholes
        if id_ in wanted:
            wanted.update(parts_of(nodes[id_]))
    return [node for id_, node in nodes.items() if id_ in wanted]


def rested_on(definition: Json, versions: Mapping[str, Json]) -> set[str]:
    direct = {node["pathwayVersion"] for node in definition["nodes"] if "pathwayVersion" in node}
    return direct.union(*(rested_on(versions[version], versions) for version in direct))


def stack_of(definition: Json, versions: Mapping[str, Json]) -> Stack:
    return Stack(definition, {version: versions[version] for version in rested_on(definition, versions)})


@st.composite
def stacks(draw: st.DrawFn, leaves: st.SearchStrategy[Json] = any_leaves, least: int = 0) -> Stack:
    """A pathway over up to two common versions, the second of which may rest on the first."""
    growing = Growing(draw, leaves)
    common: list[str] = []
    for _ in range(draw(st.sampled_from([least, least, 1, 2]))):
        common.append(growing.version(common))
    definition = growing.definition(common)
    return Stack(
        definition, {version: growing.versions[version] for version in rested_on(definition, growing.versions)}
    )


@st.composite
def pairs(draw: st.DrawFn, leaves: st.SearchStrategy[Json]) -> tuple[Stack, Stack]:
    """Two pathways that share no node and trust everybody."""
    growing = Growing(draw, leaves)
    first, second = growing.definition([]), {**growing.definition([]), "trusts": PROFILES}
    return stack_of({**first, "trusts": PROFILES}, growing.versions), stack_of(second, growing.versions)


def side_by_side(first: Stack, second: Stack, root: Json) -> Stack:
    """Return a pathway whose root has two others below it, by the ids `first` and `second`."""

    def renamed(stack: Stack, name: str) -> Iterator[Json]:
        new = {id_: f"{name}-{id_}" for id_ in (node["id"] for node in stack.definition["nodes"])}
        new[stack.definition["root"]] = name
        for node in stack.definition["nodes"]:
            named = {each: new[node[each]] for each in ("id", "part", "prerequisite") if each in node}
            parts = {"parts": [new[part] for part in node["parts"]]} if "parts" in node else {}
            yield {**node, **named, **parts}

    nodes = [*renamed(first, "first"), *renamed(second, "second"), {"id": "root", **root}]
    return Stack({"root": "root", "nodes": nodes, "trusts": PROFILES}, {**first.versions, **second.versions})


# Facts.

spans = st.fixed_dictionaries(
    {"since": st.sampled_from([*[TICKS[0]] * 8, *TICKS]), "until": st.sampled_from([*[NEVER] * 8, *TICKS])}
)
doubts = st.sampled_from([None, None, None, None, "the status list cannot be reached"])


@st.composite
def endorsements(draw: st.DrawFn, targets: Sequence[str]) -> Json:
    return {
        "id": f"urn:endorsement:{draw(st.integers(0, 999))}",
        "kind": draw(st.sampled_from(["ENDORSE", "ENDORSE", "RECOMMEND", "ACCREDIT"])),
        "standing": draw(st.sampled_from(["OWN", "OWN", "OWN", "FOREIGN", "ATTESTED"])),
        "endorser": draw(st.sampled_from(PROFILES)),
        "target": draw(st.sampled_from(targets)),
        "number": draw(numbers),
        "unverified": draw(doubts),
        **draw(spans),
    }


results = st.sampled_from([GRADE, SCORE]).flatmap(
    lambda description: st.fixed_dictionaries(
        {
            "description": st.just(description),
            "value": st.sampled_from(SCALES[description] or ["9.5", "10", "100", "good"]),
            "scale": st.just(SCALES[description]),
        }
    )
)


@st.composite
def awards(draw: st.DrawFn) -> Json:
    id_ = f"urn:award:{draw(st.integers(0, 99))}"
    own = draw(st.lists(endorsements([id_]), max_size=1))
    return {
        "id": id_,
        "achievement": draw(st.sampled_from([*BADGES, *BADGES, *OUTPUTS[:2]])),
        "issuer": draw(st.sampled_from(PROFILES)),
        "awardedAt": draw(instants),
        "number": draw(numbers),
        "endorsements": [{**each, "id": f"{each['id']}:{id_}"} for each in own],
        "results": draw(st.lists(results, max_size=2)),
        "evidence": draw(st.sampled_from([[], ["report"], ["report", "film"]])),
        "unverified": draw(doubts),
        **draw(spans),
    }


@st.composite
def equivalences(draw: st.DrawFn) -> Json:
    source, target = draw(st.lists(st.sampled_from(BADGES), min_size=2, max_size=2, unique=True))
    return {
        "id": f"urn:equivalence:{draw(st.integers(0, 99))}",
        "source": source,
        "target": target,
        "claimant": draw(st.sampled_from([PROFILES[0], *PROFILES])),
        "factor": draw(st.sampled_from(["1", "0.5", "0.33"])),
        "unverified": draw(doubts),
        **draw(spans),
    }


@st.composite
def waivers(draw: st.DrawFn, nodes: Sequence[str]) -> Json:
    return {"id": f"urn:waiver:{draw(st.integers(0, 99))}", "node": draw(st.sampled_from(nodes)), **draw(spans)}


shared = endorsements([*BADGES, *PROFILES])


@st.composite
def facts(draw: st.DrawFn, stack: Stack) -> Json:
    """Facts about a stack."""
    waivable = stack.waivable()
    most = 2 if waivable and draw(st.integers(0, 2)) == 2 else 0
    return {
        "awards": draw(st.lists(awards(), min_size=2, max_size=7, unique_by=identity)),
        "endorsements": draw(st.lists(shared, min_size=2, max_size=8, unique_by=identity)),
        "equivalences": draw(st.lists(equivalences(), max_size=4, unique_by=identity)),
        "waivers": draw(st.lists(waivers(waivable or [""]), max_size=most, unique_by=identity)),
    }


class Case(NamedTuple):
    """A stack, what is known, and the instant that is asked about."""

    stack: Stack
    facts: Json
    at: str


@st.composite
def cases(draw: st.DrawFn, stacks: st.SearchStrategy[Stack] = stacks()) -> Case:  # noqa: B008 (a strategy is a value)
    stack = draw(stacks)
    return Case(stack, draw(facts(stack)), draw(asked_at))
