"""Documents that others fetch: signed credentials, controllers, published versions; always the stored bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.domain.credential_form import CredentialForm
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.endorse import controller as controllers
from graph_service.endorse import credential as credentials
from graph_service.endorse import jsontext
from graph_service.endorse.controller import PublishedKey
from graph_service.endorse.keys import PublicKey
from graph_service.errors import NotFound
from graph_service.locale import LANGUAGES, phrase
from graph_service.services import signing
from graph_service.services.call import Call, World
from graph_service.services.issuing import kind_iri

_PAGE = 500


@dataclass(frozen=True)
class Document:
    """A document as it is served; `public` tells whether everybody may have it."""

    bytes: str
    digest: str
    public: bool = True
    form: CredentialForm | None = None  # of a signed credential


async def credential(world: World, call: Call, document_id: Iri, form: CredentialForm | None = None) -> Document:
    """Return a signed credential in one form; unless told with a Data Integrity proof, as JWT if there is nothing else.

    Of a private award it is not there for those who may not read that.
    """
    forms = [form] if form else list(CredentialForm)
    rows = await world.store.read("credential/by_document", documentId=document_id, forms=forms, at=call.at)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("credential", document_id)
    row = rows[0]
    return Document(row["bytes"], row["digest"], public=row["shown"], form=CredentialForm(row["form"]))


async def controller(world: World, profile: Iri) -> Document:
    """Return a profile with its keys: Open Badges Profile and controlled identifier document in one."""
    return _document(controller_document(await _profile(world, profile)))


def controller_document(row: Mapping[str, Any]) -> jsontext.Document:
    """Return the controlled identifier document of a loaded profile."""
    return controllers.document(credentials.profile(signing.speaker(row)), signing.public_keys(row["keys"]))


async def did_document(world: World, address: Iri) -> Document:
    """Return the document of a profile's did:web. Raises NotFound also if the base of identifiers allows none."""
    row = await _profile(world, _above(address))
    found = controllers.did_document(row["id"], signing.public_keys(row["keys"]))
    if found is None:
        raise NotFound("did:web", row["id"])
    return _document(found)


async def key_set(world: World, address: Iri) -> Document:
    """Return the keys of a profile as a JWK set, those that sign no more among them; compromised ones are not."""
    return _document(await _key_set(world, _above(address)))


async def key(world: World, address: Iri) -> Document:
    """Return one key as a JWK. A compromised one is not there any more, so that nobody takes it for good."""
    found = await _key_set(world, _above(_above(address)))
    for each in found["keys"]:
        if each["kid"] == address:
            return _document(each)
    raise NotFound("key", address)


async def every_key(world: World, _address: Iri) -> Document:
    """Return the keys of all profiles as one JWK set, in which `iss` tells whose they are."""
    keys: list[tuple[str, PublishedKey]] = []
    after = ""
    while rows := await world.store.read("key/published", after=after, limit=_PAGE):
        keys += [(row["profileId"], PublishedKey(PublicKey.read(row["publicKeyMultibase"]))) for row in rows]
        after = rows[-1]["id"]
    return _document(controllers.jwk_set(keys))


async def _key_set(world: World, profile: Iri) -> jsontext.Document:
    row = await _profile(world, profile)
    return controllers.jwk_set((profile, key) for key in signing.public_keys(row["keys"]))


def _above(address: Iri) -> Iri:
    """Return the identifier of what a document lies below."""
    return Iri(address.rpartition("/")[0])


async def _profile(world: World, profile: Iri) -> Mapping[str, Any]:
    rows: list[Mapping[str, Any]] = await world.store.read("profile/controller", id=profile)
    if not rows:
        raise NotFound("profile", profile)
    return rows[0]


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


async def pathway_version(world: World, call: Call, address: Iri) -> Document:
    """Return the definition of a published version of a pathway: the bytes that an endorsement of it is bound to."""
    rows = await world.store.read("pathway/version", id=address)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("pathway version", address)
    return Document(rows[0]["definition"], rows[0]["digest"], public=rows[0]["shown"])


async def recognition(world: World, call: Call, address: Iri) -> Document:
    """Return the recognition document of an endorsement: the bytes whose digest its signed claim names."""
    rows = await world.store.read("endorsement/recognition", id=_above(address))
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("recognition", address)
    return Document(rows[0]["bytes"], signing.digest(rows[0]["bytes"].encode()), public=rows[0]["shown"])


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
