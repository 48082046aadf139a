"""Reading input piece by piece without stopping at the first problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, cast

from graph_service.errors import InvalidInput, Problem

P = ParamSpec("P")
T = TypeVar("T")


class Intake:
    """Collects what readers refuse and raises it all at the end of the `with` block.

        with Intake() as take:
            name = take(LanguageMap, texts, ("name",))
            target = take(iri, text, ("target",))

    What could not be read is None until the block ends, so inside it values are only read, not used.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def __call__(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `read(…)`; keep its problems if it refuses."""
        try:
            return read(*args, **kwargs)
        except InvalidInput as refused:
            self.problems.extend(refused.problems)
            return cast(T, None)

    def add(self, problems: Iterable[Problem]) -> None:
        """Keep problems found elsewhere."""
        self.problems.extend(problems)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self.problems:
            raise InvalidInput(*self.problems)
