"""From what a client wrote to a selection: fragments, aliases, directives and variables are settled here.

What a field is, its type says: a connection is a page, a list of nodes a list, an object a part of its own; a scalar
is a property. A scalar with the argument `language` is a text in several languages, an instant that may be null
is an open end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, cast

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    ListTypeNode,
    NamedTypeNode,
    Node,
    NonNullTypeNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    value_from_ast,
)

from graph_service.read.selection import (
    Arity,
    Branch,
    Constant,
    Cursor,
    Edges,
    Leaf,
    Nodes,
    PageInfo,
    Part,
    Reading,
    Selection,
    Total,
)

Fields = dict[str, list[FieldNode]]
"""What is asked of an object, by response key; fields of one key are one field."""

_Source = tuple[ValueNode, Any]
"""An argument as it is written, and its type."""

RECORDS = frozenset({"Evidence", "Result", "ResultDescription"})
"""The types of what stands in a property as a JSON list of objects."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the values of its variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    @classmethod
    def of(cls, info: GraphQLResolveInfo[Any]) -> Document:
        """Return the document that is being executed."""
        return cls(info.schema, info.fragments, cast(Mapping[str, Any], info.variable_values))  # Strawberry's are plain


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one field of one document, and where the values of its arguments come from."""

    selection: Selection
    sources: Sequence[_Source]

    def values(self, variables: Mapping[str, Any]) -> tuple[object, ...]:
        """Return the values of the arguments."""
        return tuple(_value(source, variables) for source in self.sources)


def question_of(document: Document, nodes: Sequence[FieldNode]) -> Question:
    """Return what is asked of a field of the root."""
    walk, name = _Walk(document), nodes[0].name.value
    return Question(walk.field(f"Query.{name}", _query(document).fields[name], nodes), walk.sources)


def question_by_id(info: GraphQLResolveInfo[Any], name: str, id_: str) -> Question:
    """Return what is asked of the field that is being resolved, as a question for `Query.<name>(id:)`."""
    walk = _Walk(Document.of(info))
    walk.sources.append((StringValueNode(value=id_), GraphQLID))
    branches = walk.branches(get_named_type(info.return_type), info.field_nodes)
    return Question(Selection(f"Query.{name}", Arity.ONE, (("id", 0),), branches=branches), walk.sources)


def roots_of(document: Document, operation: OperationDefinitionNode) -> Fields:
    """Return what a query asks of the root."""
    found: Fields = {}
    _Walk(document).collect(_query(document), operation.selection_set, found, set())
    return found


def deciding(document: Document, operation: OperationDefinitionNode) -> tuple[object, ...]:
    """Return what variables decide about questions: of flags and orders the value, of others whether there is one."""
    values, by_value = [], _deciding_types(document.schema)
    for definition in operation.variable_definitions or ():
        value, type_ = document.variables.get(definition.variable.name.value), definition.type
        while not isinstance(type_, NamedTypeNode):
            type_ = cast(ListTypeNode | NonNullTypeNode, type_).type
        values.append(value if type_.name.value in by_value else value is None)
    return tuple(values)


@cache
def _deciding_types(schema: GraphQLSchema) -> frozenset[str]:
    types = (each for each in schema.type_map.values() if isinstance(each, GraphQLObjectType))
    orders = (field.args["order"] for each in types for field in each.fields.values() if "order" in field.args)
    return frozenset({"Boolean", *(get_named_type(each.type).name for each in orders)})


def _query(document: Document) -> GraphQLObjectType:
    return cast(GraphQLObjectType, document.schema.query_type)


def _value(source: _Source, variables: Mapping[str, Any]) -> object:
    """Return the value of an argument as it goes to the graph; None if there is none."""
    node, type_ = source
    if isinstance(node, VariableNode):
        return _plain(variables.get(node.name.value))
    return None if isinstance(node, NullValueNode) else _plain(value_from_ast(node, type_, dict(variables)))


class _Walk:
    def __init__(self, document: Document) -> None:
        self.schema = document.schema
        self.fragments = document.fragments
        self.variables = document.variables
        self.sources: list[_Source] = []

    def field(self, coordinate: str, field: GraphQLField, nodes: Sequence[FieldNode]) -> Selection:
        """Return the selection of a field that finds nodes."""
        args, order = self.arguments(field, nodes[0])
        arity, type_ = _arity(field.type), get_named_type(field.type)
        if arity is Arity.PAGE:
            page = tuple(self.page(cast(GraphQLObjectType, type_), nodes))
            return Selection(coordinate, arity, args, order, page=page)
        return Selection(coordinate, arity, args, order, branches=self.branches(type_, nodes))

    def arguments(self, field: GraphQLField, node: FieldNode) -> tuple[tuple[tuple[str, int], ...], str]:
        """Return the slots of the arguments that are given, and the order by its name."""
        args, order = [], ""
        for argument in node.arguments or ():
            source = (argument.value, field.args[argument.name.value].type)
            value = _value(source, self.variables)
            self.check(value, source, argument)
            if value is None:
                continue
            if argument.name.value == "order":
                order = cast(str, value)
            else:
                args.append((argument.name.value, len(self.sources)))
                self.sources.append(source)
        return tuple(args), order

    def check(self, value: object, source: _Source, at: Node) -> None:
        """Raise GraphQLError for null where there may be none; a default lets such variables pass (GraphQL §5.8.5)."""
        node, type_ = source
        given = not isinstance(node, VariableNode) or node.name.value in self.variables
        if value is Undefined or (value is None and given and is_non_null_type(type_)):
            raise GraphQLError(f"What is of type '{type_}' must not be null.", at)

    def branches(self, type_: GraphQLNamedType, nodes: Sequence[FieldNode]) -> tuple[Branch, ...]:
        """Return what is asked of nodes, for each type that they may have."""
        if isinstance(type_, GraphQLObjectType):
            return (Branch(type_.name, tuple(self.entries(type_, nodes))),)
        types = self.schema.get_possible_types(cast(GraphQLInterfaceType, type_))
        return tuple(Branch(each.name, tuple(self.entries(each, nodes))) for each in types)

    def entries(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Iterator[Leaf | Constant | Part]:
        """Yield what is asked of nodes of one type."""
        for key, fields in self.collected(type_, nodes).items():
            name = fields[0].name.value
            if name == "__typename":
                yield Constant(key, type_.name)
                continue
            field = type_.fields[name]
            if is_composite_type(get_named_type(field.type)) and not _holds_values(field):
                selection = self.field(f"{type_.name}.{name}", field, fields)
                yield Part(key, is_non_null_type(field.type), selection)
            else:
                yield self.leaf(key, field, fields)

    def leaf(self, key: str, field: GraphQLField, nodes: Sequence[FieldNode]) -> Leaf:
        """Return a value of the node itself."""
        name, required, type_ = nodes[0].name.value, is_non_null_type(field.type), get_named_type(field.type)
        if _is_texts(field):
            pairs = self.pairs(cast(GraphQLObjectType, type_), nodes)
            return Leaf(key, name, required, Reading.TEXTS, pairs=pairs)
        if _holds_values(field):
            pairs = self.pairs(cast(GraphQLObjectType, type_), nodes)
            return Leaf(key, name, required, Reading.RECORDS, pairs=pairs, type=type_.name)
        if isinstance(type_, GraphQLEnumType):
            pairs = tuple((str(_plain(value.value)), each) for each, value in type_.values.items())
            if any(stored != each for stored, each in pairs):
                return Leaf(key, name, required, Reading.ENUM, pairs=pairs)
        args, _ = self.arguments(field, nodes[0])
        if args:
            return Leaf(key, name, required, Reading.TEXT, slot=args[0][1])
        return Leaf(key, name, required, Reading.OPEN if type_.name == "Instant" and not required else Reading.PLAIN)

    def page(
        self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]
    ) -> Iterator[Edges | PageInfo | Total | Constant]:
        """Yield what is asked of a connection."""
        for key, fields in self.collected(type_, nodes).items():
            match fields[0].name.value:
                case "edges":
                    edge = cast(GraphQLObjectType, get_named_type(type_.fields["edges"].type))
                    yield Edges(key, tuple(self.edge(edge, fields)))
                case "pageInfo":
                    info = cast(GraphQLObjectType, get_named_type(type_.fields["pageInfo"].type))
                    yield PageInfo(key, self.pairs(info, fields))
                case "totalCount":
                    yield Total(key)
                case _:
                    yield Constant(key, type_.name)

    def edge(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Iterator[Nodes | Cursor | Constant]:
        """Yield what is asked of an edge."""
        for key, fields in self.collected(type_, nodes).items():
            match fields[0].name.value:
                case "node":
                    yield Nodes(key, self.branches(get_named_type(type_.fields["node"].type), fields))
                case "cursor":
                    yield Cursor(key)
                case _:
                    yield Constant(key, type_.name)

    def pairs(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> tuple[tuple[str, str], ...]:
        """Return key and name of what is asked of an object that holds nothing but values."""
        return tuple((key, fields[0].name.value) for key, fields in self.collected(type_, nodes).items())

    def collected(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Fields:
        """Collect the fields asked of an object of one type (GraphQL specification §6.3.2)."""
        found: Fields = {}
        spread: set[str] = set()
        for node in nodes:
            if node.selection_set:
                self.collect(type_, node.selection_set, found, spread)
        return found

    def collect(self, type_: GraphQLObjectType, selections: SelectionSetNode, found: Fields, spread: set[str]) -> None:
        for each in selections.selections:
            if not self.included(each):
                continue
            if isinstance(each, FieldNode):
                found.setdefault((each.alias or each.name).value, []).append(each)
                continue
            if isinstance(each, FragmentSpreadNode):
                if each.name.value in spread:
                    continue
                spread.add(each.name.value)
            fragment = self.fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
            inner = cast(InlineFragmentNode | FragmentDefinitionNode, fragment)
            if self.applies(inner, type_):
                self.collect(type_, inner.selection_set, found, spread)

    def applies(self, fragment: InlineFragmentNode | FragmentDefinitionNode, type_: GraphQLObjectType) -> bool:
        if fragment.type_condition is None or fragment.type_condition.name.value == type_.name:
            return True
        condition = self.schema.type_map[fragment.type_condition.name.value]
        return is_abstract_type(condition) and self.schema.is_sub_type(condition, type_)

    def included(self, node: Any) -> bool:
        """Tell what @skip and @include say."""
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include"):
                value = directive.arguments[0].value
                holds = value.value if isinstance(value, BooleanValueNode) else self.variables[value.name.value]
                self.check(holds, (value, GraphQLNonNull(GraphQLBoolean)), directive)
                if holds is (directive.name.value == "skip"):
                    return False
        return True


def _arity(type_: GraphQLOutputType) -> Arity:
    bare = get_nullable_type(type_)
    if is_list_type(bare):
        return Arity.MANY if is_non_null_type(bare.of_type) else Arity.EACH
    return Arity.PAGE if get_named_type(type_).name.endswith("Connection") else Arity.ONE


def _holds_values(field: GraphQLField) -> bool:
    """Tell whether the objects of a field are written in a property, and are no nodes."""
    return _is_texts(field) or get_named_type(field.type).name in RECORDS


def _is_texts(field: GraphQLField) -> bool:
    return get_named_type(field.type).name == "LanguageText"


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
