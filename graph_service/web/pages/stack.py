"""The stack of a pathway version as it is drawn: every requirement once in full, and how far a learner is with each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from graph_service.pathway.reasons import ReasonCode
from graph_service.web.pages.words import Texts

_NEAREST = {code.value: place for place, code in enumerate(ReasonCode)}
_LENGTH = re.compile(r"P(?:(\d+)M)?(?:(\d+)D)?")
_SMALL = 40
"""So many requirements are shown unfolded, level by level from the root; the rest unfolds when somebody wants it."""

_PLAIN = {"ALL", "ANY", "AT_LEAST"}
_Rule = Mapping[str, Any]
"""A node of the definition."""


class Standing(StrEnum):
    """How far a learner is with a requirement."""

    HELD = "held"
    NEAR = "near"  # there is a badge, but something keeps it from counting
    OPEN = "open"
    SPARE = "spare"  # not held, and not needed: another choice fills its place


@dataclass(frozen=True)
class Block:
    """One requirement in one place. `again`: it is drawn in full elsewhere. `uses`: in how many places it stands."""

    id: str
    kind: str
    names: Texts
    rule: _Rule
    badges: Sequence[Mapping[str, Any]]
    parts: Sequence[Block]
    unfolded: bool
    again: bool
    uses: int
    step: Mapping[str, Any] | None = None  # the node of the proof
    standing: Standing | None = None

    @property
    def total(self) -> int:
        """How many parts, or badges, there are to choose from."""
        return len(self.rule["parts"]) or len(self.badges)

    @property
    def worth(self) -> Mapping[str, str]:
        """How many credits it is worth, by unit."""
        return {unit: str(amount) for unit, amount in self.rule.get("credits", {}).items()}

    @property
    def length(self) -> tuple[int, int]:
        """The months and days of a window."""
        months, days = _LENGTH.fullmatch(self.rule["length"]).groups()  # type: ignore[union-attr]
        return int(months or 0), int(days or 0)

    @property
    def credits(self) -> Mapping[str, str]:
        """What it needs and has so far, if it adds up credits and there is a learner."""
        return (self.step or {}).get("credits") or {}

    @property
    def fraction(self) -> Fraction:
        """How much of it is done."""
        return Fraction(self.step["fraction"]) if self.step else Fraction(0)

    @property
    def reasons(self) -> Sequence[Mapping[str, Any]]:
        """Why it is open, nearest first, and nothing twice, be it of two awards.

        An endorsement that lapsed is not told again as one that is missing.
        """
        reasons = self.step["reasons"] if self.step else ()
        lapsed = [each for each in reasons if each["endorsement"]]
        told: dict[tuple[str, ...], Mapping[str, Any]] = {}
        for each in reasons:
            if each["code"] != ReasonCode.NOT_ENDORSED or not _any_about(lapsed, each):
                told.setdefault((each["message"], *each["wanted"]), each)
        return list(told.values())


@dataclass
class _Drawing:
    rules: Mapping[str, _Rule]
    found: Mapping[str, Mapping[str, Any]]
    proof: Mapping[str, Mapping[str, Any]]
    uses: Counter[str]
    unfolded: Set[str]
    drawn: set[str] = field(default_factory=set)

    def _step(self, id: str) -> Mapping[str, Any] | None:
        """Return the node of the proof; of a stack that counts unissued, with what is said of its award."""
        step, award = self.proof.get(id), self.proof.get(f"{id}/award")
        said = {name: award[name] for name in ("reasons", "witnesses") if name in award} if award else {}
        return step if step is None else {**step, **said}

    def block(self, id: str, *, needed: bool = True) -> Block:
        rule, node, step = self.rules[id], self.found.get(id, {}), self._step(id)
        again = id in self.drawn
        self.drawn.add(id)
        standing = _standing(step, needed=needed)
        needed = needed and standing is not Standing.HELD
        parts = () if again else rule["parts"]
        return Block(
            id=id,
            kind=rule["kind"],
            names=node.get("nameMap", ()),
            rule=rule,
            badges=self.found.get(f"{id}/award", node).get("accepts", ()),
            parts=[self.block(part, needed=needed) for part in parts],
            unfolded=standing is not Standing.SPARE and id in self.unfolded,
            again=again,
            uses=self.uses[id],
            step=step,
            standing=standing,
        )


def stack(version: Mapping[str, Any], proof: Sequence[Mapping[str, Any]] = ()) -> Block:
    """Return the root of a version as the API has it, with the proof of a learner's progress if there is one."""
    definition = json.loads(version["definition"])
    rules, root = _without_wrappings({node["id"]: _whole(node) for node in definition["nodes"]}, definition["root"])
    uses = Counter(part for node in rules.values() for part in node["parts"])
    found = {node["nodeId"]: node for node in version["nodes"]}
    steps = {node["id"]: node for node in proof}
    return _Drawing(rules, found, steps, uses, _unfolded(rules, root)).block(root)


def _whole(rule: _Rule) -> _Rule:
    """Return a node with its parts in a list, whatever it calls them; a prerequisite comes first."""
    named = [rule[name] for name in ("prerequisite", "part") if name in rule]
    return {**rule, "parts": named} if named else rule


def _without_wrappings(rules: Mapping[str, _Rule], root: str) -> tuple[Mapping[str, _Rule], str]:
    """Return rules and root with every group that only wraps one part, and has no name, replaced by that part."""

    def wraps(rule: _Rule) -> bool:
        plain = rule["kind"] in _PLAIN and not {"name", "credits", "awardCap"} & rule.keys()
        return plain and len(rule.get("parts", ())) == 1

    def inside(node: str) -> str:
        while wraps(rules[node]):
            node = rules[node]["parts"][0]
        return node

    kept = (rule for rule in rules.values() if not wraps(rule))
    bare = {rule["id"]: {**rule, "parts": [inside(part) for part in rule.get("parts", ())]} for rule in kept}
    return bare, inside(root)


def _unfolded(rules: Mapping[str, _Rule], root: str) -> Set[str]:
    """Return what is shown unfolded: the root, and every level below it that still fits."""
    unfolded: set[str] = set()
    level, shown = {root}, 1
    while level:
        parts = {part for whole in level for part in rules[whole]["parts"]}
        shown += len(parts)
        if shown > _SMALL and unfolded:
            break
        unfolded |= level
        level = parts - unfolded
    return unfolded


def walk(block: Block) -> Iterator[Block]:
    """Yield a block and everything below it."""
    yield block
    for part in block.parts:
        yield from walk(part)


def shared(block: Block, *, among: bool = False) -> Set[str]:
    """Return the badges that stand in several places, themselves or within a requirement that does."""
    among = among or block.uses > 1
    found = {badge["id"] for badge in block.badges if among}
    return found.union(*(shared(part, among=among) for part in block.parts))


def short_of_credits(root: Block) -> list[tuple[Block, list[Block], bool]]:
    """Return each sum of credits that falls short, open parts that add to it, and whether one of them is enough."""
    short = [block for block in walk(root) if block.credits and block.standing in (Standing.OPEN, Standing.NEAR)]
    return [(block, *_adding(block)) for block in short if not block.again]


def _adding(block: Block) -> tuple[list[Block], bool]:
    """Return the open parts that are worth what is missing, and True; if there is none, all that are worth anything."""
    unit, missing = block.rule["unit"], Decimal(block.credits["missing"])
    adding = [part for part in block.parts if part.standing is not Standing.HELD and unit in part.worth]
    enough = [part for part in adding if Decimal(part.worth[unit]) >= missing]
    return enough or adding, bool(enough)


def near_misses(root: Block) -> list[Block]:
    """Return what is missing although there is a badge, the nearest miss first; each requirement once."""
    missed = {block.id: block for block in walk(root) if block.standing is Standing.NEAR and block.step}
    return sorted(missed.values(), key=lambda block: _NEAREST[block.reasons[0]["code"]])


def named(root: Block) -> list[str]:
    """Return the ids of what conditions, reasons, waivers and equivalences speak of."""
    ids: dict[str, None] = {}
    for block in walk(root):
        guards = block.rule.get("guards", {})
        ids |= dict.fromkeys(guards.get("issuedBy", ()))
        for guard in guards.get("endorsedBy", ()):
            ids |= dict.fromkeys((*guard["profiles"], *guard.get("accreditedBy", ())))
        for reason in block.reasons:
            ids |= dict.fromkeys(reason["wanted"])
        for witness in (block.step or {}).get("witnesses", ()):
            ids |= dict.fromkeys([witness["achievement"], *witness["equivalences"]] if witness["equivalences"] else ())
        if waiver := (block.step or {}).get("waiver"):
            ids[waiver] = None
        if "pathwayVersion" in block.rule:
            ids[block.rule["pathwayVersion"]] = None
    return list(ids)


def _any_about(lapsed: Sequence[Mapping[str, Any]], missing: Mapping[str, Any]) -> bool:
    """Tell whether one of these is of the award, and by an endorser, that a missing endorsement is about."""
    return any(each["award"] == missing["award"] and set(each["wanted"]) & set(missing["wanted"]) for each in lapsed)


def _standing(step: Mapping[str, Any] | None, *, needed: bool) -> Standing | None:
    if step is None:
        return None
    if step["held"]:
        return Standing.HELD
    if not needed:
        return Standing.SPARE
    near = any(reason["code"] != ReasonCode.NOT_HELD for reason in step["reasons"])
    return Standing.NEAR if near else Standing.OPEN
