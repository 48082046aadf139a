"""What one judgement works out once, however often a document asks for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from graph_service.errors import GraphServiceError

T = TypeVar("T")


class Once:
    """Answers by question. That something went wrong is an answer too: it costs as much to find out."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}

    def ask(self, question: Hashable, answer: Callable[[], T]) -> T:
        """Return the answer to a question that may have been asked before. Raises what `answer` raised then."""
        if question not in self._answers:
            try:
                self._answers[question] = answer()
            except GraphServiceError as error:
                self._answers[question] = error
        known = self._answers[question]
        if isinstance(known, GraphServiceError):
            raise known.with_traceback(None)
        return known  # type: ignore[no-any-return]  # what `answer` gave
