"""Documents made up at random: any fields, under any names, with any arguments, through any fragments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_non_null_type,
    is_required_argument,
)

from graph_service.schema.selection import RECORDS

DEPTH = 3
ALIASES, DIRECTIVES = 12, 8


@dataclass(frozen=True)
class Document:
    """A document with its variables."""

    text: str
    variables: dict[str, Any]


@dataclass
class _Maker:
    random: Random
    schema: GraphQLSchema
    ids: Sequence[str]
    aliases: int = 0
    directives: int = 0
    fragments: list[str] = field(default_factory=list)
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def chance(self, of: int) -> bool:
        return self.random.randrange(of) == 0

    def some(self, of: Sequence[Any], most: int, *, least: int = 0) -> list[Any]:
        """Choose some, each maybe several times."""
        return self.random.choices(of, k=self.random.randint(least, most))

    def selections(self, type_: GraphQLNamedType, depth: int, used: set[str]) -> str:
        """Make a selection set for a type; names in `used` stand beside it already."""
        fields: dict[str, GraphQLField] = getattr(type_, "fields", {})
        names = [name for name, each in fields.items() if self.possible(each, depth)]
        made = [self.field(name, fields[name], depth, used) for name in self.some(names, 4, least=1)]
        if self.chance(4):
            made.append("__typename")
        if not isinstance(type_, GraphQLObjectType):
            types = self.schema.get_possible_types(type_)  # type: ignore[arg-type]
            made += [self.inline(each, depth, used) for each in self.some(types, 3)]
        elif self.chance(5):
            made.append(self.spread(type_, depth, used))
        return " ".join(filter(None, made)) or "__typename"

    def possible(self, field_: GraphQLField, depth: int) -> bool:
        type_ = get_named_type(field_.type)
        values = not is_composite_type(type_) or type_.name in ("LanguageText", *RECORDS)
        return type_.name != "Viewer" and (depth > 0 or values)

    def field(self, name: str, field_: GraphQLField, depth: int, used: set[str]) -> str:
        key = name
        if name in used or self.chance(4):
            if self.aliases >= ALIASES:
                return ""
            self.aliases += 1
            key = f"k{self.aliases}"
        used.add(key)
        type_ = get_named_type(field_.type)
        below = ""
        if is_composite_type(type_):
            hop = type_.name.endswith(("Connection", "Edge"))
            below = f" {{ {self.selections(type_, depth if hop else depth - 1, set())} }}"
        return (
            f"{key}: {name}{self.arguments(field_)}{self.directive()}{below}"
            if key != name
            else f"{name}{self.arguments(field_)}{self.directive()}{below}"
        )

    def inline(self, type_: GraphQLObjectType, depth: int, used: set[str]) -> str:
        return f"... on {type_.name}{self.directive()} {{ {self.selections(type_, depth, used)} }}"

    def spread(self, type_: GraphQLObjectType, depth: int, used: set[str]) -> str:
        text = self.selections(type_, depth, used)
        self.fragments.append(f"fragment F{len(self.fragments)} on {type_.name} {{ {text} }}")
        return f"...F{len(self.fragments) - 1}{self.directive()}"

    def directive(self) -> str:
        if self.directives == DIRECTIVES or not self.chance(12):
            return ""
        self.directives += 1
        name, value = self.random.choice(["skip", "include"]), self.chance(2)
        return f" @{name}(if: {self.written(value, 'Boolean!')})"

    def arguments(self, field_: GraphQLField) -> str:
        end = self.random.choice(["first", "last", ""])
        made = []
        for name, argument in field_.args.items():
            paging = name in ("first", "last", "after", "before")
            if name == end or is_required_argument(argument) or (not paging and self.chance(2)):
                optional = not is_required_argument(argument)
                null = not is_non_null_type(argument.type) and self.chance(8)
                value = None if null else self.value(name, argument.type)
                made.append(f"{name}: {self.written(value, str(argument.type), optional=optional)}")
        return f"({', '.join(made)})" if made else ""

    def value(self, name: str, type_: Any) -> Any:
        named = get_named_type(type_)
        if isinstance(named, GraphQLEnumType):
            return _Enum(self.random.choice(sorted(named.values)))
        match name:
            case "first" | "last":
                return self.random.randint(0, 3)
            case "language":
                return self.random.choice(["ja", "en", "fr"])
            case "text" | "nameContains":
                return self.random.choice(["学", "研究", "python", "en"])
            case "ids":
                return self.some(self.ids, 4)
        return self.random.choice(self.ids)

    def written(self, value: Any, type_: str, *, optional: bool = False) -> str:
        """Write a value as a literal or as a variable; of one that is optional, nothing may be given."""
        if self.chance(2):
            name = f"v{len(self.variables)}"
            if optional and self.chance(6):
                self.variables[name] = (type_.removesuffix("!"), _OMITTED)
            else:
                self.variables[name] = (type_, str(value) if isinstance(value, _Enum) else value)
            return f"${name}"
        if isinstance(value, list):
            return f"[{', '.join(self.literal(each) for each in value)}]"
        return self.literal(value)

    def literal(self, value: Any) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int | _Enum) else f'"{value}"'


class _Enum(str):
    __slots__ = ()


_OMITTED = object()


def made(random: Random, schema: GraphQLSchema, ids: Sequence[str]) -> Document:
    """Make a query for the schema; `ids` are tried wherever it takes one."""
    maker = _Maker(random, schema, ids)
    assert schema.query_type
    text = maker.selections(schema.query_type, DEPTH, set())
    declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in maker.variables.items())
    head = f"query ({declared})" if declared else "query"
    values = {name: value for name, (_, value) in maker.variables.items() if value is not _OMITTED}
    return Document("\n".join([f"{head} {{ {text} }}", *maker.fragments]), values)
