"""The GraphQL API, and the only importer of strawberry and graphql."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.routing import Route, WebSocketRoute

from graph_service.locale import preferred
from graph_service.schema.build import build
from graph_service.schema.cohort import CohortQuery
from graph_service.schema.computed import ComputedQuery
from graph_service.schema.context import Context
from graph_service.schema.documents import Documents
from graph_service.schema.mutation import Mutation
from graph_service.schema.planning import PlanningQuery
from graph_service.schema.socket import Socket
from graph_service.schema.subscription import Subscription
from graph_service.schema.trust import TrustQuery
from graph_service.schema.view import View
from graph_service.services.call import Call, World
from graph_service.services.progress import Plans
from graph_service.services.reads import Reads
from graph_service.services.turns import Turns
from graph_service.services.watching import Watcher, Watching
from graph_service.settings import Settings

SCHEMA = build([ComputedQuery, CohortQuery, PlanningQuery, TrustQuery], Mutation, Subscription)


def trusted(settings: Settings) -> Documents:
    """Read the trusted documents that the settings name. Raises ConfigurationError with every problem."""
    return Documents.read(settings.documents, SCHEMA.graphql, only=settings.trusted_only)


@dataclass(frozen=True)
class Api:
    """The API over a world, with what is kept from request to request."""

    world: World
    reads: Reads
    plans: Plans
    documents: Documents
    watching: Watching

    @classmethod
    def of(cls, world: World, documents: Documents) -> Api:
        """Prepare the API. Raises ConfigurationError with every problem of the fragments."""
        return cls(world, Reads.of(world), Plans(), documents, Watching.of(world))

    def context(self, call: Call, language: str) -> Context:
        """Return the context of one request."""
        return Context(self.world, self.reads, self.plans, call, language)

    async def ask(self, document: str, call: Call, language: str, **variables: object) -> dict[str, Any]:
        """Answer a document in this process, for who calls. Raises what kept a field from its answer."""
        return await SCHEMA.ask(document, variables, self.context(call, language))

    def route(self, call: Callable[[HTTPConnection], Awaitable[Call]], turns: Turns, deadline: float) -> Route:
        """Return the route of the endpoint; `call` finds out who asks, `deadline`: seconds for a request as a whole."""

        async def context_of(request: Request) -> Context:
            return self.context(await call(request), preferred(request.headers.get("accept-language", "")))

        view = View(schema=SCHEMA, context_of=context_of, documents=self.documents, turns=turns, deadline=deadline)
        return Route("/graphql", view)

    def socket(self, call: Callable[[HTTPConnection], Awaitable[Call]]) -> WebSocketRoute:
        """Return the route of subscriptions, at the same address; `call` finds out who asks."""

        async def context_of(connection: HTTPConnection) -> Context:
            watcher = Watcher(self.watching, lambda: call(connection))
            language = preferred(connection.headers.get("accept-language", ""))
            return replace(self.context(await call(connection), language), watcher=watcher)

        return WebSocketRoute("/graphql", Socket(schema=SCHEMA, context_of=context_of, documents=self.documents))
