"""Writing out what the service holds, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator

from graph_service.endorse.jsontext import Document
from graph_service.services import signing
from graph_service.services.call import World
from graph_service.services.publications import controller_document

PAGE = 500


async def credentials(world: World) -> AsyncIterator[str]:
    """Yield every signed credential about an endorsement or award, as stored: one line each, never status lists."""
    after = ""
    while rows := await world.store.read("credential/page", after=after, form=signing.DATA_INTEGRITY, limit=PAGE):
        for row in rows:
            yield row["bytes"]
        after = rows[-1]["id"]


async def controllers(world: World) -> Document:
    """Return {controller id: controlled identifier document} of every profile."""
    found: Document = {}
    after = ""
    while rows := await world.store.read("profile/page", after=after, limit=PAGE):
        found |= {row["id"]: controller_document(row) for row in rows}
        after = rows[-1]["id"]
    return found
