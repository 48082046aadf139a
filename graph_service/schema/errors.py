"""How an error looks in GraphQL: `Problems` in the result of a mutation, `extensions.code` in a query."""

from __future__ import annotations

import strawberry

from graph_service import errors
from graph_service.locale import sentence


@strawberry.type(description="One thing that is wrong.")
class Problem:
    """One thing that is wrong."""

    code: str = strawberry.field(description="Stable code in UPPER_SNAKE; decide by this, never by the text.")
    message: str = strawberry.field(description="What is wrong, in the interface language (Accept-Language: ja or en).")
    hint: str = strawberry.field(description="What to do next.")
    path: list[str] = strawberry.field(description="The place in the input, from the outside in.")
    value: str | None = strawberry.field(description="In a table: what stands at that place, up to 200 characters.")


@strawberry.type(description="Nothing was changed; this is everything that is wrong.")
class Problems:
    """Nothing was changed; this is everything that is wrong."""

    problems: list[Problem] = strawberry.field(description="At least one problem.")


def shown(problem: errors.Problem, language: str) -> Problem:
    """Return a problem with its sentences."""
    message, hint = sentence(problem, language)
    cell = problem.values.get("cell")
    return Problem(
        code=problem.code,
        message=message,
        hint=hint,
        path=[str(step) for step in problem.path],
        value=None if cell is None else str(cell),
    )


def problems_of(error: errors.GraphServiceError, language: str) -> Problems:
    """Return everything that an error says."""
    return Problems(problems=[shown(problem, language) for problem in error.problems])
