"""Writing out what the service holds, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator

from graph_service.domain.credential_form import CredentialForm
from graph_service.endorse.jsontext import Document
from graph_service.services.call import World
from graph_service.services.publications import controller_document

PAGE = 500


async def credentials(world: World, form: CredentialForm = CredentialForm.DATA_INTEGRITY) -> AsyncIterator[str]:
    """Yield the signed credential of every endorsement and award, as stored: one line each, never status lists.

    This is for the operator: those that are hidden, and those of private awards, are among them.
    """
    after = ""
    while rows := await world.store.read("credential/page", after=after, form=form, limit=PAGE):
        for row in rows:
            yield row["bytes"].replace("\r", " ").replace("\n", " ")  # one that was handed in may be of several lines
        after = rows[-1]["id"]


async def controllers(world: World) -> Document:
    """Return {controller id: controlled identifier document} of every profile."""
    found: Document = {}
    after = ""
    while rows := await world.store.read("profile/page", after=after, limit=PAGE):
        found |= {row["id"]: controller_document(row) for row in rows}
        after = rows[-1]["id"]
    return found
