"""People elsewhere who sign what they say with a key of their own."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from typing import Any

from graph_service.endorse import contexts, eddsa_rdfc_2022, jsontext
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PrivateKey
from tests.casts import START


@dataclass(frozen=True)
class Person:
    """Somebody with an Ed25519 key: `did:key`, unless they call themselves otherwise."""

    key: PrivateKey
    did: str
    name: str
    method: str

    @classmethod
    def new(cls, name: str = "山田 花子") -> Person:
        """Return somebody with a key of their own."""
        key = PrivateKey.generate(Algorithm.ED25519, secrets.token_bytes(32))
        did = f"did:key:{key.public.multibase}"
        return cls(key, did, name, f"{did}#{key.public.multibase}")

    def elsewhere(self, address: str) -> Person:
        """Return the same person under an https address that nobody here has fetched."""
        return replace(self, did=address, method=f"{address}#{self.key.public.multibase}")

    def claim(self, subject: Document, **members: Any) -> Document:
        """Return an unsigned endorsement."""
        return {
            "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.OPEN_BADGES_EXTENSIONS],
            "id": uuid.uuid4().urn,
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "推薦",
            "issuer": {"id": self.did, "type": ["Profile"], "name": self.name},
            "validFrom": START,
            "credentialSubject": subject,
            **members,
        }

    def sign(self, document: Document) -> bytes:
        """Return it signed."""
        draft = eddsa_rdfc_2022.begin(document, eddsa_rdfc_2022.Options(self.method, START))
        return jsontext.write(draft.finish(self.key.sign(draft.data)))
