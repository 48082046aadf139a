"""Documents that others fetch: signed credentials, controllers, published versions; always the stored bytes."""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.endorse import controller as controllers
from graph_service.endorse import credential as credentials
from graph_service.endorse import jsontext
from graph_service.errors import NotFound
from graph_service.locale import LANGUAGES, phrase
from graph_service.services import signing
from graph_service.services.call import Call, World
from graph_service.services.issuing import kind_iri


@dataclass(frozen=True)
class Document:
    """A document as it is served; `public` tells whether everybody may have it."""

    bytes: str
    digest: str
    public: bool = True


async def credential(world: World, call: Call, document_id: Iri) -> Document:
    """Return a signed credential. One about a private award is not there for those who may not read it."""
    rows = await world.store.read("credential/by_document", documentId=document_id, form=signing.DATA_INTEGRITY)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("credential", document_id)
    return Document(rows[0]["bytes"], rows[0]["digest"], public=rows[0]["shown"])


async def controller(world: World, profile: Iri) -> Document:
    """Return a profile with its keys: Open Badges Profile and controlled identifier document in one."""
    rows = await world.store.read("profile/controller", id=profile)
    if not rows:
        raise NotFound("profile", profile)
    return _document(controller_document(rows[0]))


def controller_document(row: dict[str, object]) -> jsontext.Document:
    """Return the controlled identifier document of a loaded profile."""
    return controllers.document(credentials.profile(signing.speaker(row)), signing.public_keys(row["keys"]))  # type: ignore[arg-type]


async def version(world: World, address: Iri) -> Document:
    """Return the published bytes of a version, or the newest ones of an achievement or profile."""
    rows = await world.store.read("version/published", id=address)
    if not rows:
        raise NotFound("version", address)
    return Document(rows[0]["bytes"], signing.digest(rows[0]["bytes"].encode()))


async def pathway(world: World, call: Call, address: Iri) -> Document:
    """Return the definition of the newest published version of a pathway."""
    rows = await world.store.read("pathway/published", id=address)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("pathway", address)
    return Document(rows[0]["definition"], rows[0]["digest"], public=rows[0]["shown"])


def kind(world: World, which: Kind) -> Document:
    """Return what a kind of endorsement means, in every language."""
    meanings = {language: phrase(f"PHRASE_MEANING_{which}", language) for language in LANGUAGES}
    return _document({"id": kind_iri(world, which), "name": which, "description": meanings})


async def addresses(world: World, endorsement: Iri) -> tuple[Iri, Iri]:
    """Return where the credential of an issued endorsement and its status list are."""
    rows = await world.store.read("endorsement/addresses", id=endorsement)
    if not rows:
        raise NotFound("endorsement", endorsement)
    return rows[0]["credential"], rows[0]["list"]


def _document(value: jsontext.Document) -> Document:
    content = jsontext.write(value)
    return Document(content.decode(), signing.digest(content))
