"""What is refused of a file: the first problems are listed, the others counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import ParamSpec, TypeVar, cast

from graph_service.errors import InvalidInput, LimitExceeded, Problem

MAX_LISTED = 200
"""As many problems of one kind as are listed of a file."""
MAX_REFUSED = 10_000
"""As many as are counted; a file with more is not read to its end."""

P = ParamSpec("P")
T = TypeVar("T")


def listed(problems: Sequence[Problem], more: int = 0) -> tuple[Problem, ...]:
    """Return the first problems, and how many more there are (MORE_PROBLEMS); `more`: those that were not kept."""
    left = more + max(0, len(problems) - MAX_LISTED)
    return (*problems[:MAX_LISTED], *([Problem("MORE_PROBLEMS", {"count": left})] if left else []))


def counted(problems: Sequence[Problem]) -> int:
    """Return how many problems these stand for, as `listed` lists them."""
    return sum(int(str(each.values["count"])) if each.code == "MORE_PROBLEMS" else 1 for each in problems)


class Refusals:
    """Collects what readers refuse in a whole file, as an `Intake` does in one block; what is not listed is counted.

    What could not be read is None, so until `settle` values are only read, not used.
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._more = 0

    def __call__(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `read(…)`; keep its problems if it refuses."""
        try:
            return read(*args, **kwargs)
        except InvalidInput as refused:
            self.add(refused.problems)
            return cast(T, None)

    def add(self, problems: Iterable[Problem]) -> None:
        """Keep problems found elsewhere. Raises LimitExceeded above MAX_REFUSED."""
        waiting = iter(problems)
        self._problems.extend(islice(waiting, MAX_LISTED - len(self._problems)))
        self._more += sum(1 for _ in waiting)
        if self._more > MAX_REFUSED:
            raise LimitExceeded("problems", MAX_REFUSED)

    def settle(self) -> None:
        """Raise InvalidInput if anything was refused."""
        if self._problems:
            raise InvalidInput(*listed(self._problems, self._more))
