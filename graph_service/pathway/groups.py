"""The groups of a plan, ready to be counted in whole numbers: a group's value is a number out of its own `full`.

`value` is what the parts that hold amount to. A group with a scope first restricts what holds below it (`state` does
that); without it, its value is what it has at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

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
    """A Credits, ready to be added up, in whole steps of the last decimal place of an amount times a factor.

    `worth` has one entry for each amount that occurs: the mask of the leaves that are worth it, and the amount. None
    is more than `most`.
    """

    full: int
    worth: tuple[tuple[int, int], ...]
    most: int

    def value(self, held: int, _: Sequence[int]) -> int:
        """Return the value out of `full`, from the leaves that hold."""
        earned = sum((held & leaves).bit_count() * min(amount, self.most) for leaves, amount in self.worth)
        return min(self.full, earned)

    def value_with(self, held: int, factors: Mapping[int, int]) -> int:
        """Return the value when some leaves are worth a factor (in millionths) of their amount."""
        earned = 0
        for leaves, amount in self.worth:
            partly = [factors[leaf] for leaf in factors if held & leaves & 1 << leaf]
            whole = (held & leaves).bit_count() - len(partly)
            earned += whole * min(amount, self.most)
            earned += sum(min(amount * factor // WHOLE, self.most) for factor in partly)
        return min(self.full, earned)


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


def steps(amount: Decimal) -> int:
    """Return an amount in the steps of a Sum."""
    return int(amount.scaleb(DECIMAL_PLACES)) * WHOLE


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
