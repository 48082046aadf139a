"""Documents that ask nothing but the graph: answered without the executor, which would do nothing but call us.

A document is parsed, checked and understood once. What the executor does for every request is left: coerce the
variables (GraphQL §6.1.2), add up what the roots cost, read each root, and name in `errors` what failed (§6.4.4).
Whatever does not fit (a root that is worked out, a mutation, a mistake) goes to the executor, which knows what to say.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    is_non_null_type,
    located_error,
    parse,
)
from graphql.execution.values import get_variable_values
from strawberry.types.execution import ExecutionResult

from graph_service.read.selection import Asked
from graph_service.schema.context import Context
from graph_service.schema.limits import KEPT_DOCUMENTS, TOKENS, mistakes, too_large
from graph_service.schema.selection import Document, Question, deciding, question_of, roots_of

_KEPT_ROOTS = 16
"""Of one document: as variables decide about @skip, @include, orders, and which arguments are given."""


@dataclass(frozen=True, slots=True)
class _Root:
    """A field of the root."""

    key: str
    nodes: Sequence[FieldNode]
    required: bool
    question: Question


@dataclass(frozen=True, slots=True)
class _Known:
    """A document that was understood, with its roots for what variables decided so far; None if not all are read."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    roots: dict[tuple[object, ...], Sequence[_Root] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Direct:
    """Answers documents all of whose roots are `readable`, and those that are wrong. Those asked last are kept."""

    schema: GraphQLSchema
    readable: Set[str]
    kept: OrderedDict[tuple[str, str | None], _Known | Sequence[GraphQLError] | None] = field(
        default_factory=OrderedDict
    )

    async def answer(
        self, text: str, variables: Mapping[str, Any], operation: str | None, context: Context
    ) -> ExecutionResult | None:
        """Return the answer; None if the executor has to give it."""
        known = self._known(text, operation)
        if known is None:
            return None
        if not isinstance(known, _Known):
            return ExecutionResult(None, list(known))
        given = get_variable_values(self.schema, known.operation.variable_definitions or (), dict(variables), 1)
        if isinstance(given, list):
            return None
        try:
            roots = self._roots(known, Document(self.schema, known.fragments, given.coerced))
        except GraphQLError:  # a null where none may be, which the executor can place
            return None
        return await _answer(roots, given.coerced, context) if roots is not None else None

    def _known(self, text: str, operation: str | None) -> _Known | Sequence[GraphQLError] | None:
        key = (text, operation)
        if key not in self.kept:
            self.kept[key] = self._understood(text, operation)
            if len(self.kept) > KEPT_DOCUMENTS:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return self.kept[key]

    def _understood(self, text: str, name: str | None) -> _Known | Sequence[GraphQLError] | None:
        try:
            document = parse(text, max_tokens=TOKENS)
        except GraphQLError:
            return None
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        meant = [each for each in operations if name is None or (each.name and each.name.value == name)]
        if len(meant) != 1:
            return None
        if meant[0].operation is not OperationType.QUERY:
            return too_large(self.schema, document) or None
        if errors := mistakes(self.schema, document):
            return errors
        fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        return _Known(meant[0], fragments)

    def _roots(self, known: _Known, document: Document) -> Sequence[_Root] | None:
        key = deciding(document, known.operation)
        if key not in known.roots:
            if len(known.roots) >= _KEPT_ROOTS:
                known.roots.clear()
            found = roots_of(document, known.operation)
            readable = all(nodes[0].name.value in self.readable for nodes in found.values())
            known.roots[key] = [self._root(document, *each) for each in found.items()] if readable else None
        return known.roots[key]

    def _root(self, document: Document, key: str, nodes: Sequence[FieldNode]) -> _Root:
        assert self.schema.query_type is not None  # noqa: S101 (there is something to ask)
        required = is_non_null_type(self.schema.query_type.fields[nodes[0].name.value].type)
        return _Root(key, nodes, required, question_of(document, nodes))


async def _answer(roots: Sequence[_Root], variables: Mapping[str, Any], context: Context) -> ExecutionResult | None:
    plan = [
        (root.question.selection, Asked(root.question.values(variables), context.viewer, context.at)) for root in roots
    ]
    if not context.budget.covers(sum(selection.cost(asked.values) for selection, asked in plan)):
        return None
    reads = [_caught(context.reader.read(*each)) for each in plan]
    answers = [await reads[0]] if len(reads) == 1 else await asyncio.gather(*reads)  # one needs no task of its own
    data: dict[str, Any] = {}
    errors = []
    for root, (value, failure) in zip(roots, answers, strict=True):
        error = located_error(failure, root.nodes, [root.key]) if failure is not None else None
        if error and root.required:
            return ExecutionResult(None, [error])
        data[root.key] = value
        errors += [error] if error else []
    return ExecutionResult(data, errors or None)


async def _caught(read: Awaitable[Any]) -> tuple[Any, Exception | None]:
    try:
        return await read, None
    except Exception as failure:  # told, or logged, as every error of a field
        return None, failure
