"""Drafts as files: definitions that are too large for GraphQL."""

from __future__ import annotations

import asyncio

from graph_service.errors import Problem
from graph_service.formats import json_file
from graph_service.services import publishing
from graph_service.services.call import Call, World


async def save(world: World, call: Call, *, pathway: str, document: bytes) -> tuple[Problem, ...]:
    """Save the definition in a file as the draft of a pathway (EDITOR); return what forbids publishing it.

    Raises what `json_file.read` raises, InvalidInput (WRONG_TYPE) for what is no object, and as `save_draft` does.
    """
    definition = json_file.typed(await asyncio.to_thread(json_file.read, document), dict, ())
    await publishing.save_draft(world, call, pathway=pathway, definition=definition)
    return await publishing.check_draft(world, call, pathway=pathway)
