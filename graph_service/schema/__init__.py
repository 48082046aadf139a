"""The GraphQL API, and the only importer of strawberry and graphql."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection, Request
from starlette.routing import Route

from graph_service.locale import preferred
from graph_service.schema.build import build
from graph_service.schema.computed import ComputedQuery
from graph_service.schema.context import Context
from graph_service.schema.mutation import Mutation
from graph_service.schema.view import View
from graph_service.services.call import Call, World
from graph_service.services.progress import Plans
from graph_service.services.reads import Reads

SCHEMA = build([ComputedQuery], Mutation)


def route(world: World, call: Callable[[HTTPConnection], Awaitable[Call]]) -> Route:
    """Return the route of the endpoint over a world; `call` finds out who asks."""
    reads, plans = Reads.of(world), Plans()

    async def context_of(request: Request) -> Context:
        language = preferred(request.headers.get("accept-language", ""))
        return Context(world, reads, plans, await call(request), language)

    return Route("/graphql", View(SCHEMA, context_of))
