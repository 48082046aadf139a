"""From what a client wrote to a selection: fragments, aliases, directives and variables are settled here.

What a field is, its type says: a connection is a page, a list of nodes a list, an object a part of its own; a scalar
is a property. A scalar with the argument `language` is a text in several languages, an instant that may be null
is an open end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    NullValueNode,
    SelectionSetNode,
    StringValueNode,
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

KEPT_QUESTIONS = 100  # each may hold a whole document: see limits.py
_QUESTIONS: dict[tuple[object, ...], _Question] = {}
RECORDS = frozenset({"Evidence", "Result", "ResultDescription"})
"""The types of what stands in a property as a JSON list of objects."""
_DECIDING_TYPES = frozenset({"Boolean", "DateOrder"})


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of one field of one document, and where the values of its arguments come from."""

    nodes: Sequence[FieldNode]
    selection: Selection
    sources: Sequence[_Source]

    def values(self, variables: Mapping[str, Any]) -> tuple[object, ...]:
        return tuple(_value(source, variables) for source in self.sources)


def selection_of(info: GraphQLResolveInfo[Any]) -> tuple[Selection, tuple[object, ...]]:
    """Return what is asked of the field that is being resolved, and the values of its arguments.

    Documents are parsed once, so the same nodes come with every request: what they ask is kept with them, as far
    as the variables that decide about it are the same. A kept question holds its nodes, so that no others can
    take their place in memory.
    """
    key = (*map(id, info.field_nodes), *_deciding(info))
    if (question := _QUESTIONS.get(key)) is None:
        if len(_QUESTIONS) >= KEPT_QUESTIONS:
            _QUESTIONS.clear()
        question = _QUESTIONS[key] = _asked(info)
    return question.selection, question.values(_variables(info))


def selection_by_id(info: GraphQLResolveInfo[Any], name: str, id_: str) -> tuple[Selection, tuple[object, ...]]:
    """Return what is asked of the field that is being resolved, as a question for `Query.<name>(id:)`."""
    walk = _Walk(info)
    walk.sources.append((StringValueNode(value=id_), GraphQLID))
    branches = walk.branches(get_named_type(info.return_type), info.field_nodes)
    selection = Selection(f"Query.{name}", Arity.ONE, (("id", 0),), branches=branches)
    return selection, tuple(_value(source, _variables(info)) for source in walk.sources)


def _asked(info: GraphQLResolveInfo[Any]) -> _Question:
    walk = _Walk(info)
    field = cast(GraphQLField, info.parent_type.fields[info.field_name])
    selection = walk.field(f"Query.{info.field_name}", field, info.field_nodes)
    return _Question(info.field_nodes, selection, walk.sources)


def _deciding(info: GraphQLResolveInfo[Any]) -> Iterator[object]:
    """Yield what variables decide about the question itself: of a few types by their value, else by being there."""
    variables = _variables(info)
    for definition in info.operation.variable_definitions or ():
        value, type_ = variables.get(definition.variable.name.value), definition.type
        while not isinstance(type_, NamedTypeNode):
            type_ = cast(ListTypeNode | NonNullTypeNode, type_).type
        yield value if type_.name.value in _DECIDING_TYPES else value is None


def _variables(info: GraphQLResolveInfo[Any]) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], info.variable_values)  # Strawberry gives the plain ones


def _value(source: _Source, variables: Mapping[str, Any]) -> object:
    """Return the value of an argument as it goes to the graph; None if there is none."""
    node, type_ = source
    if isinstance(node, VariableNode):
        return _plain(variables.get(node.name.value))
    return None if isinstance(node, NullValueNode) else _plain(value_from_ast(node, type_, dict(variables)))


class _Walk:
    def __init__(self, info: GraphQLResolveInfo[Any]) -> None:
        self.schema: GraphQLSchema = info.schema
        self.fragments: Mapping[str, FragmentDefinitionNode] = info.fragments
        self.variables = _variables(info)
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
            if (value := _value(source, self.variables)) is None:
                continue
            if argument.name.value == "order":
                order = cast(str, value)
            else:
                args.append((argument.name.value, len(self.sources)))
                self.sources.append(source)
        return tuple(args), order

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
