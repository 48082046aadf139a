"""Issuers elsewhere: they sign what they say, and their site publishes their keys and their status list."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant
from graph_service.endorse import contexts, jsontext, status_list
from graph_service.endorse.credential import Profile, profile
from graph_service.endorse.jsontext import Document
from tests.casts import START
from tests.loopback import Site, answer
from tests.signers import Person

UNTIL = Instant("2031-09-01T00:00:00Z")
SLOT = 4711


@dataclass(frozen=True)
class Issuer:
    """Somebody whose keys and list lie at a site; both are fetched anew whenever they are asked for."""

    site: Site
    host: str
    person: Person

    @classmethod
    def web(cls, site: Site, host: str) -> Issuer:
        """Return an issuer whose identifier is the https address of its document."""
        return cls(site, host, Person.new("みなと大学").elsewhere(site.url("/issuer", host)))._published("/issuer")

    @classmethod
    def did(cls, site: Site, host: str) -> Issuer:
        """Return an issuer whose identifier is a did:web."""
        name = f"did:web:{host}%3A{site.port}:board"
        return cls(site, host, Person.new("みなと市").elsewhere(name))._published("/board/did.json")

    @property
    def id(self) -> str:
        """Its identifier."""
        return self.person.did

    @property
    def list(self) -> str:
        """The address of its status list."""
        return self.site.url("/list", self.host)

    def document(self, **members: Any) -> Document:
        """Return its document, with its key."""
        method = {
            "id": self.person.method,
            "type": "Multikey",
            "controller": self.id,
            "publicKeyMultibase": self.person.key.public.multibase,
        }
        return {
            "@context": [contexts.CONTROLLED_IDENTIFIERS, contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
            "id": self.id,
            "type": ["Profile"],
            "name": self.person.name,
            "verificationMethod": [method],
            "assertionMethod": [self.person.method],
            **members,
        }

    def endorse(self, about: str, **members: Any) -> bytes:
        """Sign an endorsement with a place in its list."""
        subject = {"id": about, "type": ["EndorsementSubject"], "endorsementComment": "確かめました。"}
        entry = status_list.entry(self.list, SLOT)
        claim = self.person.claim(subject, **{"id": uuid.uuid4().urn, "credentialStatus": entry, **members})
        return self.person.sign(claim)

    def put(self, path: str, body: bytes) -> None:
        """Publish something; nobody keeps it."""
        self.site.pages[path] = answer(body, Cache_Control="no-store")

    def revoke(self, *positions: int) -> None:
        """Sign the list anew, with these positions set."""
        speaker = profile(Profile(Iri(self.id), self.person.name))
        document = status_list.credential(
            Iri(self.list), speaker, positions, valid_from=START, valid_until=UNTIL, ttl_seconds=300
        )
        self.put("/list", self.person.sign(document))

    def _published(self, path: str) -> Issuer:
        self.put(path, jsontext.write(self.document()))
        self.revoke()
        return self
