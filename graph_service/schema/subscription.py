"""What can be watched: each message says what was made or changed, as it is now, with the cursor to go on from.

A message is a request of its own: who asks, and what they may see, is found out for each.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Annotated, Any, TypeVar

import strawberry

from graph_service.domain.iri import Iri
from graph_service.schema import types
from graph_service.schema.computed import Progress, worked_out
from graph_service.schema.context import Context
from graph_service.schema.shaped import Request, read_back
from graph_service.services import progress as service
from graph_service.services.watching import Watcher

M = TypeVar("M")

Profile = Annotated[strawberry.ID, strawberry.argument(description="The profile whose business it is.")]
After = Annotated[
    str | None, strawberry.argument(description="Go on from this cursor: nothing that happened since is left out.")
]
CURSOR = "Where to go on from (`after`) when the connection is lost."
SILENT = "Null in the first message, and now and then in a long silence: those only say where to go on from."


@strawberry.type(description="An endorsement was made or changed.")
class EndorsementChange:
    """An endorsement was made or changed."""

    context: strawberry.Private[Context]
    changed: strawberry.Private[Iri | None]
    cursor: str = strawberry.field(description=CURSOR)

    @strawberry.field(description=f"As it is now. {SILENT}")
    async def endorsement(self, info: Request) -> types.Endorsement | None:
        """Read it."""
        return await _as_it_is(info, "endorsement", self.changed)


@strawberry.type(description="An award was made or changed.")
class AwardChange:
    """An award was made or changed."""

    context: strawberry.Private[Context]
    changed: strawberry.Private[Iri | None]
    cursor: str = strawberry.field(description=CURSOR)

    @strawberry.field(description=f"As it is now. {SILENT}")
    async def award(self, info: Request) -> types.Award | None:
        """Read it."""
        return await _as_it_is(info, "award", self.changed)


@strawberry.type(description="The progress of a learner may have changed.")
class ProgressChange:
    """The progress of a learner may have changed."""

    context: strawberry.Private[Context]
    cursor: str = strawberry.field(description=CURSOR)
    progress: Progress = strawberry.field(description="As it is now; it may be what it was in the message before.")


@strawberry.type(description="What can be watched, over graphql-transport-ws.")
class Subscription:
    """What can be watched."""

    @strawberry.subscription(
        description="Endorsements that a profile makes, or that are of it or of what it owns, if you may see them."
    )
    def endorsement_changed(
        self, info: Request, profile: Profile, after: After = None
    ) -> AsyncGenerator[EndorsementChange, None]:
        """Tell of endorsements."""
        return _things(info, EndorsementChange, "Endorsement", profile, after)

    @strawberry.subscription(description="Awards that a profile issues, as far as you may see them.")
    def award_changed(self, info: Request, profile: Profile, after: After = None) -> AsyncGenerator[AwardChange, None]:
        """Tell of awards."""
        return _things(info, AwardChange, "Award", profile, after)

    @strawberry.subscription(
        description="The progress of a learner toward a pathway: at once, and whenever something happened that may "
        "change it (not when only time passes). For whom `progress` answers; it ends with an error when that ends."
    )
    async def progress_changed(
        self,
        info: Request,
        learner: Annotated[strawberry.ID, strawberry.argument(description="The learner.")],
        pathway: Annotated[strawberry.ID, strawberry.argument(description="The pathway.")],
        after: After = None,
    ) -> AsyncGenerator[ProgressChange, None]:
        """Tell of progress."""
        context, watcher = info.context, _watcher(info)
        asked = watcher.progress("Subscription.progressChanged", learner=learner, pathway=pathway, after=after)
        async with aclosing(asked) as told:
            async for call, cursor in told:
                async with watcher.watching.turns:
                    found = await service.progress(context.world, context.plans, call, pathway=pathway, learner=learner)
                    await worked_out(info, found)
                yield ProgressChange(context=context.told(call), cursor=cursor, progress=Progress(of=found))


async def _things(
    info: Request, message: Callable[..., M], type: str, profile: str, after: str | None
) -> AsyncGenerator[M, None]:
    field = f"Subscription.{info.field_name}"
    async with aclosing(_watcher(info).things(field, type, profile=profile, after=after)) as told:
        async for call, cursor, changed in told:
            yield message(context=info.context.told(call), cursor=cursor, changed=changed)


async def _as_it_is(info: Request, name: str, changed: Iri | None) -> Any:
    """Read what changed when it is their turn who watch. Raises NotFound if they may not see it any more."""
    if changed is None:
        return None
    async with _watcher(info).watching.turns:
        return await read_back(info, name, changed)


def _watcher(info: Request) -> Watcher:
    watcher = info.context.watcher
    assert watcher is not None  # noqa: S101 (subscriptions come by the socket alone, which gives one)
    return watcher
