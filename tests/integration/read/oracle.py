"""What the read road must answer, found the slow way: the stock executor, and each field's fragment run alone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from inspect import isawaitable
from typing import Any

from graphql import (
    GraphQLResolveInfo,
    GraphQLSchema,
    execute,
    get_named_type,
    is_non_null_type,
    parse,
)

from graph_service.domain.achievement import AchievementType
from graph_service.domain.search import SearchType, folded, query
from graph_service.domain.time import OPEN_END
from graph_service.endorse.keys import Algorithm
from graph_service.read.cursor import Cursors
from graph_service.read.fragment import Fragment
from graph_service.read.selection import Viewer
from graph_service.schema.selection import RECORDS
from tests.integration.read.data import AT

Run = Callable[[str, dict[str, Any]], Awaitable[list[Any]]]
NAMED: Mapping[str, type[StrEnum]] = {"AchievementType": AchievementType, "KeyAlgorithm": Algorithm}
"""Enumerations whose values are stored under the words of their standards."""
PAGING = ("first", "last", "after", "before", "order")


class Made(dict[str, Any]):
    """An object of the answer that is no node."""


@dataclass
class Oracle:
    """Answers documents for one viewer."""

    run: Run
    fragments: Mapping[str, Fragment]
    cursors: Cursors
    viewer: Viewer
    schema: GraphQLSchema
    known: dict[str, list[Any]] = field(default_factory=dict)

    async def __call__(self, document: str, variables: Mapping[str, Any]) -> Any:
        executed = execute(
            self.schema,
            parse(document),
            variable_values=dict(variables),
            field_resolver=self.resolve,
            type_resolver=lambda node, *_: node["type"],
        )
        result = await executed if isawaitable(executed) else executed
        assert result.errors is None, result.errors
        return result.data

    async def resolve(self, source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        name = info.field_name
        if isinstance(source, Made):
            return source[name]
        given = {key: value for key, value in args.items() if value is not None}
        fragment = self.fragments.get(f"{info.parent_type.name}.{name}")
        if fragment is None:
            return _value(source, info, given.get("language"))
        if fragment.value:
            line = next(line for line in fragment.value if line.kept(set(), self.viewer.audience))
            return (await self.ask(f"RETURN {{value: {line.text}}} AS row", source, {}))[0]["value"]
        nodes = await self.nodes(fragment, source, given)
        if get_named_type(info.return_type).name.endswith("Connection"):
            return self.page(fragment, nodes, given)
        if name == "nodes" and "ids" in given:
            by_id = {node["id"]: node for node in nodes}
            return [by_id.get(each) for each in given["ids"]]
        if fragment.name == "Query.search":
            return nodes[: given.get("first", 20)]
        if "[" in str(info.return_type):  # several ways may lead to a node of a list
            return list({node["id"]: node for node in nodes}.values())
        return next(iter(nodes), None)

    async def nodes(self, fragment: Fragment, source: Any, given: Mapping[str, Any]) -> list[Any]:
        """Return all nodes that a fragment finds, in its order."""
        names, audience = set(given), self.viewer.audience
        call = [f"CALL {line.text}" for line in fragment.call if line.kept(names, audience)]
        match = " ".join(call or [f"MATCH {line.text}" for line in fragment.match if line.kept(names, audience)])
        where = " AND ".join(line.text for line in fragment.where if line.kept(names, audience))
        best = "WITH node, score ORDER BY score DESC, elementId(node) " if fragment.name == "Query.search" else ""
        text = f"{match} WHERE {where or 'true'} {best}RETURN properties(node) AS row"
        filters = {name: value for name, value in given.items() if name not in PAGING}
        if call:
            sought = folded(given.get("text") or given["nameContains"])
            narrowed = [SearchType[each] for each in given["types"]] if given.get("types") is not None else None
            filters |= {"words": query(sought, narrowed), "folded": sought}
        found = await self.ask(text, source, filters)
        types = [node for node in found if node["type"] in self.schema.type_map]  # not everything has a type here
        order = fragment.order(given.get("order", ""), names)
        if order is None:
            return types
        return sorted(types, key=lambda node: [node[key] for key in order.keys], reverse=order.descending)

    async def ask(self, text: str, source: Any, parameters: Mapping[str, Any]) -> list[Any]:
        if source is not None:
            text = f"MATCH (parent:{source['type']} {{id: $parent}}) {text}"
        bound = {"viewer": list(self.viewer.ids), "at": AT, "parent": source and source["id"], **parameters}
        key = json.dumps([text, bound], sort_keys=True)
        if key not in self.known:
            self.known[key] = await self.run(text, bound)
        return self.known[key]

    def page(self, fragment: Fragment, nodes: list[Any], given: Mapping[str, Any]) -> Made:
        first, last = given.get("first", 20), given.get("last")
        shown = nodes[len(nodes) - min(last, len(nodes)) :] if last is not None else nodes[:first]
        order = fragment.order(given.get("order", ""), set(given))
        assert order is not None
        filters = {name: value for name, value in given.items() if name not in PAGING}
        cursors = self.cursors.of(fragment.name, order.name, filters)
        signed = cursors.write(node[order.keys[-1]] for node in shown)
        more = len(nodes) > len(shown)
        return Made(
            totalCount=len(nodes),
            edges=[Made(node=node, cursor=cursor) for node, cursor in zip(shown, signed, strict=True)],
            pageInfo=Made(
                hasNextPage=more and last is None,
                hasPreviousPage=more and last is not None,
                startCursor=next(iter(signed), None),
                endCursor=next(iter(signed[::-1]), None),
            ),
        )


def _value(node: Any, info: GraphQLResolveInfo[Any], language: str | None) -> Any:
    name, type_ = info.field_name, get_named_type(info.return_type).name
    if language is not None:
        texts = json.loads(node.get(f"{name}Map") or "null")
        return texts and texts.get(language, next(iter(texts.values())))
    value = node.get(name)
    if type_ == "LanguageText":
        return [Made(language=tag, text=text) for tag, text in json.loads(value or "{}").items()]
    if type_ in RECORDS:
        return [Made(record) for record in json.loads(value or "[]")]
    if type_ in NAMED:
        return NAMED[type_](value).name
    return None if value == OPEN_END and not is_non_null_type(info.return_type) else value
