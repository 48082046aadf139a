"""How large a document may be. What its lists may cost depends on variables: see `context.Budget`.

Counted as if every fragment were written out, but without writing it out: a small document whose fragments use each
other many times over is refused in the time that it takes to read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    specified_rules,
    validate,
)
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.exceptions import CannotGetOperationTypeError

from graph_service.errors import LimitExceeded

TOKENS = 2_000
KEPT_DOCUMENTS = 100
"""Parsed and checked once. One of 2,000 tokens takes 1.2 MB: strangers must not be able to fill the memory."""


@dataclass(frozen=True, slots=True)
class Size:
    """What is counted of an operation, with its limits as the greatest that is allowed."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    roots: int = 0
    repeats: int = 0  # of one key in one place: what is checked of fields that merge grows with its square

    def beside(self, other: Size) -> Size:
        """Return the size of both, one after the other."""
        return Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.roots + other.roots,
            max(self.repeats, other.repeats),
        )


LIMITS = Size(depth=12, fields=1_000, aliases=15, directives=8, roots=10, repeats=40)


@dataclass(frozen=True, slots=True)
class _Measure:
    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[str, Size] = field(default_factory=dict)
    keys_of: dict[str, Counter[str]] = field(default_factory=dict)

    def of_all(self, selections: SelectionSetNode | None) -> Size:
        size = Size(repeats=max(self.keys(selections).values(), default=0))
        for each in selections.selections if selections else ():
            size = size.beside(self.of(each))
        return size

    def keys(self, selections: SelectionSetNode | None) -> Counter[str]:
        """Count the response keys of one place, with those of the fragments there."""
        keys: Counter[str] = Counter()
        for each in selections.selections if selections else ():
            match each:
                case FieldNode():
                    keys[(each.alias or each.name).value] += 1
                case InlineFragmentNode():
                    keys += self.keys(each.selection_set)
                case FragmentSpreadNode():
                    keys += self.keys_of_fragment(each.name.value)
        return keys

    def keys_of_fragment(self, name: str) -> Counter[str]:
        if name not in self.keys_of:
            self.keys_of[name] = Counter()  # in a circle, which another rule reports
            fragment = self.fragments.get(name)
            self.keys_of[name] = self.keys(fragment.selection_set if fragment else None)
        return self.keys_of[name]

    def of(self, node: SelectionNode) -> Size:
        own = Size(directives=len(node.directives or ()))
        match node:
            case FieldNode():
                below = self.of_all(node.selection_set)
                # The introspection query of every tool is deeper than our own types are.
                depth = 0 if node.name.value.startswith("__") else below.depth + 1
                aliases = below.aliases + (node.alias is not None)
                inside = Size(depth, below.fields + 1, aliases, below.directives, roots=1, repeats=below.repeats)
            case FragmentSpreadNode():
                inside = self.of_fragment(node.name.value)
            case InlineFragmentNode():
                inside = self.of_all(node.selection_set)
            case _:
                inside = Size()
        return own.beside(inside)

    def of_fragment(self, name: str) -> Size:
        if name not in self.known:
            self.known[name] = Size()  # in a circle, which another rule reports
            fragment = self.fragments.get(name)
            self.known[name] = self.of_all(fragment.selection_set if fragment else None)
        return self.known[name]


class SizeRule(ValidationRule):
    """Refuses an operation that is larger than LIMITS."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        definitions = context.document.definitions
        fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
        self.measure = _Measure(fragments)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        """Report every limit that the operation exceeds."""
        size = self.measure.of_all(node.selection_set)
        size = size.beside(Size(directives=len(node.directives or ())))
        for name in Size.__dataclass_fields__:
            if getattr(size, name) > (limit := getattr(LIMITS, name)):
                error = LimitExceeded(name, limit)
                self.report_error(GraphQLError(str(error), node, original_error=error))


class OneOperation(SchemaExtension):
    """Refuses several operations of which none is named (GraphQL §6.1); Strawberry would take the first."""

    def on_validate(self) -> Iterator[None]:
        """Raise CannotGetOperationTypeError where it is not clear what to execute."""
        execution = self.execution_context
        assert execution.graphql_document is not None  # noqa: S101 (it has just been parsed)
        definitions = execution.graphql_document.definitions
        several = sum(isinstance(each, OperationDefinitionNode) for each in definitions) > 1
        if several and execution._provided_operation_name is None:  # private: pinned
            raise CannotGetOperationTypeError(None)
        yield


RULES: tuple[type[ASTValidationRule], ...] = (*specified_rules, SizeRule)


def too_large(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """Return which limits a document exceeds: to be asked first, as the other rules take time."""
    return validate(schema, document, [SizeRule])


def mistakes(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """Return what is wrong with a document."""
    return too_large(schema, document) or validate(schema, document, RULES, hide_suggestions=True)


# Strawberry keys its cache of validated documents by the rules: they must be the same classes in every request.
_RULES: list[type[ASTValidationRule]] = [SizeRule]

EXTENSIONS = (
    OneOperation,
    lambda: MaxTokensLimiter(TOKENS),
    lambda: AddValidationRules(_RULES),
    lambda: ParserCache(KEPT_DOCUMENTS),
    lambda: ValidationCache(KEPT_DOCUMENTS),
)
