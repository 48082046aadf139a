"""How a mutation is made of an action: the arguments of a function become those of the field."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, get_args

import strawberry

from graph_service.errors import GraphServiceError
from graph_service.schema.errors import problems_of
from graph_service.schema.shaped import Request

IdempotencyKey = Annotated[
    str | None,
    strawberry.argument(
        description="Repeat a request under the same key and it is done once; the first answer comes back."
    ),
]


def action(do: Callable[..., Awaitable[Any]], result: Any, description: str) -> Any:
    """Make a mutation of `do(world, call, …)`: its further arguments, and `idempotencyKey`.

    `result` is the union of the type that wraps what `do` returns and Problems, which any error of the tree becomes.
    """
    success = get_args(get_args(result)[0])[0]
    _, _, *taken = inspect.signature(do, eval_str=True).parameters.values()

    async def resolve(info: Request, idempotency_key: IdempotencyKey = None, **arguments: Any) -> Any:
        try:
            made = await do(info.context.world, info.context.call(idempotency_key), **arguments)
        except GraphServiceError as error:
            return problems_of(error, info.context.language)
        return success(made=made)

    def parameter(name: str, annotation: Any, **options: Any) -> inspect.Parameter:
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, **options)

    keyword = [parameter(each.name, each.annotation, default=each.default) for each in taken]
    own = [parameter("info", Request), *keyword, parameter("idempotency_key", IdempotencyKey, default=None)]
    resolve.__signature__ = inspect.Signature(own, return_annotation=result)  # type: ignore[attr-defined]
    resolve.__annotations__ = {each.name: each.annotation for each in own} | {"return": result}
    return strawberry.mutation(resolver=resolve, description=description)
