"""The schema, put together once for the process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import strawberry
from graphql import GraphQLError, GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import get_object_definition
from strawberry.types.execution import ExecutionContext, ExecutionResult

from graph_service.schema import types
from graph_service.schema.context import Context
from graph_service.schema.failures import log_faults, told
from graph_service.schema.limits import EXTENSIONS
from graph_service.schema.query import GraphQuery
from graph_service.schema.shaped import ShapedExecution


class Schema(strawberry.Schema):
    """Strawberry's schema with our own way to tell and to log errors."""

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Execute an operation; `context_value` is a Context."""
        result = await super().execute(*args, **kwargs)
        if result.errors:
            result.errors = told(result.errors, kwargs.get("context_value"))
        return result

    async def ask(self, document: str, variables: dict[str, Any], context: Context) -> dict[str, Any]:
        """Answer a document of our own. Raises what kept a field from its answer."""
        result = await super().execute(document, variables, context)
        for error in result.errors or ():
            raise error.original_error or error
        return cast(dict[str, Any], result.data)

    @property
    def graphql(self) -> GraphQLSchema:
        """The schema as graphql-core knows it."""
        return self._schema

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log only what is our own fault."""
        log_faults(errors, execution_context)


def build(queries: Sequence[type] = (), mutation: type | None = None) -> Schema:
    """Return the schema: what the graph answers, further `queries` that are worked out, and mutations."""
    query = merge_types("Query", (GraphQuery, *queries))
    get_object_definition(query, strict=True).description = "Everything that can be asked."
    return Schema(
        query=query,
        mutation=mutation,
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
