"""Fields that the graph answers: one statement for all that is asked, in its final shape.

`complete_value` of the executor would walk every value of an answer once more; here it passes a `Shaped` as it is.
That is safe because the answer was made from the selection of this very request (`read.shape`): nothing is in it
that was not asked for, and what may not be null is not. The method is private to graphql-core, hence the pinned
versions in pyproject.toml.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import Info

from graph_service.errors import NotFound
from graph_service.read.selection import Asked, Selection
from graph_service.schema.context import Context
from graph_service.schema.selection import Document, Question, question_by_id, question_of

Request = Info[Context, None]


@dataclass(frozen=True, slots=True)
class Shaped:
    """The complete value of a field."""

    value: Any


class ShapedExecution(StrawberryGraphQLCoreExecutionContext):
    """The stock executor, but for one question: is the value complete already?"""

    def complete_value(self, return_type: Any, details: Any, info: Any, path: Any, result: Any, *rest: Any) -> Any:
        """Return the value of a Shaped; complete everything else, null among it."""
        if type(result) is Shaped:
            if result.value is not None:
                return result.value
            result = None
        return super().complete_value(return_type, details, info, path, result, *rest)

    def build_per_event_executor(self, payload: Any) -> Any:
        """Execute one message of a subscription in its own context: by who asks now, at this instant."""
        executor = super().build_per_event_executor(payload)
        executor.context_value = payload.context
        return executor


def read(info: Request) -> Any:
    """Answer the field that is being resolved, and all that is asked below it, from the graph.

    Raises (when awaited) InvalidInput and LimitExceeded for arguments, and what the store raises.
    """
    document = Document.of(info._raw_info)
    return _answer(info.context, question_of(document, info._raw_info.field_nodes), document)


async def read_back(info: Request, name: str, id: str) -> Any:
    """Answer the field that is being resolved as if `Query.<name>(id:)` had been asked: what an action has made.

    Raises NotFound if the asker may not see it.
    """
    answer = await _answer(info.context, question_by_id(info._raw_info, name, id), Document.of(info._raw_info))
    if answer.value is None:
        raise NotFound(name, id)
    return answer


def _answer(context: Context, question: Question, document: Document) -> Awaitable[Shaped]:
    # Called for every field of the root before the first of them runs: by then the budget knows them all.
    asked = Asked(question.values(document.variables), context.viewer, context.at)
    context.budget.cost += question.selection.cost(asked.values)
    return _read(context, question.selection, asked)


async def _read(context: Context, selection: Selection, asked: Asked) -> Shaped:
    context.budget.check()
    return Shaped(await context.reader.read(selection, asked))
