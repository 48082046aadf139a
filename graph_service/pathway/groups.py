"""The groups of a plan, ready to be counted in whole numbers: a group's value is a number out of its own `full`.

`value` is what the parts that hold amount to. A group with a scope first restricts what holds below it (`state` does
that); without it, its value is what it has at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

from graph_service.domain.pathway import DECIMAL_PLACES, Length

WHOLE = 10**6
"""The factor 1 in millionths: a factor has two digits after the point, and at most three are multiplied."""


@dataclass(frozen=True, slots=True)
class Tally:
    """An AtLeast, ready to be counted: the sum of the `count` largest values of its parts. A Ref is one of one.

    Parts have different scales, so each is brought to `unit`, what one complete part weighs:
    `leaves` (a bit mask) weigh `unit` each, a group (number, weight) its value times weight.
    """

    count: int
    leaves: int
    groups: tuple[tuple[int, int], ...]
    unit: int

    @property
    def full(self) -> int:
        """The value of the complete group."""
        return self.count * self.unit

    def value(self, held: int, values: Sequence[int]) -> int:
        """Return the value out of `full`, from the leaves that hold and the values of earlier groups."""
        complete = (held & self.leaves).bit_count()
        wanted = self.count - complete
        if wanted <= 0:
            return self.full
        shares = [values[group] * weight for group, weight in self.groups]
        if wanted < len(shares):
            shares = sorted(shares, reverse=True)[:wanted]
        return complete * self.unit + sum(shares)


@dataclass(frozen=True, slots=True)
class Sum:
    """A Credits, ready to be added up, in millionths of what all its amounts are multiples of.

    `amounts` says what each leaf is worth, none of them more than `most`. `worth` has one entry for each amount that
    occurs: the mask of the leaves that are worth it, and the amount.
    """

    full: int
    worth: tuple[tuple[int, int], ...]
    most: int
    amounts: Mapping[int, int]

    def value(self, held: int, _: Sequence[int]) -> int:
        """Return the value out of `full`, from the leaves that hold."""
        return min(self.full, self._earned(held))

    def value_with(self, held: int, factors: Mapping[int, int]) -> int:
        """Return the value when some of the leaves that hold are worth a factor (in millionths) of their amount."""
        earned = self._earned(held)
        for leaf in factors.keys() & self.amounts.keys():
            amount = self.amounts[leaf]
            earned += min(amount * factors[leaf] // WHOLE, self.most) - min(amount, self.most)
        return min(self.full, earned)

    def _earned(self, held: int) -> int:
        return sum((held & leaves).bit_count() * min(amount, self.most) for leaves, amount in self.worth)


@dataclass(frozen=True, slots=True)
class Strict:
    """An After STRICT: in its scope only awards count that were made once its prerequisite had held."""

    tally: Tally
    prerequisite: int

    @property
    def full(self) -> int:
        """The value of the complete group."""
        return self.tally.full

    def value(self, held: int, values: Sequence[int]) -> int:
        """Return the value out of `full`, from what holds in its scope."""
        return self.tally.value(held, values)


@dataclass(frozen=True, slots=True)
class Windowed:
    """A Window: in its scope only awards count that were made within the best window of this length."""

    tally: Tally
    length: Length

    @property
    def full(self) -> int:
        """The value of the complete group."""
        return self.tally.full

    def value(self, held: int, values: Sequence[int]) -> int:
        """Return the value out of `full`, from what holds in its scope."""
        return self.tally.value(held, values)


@dataclass(frozen=True, slots=True)
class Demand:
    """What one part of a Capped asks for: `count` of `leaves`. `node` is the part; the whole, if all its parts are."""

    node: int
    count: int
    leaves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Capped:
    """An AtLeast in whose scope one award fills at most `cap` leaves.

    `demands` are in the order in which they are met.
    """

    tally: Tally
    cap: int
    demands: tuple[Demand, ...]

    @property
    def full(self) -> int:
        """The value of the complete group."""
        return self.tally.full

    def value(self, held: int, values: Sequence[int]) -> int:
        """Return the value out of `full`, from what holds in its scope."""
        return self.tally.value(held, values)


Scoping = Strict | Windowed | Capped
Counter = Tally | Sum | Scoping


def added_up(threshold: Decimal, amounts: Mapping[int, Decimal], source_cap: Decimal | None) -> Sum:
    """Return a Sum of what leaves are worth, of which none counts for more than `source_cap`."""

    def places(amount: Decimal) -> int:
        return int(amount.scaleb(DECIMAL_PLACES))

    exact = {leaf: places(amount) for leaf, amount in amounts.items()}
    most = places(threshold if source_cap is None else source_cap)
    step = gcd(places(threshold), most, *exact.values())
    steps = {leaf: amount // step * WHOLE for leaf, amount in exact.items()}
    leaves: dict[int, list[int]] = {}
    for leaf, amount in steps.items():
        leaves.setdefault(amount, []).append(leaf)
    worth = tuple((mask(each), amount) for amount, each in leaves.items())
    return Sum(places(threshold) // step * WHOLE, worth, most // step * WHOLE, steps)


def millionths(factor: Decimal) -> int:
    """Return a factor as `value_with` takes it."""
    return int(factor * WHOLE)


def mask(leaves: Iterable[int]) -> int:
    """Return the bit mask of leaves."""
    return sum(1 << leaf for leaf in leaves)


def bits(found: int) -> list[int]:
    """Return the numbers in a bit mask, in order."""
    numbers: list[int] = []
    while found:
        lowest = found & -found
        numbers.append(lowest.bit_length() - 1)
        found ^= lowest
    return numbers
