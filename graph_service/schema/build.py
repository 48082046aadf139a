"""The schema, put together once for the process."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any, cast

import strawberry
from graphql import GraphQLError, GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import get_object_definition
from strawberry.types.execution import ExecutionContext, ExecutionResult
from strawberry.utils.str_converters import to_camel_case

from graph_service.schema import types
from graph_service.schema.context import Context
from graph_service.schema.direct import Direct
from graph_service.schema.failures import log_faults, told
from graph_service.schema.limits import EXTENSIONS
from graph_service.schema.query import GraphQuery, ViewerQuery
from graph_service.schema.shaped import ShapedExecution


class Schema(strawberry.Schema):
    """Strawberry's schema with our own way to answer what the graph knows, to tell errors and to log them."""

    def __init__(self, readable: Set[str], **options: Any) -> None:
        super().__init__(**options)
        self._direct = Direct(self.graphql, readable)

    async def execute(  # type: ignore[override]  # the rest goes on as it comes
        self, query: str | None, variable_values: dict[str, Any] | None = None, context_value: Any = None, **rest: Any
    ) -> ExecutionResult:
        """Execute an operation; `context_value` is a Context."""
        result = await self._executed(query, variable_values, context_value, **rest)
        if result.errors:
            result.errors = told(result.errors, context_value)
        return result

    async def ask(self, document: str, variables: dict[str, Any], context: Context) -> dict[str, Any]:
        """Answer a document of our own. Raises what kept a field from its answer."""
        result = await self._executed(document, variables, context)
        for error in result.errors or ():
            raise error.original_error or error
        return cast(dict[str, Any], result.data)

    async def _executed(
        self, query: str | None, variables: dict[str, Any] | None, context: Context | None, **rest: Any
    ) -> ExecutionResult:
        if query is not None and context is not None:
            answer = await self._direct.answer(query, variables or {}, rest.get("operation_name"), context)
            if answer is not None:
                log_faults(answer.errors or [], context)
                return answer
        return await super().execute(query, variables, context, **rest)

    @property
    def graphql(self) -> GraphQLSchema:
        """The schema as graphql-core knows it."""
        return self._schema

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log only what is our own fault."""
        log_faults(errors, execution_context.context if execution_context else None)


def build(queries: Sequence[type] = (), mutation: type | None = None, subscription: type | None = None) -> Schema:
    """Return the schema: what the graph answers, further `queries` that are worked out, mutations, subscriptions."""
    query = merge_types("Query", (GraphQuery, ViewerQuery, *queries))
    get_object_definition(query, strict=True).description = "Everything that can be asked."
    graph = get_object_definition(GraphQuery, strict=True)
    return Schema(
        readable=frozenset(to_camel_case(field.python_name) for field in graph.fields),
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=[types.Version],  # found only by `node`
        extensions=EXTENSIONS,
        execution_context_class=ShapedExecution,
        config=StrawberryConfig(
            disable_field_suggestions=True,
            scalar_map={types.Instant: types.INSTANT},
        ),
    )


def sdl(schema: Schema) -> str:
    """Return the schema as text, as it stands in `schema.graphql`."""
    # Not sorted while it runs: the sorted copy has types of its own, which Strawberry's unions do not know.
    return f"{print_schema(lexicographic_sort_schema(schema.graphql))}\n"
