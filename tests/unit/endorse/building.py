"""A board that endorses a university's badge, with keys made of fixed entropy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span
from graph_service.endorse import controller, credential, eddsa_rdfc_2022, status_list
from graph_service.endorse.controller import KeyPair, PublicKey
from graph_service.endorse.credential import Claim, Profile, StatusSlot
from graph_service.endorse.jsontext import Document

BASE = "https://graph-service.example"
BOARD = Profile(Iri(f"{BASE}/profiles/board"), "みなと市教育委員会", "https://board.example/")
UNIVERSITY = Profile(Iri(f"{BASE}/profiles/university"), "みなと大学")
BADGE = Iri(f"{BASE}/achievements/class-management")
LIST = Iri(f"{BASE}/status/01JB00000000000000000000AA")

BOARD_KEY = controller.generate(b"board key".ljust(32, b"."))
UNIVERSITY_KEY = controller.generate(b"university key".ljust(32, b"."))

SINCE = Instant("2026-09-01T00:00:00Z")
UNTIL = Instant("2031-09-01T00:00:00Z")
NOW = Instant("2026-11-21T07:46:40Z")

CLAIM = Claim(
    id=Iri(f"{BASE}/credentials/01JB00000000000000000000AB"),
    name="学級経営の基礎への裏書",
    issuer=BOARD,
    subject=BADGE,
    kind=Iri(f"{BASE}/kinds/ENDORSE"),
    validity=Span(SINCE, UNTIL),
    status=StatusSlot(LIST, 94567),
    comment="到達目標と評価方法を確認しました。",
    digest="zQmWvQxTqbG2Z9HPJgG57jjwR154cKhbtJenbyYTWkjgF3e",
)


def endorsement(**changes: Any) -> Document:
    return credential.endorsement(replace(CLAIM, **changes))


def achievement_credential(**members: Any) -> Document:
    """A badge of the university that carries `members`, such as endorsements; without a status."""
    context = endorsement()["@context"]
    return {
        "@context": context,
        "id": f"{BASE}/credentials/01JB00000000000000000000AC",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": credential.profile(UNIVERSITY),
        "validFrom": SINCE,
        "credentialSubject": {
            "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": BADGE,
                "type": ["Achievement"],
                "name": "学級経営の基礎",
                "description": "学級を経営する。",
                "criteria": {"id": f"{BADGE}#criteria", "narrative": "課題を提出する。"},
                "creator": credential.profile(UNIVERSITY),
            },
        },
        **members,
    }


def signed(document: Document, key: KeyPair = BOARD_KEY, *, issuer: Profile = BOARD) -> Document:
    options = eddsa_rdfc_2022.Options(controller.method_id(issuer.id, key.multibase), SINCE)
    draft = eddsa_rdfc_2022.begin(document, options)
    return draft.finish(Ed25519PrivateKey.from_private_bytes(key.seed).sign(draft.data))


def status(*positions: int, since: str = SINCE, until: str = UNTIL, **changes: Any) -> Document:
    """The board's status list in which these positions are revoked."""
    document = status_list.credential(
        LIST,
        credential.profile(BOARD),
        positions,
        valid_from=Instant(since),
        valid_until=Instant(until),
        ttl_seconds=300,
    )
    return signed({**document, **changes})


def published(profile: Profile, key: KeyPair, **state: Any) -> Document:
    return controller.document(credential.profile(profile), [PublicKey(key.multibase, **state)])


FOUND: dict[str, Document] = {
    BOARD.id: published(BOARD, BOARD_KEY),
    UNIVERSITY.id: published(UNIVERSITY, UNIVERSITY_KEY),
    LIST: status(),
}
