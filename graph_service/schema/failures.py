"""How an error looks outside the result of a mutation: `message` and `extensions` with code and hint.

Errors of our tree are told in the reader's language, one entry for each problem. What GraphQL itself finds wrong
with a document stays as it says it. Anything else is a fault of ours: it is answered as INTERNAL with the id of
the request, under which the log has the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from graphql import GraphQLError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from graph_service.errors import GraphServiceError, Problem
from graph_service.locale import sentence
from graph_service.schema.context import Context

_log = logging.getLogger(__name__)
_NO_FAULT = GraphServiceError | GraphQLError | CannotGetOperationTypeError | InvalidOperationTypeError | None


def told(errors: Iterable[GraphQLError], context: Context | None, language: str = "en") -> list[GraphQLError]:
    """Return the errors of a result the way clients see them; `language`: where there is no context yet."""
    return [each for error in errors for each in _told(error, context, language)]


def log_faults(errors: Iterable[GraphQLError], context: Context | None) -> None:
    """Log what is our own fault, with the id of the request; what clients do wrong is not worth a line."""
    for error in errors:
        if _is_fault(error):
            _log.error("unexpected error in request %s", _request(context), exc_info=error.original_error)


def _is_fault(error: GraphQLError) -> bool:
    return not isinstance(error.original_error, _NO_FAULT)


def _told(error: GraphQLError, context: Context | None, language: str) -> Iterator[GraphQLError]:
    cause, language = error.original_error, context.language if context else language
    if isinstance(cause, GraphServiceError):
        for problem in cause.problems:
            yield _entry(error, problem, language)
    elif _is_fault(error):
        yield _entry(error, Problem("INTERNAL", {"request": _request(context)}), language)
    else:
        extensions = {"code": "INVALID_DOCUMENT", **(error.extensions or {})}
        yield GraphQLError(error.message, error.nodes, error.source, error.positions, error.path, extensions=extensions)


def _entry(error: GraphQLError, problem: Problem, language: str) -> GraphQLError:
    message, hint = sentence(problem, language)
    extensions: dict[str, object] = {"code": problem.code, "hint": hint}
    if problem.path:
        extensions["argument"] = [str(step) for step in problem.path]
    if problem.code == "INTERNAL":
        extensions["request"] = problem.values["request"]
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, extensions=extensions)


def _request(context: Context | None) -> str:
    return context.asker.request_id if context else ""
